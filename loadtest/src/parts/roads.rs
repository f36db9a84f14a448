//! Travel time by road on the largest extract there is: who is nearest, beside what databases take
//! for the straight line and what another router takes for the road; and what else a map is asked.

mod exact;
pub(super) mod ground;
mod install;
pub(crate) mod memory;
mod places;
mod postgis;
mod redis;
mod storm;
mod valhalla;

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use silverbell_domain::{LatLon, Travel, TravelTimes};
use silverbell_roads::{PeopleIndex, RoadMap, RoadSpeeds, Roads, Speeds};

use crate::bench::Bench;
use crate::report::{Figure, Goal, Report, Unit};
use crate::stats::Micros;
use exact::Compared;
use ground::Ground;
use places::{Chance, index_of, somebody, travel_of};
use postgis::PostGis;
use redis::Redis;
use storm::Storm;

const PART: &str = "roads";

/// Among so many people the nearest are looked for; with so many the goal is set.
const PEOPLE: [usize; 4] = [183, 1_000, 10_000, 100_000];
const GOAL_PEOPLE: usize = 10_000;

/// So many are found.
const NEAREST: usize = 5;

/// For so many doors in a round, and for so many before that do not count; for fewer where there are
/// more people than the goal is set with, for Redis then takes long. All take turns, a block of doors
/// each, so that a noisy neighbour disturbs them alike.
const DOORS: usize = 3_000;
const WARM_UP: usize = 300;
const DOORS_OF_MANY: usize = 1_000;
const BLOCK: usize = 100;

/// Valhalla takes long.
const VALHALLA_DOORS: usize = 40;

/// How many positions are reported in a round.
const MOVES: usize = 20_000;

/// The district of the demo.
const SENIORS: usize = 3_620;
const RESPONDERS: usize = 183;

/// So many storms are drawn, and how often each is planned in a round.
const STORMS: u64 = 10;
const LOOKS: usize = 3;

const SEED: u64 = 183;

/// The goals.
const FASTER: Goal = Goal::TimesAtMost(1.0);
const MOVE_US: Goal = Goal::AtMost(5.0);
const COVERAGE_MS: Goal = Goal::AtMost(50.0);
const ROUND_MS: Goal = Goal::AtMost(20.0);
const IMPORT_S: Goal = Goal::AtMost(60.0);

/// The databases, as far as there are any.
struct Databases {
    postgis: Option<PostGis>,
    redis: Option<Redis>,
}

/// The rounds of one number of people.
#[derive(Debug, Default)]
struct Nearest {
    ours: Vec<Micros>,
    postgis: Vec<Micros>,
    redis: Vec<Micros>,
}

/// Measures.
pub(crate) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    if bench.installs {
        install::install().await?;
    }
    let extracts = ground::extracts(&bench.osm)?;
    let map = open(bench, &extracts, report).await?;
    let mut chance = Chance::of(SEED);
    let doors = chance.places(&map, WARM_UP + DOORS)?;
    let people = chance.places(&map, PEOPLE[PEOPLE.len() - 1])?;
    let ground = Ground { extract: extracts.first().cloned(), map, people, doors };
    let few = beside_databases(bench, &ground, report).await?;
    moves(bench, &ground, report);
    coverage(bench, &ground, report)?;
    rounds_of_storms(bench, &ground.map, report)?;
    beside_valhalla(bench, &ground, &few, report).await;
    check_all(&extracts, &ground.map, report)
}

// --- The map --------------------------------------------------------------------------------------

/// Imports the largest extract, or draws a town, and opens it; says what both take.
async fn open(bench: &Bench, extracts: &[PathBuf], report: &mut Report) -> Result<Arc<RoadMap>> {
    let mut imports_s = Vec::new();
    let network = match extracts.first() {
        None => {
            report.note("roads: there is no extract (--osm): on a town drawn as a grid".to_owned());
            ground::drawn()?
        }
        Some(extract) => {
            let mut imported = ground::imported(extract)?;
            imports_s.push(imported.1);
            for _ in 1..bench.rounds {
                imported = ground::imported(extract)?;
                imports_s.push(imported.1);
            }
            imported.0
        }
    };
    let file = bench.dir().join("roads.network");
    network.write(std::fs::File::create(&file)?)?;
    if let Some(extract) = extracts.first() {
        let mib = |path: &Path| path.metadata().map_or(0.0, |m| m.len() as f64 / 1_048_576.0);
        let what = format!("import {} ({:.1} MiB)", ground::name_of(extract), mib(extract));
        report.add(Figure::new(PART, what, Unit::S, imports_s).goal(IMPORT_S));
        let (_, peak) = memory::of("import", extract).await?;
        report.add(Figure::new(PART, "import, its peak of memory", Unit::MiB, vec![peak]));
    }
    let mut opens_ms = Vec::new();
    let mut map = None;
    for _ in 0..bench.rounds {
        let started = Instant::now();
        map = Some(RoadMap::open(std::fs::read(&file)?, RoadSpeeds::default())?);
        opens_ms.push(in_ms(started.elapsed()));
    }
    let map = map.context("no rounds")?;
    report.add(Figure::new(PART, "open, check and weigh the network", Unit::Ms, opens_ms));
    let (resident, _) = memory::of("open", &file).await?;
    let size = network.file_len() as f64 / 1_048_576.0;
    let resident = Figure::new(PART, "a process with the map open", Unit::MiB, vec![resident]);
    report.add(resident.beside("the network's file", vec![size]));
    report.note(format!("roads: measured on {:?}, {}", map.network(), extent(&map)));
    Ok(Arc::new(map))
}

