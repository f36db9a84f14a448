//! Latencies of one round, and the median of rounds.

use std::time::Duration;

use hdrhistogram::Histogram;

/// The longest latency that is told apart, microseconds.
const LONGEST_US: u64 = 120_000_000;

/// Latencies of one round.
#[derive(Clone, Debug)]
pub(crate) struct Latencies(Histogram<u64>);

impl Latencies {
    /// Returns an empty collection.
    #[expect(clippy::expect_used, reason = "the bounds are constants that fit")]
    pub(crate) fn new() -> Self {
        Self(Histogram::new_with_bounds(1, LONGEST_US, 3).expect("bounds that fit"))
    }

    /// Notes one.
    pub(crate) fn record(&mut self, latency: Duration) {
        let us = u64::try_from(latency.as_micros()).unwrap_or(LONGEST_US);
        self.0.saturating_record(us.max(1));
    }

    /// Returns the latency that this share of all does not exceed, milliseconds.
    pub(crate) fn quantile_ms(&self, quantile: f64) -> f64 {
        self.0.value_at_quantile(quantile) as f64 / 1_000.0
    }

    /// Returns the median, milliseconds.
    pub(crate) fn p50_ms(&self) -> f64 {
        self.quantile_ms(0.5)
    }

    /// Returns the 99th percentile, milliseconds.
    pub(crate) fn p99_ms(&self) -> f64 {
        self.quantile_ms(0.99)
    }

    /// Returns how many were noted.
    pub(crate) fn len(&self) -> u64 {
        self.0.len()
    }

    /// Adds those of another round.
    pub(crate) fn add(&mut self, other: &Self) {
        // Both have the same bounds, so that it fits.
        let _ = self.0.add(&other.0);
    }
}

/// Collects latencies.
impl FromIterator<Duration> for Latencies {
    fn from_iter<I: IntoIterator<Item = Duration>>(latencies: I) -> Self {
        let mut all = Self::new();
        latencies.into_iter().for_each(|latency| all.record(latency));
        all
    }
}

/// Latencies of a few microseconds, kept one by one: a histogram of whole ones would say too little.
#[derive(Clone, Debug, Default)]
pub(crate) struct Micros(Vec<f64>);

impl Micros {
    /// Notes one.
    pub(crate) fn record(&mut self, latency: Duration) {
        self.0.push(latency.as_secs_f64() * 1e6);
    }

    /// Returns the latency that this share of all does not exceed, microseconds; 0 of none.
    pub(crate) fn quantile_us(&self, quantile: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let place = (sorted.len() as f64 * quantile).ceil() as usize;
        sorted.get(place.saturating_sub(1)).copied().unwrap_or(0.0)
    }

    /// Returns the mean, microseconds; 0 of none.
    pub(crate) fn mean_us(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.0.len().max(1) as f64
    }
}

/// Collects latencies.
impl FromIterator<Duration> for Micros {
    fn from_iter<I: IntoIterator<Item = Duration>>(latencies: I) -> Self {
        let mut all = Self::default();
        latencies.into_iter().for_each(|latency| all.record(latency));
        all
    }
}

/// Returns the position of the median; the upper one of an even number.
pub(crate) fn median_index(values: &[f64]) -> usize {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    order.get(values.len() / 2).copied().unwrap_or(0)
}

/// Returns the median, 0 of nothing.
pub(crate) fn median(values: &[f64]) -> f64 {
    values.get(median_index(values)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_round_is_the_one_in_the_middle() {
        assert_eq!(median_index(&[3.0, 1.0, 2.0]), 2);
        assert_eq!(median(&[5.0]), 5.0);
        assert_eq!(median(&[]), 0.0);
    }

    #[test]
    fn quantiles_are_in_milliseconds() {
        let all: Latencies = (1..=100).map(Duration::from_millis).collect();
        assert!((all.p50_ms() - 50.0).abs() < 0.1);
        assert!((all.p99_ms() - 99.0).abs() < 0.1);
        assert_eq!(all.len(), 100);
    }

    #[test]
    fn parts_of_a_microsecond_are_told_apart() {
        let all: Micros = (1..=100).rev().map(|n| Duration::from_nanos(n * 10)).collect();
        assert!((all.quantile_us(0.5) - 0.5).abs() < 1e-9);
        assert!((all.quantile_us(0.99) - 0.99).abs() < 1e-9);
        assert!((all.quantile_us(1.0) - 1.0).abs() < 1e-9);
        assert!((all.mean_us() - 0.505).abs() < 1e-9);
        assert_eq!(Micros::default().quantile_us(0.5), 0.0);
    }
}
