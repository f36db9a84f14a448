//! Where people sit on the roads: for each node, who can get there first along the edge he is on.
//!
//! A search that settles a node meets everybody who leaves his edge there. Everybody is in two lists
//! at most, one for each direction of his edge; to move him is to unlink and link, whatever the size
//! of the map or the number of people.

use silverbell_domain::ResponderId;

use crate::RoadMap;
use crate::map::Snap;

/// No link: the end of a list, or a direction that may not be travelled.
const NONE: u32 = u32::MAX;

/// Everybody's seats.
#[derive(Debug, Default)]
pub(super) struct Seats {
    seats: Vec<Seat>,
    free: Vec<u32>,
    /// For each node the first link of its list. A link is a seat and a direction: `2 * seat + direction`.
    first_at: Vec<u32>,
}

/// Somebody on an edge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seat {
    pub(super) who: ResponderId,
    pub(super) snap: Snap,
    /// Along the edge, and against it.
    exits: [Exit; 2],
}

#[derive(Clone, Copy, Debug)]
struct Exit {
    node: u32,
    ms: u32,
    next: u32,
    prev: u32,
}

impl Seats {
    /// Returns seats on so many nodes.
    pub(super) fn new(nodes: usize) -> Self {
        Self { first_at: vec![NONE; nodes], ..Self::default() }
    }

    /// Seats somebody; returns the number of the seat.
    pub(super) fn take(&mut self, who: ResponderId, snap: Snap, map: &RoadMap) -> u32 {
        let exits = snap.exits(&map.tables(), map.times()).map(|exit| {
            let (node, ms) = exit.unwrap_or((NONE, 0));
            Exit { node, ms, next: NONE, prev: NONE }
        });
        let seat = Seat { who, snap, exits };
        let number = match self.free.pop() {
            Some(number) => {
                self.seats[number as usize] = seat;
                number
            }
            None => {
                self.seats.push(seat);
                self.seats.len() as u32 - 1
            }
        };
        (0..2).for_each(|direction| self.link(2 * number + direction));
        number
    }

    /// Frees a seat.
    pub(super) fn leave(&mut self, number: u32) {
        (0..2).for_each(|direction| self.unlink(2 * number + direction));
        self.free.push(number);
    }

    /// Returns who can get to this node first, with the number of the seat and what that takes.
    pub(super) fn at(&self, node: u32) -> impl Iterator<Item = (u32, u32)> {
        let mut link = self.first_at[node as usize];
        std::iter::from_fn(move || {
            let exit = *self.exit(link)?;
            let number = link / 2;
            link = exit.next;
            Some((number, exit.ms))
        })
    }

    /// Returns a seat that is taken.
    pub(super) fn seat(&self, number: u32) -> &Seat {
        &self.seats[number as usize]
    }

    fn exit(&self, link: u32) -> Option<&Exit> {
        Some(&self.seats.get(link as usize / 2)?.exits[link as usize % 2])
    }

    fn exit_mut(&mut self, link: u32) -> Option<&mut Exit> {
        Some(&mut self.seats.get_mut(link as usize / 2)?.exits[link as usize % 2])
    }

    fn link(&mut self, link: u32) {
        let Some(node) = self.exit(link).map(|exit| exit.node).filter(|node| *node != NONE) else {
            return;
        };
        let first = std::mem::replace(&mut self.first_at[node as usize], link);
        if let Some(after) = self.exit_mut(first) {
            after.prev = link;
        }
        if let Some(exit) = self.exit_mut(link) {
            exit.next = first;
        }
    }

    fn unlink(&mut self, link: u32) {
        let Some(Exit { node, next, prev, .. }) = self.exit(link).copied() else { return };
        if node == NONE {
            return;
        }
        match self.exit_mut(prev) {
            Some(before) => before.next = next,
            None => self.first_at[node as usize] = next,
        }
        if let Some(after) = self.exit_mut(next) {
            after.prev = prev;
        }
    }
}
