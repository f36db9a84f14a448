//! `silverbell user add`.

use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use silverbell_api::hash_password;
use silverbell_domain::{DistrictId, Ids, UserId};
use silverbell_store::{Constraint, NewUser, Store, StoreError, UserRole};

use crate::config::Config;
use crate::ports::RandomIds;

/// A password that can be guessed in an afternoon opens the files of every senior.
const MIN_PASSWORD: usize = 8;

pub(crate) async fn add(
    config: &Config,
    username: String,
    role: UserRole,
    responder: Option<String>,
    districts: Vec<String>,
) -> Result<ExitCode> {
    let store = super::open(config).await?;
    let responder = match responder {
        Some(text) => {
            let id = text.parse().context("--responder: not an id")?;
            store.responder(id).await?.context("--responder: there is no such responder")?;
            Some(id)
        }
        None => None,
    };
    if role == UserRole::Aide && responder.is_none() {
        bail!("an aide needs --responder ID: the aide or rescuer this person is");
    }
    let districts = known_districts(&*store, config, districts).await?;
    let password = read_password()?;
    if password.chars().count() < MIN_PASSWORD {
        bail!("the password needs at least {MIN_PASSWORD} characters");
    }
    let password_hash = hash_password(&password).map_err(anyhow::Error::msg)?;
    let user = NewUser {
        id: UserId(RandomIds.next()),
        display_name: username.clone(),
        username: username.clone(),
        password_hash,
        role,
        responder,
        districts,
    };
    match store.put_users(vec![user]).await {
        Ok(()) => {
            super::print(&format!("added {username} ({})", role.as_str()))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(StoreError::Violates(Constraint::Taken)) => bail!("the name {username} is taken"),
        Err(error) => Err(error.into()),
    }
}

async fn known_districts(
    store: &dyn Store,
    config: &Config,
    named: Vec<String>,
) -> Result<Vec<DistrictId>> {
    if named.is_empty() {
        return Ok(vec![DistrictId::new(&config.gateway.default_district)]);
    }
    let known = store.districts().await?;
    named
        .iter()
        .map(|slug| {
            let id = DistrictId::new(slug);
            let exists = known.iter().any(|district| district.id == id);
            if exists { Ok(id) } else { bail!("--district: there is no district {slug}") }
        })
        .collect()
}

/// Reads the password from standard input; asks for it where that is a terminal.
#[allow(clippy::print_stderr, reason = "a prompt")]
fn read_password() -> Result<String> {
    let input = std::io::stdin();
    if input.is_terminal() {
        eprint!("password (shown while typing; pipe it in to hide it): ");
        std::io::stderr().flush().ok();
    }
    let mut line = String::new();
    input.lock().read_line(&mut line).context("cannot read the password")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
