//! How fast help was (应答时效): the phases of tickets and the share reached inside the circle, as the
//! contract's report defines them.

use serde::{Deserialize, Serialize};

use crate::{
    Cause, Channel, EscalationTarget, Flag, Kind, Offer, OfferState, Outcome, ResponderId,
    SeniorId, TeamRole, Ticket, TicketId, Times, UnixMs, Urgency,
};

/// The circle's rings in the report, minutes.
pub const WITHIN_MIN: [i64; 3] = [10, 20, 30];

/// The times of one phase.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Phase {
    /// How many tickets came so far.
    pub n: usize,
    /// Half of them within this, seconds.
    pub p50_s: f64,
    /// Nine in ten within this, seconds.
    pub p90_s: f64,
    /// Ninety-nine in a hundred within this, seconds.
    pub p99_s: f64,
    /// The mean, seconds.
    pub mean_s: f64,
}

impl Phase {
    /// Returns the phase of these times; percentiles are interpolated linearly, as `percentile_cont`.
    #[must_use]
    pub fn of(mut times_s: Vec<f64>) -> Self {
        let n = times_s.len();
        let Some(last) = n.checked_sub(1) else { return Self::default() };
        let mean_s = times_s.iter().sum::<f64>() / n as f64;
        // From the last to the first: what was looked for before has put whatever is less before it, so
        // that nothing is sorted whole.
        let mut end = n;
        let mut percentile = |part: f64| {
            let at = part * last as f64;
            let high = at.ceil() as usize;
            let (before, &mut above, _) =
                times_s[..end].select_nth_unstable_by(high, f64::total_cmp);
            end = high + 1;
            if at.fract() == 0.0 {
                return above;
            }
            let below = before.iter().copied().max_by(f64::total_cmp).unwrap_or(above);
            below + (above - below) * at.fract()
        };
        let (p99_s, p90_s, p50_s) = (percentile(0.99), percentile(0.9), percentile(0.5));
        Self { n, p50_s, p90_s, p99_s, mean_s }
    }
}

/// What became of asking somebody to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AskedAnswer {
    /// None yet.
    Waits,
    /// Said yes, and was not taken back.
    Accepted,
    /// Said no, or gave it back.
    Declined,
    /// Did not answer in time.
    Expired,
    /// Was taken back.
    Withdrawn,
}

/// Somebody who was asked to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedFacts {
    /// Who.
    pub responder: ResponderId,
    /// For which place in the team.
    pub role: TeamRole,
    /// What became of it.
    pub answer: AskedAnswer,
    /// How long the way was thought to take, seconds.
    pub eta_s: u32,
    /// When.
    pub offered_at: UnixMs,
    /// When the responder said yes.
    pub accepted_at: Option<UnixMs>,
    /// When the responder was at the door.
    pub on_scene_at: Option<UnixMs>,
}

impl AskedFacts {
    fn of(offer: &Offer) -> Self {
        let (answer, accepted_at, on_scene_at) = match &offer.state {
            OfferState::Offered => (AskedAnswer::Waits, None, None),
            OfferState::Accepted { accepted_at, .. } => {
                (AskedAnswer::Accepted, Some(*accepted_at), None)
            }
            OfferState::OnScene { accepted_at, on_scene_at, .. }
            | OfferState::Escorting { accepted_at, on_scene_at, .. }
            | OfferState::Done { accepted_at, on_scene_at, .. } => {
                (AskedAnswer::Accepted, Some(*accepted_at), Some(*on_scene_at))
            }
            OfferState::Declined { .. } => (AskedAnswer::Declined, None, None),
            OfferState::Expired { .. } => (AskedAnswer::Expired, None, None),
            OfferState::Withdrawn { .. } => (AskedAnswer::Withdrawn, None, None),
        };
        Self {
            responder: offer.responder,
            role: offer.role,
            answer,
            eta_s: offer.eta.s,
            offered_at: offer.offered_at,
            accepted_at,
            on_scene_at,
        }
    }
}

/// What the report knows of a ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct ResponseFacts {
    /// Which ticket.
    pub ticket: TicketId,
    /// Its number, for people.
    pub number: u64,
    /// Its facts in time.
    pub times: Times,
    /// Whether it is an emergency.
    pub is_emergency: bool,
    /// The ring in which people were last asked, minutes.
    pub ring_min: u16,
    /// Who accepted, and was not taken back.
    pub went: Vec<ResponderId>,
    /// Whether reports count it: tests, duplicates, drills and work on devices are left out.
    pub is_counted: bool,
    /// Whose it was, where known.
    pub senior: Option<SeniorId>,
    /// The senior's village as it was written then; empty where nobody is known.
    pub village: String,
    /// What it was about.
    pub kind: Kind,
    /// How urgent it was last.
    pub urgency: Urgency,
    /// How it came.
    pub channel: Channel,
    /// What came of it; `None` while it is open.
    pub outcome: Option<Outcome>,
    /// What it was about, where that was said at its end.
    pub cause: Option<Cause>,
    /// What is doubtful.
    pub flags: Vec<Flag>,
    /// Everybody asked, in the order of asking.
    pub asked: Vec<AskedFacts>,
    /// To whom it was escalated.
    pub escalated_to: Vec<EscalationTarget>,
    /// How often somebody was dissatisfied with it.
    pub complaints: u8,
    /// How satisfied somebody was when last asked, 1 to 5.
    pub satisfaction: Option<u8>,
    /// How often it was opened again.
    pub reopened: u8,
}

