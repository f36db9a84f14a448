//! What all parts share: the binary under test, the directory, and a filled demo to start from.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;
use tokio::process::Command;

use crate::process::Running;
use crate::{Cli, Peer, demo, disk, machine};

/// How often the disk alone is measured before a part.
const SYNCS: usize = 300;

/// The bench.
#[derive(Debug)]
pub(crate) struct Bench {
    server: PathBuf,
    root: TempDir,
    pub(crate) rounds: usize,
    pub(crate) offer_s: u64,
    pub(crate) memory_s: u64,
    pub(crate) watches_s: u64,
    /// Extracts of OpenStreetMap that were named, or folders of them.
    pub(crate) osm: Vec<PathBuf>,
    /// Whether peers that are missing may be installed.
    pub(crate) installs: bool,
}

/// Ports of devices that no benchmark of this kind speaks to.
const OTHER_PORTS: [&str; 5] = ["GT06", "JT808", "H02", "OSMAND", "OWNTRACKS"];

/// From nine tenths of these on, watches would have to make room.
const MOST_WATCHES: &str = "12000";

impl Bench {
    /// Builds the service where needed, describes the machine, and fills a demo to copy from.
    pub(crate) async fn prepare(cli: &Cli) -> Result<Self> {
        let server = match &cli.server {
            Some(server) => server.clone(),
            None => build().await?,
        };
        let bench = Self::on(cli, server)?;
        eprintln!("filling a demo district to start from");
        bench.start(&bench.seed(), "--demo=quiet").await?.stop().await?;
        Ok(bench)
    }

    /// Describes the machine, and starts no service: for what is measured without one.
    pub(crate) fn without_service(cli: &Cli) -> Result<Self> {
        Self::on(cli, cli.server.clone().unwrap_or_default())
    }

    fn on(cli: &Cli, server: PathBuf) -> Result<Self> {
        let parent = match &cli.dir {
            Some(dir) => dir.clone(),
            None => beside_this_program()?,
        };
        std::fs::create_dir_all(&parent)?;
        let mut root = tempfile::Builder::new().prefix("loadtest-").tempdir_in(&parent)?;
        if cli.keep {
            root.disable_cleanup(true);
            eprintln!("data and logs stay in {}", root.path().display());
        }
        let bench = Self {
            server,
            root,
            rounds: cli.rounds.max(1),
            offer_s: cli.offer_s.max(1),
            memory_s: cli.memory_s,
            watches_s: cli.watches_s.max(1),
            osm: cli.osm.clone(),
            installs: !cli.no_install,
        };
        println!("{}", machine::describe(bench.dir()));
        Ok(bench)
    }

    /// Returns the directory under which everything is written.
    pub(crate) fn dir(&self) -> &Path {
        self.root.path()
    }

    /// Returns the data directory of the filled demo: read only.
    pub(crate) fn seed(&self) -> PathBuf {
        self.dir().join("seed")
    }

    /// Says what is measured now, and what the disk alone does at this moment. Returns median and
    /// 99th percentile of one synced write, milliseconds.
    pub(crate) fn begin(&self, what: &str) -> Result<(f64, f64)> {
        let alone = disk::sync_alone(self.dir(), SYNCS)?;
        let (p50, p99) = (alone.p50_ms(), alone.p99_ms());
        eprintln!("{what}: one fdatasync takes {p50:.3} ms, p99 {p99:.3} ms");
        Ok((p50, p99))
    }

    /// Starts the service under test on a copy of the filled demo.
    pub(crate) async fn service(&self, name: &str) -> Result<Running> {
        self.start(&self.copy_of_seed(name)?, "--demo=quiet").await
    }

    /// Starts the service under test on a copy of the filled demo, with settings: names of variables
    /// without their prefix, and values.
    pub(crate) async fn service_with(&self, name: &str, set: &[(&str, &str)]) -> Result<Running> {
        let data = self.copy_of_seed(name)?;
        let mut command = self.serve(&data, "--demo=quiet")?;
        command.envs(set.iter().map(|(key, value)| (format!("SILVERBELL_{key}"), value)));
        Running::start(command, &data.join("service.log")).await
    }

    /// Copies the filled demo, and returns where it lies.
    pub(crate) fn copy_of_seed(&self, name: &str) -> Result<PathBuf> {
        let data = self.dir().join(name);
        copy(&self.seed(), &data)?;
        Ok(data)
    }

    /// Starts the service under test on a PostgreSQL database, which it fills if it is empty.
    pub(crate) async fn service_on(&self, name: &str, database_url: &str) -> Result<Running> {
        let data = self.dir().join(name);
        let mut command = self.serve(&data, "--demo=quiet")?;
        command.env("DATABASE_URL", database_url);
        Running::start(command, &data.join("service.log")).await
    }

    /// Starts the service under test on a directory.
    pub(crate) async fn start(&self, data: &Path, mode: &str) -> Result<Running> {
        let command = self.serve(data, mode)?;
        Running::start(command, &data.join("service.log")).await
    }

    fn serve(&self, data: &Path, mode: &str) -> Result<Command> {
        std::fs::create_dir_all(data)?;
        let mut command = Command::new(&self.server);
        command
            .env_remove("DATABASE_URL")
            .args(["serve", mode, "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .env("SILVERBELL_GATEWAY_WATCH_LISTEN", "127.0.0.1:0")
            .env("SILVERBELL_GATEWAY_WATCH_MAX_CONNECTIONS", MOST_WATCHES)
            .envs(OTHER_PORTS.map(|port| (format!("SILVERBELL_GATEWAY_{port}_LISTEN"), "off")))
            .env("SILVERBELL_DEMO_PASSWORD", demo::PASSWORD);
        Ok(command)
    }

    /// Starts a service to compare with, in a process of its own and on the same file system.
    pub(crate) async fn peer(&self, kind: Peer, name: &str) -> Result<Running> {
        let dir = self.dir().join(name);
        std::fs::create_dir_all(&dir)?;
        let mut command = Command::new(std::env::current_exe()?);
        let kind = match kind {
            Peer::Bare => "bare",
            Peer::Relay => "relay",
            Peer::Keeper => "keeper",
        };
        command.args(["peer", kind, "--dir"]).arg(&dir);
        Running::start(command, &dir.join("service.log")).await
    }
}

/// Builds the release binary when run by cargo; otherwise takes the one beside this program.
async fn build() -> Result<PathBuf> {
    let server = beside_this_program()?.join("silverbell");
    if let Some(cargo) = std::env::var_os("CARGO") {
        let mut command = Command::new(cargo);
        command.args(["build", "--quiet", "--package", "silverbell-server"]);
        if !cfg!(debug_assertions) {
            command.arg("--release");
        }
        let built = command.stdin(Stdio::null()).status().await?;
        if !built.success() {
            bail!("the service cannot be built");
        }
    }
    if !server.exists() {
        bail!("{} is missing: build it, or name one with --server", server.display());
    }
    Ok(server)
}

/// Returns the folder in which this program lies.
pub(crate) fn beside_this_program() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    Ok(program.parent().context("this program lies nowhere")?.to_owned())
}

/// Copies the files of a directory.
fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
