//! The measures by which the service is judged (考核指标), each defined once: reports, board and help texts
//! read them from here.

use crate::{Phase, ResponseFacts, Times, UnixMs};

/// A step of a ticket at which a clock starts or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The alarm was received.
    Received,
    /// An operator answered.
    Answered,
    /// The first dispatch was offered.
    FirstOffered,
    /// The first responder accepted.
    Accepted,
    /// The first responder was at the door.
    OnScene,
    /// It was closed.
    Closed,
    /// The senior was called back.
    FollowedUp,
}

impl Moment {
    /// Returns its name among a ticket's times.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Answered => "answered",
            Self::FirstOffered => "first_offered",
            Self::Accepted => "accepted",
            Self::OnScene => "on_scene",
            Self::Closed => "closed",
            Self::FollowedUp => "followed_up",
        }
    }

    const fn of(self, times: &Times) -> Option<UnixMs> {
        match self {
            Self::Received => Some(times.received),
            Self::Answered => times.answered,
            Self::FirstOffered => times.first_offered,
            Self::Accepted => times.accepted,
            Self::OnScene => times.on_scene,
            Self::Closed => times.closed,
            Self::FollowedUp => times.followed_up,
        }
    }
}

/// Which tickets a measure counts; tests, duplicates, drills and work on devices are never counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Population {
    /// Every ticket.
    All,
    /// Emergencies.
    Emergencies,
    /// Emergencies at whose door somebody was.
    AttendedEmergencies,
}

impl Population {
    /// Returns its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Emergencies => "emergencies",
            Self::AttendedEmergencies => "attended_emergencies",
        }
    }

    const fn counts(self, facts: &ResponseFacts) -> bool {
        match self {
            Self::All => true,
            Self::Emergencies => facts.is_emergency,
            Self::AttendedEmergencies => facts.is_emergency && facts.times.on_scene.is_some(),
        }
    }
}

/// One measure.
///
/// A ticket is inside when the clock ended within the limit, outside when it ended later or still runs
/// although the limit has passed, and pending while it still runs inside the limit. One that was closed
/// without the step, settled on the telephone say, is not counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// Its name.
    pub key: &'static str,
    /// Where the clock starts…
    pub from: Moment,
    /// …and ends.
    pub to: Moment,
    /// The limit, seconds; the limit itself is inside.
    pub within_s: u32,
    /// The share that has to be inside, 0 to 1; `None` where nobody has set one.
    pub target: Option<f64>,
    /// Which tickets count.
    pub population: Population,
    /// Whether a ticket outside it asks for a cause before its month is closed.
    pub asks_for_cause: bool,
    /// Where limit and target come from.
    pub source: &'static str,
}

const CIRCLE: &str = "the 10 to 30 minute rescue circle, from receiving the SOS";
const TELECARE: &str = "telecare: TSA Quality Standards Framework, EN 50134-7";

