//! Who presses and who looks: made-up seniors, each with a device of one protocol, and an operator, all in
//! a district in which nobody lives.
//!
//! Every data directory has its own, so that of several nodes on one database none joins another's
//! alarms or takes them for its own.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use silverbell_api::{Secrets, hash_password};
use silverbell_domain::{
    CANARY, Category, DeviceId, DistrictId, LatLon, PersonalPlan, Protocol, Senior, SeniorId, Sex,
    UserId,
};
use silverbell_store::{District, NewDevice, NewUser, Store, StoreError, UserRole};
use uuid::Uuid;

use crate::files;

/// In the Gulf of Guinea: no roads, no 120, nobody near.
pub(super) const PLACE: LatLon = LatLon { lat: 0.5, lon: 0.5 };

/// Idents of watches and terminals are this and nine digits; no such number is given out to subscribers
/// in China (mobile numbers begin with 13 to 19).
const NUMBERS_BEGIN: &str = "9";

/// How many digits tell one data directory's from another's.
const DIGITS: usize = 9;

/// How many bytes of chance keys and password come from.
const SECRET_BYTES: usize = 24;

/// What is kept in the data directory.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Cast {
    /// Nine digits by which this directory's are told from others'.
    number: String,
    /// What the operator's password and the devices' keys come from.
    secret: String,
}

impl std::fmt::Debug for Cast {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cast").field("number", &self.number).finish_non_exhaustive()
    }
}

/// Puts in the district in which nobody lives, unless it is there. A feed is opened for the districts
/// that the service finds when it starts.
pub(crate) async fn ensure_district(store: &dyn Store) -> Result<(), StoreError> {
    let id = DistrictId::new(CANARY);
    if store.districts().await?.iter().any(|known| known.id == id) {
        return Ok(());
    }
    let (name, time_zone) = ("自检 Canary".into(), "UTC".into());
    store.put_district(District { id, name, time_zone }).await
}