/// Says how large a map is.
fn extent(map: &RoadMap) -> String {
    let Some([low, high]) = map.bounds() else { return "nowhere".to_owned() };
    let (east, north) = (LatLon { lon: high.lon, ..low }, LatLon { lat: high.lat, ..low });
    let km = |to: LatLon| low.distance_m(to) / 1_000.0;
    format!("{:.1} × {:.1} km", km(east), km(north))
}

// --- Nearest --------------------------------------------------------------------------------------

impl Databases {
    /// Starts what there is, and says what is missing.
    async fn start(report: &mut Report) -> Self {
        let postgis = match PostGis::start().await {
            Ok(postgis) => Some(postgis),
            Err(error) => {
                report.note(format!("roads: without PostGIS: {error:#}"));
                None
            }
        };
        let redis = match Redis::start() {
            Ok(redis) => Some(redis),
            Err(error) => {
                report.note(format!("roads: without Redis: {error:#}"));
                None
            }
        };
        Self { postgis, redis }
    }

    async fn fill(&mut self, people: &[LatLon]) -> Result<()> {
        if let Some(postgis) = &mut self.postgis {
            postgis.fill(people).await?;
        }
        self.redis.as_mut().map_or(Ok(()), |redis| redis.fill(people))
    }

    /// Says what a search takes within the servers, where no client and no socket count.
    async fn say_alone(
        &mut self,
        doors: &[LatLon],
        people: usize,
        report: &mut Report,
    ) -> Result<()> {
        if let Some(postgis) = &mut self.postgis {
            let (alone_us, version) = (postgis.alone_us(doors).await?, postgis.version().await?);
            report.note(format!(
                "roads: PostGIS {version}, {people} people: {alone_us:.1} µs a search on the \
                 average in a loop within the server"
            ));
        }
        if let Some(redis) = &mut self.redis {
            let (alone_us, version) = (redis.alone_us()?, redis.version()?);
            let mut small = Micros::default();
            let short = redis.nearest(doors, redis::SMALL_KM, &mut small)?;
            report.note(format!(
                "roads: Redis {version}, {people} people: {alone_us:.1} µs a search on the average \
                 by its own count; within {} km instead p50 {:.1} µs, fewer than five at {short} of \
                 {} doors",
                redis::SMALL_KM,
                small.quantile_us(0.5),
                doors.len()
            ));
        }
        Ok(())
    }
}

/// Looks among few and many; returns our rounds among as few as the district has.
async fn beside_databases(
    bench: &Bench,
    ground: &Ground,
    report: &mut Report,
) -> Result<Vec<Micros>> {
    let mut databases = Databases::start(report).await;
    let mut few = Vec::new();
    for count in PEOPLE {
        eprintln!("roads: the nearest of {count}");
        let people = &ground.people[..count];
        databases.fill(people).await?;
        let rounds = nearest(bench, ground, people, &mut databases).await?;
        add_nearest(report, count, &rounds);
        databases.say_alone(&ground.doors[..DOORS_OF_MANY], count, report).await?;
        if count == RESPONDERS {
            few = rounds.ours;
        }
    }
    Ok(few)
}

/// Looks for the nearest of every door, we and the databases in turns.
async fn nearest(
    bench: &Bench,
    ground: &Ground,
    people: &[LatLon],
    databases: &mut Databases,
) -> Result<Nearest> {
    let index = index_of(&ground.map, people);
    let mut rounds = Nearest::default();
    let (warm_up, doors) = ground.doors.split_at(WARM_UP);
    let doors = &doors[..if people.len() > GOAL_PEOPLE { DOORS_OF_MANY } else { DOORS }];
    let _ = take_turns(&index, warm_up, databases).await?;
    for _ in 0..bench.rounds {
        let [ours, postgis, redis] = take_turns(&index, doors, databases).await?;
        rounds.ours.push(ours);
        rounds.postgis.extend(databases.postgis.is_some().then_some(postgis));
        rounds.redis.extend(databases.redis.is_some().then_some(redis));
    }
    Ok(rounds)
}

