//! Devices: which there are, what they last said of themselves, and what they said.

use serde_json::json;
use silverbell_domain::{DeviceId, DistrictId, Protocol, SeniorId, SignalKind, UnixMs};
use silverbell_store::{
    Device, DeviceFilter, DevicePage, DeviceReport, DeviceSignal, DeviceState, NewDevice, readable,
};
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use crate::rows;

type Read<T> = Result<T, sqlx::Error>;

// --- Writes --------------------------------------------------------------------------------------

pub(crate) async fn put_devices(
    connection: &mut SqliteConnection,
    devices: &[NewDevice],
) -> Read<()> {
    let rows = devices.iter().map(|device| {
        json!({
            "id": device.id, "protocol": device.protocol, "ident": device.ident,
            "district": device.district, "senior": device.senior,
            "key": device.key_sha256.map(hex::encode), "model": device.model,
        })
    });
    let rows = rows::json(&rows.collect::<Vec<_>>())?;
    sqlx::query!(
        r#"INSERT INTO devices (id, protocol, ident, district, senior, key_sha256, model)
           SELECT value ->> 'id', value ->> 'protocol', value ->> 'ident', value ->> 'district',
               value ->> 'senior', unhex(value ->> 'key'), value ->> 'model'
           FROM json_each(?1)"#,
        rows
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn put_states(
    connection: &mut SqliteConnection,
    states: &[DeviceState],
    now: UnixMs,
) -> Read<()> {
    let rows = states.iter().cloned().map(|state| {
        let state = state.not_after(now);
        json!({
            "device": state.device, "heard_at": state.heard_at,
            "battery_pct": state.battery.map(|(percent, _)| percent),
            "battery_at": state.battery.map(|(_, at)| at),
            "position": state.position, "position_at": state.position.map(|it| it.at),
            "pressed_at": state.pressed_at, "worked_at": state.worked_at,
        })
    });
    let rows = rows::json(&rows.collect::<Vec<_>>())?;
    sqlx::query!(
        r#"INSERT INTO device_states (district, device, heard_at, battery_pct, battery_at,
               position, position_at, pressed_at, worked_at)
           SELECT d.district, d.id, w.value ->> 'heard_at', w.value ->> 'battery_pct',
               w.value ->> 'battery_at', w.value ->> 'position', w.value ->> 'position_at',
               w.value ->> 'pressed_at', w.value ->> 'worked_at'
           FROM json_each(?1) AS w CROSS JOIN devices AS d ON d.id = w.value ->> 'device'
           WHERE true
           ON CONFLICT (district, device) DO UPDATE SET
               heard_at = max(min(heard_at, ?2), excluded.heard_at),
               battery_pct = iif(
                   excluded.battery_at >= coalesce(min(battery_at, ?2), excluded.battery_at),
                   excluded.battery_pct, battery_pct),
               battery_at = iif(
                   excluded.battery_at >= coalesce(min(battery_at, ?2), excluded.battery_at),
                   excluded.battery_at, battery_at),
               position = iif(
                   excluded.position_at >= coalesce(min(position_at, ?2), excluded.position_at),
                   excluded.position, position),
               position_at = iif(
                   excluded.position_at >= coalesce(min(position_at, ?2), excluded.position_at),
                   excluded.position_at, position_at),
               pressed_at = max(coalesce(min(pressed_at, ?2), excluded.pressed_at),
                   coalesce(excluded.pressed_at, min(pressed_at, ?2))),
               worked_at = max(coalesce(min(worked_at, ?2), excluded.worked_at),
                   coalesce(excluded.worked_at, min(worked_at, ?2)))"#,
        rows,
        now.0
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps reports with the district that their device is of now; of one that was taken out nothing is kept.
pub(crate) async fn append_reports(
    connection: &mut SqliteConnection,
    reports: &[DeviceReport],
) -> Read<()> {
    let rows = reports.iter().map(|report| {
        json!({
            "device": report.device,
            "received_at": report.received_at, "kinds": report.kinds,
            "battery_pct": report.battery_pct, "position": report.position,
            "raw": hex::encode(&report.raw),
        })
    });
    let rows = rows::json(&rows.collect::<Vec<_>>())?;
    sqlx::query!(
        r#"INSERT INTO device_reports (district, device, received_at, kinds, battery_pct, position,
               raw)
           SELECT d.district, d.id, w.value ->> 'received_at',
               w.value ->> 'kinds', w.value ->> 'battery_pct', w.value ->> 'position',
               unhex(w.value ->> 'raw')
           FROM json_each(?1) AS w CROSS JOIN devices AS d ON d.id = w.value ->> 'device'"#,
        rows
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes reports that came before then, at most so many. Returns how many went.
pub(crate) async fn purge(
    connection: &mut SqliteConnection,
    before: UnixMs,
    at_once: i64,
) -> Read<u64> {
    let removed = sqlx::query!(
        "DELETE FROM device_reports WHERE rowid IN (
             SELECT rowid FROM device_reports WHERE received_at < ?1 LIMIT ?2)",
        before.0,
        at_once
    )
    .execute(connection)
    .await?;
    Ok(removed.rows_affected())
}

// --- Reads ---------------------------------------------------------------------------------------

struct DeviceRow {
    id: String,
    protocol: String,
    ident: String,
    district: String,
    senior: String,
    key_sha256: Option<Vec<u8>>,
    model: Option<String>,
}

impl DeviceRow {
    fn device(self) -> Read<Device> {
        Ok(Device {
            id: rows::id(&self.id)?,
            district: DistrictId::new(&self.district),
            senior: rows::id(&self.senior)?,
            protocol: rows::protocol(&self.protocol)?,
            ident: self.ident,
            key_sha256: self.key_sha256.as_deref().map(rows::hash).transpose()?,
            model: self.model,
        })
    }
}

pub(crate) async fn device(
    pool: &SqlitePool,
    protocol: Protocol,
    ident: &str,
) -> Read<Option<Device>> {
    let protocol = protocol.as_str();
    let row = sqlx::query_as!(
        DeviceRow,
        "SELECT id, protocol, ident, district, senior, key_sha256, model FROM devices
         WHERE protocol = ?1 AND ident = ?2",
        protocol,
        ident
    )
    .fetch_optional(pool)
    .await?;
    row.map(DeviceRow::device).transpose()
}

pub(crate) async fn device_by_key(
    pool: &SqlitePool,
    key_sha256: &[u8; 32],
) -> Read<Option<Device>> {
    let key = key_sha256.as_slice();
    let row = sqlx::query_as!(
        DeviceRow,
        "SELECT id, protocol, ident, district, senior, key_sha256, model FROM devices
         WHERE key_sha256 IS NOT NULL AND key_sha256 = ?1",
        key
    )
    .fetch_optional(pool)
    .await?;
    row.map(DeviceRow::device).transpose()
}

pub(crate) async fn device_by_id(pool: &SqlitePool, id: DeviceId) -> Read<Option<Device>> {
    let id = id.to_string();
    let row = sqlx::query_as!(
        DeviceRow,
        "SELECT id, protocol, ident, district, senior, key_sha256, model FROM devices WHERE id = ?1",
        id
    )
    .fetch_optional(pool)
    .await?;
    row.map(DeviceRow::device).transpose()
}

pub(crate) async fn devices_of(pool: &SqlitePool, senior: SeniorId) -> Read<Vec<Device>> {
    let senior = senior.to_string();
    let found = sqlx::query_as!(
        DeviceRow,
        "SELECT id, protocol, ident, district, senior, key_sha256, model FROM devices
         WHERE senior = ?1 ORDER BY id",
        senior
    )
    .fetch_all(pool)
    .await?;
    found.into_iter().map(DeviceRow::device).collect()
}

struct StateColumns {
    heard_at: Option<i64>,
    battery_pct: Option<u8>,
    battery_at: Option<i64>,
    position: Option<String>,
    pressed_at: Option<i64>,
    worked_at: Option<i64>,
}

impl StateColumns {
    fn state(self, device: DeviceId) -> Read<Option<DeviceState>> {
        let Some(heard_at) = self.heard_at else { return Ok(None) };
        Ok(Some(DeviceState {
            device,
            heard_at: UnixMs(heard_at),
            battery: self.battery_pct.zip(self.battery_at.map(UnixMs)),
            position: self.position.as_deref().map(rows::document).transpose()?,
            pressed_at: self.pressed_at.map(UnixMs),
            worked_at: self.worked_at.map(UnixMs),
        }))
    }
}

pub(crate) async fn devices(
    pool: &SqlitePool,
    district: &DistrictId,
    filter: DeviceFilter,
    after: Option<DeviceId>,
    limit: u32,
) -> Read<DevicePage> {
    let (district, after) = (&*district.0, after.map(|id| id.to_string()).unwrap_or_default());
    let [silent, heard_after, unpressed] =
        [filter.silent_since, filter.heard_after, filter.unpressed_since]
            .map(|it| it.map(|at| at.0));
    let found = sqlx::query!(
        r#"SELECT d.id, d.protocol, d.ident, d.district, d.senior, d.key_sha256, d.model,
               s.heard_at AS "heard_at?: i64", s.battery_pct AS "battery_pct: u8",
               s.battery_at, s.position, s.pressed_at, s.worked_at
           FROM devices AS d LEFT JOIN device_states AS s ON s.district = d.district AND s.device = d.id
           WHERE d.district = ?1 AND d.id > ?2
               AND (?3 IS NULL OR s.heard_at < ?3)
               AND (?4 IS NULL OR s.battery_pct <= ?4)
               AND (?5 IS NULL OR coalesce(s.pressed_at, 0) < ?5)
               AND (?6 IS NULL OR s.heard_at > ?6)
           ORDER BY d.id LIMIT ?7"#,
        district,
        after,
        silent,
        filter.battery_at_most,
        unpressed,
        heard_after,
        limit
    )
    .fetch_all(pool)
    .await?;
    let is_full = found.len() >= limit as usize;
    let last = found.last().filter(|_| is_full).map(|row| row.id.clone());
    let all = found.into_iter().filter_map(|row| {
        let device = DeviceRow {
            id: row.id.clone(),
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
        let device = readable("devices", &row.id, device.device())?;
        let state = readable("device_states", &row.id, state.state(device.id));
        Some((device, state.flatten()))
    });
    let next = last.and_then(|id| id.parse().ok());
    Ok(DevicePage { devices: all.collect(), next })
}

pub(crate) async fn state(pool: &SqlitePool, device: &Device) -> Read<Option<DeviceState>> {
    let (district, id) = (&*device.district.0, device.id.to_string());
    let row = sqlx::query_as!(
        StateColumns,
        r#"SELECT heard_at AS "heard_at?: i64", battery_pct AS "battery_pct: u8", battery_at,
               position, pressed_at, worked_at
           FROM device_states WHERE district = ?1 AND device = ?2"#,
        district,
        id
    )
    .fetch_optional(pool)
    .await?;
    row.map_or(Ok(None), |row| row.state(device.id))
}

pub(crate) async fn signals(
    pool: &SqlitePool,
    device: &Device,
    since: UnixMs,
    limit: u32,
) -> Read<Vec<DeviceSignal>> {
    let id = device.id.to_string();
    let found = sqlx::query!(
        r#"SELECT received_at AS "received_at!: i64", kinds AS "kinds!: String",
               ticket AS "ticket: String", flags AS "flags!: String",
               battery_pct AS "battery_pct: u8", position AS "position: String",
               raw AS "raw!: Vec<u8>"
           FROM (SELECT received_at, json_array(kind) AS kinds, ticket, flags, battery_pct, position,
                     raw
                 FROM signals WHERE device = ?1 AND received_at >= ?2
                 UNION ALL
                 SELECT received_at, kinds, NULL, '[]', battery_pct, position, raw
                 FROM device_reports WHERE device = ?1 AND received_at >= ?2)
           ORDER BY received_at DESC LIMIT ?3"#,
        id,
        since.0,
        limit
    )
    .fetch_all(pool)
    .await?;
    let signals = found.into_iter().map(|row| {
        Ok(DeviceSignal {
            received_at: UnixMs(row.received_at),
            kinds: rows::document::<Vec<SignalKind>>(&row.kinds)?,
            ticket: row.ticket.as_deref().map(rows::id).transpose()?,
            flags: rows::document(&row.flags)?,
            battery_pct: row.battery_pct,
            position: row.position.as_deref().map(rows::document).transpose()?,
            raw: row.raw,
        })
    });
    signals.collect()
}
