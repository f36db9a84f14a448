//! The `gt06` protocol: binary frames over TCP, spoken by Concox and Jimi devices and their many
//! relatives, SOS pendants among them.
//!
//! Pure: bytes in, frames and meanings out; no sockets, no clock.
//!
//! ```
//! use silverbell_domain::{SignalKind, UnixMs};
//! use silverbell_protocols::{Conversation, gt06};
//!
//! let mut talk = gt06::Talk::new(gt06::DEFAULT_MAX_FRAME);
//! talk.push(b"\x78\x78\x12\x19\x02\x8f\x0a\x29\xe1\x00\x36\xf1");
//! assert!(talk.next(UnixMs(0)).is_none());
//! talk.push(b"\x20\x03\x04\x01\x02\x00\x08\x75\xdc\x0d\x0a");
//! let heard = talk.next(UnixMs(0)).ok_or("no frame")?;
//! assert_eq!(heard.reports[0].signals, [SignalKind::Sos]);
//! assert_eq!(heard.ack.as_deref(), Some(&b"\x78\x78\x05\x19\x00\x08\x07\x4a\x0d\x0a"[..]));
//! # Ok::<(), &str>(())
//! ```
//!
//! What a frame looks like: `78 78`, a length of one byte (or `79 79` and one of two bytes), the
//! type, its content, a serial number, a checksum, `0d 0a`. The length counts from the type to the
//! checksum, the checksum covers all from the length to the serial number. The rules that hold here:
//!
//! - A frame names its device only in the log-in; the connection remembers it. An alarm before any
//!   log-in is still an alarm.
//! - A wrong checksum is a doubt, not a reason to be deaf: one in six real frames has one. Our own
//!   must be right, or the device stops reporting (traccar/traccar#3282).
//! - An alarm stands in two places, the status bits and the alarm code: both are read, so that no
//!   lesser alarm in one hides an SOS in the other.
//! - The same type has another layout in other firmware. What can be told by lengths is told by
//!   them; models are not known here.

mod ack;
mod alarm;
mod command;
mod crc;
mod cut;
mod events;
mod frame;
mod kind;
mod layout;
mod located;
mod message;
mod modules;
mod network;
mod parts;
mod reader;
mod status;
mod talk;
mod text;

pub use frame::{DEFAULT_MAX_FRAME, Frame, FrameBuffer};
pub use message::{Message, decode};
pub use talk::Talk;
