//! The one writer: takes everything queued, writes it in one transaction, answers after the commit.
//! It outlives its server: what cannot be written is answered so, and it connects again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use metrics::histogram;
use silverbell_domain::DistrictId;
use silverbell_store::{Advance, FoldItem, OutboxItem, Reply, StoreError};
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use crate::Intake;
use crate::admin::{self, AdminWrite};
use crate::batch::{self, Lock};
use crate::connect::{connect, no_answer, within};
use crate::error::{Failure, Remedy};

/// How many requests become one transaction.
const MAX_BATCH: usize = 512;

/// How long a batch is tried again; an SOS waits behind it.
const TRY_FOR: Duration = Duration::from_millis(1_500);

/// How long one try may take.
const TRY_WITHIN: Duration = Duration::from_secs(3);

/// The pause before the second try; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// How often a batch in doubt is looked for when nobody asks for anything.
const SETTLE_EVERY: Duration = Duration::from_millis(500);

/// Numbers of the last event and the last ticket of the districts that are locked.
pub(crate) type Counters = BTreeMap<DistrictId, (u64, u64)>;

/// What is written.
#[derive(Debug)]
pub(crate) enum Write {
    /// A command of the domain.
    Fold(FoldItem),
    /// Everything else.
    Admin(AdminWrite),
}

/// What a write is answered.
#[derive(Debug)]
pub(crate) enum Answer {
    Reply(Reply),
    Outbox(Vec<OutboxItem>),
    Done,
}

/// A write and who waits for it.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) write: Write,
    pub(crate) answer: oneshot::Sender<Result<Answer, StoreError>>,
}

type Answers = Vec<Result<Answer, StoreError>>;

/// What was written: true once it is committed.
#[derive(Debug, Default)]
pub(crate) struct Written {
    answers: Answers,
    advances: Vec<Advance>,
}

/// A transaction whose commit was sent and not answered.
#[derive(Debug)]
struct InDoubt {
    batch: i64,
    written: Written,
    /// Whether those who asked still wait.
    awaited: bool,
}

/// How a batch is written.
#[derive(Clone, Copy, Debug)]
enum How {
    Together,
    /// Each write behind a savepoint of its own, all in one transaction.
    OneByOne,
}

/// The writer. Runs until every [`crate::PostgresStore`] is dropped.
pub struct Writer {
    options: PgConnectOptions,
    /// Whose row in `writers` is ours.
    id: Uuid,
    connection: Option<PgConnection>,
    /// Number of the last transaction that was begun.
    batch: i64,
    /// Only while there is no connection: it is settled before anything else is written.
    in_doubt: Option<InDoubt>,
    /// Whether the last batch was given up: the next ones are tried once, so that a long queue
    /// hears soon that nothing can be written.
    given_up: bool,
    queue: mpsc::Receiver<Request>,
    advances: broadcast::Sender<Arc<Advance>>,
    intake: Intake,
}

/// The options hold the password.
impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("id", &self.id).field("batch", &self.batch).finish()
    }
}

/// Gives a writer its row, in which each of its transactions leaves a number.
pub(crate) async fn register(connection: &mut PgConnection) -> Result<Uuid, sqlx::Error> {
    sqlx::query_scalar!("INSERT INTO writers DEFAULT VALUES RETURNING id")
        .fetch_one(connection)
        .await
}

impl Writer {
    pub(crate) const fn new(
        options: PgConnectOptions,
        id: Uuid,
        queue: mpsc::Receiver<Request>,
        advances: broadcast::Sender<Arc<Advance>>,
        intake: Intake,
    ) -> Self {
        Self {
            options,
            id,
            connection: None,
            batch: 0,
            in_doubt: None,
            given_up: false,
            queue,
            advances,
            intake,
        }
    }

