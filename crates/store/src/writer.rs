//! The one writer of a store: everything that is queued becomes one batch, and nobody is answered
//! before it is durable. What the database itself has to do is a [`Backend`].

use std::sync::Arc;

use metrics::histogram;
use silverbell_domain::{DistrictId, Policy};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::time::Instant;

use crate::{
    AdminWrite, Advance, Answer, CommitTimes, Happened, NewOutbox, StoreError, Write, Written,
};

/// How many writes become one batch.
const MAX_BATCH: usize = 512;

/// How many writes wait for the writer before callers wait, too.
const QUEUE: usize = 4_096;

/// How many steps a follower may lag behind before it has to read anew.
const ADVANCES: usize = 8_192;

/// What recording an alarm follows.
#[derive(Clone, Debug)]
pub struct Intake {
    /// Urgencies, holds and deadlines.
    pub policy: Policy,
    /// Where the tickets of unknown devices go.
    pub default_district: DistrictId,
    /// Who tells others' systems of events; `None`: nobody.
    pub herald: Option<Arc<dyn Herald>>,
}

/// What others' systems hear of events. It is written in the transaction of the event: neither is there
/// without the other.
pub trait Herald: std::fmt::Debug + Send + Sync {
    /// Returns the messages that tell of an event. The same event has the same messages, with the same
    /// identities.
    fn tells(&self, happened: &Happened) -> Vec<NewOutbox>;
}

/// What a database does for its writer.
pub trait Backend: Send + 'static {
    /// Writes a batch in one transaction and returns what it came to once that is durable: an answer
    /// for each write, in their order. One bad write harms only itself. What is returned to be
    /// announced may also come from batches before this one.
    ///
    /// # Errors
    /// When nothing may be written any more, not even later: whoever waits is told so, and the
    /// writer ends.
    fn write(
        &mut self,
        writes: &[Write],
    ) -> impl Future<Output = Result<Written, StoreError>> + Send;

    /// Does what there is to do while nobody asks for anything, and returns when there is something
    /// to announce. It is dropped as soon as somebody asks, wherever it waits, and must lose nothing
    /// by that.
    fn idle(&mut self) -> impl Future<Output = Vec<Advance>> + Send {
        std::future::pending()
    }

    /// Returns how often it was connected: what was read over an earlier connection may be of another
    /// database than what is written now.
    fn connections(&self) -> u64 {
        1
    }
}

/// A write and who waits for it.
#[derive(Debug)]
struct Request {
    write: Write,
    answer: oneshot::Sender<Result<Answer, StoreError>>,
}

/// How a store reaches its writer. Cheap to clone.
#[derive(Clone, Debug)]
pub struct WriterHandle {
    requests: mpsc::Sender<Request>,
    advances: broadcast::Sender<Arc<Advance>>,
    reconnected: watch::Sender<u64>,
    commits: Arc<CommitTimes>,
}

impl WriterHandle {
    /// Hands a write to the writer and waits until it is durable. A caller that goes away does not
    /// take its write with it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the writer has ended, and what the backend answers.
    pub async fn write(&self, write: Write) -> Result<Answer, StoreError> {
        let (answer, answered) = oneshot::channel();
        let gone = |_| StoreError::Unavailable("the writer has ended".into());
        self.requests.send(Request { write, answer }).await.map_err(|_| gone(()))?;
        answered.await.map_err(|_| gone(()))?
    }

    /// Writes something that is not folded and has no answer of its own.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub async fn admin(&self, write: AdminWrite) -> Result<(), StoreError> {
        self.write(Write::Admin(write)).await.map(drop)
    }

    /// Returns how long commits took lately.
    #[must_use]
    pub fn commits(&self) -> &CommitTimes {
        &self.commits
    }

    /// Returns how many writes wait for the writer.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.requests.max_capacity() - self.requests.capacity()
    }

    /// Follows what is committed, in the order of commits.
    #[must_use]
    pub fn advances(&self) -> broadcast::Receiver<Arc<Advance>> {
        self.advances.subscribe()
    }

    /// Follows whether the backend was connected anew: marked changed then, and not at first.
    #[must_use]
    pub fn reconnected(&self) -> watch::Receiver<u64> {
        self.reconnected.subscribe()
    }
}

/// The writer. Does nothing until it is run.
#[derive(Debug)]
pub struct Writer<B> {
    backend: B,
    queue: mpsc::Receiver<Request>,
    advances: broadcast::Sender<Arc<Advance>>,
    reconnected: watch::Sender<u64>,
    commits: Arc<CommitTimes>,
}

impl<B: Backend> Writer<B> {
    /// Returns a writer and the handle by which it is reached.
    #[must_use]
    pub fn new(backend: B) -> (WriterHandle, Self) {
        let (requests, queue) = mpsc::channel(QUEUE);
        let (advances, _) = broadcast::channel(ADVANCES);
        let reconnected = watch::Sender::new(1);
        let commits = Arc::new(CommitTimes::default());
        let handle = WriterHandle {
            requests,
            advances: advances.clone(),
            reconnected: reconnected.clone(),
            commits: commits.clone(),
        };
        (handle, Self { backend, queue, advances, reconnected, commits })
    }

    /// The backend, as long as the writer is not running.
    pub const fn backend(&mut self) -> &mut B {
        &mut self.backend
    }

    /// Writes until every handle is dropped.
    ///
    /// # Errors
    /// Those of [`Backend::write`]; whoever waited for that batch was told.
    pub async fn run(mut self) -> Result<(), StoreError> {
        let mut waiting: Vec<Request> = Vec::with_capacity(MAX_BATCH);
        loop {
            let taken = tokio::select! {
                biased;
                taken = self.queue.recv_many(&mut waiting, MAX_BATCH) => taken,
                advances = self.backend.idle() => {
                    self.announce(advances);
                    self.tell_whether_reconnected();
                    continue;
                }
            };
            if taken == 0 {
                return Ok(());
            }
            let (writes, answers): (Vec<_>, Vec<_>) =
                waiting.drain(..).map(|request| (request.write, request.answer)).unzip();
            let started = Instant::now();
            let outcome = self.backend.write(&writes).await;
            let took = started.elapsed();
            histogram!("silverbell_store_commit_seconds").record(took.as_secs_f64());
            self.commits.record(took);
            match outcome {
                Ok(written) => {
                    // Followers first: whoever is answered finds them under way.
                    self.announce(written.advances);
                    self.tell_whether_reconnected();
                    for (answer, result) in answers.into_iter().zip(written.answers) {
                        // Nobody may wait any more; the write is durable all the same.
                        drop(answer.send(result));
                    }
                }
                Err(fatal) => {
                    for answer in answers {
                        drop(answer.send(Err(fatal.clone())));
                    }
                    return Err(fatal);
                }
            }
        }
    }

    fn tell_whether_reconnected(&self) {
        let connections = self.backend.connections();
        self.reconnected.send_if_modified(|known| {
            let is_more = connections > *known;
            *known = connections.max(*known);
            is_more
        });
    }

    /// Tells this node's followers, in the order of commits. News of what other nodes committed
    /// would go the same way.
    fn announce(&self, advances: Vec<Advance>) {
        for advance in advances {
            // Nobody may follow yet; that is no error.
            drop(self.advances.send(Arc::new(advance)));
        }
    }
}
