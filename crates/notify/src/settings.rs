//! Settings, and what is wrong with them in words.

use std::fmt;
use std::time::Duration;

use axum::http::Uri;

use crate::texts::Texts;
use crate::{network, news};

/// More at once would only be refused by the gateway.
const MOST_AT_ONCE: usize = 256;

/// Somebody waits behind it: a longer pause would be no retry, seconds.
const LONGEST_PAUSE_S: u64 = 600;

/// Something that stands in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a secret; an empty one is none.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// Returns it, `None` when it is not set.
    pub(crate) fn expose(&self) -> Option<&str> {
        (!self.0.is_empty()).then_some(&*self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "not set" } else { "…" })
    }
}

/// A gateway to telephones.
#[derive(Clone, Debug)]
pub struct PhoneSettings {
    /// Where messages are posted.
    pub url: String,
    /// Its bearer token; none is sent when it is not set.
    pub token: Secret,
}

/// Somebody's system that is told.
#[derive(Clone, Debug)]
pub struct WebhookSettings {
    /// What messages call it.
    pub id: String,
    /// Where messages are posted.
    pub url: String,
    /// What they are signed with.
    pub secret: Secret,
    /// What it is told, by the settings' words.
    pub events: Vec<String>,
    /// Of which districts; empty: of all.
    pub districts: Vec<String>,
}

/// How messages go out.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Text messages; `None`: off.
    pub sms: Option<PhoneSettings>,
    /// Calls; `None`: off.
    pub voice: Option<PhoneSettings>,
    /// Webhooks.
    pub webhooks: Vec<WebhookSettings>,
    /// The texts.
    pub texts: Texts,
    /// Where gateways send receipts.
    pub callback: Option<String>,
    /// Whether webhooks may be in our own network.
    pub allow_private: bool,
    /// How many messages of a channel are under way at once.
    pub concurrency: usize,
    /// The pause after the first try.
    pub retry_first: Duration,
    /// The longest pause between two tries.
    pub retry_at_most: Duration,
}

/// A setting that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(pub(crate) String);

impl Settings {
    /// Checks what can be checked without a connection.
    ///
    /// # Errors
    /// What is wrong, by the setting's key.
    pub fn check(&self) -> Result<(), SettingsError> {
        for (key, phone) in [("notify.sms_url", &self.sms), ("notify.voice_url", &self.voice)] {
            if let Some(phone) = phone {
                read_url(key, &phone.url)?;
            }
        }
        for (n, webhook) in self.webhooks.iter().enumerate() {
            let id = &webhook.id;
            if id.is_empty() || self.webhooks[..n].iter().any(|earlier| earlier.id == *id) {
                let words = "notify.webhooks: every one needs an id of its own";
                return Err(SettingsError(words.into()));
            }
            let key = format!("notify.webhooks: {id}");
            let url = read_url(&key, &webhook.url)?;
            if webhook.secret.expose().is_none() {
                return Err(SettingsError(format!("{key}: give it a secret to sign with")));
            }
            if webhook.events.is_empty() {
                return Err(SettingsError(format!("{key}: name at least one of its events")));
            }
            if let Some(word) = news::unknown_events(&webhook.events).first() {
                let known = news::known_events();
                return Err(SettingsError(format!(
                    "{key}: there is no event \"{word}\"; there are: {known}"
                )));
            }
            if !self.allow_private && network::names_private_address(&url) {
                return Err(SettingsError(format!(
                    "{key}: its address is in a private network; \
                     set notify.allow_private if that is meant"
                )));
            }
        }
        if !(1..=MOST_AT_ONCE).contains(&self.concurrency) {
            return Err(SettingsError(format!("notify.concurrency: 1 to {MOST_AT_ONCE}")));
        }
        let longest = Duration::from_secs(LONGEST_PAUSE_S);
        if self.retry_first.is_zero()
            || self.retry_first > self.retry_at_most
            || self.retry_at_most > longest
        {
            return Err(SettingsError(format!(
                "notify.retry_first_s, notify.retry_at_most_s: above 0, the first not above the \
                 longest, {LONGEST_PAUSE_S} at most"
            )));
        }
        Ok(())
    }
}

