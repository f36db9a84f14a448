//! Deadlines: what happens to a ticket by itself, and when. The whole set is a pure function of
//! the ticket and the policy, so nothing can forget to set or to clear one.

use serde::{Deserialize, Serialize};

use crate::{Arrival, Channel, Handling, Kind, OfferState, Policy, TeamRole, Ticket, UnixMs};

const HOUR_S: i64 = 3_600;

/// Whoever is known not to move, or not to be where they say, is looked at so many times less often.
const OLD_NEWS: i64 = 4;

/// What a deadline is about; a ticket has at most one of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineKind {
    /// The hold before offers ends.
    HoldEnds,
    /// The next offer expires.
    OfferExpires,
    /// The search widens to the next ring.
    Widen,
    /// All operators are alarmed again.
    AnswerWithin,
    /// The shift lead is told that nobody answers.
    ShiftLead,
    /// The supervisor is told that nobody answers.
    NotAnswered,
    /// The supervisor is told that nobody accepts.
    NotAccepted,
    /// A responder is later than the ETA allowed.
    EtaLapsed,
    /// The owner is reminded of a quiet ticket.
    Quiet,
    /// The supervisor is told that work on devices is not done.
    WorkDue,
    /// It is looked at who is on the way and who is at the door.
    Follow,
    /// Somebody at the door is asked for a word.
    SceneQuiet,
    /// The next thing is tried to hear from a senior who does not speak.
    Silence,
    /// What nobody takes care of is told to the next one.
    Climb,
    /// Somebody alone at a door has to say that all is well.
    Safety,
    /// The senior has to be called back; of a closed ticket.
    CallBack,
    /// It is filed away; of a closed ticket.
    Archive,
}

impl DeadlineKind {
    /// Every kind.
    pub const ALL: [Self; 17] = [
        Self::HoldEnds,
        Self::OfferExpires,
        Self::Widen,
        Self::AnswerWithin,
        Self::ShiftLead,
        Self::NotAnswered,
        Self::NotAccepted,
        Self::EtaLapsed,
        Self::Quiet,
        Self::WorkDue,
        Self::Follow,
        Self::SceneQuiet,
        Self::Silence,
        Self::Climb,
        Self::Safety,
        Self::CallBack,
        Self::Archive,
    ];

    /// Returns whether it is what follows a closed ticket. Every other is an open one's.
    #[must_use]
    pub const fn is_of_closed(self) -> bool {
        matches!(self, Self::CallBack | Self::Archive)
    }

    /// Returns the word used in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HoldEnds => "hold_ends",
            Self::OfferExpires => "offer_expires",
            Self::Widen => "widen",
            Self::AnswerWithin => "answer_within",
            Self::ShiftLead => "shift_lead",
            Self::NotAnswered => "not_answered",
            Self::NotAccepted => "not_accepted",
            Self::EtaLapsed => "eta_lapsed",
            Self::Quiet => "quiet",
            Self::WorkDue => "work_due",
            Self::Follow => "follow",
            Self::SceneQuiet => "scene_quiet",
            Self::Silence => "silence",
            Self::Climb => "climb",
            Self::Safety => "safety",
            Self::CallBack => "call_back",
            Self::Archive => "archive",
        }
    }
}

/// One thing that happens by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// What.
    pub kind: DeadlineKind,
    /// When.
    pub at: UnixMs,
}

impl Ticket {
    /// Replaces the whole set of deadlines by what the present state asks for. Every change to a
    /// ticket ends with this.
    pub fn reschedule(&mut self, policy: &Policy) {
        self.end_climb_without_cause();
        self.deadlines = DeadlineKind::ALL
            .into_iter()
            .filter_map(|kind| self.due_at(kind, policy).map(|at| Deadline { kind, at }))
            .collect();
    }

