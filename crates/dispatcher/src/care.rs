//! The care of devices: who is silent past its time, or low on battery, goes onto an equipment ticket.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use silverbell_domain::{
    DeviceId, DeviceWork, EquipmentPolicy, Kind, MAX_LISTED, Protocol, SeniorId, Ticket, TicketId,
    Trouble, UnixMs, Who, gathering, list_devices, open_equipment,
};
use silverbell_store::{Commit, Device, DeviceFilter, DeviceState, StoreError, TicketCommit};
use tokio_util::sync::CancellationToken;

use crate::rounds::Rounds;
use crate::{Actor, Board, Dispatcher, UseCaseError};

/// Devices are looked at so often.
const EVERY: Duration = Duration::from_secs(60);

/// So many are read at once…
const PAGE: u32 = 500;

/// …and at most so many counted in one round.
const MOST: usize = 10_000;

/// A device whose battery stays low is put on a ticket again after so long, milliseconds: a week.
const AGAIN_AFTER_MS: i64 = 7 * 86_400_000;

const HOUR_S: i64 = 3_600;

pub(crate) async fn run(dispatcher: Arc<Dispatcher>, stop: CancellationToken) {
    let mut rounds = Rounds::every(EVERY, stop);
    while rounds.next().await {
        dispatcher.equipment.listening.lock().looks(dispatcher.clock.now());
        for board in dispatcher.inhabited() {
            if let Err(error) = dispatcher.care_for(&board).await {
                tracing::error!(district = %board.district(), %error, "devices are not looked after");
                if matches!(error, UseCaseError::Store(StoreError::Unavailable(_))) {
                    dispatcher.equipment.listening.lock().begins_anew(dispatcher.clock.now());
                }
            }
        }
    }
}

/// The devices of a district that have the same trouble.
#[derive(Default)]
struct Found {
    /// As many as one ticket takes.
    devices: Vec<(Device, UnixMs)>,
    /// All of them.
    count: usize,
}

impl Dispatcher {
    /// Notes that devices of a protocol are listened to from now on: none is called silent before.
    pub fn listens_to(&self, protocol: Protocol) {
        self.equipment.listening.lock().begins(protocol, self.clock.now());
    }

    /// Returns how many devices are in the trouble of an open equipment ticket and on no list yet, as
    /// far as they were counted.
    #[must_use]
    pub fn devices_waiting(&self, ticket: &Ticket) -> usize {
        let trouble = ticket.devices.first().filter(|_| ticket.is_open()).map(|work| work.trouble);
        trouble.map_or(0, |trouble| self.equipment.waiting(&ticket.district, trouble))
    }

    /// Puts the devices of a district that need somebody onto equipment tickets.
    ///
    /// # Errors
    /// [`UseCaseError::Store`]: the next round tries again.
    pub async fn care_for(&self, board: &Board) -> Result<(), UseCaseError> {
        let now = self.clock.now();
        let policy = &self.policy().equipment;
        self.pull_back(board, now).await?;
        let open: Vec<Arc<Ticket>> = board.read(|inner| {
            let all = inner.set.tickets().values();
            all.filter(|ticket| ticket.kind == Kind::Equipment).cloned().collect()
        });
        let mut seen: BTreeSet<DeviceId> =
            open.iter().flat_map(|ticket| &ticket.devices).map(|work| work.device).collect();
        let mut found = BTreeMap::from([
            (Trouble::Silent, Found::default()),
            (Trouble::LowBattery, Found::default()),
        ]);
        for filter in filters(policy, now) {
            self.look(board, filter, &mut seen, &mut found).await?;
        }
        for (trouble, Found { mut devices, count }) in found {
            let ticket = gathering(open.iter().map(|it| &**it), trouble, now, self.policy());
            devices.truncate(MAX_LISTED.saturating_sub(ticket.map_or(0, |it| it.devices.len())));
            self.equipment.wait(board.district(), trouble, count.saturating_sub(devices.len()));
            if !devices.is_empty() {
                self.put_to_work(board, ticket.map(|it| it.id), trouble, devices).await?;
            }
        }
        Ok(())
    }

