//! Commands beside `serve`. They open the same database, and a running service notices what they
//! change.

pub(crate) mod backup;
pub(crate) mod cells;
pub(crate) mod check;
pub(crate) mod device;
pub(crate) mod fake_gateway;
pub(crate) mod people;
pub(crate) mod replay;
pub(crate) mod roads;
pub(crate) mod roster;
pub(crate) mod user;

use std::io::Write;
use std::sync::Arc;

use anyhow::{Context, Result};
use silverbell_domain::DistrictId;
use silverbell_store::{District, Intake, Store, StoreError};

use crate::config::Config;
use crate::database::Database;
use crate::files;

/// Writes to standard output, which may be gone.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", text.trim_end()).context("cannot write to standard output")?;
    out.flush().context("cannot write to standard output")
}

/// Opens the store for a command. Its writer runs until the command ends.
pub(crate) async fn open(config: &Config) -> Result<Arc<dyn Store>> {
    files::prepare(&config.data)?;
    let database = Database::chosen(config)?;
    let store = open_database(&database, config).await?;
    ensure_default_district(&*store, config)
        .await
        .with_context(|| format!("cannot use {database}"))?;
    Ok(store)
}

/// Opens the store that is there, for a command that changes nothing.
pub(crate) async fn open_to_read(config: &Config) -> Result<Arc<dyn Store>> {
    let database = Database::chosen(config)?;
    database.must_exist()?;
    open_database(&database, config).await
}

async fn open_database(database: &Database, config: &Config) -> Result<Arc<dyn Store>> {
    let (store, writing) = database.open(intake(config)).await?;
    tokio::spawn(async move {
        if let Err(error) = writing.await {
            tracing::error!(%error, "the database cannot be written");
        }
    });
    Ok(store)
}

pub(crate) fn intake(config: &Config) -> Intake {
    Intake {
        policy: config.policy(),
        default_district: DistrictId::new(&config.gateway.default_district),
        herald: config.notify.herald(),
    }
}

/// An SOS of an unknown device needs somewhere to go from the first second.
pub(crate) async fn ensure_default_district(
    store: &dyn Store,
    config: &Config,
) -> Result<(), StoreError> {
    let id = DistrictId::new(&config.gateway.default_district);
    if store.districts().await?.iter().any(|district| district.id == id) {
        return Ok(());
    }
    let name = config.gateway.default_district_name.clone();
    let time_zone = config.gateway.default_time_zone.clone();
    store.put_district(District { id, name, time_zone }).await
}
