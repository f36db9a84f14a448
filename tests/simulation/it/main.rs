//! See the library's documentation for the variables that reproduce a day.

#![allow(clippy::panic, clippy::expect_used, reason = "these are tests")]

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use silverbell_simulation::{Played, play_day, seed_of_day};

/// How many days are played: optimised as CI does it, else as many as take seconds.
const DAYS: u64 = if cfg!(debug_assertions) { 4 } else { 300 };

fn variable(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}")))
}

/// Returns the seed that was asked for, or a fresh one.
fn seed() -> u64 {
    variable("SILVERBELL_SIM_SEED").unwrap_or_else(|| RandomState::new().hash_one(0))
}

fn play(seed: u64, day: u64) -> Played {
    let again = format!("SILVERBELL_SIM_SEED={seed} SILVERBELL_SIM_DAY={day}");
    match play_day(seed_of_day(seed, day)) {
        Ok(played) => played,
        Err(failed) => panic!("seed {seed}, day {day} ({again} make test-simulation), {failed}"),
    }
}

#[test]
fn whatever_goes_wrong_every_invariant_holds_and_every_ticket_is_owned_and_closed() {
    let seed = seed();
    let (first, days) = match variable("SILVERBELL_SIM_DAY") {
        Some(day) => (day, 1),
        None => (0, variable("SILVERBELL_SIM_DAYS").unwrap_or(DAYS)),
    };
    println!("SILVERBELL_SIM_SEED={seed}: {days} days");
    let (next, total) = (AtomicU64::new(first), Mutex::new(Vec::new()));
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    // Days know nothing of each other.
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let day = next.fetch_add(1, Ordering::Relaxed);
                    if day >= first + days {
                        return;
                    }
                    let played = play(seed, day);
                    total.lock().expect("nobody failed").push(played);
                }
            });
        }
    });
    let total = total.into_inner().expect("nobody failed");
    let sum = |of: fn(&Played) -> u64| total.iter().map(of).sum::<u64>();
    println!(
        "{} days: {} steps, {} tickets, {} signals, {} events, {} restarts",
        total.len(),
        sum(|day| day.steps),
        sum(|day| day.tickets as u64),
        sum(|day| day.signals as u64),
        sum(|day| day.events),
        sum(|day| day.restarts),
    );
    assert_eq!(total.len() as u64, days, "some days were not played to their end");
}

#[test]
fn the_same_seed_is_the_same_day_to_the_last_hash() {
    assert_eq!(play(1, 1), play(1, 1));
    assert_ne!(play(1, 1).digest, play(1, 2).digest);
}
