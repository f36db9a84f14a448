//! How long commits took lately, for whoever looks after the service.

use std::collections::VecDeque;
use std::time::Duration;

use parking_lot::Mutex;
use silverbell_domain::Phase;
use tokio::time::Instant;

/// So far back commits are told of.
pub const COMMITS_OF: Duration = Duration::from_secs(300);

/// So many commits at most are remembered, the latest: on a storm night they come by the hundred each second.
const MOST: usize = 8_192;

/// How long commits took lately.
#[derive(Debug, Default)]
pub struct CommitTimes {
    latest: Mutex<VecDeque<(Instant, Duration)>>,
}

impl CommitTimes {
    /// Remembers a commit that has ended now.
    pub(crate) fn record(&self, took: Duration) {
        let mut latest = self.latest.lock();
        if latest.len() == MOST {
            latest.pop_front();
        }
        latest.push_back((Instant::now(), took));
    }

    /// Returns how long the commits of [`COMMITS_OF`] took, seconds.
    #[must_use]
    pub fn lately(&self) -> Phase {
        let now = Instant::now();
        let mut latest = self.latest.lock();
        let old = latest.partition_point(|(at, _)| now.duration_since(*at) > COMMITS_OF);
        latest.drain(..old);
        let times_s = latest.iter().map(|(_, took)| took.as_secs_f64()).collect();
        drop(latest);
        Phase::of(times_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_long_ago_is_not_told_as_lately() {
        let times = CommitTimes::default();
        assert_eq!(times.lately().n, 0);
        times.record(Duration::from_millis(4));
        tokio::time::advance(Duration::from_secs(200)).await;
        times.record(Duration::from_millis(8));
        let both = times.lately();
        assert_eq!((both.n, both.p50_s), (2, 0.006));
        tokio::time::advance(Duration::from_secs(101)).await;
        let last = times.lately();
        assert_eq!((last.n, last.p99_s), (1, 0.008));
    }

    #[tokio::test(start_paused = true)]
    async fn a_storm_does_not_fill_the_memory() {
        let times = CommitTimes::default();
        (0..MOST + 10).for_each(|_| times.record(Duration::from_millis(1)));
        assert_eq!(times.lately().n, MOST);
    }
}
