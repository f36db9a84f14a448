//! What a map takes in memory: in a process of its own, where nothing else is.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use silverbell_roads::{RoadMap, RoadSpeeds};
use tokio::process::Command;

use super::ground;
use crate::Step;
use crate::machine::resident_mib;

/// Returns what a process that did this holds, and the most it ever held, MiB.
pub(super) async fn of(step: &str, file: &Path) -> Result<(f64, f64)> {
    let ran = Command::new(std::env::current_exe()?)
        .args(["map-memory", step])
        .arg(file)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await?;
    if !ran.status.success() {
        bail!("map-memory: {}", String::from_utf8_lossy(&ran.stderr).trim());
    }
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    let numbers: Vec<f64> = said.split_whitespace().filter_map(|n| n.parse().ok()).collect();
    match numbers[..] {
        [resident, peak] => Ok((resident, peak)),
        _ => bail!("map-memory said: {said}"),
    }
}

/// Does it, and says both numbers: what the other process runs.
pub(crate) fn say(step: Step, file: &Path) -> Result<()> {
    match step {
        Step::Import => say_now(&ground::imported(file)?),
        Step::Open => say_now(&RoadMap::open(std::fs::read(file)?, RoadSpeeds::default())?),
    }
}

/// Says what this process holds while it still has what it made.
fn say_now<T>(_made: &T) -> Result<()> {
    let (resident, peak) = resident_mib(std::process::id()).context("this process's memory")?;
    println!("{resident} {peak}");
    Ok(())
}
