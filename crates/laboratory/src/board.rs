//! The board side: what the service knows in memory. A restart throws it away and reads the kept side.
//! It follows commits as the dispatcher's board does: in the order of numbers, and anew after a gap.

use std::collections::BTreeSet;
use std::sync::Arc;

use silverbell_domain::{
    Answers, LatLon, Person, Policy, Responder, ResponderId, Ticket, TicketId, TravelTimes, UnixMs,
    WorkingSet,
};
use silverbell_store::Advance;

use crate::ways::{Index, Ways};

/// What the service knows in memory.
#[derive(Debug)]
pub struct Board {
    /// The district as it is thought to stand.
    pub set: WorkingSet,
    index: Box<dyn Index>,
    dirty: BTreeSet<TicketId>,
    latest: UnixMs,
    stale_ms: i64,
}

impl Board {
    /// Returns a board with what was read.
    pub(crate) fn read(
        set: WorkingSet,
        tickets: Vec<Ticket>,
        responders: impl Iterator<Item = Arc<Responder>>,
        ways: &Ways,
        policy: &Policy,
        now: UnixMs,
    ) -> Self {
        let stale_ms = i64::from(policy.dispatch.position_stale_s) * 1_000;
        let index = ways.index();
        let mut board = Self { set, index, dirty: BTreeSet::new(), latest: now, stale_ms };
        for ticket in tickets {
            board.dirty.insert(ticket.id);
            board.set.put(Arc::new(ticket));
        }
        for responder in responders {
            let id = responder.id;
            let answers = Answers::default();
            let mut person =
                Person { responder, heard_at: None, position: None, answers, on_call: None };
            person.pull_back(now);
            board.set.people.insert(id, person);
            board.place(id, now);
        }
        board
    }

    /// Returns how long ways take, with everybody on duty in it.
    pub(crate) fn travel(&self) -> &dyn TravelTimes {
        &*self.index
    }

    /// Applies a committed step. Returns whether it followed the last one.
    pub(crate) fn advance(&mut self, advance: &Advance, now: UnixMs) -> bool {
        let seq = self.set.seq;
        if advance.seq < seq || (advance.seq == seq && advance.prev < advance.seq) {
            return true;
        }
        if advance.prev != seq {
            return false;
        }
        let mut is_somebody_free = false;
        for responder in &advance.responders {
            let id = responder.id;
            let person = self.set.people.entry(id).or_insert_with(|| Person {
                responder: responder.clone(),
                heard_at: None,
                position: None,
                answers: Answers::default(),
                on_call: None,
            });
            is_somebody_free |= responder.on_duty;
            person.responder = responder.clone();
            self.place(id, now);
            self.dirty.extend(self.set.tickets_of(id).map(|ticket| ticket.id));
        }
        let happened = advance.happened.iter().map(|happened| &happened.ticket);
        for ticket in happened.chain(&advance.rescheduled) {
            let known = self.set.tickets().get(&ticket.id);
            if known.is_none_or(|known| ticket.version >= known.version) {
                self.dirty.insert(ticket.id);
                is_somebody_free |= self.set.put(ticket.clone());
                self.dirty.extend(self.set.interrupted_by(ticket));
            }
        }
        if is_somebody_free {
            self.dirty.extend(self.set.asking());
        }
        self.set.seq = advance.seq;
        true
    }

    /// Notes a sign of life. Returns whether the person was out of touch and is a candidate again.
    pub(crate) fn heard(&mut self, id: ResponderId, at: LatLon, now: UnixMs) -> bool {
        let Some(person) = self.set.people.get_mut(&id) else { return false };
        let was_stale =
            person.staleness_ms(now, self.stale_ms).is_none_or(|age| age > self.stale_ms);
        person.heard_at = Some(now);
        let moved = person.position.is_none_or(|(place, _)| place != at);
        if person.position.is_none_or(|(_, known)| now >= known) {
            person.position = Some((at, now));
        }
        let is_back = was_stale && person.responder.on_duty;
        if moved || is_back {
            self.place(id, now);
        }
        if is_back {
            self.dirty.extend(self.set.asking());
        }
        is_back
    }

    /// Takes the tickets the loop has to look at: all of them when the clock was set back.
    pub(crate) fn take_dirty(&mut self, now: UnixMs) -> BTreeSet<TicketId> {
        if self.latest.is_ahead_of(now) {
            self.set.people.values_mut().for_each(|person| person.pull_back(now));
            self.latest = now;
            self.dirty.clear();
            return self.set.tickets().keys().copied().collect();
        }
        self.latest = self.latest.max(now);
        std::mem::take(&mut self.dirty)
    }

    /// Marks a ticket to be looked at again.
    pub(crate) fn again(&mut self, ticket: TicketId) {
        self.dirty.insert(ticket);
    }

    fn place(&mut self, id: ResponderId, now: UnixMs) {
        let Some(person) = self.set.people.get(&id) else { return };
        match person.place(now, self.stale_ms) {
            Some((point, _)) => self.index.put(id, self.set.travel_of(person), point),
            None => self.index.remove(id),
        }
    }
}
