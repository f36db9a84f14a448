//! Bytes as hexadecimal text, for serde: half as long as the list of numbers that would stand there
//! otherwise.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

pub(crate) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&written(bytes))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(from)?;
    read(&text).ok_or_else(|| Error::custom("not hexadecimal"))
}

/// The same for a hash that may be missing.
pub(crate) mod hash {
    use super::{Deserialize, Deserializer, Error, Serializer, read, written};

    pub(crate) fn serialize<S: Serializer>(
        hash: &Option<[u8; 32]>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match hash {
            Some(hash) => to.serialize_some(&written(hash)),
            None => to.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<[u8; 32]>, D::Error> {
        let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
        let bytes = read(&text).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Some).ok_or_else(|| Error::custom("not a hash of 32 bytes in hexadecimal"))
    }
}

fn written(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn read(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let value =
        |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let byte = |&[high, low]: &[u8; 2]| Some(value(high)? << 4 | value(low)?);
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_read_as_it_was_written() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(read(&written(&bytes)), Some(bytes));
        assert_eq!(written(&[0x00, 0x0f, 0xf0, 0xff]), "000ff0ff");
        assert_eq!(read(""), Some(Vec::new()));
    }

    #[test]
    fn what_is_not_hexadecimal_is_refused() {
        for text in ["0", "0g", "+1", "000", "é"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
