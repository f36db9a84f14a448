//! `silverbell check`.

use std::process::ExitCode;

use anyhow::Result;

use crate::config::Config;
use crate::database::Database;

/// Lists what is wrong. The settings were read and checked before.
pub(crate) async fn run(config: &Config) -> Result<ExitCode> {
    Database::chosen(config)?.must_exist()?;
    let store = super::open(config).await?;
    let mut wrong = store.check().await?;
    if let Err(error) = store.probe().await {
        wrong.push(format!("the database cannot be written: {error}"));
    }
    if wrong.is_empty() {
        super::print("settings, database and every ticket's history are sound")?;
        return Ok(ExitCode::SUCCESS);
    }
    super::print(&wrong.join("\n"))?;
    Ok(ExitCode::FAILURE)
}
