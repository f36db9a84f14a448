//! How well a district is covered: for every home the time until somebody who is free could be there.
//!
//! Counted again as people move, beside the control loop and never by it: one search over the roads
//! from everybody at once, on a thread that blocks, and at most a tenth of the time.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use metrics::gauge;
use parking_lot::RwLock;
use silverbell_domain::{DistrictId, Eta, EtaSource, LatLon, ResponderId, Travel, UnixMs};
use silverbell_roads::{IsochroneError, IsochroneOptions, MultiPolygon, Roads, isochrones};
use silverbell_store::{Home, StoreError};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::{Board, Dispatcher};

/// Positions change all the time; nobody reads coverage faster than this.
const EVERY: Duration = Duration::from_secs(2);

/// After a count nothing is counted for so many times as long as it took.
const REST: u32 = 9;

/// Homes are read anew so often: a senior who was put in is covered, or missed, from then on.
const HOMES_EVERY: Duration = Duration::from_secs(60);

/// Somebody who could go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FreeResponder {
    /// Who.
    pub id: ResponderId,
    /// How.
    pub travel: Travel,
    /// From where.
    pub place: LatLon,
}

/// How well a district is covered at one moment.
#[derive(Debug)]
pub struct Coverage {
    /// From whom it was counted: on duty, lately heard of, bound by no ticket.
    pub free: Vec<FreeResponder>,
    /// For how many homes.
    pub homes: usize,
    /// For each ring, in minutes, how many homes somebody reaches within it; the wider rings hold the
    /// narrower.
    pub within: Vec<(u16, usize)>,
    /// Who lives outside the last ring and how long it would take, the farthest first; `None` when
    /// nobody is free.
    pub outside: Vec<(Home, Option<Eta>)>,
    /// How many of the times are by straight line, for want of a map or off its edge.
    pub by_straight_line: usize,
}

/// What somebody who is free reaches.
#[derive(Debug)]
pub struct Isochrones {
    /// As of when.
    pub at: UnixMs,
    /// By ring, in minutes.
    pub areas: Vec<(u16, MultiPolygon<f64>)>,
}

/// What is known of each district.
#[derive(Debug, Default)]
pub(crate) struct Coverages(RwLock<BTreeMap<DistrictId, (UnixMs, Arc<Coverage>)>>);

/// What a count begins with.
struct Survey {
    free: Vec<FreeResponder>,
    homes: Arc<[Home]>,
    rings_min: Vec<u16>,
    roads: Roads,
}

/// What the last count of a district was made from.
struct Last {
    homes: Arc<[Home]>,
    homes_read: Instant,
    free: Vec<FreeResponder>,
    map: u64,
}

impl Dispatcher {
    /// Returns how well a district is covered and as of when; `None` while that has not been counted.
    #[must_use]
    pub fn coverage(&self, district: &DistrictId) -> Option<(UnixMs, Arc<Coverage>)> {
        self.coverages.0.read().get(district).cloned()
    }

    /// Returns the area that somebody who is free reaches within each ring, in minutes, each inside
    /// the next, and as of when; the areas are empty without roads. `None` while nothing has been counted.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the areas cannot be drawn.
    pub async fn isochrones(
        &self,
        district: &DistrictId,
    ) -> Result<Option<Isochrones>, StoreError> {
        let Some((at, counted)) = self.coverage(district) else { return Ok(None) };
        let (roads, _) = self.roads();
        let rings_min = self.policy().dispatch.rings_min.clone();
        let drawn = self.reckon(move || {
            let limits_s: Vec<u32> = rings_min.iter().map(|&min| u32::from(min) * 60).collect();
            let widest_s = limits_s.last().copied().unwrap_or(0);
            let reached = roads.reach(&people(&counted.free), widest_s);
            let areas = isochrones(&reached, &limits_s, IsochroneOptions::default())?;
            Ok::<_, IsochroneError>(rings_min.into_iter().zip(areas).collect())
        });
        let areas = drawn.await?.map_err(|error| {
            tracing::error!(%district, %error, "the areas within reach cannot be drawn");
            StoreError::Unavailable(error.to_string())
        })?;
        Ok(Some(Isochrones { at, areas }))
    }
}

