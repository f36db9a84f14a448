//! A throw-away PostgreSQL server, for tests and chores: made when it is asked for, reached by a
//! Unix socket, and gone when the process that asked has ended, even if it was killed.
//!
//! The server is not this process's child but a watchdog's, a small shell script that reads from a
//! pipe: when the pipe ends, the server is stopped and its directory removed.

use std::io::{BufRead, BufReader, Error, Result, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

/// What starts, watches and stops the server.
const WATCHDOG: &str = include_str!("server.sh");

/// A server that runs until this is dropped or the process ends.
#[derive(Debug)]
pub struct Server {
    home: PathBuf,
    watchdog: Mutex<Watchdog>,
}

#[derive(Debug)]
struct Watchdog {
    process: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Server {
    /// Starts a server of one's own, to be stopped and started at will.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, with the words of what to install, or does not start.
    pub fn start() -> Result<Self> {
        let mut process = Command::new("sh")
            .args(["-c", WATCHDOG, "server.sh"])
            .arg(programs()?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // An interrupt from the keyboard ends the tests; the watchdog has yet to clean up.
            .process_group(0)
            .spawn()?;
        let commands = process.stdin.take();
        let answers = process.stdout.take().ok_or_else(|| Error::other("no pipe"))?;
        let mut watchdog = Watchdog { process, commands, answers: BufReader::new(answers) };
        let home = watchdog.answer()?.into();
        Ok(Self { home, watchdog: Mutex::new(watchdog) })
    }

    /// Returns the server that all tests of this process share.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn shared() -> std::result::Result<&'static Self, String> {
        static SHARED: LazyLock<std::result::Result<Server, String>> =
            LazyLock::new(|| Server::start().map_err(|error| error.to_string()));
        SHARED.as_ref().map_err(Clone::clone)
    }

    /// Returns the directory of the server's socket.
    #[must_use]
    pub fn socket_directory(&self) -> &Path {
        &self.home
    }

    /// Returns the address of a database, as the server's owner, who needs no password.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        self.url_as("postgres", database)
    }

    /// Returns the address of a database for somebody, `name` or `name:password`. Only the role
    /// `needs_password` is asked for one.
    #[must_use]
    pub fn url_as(&self, who: &str, database: &str) -> String {
        format!("postgres://{who}@localhost/{database}?host={}", self.home.display())
    }

    /// Stops the server as a power cut would.
    ///
    /// # Errors
    /// When it does not stop.
    pub fn stop(&self) -> Result<()> {
        self.command("stop")
    }

    /// Starts the server again and waits until it answers.
    ///
    /// # Errors
    /// When it does not start.
    pub fn resume(&self) -> Result<()> {
        self.command("start")
    }

    fn command(&self, command: &str) -> Result<()> {
        let mut watchdog = self.watchdog.lock().unwrap_or_else(PoisonError::into_inner);
        let commands = watchdog.commands.as_mut().ok_or_else(|| Error::other("no pipe"))?;
        writeln!(commands, "{command}")?;
        watchdog.answer().map(drop)
    }
}

impl Watchdog {
    fn answer(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            return Err(Error::other("the PostgreSQL server did not start, see above"));
        }
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let watchdog = self.watchdog.get_mut().unwrap_or_else(PoisonError::into_inner);
        drop(watchdog.commands.take());
        drop(watchdog.process.wait());
    }
}

/// Returns the path of one of PostgreSQL's programs, `pgbench` for instance.
///
/// # Errors
/// When it is not installed, with the words of what to install.
pub fn program(name: &str) -> Result<PathBuf> {
    let program = programs()?.join(name);
    let missing = || Error::other(format!("this needs {name}: `apt-get install postgresql`"));
    if program.is_file() { Ok(program) } else { Err(missing()) }
}

/// Returns the folder of the newest PostgreSQL's programs: Debian keeps them off the path.
fn programs() -> Result<PathBuf> {
    let version = |folder: &PathBuf| {
        folder.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()).unwrap_or(0)
    };
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    versions.sort_by_key(|folder| std::cmp::Reverse(version(folder)));
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    versions
        .into_iter()
        .map(|folder| folder.join("bin"))
        .chain(std::env::split_paths(&on_path))
        .find(|folder| ["initdb", "pg_ctl", "postgres"].iter().all(|p| folder.join(p).is_file()))
        .ok_or_else(|| {
            Error::other("this needs a PostgreSQL server's programs: `apt-get install postgresql`")
        })
}
