//! Who can log in to the demo. Passwords are not made here: they come from outside.

use serde::Serialize;
use silverbell_domain::{Responder, ResponderId, ResponderRole, UserId};

use super::dice::{Dice, Stream};
use super::names;

/// What somebody is to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PersonRole {
    /// 话务员
    Operator,
    /// 助老员
    Aide,
    /// 紧急救援员; logs in with the rights of an aide.
    Rescuer,
    /// 主管
    Supervisor,
    /// 管理员
    Admin,
}

impl PersonRole {
    /// Returns the word used in `demo-people.csv`.
    #[must_use]
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Aide => "aide",
            Self::Rescuer => "rescuer",
            Self::Supervisor => "supervisor",
            Self::Admin => "admin",
        }
    }
}

/// Somebody who can log in.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Person {
    /// Identity.
    pub(crate) id: UserId,
    /// What to type at the log-in.
    pub(crate) username: String,
    /// What others see.
    pub(crate) display_name: String,
    /// What the person is to the service.
    pub(crate) role: PersonRole,
    /// The responder that the person is.
    pub(crate) responder: Option<ResponderId>,
}

const OPERATORS: usize = 6;
const SUPERVISORS: usize = 2;

/// Returns the log-ins: the centre's first, then one for every responder.
pub(super) fn generate(responders: &[Responder]) -> Vec<Person> {
    let mut dice = Dice::new(Stream::People);
    let mut taken = responders.iter().map(|responder| responder.name.clone()).collect();
    let mut people = Vec::with_capacity(OPERATORS + SUPERVISORS + 1 + responders.len());
    for (role, count) in [(PersonRole::Operator, OPERATORS), (PersonRole::Supervisor, SUPERVISORS)]
    {
        for at in 1..=count {
            let display_name = names::another(&mut taken, &mut dice);
            let username = format!("{}{at}", role.as_str());
            people.push(person(username, display_name, role, None, &mut dice));
        }
    }
    people.push(person(
        "admin".to_owned(),
        "系统管理员".to_owned(),
        PersonRole::Admin,
        None,
        &mut dice,
    ));
    let (mut aides, mut rescuers) = (0, 0);
    for responder in responders {
        let (username, role) = match responder.role {
            ResponderRole::Aide => {
                aides += 1;
                (format!("aide{aides:02}"), PersonRole::Aide)
            }
            ResponderRole::Rescuer => {
                rescuers += 1;
                (format!("rescuer{rescuers:03}"), PersonRole::Rescuer)
            }
        };
        let name = responder.name.clone();
        people.push(person(username, name, role, Some(responder.id), &mut dice));
    }
    people
}

fn person(
    username: String,
    display_name: String,
    role: PersonRole,
    responder: Option<ResponderId>,
    dice: &mut Dice,
) -> Person {
    Person { id: UserId(dice.id()), username, display_name, role, responder }
}
