//! Which devices are connected, so that a person's command reaches them.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use silverbell_dispatcher::{Delivery, DeviceLines};
use silverbell_domain::{DeviceCommand, DeviceId};
use silverbell_store::Device;
use tokio::sync::mpsc;

/// A device holds at most so many connections; the oldest makes room. Some firmware opens one for
/// each message and forgets to close it.
const MAX_LINES: usize = 4;

/// So many commands wait for a connection that is slow to take them.
const MAX_WAITING: usize = 8;

/// So many devices that are not connected have commands waiting…
const MAX_ABSENT: usize = 10_000;

/// …so many each, the latest.
const MAX_KEPT: usize = 4;

/// Every connected device.
#[derive(Clone, Debug, Default)]
pub struct Lines(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    next: u64,
    open: HashMap<DeviceId, Vec<OpenLine>>,
    /// What waits for a device to come back.
    absent: HashMap<DeviceId, Vec<DeviceCommand>>,
}

#[derive(Debug)]
struct OpenLine {
    number: u64,
    commands: mpsc::Sender<DeviceCommand>,
}

/// One connection's end: commands come out of it. Dropped, it is forgotten.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) device: Device,
    /// What the device calls itself on this connection.
    pub(crate) ident: String,
    number: u64,
    commands: mpsc::Receiver<DeviceCommand>,
    lines: Lines,
}

impl Lines {
    /// Notes that a device is connected. Its oldest connection is closed if there are too many.
    pub(crate) fn open(&self, device: Device, ident: String) -> Line {
        let (sender, commands) = mpsc::channel(MAX_WAITING);
        let mut known = self.0.lock();
        for command in known.absent.remove(&device.id).unwrap_or_default() {
            // There is room: fewer are kept than may wait.
            drop(sender.try_send(command));
        }
        let number = known.next;
        known.next += 1;
        let open = known.open.entry(device.id).or_default();
        if open.len() == MAX_LINES {
            open.remove(0);
        }
        open.push(OpenLine { number, commands: sender });
        Line { device, ident, number, commands, lines: self.clone() }
    }

    fn close(&self, device: DeviceId, number: u64) {
        let mut known = self.0.lock();
        if let Some(open) = known.open.get_mut(&device) {
            open.retain(|line| line.number != number);
            if open.is_empty() {
                known.open.remove(&device);
            }
        }
    }
}

impl Known {
    fn keep(&mut self, device: DeviceId, command: DeviceCommand) -> Delivery {
        if !self.absent.contains_key(&device) && self.absent.len() >= MAX_ABSENT {
            return Delivery::NotConnected;
        }
        let kept = self.absent.entry(device).or_default();
        // The same again replaces the older one.
        kept.retain(|old| std::mem::discriminant(old) != std::mem::discriminant(&command));
        if kept.len() == MAX_KEPT {
            kept.remove(0);
        }
        kept.push(command);
        Delivery::Waits
    }
}

impl DeviceLines for Lines {
    fn send(&self, device: DeviceId, command: DeviceCommand) -> Delivery {
        let mut known = self.0.lock();
        let youngest = known.open.get(&device).and_then(|open| open.last());
        match youngest.map(|line| line.commands.try_send(command.clone())) {
            Some(Ok(())) => Delivery::Sent,
            Some(Err(_)) => Delivery::NotConnected,
            None => known.keep(device, command),
        }
    }

    fn is_connected(&self, device: DeviceId) -> bool {
        self.0.lock().open.contains_key(&device)
    }
}

impl Line {
    /// Hangs up for this device; what it was not told waits for it.
    pub(crate) fn give_back(mut self, unsaid: impl IntoIterator<Item = DeviceCommand>) {
        let mut waiting: Vec<DeviceCommand> = unsaid.into_iter().collect();
        while let Ok(command) = self.commands.try_recv() {
            waiting.push(command);
        }
        let (device, lines) = (self.device.id, self.lines.clone());
        drop(self);
        for command in waiting {
            lines.send(device, command);
        }
    }

    /// Waits for the next command; `None` when this connection is to be closed. Without a line there
    /// is never a command.
    pub(crate) async fn next_command(line: &mut Option<Self>) -> Option<DeviceCommand> {
        match line {
            Some(line) => line.commands.recv().await,
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
    use silverbell_domain::{DistrictId, Protocol, SeniorId};

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

    fn open(lines: &Lines, n: u128) -> Option<Line> {
        Some(lines.open(device(n), n.to_string()))
    }

    #[tokio::test]
    async fn a_command_reaches_the_youngest_connection_of_its_device() {
        let lines = Lines::default();
        let (old, mut young, _other) = (open(&lines, 1), open(&lines, 1), open(&lines, 2));
        assert_eq!(lines.send(device(1).id, DeviceCommand::Ring), Delivery::Sent);
        assert_eq!(Line::next_command(&mut young).await, Some(DeviceCommand::Ring));
        drop(young);
        assert_eq!(lines.send(device(1).id, DeviceCommand::Locate), Delivery::Sent);
        assert_eq!(Line::next_command(&mut { old }).await, Some(DeviceCommand::Locate));
        assert!(!lines.is_connected(device(1).id) && lines.is_connected(device(2).id));
    }

    #[tokio::test]
    async fn what_is_asked_of_an_absent_device_waits_for_it_the_same_only_once() {
        let lines = Lines::default();
        for command in [DeviceCommand::Ring, DeviceCommand::Locate, DeviceCommand::Ring] {
            assert_eq!(lines.send(device(1).id, command), Delivery::Waits);
        }
        let mut line = open(&lines, 1);
        assert_eq!(Line::next_command(&mut line).await, Some(DeviceCommand::Locate));
        assert_eq!(Line::next_command(&mut line).await, Some(DeviceCommand::Ring));
        drop(line);
        assert!(open(&lines, 1).is_some_and(|mut line| line.commands.try_recv().is_err()));
    }

    #[tokio::test]
    async fn the_oldest_of_too_many_connections_is_closed() {
        let lines = Lines::default();
        let mut oldest = open(&lines, 1);
        let mut others: Vec<_> = (0..MAX_LINES).map(|_| open(&lines, 1)).collect();
        assert_eq!(Line::next_command(&mut oldest).await, None);
        assert!(others[0].as_mut().is_some_and(|line| line.commands.try_recv().is_err()));
        assert_eq!(lines.send(device(1).id, DeviceCommand::Ring), Delivery::Sent);
    }
}
