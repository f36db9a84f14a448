//! The living demo: responders who walk, accept and go, seniors who press now and then, and a
//! colleague who closes what is over, all through the public API and with no other knowledge.
//!
//! One task for each responder, one for the presses, one for the colleague; what they decide is
//! pure and lies beside them (`task`, `walk`, the functions of `presses` and `colleague`).

mod chance;
mod client;
mod colleague;
mod presses;
mod responder;
mod task;
mod walk;

use std::sync::Arc;
use std::time::Duration;

use silverbell_domain::{Clock, LatLon, Responder, ResponderRole, Travel};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use self::chance::Chance;
use self::client::{Person, Service};
use self::presses::Phone;
use super::district::{District, PersonRole, Streets};
use super::roster::Crew;

/// How many aides and rescuers are on duty: a good shift, two of three and one of three.
const AIDES: usize = 24;
const RESCUERS: usize = 50;

/// Left to whoever tries the aide's page: the start says so (`aide01 at /aide`), and a phone that
/// answers by itself would be no fun.
const LEFT_ALONE: &str = "aide01";

/// The colleague: the last operator, so that `operator1` finds the tickets as they came.
const COLLEAGUE: &str = "operator6";

/// One after the other comes on duty: a log-in costs some ten milliseconds of argon2, and the
/// service shall answer others meanwhile. It also spreads their reports over the seconds.
const COMES_EVERY: Duration = Duration::from_millis(250);

/// What the living demo keeps of the district: the seniors' files (megabytes) are not among it.
struct Cast {
    streets: Arc<Streets>,
    on_duty: Vec<Player>,
    phones: Vec<Phone>,
    colleague_id: String,
}

/// A responder on duty.
#[derive(Clone, Debug, PartialEq)]
struct Player {
    username: String,
    standby: LatLon,
    travel: Travel,
}

/// Plays until told to stop; ends promptly then.
pub(crate) async fn run(
    base_url: String,
    district: District,
    password: String,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
) {
    let service = match Service::new(base_url, password) {
        Ok(service) => Arc::new(service),
        Err(error) => {
            tracing::warn!(%error, "the demo stands still: no HTTP client");
            return;
        }
    };
    let cast = cast(district);
    let mut tasks = JoinSet::new();
    stop.run_until_cancelled(play(cast, service, clock, &mut tasks)).await;
    tasks.shutdown().await;
    tracing::debug!("the demo's people went home");
}

async fn play(cast: Cast, service: Arc<Service>, clock: Arc<dyn Clock>, tasks: &mut JoinSet<()>) {
    let Cast { streets, on_duty, phones, colleague_id } = cast;
    let colleague = Arc::new(Person::new(service.clone(), COLLEAGUE.to_owned()));
    tasks.spawn(presses::run(service.clone(), colleague.clone(), phones, clock.clone()));
    tasks.spawn(colleague::run(colleague, colleague_id, clock.clone()));
    for (at, player) in on_duty.into_iter().enumerate() {
        let person = Person::new(service.clone(), player.username.clone());
        let chance = Chance::of_responder(at);
        let responder =
            responder::Walker::new(person, player, streets.clone(), clock.clone(), chance);
        tasks.spawn(responder.run());
        tokio::time::sleep(COMES_EVERY).await;
    }
    // They go on for ever: one that ends has a mistake in it, and the others play without it.
    while let Some(ended) = tasks.join_next().await {
        tracing::warn!(
            error = ended.err().map(tracing::field::display),
            "a player of the demo ended"
        );
    }
}

fn cast(district: District) -> Cast {
    let on_duty = on_duty(&district);
    let colleague = district.people.iter().find(|person| person.username == COLLEAGUE);
    let colleague_id = colleague.map(|person| person.id.to_string()).unwrap_or_default();
    let phones = presses::phones(&district);
    Cast { streets: Arc::new(district.streets), on_duty, phones, colleague_id }
}

/// Returns who is in the roster: those who are on duty, and whoever is left to a visitor.
pub(super) fn crew(district: &District) -> Crew<'_> {
    let rostered: Vec<String> = on_duty(district).into_iter().map(|it| it.username).collect();
    let responder_of = |username: &str| {
        let person = district.people.iter().find(|person| person.username == username)?;
        district.responders.iter().find(|it| Some(it.id) == person.responder)
    };
    let people: Vec<&Responder> = rostered.iter().filter_map(|name| responder_of(name)).collect();
    let (aides, rescuers) = people.into_iter().partition(|it| it.role == ResponderRole::Aide);
    Crew { aides, rescuers, by_day: responder_of(LEFT_ALONE).map(|it| it.id) }
}

/// Chooses who is on duty: the same people every time, aides first.
fn on_duty(district: &District) -> Vec<Player> {
    let mut chance = Chance::of_roster();
    let mut chosen = Vec::with_capacity(AIDES + RESCUERS);
    for (role, count) in [(PersonRole::Aide, AIDES), (PersonRole::Rescuer, RESCUERS)] {
        let people = district.people.iter();
        let mut players: Vec<Player> = people
            .filter(|person| person.role == role && person.username != LEFT_ALONE)
            .filter_map(|person| {
                let responder = district.responders.iter().find(|r| Some(r.id) == person.responder);
                Some(player(&person.username, responder?))
            })
            .collect();
        chance.shuffle(&mut players);
        players.truncate(count);
        chosen.extend(players);
    }
    chosen
}

fn player(username: &str, responder: &Responder) -> Player {
    Player { username: username.to_owned(), standby: responder.standby, travel: responder.travel }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_same_people_are_on_duty_every_time_and_aide01_is_left_to_the_visitor() {
        let district = District::generate();
        let shift = on_duty(&district);
        assert_eq!(shift, on_duty(&district));
        let names: HashSet<&str> = shift.iter().map(|p| p.username.as_str()).collect();
        assert_eq!(names.len(), AIDES + RESCUERS, "nobody twice");
        assert!(shift[..AIDES].iter().all(|p| p.username.starts_with("aide")), "aides first");
        assert!(!names.contains(LEFT_ALONE));
    }

    #[test]
    fn the_cast_has_a_phone_for_every_senior_and_knows_the_colleague() {
        let cast = cast(District::generate());
        assert_eq!(cast.phones.len(), 3_620);
        assert!(!cast.colleague_id.is_empty());
    }
}
