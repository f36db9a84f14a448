//! A push service for tests: a real server whose subscribers read what they are sent with their own keys,
//! and which takes only what is signed as RFC 8292 wants it. It shares no code with what sends.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey};
use parking_lot::Mutex;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::Value;
use sha2::{Digest, Sha256};
use silverbell_domain::Clock;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::browsers::Browser;

/// A signature is good for a day at most, seconds.
const SIGNED_FOR_AT_MOST_S: i64 = 24 * 3_600;

/// So many pushes are recorded; later ones are answered and forgotten.
const RECORDED: usize = 1_000;

/// A push that came, as its subscriber read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// To which subscriber.
    pub subscriber: u32,
    /// What it says.
    pub body: Value,
    /// How long it is of use, seconds.
    pub ttl: u32,
    /// How urgent.
    pub urgency: String,
    /// What it replaces, and what replaces it.
    pub topic: String,
    /// Whose key signed it.
    pub key: String,
    /// Whom the push service can write to.
    pub subject: String,
}

/// A push service. Cheap to clone.
#[derive(Clone)]
pub struct FakePush(Arc<Inner>);

struct Inner {
    origin: String,
    clock: Arc<dyn Clock>,
    pushes: Mutex<Vec<Pushed>>,
    refused: Mutex<Vec<String>>,
    answer: Mutex<StatusCode>,
}

impl FakePush {
    /// Serves on a free port of this machine, in a task of its own.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn start(clock: Arc<dyn Clock>, stop: CancellationToken) -> std::io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address: SocketAddr = listener.local_addr()?;
        let fake = Self(Arc::new(Inner {
            origin: format!("http://{address}"),
            clock,
            pushes: Mutex::default(),
            refused: Mutex::default(),
            answer: Mutex::new(StatusCode::CREATED),
        }));
        let router = Router::new().route("/push/{n}", post(take)).with_state(fake.clone());
        let serve = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
        tokio::spawn(async move { serve.await });
        Ok(fake)
    }

    /// Returns what the `n`th subscriber's browser says of itself.
    #[must_use]
    pub fn subscriber(&self, n: u32) -> Browser {
        let public = keys(n).map(|(secret, auth)| (point(&secret.public_key()), auth));
        let (point, auth) = public.unwrap_or_default();
        Browser {
            endpoint: format!("{}/push/{n}", self.0.origin),
            p256dh: URL_SAFE_NO_PAD.encode(point),
            auth: URL_SAFE_NO_PAD.encode(auth),
        }
    }

    /// Answers so from now on.
    pub fn answer(&self, status: StatusCode) {
        *self.0.answer.lock() = status;
    }

    /// Returns what was taken, in order.
    #[must_use]
    pub fn pushes(&self) -> Vec<Pushed> {
        self.0.pushes.lock().clone()
    }

    /// Returns why pushes were not taken that were wrong.
    #[must_use]
    pub fn refused(&self) -> Vec<String> {
        self.0.refused.lock().clone()
    }

    fn read(&self, n: u32, headers: &HeaderMap, body: &[u8]) -> Result<Pushed, String> {
        let text = |name: &str| {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            value.map(str::to_owned).ok_or_else(|| format!("no {name}"))
        };
        let (key, claims) = signed(&text("authorization")?)?;
        let now_s = self.0.clock.now().0 / 1_000;
        let exp = claims["exp"].as_i64().ok_or("no exp")?;
        if claims["aud"] != *self.0.origin || exp <= now_s || exp > now_s + SIGNED_FOR_AT_MOST_S {
            return Err(format!("signed for somebody else or some other time: {claims}"));
        }
        if text("content-encoding")? != "aes128gcm" {
            return Err("not aes128gcm".into());
        }
        let (secret, auth) = keys(n).ok_or("no such subscriber")?;
        let plain = open(&secret, &auth, body).ok_or("the subscriber cannot read it")?;
        Ok(Pushed {
            subscriber: n,
            body: serde_json::from_slice(&plain).map_err(|error| error.to_string())?,
            ttl: text("ttl")?.parse().map_err(|_| "a ttl that is no number")?,
            urgency: text("urgency")?,
            topic: text("topic")?,
            key,
            subject: claims["sub"].as_str().unwrap_or_default().to_owned(),
        })
    }
}

