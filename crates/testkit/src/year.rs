//! Tickets of a year with every edge that a report has to get right, the same for the same seed. They are as
//! the store keeps them, not as moves make them: a year of moves would take an hour.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use silverbell_domain::{
    By, Cause, Closing, EscalationTarget, Eta, EtaSource, Flag, Handling, Ids, Kind, NewEvent,
    Offer, OfferId, OfferState, Outcome, Policy, ResponderId, Senior, TeamRole, Ticket, TicketId,
    Times, UnixMs, Urgency, UserId, WithdrawReason, open_by_hand,
};

/// A year of tickets.
#[derive(Debug)]
pub struct Year<'a> {
    /// Where identities come from.
    pub ids: &'a crate::SeededIds,
    /// Whose tickets they are.
    pub seniors: &'a [Senior],
    /// Who is asked; of some the store may know nothing.
    pub responders: &'a [ResponderId],
    /// Moments at which something begins, midnights and first days of months: tickets are received there
    /// and a millisecond before.
    pub edges: &'a [UnixMs],
    /// When it begins and ends.
    pub span: (UnixMs, UnixMs),
    /// Chance.
    pub chance: Chance,
}

/// Chance from a seed.
#[derive(Debug)]
pub struct Chance(ChaCha8Rng);

impl Chance {
    /// Returns the chance of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Returns a number below `n`, 0 where `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0.next_u64().checked_rem(n).unwrap_or(0)
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len() as u64) as usize)
    }
}

const OPERATOR: UserId = UserId(uuid::Uuid::from_u128(4_711));

