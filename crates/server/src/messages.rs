//! Messages to people outside: their settings, and what is made of them.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use silverbell_dispatcher::Dispatcher;
use silverbell_domain::{Clock, Tells};
use silverbell_notify::{
    Browsers, DigestTime, Notify, Outbox, PhoneSettings, Ports, Push, PushKey, ReceiptDesk, Secret,
    Settings, Teller, Texts, Told, USUAL_EVENTS, Ways, WebhookSettings, Webhooks,
};
use silverbell_seal::Seals;
use silverbell_store::{Herald, Store};

use crate::ports::{SystemChance, SystemClock};
use crate::push;

/// `[notify]`
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MessageSettings {
    sms_url: String,
    sms_token: String,
    voice_url: String,
    voice_token: String,
    receipt_secret: String,
    webhooks: Vec<NamedWebhook>,
    templates: PathBuf,
    allow_private: bool,
    concurrency: usize,
    retry_first_s: u64,
    retry_at_most_s: u64,
    push_subject: String,
    push_key: SecretString,
    offer_push_after_s: u32,
    offer_text_after_s: u32,
    offer_call_after_s: u32,
    digest_at: String,
    digest_weekday: String,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedWebhook {
    id: String,
    url: String,
    secret: String,
    #[serde(default = "usual_events")]
    events: Vec<String>,
    #[serde(default)]
    districts: Vec<String>,
}

fn usual_events() -> Vec<String> {
    USUAL_EVENTS.map(String::from).to_vec()
}

impl NamedWebhook {
    fn settings(&self) -> WebhookSettings {
        WebhookSettings {
            id: self.id.clone(),
            url: self.url.clone(),
            secret: Secret::new(&self.secret),
            events: self.events.clone(),
            districts: self.districts.clone(),
        }
    }
}

impl fmt::Debug for MessageSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageSettings").finish_non_exhaustive()
    }
}

impl MessageSettings {
    /// Returns how messages go out, checked, the texts too. `public_url` is where we are reached.
    pub(crate) fn read(&self, public_url: &str) -> Result<Settings> {
        let file = &self.templates;
        let overrides = if file.as_os_str().is_empty() {
            None
        } else {
            let text = std::fs::read_to_string(file);
            Some(text.with_context(|| format!("notify.templates: cannot read {}", file.display()))?)
        };
        let texts = Texts::read(overrides.as_deref()).context("notify.templates")?;
        let phone = |url: &str, token: &str| {
            (!url.is_empty()).then(|| PhoneSettings { url: url.into(), token: Secret::new(token) })
        };
        let base = public_url.trim_end_matches('/');
        let settings = Settings {
            sms: phone(&self.sms_url, &self.sms_token),
            voice: phone(&self.voice_url, &self.voice_token),
            webhooks: self.webhooks.iter().map(NamedWebhook::settings).collect(),
            texts,
            callback: (!base.is_empty()).then(|| format!("{base}/v1/receipts")),
            allow_private: self.allow_private,
            concurrency: self.concurrency,
            retry_first: Duration::from_secs(self.retry_first_s),
            retry_at_most: Duration::from_secs(self.retry_at_most_s),
        };
        settings.check()?;
        self.digest_time()?;
        if self.has_push()
            && !["mailto:", "https://"].iter().any(|it| self.push_subject.starts_with(it))
        {
            bail!(
                "notify.push_subject: mailto:… or https://…, where a push service reaches somebody"
            );
        }
        let key = self.push_key.expose_secret();
        if !key.is_empty() {
            PushKey::read(key).context("notify.push_key")?;
        }
        Ok(settings)
    }

    fn digest_time(&self) -> Result<DigestTime> {
        DigestTime::read(&self.digest_at, &self.digest_weekday).map_err(anyhow::Error::msg)
    }

    /// Returns who tells others' systems of events, where they are told.
    pub(crate) fn herald(&self) -> Option<Arc<dyn Herald>> {
        let webhooks: Vec<_> = self.webhooks.iter().map(NamedWebhook::settings).collect();
        Webhooks::herald(&webhooks)
    }

    /// Returns the districts that a webhook names, each with the webhook.
    pub(crate) fn named_districts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.webhooks.iter().flat_map(|it| it.districts.iter().map(|slug| (&*it.id, &**slug)))
    }

    const fn has_push(&self) -> bool {
        !self.push_subject.is_empty()
    }

    /// Returns what pushes go out with, where they are on. A key that cannot be read or made is said, and
    /// the service goes on without: no SOS waits for it, and texts and calls go out.
    pub(crate) fn push(
        &self,
        data: &Path,
        store: Arc<dyn Store>,
        seals: Arc<Seals>,
    ) -> Option<Push> {
        if !self.has_push() {
            return None;
        }
        let key = push::key(self.push_key.expose_secret(), data);
        let key = key.inspect_err(|error| tracing::error!("no phone is woken by push: {error:#}"));
        let (clock, allow_private) = (Arc::new(SystemClock), self.allow_private);
        let browsers = Arc::new(Browsers { store, seals, clock, allow_private });
        Some(Push { key: key.ok()?, subject: self.push_subject.clone(), browsers })
    }

    /// Returns which ways lead to people outside.
    pub(crate) const fn ways(&self) -> Ways {
        Ways {
            sms: !self.sms_url.is_empty(),
            voice: !self.voice_url.is_empty(),
            push: self.has_push(),
        }
    }

    /// Returns how soon people are told by them; `None` where there is no way.
    pub(crate) fn tells(&self) -> Option<Tells> {
        let ways = self.ways();
        ways.any().then_some(Tells {
            has_telephones: ways.sms || ways.voice,
            offer_push_after_s: self.has_push().then_some(self.offer_push_after_s),
            offer_text_after_s: self.offer_text_after_s,
            offer_call_after_s: self.offer_call_after_s,
        })
    }

    /// Returns what turns occasions into messages, what delivers these, and who takes receipts.
    pub(crate) fn start(
        &self,
        public_url: &str,
        store: Arc<dyn Store>,
        dispatcher: Arc<Dispatcher>,
        seals: Arc<Seals>,
        push: Option<Push>,
    ) -> Result<(Option<Teller>, Notify, ReceiptDesk)> {
        if !self.ways().telephones() {
            tracing::warn!(
                "nobody is reached by telephone: set notify.sms_url or notify.voice_url"
            );
        } else if public_url.is_empty() {
            tracing::warn!(
                "texts lead nowhere and no receipts come: set server.public_url, where we are reached"
            );
        }
        let outbox: Arc<dyn Outbox> = Arc::new(store);
        let receipts = Arc::new(Told { dispatcher: dispatcher.clone() });
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        // Where nobody can be told there are no occasions.
        let digests = self.digest_time()?;
        let teller = self.ways().any().then(|| Teller {
            dispatcher,
            outbox: outbox.clone(),
            ways: Ways { push: push.is_some(), ..self.ways() },
            base_url: public_url.trim_end_matches('/').to_owned(),
            seals,
            digests,
        });
        let desk = ReceiptDesk {
            secret: Secret::new(&self.receipt_secret),
            receipts: receipts.clone(),
            outbox: outbox.clone(),
            clock: clock.clone(),
        };
        let (addressees, chance) = (receipts.clone(), Arc::new(SystemChance));
        let ports = Ports { outbox, receipts, addressees, clock, chance };
        let notify = Notify::new(&self.read(public_url)?, ports, push)?;
        Ok((teller, notify, desk))
    }
}
