//! What the file looks like: frames one after another, and zeros behind them.
//!
//! A frame is a mark of 4 bytes, a byte of state, the length of the body (4 bytes, little-endian),
//! the first 8 bytes of SHA-256 over length and body, and the body. The first frame of a file holds
//! the number of its format, every other one an alarm as JSON.
//!
//! Whatever cannot be read is passed over to the next mark. A body is text in UTF-8, in which the
//! first byte of the mark never occurs: no device can send anything that is taken for a frame.

use std::ops::Range;

use sha2::{Digest, Sha256};
use silverbell_domain::Alarm;

/// The format that is written here. It goes up when an older silverbell could no longer read what a
/// newer one writes; that an [`Alarm`] reads what was written before is up to its serde attributes.
const FORMAT: u32 = 1;

/// The longest body: an SOS of 64 KiB, in hexadecimal 128 KiB, and room for the names around it.
/// Nothing longer comes from the gateway; a length beyond it is damage.
pub(crate) const MAX_BODY: usize = 256 * 1024;

const MARK: [u8; 4] = [0xFF, b'S', b'O', b'S'];

/// Where in a frame its state stands.
const STATE_AT: usize = MARK.len();

/// Mark, state, length and check.
const HEAD: usize = MARK.len() + 1 + 4 + CHECK;

const CHECK: usize = 8;

// Far apart in bits, so that no little damage makes one of the other.
const IS_FORMAT: u8 = 0x3C;
const IS_WAITING: u8 = 0xA5;
const IS_RECORDED: u8 = 0x5A;

/// Returns what a file begins with.
pub(crate) fn beginning() -> Vec<u8> {
    frame(IS_FORMAT, FORMAT.to_string().as_bytes())
}

/// Returns the frame of an alarm that waits; the bytes it would take, if it cannot be kept.
pub(crate) fn waiting(alarm: &Alarm) -> Result<Vec<u8>, usize> {
    let body = serde_json::to_vec(alarm).unwrap_or_default();
    // A promise to keep it is a promise to read it again.
    let is_readable = serde_json::from_slice::<Alarm>(&body).is_ok();
    if body.len() > MAX_BODY || !is_readable {
        return Err(HEAD + body.len());
    }
    Ok(frame(IS_WAITING, &body))
}

/// Returns where the state of the frame at `at` stands, and what says there that it is recorded.
pub(crate) fn recorded_mark(at: usize) -> (usize, u8) {
    (at + STATE_AT, IS_RECORDED)
}

fn frame(state: u8, body: &[u8]) -> Vec<u8> {
    // No body is longer than `MAX_BODY`.
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes();
    [&MARK, &[state][..], &length, &check_of(length, body), body].concat()
}

fn check_of(length: [u8; 4], body: &[u8]) -> [u8; CHECK] {
    let digest: [u8; 32] = Sha256::new().chain_update(length).chain_update(body).finalize().into();
    std::array::from_fn(|n| digest[n])
}

/// A frame whose check is right.
struct Frame<'a> {
    state: u8,
    body: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Reads the frame that these bytes begin with.
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&MARK)?;
        let (&state, rest) = rest.split_first()?;
        let (&length, rest) = rest.split_first_chunk()?;
        let (&check, rest) = rest.split_first_chunk()?;
        let size = usize::try_from(u32::from_le_bytes(length)).ok()?;
        let body = rest.get(..size).filter(|_| size <= MAX_BODY)?;
        (check_of(length, body) == check).then_some(Self { state, body })
    }
}

/// What a file holds.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The number of a format that is newer than this one.
    pub(crate) newer: Option<u32>,
    /// The alarms that wait, in order, and where their frames are.
    pub(crate) waiting: Vec<(Alarm, Range<usize>)>,
    /// So many pieces could not be read.
    pub(crate) damaged: usize,
    /// From here on there are only zeros.
    pub(crate) end: usize,
}

