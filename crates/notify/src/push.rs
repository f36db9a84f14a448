//! Web Push: a browser is woken, in a message that only it can read (RFC 8291), signed by our key
//! (RFC 8292), and of use until its deadline.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use parking_lot::Mutex;
use serde::Serialize;
use sha2::{Digest, Sha256};
use silverbell_domain::{Kind, ResponderId, UnixMs};
use silverbell_web::rfc3339;
use tokio::time::{Duration, Instant};
use uuid::Uuid;
use web_push::{ContentEncoding, SubscriptionInfo, Urgency, WebPushMessageBuilder, WebPushPayload};

use crate::browsers::{Browser, Browsers};
use crate::circuit::{Circuit, Entry};
use crate::http::{Client, Trouble, Trust};
use crate::message::{Message, Template};
use crate::ports::{Gateway, Handover, Outgoing};
use crate::push_key::PushKey;
use crate::settings::SettingsError;

/// A signature is good for so long, seconds: push services take a day at most.
const SIGNED_FOR_S: i64 = 12 * 3_600;

/// So many push services are known to be there or away; there are a handful in the world.
const SERVICES: usize = 64;

/// How long a push service that is away is left alone.
const AWAY_FOR: Duration = Duration::from_secs(5);

/// What pushes go out with.
#[derive(Clone, Debug)]
pub struct Push {
    /// Our key.
    pub key: PushKey,
    /// Whom a push service can write to: `mailto:…` or `https://…`.
    pub subject: String,
    /// Who is woken.
    pub browsers: Arc<Browsers>,
}

impl Push {
    /// Returns the way out by itself, for a test that puts its lanes together.
    ///
    /// # Errors
    /// When TLS cannot be used.
    #[doc(hidden)]
    pub fn gateway(self) -> Result<Arc<dyn Gateway>, SettingsError> {
        let trust = Trust::of_the_system()
            .map_err(|error| SettingsError(format!("TLS cannot be used: {error}")))?;
        let client = Client::new(&trust, self.browsers.allow_private, 1);
        Ok(Arc::new(PushGateway::new(self, client)))
    }
}

/// What a push says: nobody's name, and nothing of anybody's health.
#[derive(Debug, Serialize)]
struct PushBody<'a> {
    what: &'static str,
    offer: Uuid,
    village: &'a str,
    minutes: u32,
    kind: Kind,
    urgency: u8,
    deadline: String,
}

impl<'a> PushBody<'a> {
    fn of(message: &'a Message) -> Option<Self> {
        let (what, village, minutes, kind, deadline) = match &message.template {
            Template::OfferPush { village, minutes, kind, deadline } => {
                ("offer", village, *minutes, *kind, *deadline)
            }
            Template::OfferPushWithdrawn { village, kind } => {
                ("withdrawn", village, 0, *kind, message.expires_at)
            }
            Template::FamilyConfirmed { .. }
            | Template::FamilyOnScene { .. }
            | Template::FamilyClosed { .. }
            | Template::FamilyAccidental { .. }
            | Template::FamilyAccidentalDigest { .. }
            | Template::OfferSms { .. }
            | Template::OfferVoice { .. }
            | Template::OfferAccepted { .. }
            | Template::OfferWithdrawn { .. }
            | Template::LeaderCall { .. }
            | Template::ShiftGap { .. }
            | Template::Probe {}
            | Template::TicketNews(_) => return None,
        };
        Some(Self {
            what,
            offer: message.about.subject,
            village,
            minutes,
            kind,
            urgency: message.urgency.as_u8(),
            deadline: rfc3339(deadline),
        })
    }
}

/// What became of a push to one browser.
enum Pushed {
    Taken,
    /// The browser is no longer there, or no longer wants to be woken.
    Gone,
    Refused(String),
    Failed(String, Option<Duration>),
}

pub(crate) struct PushGateway {
    client: Client,
    push: Push,
    /// Whether each push service is there: one that cannot be reached from here holds up no other.
    services: Mutex<HashMap<String, Circuit>>,
}

impl PushGateway {
    pub(crate) fn new(push: Push, client: Client) -> Self {
        Self { client, push, services: Mutex::default() }
    }

    async fn push(
        &self,
        browser: &Browser,
        body: &[u8],
        topic: &str,
        outgoing: Outgoing<'_>,
    ) -> Pushed {
        let url = match browser.url(self.push.browsers.allow_private) {
            Ok(url) => url,
            Err(error) => return Pushed::Refused(error.to_string()),
        };
        let service = service(&url);
        let left_s = outgoing.message.expires_at.since_s(outgoing.now).max(0);
        let request = self.request(browser, &service, body, outgoing.now);
        let Some((mut headers, sealed)) = request else {
            return Pushed::Refused("it cannot be encrypted for this browser".into());
        };
        headers.insert(HeaderName::from_static("ttl"), HeaderValue::from(left_s));
        headers.insert(HeaderName::from_static("urgency"), HeaderValue::from_static("high"));
        if let Ok(topic) = HeaderValue::from_str(topic) {
            headers.insert(HeaderName::from_static("topic"), topic);
        }
        let Some(entry) = self.enter(&service) else {
            return Pushed::Failed("its push service is away".into(), None);
        };
        let answer = self.client.post_bytes(&url, headers, sealed).await;
        match answer {
            Ok(answer) => {
                let pushed = match (answer.status.as_u16(), answer.not_taken()) {
                    (404 | 410, _) => Pushed::Gone,
                    (_, None | Some(Handover::Accepted { .. })) => Pushed::Taken,
                    (_, Some(Handover::Refused(why))) => Pushed::Refused(why),
                    (_, Some(Handover::Failed { why, after })) => Pushed::Failed(why, after),
                };
                self.heard(&service, entry, answer.status.is_server_error());
                pushed
            }
            Err(Trouble::Private) => Pushed::Refused(Trouble::Private.to_string()),
            Err(trouble @ (Trouble::Slow | Trouble::Unreachable | Trouble::Broken)) => {
                self.heard(&service, entry, true);
                Pushed::Failed(trouble.to_string(), None)
            }
        }
    }

