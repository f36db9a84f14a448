//! Devices: what they last said of themselves, what they said, and what they are asked.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::{Deserialize, Serialize};
use silverbell_dispatcher::{AskedCommand, Delivery, Fate};
use silverbell_domain::{DeviceCommand, DeviceId, Protocol, SeniorId, UnixMs};
use silverbell_store::{Device, DeviceFilter, DevicePage, DeviceSignal, DeviceState};
use silverbell_web::{Problem, parse_rfc3339, rfc3339};
use utoipa::ToSchema;

use crate::act::Act;
use crate::district_routes::chosen;
use crate::error::store_problem;
use crate::session::CurrentUser;
use crate::ticket_routes::parse;
use crate::{Api, dto, view};

/// How many signals or devices are returned at most.
const MAX_LIMIT: u32 = 500;

/// Without `since`, signals of so long are returned, seconds: a day.
const SIGNALS_OF_S: i64 = 86_400;

/// How many numbers the key of a device may be given, and how long each may be.
const MAX_NUMBERS: usize = 5;
const MAX_DIGITS: usize = 20;

/// Returns a device with what it last said of itself. `id` is its id, or what it calls itself.
#[utoipa::path(get, path = "/v1/devices/{id}", tag = "devices of seniors", responses(
    (status = 200, description = "The device", body = dto::Device),
    (status = 404, description = "No such device", body = Problem),
))]
pub(crate) async fn file(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
) -> Result<Json<dto::Device>, Problem> {
    let device = find(&api, &who, &id).await?;
    Ok(Json(shown(&api, &device).await?))
}

/// Which signals.
#[derive(Debug, Deserialize)]
pub(crate) struct Since {
    since: Option<String>,
    limit: Option<u32>,
}

/// What a device said.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Signals {
    items: Vec<dto::DeviceSignal>,
    next_cursor: Option<String>,
}

/// Returns what a device said since then, latest first, its bytes included.
#[utoipa::path(get, path = "/v1/devices/{id}/signals", tag = "devices of seniors",
    params(("since" = Option<String>, Query, description = "RFC 3339; a day ago when missing"),
        ("limit" = Option<u32>, Query, description = "50, at most 500")),
    responses((status = 200, description = "Latest first", body = Signals),
        (status = 404, description = "No such device", body = Problem)))]
pub(crate) async fn signals(
    State(api): State<Api>,
    who: CurrentUser,
    Path(id): Path<String>,
    Query(asked): Query<Since>,
) -> Result<Json<Signals>, Problem> {
    let device = find(&api, &who, &id).await?;
    let since = match asked.since.as_deref() {
        Some(text) => parse_rfc3339(text)
            .ok_or_else(|| Problem::bad_request("since: a time as 2026-11-21T02:03:04Z"))?,
        None => api.dispatcher.clock().now().plus_s(-SIGNALS_OF_S),
    };
    let limit = asked.limit.unwrap_or(50).clamp(1, MAX_LIMIT);
    let found = api.dispatcher.device_signals(&device, since, limit).await;
    let items = found.map_err(store_problem)?.iter().map(signal).collect();
    Ok(Json(Signals { items, next_cursor: None }))
}

/// What a device is asked.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct AskDevice {
    /// `locate`, `ring` or `sos_numbers`.
    command: String,
    /// For `sos_numbers`: whom the key calls, in order.
    #[serde(default)]
    numbers: Vec<String>,
}

/// What comes of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Asked {
    /// `sent`, or `waits` until the device is connected.
    delivery: &'static str,
    /// Until when it waits, RFC 3339; then it is worth nothing and is not told any more. Null unless it
    /// waits.
    until: Option<String>,
}

/// Asks a device where it is, to ring, or to call these numbers when its key is pressed.
#[utoipa::path(post, path = "/v1/devices/{id}/commands", tag = "devices of seniors",
    request_body = AskDevice, responses(
    (status = 200, description = "It is told, or will be when it is connected", body = Asked),
    (status = 404, description = "No such device", body = Problem),
    (status = 409, description = "It cannot be told", body = Problem)))]
