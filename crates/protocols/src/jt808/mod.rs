//! JT/T 808, the Chinese national standard of vehicle terminals, over TCP; small trackers and
//! devices for persons speak it, too. Headers of 2011/2013 and of 2019.
//!
//! Pure: bytes in, meanings out; no sockets, no clock.
//!
//! ```
//! use silverbell_domain::{SignalKind, UnixMs};
//! use silverbell_protocols::{Command, Conversation, jt808};
//!
//! let mut talk = jt808::Talk::new(jt808::DEFAULT_MAX_FRAME);
//! // A location cut after its alarm flags: the SOS key, and no fix.
//! talk.push(b"\x7e\x02\x00\x00\x08\x01\x00\x00\x00\x00\x07\x00\x2a");
//! talk.push(b"\x00\x00\x00\x01\x00\x00\x00\x00\x27\x7e");
//! let heard = talk.next(UnixMs(0)).ok_or("no frame")?;
//! assert_eq!((&*heard.ident, &heard.reports[0].signals[..]), ("10000000007", &[SignalKind::Sos][..]));
//! assert_eq!(
//!     heard.ack.as_deref(),
//!     Some(&b"\x7e\x80\x01\x00\x05\x01\0\0\0\0\x07\0\0\0\x2a\x02\0\0\xaa\x7e"[..])
//! );
//! assert!(talk.command("10000000007", &Command::Answered, UnixMs(0)).is_some());
//! # Ok::<(), &str>(())
//! ```
//!
//! What a frame looks like: `7e`, message (2 bytes), attributes (2), in 2019 a version (1), number (6
//! or 10, two digits a byte), running number (2), for a packet of a long message their count and its
//! index (2 each), body, check byte, `7e`. The rules that hold here:
//!
//! - Frames end where the delimiters say; the length is not believed.
//! - The device is who its number says, leading zeros ignored; it need not log in.
//! - The emergency flag is an SOS whatever else is set, fix or none. It comes again with every report
//!   until it is confirmed with result 4, [`crate::Command::Answered`]; result 0 only says that the
//!   frame arrived (SmallChi/JT808#46).
//! - A message in several packets is put together within bounds; an alarm in its beginning is told
//!   at once.

mod ack;
mod assembly;
mod bytes;
mod draft;
mod escape;
mod extension;
mod frame;
mod header;
mod id;
mod items;
mod location;
mod lock;
mod message;
mod network;
mod talk;
#[cfg(test)]
mod testing;
mod time;
mod transparent;

pub use frame::DEFAULT_MAX_FRAME;
pub use talk::Talk;
