//! Browsers that asked to be woken by push: what a browser says of itself, checked and sealed. Whoever
//! knows it could write to that phone, so it lies in the database as door codes do.

use std::sync::Arc;

use axum::http::Uri;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::PublicKey;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use silverbell_domain::{Clock, ResponderId};
use silverbell_seal::{SealError, Seals};
use silverbell_store::{PushSubscription, PushWrite, Sealed, Store, StoreError};

use crate::network;
use crate::settings::read_url;

/// No push service has longer addresses, bytes.
const LONGEST_ENDPOINT: usize = 1_024;

/// The length of a browser's secret, bytes (RFC 8291).
const AUTH: usize = 16;

/// What a browser says of itself when it asks to be woken.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Browser {
    /// Where its push service takes messages.
    pub endpoint: String,
    /// Its public key, an uncompressed point of P-256 in base64url.
    pub p256dh: String,
    /// Its secret, in base64url.
    pub auth: String,
}

/// Why a browser is not kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotKept {
    /// What it says of itself cannot be. Quotes nothing of it.
    #[error("{0}")]
    Wrong(&'static str),
    /// Nothing can be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Browser {
    /// Returns where messages go, if that is not in our own network, unless it may be.
    pub(crate) fn url(&self, allow_private: bool) -> Result<Uri, NotKept> {
        let wrong = NotKept::Wrong("endpoint: the https:// address of a push service");
        if self.endpoint.len() > LONGEST_ENDPOINT {
            return Err(wrong);
        }
        let url = read_url("endpoint", &self.endpoint).map_err(|_| wrong.clone())?;
        if allow_private {
            return Ok(url);
        }
        if url.scheme_str() != Some("https") {
            return Err(wrong);
        }
        if network::names_private_address(&url) {
            return Err(NotKept::Wrong("endpoint: an address in a private network is never asked"));
        }
        Ok(url)
    }

    fn check(&self, allow_private: bool) -> Result<(), NotKept> {
        self.url(allow_private)?;
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok();
        let point = bytes(&self.p256dh).filter(|point| point.len() == 65);
        if point.is_none_or(|point| PublicKey::from_sec1_bytes(&point).is_err()) {
            return Err(NotKept::Wrong(
                "keys.p256dh: a public key of P-256, 65 bytes in base64url",
            ));
        }
        if bytes(&self.auth).is_none_or(|auth| auth.len() != AUTH) {
            return Err(NotKept::Wrong("keys.auth: 16 bytes in base64url"));
        }
        Ok(())
    }
}

/// The browsers of responders.
#[derive(Clone)]
pub struct Browsers {
    /// Where they are kept.
    pub store: Arc<dyn Store>,
    /// Opens and closes them.
    pub seals: Arc<Seals>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Whether push services may be in our own network, and without TLS: for tests.
    pub allow_private: bool,
}

impl std::fmt::Debug for Browsers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Browsers").finish_non_exhaustive()
    }
}

impl Browsers {
    /// Keeps a browser of a responder, until the session that asks for it is logged out.
    ///
    /// # Errors
    /// [`NotKept`].
    pub async fn keep(
        &self,
        responder: ResponderId,
        session_sha256: [u8; 32],
        browser: &Browser,
    ) -> Result<(), NotKept> {
        browser.check(self.allow_private)?;
        let endpoint_sha256 = hash(&browser.endpoint);
        // Texts only: writing them cannot fail.
        let plain = serde_json::to_vec(browser).unwrap_or_default();
        let seal = self.seals.seal(&about(responder, &endpoint_sha256), &plain)?;
        let sealed = Sealed { with: seal.with.to_string(), bytes: seal.bytes };
        let at = self.clock.now();
        let subscription =
            PushSubscription { endpoint_sha256, responder, session_sha256, at, sealed };
        Ok(self.store.write_push(PushWrite::Put(subscription)).await?)
    }

    /// Forgets a browser of a responder.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget(&self, responder: ResponderId, endpoint: &str) -> Result<(), StoreError> {
        let endpoint_sha256 = hash(endpoint);
        self.store.write_push(PushWrite::Forget { responder, endpoint_sha256 }).await
    }

    /// Returns the browsers of a responder. One that cannot be read hides no other: it asks anew the
    /// next time its page is opened.
    pub(crate) async fn of(&self, responder: ResponderId) -> Result<Vec<Browser>, StoreError> {
        let all = self.store.push_subscriptions(responder).await?;
        let open = |kept: PushSubscription| {
            let about = about(responder, &kept.endpoint_sha256);
            let plain = self.seals.open(&about, &kept.sealed.bytes);
            let plain = plain.inspect_err(|error| {
                tracing::warn!(%error, "a browser that asked to be woken cannot be read");
            });
            serde_json::from_slice(&plain.ok()?).ok()
        };
        Ok(all.into_iter().filter_map(open).collect())
    }
}

fn hash(endpoint: &str) -> [u8; 32] {
    Sha256::digest(endpoint.as_bytes()).into()
}

fn about(responder: ResponderId, endpoint_sha256: &[u8; 32]) -> String {
    format!("push {responder} {}", hex::encode(endpoint_sha256))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The browser of RFC 8291, appendix A.
    fn browser() -> Browser {
        Browser {
            endpoint: "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV".into(),
            p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4".into(),
            auth: "BTBZMqHH6r4Tts7J_aSIgg".into(),
        }
    }

    #[test]
    fn a_browser_is_taken_as_browsers_are_and_nothing_leads_into_our_own_network() {
        assert_eq!(browser().check(false), Ok(()));
        let at = |endpoint: &str| Browser { endpoint: endpoint.into(), ..browser() };
        for endpoint in [
            "",
            "push",
            "http://push.example.net/x",
            "ftp://push.example.net/x",
            "https://u:p@push.example.net/x",
            "https://127.0.0.1/x",
            "https://localhost/x",
            "https://[::1]/x",
            "https://169.254.169.254/latest",
            &format!("https://push.example.net/{}", "x".repeat(LONGEST_ENDPOINT)),
        ] {
            let error = at(endpoint).check(false).expect_err(endpoint).to_string();
            assert!(error.starts_with("endpoint: "), "{error}");
        }
        assert_eq!(at("http://127.0.0.1:9/x").check(true), Ok(()));
    }

    #[test]
    fn keys_that_are_none_are_said_and_not_quoted() {
        let good = browser();
        for (p256dh, auth, key) in [
            ("hush", &*good.auth, "keys.p256dh"),
            (&*"A".repeat(87), &good.auth, "keys.p256dh"),
            (&format!("{}x", good.p256dh), &good.auth, "keys.p256dh"),
            (&good.p256dh, "hush", "keys.auth"),
            (&good.p256dh, "", "keys.auth"),
        ] {
            let browser = Browser { p256dh: p256dh.into(), auth: auth.into(), ..browser() };
            let error = browser.check(false).expect_err(key).to_string();
            assert!(error.starts_with(key) && !error.contains("hush"), "{error}");
        }
    }
}
