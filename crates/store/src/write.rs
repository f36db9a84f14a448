//! What the one writer of a store is asked to write, and what it answers.

use std::sync::Arc;

use silverbell_domain::{
    DistrictId, PhotoId, Responder, ResponderId, Senior, SeniorId, TicketId, UnixMs, Weather,
};
use uuid::Uuid;

use crate::{
    Access, Advance, CallNews, CallRecord, ClosedMonth, DeskWrite, DeviceReport, DeviceState,
    District, Face, FoldItem, KeyWrite, LastPosition, Lease, NewDevice, NewSession, NewUser,
    OutboxItem, OutboxResult, Photo, PositionRow, PushWrite, RegistryChange, Reply, ShiftsChange,
    StoreError,
};

/// What is written.
#[derive(Clone, Debug)]
pub enum Write {
    /// A command of the domain.
    Fold(FoldItem),
    /// Everything else.
    Admin(AdminWrite),
}

/// What the service made up itself (自检) is kept so long, seconds: a day, to see what went wrong.
pub const MADE_UP_KEPT_S: i64 = 86_400;

/// So many made-up tickets are removed at once: an SOS waits behind it.
pub const MADE_UP_AT_ONCE: usize = 200;

/// A write that is not folded: people, sessions, duty, positions, the outbox's leases. Each is a
/// call of [`Store`](crate::Store).
#[derive(Clone, Debug)]
pub enum AdminWrite {
    /// Put in a district, or replace its name and time zone.
    District(District),
    /// Keep what the weather forbids.
    Weather {
        /// Where.
        district: DistrictId,
        /// What.
        weather: Option<Weather>,
    },
    /// Put in seniors, all or none.
    Seniors(Vec<Senior>),
    /// Replace a senior's file.
    UpdateSenior(Box<Senior>),
    /// Keep what reports know of these tickets, as far as they are closed.
    Facts {
        /// Their district.
        district: DistrictId,
        /// Which.
        tickets: Vec<TicketId>,
    },
    /// Put in responders, all or none.
    Responders(Vec<Responder>),
    /// Change the registry, all of it or nothing, and announce changed responders.
    Registry(Box<RegistryChange>),
    /// Announce responders as they are kept now.
    TellResponders {
        /// Their district.
        district: DistrictId,
        /// Who.
        ids: Vec<ResponderId>,
    },
    /// Reckon how so many seniors' names are spoken of whom that is not kept yet.
    FillPinyin {
        /// At most so many.
        limit: u32,
    },
    /// Keep what a responder's file says of duty, and announce it.
    UpdateResponder(Box<Responder>),
    /// Change a district's roster.
    Shifts(Box<ShiftsChange>),
    /// Change what is kept of desks and shift notes.
    Desk(Box<DeskWrite>),
    /// Close a month.
    CloseMonth(Box<ClosedMonth>),
    /// Put in devices, all or none.
    Devices(Vec<NewDevice>),
    /// Put in people who can log in, all or none.
    Users(Vec<NewUser>),
    /// Keep a session.
    Session(NewSession),
    /// Move a session's end.
    ExtendSession {
        /// Hash of its token.
        token_sha256: [u8; 32],
        /// Until when.
        expires_at: UnixMs,
    },
    /// End a session.
    EndSession {
        /// Hash of its token.
        token_sha256: [u8; 32],
    },
    /// Keep last positions, replacing older ones.
    LastPositions(Vec<LastPosition>),
    /// Append to the history of positions.
    Positions(Vec<PositionRow>),
    /// Keep what devices last said of themselves.
    DeviceStates {
        /// What they said.
        states: Vec<DeviceState>,
        /// Nothing was noted after this.
        now: UnixMs,
    },
    /// Append what devices said.
    DeviceReports(Vec<DeviceReport>),
    /// Fold what was learnt into a call's record.
    Call(Box<CallNews>),
    /// Put in or change entries of the register of keys, all or none.
    Keys(Vec<KeyWrite>),
    /// Append to the log of what is locked up.
    Access(Box<Access>),
    /// Keep a senior's face, or none any more, and the line of the log that says so.
    Face {
        /// Whose.
        senior: SeniorId,
        /// The face.
        face: Option<Box<Face>>,
        /// Who did it.
        access: Box<Access>,
    },
    /// Put in a photo.
    Photo(Box<Photo>),
    /// Remove a photo that became part of no ticket.
    DropPhoto(PhotoId),
    /// Change what is kept of browsers to be woken.
    Push(Box<PushWrite>),
    /// Lease messages that are due.
    LeaseOutbox(Lease),
    /// Record what became of a leased message.
    FinishOutbox {
        /// The message.
        id: Uuid,
        /// The lease's number.
        attempts: u32,
        /// What became of it.
        result: OutboxResult,
    },
    /// Remove what need not be kept.
    Purge {
        /// Sessions that ended before this go.
        now: UnixMs,
        /// A bounded number of positions that came before this go.
        positions_before: UnixMs,
        /// Idempotency keys from before this go.
        keys_before: UnixMs,
        /// A bounded number of messages that were finished before this go.
        messages_before: UnixMs,
    },
    /// Prove that writing works, at the cost of an SOS: change nothing.
    Probe,
}