    /// Writes until nobody can ask any more.
    ///
    /// # Errors
    /// None at present: unlike a failed disk, a lost server is no reason to end.
    pub async fn run(mut self) -> Result<(), StoreError> {
        let mut waiting: Vec<Request> = Vec::with_capacity(MAX_BATCH);
        loop {
            tokio::select! {
                taken = self.queue.recv_many(&mut waiting, MAX_BATCH) => {
                    if taken == 0 {
                        return Ok(());
                    }
                }
                () = sleep(SETTLE_EVERY), if self.in_doubt.is_some() => {
                    // It failed before and may again; whoever comes next is told why.
                    drop(self.connected().await);
                    continue;
                }
            }
            let (writes, answers): (Vec<_>, Vec<_>) =
                waiting.drain(..).map(|request| (request.write, request.answer)).unzip();
            let started = Instant::now();
            let results = self.write(&writes).await;
            histogram!("silverbell_store_commit_seconds").record(started.elapsed().as_secs_f64());
            for (answer, result) in answers.into_iter().zip(results) {
                // Nobody may wait any more; the write is durable all the same.
                drop(answer.send(result));
            }
        }
    }

    /// Writes a batch, trying again for a while.
    async fn write(&mut self, writes: &[Write]) -> Answers {
        let patience = if self.given_up { Duration::ZERO } else { TRY_FOR };
        let until = Instant::now() + patience;
        let mut pause = FIRST_PAUSE;
        let mut elsewhere = BTreeSet::new();
        loop {
            let failure = match self.attempt(writes, &elsewhere).await {
                Ok(answers) => return answers,
                Err(failure) => failure,
            };
            if Instant::now() + pause > until {
                return self.give_up(writes, failure);
            }
            tracing::debug!(%failure, "the store is tried again");
            if let Failure::Unlocked(districts) = failure {
                elsewhere.extend(districts);
            }
            sleep(pause).await;
            pause *= 2;
        }
    }

    fn give_up(&mut self, writes: &[Write], failure: Failure) -> Answers {
        if let Some(doubt) = &mut self.in_doubt {
            doubt.awaited = false;
        }
        let lost = failure.remedy() == Remedy::Reconnect;
        let error = failure.in_words();
        // Said once, not for each batch of a long night.
        if !self.given_up {
            tracing::error!(%error, "nothing can be written at present");
        }
        self.given_up = lost;
        writes.iter().map(|_| Err(error.clone())).collect()
    }

    /// Tries once: all together, and if one of them is to blame, one by one.
    async fn attempt(
        &mut self,
        writes: &[Write],
        elsewhere: &BTreeSet<DistrictId>,
    ) -> Result<Answers, Failure> {
        if let Some(answers) = self.connected().await? {
            return Ok(answers);
        }
        match self.timed(writes, elsewhere, How::Together).await {
            Err(failure) if failure.remedy() == Remedy::Blame => {
                self.timed(writes, elsewhere, How::OneByOne).await
            }
            done => done,
        }
    }

    /// Sees to it that there is a connection and no doubt. Returns the answers of the last try when
    /// it turns out that it was committed and somebody waits for them.
    async fn connected(&mut self) -> Result<Option<Answers>, Failure> {
        if self.connection.is_none() {
            let mut connection = connect(&self.options).await?;
            self.settle(&mut connection).await?;
            self.connection = Some(connection);
            if std::mem::take(&mut self.given_up) {
                tracing::info!("the database is back");
            }
        }
        match self.in_doubt.take() {
            Some(InDoubt { written, awaited, .. }) => {
                self.announce(written.advances);
                Ok(awaited.then_some(written.answers))
            }
            None => Ok(None),
        }
    }

    /// Finds out what became of a batch in doubt, and forgets it if it was not committed. Its
    /// transaction may still be under way: it holds the writer's row, and this waits for it.
    async fn settle(&mut self, connection: &mut PgConnection) -> Result<(), Failure> {
        let Some(doubt) = &self.in_doubt else { return Ok(()) };
        let last =
            sqlx::query_scalar!("SELECT batch FROM writers WHERE id = $1 FOR UPDATE", self.id)
                .fetch_optional(connection);
        let committed = within(TRY_WITHIN, last).await? == Some(doubt.batch);
        tracing::warn!(committed, "a commit without an answer is settled");
        if !committed {
            self.in_doubt = None;
        }
        Ok(())
    }

    async fn timed(
        &mut self,
        writes: &[Write],
        elsewhere: &BTreeSet<DistrictId>,
        how: How,
    ) -> Result<Answers, Failure> {
        let done = timeout(TRY_WITHIN, self.transaction(writes, elsewhere, how)).await;
        let done = done.unwrap_or_else(|_| Err(no_answer().into()));
        let lost = done.as_ref().is_err_and(|failure| failure.remedy() == Remedy::Reconnect);
        if lost || self.in_doubt.is_some() {
            self.connection = None;
        }
        done
    }

