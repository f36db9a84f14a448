//! Intake: an alarm opens a ticket or joins the senior's open emergency. Nothing is refused here
//! (invariant 6); what is doubtful is flagged.

use std::collections::BTreeSet;

use crate::{
    Alarm, By, Channel, DeviceId, DistrictId, Event, Flag, Kind, LatLon, Needs, NewEvent, Policy,
    Position, PositionSource, SeniorId, SignalKind, Stay, Ticket, TicketId, Times, UnixMs, Who,
    WrongClock,
};

/// A device's clock that differs more than this from ours is flagged, milliseconds: ten minutes,
/// well past any delay of a mobile network.
const CLOCK_OFF_MS: u64 = 600_000;

/// A fix older than this is worth less than the door, milliseconds: in half an hour a senior walks
/// two kilometres or rides a bus home.
const FIX_TOO_OLD_MS: i64 = 1_800_000;

/// A position further from home than this is not believed, metres: a day's bus journey. Beyond it
/// lie swapped coordinates, wrong hemispheres and lost satellites, far more often than seniors.
const DOUBTFUL_FROM_HOME_M: f64 = 200_000.0;

/// A device we know, with what is needed of its senior.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownDevice {
    /// Identity.
    pub id: DeviceId,
    /// The district of its senior.
    pub district: DistrictId,
    /// Whose it is.
    pub senior: SeniorId,
    /// The senior in a few words.
    pub who: Who,
    /// The senior's door at home.
    pub home: LatLon,
    /// Doors behind which the senior lives for a while.
    pub stays: Vec<Stay>,
    /// What is peculiar to the senior.
    pub needs: Needs,
    /// SHA-256 of its key, where its protocol has keys.
    pub key_sha256: Option<[u8; 32]>,
}

impl KnownDevice {
    /// Returns the door behind which the senior lives now.
    #[must_use]
    pub fn door(&self, now: UnixMs) -> LatLon {
        Stay::door_of(&self.stays, self.home, now)
    }

    /// Returns whether an alarm proves to come from this device: its key is right, or its protocol
    /// has none. Hashes of 256 random bits are compared, so timing tells nothing.
    #[must_use]
    pub fn vouches_for(&self, alarm: &Alarm) -> bool {
        match self.key_sha256 {
            None => true,
            Some(key) => alarm.key_sha256 == Some(key),
        }
    }
}

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Caller<'a> {
    /// A device we know; `verified` when its key was right.
    Known {
        /// The device.
        device: &'a KnownDevice,
        /// Whether it proved to be it.
        verified: bool,
    },
    /// A device nobody has heard of: an operator of this district finds out.
    Unknown {
        /// `gateway.default_district`.
        district: &'a DistrictId,
    },
}

/// Returns what is doubtful about an alarm from this caller, beside what the decoder doubted.
fn doubts(alarm: &Alarm, caller: Caller<'_>) -> BTreeSet<Flag> {
    let mut flags: BTreeSet<Flag> = alarm.flags.iter().copied().collect();
    match caller {
        Caller::Known { verified: true, .. } => {}
        Caller::Known { verified: false, .. } => {
            flags.insert(Flag::Unverified);
        }
        Caller::Unknown { .. } => {
            flags.insert(Flag::UnknownDevice);
            flags.insert(Flag::Unverified);
        }
    }
    if let Some(pressed_at) = alarm.pressed_at
        && pressed_at.since_ms(alarm.received_at).unsigned_abs() > CLOCK_OFF_MS
    {
        flags.insert(Flag::ClockOff);
    }
    let clock_off = flags.contains(&Flag::ClockOff);
    match (alarm.position, caller) {
        (None, _) => {
            flags.insert(Flag::NoPosition);
        }
        (Some(position), Caller::Known { device, .. })
            if position.point.distance_m(device.door(alarm.received_at)) > DOUBTFUL_FROM_HOME_M =>
        {
            flags.insert(Flag::PositionDoubtful);
        }
        (Some(position), Caller::Known { .. } | Caller::Unknown { .. }) => {
            let received_at = alarm.received_at;
            if is_too_old(dated(position, clock_off, received_at), received_at) {
                flags.insert(Flag::NoPosition);
            }
        }
    }
    flags
}

