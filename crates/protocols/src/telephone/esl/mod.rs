//! FreeSWITCH's event socket (ESL, inbound mode), over TCP, port 8021.
//!
//! The exchange asks for the password (`auth/request`), the client answers ([`auth`]), subscribes
//! ([`subscribe`]), and events follow: a head with a length and a type, then the event as lines
//! `Key: value` with the values percent-encoded, ended by a blank line. An event's lines end
//! themselves, so the length of the head is not needed, and a wrong one harms nothing.
//!
//! Events as JSON (`event json`) are read, too, by their length.

mod command;
mod event;
mod talk;

pub use command::{Originate, auth, exit, hangup, keepalive, list_calls, originate, subscribe};
pub use talk::Talk;
