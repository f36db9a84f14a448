//! A device's connection.

use silverbell_domain::{Protocol, UnixMs};

use super::ack::{self, Message};
use super::assembly::{Assembled, Assembly};
use super::draft::Draft;
use super::frame::{Cut, FrameBuffer};
use super::header::{Address, Frame, without_leading_zeros};
use super::{id, message};
use crate::{Command, Conversation, Doubt, Heard, Report};

/// Most devices known of one connection. Mostly there is one; a relay speaks for several.
const MAX_PEERS: usize = 16;

/// What has been said on one connection.
#[derive(Clone, Debug)]
pub struct Talk {
    buffer: FrameBuffer,
    assembly: Assembly,
    /// Who speaks here, the last to speak last.
    peers: Vec<Peer>,
    /// The running number of our next frame.
    serial: u16,
}

/// A device that speaks on this connection.
#[derive(Clone, Debug)]
struct Peer {
    ident: String,
    address: Address,
    /// Message and running number of its last alarm.
    alarm: Option<(u16, u16)>,
}

impl Talk {
    /// Returns the conversation of a new connection, for frames of at most `max_frame` bytes.
    #[must_use]
    pub fn new(max_frame: usize) -> Self {
        let buffer = FrameBuffer::new(max_frame);
        Self { buffer, assembly: Assembly::default(), peers: Vec::new(), serial: 0 }
    }

    fn hear(&mut self, frame: Frame, now: UnixMs) -> Heard {
        let ident = frame.address.ident();
        let reports = self.reports(&frame);
        let answer = ack::answer(&frame, now).map(|answer| self.encode(&answer, &frame.address));
        let heard = Heard { ident, raw: frame.raw, reports, ack: answer };
        let alarm = heard.alarm().map(|_| (frame.id, frame.serial));
        self.remember(&heard.ident, frame.address, alarm);
        heard
    }

    fn reports(&mut self, frame: &Frame) -> Vec<Report> {
        let mut reports = match frame.packet {
            Some(packet) if id::is_location(frame.id) && !frame.truncated => {
                read_assembled(frame.id, self.assembly.offer(frame, packet))
            }
            Some(packet) if packet.index > 1 => vec![Draft::default().report(true)],
            _ => read(frame.id, &frame.body, frame.checks || frame.truncated),
        };
        if let Some(last) = reports.last_mut().filter(|_| frame.truncated) {
            last.doubts.push(Doubt::Truncated);
        }
        reports
    }

    /// Writes a frame and counts it.
    fn encode(&mut self, message: &Message, to: &Address) -> Vec<u8> {
        let bytes = message.encode(to, self.serial);
        self.serial = self.serial.wrapping_add(1);
        bytes
    }

    fn remember(&mut self, ident: &str, address: Address, alarm: Option<(u16, u16)>) {
        let known = self.peers.iter().position(|peer| peer.ident == ident);
        let known = known.map(|at| self.peers.remove(at));
        let alarm = alarm.or(known.and_then(|peer| peer.alarm));
        if self.peers.len() >= MAX_PEERS {
            self.peers.remove(0);
        }
        self.peers.push(Peer { ident: ident.to_owned(), address, alarm });
    }
}

fn read(message: u16, body: &[u8], checks: bool) -> Vec<Report> {
    message::read(message, body).into_iter().map(|draft| draft.report(checks)).collect()
}

/// Reads what is there of a message in packets. Before its end it tells alarms only, and those once;
/// the whole message then tells everything.
fn read_assembled(message: u16, assembled: Assembled<'_>) -> Vec<Report> {
    let mut reports = match assembled {
        Assembled::Whole { body, checks } => read(message, &body, checks),
        Assembled::Beginning { body, checks, told } => {
            let mut alarms = read(message, &body, checks);
            alarms.retain(|report| !*told && report.alarm().is_some());
            *told |= !alarms.is_empty();
            alarms
        }
        Assembled::Part => Vec::new(),
    };
    if reports.is_empty() {
        reports.push(Draft::default().report(true));
    }
    reports
}

impl Conversation for Talk {
    fn protocol(&self) -> Protocol {
        Protocol::Jt808
    }

    fn push(&mut self, bytes: &[u8]) {
        self.buffer.push(bytes);
    }

    fn next(&mut self, now: UnixMs) -> Option<Heard> {
        match self.buffer.next_cut()? {
            Cut::Frame(frame) => Some(self.hear(frame, now)),
            Cut::Sentence { ident, raw } => {
                let reports = vec![Draft::default().report(true)];
                let ack = ack::answer_sentence(&raw, now);
                Some(Heard { ident, raw, reports, ack })
            }
        }
    }

    fn close(&mut self) {
        self.buffer.close();
    }

    fn unfinished(&self, now: UnixMs) -> Vec<Heard> {
        let mut copy = self.clone();
        copy.close();
        std::iter::from_fn(|| copy.next(now)).map(|heard| Heard { ack: None, ..heard }).collect()
    }

    fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    fn command(&mut self, ident: &str, asked: &Command, _now: UnixMs) -> Option<Vec<u8>> {
        let ident = without_leading_zeros(ident);
        let peer = self.peers.iter().find(|peer| peer.ident == ident)?;
        let (to, message) = (peer.address.clone(), ack::command(&peer.address, peer.alarm, asked)?);
        Some(self.encode(&message, &to))
    }
}

#[cfg(test)]
#[path = "talk_tests.rs"]
mod tests;
