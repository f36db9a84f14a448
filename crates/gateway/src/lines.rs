//! Which devices are connected, so that a person's command reaches them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use silverbell_dispatcher::{AskedCommand, Delivery, DeviceLines, Fate};
use silverbell_domain::{DeviceCommand, DeviceId, EquipmentPolicy};
use silverbell_store::Device;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// A device holds at most so many connections. Some firmware opens one for each message and forgets to
/// close it.
const MAX_LINES: usize = 4;

/// So many commands wait for a connection that is slow to take them.
const MAX_WAITING: usize = 8;

/// What was asked of so many devices is remembered, of each the latest of every kind of command.
const MAX_ASKED: usize = 10_000;

/// Every connected device.
#[derive(Clone, Debug)]
pub struct Lines {
    known: Arc<Mutex<Known>>,
    policy: EquipmentPolicy,
}

#[derive(Debug, Default)]
struct Known {
    next: u64,
    open: HashMap<DeviceId, Vec<OpenLine>>,
    /// What people asked, the latest of each kind.
    asked: HashMap<DeviceId, Vec<Asked>>,
}

/// A connection. The youngest of a device's is the last.
#[derive(Debug)]
struct OpenLine {
    number: u64,
    addr: String,
    spoke_at: Instant,
    orders: mpsc::Sender<Order>,
}

/// A command of a person, which is worth nothing after a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) command: DeviceCommand,
    pub(crate) until: Instant,
}

#[derive(Clone, Debug)]
struct Asked {
    order: Order,
    at: Instant,
    is_sent: bool,
    /// Whether it turned out that the device has no such command.
    is_unknown: bool,
}

/// One connection's end: commands come out of it. Dropped, it is forgotten.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) device: Device,
    /// What the device calls itself on this connection.
    pub(crate) ident: String,
    number: u64,
    orders: mpsc::Receiver<Order>,
    lines: Lines,
}

impl Lines {
    /// Returns no lines. The policy says how long commands wait.
    #[must_use]
    pub fn new(policy: EquipmentPolicy) -> Self {
        Self { known: Arc::default(), policy }
    }

    /// Notes that a device is connected: from now on this connection gets its commands, for a device that
    /// comes anew, from wherever its network puts it, has most likely lost the others. They may go on
    /// speaking; only of too many one is closed.
    pub(crate) fn open(&self, device: Device, ident: String, addr: String) -> Line {
        let (sender, orders) = mpsc::channel(MAX_WAITING);
        let now = Instant::now();
        let mut known = self.known.lock();
        for asked in known.asked.get_mut(&device.id).into_iter().flatten() {
            if !asked.is_sent && asked.order.until > now {
                // There is room: there are fewer kinds of commands.
                asked.is_sent = sender.try_send(asked.order.clone()).is_ok();
            }
        }
        let number = known.next;
        known.next += 1;
        let open = known.open.entry(device.id).or_default();
        open.push(OpenLine { number, addr, spoke_at: now, orders: sender });
        if open.len() > MAX_LINES {
            open.remove(least_needed(open));
        }
        Line { device, ident, number, orders, lines: self.clone() }
    }

    fn spoke(&self, device: DeviceId, number: u64) {
        let mut known = self.known.lock();
        let open = known.open.get_mut(&device).into_iter().flatten();
        for line in open.filter(|line| line.number == number) {
            line.spoke_at = Instant::now();
        }
    }

    fn close(&self, device: DeviceId, number: u64) {
        let mut known = self.known.lock();
        if let Some(open) = known.open.get_mut(&device) {
            open.retain(|line| line.number != number);
            if open.is_empty() {
                known.open.remove(&device);
            }
        }
    }
}

