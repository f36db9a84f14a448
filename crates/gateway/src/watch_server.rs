//! The `watch` port: a small session around the pure decoder.
//!
//! A frame gets exactly its ack, alone, and an alarm only after it is durable. When the store is
//! away there is no ack and the connection is closed, so that the watch sends again. Our own command
//! (locate) is a separate write, at least a second after the last frame.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use metrics::gauge;
use silverbell_domain::{Alarm, Flag, Protocol, SignalId, SignalKind, UnixMs, gravest};
use silverbell_store::{Device, StoreError};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::watch::{Doubt, Frame, FrameBuffer, Message, ack, decode, locate};
use crate::{Gateway, STORE_PATIENCE, count};

/// A watch that does not take its ack within this is gone.
const WRITE_WITHIN: Duration = Duration::from_secs(10);

/// Our own commands wait so long after the last frame (contract, "TCP devices").
const COMMAND_AFTER: Duration = Duration::from_millis(1_100);

/// An open ticket asks its device for a fresh position so often (design §6).
const LOCATE_EVERY: Duration = Duration::from_secs(30);

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
            locate: None,
            locate_at: Instant::now(),
        }
    }

    async fn run(&mut self, stop: &CancellationToken) {
        let end = self.converse(stop).await;
        if matches!(end, End::Gone) {
            // An SOS that lost its end is still an SOS.
            self.buffer.close();
            drop(self.take_frames().await);
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
                received = self.stream.read(&mut chunk) => received,
            };
            let Ok(length @ 1..) = received else { return End::Gone };
            silent_at = Instant::now() + self.settings.idle;
            self.buffer.push(&chunk[..length]);
            if let Err(end) = self.take_frames().await {
                return end;
            }
        }
    }

    async fn take_frames(&mut self) -> Result<(), End> {
        while let Some(frame) = self.buffer.next_frame() {
            self.take(&frame).await?;
        }
        Ok(())
    }

    /// Keeps what a frame says, then acknowledges it.
    async fn take(&mut self, frame: &Frame) -> Result<(), End> {
        let message = decode(frame);
        let received_at = self.gateway.dispatcher.clock().now();
        let alarm = gravest(&message.signals);
        if let Some(kind) = alarm {
            self.record(frame, &message, kind, received_at).await?;
        }
        for kind in &message.signals {
            count(*kind, Protocol::Watch);
        }
        // Who it is matters for places only: an alarm is kept by its ident.
        let device = self.device(&frame.ident).await;
        if alarm.is_none() {
            self.follow(device.as_ref(), &message, received_at).await;
        }
        // Half a frame is not acknowledged: the watch sends it again, whole.
        if !frame.truncated
            && let Some(bytes) = ack(frame, &message)
        {
            self.write(&bytes).await.map_err(|_| End::Gone)?;
        }
        self.plan_to_locate(device, frame, alarm.is_some());
        Ok(())
    }

    /// Returns the device, `None` as well while it cannot be looked up.
    async fn device(&self, ident: &str) -> Option<Device> {
        let found = self.gateway.dispatcher.store().device(Protocol::Watch, ident).await;
        found.unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot look up a watch");
            None
        })
    }

    async fn record(
        &self,
        frame: &Frame,
        message: &Message,
        kind: SignalKind,
        received_at: UnixMs,
    ) -> Result<(), End> {
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
        let dispatcher = self.gateway.dispatcher.clone();
        // A watch that hangs up does not take its SOS with it.
        let recording = tokio::spawn(async move { dispatcher.record_alarm(alarm).await });
        let outcome = match timeout(STORE_PATIENCE, recording).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(StoreError::Unavailable("recording broke off".into())),
            Err(_) => Err(StoreError::Unavailable("it takes too long".into())),
        };
        if let Err(error) = outcome {
            tracing::error!(%error, "an SOS of a watch could not be kept");
            return Err(End::NotKept);
        }
        metrics::histogram!("silverbell_sos_ack_seconds").record(started.elapsed().as_secs_f64());
        Ok(())
    }

    /// A position goes to the history and to an open ticket; buffered ones are history, not "now".
    async fn follow(&self, device: Option<&Device>, message: &Message, received_at: UnixMs) {
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
            let command = locate(&frame.maker, &frame.ident, frame.index.as_deref());
            self.locate = Some((device, command));
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