/// Returns the alarm's position as far as it can be believed.
fn believed_position(alarm: &Alarm, flags: &BTreeSet<Flag>) -> Option<Position> {
    let position = alarm.position.filter(|_| !flags.contains(&Flag::PositionDoubtful))?;
    Some(dated(position, flags.contains(&Flag::ClockOff), alarm.received_at))
}

/// Returns the position with a time that can be relied on: never in the future, and the time of
/// receipt where the device's clock is off, which says nothing about the position's age.
fn dated(position: Position, clock_off: bool, received_at: UnixMs) -> Position {
    let at = if clock_off { received_at } else { position.at.min(received_at) };
    Position { at, ..position }
}

fn is_too_old(position: Position, now: UnixMs) -> bool {
    now.since_ms(position.at) > FIX_TOO_OLD_MS
}

/// Opens a ticket for an alarm. The number and the version are the store's to give.
#[must_use]
pub fn open_from_alarm(
    id: TicketId,
    alarm: &Alarm,
    caller: Caller<'_>,
    policy: &Policy,
) -> (Ticket, NewEvent) {
    let now = alarm.received_at;
    let mut flags = doubts(alarm, caller);
    let kind = Kind::of_alarm(alarm.kind);
    let (district, device) = match caller {
        Caller::Known { device, .. } => (device.district.clone(), Some(device)),
        Caller::Unknown { district } => (district.clone(), None),
    };
    let home = device.map(|device| device.door(now));
    let position = believed_position(alarm, &flags)
        .filter(|&fix| supersedes(fix, None, now))
        .or_else(|| home.map(|door| at_home(door, now)));
    let needs = device.map(|device| device.needs.clone()).unwrap_or_default();
    let has_fix = position.is_some_and(|place| place.source != PositionSource::Home);
    let hold_s = if flags.contains(&Flag::Unverified) {
        policy.dispatch.unverified_after_s
    } else if needs.elsewhere(now).is_some() && !has_fix {
        // The only place known is a door behind which nobody is thought to be.
        policy.dispatch.unverified_after_s.max(policy.dispatch.hold_s)
    } else if needs.cannot_talk() {
        // Nobody could find out more by waiting.
        0
    } else {
        policy.dispatch.hold_s
    };
    flags.extend(needs.flags(now));
    let times = Times::opened(alarm.pressed_at, alarm.received_at, now);
    let stranger = device.is_none();
    let mut ticket = Ticket {
        senior: device.map(|device| device.senior),
        who: device.map(|device| device.who.clone()),
        home,
        needs,
        device: device.map(|device| device.id),
        wrong_clock: wrong_clock(alarm, caller, &flags),
        unknown_ident: stranger.then(|| format!("{}/{}", alarm.protocol.as_str(), alarm.ident)),
        source_addr: stranger.then(|| alarm.source_addr.clone()),
        proven: !flags.contains(&Flag::Unverified),
        flags: flags.clone(),
        position,
        signals: 1,
        held_until: hold(now, hold_s),
        ..Ticket::bare(id, district, kind, times, policy)
    };
    ticket.reschedule(policy);
    let event = Event::TicketOpened {
        signal: Some(alarm.id),
        kind: Some(alarm.kind),
        flags: flags.into_iter().collect(),
    };
    (ticket, NewEvent { at: now, by: By::Device, event })
}

/// Opens a ticket by hand, from a telephone call. An emergency waits for a confirmation (or
/// `dispatch.unverified_after_s`) before anybody is sent.
#[must_use]
pub fn open_by_hand(
    id: TicketId,
    senior: &crate::Senior,
    kind: Kind,
    by: By,
    now: UnixMs,
    policy: &Policy,
) -> (Ticket, NewEvent) {
    let times = Times::opened(None, now, now);
    let door = senior.residence(now).door;
    let mut ticket = Ticket {
        senior: Some(senior.id),
        who: Some(Who::of(senior)),
        home: Some(door),
        channel: Channel::Call,
        flags: BTreeSet::from([Flag::ByHand]),
        position: Some(at_home(door, now)),
        held_until: kind
            .is_emergency()
            .then(|| hold(now, policy.dispatch.unverified_after_s))
            .flatten(),
        ..Ticket::bare(id, senior.district.clone(), kind, times, policy)
    };
    ticket.set_needs(&senior.plan.needs, now);
    ticket.reschedule(policy);
    let flags = ticket.flags.iter().copied().collect();
    let event = Event::TicketOpened { signal: None, kind: None, flags };
    (ticket, NewEvent { at: now, by, event })
}

