//! The one writer: takes everything queued, writes it in one transaction, answers after the commit.

use std::sync::Arc;

use metrics::histogram;
use silverbell_store::{Advance, FoldItem, OutboxItem, Reply, StoreError};
use sqlx::sqlite::SqliteConnection;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::time::Instant;

use crate::admin::{self, AdminWrite};
use crate::checkpoint::{Copier, Worth};
use crate::error::{is_fatal, store_error};
use crate::{Intake, batch};

/// How many requests become one transaction.
const MAX_BATCH: usize = 512;

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

/// The writer. Runs until every [`crate::SqliteStore`] is dropped or the disk fails.
#[derive(Debug)]
pub struct Writer {
    writing: Writing,
    copier: Copier,
}

#[derive(Debug)]
struct Writing {
    connection: SqliteConnection,
    worth_copying: Worth,
    queue: mpsc::Receiver<Request>,
    advances: broadcast::Sender<Arc<Advance>>,
    intake: Intake,
}

impl Writer {
    pub(crate) fn new(
        connection: SqliteConnection,
        for_copying: SqliteConnection,
        queue: mpsc::Receiver<Request>,
        advances: broadcast::Sender<Arc<Advance>>,
        intake: Intake,
    ) -> Self {
        let worth_copying = Worth::default();
        let copier = Copier::new(for_copying, &worth_copying);
        Self { writing: Writing { connection, worth_copying, queue, advances, intake }, copier }
    }

    /// Lets the database grow to this many pages more at most, so that a test can fill it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    #[doc(hidden)]
    pub async fn limit_growth(&mut self, pages: u32) -> Result<(), StoreError> {
        let used: u32 = sqlx::query_scalar("PRAGMA page_count")
            .fetch_one(&mut self.writing.connection)
            .await
            .map_err(store_error)?;
        let limit = format!("PRAGMA max_page_count = {}", used + pages);
        let limit = sqlx::raw_sql(sqlx::AssertSqlSafe(limit));
        let limited = limit.execute(&mut self.writing.connection).await;
        limited.map(drop).map_err(store_error)
    }

    /// Writes until nobody can ask any more.
    ///
    /// # Errors
    /// When the disk failed: the process must end, a restart recovers. Whoever waited was told
    /// that the store is not available.
    pub async fn run(self) -> Result<(), StoreError> {
        let Self { writing, copier } = self;
        tokio::select! {
            ended = writing.run() => ended,
            error = copier.run() => Err(error),
        }
    }
}

impl Writing {
    async fn run(mut self) -> Result<(), StoreError> {
        let mut waiting: Vec<Request> = Vec::with_capacity(MAX_BATCH);
        while self.queue.recv_many(&mut waiting, MAX_BATCH).await > 0 {
            let (writes, answers): (Vec<_>, Vec<_>) =
                waiting.drain(..).map(|request| (request.write, request.answer)).unzip();
            let started = Instant::now();
            let outcome = self.write(&writes).await;
            histogram!("silverbell_store_commit_seconds").record(started.elapsed().as_secs_f64());
            match outcome {
                Ok(results) => {
                    self.worth_copying.wrote(results.len());
                    for (answer, result) in answers.into_iter().zip(results) {
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
        Ok(())
    }

    /// Writes a batch; its error is fatal.
    async fn write(&mut self, writes: &[Write]) -> Result<Answers, StoreError> {
        let error = match self.whole(writes).await {
            Ok((answers, advances)) => {
                self.announce(advances);
                return Ok(answers);
            }
            Err(error) => error,
        };
        self.roll_back(&error).await?;
        if writes.len() == 1 {
            return Ok(vec![Err(store_error(error))]);
        }
        match self.one_by_one(writes).await {
            Ok((answers, advances)) => {
                self.announce(advances);
                Ok(answers)
            }
            Err(error) => {
                self.roll_back(&error).await?;
                let error = store_error(error);
                Ok(writes.iter().map(|_| Err(error.clone())).collect())
            }
        }
    }

    async fn whole(&mut self, writes: &[Write]) -> Result<(Answers, Vec<Advance>), sqlx::Error> {
        sqlx::query!("BEGIN IMMEDIATE").execute(&mut self.connection).await?;
        let written = apply(&mut self.connection, writes, &self.intake).await?;
        sqlx::query!("COMMIT").execute(&mut self.connection).await?;
        Ok(written)
    }

    /// Each write behind a savepoint of its own, all in one transaction: still one fsync.
    async fn one_by_one(
        &mut self,
        writes: &[Write],
    ) -> Result<(Answers, Vec<Advance>), sqlx::Error> {
        let mut answers = Vec::with_capacity(writes.len());
        let mut advances = Vec::new();
        sqlx::query!("BEGIN IMMEDIATE").execute(&mut self.connection).await?;
        for write in writes {
            sqlx::query!("SAVEPOINT item").execute(&mut self.connection).await?;
            match apply(&mut self.connection, std::slice::from_ref(write), &self.intake).await {
                Ok((answer, advance)) => {
                    sqlx::query!("RELEASE item").execute(&mut self.connection).await?;
                    answers.extend(answer);
                    advances.extend(advance);
                }
                Err(error) if is_fatal(&error) => return Err(error),
                Err(error) => {
                    sqlx::query!("ROLLBACK TO item").execute(&mut self.connection).await?;
                    sqlx::query!("RELEASE item").execute(&mut self.connection).await?;
                    answers.push(Err(store_error(error)));
                }
            }
        }
        sqlx::query!("COMMIT").execute(&mut self.connection).await?;
        Ok((answers, advances))
    }

    async fn roll_back(&mut self, error: &sqlx::Error) -> Result<(), StoreError> {
        if is_fatal(error) {
            return Err(StoreError::Unavailable(format!("the disk failed: {error}")));
        }
        // SQLite may have rolled back by itself, for instance on a full disk.
        let rolled_back = sqlx::query!("ROLLBACK").execute(&mut self.connection).await;
        if let Err(error) = rolled_back
            && !error.to_string().contains("no transaction is active")
        {
            return Err(StoreError::Unavailable(format!("cannot roll back: {error}")));
        }
        Ok(())
    }

    fn announce(&self, advances: Vec<Advance>) {
        for advance in advances {
            // Nobody may follow yet; that is no error.
            drop(self.advances.send(Arc::new(advance)));
        }
    }
}

/// Applies writes inside the open transaction: the folded ones together, then the others.
async fn apply(
    connection: &mut SqliteConnection,
    writes: &[Write],
    intake: &Intake,
) -> Result<(Answers, Vec<Advance>), sqlx::Error> {
    let folded: Vec<&FoldItem> = writes
        .iter()
        .filter_map(|write| match write {
            Write::Fold(item) => Some(item),
            Write::Admin(_) => None,
        })
        .collect();
    let (replies, mut advances) = batch::apply(connection, &folded, intake).await?;
    let mut replies = replies.into_iter();
    let mut answers = Vec::with_capacity(writes.len());
    for write in writes {
        match write {
            Write::Fold(_) => answers.extend(replies.next().map(|r| r.map(Answer::Reply))),
            Write::Admin(write) => {
                let (answer, advance) = admin::apply(connection, write).await?;
                answers.push(Ok(answer));
                advances.extend(advance);
            }
        }
    }
    Ok((answers, advances))
}
