//! One day: a small district, drawn from a seed, played with every step checked.

use std::fmt;

use silverbell_domain::{LatLon, Policy, ResponderRole, SignalKind, Travel, UnixMs};
use silverbell_laboratory::{Chance, Chaos, Line, Manners, Press, Scenario, Staff, World};

use crate::Invariants;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// What is open when it becomes calm is closed within this, milliseconds: clocks may have been set, and
/// the longest of the desk's own patience is four hours.
const CALM_MS: i64 = 16 * HOUR_MS;

/// A day with more steps than this runs in a circle.
const STEPS: u64 = 2_000_000;

/// The middle of the district.
const MIDDLE: LatLon = LatLon { lat: 24.515, lon: 117.71 };

/// A day that kept every promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Played {
    /// Steps, each of them checked.
    pub steps: u64,
    /// Tickets, every one closed.
    pub tickets: usize,
    /// Signals that were recorded.
    pub signals: usize,
    /// The number of the last event.
    pub events: u64,
    /// How often the service was started anew.
    pub restarts: u64,
    /// What was kept, in a number.
    pub digest: u64,
}

/// A day that broke a promise.
#[derive(Clone, Debug)]
pub struct Failed {
    /// The step after which it was noticed.
    pub step: u64,
    /// What is wrong.
    pub why: String,
    /// The last happenings, oldest first.
    pub story: Vec<String>,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "step {}: {}", self.step, self.why)?;
        self.story.iter().try_for_each(|line| writeln!(f, "  {line}"))
    }
}

/// Returns the seed of one of the days that follow from a seed.
#[must_use]
pub fn seed_of_day(seed: u64, day: u64) -> u64 {
    Chance::new(seed).about(day).draw()
}

/// Plays the day of a seed, and on in calm until every ticket is closed.
///
/// # Errors
/// The first broken promise, with the story that led to it.
pub fn play_day(seed: u64) -> Result<Played, Box<Failed>> {
    let (scenario, policy) = scenario_of(seed);
    let mut world = World::watched(&scenario, &policy);
    let mut invariants = Invariants::default();
    let mut steps = 0;
    let mut calm_since = None;
    let failed = |world: &World<'_>, step, why| {
        Box::new(Failed { step, why, story: world.story().map(str::to_owned).collect() })
    };
    while world.step() {
        steps += 1;
        invariants.check(&world).map_err(|why| failed(&world, steps, why))?;
        let t = world.true_ms();
        // Whoever went to the other end of the world may be the next to act, a week later.
        let calm = calm_since.is_some();
        if !calm && t >= scenario.to.0 {
            calm_since = Some(t);
            world.calm_down();
        }
        if calm && world.is_up() && world.database().open().next().is_none() {
            break;
        }
        if calm_since.is_some_and(|since| t > since + CALM_MS) || steps > STEPS {
            let open = world.database().open().map(|t| t.number.to_string());
            let open: Vec<String> = open.collect();
            let why = format!("tickets {} never end, though it is calm", open.join(", "));
            return Err(failed(&world, steps, why));
        }
    }
    invariants.check_the_end(&world).map_err(|why| failed(&world, steps, why))?;
    let database = world.database();
    Ok(Played {
        steps,
        tickets: database.tickets().len(),
        signals: database.signals(),
        events: database.seq(),
        restarts: world.restarts(),
        digest: invariants.digest(),
    })
}

/// Draws a day: who lives and serves there, what it decided for itself, who presses, what goes wrong.
#[must_use]
pub fn scenario_of(seed: u64) -> (Scenario, Policy) {
    let mut dice = Chance::new(seed);
    let policy = policy(&mut dice);
    let mut scenario = Scenario { seed, manners: Manners::wild(), ..Scenario::default() };
    scenario.to = UnixMs(scenario.from.0 + DAY_MS);
    scenario.doors = (0..dice.whole(8, 40)).map(|_| somewhere(&mut dice)).collect();
    let (aides, rescuers) = (dice.whole(3, 12), dice.whole(3, 20));
    for n in 0..aides + rescuers {
        let role = if n < aides { ResponderRole::Aide } else { ResponderRole::Rescuer };
        scenario.staff.push(staff(role, &scenario, &mut dice));
    }
    scenario.operators = vec![(scenario.from, dice.whole(1, 5) as u32)];
    scenario.presses = presses(&scenario, &mut dice);
    scenario.chaos = Some(Chaos::default());
    (scenario, policy)
}

