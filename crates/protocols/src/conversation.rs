//! One connection's side of a protocol.

use silverbell_domain::{Protocol, UnixMs};

use crate::{Command, Heard};

/// What one connection has said and been told. Holds at most one unfinished frame of a bounded size
/// once [`Self::next`] has returned `None`.
pub trait Conversation: Send + Sync {
    /// Returns which protocol this is.
    fn protocol(&self) -> Protocol;

    /// Appends what was received. Take everything out by [`Self::next`] before pushing more.
    fn push(&mut self, bytes: &[u8]);

    /// Returns what the next whole frame says, `None` until more bytes are pushed. `now` is the
    /// service's time: some acks tell it to the device.
    fn next(&mut self, now: UnixMs) -> Option<Heard>;

    /// Says that no more bytes will come: what is left is then given as truncated frames, for an SOS
    /// whose last bytes were lost with the connection is still an SOS.
    fn close(&mut self);

    /// Returns what the bytes held would say if nothing more came, and keeps them: the rest may yet
    /// come. Such frames are never acknowledged.
    fn unfinished(&self, now: UnixMs) -> Vec<Heard>;

    /// Returns whether no byte is held.
    fn is_empty(&self) -> bool;

    /// Returns the bytes of a command to the device of this ident, `None` if the protocol has no such
    /// command or this device is not on this connection.
    fn command(&mut self, ident: &str, command: &Command, now: UnixMs) -> Option<Vec<u8>>;
}
