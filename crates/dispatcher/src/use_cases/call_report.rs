//! What became of telephone calls: answered, and how soon; missed, and whether they were reached later.

use std::collections::HashMap;

use silverbell_domain::{CallId, DistrictId, Phase, UnixMs};
use silverbell_store::{CallRecord, UNKNOWN_END};

use super::summary::slices;
use crate::{Dispatcher, UseCaseError};

/// Whoever was missed and not spoken to within this is lost, seconds: a day.
const REACHED_WITHIN_S: i64 = 86_400;

/// So soon a call has to be answered, milliseconds: NENA-STA-020, 90 % within 15 s.
const SOON_MS: i64 = 15_000;

/// A call that nobody answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissedCall {
    /// Which.
    pub call: CallId,
    /// When it began to ring.
    pub ringing_at: UnixMs,
    /// How long it rang, milliseconds.
    pub rang_ms: i64,
    /// When somebody spoke with that number afterwards, within a day; `None` also while the number is not
    /// known.
    pub reached_at: Option<UnixMs>,
}

/// What the calls of a span came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallReport {
    /// Calls that came in.
    pub incoming: usize,
    /// Those that a person answered…
    pub answered: usize,
    /// …within 15 seconds.
    pub answered_soon: usize,
    /// How long the answered ones rang, seconds.
    pub wait: Phase,
    /// How long the missed ones rang, seconds.
    pub gave_up: Phase,
    /// Those that nobody answered (呼损), in the order in which they came.
    pub missed: Vec<MissedCall>,
    /// Those whose end was not heard, and that nobody is known to have answered.
    pub unknown_end: usize,
    /// Those that still ring.
    pub ringing: usize,
    /// Calls that we made.
    pub outgoing: usize,
    /// Those of them that were answered.
    pub outgoing_answered: usize,
    /// Calls that were listened to and graded (质检).
    pub graded: usize,
    /// The means of their grades: opening, listening, questions, action, closing; `None` without any.
    pub grades: Option<[f64; 5]>,
}

impl CallReport {
    /// Returns how many missed calls nobody followed up within a day.
    #[must_use]
    pub fn lost(&self) -> usize {
        self.missed.iter().filter(|missed| missed.reached_at.is_none()).count()
    }

    /// Reports the calls that began before `to`; the later ones tell who was reached afterwards. In the
    /// order in which they began.
    #[must_use]
    pub fn of(calls: &[CallRecord], to: UnixMs) -> Self {
        let mut report = Self::default();
        let (mut wait_s, mut gave_up_s) = (Vec::new(), Vec::new());
        let mut sums = [0_u32; 5];
        let spoken = spoken(calls);
        for call in calls.iter().filter(|call| call.ringing_at < to) {
            if let Some(quality) = &call.quality {
                report.graded += 1;
                sums.iter_mut().zip(quality.grades()).for_each(|(sum, it)| *sum += u32::from(it));
            }
            if call.outgoing {
                report.outgoing += 1;
                report.outgoing_answered += usize::from(call.answered_at.is_some());
                continue;
            }
            report.incoming += 1;
            // A clock that was set back makes no wait shorter than none.
            let rang_ms = |end: UnixMs| end.since_ms(call.ringing_at).max(0);
            match (call.answered_at, call.ended_at) {
                (Some(answered), _) => {
                    let ms = rang_ms(answered);
                    report.answered += 1;
                    report.answered_soon += usize::from(ms <= SOON_MS);
                    wait_s.push(ms as f64 / 1_000.0);
                }
                (None, Some(_)) if call.result.as_deref() == Some(UNKNOWN_END) => {
                    report.unknown_end += 1;
                }
                (None, Some(ended)) => {
                    let ms = rang_ms(ended);
                    gave_up_s.push(ms as f64 / 1_000.0);
                    report.missed.push(MissedCall {
                        call: call.id,
                        ringing_at: call.ringing_at,
                        rang_ms: ms,
                        reached_at: reached_after(call, &spoken),
                    });
                }
                (None, None) => report.ringing += 1,
            }
        }
        report.wait = Phase::of(wait_s);
        report.gave_up = Phase::of(gave_up_s);
        let mean = |sum: u32| f64::from(sum) / report.graded as f64;
        report.grades = (report.graded > 0).then(|| sums.map(mean));
        report
    }
}

