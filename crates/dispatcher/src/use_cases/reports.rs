//! Reports of the past.

use std::collections::BTreeMap;

use silverbell_domain::{
    DistrictId, MEASURES, Measure, Measured, ResponderId, ResponseFacts, ResponseTimes, UnixMs,
};

use crate::{Dispatcher, LocalClock, UseCaseError};

/// So much of the past is read at once, seconds: a month of tickets is held, never a year.
const SLICE_S: i64 = 31 * 86_400;

/// By what tickets are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// The hour of the district's clock in which they were received.
    Hour,
    /// The day of the district's clock on which they were received.
    Day,
    /// Who went; a ticket to which two went is in both groups.
    Responder,
    /// The ring in which people were last asked.
    Ring,
}

impl GroupBy {
    /// Every way.
    pub const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Responder, Self::Ring];

    /// Returns its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Responder => "responder",
            Self::Ring => "ring",
        }
    }

    /// Returns how long a span may be, seconds.
    #[must_use]
    pub const fn longest_s(self) -> i64 {
        match self {
            Self::Hour => 31 * 86_400,
            Self::Day | Self::Responder | Self::Ring => 400 * 86_400,
        }
    }
}

/// How fast help was in a span.
#[derive(Clone, Debug, PartialEq)]
pub struct ResponseReport {
    /// All of it.
    pub total: ResponseTimes,
    /// By group, in the order of their keys; groups without a ticket are left out.
    pub groups: Vec<(String, ResponseTimes)>,
}

/// In the order of time, of names, of rings: a key that is a number is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Moment(UnixMs),
    Responder(ResponderId),
    Ring(u16),
}

impl Dispatcher {
    /// Returns how fast help was for tickets received from `from` on and before `to`. Bound the span by
    /// [`GroupBy::longest_s`].
    ///
    /// # Errors
    /// [`UseCaseError::Store`].
    pub async fn response_times(
        &self,
        districts: &[DistrictId],
        (from, to): (UnixMs, UnixMs),
        by: GroupBy,
    ) -> Result<ResponseReport, UseCaseError> {
        let (mut all, mut groups) = (Vec::new(), BTreeMap::<Key, (String, Vec<usize>)>::new());
        for district in districts {
            let clock = self.clock_of(district).await?.0;
            let mut begins = from;
            while begins < to {
                let ends = begins.plus_s(SLICE_S).min(to);
                let read = self.store.ticket_facts(district, begins, ends).await?;
                for facts in read.into_iter().filter(|facts| facts.is_counted) {
                    for (key, name) in keys(&facts, by, &clock) {
                        let group = groups.entry(key).or_insert_with(|| (name, Vec::new()));
                        group.1.push(all.len());
                    }
                    all.push(facts);
                }
                begins = ends;
            }
        }
        let measured = |which: &[usize]| {
            ResponseTimes::of(&which.iter().map(|n| &all[*n]).collect::<Vec<_>>())
        };
        let total = ResponseTimes::of(&all.iter().collect::<Vec<_>>());
        let groups = groups.into_values().map(|(name, which)| (name, measured(&which)));
        Ok(ResponseReport { total, groups: groups.collect() })
    }
}

/// The longest span of a report of measures, seconds.
pub const LONGEST_REPORT_S: i64 = 400 * 86_400;

impl Dispatcher {
    /// Returns what each measure came to for tickets received from `from` on and before `to`. Bound the span
    /// by [`LONGEST_REPORT_S`].
    ///
    /// # Errors
    /// [`UseCaseError::Store`].
    pub async fn measures(
        &self,
        districts: &[DistrictId],
        span: (UnixMs, UnixMs),
    ) -> Result<Vec<(&'static Measure, Measured)>, UseCaseError> {
        let tickets = self.facts_of(districts, span).await?;
        let now = self.clock.now();
        let measured = |measure| (measure, Measured::of(measure, &tickets, now));
        Ok(MEASURES.iter().map(measured).collect())
    }

    /// Returns what reports know of the tickets received in a span.
    ///
    /// # Errors
    /// [`UseCaseError::Store`].
    pub async fn facts_of(
        &self,
        districts: &[DistrictId],
        (from, to): (UnixMs, UnixMs),
    ) -> Result<Vec<ResponseFacts>, UseCaseError> {
        let mut all = Vec::new();
        for district in districts {
            let mut begins = from;
            while begins < to {
                let ends = begins.plus_s(SLICE_S).min(to);
                let read = self.store.ticket_facts(district, begins, ends).await?;
                all.extend(read.into_iter().filter(|facts| facts.is_counted));
                begins = ends;
            }
        }
        Ok(all)
    }
}

fn keys(facts: &ResponseFacts, by: GroupBy, clock: &LocalClock) -> Vec<(Key, String)> {
    let received = facts.times.received;
    match by {
        GroupBy::Hour => {
            let name = clock.hour_in_words(received);
            let minute = received.since_s(clock.midnight_of(received)).div_euclid(60);
            let hour = clock.midnight_of(received).plus_s(minute.div_euclid(60) * 3_600);
            vec![(Key::Moment(hour), name)]
        }
        GroupBy::Day => {
            let midnight = clock.midnight_of(received);
            vec![(Key::Moment(midnight), clock.day_in_words(received))]
        }
        GroupBy::Responder => {
            facts.went.iter().map(|who| (Key::Responder(*who), who.to_string())).collect()
        }
        GroupBy::Ring => vec![(Key::Ring(facts.ring_min), facts.ring_min.to_string())],
    }
}
