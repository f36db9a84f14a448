//! Signatures of bodies: `Silverbell-Signature: t=<unix seconds>,v1=<HMAC-SHA256 of "t.body", hex>`.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use silverbell_domain::UnixMs;

use crate::receipts::BadReceipt;
use crate::settings::Secret;

/// The header that carries it.
pub const SIGNATURE_HEADER: &str = "silverbell-signature";

/// A signature is believed for so long before and after its time, seconds.
pub const TOLERANCE_S: i64 = 300;

fn mac(secret: &Secret, t_s: i64, body: &[u8]) -> Option<Hmac<Sha256>> {
    // An empty key would be everybody's; of any other length it is taken.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose()?.as_bytes()).ok()?;
    mac.update(t_s.to_string().as_bytes());
    mac.update(b".");
    mac.update(body);
    Some(mac)
}

/// Returns the header's value for a body, `None` when there is no secret to sign with.
#[must_use]
pub fn sign(secret: &Secret, now: UnixMs, body: &[u8]) -> Option<String> {
    let t_s = now.0.div_euclid(1_000);
    let mac = mac(secret, t_s, body)?;
    Some(format!("t={t_s},v1={}", hex::encode(mac.finalize().into_bytes())))
}

/// Verifies a header's value, in constant time. Of several `v1` (while a secret is changed) one has
/// to be right.
///
/// # Errors
/// What is wrong with it.
pub fn verify(secret: &Secret, header: &str, body: &[u8], now: UnixMs) -> Result<(), BadReceipt> {
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let t_s = parts().find(|(key, _)| *key == "t").and_then(|(_, t)| t.parse::<i64>().ok());
    let t_s = t_s.ok_or(BadReceipt::NoSignature)?;
    if secret.expose().is_none() {
        return Err(BadReceipt::NoSecret);
    }
    // A header is a few KiB at most, so these are few.
    let is_ours = parts().filter(|(key, _)| *key == "v1").any(|(_, given)| {
        let given = hex::decode(given).ok();
        let mac = mac(secret, t_s, body);
        given.zip(mac).is_some_and(|(given, mac)| mac.verify_slice(&given).is_ok())
    });
    if !is_ours {
        return Err(BadReceipt::Forged);
    }
    if t_s.abs_diff(now.0.div_euclid(1_000)) > TOLERANCE_S.unsigned_abs() {
        return Err(BadReceipt::Stale);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use silverbell_testkit::START;

    use super::*;

    #[test]
    fn a_signature_is_what_common_webhooks_compute() {
        let secret = Secret::new("whsec");
        let header = sign(&secret, UnixMs(1_700_000_000_999), b"{\"a\":1}").expect("signed");
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac whsec
        assert_eq!(
            header,
            "t=1700000000,v1=8ad37ba156048ae0e0a5533c75cdf26fee88b07f93cb57ee4c80adb053012032"
        );
    }

    #[test]
    fn only_the_same_body_time_and_secret_pass_and_only_for_five_minutes() {
        let secret = Secret::new("s");
        let header = sign(&secret, START, b"body").expect("signed");
        let check =
            |secret: &Secret, header: &str, body: &[u8], now| verify(secret, header, body, now);
        assert_eq!(check(&secret, &header, b"body", START), Ok(()));
        for within_s in [-TOLERANCE_S, TOLERANCE_S] {
            assert_eq!(check(&secret, &header, b"body", START.plus_s(within_s)), Ok(()));
        }
        for beyond_s in [-TOLERANCE_S - 1, TOLERANCE_S + 1] {
            let now = START.plus_s(beyond_s);
            assert_eq!(check(&secret, &header, b"body", now), Err(BadReceipt::Stale));
        }
        assert_eq!(check(&secret, &header, b"Body", START), Err(BadReceipt::Forged));
        assert_eq!(check(&Secret::new("t"), &header, b"body", START), Err(BadReceipt::Forged));
        let later = header.replace(&format!("t={}", START.0 / 1_000), "t=1795226999");
        assert_eq!(check(&secret, &later, b"body", START), Err(BadReceipt::Forged));
        let changed = format!("{header},v1=00");
        assert_eq!(check(&secret, &changed, b"body", START), Ok(()), "while a secret is changed");
        for rubbish in ["", "t=,v1=", "v1=00", "t=x", "nothing"] {
            assert_eq!(check(&secret, rubbish, b"body", START), Err(BadReceipt::NoSignature));
        }
        assert_eq!(check(&secret, "t=1", b"body", START), Err(BadReceipt::Forged));
    }

    #[test]
    fn without_a_secret_nothing_is_signed_and_nothing_believed() {
        let none = Secret::new("");
        assert_eq!(sign(&none, START, b"body"), None);
        let forged = format!("t={},v1=00", START.0 / 1_000);
        assert_eq!(verify(&none, &forged, b"body", START), Err(BadReceipt::NoSecret));
    }
}
