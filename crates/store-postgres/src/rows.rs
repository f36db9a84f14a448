//! From columns to the domain's types and back. What cannot be read is a decode error of the query.

use serde::Serialize;
use serde::de::DeserializeOwned;
use silverbell_domain::{LatLon, Protocol, Ticket};
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgTypeInfo, PgValueRef};
use sqlx::{Decode, Postgres, Type};

use crate::text::unescaped;

/// A text whatever its bytes: what was damaged need not be UTF-8, and must not hide the rest.
#[derive(Debug)]
pub(crate) struct Lossy(String);

impl Lossy {
    /// Returns a word of ours, or a document.
    pub(crate) fn text(self) -> String {
        self.0
    }

    /// Returns a text from outside, as it was said.
    pub(crate) fn said(self) -> String {
        unescaped(self.0)
    }
}

impl Type<Postgres> for Lossy {
    fn type_info() -> PgTypeInfo {
        <String as Type<Postgres>>::type_info()
    }
}

impl<'r> Decode<'r, Postgres> for Lossy {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self(String::from_utf8_lossy(value.as_bytes()?).into_owned()))
    }
}

/// Returns a decode error.
pub(crate) fn decode(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

fn unreadable(what: &str) -> sqlx::Error {
    sqlx::Error::Decode(what.to_owned().into())
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

/// Writes a JSON list, the one argument of a wide statement.
pub(crate) fn list<T: Serialize>(
    items: impl IntoIterator<Item = T>,
) -> Result<String, sqlx::Error> {
    json(&items.into_iter().collect::<Vec<T>>())
}

/// Returns a ticket without its deadlines; the columns are the truth for number and version.
pub(crate) fn ticket(state: &str, version: i64, number: i64) -> Result<Ticket, sqlx::Error> {
    let mut ticket: Ticket = document(state)?;
    ticket.version = version.cast_unsigned();
    ticket.number = number.cast_unsigned();
    Ok(ticket)
}
