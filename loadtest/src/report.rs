//! The table: each figure beside the machine's own limit, the goal, and whether it was met.

use std::fmt;

use crate::stats::{median, median_index};

/// What a figure is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Things a second.
    PerSecond,
    /// Seconds.
    S,
    /// Milliseconds.
    Ms,
    /// Microseconds.
    Us,
    /// Mebibytes.
    MiB,
    /// Kibibytes.
    KiB,
    /// How many.
    Count,
}

/// One figure, a value for each round.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    part: &'static str,
    what: String,
    unit: Unit,
    ours: Vec<f64>,
    limit: Option<(String, Vec<f64>)>,
    goal: Option<Goal>,
}

/// When a figure is good enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Goal {
    /// At least this share of the limit, or this value if that is lower.
    ShareOrAtLeast(f64, f64),
    /// At least this share of the limit.
    ShareAtLeast(f64),
    /// At most so many times the limit.
    TimesAtMost(f64),
    /// At most.
    AtMost(f64),
}

/// The report.
#[derive(Debug, Default)]
pub(crate) struct Report {
    figures: Vec<Figure>,
    notes: Vec<String>,
}

impl Report {
    /// Adds a figure.
    pub(crate) fn add(&mut self, figure: Figure) {
        eprintln!("  {}: {}", figure.what, figure.rounds());
        self.figures.push(figure);
    }

    /// Adds a remark below the table.
    pub(crate) fn note(&mut self, note: String) {
        eprintln!("  {note}");
        self.notes.push(note);
    }
}

impl Figure {
    /// Returns a figure without limit and goal.
    pub(crate) fn new(
        part: &'static str,
        what: impl Into<String>,
        unit: Unit,
        ours: Vec<f64>,
    ) -> Self {
        Self { part, what: what.into(), unit, ours, limit: None, goal: None }
    }

    /// Puts the machine's own limit, or the peer's figure, of the same rounds beside it.
    pub(crate) fn beside(mut self, whose: impl Into<String>, limit: Vec<f64>) -> Self {
        self.limit = Some((whose.into(), limit));
        self
    }

    /// Sets the goal.
    pub(crate) fn goal(mut self, goal: Goal) -> Self {
        self.goal = Some(goal);
        self
    }

    fn limit_of(&self, round: usize) -> Option<f64> {
        let (_, limits) = self.limit.as_ref()?;
        limits.get(round).or(limits.last()).copied()
    }

    fn ratio(&self, round: usize) -> Option<f64> {
        let limit = self.limit_of(round).filter(|limit| *limit > 0.0)?;
        Some(self.ours.get(round)? / limit)
    }

    /// The median round: by ratio where that is the goal, so that a neighbour who slowed both down
    /// does not count, else by the figure itself.
    fn median_round(&self) -> usize {
        let ratios: Option<Vec<f64>> =
            matches!(self.goal, Some(Goal::TimesAtMost(_) | Goal::ShareAtLeast(_)))
                .then(|| (0..self.ours.len()).map(|round| self.ratio(round)).collect())
                .flatten();
        median_index(ratios.as_ref().unwrap_or(&self.ours))
    }

    fn is_met(&self) -> Option<bool> {
        let round = self.median_round();
        let ours = *self.ours.get(round)?;
        Some(match self.goal? {
            Goal::ShareOrAtLeast(share, value) => ours >= value || self.ratio(round)? >= share,
            Goal::ShareAtLeast(share) => self.ratio(round)? >= share,
            Goal::TimesAtMost(times) => self.ratio(round)? <= times,
            Goal::AtMost(most) => ours <= most,
        })
    }

    fn goal_in_words(&self) -> String {
        match self.goal {
            None => String::new(),
            Some(Goal::ShareOrAtLeast(share, value)) => {
                format!("≥ {:.0} % or {}", share * 100.0, self.unit.show(value))
            }
            Some(Goal::ShareAtLeast(share)) => format!("≥ {:.0} %", share * 100.0),
            Some(Goal::TimesAtMost(times)) => format!("≤ {times:.0} ×"),
            Some(Goal::AtMost(most)) => format!("≤ {}", self.unit.show(most)),
        }
    }

