//! The calls of an exchange, put together from what happens to their legs.
//!
//! An exchange tells of legs (channels): one for the caller, one for every seat that rings, helpers
//! between them. The order is fixed within one leg, not between legs. A leg belongs for good to the
//! call it was first seen in, whatever exchanges later rename when calls are joined. Each call is
//! named by its first leg.

use std::collections::{BTreeSet, HashMap, VecDeque};

use super::call::{Call, First, Leg};
use super::cause::Verdict;
use super::recent::Recent;
use super::{CallEvent, CallResult, Direction, Number, Party};

pub(super) use super::call::{Place, Sight};

/// The most calls at once; the oldest is given up as ended for a newer one.
pub(super) const MAX_CALLS: usize = 1024;

/// The most legs at once. A queue that rings every seat has one for each.
pub(super) const MAX_LEGS: usize = 8 * 1024;

/// The longest name of a leg or a call; what has a longer one is passed over.
const MAX_ID: usize = 128;

/// The longest name of a seat, and of a recording, characters.
const MAX_NAME: usize = 64;
const MAX_RECORDING: usize = 512;

/// The calls at hand, and what is to be told of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    calls: HashMap<String, Call>,
    legs: HashMap<String, Leg>,
    calls_over: Recent,
    legs_over: Recent,
    told: VecDeque<CallEvent>,
    born: u64,
}

impl Calls {
    /// Takes the next event out, in the order in which things happened.
    pub(super) fn next_event(&mut self) -> Option<CallEvent> {
        self.told.pop_front()
    }

    /// Returns how many calls are at hand.
    pub(super) fn len(&self) -> usize {
        self.calls.values().filter(|call| call.first.is_some()).count()
    }

    /// Returns the names of the calls of which something was seen since the connection began.
    pub(super) fn names(&self) -> BTreeSet<String> {
        self.legs.values().filter(|leg| leg.is_seen).map(|leg| leg.call.clone()).collect()
    }

    /// Returns how many things are remembered, ended ones included.
    pub(super) fn memory(&self) -> usize {
        self.calls.len() + self.legs.len() + self.calls_over.len() + self.legs_over.len()
    }

    /// Returns the call that a leg belongs to, and what the leg leads to, if it is at hand.
    pub(super) fn leg(&self, leg: &str) -> Option<(&str, Place)> {
        self.legs.get(leg).map(|leg| (leg.call.as_str(), leg.place))
    }

    /// Takes notice of a leg.
    pub(super) fn sight(&mut self, sight: Sight) {
        if !is_id(&sight.leg) || !is_id(&sight.call) {
            return;
        }
        let known = self.legs.get_mut(&sight.leg).map(|leg| {
            leg.is_seen = true;
            leg.place = leg.place.max(sight.place);
            leg.call.clone()
        });
        let home = match known {
            Some(home) => home,
            None if self.is_over(&sight) => return,
            None => self.add(&sight),
        };
        if sight.leg == home {
            self.begin(&home, sight);
        }
    }

    fn is_over(&self, sight: &Sight) -> bool {
        self.legs_over.has(&sight.leg) || self.calls_over.has(&sight.call)
    }

    /// Keeps a new leg, and its call if that is new; returns its call.
    fn add(&mut self, sight: &Sight) -> String {
        self.born += 1;
        let born = self.born;
        if !self.calls.contains_key(&sight.call) {
            self.make_room();
        }
        let fresh = || Call { born, ..Call::default() };
        let call = self.calls.entry(sight.call.clone()).or_insert_with(fresh);
        call.open.insert(sight.leg.clone());
        let leg = Leg {
            call: sight.call.clone(),
            name: sight.name.chars().take(MAX_NAME).collect(),
            place: sight.place,
            bridge: None,
            is_seen: true,
            born,
        };
        self.legs.insert(sight.leg.clone(), leg);
        if self.legs.len() > MAX_LEGS {
            let oldest = self.legs.iter().min_by_key(|(_, leg)| leg.born);
            if let Some(oldest) = oldest.map(|(id, _)| id.clone()) {
                self.gone(&oldest, &Verdict::default());
            }
        }
        sight.call.clone()
    }

    fn make_room(&mut self) {
        while self.calls.len() >= MAX_CALLS {
            let oldest = self.calls.iter().min_by_key(|(_, call)| call.born);
            let Some(oldest) = oldest.map(|(id, _)| id.clone()) else { return };
            self.end(&oldest);
        }
    }