/// What a write is answered once it is durable.
#[derive(Clone, Debug)]
pub enum Answer {
    /// To a folded command.
    Reply(Reply),
    /// The messages that were leased.
    Outbox(Vec<OutboxItem>),
    /// Whether there is more to remove.
    Purged {
        /// As many rows went as go at once.
        is_more: bool,
    },
    /// The call as it is now.
    Call(Box<CallRecord>),
    /// To everything else.
    Done,
}

/// What a batch came to: true once it is durable.
#[derive(Debug, Default)]
pub struct Written {
    /// One answer for each write, in their order.
    pub answers: Vec<Result<Answer, StoreError>>,
    /// What is to be announced, in the order of commits.
    pub advances: Vec<Advance>,
}

impl Written {
    /// Returns the same refusal for each of `writes`.
    #[must_use]
    pub fn refused(writes: &[Write], error: &StoreError) -> Self {
        let answers = writes.iter().map(|_| Err(error.clone())).collect();
        Self { answers, advances: Vec::new() }
    }

    /// Puts the outcomes of a batch into the order of its writes: `replies` are those of the folded
    /// ones and `others` those of all others, each in their own order, as [`split`] gave them.
    #[must_use]
    pub fn in_order(
        writes: &[Write],
        replies: Vec<Result<Reply, StoreError>>,
        mut advances: Vec<Advance>,
        others: Vec<(Answer, Option<Advance>)>,
    ) -> Self {
        let mut replies = replies.into_iter();
        let mut others = others.into_iter();
        let mut answers = Vec::with_capacity(writes.len());
        for write in writes {
            match write {
                Write::Fold(_) => answers.extend(replies.next().map(|r| r.map(Answer::Reply))),
                Write::Admin(_) => {
                    let Some((answer, advance)) = others.next() else { continue };
                    answers.push(Ok(answer));
                    advances.extend(advance);
                }
            }
        }
        Self { answers, advances }
    }

    /// Adds what the writes after these came to.
    pub fn append(&mut self, next: Self) {
        self.answers.extend(next.answers);
        self.advances.extend(next.advances);
    }
}

/// Splits a batch into what is folded together, which is applied first, and the rest.
#[must_use]
pub fn split(writes: &[Write]) -> (Vec<&FoldItem>, Vec<&AdminWrite>) {
    let (mut folded, mut others) = (Vec::with_capacity(writes.len()), Vec::new());
    for write in writes {
        match write {
            Write::Fold(item) => folded.push(item),
            Write::Admin(write) => others.push(write),
        }
    }
    (folded, others)
}

/// Returns the step that announces a changed responder; the district's numbers stand still.
#[must_use]
pub fn responder_changed(responder: &Responder, last_seq: u64) -> Advance {
    responders_changed(&responder.district, vec![Arc::new(responder.clone())], last_seq)
}

/// Returns the step that announces changed responders of a district.
#[must_use]
pub fn responders_changed(
    district: &DistrictId,
    responders: Vec<Arc<Responder>>,
    last_seq: u64,
) -> Advance {
    Advance {
        district: district.clone(),
        prev: last_seq,
        seq: last_seq,
        happened: Vec::new(),
        rescheduled: Vec::new(),
        responders,
    }
}