    /// All rounds, with the limit of the same round behind each.
    fn rounds(&self) -> String {
        let rounds = self.ours.iter().enumerate().map(|(round, ours)| match self.limit_of(round) {
            Some(limit) => format!("{}/{}", self.unit.number(*ours), self.unit.number(limit)),
            None => self.unit.number(*ours),
        });
        rounds.collect::<Vec<_>>().join("  ")
    }

    fn cells(&self) -> [String; 8] {
        let round = self.median_round();
        let show = |value: f64| self.unit.show(value);
        let ours = self.ours.get(round).copied().unwrap_or_else(|| median(&self.ours));
        let whose = self.limit.as_ref().map_or(String::new(), |(whose, _)| whose.clone());
        let ratio = self.ratio(round).map_or(String::new(), |ratio| match self.goal {
            Some(Goal::ShareOrAtLeast(..) | Goal::ShareAtLeast(_)) => {
                format!("{:.1} %", ratio * 100.0)
            }
            _ if ratio < 0.1 => format!("{ratio:.4} ×"),
            _ => format!("{ratio:.2} ×"),
        });
        let met = self.is_met().map_or("", |met| if met { "met" } else { "NOT MET" });
        [
            format!("{}: {}", self.part, self.what),
            show(ours),
            self.limit_of(round).map_or(String::new(), show),
            whose,
            ratio,
            self.goal_in_words(),
            met.to_owned(),
            self.rounds(),
        ]
    }
}

impl Unit {
    fn number(self, value: f64) -> String {
        match self {
            Self::S | Self::Ms | Self::Us if value < 10.0 => format!("{value:.2}"),
            Self::S | Self::Ms | Self::Us | Self::MiB | Self::KiB => format!("{value:.1}"),
            Self::PerSecond | Self::Count => format!("{value:.0}"),
        }
    }

    fn show(self, value: f64) -> String {
        let number = self.number(value);
        match self {
            Self::S => format!("{number} s"),
            Self::Ms => format!("{number} ms"),
            Self::Us => format!("{number} µs"),
            Self::MiB => format!("{number} MiB"),
            Self::KiB => format!("{number} KiB"),
            Self::PerSecond => format!("{number}/s"),
            Self::Count => number,
        }
    }
}

const HEAD: [&str; 8] = ["figure", "ours", "limit", "whose", "ratio", "goal", "", "all rounds"];

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<[String; 8]> = std::iter::once(HEAD.map(str::to_owned))
            .chain(self.figures.iter().map(Figure::cells))
            .collect();
        let width = |column: usize| {
            rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..HEAD.len()).map(width).collect();
        for (number, row) in rows.iter().enumerate() {
            let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| {
                if matches!(column, 1 | 2 | 4) {
                    format!("{cell:>width$}")
                } else {
                    format!("{cell:<width$}")
                }
            });
            writeln!(f, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
            if number == 0 {
                let total: usize = widths.iter().sum::<usize>() + 2 * (widths.len() - 1);
                writeln!(f, "{}", "─".repeat(total))?;
            }
        }
        for note in &self.notes {
            writeln!(f, "· {note}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_round_is_chosen_by_its_ratio() {
        let figure = Figure::new("ack", "p50", Unit::Ms, vec![1.0, 9.0, 3.0])
            .beside("bare", vec![1.0, 8.0, 1.0])
            .goal(Goal::TimesAtMost(2.0));
        assert_eq!(figure.median_round(), 1, "1.0, 1.125 and 3.0 times");
        assert_eq!(figure.is_met(), Some(true));
    }

    #[test]
    fn a_share_or_a_floor_is_enough() {
        let goal = Goal::ShareOrAtLeast(0.5, 5_000.0);
        let rate = |ours, limit| {
            Figure::new("accept", "new", Unit::PerSecond, vec![ours])
                .beside("disk", vec![limit])
                .goal(goal)
                .is_met()
        };
        assert_eq!(rate(5_100.0, 100_000.0), Some(true));
        assert_eq!(rate(300.0, 500.0), Some(true));
        assert_eq!(rate(300.0, 1_000.0), Some(false));
    }
}
