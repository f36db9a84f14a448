//! What is asked of the open tickets at every press and every step. Kept beside them, so that an
//! answer costs the same with three tickets open as on a storm night with three thousand.

use std::collections::{BTreeSet, HashMap};

use crate::{OfferId, ResponderId, SeniorId, Ticket, TicketId, UnixMs, Urgency};

/// The order in which tickets are served: the most urgent first, then the one received first.
pub(crate) type Rank = (Urgency, UnixMs, TicketId);

/// Every entry is a function of one ticket, so that [`Index::remove`] undoes [`Index::add`] in
/// whatever order tickets change, also where two of them hold the same person for a moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Index {
    /// The next deadline of each ticket, soonest first.
    pub(crate) due: BTreeSet<(UnixMs, TicketId)>,
    /// The tickets that want people.
    pub(crate) waiting: BTreeSet<Rank>,
    /// Who is active on which ticket.
    pub(crate) bonds: BTreeSet<(ResponderId, TicketId)>,
    /// Whose emergency is which ticket.
    pub(crate) emergencies: BTreeSet<(SeniorId, TicketId)>,
    /// Whose own SOS is which ticket.
    pub(crate) distress: HashMap<ResponderId, TicketId>,
    /// The ticket of each active offer.
    pub(crate) offers: HashMap<OfferId, TicketId>,
}

impl Index {
    pub(crate) fn add(&mut self, ticket: &Ticket) {
        let id = ticket.id;
        self.due.extend(ticket.next_deadline().map(|deadline| (deadline.at, id)));
        self.waiting.extend(ticket.wants_people().then(|| ticket.rank()));
        self.emergencies.extend(emergency_of(ticket));
        self.distress.extend(ticket.in_distress.map(|responder| (responder, id)));
        for offer in ticket.offers.iter().filter(|offer| offer.state.is_active()) {
            self.bonds.insert((offer.responder, id));
            self.offers.insert(offer.id, id);
        }
    }

    pub(crate) fn remove(&mut self, ticket: &Ticket) {
        let id = ticket.id;
        if let Some(deadline) = ticket.next_deadline() {
            self.due.remove(&(deadline.at, id));
        }
        self.waiting.remove(&ticket.rank());
        if let Some(emergency) = emergency_of(ticket) {
            self.emergencies.remove(&emergency);
        }
        if let Some(responder) = ticket.in_distress
            && self.distress.get(&responder) == Some(&id)
        {
            self.distress.remove(&responder);
        }
        for offer in ticket.offers.iter().filter(|offer| offer.state.is_active()) {
            self.bonds.remove(&(offer.responder, id));
            self.offers.remove(&offer.id);
        }
    }
}

fn emergency_of(ticket: &Ticket) -> Option<(SeniorId, TicketId)> {
    ticket.senior.filter(|_| ticket.is_emergency()).map(|senior| (senior, ticket.id))
}

impl Ticket {
    pub(crate) fn rank(&self) -> Rank {
        (self.urgency, self.promised_at(), self.id)
    }
}
