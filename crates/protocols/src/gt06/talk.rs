//! A device's connection.

use silverbell_domain::{Protocol, UnixMs};

use super::message::{Login, Photo};
use super::{Frame, FrameBuffer, Message, ack, command, decode, kind};
use crate::{Command, Conversation, Heard};

/// Most bytes of a picture asked for at once; so does Traccar.
const PHOTO_PART: u32 = 1024;

/// What one device has said on its connection.
#[derive(Clone, Debug)]
pub struct Talk {
    buffer: FrameBuffer,
    /// The log-in that came last.
    login: Option<Login>,
    photo: Option<Unsent>,
    /// The serial number of our next command.
    serial: u16,
}

/// A picture of which part is still in the device. We look at none, but a camera insists.
#[derive(Clone, Copy, Debug)]
struct Unsent {
    id: u32,
    received: u32,
    length: u32,
}

impl Talk {
    /// Returns the conversation of a new connection, for frames of at most `max_frame` bytes.
    #[must_use]
    pub const fn new(max_frame: usize) -> Self {
        Self { buffer: FrameBuffer::new(max_frame), login: None, photo: None, serial: 0 }
    }

    fn hear(&mut self, frame: Frame, now: UnixMs) -> Heard {
        let zone_s = self.login.as_ref().map_or(0, |login| login.zone_s);
        let message = decode(&frame, zone_s);
        if message.login.is_some() {
            self.login.clone_from(&message.login);
        }
        let ack = match message.photo {
            Some(photo) if !frame.truncated => self.ask_for(photo),
            Some(_) | None => ack::ack(&frame, &message, now),
        };
        let ident = self.ident(&message);
        Heard { ident, raw: frame.raw, reports: vec![message.report], ack }
    }

    /// Returns whose frame it is: of whom logged in, else of whom the frame itself names.
    fn ident(&self, message: &Message) -> String {
        let logged_in = self.login.as_ref().map(|login| &login.ident);
        logged_in.or(message.named.as_ref()).cloned().unwrap_or_default()
    }

    /// Returns the request for the next part of a picture, `None` once it is here.
    fn ask_for(&mut self, told: Photo) -> Option<Vec<u8>> {
        let photo = match (told, self.photo) {
            (Photo::Is { id, length }, _) => Unsent { id, received: 0, length },
            (Photo::Part { id, length }, Some(photo)) if photo.id == id => {
                Unsent { received: photo.received.saturating_add(length), ..photo }
            }
            (Photo::Part { .. }, _) => return None,
        };
        let left = photo.length.saturating_sub(photo.received).min(PHOTO_PART);
        self.photo = Some(photo).filter(|_| left > 0);
        if left == 0 && matches!(told, Photo::Part { .. }) {
            return None;
        }
        let [_, _, part @ ..] = left.to_be_bytes();
        let content = [&photo.id.to_be_bytes()[..], &photo.received.to_be_bytes(), &part].concat();
        ack::short(kind::STATUS_MODULES, &content, [0; 2])
    }
}

impl Conversation for Talk {
    fn protocol(&self) -> Protocol {
        Protocol::Gt06
    }

    fn push(&mut self, bytes: &[u8]) {
        self.buffer.push(bytes);
    }

    fn next(&mut self, now: UnixMs) -> Option<Heard> {
        let frame = self.buffer.next_frame()?;
        Some(self.hear(frame, now))
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

    fn command(&mut self, ident: &str, asked: &Command, _now: UnixMs) -> Option<Vec<u8>> {
        self.login.as_ref().filter(|login| login.ident == ident)?;
        let command = command::command(asked, self.serial)?;
        self.serial = self.serial.wrapping_add(1);
        Some(command)
    }
}

#[cfg(test)]
#[path = "talk_tests.rs"]
mod tests;