impl Cast {
    /// Returns the one of the data directory, which is made when none is there.
    pub(super) fn of(data: &Path, secrets: &dyn Secrets) -> Result<Self> {
        let file = data.join("canary");
        match std::fs::read(&file) {
            // What is no number of ours would press as a stranger, and wake people.
            Ok(bytes) => {
                let cast = serde_json::from_slice(&bytes).ok().filter(Self::is_whole);
                cast.with_context(|| {
                    format!("{} is damaged; remove it, and another is made", file.display())
                })
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let token = secrets.token();
                let (number, secret) = token.split_at(token.len() - SECRET_BYTES);
                let number = number.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
                let number = format!("{:09}", number % 1_000_000_000);
                let cast = Self { number, secret: hex::encode(secret) };
                files::write_private(&file, &serde_json::to_vec(&cast)?)?;
                Ok(cast)
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
        }
    }

    fn is_whole(&self) -> bool {
        let are_digits = self.number.bytes().all(|byte| byte.is_ascii_digit());
        let is_secret = hex::decode(&self.secret).is_ok_and(|secret| secret.len() == SECRET_BYTES);
        are_digits && self.number.len() == DIGITS && is_secret
    }

    /// Returns the operator's log-in name.
    pub(super) fn username(&self) -> String {
        format!("canary-{}", self.number)
    }

    /// Returns the operator's password.
    pub(super) fn password(&self) -> String {
        self.secret_of("operator")
    }

    /// Returns the key of the device of a protocol, where it has keys.
    pub(super) fn key(&self, protocol: Protocol) -> Option<String> {
        protocol.has_key().then(|| self.secret_of(protocol.as_str()))
    }

    fn secret_of(&self, whose: &str) -> String {
        hex::encode(Sha256::digest(format!("{} {whose}", self.secret)))
    }

    /// Returns what the device of a protocol calls itself.
    pub(super) fn ident(&self, protocol: Protocol) -> String {
        let number = &self.number;
        match protocol {
            Protocol::Http | Protocol::Osmand | Protocol::Owntracks => format!("canary-{number}"),
            Protocol::Watch | Protocol::H02 => format!("{NUMBERS_BEGIN}{number}"),
            // An IMEI has 15 digits, a number of JT/T 808 12.
            Protocol::Gt06 => format!("{NUMBERS_BEGIN}00000{number}"),
            Protocol::Jt808 => format!("{NUMBERS_BEGIN}00{number}"),
        }
    }

    /// Returns the senior who presses the device of a protocol.
    pub(super) fn senior(&self, protocol: Protocol) -> SeniorId {
        SeniorId(self.identity(&format!("senior {}", protocol.as_str())))
    }

    /// The same name is the same identity at every start.
    fn identity(&self, of: &str) -> Uuid {
        let digest = Sha256::digest(format!("silverbell canary {} {of}", self.number));
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }

    /// Puts in what is missing. Asked before every round: the alarm of a device that is not there would be
    /// a stranger's, and people would be woken for it.
    pub(super) async fn enter(&self, store: &dyn Store, protocols: &[Protocol]) -> Result<()> {
        ensure_district(store).await?;
        let mut missing = Vec::new();
        for protocol in protocols {
            match store.device(*protocol, &self.ident(*protocol)).await? {
                None => missing.push(*protocol),
                Some(device) if device.senior == self.senior(*protocol) => {}
                // People would be woken for it, every minute.
                Some(_) => bail!(
                    "the {} device of the canary belongs to somebody else; remove the file `canary` \
                     from the data directory, and another is made",
                    protocol.as_str()
                ),
            }
        }
        let is_known = store.user_by_name(&self.username()).await?.is_some();
        if missing.is_empty() && is_known {
            return Ok(());
        }
        let district = DistrictId::new(CANARY);
        // A device may be gone whose senior is there.
        let mut seniors = Vec::new();
        for protocol in &missing {
            if store.senior(self.senior(*protocol)).await?.is_none() {
                seniors.push(self.file(*protocol, &district));
            }
        }
        store.put_seniors(seniors).await?;
        let devices = missing.iter().map(|protocol| NewDevice {
            id: DeviceId(self.identity(&format!("device {}", protocol.as_str()))),
            district: district.clone(),
            senior: self.senior(*protocol),
            protocol: *protocol,
            ident: self.ident(*protocol),
            key_sha256: self.key(*protocol).map(|key| Sha256::digest(key.as_bytes()).into()),
            model: None,
        });
        store.put_devices(devices.collect()).await.context(
            "its devices cannot be put in; if somebody removed or retired one, remove the file `canary` \
             from the data directory and start again, and others are made",
        )?;
        if !is_known {
            let password = self.password();
            let hashed = tokio::task::spawn_blocking(move || hash_password(&password)).await?;
            let user = NewUser {
                id: UserId(self.identity("operator")),
                username: self.username(),
                display_name: self.username(),
                password_hash: hashed.map_err(anyhow::Error::msg)?,
                role: UserRole::Operator,
                responder: None,
                districts: vec![district],
            };
            store.put_users(vec![user]).await?;
        }
        Ok(())
    }

    fn file(&self, protocol: Protocol, district: &DistrictId) -> Senior {
        Senior {
            id: self.senior(protocol),
            district: district.clone(),
            name: format!("自检 {}", protocol.as_str()),
            sex: Sex::Female,
            born: "1946-01-01".into(),
            phone: String::new(),
            village: String::new(),
            address: String::new(),
            access: String::new(),
            home: PLACE,
            category: Category::SelfPaid,
            care_level: 0,
            conditions: Vec::new(),
            medicines: Vec::new(),
            allergies: Vec::new(),
            contacts: Vec::new(),
            plan: PersonalPlan::default(),
            tier: None,
            gate: None,
            verified: None,
            temporary: Vec::new(),
            changed_at: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Known;

    impl Secrets for Known {
        fn token(&self) -> [u8; 32] {
            [7; 32]
        }
    }

    #[test]
    fn it_is_made_once_and_whoever_presses_stays_the_same() {
        let home = tempfile::tempdir().expect("a folder");
        let made = Cast::of(home.path(), &Known).expect("made");
        let read = Cast::of(home.path(), &Known).expect("read");
        assert_eq!(made.senior(Protocol::Watch), read.senior(Protocol::Watch));
        assert_ne!(made.senior(Protocol::Watch), read.senior(Protocol::Gt06));
        assert_eq!(made.ident(Protocol::Gt06).len(), 15);
        assert_eq!(made.ident(Protocol::Jt808).len(), 12);
        assert_eq!(made.ident(Protocol::Watch).len(), 10);
        assert_ne!(made.key(Protocol::Http), made.key(Protocol::Owntracks));
        assert!(!format!("{made:?}").contains(&made.secret));
    }

    #[test]
    fn a_damaged_file_presses_as_nobody() {
        let home = tempfile::tempdir().expect("a folder");
        let secret = "07".repeat(SECRET_BYTES);
        for (number, secret) in
            [("x/../é", &*secret), ("12345678", &secret), ("123456789", ""), ("123456789", "zz")]
        {
            let text = serde_json::json!({ "number": number, "secret": secret }).to_string();
            std::fs::write(home.path().join("canary"), text).expect("written");
            let refused = Cast::of(home.path(), &Known).expect_err("refused").to_string();
            assert!(refused.contains("is damaged; remove it"), "{refused}");
        }
    }
}