/// Joins an alarm to an open ticket: one more signal, more urgent, and the place follows if the
/// new position is better.
pub fn join(ticket: &mut Ticket, alarm: &Alarm, caller: Caller<'_>, policy: &Policy) -> NewEvent {
    let now = alarm.received_at;
    let mut flags = doubts(alarm, caller);
    ticket.signals = ticket.signals.saturating_add(1);
    ticket.wrong_clock = wrong_clock(alarm, caller, &flags).or(ticket.wrong_clock);
    ticket.kind = graver(ticket.kind, Kind::of_alarm(alarm.kind));
    ticket.urgency = ticket.urgency.min(ticket.kind.urgency()).raised();
    ticket.active_at = ticket.active_at.max(now);
    // Idents can be guessed: whoever lacks the key must not lead the team away from the door.
    let is_foreign = matches!(caller, Caller::Known { verified: false, .. })
        || flags.contains(&Flag::SourceFlood);
    let may_move = !(ticket.proven && is_foreign);
    if let Some(position) = believed_position(alarm, &flags)
        && may_move
        && supersedes(position, ticket.position, now)
    {
        ticket.position = Some(position);
        // Old, but newer than what was known: it was of use.
        flags.remove(&Flag::NoPosition);
        ticket.flags.remove(&Flag::NoPosition);
        ticket.flags.remove(&Flag::PositionDoubtful);
    }
    ticket.place_is_known(now, policy);
    match caller {
        Caller::Known { verified: true, .. } => {
            let was_doubtful = ticket.flags.remove(&Flag::Unverified);
            ticket.proven = true;
            // The key proves what the doubtful signal or the caller on the telephone could not.
            let waited_for_proof = was_doubtful || ticket.channel == Channel::Call;
            if waited_for_proof && ticket.held_until.is_some() {
                ticket.held_until = hold(ticket.times.received, policy.dispatch.hold_s)
                    .filter(|&until| until > now);
                ticket.ring_since = now;
            }
        }
        // A person said whose device this is: its further presses are not doubted again.
        Caller::Unknown { .. } if ticket.senior.is_some() => {}
        Caller::Known { verified: false, .. } | Caller::Unknown { .. } => {
            ticket.flags.insert(Flag::Unverified);
        }
    }
    // Where the senior is known better than this signal says, its missing position is no news.
    let vouched = ticket.senior.is_some();
    let news = flags.iter().filter(|flag| match flag {
        Flag::NoPosition | Flag::Unverified => false,
        Flag::UnknownDevice => !vouched,
        _ => true,
    });
    ticket.flags.extend(news);
    ticket.reschedule(policy);
    let event = Event::SignalJoined {
        signal: alarm.id,
        kind: alarm.kind,
        flags: flags.into_iter().collect(),
    };
    NewEvent { at: now, by: By::Device, event }
}

/// A device's new position is news to an open ticket when it is this far from the last, metres…
const MOVED_M: f64 = 30.0;

/// …or the last is older than this, milliseconds. After so long a worse source replaces it too: a
/// senior on the way is a hundred metres on.
const OLD_MS: i64 = 60_000;

