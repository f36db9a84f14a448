//! The same days under several policies, side by side.

use std::fmt;

use silverbell_domain::Policy;

use crate::measure::{Measure, Phase, WITHIN_MIN};
use crate::scenario::Scenario;
use crate::world::World;

/// What each policy made of the same days.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The name of each policy with what it came to, in the order given.
    pub columns: Vec<(String, Measure)>,
}

/// A world that has not come to rest after so long has somebody in it whom nobody ends, milliseconds.
const REST_WITHIN_MS: i64 = 86_400_000;

/// Plays a scenario under each policy, each on a core of its own, and sets what came of it side by
/// side. The same input gives the same output, to the byte.
#[must_use]
pub fn replay(scenario: &Scenario, policies: &[(&str, &Policy)]) -> Comparison {
    let columns = std::thread::scope(|scope| {
        let play = |policy: &Policy| Measure::of(&play(scenario, policy));
        let runs: Vec<_> = policies
            .iter()
            .map(|(name, policy)| (*name, scope.spawn(move || play(policy))))
            .collect();
        let done = runs.into_iter().map(|(name, run)| match run.join() {
            Ok(measure) => (name.to_owned(), measure),
            Err(panic) => std::panic::resume_unwind(panic),
        });
        done.collect()
    });
    Comparison { columns }
}

/// Plays a scenario to its end, and on until every ticket is closed, a day at most.
#[must_use]
pub fn play<'s>(scenario: &'s Scenario, policy: &Policy) -> World<'s> {
    let mut world = World::new(scenario, policy);
    let end = scenario.to.0;
    while world.step() {
        let is_at_rest = world.true_ms() > end && world.database().open().next().is_none();
        if is_at_rest || world.true_ms() > end + REST_WITHIN_MS {
            break;
        }
    }
    world
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<34}", "")?;
        for (name, _) in &self.columns {
            write!(f, "{name:>16}")?;
        }
        writeln!(f)?;
        self.row(f, "emergencies", |m| m.count.to_string())?;
        self.phase(f, "answer", |m| m.answer)?;
        self.phase(f, "offer", |m| m.offer)?;
        self.phase(f, "accept (from the first offer)", |m| m.accept)?;
        self.phase(f, "arrive (from the first offer)", |m| m.arrive)?;
        self.phase(f, "on scene (from receiving)", |m| m.reach)?;
        self.phase(f, "close", |m| m.close)?;
        for (at, min) in WITHIN_MIN.iter().enumerate() {
            let label = format!("on scene within {min} min");
            self.row(f, &label, |m| format!("{:.1} %", m.within[at] * 100.0))?;
        }
        self.row(f, "in need", |m| m.in_need.to_string())?;
        self.row(f, "in need, and nobody came", |m| m.nobody_came.to_string())?;
        self.row(f, "offers for each emergency", |m| format!("{:.2}", m.offers_each))?;
        self.row(f, "travelled, km", |m| format!("{:.0}", m.travelled_km))?;
        self.row(f, "travelled, hours", |m| format!("{:.1}", m.travelled_h))
    }
}

impl Comparison {
    fn row(
        &self,
        f: &mut fmt::Formatter<'_>,
        label: &str,
        cell: impl Fn(&Measure) -> String,
    ) -> fmt::Result {
        write!(f, "{label:<34}")?;
        for (_, measure) in &self.columns {
            write!(f, "{:>16}", cell(measure))?;
        }
        writeln!(f)
    }

    fn phase(
        &self,
        f: &mut fmt::Formatter<'_>,
        label: &str,
        of: impl Fn(&Measure) -> Phase,
    ) -> fmt::Result {
        self.row(f, &format!("{label}, n"), |m| of(m).n.to_string())?;
        self.row(f, "  mean, s", |m| format!("{:.1}", of(m).mean_s))?;
        self.row(f, "  p50, s", |m| format!("{:.1}", of(m).p50_s))?;
        self.row(f, "  p90, s", |m| format!("{:.1}", of(m).p90_s))?;
        self.row(f, "  p99, s", |m| format!("{:.1}", of(m).p99_s))
    }
}
