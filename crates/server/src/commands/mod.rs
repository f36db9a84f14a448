//! Commands beside `serve`. They open the same database, and a running service notices what they
//! change.

pub(crate) mod backup;
pub(crate) mod check;
pub(crate) mod device;
pub(crate) mod user;

use std::io::Write;

use anyhow::{Context, Result, bail};
use silverbell_domain::DistrictId;
use silverbell_store::{District, Store};
use silverbell_store_sqlite::{Intake, SqliteStore};

use crate::config::Config;
use crate::files;

/// Writes to standard output, which may be gone.
pub(crate) fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", text.trim_end()).context("cannot write to standard output")?;
    out.flush().context("cannot write to standard output")
}

/// PostgreSQL cannot be chosen yet: better no service than one that keeps its tickets elsewhere than its
/// owner thinks.
pub(crate) fn refuse_other_databases() -> Result<()> {
    match std::env::var("DATABASE_URL") {
        Ok(url) if !url.is_empty() => bail!(
            "DATABASE_URL is set, and only the embedded database is there yet: unset it to use --data"
        ),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Opens the store for a command. Its writer runs until the command ends.
pub(crate) async fn open(config: &Config) -> Result<SqliteStore> {
    refuse_other_databases()?;
    files::prepare(&config.data)?;
    let file = files::database(&config.data);
    files::check_database(&file)?;
    let (store, writer) = silverbell_store_sqlite::open(&file, intake(config))
        .await
        .with_context(|| format!("cannot open the database {}", file.display()))?;
    tokio::spawn(async move {
        if let Err(error) = writer.run().await {
            tracing::error!(%error, "the database cannot be written");
        }
    });
    ensure_default_district(&store, config).await?;
    Ok(store)
}

pub(crate) fn intake(config: &Config) -> Intake {
    Intake {
        policy: config.policy(),
        default_district: DistrictId::new(&config.gateway.default_district),
    }
}

/// An SOS of an unknown device needs somewhere to go from the first second.
pub(crate) async fn ensure_default_district(store: &dyn Store, config: &Config) -> Result<()> {
    let id = DistrictId::new(&config.gateway.default_district);
    if store.districts().await?.iter().any(|district| district.id == id) {
        return Ok(());
    }
    let name = config.gateway.default_district_name.clone();
    let time_zone = config.gateway.default_time_zone.clone();
    store.put_district(District { id, name, time_zone }).await?;
    Ok(())
}
