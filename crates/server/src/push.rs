//! Waking phones by push: our key, and who keeps the browsers.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use async_trait::async_trait;
use secrecy::ExposeSecret;
use silverbell_api::{NotWoken, PushBrowser, Pushes, Secrets};
use silverbell_domain::ResponderId;
use silverbell_notify::{Browser, NotKept, Push, PushKey};
use silverbell_store::StoreError;
use zeroize::Zeroizing;

use crate::files;
use crate::ports::SystemSecrets;

/// So many times 32 random bytes are no key of P-256 in all ages of the world.
const TRIES: u32 = 4;

/// Returns where the key lies that nobody set.
fn file(data: &Path) -> PathBuf {
    data.join("push-key")
}

/// Returns the key that is set, or the one in the data directory, which is made when none is there. A
/// browser belongs to the key that it subscribed with: another key wakes none until each page was opened.
pub(crate) fn key(set: &str, data: &Path) -> Result<PushKey> {
    if !set.is_empty() {
        return PushKey::read(set).context("notify.push_key");
    }
    let file = file(data);
    match std::fs::read_to_string(&file) {
        Ok(text) => {
            let text = Zeroizing::new(text);
            PushKey::read(&text).with_context(|| format!("{} is damaged", file.display()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(&file),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}

fn make(file: &Path) -> Result<PushKey> {
    for _ in 0..TRIES {
        let random = Zeroizing::new(SystemSecrets.token());
        if let Ok(key) = PushKey::of(&random) {
            files::write_private(file, key.written().expose_secret().as_bytes())?;
            tracing::info!("a push key was made in {}", file.display());
            return Ok(key);
        }
    }
    bail!("the operating system's randomness makes no push key")
}

/// Keeps the browsers of responders for the routes.
#[derive(Debug)]
pub(crate) struct Kept(pub(crate) Push);

#[async_trait]
impl Pushes for Kept {
    fn public_key(&self) -> String {
        self.0.key.public()
    }

    async fn keep(
        &self,
        responder: ResponderId,
        session_sha256: [u8; 32],
        browser: &PushBrowser,
    ) -> Result<(), NotWoken> {
        let PushBrowser { endpoint, keys } = browser.clone();
        let browser = Browser { endpoint, p256dh: keys.p256dh, auth: keys.auth };
        let kept = self.0.browsers.keep(responder, session_sha256, &browser).await;
        kept.map_err(|error| match error {
            NotKept::Wrong(why) => NotWoken::Wrong(why.into()),
            NotKept::Seal(error) => NotWoken::Unsealed(error.to_string()),
            NotKept::Store(error) => NotWoken::Store(error),
        })
    }

    async fn forget(&self, responder: ResponderId, endpoint: &str) -> Result<(), StoreError> {
        self.0.browsers.forget(responder, endpoint).await
    }
}

/// Returns the port of the routes, where push is on.
pub(crate) fn port(push: Option<&Push>) -> Option<Arc<dyn Pushes>> {
    push.map(|push| Arc::new(Kept(push.clone())) as Arc<dyn Pushes>)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone_and_read_again() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let made = key("", folder.path()).expect("made").public();
        assert_eq!(key("", folder.path()).expect("read").public(), made);
        let mode = std::fs::metadata(file(folder.path())).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let other = PushKey::of(&[7; 32]).expect("a key");
        let set = key(other.written().expose_secret(), folder.path()).expect("set");
        assert_eq!(set.public(), other.public(), "what is set counts");
    }

    #[test]
    fn a_damaged_key_is_said_and_never_quoted_or_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(file(folder.path()), "hush").expect("written");
        for (set, words) in [("", "is damaged"), ("hush", "notify.push_key")] {
            let said = format!("{:#}", key(set, folder.path()).expect_err("no key"));
            assert!(said.contains(words) && !said.contains("hush"), "{said}");
        }
        assert_eq!(std::fs::read_to_string(file(folder.path())).expect("there"), "hush");
    }
}
