//! What a backend asks before it folds a batch, and the rows it finds: each kind travels as one JSON
//! list. Texts may be kept otherwise than they were said; `kept` and `said` turn one into the other.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize};
use silverbell_domain::{
    Alarm, DeviceId, DistrictId, KnownDevice, LatLon, Protocol, SeniorId, SignalId, Ticket,
    TicketId, UnixMs, Who,
};

use crate::{Context, SeenSignal, StoreError, StoredTicket, body_sha256, needs_of, stays_of};

/// What is asked about an alarm.
#[derive(Clone, Debug, Serialize)]
pub struct Asked<'a> {
    /// Over which protocol it came.
    pub protocol: Protocol,
    /// Its ident.
    pub ident: Cow<'a, str>,
    /// The ident as tickets of unknown devices keep it, `protocol/ident`.
    pub unknown_ident: String,
    /// The device's own identity of the event.
    pub event_id: Option<Cow<'a, str>>,
    /// Hash of its bytes, hex.
    pub body: String,
    /// Since when a signal without an own identity can be the same.
    pub since: UnixMs,
}

impl<'a> Asked<'a> {
    /// Returns what is asked about an alarm, its texts as they are kept.
    #[must_use]
    pub fn about(alarm: &'a Alarm, kept: impl Fn(&str) -> Cow<'_, str>) -> Self {
        Self {
            protocol: alarm.protocol,
            ident: kept(&alarm.ident),
            unknown_ident: kept(&format!("{}/{}", alarm.protocol.as_str(), alarm.ident))
                .into_owned(),
            event_id: alarm.event_id.as_deref().map(kept),
            body: hex::encode(body_sha256(&alarm.raw)),
            since: SeenSignal::window_start(alarm.received_at),
        }
    }
}

/// A device that speaks, with what is needed of its senior.
#[derive(Clone, Debug, Deserialize)]
pub struct DeviceRow {
    /// Identity.
    pub id: DeviceId,
    /// What it speaks.
    pub protocol: Protocol,
    /// What it calls itself.
    pub ident: String,
    /// The district of its senior.
    pub district: DistrictId,
    /// Whose it is.
    pub senior: SeniorId,
    /// SHA-256 of its key, hex.
    pub key: Option<String>,
    /// The senior's name.
    pub name: String,
    /// The senior's birth.
    pub born: String,
    /// The senior's village.
    pub village: String,
    /// What is peculiar to the senior; see [`needs_of`].
    pub needs: String,
    /// The senior's door, WGS-84 degrees.
    pub lat: f64,
    /// The senior's door, WGS-84 degrees.
    pub lon: f64,
}

impl DeviceRow {
    /// Puts the device into the context.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the row makes no sense.
    pub fn put(
        self,
        context: &mut Context,
        said: impl Fn(String) -> String,
    ) -> Result<(), StoreError> {
        let home = LatLon::new(self.lat, self.lon)
            .ok_or_else(|| StoreError::Corrupt("a home off the globe".into()))?;
        let (name, born, village) = (said(self.name), said(self.born), said(self.village));
        let needs = said(self.needs);
        let device = KnownDevice {
            id: self.id,
            district: self.district,
            senior: self.senior,
            who: Who { name, born, village },
            home,
            stays: stays_of(&needs),
            needs: needs_of(&needs),
            key_sha256: self.key.as_deref().map(hash).transpose()?,
        };
        context.devices.insert((self.protocol, said(self.ident)), device);
        Ok(())
    }
}

/// A signal that may be the same as one that comes.
#[derive(Clone, Debug, Deserialize)]
pub struct SeenRow {
    /// Identity.
    pub id: SignalId,
    /// Over which protocol.
    pub protocol: Protocol,
    /// From which ident.
    pub ident: String,
    /// The device's own identity of the event.
    pub event_id: Option<String>,
    /// Hash of its bytes, hex.
    pub body: String,
    /// Whether the device proved to be it.
    #[serde(deserialize_with = "flag")]
    pub verified: bool,
    /// When it came.
    pub received_at: UnixMs,
    /// Its ticket.
    pub ticket: TicketId,
    /// Whether it joined that ticket.
    #[serde(deserialize_with = "flag")]
    pub joined: bool,
}

impl SeenRow {
    /// Puts the signal into the context.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the row makes no sense.
    pub fn put(
        self,
        context: &mut Context,
        said: impl Fn(String) -> String,
    ) -> Result<(), StoreError> {
        context.seen.push(SeenSignal {
            id: self.id,
            protocol: self.protocol,
            body_sha256: hash(&self.body)?,
            verified: self.verified,
            received_at: self.received_at,
            ticket: self.ticket,
            joined: self.joined,
            event_id: self.event_id.map(&said),
            ident: said(self.ident),
        });
        Ok(())
    }
}

/// A ticket that alarms may join or that commits change; the document only where the ticket itself
/// is needed.
#[derive(Clone, Debug, Deserialize)]
pub struct OpenRow {
    /// Identity.
    pub id: TicketId,
    /// The district, where the backend wants to know.
    #[serde(default)]
    pub district: Option<DistrictId>,
    /// Number of its last event.
    pub version: i64,
    /// Number within the district.
    pub number: i64,
    /// Hash of its last event, hex.
    pub chain: String,
    /// The ticket's document.
    pub state: Option<String>,
}

impl OpenRow {
    /// Puts the ticket into the context, and under those for whom it is the open one.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the row makes no sense.
    pub fn put(self, context: &mut Context) -> Result<(), StoreError> {
        let (version, number) = (self.version.cast_unsigned(), self.number.cast_unsigned());
        let ticket = match &self.state {
            Some(state) => {
                let ticket: Ticket = serde_json::from_str(state).map_err(corrupt)?;
                // The columns are the truth for number and version.
                Some(Arc::new(Ticket { version, number, ..ticket }))
            }
            None => None,
        };
        if let Some(ticket) = &ticket {
            if let Some(senior) = ticket.senior.filter(|_| ticket.is_emergency()) {
                context.open_by_senior.insert(senior, self.id);
            }
            if let Some(ident) = &ticket.unknown_ident {
                context.open_by_ident.insert(ident.clone(), self.id);
            }
        }
        let stored = StoredTicket { ticket, version, number, chain: hash(&self.chain)? };
        // The same ticket may be found with its document and without.
        let known = context.tickets.entry(self.id).or_insert_with(|| stored.clone());
        if known.ticket.is_none() {
            *known = stored;
        }
        Ok(())
    }
}

fn corrupt(error: impl fmt::Display) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

fn hash(text: &str) -> Result<[u8; 32], StoreError> {
    hex::decode(text).map_err(corrupt)?.try_into().map_err(|_| corrupt("a hash of another length"))
}

/// Reads `true` as well as 1: not every database has flags.
fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    struct Flag;

    impl Visitor<'_> for Flag {
        type Value = bool;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a flag")
        }

        fn visit_bool<E: Error>(self, flag: bool) -> Result<bool, E> {
            Ok(flag)
        }

        fn visit_u64<E: Error>(self, flag: u64) -> Result<bool, E> {
            Ok(flag != 0)
        }
    }

    from.deserialize_any(Flag)
}