/// Every measure, in the order in which reports show them.
pub const MEASURES: [Measure; 9] = [
    Measure {
        key: "answered_15s",
        from: Moment::Received,
        to: Moment::Answered,
        within_s: 15,
        target: Some(0.9),
        population: Population::Emergencies,
        asks_for_cause: false,
        source: "emergency calls: NENA-STA-020, 90 % within 15 s",
    },
    Measure {
        key: "answered_60s",
        from: Moment::Received,
        to: Moment::Answered,
        within_s: 60,
        target: Some(0.975),
        population: Population::All,
        asks_for_cause: false,
        source: TELECARE,
    },
    Measure {
        key: "answered_180s",
        from: Moment::Received,
        to: Moment::Answered,
        within_s: 180,
        target: Some(0.99),
        population: Population::All,
        asks_for_cause: true,
        source: TELECARE,
    },
    Measure {
        key: "accepted_60s",
        from: Moment::FirstOffered,
        to: Moment::Accepted,
        within_s: 60,
        target: None,
        population: Population::Emergencies,
        asks_for_cause: false,
        source: "dispatch.widen_after_s: until then nobody further away is asked",
    },
    Measure {
        key: "on_scene_10min",
        from: Moment::Received,
        to: Moment::OnScene,
        within_s: 600,
        target: None,
        population: Population::Emergencies,
        asks_for_cause: false,
        source: CIRCLE,
    },
    Measure {
        key: "on_scene_20min",
        from: Moment::Received,
        to: Moment::OnScene,
        within_s: 1_200,
        target: None,
        population: Population::Emergencies,
        asks_for_cause: false,
        source: CIRCLE,
    },
    Measure {
        key: "on_scene_30min",
        from: Moment::Received,
        to: Moment::OnScene,
        within_s: 1_800,
        target: Some(1.0),
        population: Population::Emergencies,
        asks_for_cause: true,
        source: CIRCLE,
    },
    Measure {
        key: "dispatched_on_scene_30min",
        from: Moment::FirstOffered,
        to: Moment::OnScene,
        within_s: 1_800,
        target: None,
        population: Population::Emergencies,
        asks_for_cause: false,
        source: "beside the promise: the part of it after the first dispatch",
    },
    Measure {
        key: "called_back_24h",
        from: Moment::Closed,
        to: Moment::FollowedUp,
        within_s: 86_400,
        target: Some(1.0),
        population: Population::AttendedEmergencies,
        asks_for_cause: true,
        source: "an attended SOS is called back within a day",
    },
];

/// How a ticket stands to a measure, with how long it took, or has taken so far, milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// In time.
    Inside(i64),
    /// Too late, or not yet and too late already.
    Outside(i64),
    /// Not yet, and still in time.
    Pending(i64),
}

impl Measure {
    /// Returns the measure of a name.
    #[must_use]
    pub fn of(key: &str) -> Option<&'static Self> {
        MEASURES.iter().find(|measure| measure.key == key)
    }

    /// Returns how a ticket stands to it; `None` when it does not count. An end that by a clock set back
    /// came before the start took no time.
    #[must_use]
    pub fn standing(&self, facts: &ResponseFacts, now: UnixMs) -> Option<Standing> {
        if !self.population.counts(facts) {
            return None;
        }
        let limit_ms = i64::from(self.within_s) * 1_000;
        let from = self.from.of(&facts.times)?;
        if let Some(to) = self.to.of(&facts.times) {
            let took_ms = to.since_ms(from).max(0);
            let inside = took_ms <= limit_ms;
            return Some(if inside {
                Standing::Inside(took_ms)
            } else {
                Standing::Outside(took_ms)
            });
        }
        // What was closed without the step is not waited for, but for what only begins with closing.
        if facts.times.closed.is_some() && self.from != Moment::Closed {
            return None;
        }
        let so_far_ms = now.since_ms(from).max(0);
        Some(if so_far_ms > limit_ms {
            Standing::Outside(so_far_ms)
        } else {
            Standing::Pending(so_far_ms)
        })
    }
}

/// What a measure came to in a span.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measured {
    /// In time.
    pub inside: usize,
    /// Too late.
    pub outside: usize,
    /// Neither yet.
    pub pending: usize,
    /// How long it took those who came so far, seconds.
    pub took: Phase,
}

impl Measured {
    /// Measures these tickets.
    #[must_use]
    pub fn of(measure: &Measure, tickets: &[ResponseFacts], now: UnixMs) -> Self {
        let mut measured = Self::default();
        let mut took_s = Vec::new();
        for facts in tickets {
            let has_ended = measure.to.of(&facts.times).is_some();
            match measure.standing(facts, now) {
                None => {}
                Some(Standing::Pending(_)) => measured.pending += 1,
                Some(Standing::Inside(ms)) => {
                    measured.inside += 1;
                    took_s.push(ms as f64 / 1_000.0);
                }
                Some(Standing::Outside(ms)) => {
                    measured.outside += 1;
                    if has_ended {
                        took_s.push(ms as f64 / 1_000.0);
                    }
                }
            }
        }
        measured.took = Phase::of(took_s);
        measured
    }

