//! The telephone: what an exchange says of calls, as [`CallEvent`]s.
//!
//! Two exchanges are understood: Asterisk by its manager interface ([`ami`]), FreeSWITCH by its event
//! socket ([`esl`]). Pure: bytes in, events out, and bytes to send. A connection's side is a `Talk`:
//!
//! ```
//! use silverbell_protocols::telephone::{CallEvent, DEFAULT_MAX_MESSAGE, Lines, ami};
//!
//! let mut talk = ami::Talk::new(Lines::default(), DEFAULT_MAX_MESSAGE);
//! talk.push(b"Asterisk Call Manager/11.0.0\r\nEvent: Newchannel\r\nChannel: PJSIP/trunk-01\r\n");
//! assert!(talk.next().is_none());
//! talk.push(b"ChannelState: 4\r\nCallerIDNum: +8613800138000\r\nUniqueid: 7.1\r\nLinkedid: 7.1\r\n\r\n");
//! let Some(CallEvent::Ringing { from, .. }) = talk.next() else { return Err("not ringing") };
//! assert_eq!(from.number.ok_or("no number")?.as_str(), "13800138000");
//! # Ok::<(), &str>(())
//! ```
//!
//! How a session uses a `Talk`:
//!
//! 1. Connect; push what comes in; after every push take all events out by `next`, then all bytes to
//!    send by `to_send`, and send them. [`Link`] tells when to log in and whether that went well.
//! 2. Once logged in, send `list_calls`: calls in progress are told as if they began now.
//! 3. Send a keepalive every 20 s or so; a connection that says nothing for three of them is dead.
//! 4. On a new connection keep the `Talk`, call `reconnected`, log in, send `list_calls`: a call that
//!    ended meanwhile is then told as ended, an unanswered one as missed. A new `Talk` (a restart of
//!    the service) tells calls in progress again: record them by the call's name, each once.
//!
//! The rules that hold here:
//!
//! - Whoever calls from outside is told at once, before any answer, whatever else is unknown. A
//!   withheld number that the carrier tells us all the same is kept, and marked.
//! - Only a person answers a call; a queue, a menu and an announcement do not.
//! - Every call that was told ends, once. Ones between seats are not told.

pub mod ami;
mod call;
mod calls;
pub mod cause;
pub mod esl;
mod event;
mod lines;
mod link;
mod message;
mod number;
mod recent;

use message::{Message, Reader, Style};

pub use event::{CallEvent, CallResult, Direction, Party};
pub use lines::Lines;
pub use link::{Link, Unsendable};
pub use message::DEFAULT_MAX_MESSAGE;
pub use number::{AreaCode, Number, is_withheld};
