//! The plain choice: whoever is nearest and free, ticket after ticket. Beside it everybody can see what
//! the planner's rounds are worth.

use silverbell_domain::{OfferId, ResponderId, TeamRole, Ticket, TicketId};

use crate::scenario::operator_id;
use crate::service::Failure;
use crate::world::World;

/// Who chooses whom to ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// The planner.
    #[default]
    Planner,
    /// Whoever is nearest and free, in the order of receiving. Deadlines stay the planner's.
    PlainNearest,
}

impl World<'_> {
    /// Asks for every empty place the nearest who is free.
    pub(crate) fn ask_the_nearest(&mut self) {
        let mut waiting: Vec<_> = self
            .database
            .open()
            .filter(|ticket| ticket.wants_people())
            .map(|ticket| (ticket.times.received, ticket.id))
            .collect();
        waiting.sort_unstable();
        for (_, id) in waiting {
            for role in TeamRole::TEAM {
                if let Err(refused) = self.ask_nearest(id, role) {
                    self.complain(format!("the nearest cannot be asked: {refused:?}"));
                }
            }
        }
    }

    fn ask_nearest(&mut self, id: TicketId, role: TeamRole) -> Result<(), Failure> {
        let Some(ticket) = self.database.ticket(id) else { return Ok(()) };
        if ticket.holder(role).is_some() || ticket.is_asked(role) {
            return Ok(());
        }
        let Some(door) = ticket.destination() else { return Ok(()) };
        let nearest =
            self.board.travel().nearest(door).find(|(who, _)| self.may(*who, role, ticket));
        let Some((who, eta)) = nearest else { return Ok(()) };
        let offer = OfferId(silverbell_domain::Ids::next(&self.ids));
        let user = operator_id(0);
        self.change(id, None, |t, now, p| t.assign(user, offer, who, role, eta, now, p))
    }

    fn may(&self, who: ResponderId, role: TeamRole, ticket: &Ticket) -> bool {
        let set = &self.board.set;
        set.people.get(&who).is_some_and(|person| {
            person.responder.role.may_be(role)
                && set.is_free(person, &self.policy, self.now())
                && ticket.last_offer_to(who).is_none()
        })
    }
}
