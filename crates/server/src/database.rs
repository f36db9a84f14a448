//! Which database: the embedded one in the data directory, or PostgreSQL by `DATABASE_URL`.

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use silverbell_store::{BackupReader, BackupWriter, CopyError, Intake, Store, StoreError};

use crate::config::Config;
use crate::files;

/// A database. An address may hold a password: it is never printed.
pub(crate) enum Database {
    /// This file.
    Embedded(PathBuf),
    /// PostgreSQL at this address.
    Postgres(String),
}

/// What writes, until the last user of the store is gone; its error is fatal.
pub(crate) type Writing = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send>>;

impl Database {
    /// Returns the database that is chosen.
    ///
    /// # Errors
    /// When `DATABASE_URL` names something else: better no service than one that keeps its tickets
    /// elsewhere than its owner thinks.
    pub(crate) fn chosen(config: &Config) -> Result<Self> {
        match std::env::var("DATABASE_URL") {
            Ok(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Ok(Self::Postgres(url))
            }
            Ok(url) if url.is_empty() => Ok(Self::Embedded(files::database(&config.data))),
            Err(std::env::VarError::NotPresent) => {
                Ok(Self::Embedded(files::database(&config.data)))
            }
            // What it says is not repeated: it may hold a password.
            Ok(_) | Err(std::env::VarError::NotUnicode(_)) => bail!(
                "DATABASE_URL names no PostgreSQL database (postgres://user@host/silverbell): \
                 correct it, or unset it to use the embedded database in --data"
            ),
        }
    }

    /// Opens it. PostgreSQL may be away: its writer connects when it can.
    pub(crate) async fn open(&self, intake: Intake) -> Result<(Arc<dyn Store>, Writing)> {
        match self {
            Self::Embedded(file) => {
                files::check_database(file)?;
                let (store, writer) = silverbell_store_sqlite::open(file, intake)
                    .await
                    .with_context(|| format!("cannot open {self}"))?;
                Ok((Arc::new(store), Box::pin(writer.run())))
            }
            Self::Postgres(address) => {
                let (store, writer) = silverbell_store_postgres::open(address, intake)
                    .context("cannot use DATABASE_URL")?;
                Ok((Arc::new(store), Box::pin(writer.run())))
            }
        }
    }

    /// Writes every row into a backup, as they are at one moment.
    pub(crate) async fn dump<W: Write + Send>(
        &self,
        out: &mut BackupWriter<W>,
    ) -> Result<(), CopyError> {
        match self {
            Self::Embedded(file) => silverbell_store_sqlite::dump(file, out).await,
            Self::Postgres(address) => silverbell_store_postgres::dump(address, out).await,
        }
    }

    /// Fills it from a backup, where nothing is yet.
    pub(crate) async fn load<R: BufRead + Send>(
        &self,
        input: &mut BackupReader<R>,
    ) -> Result<(), CopyError> {
        match self {
            Self::Embedded(file) => silverbell_store_sqlite::load(file, input).await,
            Self::Postgres(address) => silverbell_store_postgres::load(address, input).await,
        }
    }

    /// Refuses the embedded database that is not there yet, for commands that only look.
    pub(crate) fn must_exist(&self) -> Result<()> {
        match self {
            Self::Embedded(file) if !file.exists() => {
                bail!("{}: there is no database yet", file.display())
            }
            Self::Embedded(_) | Self::Postgres(_) => Ok(()),
        }
    }

    /// Returns whether it may come back by itself when it is away.
    pub(crate) const fn may_come_back(&self) -> bool {
        match self {
            Self::Embedded(_) => false,
            Self::Postgres(_) => true,
        }
    }
}

impl std::fmt::Display for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Embedded(file) => write!(f, "the database {}", file.display()),
            Self::Postgres(_) => f.write_str("the PostgreSQL database"),
        }
    }
}