/// Lets the place of an open ticket follow its device. `is_live`: the device says that it is there
/// now, and has not kept it without a network. Returns nothing when it says nothing new, so that a
/// chatty watch does not fill a history.
pub fn locate(
    ticket: &mut Ticket,
    device: DeviceId,
    position: Position,
    is_live: bool,
    now: UnixMs,
    policy: &Policy,
) -> Option<NewEvent> {
    let at = match ticket.wrong_clock.filter(|clock| clock.device == device) {
        // What such a clock says of a moment that is now says nothing.
        Some(_) if is_live => now,
        // What was kept without a network is as old as it says, by its own clock.
        Some(clock) => UnixMs(position.at.0.saturating_add(clock.behind_ms)),
        None => position.at,
    };
    let position = Position { at: at.min(now), ..position };
    let believable =
        ticket.home.is_none_or(|home| position.point.distance_m(home) <= DOUBTFUL_FROM_HOME_M);
    if !ticket.is_open() || !believable || !supersedes(position, ticket.position, now) {
        return None;
    }
    let is_news = ticket.position.is_none_or(|old| {
        old.source != position.source
            || old.point.distance_m(position.point) > MOVED_M
            || position.at.since_ms(old.at) > OLD_MS
    });
    if !is_news {
        return None;
    }
    ticket.position = Some(position);
    ticket.flags.remove(&Flag::NoPosition);
    ticket.flags.remove(&Flag::PositionDoubtful);
    ticket.place_is_known(now, policy);
    ticket.reschedule(policy);
    Some(NewEvent { at: now, by: By::Device, event: Event::Located { position } })
}

impl Ticket {
    /// Where a senior who is not at home is, is known after all: only the usual hold is left.
    fn place_is_known(&mut self, now: UnixMs, policy: &Policy) {
        let is_door = self.position.is_none_or(|place| place.source == PositionSource::Home);
        let waits_for_a_place = self.held_until.is_some()
            && self.channel == Channel::Device
            && !self.flags.contains(&Flag::Unverified)
            && self.needs.elsewhere(now).is_some();
        if is_door || !waits_for_a_place {
            return;
        }
        let hold_s = if self.needs.cannot_talk() { 0 } else { policy.dispatch.hold_s };
        self.held_until = hold(self.times.received, hold_s).filter(|&until| until > now);
        if self.held_until.is_none() {
            self.ring_since = now;
        }
    }
}

/// Returns whose clock an alarm shows to be wrong.
fn wrong_clock(alarm: &Alarm, caller: Caller<'_>, flags: &BTreeSet<Flag>) -> Option<WrongClock> {
    let Caller::Known { device, .. } = caller else { return None };
    let pressed_at = alarm.pressed_at.filter(|_| flags.contains(&Flag::ClockOff))?;
    Some(WrongClock { device: device.id, behind_ms: alarm.received_at.since_ms(pressed_at) })
}

fn hold(from: UnixMs, hold_s: u32) -> Option<UnixMs> {
    (hold_s > 0).then(|| from.plus_s(hold_s.into()))
}

/// Returns the door as a position.
pub(crate) fn at_home(door: LatLon, now: UnixMs) -> Position {
    Position { point: door, accuracy_m: None, source: PositionSource::Home, at: now }
}

/// A pin set by a person stays. A fix replaces the door, or nothing, unless it is too old; and an
/// older fix, if its source is at least as good, or the other is [`OLD_MS`] older and is not within
/// the new one's circle: a cell of a kilometre says nothing against the street of a minute ago.
fn supersedes(new: Position, old: Option<Position>, now: UnixMs) -> bool {
    let Some(old) = old else { return !is_too_old(new, now) };
    match old.source {
        PositionSource::Pin => false,
        PositionSource::Home => !is_too_old(new, now),
        PositionSource::Gps | PositionSource::Wifi | PositionSource::Cell => {
            let as_good = new.source <= old.source;
            let within = old.point.distance_m(new.point) <= new.accuracy_m.unwrap_or(0.0);
            let is_old = new.at.since_ms(old.at) > OLD_MS;
            new.at >= old.at && (as_good || (is_old && !within))
        }
    }
}

/// An SOS key says more than a sensor or a help key.
fn graver(old: Kind, new: Kind) -> Kind {
    match (old, new) {
        (Kind::Help | Kind::Call, Kind::Sos | Kind::Fall) | (Kind::Fall, Kind::Sos) => new,
        (_, _) => old,
    }
}

/// Returns the most serious of the kinds a frame carries: an SOS before everything else.
#[must_use]
pub fn gravest(kinds: &[SignalKind]) -> Option<SignalKind> {
    kinds.iter().copied().filter(|kind| kind.is_alarm()).min()
}