async fn take(
    State(fake): State<FakePush>,
    Path(n): Path<u32>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let answer = *fake.0.answer.lock();
    if answer != StatusCode::CREATED {
        return answer;
    }
    match fake.read(n, &headers, &body) {
        Ok(pushed) => {
            let mut pushes = fake.0.pushes.lock();
            if pushes.len() < RECORDED {
                pushes.push(pushed);
            }
            StatusCode::CREATED
        }
        Err(why) => {
            fake.0.refused.lock().push(why);
            StatusCode::BAD_REQUEST
        }
    }
}

/// Returns the private key and the secret of a subscriber.
fn keys(n: u32) -> Option<(SecretKey, [u8; 16])> {
    let secret = SecretKey::from_slice(&Sha256::digest(format!("subscriber {n}"))).ok()?;
    let auth: [u8; 32] = Sha256::digest(format!("auth {n}")).into();
    Some((secret, auth.first_chunk().copied()?))
}

fn point(key: &PublicKey) -> Vec<u8> {
    key.to_encoded_point(false).as_bytes().to_vec()
}

/// Returns whose key signed it and what is claimed (RFC 8292, JWS with ES256).
fn signed(authorization: &str) -> Result<(String, Value), String> {
    let parts = authorization.strip_prefix("vapid ").ok_or("no vapid")?;
    let part = |name: &str| {
        let found = parts.split(',').find_map(|it| it.trim().strip_prefix(name));
        found.ok_or_else(|| format!("no {name}"))
    };
    let (token, key) = (part("t=")?, part("k=")?);
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|error| error.to_string());
    let (message, signature) = token.rsplit_once('.').ok_or("no token")?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decode(key)?)
        .verify(message.as_bytes(), &decode(signature)?)
        .map_err(|_| "the signature is not of this key")?;
    let (_, claims) = message.split_once('.').ok_or("no claims")?;
    let claims = serde_json::from_slice(&decode(claims)?).map_err(|error| error.to_string())?;
    Ok((key.to_owned(), claims))
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Option<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    parts.iter().for_each(|part| mac.update(part));
    Some(mac.finalize().into_bytes().into())
}

/// Reads a message of one record (RFC 8188, RFC 8291).
fn open(secret: &SecretKey, auth: &[u8], body: &[u8]) -> Option<Vec<u8>> {
    let (salt, rest) = body.split_at_checked(16)?;
    let (_record, rest) = rest.split_at_checked(4)?;
    let (length, rest) = rest.split_first()?;
    let (sender, record) = rest.split_at_checked(usize::from(*length))?;
    let key = PublicKey::from_sec1_bytes(sender).ok()?;
    let shared = p256::ecdh::diffie_hellman(secret.to_nonzero_scalar(), key.as_affine());
    let ours = point(&secret.public_key());
    let shared: &[u8] = shared.raw_secret_bytes().as_ref();
    let first = hmac(auth, &[shared])?;
    let input = hmac(&first, &[b"WebPush: info\0", &ours, sender, &[1]])?;
    let second = hmac(salt, &[&input])?;
    let cipher = hmac(&second, &[b"Content-Encoding: aes128gcm\0", &[1]])?;
    let nonce = hmac(&second, &[b"Content-Encoding: nonce\0", &[1]])?;
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, cipher.get(..16)?).ok()?);
    let nonce = Nonce::try_assume_unique_for_key(nonce.get(..12)?).ok()?;
    let mut record = record.to_vec();
    let plain = cipher.open_in_place(nonce, Aad::empty(), &mut record).ok()?;
    // Behind what is said stands a 2, and then zeros.
    let end = plain.iter().rposition(|byte| *byte != 0)?;
    (plain.get(end) == Some(&2)).then(|| plain[..end].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8291, appendix A: what this reads by is right whoever writes.
    #[test]
    fn the_standards_own_message_is_read() {
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
        let secret = decode("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94");
        let secret = SecretKey::from_slice(&secret).expect("a key");
        let auth = decode("BTBZMqHH6r4Tts7J_aSIgg");
        let body = decode(concat!(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml",
            "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT",
            "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        ));
        let plain = open(&secret, &auth, &body).expect("read");
        assert_eq!(plain, b"When I grow up, I want to be a watermelon");
        let mut changed = body;
        changed[90] ^= 1;
        assert_eq!(open(&secret, &auth, &changed), None);
    }

    #[test]
    fn a_signature_by_another_key_is_none() {
        assert!(signed("vapid t=a.b.c, k=AAAA").is_err());
        assert!(signed("WebPush a.b.c").is_err());
    }
}
