//! The token of an offer's one-time link: which offer, and a tag that only the data key makes. So no
//! token is kept anywhere: an offer that nobody opened by its link has nothing that could be stolen.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use silverbell_domain::OfferId;
use silverbell_seal::Seals;
use uuid::Uuid;

/// What the tag is of, beside the offer: no other tag is one.
const ABOUT: &[u8] = b"offer link";

/// So many bytes of the tag are in it: nobody guesses 128 bits, and a text message stays short.
const TAG: usize = 16;

/// An offer's identity, bytes.
const ID: usize = 16;

/// Returns the token of an offer's link.
#[must_use]
pub fn offer_token(seals: &Seals, offer: OfferId) -> String {
    let id = offer.0.as_bytes();
    let tag = seals.tag(&[ABOUT, id].concat());
    URL_SAFE_NO_PAD.encode([&id[..], &tag[..TAG]].concat())
}

/// Returns the offer whose token this is; `None` when it is nobody's.
#[must_use]
pub fn offer_of_token(seals: &Seals, token: &str) -> Option<OfferId> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|it| it.len() == ID + TAG)?;
    let (id, tag) = bytes.split_at(ID);
    let is_ours = seals.is_tag(&[ABOUT, id].concat(), tag);
    is_ours.then(|| Uuid::from_slice(id).ok().map(OfferId)).flatten()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use silverbell_seal::{DataKey, Nonces};

    use super::*;

    struct Fixed;

    impl Nonces for Fixed {
        fn nonce(&self) -> [u8; 12] {
            [7; 12]
        }
    }

    fn seals(key: u8) -> Seals {
        Seals::new(DataKey::new([key; 32]), Vec::new(), Arc::new(Fixed))
    }

    fn offer(n: u128) -> OfferId {
        OfferId(Uuid::from_u128(n))
    }

    #[test]
    fn a_token_names_its_offer_and_fits_into_a_text_message() {
        let token = offer_token(&seals(1), offer(5));
        assert_eq!(offer_of_token(&seals(1), &token), Some(offer(5)));
        assert!(token.len() <= 43, "{token}");
        assert!(token.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it)));
        assert_ne!(token, offer_token(&seals(1), offer(6)));
    }

    #[test]
    fn a_token_of_another_key_or_with_any_letter_changed_is_nobodys() {
        let token = offer_token(&seals(1), offer(5));
        assert_eq!(offer_of_token(&seals(2), &token), None);
        for at in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).expect("letters");
            assert_eq!(offer_of_token(&seals(1), &forged), None, "letter {at}");
        }
        for length in 0..token.len() {
            assert_eq!(offer_of_token(&seals(1), &token[..length]), None, "{length} letters");
        }
        for wrong in ["", " ", "银铃", &format!("{token}A"), &"A".repeat(100_000)] {
            assert_eq!(offer_of_token(&seals(1), wrong), None);
        }
    }

    #[test]
    fn another_offers_identity_does_not_go_with_this_tag() {
        let (one, two) = (offer_token(&seals(1), offer(5)), offer_token(&seals(1), offer(6)));
        let mixed = format!("{}{}", &one[..22], &two[22..]);
        assert_eq!(offer_of_token(&seals(1), &mixed), None);
    }
}