pub(crate) async fn ask(
    State(api): State<Api>,
    Path(id): Path<String>,
    act: Act<AskDevice>,
) -> Result<Json<Asked>, Problem> {
    let device = find(&api, &act.who, &id).await?;
    let command = command(&act.body)?;
    if device.protocol.speaks_over_http() {
        return Err(Problem::conflict("a device of this protocol takes no commands", None));
    }
    if command == DeviceCommand::Ring && !device.protocol.can_ring() {
        return Err(Problem::conflict("devices of this protocol have no command to ring", None));
    }
    let (delivery, until) = match api.lines.send(device.id, command) {
        Delivery::Sent => ("sent", None),
        Delivery::Waits { at_most } => {
            let now = api.dispatcher.clock().now();
            ("waits", Some(rfc3339(UnixMs(now.0.saturating_add(ms(at_most))))))
        }
        Delivery::NotConnected => {
            return Err(Problem::conflict("too many commands wait for it; try again later", None));
        }
    };
    Ok(Json(Asked { delivery, until }))
}

fn ms(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

fn command(asked: &AskDevice) -> Result<DeviceCommand, Problem> {
    match &*asked.command {
        "locate" => Ok(DeviceCommand::Locate),
        "ring" => Ok(DeviceCommand::Ring),
        "sos_numbers" => numbers(&asked.numbers).map(DeviceCommand::SosNumbers),
        _ => Err(Problem::unprocessable("command: `locate`, `ring` or `sos_numbers`")),
    }
}

/// Takes telephone numbers; nothing else may reach a device's own language.
fn numbers(given: &[String]) -> Result<Vec<String>, Problem> {
    let is_number = |text: &String| {
        let digits = text.strip_prefix('+').unwrap_or(text);
        !digits.is_empty()
            && digits.len() <= MAX_DIGITS
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    if given.is_empty() || given.len() > MAX_NUMBERS || !given.iter().all(is_number) {
        let words = "numbers: 1 to 5 telephone numbers, digits only, at most 20 each";
        return Err(Problem::unprocessable(words));
    }
    Ok(given.to_vec())
}

/// Which devices.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    district: Option<String>,
    silent_for_s: Option<i64>,
    battery_at_most_pct: Option<u8>,
    unpressed_for_days: Option<i64>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// Devices.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Devices {
    items: Vec<dto::Device>,
    next_cursor: Option<String>,
}

/// Returns the devices of a district, for their care: those silent, low on battery, or without a test
/// press for so long.
#[utoipa::path(get, path = "/v1/devices", tag = "devices of seniors",
    params(("district" = Option<String>, Query, description = "Needed by who serves several"),
        ("silent_for_s" = Option<i64>, Query, description = "Heard, but not for so long, seconds"),
        ("battery_at_most_pct" = Option<u8>, Query, description = "At most so much charge, percent"),
        ("unpressed_for_days" = Option<i64>, Query, description = "Not pressed for so long, days"),
        ("limit" = Option<u32>, Query, description = "50, at most 500"),
        ("cursor" = Option<String>, Query, description = "Where the last page ended")),
    responses((status = 200, description = "In the order of their ids", body = Devices)))]
pub(crate) async fn list(
    State(api): State<Api>,
    who: CurrentUser,
    Query(which): Query<Which>,
) -> Result<Json<Devices>, Problem> {
    who.operator()?;
    let [district] = &*chosen(&api, &who, which.district.as_deref())? else {
        return Err(Problem::unprocessable("name one `district`"));
    };
    let now = api.dispatcher.clock().now();
    let ago = |s: i64| UnixMs(now.0.saturating_sub(s.saturating_mul(1_000)));
    let filter = DeviceFilter {
        silent_since: which.silent_for_s.map(ago),
        battery_at_most: which.battery_at_most_pct,
        heard_after: None,
        unpressed_since: which.unpressed_for_days.map(|days| ago(days.saturating_mul(86_400))),
    };
    let after = which.cursor.as_deref().map(|id| parse::<DeviceId>(id, "device")).transpose()?;
    let limit = which.limit.unwrap_or(50).clamp(1, MAX_LIMIT);
    let found = api.dispatcher.store().devices(district, filter, after, limit).await;
    let DevicePage { devices: found, next } = found.map_err(store_problem)?;
    let next_cursor = next.map(|id| id.to_string());
    let names = names(&api, found.iter().map(|(device, _)| device)).await?;
    let items = found.iter().map(|(device, state)| view(&api, device, state.as_ref(), &names));
    Ok(Json(Devices { items: items.collect(), next_cursor }))
}

