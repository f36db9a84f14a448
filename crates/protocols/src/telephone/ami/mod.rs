//! Asterisk's manager interface (AMI), over TCP, port 5038 (5039 with TLS).
//!
//! The exchange says `Asterisk Call Manager/…`, the client logs in ([`login`]), and events follow:
//! lines `Key: Value`, ended by a blank line. Channels of one call share a `Linkedid`, which is the
//! `Uniqueid` of its first channel. The user wants, in `manager.conf`, `read = call,agent,dialplan,
//! reporting` (`dialplan` only for recordings and [`RESULT_VARIABLE`](super::cause::RESULT_VARIABLE))
//! and `write = call,originate,reporting,system`.
//!
//! Events tell a caller's number, but never whether it may be shown; so [`Talk`] asks
//! (`Getvar CALLERID(pres)`) about every call that comes in, and a [`Caller`](super::CallEvent::Caller)
//! event follows if it is withheld.

mod action;
mod hear;
mod talk;

pub use action::{Originate, hangup, list_calls, login, logoff, originate, ping};
pub use talk::Talk;
