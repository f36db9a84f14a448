//! The demo: a synthetic district of the design's size, from a fixed seed, the same every time.

mod district;
mod living;
mod roster;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use silverbell_api::{Secrets, hash_password};
use silverbell_dispatcher::LocalClock;
use silverbell_domain::{Calendar, Clock, DistrictId, Ids, UnixMs};
use silverbell_seal::Seals;
use silverbell_store::{
    District as StoredDistrict, KeyWrite, NewDevice, NewUser, Sealed, ShiftsChange, ShiftsRemoved,
    Store, UserRole, sealed_key,
};
use tokio_util::sync::CancellationToken;

use self::district::{Device, District, Key, PersonRole};
use crate::{files, map_tiles, roads};

pub(crate) use self::roster::minimum;

/// Where the demo's password is kept, so that the people who walk about can log in after a restart.
const PASSWORD_FILE: &str = "demo-password";

/// The district's time zone.
const TIME_ZONE: &str = "Asia/Shanghai";

/// A demo district that is in the store.
pub(crate) struct Demo {
    /// `None` when everything lay there already, and a start need not wait for it.
    district: Option<District>,
    pub(crate) password: String,
    /// Whether the password was made now and has to be shown once.
    pub(crate) is_new_password: bool,
}

/// Fills an empty store; on a filled one changes nothing. The lists of devices and people always lie
/// in the data directory afterwards.
pub(crate) async fn prepare(
    store: &dyn Store,
    data: &Path,
    wanted_password: &str,
    is_living: bool,
    (secrets, seals): (&dyn Secrets, &Seals),
) -> Result<Demo> {
    let id = DistrictId::new(district::SLUG);
    let is_filled = store.home_bounds(&id).await?.is_some();
    let (password, is_new_password) = password(data, wanted_password, is_filled, secrets)?;
    if is_filled && lists(data).iter().all(|list| list.exists()) {
        return Ok(Demo { district: None, password, is_new_password });
    }
    let district = generate().await?;
    write_lists(data, &district)?;
    write_map(data, &district).await?;
    // In the quiet demo nobody has roads but who imports some.
    if is_living {
        write_roads(data, &district).await?;
    }
    if !is_filled {
        fill(store, &district, &password).await?;
        fill_keys(store, &district, seals).await?;
        files::write_private(&data.join(PASSWORD_FILE), password.as_bytes())?;
    }
    Ok(Demo { district: Some(district), password, is_new_password })
}

async fn generate() -> Result<District> {
    tokio::task::spawn_blocking(District::generate).await.context("generating the demo district")
}

/// Fills two weeks of the roster, unless somebody is rostered from today on.
pub(crate) async fn fill_roster(
    store: &dyn Store,
    demo: &mut Demo,
    ids: &dyn Ids,
    now: UnixMs,
) -> Result<()> {
    let (id, clock) = (DistrictId::new(district::SLUG), LocalClock::new(TIME_ZONE));
    let end = clock.moment(clock.day_of(now).saturating_add(roster::DAYS), 0);
    if !store.shifts(&id, now, end).await?.is_empty() {
        return Ok(());
    }
    let district = match demo.district.take() {
        Some(district) => district,
        None => generate().await?,
    };
    let add = roster::shifts(&living::crew(&district), &clock, ids, now);
    demo.district = Some(district);
    store.change_shifts(ShiftsChange { district: id, remove: ShiftsRemoved::None, add }).await?;
    Ok(())
}

/// Has the demo's people go about their lives until told to stop.
pub(crate) async fn live(demo: Demo, url: String, clock: Arc<dyn Clock>, stop: CancellationToken) {
    let district = match demo.district {
        Some(district) => Some(Ok(district)),
        None => stop.run_until_cancelled(generate()).await,
    };
    match district {
        Some(Ok(district)) => living::run(url, district, demo.password, clock, stop).await,
        Some(Err(error)) => tracing::warn!(%error, "the demo stands still"),
        None => {}
    }
}

/// On a filled store the password is the one it was filled with.
fn password(
    data: &Path,
    wanted: &str,
    is_filled: bool,
    secrets: &dyn Secrets,
) -> Result<(String, bool)> {
    if is_filled && let Ok(kept) = std::fs::read_to_string(data.join(PASSWORD_FILE)) {
        return Ok((kept, false));
    }
    // Filled elsewhere, and restored here: what the password is, is known there.
    if is_filled {
        return Ok((wanted.to_owned(), false));
    }
    if wanted.is_empty() {
        return Ok((hex::encode(&secrets.token()[..6]), true));
    }
    Ok((wanted.to_owned(), false))
}