/// Returns which of too many connections is closed. Whoever claims to be a device has not proved it and
/// must not drive it out by connecting often: the address with the most connections loses one of its
/// own, the one that has been silent longest. The youngest stays.
fn least_needed(open: &[OpenLine]) -> usize {
    let of_address = |addr: &str| open.iter().filter(|line| line.addr == addr).count();
    let older = open.iter().enumerate().take(open.len().saturating_sub(1));
    let least = older.max_by_key(|(_, line)| {
        (of_address(&line.addr), std::cmp::Reverse((line.spoke_at, line.number)))
    });
    least.map_or(0, |(position, _)| position)
}

impl Known {
    /// Hands a command to the youngest connection of its device, or keeps it until there is one.
    fn hand(&mut self, device: DeviceId, asked: Asked, now: Instant) -> Delivery {
        if !self.has_room(device, now) {
            return Delivery::NotConnected;
        }
        let youngest = self.open.get(&device).and_then(|open| open.last());
        let is_sent = match youngest.map(|line| line.orders.try_send(asked.order.clone())) {
            Some(Ok(())) => true,
            Some(Err(_)) => return Delivery::NotConnected,
            None => false,
        };
        let at_most = asked.order.until.duration_since(now);
        let kept = self.asked.entry(device).or_default();
        // The same again replaces the older one.
        kept.retain(|old| !is_same_kind(&old.order.command, &asked.order.command));
        kept.push(Asked { is_sent, ..asked });
        if is_sent { Delivery::Sent } else { Delivery::Waits { at_most } }
    }

    /// Returns whether what one more device is asked can be remembered. What does not wait any more gives
    /// way.
    fn has_room(&mut self, device: DeviceId, now: Instant) -> bool {
        if self.asked.len() >= MAX_ASKED && !self.asked.contains_key(&device) {
            self.asked.retain(|_, all| all.iter().any(|it| !it.is_sent && it.order.until > now));
        }
        self.asked.len() < MAX_ASKED || self.asked.contains_key(&device)
    }

    /// Takes back a command that was not told after all, unless the same was asked again since.
    fn take_back(&mut self, device: DeviceId, order: &Order, now: Instant) {
        let mut all = self.asked.get_mut(&device).into_iter().flatten();
        let Some(asked) = all.find(|asked| asked.order == *order) else { return };
        asked.is_sent = false;
        let asked = asked.clone();
        if order.until > now {
            self.hand(device, asked, now);
        }
    }
}

fn is_same_kind(one: &DeviceCommand, other: &DeviceCommand) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

impl DeviceLines for Lines {
    fn send(&self, device: DeviceId, command: DeviceCommand) -> Delivery {
        let now = Instant::now();
        let waits = Duration::from_secs(self.policy.command_waits_s(&command).into());
        let order = Order { command, until: now + waits };
        self.known.lock().hand(
            device,
            Asked { order, at: now, is_sent: false, is_unknown: false },
            now,
        )
    }

    fn asked(&self, device: DeviceId) -> Vec<AskedCommand> {
        let now = Instant::now();
        let known = self.known.lock();
        let all = known.asked.get(&device).into_iter().flatten().map(|asked| AskedCommand {
            command: asked.order.command.clone(),
            asked_ago: now.duration_since(asked.at),
            fate: match asked.order.until.checked_duration_since(now) {
                _ if asked.is_unknown => Fate::Unknown,
                _ if asked.is_sent => Fate::Sent,
                Some(at_most) if !at_most.is_zero() => Fate::Waits { at_most },
                Some(_) | None => Fate::Expired,
            },
        });
        all.collect()
    }

    fn is_connected(&self, device: DeviceId) -> bool {
        self.known.lock().open.contains_key(&device)
    }
}

impl Line {
    /// Notes that the device said something here.
    pub(crate) fn spoke(&self) {
        self.lines.spoke(self.device.id, self.number);
    }

    /// Notes that a command was not told in time.
    pub(crate) fn was_not_told(&self, order: &Order) {
        self.lines.known.lock().take_back(self.device.id, order, Instant::now());
    }

