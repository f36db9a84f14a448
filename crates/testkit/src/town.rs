//! A small town: drawn streets, people on them, seniors' doors, a clock, and a working set to which
//! decisions and moves are applied as the database would: numbered, and refused where they break
//! what is unique.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use silverbell_domain::{
    Answers, By, Caller, Clock, Decision, Ids, Kind, KnownDevice, Needs, NewEvent, OfferCommand,
    OfferId, Person, Policy, Refusal, Responder, ResponderId, Senior, TeamRole, Ticket, TicketId,
    Travel, UnixMs, UserId, WorkingSet, join, open_by_hand, open_from_alarm,
};

use crate::{
    CountingIds, MockClock, Press, START, Streets, aide, device_of, longwen, operator, rescuer,
    senior,
};

/// One character of a map, metres: a minute on foot.
const CELL_M: f64 = 60.0;

/// Why a change was not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// A responder would be active on two emergencies (invariant 3).
    ResponderBusy,
    /// A place in a team would be held twice (invariant 3).
    PlaceTaken,
    /// A senior would have two open emergencies (invariant 2).
    OneOpenEmergency,
    /// The ticket has moved on.
    Stale,
    /// The domain refused the move.
    Refused(Refusal),
}

/// A small town. Letters from A to R are aides, S to Z seniors' doors, digits rescuers, lower-case
/// letters mere places; everybody is on duty, on foot and heard of.
#[derive(Debug)]
pub struct Town {
    /// What the centre decided; change it before the first press.
    pub policy: Policy,
    /// The streets.
    pub streets: Streets,
    /// The district as the planner sees it.
    pub set: WorkingSet,
    /// Every ticket, the closed ones too.
    pub tickets: BTreeMap<TicketId, Ticket>,
    /// Everything that happened.
    pub log: Vec<(TicketId, NewEvent)>,
    clock: MockClock,
    pub(crate) ids: CountingIds,
    seniors: BTreeMap<char, Senior>,
    names: BTreeMap<char, ResponderId>,
    silent: BTreeSet<char>,
}

impl Town {
    /// Returns the town of a drawing.
    #[must_use]
    pub fn drawn(map: &str) -> Self {
        let streets = Streets::drawn(CELL_M, map);
        let (mut seniors, mut names, mut people) =
            (BTreeMap::new(), BTreeMap::new(), HashMap::new());
        for (name, place) in streets.places() {
            let n = u32::from(name);
            let responder = match name {
                'S'..='Z' => {
                    seniors.insert(name, Senior { home: place, ..senior(n) });
                    continue;
                }
                'A'..='R' => aide(n),
                '0'..='9' => rescuer(n),
                _ => continue,
            };
            names.insert(name, responder.id);
            let responder = Arc::new(Responder { standby: place, ..responder });
            let person = Person {
                responder,
                heard_at: Some(START),
                position: Some((place, START)),
                answers: Answers::default(),
                on_call: None,
            };
            people.insert(person.responder.id, person);
        }
        let mut set = WorkingSet::new(longwen());
        set.people = people;
        Self {
            policy: Policy::default(),
            streets,
            set,
            tickets: BTreeMap::new(),
            log: Vec::new(),
            clock: MockClock::default(),
            ids: CountingIds::default(),
            seniors,
            names,
            silent: BTreeSet::new(),
        }
    }

    // --- Time ----------------------------------------------------------------------------------

    /// Returns the present.
    #[must_use]
    pub fn now(&self) -> UnixMs {
        self.clock.now()
    }

    /// Lets time pass without planning. Whoever is not silent goes on reporting.
    pub fn wait_s(&mut self, s: i64) {
        self.clock.advance_s(s);
        self.report();
    }

    /// Lets time pass as in service: at each deadline the planner looks.
    pub fn run_s(&mut self, s: i64) {
        let end = self.now().plus_s(s);
        loop {
            self.settle();
            let next = self.set.tickets().values().filter_map(|t| t.next_deadline()).map(|d| d.at);
            let next = next.filter(|&at| at > self.now()).min().unwrap_or(end).min(end);
            self.clock.set(next);
            self.report();
            if next == end {
                self.settle();
                return;
            }
        }
    }

    /// Sets the clock back, as an administrator or a broken time server would. Nobody reports.
    pub fn set_back_s(&mut self, s: i64) {
        let now = self.clock.advance_s(-s);
        self.set.people.values_mut().for_each(|person| person.pull_back(now));
    }

