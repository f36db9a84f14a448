//! Protocols over TCP.
//!
//! An input is three sizes of pieces, taken in turn, and the stream that comes in such pieces.

use silverbell_domain::SignalKind;
use silverbell_protocols::{Command, Conversation, Heard};

use crate::heard::{self, NOW};

/// Largest frame: more than nearly all real ones have, and less than an input, so that the bound is
/// met.
pub const MAX_FRAME: usize = 256;

/// Checks what a conversation makes of an input; `sos` is a good alarm of its protocol.
pub fn check<C: Conversation>(new: fn() -> C, sos: &[u8], input: &[u8]) {
    let Some((sizes, stream)) = input.split_first_chunk() else { return };
    let mut talk = new();
    let live = hear(&mut talk, &[stream]);
    let unfinished = talk.unfinished(NOW);
    assert!(unfinished.iter().all(|heard| heard.ack.is_none()), "{unfinished:?}");
    let last = close(&mut talk);
    assert_eq!(without_acks(&last), unfinished, "as was said of it before");
    let mut in_pieces = new();
    assert_eq!(hear(&mut in_pieces, &pieces(sizes, stream)), live, "in pieces and in one");
    assert_eq!(close(&mut in_pieces), last, "in pieces and in one");
    an_sos_comes_out(new(), sos, stream);
}

/// Returns a stream in pieces of at least one byte.
fn pieces<'a>(sizes: &[u8; 3], mut stream: &'a [u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for size in sizes.iter().cycle() {
        let (piece, rest) = stream.split_at(stream.len().min(1 + usize::from(*size)));
        pieces.push(piece);
        stream = rest;
        if stream.is_empty() {
            break;
        }
    }
    pieces
}

/// Returns what is heard of these pieces.
fn hear(talk: &mut impl Conversation, pieces: &[&[u8]]) -> Vec<Heard> {
    let mut all = Vec::new();
    for piece in pieces {
        talk.push(piece);
        all.extend(drain(talk));
    }
    all
}

/// Returns what is heard when the device hangs up.
fn close(talk: &mut impl Conversation) -> Vec<Heard> {
    talk.close();
    let last = drain(talk);
    assert!(talk.is_empty(), "bytes are held of a connection that is closed");
    last
}

fn drain(talk: &mut impl Conversation) -> Vec<Heard> {
    let all: Vec<_> = std::iter::from_fn(|| talk.next(NOW)).collect();
    for heard in &all {
        heard::check(heard);
        assert!(heard.raw.len() <= MAX_FRAME, "a frame without bound: {heard:?}");
    }
    all
}

fn without_acks(all: &[Heard]) -> Vec<Heard> {
    all.iter().map(|heard| Heard { ack: None, ..heard.clone() }).collect()
}

/// Checks that an alarm behind any stream is heard, whatever was sent meanwhile.
fn an_sos_comes_out(mut talk: impl Conversation, sos: &[u8], stream: &[u8]) {
    let before = hear(&mut talk, &[stream]);
    command(&mut talk, before.last().map_or("", |heard| &heard.ident));
    let behind = hear(&mut talk, &[sos]);
    let Some(last) = behind.last() else { panic!("an SOS is lost behind {stream:02x?}") };
    assert!(sos.ends_with(&last.raw), "an SOS is lost behind {stream:02x?}: {last:?}");
    let (signals, doubts) = (&last.reports[0].signals, &last.reports[0].doubts);
    assert_eq!((&signals[..], &doubts[..]), (&[SignalKind::Sos][..], &[][..]), "{last:?}");
}

/// Sends every command to who spoke last, and to somebody else.
fn command(talk: &mut impl Conversation, ident: &str) {
    let numbers = ["0596120", "", "+8613800000000", "1"].map(str::to_owned).to_vec();
    let all = [Command::Locate, Command::Answered, Command::Ring, Command::SosNumbers(numbers)];
    for asked in &all {
        let bytes = talk.command(ident, asked, NOW);
        assert!(bytes.is_none_or(|bytes| !bytes.is_empty()));
        assert_eq!(talk.command(&format!("{ident}?"), asked, NOW), None, "to nobody here");
    }
}