    async fn transaction(
        &mut self,
        writes: &[Write],
        elsewhere: &BTreeSet<DistrictId>,
        how: How,
    ) -> Result<Answers, Failure> {
        let Some(connection) = &mut self.connection else { return Err(no_answer().into()) };
        self.batch += 1;
        let mut transaction = connection.begin().await?;
        let lock = Lock { writer: self.id, batch: self.batch, elsewhere };
        let written = match carry_out(&mut transaction, lock, writes, how, &self.intake).await {
            Ok(written) => written,
            Err(failure) => {
                // At once, for the sake of those who wait for the locks.
                if failure.remedy() != Remedy::Reconnect {
                    transaction.rollback().await?;
                }
                return Err(failure);
            }
        };
        // From here on it may be committed whatever we hear.
        self.in_doubt = Some(InDoubt { batch: self.batch, written, awaited: true });
        transaction.commit().await?;
        let written = self.in_doubt.take().map(|doubt| doubt.written).unwrap_or_default();
        self.announce(written.advances);
        Ok(written.answers)
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

async fn carry_out(
    transaction: &mut PgConnection,
    lock: Lock<'_>,
    writes: &[Write],
    how: How,
    intake: &Intake,
) -> Result<Written, Failure> {
    let mut counters = batch::lock(transaction, lock, writes, intake).await?;
    match how {
        How::Together => apply(transaction, writes, &mut counters, intake).await,
        How::OneByOne => one_by_one(transaction, writes, &mut counters, intake).await,
    }
}

async fn one_by_one(
    transaction: &mut PgConnection,
    writes: &[Write],
    counters: &mut Counters,
    intake: &Intake,
) -> Result<Written, Failure> {
    let mut all = Written::default();
    for write in writes {
        match alone(transaction, write, counters, intake).await? {
            Ok(written) => {
                all.answers.extend(written.answers);
                all.advances.extend(written.advances);
            }
            Err(error) => all.answers.push(Err(error)),
        }
    }
    Ok(all)
}

/// Writes one item behind a savepoint; the inner error is the item's own.
async fn alone(
    transaction: &mut PgConnection,
    write: &Write,
    counters: &mut Counters,
    intake: &Intake,
) -> Result<Result<Written, StoreError>, Failure> {
    let mut tried = false;
    loop {
        let mut savepoint = transaction.begin().await?;
        let one = std::slice::from_ref(write);
        let failure = match apply(&mut savepoint, one, counters, intake).await {
            Ok(written) => {
                savepoint.commit().await?;
                return Ok(Ok(written));
            }
            Err(failure) if failure.remedy() != Remedy::Blame => return Err(failure),
            Err(failure) => failure,
        };
        savepoint.rollback().await?;
        // Another node may have recorded the same alarm meanwhile: the second look finds it.
        if tried || !failure.is_taken() || !matches!(write, Write::Fold(FoldItem::Alarm(..))) {
            return Ok(Err(failure.in_words()));
        }
        tried = true;
    }
}

/// Applies writes inside the open transaction: the folded ones together, then the others.
async fn apply(
    transaction: &mut PgConnection,
    writes: &[Write],
    counters: &mut Counters,
    intake: &Intake,
) -> Result<Written, Failure> {
    let folded: Vec<&FoldItem> = writes
        .iter()
        .filter_map(|write| match write {
            Write::Fold(item) => Some(item),
            Write::Admin(_) => None,
        })
        .collect();
    let (replies, mut advances) = batch::apply(transaction, &folded, counters, intake).await?;
    let mut replies = replies.into_iter();
    let mut answers = Vec::with_capacity(writes.len());
    for write in writes {
        match write {
            Write::Fold(_) => answers.extend(replies.next().map(|r| r.map(Answer::Reply))),
            Write::Admin(write) => {
                let (answer, advance) = admin::apply(transaction, write, counters).await?;
                answers.push(Ok(answer));
                advances.extend(advance);
            }
        }
    }
    Ok(Written { answers, advances })
}
