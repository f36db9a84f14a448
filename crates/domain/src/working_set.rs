//! The working set: a district as it stands, which the planner looks at.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use uuid::Uuid;

use crate::index::{Index, Rank};
use crate::{
    Answers, Desk, DistrictId, LatLon, OfferId, Policy, Responder, ResponderId, SeniorId, Ticket,
    TicketId, UnixMs,
};

/// A responder with the latest signs of life.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// The file.
    pub responder: Arc<Responder>,
    /// The last sign of life: a call, a position, a frame on the socket.
    pub heard_at: Option<UnixMs>,
    /// The last reported position and when it was true.
    pub position: Option<(LatLon, UnixMs)>,
    /// How this person answered offers lately.
    pub answers: Answers,
}

impl Person {
    /// Returns where this person is thought to be, and since when: the reported position while it
    /// is not older than `stale_ms`, else the standby place at the moment of going on duty, else
    /// whichever is newer. `None` off duty.
    #[must_use]
    pub fn place(&self, now: UnixMs, stale_ms: i64) -> Option<(LatLon, UnixMs)> {
        if !self.responder.on_duty {
            return None;
        }
        let standby = (self.responder.standby, self.responder.duty_since);
        Some(match self.position {
            Some(reported) if now.since_ms(reported.1) <= stale_ms => reported,
            Some(reported) if reported.1 >= standby.1 => reported,
            Some(_) | None => standby,
        })
    }

    /// Returns the age of what is known, milliseconds: the older of place and sign of life.
    #[must_use]
    pub fn staleness_ms(&self, now: UnixMs, stale_ms: i64) -> Option<i64> {
        let (_, placed_at) = self.place(now, stale_ms)?;
        let heard_at = self.heard_at.map_or(placed_at, |at| at.max(self.responder.duty_since));
        Some(now.since_ms(placed_at.min(heard_at)).max(0))
    }
}

/// A district as it stands. Tickets go in and out through [`WorkingSet::put`] alone, which keeps the
/// index beside them.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkingSet {
    /// Which.
    pub district: DistrictId,
    /// The number of the last event that is in it.
    pub seq: u64,
    /// Everybody who could go.
    pub people: HashMap<ResponderId, Person>,
    /// Who is there to be told.
    pub desk: Desk,
    tickets: BTreeMap<TicketId, Arc<Ticket>>,
    index: Index,
}

impl WorkingSet {
    /// Returns a district of which nothing is known yet.
    #[must_use]
    pub fn new(district: DistrictId) -> Self {
        Self {
            district,
            seq: 0,
            people: HashMap::new(),
            desk: Desk::default(),
            tickets: BTreeMap::new(),
            index: Index::default(),
        }
    }

    /// Puts in a ticket as it is now, or takes it out once it is closed.
    pub fn put(&mut self, ticket: Arc<Ticket>) {
        self.count_answers(&ticket);
        let old = if ticket.is_open() {
            self.tickets.insert(ticket.id, ticket.clone())
        } else {
            self.tickets.remove(&ticket.id)
        };
        if let Some(old) = old {
            self.index.remove(&old);
        }
        if ticket.is_open() {
            self.index.add(&ticket);
        }
    }

    /// People's histories grow with every answer. What a ticket brings along that is new here, read
    /// or opened again, was counted before.
    fn count_answers(&mut self, ticket: &Ticket) {
        let Some(before) = self.tickets.get(&ticket.id) else { return };
        for offer in &ticket.offers {
            if let Some(person) = self.people.get_mut(&offer.responder) {
                person.answers.count(before.offer(offer.id), offer);
            }
        }
    }

    /// Takes all tickets out.
    pub fn clear_tickets(&mut self) {
        self.tickets.clear();
        self.index = Index::default();
    }

    /// Returns the open tickets.
    #[must_use]
    pub const fn tickets(&self) -> &BTreeMap<TicketId, Arc<Ticket>> {
        &self.tickets
    }

    /// Returns when the next deadline of all is due.
    #[must_use]
    pub fn next_due(&self) -> Option<UnixMs> {
        self.index.due.first().map(|(at, _)| *at)
    }

    /// Returns the tickets that have a deadline at or before this time, the longest due first.
    pub fn due(&self, now: UnixMs) -> impl Iterator<Item = &Arc<Ticket>> {
        let due = self.index.due.iter().take_while(move |(at, _)| *at <= now);
        due.filter_map(|(_, ticket)| self.tickets.get(ticket))
    }

    /// Returns the ranks of the tickets that want people, the most urgent first, then the one
    /// received first.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = Rank> {
        self.index.waiting.iter().copied()
    }

    /// Returns the open emergency of a senior (invariant 2: at most one).
    #[must_use]
    pub fn emergency_of(&self, senior: SeniorId) -> Option<&Arc<Ticket>> {
        let all = (senior, TicketId(Uuid::nil()))..=(senior, TicketId(Uuid::max()));
        self.index.emergencies.range(all).find_map(|(_, ticket)| self.tickets.get(ticket))
    }

    /// Returns the open ticket that an active offer belongs to.
    #[must_use]
    pub fn ticket_of_offer(&self, offer: OfferId) -> Option<&Arc<Ticket>> {
        self.index.offers.get(&offer).and_then(|ticket| self.tickets.get(ticket))
    }

    /// Returns the open tickets on which a responder is active.
    pub fn tickets_of(&self, responder: ResponderId) -> impl Iterator<Item = &Arc<Ticket>> {
        let all = (responder, TicketId(Uuid::nil()))..=(responder, TicketId(Uuid::max()));
        self.index.bonds.range(all).filter_map(|(_, ticket)| self.tickets.get(ticket))
    }

    /// Returns whether somebody could go: on duty, lately heard of, bound by no emergency.
    #[must_use]
    pub fn is_free(&self, person: &Person, policy: &Policy, now: UnixMs) -> bool {
        let stale_ms = i64::from(policy.dispatch.position_stale_s) * 1_000;
        person.staleness_ms(now, stale_ms).is_some_and(|age_ms| age_ms <= stale_ms)
            && self.engagement(person.responder.id).is_none()
    }

    /// Returns the other tickets of those who have accepted this emergency: what they gave up for it
    /// has to be looked at.
    pub fn interrupted_by(&self, emergency: &Ticket) -> impl Iterator<Item = TicketId> {
        let engaged = emergency.offers.iter().filter(|offer| offer.state.is_engaged());
        let engaged = engaged.filter(|_| emergency.is_emergency());
        let others = engaged.flat_map(|offer| self.tickets_of(offer.responder));
        others.map(|other| other.id).filter(|other| *other != emergency.id)
    }

    /// Returns whether a responder is at work that an emergency interrupts.
    pub(crate) fn is_at_other_work(&self, responder: ResponderId) -> bool {
        self.tickets_of(responder).any(|ticket| !ticket.is_emergency() && ticket.engages(responder))
    }

    /// Returns by which emergency a responder is bound (invariant 3: at most one). Other work binds
    /// nobody: an SOS interrupts it.
    #[must_use]
    pub fn engagement(&self, responder: ResponderId) -> Option<(TicketId, Engagement)> {
        let ticket = self.tickets_of(responder).find(|ticket| ticket.is_emergency())?;
        let mut own = ticket.offers.iter().filter(|offer| offer.responder == responder);
        let engagement = if own.any(|offer| offer.state.is_engaged()) {
            Engagement::Busy
        } else {
            Engagement::Offered
        };
        Some((ticket.id, engagement))
    }
}

/// How a responder is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engagement {
    /// Asked, has not answered.
    Offered,
    /// Said yes.
    Busy,
}
