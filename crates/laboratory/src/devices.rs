//! Devices and telephones of seniors: they send until they are answered.

use silverbell_domain::{
    Alarm, By, Kind, Position, PositionSource, Protocol, SignalId, locate, open_by_hand,
};
use silverbell_store::{Constraint, StoreError};

use crate::scenario::{Line, device_id, ident_of, key_of, nth_id, operator_id, senior_id};
use crate::service::Failure;
use crate::world::{Happening, OF_DEVICES, SIGNALS, World, ticket_of_press};

/// A device that got no answer sends again after this, milliseconds…
const AGAIN_MS: i64 = 5_000;

/// …and so often at most: longer than any outage of a scenario.
const TRIES: u32 = 500;

/// An event of a device comes with a new identity from the gateway each time it is sent.
const SENDINGS: u64 = 1_024;

impl World<'_> {
    pub(crate) fn schedule_press(&mut self, press: usize) {
        let Some(said) = self.scenario.presses.get(press) else { return };
        let at = said.at.0;
        let happening = match said.line {
            Line::Telephone => Happening::Calls { press },
            Line::Device | Line::Anonymous | Line::WrongKey | Line::Unknown => {
                let alarm = Box::new(self.alarm(press));
                Happening::Sends { press, alarm, tries: 0 }
            }
        };
        self.at(at, happening);
        if self.scenario.chaos.is_some() && press.is_multiple_of(4) {
            let ms = self.chance(OF_DEVICES).about(press as u64).whole(5_000, 900_000);
            self.at(at + ms, Happening::Locates { press });
        }
    }

    fn alarm(&self, press: usize) -> Alarm {
        let mut chance = self.chance(OF_DEVICES).about(press as u64);
        let said = &self.scenario.presses[press];
        let (door, n) = (said.door, press as u64);
        let event_id = (said.line == Line::Device).then(|| format!("e-{n}"));
        let ident = match said.line {
            Line::Unknown => format!("stranger-{}", n % 7),
            Line::Device | Line::Anonymous | Line::WrongKey | Line::Telephone => ident_of(door),
        };
        let key_sha256 = match said.line {
            Line::Device | Line::Anonymous => Some(key_of(door)),
            Line::WrongKey => Some([0xEE; 32]),
            Line::Unknown | Line::Telephone => None,
        };
        // One clock in fifty is far off, to either side.
        let off_ms = if chance.happens(0.02) { chance.whole(-90_000_000, 90_000_000) } else { 0 };
        let position = said.fix.map(|point| Position {
            point,
            accuracy_m: Some(25.0),
            source: PositionSource::Gps,
            at: said.at.plus_s((off_ms - chance.whole(0, 60_000)) / 1_000),
        });
        Alarm {
            id: SignalId(nth_id(SIGNALS, n * SENDINGS)),
            protocol: Protocol::Http,
            raw: format!("{:?} {ident} {event_id:?}", said.kind).into_bytes(),
            ident,
            kind: said.kind,
            event_id,
            pressed_at: Some(silverbell_domain::UnixMs(said.at.0 + off_ms)),
            received_at: said.at,
            position,
            battery_pct: None,
            key_sha256,
            source_addr: format!("192.0.2.{}", n % 3),
            flags: Vec::new(),
        }
    }

    pub(crate) fn sends(&mut self, press: usize, mut alarm: Box<Alarm>, tries: u32) {
        alarm.received_at = self.now();
        alarm.id = SignalId(nth_id(SIGNALS, press as u64 * SENDINGS + u64::from(tries)));
        let door = self.scenario.presses[press].door;
        self.say(|| format!("press {press} at door {door}, sent {} times", tries + 1));
        let recorded = match self.record(&alarm, ticket_of_press(press)) {
            Ok(recorded) => recorded,
            Err(Failure::Away) => return self.sends_again(press, alarm, tries),
            Err(refused @ (Failure::Refused(_) | Failure::Violates(_) | Failure::Broken(_))) => {
                self.complain(format!("press {press}: an SOS is refused: {refused:?}"));
                return;
            }
        };
        if self.scenario.presses[press].is_emergency {
            self.in_need.insert(recorded.ticket);
        }
        if tries == 0 && self.doubles_frame() {
            self.after(50, Happening::Sends { press, alarm: alarm.clone(), tries: tries + 1 });
        }
        if self.loses_ack() {
            return self.sends_again(press, alarm, tries + 1);
        }
        self.ledger_mut().acknowledged.push((press, recorded));
    }

    fn sends_again(&mut self, press: usize, alarm: Box<Alarm>, tries: u32) {
        if tries < TRIES {
            self.after(AGAIN_MS, Happening::Sends { press, alarm, tries: tries + 1 });
        } else {
            self.complain(format!("press {press}: nobody took it in {tries} tries"));
        }
    }

    /// A senior calls: the operator who takes the call opens a ticket, or notes it on the open one.
    pub(crate) fn calls(&mut self, press: usize) {
        let said = &self.scenario.presses[press];
        let Some(senior) = self.scenario.senior(said.door) else { return };
        if !self.is_up {
            return self.after(AGAIN_MS, Happening::Calls { press });
        }
        let (id, user) = (ticket_of_press(press), operator_id(press as u64 % 4));
        let by = By::Person { user };
        let (ticket, event) = open_by_hand(id, &senior, Kind::Call, by, self.now(), &self.policy);
        let is_emergency = said.is_emergency;
        match self.open(ticket, vec![event]) {
            Ok(()) | Err(Failure::Broken(StoreError::Stale(_))) => {
                if is_emergency {
                    self.in_need.insert(id);
                }
            }
            Err(Failure::Violates(Constraint::OneOpenEmergency)) => {
                let open = self.database.emergency_of(senior.id).map(|ticket| ticket.id);
                let Some(open) = open else {
                    return self.complain(format!("call {press}: a twin of no open emergency"));
                };
                if is_emergency {
                    self.in_need.insert(open);
                }
                let text = "called again".to_owned();
                drop(self.change(open, None, |t, now, p| Ok(t.note(user, text, now, p))));
            }
            Err(Failure::Away) => self.after(AGAIN_MS, Happening::Calls { press }),
            Err(refused @ (Failure::Refused(_) | Failure::Violates(_) | Failure::Broken(_))) => {
                self.complain(format!("call {press}: no ticket is opened: {refused:?}"));
            }
        }
    }

    /// The device of a senior tells where it is, while the emergency is open.
    pub(crate) fn locates(&mut self, press: usize) {
        let door = self.scenario.presses[press].door;
        let Some(home) = self.scenario.doors.get(door).copied() else { return };
        let Some(open) = self.database.emergency_of(senior_id(door)).map(|t| t.id) else { return };
        let mut chance = self.chance(OF_DEVICES).about(press as u64).about(1);
        let mut point = home;
        point.lat += chance.between(-0.01, 0.01);
        let at = self.now().plus_s(chance.whole(-3_600, 60));
        let source = PositionSource::Gps;
        let device = device_id(door);
        let position = Position { point, accuracy_m: Some(30.0), source, at };
        drop(self.change(open, None, |ticket, now, policy| {
            Ok(locate(ticket, device, position, false, now, policy).into_iter().collect())
        }));
    }
}
