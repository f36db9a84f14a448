//! One device's connection: a small session around a pure conversation.
//!
//! A frame gets exactly its ack, alone, and an alarm only after it is durable. When the store is away
//! there is no ack and the connection is closed, so that the device sends again. Our own commands are
//! separate writes, at least a second after the last frame. Whatever ends a connection, what was received
//! on it is read first.

use std::net::SocketAddr;
use std::time::Duration;

use silverbell_protocols::{Conversation, Heard};
use silverbell_store::Device;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use crate::Gateway;
use crate::intake::{NotKept, Origin, Whose};
use crate::lines::{Line, Order};
use crate::pace::Pace;
use crate::to_say::{Due, ToSay};

/// A device that does not take a few bytes within this is gone. What it says meanwhile waits unread, and
/// may be an SOS.
const WRITE_WITHIN: Duration = Duration::from_secs(2);

/// Before a connection is closed, what has been received is read: nothing more for so long is its end…
const HEARD_OUT_AFTER: Duration = Duration::from_millis(10);

/// …and so are this many pieces, for somebody may never stop.
const HEARD_OUT_PIECES: usize = 32;

/// An alarm of which the end does not come within this is taken as it is. It stays in the buffer:
/// if the end comes after all, the whole frame is heard and acknowledged as well.
const UNFINISHED_AFTER: Duration = Duration::from_secs(5);

/// Read at once, bytes. Every connection holds so much while it waits.
const READ_CHUNK: usize = 2_048;

pub(crate) struct Session<S> {
    stream: S,
    origin: Origin,
    gateway: Gateway,
    idle: Duration,
    talk: Box<dyn Conversation>,
    pace: Pace,
    /// When to take what has no end yet; `None` when there is nothing, or nothing new.
    unfinished_at: Option<Instant>,
    to_say: ToSay,
    /// The device did not take what it was told: it is heard out and told nothing more.
    is_mute: bool,
    /// The connection is about to be closed: whoever speaks now is told nothing later.
    is_leaving: bool,
    /// Who spoke last, and the way for commands to it; `None` while nobody is known.
    line: Option<Line>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    pub(crate) fn new(
        stream: S,
        from: SocketAddr,
        gateway: Gateway,
        idle: Duration,
        talk: Box<dyn Conversation>,
    ) -> Self {
        let origin = Origin::of(talk.protocol(), from.ip());
        Self {
            stream,
            origin,
            gateway,
            idle,
            talk,
            pace: Pace::new(Instant::now()),
            unfinished_at: None,
            to_say: ToSay::new(Instant::now()),
            is_mute: false,
            is_leaving: false,
            line: None,
        }
    }

    pub(crate) const fn stream(&self) -> &S {
        &self.stream
    }

    /// Converses until the device is gone, `stop` or `go` is cancelled.
    pub(crate) async fn run(&mut self, stop: &CancellationToken, go: &CancellationToken) {
        // Without an ack, on a connection that closes, the device sends an alarm again.
        if let Err(NotKept) = self.converse_to_the_end(stop, go).await {
            tracing::debug!("a connection is closed, for an alarm on it could not be kept");
        }
        if let Some(line) = self.line.take() {
            line.give_back(self.to_say.take_unsaid());
        }
        drop(self.stream.shutdown().await);
    }

    async fn converse_to_the_end(
        &mut self,
        stop: &CancellationToken,
        go: &CancellationToken,
    ) -> Result<(), NotKept> {
        self.converse(stop, go).await?;
        self.is_leaving = true;
        self.hear_out().await?;
        self.take_what_is_left().await
    }

