//! From bytes to text.

use std::borrow::Cow;

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use crate::ListError;

/// How a text was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with a mark or without.
    Utf8,
    /// UTF-16 with its mark, as spreadsheets save "Unicode text".
    Utf16,
    /// GB18030, which holds GBK and GB 2312.
    Gb18030,
}

impl Encoding {
    /// Returns its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Gb18030 => "gb18030",
        }
    }
}

/// Reads a list's bytes as text, and says of files of another kind which they are.
pub(crate) fn read(bytes: &[u8]) -> Result<(Cow<'_, str>, Encoding), ListError> {
    if let Some(other) = other_kind(bytes) {
        return Err(other);
    }
    let (text, encoding) = match bytes {
        [0xff, 0xfe, rest @ ..] => (decoded(UTF_16LE, rest)?, Encoding::Utf16),
        [0xfe, 0xff, rest @ ..] => (decoded(UTF_16BE, rest)?, Encoding::Utf16),
        bytes => {
            let unmarked = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            match std::str::from_utf8(unmarked) {
                Ok(text) => (Cow::Borrowed(text), Encoding::Utf8),
                Err(_) => (decoded(GB18030, bytes)?, Encoding::Gb18030),
            }
        }
    };
    if text.contains('\0') {
        return Err(ListError::NotText);
    }
    if text.trim().is_empty() {
        return Err(ListError::Empty);
    }
    Ok((text, encoding))
}

fn decoded<'a>(
    encoding: &'static encoding_rs::Encoding,
    bytes: &'a [u8],
) -> Result<Cow<'a, str>, ListError> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or(ListError::NotText)
}

fn other_kind(bytes: &[u8]) -> Option<ListError> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(ListError::Xlsx);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Some(ListError::Xls);
    }
    if bytes.starts_with(b"%PDF") {
        return Some(ListError::Pdf);
    }
    let begin = &bytes[..bytes.len().min(256)];
    let begin = String::from_utf8_lossy(begin).trim_start_matches('\u{feff}').trim().to_lowercase();
    let is_page = ["<!doctype", "<html", "<?xml", "<head", "<table"];
    is_page.iter().any(|mark| begin.starts_with(mark)).then_some(ListError::Html)
}
