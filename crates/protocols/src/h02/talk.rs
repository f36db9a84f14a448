//! A device's connection.

use silverbell_domain::{Protocol, UnixMs};

use super::binary;
use super::command::{Address, Dialect};
use super::frame::{Frame, FrameBuffer};
use super::{Options, ack, text};
use crate::{Command, Conversation, Heard};

/// The maker's code that Traccar answers everybody with.
const MAKER: &str = "HQ";

/// Digits of an IMEI.
const IMEI: usize = 15;

/// What one device has said on its connection.
///
/// Binary records are given without their tails, whose lengths differ by maker and are not told.
#[derive(Clone, Debug)]
pub struct Talk {
    buffer: FrameBuffer,
    options: Options,
    /// Who spoke last: records that name nobody are theirs.
    last: Option<Address>,
}

impl Talk {
    /// Returns the conversation of a new connection, for frames of at most `max_frame` bytes.
    #[must_use]
    pub const fn new(max_frame: usize, options: Options) -> Self {
        Self { buffer: FrameBuffer::new(max_frame), options, last: None }
    }

    fn hear(&mut self, frame: Frame, now: UnixMs) -> Option<Heard> {
        if frame.raw.first() == Some(&b'*') {
            self.hear_text(frame, now)
        } else {
            Some(self.hear_binary(frame, now))
        }
    }

    fn hear_text(&mut self, frame: Frame, now: UnixMs) -> Option<Heard> {
        let message = text::read(&frame, now, self.options)?;
        let ack = if frame.truncated { None } else { ack::text(&frame.raw, &message, now) };
        let ident = self.named(&message.ident);
        let tells_dialect = matches!(message.kind.as_str(), "LINK" | "NBR");
        self.remember(&ident, &message.maker, tells_dialect.then_some(Dialect::Pendant));
        Some(Heard { ident, raw: frame.raw, reports: message.reports, ack })
    }

    fn hear_binary(&mut self, frame: Frame, now: UnixMs) -> Heard {
        let record = binary::read(&frame, self.options);
        let own = record.ident.as_deref().filter(|_| !frame.truncated);
        let ack = own.map(|ident| ack::record(ident.as_bytes(), now));
        let ident = self.named(record.ident.as_deref().unwrap_or_default());
        let maker = self.last.as_ref().map_or_else(|| MAKER.to_owned(), |last| last.maker.clone());
        self.remember(&ident, &maker, None);
        Heard { ident, raw: frame.raw, reports: vec![record.report], ack }
    }

    /// Returns the ident that a frame gives, or else the connection's.
    fn named(&self, given: &str) -> String {
        let last = self.last.as_ref().map_or("", |last| last.ident.as_str());
        if given.is_empty() { last.to_owned() } else { given.to_owned() }
    }

    fn remember(&mut self, ident: &str, maker: &str, told: Option<Dialect>) {
        if ident.is_empty() {
            return;
        }
        let known = self.last.as_ref().filter(|last| last.ident == ident).map(|last| last.dialect);
        let is_imei = ident.len() == IMEI && ident.bytes().all(|byte| byte.is_ascii_digit());
        let guessed = if is_imei { Dialect::Imei } else { Dialect::Tracker };
        let dialect = told.or(known).unwrap_or(guessed);
        self.last = Some(Address { ident: ident.to_owned(), maker: maker.to_owned(), dialect });
    }
}

impl Conversation for Talk {
    fn protocol(&self) -> Protocol {
        Protocol::H02
    }

    fn push(&mut self, bytes: &[u8]) {
        self.buffer.push(bytes);
    }

    fn next(&mut self, now: UnixMs) -> Option<Heard> {
        while let Some(frame) = self.buffer.next_frame() {
            if let Some(heard) = self.hear(frame, now) {
                return Some(heard);
            }
        }
        None
    }

    fn close(&mut self) {
        self.buffer.close();
    }

    fn unfinished(&self, now: UnixMs) -> Vec<Heard> {
        let mut copy = self.clone();
        copy.close();
        let heard = std::iter::from_fn(|| copy.next(now));
        heard.map(|heard| Heard { ack: None, ..heard }).collect()
    }

    fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    fn command(&mut self, ident: &str, command: &Command, now: UnixMs) -> Option<Vec<u8>> {
        let last = self.last.as_ref().filter(|last| last.ident == ident)?;
        last.command(command, now)
    }
}

#[cfg(test)]
#[path = "talk_tests.rs"]
mod tests;
