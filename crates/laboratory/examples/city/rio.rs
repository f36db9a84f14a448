//! Rio de Janeiro: calls as counts of half hours and regions, a week drawn from them.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::read::GzDecoder;
use silverbell_domain::{LatLon, UnixMs};
use silverbell_laboratory::{Chance, Press, Scenario};

/// The counts are of two years.
const WEEKS: f64 = 104.0;
const HALF_HOUR_MS: i64 = 1_800_000;

/// Returns a week of calls, at so many percent of their rate, and so many crews.
pub(crate) fn scenario(directory: &Path, crews: usize, pct: u32) -> Result<Scenario> {
    let regions = regions(&directory.join("rio_regions.dat"))?;
    let counts = counts(&directory.join("rio_arrivals.dat.gz"))?;
    let mut scenario = crate::city(UnixMs(0));
    let from = scenario.from.plus_s(60).0;
    let mut dice = Chance::new(2_016);
    let mut calls = Vec::new();
    let mut of_region = BTreeMap::<usize, f64>::new();
    for ((day, half_hour, region), count) in counts {
        let Some(centre) = regions.get(region) else { continue };
        *of_region.entry(region).or_default() += f64::from(count);
        // Thinned one by one: nearly a Poisson number, and exactly so many on average.
        for _ in 0..count {
            if dice.happens(f64::from(pct) / 100.0 / WEEKS) {
                let begun = from + (day * 48 + half_hour) * HALF_HOUR_MS;
                calls.push((UnixMs(begun + dice.whole(0, HALF_HOUR_MS)), near(*centre, &mut dice)));
            }
        }
    }
    calls.sort_by_key(|(at, _)| *at);
    for (n, (at, door)) in calls.into_iter().enumerate() {
        scenario.doors.push(door);
        scenario.presses.push(Press::sos(at, n, true));
    }
    scenario.to = UnixMs(from + 7 * 48 * HALF_HOUR_MS);
    let places = stands(&of_region, crews);
    let crews = places.into_iter().flat_map(|region| crate::crew(regions[region], scenario.from));
    scenario.staff = crews.collect();
    Ok(scenario)
}

/// Each crew stands where the most calls are for each crew that is there with it.
fn stands(calls: &BTreeMap<usize, f64>, crews: usize) -> Vec<usize> {
    let mut at = BTreeMap::<usize, f64>::new();
    let share = |at: &BTreeMap<usize, f64>, region: &usize| {
        calls[region] / (at.get(region).copied().unwrap_or(0.0) + 1.0)
    };
    (0..crews)
        .filter_map(|_| {
            let most = calls.keys().max_by(|a, b| share(&at, a).total_cmp(&share(&at, b)))?;
            *at.entry(*most).or_default() += 1.0;
            Some(*most)
        })
        .collect()
}

/// Within the cell of a region, some 6.6 by 7 km.
fn near(centre: LatLon, dice: &mut Chance) -> LatLon {
    LatLon {
        lat: centre.lat + dice.between(-0.015, 0.015),
        lon: centre.lon + dice.between(-0.032, 0.032),
    }
}

fn regions(file: &Path) -> Result<Vec<LatLon>> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let lines = text.lines().take_while(|line| !line.starts_with("END"));
    let point = |line: &str| {
        let mut fields = line.split_whitespace().skip(1);
        let mut degrees =
            || fields.next().context("a coordinate is missing")?.parse().context("degrees");
        Ok(LatLon { lat: degrees()?, lon: degrees()? })
    };
    lines.map(point).collect()
}

/// Returns how often it was called on a weekday, in a half hour, from a region.
fn counts(file: &Path) -> Result<BTreeMap<(i64, i64, usize), u32>> {
    let packed =
        std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut text = String::new();
    GzDecoder::new(&*packed).read_to_string(&mut text).context("it is not packed as expected")?;
    let mut counts = BTreeMap::new();
    for line in text.lines().take_while(|line| *line != "END") {
        let fields: Vec<i64> =
            line.split_whitespace().filter_map(|field| field.parse().ok()).collect();
        let [half_hour, day, _, region, _, _, count] = fields[..] else { continue };
        let key = (day, half_hour, usize::try_from(region)?);
        *counts.entry(key).or_default() += u32::try_from(count)?;
    }
    Ok(counts)
}