/// Returns what each door took us, PostGIS and Redis.
async fn take_turns(
    index: &PeopleIndex,
    doors: &[LatLon],
    databases: &mut Databases,
) -> Result<[Micros; 3]> {
    let mut took: [Micros; 3] = std::array::from_fn(|_| Micros::default());
    for block in doors.chunks(BLOCK) {
        for door in block {
            let started = Instant::now();
            let found = black_box(index.nearest(*door).take(NEAREST).collect::<Vec<_>>());
            took[0].record(started.elapsed());
            anyhow::ensure!(found.len() == NEAREST, "only {} people were found", found.len());
        }
        if let Some(postgis) = &mut databases.postgis {
            postgis.nearest(block, &mut took[1]).await?;
        }
        if let Some(redis) = &mut databases.redis {
            redis.nearest(block, redis::RADIUS_KM, &mut took[2])?;
        }
    }
    Ok(took)
}

fn add_nearest(report: &mut Report, people: usize, rounds: &Nearest) {
    let peers = [
        ("PostGIS <->, straight line", &rounds.postgis),
        ("Redis GEOSEARCH 5 km, straight line", &rounds.redis),
    ];
    for (name, q) in [("p50", 0.5), ("p99", 0.99)] {
        let what = format!("nearest {NEAREST} of {people} by road, {name}");
        let ours = || Figure::new(PART, what.clone(), Unit::Us, quantiles(&rounds.ours, q));
        if rounds.postgis.is_empty() && rounds.redis.is_empty() {
            report.add(ours());
        }
        for (whose, theirs) in peers.iter().filter(|(_, theirs)| !theirs.is_empty()) {
            let figure = ours().beside(*whose, quantiles(theirs, q));
            report.add(if people == GOAL_PEOPLE { figure.goal(FASTER) } else { figure });
        }
    }
}

fn quantiles(rounds: &[Micros], quantile: f64) -> Vec<f64> {
    rounds.iter().map(|round| round.quantile_us(quantile)).collect()
}

// --- What else a map is asked -----------------------------------------------------------------------

/// Moves one after another by some tens of metres.
fn moves(bench: &Bench, ground: &Ground, report: &mut Report) {
    let mut places = ground.people[..GOAL_PEOPLE].to_vec();
    let mut index = index_of(&ground.map, &places);
    let mut chance = Chance::of(SEED + 1);
    let mut rounds = Vec::new();
    for _ in 0..bench.rounds {
        let mut took = Micros::default();
        for _ in 0..MOVES {
            let who = (chance.share() * places.len() as f64) as usize;
            places[who] = chance.step(places[who]);
            let (id, travel, place) = (somebody(who), travel_of(who), places[who]);
            let started = Instant::now();
            index.put(id, travel, place);
            took.record(started.elapsed());
        }
        rounds.push(took);
    }
    let what = format!("a position of one of {GOAL_PEOPLE}");
    let means = rounds.iter().map(Micros::mean_us).collect();
    let all = [("p50", quantiles(&rounds, 0.5)), ("mean", means)];
    for (name, values) in all {
        let figure = Figure::new(PART, format!("{what}, {name}"), Unit::Us, values);
        report.add(figure.goal(MOVE_US));
    }
}

/// Asks for everybody's door at once who is there first.
fn coverage(bench: &Bench, ground: &Ground, report: &mut Report) -> Result<()> {
    let roads = Roads::new(Speeds::default(), Some(ground.map.clone()));
    let seniors = Chance::of(SEED + 2).places(&ground.map, SENIORS)?;
    let people: Vec<(LatLon, Travel)> =
        (0..).zip(&ground.people[..RESPONDERS]).map(|(n, place)| (*place, travel_of(n))).collect();
    let mut took_ms = Vec::new();
    for _ in 0..bench.rounds {
        let started = Instant::now();
        black_box(roads.coverage(&people, &seniors));
        took_ms.push(in_ms(started.elapsed()));
    }
    let what = format!("coverage of {SENIORS} seniors from {}", people.len());
    report.add(Figure::new(PART, what, Unit::Ms, took_ms).goal(COVERAGE_MS));
    Ok(())
}

