//! Resident memory of the demo, everybody walking.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::time::sleep;

use crate::Peer;
use crate::bench::Bench;
use crate::machine::resident_mib;
use crate::report::{Figure, Goal, Report, Unit};

/// The goal, MiB. (150 MB are 143 MiB.)
const GOAL: Goal = Goal::AtMost(150_000_000.0 / 1_048_576.0);

/// Measures; once only, it takes a minute.
pub(crate) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    bench.begin(&format!("memory, {} s", bench.memory_s))?;
    let relay = bench.peer(Peer::Relay, "memory-relay").await?;
    let (floor, _) = resident_mib(relay.pid).context("the relay's memory")?;
    relay.stop().await?;
    let demo = bench.start(&bench.dir().join("memory"), "--demo").await?;
    let before = demo.cpu_s();
    sleep(Duration::from_secs(bench.memory_s)).await;
    let (resident, peak) = resident_mib(demo.pid).context("the demo's memory")?;
    let cores = (demo.cpu_s() - before) / bench.memory_s.max(1) as f64;
    demo.stop().await?;
    let what = format!("the demo after {} s, resident", bench.memory_s);
    let resident = Figure::new("memory", what, Unit::MiB, vec![resident]);
    report.add(resident.beside("the relay, idle", vec![floor]).goal(GOAL));
    report.add(Figure::new("memory", "its peak (filling the district)", Unit::MiB, vec![peak]));
    report.note(format!("memory: the demo's people keep {cores:.2} of a core busy"));
    Ok(())
}
