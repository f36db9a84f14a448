//! Work on devices: which ones are silent or low on battery, on one ticket with a list. It shares the
//! deadlines of every ticket, never the emergencies' queue, offers or figures.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    By, DeviceId, DistrictId, Event, Kind, NewEvent, Policy, Protocol, SeniorId, Ticket, TicketId,
    Times, UnixMs, Who,
};

/// So many devices stand on one ticket: its document goes whole to every screen. When a mast fails that
/// many more are silent, they are counted, and listed as soon as another ticket takes them.
pub const MAX_LISTED: usize = 500;

/// What is the matter with a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Nothing came from it for too long.
    Silent,
    /// Its battery is low.
    LowBattery,
    /// Whose it was has died: it is fetched.
    Recover,
}

impl Trouble {
    /// Returns the word used in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::LowBattery => "low_battery",
            Self::Recover => "recover",
        }
    }
}

/// A device that somebody has to look after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceWork {
    /// Which.
    pub device: DeviceId,
    /// What it calls itself.
    pub ident: String,
    /// What it speaks.
    pub protocol: Protocol,
    /// Whose it is.
    pub senior: SeniorId,
    /// The senior in a few words.
    pub who: Option<Who>,
    /// What is the matter.
    pub trouble: Trouble,
    /// Since when: when it was heard last, or told its charge.
    pub since: UnixMs,
}

/// Opens a ticket for devices.
#[must_use]
pub fn open_equipment(
    id: TicketId,
    district: DistrictId,
    devices: Vec<DeviceWork>,
    now: UnixMs,
    policy: &Policy,
) -> (Ticket, Vec<NewEvent>) {
    let times = Times::opened(None, now, now);
    let mut ticket = Ticket::bare(id, district, Kind::Equipment, times, policy);
    let by = By::Machine;
    let opened = Event::TicketOpened { signal: None, kind: None, flags: Vec::new() };
    let mut events = vec![NewEvent { at: now, by, event: opened }];
    events.extend(list_devices(&mut ticket, devices, now, policy));
    (ticket, events)
}

/// Adds devices to an open equipment ticket, each once, as far as there is room.
#[must_use]
pub fn list_devices(
    ticket: &mut Ticket,
    devices: Vec<DeviceWork>,
    now: UnixMs,
    policy: &Policy,
) -> Option<NewEvent> {
    let room = MAX_LISTED.saturating_sub(ticket.devices.len());
    let known: BTreeSet<DeviceId> = ticket.devices.iter().map(|work| work.device).collect();
    let devices: Vec<DeviceWork> =
        devices.into_iter().filter(|work| !known.contains(&work.device)).take(room).collect();
    if devices.is_empty() || !ticket.is_open() {
        return None;
    }
    ticket.devices.extend(devices.iter().cloned());
    ticket.reschedule(policy);
    Some(NewEvent { at: now, by: By::Machine, event: Event::DevicesListed { devices } })
}

/// Returns the open equipment ticket that gathers devices with this trouble, full or not: a mast that
/// fails is one ticket, though the devices behind it fall silent one by one.
#[must_use]
pub fn gathering<'a>(
    open: impl IntoIterator<Item = &'a Ticket>,
    trouble: Trouble,
    now: UnixMs,
    policy: &Policy,
) -> Option<&'a Ticket> {
    let since = now.plus_s(-i64::from(policy.equipment.gather_s));
    open.into_iter()
        .filter(|ticket| ticket.kind == Kind::Equipment && ticket.is_open())
        .filter(|ticket| ticket.times.opened >= since)
        .find(|ticket| ticket.devices.first().is_some_and(|work| work.trouble == trouble))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::DeadlineKind;

    const NOW: UnixMs = UnixMs(1_795_305_600_000);

    fn work(n: u128, trouble: Trouble) -> DeviceWork {
        DeviceWork {
            device: DeviceId(Uuid::from_u128(n)),
            ident: n.to_string(),
            protocol: Protocol::Watch,
            senior: SeniorId(Uuid::from_u128(n)),
            who: None,
            trouble,
            since: NOW,
        }
    }

    fn open(devices: Vec<DeviceWork>) -> Ticket {
        let id = TicketId(Uuid::from_u128(1));
        open_equipment(id, DistrictId::new("longwen"), devices, NOW, &Policy::default()).0
    }

    #[test]
    fn work_is_due_in_days_and_nobody_is_alarmed_in_seconds() {
        let policy = Policy::default();
        let ticket = open(vec![work(1, Trouble::Silent)]);
        let due: Vec<_> = ticket.deadlines.iter().map(|it| (it.kind, it.at)).collect();
        let hours = i64::from(policy.equipment.work_within_h);
        assert_eq!(due, [(DeadlineKind::WorkDue, NOW.plus_s(hours * 3_600))]);
        assert!(!ticket.is_emergency());
    }

    #[test]
    fn a_device_stands_on_a_list_once() {
        let policy = Policy::default();
        let mut ticket = open(vec![work(1, Trouble::Silent)]);
        let again = vec![work(1, Trouble::Silent)];
        assert_eq!(list_devices(&mut ticket, again, NOW, &policy), None);
        let more = vec![work(1, Trouble::Silent), work(2, Trouble::Silent)];
        assert!(list_devices(&mut ticket, more, NOW, &policy).is_some());
        assert_eq!(ticket.devices.len(), 2);
    }

    #[test]
    fn a_list_ends_somewhere_and_what_is_left_over_is_not_called_listed() {
        let policy = Policy::default();
        let many = |numbers: std::ops::Range<usize>| {
            numbers.map(|n| work(n as u128, Trouble::Silent)).collect::<Vec<_>>()
        };
        let mut ticket = open(many(0..MAX_LISTED - 1));
        let event = list_devices(&mut ticket, many(MAX_LISTED..MAX_LISTED + 9), NOW, &policy);
        assert_eq!(ticket.devices.len(), MAX_LISTED);
        let event = event.expect("one has room").event;
        assert_eq!(event, Event::DevicesListed { devices: many(MAX_LISTED..MAX_LISTED + 1) });
        assert_eq!(list_devices(&mut ticket, many(900..901), NOW, &policy), None);
        assert_eq!(open(many(0..MAX_LISTED + 9)).devices.len(), MAX_LISTED);
    }

    #[test]
    fn further_devices_with_the_same_trouble_are_gathered_for_a_while() {
        let policy = Policy::default();
        let tickets = [open(vec![work(1, Trouble::Silent)])];
        let later = |s: u32| NOW.plus_s(s.into());
        let gathers = |trouble, now| gathering(&tickets, trouble, now, &policy).is_some();
        assert!(gathers(Trouble::Silent, later(policy.equipment.gather_s)));
        assert!(!gathers(Trouble::Silent, later(policy.equipment.gather_s + 1)));
        assert!(!gathers(Trouble::LowBattery, NOW));
    }
}
