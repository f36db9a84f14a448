//! `silverbell check`.

use std::process::ExitCode;

use anyhow::Result;

use crate::config::Config;
use crate::database::Database;
use crate::{cells, roads};

/// Lists what is wrong. The settings were read and checked before.
pub(crate) async fn run(config: &Config) -> Result<ExitCode> {
    Database::chosen(config)?.must_exist()?;
    let store = super::open(config).await?;
    let mut wrong = store.check().await?;
    if let Err(error) = roads::open(&config.data, config.road_speeds()?) {
        wrong.push(format!("the roads cannot be used, times are by straight line: {error:#}"));
    }
    if let Err(error) = cells::open(&config.data) {
        wrong.push(format!("the cells cannot be used, nobody is found by them: {error:#}"));
    }
    for name in &config.policy().escalation.shift_leads {
        let user = store.user_by_name(name).await?;
        if !user.is_some_and(|user| user.role.is_operator()) {
            wrong.push(format!(
                "escalation.shift_leads: no operator logs in as \"{name}\", so nobody would be told"
            ));
        }
    }
    if let Err(error) = store.probe().await {
        wrong.push(format!("the database cannot be written: {error}"));
    }
    if wrong.is_empty() {
        super::print("settings, roads, cells, database and every ticket's history are sound")?;
        return Ok(ExitCode::SUCCESS);
    }
    super::print(&wrong.join("\n"))?;
    Ok(ExitCode::FAILURE)
}
