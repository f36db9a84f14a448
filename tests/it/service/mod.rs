//! The service under test: the real binary, a child process on its own data directory.

mod client;
mod command;
mod database;
mod demo;
mod exchange;
mod hang;
mod json;
mod line;
mod live;
mod template;
mod time;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use reqwest::header::AUTHORIZATION;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::{Instant, sleep, timeout};

pub(crate) use client::{Answer, Person};
pub(crate) use command::{Output, run};
pub(crate) use database::{Database, execute};
pub(crate) use demo::{Demo, Device, Place, alarm_frame, demo, frame};
pub(crate) use exchange::{Line as ExchangeLine, TestExchange, value as exchange_value};
pub(crate) use hang::hang;
pub(crate) use json::{Json, asked_for, has_flag, offers_to};
pub(crate) use line::Line;
pub(crate) use live::Live;
pub(crate) use template::{PASSWORD, copy_data, template, terminate};
pub(crate) use time::{at, now_ms};

/// How long a test waits for something that must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// How long a start may take on a busy machine.
const START_WITHIN: Duration = Duration::from_secs(60);

/// Policy that leaves a test time; what a test is about, it sets itself.
const CALM: [(&str, &str); 7] = [
    // What is pressed, a test presses.
    ("canary.every_s", "0"),
    ("dispatch.offer_timeout_s", "600"),
    ("dispatch.widen_after_s", "600"),
    ("dispatch.escalate_after_s", "600"),
    ("dispatch.position_stale_s", "600"),
    ("handling.supervisor_after_s", "600"),
    // What the clock on the wall says is no part of a test.
    ("safety.wait_at_night", "false"),
];

/// A running service. It is killed when dropped; a failed test shows its log.
pub(crate) struct TestService {
    /// `http://127.0.0.1:port`.
    pub(crate) url: String,
    /// The ports of devices.
    ports: Ports,
    pub(crate) demo: &'static Demo,
    http: reqwest::Client,
    settings: Vec<(String, String)>,
    /// Where it keeps its tickets.
    pub(crate) database: Database,
    child: Child,
    _stdout: Lines<BufReader<ChildStdout>>,
    home: TempDir,
}

/// Where devices connect, by protocol.
type Ports = HashMap<String, SocketAddr>;

/// The protocols that have a port of their own.
const DEVICE_PORTS: [&str; 6] = ["watch", "gt06", "jt808", "h02", "osmand", "owntracks"];