    /// Returns the share in time of those of which it is known, 0 to 1; `None` when it is of none.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        let known = self.inside + self.outside;
        (known > 0).then(|| self.inside as f64 / known as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_700_000_000_000;

    fn at(s: i64) -> UnixMs {
        UnixMs(NOON + s * 1_000)
    }

    fn facts(change: impl FnOnce(&mut Times)) -> ResponseFacts {
        let mut times = Times::opened(None, at(0), at(0));
        change(&mut times);
        crate::report::tests::facts_of(times)
    }

    fn standing(key: &str, facts: &ResponseFacts, now_s: i64) -> Option<Standing> {
        Measure::of(key).and_then(|measure| measure.standing(facts, at(now_s)))
    }

    #[test]
    fn the_limit_itself_is_inside_and_a_millisecond_more_is_not() {
        let answered = |ms| facts(|times| times.answered = Some(UnixMs(NOON + ms)));
        let ends = |ms| standing("answered_15s", &answered(ms), 0);
        assert_eq!(ends(15_000), Some(Standing::Inside(15_000)));
        assert_eq!(ends(15_001), Some(Standing::Outside(15_001)));
        assert_eq!(ends(-5_000), Some(Standing::Inside(0)), "a clock was set back");
    }

    #[test]
    fn who_still_waits_is_pending_and_then_too_late() {
        let waiting = facts(|_| ());
        assert_eq!(standing("on_scene_30min", &waiting, 1_800), Some(Standing::Pending(1_800_000)));
        assert_eq!(standing("on_scene_30min", &waiting, 1_801), Some(Standing::Outside(1_801_000)));
    }

    #[test]
    fn what_was_settled_on_the_telephone_is_not_waited_for() {
        let settled = facts(|times| times.closed = Some(at(60)));
        assert_eq!(standing("on_scene_30min", &settled, 86_400), None);
        assert_eq!(standing("called_back_24h", &settled, 86_400 * 3), None, "nobody was there");
        let attended = facts(|times| (times.on_scene, times.closed) = (Some(at(50)), Some(at(60))));
        let overdue = standing("called_back_24h", &attended, 86_400 * 3);
        assert!(matches!(overdue, Some(Standing::Outside(_))), "{overdue:?}");
    }

    #[test]
    fn what_is_no_emergency_is_in_no_promise_of_one() {
        let mut question = facts(|times| times.answered = Some(at(90)));
        question.is_emergency = false;
        assert_eq!(standing("answered_15s", &question, 90), None);
        assert_eq!(standing("answered_60s", &question, 90), Some(Standing::Outside(90_000)));
    }

    #[test]
    fn a_share_is_of_those_of_which_it_is_known() {
        let tickets = [
            facts(|times| times.answered = Some(at(10))),
            facts(|times| times.answered = Some(at(20))),
            facts(|_| ()),
        ];
        let Some(measure) = Measure::of("answered_15s") else { panic!("it is a measure") };
        let early = Measured::of(measure, &tickets, at(12));
        assert_eq!((early.inside, early.outside, early.pending), (1, 1, 1));
        assert_eq!(early.share(), Some(0.5));
        assert_eq!((early.took.n, early.took.p50_s), (2, 15.0));
        let late = Measured::of(measure, &tickets, at(60));
        assert_eq!(
            (late.outside, late.pending, late.took.n),
            (2, 0, 2),
            "who waits took no time yet"
        );
        assert_eq!(Measured::of(measure, &[], at(0)).share(), None);
    }

    #[test]
    fn every_measure_has_a_name_of_its_own() {
        let mut keys: Vec<_> = MEASURES.iter().map(|measure| measure.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), MEASURES.len());
    }
}
