//! The writing half: a batch in one transaction, tried again while that helps and somebody waits. It
//! outlives its server: what cannot be written is answered so, and the link comes about again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use silverbell_domain::DistrictId;
use silverbell_store::{
    Advance, Answer, Backend, FoldItem, Intake, StoreError, Write, WriterHandle, Written, split,
};
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::time::{Instant, sleep, timeout_at};

use crate::admin;
use crate::batch::{self, Lock};
use crate::connect::{LOCK_WITHIN, no_answer};
use crate::error::{Failure, Remedy};
use crate::link::{Link, TablesSender};

/// How long a batch may take from beginning to end, whatever becomes of it: devices are told within
/// two seconds that their SOS was not recorded, and the dispatcher, which has the journal to write,
/// waits 1.4 s.
const ANSWER_WITHIN: Duration = Duration::from_millis(1_300);

/// How long a batch waits for a new connection when the last one was lost; the rest is for writing.
const CONNECTED_WITHIN: Duration = Duration::from_millis(1_000);

/// The same while the database is known to be away. Short, for whoever was queued behind a batch that
/// took all its time has waited for that already, and will be told in time all the same.
const BACK_WITHIN: Duration = Duration::from_millis(250);

/// What is left of a batch's time when no further item is begun, so that those before it are kept.
const FOR_THE_COMMIT: Duration = Duration::from_millis(400);

/// The pause before a transaction is tried a second time; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// Numbers of the last event and the last ticket of the districts that are locked.
pub(crate) type Counters = BTreeMap<DistrictId, (u64, u64)>;

type Answers = Vec<Result<Answer, StoreError>>;

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
pub struct Writer(silverbell_store::Writer<Postgres>);

/// The address holds the password.
impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Writer {
    pub(crate) fn new(
        options: PgConnectOptions,
        tables: TablesSender,
        intake: Intake,
    ) -> (WriterHandle, Self) {
        let backend = Postgres {
            link: Link::new(options, tables),
            batch: 0,
            in_doubt: None,
            advances: Vec::new(),
            intake,
        };
        let (handle, writer) = silverbell_store::Writer::new(backend);
        (handle, Self(writer))
    }

    /// Connects, and writes until nobody can ask any more.
    ///
    /// # Errors
    /// None at present: unlike a failed disk, a lost server is no reason to end.
    pub async fn run(self) -> Result<(), StoreError> {
        self.0.run().await
    }
}

struct Postgres {
    link: Link,
    /// Number of the last transaction that was begun.
    batch: i64,
    /// Settled as soon as there is a new connection, before anything else is written.
    in_doubt: Option<InDoubt>,
    /// What was committed and not yet handed on to be announced.
    advances: Vec<Advance>,
    intake: Intake,
}

impl Backend for Postgres {
    async fn write(&mut self, writes: &[Write]) -> Result<Written, StoreError> {
        let answers = self.answers(writes).await;
        Ok(Written { answers, advances: std::mem::take(&mut self.advances) })
    }

    /// Sees to it that there is a connection, and with it that no commit stays in doubt.
    async fn idle(&mut self) -> Vec<Advance> {
        while !self.link.is_up() {
            match self.link.try_once(false).await {
                Ok(last) => {
                    // Those who asked do not wait any more.
                    drop(self.settle(last));
                    return std::mem::take(&mut self.advances);
                }
                Err(()) => self.link.give_up(),
            }
        }
        if self.advances.is_empty() {
            std::future::pending::<()>().await;
        }
        std::mem::take(&mut self.advances)
    }

    fn connections(&self) -> u64 {
        self.link.connections()
    }
}

impl Postgres {
    /// Writes a batch, trying again for a while.
    async fn answers(&mut self, writes: &[Write]) -> Answers {
        let started = Instant::now();
        let until = started + ANSWER_WITHIN;
        let patience = if self.link.is_down() { BACK_WITHIN } else { CONNECTED_WITHIN };
        let mut pause = FIRST_PAUSE;
        let mut elsewhere = BTreeSet::new();
        loop {
            match self.link.connected(started + patience).await {
                Ok(None) => {}
                Ok(Some(last)) => {
                    if let Some(answers) = self.settle(last) {
                        return answers;
                    }
                }
                Err(error) => {
                    self.link.give_up();
                    return self.refuse(writes, &error);
                }
            }
            let failure = match self.attempt(writes, &elsewhere, until).await {
                Ok(answers) => return answers,
                Err(failure) => failure,
            };
            if failure.remedy() == Remedy::Reconnect || self.in_doubt.is_some() {
                self.link.lose(failure);
                continue;
            }
            // It may have to wait for the same lock as long as before.
            if Instant::now() + pause + LOCK_WITHIN > until {
                let error = failure.in_words();
                tracing::error!(%error, "a batch could not be written");
                return self.refuse(writes, &error);
            }
            tracing::debug!(%failure, "a batch is tried again");
            if let Failure::Unlocked(districts) = failure {
                elsewhere.extend(districts);
            }
            sleep(pause).await;
            pause *= 2;
        }
    }

    /// Tells everybody the same; what is in doubt nobody waits for any more.
    fn refuse(&mut self, writes: &[Write], error: &StoreError) -> Answers {
        if let Some(doubt) = &mut self.in_doubt {
            doubt.awaited = false;
        }
        Written::refused(writes, error).answers
    }

