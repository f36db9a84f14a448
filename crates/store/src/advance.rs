//! What was committed, as it is announced.

use std::sync::Arc;

use silverbell_domain::{By, DistrictId, Event, Responder, Ticket, UnixMs};

/// One event with its ticket as the same commit left it.
#[derive(Clone, Debug, PartialEq)]
pub struct Happened {
    /// Its number in the district.
    pub seq: u64,
    /// When.
    pub at: UnixMs,
    /// Who made it happen.
    pub by: By,
    /// What.
    pub event: Event,
    /// The ticket afterwards.
    pub ticket: Arc<Ticket>,
}

/// A step of a district: everything one transaction changed in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Advance {
    /// Which district.
    pub district: DistrictId,
    /// The number of the last event before; other than the reader's own means a gap.
    pub prev: u64,
    /// The number of the last event now.
    pub seq: u64,
    /// What happened, in the order of numbers.
    pub happened: Vec<Happened>,
    /// Tickets that changed without an event (their deadlines only), as they are after everything
    /// that happened: applied last.
    pub rescheduled: Vec<Arc<Ticket>>,
    /// Responders whose file or duty changed.
    pub responders: Vec<Arc<Responder>>,
}
