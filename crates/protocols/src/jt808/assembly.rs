//! Puts messages together that come in several packets.

use std::collections::BTreeMap;

use super::header::{Address, Frame, Packet};

/// Most messages held unfinished at once. A device sends one after the other.
const MAX_MESSAGES: usize = 4;

/// Most packets of a message, and most bytes of all that is held: a batch of 800 reports.
const MAX_PACKETS: u16 = 64;
const MAX_BYTES: usize = 24 * 1024;

/// The unfinished messages of a connection, the longest untouched first.
#[derive(Clone, Debug, Default)]
pub(super) struct Assembly {
    messages: Vec<Unfinished>,
}

#[derive(Clone, Debug)]
struct Unfinished {
    address: Address,
    id: u16,
    total: u16,
    parts: BTreeMap<u16, Vec<u8>>,
    checks: bool,
    /// Whether an alarm in it was already told.
    told: bool,
}

/// What a packet makes of its message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Assembled<'a> {
    /// The message, as much of it as there will be, and whether all its check bytes were right.
    Whole { body: Vec<u8>, checks: bool },
    /// Its beginning, which this packet has made longer: an alarm there cannot wait for the rest.
    Beginning { body: Vec<u8>, checks: bool, told: &'a mut bool },
    /// A later part, which says nothing yet.
    Part,
}

impl Assembly {
    /// Takes a packet in. The numbers of a message's frames should follow each other; they do not in
    /// real firmware, so a message is known by device, number and count of packets. A packet that
    /// comes again with other content begins the message anew.
    pub(super) fn offer(&mut self, frame: &Frame, packet: Packet) -> Assembled<'_> {
        let Packet { total, index } = packet;
        if total < 2 || index == 0 || index > total {
            return Assembled::Whole { body: frame.body.clone(), checks: frame.checks };
        }
        if total > MAX_PACKETS {
            // Too long to be held: its beginning is all that can be read.
            return match index {
                1 => Assembled::Whole { body: frame.body.clone(), checks: frame.checks },
                _ => Assembled::Part,
            };
        }
        let mut message =
            self.remove(frame, total).unwrap_or_else(|| Unfinished::new(frame, total));
        if message.parts.get(&index).is_some_and(|known| *known != frame.body) {
            message = Unfinished::new(frame, total);
        }
        message.parts.insert(index, frame.body.clone());
        message.checks &= frame.checks;
        if message.is_whole() || message.bytes() > MAX_BYTES {
            return Assembled::Whole { body: message.beginning(), checks: message.checks };
        }
        self.keep(message, index)
    }

    fn remove(&mut self, frame: &Frame, total: u16) -> Option<Unfinished> {
        let at = self.messages.iter().position(|message| message.is_of(frame, total))?;
        Some(self.messages.remove(at))
    }

    fn keep(&mut self, message: Unfinished, index: u16) -> Assembled<'_> {
        self.messages.push(message);
        let bytes = |messages: &[Unfinished]| messages.iter().map(Unfinished::bytes).sum::<usize>();
        while self.messages.len() > MAX_MESSAGES || bytes(&self.messages) > MAX_BYTES {
            self.messages.remove(0);
        }
        match self.messages.last_mut().filter(|message| message.begins_with(index)) {
            Some(message) => {
                let (body, checks) = (message.beginning(), message.checks);
                Assembled::Beginning { body, checks, told: &mut message.told }
            }
            None => Assembled::Part,
        }
    }

    /// Returns how many bytes are held.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.messages.iter().map(Unfinished::bytes).sum()
    }
}

impl Unfinished {
    fn new(frame: &Frame, total: u16) -> Self {
        let (address, id) = (frame.address.clone(), frame.id);
        Self { address, id, total, parts: BTreeMap::new(), checks: true, told: false }
    }

    fn is_of(&self, frame: &Frame, total: u16) -> bool {
        (&self.address, self.id, self.total) == (&frame.address, frame.id, total)
    }

    fn is_whole(&self) -> bool {
        self.parts.len() == usize::from(self.total)
    }

    /// Returns whether every packet up to this one is there.
    fn begins_with(&self, index: u16) -> bool {
        (1..=index).all(|index| self.parts.contains_key(&index))
    }

    /// Returns the parts from the first to the first that is missing.
    fn beginning(&self) -> Vec<u8> {
        (1..=self.total).map_while(|index| self.parts.get(&index)).flatten().copied().collect()
    }

    fn bytes(&self) -> usize {
        self.parts.values().map(Vec::len).sum()
    }
}

#[cfg(test)]
#[path = "assembly_tests.rs"]
mod tests;
