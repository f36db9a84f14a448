//! `silverbell device add`.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use silverbell_api::Secrets;
use silverbell_dispatcher::{RegistryDesk, RegistryRefused, WantedDevice};
use silverbell_domain::{Clock as _, Protocol, UserId};
use uuid::Uuid;

use crate::config::Config;
use crate::ports::{RandomIds, SystemClock, SystemSecrets};

pub(crate) async fn add(
    config: &Config,
    senior: &str,
    protocol: Protocol,
    ident: String,
    model: Option<String>,
) -> Result<ExitCode> {
    let store = super::open(config).await?;
    let senior = senior.parse().context("--senior: not an id")?;
    let senior = store.senior(senior).await?.context("--senior: there is no such senior")?;
    if let Some(name) = &model
        && !config.models()?.named.contains_key(name)
    {
        bail!("--model: {name} is not in `gateway.models`; add its datum or time zone there first");
    }
    let key = protocol.has_key().then(|| hex::encode(SystemSecrets.token()));
    let key_sha256 = key.as_ref().map(|key| Sha256::digest(key.as_bytes()).into());
    // Nobody is logged in here: the log says that it was a command on the server.
    let desk = RegistryDesk {
        store: &*store,
        ids: &RandomIds,
        by: UserId(Uuid::nil()),
        now: SystemClock.now(),
    };
    let wanted = WantedDevice { protocol, ident, key_sha256, model };
    match desk.add_device(&senior, wanted, None).await {
        Ok(_) => {
            super::print(key.as_deref().unwrap_or("added; this protocol has no key"))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(RegistryRefused::Taken(why) | RegistryRefused::Conflict(why)) => bail!("{why}"),
        Err(RegistryRefused::Wrong(faults)) => {
            let words: Vec<&str> = faults.iter().map(|fault| &*fault.detail).collect();
            bail!("--id: {}", words.join("; "))
        }
        Err(RegistryRefused::Changed | RegistryRefused::NotFound(_)) => {
            bail!("--senior: the file changed meanwhile; try again")
        }
        Err(RegistryRefused::Store(error)) => Err(error.into()),
    }
}
