//! The `watch` port: a small session around the pure decoder.
//!
//! A frame gets exactly its ack, alone, and an alarm only after it is durable. When the store is
//! away there is no ack and the connection is closed, so that the watch sends again. Our own command
//! (locate) is a separate write, at least a second after the last frame.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use metrics::gauge;
use silverbell_domain::{Alarm, Flag, Protocol, SignalId, SignalKind, gravest};
use silverbell_store::{Device, StoreError};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::watch::{Doubt, Frame, FrameBuffer, Message, ack, decode, locate};
use crate::{Gateway, count};

/// A watch that does not take its ack within this is gone.
const WRITE_WITHIN: Duration = Duration::from_secs(10);

/// How long the next frame waits while it is looked up whose watch it is.
const LOOK_UP_WITHIN: Duration = Duration::from_millis(1_800);

/// Our own commands wait so long after the last frame (contract, "TCP devices").
const COMMAND_AFTER: Duration = Duration::from_millis(1_100);

/// An open ticket asks its device for a fresh position so often (design §6).
const LOCATE_EVERY: Duration = Duration::from_secs(30);

/// An alarm of which the end does not come within this is taken as it is. It stays in the buffer:
/// if the end comes after all, the whole frame is heard and acknowledged as well.
const UNFINISHED_AFTER: Duration = Duration::from_secs(5);

/// A full buffer's worth, read at once.
const READ_CHUNK: usize = 4_096;

/// Bounds of the port.
#[derive(Clone, Copy, Debug)]
pub struct WatchSettings {
    /// A connection that says nothing for so long is closed.
    pub idle: Duration,
    /// How many connections at once.
    pub max_connections: usize,
    /// The longest frame, bytes.
    pub max_frame: usize,
}

/// Serves watches until `stop` is cancelled.
pub async fn serve_watch(
    listener: TcpListener,
    gateway: Gateway,
    settings: WatchSettings,
    stop: CancellationToken,
) {
    let sessions = TaskTracker::new();
    let places = Arc::new(Semaphore::new(settings.max_connections));
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, from) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely: those connected go on.
                tracing::warn!(%error, "cannot accept a watch");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(place) = places.clone().try_acquire_owned() else {
            tracing::warn!("too many watches are connected; one was turned away");
            continue;
        };
        // An ack is a few bytes and is waited for.
        drop(stream.set_nodelay(true));
        let (gateway, stop) = (gateway.clone(), stop.clone());
        sessions.spawn(async move {
            gauge!("silverbell_device_connections", "protocol" => "watch").increment(1.0);
            let mut session = Session::new(stream, from, gateway, settings);
            session.run(&stop).await;
            gauge!("silverbell_device_connections", "protocol" => "watch").decrement(1.0);
            drop(place);
        });
    }
    sessions.close();
    sessions.wait().await;
}

/// Why a session ends.
enum End {
    /// The watch hung up, said nothing for too long, or the service stops.
    Gone,
    /// An alarm could not be kept: no ack, the watch must send again.
    NotKept,
}

struct Session<S> {
    stream: S,
    from: SocketAddr,
    gateway: Gateway,
    settings: WatchSettings,
    buffer: FrameBuffer,
    /// When to take what has no end yet; `None` when there is nothing, or nothing new.
    unfinished_at: Option<Instant>,
    /// The command that asks for a position, while its senior's ticket is open.
    locate: Option<(Device, Vec<u8>)>,
    locate_at: Instant,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    fn new(stream: S, from: SocketAddr, gateway: Gateway, settings: WatchSettings) -> Self {
        Self {
            stream,
            from,
            gateway,
            settings,
            buffer: FrameBuffer::new(settings.max_frame),
            unfinished_at: None,
            locate: None,
            locate_at: Instant::now(),
        }
    }

    async fn run(&mut self, stop: &CancellationToken) {
        match self.converse(stop).await {
            End::Gone => self.take_what_is_left().await,
            End::NotKept => {}
        }
        drop(self.stream.shutdown().await);
    }

    async fn converse(&mut self, stop: &CancellationToken) -> End {
        let mut chunk = vec![0; READ_CHUNK];
        let mut silent_at = Instant::now() + self.settings.idle;
        loop {
            let received = tokio::select! {
                () = stop.cancelled() => return End::Gone,
                () = sleep_until(silent_at) => return End::Gone,
                () = sleep_until(self.locate_at), if self.locate.is_some() => {
                    if self.ask_for_position().await.is_err() {
                        return End::Gone;
                    }
                    continue;
                }
                () = at(self.unfinished_at) => {
                    if let Err(end) = self.take_unfinished().await {
                        return end;
                    }
                    continue;
                }
                received = self.stream.read(&mut chunk) => received,
            };
            let Ok(length @ 1..) = received else { return End::Gone };
            silent_at = Instant::now() + self.settings.idle;
            self.buffer.push(&chunk[..length]);
            self.unfinished_at = Some(Instant::now() + UNFINISHED_AFTER);
            if let Err(end) = self.take_frames().await {
                return end;
            }
        }
    }

    async fn take_frames(&mut self) -> Result<(), End> {
        while let Some(frame) = self.buffer.next_frame() {
            self.take(&frame).await?;
        }
        if self.buffer.is_empty() {
            self.unfinished_at = None;
        }
        Ok(())
    }

