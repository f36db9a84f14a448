//! What phones, watches and pendants say, and how they are answered.
//!
//! Pure: bytes in, [`Heard`] out; no sockets, no clock, no chance. A connection's side of a protocol
//! is a [`Conversation`]; the gateway pushes into it what it received, keeps what was said, and then
//! sends the ack that the conversation gave. Nothing here fails: what cannot be understood is passed
//! over, and what may be an alarm is one, with a [`Doubt`].
//!
//! ```
//! use silverbell_domain::{SignalKind, UnixMs};
//! use silverbell_protocols::{Conversation, watch};
//!
//! let mut watch = watch::Talk::new(watch::DEFAULT_MAX_FRAME);
//! watch.push(b"noise[3G*8800000015*000D*AL,210726,0203");
//! assert!(watch.next(UnixMs(0)).is_none());
//! watch.push(b"04,V,0,N,0,E,0,0,0,0,0,22,0,0,00010000,0,0,0]");
//! let heard = watch.next(UnixMs(0)).ok_or("no frame")?;
//! assert_eq!(heard.ident, "8800000015");
//! assert_eq!(heard.reports[0].signals, [SignalKind::Sos]);
//! assert_eq!(heard.ack.as_deref(), Some(&b"[3G*8800000015*0002*AL]"[..]));
//! # Ok::<(), &str>(())
//! ```

mod alarm_words;
mod conversation;
pub mod gt06;
pub mod h02;
mod heard;
pub mod http_request;
mod json;
pub mod jt808;
pub mod name;
mod network;
pub mod osmand;
pub mod owntracks;
pub mod telephone;
pub mod watch;

pub use conversation::Conversation;
pub use heard::{Doubt, Fix, Heard, Notice, Report};
pub use network::{Cell, Wifi};
pub use silverbell_domain::DeviceCommand as Command;
