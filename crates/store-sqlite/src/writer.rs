//! The writing half: a batch in one transaction, and what to do when it fails.

use silverbell_store::{Backend, Intake, StoreError, Write, WriterHandle, Written, split};
use sqlx::sqlite::SqliteConnection;

use crate::checkpoint::{Copier, Worth};
use crate::error::{is_fatal, store_error};
use crate::{admin, batch};

/// The writer. Runs until every [`crate::SqliteStore`] is dropped or the disk fails.
#[derive(Debug)]
pub struct Writer {
    writing: silverbell_store::Writer<Sqlite>,
    copier: Copier,
}

/// The one connection that writes.
#[derive(Debug)]
struct Sqlite {
    connection: SqliteConnection,
    worth_copying: Worth,
    intake: Intake,
}

impl Writer {
    pub(crate) fn new(
        connection: SqliteConnection,
        for_copying: SqliteConnection,
        intake: Intake,
    ) -> (WriterHandle, Self) {
        let worth_copying = Worth::default();
        let copier = Copier::new(for_copying, &worth_copying);
        let backend = Sqlite { connection, worth_copying, intake };
        let (handle, writing) = silverbell_store::Writer::new(backend);
        (handle, Self { writing, copier })
    }

    /// Lets the database grow to this many pages more at most, so that a test can fill it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database does not answer.
    #[doc(hidden)]
    pub async fn limit_growth(&mut self, pages: u32) -> Result<(), StoreError> {
        let connection = &mut self.writing.backend().connection;
        let used: u32 = sqlx::query_scalar("PRAGMA page_count")
            .fetch_one(&mut *connection)
            .await
            .map_err(store_error)?;
        let limit = format!("PRAGMA max_page_count = {}", used + pages);
        let limit = sqlx::raw_sql(sqlx::AssertSqlSafe(limit));
        limit.execute(connection).await.map(drop).map_err(store_error)
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

impl Backend for Sqlite {
    async fn write(&mut self, writes: &[Write]) -> Result<Written, StoreError> {
        let written = self.carry_out(writes).await?;
        self.worth_copying.wrote(writes.len());
        Ok(written)
    }
}

impl Sqlite {
    /// Writes a batch; its error is fatal.
    async fn carry_out(&mut self, writes: &[Write]) -> Result<Written, StoreError> {
        let error = match self.whole(writes).await {
            Ok(written) => return Ok(written),
            Err(error) => error,
        };
        self.roll_back(&error).await?;
        if writes.len() == 1 {
            return Ok(Written::refused(writes, &store_error(error)));
        }
        match self.one_by_one(writes).await {
            Ok(written) => Ok(written),
            Err(error) => {
                self.roll_back(&error).await?;
                Ok(Written::refused(writes, &store_error(error)))
            }
        }
    }

    async fn whole(&mut self, writes: &[Write]) -> Result<Written, sqlx::Error> {
        sqlx::query!("BEGIN IMMEDIATE").execute(&mut self.connection).await?;
        let written = apply(&mut self.connection, writes, &self.intake).await?;
        sqlx::query!("COMMIT").execute(&mut self.connection).await?;
        Ok(written)
    }

    /// Each write behind a savepoint of its own, all in one transaction: still one fsync.
    async fn one_by_one(&mut self, writes: &[Write]) -> Result<Written, sqlx::Error> {
        let mut all = Written::default();
        sqlx::query!("BEGIN IMMEDIATE").execute(&mut self.connection).await?;
        for write in writes {
            sqlx::query!("SAVEPOINT item").execute(&mut self.connection).await?;
            match apply(&mut self.connection, std::slice::from_ref(write), &self.intake).await {
                Ok(written) => {
                    sqlx::query!("RELEASE item").execute(&mut self.connection).await?;
                    all.append(written);
                }
                Err(error) if is_fatal(&error) => return Err(error),
                Err(error) => {
                    sqlx::query!("ROLLBACK TO item").execute(&mut self.connection).await?;
                    sqlx::query!("RELEASE item").execute(&mut self.connection).await?;
                    all.answers.push(Err(store_error(error)));
                }
            }
        }
        sqlx::query!("COMMIT").execute(&mut self.connection).await?;
        Ok(all)
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
}

/// Applies writes inside the open transaction: the folded ones together, then the others.
async fn apply(
    connection: &mut SqliteConnection,
    writes: &[Write],
    intake: &Intake,
) -> Result<Written, sqlx::Error> {
    let (folded, others) = split(writes);
    let (replies, advances) = batch::apply(connection, &folded, intake).await?;
    let mut outcomes = Vec::with_capacity(others.len());
    for write in others {
        outcomes.push(admin::apply(connection, write).await?);
    }
    Ok(Written::in_order(writes, replies, advances, outcomes))
}
