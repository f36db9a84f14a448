//! The connection to the exchange, opened anew whenever it is lost.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use metrics::gauge;
use silverbell_domain::CallId;
use silverbell_protocols::telephone::{CallEvent, CallResult, Link, Number};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::Desk;
use super::link::Talk;

const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// The exchange is asked for a sign of life so often…
const KEEPALIVE_EVERY: Duration = Duration::from_secs(20);

/// …and is taken for gone when it says nothing for so long.
const SILENT_AFTER: Duration = Duration::from_secs(60);

/// After a loss the connection is tried again after this, and then more and more seldom…
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// …but at least so often.
const TRY_AGAIN_WITHIN: Duration = Duration::from_secs(30);

/// A log-in that was refused is tried again after so long: somebody may have set it right there.
const REFUSED_FOR: Duration = Duration::from_secs(300);

const READ_CHUNK: usize = 16 * 1_024;

/// A click-to-call.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) seat: String,
    pub(super) number: Number,
    pub(super) id: CallId,
}

pub(super) struct Line {
    desk: Desk,
    asked: mpsc::Receiver<Asked>,
    talk: Talk,
    is_open: Arc<AtomicBool>,
    /// How often it failed since it last was open.
    failures: u32,
}

/// Why a connection ended.
enum End {
    Stopped,
    Lost(io::Error),
    Refused,
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        Self::Lost(error)
    }
}

impl Line {
    pub(super) fn new(desk: Desk, asked: mpsc::Receiver<Asked>, is_open: Arc<AtomicBool>) -> Self {
        let talk = Talk::new(&desk.settings);
        Self { desk, asked, talk, is_open, failures: 0 }
    }

    pub(super) async fn run(&mut self, stop: &CancellationToken) {
        loop {
            let end = match self.converse(stop).await {
                Ok(()) => return,
                Err(end) => end,
            };
            gauge!("silverbell_telephone_connected").set(0.0);
            self.is_open.store(false, Ordering::Relaxed);
            let wait = match end {
                End::Stopped => return,
                End::Refused => {
                    tracing::error!("the telephone exchange refuses our log-in: check [telephone]");
                    REFUSED_FOR
                }
                End::Lost(error) => {
                    tracing::error!(%error, "the telephone exchange cannot be reached");
                    self.pause()
                }
            };
            self.refuse_what_is_asked().await;
            if stop.run_until_cancelled(sleep(wait)).await.is_none() {
                return;
            }
            self.refuse_what_is_asked().await;
            self.talk.reconnected();
        }
    }

    fn pause(&mut self) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let factor = 2_u32.saturating_pow(self.failures.min(6) - 1);
        TRY_AGAIN_AFTER.saturating_mul(factor).min(TRY_AGAIN_WITHIN)
    }

    async fn converse(&mut self, stop: &CancellationToken) -> Result<(), End> {
        let address = self.desk.settings.address.clone();
        let connecting = timeout(CONNECT_WITHIN, TcpStream::connect(&address));
        let Some(connected) = stop.run_until_cancelled(connecting).await else {
            return Err(End::Stopped);
        };
        let mut stream = connected.map_err(|_| timed_out("it takes no connection"))??;
        let mut chunk = vec![0; READ_CHUNK];
        let (mut has_logged_in, mut is_open) = (false, false);
        let mut silent_at = Instant::now() + SILENT_AFTER;
        let mut keepalive_at = Instant::now() + KEEPALIVE_EVERY;
        loop {
            if !has_logged_in && self.talk.awaits_log_in() {
                has_logged_in = true;
                let log_in = self.talk.log_in(&self.desk.settings).map_err(|_| End::Refused)?;
                stream.write_all(&log_in).await?;
            }
            if !is_open && self.talk.link() == Link::Open {
                is_open = true;
                self.failures = 0;
                self.is_open.store(true, Ordering::Relaxed);
                gauge!("silverbell_telephone_connected").set(1.0);
                tracing::info!("the telephone exchange is connected");
                stream.write_all(&self.talk.begin()).await?;
            }
            tokio::select! {
                () = stop.cancelled() => return Err(End::Stopped),
                () = sleep_until(silent_at) => return Err(timed_out("it says nothing").into()),
                () = sleep_until(keepalive_at) => {
                    keepalive_at = Instant::now() + KEEPALIVE_EVERY;
                    if is_open {
                        stream.write_all(&self.talk.keepalive()).await?;
                    }
                }
                Some(asked) = self.asked.recv(), if is_open => {
                    self.call(&mut stream, asked).await?;
                }
                received = stream.read(&mut chunk) => {
                    let length = received?;
                    if length == 0 {
                        return Err(io::Error::from(io::ErrorKind::ConnectionAborted).into());
                    }
                    silent_at = Instant::now() + SILENT_AFTER;
                    self.talk.push(&chunk[..length]);
                    self.take(&mut stream).await?;
                }
            }
        }
    }

    /// Takes down what was told, in its order, and asks what the conversation wants to know.
    async fn take(&mut self, stream: &mut TcpStream) -> Result<(), End> {
        while let Some(event) = self.talk.next() {
            self.desk.take(event).await;
        }
        while let Some(bytes) = self.talk.next_request() {
            stream.write_all(&bytes).await?;
        }
        match self.talk.link() {
            Link::Refused => Err(End::Refused),
            Link::Closed => Err(io::Error::from(io::ErrorKind::ConnectionReset).into()),
            Link::Opening | Link::Asked | Link::Open => Ok(()),
        }
    }

    async fn call(&mut self, stream: &mut TcpStream, asked: Asked) -> Result<(), End> {
        match self.talk.originate(&asked, &self.desk.settings) {
            Ok(bytes) => Ok(stream.write_all(&bytes).await?),
            Err(error) => {
                tracing::error!(%error, "nobody is called: check telephone.seats and context");
                self.desk.take(failed(&asked)).await;
                Ok(())
            }
        }
    }

    /// Nobody waits for a call that nobody can make.
    async fn refuse_what_is_asked(&mut self) {
        while let Ok(asked) = self.asked.try_recv() {
            self.desk.take(failed(&asked)).await;
        }
    }
}

fn failed(asked: &Asked) -> CallEvent {
    let call = asked.id.to_string();
    CallEvent::Ended { call, result: CallResult::Failed, recording: None }
}

fn timed_out(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, what)
}
