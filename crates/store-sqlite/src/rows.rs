//! From columns to the domain's types. What cannot be read is a decode error of the query.

use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use silverbell_domain::{LatLon, Protocol, Ticket};
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteTypeInfo, SqliteValueRef};
use sqlx::{Decode, Sqlite, Type};

/// A text whatever its bytes: what was damaged need not be UTF-8, and must not hide the rest.
#[derive(Debug)]
pub(crate) struct Lossy(String);

impl Lossy {
    pub(crate) fn text(self) -> String {
        self.0
    }
}

impl Type<Sqlite> for Lossy {
    fn type_info() -> SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }
}

impl<'r> Decode<'r, Sqlite> for Lossy {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        let bytes = <&[u8] as Decode<Sqlite>>::decode(value)?;
        Ok(Self(String::from_utf8_lossy(bytes).into_owned()))
    }
}

/// Returns a decode error.
pub(crate) fn decode(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

fn unreadable(what: &str) -> sqlx::Error {
    sqlx::Error::Decode(what.to_owned().into())
}

/// Returns an identity.
pub(crate) fn id<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    text: &str,
) -> Result<T, sqlx::Error> {
    text.parse().map_err(decode)
}

/// Returns a hash.
pub(crate) fn hash(bytes: &[u8]) -> Result<[u8; 32], sqlx::Error> {
    bytes.try_into().map_err(decode)
}

/// Returns a protocol.
pub(crate) fn protocol(word: &str) -> Result<Protocol, sqlx::Error> {
    Protocol::parse(word).ok_or_else(|| unreadable("unknown protocol"))
}

/// Returns a point.
pub(crate) fn point(lat: f64, lon: f64) -> Result<LatLon, sqlx::Error> {
    LatLon::new(lat, lon).ok_or_else(|| unreadable("a position off the globe"))
}

/// Returns a JSON document.
pub(crate) fn document<T: DeserializeOwned>(text: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(text).map_err(decode)
}

/// Writes a JSON document.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<String, sqlx::Error> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}

/// Returns a ticket without its deadlines; the columns are the truth for number and version.
pub(crate) fn ticket(state: &str, version: i64, number: i64) -> Result<Ticket, sqlx::Error> {
    let mut ticket: Ticket = document(state)?;
    ticket.version = version.cast_unsigned();
    ticket.number = number.cast_unsigned();
    Ok(ticket)
}
