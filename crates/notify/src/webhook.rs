//! Webhooks: somebody's system is told, in a signed request.

use async_trait::async_trait;
use axum::http::{HeaderName, HeaderValue, Uri};
use serde::Serialize;
use silverbell_web::rfc3339;
use uuid::Uuid;

use crate::http::Client;
use crate::message::{About, Template};
use crate::phone::key_headers;
use crate::ports::{Gateway, Handover, Outgoing};
use crate::settings::{Secret, SettingsError, WebhookSettings, read_url};
use crate::signature::{SIGNATURE_HEADER, sign};

/// What it is posted.
#[derive(Serialize)]
struct WebhookBody<'a> {
    id: Uuid,
    #[serde(flatten)]
    template: &'a Template,
    lang: &'static str,
    text: &'a str,
    urgency: u8,
    about: &'a About,
    at: String,
}

pub(crate) struct Webhook {
    client: Client,
    url: Uri,
    secret: Secret,
}

impl Webhook {
    pub(crate) fn new(settings: &WebhookSettings, client: Client) -> Result<Self, SettingsError> {
        let url = read_url(&format!("notify.webhooks: {}", settings.id), &settings.url)?;
        Ok(Self { client, url, secret: settings.secret.clone() })
    }
}

#[async_trait]
impl Gateway for Webhook {
    async fn hand_over(&self, outgoing: Outgoing<'_>) -> Handover {
        let Outgoing { id, message, text, now } = outgoing;
        let body = WebhookBody {
            id,
            template: &message.template,
            lang: message.lang.as_str(),
            text,
            urgency: message.urgency.as_u8(),
            about: &message.about,
            at: rfc3339(now),
        };
        // Texts and numbers only: writing them cannot fail.
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let mut headers = key_headers(id);
        let signature = sign(&self.secret, now, &body);
        let Some(signature) = signature.and_then(|text| HeaderValue::from_str(&text).ok()) else {
            return Handover::Refused("it has no secret to sign with (notify.webhooks)".into());
        };
        headers.insert(HeaderName::from_static(SIGNATURE_HEADER), signature);
        match self.client.post(&self.url, headers, body).await {
            Ok(answer) => answer.not_taken().unwrap_or(Handover::Accepted { reference: None }),
            Err(trouble) => trouble.into(),
        }
    }
}
