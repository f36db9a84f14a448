//! Devices: which there are, what they last said of themselves, and what they said.

use std::collections::BTreeMap;

use serde_json::json;
use silverbell_domain::{DeviceId, DistrictId, Protocol, SeniorId, SignalKind, TicketId, UnixMs};
use silverbell_store::{
    Device, DeviceFilter, DevicePage, DeviceReport, DeviceSignal, DeviceState, NewDevice, readable,
};
use sqlx::postgres::{PgConnection, PgPool};
use uuid::Uuid;

use crate::rows::{self, list};
use crate::text::{escaped, unescaped};

type Read<T> = Result<T, sqlx::Error>;

// --- Writes --------------------------------------------------------------------------------------

pub(crate) async fn put_devices(connection: &mut PgConnection, devices: &[NewDevice]) -> Read<()> {
    let rows = devices.iter().map(|device| {
        json!({
            "id": device.id, "protocol": device.protocol, "ident": escaped(&device.ident),
            "district": device.district, "senior": device.senior,
            "key": device.key_sha256.map(hex::encode),
            "model": device.model.as_deref().map(escaped),
        })
    });
    sqlx::query!(
        "INSERT INTO devices (id, protocol, ident, district, senior, key_sha256, model)
         SELECT w.id, w.protocol, w.ident, w.district, w.senior, decode(w.key, 'hex'), w.model
         FROM json_to_recordset($1::text::json) AS w (
             id uuid, protocol text, ident text, district text, senior uuid, key text, model text)",
        list(rows)?
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn put_states(
    connection: &mut PgConnection,
    states: &[DeviceState],
    now: UnixMs,
) -> Read<()> {
    let rows = newest(states, now);
    let rows = rows.values().map(|state| {
        json!({
            "device": state.device, "heard_at": state.heard_at,
            "battery_pct": state.battery.map(|(percent, _)| percent),
            "battery_at": state.battery.map(|(_, at)| at),
            "position": state.position.map(|it| json!(it).to_string()),
            "position_at": state.position.map(|it| it.at),
            "pressed_at": state.pressed_at, "worked_at": state.worked_at,
        })
    });
    sqlx::query!(
        "INSERT INTO device_states AS s (district, device, heard_at, battery_pct, battery_at,
             position, position_at, pressed_at, worked_at)
         SELECT d.district, d.id, w.heard_at, w.battery_pct, w.battery_at, w.position,
             w.position_at, w.pressed_at, w.worked_at
         FROM json_to_recordset($1::text::json) AS w (
             device uuid, heard_at bigint, battery_pct smallint, battery_at bigint, position text,
             position_at bigint, pressed_at bigint, worked_at bigint)
         JOIN devices AS d ON d.id = w.device
         ON CONFLICT (district, device) DO UPDATE SET
             heard_at = greatest(least(s.heard_at, $2), excluded.heard_at),
             battery_pct = CASE
                 WHEN s.battery_at IS NULL OR excluded.battery_at >= least(s.battery_at, $2)
                 THEN excluded.battery_pct ELSE s.battery_pct END,
             battery_at = CASE
                 WHEN s.battery_at IS NULL OR excluded.battery_at >= least(s.battery_at, $2)
                 THEN excluded.battery_at ELSE s.battery_at END,
             position = CASE
                 WHEN s.position_at IS NULL OR excluded.position_at >= least(s.position_at, $2)
                 THEN excluded.position ELSE s.position END,
             position_at = CASE
                 WHEN s.position_at IS NULL OR excluded.position_at >= least(s.position_at, $2)
                 THEN excluded.position_at ELSE s.position_at END,
             pressed_at = greatest(
                 CASE WHEN s.pressed_at > $2 THEN $2 ELSE s.pressed_at END, excluded.pressed_at),
             worked_at = greatest(
                 CASE WHEN s.worked_at > $2 THEN $2 ELSE s.worked_at END, excluded.worked_at)",
        list(rows)?,
        now.0
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Returns one row a device, for a statement may write each row once; in the same order on every
/// node, so that none waits for the other.
fn newest(states: &[DeviceState], now: UnixMs) -> BTreeMap<DeviceId, DeviceState> {
    let mut all: BTreeMap<_, DeviceState> = BTreeMap::new();
    for state in states.iter().cloned().map(|state| state.not_after(now)) {
        all.entry(state.device).and_modify(|kept| kept.merge(&state)).or_insert(state);
    }
    all
}

/// Keeps reports with the district that their device is of now; of one that was taken out nothing is kept.
pub(crate) async fn append_reports(
    connection: &mut PgConnection,
    reports: &[DeviceReport],
) -> Read<()> {
    let rows = reports.iter().map(|report| {
        json!({
            "device": report.device,
            "received_at": report.received_at, "kinds": json!(report.kinds).to_string(),
            "battery_pct": report.battery_pct,
            "position": report.position.map(|it| json!(it).to_string()),
            "raw": hex::encode(&report.raw),
        })
    });
    sqlx::query!(
        "INSERT INTO device_reports (district, device, received_at, kinds, battery_pct, position,
             raw)
         SELECT d.district, d.id, w.received_at, w.kinds, w.battery_pct, w.position,
             decode(w.raw, 'hex')
         FROM json_to_recordset($1::text::json) AS w (
             device uuid, received_at bigint, kinds text, battery_pct smallint,
             position text, raw text)
         JOIN devices AS d ON d.id = w.device",
        list(rows)?
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes reports that came before then, at most so many. What another node is removing is left to
/// it. Returns how many went.
pub(crate) async fn purge(
    connection: &mut PgConnection,
    before: UnixMs,
    at_once: i64,
) -> Read<u64> {
    let removed = sqlx::query!(
        "DELETE FROM device_reports WHERE ctid = ANY (ARRAY(
             SELECT ctid FROM device_reports WHERE received_at < $1 LIMIT $2
             FOR UPDATE SKIP LOCKED))",
        before.0,
        at_once
    )
    .execute(connection)
    .await?;
    Ok(removed.rows_affected())
}

// --- Reads ---------------------------------------------------------------------------------------

struct DeviceRow {
    id: Uuid,
    protocol: String,
    ident: String,
    district: String,
    senior: Uuid,
    key_sha256: Option<Vec<u8>>,
    model: Option<String>,
}

impl DeviceRow {
    fn device(self) -> Read<Device> {
        Ok(Device {
            id: DeviceId(self.id),
            district: DistrictId::new(&self.district),
            senior: SeniorId(self.senior),
            protocol: rows::protocol(&self.protocol)?,
            ident: unescaped(self.ident),
            key_sha256: self.key_sha256.as_deref().map(rows::hash).transpose()?,
            model: self.model.map(unescaped),
        })
    }
}

pub(crate) async fn device(pool: &PgPool, protocol: Protocol, ident: &str) -> Read<Option<Device>> {
    let row = sqlx::query_as!(
        DeviceRow,
        "SELECT id, protocol, ident, district, senior, key_sha256, model FROM devices
         WHERE protocol = $1 AND ident = $2",
        protocol.as_str(),
        &*escaped(ident)
    )
    .fetch_optional(pool)
    .await?;
    row.map(DeviceRow::device).transpose()
}

pub(crate) async fn device_by_key(pool: &PgPool, key_sha256: &[u8; 32]) -> Read<Option<Device>> {
    let row = sqlx::query_as!(
        DeviceRow,
        "SELECT id, protocol, ident, district, senior, key_sha256, model FROM devices
         WHERE key_sha256 IS NOT NULL AND key_sha256 = $1",
        key_sha256.as_slice()
    )
    .fetch_optional(pool)
    .await?;
    row.map(DeviceRow::device).transpose()
}

pub(crate) async fn device_by_id(pool: &PgPool, id: DeviceId) -> Read<Option<Device>> {
    let row = sqlx::query_as!(
        DeviceRow,
        "SELECT id, protocol, ident, district, senior, key_sha256, model FROM devices WHERE id = $1",
        id.0
    )
    .fetch_optional(pool)
    .await?;
    row.map(DeviceRow::device).transpose()
}

pub(crate) async fn devices_of(pool: &PgPool, senior: SeniorId) -> Read<Vec<Device>> {
    let found = sqlx::query_as!(
        DeviceRow,
        "SELECT id, protocol, ident, district, senior, key_sha256, model FROM devices
         WHERE senior = $1 ORDER BY id",
        senior.0
    )
    .fetch_all(pool)
    .await?;
    found.into_iter().map(DeviceRow::device).collect()
}

struct StateColumns {
    heard_at: Option<i64>,
    battery_pct: Option<i16>,
    battery_at: Option<i64>,
    position: Option<String>,
    pressed_at: Option<i64>,
    worked_at: Option<i64>,
}

impl StateColumns {
    fn state(self, device: DeviceId) -> Read<Option<DeviceState>> {
        let Some(heard_at) = self.heard_at else { return Ok(None) };
        let percent = self.battery_pct.and_then(|percent| u8::try_from(percent).ok());
        Ok(Some(DeviceState {
            device,
            heard_at: UnixMs(heard_at),
            battery: percent.zip(self.battery_at.map(UnixMs)),
            position: self.position.as_deref().map(rows::document).transpose()?,
            pressed_at: self.pressed_at.map(UnixMs),
            worked_at: self.worked_at.map(UnixMs),
        }))
    }
}

pub(crate) async fn devices(
    pool: &PgPool,
    district: &DistrictId,
    filter: DeviceFilter,
    after: Option<DeviceId>,
    limit: u32,
) -> Read<DevicePage> {
    let found = sqlx::query!(
        r#"SELECT d.id, d.protocol, d.ident, d.district, d.senior, d.key_sha256, d.model,
               s.heard_at AS "heard_at?", s.battery_pct, s.battery_at, s.position, s.pressed_at,
               s.worked_at
           FROM devices AS d LEFT JOIN device_states AS s ON s.district = d.district AND s.device = d.id
           WHERE d.district = $1 AND d.id > $2
               AND ($3::bigint IS NULL OR s.heard_at < $3)
               AND ($4::smallint IS NULL OR s.battery_pct <= $4)
               AND ($5::bigint IS NULL OR coalesce(s.pressed_at, 0) < $5)
               AND ($6::bigint IS NULL OR s.heard_at > $6)
           ORDER BY d.id LIMIT $7"#,
        &*escaped(&district.0),
        after.map_or(Uuid::nil(), |id| id.0),
        filter.silent_since.map(|at| at.0),
        filter.battery_at_most.map(i16::from),
        filter.unpressed_since.map(|at| at.0),
        filter.heard_after.map(|at| at.0),
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    let is_full = found.len() >= limit as usize;
    let last = found.last().filter(|_| is_full).map(|row| row.id);
    let all = found.into_iter().filter_map(|row| {
        let device = DeviceRow {
            id: row.id,
            protocol: row.protocol,
            ident: row.ident,
            district: row.district,
            senior: row.senior,
            key_sha256: row.key_sha256,
            model: row.model,
        };
        let state = StateColumns {
            heard_at: row.heard_at,
            battery_pct: row.battery_pct,
            battery_at: row.battery_at,
            position: row.position,
            pressed_at: row.pressed_at,
            worked_at: row.worked_at,
        };
        let device = readable("devices", row.id, device.device())?;
        let state = readable("device_states", row.id, state.state(device.id));
        Some((device, state.flatten()))
    });
    Ok(DevicePage { devices: all.collect(), next: last.map(DeviceId) })
}

pub(crate) async fn state(pool: &PgPool, device: &Device) -> Read<Option<DeviceState>> {
    let row = sqlx::query_as!(
        StateColumns,
        r#"SELECT heard_at AS "heard_at?", battery_pct, battery_at, position, pressed_at, worked_at
           FROM device_states WHERE district = $1 AND device = $2"#,
        &*escaped(&device.district.0),
        device.id.0
    )
    .fetch_optional(pool)
    .await?;
    row.map_or(Ok(None), |row| row.state(device.id))
}

pub(crate) async fn signals(
    pool: &PgPool,
    device: &Device,
    since: UnixMs,
    limit: u32,
) -> Read<Vec<DeviceSignal>> {
    let found = sqlx::query!(
        r#"SELECT received_at AS "received_at!", kinds AS "kinds!", ticket, flags AS "flags!",
               battery_pct, position, raw AS "raw!"
           FROM (SELECT received_at, '["' || kind || '"]' AS kinds, ticket, flags, battery_pct,
                     position, raw
                 FROM signals WHERE device = $1 AND received_at >= $2
                 UNION ALL
                 SELECT received_at, kinds, NULL, '[]', battery_pct, position, raw
                 FROM device_reports WHERE device = $1 AND received_at >= $2) AS said
           ORDER BY received_at DESC LIMIT $3"#,
        device.id.0,
        since.0,
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    let signals = found.into_iter().map(|row| {
        Ok(DeviceSignal {
            received_at: UnixMs(row.received_at),
            kinds: rows::document::<Vec<SignalKind>>(&row.kinds)?,
            ticket: row.ticket.map(TicketId),
            flags: rows::document(&row.flags)?,
            battery_pct: row.battery_pct.and_then(|percent| u8::try_from(percent).ok()),
            position: row.position.as_deref().map(rows::document).transpose()?,
            raw: row.raw,
        })
    });
    signals.collect()
}
