//! What deciding costs: a storm's round, deadlines that only wait, and a year played again.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use silverbell_domain::{
    By, Kind, Policy, TicketId, UnixMs, UserId, WorkingSet, open_by_hand, plan,
};
use silverbell_laboratory::{Scenario, replay};
use silverbell_roads::{PeopleIndex, RoadMap, RoadSpeeds, Speeds};
use silverbell_testkit::{CountingIds, START, longwen, nth_uuid, operator, senior};

use super::roads::{ground, rounds_of_storms};
use crate::bench::Bench;
use crate::report::{Figure, Goal, Report, Unit};

const PART: &str = "plan";

/// So many deadlines wait.
const WAITING: u32 = 100_000;

/// How often it is looked at them in a round.
const LOOKS: u32 = 1_000;

/// The family of the tickets' identities.
const FAMILY: u8 = 52;

/// A year.
const DAYS: u32 = 365;

const YEAR_S: Goal = Goal::AtMost(60.0);

/// Measures.
pub(crate) fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let network = match ground::extracts(&bench.osm)?.first() {
        Some(extract) => ground::imported(extract)?.0,
        None => {
            report.note("plan: there is no extract (--osm): on a town drawn as a grid".to_owned());
            ground::drawn()?
        }
    };
    let map = Arc::new(RoadMap::new(network, RoadSpeeds::default()));
    rounds_of_storms(bench, &map, report)?;
    deadlines(bench, report);
    a_year(bench, report);
    Ok(())
}

/// Looks at a district in which everything waits, beside one in which nothing is.
fn deadlines(bench: &Bench, report: &mut Report) {
    let (full, empty) = (waiting(WAITING), waiting(0));
    let rounds = |set: &WorkingSet| (0..bench.rounds).map(|_| look_us(set)).collect::<Vec<f64>>();
    let what = format!("a look while {WAITING} tickets wait and none is due");
    let figure = Figure::new(PART, what, Unit::Us, rounds(&full));
    report.add(figure.beside("a look at an empty district", rounds(&empty)));
}

/// Returns a district with so many tickets whose next deadline is minutes away.
fn waiting(tickets: u32) -> WorkingSet {
    let (policy, by) = (Policy::default(), By::Person { user: operator(1) });
    let mut set = WorkingSet::new(longwen());
    for n in 0..tickets {
        let id = TicketId(nth_uuid(FAMILY, n.into()));
        let (mut ticket, _) = open_by_hand(id, &senior(n), Kind::Callback, by, START, &policy);
        let user: UserId = operator(1);
        // Whoever has it is reminded after ten minutes without news.
        if ticket.answer(user, None, START, &policy).is_ok() {
            set.put(Arc::new(ticket));
        }
    }
    set
}

/// Returns what a look takes, microseconds.
fn look_us(set: &WorkingSet) -> f64 {
    let (policy, ids) = (Policy::default(), CountingIds::default());
    let index = PeopleIndex::new(Speeds::default(), None);
    let nobody = std::collections::BTreeSet::new();
    let now: UnixMs = START.plus_s(60);
    let started = Instant::now();
    for _ in 0..LOOKS {
        std::hint::black_box(set.next_due());
        std::hint::black_box(plan(set, &nobody, now, &index, &policy, &ids));
    }
    started.elapsed().as_secs_f64() * 1e6 / f64::from(LOOKS)
}

/// Plays a synthetic year of Longwen under two policies.
fn a_year(bench: &Bench, report: &mut Report) {
    let mut held = Policy::default();
    held.dispatch.hold_s = 45;
    let mut took_s = Vec::new();
    for seed in 0..bench.rounds as u64 {
        let year = Scenario::longwen(seed, DAYS);
        let started = Instant::now();
        let played = replay(&year, &[("default", &Policy::default()), ("hold 45 s", &held)]);
        took_s.push(started.elapsed().as_secs_f64());
        if seed == 0 {
            report.note(format!("plan: {} presses of a year\n{played}", year.presses.len()));
        }
    }
    let what = format!("{DAYS} days of Longwen under two policies");
    report.add(Figure::new(PART, what, Unit::S, took_s).goal(YEAR_S));
}
