//! The working set: a district as it stands, which the planner looks at.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::{DistrictId, LatLon, OfferState, Responder, ResponderId, Ticket, TicketId, UnixMs};

/// A responder with the latest signs of life.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// The file.
    pub responder: Arc<Responder>,
    /// The last sign of life: a call, a position, a frame on the socket.
    pub heard_at: Option<UnixMs>,
    /// The last reported position and when it was true.
    pub position: Option<(LatLon, UnixMs)>,
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

/// A district as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkingSet {
    /// Which.
    pub district: DistrictId,
    /// The number of the last event that is in it.
    pub seq: u64,
    /// Open tickets.
    pub tickets: BTreeMap<TicketId, Arc<Ticket>>,
    /// Everybody who could go.
    pub people: HashMap<ResponderId, Person>,
}

impl WorkingSet {
    /// Puts in a ticket as it is now, or takes it out once it is closed.
    pub fn put(&mut self, ticket: Arc<Ticket>) {
        if ticket.is_open() {
            self.tickets.insert(ticket.id, ticket);
        } else {
            self.tickets.remove(&ticket.id);
        }
    }

    /// Returns on which ticket each responder is active (invariant 3: at most one emergency).
    #[must_use]
    pub fn engagements(&self) -> HashMap<ResponderId, (TicketId, Engagement)> {
        self.tickets
            .values()
            .flat_map(|ticket| ticket.offers.iter().map(move |offer| (ticket.id, offer)))
            .filter(|(_, offer)| offer.state.is_active())
            .map(|(ticket, offer)| {
                let engagement = if matches!(offer.state, OfferState::Offered) {
                    Engagement::Offered
                } else {
                    Engagement::Busy
                };
                (offer.responder, (ticket, engagement))
            })
            .collect()
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