/// Devices that speak and are nobody's.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Unknown {
    items: Vec<dto::UnknownDevice>,
    next_cursor: Option<String>,
}

/// Returns the devices that speak without being registered, since this service started: those who
/// alarmed first, then the latest. What they say opens tickets if it is an alarm and is thrown away
/// otherwise.
#[utoipa::path(get, path = "/v1/devices/unknown", tag = "devices of seniors",
    responses((status = 200, description = "At most 500", body = Unknown)))]
pub(crate) async fn unknown(
    State(api): State<Api>,
    who: CurrentUser,
) -> Result<Json<Unknown>, Problem> {
    who.operator()?;
    let items = api.dispatcher.strangers().into_iter().map(|known| dto::UnknownDevice {
        protocol: known.last.protocol.as_str().into(),
        device: known.last.ident,
        source_addr: known.last.addr,
        first_at: rfc3339(known.first_at),
        last_at: rfc3339(known.last.at),
        times: known.times,
        alarmed: known.last.alarmed,
    });
    Ok(Json(Unknown { items: items.collect(), next_cursor: None }))
}

/// Finds a device that this person may see: by its id, or by what it calls itself. Devices of two
/// protocols may call themselves alike; then nobody knows which is meant, and none is guessed.
pub(crate) async fn find(api: &Api, who: &CurrentUser, id: &str) -> Result<Device, Problem> {
    who.operator()?;
    let store = api.dispatcher.store();
    if let Ok(id) = id.parse::<DeviceId>()
        && let Some(device) = store.device_by_id(id).await.map_err(store_problem)?
    {
        who.serves(&device.district)?;
        return Ok(device);
    }
    let mut found = Vec::new();
    for protocol in Protocol::ALL {
        found.extend(store.device(protocol, protocol.ident(id)).await.map_err(store_problem)?);
    }
    // Of the districts of others nothing is told.
    found.retain(|device| who.serves(&device.district).is_ok());
    match <[Device; 1]>::try_from(found) {
        Ok([device]) => Ok(device),
        Err(none) if none.is_empty() => Err(Problem::not_found("there is no such device")),
        Err(several) => Err(Problem::conflict(alike(&several), None)),
    }
}

/// Says which devices call themselves alike, and what to do.
fn alike(found: &[Device]) -> String {
    let each: Vec<String> =
        found.iter().map(|it| format!("{} {}", it.protocol.as_str(), it.id)).collect();
    let each = each.join(", ");
    format!("devices of several protocols call themselves so; ask by the id of one: {each}")
}

/// Returns a device as it is shown.
pub(crate) async fn shown(api: &Api, device: &Device) -> Result<dto::Device, Problem> {
    let state = api.dispatcher.device_state(device).await.map_err(store_problem)?;
    Ok(view(api, device, state.as_ref(), &names(api, [device]).await?))
}

/// Returns the names of the seniors whose devices these are.
async fn names(
    api: &Api,
    devices: impl IntoIterator<Item = &Device>,
) -> Result<HashMap<SeniorId, String>, Problem> {
    let seniors: BTreeSet<SeniorId> = devices.into_iter().map(|device| device.senior).collect();
    let seniors: Vec<SeniorId> = seniors.into_iter().collect();
    let names = api.dispatcher.store().senior_names(&seniors).await.map_err(store_problem)?;
    Ok(names.into_iter().collect())
}