    /// Encrypts and signs.
    fn request(
        &self,
        browser: &Browser,
        service: &str,
        body: &[u8],
        now: UnixMs,
    ) -> Option<(HeaderMap, Vec<u8>)> {
        let unpadded = |text: &str| text.trim_end_matches('=').to_owned();
        let (p256dh, auth) = (unpadded(&browser.p256dh), unpadded(&browser.auth));
        let info = SubscriptionInfo::new(browser.endpoint.clone(), p256dh, auth);
        let mut signature = self.push.key.signer().add_sub_info(&info);
        signature.add_claim("aud", service);
        signature.add_claim("sub", &*self.push.subject);
        signature.add_claim("exp", now.0 / 1_000 + SIGNED_FOR_S);
        let mut builder = WebPushMessageBuilder::new(&info);
        builder.set_urgency(Urgency::High);
        builder.set_vapid_signature(signature.build().ok()?);
        builder.set_payload(ContentEncoding::Aes128Gcm, body);
        let WebPushPayload { content, crypto_headers, content_encoding } =
            builder.build().ok()?.payload?;
        let mut headers = HeaderMap::new();
        let encoding = HeaderValue::from_static(content_encoding.to_str());
        headers.insert(header::CONTENT_ENCODING, encoding);
        for (name, value) in crypto_headers {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            let mut value = HeaderValue::from_str(&value).ok()?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Some((headers, content))
    }

    fn enter(&self, service: &str) -> Option<Entry> {
        let mut services = self.services.lock();
        if services.len() >= SERVICES && !services.contains_key(service) {
            services.clear();
        }
        match services.entry(service.to_owned()).or_default().enter(Instant::now()) {
            Entry::Wait(_) => None,
            entry @ (Entry::Pass | Entry::Probe) => Some(entry),
        }
    }

    fn heard(&self, service: &str, entry: Entry, is_away: bool) {
        let mut services = self.services.lock();
        let Some(circuit) = services.get_mut(service) else { return };
        if is_away {
            circuit.failed(entry, Instant::now(), |_| AWAY_FOR);
        } else {
            circuit.answered();
        }
    }
}

#[async_trait]
impl Gateway for PushGateway {
    async fn hand_over(&self, outgoing: Outgoing<'_>) -> Handover {
        let browsers = &self.push.browsers;
        let refused = |why: &str| Handover::Refused(why.into());
        let Some(body) = PushBody::of(outgoing.message) else {
            return refused("only offers are pushed");
        };
        let Ok(responder) = outgoing.message.to.parse::<ResponderId>() else {
            return refused("it is to nobody that there is");
        };
        let all = match browsers.of(responder).await {
            Ok(all) => all,
            Err(error) => return Handover::Failed { why: error.to_string(), after: None },
        };
        if all.is_empty() {
            return refused("no browser of this person is to be woken any more");
        }
        let topic = topic(body.offer);
        // Texts, numbers and times only: writing them cannot fail.
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let pushed = all.iter().map(|browser| self.push(browser, &body, &topic, outgoing));
        let pushed = join_all(pushed).await;
        let (mut is_taken, mut failed, mut refusal) = (false, None, None);
        for (browser, pushed) in all.iter().zip(pushed) {
            match pushed {
                Pushed::Taken => is_taken = true,
                Pushed::Gone => {
                    // If that fails, the next push hears it again.
                    if let Err(error) = browsers.forget(responder, &browser.endpoint).await {
                        tracing::debug!(%error, "a browser that is gone is still kept");
                    }
                }
                Pushed::Refused(why) => refusal = Some(why),
                Pushed::Failed(why, after) => failed = Some((why, after)),
            }
        }
        match (is_taken, failed, refusal) {
            (true, _, _) => Handover::Accepted { reference: None },
            (false, Some((why, after)), _) => Handover::Failed { why, after },
            (false, None, Some(why)) => Handover::Refused(why),
            (false, None, None) => refused("every browser of this person is gone"),
        }
    }
}

/// Returns the origin of a push service, which is whom a signature is for.
fn service(url: &Uri) -> String {
    let authority = url.authority().map_or("", |authority| authority.as_str());
    format!("{}://{authority}", url.scheme_str().unwrap_or("https"))
}

/// Returns by what a push service recognises what replaces an earlier message: a withdrawal the offer
/// that a phone without a signal has not got yet. It tells a push service nothing of the offer.
fn topic(offer: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(offer.as_bytes())[..18])
}
