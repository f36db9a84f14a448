//! The writer's way to its database: comes about by itself, again and again, and says why not.

use std::pin::Pin;
use std::time::Duration;

use silverbell_store::StoreError;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};
use uuid::Uuid;

use crate::connect::{connect, no_answer, writing};
use crate::error::{Failure, unavailable};
use crate::schema;

/// The pause after the first try that failed; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(20);

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The longest pause while somebody waits for the outcome.
const PAUSE_WHEN_ASKED: Duration = Duration::from_millis(100);

/// The pause when only a person can help: a wrong password is not hammered at the server.
const PAUSE_FOR_A_PERSON: Duration = Duration::from_secs(5);

/// How long each step of a try may take after the connection is there.
const STEP_WITHIN: Duration = Duration::from_secs(2);

/// How often it is looked whether a connection that was ended is gone.
const END_POLL: Duration = Duration::from_millis(10);

/// Whether there is something to read from. Shared with the readers, which otherwise would hear that
/// "relation tickets does not exist".
#[derive(Clone, Debug)]
pub(crate) enum Tables {
    /// Nothing was tried yet: it will be known soon.
    Unknown,
    /// No, and why.
    Missing(StoreError),
    /// Today's tables are there.
    There,
}

pub(crate) type TablesSender = watch::Sender<Tables>;

/// A process of the server's that serves one connection, and since when: numbers are given again.
#[derive(Clone, Debug)]
struct Backend {
    pid: i32,
    since: String,
}

/// A connection on which everything can be written.
struct Fresh {
    connection: PgConnection,
    backend: Backend,
    /// Whose row in `writers` is ours.
    id: Uuid,
    /// Number of the last transaction of ours that was committed there.
    batch: i64,
}

type Try = Pin<Box<dyn Future<Output = Result<Fresh, Failure>> + Send>>;

/// The way to the database.
pub(crate) struct Link {
    options: PgConnectOptions,
    tables: TablesSender,
    /// Whose row in `writers` is ours; given by the first database that is reached.
    id: Option<Uuid>,
    connection: Option<PgConnection>,
    /// The server's side of the last connection.
    backend: Option<Backend>,
    connections: u64,
    /// The try under way. It goes on whoever waits for it, and whether anybody does.
    trying: Option<Try>,
    /// Why the last try failed or the connection was lost; `None` when all is well.
    why: Option<StoreError>,
    /// When that was.
    since: Instant,
    /// The pause before the next try, when nobody asks.
    pause: Duration,
    needs_a_person: bool,
    /// Whether somebody was told that nothing can be written, and the log was.
    is_down: bool,
}

impl Link {
    pub(crate) fn new(options: PgConnectOptions, tables: TablesSender) -> Self {
        Self {
            options,
            tables,
            id: None,
            connection: None,
            backend: None,
            connections: 0,
            trying: None,
            why: None,
            since: Instant::now(),
            pause: Duration::ZERO,
            needs_a_person: false,
            is_down: false,
        }
    }

    pub(crate) const fn is_down(&self) -> bool {
        self.is_down
    }

    /// How often it came about.
    pub(crate) const fn connections(&self) -> u64 {
        self.connections
    }

    pub(crate) const fn is_up(&self) -> bool {
        self.connection.is_some()
    }

    /// Returns the connection and whose row in `writers` is ours.
    pub(crate) fn connection(&mut self) -> Result<(&mut PgConnection, Uuid), Failure> {
        match (&mut self.connection, self.id) {
            (Some(connection), Some(id)) => Ok((connection, id)),
            _ => Err(no_answer().into()),
        }
    }

    /// Waits until there is a connection. Returns the number of our last transaction that was
    /// committed if the connection is a new one, and why there is none if there is none in time. A
    /// try that takes longer goes on.
    pub(crate) async fn connected(&mut self, by: Instant) -> Result<Option<i64>, StoreError> {
        while self.connection.is_none() {
            if self.trying.is_none() && self.next_try(true) > by {
                return Err(self.reason());
            }
            match timeout_at(by, self.try_once(true)).await {
                Ok(Ok(batch)) => return Ok(Some(batch)),
                Ok(Err(())) => {}
                Err(_) => return Err(self.reason()),
            }
        }
        Ok(None)
    }

    /// Tries once, or waits for the try under way; nothing is lost when this is dropped. Returns the
    /// number of our last transaction that was committed.
    pub(crate) async fn try_once(&mut self, asked: bool) -> Result<i64, ()> {
        let trying = match &mut self.trying {
            Some(trying) => trying,
            None => {
                sleep_until(self.next_try(asked)).await;
                let (options, tables) = (self.options.clone(), self.tables.clone());
                let before = self.backend.clone();
                self.trying.insert(Box::pin(come_about(options, self.id, before, tables)))
            }
        };
        let outcome = trying.await;
        self.trying = None;
        match outcome {
            Ok(Fresh { connection, backend, id, batch }) => {
                (self.connection, self.id) = (Some(connection), Some(id));
                self.backend = Some(backend);
                self.connections += 1;
                self.tables.send_replace(Tables::There);
                if std::mem::take(&mut self.is_down) {
                    tracing::info!("the database is back");
                }
                Ok(batch)
            }
            Err(failure) => {
                let needs_a_person = failure.needs_a_person();
                self.failed(failure, needs_a_person);
                Err(())
            }
        }
    }