/// Plans storms, each in one look.
pub(super) fn rounds_of_storms(
    bench: &Bench,
    map: &Arc<RoadMap>,
    report: &mut Report,
) -> Result<()> {
    let storms: Vec<Storm> =
        (0..STORMS).map(|seed| Storm::drawn(map, seed)).collect::<Result<_>>()?;
    let (mut by_road, mut by_line): (Vec<Micros>, Vec<Micros>) = Default::default();
    for _ in 0..bench.rounds {
        let looks = || storms.iter().cycle().take(storms.len() * LOOKS);
        by_road.push(looks().map(Storm::plan_by_road).collect());
        by_line.push(looks().map(Storm::plan_by_line).collect());
    }
    let in_ms = |rounds: &[Micros], q| quantiles(rounds, q).into_iter().map(|us| us / 1_000.0);
    for (name, q) in [("p50", 0.5), ("worst", 1.0)] {
        let what = format!("the round of {} tickets × {RESPONDERS}, {name}", storm::TICKETS);
        let figure = Figure::new(PART, what, Unit::Ms, in_ms(&by_road, q).collect());
        let figure = figure.beside("the same by straight line", in_ms(&by_line, q).collect());
        report.add(if q < 1.0 { figure.goal(ROUND_MS) } else { figure });
    }
    let matrices: Vec<Micros> =
        (0..bench.rounds).map(|_| storms.iter().map(|storm| storm.matrix(map)).collect()).collect();
    let what = format!("all ways of such a round as one matrix, {RESPONDERS} × {}", storm::TICKETS);
    let matrices_ms = in_ms(&matrices, 0.5).collect();
    report.add(Figure::new(PART, what, Unit::Ms, matrices_ms));
    say_looks(&storms, report);
    Ok(())
}

/// Says on what the time of a look at a storm goes.
fn say_looks(storms: &[Storm], report: &mut Report) {
    let looks: Vec<storm::Look> = storms.iter().map(Storm::watch).collect();
    let mean = |of: fn(&storm::Look) -> f64| looks.iter().map(of).sum::<f64>() / looks.len() as f64;
    report.note(format!(
        "roads: the round, mean of {STORMS} storms: {:.0} of {} aides and {} rescuers asked; {:.0} \
         searches named {:.0} people in {:.0} of {:.0} ms",
        mean(|look| look.asked as f64),
        storm::AIDES,
        storm::RESCUERS,
        mean(|look| look.searches as f64),
        mean(|look| look.named as f64),
        mean(|look| in_ms(look.searched)),
        mean(|look| in_ms(look.took)),
    ));
}

// --- Another router, and whether all of it is right ---------------------------------------------------

/// Asks another router the same, and for ways to compare.
async fn beside_valhalla(bench: &Bench, ground: &Ground, ours: &[Micros], report: &mut Report) {
    let asked = (&ground.people[..RESPONDERS], &ground.doors[..VALHALLA_DOORS]);
    let answers = match valhalla::run(bench, ground, asked, report).await {
        Ok(answers) => answers,
        Err(error) => return report.note(format!("roads: without Valhalla: {error:#}")),
    };
    let took = answers.nearest_ms.iter().map(|ms| Duration::from_secs_f64(ms / 1_000.0));
    let theirs = [took.collect::<Micros>()];
    for (name, q) in [("p50", 0.5), ("p99", 0.99)] {
        let what = format!("nearest {NEAREST} of {RESPONDERS} by road, {name}");
        let figure = Figure::new(PART, what, Unit::Us, quantiles(ours, q));
        report.add(figure.beside("Valhalla matrix, by road", quantiles(&theirs, q)));
    }
}

/// Holds the matrix against the searches on every extract; on the measured map without one.
fn check_all(extracts: &[PathBuf], map: &Arc<RoadMap>, report: &mut Report) -> Result<()> {
    if extracts.is_empty() {
        return check("the drawn town", map, report);
    }
    for extract in extracts {
        let (network, _) = ground::imported(extract)?;
        let map = RoadMap::new(network, RoadSpeeds::default());
        check(&ground::name_of(extract), &Arc::new(map), report)?;
    }
    Ok(())
}

fn check(name: &str, map: &Arc<RoadMap>, report: &mut Report) -> Result<()> {
    let [usual, faster] = exact::compare(map)?;
    let all: Compared = usual.and(faster);
    let what = format!("{name}: ETAs on which matrix and search differ");
    let apart = Figure::new(PART, what, Unit::Count, vec![all.apart as f64]);
    report.add(apart.goal(Goal::AtMost(0.0)));
    report.note(format!(
        "roads: {name}: {0} × {0} places, three ways of travelling, matrix against Dijkstra from the \
         door (nearest) and from the people (coverage), in seconds: {1} of {2} pairs within the hour, \
         at eight times the speed {3} of {4}",
        exact::PLACES,
        usual.timed,
        usual.pairs,
        faster.timed,
        faster.pairs
    ));
    Ok(())
}

fn in_ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}
