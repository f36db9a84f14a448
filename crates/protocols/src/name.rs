//! The names that devices give themselves and their events.

use sha2::{Digest, Sha256};

/// The longest name kept as it is, characters; `device add` takes none longer.
pub const MAX_NAME: usize = 128;

/// Returns a name as it is kept, empty if there is none: without control characters, for firmware
/// pads its names with them, and one too long as its hash, for even that device is told from others.
#[must_use]
pub fn kept(text: &str) -> String {
    let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
    let text = text.trim();
    if text.chars().count() > MAX_NAME {
        return hex::encode(Sha256::digest(text.as_bytes()));
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_no_part_of_a_name() {
        for padded in ["d-17", " d-17\r\n", "d-17\0\0\0", "\u{7f}d-17\t"] {
            assert_eq!(kept(padded), "d-17", "{padded:?}");
        }
        assert_eq!(kept(" \0 "), "");
    }

    #[test]
    fn names_too_long_are_told_apart() {
        let long = "表".repeat(MAX_NAME);
        assert_eq!(kept(&long), long);
        let (one, other) = (kept(&format!("{long}1")), kept(&format!("{long}2")));
        assert_eq!((one.len(), one == other), (64, false));
    }
}