    /// Returns whether nothing happens by itself any more but what follows a closed ticket.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        self.deadlines.iter().all(|deadline| deadline.kind.is_of_closed())
    }

    /// Returns when a deadline of this kind is due, `None` when the state asks for none.
    #[must_use]
    pub fn due_at(&self, kind: DeadlineKind, policy: &Policy) -> Option<UnixMs> {
        if self.is_open() == kind.is_of_closed() {
            return None;
        }
        // A made-up alarm that stays open must not get anybody out of bed: the canary itself says
        // that it was not heard.
        if self.district.is_canary() {
            return None;
        }
        match kind {
            DeadlineKind::HoldEnds => self.held_until,
            DeadlineKind::OfferExpires => self.offer_expires_at(),
            DeadlineKind::Widen => self.widens_at(policy),
            DeadlineKind::AnswerWithin => self.answer_within_at(policy),
            DeadlineKind::ShiftLead => self.shift_lead_at(policy),
            DeadlineKind::NotAnswered => self.not_answered_at(policy),
            DeadlineKind::NotAccepted => self.not_accepted_at(policy),
            DeadlineKind::EtaLapsed => self.eta_lapses_at(policy),
            DeadlineKind::Quiet => self.quiet_at(policy),
            DeadlineKind::WorkDue => self.work_due_at(policy),
            DeadlineKind::Follow => self.follow_at(policy),
            DeadlineKind::SceneQuiet => self.scene_quiet_at(policy),
            DeadlineKind::Silence => self.silence_at(policy),
            DeadlineKind::Climb => self.climbs_at(policy),
            DeadlineKind::Safety => self.safety_at(),
            DeadlineKind::CallBack => self.call_back_due(policy).map(|due| due.by),
            DeadlineKind::Archive => self.archived_at(policy),
        }
    }

    fn offer_expires_at(&self) -> Option<UnixMs> {
        self.offers
            .iter()
            .filter(|offer| matches!(offer.state, OfferState::Offered))
            .map(crate::Offer::next_expiry)
            .min()
    }

    /// Rings are searched only while offers may go out and a place is empty.
    fn widens_at(&self, policy: &Policy) -> Option<UnixMs> {
        let searching = self.is_emergency()
            && self.held_until.is_none()
            && self.destination().is_some()
            && TeamRole::TEAM.into_iter().any(|role| self.holder(role).is_none());
        (searching && policy.next_ring_min(self.ring_min).is_some())
            .then(|| self.ring_since.plus_s(policy.dispatch.widen_after_s.into()))
    }

    /// Work on devices is done in days; nobody is alarmed for it in seconds.
    fn is_work(&self) -> bool {
        self.kind == Kind::Equipment
    }

    /// Repeated every day.
    fn work_due_at(&self, policy: &Policy) -> Option<UnixMs> {
        let first = || self.times.opened.plus_s(HOUR_S * i64::from(policy.equipment.work_within_h));
        self.is_work().then(|| match self.watch.chased_at {
            Some(at) => at.plus_s(24 * HOUR_S),
            None => first(),
        })
    }

    fn waits_for_an_answer(&self) -> bool {
        matches!(self.handling, Handling::Waiting) && !self.is_work()
    }

    fn answer_within_at(&self, policy: &Policy) -> Option<UnixMs> {
        (self.waits_for_an_answer() && self.watch.operators_alarmed_at.is_none())
            .then(|| self.opened_at().plus_s(policy.handling.answer_within_s.into()))
    }

    fn shift_lead_at(&self, policy: &Policy) -> Option<UnixMs> {
        (self.waits_for_an_answer() && self.watch.shift_lead_at.is_none())
            .then(|| self.opened_at().plus_s(policy.handling.shift_lead_after_s.into()))
    }

    /// From here on it climbs.
    fn not_answered_at(&self, policy: &Policy) -> Option<UnixMs> {
        (self.waits_for_an_answer() && self.watch.not_answered_at.is_none())
            .then(|| self.opened_at().plus_s(policy.handling.supervisor_after_s.into()))
    }

    /// Again when a person took care and still nobody has accepted. Before a person opened the ticket
    /// of a call, nobody could be asked: it was a conversation.
    fn not_accepted_at(&self, policy: &Policy) -> Option<UnixMs> {
        let nobody = !self.offers.iter().any(|offer| offer.state.fills_place());
        let first = match self.channel {
            Channel::Device => self.promised_at(),
            Channel::Call => self.opened_at(),
        };
        let since = self.watch.not_accepted_at.unwrap_or(first);
        (self.is_emergency() && nobody)
            .then(|| since.plus_s(policy.dispatch.escalate_after_s.into()))
    }

    /// While somebody is on the way, or claims to be at the door and nothing agrees. What is the matter
    /// with all of them and was told is looked at less often: there is no hurry to see it end.
    fn follow_at(&self, policy: &Policy) -> Option<UnixMs> {
        let mut is_news = false;
        let followed = self.offers.iter().filter_map(|offer| match offer.state {
            OfferState::Accepted { accepted_at, .. } => {
                is_news |= !offer.is_stuck();
                Some(offer.counts_from.unwrap_or(accepted_at))
            }
            OfferState::OnScene { arrival: Arrival::Claimed, on_scene_at, .. } => {
                is_news |= offer.door.is_none_or(|door| door.doubted_at.is_none());
                Some(offer.counts_from.unwrap_or(on_scene_at))
            }
            OfferState::OnScene { arrival: Arrival::Confirmed, .. }
            | OfferState::Offered
            | OfferState::Escorting { .. }
            | OfferState::Done { .. }
            | OfferState::Declined { .. }
            | OfferState::Expired { .. }
            | OfferState::Withdrawn { .. } => None,
        });
        let first = followed.min().filter(|_| self.is_emergency())?;
        let since = self.watch.followed_at.map_or(first, |at| at.max(first));
        let look_every_s = i64::from(policy.watchdog.look_every_s);
        Some(since.plus_s(if is_news { look_every_s } else { look_every_s * OLD_NEWS }))
    }

    fn scene_quiet_at(&self, policy: &Policy) -> Option<UnixMs> {
        let offers = self.offers.iter().filter(|_| self.is_emergency());
        offers.filter_map(|offer| offer.quiet_on_scene_at(policy)).min()
    }

    fn eta_lapses_at(&self, policy: &Policy) -> Option<UnixMs> {
        self.offers.iter().filter_map(|offer| offer.lapses_at(policy)).min()
    }

    fn quiet_at(&self, policy: &Policy) -> Option<UnixMs> {
        if self.is_work() {
            return None;
        }
        let since = self.watch.chased_at.map_or(self.active_at, |at| at.max(self.active_at));
        Some(since.plus_s(policy.watchdog.quiet_after_s.into()))
    }
}