    /// Notes that the device has no such command.
    pub(crate) fn is_not_known(&self, order: &Order) {
        let mut known = self.lines.known.lock();
        let mut all = known.asked.get_mut(&self.device.id).into_iter().flatten();
        if let Some(asked) = all.find(|asked| asked.order == *order) {
            asked.is_unknown = true;
        }
    }

    /// Hangs up for this device; what it was not told waits for it.
    pub(crate) fn give_back(mut self, unsaid: impl IntoIterator<Item = Order>) {
        let mut waiting: Vec<Order> = unsaid.into_iter().collect();
        while let Ok(order) = self.orders.try_recv() {
            waiting.push(order);
        }
        let (device, lines) = (self.device.id, self.lines.clone());
        drop(self);
        for order in waiting {
            lines.known.lock().take_back(device, &order, Instant::now());
        }
    }

    /// Waits for the next command; `None` when this connection is to be closed. Without a line there
    /// is never a command.
    pub(crate) async fn next_order(line: &mut Option<Self>) -> Option<Order> {
        match line {
            Some(line) => line.orders.recv().await,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.lines.close(self.device.id, self.number);
    }
}

#[cfg(test)]
mod tests {
    use silverbell_domain::{DistrictId, Policy, Protocol, SeniorId};
    use tokio::time::advance;

    use super::*;

    fn device(n: u128) -> Device {
        Device {
            id: DeviceId(uuid::Uuid::from_u128(n)),
            district: DistrictId("longwen".into()),
            senior: SeniorId(uuid::Uuid::from_u128(n)),
            protocol: Protocol::Watch,
            ident: n.to_string(),
            key_sha256: None,
            model: None,
        }
    }

    fn lines() -> Lines {
        Lines::new(Policy::default().equipment)
    }

    fn from(lines: &Lines, n: u128, addr: &str) -> Option<Line> {
        Some(lines.open(device(n), n.to_string(), addr.into()))
    }

    fn open(lines: &Lines, n: u128) -> Option<Line> {
        from(lines, n, "198.51.100.7")
    }

    /// Returns the next command; fails where there is none or the connection is to be closed.
    fn told(line: &mut Option<Line>) -> Option<DeviceCommand> {
        line.as_mut()?.orders.try_recv().ok().map(|order| order.command)
    }

    fn is_closed(line: &mut Option<Line>) -> bool {
        let tried = line.as_mut().map(|line| line.orders.try_recv());
        matches!(tried, Some(Err(mpsc::error::TryRecvError::Disconnected)))
    }

