//! A synthetic Longwen: the district of the design in numbers and manners, with nobody real in it.

use silverbell_domain::{LatLon, ResponderRole, SignalKind, Travel, UnixMs};

use crate::chance::Chance;
use crate::scenario::{Line, Press, Scenario, Staff};

const SENIORS: usize = 3_620;
const AIDES: usize = 37;
const RESCUERS: usize = 146;
const VILLAGES: u64 = 60;

/// 62,500 calls in three years.
const PRESSES_A_DAY: f64 = 57.0;

/// Most presses are no emergency.
const IN_NEED: f64 = 0.15;

/// Who presses again within minutes.
const AGAIN: f64 = 0.15;

/// A storm every so many days, in which so many press within [`STORM_MS`].
const STORM_EVERY_DAYS: i64 = 73;
const STORM_PRESSES: i64 = 80;
const STORM_MS: i64 = 1_200_000;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// How much each hour of the day weighs: people get up, and people go to bed.
const HOURS: [f64; 24] = [
    0.5, 0.4, 0.4, 0.4, 0.6, 1.0, 1.6, 1.8, 1.7, 1.5, 1.3, 1.2, 1.0, 0.9, 1.0, 1.1, 1.2, 1.2, 1.3,
    1.4, 1.2, 0.9, 0.7, 0.6,
];

/// The middle of the district.
const MIDDLE: LatLon = LatLon { lat: 24.515, lon: 117.71 };

/// Half its height and width, degrees: about 12 by 10 km.
const REACH: (f64, f64) = (0.054, 0.05);

impl Scenario {
    /// Returns so many days of a synthetic Longwen from the first day of 2026.
    #[must_use]
    pub fn longwen(seed: u64, days: u32) -> Self {
        let nobody = Self::default();
        let to = UnixMs(nobody.from.0 + i64::from(days) * DAY_MS);
        let mut scenario = Self { seed, to, ..nobody };
        let chance = Chance::new(seed).about(100);
        scenario.doors = (0..SENIORS as u64).map(|n| door(chance.about(1).about(n))).collect();
        scenario.staff = (0..AIDES + RESCUERS).map(|n| staff(n, &scenario, chance)).collect();
        scenario.operators = desk(scenario.from, days);
        for day in 0..i64::from(days) {
            scenario.presses.extend(presses_of(day, &scenario, chance.about(2)));
        }
        scenario.presses.sort_by_key(|press| (press.at, press.door));
        scenario
    }
}

fn village(n: u64, chance: Chance) -> LatLon {
    let mut chance = chance.about(3).about(n);
    LatLon {
        lat: MIDDLE.lat + chance.between(-REACH.0, REACH.0),
        lon: MIDDLE.lon + chance.between(-REACH.1, REACH.1),
    }
}

/// Doors lie around villages: within a few hundred metres, half of them much nearer.
fn door(mut chance: Chance) -> LatLon {
    let at = village(chance.draw() % VILLAGES, Chance::new(7));
    let (d_lat, d_lon) = (chance.between(-1.0, 1.0), chance.between(-1.0, 1.0));
    let far = 0.005 * chance.unit();
    LatLon { lat: at.lat + d_lat * far, lon: at.lon + d_lon * far }
}

fn staff(n: usize, scenario: &Scenario, chance: Chance) -> Staff {
    let mut own = chance.about(4).about(n as u64);
    let standby = door(own.about(1));
    let role = if n < AIDES { ResponderRole::Aide } else { ResponderRole::Rescuer };
    let travel = match (role, own.below(10)) {
        (ResponderRole::Aide, 0..=7) | (ResponderRole::Rescuer, 0..=3) => Travel::Ebike,
        (ResponderRole::Aide, _) | (ResponderRole::Rescuer, 4..=5) => Travel::Car,
        (ResponderRole::Rescuer, _) => Travel::Walk,
    };
    let days = (scenario.to.0 - scenario.from.0) / DAY_MS;
    let duty = (0..days).flat_map(|day| shift(role, n, scenario.from.0 + day * DAY_MS, own));
    Staff { role, travel, standby, duty: duty.collect(), seen_at: Vec::new() }
}