    /// Forgets the connection, for it is of no use any more.
    pub(crate) fn lose(&mut self, failure: Failure) {
        self.connection = None;
        self.failed(failure, false);
    }

    /// Notes that a batch was committed: the next loss is a new one.
    pub(crate) const fn worked(&mut self) {
        self.pause = Duration::ZERO;
    }

    /// Notes that somebody was told why nothing can be written. The log is told once, not for each
    /// batch of a long night.
    pub(crate) fn give_up(&mut self) {
        if !self.is_down {
            let error = self.reason();
            tracing::error!(%error, "nothing can be written at present");
        }
        self.is_down = true;
    }

    fn failed(&mut self, failure: Failure, needs_a_person: bool) {
        tracing::debug!(%failure, "the database is tried again");
        let is_unfit = matches!(failure, Failure::Unfit(_));
        self.needs_a_person = needs_a_person;
        let why = failure.in_words();
        // Once the tables are there, reading may go on while nothing can be written.
        self.tables.send_if_modified(|tables| {
            let concerns_readers = !matches!(tables, Tables::There) || is_unfit;
            if concerns_readers {
                *tables = Tables::Missing(why.clone());
            }
            concerns_readers
        });
        self.why = Some(why);
        self.since = Instant::now();
        self.pause = (self.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
    }

    fn next_try(&self, asked: bool) -> Instant {
        self.since
            + match () {
                () if self.needs_a_person => PAUSE_FOR_A_PERSON,
                () if asked => self.pause.min(PAUSE_WHEN_ASKED),
                () => self.pause,
            }
    }

    /// Returns why there is no connection: what is being done about it at present, or else what the
    /// last try said.
    fn reason(&self) -> StoreError {
        let why = match self.tables.borrow().clone() {
            Tables::Missing(why) => Some(why),
            Tables::Unknown | Tables::There => self.why.clone(),
        };
        why.unwrap_or_else(|| unavailable(no_answer()))
    }
}

/// Connects, sees to it that the database has today's tables, and puts our row in, which also proves
/// that it can be written. What was sent on the connection before may still be under way, or in a
/// network that comes back: that connection is ended first, so that what our row says is final.
async fn come_about(
    options: PgConnectOptions,
    id: Option<Uuid>,
    before: Option<Backend>,
    tables: TablesSender,
) -> Result<Fresh, Failure> {
    let mut connection = connect(&writing(&options)).await?;
    step(schema::refuse_other_encodings(&mut connection)).await?;
    if !step(schema::is_todays(&mut connection)).await? {
        let why = "the database is being set up or brought up to date; this may take some minutes";
        tables.send_replace(Tables::Missing(StoreError::Unavailable(why.into())));
        schema::migrate(&options).await?;
        tracing::info!("the database has today's tables");
    }
    if let Some(before) = before {
        step(end(&mut connection, &before)).await?;
    }
    let backend = step(own_backend(&mut connection)).await?;
    let (id, batch) = step(register(&mut connection, id)).await?;
    Ok(Fresh { connection, backend, id, batch })
}

/// Ends a connection at the server, and waits until it is gone: either it has committed by then, or it
/// never will.
async fn end(connection: &mut PgConnection, backend: &Backend) -> Result<(), Failure> {
    loop {
        let alive = sqlx::query_scalar!(
            r#"SELECT count(pg_terminate_backend(pid)) AS "alive!" FROM pg_stat_activity
               WHERE pid = $1 AND extract(epoch FROM backend_start)::text = $2"#,
            backend.pid,
            backend.since
        )
        .fetch_one(&mut *connection)
        .await?;
        if alive == 0 {
            return Ok(());
        }
        sleep(END_POLL).await;
    }
}

async fn own_backend(connection: &mut PgConnection) -> Result<Backend, Failure> {
    let row = sqlx::query!(
        r#"SELECT pid AS "pid!", extract(epoch FROM backend_start)::text AS "since!"
           FROM pg_stat_activity WHERE pid = pg_backend_pid()"#
    )
    .fetch_one(connection)
    .await?;
    Ok(Backend { pid: row.pid, since: row.since })
}

async fn step<T>(call: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    timeout(STEP_WITHIN, call).await.unwrap_or_else(|_| Err(no_answer().into()))
}

/// Gives the writer its row, in which each of its transactions leaves a number, or finds it again;
/// in another database than before it is not there and begins anew.
async fn register(connection: &mut PgConnection, id: Option<Uuid>) -> Result<(Uuid, i64), Failure> {
    let row = sqlx::query!(
        "INSERT INTO writers (id) VALUES (coalesce($1, gen_random_uuid()))
         ON CONFLICT (id) DO UPDATE SET at = now()
         RETURNING id, batch",
        id
    )
    .fetch_one(connection)
    .await?;
    Ok((row.id, row.batch))
}
