//! The key that door codes and photos are sealed with. Without it they cannot be read, and nothing
//! else is the worse for it: no SOS waits for a key.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use silverbell_api::Secrets;
use silverbell_seal::{DataKey, Fingerprint, Seals};
use silverbell_store::{Store, StoreError};
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use crate::config::Config;
use crate::files;
use crate::ports::{SystemNonces, SystemSecrets};

/// What the demo's door codes are sealed with: public by design, as its devices' keys are, so that its
/// backup can be read wherever it is restored.
const DEMO_KEY: [u8; 32] = *b"silverbell's demo, of no secrets";

/// How soon it is looked again with what things are sealed while the database is away.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// Returns where the key lies that nobody set.
pub(crate) fn file(data: &Path) -> PathBuf {
    data.join("data-key")
}

/// Returns the keys at hand; makes one where none is set and none lies in the data directory. A key that
/// cannot be read or made is said, and the service goes on without.
pub(crate) fn seals(config: &Config) -> Result<Arc<Seals>> {
    let present = match config.data_key()? {
        Some(key) => Some(key),
        None => kept_or_made(&config.data).map_or_else(
            |error| {
                tracing::error!(
                    "there is no data key, so door codes and photos are neither kept nor shown: {error:#}"
                );
                None
            },
            Some,
        ),
    };
    Ok(joined(config, present)?.into())
}

/// Returns the keys at hand, and makes none.
pub(crate) fn seals_at_hand(config: &Config) -> Result<Seals> {
    let present = match config.data_key()? {
        Some(key) => Some(key),
        None => kept(&config.data)?,
    };
    joined(config, present)
}

fn joined(config: &Config, present: Option<DataKey>) -> Result<Seals> {
    let mut former = config.former_data_keys()?;
    former.push(DataKey::new(DEMO_KEY));
    Ok(Seals::new(present, former, Arc::new(SystemNonces)))
}

/// Returns what the demo's door codes are sealed with.
pub(crate) fn demo_seals() -> Seals {
    Seals::new(Some(DataKey::new(DEMO_KEY)), Vec::new(), Arc::new(SystemNonces))
}

/// Reads the key in the data directory, if one lies there.
fn kept(data: &Path) -> Result<Option<DataKey>> {
    let file = file(data);
    let text = match std::fs::read_to_string(&file) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
    };
    let key = DataKey::read(&text).with_context(|| format!("{} is damaged", file.display()))?;
    Ok(Some(key))
}

fn kept_or_made(data: &Path) -> Result<DataKey> {
    match kept(data)? {
        Some(key) => Ok(key),
        None => make(data),
    }
}

fn make(data: &Path) -> Result<DataKey> {
    let key = DataKey::new(SystemSecrets.token());
    files::write_private(&file(data), key.written().as_bytes())?;
    tracing::info!(
        "a data key was made in {}: keep a copy of it apart from the backups",
        file(data).display()
    );
    Ok(key)
}

/// Returns in words what is sealed with keys that are not at hand; `None` when all can be opened.
pub(crate) async fn unreadable(
    store: &dyn Store,
    seals: &Seals,
) -> Result<Option<String>, StoreError> {
    let all = store.sealed_with().await?;
    let known = |key: &str| key.parse::<Fingerprint>().is_ok_and(|key| seals.knows(key));
    let strange: Vec<_> = all.into_iter().filter(|(key, _)| !known(key)).collect();
    if strange.is_empty() {
        return Ok(None);
    }
    let count: u64 = strange.iter().map(|(_, count)| count).sum();
    let keys: Vec<&str> = strange.iter().map(|(key, _)| &**key).collect();
    Ok(Some(format!(
        "{count} door codes, photos and phones to be woken were sealed with another data key (fingerprint {}) and cannot \
         be read: put that key into the file data-key of the data directory, or set it in \
         server.data_key, or in server.former_data_keys beside the present one",
        keys.join(", ")
    )))
}

/// Says once whether everything that is sealed can be opened, as soon as the database is there.
pub(crate) async fn tell_what_is_unreadable(
    store: Arc<dyn Store>,
    seals: Arc<Seals>,
    stop: CancellationToken,
) {
    let look = async {
        loop {
            match unreadable(&*store, &seals).await {
                Ok(Some(words)) => return tracing::error!("{words}"),
                Ok(None) => return,
                Err(error) => tracing::debug!(%error, "it is not known yet what is sealed"),
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    };
    // That the service stops is no news.
    _ = stop.run_until_cancelled(look).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone_and_read_again() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        assert!(kept(folder.path()).expect("none").is_none());
        let made = make(folder.path()).expect("made").fingerprint();
        let again = kept(folder.path()).expect("read").expect("there");
        assert_eq!(again.fingerprint(), made);
        let mode = std::fs::metadata(file(folder.path())).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_damaged_key_is_said_and_never_quoted_or_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(file(folder.path()), "hush").expect("written");
        let said = format!("{:#}", kept(folder.path()).expect_err("no key"));
        assert!(said.contains("is damaged") && !said.contains("hush"), "{said}");
    }
}