/// Reads a URL. It may hold a secret and is not quoted.
pub(crate) fn read_url(key: &str, text: &str) -> Result<Uri, SettingsError> {
    let url: Option<Uri> = text.parse().ok();
    let is_usable = |url: &Uri| {
        let authority = url.authority().map_or("", |authority| authority.as_str());
        matches!(url.scheme_str(), Some("http" | "https"))
            && url.host().is_some_and(|host| !host.is_empty())
            && !authority.contains('@')
    };
    url.filter(is_usable).ok_or_else(|| {
        SettingsError(format!("{key}: an http:// or https:// URL without a user's name in it"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings {
            sms: None,
            voice: None,
            webhooks: Vec::new(),
            texts: Texts::read(None).expect("the texts"),
            callback: None,
            allow_private: false,
            concurrency: 16,
            retry_first: Duration::from_secs(2),
            retry_at_most: Duration::from_secs(60),
        }
    }

    fn webhook(id: &str, url: &str, secret: &str) -> WebhookSettings {
        let events = vec!["closed".into()];
        let districts = Vec::new();
        WebhookSettings {
            id: id.into(),
            url: url.into(),
            secret: Secret::new(secret),
            events,
            districts,
        }
    }

    #[test]
    fn what_is_wrong_is_said_by_its_key_and_no_secret_with_it() {
        let phone = |url: &str| Some(PhoneSettings { url: url.into(), token: Secret::new("t") });
        let one = |webhook| vec![webhook];
        let twice = vec![webhook("a", "https://a.cn/", "s"), webhook("a", "https://b.cn/", "s")];
        let s = settings;
        let of = |events: &[&str]| {
            let events = events.iter().map(|&word| word.into()).collect();
            vec![WebhookSettings { events, ..webhook("a", "https://a.cn/", "s") }]
        };
        for (settings, words) in [
            (Settings { sms: phone("sms.cn"), ..s() }, "notify.sms_url: an http://"),
            (Settings { voice: phone("ftp://x/"), ..s() }, "notify.voice_url: an http://"),
            (Settings { sms: phone("http://u:hush@sms.cn/"), ..s() }, "without a user's name"),
            (Settings { webhooks: twice, ..s() }, "an id of its own"),
            (Settings { webhooks: one(webhook("", "https://a.cn/", "s")), ..s() }, "an id of"),
            (Settings { webhooks: one(webhook("a", "https://a.cn/", "")), ..s() }, "a: give it a"),
            (
                Settings { webhooks: of(&["closed", "eaten"]), ..s() },
                "a: there is no event \"eaten\"",
            ),
            (Settings { webhooks: of(&["eaten"]), ..s() }, "there are: opened, joined,"),
            (Settings { webhooks: of(&[]), ..s() }, "a: name at least one of its events"),
            (Settings { concurrency: 0, ..s() }, "notify.concurrency: 1 to 256"),
            (Settings { retry_first: Duration::ZERO, ..s() }, "notify.retry_first_s"),
            (Settings { retry_at_most: Duration::from_secs(1), ..s() }, "notify.retry_at_most_s"),
            (Settings { retry_at_most: Duration::from_secs(601), ..s() }, "600 at most"),
        ] {
            let error = settings.check().expect_err(words).to_string();
            assert!(error.contains(words) && !error.contains("hush"), "{error}");
        }
        assert_eq!(settings().check(), Ok(()));
        assert!(!format!("{:?}", phone("http://a.cn")).contains("\"t\""));
    }

    #[test]
    fn a_webhook_at_a_private_address_is_refused_unless_that_is_meant() {
        for url in [
            "http://127.0.0.1:9/",
            "http://10.1.2.3/",
            "https://192.168.0.1/",
            "http://[::1]/",
            "http://169.254.169.254/latest",
            "http://100.100.100.200/",
            "http://[fd00::1]:8/",
            "http://[::ffff:10.0.0.1]/",
            "http://0.0.0.0/",
            "http://localhost:80/",
        ] {
            let webhooks = vec![webhook("a", url, "s")];
            let refused = Settings { webhooks, ..settings() };
            assert!(refused.check().is_err(), "{url}");
            assert_eq!(Settings { allow_private: true, ..refused }.check(), Ok(()), "{url}");
        }
        let webhooks = vec![webhook("a", "https://8.8.8.8/", "s")];
        assert_eq!(Settings { webhooks, ..settings() }.check(), Ok(()));
    }
}
