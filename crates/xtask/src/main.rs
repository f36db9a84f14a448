//! Repository chores, each of which leaves the tree fresh; `--check` fails where it was not.
//!
//! - `sqlx`: the checked queries' metadata (`crates/store-*/.sqlx`) from new databases;
//! - `types`: the console's TypeScript types, from the wire types;
//! - `openapi`: the OpenAPI document, as the service publishes it.

#![allow(clippy::print_stdout, reason = "a command line tool")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sqlx::migrate::{Migrate, Migrator};
use sqlx::{Connection, PgConnection, SqliteConnection};

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

/// Compiles the crates of checked queries against databases with today's migrations; the macros
/// write what they learn. Both are seen to, whatever became of the first.
fn sqlx_metadata(check: bool) -> Result<()> {
    let sqlite = sqlite_metadata(check);
    postgres_metadata(check).and(sqlite)
}

fn sqlite_metadata(check: bool) -> Result<()> {
    let scratch = tempfile::tempdir()?;
    let url = format!("sqlite://{}?mode=rwc", scratch.path().join("schema.db").display());
    migrate::<SqliteConnection>(&url, "sqlite")?;
    learn("store-sqlite", ("SQLX_SQLITE_URL", &url), check)
}

fn postgres_metadata(check: bool) -> Result<()> {
    let server = silverbell_testkit_postgres::Server::start()?;
    let url = server.url("postgres");
    migrate::<PgConnection>(&url, "postgres")?;
    learn("store-postgres", ("SQLX_POSTGRES_URL", &url), check)
}

fn learn(name: &str, (variable, url): (&str, &str), check: bool) -> Result<()> {
    let fresh = tempfile::tempdir()?;
    // A macro runs only when its crate is compiled anew.
    let source = root().join("crates").join(name).join("src/lib.rs");
    std::fs::File::open(&source)?.set_modified(std::fs::metadata(fresh.path())?.modified()?)?;
    let status = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
        .args(["check", "--quiet", "--package", &format!("silverbell-{name}")])
        .env(variable, url)
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", fresh.path())
        .current_dir(root())
        .status()
        .context("cannot run cargo")?;
    if !status.success() {
        bail!("crates/{name} does not compile against today's migrations");
    }
    replace(fresh.path(), &root().join("crates").join(name).join(".sqlx"), check)
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
    document.merge(silverbell_notify::openapi());
    let text = document.to_pretty_json()?;
    std::fs::write(fresh.path().join("openapi.json"), text + "\n")?;
    replace(fresh.path(), &root().join("crates/api/openapi"), check)
}

fn migrate<C: Connection + Migrate>(url: &str, backend: &str) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut connection = C::connect(url).await?;
        let migrations = root().join("migrations").join(backend);
        Migrator::new(migrations.as_path()).await?.run_direct(None, &mut connection, false).await?;
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
