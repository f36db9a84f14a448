//! `silverbell seniors import`, `silverbell responders import`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use silverbell_dispatcher::{Import, RegistryDesk, RegistryRefused};
use silverbell_domain::{Clock, UserId};
use silverbell_lists::{List, ListError, read_responders, read_seniors};
use silverbell_store::Store;
use uuid::Uuid;

use super::replay::district;
use crate::config::Config;
use crate::ports::{RandomIds, SystemClock};

/// A list has at most so many bytes.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// So many people without a login are named.
const MOST_NAMED: usize = 20;

/// Which list, and how it is taken.
#[derive(Debug)]
pub(crate) struct Taken<'a> {
    pub(crate) file: &'a Path,
    pub(crate) district: Option<&'a str>,
    pub(crate) skip_bad: bool,
}

pub(crate) async fn import_seniors(config: &Config, taken: &Taken<'_>) -> Result<ExitCode> {
    let list = read(taken.file, read_seniors)?;
    let store = super::open(config).await?;
    let (district, _) = district(&*store, config, taken.district).await?;
    let (desk, said) = (desk(&*store), unknown_columns(&list));
    let import = desk.look_at_seniors(&district, list).await?;
    if !is_taken(&import, taken)? {
        return Ok(ExitCode::FAILURE);
    }
    let words = in_words(&import, "seniors");
    desk.write_seniors(import).await.map_err(stopped)?;
    super::print(&format!("{said}{district}: {words}"))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn import_responders(config: &Config, taken: &Taken<'_>) -> Result<ExitCode> {
    let list = read(taken.file, read_responders)?;
    let store = super::open(config).await?;
    let (district, _) = district(&*store, config, taken.district).await?;
    let (desk, said) = (desk(&*store), unknown_columns(&list));
    let import = desk.look_at_responders(&district, list).await?;
    if !is_taken(&import, taken)? {
        return Ok(ExitCode::FAILURE);
    }
    let (words, logins) = (in_words(&import, "responders"), logins_in_words(&import));
    desk.write_responders(import).await.map_err(stopped)?;
    super::print(&format!("{said}{district}: {words}{logins}"))?;
    Ok(ExitCode::SUCCESS)
}

fn desk(store: &dyn Store) -> RegistryDesk<'_> {
    // Nobody is logged in here: the log says that it was a command on the server.
    RegistryDesk { store, ids: &RandomIds, by: UserId(Uuid::nil()), now: SystemClock.now() }
}

fn read<T>(file: &Path, read: fn(&[u8]) -> Result<List<T>, ListError>) -> Result<List<T>> {
    let place = || format!("the list {}", file.display());
    let length = std::fs::metadata(file).with_context(place)?.len();
    if length > MAX_BYTES {
        bail!("{}: larger than 256 MiB; divide it", place());
    }
    let bytes = std::fs::read(file).with_context(place)?;
    read(&bytes).with_context(|| format!("{}: nothing was put in", place()))
}

fn unknown_columns<T>(list: &List<T>) -> String {
    if list.unknown_columns.is_empty() {
        return String::new();
    }
    format!(
        "columns that are not known and were not read: {}\n",
        list.unknown_columns
            .iter()
            .map(|name| name.escape_debug().to_string())
            .collect::<Vec<_>>()
            .join(", ")
    )
}

/// Says which rows are bad, and returns whether the list is put in all the same.
#[allow(clippy::print_stderr, reason = "what is wrong with a list, for who gave it")]
fn is_taken<T>(import: &Import<T>, taken: &Taken<'_>) -> Result<bool> {
    use std::io::Write as _;

    if import.bad.is_empty() {
        return Ok(true);
    }
    let mut said = String::new();
    for bad in &import.bad {
        said.push_str(&format!("{bad}\n"));
    }
    let (bad, rows, file) = (import.bad_rows(), import.rows, taken.file.display());
    said.push_str(&if taken.skip_bad {
        format!("{file}: {bad} of {rows} rows are bad and were skipped\n")
    } else {
        format!(
            "{file}: {bad} of {rows} rows are bad; nothing was put in (--skip-bad puts in the rest)\n"
        )
    });
    std::io::stderr()
        .lock()
        .write_all(said.as_bytes())
        .context("cannot write to standard error")?;
    Ok(taken.skip_bad)
}

fn in_words<T>(import: &Import<T>, who: &str) -> String {
    format!(
        "{} {who} new, {} changed, {} as they were",
        import.new,
        import.changed(),
        import.unchanged
    )
}

/// A password is nobody's but the own: a list gives none.
fn logins_in_words<T>(import: &Import<T>) -> String {
    if import.without_login.is_empty() {
        return String::new();
    }
    let count = import.without_login.len();
    let mut words = format!("\n{count} cannot log in yet; each gets a password by a command:");
    for login in import.without_login.iter().take(MOST_NAMED) {
        let (name, id) = (&login.username, login.responder);
        words.push_str(&format!("\nsilverbell user add {name} --role aide --responder {id}"));
    }
    if count > MOST_NAMED {
        words.push_str(&format!("\nand {} more", count - MOST_NAMED));
    }
    words
}

fn stopped((written, why): (usize, RegistryRefused)) -> anyhow::Error {
    match why {
        RegistryRefused::Store(error) => anyhow::Error::new(error)
            .context(format!("{written} files are in; give the same list once more")),
        _ => anyhow::anyhow!(
            "somebody else changed the registry meanwhile; {written} files are in: give the same \
             list once more, it goes on where it ended"
        ),
    }
}