/// Counts, again and again.
pub(crate) async fn run(dispatcher: Arc<Dispatcher>, stop: CancellationToken) {
    let mut last: BTreeMap<DistrictId, Last> = BTreeMap::new();
    loop {
        let mut counted_for = Duration::ZERO;
        for board in dispatcher.inhabited() {
            if stop.is_cancelled() {
                return;
            }
            match look_at(&dispatcher, &board, &mut last).await {
                Ok(took) => counted_for += took,
                Err(error) => {
                    let district = board.district();
                    tracing::debug!(%district, %error, "the coverage cannot be counted at present");
                }
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(EVERY.max(counted_for * REST)) => {}
        }
    }
}

/// Counts one district, unless everything is as it was; returns how long the counting took.
async fn look_at(
    dispatcher: &Dispatcher,
    board: &Board,
    lasts: &mut BTreeMap<DistrictId, Last>,
) -> Result<Duration, StoreError> {
    let (district, at) = (board.district(), dispatcher.clock.now());
    let last = lasts.get(district).map(|last| (last.homes.clone(), last.homes_read));
    let (homes, homes_read) = match last {
        Some((homes, read)) if read.elapsed() < HOMES_EVERY => (homes, read),
        // People move, and are counted, also while the store is away.
        Some((homes, _)) => match dispatcher.store.homes(district, at).await {
            Ok(read) => (read.into(), Instant::now()),
            Err(_) => (homes, Instant::now()),
        },
        None => (dispatcher.store.homes(district, at).await?.into(), Instant::now()),
    };
    let free = board.free(dispatcher.policy(), at);
    let (roads, map) = dispatcher.roads();
    let is_same = lasts
        .get(district)
        .is_some_and(|last| last.free == free && last.homes == homes && last.map == map);
    let begun = Instant::now();
    if !is_same {
        let rings_min = dispatcher.policy().dispatch.rings_min.clone();
        let survey = Survey { free: free.clone(), homes: homes.clone(), rings_min, roads };
        let counted = spawn_blocking(move || survey.count()).await;
        let counted = counted.map_err(|error| {
            tracing::error!(%district, %error, "the coverage was not counted");
            StoreError::Unavailable(error.to_string())
        })?;
        report(district, &counted);
        dispatcher.coverages.0.write().insert(district.clone(), (at, Arc::new(counted)));
    } else if let Some((as_of, _)) = dispatcher.coverages.0.write().get_mut(district) {
        *as_of = at;
    }
    lasts.insert(district.clone(), Last { homes, homes_read, free, map });
    Ok(begun.elapsed())
}

impl Survey {
    fn count(self) -> Coverage {
        let people = people(&self.free);
        let doors: Vec<LatLon> = self.homes.iter().map(|home| home.place).collect();
        let etas = self.roads.coverage(&people, &doors);
        let is_within = |eta: &Option<Eta>, ring_min: u16| {
            eta.is_some_and(|eta| eta.s <= u32::from(ring_min) * 60)
        };
        let count = |ring_min| etas.iter().filter(|eta| is_within(eta, ring_min)).count();
        let within = self.rings_min.iter().map(|&ring_min| (ring_min, count(ring_min))).collect();
        let widest = self.rings_min.last().copied().unwrap_or(0);
        let mut outside: Vec<(Home, Option<Eta>)> = self
            .homes
            .iter()
            .zip(&etas)
            .filter(|(_, eta)| !is_within(eta, widest))
            .map(|(home, eta)| (home.clone(), *eta))
            .collect();
        let seconds = |eta: &Option<Eta>| eta.map_or(u32::MAX, |eta| eta.s);
        outside.sort_by_key(|(home, eta)| (Reverse(seconds(eta)), home.senior));
        let by_line = |eta: &&Eta| eta.source == EtaSource::StraightLine;
        Coverage {
            free: self.free,
            homes: doors.len(),
            within,
            outside,
            by_straight_line: etas.iter().flatten().filter(by_line).count(),
        }
    }
}

fn people(free: &[FreeResponder]) -> Vec<(LatLon, Travel)> {
    free.iter().map(|person| (person.place, person.travel)).collect()
}

fn report(district: &DistrictId, counted: &Coverage) {
    let label = || district.to_string();
    for (ring_min, homes) in &counted.within {
        let minutes = ring_min.to_string();
        gauge!("silverbell_coverage_homes", "district" => label(), "within_min" => minutes)
            .set(*homes as f64);
    }
    gauge!("silverbell_coverage_homes_outside", "district" => label())
        .set(counted.outside.len() as f64);
}
