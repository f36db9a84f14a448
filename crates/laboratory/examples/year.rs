//! A year of a synthetic Longwen under the default policy and a few others:
//! `cargo run --release -p silverbell-laboratory --example year -- [DAYS] [SEED]`.

#![expect(clippy::print_stdout, reason = "it prints its findings")]

use silverbell_domain::Policy;
use silverbell_laboratory::{Scenario, replay};

fn main() {
    let mut arguments = std::env::args().skip(1).map(|word| word.parse().ok());
    let days = arguments.next().flatten().unwrap_or(365);
    let seed = arguments.next().flatten().unwrap_or(1);
    let scenario = Scenario::longwen(seed, days as u32);
    let default = Policy::default();
    let mut held = Policy::default();
    held.dispatch.hold_s = 90;
    println!("{days} days, seed {seed}, {} presses", scenario.presses.len());
    print!("{}", replay(&scenario, &[("default", &default), ("hold 90 s", &held)]));
}
