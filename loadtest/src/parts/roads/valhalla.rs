//! Valhalla: another router on the same extract, for its times and for its matrix.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use silverbell_domain::{LatLon, Travel};
use silverbell_roads::{RoadMap, Roads, Speeds};
use tokio::process::Command;
use tokio::time::timeout;

use super::ground::Ground;
use super::install;
use super::places::{Chance, travel_of};
use crate::bench::Bench;
use crate::report::Report;

const SCRIPT: &str = include_str!("../../../peers/valhalla.py");

/// How long it may take: it builds its own roads first.
const WITHIN: Duration = Duration::from_secs(600);

/// How many ways are compared for each way of travelling, and how short they may be: of a few
/// seconds a ratio says nothing.
const WAYS: usize = 100;
const SHORTEST_MS: u32 = 60_000;
const DRAWS: usize = 20;

/// How far people get who are drawn on one road after another, seconds.
const REACH_S: u32 = 3_600;

const SEED: u64 = 3_200;

/// Latitude, longitude.
type At = [f64; 2];

#[derive(Debug, Serialize)]
struct Questions {
    people: Vec<(f64, f64, &'static str)>,
    doors: Vec<At>,
    pairs: Vec<(At, At, &'static str)>,
}

/// What it says.
#[derive(Debug, Deserialize)]
pub(super) struct Answers {
    version: String,
    build_s: f64,
    /// How long the nearest five of each door took.
    pub(super) nearest_ms: Vec<f64>,
    /// For how many doors it found fewer than five.
    short: usize,
    /// Seconds and metres of each pair.
    ways: Vec<Option<[f64; 2]>>,
    resident_mib: f64,
}

/// A way, and what we say of it.
#[derive(Clone, Copy, Debug)]
struct Way {
    travel: Travel,
    from: LatLon,
    to: LatLon,
    s: f64,
    metres: f64,
}

/// Asks for the nearest of each door and for ways of its own; says beside ours what those take.
pub(super) async fn run(
    bench: &Bench,
    ground: &Ground,
    (people, doors): (&[LatLon], &[LatLon]),
    report: &mut Report,
) -> Result<Answers> {
    let extract = ground.extract.as_ref().context("it needs an extract")?;
    let ways = ways(&ground.map)?;
    let questions = Questions {
        people: (0..)
            .zip(people)
            .map(|(n, place)| (place.lat, place.lon, costing(travel_of(n))))
            .collect(),
        doors: doors.iter().map(|door| at(*door)).collect(),
        pairs: ways.iter().map(|way| (at(way.from), at(way.to), costing(way.travel))).collect(),
    };
    let answers = ask(bench, extract, &questions).await?;
    ensure!(answers.ways.len() == ways.len(), "Valhalla did not answer every pair");
    for travel in Travel::ALL {
        report.note(compared(travel, &ways, &answers.ways));
    }
    report.note(format!(
        "roads: Valhalla {}: its roads built in {:.1} s, {:.0} MiB resident; of {} doors fewer than \
         five found for {}",
        answers.version,
        answers.build_s,
        answers.resident_mib,
        answers.nearest_ms.len(),
        answers.short
    ));
    Ok(answers)
}

async fn ask(bench: &Bench, extract: &Path, questions: &Questions) -> Result<Answers> {
    let python = install::folder()?.join("valhalla/bin/python");
    ensure!(python.is_file(), "it is not installed");
    let folder = bench.dir().join("valhalla");
    std::fs::create_dir_all(&folder)?;
    let file = |name: &str| folder.join(name);
    // Under its own name it would hide the package.
    std::fs::write(file("ask.py"), SCRIPT)?;
    std::fs::write(file("questions.json"), serde_json::to_vec(questions)?)?;
    let mut command = Command::new(python);
    command
        .arg(file("ask.py"))
        .args([extract, &folder, &file("questions.json"), &file("answers.json")])
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let ran = timeout(WITHIN, command.output()).await.context("it takes too long")??;
    if !ran.status.success() {
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        bail!("{}", said.trim().lines().last().unwrap_or("it failed"));
    }
    Ok(serde_json::from_slice(&std::fs::read(file("answers.json"))?)?)
}

/// Draws ways from road to road: a place beside a road would be walked from with us, and not at all
/// with Valhalla.
fn ways(map: &Arc<RoadMap>) -> Result<Vec<Way>> {
    let mut chance = Chance::of(SEED);
    let roads = Roads::new(Speeds::default(), Some(map.clone()));
    let mut ways = Vec::new();
    for travel in Travel::ALL {
        let starts: Vec<(LatLon, Travel)> =
            chance.places(map, WAYS)?.into_iter().map(|place| (place, travel)).collect();
        // All of them are in it with 0 seconds, wherever they are: beside a road, too.
        let on_road = roads.reach(&starts, REACH_S).split_off(starts.len());
        let points: Vec<LatLon> = on_road.into_iter().map(|(place, _)| place).collect();
        let drawn = (0..WAYS * DRAWS)
            .filter_map(|_| way(map, travel, chance.one_of(&points)?, chance.one_of(&points)?));
        ways.extend(drawn.take(WAYS));
    }
    Ok(ways)
}

fn way(map: &RoadMap, travel: Travel, from: LatLon, to: LatLon) -> Option<Way> {
    let ms = map.time_ms(from, travel, to).filter(|ms| *ms >= SHORTEST_MS)?;
    let metres = map.route(from, travel, to)?.distance_m;
    Some(Way { travel, from, to, s: f64::from(ms) / 1_000.0, metres })
}

/// Says how our times and lengths are to Valhalla's.
fn compared(travel: Travel, ways: &[Way], theirs: &[Option<[f64; 2]>]) -> String {
    let (mut times, mut lengths, mut total) = (Vec::new(), Vec::new(), 0);
    let (mut ours, mut others) = ([0.0; 2], [0.0; 2]);
    for (way, theirs) in ways.iter().zip(theirs).filter(|(way, _)| way.travel == travel) {
        total += 1;
        if let Some([s, metres]) = theirs {
            ours = [ours[0] + way.s, ours[1] + way.metres];
            others = [others[0] + s, others[1] + metres];
            times.push(way.s / s.max(1.0));
            lengths.push(way.metres / metres.max(1.0));
        }
    }
    format!(
        "roads: our ETA to Valhalla's, {travel:?} to {}, {} of {total} ways: {}; their lengths: \
         {}; speed on the average {:.1} and {:.1} km/h",
        costing(travel),
        times.len(),
        spread(&mut times),
        spread(&mut lengths),
        kmh(ours),
        kmh(others)
    )
}

fn kmh([s, metres]: [f64; 2]) -> f64 {
    metres / s * 3.6
}

fn spread(ratios: &mut [f64]) -> String {
    ratios.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| {
        let place = (ratios.len() as f64 * share) as usize;
        ratios.get(place.min(ratios.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
    };
    format!("p5 {:.2}, p50 {:.2}, p95 {:.2}", at(0.05), at(0.5), at(0.95))
}

const fn costing(travel: Travel) -> &'static str {
    match travel {
        Travel::Walk => "pedestrian",
        Travel::Ebike => "bicycle",
        Travel::Car => "auto",
    }
}

const fn at(place: LatLon) -> At {
    [place.lat, place.lon]
}

#[cfg(test)]
mod tests {
    use silverbell_roads::RoadSpeeds;

    use super::*;
    use crate::parts::roads::ground;

    #[test]
    fn ways_go_from_road_to_road() {
        let map = Arc::new(RoadMap::new(ground::drawn().unwrap(), RoadSpeeds::default()));
        let ways = ways(&map).unwrap();
        assert_eq!(ways.len(), 3 * WAYS);
        assert!(ways.iter().all(|way| way.s >= 60.0 && way.metres > 0.0));
    }

    #[test]
    fn a_spread_names_its_middle() {
        assert_eq!(spread(&mut [3.0, 1.0, 2.0]), "p5 1.00, p50 2.00, p95 3.00");
        assert_eq!(spread(&mut []), "p5 NaN, p50 NaN, p95 NaN");
    }
}