    fn report(&mut self) {
        let now = self.now();
        for (name, id) in &self.names {
            if let Some(person) =
                self.set.people.get_mut(id).filter(|_| !self.silent.contains(name))
            {
                let place = person.position.map_or(person.responder.standby, |(place, _)| place);
                (person.heard_at, person.position) = (Some(now), Some((place, now)));
            }
        }
    }

    // --- People --------------------------------------------------------------------------------

    /// Returns who has this letter or digit.
    ///
    /// # Panics
    /// When nobody has.
    #[must_use]
    pub fn who(&self, name: char) -> ResponderId {
        self.names[&name]
    }

    /// Returns the letter or digit of a responder.
    #[must_use]
    pub fn name_of(&self, id: ResponderId) -> char {
        self.names.iter().find(|(_, other)| **other == id).map_or('?', |(&name, _)| name)
    }

    /// Returns the senior behind a door.
    ///
    /// # Panics
    /// When there is no such door.
    #[must_use]
    pub fn senior(&self, door: char) -> &Senior {
        &self.seniors[&door]
    }

    /// Returns the senior's device: the one that [`Press::of`] the letter's code speaks for.
    #[must_use]
    pub fn device(&self, door: char) -> KnownDevice {
        device_of(self.senior(door), u32::from(door))
    }

    /// Has this in the file from now on.
    pub fn needs(&mut self, door: char, needs: Needs) {
        if let Some(senior) = self.seniors.get_mut(&door) {
            senior.plan.needs = needs;
        }
    }

    /// Speaks this beside the common language.
    pub fn speaks(&mut self, name: char, dialect: &str) {
        self.edit(self.who(name), |r| Responder { dialects: vec![dialect.into()], ..r });
    }

    /// Whoever this is, nothing more is heard of.
    pub fn falls_silent(&mut self, name: char) {
        self.silent.insert(name);
    }

    /// Goes on or off duty.
    pub fn duty(&mut self, name: char, on_duty: bool) {
        let (id, duty_since) = (self.who(name), self.now());
        self.edit(id, |r| Responder { on_duty, duty_since, ..r });
    }

    /// Is at a place of the map from now on.
    ///
    /// # Panics
    /// When there is no such place.
    pub fn stands_at(&mut self, name: char, place: char) {
        let (id, now) = (self.who(name), self.now());
        let place = self.streets.places().find(|(other, _)| *other == place).map(|(_, at)| at);
        if let Some(person) = self.set.people.get_mut(&id) {
            person.position = place.map(|place| (place, now));
        }
    }

    /// Answered so when asked lately.
    pub fn answered(&mut self, name: char, answers: Answers) {
        let id = self.who(name);
        if let Some(person) = self.set.people.get_mut(&id) {
            person.answers = answers;
        }
    }

    /// Has a rest.
    pub fn rests(&mut self, name: char, until: UnixMs) {
        self.edit(self.who(name), |r| Responder { rests_until: Some(until), ..r });
    }

    /// Goes home then.
    pub fn goes_home(&mut self, name: char, at: UnixMs) {
        self.edit(self.who(name), |r| Responder { shift_ends_at: Some(at), ..r });
    }

    /// Travels otherwise.
    pub fn travels_by(&mut self, name: char, travel: Travel) {
        self.edit(self.who(name), |r| Responder { travel, ..r });
    }

    fn edit(&mut self, id: ResponderId, change: impl FnOnce(Responder) -> Responder) {
        if let Some(person) = self.set.people.get_mut(&id) {
            person.responder = Arc::new(change(Responder::clone(&person.responder)));
        }
    }

    // --- Alarms --------------------------------------------------------------------------------

    /// Presses the SOS key behind a door.
    pub fn press(&mut self, door: char) -> TicketId {
        self.alarm(door, |press| press)
    }

    /// Presses, and an operator answers at once: only the dispatch remains to be watched.
    pub fn press_answered(&mut self, door: char) -> TicketId {
        let id = self.press(door);
        self.answer(door, 1);
        id
    }

    /// Sends an alarm of the device behind a door, changed as the test says.
    pub fn alarm(&mut self, door: char, how: impl FnOnce(Press) -> Press) -> TicketId {
        let press = how(Press::of(u32::from(door)).at(self.now()));
        let device = self.device(door);
        let alarm = press.alarm(&self.ids);
        let caller = Caller::Known { device: &device, verified: device.vouches_for(&alarm) };
        let open = self
            .set
            .tickets()
            .values()
            .find(|t| t.is_emergency() && t.senior == Some(device.senior))
            .map(|t| Ticket::clone(t));
        let (ticket, event) = match open {
            Some(mut ticket) => {
                let event = join(&mut ticket, &alarm, caller, &self.policy);
                (ticket, event)
            }
            None => open_from_alarm(TicketId(self.ids.next()), &alarm, caller, &self.policy),
        };
        let id = ticket.id;
        self.apply(ticket, vec![event]);
        id
    }

