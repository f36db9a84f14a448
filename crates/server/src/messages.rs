//! Messages to people outside: their settings, and what is made of them.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;
use silverbell_dispatcher::{Dispatcher, Tells};
use silverbell_domain::Clock;
use silverbell_notify::{
    Notify, Outbox, PhoneSettings, Ports, ReceiptDesk, Secret, Settings, Teller, Texts, Told, Ways,
    WebhookSettings,
};
use silverbell_store::Store;

use crate::ports::{SystemChance, SystemClock};

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
    offer_text_after_s: u32,
    offer_call_after_s: u32,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedWebhook {
    id: String,
    url: String,
    secret: String,
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
        let webhook = |it: &NamedWebhook| WebhookSettings {
            id: it.id.clone(),
            url: it.url.clone(),
            secret: Secret::new(&it.secret),
        };
        let base = public_url.trim_end_matches('/');
        let settings = Settings {
            sms: phone(&self.sms_url, &self.sms_token),
            voice: phone(&self.voice_url, &self.voice_token),
            webhooks: self.webhooks.iter().map(webhook).collect(),
            texts,
            callback: (!base.is_empty()).then(|| format!("{base}/v1/receipts")),
            allow_private: self.allow_private,
            concurrency: self.concurrency,
            retry_first: Duration::from_secs(self.retry_first_s),
            retry_at_most: Duration::from_secs(self.retry_at_most_s),
        };
        settings.check()?;
        Ok(settings)
    }

    /// Returns which ways lead to telephones.
    pub(crate) const fn ways(&self) -> Ways {
        Ways { sms: !self.sms_url.is_empty(), voice: !self.voice_url.is_empty() }
    }

    /// Returns how soon people are told by them; `None` where there is no way.
    pub(crate) fn tells(&self) -> Option<Tells> {
        self.ways().any().then_some(Tells {
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
    ) -> Result<(Option<Teller>, Notify, ReceiptDesk)> {
        if !self.ways().any() {
            tracing::warn!(
                "nobody outside is told of anything: set notify.sms_url or notify.voice_url"
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
        let teller = self.ways().any().then(|| Teller {
            dispatcher,
            outbox: outbox.clone(),
            ways: self.ways(),
            base_url: public_url.trim_end_matches('/').to_owned(),
        });
        let desk = ReceiptDesk {
            secret: Secret::new(&self.receipt_secret),
            receipts: receipts.clone(),
            outbox: outbox.clone(),
            clock: clock.clone(),
        };
        let ports = Ports { outbox, receipts, clock, chance: Arc::new(SystemChance) };
        let notify = Notify::new(&self.read(public_url)?, ports)?;
        Ok((teller, notify, desk))
    }
}
