//! Storm nights: many press within minutes of each other.

use silverbell_domain::Urgency;

use crate::night::{Chance, Figures, Night};

/// So large a district that on e-bikes not everybody is inside ten minutes.
const SIDE_M: f64 = 14_000.0;

fn storm(seed: u64, seniors: u32, aides: u32, rescuers: u32) -> Night {
    let mut chance = Chance::of(seed);
    let mut night = Night::new();
    for n in 0..aides {
        night.aide(n, chance.place(SIDE_M));
    }
    for n in 0..rescuers {
        night.rescuer(n, chance.place(SIDE_M));
    }
    for n in 0..seniors {
        let door = chance.place(SIDE_M);
        let ago_s = chance.below(240.0) as i64;
        night.sos(n, door, ago_s);
    }
    night
}

/// Seniors inside each ring, the worst way and the mean way of all storms of one size.
fn print(words: &str, all: &[Figures], seniors: u32) {
    let storms = all.len() as u32;
    let percent = |outside: u32| 100.0 - 100.0 * f64::from(outside) / f64::from(storms * seniors);
    let ring = |at: usize| percent(all.iter().map(|f| f.outside[at]).sum());
    let worst: u32 = all.iter().map(|f| f.worst_s).sum::<u32>() / storms;
    let total: u64 = all.iter().map(|f| f.total_s).sum::<u64>() / u64::from(storms);
    let (a, b, c, d) = (ring(0), ring(1), ring(2), ring(3));
    println!(
        "{words}: inside 10/20/30 min {a:.1} {b:.1} {c:.1} %, somebody at all {d:.1} %, worst {worst} s, total {total} s"
    );
}

fn more_are_reached(seniors: u32, aides: u32, rescuers: u32) {
    let (mut plain, mut rounds) = (Vec::new(), Vec::new());
    for seed in 0..5 {
        let night = storm(seed, seniors, aides, rescuers);
        let before = night.planned_one_by_one().figures(Urgency::Urgent);
        let after = night.planned().figures(Urgency::Urgent);
        assert!(after <= before, "storm {seed}: {after:?} is worse than {before:?}");
        assert!(after.outside[0] <= before.outside[0], "storm {seed}: fewer inside 10 minutes");
        plain.push(before);
        rounds.push(after);
    }
    println!("{seniors} seniors, {aides} aides, {rescuers} rescuers");
    print("  one by one", &plain, seniors);
    print("  in a round", &rounds, seniors);
    let outside = |all: &[Figures], ring: usize| all.iter().map(|f| f.outside[ring]).sum::<u32>();
    assert!(outside(&rounds, 0) < outside(&plain, 0), "nobody more inside 10 minutes");
    assert!(outside(&rounds, 2) <= outside(&plain, 2), "fewer inside 30 minutes");
}

#[test]
fn a_storm_with_as_many_aides_as_seniors_reaches_more_in_time() {
    more_are_reached(37, 37, 0);
}

#[test]
fn a_storm_over_the_whole_district_reaches_more_in_time() {
    more_are_reached(120, 37, 146);
}

#[test]
fn a_storm_with_aides_for_all_reaches_more_in_time() {
    more_are_reached(120, 146, 0);
}

#[test]
fn nobody_is_left_alone_while_another_has_two() {
    for seed in 0..5 {
        let after = storm(seed, 60, 60, 0).planned().figures(Urgency::Urgent);
        assert_eq!((after.outside[3], after.no_lead), (0, 0), "storm {seed}");
    }
}
