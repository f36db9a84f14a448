//! What people and devices can do, one file each. All of them read, decide in `domain`, and commit
//! with the version that was read.

mod after;
mod call_report;
mod calls;
mod desk;
mod desks;
mod devices;
mod duty;
mod faces;
mod forced_entry;
mod handover;
mod import;
mod keys;
mod months;
mod my_phone;
mod offer_links;
mod offers;
mod open_ticket;
mod photos;
mod plan;
mod positions;
mod record_alarm;
mod registry;
mod reports;
mod roster;
mod safety;
mod standby;
mod summary;
mod telling;

use std::sync::Arc;

use silverbell_domain::{By, NewEvent, Refusal, Ticket, TicketId, UnixMs, UserId};
use silverbell_store::{Commit, Constraint, Idempotency, NewOutbox, StoreError, TicketCommit};

use crate::{Dispatcher, UseCaseError};

pub use call_report::{CallReport, MissedCall};
pub use calls::{Callee, Dialled, OtherParty};
pub use desks::DeskNews;
pub use devices::DeviceNews;
pub use duty::Duty;
pub(crate) use handover::DIED;
pub use handover::NewCardLink;
pub use import::{Import, MissingLogin, WantedFile};
pub use keys::{KeyChange, KeyError, NewKey, SignOut};
pub use months::{Missed, MonthReview};
pub use my_phone::Month;
pub use open_ticket::Opened;
pub use photos::PhotoError;
pub use record_alarm::NotRecorded;
pub use registry::{RegistryDesk, RegistryRefused, WantedDevice, changed_fields};
pub use reports::{GroupBy, LONGEST_REPORT_S, ResponseReport};
pub use roster::{RosterDesk, RosterRefused, WantedShift};
pub use summary::{GROUPS_AT_MOST, ReportedTicket, Summary, slices};
pub use telling::{MessageNews, TELL};

/// How often a decision is made anew when the ticket changed meanwhile. More than a few means that
/// something else is wrong.
const ATTEMPTS: u32 = 8;

/// Who acts, and under which key, so that a repeated request is not carried out twice.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person.
    pub user: UserId,
    /// The request's key, where it has one.
    pub idempotency: Option<Idempotency>,
}

impl Actor {
    /// Returns the person as the one who acts.
    #[must_use]
    pub const fn person(&self) -> By {
        By::Person { user: self.user }
    }
}

/// Returns the tickets that a change opens, by what it did and when.
type Opens<'a> = dyn Fn(&Ticket, &[NewEvent], UnixMs) -> Vec<TicketCommit> + Sync + 'a;

/// What is committed with a change to a ticket, or not at all.
pub(crate) struct Beside<'a> {
    /// Messages.
    messages: &'a [NewOutbox],
    /// Tickets that are opened.
    tickets: &'a Opens<'a>,
}

impl Default for Beside<'_> {
    fn default() -> Self {
        Self { messages: &[], tickets: &|_, _, _| Vec::new() }
    }
}

/// What became of a change.
#[derive(Debug)]
pub(crate) enum Changed {
    /// It is true now, or was already.
    Done(Arc<Ticket>),
    /// The database does not allow it; the ticket is as before.
    Violates(Constraint, Arc<Ticket>),
}

impl Dispatcher {
    /// Returns a ticket, open or closed.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Store`].
    pub async fn ticket(&self, id: TicketId) -> Result<Ticket, UseCaseError> {
        self.store.ticket(id).await?.ok_or(UseCaseError::NotFound("ticket"))
    }

    /// Returns a ticket as the board has it, which may lag a moment behind the store; from the store
    /// when the board does not have it. For rights and first attempts, never for answers.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Store`].
    pub async fn glance(&self, id: TicketId) -> Result<Arc<Ticket>, UseCaseError> {
        match self.ticket_on_board(id) {
            Some(ticket) => Ok(ticket),
            None => self.ticket(id).await.map(Arc::new),
        }
    }

    /// Reads a ticket, lets `decide` change it, and commits; once more if it changed meanwhile. The
    /// first attempt is made on the board's ticket: the commit's version tells whether that was
    /// still true, and a refusal is believed only of what the store has.
    pub(crate) async fn change(
        &self,
        id: TicketId,
        idempotency: Option<&Idempotency>,
        decide: impl Fn(&mut Ticket, UnixMs) -> Result<Vec<NewEvent>, Refusal>,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        let changed = self.try_change(id, idempotency, decide).await?;
        self.settled(changed, idempotency).await
    }

