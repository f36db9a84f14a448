//! A byte stream, in whatever pieces it comes.

use silverbell_domain::UnixMs;
use silverbell_protocols::{Conversation, Heard};

/// The service's time in these tests: 2026-11-22 00:00 UTC.
pub(crate) const NOW: UnixMs = UnixMs(1_795_305_600_000);

/// Returns what a new conversation hears of a stream that comes in these pieces.
pub(crate) fn hear(mut talk: impl Conversation, pieces: &[&[u8]]) -> Vec<Heard> {
    let mut all = Vec::new();
    for piece in pieces {
        talk.push(piece);
        all.extend(std::iter::from_fn(|| talk.next(NOW)));
    }
    all
}

/// Checks that a stream says the same wherever it is split, and byte by byte.
pub(crate) fn says_the_same_in_pieces<C: Conversation>(new: fn() -> C, stream: &[u8]) {
    let whole = hear(new(), &[stream]);
    for at in 0..=stream.len() {
        let (left, right) = stream.split_at(at);
        assert_eq!(hear(new(), &[left, right]), whole, "split at {at}: {stream:02x?}");
    }
    assert_eq!(hear(new(), &stream.chunks(1).collect::<Vec<_>>()), whole, "{stream:02x?}");
}
