//! What can happen to a store, drawn so that it collides: few seniors, few aides, few names.

use proptest::prelude::*;
use silverbell_domain::{Arrival, Kind, OfferCommand, SignalKind, TeamRole, WithdrawReason};

use crate::OutboxResult;

/// So many seniors, each with a device that has a key; the first two have a watch as well.
pub(super) const SENIORS: u32 = 3;

/// So many aides.
pub(super) const AIDES: u32 = 3;

/// One thing that happens. Small numbers pick among what is there at that time.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Somebody presses a key.
    Press(Key),
    /// An operator opens a ticket for a senior.
    OpenByHand { senior: u32, kind: Kind },
    /// People and the machine move tickets, all in one commit.
    Commit { moves: Vec<(usize, Move)>, stale: bool, message_due_s: Option<i64>, key: Option<u8> },
    /// The last commit that was applied comes again.
    Repeat,
    /// A worker leases messages.
    Lease { for_s: i64, limit: u32 },
    /// A worker says what became of a message, perhaps long after it lost the lease.
    Finish { message: usize, late_by: u32, how: Finish },
    /// Time passes, or the clock is set back.
    Wait { s: i64 },
}

/// Which key is pressed, and what it says.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub of: Presser,
    pub event: Option<u8>,
    pub body: u8,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Presser {
    Device(u32),
    /// A device whose name somebody else uses, with a wrong key.
    Impostor(u32),
    Watch(u32),
    Stranger(u8),
}

impl Key {
    /// Returns what the bytes say: the same bytes always say the same.
    pub(super) fn kind(&self) -> SignalKind {
        [SignalKind::Sos, SignalKind::Fall, SignalKind::Help][usize::from(self.body) % 3]
    }
}

/// What is done to a ticket.
#[derive(Clone, Debug)]
pub(super) enum Move {
    Answer {
        operator: u32,
        take_over: bool,
    },
    Confirm,
    Verify {
        senior: Option<u32>,
    },
    Assign {
        aide: u32,
        role: TeamRole,
    },
    /// A step of one of its offers.
    Offer {
        offer: usize,
        command: OfferCommand,
    },
    Note,
    Close,
    Reopen,
    /// Only the deadlines move, without an event.
    Postpone,
    /// Past the domain: an aide holds a place that somebody else may hold.
    Force {
        aide: u32,
        role: TeamRole,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Finish {
    Delivered,
    Failed,
    Retry { in_s: i64 },
    Later { in_s: i64 },
}

impl Finish {
    pub(super) fn at(self, now: silverbell_domain::UnixMs) -> OutboxResult {
        match self {
            Self::Delivered => OutboxResult::Delivered(now),
            Self::Failed => OutboxResult::Failed(now, "no such number".into()),
            Self::Retry { in_s } => OutboxResult::Retry(now.plus_s(in_s)),
            Self::Later { in_s } => OutboxResult::Later(now.plus_s(in_s)),
        }
    }
}

/// Returns any step.
pub(super) fn any_step() -> BoxedStrategy<Step> {
    let open = (0..SENIORS, prop_oneof![Just(Kind::Call), Just(Kind::Service)]);
    prop_oneof![
        8 => key().prop_map(Step::Press),
        2 => open.prop_map(|(senior, kind)| Step::OpenByHand { senior, kind }),
        14 => commit(),
        1 => Just(Step::Repeat),
        2 => (prop_oneof![Just(5_i64), Just(60)], 1..3_u32)
            .prop_map(|(for_s, limit)| Step::Lease { for_s, limit }),
        2 => (0..6_usize, prop_oneof![3 => Just(0_u32), 1 => Just(1)], finish())
            .prop_map(|(message, late_by, how)| Step::Finish { message, late_by, how }),
        2 => prop_oneof![5..90_i64, Just(599), Just(601), Just(-4), Just(-300)]
            .prop_map(|s| Step::Wait { s }),
    ]
    .boxed()
}

fn key() -> impl Strategy<Value = Key> {
    let presser = prop_oneof![
        4 => (0..SENIORS).prop_map(Presser::Device),
        1 => (0..SENIORS).prop_map(Presser::Impostor),
        2 => (0..2_u32).prop_map(Presser::Watch),
        3 => (0..2_u8).prop_map(Presser::Stranger),
    ];
    (presser, prop::option::of(0..3_u8), 0..3_u8).prop_map(|(of, event, body)| Key {
        of,
        event,
        body,
    })
}

fn commit() -> impl Strategy<Value = Step> {
    let one = || (0..4_usize, any_move());
    let moves = prop_oneof![
        4 => one().prop_map(|one| vec![one]),
        1 => (one(), one()).prop_map(|(one, other)| vec![one, other]),
    ];
    let stale = prop::bool::weighted(0.1);
    let message_due_s = prop::option::weighted(0.2, prop_oneof![Just(0_i64), Just(60)]);
    let key = prop::option::weighted(0.2, 0..3_u8);
    (moves, stale, message_due_s, key).prop_map(|(moves, stale, message_due_s, key)| Step::Commit {
        moves,
        stale,
        message_due_s,
        key,
    })
}

fn any_move() -> impl Strategy<Value = Move> {
    let role = || prop_oneof![Just(TeamRole::Lead), Just(TeamRole::Support)];
    let senior = prop::option::of(0..SENIORS);
    prop_oneof![
        3 => (1..3_u32, any::<bool>())
            .prop_map(|(operator, take_over)| Move::Answer { operator, take_over }),
        1 => Just(Move::Confirm),
        2 => senior.prop_map(|senior| Move::Verify { senior }),
        6 => (0..AIDES, role()).prop_map(|(aide, role)| Move::Assign { aide, role }),
        8 => (0..3_usize, command()).prop_map(|(offer, command)| Move::Offer { offer, command }),
        1 => Just(Move::Note),
        3 => Just(Move::Close),
        2 => Just(Move::Reopen),
        1 => Just(Move::Postpone),
        1 => (0..AIDES, role()).prop_map(|(aide, role)| Move::Force { aide, role }),
    ]
}

fn command() -> impl Strategy<Value = OfferCommand> {
    prop_oneof![
        4 => Just(OfferCommand::Accept),
        1 => Just(OfferCommand::Decline(Some("the motor is broken".into()))),
        1 => Just(OfferCommand::Depart),
        3 => Just(OfferCommand::OnScene(Arrival::Claimed)),
        1 => Just(OfferCommand::WithSenior(Arrival::Confirmed)),
        1 => Just(OfferCommand::Escort),
        1 => Just(OfferCommand::Done),
        2 => Just(OfferCommand::Expire),
        1 => Just(OfferCommand::Withdraw(WithdrawReason::Replaced)),
    ]
}

fn finish() -> impl Strategy<Value = Finish> {
    prop_oneof![
        Just(Finish::Delivered),
        Just(Finish::Failed),
        prop_oneof![Just(1_i64), Just(30)].prop_map(|in_s| Finish::Retry { in_s }),
        Just(Finish::Later { in_s: 30 }),
    ]
}