async fn fill(store: &dyn Store, district: &District, password: &str) -> Result<()> {
    let id = DistrictId::new(district::SLUG);
    store
        .put_district(StoredDistrict {
            id: id.clone(),
            name: district::NAME.into(),
            time_zone: TIME_ZONE.into(),
        })
        .await?;
    store.put_seniors(district.seniors.clone()).await?;
    store.put_responders(district.responders.clone()).await?;
    let devices = district.devices.iter().map(|device| NewDevice {
        id: device.id,
        district: id.clone(),
        senior: device.senior,
        protocol: device.protocol,
        ident: device.ident.clone(),
        key_sha256: device.key.as_ref().map(|key| Sha256::digest(key.as_bytes()).into()),
        model: None,
    });
    store.put_devices(devices.collect()).await?;
    // One hash for all: the demo's password is one, and hashing it 190 times takes seconds.
    let password = password.to_owned();
    let hashed = tokio::task::spawn_blocking(move || hash_password(&password));
    let password_hash = hashed.await?.map_err(anyhow::Error::msg)?;
    let users = district.people.iter().map(|person| NewUser {
        id: person.id,
        username: person.username.clone(),
        display_name: person.display_name.clone(),
        password_hash: password_hash.clone(),
        role: match person.role {
            PersonRole::Operator => UserRole::Operator,
            PersonRole::Aide | PersonRole::Rescuer => UserRole::Aide,
            PersonRole::Supervisor => UserRole::Supervisor,
            PersonRole::Admin => UserRole::Admin,
        },
        responder: person.responder,
        districts: vec![id.clone()],
    });
    store.put_users(users.collect()).await?;
    Ok(())
}

/// Codes are sealed with the data key at hand; without one the demo has none.
async fn fill_keys(store: &dyn Store, district: &District, seals: &Seals) -> Result<()> {
    let mut writes = Vec::with_capacity(district.keys.len());
    for Key { entry, code } in &district.keys {
        let about = sealed_key(&entry.district, entry.id);
        let sealed = code.as_ref().map(|code| seals.seal(&about, code.as_bytes()));
        let code = match sealed {
            Some(Ok(seal)) => Some(Sealed { with: seal.with.to_string(), bytes: seal.bytes }),
            Some(Err(_)) => continue,
            None => None,
        };
        let (entry, access, idempotency) = (entry.clone(), None, None);
        writes.push(KeyWrite { entry, expected_version: 0, code, access, idempotency });
    }
    Ok(store.put_keys(writes).await?)
}

/// Where the lists of devices and people and the maps lie.
fn lists(data: &Path) -> [PathBuf; 4] {
    let map = files::map_file(data, &DistrictId::new(district::SLUG));
    let tiles = map_tiles::demo(data);
    [data.join("demo-devices.csv"), data.join("demo-people.csv"), map, tiles]
}

fn write_lists(data: &Path, district: &District) -> Result<()> {
    let [devices_file, people_file, map_file, _] = lists(data);
    let mut devices = csv::Writer::from_writer(Vec::new());
    devices.write_record(["device", "key", "senior_id", "protocol", "lat", "lon"])?;
    let homes: std::collections::HashMap<_, _> =
        district.seniors.iter().map(|senior| (senior.id, senior.home)).collect();
    for Device { protocol, ident, senior, key, .. } in &district.devices {
        let home = homes.get(senior).context("a demo device without a senior")?;
        devices.write_record([
            ident.as_str(),
            key.as_deref().unwrap_or_default(),
            &senior.to_string(),
            protocol.as_str(),
            &home.lat.to_string(),
            &home.lon.to_string(),
        ])?;
    }
    files::write_private(&devices_file, &devices.into_inner()?)?;
    let mut people = csv::Writer::from_writer(Vec::new());
    people.write_record(["username", "role", "responder_id"])?;
    for person in &district.people {
        let responder = person.responder.map(|id| id.to_string()).unwrap_or_default();
        people.write_record([person.username.as_str(), person.role.as_str(), &responder])?;
    }
    files::write_private(&people_file, &people.into_inner()?)?;
    files::write_private(&map_file, &map(district))
}

/// Draws the demo's streets. An imported map is drawn instead wherever there is one.
async fn write_map(data: &Path, district: &District) -> Result<()> {
    let (streets, place) = (district.streets.clone(), map_tiles::demo(data));
    let put = move || map_tiles::put(&streets.to_drawing(), &place);
    tokio::task::spawn_blocking(put).await??;
    Ok(())
}

/// Puts the demo's streets where an imported map lies, unless there is one.
async fn write_roads(data: &Path, district: &District) -> Result<()> {
    if roads::file(data).exists() {
        return Ok(());
    }
    let streets = district.streets.clone();
    let network = tokio::task::spawn_blocking(move || streets.to_network()).await??;
    roads::put(&network, data)
}

/// Returns the district's map. The console chooses how to draw by `class`.
fn map(district: &District) -> Vec<u8> {
    let mut map = district.streets.to_geojson();
    let features = map.get_mut("features").and_then(serde_json::Value::as_array_mut);
    for feature in features.into_iter().flatten() {
        let Some(properties) = feature.get_mut("properties").and_then(|p| p.as_object_mut()) else {
            continue;
        };
        if let (None, Some(kind)) = (properties.get("class"), properties.get("kind").cloned()) {
            properties.insert("class".into(), kind);
        }
    }
    map.to_string().into_bytes()
}