/// Reads a file. No bytes are refused: what cannot be read is counted and passed over.
pub(crate) fn read(bytes: &[u8]) -> Found {
    let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    let bytes = &bytes[..end];
    let mut found = Found { end, ..Found::default() };
    let mut at = 0;
    let mut is_in_damage = false;
    while at < end {
        let Some(frame) = Frame::read(&bytes[at..]) else {
            let begins_anew = bytes[at..].starts_with(&MARK);
            if begins_anew || (bytes[at] != 0 && !is_in_damage) {
                found.damaged += 1;
                is_in_damage = true;
            }
            at += 1;
            continue;
        };
        let place = at..at + HEAD + frame.body.len();
        at = place.end;
        is_in_damage = false;
        match frame.state {
            IS_RECORDED => {}
            IS_FORMAT => match read_format(frame.body) {
                Some(format) if format > FORMAT => found.newer = Some(format),
                Some(_) => {}
                None => found.damaged += 1,
            },
            // A damaged state, too: what is recorded twice is recognised, what is lost is lost.
            _ => match serde_json::from_slice(frame.body) {
                Ok(alarm) => found.waiting.push((alarm, place)),
                Err(_) => found.damaged += 1,
            },
        }
    }
    found
}

fn read_format(body: &[u8]) -> Option<u32> {
    std::str::from_utf8(body).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use silverbell_domain::{Flag, LatLon, PositionSource};
    use silverbell_testkit::{CountingIds, Press, START};

    use super::*;

    /// A file with one alarm, written by the first version. Whoever makes it unreadable takes SOS away
    /// that wait while silverbell is being updated.
    const WRITTEN_LONG_AGO: &[u8] = include_bytes!("../tests/format_1.journal");

    fn alarm() -> Alarm {
        let place = LatLon { lat: 24.5123, lon: 117.6543 };
        Press::of(1)
            .id("e-1")
            .pressed_at(START.plus_s(-3))
            .fix(PositionSource::Gps, place, START.plus_s(-60))
            .doubted(Flag::ClockOff)
            .bytes(b"{\"device\":\"d-1\"}\xFF")
            .alarm(&CountingIds::default())
    }

    #[test]
    fn a_file_of_the_first_version_is_still_read() {
        let found = read(WRITTEN_LONG_AGO);
        assert_eq!((found.waiting.len(), found.damaged, found.newer), (1, 0, None));
        assert_eq!(found.waiting[0].0, alarm());
    }

    #[test]
    fn a_newer_format_is_recognised() {
        let newer = frame(IS_FORMAT, b"2");
        assert_eq!(read(&newer).newer, Some(2));
        assert_eq!(read(&beginning()).newer, None);
    }

    #[test]
    fn a_flipped_bit_in_the_state_never_forgets_an_alarm_nor_makes_it_a_newer_format() {
        let whole = waiting(&alarm()).unwrap();
        for bit in 0..8 {
            let mut bytes = whole.clone();
            bytes[STATE_AT] ^= 1 << bit;
            assert_eq!(read(&bytes).waiting.len(), 1);
        }
    }

    #[test]
    fn a_body_never_holds_what_looks_like_a_frame() {
        let inner = waiting(&alarm()).unwrap();
        let ident = String::from_utf8_lossy(&inner).into_owned();
        let outer = Press::unknown(&ident).bytes(&inner).alarm(&CountingIds::default());
        let bytes = waiting(&outer).unwrap();
        assert!(!bytes[HEAD..].contains(&MARK[0]));
        let found = read(&bytes[1..]);
        assert_eq!((found.waiting.len(), found.damaged), (0, 1), "nothing inside is taken for one");
    }

    #[test]
    fn neighbours_that_are_damaged_are_counted_one_by_one() {
        let mut bytes =
            [beginning(), waiting(&alarm()).unwrap(), waiting(&alarm()).unwrap()].concat();
        let last = bytes.len() - 1;
        bytes[last / 2] ^= 1;
        bytes[last] ^= 1;
        assert_eq!((read(&bytes).waiting.len(), read(&bytes).damaged), (0, 2));
    }

    #[test]
    fn what_cannot_be_read_again_is_not_promised() {
        let nowhere = LatLon { lat: f64::NAN, lon: 117.0 };
        let press = Press::of(1).fix(PositionSource::Gps, nowhere, START);
        assert!(waiting(&press.alarm(&CountingIds::default())).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_make_the_reader_fail(bytes in prop::collection::vec(
            prop_oneof![Just(0), Just(MARK[0]), Just(b'S'), Just(b'O'), any::<u8>()],
            0..600,
        )) {
            let found = read(&bytes);
            prop_assert!(found.end <= bytes.len());
            prop_assert!(found.damaged <= bytes.len());
        }

        #[test]
        fn any_bytes_after_a_mark_are_survived(state: u8, length in 0..600_u32, rest: Vec<u8>) {
            let bytes = [&MARK[..], &[state], &length.to_le_bytes(), &rest].concat();
            prop_assert!(read(&bytes).waiting.is_empty());
        }
    }
}
