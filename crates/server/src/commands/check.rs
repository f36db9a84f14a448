//! `silverbell check`.

use std::process::ExitCode;

use anyhow::Result;
use silverbell_store::{ClosedMonth, District, Store};

use crate::config::Config;
use crate::database::Database;
use crate::{cells, data_key, map_tiles, roads};

/// So many closed months at most are looked at: of twenty years.
const MOST_MONTHS: u32 = 240;

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
    for error in map_tiles::faults(config) {
        wrong.push(format!("the map cannot be drawn: {error:#}"));
    }
    for name in &config.policy().escalation.shift_leads {
        let user = store.user_by_name(name).await?;
        if !user.is_some_and(|user| user.role.is_operator()) {
            wrong.push(format!(
                "escalation.shift_leads: no operator logs in as \"{name}\", so nobody would be told"
            ));
        }
    }
    match data_key::seals_at_hand(config) {
        Ok(seals) => wrong.extend(data_key::unreadable(&*store, &seals).await?),
        Err(error) => wrong.push(format!("the data key cannot be used: {error:#}")),
    }
    let districts = store.districts().await?;
    for (webhook, slug) in config.notify.named_districts() {
        if !districts.iter().any(|district| *district.id.0 == *slug) {
            wrong.push(format!(
                "notify.webhooks: {webhook}: there is no district \"{slug}\", so it hears nothing of it"
            ));
        }
    }
    wrong.extend(changed_months(&*store, &districts).await?);
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

/// Returns the closed months that are not what their hashes say.
async fn changed_months(store: &dyn Store, districts: &[District]) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for District { id, .. } in districts {
        for ClosedMonth { month, .. } in
            store.closed_months(std::slice::from_ref(id), MOST_MONTHS).await?
        {
            let kept = store.closed_month(id, &month).await?;
            if kept.is_some_and(|kept| !kept.is_genuine()) {
                wrong.push(format!(
                    "the closed month {month} of {id} is not what its hash says: it was changed past the service"
                ));
            }
        }
    }
    Ok(wrong)
}
