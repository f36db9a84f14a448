//! Webhooks: somebody's system is told, in a signed request.

use async_trait::async_trait;
use axum::http::{HeaderName, HeaderValue, Uri};
use serde::Serialize;
use serde_json::Value;
use silverbell_domain::{
    DistrictId, EscalationTarget, Kind, OfferId, Outcome, TicketId, Times, UnixMs,
};
use silverbell_web::rfc3339;
use uuid::Uuid;

use crate::http::Client;
use crate::message::Template;
use crate::news::TicketNews;
use crate::phone::key_headers;
use crate::ports::{Gateway, Handover, Outgoing};
use crate::settings::{Secret, SettingsError, WebhookSettings, read_url};
use crate::signature::{SIGNATURE_HEADER, sign};

/// What it is posted.
#[derive(Serialize)]
struct WebhookBody<'a> {
    id: Uuid,
    event: &'a str,
    seq: u64,
    at: String,
    district: &'a DistrictId,
    ticket: TicketId,
    number: u64,
    kind: Kind,
    urgency: u8,
    status: &'static str,
    outcome: Option<Outcome>,
    offer: Option<OfferId>,
    to: Option<EscalationTarget>,
    times: serde_json::Map<String, Value>,
}

impl<'a> WebhookBody<'a> {
    fn of(id: Uuid, news: &'a TicketNews) -> Self {
        Self {
            id,
            event: &news.event,
            seq: news.seq,
            at: rfc3339(news.at),
            district: &news.district,
            ticket: news.ticket,
            number: news.number,
            kind: news.kind,
            urgency: news.urgency.as_u8(),
            status: if news.is_open { "open" } else { "closed" },
            outcome: news.outcome,
            offer: news.offer,
            to: news.to,
            times: times(&news.times),
        }
    }
}

/// Returns the times by name, as in the API.
fn times(times: &Times) -> serde_json::Map<String, Value> {
    // Numbers and names only: writing them cannot fail.
    let Ok(Value::Object(times)) = serde_json::to_value(times) else {
        return serde_json::Map::new();
    };
    let shown = |ms: &Value| ms.as_i64().map_or(Value::Null, |ms| rfc3339(UnixMs(ms)).into());
    times.iter().map(|(name, ms)| (name.clone(), shown(ms))).collect()
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
        let Outgoing { id, message, now, .. } = outgoing;
        // What is said to people has names in it: it is no business of a system's.
        let Template::TicketNews(news) = &message.template else {
            return Handover::Refused("a webhook is told of tickets only".into());
        };
        // Words, numbers and times only: writing them cannot fail.
        let body = serde_json::to_vec(&WebhookBody::of(id, news)).unwrap_or_default();
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