impl crate::Offer {
    /// Returns when somebody at the door who has not seen the senior has said nothing for too long;
    /// again and again.
    #[must_use]
    pub fn quiet_on_scene_at(&self, policy: &Policy) -> Option<UnixMs> {
        let OfferState::OnScene { on_scene_at, with_senior_at: None, .. } = self.state else {
            return None;
        };
        let arrived_at = self.counts_from.unwrap_or(on_scene_at);
        let since = self.door.and_then(|door| door.quiet_at).unwrap_or(arrived_at);
        Some(since.plus_s(policy.watchdog.scene_word_s.into()))
    }

    /// Returns when the responder is too late: the ETA and its grace after accepting; after it was
    /// noticed once, another grace (a minute at least) later again.
    #[must_use]
    pub fn lapses_at(&self, policy: &Policy) -> Option<UnixMs> {
        let OfferState::Accepted { accepted_at, lapsed_at, .. } = self.state else {
            return None;
        };
        let grace_s = i64::from(policy.watchdog.eta_grace_s);
        Some(match lapsed_at {
            None => {
                let since = self.counts_from.unwrap_or(accepted_at);
                since.plus_s(i64::from(self.eta.s) + grace_s)
            }
            Some(at) => at.plus_s(grace_s.max(60)),
        })
    }
}
