//! The same days under several policies, side by side.

use std::collections::BTreeMap;
use std::fmt;

use silverbell_domain::Policy;

use silverbell_domain::{Phase, WITHIN_MIN};

use crate::measure::Measure;
use crate::scenario::Scenario;
use crate::world::{World, press_of_ticket};

/// What each policy made of the same days.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// What came of each policy, in the order given.
    pub columns: Vec<Column>,
}

/// What came of one policy, or of what is on record.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it came to.
    pub measure: Measure,
    /// How long after receiving it the first was at the door, milliseconds, for each press that opened a
    /// ticket; `None` where nobody came.
    pub reached_ms: BTreeMap<usize, Option<i64>>,
}

impl Column {
    fn of(name: &str, world: &World<'_>) -> Self {
        let tickets = world.database().tickets().iter();
        let reached = tickets.map(|(id, kept)| {
            let times = &kept.ticket.times;
            (press_of_ticket(*id), times.on_scene.map(|at| at.since_ms(times.received)))
        });
        Self { name: name.into(), measure: Measure::of(world), reached_ms: reached.collect() }
    }

    /// A long name does not run into its neighbour's.
    fn width(&self) -> usize {
        WIDTH.max(self.name.chars().count() + 2)
    }
}

/// What nobody knows is no zero.
const UNKNOWN: &str = "–";

/// A column is at least so wide, characters.
const WIDTH: usize = 16;

/// A world that has not come to rest after so long has somebody in it whom nobody ends, milliseconds.
const REST_WITHIN_MS: i64 = 86_400_000;

/// Plays a scenario under each policy, each on a core of its own, and sets what came of it side by
/// side. The same input gives the same output, to the byte.
#[must_use]
pub fn replay(scenario: &Scenario, policies: &[(&str, &Policy)]) -> Comparison {
    let columns = std::thread::scope(|scope| {
        let play = |name: &str, policy: &Policy| Column::of(name, &play(scenario, policy));
        let runs: Vec<_> =
            policies.iter().map(|(name, policy)| scope.spawn(move || play(name, policy))).collect();
        let done = runs.into_iter().map(|run| match run.join() {
            Ok(column) => column,
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
        for column in &self.columns {
            write!(f, "{:>1$}", column.name, column.width())?;
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
            let share = |m: &Measure| format!("{:.1} %", m.within[at] * 100.0);
            self.row(f, &label, |m| if m.reach.n > 0 { share(m) } else { UNKNOWN.into() })?;
        }
        self.row(f, "in need", |m| m.in_need.to_string())?;
        self.row(f, "in need, and nobody came", |m| m.nobody_came.to_string())?;
        self.row(f, "offers for each emergency", |m| format!("{:.2}", m.offers_each))?;
        let known = |part: Option<String>| part.unwrap_or_else(|| UNKNOWN.into());
        self.row(f, "travelled, km", |m| known(m.travelled_km.map(|km| format!("{km:.0}"))))?;
        self.row(f, "travelled, hours", |m| known(m.travelled_h.map(|h| format!("{h:.1}"))))
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
        for column in &self.columns {
            write!(f, "{:>1$}", cell(&column.measure), column.width())?;
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
        let cell = |m: &Measure, part: fn(Phase) -> f64| match of(m) {
            Phase { n: 0, .. } => UNKNOWN.into(),
            phase => format!("{:.1}", part(phase)),
        };
        self.row(f, "  mean, s", |m| cell(m, |phase| phase.mean_s))?;
        self.row(f, "  p50, s", |m| cell(m, |phase| phase.p50_s))?;
        self.row(f, "  p90, s", |m| cell(m, |phase| phase.p90_s))?;
        self.row(f, "  p99, s", |m| cell(m, |phase| phase.p99_s))
    }
}