    /// Takes what was heard before the clock was set back for heard now: it would be silent never.
    async fn pull_back(&self, board: &Board, now: UnixMs) -> Result<(), StoreError> {
        let ahead = UnixMs(now.0.saturating_add(UnixMs::AHEAD_MS));
        let filter = DeviceFilter { heard_after: Some(ahead), ..DeviceFilter::default() };
        for _ in 0..MOST / PAGE as usize {
            let page = self.store.devices(board.district(), filter, None, PAGE).await?;
            let states = page.devices.iter().map(|(device, _)| heard(device.id, now)).collect();
            if !page.devices.is_empty() {
                self.store.put_device_states(states, now).await?;
            }
            if page.next.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// Adds those devices that fit and were not seen, page by page.
    async fn look(
        &self,
        board: &Board,
        filter: DeviceFilter,
        seen: &mut BTreeSet<DeviceId>,
        found: &mut BTreeMap<Trouble, Found>,
    ) -> Result<(), StoreError> {
        let (now, policy) = (self.clock.now(), &self.policy().equipment);
        let mut after = None;
        let mut count = 0;
        while count < MOST {
            let page = self.store.devices(board.district(), filter, after, PAGE).await?;
            after = page.next;
            for (device, state) in page.devices {
                let Some(state) = state.filter(|_| !seen.contains(&device.id)) else { continue };
                let listened_s = self.equipment.listening.lock().for_s(device.protocol, now);
                let listened_s = listened_s.unwrap_or(0);
                if let Some((trouble, since)) = trouble(&device, &state, policy, listened_s, now) {
                    let found = found.entry(trouble).or_default();
                    found.count += 1;
                    count += 1;
                    seen.insert(device.id);
                    if found.devices.len() < MAX_LISTED {
                        found.devices.push((device, since));
                    }
                }
            }
            if after.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// Puts the devices of a senior who has died onto an equipment ticket, once.
    pub(crate) async fn fetch_devices(
        &self,
        senior: SeniorId,
        since: UnixMs,
    ) -> Result<(), UseCaseError> {
        let devices = self.store.devices_of(senior).await?;
        let Some(board) = devices.first().and_then(|device| self.board(&device.district)) else {
            return Ok(());
        };
        let open: Vec<Arc<Ticket>> = board.read(|inner| {
            let all = inner.set.tickets().values();
            all.filter(|ticket| ticket.kind == Kind::Equipment).cloned().collect()
        });
        let is_listed = |id: DeviceId| {
            let works = open.iter().flat_map(|ticket| &ticket.devices);
            works.into_iter().any(|it| it.device == id && it.trouble == Trouble::Recover)
        };
        let devices: Vec<_> = devices.into_iter().filter(|it| !is_listed(it.id)).collect();
        if devices.is_empty() {
            return Ok(());
        }
        let (now, trouble) = (self.clock.now(), Trouble::Recover);
        let ticket = gathering(open.iter().map(|it| &**it), trouble, now, self.policy());
        let room = ticket.filter(|ticket| ticket.devices.len() + devices.len() <= MAX_LISTED);
        let devices = devices.into_iter().map(|device| (device, since)).collect();
        self.put_to_work(&board, room.map(|ticket| ticket.id), trouble, devices).await
    }

    /// Takes the devices of a senior who lives after all from the lists of what is fetched.
    pub(crate) async fn leave_devices(
        &self,
        senior: SeniorId,
        actor: &Actor,
    ) -> Result<(), UseCaseError> {
        let is_theirs =
            |work: &DeviceWork| work.senior == senior && work.trouble == Trouble::Recover;
        for board in self.boards() {
            let open: Vec<Arc<Ticket>> = board.read(|inner| {
                let all = inner.set.tickets().values();
                all.filter(|ticket| ticket.devices.iter().any(is_theirs)).cloned().collect()
            });
            for ticket in open {
                let left = self.change(ticket.id, None, |ticket, now| {
                    ticket.devices.retain(|work| !is_theirs(work));
                    let text = "一台终端不用取回：登记有误 · a device is not fetched: the record was wrong";
                    Ok(ticket.note(actor.user, text.into(), now, self.policy()))
                });
                left.await?;
            }
        }
        Ok(())
    }

    async fn put_to_work(
        &self,
        board: &Board,
        ticket: Option<TicketId>,
        trouble: Trouble,
        devices: Vec<(Device, UnixMs)>,
    ) -> Result<(), UseCaseError> {
        let now = self.clock.now();
        let mut works = Vec::with_capacity(devices.len());
        for (device, since) in devices {
            works.push(self.work(device, trouble, since).await?);
        }
        let told: Vec<DeviceState> =
            works.iter().map(|work| worked_on(work.device, work.since, now)).collect();
        let listed: BTreeSet<DeviceId> = match ticket {
            Some(open) => {
                let ticket = self
                    .change(open, None, |ticket, now| {
                        let listed = list_devices(ticket, works.clone(), now, self.policy());
                        Ok(listed.into_iter().collect())
                    })
                    .await?;
                // It may have been closed or filled just then: the next round opens another.
                ticket.devices.iter().map(|work| work.device).collect()
            }
            None => {
                let id = TicketId(self.ids.next());
                let district = board.district().clone();
                let (ticket, events) = open_equipment(id, district, works, now, self.policy());
                let listed = ticket.devices.iter().map(|work| work.device).collect();
                let part = TicketCommit { ticket, expected_version: 0, events };
                let commit = Commit { tickets: vec![part], outbox: Vec::new(), idempotency: None };
                self.store.commit(commit).await?;
                listed
            }
        };
        // Not before: what is noted here is not looked at again.
        let told = told.into_iter().filter(|state| listed.contains(&state.device)).collect();
        self.store.put_device_states(told, now).await?;
        Ok(())
    }

    async fn work(
        &self,
        device: Device,
        trouble: Trouble,
        since: UnixMs,
    ) -> Result<DeviceWork, StoreError> {
        let senior = self.store.senior(device.senior).await?;
        let who = senior.map(|senior| Who {
            name: senior.name,
            born: senior.born,
            village: senior.village,
        });
        Ok(DeviceWork {
            device: device.id,
            ident: device.ident,
            protocol: device.protocol,
            senior: device.senior,
            who,
            trouble,
            since,
        })
    }
}

/// What to ask the store for: more than what is in trouble, never less.
fn filters(policy: &EquipmentPolicy, now: UnixMs) -> Vec<DeviceFilter> {
    let hours = [policy.silent_after_h, policy.app_silent_after_h];
    let soonest = hours.into_iter().filter(|&hours| hours > 0).min();
    let silent = soonest.map(|hours| DeviceFilter {
        silent_since: Some(now.plus_s(-HOUR_S * i64::from(hours))),
        ..DeviceFilter::default()
    });
    let low =
        DeviceFilter { battery_at_most: Some(policy.battery_low_pct), ..DeviceFilter::default() };
    silent.into_iter().chain([low]).collect()
}

/// Returns what is the matter with a device and since when, `None` if nothing is, or somebody has been
/// told already. Nobody is silent to whom we have not listened long enough.
fn trouble(
    device: &Device,
    state: &DeviceState,
    policy: &EquipmentPolicy,
    listened_s: i64,
    now: UnixMs,
) -> Option<(Trouble, UnixMs)> {
    let hours = if device.protocol.speaks_over_http() {
        policy.app_silent_after_h
    } else {
        policy.silent_after_h
    };
    // What was noted before the clock was set back says nothing.
    let worked_at = state.worked_at.filter(|at| !at.is_ahead_of(now));
    let silent_at = state.heard_at.plus_s(HOUR_S * i64::from(hours));
    let has_listened = listened_s >= HOUR_S * i64::from(hours.min(policy.listen_first_h));
    if hours > 0 && silent_at <= now && has_listened {
        let is_new = worked_at.is_none_or(|worked_at| state.heard_at > worked_at);
        return is_new.then_some((Trouble::Silent, state.heard_at));
    }
    let (percent, at) = state.battery?;
    let is_new = worked_at.is_none_or(|worked_at| now.since_ms(worked_at) > AGAIN_AFTER_MS);
    (percent <= policy.battery_low_pct && is_new).then_some((Trouble::LowBattery, at))
}

/// Notes that a device is on a ticket.
const fn worked_on(device: DeviceId, heard_at: UnixMs, now: UnixMs) -> DeviceState {
    DeviceState { worked_at: Some(now), ..heard(device, heard_at) }
}

/// Notes that a device was heard.
const fn heard(device: DeviceId, heard_at: UnixMs) -> DeviceState {
    DeviceState {
        device,
        heard_at,
        battery: None,
        position: None,
        pressed_at: None,
        worked_at: None,
    }
}

#[cfg(test)]
mod tests {
    use silverbell_domain::{DistrictId, SeniorId};
    use uuid::Uuid;

    use super::*;

    const NOW: UnixMs = UnixMs(1_795_305_600_000);

    fn device(protocol: Protocol) -> Device {
        Device {
            id: DeviceId(Uuid::nil()),
            district: DistrictId::new("longwen"),
            senior: SeniorId(Uuid::nil()),
            protocol,
            ident: "42".into(),
            key_sha256: None,
            model: None,
        }
    }

    fn state(hours_ago: i64) -> DeviceState {
        heard(device(Protocol::Watch).id, NOW.plus_s(-HOUR_S * hours_ago))
    }

    fn found(protocol: Protocol, state: &DeviceState) -> Option<Trouble> {
        after_listening(2, protocol, state)
    }

    fn after_listening(hours: i64, protocol: Protocol, state: &DeviceState) -> Option<Trouble> {
        let policy = silverbell_domain::Policy::default().equipment;
        let (device, listened_s) = (device(protocol), HOUR_S * hours);
        trouble(&device, state, &policy, listened_s, NOW).map(|(trouble, _)| trouble)
    }

    #[test]
    fn a_watch_is_silent_after_a_day_and_an_app_after_a_week() {
        for (protocol, hours, expected) in [
            (Protocol::Watch, 23, None),
            (Protocol::Watch, 24, Some(Trouble::Silent)),
            (Protocol::Osmand, 24, None),
            (Protocol::Osmand, 168, Some(Trouble::Silent)),
        ] {
            assert_eq!(found(protocol, &state(hours)), expected, "{protocol:?} {hours} h");
        }
    }

    #[test]
    fn nobody_is_silent_while_it_was_we_who_did_not_listen() {
        assert_eq!(after_listening(1, Protocol::Watch, &state(48)), None);
        assert_eq!(after_listening(2, Protocol::Watch, &state(48)), Some(Trouble::Silent));
        let low = DeviceState { battery: Some((9, NOW)), ..state(48) };
        assert_eq!(after_listening(0, Protocol::Watch, &low), Some(Trouble::LowBattery));
    }

    #[test]
    fn who_was_told_of_before_the_clock_was_set_back_is_told_of_again() {
        let told = DeviceState { worked_at: Some(NOW.plus_s(HOUR_S)), ..state(48) };
        assert_eq!(found(Protocol::Watch, &told), Some(Trouble::Silent));
    }

    #[test]
    fn a_silent_device_is_told_once_until_it_has_spoken_again() {
        let told = DeviceState { worked_at: Some(NOW.plus_s(-60)), ..state(48) };
        assert_eq!(found(Protocol::Watch, &told), None);
        let spoke_since = DeviceState { worked_at: Some(NOW.plus_s(-HOUR_S * 72)), ..state(48) };
        assert_eq!(found(Protocol::Watch, &spoke_since), Some(Trouble::Silent));
    }

    #[test]
    fn a_low_battery_is_told_and_again_after_a_week() {
        let low = |percent| DeviceState { battery: Some((percent, NOW)), ..state(1) };
        assert_eq!(found(Protocol::Watch, &low(16)), None);
        assert_eq!(found(Protocol::Watch, &low(15)), Some(Trouble::LowBattery));
        let told =
            |days: i64| DeviceState { worked_at: Some(NOW.plus_s(-86_400 * days)), ..low(9) };
        assert_eq!(found(Protocol::Watch, &told(1)), None);
        assert_eq!(found(Protocol::Watch, &told(8)), Some(Trouble::LowBattery));
    }
}
