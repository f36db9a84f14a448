//! The registry: who is protected, who goes, with which devices, kept by people.

pub(crate) mod devices;
pub(crate) mod districts;
pub(crate) mod lists;
pub(crate) mod responders;
pub(crate) mod seniors;

use serde::{Deserialize, Serialize};
use silverbell_dispatcher::RegistryRefused;
use silverbell_domain::{DistrictId, Fault, LatLon, UnixMs, UserId};
use silverbell_store::{Access, AccessAct, Thing};
use silverbell_web::{Problem, parse_rfc3339, rfc3339};
use utoipa::ToSchema;

use crate::district_routes::chosen;
use crate::error::store_problem;
use crate::session::CurrentUser;
use crate::{Api, dto};

/// A page of a list has at most so many.
const MAX_LIMIT: u32 = 500;

/// So many lines of a file's history are shown.
const MAX_CHANGES: u32 = 200;

/// Who a command on the server is called.
const COMMAND_LINE: &str = "command line";

/// A place on the map.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PointBody {
    /// Latitude, WGS-84 degrees.
    lat: f64,
    /// Longitude, WGS-84 degrees.
    lon: f64,
}

impl PointBody {
    /// Whether there is such a place is judged with the rest of the file.
    const fn point(self) -> LatLon {
        LatLon { lat: self.lat, lon: self.lon }
    }
}

/// Returns what is wrong as 422, field by field.
fn wrong(faults: &[Fault]) -> Problem {
    let words: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let mut problem = Problem::unprocessable(words.join("; "));
    problem.errors = serde_json::to_value(faults).ok().map(Box::new);
    problem
}

/// Returns a refusal; `current` is the thing as it is now.
fn refused(why: RegistryRefused, current: Option<serde_json::Value>) -> Problem {
    match why {
        RegistryRefused::Wrong(faults) => wrong(&faults),
        RegistryRefused::Changed => Problem::conflict(
            "somebody else changed it since you read it: look at `current` and try again",
            current,
        ),
        RegistryRefused::Taken(why) | RegistryRefused::Conflict(why) => {
            Problem::conflict(why, current)
        }
        RegistryRefused::NotFound(what) => Problem::not_found(format!("there is no such {what}")),
        RegistryRefused::Store(error) => store_problem(error),
    }
}

/// Reads when a file was last changed as it was told.
fn read_at(text: Option<&str>) -> Result<Option<UnixMs>, Problem> {
    text.map(|text| time("changed_at", text)).transpose()
}

fn time(field: &str, text: &str) -> Result<UnixMs, Problem> {
    let fault = || {
        wrong(&[Fault::new(field, "not_a_time", "a time as in RFC 3339, 2026-11-21T02:03:04.000Z")])
    };
    parse_rfc3339(text).ok_or_else(fault)
}

/// Reads a word of a short list of them.
fn word<T>(field: &str, text: &str, parse: fn(&str) -> Option<T>) -> Result<T, Problem> {
    let fault = || wrong(&[Fault::new(field, "unknown_word", "none of the words that are known")]);
    parse(text).ok_or_else(fault)
}

/// Returns the one district that something is put into.
fn one_district(api: &Api, who: &CurrentUser, named: Option<&str>) -> Result<DistrictId, Problem> {
    let [district] = &*chosen(api, who, named)? else {
        return Err(Problem::unprocessable("name one `district`"));
    };
    if api.dispatcher.board(district).is_none() {
        return Err(Problem::not_found("there is no such district"));
    }
    if district.is_canary() {
        return Err(Problem::unprocessable(
            "district: nobody is told of an SOS there, it is the service's own; name another",
        ));
    }
    Ok(district.clone())
}

/// What happened to a file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Changes {
    items: Vec<dto::RegistryChange>,
    next_cursor: Option<String>,
}

/// Returns what happened to a file, the latest first.
async fn changes_of(api: &Api, thing: Thing) -> Result<Changes, Problem> {
    let store = api.dispatcher.store();
    let lines = store.accesses(thing, MAX_CHANGES).await.map_err(store_problem)?;
    let mut people: Vec<_> = lines.iter().map(|line| line.by).collect();
    people.sort_unstable();
    people.dedup();
    let names = store.user_names(&people).await.map_err(store_problem)?;
    let name = |id: UserId| {
        if id.0.is_nil() {
            return COMMAND_LINE.to_owned();
        }
        let known = names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
        known.unwrap_or_else(|| id.to_string())
    };
    let items = lines.iter().map(|line| shown(line, name(line.by))).collect();
    Ok(Changes { items, next_cursor: None })
}

fn shown(line: &Access, by: String) -> dto::RegistryChange {
    let why = line.why.clone().unwrap_or_default();
    // Of a change of a file the words are the names of its fields.
    let is_of_fields =
        matches!(line.thing, Thing::Senior(_) | Thing::Responder(_) | Thing::District)
            && matches!(line.act, AccessAct::Change | AccessAct::Retire | AccessAct::Import);
    let (fields, note) = if is_of_fields {
        let fields = why.split(',').filter(|field| !field.is_empty()).map(str::to_owned);
        (fields.collect(), None)
    } else {
        (Vec::new(), Some(why).filter(|why| !why.is_empty()))
    };
    dto::RegistryChange {
        id: line.id.to_string(),
        at: rfc3339(line.at),
        by,
        act: line.act.as_str().into(),
        fields,
        note,
    }
}