    /// Learns from a call's first leg who calls whom.
    fn begin(&mut self, id: &str, sight: Sight) {
        let Some(call) = self.calls.get_mut(id).filter(|call| call.first.is_none()) else { return };
        let comes_in = sight.place == Place::Outside && !sight.called_out;
        let direction = if comes_in { Direction::Incoming } else { Direction::Outgoing };
        let from = match sight.place {
            Place::Seat => {
                let name = Some(sight.name).filter(|name| !name.is_empty());
                Party { name, withheld: false, ..sight.from }
            }
            Place::Machine | Place::Inner | Place::Outside => sight.from,
        };
        call.is_outside |= sight.place == Place::Outside;
        call.first = Some(First { direction, place: sight.place, from });
        if call.to.is_none() {
            call.to = sight.to;
        }
        let early = call.early.take();
        if call.is_outside {
            self.tell(id);
        }
        if let Some((leg, place, name)) = early {
            self.answer(id, &leg, place, &name);
        }
    }

    /// Tells that a call has begun, if that is not told yet.
    fn tell(&mut self, id: &str) {
        let Some(call) = self.calls.get_mut(id).filter(|call| !call.is_told) else { return };
        let Some(First { direction, from, .. }) = call.first.clone() else { return };
        call.is_told = true;
        let (call, to) = (id.to_owned(), call.to.clone());
        self.told.push_back(CallEvent::Ringing { call, direction, from, to });
    }

    /// Learns more of who began a call.
    pub(super) fn caller(&mut self, id: &str, more: Party) {
        let Some(call) = self.calls.get_mut(id) else { return };
        let Some(first) = &mut call.first else { return };
        let old = first.from.clone();
        first.from.withheld |= more.withheld;
        first.from.number = more.number.or(first.from.number.take());
        first.from.name = more.name.or(first.from.name.take());
        if call.is_told && first.direction == Direction::Incoming && first.from != old {
            self.told
                .push_back(CallEvent::Caller { call: id.to_owned(), from: first.from.clone() });
        }
    }

    /// Learns that a call's dialplan calls a line outside.
    pub(super) fn dials(&mut self, id: &str, to: Option<Number>) {
        let Some(call) = self.calls.get_mut(id) else { return };
        call.is_outside = true;
        if call.to.is_none() {
            call.to = to;
        }
        self.tell(id);
    }

    /// Learns that a leg was answered, on behalf of a call.
    pub(super) fn answer(&mut self, id: &str, leg: &str, place: Place, name: &str) {
        let Some(call) = self.calls.get_mut(id) else { return };
        let Some(first) = &call.first else {
            call.early = call.early.take().or_else(|| Some((leg.into(), place, name.into())));
            return;
        };
        let is_own = self.legs.get(leg).is_none_or(|leg| leg.call == id);
        let by = match first.direction {
            Direction::Incoming if leg != id && place.is_person() => {
                Some(name.chars().take(MAX_NAME).collect()).filter(|name: &String| !name.is_empty())
            }
            // A caller from outside who is joined to a call between seats is nobody that it called.
            Direction::Outgoing if is_own && place == Place::Outside => None,
            // The number was called first, and then the seat.
            Direction::Outgoing if is_own && first.place == Place::Outside && place.is_person() => {
                None
            }
            Direction::Incoming | Direction::Outgoing => return,
        };
        if call.answered.is_some() {
            return;
        }
        call.answered = Some(by.clone());
        self.tell(id);
        self.told.push_back(CallEvent::Answered { call: id.to_owned(), by });
    }

    /// Learns that a leg is in a bridge, and who hears whom now.
    pub(super) fn enters(&mut self, leg: &str, bridge: &str) {
        if !is_id(bridge) {
            return;
        }
        let Some(entering) = self.legs.get_mut(leg) else { return };
        entering.bridge = Some(bridge.to_owned());
        let inside = self.legs.values().filter(|leg| leg.bridge.as_deref() == Some(bridge));
        let calls: BTreeSet<String> = inside.map(|leg| leg.call.clone()).collect();
        for call in calls {
            if let Some((leg, place, name)) = self.heard_by_first(&call) {
                self.answer(&call, &leg, place, &name);
            }
        }
    }

    /// Returns a person whom a call's first leg hears.
    fn heard_by_first(&self, call: &str) -> Option<(String, Place, String)> {
        let bridge = self.legs.get(call)?.bridge.as_ref()?;
        let in_bridge = |leg: &Leg| leg.bridge.as_ref() == Some(bridge);
        let through = self.legs.values().any(|leg| in_bridge(leg) && leg.place == Place::Inner);
        let hears =
            |leg: &Leg| in_bridge(leg) || through && leg.call == call && leg.bridge.is_some();
        let others = self
            .legs
            .iter()
            .filter(|(id, leg)| id.as_str() != call && leg.place.is_person() && hears(leg));
        // The call's own leg before one that was joined to it.
        let other = others.min_by_key(|(_, leg)| (leg.call != call, leg.born));
        other.map(|(id, leg)| (id.clone(), leg.place, leg.name.clone()))
    }

