//! Chance as a function of what it is about.

use uuid::Uuid;

/// Seeded chance that is a function of the seed and of what it is about, never of the order of draws:
/// the same person meets the same ticket in the same mood, whatever else was decided before. So two
/// policies are compared on the same people, not on two throws of the dice.
#[derive(Clone, Copy, Debug)]
pub struct Chance(u64);

impl Chance {
    /// Returns the chance of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(mixed(seed))
    }

    /// Returns the chance of one thing under this one.
    #[must_use]
    pub const fn about(self, what: u64) -> Self {
        Self(mixed(self.0 ^ what.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    /// Returns the chance of somebody or something under this one.
    #[must_use]
    pub const fn of(self, id: Uuid) -> Self {
        let (high, low) = id.as_u64_pair();
        self.about(high).about(low)
    }

    /// Draws a number.
    pub const fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed(self.0)
    }

    /// Draws a number in `[0, 1)`.
    pub fn unit(&mut self) -> f64 {
        // 53 bits are what a float holds.
        (self.draw() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Draws a number in `[low, high)`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Draws a whole number in `[low, high)`; `low` where there is no choice.
    pub fn whole(&mut self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).max(1).unsigned_abs();
        let part = (u128::from(self.draw()) * u128::from(span)) >> 64;
        low.saturating_add(part as i64)
    }

    /// Draws a number below `n`, 0 where there is no choice.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.draw()) * n as u128) >> 64) as usize
    }

    /// Draws whether something happens that has this probability.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Draws one of these, `None` where there are none.
    pub fn pick<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        things.get(self.below(things.len()))
    }

    /// Draws from the normal distribution, near enough: twelve even draws, without a logarithm.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

/// The finalizer of SplitMix64: every bit of the outcome depends on every bit of the number.
const fn mixed(n: u64) -> u64 {
    let n = (n ^ (n >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    n ^ (n >> 31)
}

/// A log-normal spread: half of all cases below the median, a long tail above.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The median.
    pub median: f64,
    /// The deviation of the logarithm: 0 always gives the median, 0.5 mostly within a factor of two.
    pub sigma: f64,
}

impl Spread {
    /// Returns the spread that always gives this.
    #[must_use]
    pub const fn always(median: f64) -> Self {
        Self { median, sigma: 0.0 }
    }

    /// Draws from it.
    pub fn draw(self, chance: &mut Chance) -> f64 {
        self.median * (self.sigma * chance.normal()).exp()
    }

    /// Draws milliseconds from a spread of seconds.
    pub fn draw_ms(self, chance: &mut Chance) -> i64 {
        (self.draw(chance) * 1_000.0) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_is_what_it_is_about_and_not_when_it_is_drawn() {
        let (mut early, mut late) = (Chance::new(1).about(7), Chance::new(1).about(7));
        let _other = Chance::new(1).about(8).draw();
        assert_eq!(early.draw(), late.draw());
        assert_ne!(Chance::new(1).about(7).draw(), Chance::new(1).about(8).draw());
        assert_ne!(Chance::new(1).about(7).draw(), Chance::new(2).about(7).draw());
    }

    #[test]
    fn half_of_a_spread_lies_below_its_median() {
        let spread = Spread { median: 8.0, sigma: 0.6 };
        let below = (0..4_000).filter(|&n| spread.draw(&mut Chance::new(3).about(n)) < 8.0);
        assert!((1_850..2_150).contains(&below.count()));
        assert_eq!(Spread::always(8.0).draw_ms(&mut Chance::new(3)), 8_000);
    }
}