    /// Returns the ticket as it is after a change, or why it was not changed.
    pub(crate) async fn settled(
        &self,
        changed: Changed,
        idempotency: Option<&Idempotency>,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        match changed {
            Changed::Done(ticket) => Ok(ticket),
            Changed::Violates(Constraint::Taken, before) => {
                self.same_key(idempotency, before).await
            }
            Changed::Violates(constraint, before) => self.violated(constraint, before).await,
        }
    }

    /// As [`Self::change`], for a caller who has another way when the database does not allow this one.
    pub(crate) async fn try_change(
        &self,
        id: TicketId,
        idempotency: Option<&Idempotency>,
        decide: impl Fn(&mut Ticket, UnixMs) -> Result<Vec<NewEvent>, Refusal>,
    ) -> Result<Changed, UseCaseError> {
        self.try_change_beside(id, idempotency, Beside::default(), decide).await
    }

    /// As [`Self::try_change`], with what goes out or is opened if and only if the change is committed.
    pub(crate) async fn try_change_beside(
        &self,
        id: TicketId,
        idempotency: Option<&Idempotency>,
        beside: Beside<'_>,
        decide: impl Fn(&mut Ticket, UnixMs) -> Result<Vec<NewEvent>, Refusal>,
    ) -> Result<Changed, UseCaseError> {
        for attempt in 0..ATTEMPTS {
            let on_board = if attempt == 0 { self.ticket_on_board(id) } else { None };
            let is_first_look = on_board.is_some();
            let before = match on_board {
                Some(ticket) => ticket,
                None => Arc::new(self.ticket(id).await?),
            };
            let (mut ticket, now) = (Ticket::clone(&before), self.clock.now());
            let events = match decide(&mut ticket, now) {
                Ok(events) if !events.is_empty() => events,
                Ok(_) | Err(_) if is_first_look => continue,
                Ok(_) => return Ok(Changed::Done(before)),
                Err(refusal) => return Err(UseCaseError::refused(refusal, before)),
            };
            let expected_version = before.version;
            let opened = (beside.tickets)(&ticket, &events, now);
            let mut tickets = vec![TicketCommit { ticket, expected_version, events }];
            tickets.extend(opened);
            let mut outbox: Vec<_> = tickets.iter().flat_map(|part| self.to_tell(part)).collect();
            outbox.extend_from_slice(beside.messages);
            let commit = Commit { tickets, outbox, idempotency: idempotency.cloned() };
            match self.store.commit(commit).await {
                Ok(committed) => {
                    let ticket = committed.tickets.into_iter().next();
                    return Ok(Changed::Done(ticket.unwrap_or(before)));
                }
                Err(StoreError::Stale(_)) => {}
                Err(StoreError::Violates(constraint)) => {
                    return Ok(Changed::Violates(constraint, before));
                }
                Err(error) => return Err(error.into()),
            }
        }
        let current = self.store.ticket(id).await?.map(Arc::new);
        let why = "the ticket changes too fast; read it and try again".to_owned();
        Err(UseCaseError::Conflict { why, current })
    }

    /// The request's key was used at the same moment. If it was the same request, the other one did
    /// it; if it was not, this one was not done.
    async fn same_key(
        &self,
        idempotency: Option<&Idempotency>,
        before: Arc<Ticket>,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        let known = match idempotency {
            Some(own) => self.store.idempotent(own.user, &own.key).await?,
            None => None,
        };
        if known.map(|known| known.fingerprint) == idempotency.map(|own| own.fingerprint) {
            return Ok(self.store.ticket(before.id).await?.map_or(before, Arc::new));
        }
        let why = "this Idempotency-Key was used for another request; take a new one";
        Err(UseCaseError::Invalid(why.into()))
    }

    async fn violated(
        &self,
        constraint: Constraint,
        before: Arc<Ticket>,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        let current = self.store.ticket(before.id).await?.map_or(before, Arc::new);
        let why = match constraint {
            Constraint::Taken => "something of this name is there already",
            Constraint::ResponderBusy => "this responder is busy on another ticket",
            Constraint::ShiftsOverlap => "this responder has another shift at this time",
            Constraint::PlaceTaken => "somebody else holds this place in the team",
            Constraint::OneOpenEmergency => {
                "this senior has another open emergency; close this one as its duplicate"
            }
            Constraint::NoSuchThing => return Err(UseCaseError::NotFound("person or thing named")),
        };
        Err(UseCaseError::Conflict { why: why.into(), current: Some(current) })
    }
}