    /// Learns that a leg has left its bridge.
    pub(super) fn leaves(&mut self, leg: &str) {
        if let Some(leg) = self.legs.get_mut(leg) {
            leg.bridge = None;
        }
    }

    /// Learns that a call's caller hung up.
    pub(super) fn caller_left(&mut self, id: &str) {
        if let Some(call) = self.calls.get_mut(id) {
            call.caller_left = true;
        }
    }

    /// Learns why nobody answers.
    pub(super) fn verdict(&mut self, id: &str, verdict: &Verdict) {
        if let Some(call) = self.calls.get_mut(id) {
            let old = &mut call.verdict;
            old.told = verdict.told.or(old.told);
            old.sip = verdict.sip.or(old.sip);
            old.q850 = verdict.q850.or(old.q850);
            old.status = verdict.status.or(old.status);
            old.rang |= verdict.rang;
        }
    }

    /// Learns where a call's recording is kept; the first is the call's.
    pub(super) fn recording(&mut self, id: &str, place: &str) {
        if let Some(call) = self.calls.get_mut(id).filter(|call| call.recording.is_none()) {
            let place: String = place.trim().chars().take(MAX_RECORDING).collect();
            call.recording = Some(place).filter(|place| !place.is_empty());
        }
    }

    /// Learns that a leg is over, and what the network said of it.
    pub(super) fn gone(&mut self, id: &str, verdict: &Verdict) {
        if !is_id(id) {
            return;
        }
        self.legs_over.add(id);
        let leg = self.legs.remove(id);
        let home = leg.as_ref().map_or_else(|| id.to_owned(), |leg| leg.call.clone());
        let Some(call) = self.calls.get_mut(&home) else { return };
        call.open.remove(id);
        let is_last = call.open.is_empty();
        let direction = call.first.as_ref().map(|first| first.direction);
        if leg.is_some_and(|leg| leg.place == Place::Outside) {
            self.verdict(&home, verdict);
        }
        match direction {
            Some(Direction::Incoming) if home == id => self.end(&home),
            Some(Direction::Outgoing) if is_last => self.end(&home),
            // Without a direction, its first leg may yet come: what is known is kept till then.
            Some(Direction::Incoming | Direction::Outgoing) | None => {}
        }
    }

    /// Learns that a call was asked for by this name.
    pub(super) fn asked(&mut self, id: &str) {
        if let Some(call) = self.calls.get_mut(id) {
            call.is_asked = true;
        }
    }

    /// Learns that a call that was asked for by this name has failed, perhaps before it had a leg.
    pub(super) fn failed(&mut self, id: &str, result: CallResult) {
        if !is_id(id) || self.calls_over.has(id) {
            return;
        }
        if let Some(call) = self.calls.get_mut(id) {
            call.is_asked = true;
            call.verdict.status = call.verdict.status.or(Some(result));
            return;
        }
        self.calls_over.add(id);
        let call = id.to_owned();
        self.told.push_back(CallEvent::Ended { call, result, recording: None });
    }

    /// Ends a call. One between seats was never told and is not told now.
    fn end(&mut self, id: &str) {
        let Some(call) = self.calls.remove(id) else { return };
        if !call.is_told && !call.is_asked {
            return;
        }
        self.calls_over.add(id);
        let result = call.result();
        let call_id = id.to_owned();
        self.told.push_back(CallEvent::Ended { call: call_id, result, recording: call.recording });
    }

    /// Begins a list of all legs that there are: those not seen again until [`Self::listed`] are over.
    pub(super) fn list(&mut self) {
        self.legs.values_mut().for_each(|leg| leg.is_seen = false);
    }

    /// Ends the list.
    pub(super) fn listed(&mut self) {
        let lost = self.legs.iter().filter(|(_, leg)| !leg.is_seen).map(|(id, _)| id.clone());
        // A call ends with its last leg: the order does not matter.
        for leg in lost.collect::<BTreeSet<_>>() {
            self.gone(&leg, &Verdict::default());
        }
        self.calls.retain(|_, call| !call.open.is_empty());
        let outside =
            self.legs.iter().filter(|(id, leg)| leg.place == Place::Outside && **id != leg.call);
        for call in outside.map(|(_, leg)| leg.call.clone()).collect::<BTreeSet<_>>() {
            self.dials(&call, None);
        }
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_ID
}

#[cfg(test)]
#[path = "calls_tests.rs"]
mod tests;