/// Most centres keep the defaults; others do not.
fn policy(dice: &mut Chance) -> Policy {
    let mut policy = Policy::default();
    match dice.below(6) {
        0 => policy.dispatch.hold_s = 45,
        1 => {
            policy.dispatch.rings_min = vec![3, 6];
            policy.dispatch.offer_timeout_s = 10;
            policy.dispatch.widen_after_s = 15;
        }
        2 => {
            policy.handling.supervisor_after_s = 30;
            policy.watchdog.eta_grace_s = 20;
            policy.watchdog.quiet_after_s = 240;
        }
        _ => {}
    }
    policy
}

fn somewhere(dice: &mut Chance) -> LatLon {
    LatLon {
        lat: MIDDLE.lat + dice.between(-0.03, 0.03),
        lon: MIDDLE.lon + dice.between(-0.03, 0.03),
    }
}

fn staff(role: ResponderRole, scenario: &Scenario, dice: &mut Chance) -> Staff {
    let travel = dice.pick(&Travel::ALL).copied().unwrap_or(Travel::Ebike);
    // Several wait at one depot.
    let standby = if dice.happens(0.3) { MIDDLE } else { somewhere(dice) };
    let mut duty = vec![(UnixMs(scenario.from.0 + dice.whole(0, HOUR_MS)), true)];
    for _ in 0..dice.below(4) {
        let at = scenario.from.0 + dice.whole(HOUR_MS, DAY_MS);
        let back = at + dice.whole(60_000, 4 * HOUR_MS);
        duty.extend([(UnixMs(at), false), (UnixMs(back), true)]);
    }
    Staff { role, travel, standby, duty, seen_at: Vec::new() }
}

/// Some 57 presses, half of them in busy hours, and now and then a storm.
fn presses(scenario: &Scenario, dice: &mut Chance) -> Vec<Press> {
    let from = scenario.from.0;
    let busy = from + dice.whole(HOUR_MS, DAY_MS - 2 * HOUR_MS);
    let mut presses = Vec::new();
    for n in 0..dice.whole(30, 70) {
        let at = if n % 2 == 0 {
            dice.whole(from, from + DAY_MS)
        } else {
            busy + dice.whole(0, HOUR_MS)
        };
        push_presses(&mut presses, at, scenario, dice);
    }
    if dice.happens(0.25) {
        let storm = from + dice.whole(HOUR_MS, DAY_MS - HOUR_MS);
        for _ in 0..dice.whole(10, 60) {
            push_presses(&mut presses, storm + dice.whole(0, 300_000), scenario, dice);
        }
    }
    presses.sort_by_key(|press| press.at);
    presses
}

fn push_presses(presses: &mut Vec<Press>, at: i64, scenario: &Scenario, dice: &mut Chance) {
    // Some press more often than others.
    let doors = if dice.happens(0.3) { 3 } else { scenario.doors.len() };
    let door = dice.below(doors);
    let line = match dice.below(20) {
        0..=9 => Line::Device,
        10..=14 => Line::Anonymous,
        15..=16 => Line::WrongKey,
        17 => Line::Unknown,
        _ => Line::Telephone,
    };
    let kinds = [SignalKind::Sos, SignalKind::Sos, SignalKind::Fall, SignalKind::Help];
    let kind = dice.pick(&kinds).copied().unwrap_or(SignalKind::Sos);
    let fix = match dice.below(4) {
        0 => None,
        1 => Some(LatLon { lat: -33.9, lon: 151.2 }),
        _ => Some(somewhere(dice)),
    };
    let is_emergency = dice.happens(0.6);
    presses.push(Press { at: UnixMs(at), door, kind, is_emergency, line, fix });
    while dice.happens(0.3) {
        let at = UnixMs(at + dice.whole(500, 900_000));
        let line = if dice.happens(0.2) { Line::WrongKey } else { Line::Device };
        presses.push(Press { at, line, fix: None, ..Press::sos(at, door, is_emergency) });
    }
}