    /// Returns when the device hung up, said nothing for too long, takes nothing, had to make room, or
    /// the service stops.
    async fn converse(
        &mut self,
        stop: &CancellationToken,
        go: &CancellationToken,
    ) -> Result<(), NotKept> {
        let mut chunk = vec![0; READ_CHUNK];
        let mut silent_at = Instant::now() + self.idle;
        while !self.is_mute {
            let received = tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = go.cancelled() => return Ok(()),
                () = sleep_until(silent_at) => return Ok(()),
                () = at(self.to_say.next_at()) => {
                    self.say_what_is_due().await;
                    continue;
                }
                () = at(self.unfinished_at) => {
                    self.take_unfinished().await?;
                    continue;
                }
                asked = Line::next_order(&mut self.line) => {
                    match asked {
                        Some(order) => self.to_say.ask(order),
                        // Another, younger connection of this device has taken its place.
                        None => return Ok(()),
                    }
                    continue;
                }
                received = self.stream.read(&mut chunk) => received,
            };
            let Ok(length @ 1..) = received else { return Ok(()) };
            silent_at = Instant::now() + self.idle;
            self.take_bytes(&chunk[..length]).await?;
        }
        Ok(())
    }

    /// Reads what was received and not read yet: who had to make room may just have pressed.
    async fn hear_out(&mut self) -> Result<(), NotKept> {
        let mut chunk = vec![0; READ_CHUNK];
        for _ in 0..HEARD_OUT_PIECES {
            match timeout(HEARD_OUT_AFTER, self.stream.read(&mut chunk)).await {
                Ok(Ok(length @ 1..)) => self.take_bytes(&chunk[..length]).await?,
                Ok(Ok(0) | Err(_)) | Err(_) => break,
            }
        }
        Ok(())
    }

    async fn take_bytes(&mut self, bytes: &[u8]) -> Result<(), NotKept> {
        self.talk.push(bytes);
        self.unfinished_at = Some(Instant::now() + UNFINISHED_AFTER);
        while let Some(heard) = self.talk.next(self.gateway.now()) {
            self.take(heard).await?;
        }
        if self.talk.is_empty() {
            self.unfinished_at = None;
        }
        Ok(())
    }

    /// Keeps the alarm of which the end is long in coming, once.
    async fn take_unfinished(&mut self) -> Result<(), NotKept> {
        self.unfinished_at = None;
        for heard in self.talk.unfinished(self.gateway.now()) {
            if heard.alarm().is_some() {
                let whose = self.whose(&heard).await;
                self.keep(&whose, &heard).await?;
                self.is_here(&whose, &heard);
                self.wants(&whose, &heard);
            }
        }
        Ok(())
    }

    /// An SOS that lost its end is still an SOS.
    async fn take_what_is_left(&mut self) -> Result<(), NotKept> {
        if self.unfinished_at.is_none() {
            return Ok(());
        }
        self.talk.close();
        while let Some(heard) = self.talk.next(self.gateway.now()) {
            if heard.alarm().is_some() {
                let whose = self.whose(&heard).await;
                self.keep(&whose, &heard).await?;
            }
        }
        Ok(())
    }

    /// Keeps what a frame says, then acknowledges it.
    async fn take(&mut self, heard: Heard) -> Result<(), NotKept> {
        let whose = self.whose(&heard).await;
        self.keep(&whose, &heard).await?;
        // Before the ack: whoever has it is asked on this connection from then on.
        self.is_here(&whose, &heard);
        if let Some(bytes) = &heard.ack {
            self.write(bytes).await;
        }
        let is_shed = heard.alarm().is_none() && !self.pace.has_room(Instant::now());
        self.gateway.follow(&whose, &heard, &self.origin, is_shed).await;
        self.wants(&whose, &heard);
        Ok(())
    }

    /// Keeps an alarm durably; anything else may be lost and is kept later.
    async fn keep(&self, whose: &Whose, heard: &Heard) -> Result<(), NotKept> {
        self.gateway.keep_alarm(whose.device(), heard, &self.origin).await
    }

    /// Returns whose a frame is; while that cannot be looked up, who spoke last under this name.
    async fn whose(&self, heard: &Heard) -> Whose {
        let whose = self.gateway.whose(self.origin.protocol, &heard.ident).await;
        let last = self.line.as_ref().filter(|line| line.ident == heard.ident);
        match (whose, last) {
            (Whose::NotKnown, Some(line)) => Whose::Device(line.device.clone()),
            (whose, _) => whose,
        }
    }

    /// Notes who is on this connection.
    fn is_here(&mut self, whose: &Whose, heard: &Heard) {
        let Whose::Device(device) = whose else { return };
        if self.is_leaving {
            return;
        }
        match self.line.as_ref().filter(|line| line.device.id == device.id) {
            Some(line) => line.spoke(),
            None => self.becomes(device, heard),
        }
    }

    /// Notes what whoever is on this connection is to be asked.
    fn wants(&mut self, whose: &Whose, heard: &Heard) {
        let Whose::Device(device) = whose else { return };
        if self.is_leaving {
            return;
        }
        let wants_position = self.gateway.dispatcher.wants_position(device);
        self.to_say.heard(Instant::now(), heard.alarm().is_some(), wants_position);
    }

    /// Takes this connection for another device's than before.
    fn becomes(&mut self, device: &Device, heard: &Heard) {
        // What the one before was to be told waits for it, and is not told to this one.
        let unsaid = self.to_say.take_unsaid();
        self.to_say = ToSay::new(Instant::now());
        if let Some(before) = self.line.take() {
            before.give_back(unsaid);
        }
        let (ident, addr) = (heard.ident.clone(), self.origin.addr.clone());
        self.line = Some(self.gateway.lines.open(device.clone(), ident, addr));
    }

    async fn say_what_is_due(&mut self) {
        let Some(line) = &self.line else { return };
        for order in self.to_say.take_expired(Instant::now()) {
            line.was_not_told(&order);
        }
        if let Some(order) = self.to_say.take_order(Instant::now()) {
            return self.tell(order).await;
        }
        let dispatcher = &self.gateway.dispatcher;
        let due = Due {
            wants_position: dispatcher.wants_position(&line.device),
            is_answered: dispatcher.is_answered(&line.device),
        };
        let Some(command) = self.to_say.take_due(Instant::now(), due) else { return };
        if let Some(bytes) = self.talk.command(&line.ident, &command, self.gateway.now()) {
            self.write(&bytes).await;
        }
    }

    /// Tells the device what a person asked. What it does not know, or did not take, is not called sent.
    async fn tell(&mut self, order: Order) {
        let Some(ident) = self.line.as_ref().map(|line| line.ident.clone()) else { return };
        let bytes = self.talk.command(&ident, &order.command, self.gateway.now());
        if let Some(bytes) = &bytes {
            self.write(bytes).await;
        }
        let Some(line) = &self.line else { return };
        if bytes.is_none() {
            line.is_not_known(&order);
        } else if self.is_mute {
            line.was_not_told(&order);
        }
    }

    /// Says something to the device, unless it has stopped taking what it is told.
    async fn write(&mut self, bytes: &[u8]) {
        if !self.is_mute {
            let written = timeout(WRITE_WITHIN, self.stream.write_all(bytes)).await;
            self.is_mute = !matches!(written, Ok(Ok(())));
        }
    }
}

/// Waits until a time, without one for ever.
async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
