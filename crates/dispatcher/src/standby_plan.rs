//! Where people could wait so that more seniors are inside the rescue circle. Only a suggestion: a
//! supervisor sees it and decides, nobody is moved by a machine.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use silverbell_domain::{DistrictId, LatLon, ResponderId, Travel, UnixMs};
use silverbell_roads::{
    Roads, StandbyDoor, StandbyPerson, StandbyPlan, StandbyRules, StandbyWays, suggest_standby,
};
use silverbell_store::{Home, StoreError};

use crate::Dispatcher;

/// Of so many places where somebody could wait the best are looked for.
const PLACES: usize = 200;

/// How many times from a place to a home are reckoned at most: some hundred megabytes.
const MATRIX: usize = 8_000_000;

/// Homes are taken together in cells of about 500 m: the middle of those in one is a place to wait.
const CELL_DEG: f64 = 0.005;

/// Where somebody should wait.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StandbySuggestion {
    /// Who.
    pub responder: ResponderId,
    /// Where that person is.
    pub from: LatLon,
    /// Where to wait.
    pub to: LatLon,
    /// How long the way there takes, seconds.
    pub eta_s: u32,
}

/// What would be better.
#[derive(Clone, Debug, PartialEq)]
pub struct StandbySuggestions {
    /// When it was counted.
    pub at: UnixMs,
    /// By ring in minutes: how many homes somebody who is free reaches now, and how many then.
    pub within: Vec<(u16, u64, u64)>,
    /// Who should go where; each of them is needed for it.
    pub moves: Vec<StandbySuggestion>,
}

impl Dispatcher {
    /// Returns where those who are free should wait so that most homes are inside the narrowest ring,
    /// then inside the next. Takes seconds in a large district: for a person who asks.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the homes cannot be read.
    pub async fn suggest_standby(
        &self,
        district: &DistrictId,
    ) -> Result<Option<StandbySuggestions>, StoreError> {
        let Some(board) = self.board(district) else { return Ok(None) };
        let at = self.clock.now();
        let homes = self.store.homes(district, at).await?;
        let people: Vec<StandbyPerson> = board
            .free(self.policy(), at)
            .into_iter()
            .map(|it| StandbyPerson {
                responder: it.id,
                at: it.place,
                travel: it.travel,
                is_free: true,
            })
            .collect();
        let standbys = board.snapshot().people.into_iter().map(|(it, ..)| it.responder.standby);
        let places = places(&homes, standbys.collect(), people.len());
        let rings_min = self.policy().dispatch.rings_min.clone();
        let (roads, _) = self.roads();
        let planned = self.reckon(move || {
            let doors: Vec<StandbyDoor> =
                homes.iter().map(|home| StandbyDoor { at: home.place, weight: 1 }).collect();
            let rules = rules(&rings_min);
            let ways = OnRoads::new(roads, &people, &places, &doors);
            let plan = suggest_standby(&people, &doors, &places, rules, &ways);
            in_words(at, &plan, &rings_min, &people, &places)
        });
        planned.await.map(Some)
    }
}

/// Returns the policy's first three rings; where it has fewer, the widest stands for those missing.
fn rules(rings_min: &[u16]) -> StandbyRules {
    let widest = rings_min.last().copied().unwrap_or(0);
    let ring = |n: usize| u32::from(rings_min.get(n).copied().unwrap_or(widest)) * 60;
    StandbyRules { rings_s: [ring(0), ring(1), ring(2)], ..StandbyRules::default() }
}

/// Returns where somebody could wait: where people wait now, and where most homes are. In a large district they are fewer, so that the matrix from all of them to all homes stays small.
fn places(homes: &[Home], standbys: Vec<LatLon>, people: usize) -> Vec<LatLon> {
    let rows = MATRIX / homes.len().max(1);
    let limit = (rows.saturating_sub(people) / Travel::ALL.len()).min(PLACES);
    let bits = |at: &LatLon| (at.lat.to_bits(), at.lon.to_bits());
    let mut seen = BTreeSet::new();
    let mut places: Vec<LatLon> = standbys;
    places.retain(|at| seen.insert(bits(at)));
    places.truncate(limit / 2);
    let mut cells: BTreeMap<(i64, i64), Vec<LatLon>> = BTreeMap::new();
    for Home { place, .. } in homes {
        let cell = ((place.lat / CELL_DEG).floor() as i64, (place.lon / CELL_DEG).floor() as i64);
        cells.entry(cell).or_default().push(*place);
    }
    let mut cells: Vec<Vec<LatLon>> = cells.into_values().collect();
    cells.sort_by_key(|cell| std::cmp::Reverse(cell.len()));
    let middle = |cell: &Vec<LatLon>| {
        let count = cell.len() as f64;
        LatLon {
            lat: cell.iter().map(|at| at.lat).sum::<f64>() / count,
            lon: cell.iter().map(|at| at.lon).sum::<f64>() / count,
        }
    };
    places.extend(cells.iter().take(limit - places.len()).map(middle));
    places
}

fn in_words(
    at: UnixMs,
    plan: &StandbyPlan,
    rings_min: &[u16],
    people: &[StandbyPerson],
    places: &[LatLon],
) -> StandbySuggestions {
    let counts = plan.now.iter().zip(&plan.then);
    let within = rings_min.iter().zip(counts).map(|(&ring, (&now, &then))| (ring, now, then));
    let moves = plan.moves.iter().filter_map(|step| {
        let person = people.iter().find(|person| person.responder == step.responder)?;
        let to = *places.get(step.place)?;
        Some(StandbySuggestion {
            responder: step.responder,
            from: person.at,
            to,
            eta_s: step.way_s,
        })
    });
    StandbySuggestions { at, within: within.collect(), moves: moves.collect() }
}

/// Travel times as the dispatcher knows them, looked up all at once: one matrix costs far less than
/// its rows one by one.
struct OnRoads {
    roads: Roads,
    rows: HashMap<(Place, Travel), Vec<u32>>,
}

/// A place to look up by.
type Place = (u64, u64);

fn place_of(at: LatLon) -> Place {
    (at.lat.to_bits(), at.lon.to_bits())
}

impl OnRoads {
    fn new(
        roads: Roads,
        people: &[StandbyPerson],
        places: &[LatLon],
        doors: &[StandbyDoor],
    ) -> Self {
        let travels: BTreeSet<Travel> = people.iter().map(|person| person.travel).collect();
        let from_places = places.iter().flat_map(|at| travels.iter().map(|travel| (*at, *travel)));
        let own = people.iter().map(|person| (person.at, person.travel));
        let from: Vec<(LatLon, Travel)> = own.chain(from_places).collect();
        let doors: Vec<LatLon> = doors.iter().map(|door| door.at).collect();
        let etas = roads.matrix(&from, &doors);
        let rows = from.into_iter().zip(etas.chunks(doors.len().max(1)));
        let rows = rows.map(|((at, travel), row)| {
            ((place_of(at), travel), row.iter().map(|eta| eta.s).collect())
        });
        Self { rows: rows.collect(), roads }
    }
}

impl StandbyWays for OnRoads {
    fn to_doors_s(&self, from: LatLon, travel: Travel) -> Vec<u32> {
        self.rows.get(&(place_of(from), travel)).cloned().unwrap_or_default()
    }

    fn between_s(&self, from: LatLon, travel: Travel, to: LatLon) -> u32 {
        self.roads.eta(from, travel, to).s
    }
}