impl Year<'_> {
    /// Returns a closed ticket with the event that opened it; `None` where there is no senior.
    pub fn closed(&mut self, policy: &Policy) -> Option<(Ticket, NewEvent)> {
        let received = self.moment();
        let (mut ticket, event) = self.opened(received, policy)?;
        self.happen(&mut ticket);
        self.close(&mut ticket);
        ticket.deadlines.clear();
        Some((ticket, event))
    }

    /// Returns an open ticket that was received then. No emergency, for a senior has one of them at most.
    pub fn open(&mut self, received: UnixMs, policy: &Policy) -> Option<(Ticket, NewEvent)> {
        let (mut ticket, event) = self.opened(received, policy)?;
        (ticket.kind, ticket.urgency) = (Kind::Wandering, Urgency::Normal);
        if self.chance.one_in(2) {
            ticket.times.answered = Some(received.plus_s(9));
            ticket.handling = Handling::Answered { by: OPERATOR, at: received.plus_s(9) };
            ticket.reopened = 1;
        }
        Some((ticket, event))
    }

    fn moment(&mut self) -> UnixMs {
        let (from, to) = self.span;
        if let (true, Some(edge)) = (self.chance.one_in(40), self.chance.of(self.edges)) {
            return UnixMs(edge.0 - i64::from(self.chance.one_in(2)));
        }
        UnixMs(from.0 + self.chance.below(to.since_ms(from).unsigned_abs()).cast_signed())
    }

    fn opened(&mut self, received: UnixMs, policy: &Policy) -> Option<(Ticket, NewEvent)> {
        let chance = &mut self.chance;
        let senior = chance.of(self.seniors)?;
        let kind = if chance.one_in(3) { *chance.of(Kind::ALL)? } else { Kind::Sos };
        let id = TicketId(self.ids.next());
        let (mut ticket, event) = open_by_hand(id, senior, kind, By::Machine, received, policy);
        let ring = chance.of(&[10, 20, 30])?;
        ticket.ring_min = *ring;
        ticket.flags = Flag::ALL.iter().copied().filter(|_| chance.one_in(12)).collect();
        if let (Some(who), true) = (ticket.who.as_mut(), chance.one_in(30)) {
            who.village = "东,\"村\"\n".into();
        }
        if chance.one_in(25) {
            (ticket.senior, ticket.who) = (None, None);
            ticket.unknown_ident = Some(format!("watch/{}", ticket.id));
        }
        Some((ticket, event))
    }

    /// So much later than something else; now and then a clock was set back.
    fn later(&mut self, from: UnixMs, within_s: u64) -> UnixMs {
        let ms = self.chance.below(within_s * 1_000).cast_signed();
        UnixMs(from.0 + if self.chance.one_in(200) { -ms } else { ms })
    }

    fn happen(&mut self, ticket: &mut Ticket) {
        let received = ticket.times.received;
        let mut times = Times::opened(None, received, received);
        times.pressed = self.chance.one_in(2).then(|| self.later(received, 90));
        times.opened = self.later(received, 1);
        // The limits themselves, too.
        let exact = [15_000, 15_001, 60_000, 180_000, 180_001];
        let exact = self.chance.of(&exact).copied().filter(|_| self.chance.one_in(50));
        let answered = self.later(received, 70);
        times.answered =
            (!self.chance.one_in(30)).then(|| exact.map_or(answered, |ms| UnixMs(received.0 + ms)));
        if ticket.is_emergency() && !self.chance.one_in(8) {
            let offered = self.later(received, 40);
            times.first_offered = Some(offered);
            self.ask(ticket, &mut times, offered);
        }
        if self.chance.one_in(20) {
            let target = [EscalationTarget::Ambulance, EscalationTarget::Leader];
            ticket.escalated_to.extend(self.chance.of(&target));
            times.ambulance_called = Some(self.later(received, 600));
        }
        ticket.times = times;
    }

    /// Some say no; then two go, now and then four.
    fn ask(&mut self, ticket: &mut Ticket, times: &mut Times, offered: UnixMs) {
        for role in TeamRole::TEAM {
            for _ in 0..self.chance.below(3) {
                let at = self.later(offered, 60);
                let state = match self.chance.below(3) {
                    0 => OfferState::Declined { declined_at: at, reason: None },
                    1 => OfferState::Expired { expired_at: at },
                    _ => {
                        OfferState::Withdrawn { withdrawn_at: at, why: WithdrawReason::PlaceTaken }
                    }
                };
                self.offer(ticket, role, offered, state);
            }
        }
        if self.chance.one_in(10) {
            return;
        }
        let teams = if self.chance.one_in(40) { 2 } else { 1 };
        for _ in 0..teams {
            for role in TeamRole::TEAM {
                let accepted_at = self.later(offered, 90);
                // Some forgot to accept and said so at the door.
                let forgot = self.chance.one_in(20);
                let on_scene_at = if forgot { accepted_at } else { self.later(accepted_at, 2_400) };
                let exact = self.chance.one_in(60).then(|| ticket.times.received.plus_s(1_800));
                let on_scene_at = exact.unwrap_or(on_scene_at);
                let done_at = self.later(on_scene_at, 3_600);
                let state = OfferState::Done { accepted_at, on_scene_at, done_at };
                self.offer(ticket, role, offered, state);
                let first =
                    |known: Option<UnixMs>, at| known.map_or(at, |known: UnixMs| known.min(at));
                times.accepted = Some(first(times.accepted, accepted_at));
                times.on_scene = Some(first(times.on_scene, on_scene_at));
            }
        }
        times.with_senior = times.on_scene;
    }

    fn offer(&mut self, ticket: &mut Ticket, role: TeamRole, at: UnixMs, state: OfferState) {
        let Some(responder) = self.chance.of(self.responders) else { return };
        ticket.offers.push(Offer {
            id: OfferId(self.ids.next()),
            responder: *responder,
            role,
            eta: Eta { s: 30 + self.chance.below(1_200) as u32, source: EtaSource::Roads },
            ring_min: ticket.ring_min,
            overdue: false,
            offered_at: at,
            deadline: at.plus_s(30),
            counts_from: None,
            link: None,
            way: None,
            door: None,
            chance_pct: 100,
            rings: None,
            seen_at: None,
            word: None,
            help_asked: std::collections::BTreeSet::new(),
            nearer_suggested: false,
            travelled_m: None,
            state,
        });
    }

    fn close(&mut self, ticket: &mut Ticket) {
        let last = ticket.times.on_scene.unwrap_or(ticket.times.received);
        let at = self.later(last, 7_200);
        let outcome = *self.chance.of(Outcome::ALL).unwrap_or(&Outcome::Helped);
        let closing = Closing {
            by: OPERATOR,
            at,
            outcome,
            cause: self.chance.of(Cause::ALL).copied().filter(|_| self.chance.one_in(2)),
            note: None,
            hospital: None,
            duplicate_of: None,
            witness: None,
        };
        ticket.times.closed = Some(at);
        ticket.handling = Handling::Closed { closing: closing.clone() };
        if self.chance.one_in(20) {
            ticket.reopened = 1 + self.chance.below(3) as u8;
        }
        if self.chance.one_in(3) {
            let called_at = self.later(at, 2 * 86_400);
            ticket.times.followed_up = Some(called_at);
            ticket.satisfaction = Some(1 + self.chance.below(5) as u8);
            ticket.complaints = u8::from(self.chance.one_in(9)) * 2;
            ticket.handling = Handling::FollowedUp { closing, at: called_at };
        }
    }
}