/// When somebody spoke with each number, in that order.
fn spoken(calls: &[CallRecord]) -> HashMap<&str, Vec<UnixMs>> {
    let mut spoken: HashMap<&str, Vec<UnixMs>> = HashMap::new();
    for call in calls {
        if let (Some(number), Some(at)) = (call.number.as_deref(), call.answered_at) {
            spoken.entry(number).or_default().push(at);
        }
    }
    spoken.values_mut().for_each(|times| times.sort_unstable());
    spoken
}

fn reached_after(call: &CallRecord, spoken: &HashMap<&str, Vec<UnixMs>>) -> Option<UnixMs> {
    let times = spoken.get(call.number.as_deref()?)?;
    let next = times.get(times.partition_point(|at| *at < call.ringing_at))?;
    (*next <= call.ringing_at.plus_s(REACHED_WITHIN_S)).then_some(*next)
}

impl Dispatcher {
    /// Returns what became of the calls that began from `from` on and before `to`. Bound the span.
    ///
    /// # Errors
    /// [`UseCaseError::Store`].
    pub async fn call_report(
        &self,
        districts: &[DistrictId],
        (from, to): (UnixMs, UnixMs),
    ) -> Result<CallReport, UseCaseError> {
        let mut all = Vec::new();
        let until = to.plus_s(REACHED_WITHIN_S);
        for district in districts {
            for (begins, ends) in slices((from, until)) {
                all.extend(self.store.calls_begun(district, begins, ends).await?);
            }
        }
        all.sort_by_key(|call| (call.ringing_at, call.id));
        Ok(CallReport::of(&all, to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: UnixMs = UnixMs(1_700_000_000_000);

    fn call(n: u128, at_s: i64, number: &str) -> CallRecord {
        CallRecord {
            id: CallId(uuid::Uuid::from_u128(n)),
            district: DistrictId::new("longwen"),
            exchange_call: n.to_string(),
            outgoing: false,
            number: Some(number.into()),
            withheld: false,
            parties: Vec::new(),
            senior: None,
            by: None,
            ringing_at: NOON.plus_s(at_s),
            answered_at: None,
            ended_at: None,
            result: None,
            recording: None,
            ticket: None,
            summary: None,
            summary_by: None,
            quality: None,
        }
    }

    fn answered(call: CallRecord, after_s: i64) -> CallRecord {
        CallRecord { answered_at: Some(call.ringing_at.plus_s(after_s)), ..call }
    }

    fn missed(call: CallRecord, after_s: i64) -> CallRecord {
        let ended_at = Some(call.ringing_at.plus_s(after_s));
        CallRecord { ended_at, result: Some("abandoned".into()), ..call }
    }

    #[test]
    fn who_was_missed_is_reached_by_the_next_word_with_that_number_within_a_day() {
        let calls = [
            missed(call(1, 0, "a"), 9),
            missed(call(2, 10, "b"), 5),
            missed(call(3, 20, "c"), 5),
            answered(call(4, 60, "a"), 4),
            answered(CallRecord { outgoing: true, ..call(5, 86_400 + 20, "b") }, 1),
            answered(call(6, 86_400 + 19, "c"), 1),
        ];
        let report = CallReport::of(&calls, NOON.plus_s(3_600));
        let reached: Vec<_> = report.missed.iter().map(|it| it.reached_at).collect();
        assert_eq!(reached[0], Some(NOON.plus_s(64)));
        assert_eq!(reached[1], None, "a day and eleven seconds later");
        assert_eq!(reached[2], Some(NOON.plus_s(86_420)), "the day itself counts");
        assert_eq!((report.incoming, report.outgoing, report.lost()), (4, 0, 1));
        assert_eq!((report.gave_up.n, report.gave_up.p50_s), (3, 5.0));
    }

    #[test]
    fn fifteen_seconds_are_soon_and_what_was_not_heard_is_neither() {
        let unknown = CallRecord { result: Some(UNKNOWN_END.into()), ..missed(call(3, 9, "c"), 5) };
        let back = answered(call(5, 40, "e"), -3);
        let calls = [
            answered(call(1, 0, "a"), 15),
            answered(call(2, 1, "b"), 16),
            unknown,
            call(4, 30, "d"),
            back,
        ];
        let report = CallReport::of(&calls, NOON.plus_s(60));
        assert_eq!((report.answered, report.answered_soon), (3, 2));
        assert_eq!((report.unknown_end, report.ringing, report.missed.len()), (1, 1, 0));
        assert_eq!(report.wait.p50_s, 15.0, "a clock set back makes no wait of less than nothing");
        let nothing = CallReport::of(&[], NOON);
        assert_eq!((nothing.incoming, nothing.grades), (0, None));
    }
}
