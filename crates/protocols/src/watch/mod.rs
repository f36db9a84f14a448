//! The `watch` protocol: bracketed text frames over TCP, spoken by most Chinese senior watches.
//!
//! Pure: bytes in, frames and meanings out; no sockets, no clock.
//!
//! ```
//! use silverbell_domain::SignalKind;
//! use silverbell_protocols::watch::{FrameBuffer, ack, decode};
//!
//! let mut buffer = FrameBuffer::default();
//! buffer.push(b"noise[3G*8800000015*000D*AL,210726,0203");
//! assert!(buffer.next_frame().is_none());
//! buffer.push(b"04,V,0,N,0,E,0,0,0,0,0,22,0,0,00010000,0,0,0]");
//! let frame = buffer.next_frame().ok_or("no frame")?;
//! let message = decode(&frame);
//! assert_eq!(message.report.signals, [SignalKind::Sos]);
//! assert_eq!(ack(&frame, &message).as_deref(), Some(&b"[3G*8800000015*0002*AL]"[..]));
//! # Ok::<(), &str>(())
//! ```
//!
//! What a frame looks like: `[maker*ident*length*content]`, or `[maker*ident*index*length*content]`.
//! The content is a command, then fields, all parted by commas. The rules that hold here:
//!
//! - Frames end where the brackets say. The length is never believed: it is wrong in a third of
//!   the real frames, some firmware writing it in decimal.
//! - All alarm bits are read, so that no lesser alarm hides an SOS.
//! - An alarm frame that cannot be read is an SOS with a [`Doubt`]: somebody may be on the floor.

mod ack;
mod fields;
mod frame;
mod message;
mod network;
mod talk;

use ack::command;

pub use ack::{COMMAND_INDEX, ack};
pub use frame::{DEFAULT_MAX_FRAME, Frame, FrameBuffer, FrameStats};
pub use message::{Message, decode};
pub use talk::Talk;
