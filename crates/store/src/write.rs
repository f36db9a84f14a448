//! What the one writer of a store is asked to write, and what it answers.

use std::sync::Arc;

use silverbell_domain::{Responder, Senior, UnixMs};
use uuid::Uuid;

use crate::{
    Advance, CallNews, CallRecord, DeviceReport, DeviceState, District, FoldItem, LastPosition,
    Lease, NewDevice, NewSession, NewUser, OutboxItem, OutboxResult, PositionRow, Reply,
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

/// A write that is not folded: people, sessions, duty, positions, the outbox's leases. Each is a
/// call of [`Store`](crate::Store).
#[derive(Clone, Debug)]
pub enum AdminWrite {
    /// Put in a district, or replace its name and time zone.
    District(District),
    /// Put in seniors, all or none.
    Seniors(Vec<Senior>),
    /// Replace a senior's file.
    UpdateSenior(Box<Senior>),
    /// Put in responders, all or none.
    Responders(Vec<Responder>),
    /// Keep a changed responder and announce it.
    UpdateResponder(Box<Responder>),
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
    Advance {
        district: responder.district.clone(),
        prev: last_seq,
        seq: last_seq,
        happened: Vec::new(),
        rescheduled: Vec::new(),
        responders: vec![Arc::new(responder.clone())],
    }
}