    /// An SOS of a device nobody knows, as changed by the test.
    pub fn unknown(&mut self, ident: &str, how: impl FnOnce(Press) -> Press) -> TicketId {
        let alarm = how(Press::unknown(ident).at(self.now())).alarm(&self.ids);
        let caller = Caller::Unknown { district: &longwen() };
        let id = TicketId(self.ids.next());
        let (ticket, event) = open_from_alarm(id, &alarm, caller, &self.policy);
        self.apply(ticket, vec![event]);
        id
    }

    /// Opens a ticket by hand for the senior behind a door.
    pub fn open(&mut self, door: char, kind: Kind) -> TicketId {
        let id = TicketId(self.ids.next());
        let by = By::Person { user: operator(1) };
        let (ticket, event) =
            open_by_hand(id, &self.seniors[&door], kind, by, self.now(), &self.policy);
        self.apply(ticket, vec![event]);
        id
    }

    // --- Moves ---------------------------------------------------------------------------------

    /// Returns the newest ticket of the senior behind a door.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    #[expect(clippy::panic, reason = "a wrong door is a mistake in the test")]
    pub fn ticket(&self, door: char) -> &Ticket {
        let senior = self.senior(door).id;
        match self.tickets.values().rev().find(|t| t.senior == Some(senior)) {
            Some(ticket) => ticket,
            None => panic!("nobody pressed behind {door}"),
        }
    }

    /// Moves a ticket and commits it.
    ///
    /// # Errors
    /// What the domain or the database refused; the town is as before.
    pub fn change(
        &mut self,
        id: TicketId,
        change: impl FnOnce(&mut Ticket, UnixMs, &Policy) -> Result<Vec<NewEvent>, Refusal>,
    ) -> Result<(), Broken> {
        let mut ticket = self.tickets[&id].clone();
        let expected_version = ticket.version;
        let events = change(&mut ticket, self.now(), &self.policy).map_err(Broken::Refused)?;
        self.commit(Decision { ticket, expected_version, events })
    }

    /// The `n`th operator answers.
    pub fn answer(&mut self, door: char, n: u32) {
        let id = self.ticket(door).id;
        self.must(id, |t, now, policy| t.answer(operator(n), None, now, policy));
    }

    /// A move that the test relies on.
    ///
    /// # Panics
    /// When it is refused.
    #[expect(clippy::panic, reason = "a refused move is a mistake in the test")]
    pub fn must(
        &mut self,
        id: TicketId,
        change: impl FnOnce(&mut Ticket, UnixMs, &Policy) -> Result<Vec<NewEvent>, Refusal>,
    ) {
        if let Err(broken) = self.change(id, change) {
            panic!("refused: {broken:?}");
        }
    }

    /// Returns the newest offer to somebody.
    #[must_use]
    pub fn offer_to(&self, name: char) -> Option<(TicketId, OfferId)> {
        let responder = self.who(name);
        let offers = self.tickets.values().flat_map(|t| t.offers.iter().map(move |o| (t.id, o)));
        let to_them = offers.filter(|(_, offer)| offer.responder == responder);
        to_them.map(|(ticket, offer)| (ticket, offer.id)).max_by_key(|&(_, offer)| offer)
    }

    /// Takes a step with the newest offer to somebody.
    ///
    /// # Panics
    /// When nobody asked, or it is refused.
    #[expect(clippy::panic, reason = "a step without an offer is a mistake in the test")]
    pub fn step(&mut self, name: char, command: OfferCommand) {
        let Some((ticket, offer)) = self.offer_to(name) else { panic!("nobody asked {name}") };
        self.must(ticket, |t, now, policy| {
            let by = By::Person { user: responder_user() };
            t.step_offer(offer, command, by, None, now, policy)
        });
    }

    /// Accepts the newest offer.
    pub fn accept(&mut self, name: char) {
        self.step(name, OfferCommand::Accept);
    }

    /// Declines the newest offer.
    pub fn decline(&mut self, name: char) {
        self.step(name, OfferCommand::Decline(None));
    }

    /// Returns who is asked for a place, or holds it.
    #[must_use]
    pub fn asked(&self, door: char, role: TeamRole) -> Option<char> {
        let ticket = self.ticket(door);
        let offer = ticket.offers.iter().find(|o| o.role == role && o.state.is_active())?;
        Some(self.name_of(offer.responder))
    }
}

fn responder_user() -> UserId {
    operator(99)
}
