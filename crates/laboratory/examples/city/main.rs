//! Emergency calls of real cities, played with the plain choice of the nearest and with the planner:
//! `cargo run --release -p silverbell-laboratory --example city -- DIR`, where DIR holds
//! `dc_calls.csv` (yeesian/AmbulanceDeployment.jl) and `rio_arrivals.dat.gz` with `rio_regions.dat`
//! (vguigues/LASPATED).
//!
//! What is assumed, for the data does not say it: people accept at once, set out at once and take exactly
//! the time reckoned, so that only the choice differs; a crew is an aide and a rescuer, who start from
//! the same place and are chosen each for themselves; with a senior they stay 30 minutes and then return.
//! In Washington the times of driving are the data's, and nobody is sent who is not at a station. In Rio
//! times are straight lines by car, calls are drawn from the counts (a Poisson number for each half hour
//! and region, over 104 weeks), and crews stand in the regions with most calls.

#![expect(clippy::print_stdout, reason = "it prints its findings")]

mod dc;
mod rio;

use std::path::PathBuf;

use anyhow::{Context, Result};
use silverbell_domain::{LatLon, Policy, ResponderRole, Travel, UnixMs};
use silverbell_laboratory::{Choice, Manners, Measure, Scenario, Staff, play};

/// With a senior this long, seconds.
const STAYS_S: f64 = 1_800.0;

fn main() -> Result<()> {
    let directory = std::env::args().nth(1).context("name the directory of the calls")?;
    let directory = PathBuf::from(directory);
    println!("{:<44}{:>7}{:>10}{:>10}{:>14}", "", "calls", "mean min", "p90 min", "within 10 min");
    for (crews, pct) in [(35, 100), (35, 150), (35, 175), (18, 100)] {
        let scenario =
            dc::scenario(&directory.join("dc_calls.csv"), 35_usize.div_ceil(crews), pct)?;
        compare(&format!("Washington DC, {crews} crews, {pct} % of the calls"), scenario);
    }
    for (crews, pct) in [(120, 100), (60, 100)] {
        let scenario = rio::scenario(&directory, crews, pct)?;
        compare(&format!("Rio, a week, {crews} crews, {pct} % of the calls"), scenario);
    }
    Ok(())
}

fn compare(label: &str, scenario: Scenario) {
    println!("{label}");
    for (name, choice) in [("  plain nearest", Choice::PlainNearest), ("  ours", Choice::Planner)] {
        let scenario = Scenario { choice, ..scenario.clone() };
        let reach = Measure::of(&play(&scenario, &Policy::default()));
        let (calls, times) = (reach.count, reach.reach);
        // Whoever was not reached at all is not inside.
        let within = reach.within[0] * times.n as f64 / calls.max(1) as f64 * 100.0;
        let (mean, p90) = (times.mean_s / 60.0, times.p90_s / 60.0);
        println!("{name:<44}{calls:>7}{mean:>10.2}{p90:>10.2}{within:>12.1} %");
    }
}

/// Returns a city without calls in which nothing is left to chance.
fn city(to: UnixMs) -> Scenario {
    let nobody = Scenario::default();
    let operators = vec![(nobody.from, 1_000)];
    Scenario { to, operators, manners: Manners::exact(STAYS_S), ..nobody }
}

/// Returns a crew: an aide and a rescuer, always on duty.
fn crew(standby: LatLon, from: UnixMs) -> [Staff; 2] {
    [ResponderRole::Aide, ResponderRole::Rescuer].map(|role| Staff {
        role,
        travel: Travel::Car,
        standby,
        duty: vec![(from, true)],
        seen_at: Vec::new(),
    })
}