    /// Knows what became of a batch in doubt, now that it is known which of our transactions was the
    /// last to be committed. Returns its answers if it was that one and somebody waits for them.
    fn settle(&mut self, last: i64) -> Option<Answers> {
        let InDoubt { batch, written, awaited } = self.in_doubt.take()?;
        let committed = last == batch;
        tracing::warn!(committed, "a commit without an answer is settled");
        if !committed {
            return None;
        }
        self.advances.extend(written.advances);
        awaited.then_some(written.answers)
    }

    /// Tries once: without locks where that can be, or else with them all together, and if one of
    /// the writes is to blame, one by one.
    async fn attempt(
        &mut self,
        writes: &[Write],
        elsewhere: &BTreeSet<DistrictId>,
        until: Instant,
    ) -> Result<Answers, Failure> {
        let together = async {
            match self.unlocked(writes, elsewhere).await? {
                Some(answers) => Ok(answers),
                None => self.transaction(writes, elsewhere, How::Together, until).await,
            }
        };
        match timed(until, together).await {
            Err(failure) if failure.remedy() == Remedy::Blame && self.in_doubt.is_none() => {
                timed(until, self.transaction(writes, elsewhere, How::OneByOne, until)).await
            }
            done => done,
        }
    }

    /// Writes the batch without holding a lock, in two round trips. `None` when that cannot be, or
    /// when another node wrote to one of its districts meanwhile; nothing has changed then.
    async fn unlocked(
        &mut self,
        writes: &[Write],
        elsewhere: &BTreeSet<DistrictId>,
    ) -> Result<Option<Answers>, Failure> {
        let (folded, others) = split(writes);
        if folded.is_empty() || !others.is_empty() || !elsewhere.is_empty() {
            return Ok(None);
        }
        let (connection, writer) = self.link.connection()?;
        let Some(mut prepared) = batch::prepare(connection, &folded, &self.intake).await? else {
            return Ok(None);
        };
        self.batch += 1;
        let batch = self.batch;
        let replies = std::mem::take(&mut prepared.replies);
        let advances = std::mem::take(&mut prepared.advances);
        let written = Written::in_order(writes, replies, advances, Vec::new());
        if prepared.is_empty() {
            return Ok(Some(self.deliver(written)));
        }
        // From here on it may be committed whatever we hear.
        self.in_doubt = Some(InDoubt { batch, written, awaited: true });
        match prepared.write(connection, writer, batch).await {
            Ok(true) => Ok(Some(self.committed())),
            Ok(false) => {
                self.in_doubt = None;
                Ok(None)
            }
            Err(error) => {
                let failure = Failure::from(error);
                // The server answered, and it says that the statement failed.
                if failure.remedy() != Remedy::Reconnect {
                    self.in_doubt = None;
                }
                Err(failure)
            }
        }
    }

    /// Takes over what was in doubt and is committed now.
    fn committed(&mut self) -> Answers {
        let written = self.in_doubt.take().map(|doubt| doubt.written).unwrap_or_default();
        self.deliver(written)
    }

    fn deliver(&mut self, written: Written) -> Answers {
        self.link.worked();
        self.advances.extend(written.advances);
        written.answers
    }

    async fn transaction(
        &mut self,
        writes: &[Write],
        elsewhere: &BTreeSet<DistrictId>,
        how: How,
        until: Instant,
    ) -> Result<Answers, Failure> {
        let (connection, writer) = self.link.connection()?;
        self.batch += 1;
        let batch = self.batch;
        let mut transaction = connection.begin().await?;
        let lock = Lock { writer, batch, elsewhere };
        let done = carry_out(&mut transaction, lock, writes, how, until, &self.intake).await;
        let written = match done {
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
        self.in_doubt = Some(InDoubt { batch, written, awaited: true });
        transaction.commit().await?;
        Ok(self.committed())
    }
}

async fn timed(
    until: Instant,
    attempt: impl Future<Output = Result<Answers, Failure>>,
) -> Result<Answers, Failure> {
    timeout_at(until, attempt).await.unwrap_or_else(|_| Err(no_answer().into()))
}

async fn carry_out(
    transaction: &mut PgConnection,
    lock: Lock<'_>,
    writes: &[Write],
    how: How,
    until: Instant,
    intake: &Intake,
) -> Result<Written, Failure> {
    let mut counters = batch::lock(transaction, lock, writes, intake).await?;
    match how {
        How::Together => apply(transaction, writes, &mut counters, intake).await,
        How::OneByOne => one_by_one(transaction, writes, &mut counters, until, intake).await,
    }
}

async fn one_by_one(
    transaction: &mut PgConnection,
    writes: &[Write],
    counters: &mut Counters,
    until: Instant,
    intake: &Intake,
) -> Result<Written, Failure> {
    let mut all = Written::default();
    for write in writes {
        // Better some of them than none, for ever.
        if Instant::now() + FOR_THE_COMMIT > until {
            let too_slow = "the database is too slow for so many at once";
            all.answers.push(Err(StoreError::Unavailable(too_slow.into())));
            continue;
        }
        match alone(transaction, write, counters, intake).await? {
            Ok(written) => all.append(written),
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
    let (folded, others) = split(writes);
    let (replies, advances) = batch::apply(transaction, &folded, counters, intake).await?;
    let mut outcomes = Vec::with_capacity(others.len());
    for write in others {
        outcomes.push(admin::apply(transaction, write, counters).await?);
    }
    Ok(Written::in_order(writes, replies, advances, outcomes))
}