    fn fates(lines: &Lines, n: u128) -> Vec<(DeviceCommand, Fate)> {
        lines.asked(device(n).id).into_iter().map(|it| (it.command, it.fate)).collect()
    }

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn a_command_reaches_the_youngest_connection_of_its_device() {
        let lines = lines();
        let (mut old, mut young, _other) = (open(&lines, 1), open(&lines, 1), open(&lines, 2));
        assert_eq!(lines.send(device(1).id, DeviceCommand::Ring), Delivery::Sent);
        assert_eq!(told(&mut young), Some(DeviceCommand::Ring));
        drop(young);
        assert_eq!(lines.send(device(1).id, DeviceCommand::Locate), Delivery::Sent);
        assert_eq!(told(&mut old), Some(DeviceCommand::Locate));
        drop(old);
        assert!(!lines.is_connected(device(1).id) && lines.is_connected(device(2).id));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_asked_of_an_absent_device_waits_for_it_the_same_only_once() {
        let lines = lines();
        for command in [DeviceCommand::Ring, DeviceCommand::Locate, DeviceCommand::Ring] {
            let waits = Delivery::Waits { at_most: 10 * MINUTE };
            assert_eq!(lines.send(device(1).id, command), waits);
        }
        let mut line = open(&lines, 1);
        assert_eq!(told(&mut line), Some(DeviceCommand::Locate));
        assert_eq!(told(&mut line), Some(DeviceCommand::Ring));
        drop(line);
        assert_eq!(told(&mut open(&lines, 1)), None);
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_rings_at_night_that_was_asked_in_the_evening_and_this_is_said() {
        let lines = lines();
        let numbers = DeviceCommand::SosNumbers(vec!["120".into()]);
        for command in [DeviceCommand::Ring, DeviceCommand::Locate, numbers.clone()] {
            lines.send(device(1).id, command);
        }
        advance(10 * MINUTE - Duration::from_secs(1)).await;
        let left = Fate::Waits { at_most: Duration::from_secs(1) };
        assert_eq!(fates(&lines, 1)[0], (DeviceCommand::Ring, left));
        advance(Duration::from_secs(1)).await;
        let expired = [DeviceCommand::Ring, DeviceCommand::Locate].map(|it| (it, Fate::Expired));
        assert_eq!(fates(&lines, 1)[..2], expired);
        let mut line = open(&lines, 1);
        assert_eq!(told(&mut line), Some(numbers.clone()), "whom the key calls is true for longer");
        assert_eq!(told(&mut line), None);
        assert_eq!(fates(&lines, 1)[..2], expired, "nor is it called sent");
        assert_eq!(fates(&lines, 1)[2], (numbers, Fate::Sent));
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_lost_connection_was_to_say_waits_no_longer_than_it_would_have() {
        let lines = lines();
        let mut line = open(&lines, 1);
        lines.send(device(1).id, DeviceCommand::Ring);
        let order = Line::next_order(&mut line).await.expect("it rings");
        advance(4 * MINUTE).await;
        line.expect("is open").give_back([order]);
        let left = Fate::Waits { at_most: 6 * MINUTE };
        assert_eq!(fates(&lines, 1), [(DeviceCommand::Ring, left)]);
        advance(6 * MINUTE).await;
        assert_eq!(told(&mut open(&lines, 1)), None);
        assert_eq!(fates(&lines, 1), [(DeviceCommand::Ring, Fate::Expired)]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_asked_of_too_many_devices_is_forgotten_when_it_does_not_wait() {
        let lines = lines();
        for n in 0..MAX_ASKED as u128 {
            lines.send(device(n).id, DeviceCommand::Ring);
        }
        let one_more = device(MAX_ASKED as u128).id;
        assert_eq!(lines.send(one_more, DeviceCommand::Ring), Delivery::NotConnected);
        advance(10 * MINUTE).await;
        assert!(matches!(lines.send(one_more, DeviceCommand::Ring), Delivery::Waits { .. }));
        assert_eq!(fates(&lines, 0), []);
    }

    #[tokio::test(start_paused = true)]
    async fn of_too_many_connections_the_one_silent_longest_is_closed() {
        let lines = lines();
        let mut all: Vec<_> = (0..MAX_LINES).map(|_| open(&lines, 1)).collect();
        advance(MINUTE).await;
        all[0].as_ref().expect("is open").spoke();
        let mut young = open(&lines, 1);
        assert_eq!(all.iter_mut().map(is_closed).collect::<Vec<_>>(), [false, true, false, false]);
        assert_eq!(lines.send(device(1).id, DeviceCommand::Ring), Delivery::Sent);
        assert_eq!(told(&mut young), Some(DeviceCommand::Ring));
    }

    #[tokio::test(start_paused = true)]
    async fn who_connects_often_from_elsewhere_does_not_drive_out_a_device() {
        let lines = lines();
        let mut living = from(&lines, 1, "198.51.100.7");
        advance(MINUTE).await;
        let mut strangers: Vec<_> =
            (0..3 * MAX_LINES).map(|_| from(&lines, 1, "203.0.113.9")).collect();
        assert!(!is_closed(&mut living));
        assert!(is_closed(&mut strangers[0]));
        // A device whose network gives it another address each time is heard on its newest.
        drop(strangers);
        let mut roaming: Vec<_> =
            (0..MAX_LINES).map(|n| from(&lines, 1, &format!("192.0.2.{n}"))).collect();
        assert!(is_closed(&mut living));
        assert!(!is_closed(&mut roaming[MAX_LINES - 1]));
    }
}
