//! Repository chores, each of which leaves the tree fresh; `--check` fails where it was not.
//!
//! - `sqlx`: the checked queries' metadata (`crates/store-sqlite/.sqlx`) from a new database;
//! - `types`: the console's TypeScript types, from the wire types;
//! - `openapi`: the OpenAPI document, as the service publishes it.

#![allow(clippy::print_stdout, reason = "a command line tool")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sqlx::{Connection, SqliteConnection};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let check = arguments.iter().any(|argument| argument == "--check");
    match arguments.first().map(String::as_str) {
        Some("sqlx") => sqlx_metadata(check),
        Some("types") => typescript(check),
        Some("openapi") => openapi(check),
        _ => bail!("usage: cargo xtask sqlx|types|openapi [--check]"),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Compiles the crate of checked queries against a database with today's migrations; the macros
/// write what they learn.
fn sqlx_metadata(check: bool) -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let database = scratch.path().join("schema.db");
    let url = format!("sqlite://{}?mode=rwc", database.display());
    migrate(&url)?;

    let fresh = scratch.path().join("metadata");
    std::fs::create_dir(&fresh)?;
    // A macro runs only when its crate is compiled anew.
    let source = root().join("crates/store-sqlite/src/lib.rs");
    std::fs::File::open(&source)?.set_modified(std::fs::metadata(&database)?.modified()?)?;
    let status = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
        .args(["check", "--quiet", "--package", "silverbell-store-sqlite"])
        .env("SQLX_SQLITE_URL", &url)
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", &fresh)
        .current_dir(root())
        .status()
        .context("cannot run cargo")?;
    if !status.success() {
        bail!("crates/store-sqlite does not compile against today's migrations");
    }
    replace(&fresh, &root().join("crates/store-sqlite/.sqlx"), check)
}

fn typescript(check: bool) -> Result<()> {
    let fresh = tempfile::tempdir()?;
    silverbell_api::dto::export_typescript(fresh.path())?;
    replace(fresh.path(), &root().join("dispatcher-console/src/generated"), check)
}

fn openapi(check: bool) -> Result<()> {
    let fresh = tempfile::tempdir()?;
    let mut document = silverbell_api::openapi();
    document.merge(silverbell_gateway::openapi());
    let text = document.to_pretty_json()?;
    std::fs::write(fresh.path().join("openapi.json"), text + "\n")?;
    replace(fresh.path(), &root().join("crates/api/openapi"), check)
}

fn migrate(url: &str) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut connection = SqliteConnection::connect(url).await?;
        let migrations = root().join("migrations/sqlite");
        sqlx::migrate::Migrator::new(migrations.as_path()).await?.run(&mut connection).await?;
        connection.close().await?;
        Ok(())
    })
}

/// Makes `kept` the same as `fresh`, or says that it was not.
fn replace(fresh: &Path, kept: &Path, check: bool) -> Result<()> {
    let (new, old) = (files(fresh)?, files(kept).unwrap_or_default());
    if new.is_empty() {
        bail!("nothing was generated");
    }
    if new == old {
        println!("{} is fresh ({} files)", kept.display(), new.len());
        return Ok(());
    }
    if check {
        bail!("{} is not fresh: run `make generate` and commit it", kept.display());
    }
    if kept.exists() {
        std::fs::remove_dir_all(kept)?;
    }
    std::fs::create_dir_all(kept)?;
    for (name, bytes) in &new {
        std::fs::write(kept.join(name), bytes)?;
    }
    println!("wrote {} files to {}", new.len(), kept.display());
    Ok(())
}

fn files(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        found.insert(name.unwrap_or_default(), std::fs::read(&path)?);
    }
    Ok(found)
}