impl ResponseFacts {
    /// Returns what reports know of a ticket, whether they count it or not.
    #[must_use]
    pub fn of(ticket: &Ticket) -> Self {
        let closing = ticket.handling.closing();
        let outcome = closing.map(|closing| closing.outcome);
        let is_left_out = matches!(ticket.kind, Kind::Equipment | Kind::Drill)
            || matches!(outcome, Some(Outcome::Test | Outcome::Duplicate));
        let asked: Vec<AskedFacts> = ticket.offers.iter().map(AskedFacts::of).collect();
        Self {
            ticket: ticket.id,
            number: ticket.number,
            times: ticket.times.clone(),
            is_emergency: ticket.is_emergency(),
            ring_min: ticket.ring_min,
            went: who_went(&asked),
            is_counted: !is_left_out,
            senior: ticket.senior,
            village: ticket.who.as_ref().map(|who| who.village.clone()).unwrap_or_default(),
            kind: ticket.kind,
            urgency: ticket.urgency,
            channel: ticket.channel,
            outcome,
            cause: closing.and_then(|closing| closing.cause),
            flags: ticket.flags.iter().copied().collect(),
            asked,
            escalated_to: ticket.escalated_to.iter().copied().collect(),
            complaints: ticket.complaints,
            satisfaction: ticket.satisfaction,
            reopened: ticket.reopened,
        }
    }

    /// Returns how long the way was thought to take for the first who was at the door, and how long it took
    /// from accepting on, seconds. `None` where nobody was there, or nobody knows when the way began.
    #[must_use]
    pub fn first_way(&self) -> Option<(u32, f64)> {
        let at_door = self.asked.iter().filter_map(|it| Some((it.on_scene_at?, it)));
        let (there_at, first) = at_door.min_by_key(|(at, _)| *at)?;
        let took_ms = there_at.since_ms(first.accepted_at?);
        (took_ms > 0).then(|| (first.eta_s, took_ms as f64 / 1_000.0))
    }
}

/// Returns who accepted and was not taken back, each once.
#[must_use]
pub fn who_went(asked: &[AskedFacts]) -> Vec<ResponderId> {
    let went = asked.iter().filter(|it| it.answer == AskedAnswer::Accepted);
    let mut went: Vec<ResponderId> = went.map(|it| it.responder).collect();
    went.sort_unstable();
    went.dedup();
    went
}

/// What a group of tickets came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ResponseTimes {
    /// Tickets.
    pub count: usize,
    /// From receiving to an operator's answer.
    pub answer: Phase,
    /// From receiving to the first offer.
    pub offer: Phase,
    /// From the first offer to the first acceptance.
    pub accept: Phase,
    /// From the first offer to the first at the door.
    pub arrive: Phase,
    /// From receiving to the end.
    pub close: Phase,
    /// Of the emergencies at whose door somebody was, the share reached within 10, 20, 30 minutes of
    /// receiving; `None` where there was none.
    pub within: [Option<f64>; 3],
}

impl ResponseTimes {
    /// Measures a group of tickets. A step that by a clock set back came before its beginning took no time.
    #[must_use]
    pub fn of(tickets: &[&ResponseFacts]) -> Self {
        let phase = |from: fn(&Times) -> Option<UnixMs>, to: fn(&Times) -> Option<UnixMs>| {
            let took = |it: &&ResponseFacts| {
                let ms = to(&it.times)?.since_ms(from(&it.times)?);
                Some(ms.max(0) as f64 / 1_000.0)
            };
            Phase::of(tickets.iter().filter_map(took).collect())
        };
        let received: fn(&Times) -> Option<UnixMs> = |t| Some(t.received);
        let reached_ms = |it: &&ResponseFacts| Some(it.times.on_scene?.since_ms(it.times.received));
        let emergencies = tickets.iter().filter(|it| it.is_emergency);
        let reached: Vec<i64> = emergencies.filter_map(reached_ms).collect();
        let within = |min: i64| {
            let inside = reached.iter().filter(|ms| **ms <= min * 60_000).count();
            (!reached.is_empty()).then(|| inside as f64 / reached.len() as f64)
        };
        Self {
            count: tickets.len(),
            answer: phase(received, |t| t.answered),
            offer: phase(received, |t| t.first_offered),
            accept: phase(|t| t.first_offered, |t| t.accepted),
            arrive: phase(|t| t.first_offered, |t| t.on_scene),
            close: phase(received, |t| t.closed),
            within: WITHIN_MIN.map(within),
        }
    }
}
