//! `silverbell device add`.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use silverbell_api::Secrets;
use silverbell_domain::{DeviceId, Ids, Protocol};
use silverbell_store::{Constraint, NewDevice, StoreError};

use crate::config::Config;
use crate::ports::{RandomIds, SystemSecrets};

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
    let ident = protocol.ident(&ident).to_owned();
    if let Some(name) = &model
        && !config.models()?.named.contains_key(name)
    {
        bail!("--model: {name} is not in `gateway.models`; add its datum or time zone there first");
    }
    if ident.is_empty() || ident.chars().count() > 128 {
        bail!("--id: 1 to 128 characters");
    }
    let key = protocol.has_key().then(|| hex::encode(SystemSecrets.token()));
    let device = NewDevice {
        id: DeviceId(RandomIds.next()),
        district: senior.district.clone(),
        senior: senior.id,
        protocol,
        ident: ident.clone(),
        key_sha256: key.as_ref().map(|key| Sha256::digest(key.as_bytes()).into()),
        model,
    };
    match store.put_devices(vec![device]).await {
        Ok(()) => {
            super::print(key.as_deref().unwrap_or("added; this protocol has no key"))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(StoreError::Violates(Constraint::Taken)) => {
            let there = store.device(protocol, &ident).await?;
            let which = there.map_or_else(String::new, |it| {
                format!(" (device {}, of senior {})", it.id, it.senior)
            });
            bail!(
                "a {} device calls itself {ident} already{which}: check the number on this one; an ident \
                 is one device's within its protocol",
                protocol.as_str()
            )
        }
        Err(error) => Err(error.into()),
    }
}