    /// Keeps the alarm of which the end is long in coming, once.
    async fn take_unfinished(&mut self) -> Result<(), End> {
        self.unfinished_at = None;
        for frame in self.buffer.unfinished() {
            let (_, is_alarm) = self.take_alarm(&frame).await?;
            if is_alarm {
                let device = self.device(&frame.ident).await;
                self.plan_to_locate(device, &frame, is_alarm);
            }
        }
        Ok(())
    }

    /// An SOS that lost its end is still an SOS, and so is one behind a frame whose ack the watch no
    /// longer took.
    async fn take_what_is_left(&mut self) {
        if self.unfinished_at.is_none() {
            return;
        }
        self.buffer.close();
        while let Some(frame) = self.buffer.next_frame() {
            if self.take_alarm(&frame).await.is_err() {
                return;
            }
        }
    }

    /// Keeps what a frame says, then acknowledges it.
    async fn take(&mut self, frame: &Frame) -> Result<(), End> {
        let (message, is_alarm) = self.take_alarm(frame).await?;
        // An ack waits for nothing but the alarm's being kept.
        let told = match ack(frame, &message) {
            Some(bytes) => self.write(&bytes).await,
            None => Ok(()),
        };
        // Who it is matters for places only: an alarm is kept by its ident.
        let device = self.device(&frame.ident).await;
        if !is_alarm {
            self.follow(device.as_ref(), &message).await;
        }
        self.plan_to_locate(device, frame, is_alarm);
        told.map_err(|_| End::Gone)
    }

    /// Returns what a frame says and whether it is an alarm, which is then kept.
    async fn take_alarm(&self, frame: &Frame) -> Result<(Message, bool), End> {
        let message = decode(frame);
        let alarm = gravest(&message.signals);
        if let Some(kind) = alarm {
            self.record(frame, &message, kind).await?;
        }
        for kind in &message.signals {
            count(*kind, Protocol::Watch);
        }
        Ok((message, alarm.is_some()))
    }

    /// Returns the device, `None` as well while it cannot be looked up: the next frame may be an SOS
    /// and does not wait for it.
    async fn device(&self, ident: &str) -> Option<Device> {
        let looking_up = self.gateway.dispatcher.store().device(Protocol::Watch, ident);
        let found = timeout(LOOK_UP_WITHIN, looking_up).await;
        let late = |_| Err(StoreError::Unavailable("it takes too long".into()));
        found.unwrap_or_else(late).unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot look up a watch");
            None
        })
    }

    async fn record(&self, frame: &Frame, message: &Message, kind: SignalKind) -> Result<(), End> {
        let received_at = self.gateway.dispatcher.clock().now();
        let alarm = Alarm {
            id: SignalId(self.gateway.dispatcher.ids().next()),
            protocol: Protocol::Watch,
            ident: frame.ident.clone(),
            kind,
            event_id: None,
            pressed_at: message.at,
            received_at,
            position: message.position(received_at),
            battery_pct: message.battery_pct,
            key_sha256: None,
            raw: frame.raw.clone(),
            source_addr: self.from.ip().to_string(),
            flags: flags(message),
        };
        let started = Instant::now();
        if let Err(error) = self.gateway.dispatcher.record_alarm(alarm).await {
            tracing::error!(%error, "an SOS of a watch could not be recorded");
            return Err(End::NotKept);
        }
        metrics::histogram!("silverbell_sos_ack_seconds").record(started.elapsed().as_secs_f64());
        Ok(())
    }

    /// A position goes to the history and to an open ticket; buffered ones are history, not "now".
    async fn follow(&self, device: Option<&Device>, message: &Message) {
        let received_at = self.gateway.dispatcher.clock().now();
        let (Some(device), Some(position)) = (device, message.position(received_at)) else {
            return;
        };
        self.gateway.dispatcher.device_moved(device, &[position]).await;
    }

    /// Begins to ask for positions when the senior of this watch has an open ticket, or is about to.
    fn plan_to_locate(&mut self, device: Option<Device>, frame: &Frame, alarmed: bool) {
        let earliest = Instant::now() + COMMAND_AFTER;
        self.locate_at = self.locate_at.max(earliest);
        if self.locate.is_none()
            && let Some(device) = device
            && (alarmed || self.gateway.dispatcher.wants_position(&device))
        {
            self.locate = Some((device, locate(frame)));
            self.locate_at = earliest;
        }
    }

    async fn ask_for_position(&mut self) -> std::io::Result<()> {
        let Some((device, command)) = self.locate.take() else { return Ok(()) };
        if !self.gateway.dispatcher.wants_position(&device) {
            return Ok(());
        }
        self.write(&command).await?;
        self.locate = Some((device, command));
        self.locate_at = Instant::now() + LOCATE_EVERY;
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        timeout(WRITE_WITHIN, self.stream.write_all(bytes)).await?
    }
}

/// Waits until a time, without one for ever.
async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// What the decoder doubts, in the words of the ticket.
fn flags(message: &Message) -> Vec<Flag> {
    let mut flags: Vec<Flag> = message
        .doubts
        .iter()
        .map(|doubt| match doubt {
            Doubt::AlarmUnnamed | Doubt::AlarmUnreadable => Flag::AlarmUnspecified,
            Doubt::MaybeOffCharger => Flag::MaybeCharger,
            Doubt::Delayed => Flag::Delayed,
            Doubt::Truncated => Flag::Truncated,
        })
        .collect();
    if message.signals.contains(&SignalKind::LowBattery) {
        flags.push(Flag::LowBattery);
    }
    flags
}