fn view(
    api: &Api,
    device: &Device,
    state: Option<&DeviceState>,
    names: &HashMap<SeniorId, String>,
) -> dto::Device {
    let now = api.dispatcher.clock().now();
    let age_s = |at: UnixMs| now.since_ms(at).max(0) / 1_000;
    let position = state.and_then(|state| state.position);
    let battery = state.and_then(|state| state.battery);
    dto::Device {
        id: device.id.to_string(),
        protocol: device.protocol.as_str().into(),
        device: device.ident.clone(),
        senior: device.senior.to_string(),
        senior_name: names.get(&device.senior).cloned(),
        model: device.model.clone(),
        connected: (!device.protocol.speaks_over_http()).then(|| api.lines.is_connected(device.id)),
        heard_at: state.map(|state| rfc3339(state.heard_at)),
        silent_s: state.map(|state| age_s(state.heard_at)),
        battery_pct: battery.map(|(percent, _)| percent),
        battery_at: battery.map(|(_, at)| rfc3339(at)),
        position: position.as_ref().map(view::position),
        position_age_s: position.map(|position| age_s(position.at)),
        pressed_at: state.and_then(|state| state.pressed_at).map(rfc3339),
        asked: api.lines.asked(device.id).iter().map(|asked| asked_command(asked, now)).collect(),
    }
}

fn asked_command(asked: &AskedCommand, now: UnixMs) -> dto::AskedCommand {
    let moved = |ms: i64| rfc3339(UnixMs(now.0.saturating_add(ms)));
    let (state, until) = match asked.fate {
        Fate::Sent => ("sent", None),
        Fate::Waits { at_most } => ("waits", Some(moved(ms(at_most)))),
        Fate::Expired => ("expired", None),
        Fate::Unknown => ("unknown", None),
    };
    let command = match asked.command {
        DeviceCommand::Locate => "locate",
        DeviceCommand::Ring => "ring",
        DeviceCommand::SosNumbers(_) => "sos_numbers",
        DeviceCommand::Answered => "answered",
    };
    let at = moved(-ms(asked.asked_ago));
    dto::AskedCommand { command: command.into(), at, state: state.into(), until }
}

fn signal(signal: &DeviceSignal) -> dto::DeviceSignal {
    let kinds = || signal.kinds.iter().map(|kind| kind.as_str().to_owned());
    dto::DeviceSignal {
        at: rfc3339(signal.received_at),
        kind: kinds().next().unwrap_or_else(|| "heartbeat".into()),
        kinds: kinds().collect(),
        ticket: signal.ticket.map(|id| id.to_string()),
        flags: signal.flags.iter().map(|flag| flag.as_str().to_owned()).collect(),
        battery_pct: signal.battery_pct,
        position: signal.position.as_ref().map(view::position),
        raw_hex: hex::encode(&signal.raw),
        raw_text: text(&signal.raw),
    }
}

/// Returns bytes as people can read them, `None` where they are no text.
fn text(raw: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(raw).ok()?;
    let is_readable = |letter: char| !letter.is_control() || matches!(letter, '\r' | '\n' | '\t');
    text.chars().all(is_readable).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_telephone_numbers_reaches_a_device() {
        let given =
            |all: &[&str]| numbers(&all.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
        assert_eq!(given(&["120", "+8613800000000"]).expect("numbers").len(), 2);
        for bad in [
            &[][..],
            &["1]["],
            &["1,2"],
            &["1#"],
            &[""],
            &["+"],
            &["1"; 6],
            &["012345678901234567890"],
        ] {
            assert!(given(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn bytes_are_text_only_where_people_can_read_them() {
        assert_eq!(text(b"[3G*1*0002*LK]\r\n").as_deref(), Some("[3G*1*0002*LK]\r\n"));
        assert_eq!((text(&[0x78, 0x78, 0x05]), text(&[0xff])), (None, None));
    }
}
