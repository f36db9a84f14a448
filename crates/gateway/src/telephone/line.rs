//! The connection to the exchange, opened anew whenever it is lost.
//!
//! It reads and never waits for what becomes of what it reads: that goes through a bounded queue to
//! the [`Desk`](super::Desk). If the queue is full, the connection is opened anew, by a talk that
//! knows nothing: the exchange then tells all calls in progress again, and those that ended meanwhile
//! end as not heard. So nothing is lost silently.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use metrics::{counter, gauge};
use silverbell_domain::CallId;
use silverbell_protocols::telephone::{CallEvent, CallResult, Link, Number};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::link::Talk;
use super::{News, Presence, TelephoneSettings};

const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// An exchange that does not take what we ask for so long is gone.
const WRITE_WITHIN: Duration = Duration::from_secs(10);

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
    settings: Arc<TelephoneSettings>,
    /// To the desk.
    news: mpsc::Sender<News>,
    asked: mpsc::Receiver<Asked>,
    talk: Talk,
    presence: Arc<Presence>,
    /// How often it failed since it last was open.
    failures: u32,
}

/// Why a connection ended.
enum End {
    Stopped,
    Lost(io::Error),
    Refused,
    /// The desk does not follow.
    Overrun,
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        Self::Lost(error)
    }
}

impl Line {
    pub(super) fn new(
        settings: Arc<TelephoneSettings>,
        news: mpsc::Sender<News>,
        asked: mpsc::Receiver<Asked>,
        presence: Arc<Presence>,
    ) -> Self {
        let talk = Talk::new(&settings);
        Self { settings, news, asked, talk, presence, failures: 0 }
    }

    pub(super) async fn run(&mut self, stop: &CancellationToken) {
        loop {
            let end = match self.converse(stop).await {
                Ok(()) => return,
                Err(end) => end,
            };
            gauge!("silverbell_telephone_connected").set(0.0);
            self.presence.is_now(false);
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
                End::Overrun => {
                    counter!("silverbell_telephone_overruns_total").increment(1);
                    tracing::error!(
                        "the telephone exchange tells more than can be taken down: \
                         connecting anew, and asking it which calls there are"
                    );
                    // It knows of calls what the desk was not told.
                    self.talk = Talk::new(&self.settings);
                    if stop.run_until_cancelled(self.until_the_desk_follows()).await.is_none() {
                        return;
                    }
                    self.pause()
                }
            };
            self.refuse_what_is_asked();
            if stop.run_until_cancelled(sleep(wait)).await.is_none() {
                return;
            }
            self.refuse_what_is_asked();
            self.talk.reconnected();
        }
    }

    async fn until_the_desk_follows(&self) {
        // Every place is free: all that was told before is taken down. The desk ends with us.
        _ = self.news.reserve_many(self.news.max_capacity()).await;
    }

    fn pause(&mut self) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let factor = 2_u32.saturating_pow(self.failures.min(6) - 1);
        TRY_AGAIN_AFTER.saturating_mul(factor).min(TRY_AGAIN_WITHIN)
    }

    async fn converse(&mut self, stop: &CancellationToken) -> Result<(), End> {
        let address = self.settings.address.clone();
        let connecting = timeout(CONNECT_WITHIN, TcpStream::connect(&address));
        let Some(connected) = stop.run_until_cancelled(connecting).await else {
            return Err(End::Stopped);
        };
        let mut stream = connected.map_err(|_| timed_out("it takes no connection"))??;
        let mut chunk = vec![0; READ_CHUNK];
        let (mut has_logged_in, mut is_open) = (false, false);
        let mut silent_at = Instant::now() + SILENT_AFTER;
        let mut keepalive_at = Instant::now() + KEEPALIVE_EVERY;
        let mut unheard_at = None;
        loop {
            if !has_logged_in && self.talk.awaits_log_in() {
                has_logged_in = true;
                let log_in = self.talk.log_in(&self.settings).map_err(|_| End::Refused)?;
                send(&mut stream, &log_in).await?;
            }
            if !is_open && self.talk.link() == Link::Open {
                is_open = true;
                self.failures = 0;
                self.presence.is_now(true);
                gauge!("silverbell_telephone_connected").set(1.0);
                tracing::info!("the telephone exchange is connected");
                self.tell(News::Connected)?;
                send(&mut stream, &self.talk.begin()).await?;
                unheard_at = Some(Instant::now() + self.settings.unheard_after);
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => return Err(End::Stopped),
                // People ask seldom; what the exchange says never keeps them waiting.
                Some(asked) = self.asked.recv(), if is_open => {
                    self.call(&mut stream, asked).await?;
                }
                () = sleep_until(keepalive_at) => {
                    keepalive_at = Instant::now() + KEEPALIVE_EVERY;
                    if is_open {
                        send(&mut stream, &self.talk.keepalive()).await?;
                    }
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
                () = until(unheard_at) => {
                    unheard_at = None;
                    self.tell(News::AtHand(self.talk.names()))?;
                }
                // Last: who is behind in reading must not take the exchange for silent.
                () = sleep_until(silent_at) => return Err(timed_out("it says nothing").into()),
            }
        }
    }

    /// Passes on what was told, in its order, and asks what the conversation wants to know.
    async fn take(&mut self, stream: &mut TcpStream) -> Result<(), End> {
        while let Some(event) = self.talk.next() {
            self.tell(News::Event(event))?;
        }
        while let Some(bytes) = self.talk.next_request() {
            send(stream, &bytes).await?;
        }
        match self.talk.link() {
            Link::Refused => Err(End::Refused),
            Link::Closed => Err(io::Error::from(io::ErrorKind::ConnectionReset).into()),
            Link::Opening | Link::Asked | Link::Open => Ok(()),
        }
    }

    async fn call(&mut self, stream: &mut TcpStream, asked: Asked) -> Result<(), End> {
        match self.talk.originate(&asked, &self.settings) {
            Ok(bytes) => Ok(send(stream, &bytes).await?),
            Err(error) => {
                tracing::error!(%error, "nobody is called: check telephone.seats and context");
                self.tell(News::Event(failed(&asked)))
            }
        }
    }

    /// Nobody waits for a call that nobody can make. What the desk has no room for ends as not heard.
    fn refuse_what_is_asked(&mut self) {
        while let Ok(asked) = self.asked.try_recv() {
            _ = self.tell(News::Event(failed(&asked)));
        }
    }

    fn tell(&self, news: News) -> Result<(), End> {
        self.news.try_send(news).map_err(|error| match error {
            TrySendError::Full(_) => End::Overrun,
            TrySendError::Closed(_) => End::Stopped,
        })
    }
}

async fn send(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    let sent = timeout(WRITE_WITHIN, stream.write_all(bytes)).await;
    sent.map_err(|_| timed_out("it takes nothing"))?
}

/// Waits until then; for ever if there is no such time.
async fn until(at: Option<Instant>) {
    match at {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

fn failed(asked: &Asked) -> CallEvent {
    let call = asked.id.to_string();
    CallEvent::Ended { call, result: CallResult::Failed, recording: None }
}

fn timed_out(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, what)
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