/// Aides keep three shifts; rescuers are volunteers, most of them by day.
fn shift(role: ResponderRole, n: usize, day_ms: i64, own: Chance) -> [(UnixMs, bool); 2] {
    let (from_h, hours) = match role {
        ResponderRole::Aide => match n % 8 {
            0..=2 => (8, 8),
            3..=5 => (15, 9),
            _ => (0, 8),
        },
        ResponderRole::Rescuer if n.is_multiple_of(4) => (20, 11),
        ResponderRole::Rescuer => (7, 14),
    };
    // Not to the minute.
    let late_ms = own.about(day_ms.unsigned_abs()).whole(0, 900_000);
    let from = day_ms + from_h * HOUR_MS + late_ms;
    [(UnixMs(from), true), (UnixMs(from + hours * HOUR_MS), false)]
}

fn desk(from: UnixMs, days: u32) -> Vec<(UnixMs, u32)> {
    let shifts = |day: i64| {
        let at = from.0 + day * DAY_MS;
        [(UnixMs(at), 2), (UnixMs(at + 7 * HOUR_MS), 4), (UnixMs(at + 22 * HOUR_MS), 2)]
    };
    (0..i64::from(days)).flat_map(shifts).collect()
}

fn presses_of(day: i64, scenario: &Scenario, chance: Chance) -> Vec<Press> {
    let from = scenario.from.0 + day * DAY_MS;
    let mut presses = Vec::new();
    let mut chance = chance.about(day.unsigned_abs());
    let weights: f64 = HOURS.iter().sum();
    for (hour, weight) in (0..).zip(HOURS) {
        let expected = PRESSES_A_DAY * weight / weights / (1.0 + AGAIN);
        for _ in 0..poisson(expected, &mut chance) {
            let at = from + hour * HOUR_MS + chance.whole(0, HOUR_MS);
            presses.extend(press(at, scenario, &mut chance));
        }
    }
    if day % STORM_EVERY_DAYS == STORM_EVERY_DAYS / 2 {
        let at = from + 19 * HOUR_MS;
        for _ in 0..STORM_PRESSES {
            let at = at + chance.whole(0, STORM_MS);
            presses.extend(press(at, scenario, &mut chance));
        }
    }
    presses
}

/// One press, and perhaps a second one soon after.
fn press(at: i64, scenario: &Scenario, chance: &mut Chance) -> Vec<Press> {
    let door = chance.below(scenario.doors.len());
    let is_emergency = chance.happens(IN_NEED);
    let kind = match chance.below(20) {
        0..=16 => SignalKind::Sos,
        17..=18 => SignalKind::Fall,
        _ => SignalKind::Help,
    };
    let line = if chance.below(10) == 0 { Line::Telephone } else { Line::Device };
    let first = Press { kind, line, ..Press::sos(UnixMs(at), door, is_emergency) };
    let mut presses = vec![first.clone()];
    if chance.happens(AGAIN) {
        let at = UnixMs(at + chance.whole(10_000, 300_000));
        presses.push(Press { at, line: Line::Device, ..first });
    }
    presses
}

/// Draws how often something happens that is expected so often.
fn poisson(expected: f64, chance: &mut Chance) -> usize {
    let limit = (-expected).exp();
    let mut product = chance.unit();
    let mut times = 0;
    while product > limit {
        times += 1;
        product *= chance.unit();
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_synthetic_longwen_has_the_numbers_of_the_design() {
        let scenario = Scenario::longwen(1, 100);
        assert_eq!(scenario.doors.len(), 3_620);
        let aides = scenario.staff.iter().filter(|staff| staff.role == ResponderRole::Aide);
        assert_eq!((aides.count(), scenario.staff.len()), (37, 37 + 146));
        let usual = scenario.presses.len() as f64 - STORM_PRESSES as f64 * 1.15;
        assert!((54.0..60.0).contains(&(usual / 100.0)), "{} presses", scenario.presses.len());
        assert!(scenario.presses.is_sorted_by_key(|press| press.at));
    }
}
