//! Messages to people outside: their settings, and who hears what becomes of them.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use async_trait::async_trait;
use metrics::counter;
use serde::Deserialize;
use silverbell_domain::Clock;
use silverbell_notify::{
    Notify, PhoneSettings, Ports, Progress, ReceiptDesk, Receipts, Report, ReportError, Secret,
    Settings, Texts, WebhookSettings,
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

    /// Returns what delivers messages, and who takes receipts.
    pub(crate) fn start(
        &self,
        public_url: &str,
        store: Arc<dyn Store>,
    ) -> Result<(Notify, ReceiptDesk)> {
        let receipts = Arc::new(Counted);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let ports = Ports {
            outbox: Arc::new(store),
            receipts: receipts.clone(),
            clock: clock.clone(),
            chance: Arc::new(SystemChance),
        };
        let desk = ReceiptDesk {
            secret: Secret::new(&self.receipt_secret),
            receipts,
            outbox: ports.outbox.clone(),
            clock,
        };
        Ok((Notify::new(&self.read(public_url)?, ports)?, desk))
    }
}

/// Counts what becomes of messages, and no more.
#[derive(Debug)]
struct Counted;

#[async_trait]
impl Receipts for Counted {
    async fn report(&self, report: Report) -> Result<(), ReportError> {
        let progress = match report.progress {
            Progress::Sent { .. } => "sent",
            Progress::Delivered => "delivered",
            Progress::Answered => "answered",
            Progress::Failed { .. } => "failed",
            Progress::Acknowledged { .. } => "acknowledged",
        };
        counter!("silverbell_message_reports_total", "progress" => progress).increment(1);
        Ok(())
    }
}
