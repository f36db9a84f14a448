//! The gateway to telephones, for text messages and for calls.

use async_trait::async_trait;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::http::{Client, reason, without_numbers};
use crate::message::Channel;
use crate::ports::{Gateway, Handover, Outgoing};
use crate::settings::{PhoneSettings, SettingsError, read_url};

/// What our gateways call the header by which they recognise a repeat.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// What a gateway is posted.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PhoneBody {
    pub(crate) id: Uuid,
    pub(crate) channel: Channel,
    pub(crate) to: String,
    pub(crate) text: String,
    pub(crate) lang: String,
    /// The keys that somebody who is called may press.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) keys: Vec<String>,
    /// Where receipts go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) callback: Option<String>,
}

/// What it answers.
#[derive(Deserialize)]
struct PhoneAnswer {
    accepted: bool,
    #[serde(default)]
    reference: Option<String>,
}

pub(crate) struct PhoneGateway {
    client: Client,
    url: Uri,
    authorization: Option<HeaderValue>,
    callback: Option<String>,
}

impl PhoneGateway {
    pub(crate) fn new(
        channel: Channel,
        settings: &PhoneSettings,
        callback: Option<String>,
        client: Client,
    ) -> Result<Self, SettingsError> {
        let channel = channel.as_str();
        let url = read_url(&format!("notify.{channel}_url"), &settings.url)?;
        let bearer = settings.token.expose().map(|token| {
            let mut value = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| {
                SettingsError(format!("notify.{channel}_token: printable characters only"))
            })?;
            value.set_sensitive(true);
            Ok(value)
        });
        Ok(Self { client, url, authorization: bearer.transpose()?, callback })
    }
}

#[async_trait]
impl Gateway for PhoneGateway {
    async fn hand_over(&self, outgoing: Outgoing<'_>) -> Handover {
        let Outgoing { id, message, text, .. } = outgoing;
        let keys = match message.channel {
            Channel::Voice => message.template.keys(),
            Channel::Sms | Channel::Webhook | Channel::Push => &[],
        };
        let body = PhoneBody {
            id,
            channel: message.channel,
            to: message.to.clone(),
            text: text.into(),
            lang: message.lang.as_str().into(),
            keys: keys.iter().map(|&key| key.into()).collect(),
            callback: self.callback.clone(),
        };
        // Texts and numbers only: writing them cannot fail.
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let mut headers = key_headers(id);
        if let Some(authorization) = &self.authorization {
            headers.insert(header::AUTHORIZATION, authorization.clone());
        }
        let answer = match self.client.post(&self.url, headers, body).await {
            Ok(answer) => answer,
            Err(trouble) => return trouble.into(),
        };
        if let Some(not_taken) = answer.not_taken() {
            return not_taken;
        }
        match serde_json::from_slice(&answer.body) {
            Ok(PhoneAnswer { accepted: true, reference }) => {
                let reference = reference.map(|reference| reference.chars().take(200).collect());
                Handover::Accepted { reference }
            }
            Ok(PhoneAnswer { accepted: false, .. }) => {
                let words = reason(&answer.body).unwrap_or_else(|| "without a reason".into());
                Handover::Refused(format!("not accepted: {}", without_numbers(&words)))
            }
            Err(_) => Handover::Failed {
                why: format!("answered {} and nothing to be read", answer.status.as_u16()),
                after: None,
            },
        }
    }
}

/// Returns the headers by which a repeat is recognised.
pub(crate) fn key_headers(id: Uuid) -> HeaderMap {
    let key = HeaderValue::from_str(&id.to_string());
    key.map(|key| HeaderMap::from_iter([(header::HeaderName::from_static(IDEMPOTENCY_KEY), key)]))
        .unwrap_or_default()
}
