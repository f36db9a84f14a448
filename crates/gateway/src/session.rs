//! One device's connection: a small session around a pure conversation.
//!
//! A frame gets exactly its ack, alone, and an alarm only after it is durable. When the store is away
//! there is no ack and the connection is closed, so that the device sends again. Our own commands are
//! separate writes, at least a second after the last frame.

use std::net::SocketAddr;
use std::time::Duration;

use silverbell_protocols::{Conversation, Heard};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use crate::Gateway;
use crate::intake::{NotKept, Origin, Whose};
use crate::lines::Line;
use crate::pace::Pace;
use crate::to_say::{Due, ToSay};

/// A device that does not take its ack within this is gone.
const WRITE_WITHIN: Duration = Duration::from_secs(10);

/// An alarm of which the end does not come within this is taken as it is. It stays in the buffer:
/// if the end comes after all, the whole frame is heard and acknowledged as well.
const UNFINISHED_AFTER: Duration = Duration::from_secs(5);

/// Read at once, bytes. Every connection holds so much while it waits.
const READ_CHUNK: usize = 2_048;

/// Why a session ends.
enum End {
    /// The device hung up, said nothing for too long, had to make room, or the service stops.
    Gone,
    /// An alarm could not be kept: no ack, the device must send again.
    NotKept,
}

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
            line: None,
        }
    }

    pub(crate) const fn stream(&self) -> &S {
        &self.stream
    }

    /// Converses until the device is gone, `stop` or `go` is cancelled.
    pub(crate) async fn run(&mut self, stop: &CancellationToken, go: &CancellationToken) {
        match self.converse(stop, go).await {
            End::Gone => self.take_what_is_left().await,
            End::NotKept => {}
        }
        drop(self.stream.shutdown().await);
    }

    async fn converse(&mut self, stop: &CancellationToken, go: &CancellationToken) -> End {
        let mut chunk = vec![0; READ_CHUNK];
        let mut silent_at = Instant::now() + self.idle;
        loop {
            let received = tokio::select! {
                () = stop.cancelled() => return End::Gone,
                () = go.cancelled() => return End::Gone,
                () = sleep_until(silent_at) => return End::Gone,
                () = at(self.to_say.next_at()) => {
                    if self.say_what_is_due().await.is_err() {
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
                asked = Line::next_command(&mut self.line) => {
                    match asked {
                        Some(command) => self.to_say.ask(command),
                        // Another, younger connection of this device has taken its place.
                        None => return End::Gone,
                    }
                    continue;
                }
                received = self.stream.read(&mut chunk) => received,
            };
            let Ok(length @ 1..) = received else { return End::Gone };
            silent_at = Instant::now() + self.idle;
            self.talk.push(&chunk[..length]);
            self.unfinished_at = Some(Instant::now() + UNFINISHED_AFTER);
            if let Err(end) = self.take_frames().await {
                return end;
            }
        }
    }

    async fn take_frames(&mut self) -> Result<(), End> {
        while let Some(heard) = self.talk.next(self.gateway.now()) {
            self.take(heard).await?;
        }
        if self.talk.is_empty() {
            self.unfinished_at = None;
        }
        Ok(())
    }

    /// Keeps the alarm of which the end is long in coming, once.
    async fn take_unfinished(&mut self) -> Result<(), End> {
        self.unfinished_at = None;
        for heard in self.talk.unfinished(self.gateway.now()) {
            if heard.alarm().is_some() {
                let whose = self.whose(&heard).await;
                self.keep(&whose, &heard).await?;
                self.spoke(&whose, &heard);
            }
        }
        Ok(())
    }

    /// An SOS that lost its end is still an SOS, and so is one behind a frame whose ack the device no
    /// longer took.
    async fn take_what_is_left(&mut self) {
        if self.unfinished_at.is_none() {
            return;
        }
        self.talk.close();
        while let Some(heard) = self.talk.next(self.gateway.now()) {
            if heard.alarm().is_none() {
                continue;
            }
            let whose = self.whose(&heard).await;
            if self.keep(&whose, &heard).await.is_err() {
                return;
            }
        }
    }

    /// Keeps what a frame says, then acknowledges it.
    async fn take(&mut self, heard: Heard) -> Result<(), End> {
        let whose = self.whose(&heard).await;
        self.keep(&whose, &heard).await?;
        let told = match &heard.ack {
            Some(bytes) => self.write(bytes).await,
            None => Ok(()),
        };
        let is_shed = heard.alarm().is_none() && !self.pace.has_room(Instant::now());
        self.gateway.follow(&whose, &heard, &self.origin, is_shed).await;
        self.spoke(&whose, &heard);
        told.map_err(|_| End::Gone)
    }

    /// Keeps an alarm durably; anything else may be lost and is kept later.
    async fn keep(&self, whose: &Whose, heard: &Heard) -> Result<(), End> {
        let kept = self.gateway.keep_alarm(whose.device(), heard, &self.origin).await;
        kept.map_err(|NotKept| End::NotKept)
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

    /// Notes who is on this connection, and what it is to be asked.
    fn spoke(&mut self, whose: &Whose, heard: &Heard) {
        let Whose::Device(device) = whose else { return };
        if self.line.as_ref().is_none_or(|line| line.device.id != device.id) {
            // What the one before was to be told waits for it, and is not told to this one.
            let unsaid = std::mem::replace(&mut self.to_say, ToSay::new(Instant::now())).unsaid();
            if let Some(before) = self.line.take() {
                before.give_back(unsaid);
            }
            self.line = Some(self.gateway.lines.open(device.clone(), heard.ident.clone()));
        }
        let wants_position = self.gateway.dispatcher.wants_position(device);
        self.to_say.heard(Instant::now(), heard.alarm().is_some(), wants_position);
    }

    async fn say_what_is_due(&mut self) -> std::io::Result<()> {
        let Some(line) = &self.line else { return Ok(()) };
        let dispatcher = &self.gateway.dispatcher;
        let due = Due {
            wants_position: dispatcher.wants_position(&line.device),
            is_answered: dispatcher.is_answered(&line.device),
        };
        let Some(command) = self.to_say.take_due(Instant::now(), due) else { return Ok(()) };
        let bytes = self.talk.command(&line.ident, &command, self.gateway.now());
        match bytes {
            Some(bytes) => self.write(&bytes).await,
            None => Ok(()),
        }
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