/// Returns variables that let every port of devices be a free one.
pub(crate) fn free_ports() -> [(String, &'static str); 6] {
    DEVICE_PORTS.map(|port| (variable(&format!("gateway.{port}.listen")), "127.0.0.1:0"))
}

impl TestService {
    /// Starts with a calm policy on a copy of the demo.
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Starts with settings of its own, by key (`dispatch.hold_s`), over the calm policy.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        Self::on(Database::of_this_pass().await, settings).await
    }

    /// Starts on a database with settings of its own.
    pub(crate) async fn on(database: Database, settings: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().unwrap();
        copy_data(&home.path().join("data"), matches!(database, Database::Embedded));
        let settings: Vec<(String, String)> = CALM
            .iter()
            .chain(settings)
            .map(|(key, value)| (variable(key), (*value).into()))
            .collect();
        let (child, mut stdout) = spawn(&home, &settings, &database);
        let (url, ports) = ports(&mut stdout, &home).await;
        // A connection each: one that was closed meanwhile is never taken again.
        let http = reqwest::Client::builder().timeout(START_WITHIN).pool_max_idle_per_host(0);
        let http = http.build().unwrap();
        Self { url, ports, demo: demo(), http, settings, database, child, _stdout: stdout, home }
    }

    /// Returns where devices of a protocol connect.
    pub(crate) fn port(&self, protocol: &str) -> SocketAddr {
        self.ports[protocol]
    }

    /// Returns the data directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Loses everything in the data directory but the data key, of which there is a copy elsewhere.
    pub(crate) fn lose_data(&self) {
        let file = self.data().join("data-key");
        let key = std::fs::read(&file).unwrap();
        std::fs::remove_dir_all(self.data()).unwrap();
        std::fs::create_dir(self.data()).unwrap();
        std::fs::write(file, key).unwrap();
    }

    /// Returns what was logged so far, all starts included.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.home.path().join("log")).unwrap_or_default()
    }

    /// Returns the process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id().expect("still running")
    }

    /// Sends SIGTERM and returns without waiting.
    pub(crate) fn terminate(&self) {
        terminate(self.child.id().expect("still running"));
    }

    /// Waits for the end.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let ended = timeout(PATIENCE, self.child.wait()).await;
        ended.unwrap_or_else(|_| panic!("the service did not end within {PATIENCE:?}")).unwrap()
    }

    /// Stops softly.
    pub(crate) async fn stop(&mut self) {
        self.terminate();
        let status = self.ended().await;
        assert!(status.success(), "the service ended with {status}");
    }

    /// `kill -9`.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Starts again on the same data, after [`Self::stop`] or [`Self::kill`].
    pub(crate) async fn start_again(&mut self) {
        let (child, mut stdout) = spawn(&self.home, &self.settings, &self.database);
        self.child = child;
        (self.url, self.ports) = ports(&mut stdout, &self.home).await;
        self._stdout = stdout;
    }

    /// Runs a command beside the service, on its data and database.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, &[], "").await
    }

    /// As [`Self::run`], with variables and on standard input what it asks for.
    pub(crate) async fn run_with(
        &self,
        arguments: &[&str],
        variables: &[(&str, &str)],
        input: &str,
    ) -> Output {
        let variables = [&self.database.variables(), variables].concat();
        run(&self.data(), arguments, &variables, input).await
    }

    // --- Devices -------------------------------------------------------------------------------

    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(reqwest::Method::GET, path)).await
    }

    /// Sends a body to `POST /v1/sos`.
    pub(crate) async fn sos(&self, key: &str, body: impl Into<reqwest::Body>) -> Answer {
        self.post_as_device("/v1/sos", key, body).await
    }

    /// Posts with a device's key, none when it is empty.
    pub(crate) async fn post_as_device(
        &self,
        path: &str,
        key: &str,
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        let mut request = self.request(reqwest::Method::POST, path).body(body);
        if !key.is_empty() {
            request = request.header(AUTHORIZATION, format!("Bearer {key}"));
        }
        Answer::to(request).await
    }

    /// Presses a device's key and returns the answer.
    pub(crate) async fn press(&self, device: &Device, id: &str) -> Value {
        self.sos(&device.key, device.press(id).to_string()).await.kept()
    }

    /// Presses a device's key and returns the ticket.
    pub(crate) async fn open(&self, device: &Device) -> String {
        self.press(device, "e1").await.text("/ticket")
    }

    pub(crate) async fn watch(&self) -> Line {
        self.line("watch").await
    }

    /// Connects a device of a protocol over TCP.
    pub(crate) async fn line(&self, protocol: &str) -> Line {
        Line::connect(self.port(protocol)).await
    }

    // --- People --------------------------------------------------------------------------------

    /// Logs somebody of the demo in.
    pub(crate) async fn log_in(&self, name: &str) -> Person {
        let person = Person::log_in(&self.http, &self.url, name, PASSWORD).await;
        person.unwrap_or_else(|answer| panic!("{name} cannot log in: {answer:?}"))
    }

    /// Tries to log in.
    pub(crate) async fn try_log_in(&self, name: &str, password: &str) -> Result<Person, Answer> {
        Person::log_in(&self.http, &self.url, name, password).await
    }

    /// Logs an aide or rescuer in and puts him on duty at a place.
    pub(crate) async fn on_duty(&self, name: &str, place: Place) -> Person {
        let person = self.log_in(name).await;
        person.is_at(place).await;
        person.duty(true).await;
        person
    }

    /// Opens a person's live feed and waits for its snapshot.
    pub(crate) async fn live(&self, person: &Person) -> Live {
        let mut live = self.feed(person, "").await;
        live.wait("snapshot", |message| message["type"] == "snapshot").await;
        live
    }

    /// Opens a person's live feed. `query` begins with `?` or is empty.
    pub(crate) async fn feed(&self, person: &Person, query: &str) -> Live {
        let opened = Live::open(&self.url, Some(person), query, None).await;
        opened.unwrap_or_else(|status| panic!("the feed was refused with {status}"))
    }
}

impl Drop for TestService {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- the service's log ---\n{}", self.log());
        }
    }
}

/// Returns the variable of a setting: `dispatch.hold_s` is `SILVERBELL_DISPATCH_HOLD_S`.
pub(crate) fn variable(key: &str) -> String {
    format!("SILVERBELL_{}", key.replace('.', "_").to_uppercase())
}

fn spawn(
    home: &TempDir,
    settings: &[(String, String)],
    database: &Database,
) -> (Child, Lines<BufReader<ChildStdout>>) {
    let log = std::fs::File::options().create(true).append(true).open(home.path().join("log"));
    let mut child = Command::new(&template().binary)
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(home.path().join("data"))
        .env_clear()
        .envs(free_ports())
        .envs(settings.iter().cloned())
        .envs(database.variables())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log.unwrap())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let stdout = child.stdout.take().unwrap();
    (child, BufReader::new(stdout).lines())
}

/// Reads where the service listens: its address, and the ports of devices by protocol.
async fn ports(stdout: &mut Lines<BufReader<ChildStdout>>, home: &TempDir) -> (String, Ports) {
    let mut url = None;
    let mut ports = Ports::new();
    let reading = async {
        while let Some(line) = stdout.next_line().await.unwrap() {
            let Some(what) = line.strip_prefix("listening on ") else { continue };
            match what.split_once(" tcp://") {
                None => url = Some(what.to_owned()),
                Some((protocol, address)) => {
                    ports.insert(protocol.to_owned(), address.parse().unwrap());
                }
            }
            if ports.len() == DEVICE_PORTS.len() {
                break;
            }
        }
    };
    drop(timeout(START_WITHIN, reading).await);
    let started = url.filter(|_| ports.len() == DEVICE_PORTS.len());
    let url = started.unwrap_or_else(|| {
        let log = std::fs::read_to_string(home.path().join("log")).unwrap_or_default();
        panic!("the service did not start:\n{log}")
    });
    (url, ports)
}

/// Asks again and again until there is something, ten seconds at most.
pub(crate) async fn eventually<T, F>(what: &str, mut look: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < until, "{what}: not within {PATIENCE:?}");
        sleep(Duration::from_millis(50)).await;
    }
}
