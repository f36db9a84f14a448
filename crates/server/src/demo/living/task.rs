//! What a responder does with an offer: pure.
//!
//! The service is the only truth about where an offer stands. Everybody looks at it every few
//! seconds; when the stage has changed, by whatever hand, the next step is drawn anew. So an offer
//! withdrawn, accepted by telephone, or found after a restart needs no case of its own.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use silverbell_domain::LatLon;
use tokio::time::Instant;

use super::chance::Chance;

/// So near the door is there, metres.
const THERE_M: f64 = 30.0;

/// A step that was not taken, or changed nothing, is tried again after so long.
const RETRY: Duration = Duration::from_secs(10);

/// Why somebody says no, as the aide's page words it.
const REASONS: [&str; 3] = ["太远", "正在忙", "身体不适"];

/// The answer to `GET /v1/me/offers`, as far as needed.
#[derive(Debug, Deserialize)]
pub(super) struct InHand {
    items: Vec<Item>,
}

#[derive(Debug, Deserialize)]
struct Item {
    offer: Offer,
    ticket: Ticket,
    senior: Option<LatLon>,
}

#[derive(Debug, Deserialize)]
struct Offer {
    id: String,
    status: String,
    departed_at: Option<String>,
    with_senior_at: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Ticket {
    position: Option<LatLon>,
}

/// Where an offer stands, as far as the responder acts on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Offered,
    Accepted,
    OnTheWay,
    AtDoor,
    WithSenior,
    Escorting,
}

/// An offer as the service has it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    offer: String,
    stage: Stage,
    door: Option<LatLon>,
}

impl InHand {
    /// Returns the offer that counts: the one furthest on, for who goes already asks no more.
    pub(super) fn foremost(self) -> Option<Seen> {
        self.items.into_iter().filter_map(Item::seen).max_by_key(|seen| seen.stage)
    }
}

impl Item {
    fn seen(self) -> Option<Seen> {
        let Offer { id, status, departed_at, with_senior_at } = self.offer;
        let stage = match status.as_str() {
            "offered" => Stage::Offered,
            "accepted" if departed_at.is_none() => Stage::Accepted,
            "accepted" => Stage::OnTheWay,
            "on_scene" if with_senior_at.is_none() => Stage::AtDoor,
            "on_scene" => Stage::WithSenior,
            "escorting" => Stage::Escorting,
            _ => return None,
        };
        Some(Seen { offer: id, stage, door: self.ticket.position.or(self.senior) })
    }
}

/// A step that a responder takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Accept,
    Decline(&'static str),
    Depart,
    OnScene,
    WithSenior,
    Escort,
    Done,
}

impl Step {
    /// Returns the last part of the call's path.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Decline(_) => "decline",
            Self::Depart => "depart",
            Self::OnScene => "on-scene",
            Self::WithSenior => "with-senior",
            Self::Escort => "escort",
            Self::Done => "done",
        }
    }

    /// Returns the call's body.
    pub(super) fn body(self) -> Value {
        match self {
            Self::Decline(reason) => json!({"reason": reason}),
            Self::Accept
            | Self::Depart
            | Self::OnScene
            | Self::WithSenior
            | Self::Escort
            | Self::Done => json!({}),
        }
    }
}

/// An offer in somebody's hand, and the next step with it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Task {
    pub(super) offer: String,
    stage: Stage,
    door: Option<LatLon>,
    next: Option<(Step, Instant)>,
}

impl Task {
    fn begin(seen: Seen, now: Instant, chance: &mut Chance) -> Self {
        let Seen { offer, stage, door } = seen;
        let next = plan(stage, chance).map(|(step, after)| (step, now + after));
        Self { offer, stage, door, next }
    }

    /// Returns the step to take now, from here. It is not taken again at once.
    pub(super) fn take_due(&mut self, now: Instant, here: LatLon) -> Option<Step> {
        let is_waiting_for_the_way = self.stage == Stage::OnTheWay && !self.is_there(here);
        let (step, at) = self.next.as_mut()?;
        if now < *at || is_waiting_for_the_way {
            return None;
        }
        *at = now + RETRY;
        Some(*step)
    }

    /// Returns when a step is due by time alone.
    pub(super) fn wakes_at(&self) -> Option<Instant> {
        let (_, at) = self.next.filter(|_| self.stage != Stage::OnTheWay)?;
        Some(at)
    }

    /// Returns where to be: `None` as long as nobody has set out.
    pub(super) fn heads_for(&self) -> Option<LatLon> {
        self.door.filter(|_| self.stage >= Stage::OnTheWay)
    }

    /// Returns whether the responder stands still to get ready.
    pub(super) fn is_getting_ready(&self) -> bool {
        self.stage == Stage::Accepted
    }

    fn is_there(&self, here: LatLon) -> bool {
        self.door.is_none_or(|door| is_near(here, door))
    }
}

/// Returns whether two places are as good as one.
pub(super) fn is_near(a: LatLon, b: LatLon) -> bool {
    a.distance_m(b) <= THERE_M
}

/// Returns the task after a look at the offers: the same as long as offer and stage are, but with
/// the door where it is now (operators correct it).
pub(super) fn follow(
    task: Option<Task>,
    seen: Option<Seen>,
    now: Instant,
    chance: &mut Chance,
) -> Option<Task> {
    let seen = seen?;
    match task {
        Some(task) if task.offer == seen.offer && task.stage == seen.stage => {
            Some(Task { door: seen.door, ..task })
        }
        Some(_) | None => Some(Task::begin(seen, now, chance)),
    }
}

/// Draws what comes next at a stage and after how long; `None`: the offer is ignored.
fn plan(stage: Stage, chance: &mut Chance) -> Option<(Step, Duration)> {
    let (step, low_s, high_s) = match stage {
        Stage::Offered => (answer(chance)?, 3, 12),
        Stage::Accepted => (Step::Depart, 4, 20),
        Stage::OnTheWay => (Step::OnScene, 0, 0),
        Stage::AtDoor => (Step::WithSenior, 15, 40),
        Stage::WithSenior if chance.percent() < 10 => (Step::Escort, 60, 120),
        Stage::WithSenior | Stage::Escorting => (Step::Done, 120, 240),
    };
    Some((step, chance.seconds(low_s, high_s)))
}

/// Of a hundred offers 80 are accepted, 8 declined, 12 overlooked: enough for the next one to be
/// asked now and then, and for the ring to widen.
fn answer(chance: &mut Chance) -> Option<Step> {
    match chance.percent() {
        0..80 => Some(Step::Accept),
        80..88 => chance.pick(&REASONS).map(|reason| Step::Decline(reason)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
