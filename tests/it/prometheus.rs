//! The files for whoever watches over the service: a real Prometheus reads them and the real service.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use reqwest::Method;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::timeout;

use crate::messages::{SECRET, fake_gateway};
use crate::service::{Answer, Json, PATIENCE, TestExchange, TestService, eventually};
use crate::story::{self, Story};

/// Metrics of which a service where nothing went wrong tells nothing yet: they appear with the first
/// such event. Each stands here with what that is, and has to stand in the source.
const APPEAR_LATER: [(&str, &str); 11] = [
    ("silverbell_accept_errors_total", "the process has no open files left"),
    ("silverbell_connections_made_room_total", "nine tenths of the places are taken"),
    ("silverbell_connections_refused_total", "an address has all the connections it may have"),
    ("silverbell_journal_errors_total", "the disk of the journal fails"),
    ("silverbell_journal_recorded_total", "the database was away and is back"),
    ("silverbell_journal_refused_total", "the database is away and the journal is full"),
    ("silverbell_reports_shed_total", "more positions come than are written"),
    ("silverbell_store_unreadable_total", "a row of the database is damaged"),
    ("silverbell_strangers_waited_total", "unknown devices alarm faster than is written"),
    ("silverbell_telephone_calls_lost_total", "more calls come than are written"),
    ("silverbell_telephone_overruns_total", "the exchange tells more than can be read"),
];

/// What Prometheus adds to each series of a target.
const OF_THE_TARGET: [&str; 2] = ["instance", "job"];

fn config(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../config").join(file)
}

fn read(file: &str) -> String {
    std::fs::read_to_string(config(file)).unwrap()
}

fn tool(name: &str) -> Command {
    let mut command = Command::new(name);
    command.stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Expects that promtool has nothing to say against it.
async fn promtool(arguments: &[&str]) {
    let mut command = tool("promtool");
    let folder = config("prometheus");
    let output = command.args(arguments).current_dir(folder).output().await;
    let output = output.expect("promtool is not installed: `make prometheus` installs it");
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&said));
}

/// A Prometheus of the test's own, as in the example but for the address and the pace.
struct Prometheus {
    url: String,
    http: reqwest::Client,
    _child: Child,
    _log: tokio::io::Lines<BufReader<ChildStderr>>,
    _home: TempDir,
}

impl Prometheus {
    async fn watching(service: &TestService) -> Self {
        let home = tempfile::tempdir().unwrap();
        let example = read("prometheus/prometheus.yml");
        let address = service.url.strip_prefix("http://").unwrap();
        let own =
            example.replace("127.0.0.1:8080", address).replace("interval: 15s", "interval: 500ms");
        assert!(own.contains(address), "the example names another address");
        assert_eq!(own.matches("interval: 500ms").count(), 2, "the example has another pace");
        std::fs::write(home.path().join("prometheus.yml"), own).unwrap();
        for rules in ["rules.yml", "alerts.yml"] {
            std::fs::copy(config("prometheus").join(rules), home.path().join(rules)).unwrap();
        }
        let mut command = tool("prometheus");
        let command = command
            .args(["--config.file=prometheus.yml", "--storage.tsdb.path=data"])
            .args(["--web.listen-address=127.0.0.1:0"])
            .current_dir(home.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child =
            command.spawn().expect("prometheus is not installed: `make prometheus` installs it");
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = String::new();
        let listening = timeout(PATIENCE, async {
            while let Some(line) = log.next_line().await.unwrap() {
                if let Some(address) = listens_at(&line) {
                    return Some(address);
                }
                said.push_str(&line);
                said.push('\n');
            }
            None
        });
        let address = listening.await.ok().flatten();
        let address = address.unwrap_or_else(|| panic!("Prometheus did not start:\n{said}"));
        let url = format!("http://{address}/api/v1");
        Self { url, http: reqwest::Client::new(), _child: child, _log: log, _home: home }
    }

    /// Asks its API; `None` as long as it is not ready.
    async fn ask(&self, path: &str, name: &str, value: &str) -> Option<Value> {
        let request = self.http.request(Method::POST, format!("{}/{path}", self.url));
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let encoded: String = value.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let answer = Answer::to(request.body(format!("{name}={encoded}"))).await;
        (answer.status != 503).then(|| answer.ok().at("/data").clone())
    }

    async fn get(&self, path: &str) -> Option<Value> {
        let request = self.http.request(Method::GET, format!("{}/{path}", self.url));
        let answer = Answer::to(request).await;
        (answer.status != 503).then(|| answer.ok().at("/data").clone())
    }

    /// Waits until the service is scraped.
    async fn has_scraped(&self) {
        eventually("a scrape", async || {
            let targets = self.get("targets").await?;
            let target = targets.list("/activeTargets").first()?.clone();
            (target["health"] == "up").then_some(())
        })
        .await;
    }

    /// Waits until every rule was evaluated, and returns all of them.
    async fn rules(&self) -> Vec<Value> {
        eventually("the rules", async || {
            let groups = self.get("rules").await?;
            let groups = groups.list("/groups").iter();
            let rules: Vec<Value> =
                groups.flat_map(|group| group.list("/rules")).cloned().collect();
            let are_done = rules.iter().all(|rule| rule["health"] != "unknown");
            (are_done && !rules.is_empty()).then_some(rules)
        })
        .await
    }

    /// Returns the labels of each metric of the service that was scraped so far.
    async fn known(&self) -> Option<BTreeMap<String, BTreeSet<String>>> {
        let series = self.ask("series", "match[]", r#"{__name__=~"silverbell_.*"}"#).await?;
        let mut known = BTreeMap::<_, BTreeSet<String>>::new();
        for series in series.as_array().unwrap() {
            let name = series.text("/__name__");
            let labels = series.as_object().unwrap().keys();
            known.entry(name).or_default().extend(labels.cloned());
        }
        Some(known)
    }
}

/// Returns the address in the line that says where Prometheus listens.
fn listens_at(line: &str) -> Option<String> {
    let (_, said) = line.split_once("Listening on\"")?;
    let (_, address) = said.split_once("address=")?;
    Some(address.split_whitespace().next()?.to_owned())
}

/// A service with an exchange and a gateway on which a whole story happened, so that it tells of all
/// that happens every day.
async fn after_a_story() -> (TestService, Story, (TestExchange, Child)) {
    let mut exchange = TestExchange::start().await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let gateway = format!("http://{port}/send");
    let watcher = format!("http://{port}/messages");
    let settings = exchange.settings();
    let settings = settings.iter().map(|(key, value)| (*key, value.as_str()));
    let own = [
        ("notify.sms_url", gateway.as_str()),
        ("notify.receipt_secret", SECRET),
        ("canary.every_s", "30"),
        ("canary.ping_url", &*watcher),
    ];
    let settings: Vec<(&str, &str)> = settings.chain(own).collect();
    let service = TestService::with(&settings).await;
    let receipts = format!("{}/v1/receipts", service.url);
    let options = ["--receipts", &receipts, "--secret", SECRET];
    let (outside, _) = fake_gateway(&port.to_string(), &options).await;
    drop(exchange.line().await);
    let story = story::tell(&service).await;
    // Somebody's family is told by a text message.
    let ticket = service.open(&service.demo.phone(1)).await;
    story.operator.act(&ticket, "answer", json!({})).await.ok();
    story.operator.act(&ticket, "confirm", json!({})).await.ok();
    let forged = service.request(Method::POST, "/v1/receipts").body("{}");
    Answer::to(forged).await.problem(401);
    (service, story, (exchange, outside))
}

/// Returns the metrics of the service that are named in a text, as they are counted: of a histogram
/// each of its parts.
fn named_in(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let words = text.split(|c: char| !is_part(c));
    words.filter(|word| word.starts_with("silverbell_")).map(str::to_owned).collect()
}

/// Returns the labels by which a text chooses among the series of each metric.
fn chosen_by(text: &str) -> BTreeSet<(String, String)> {
    let mut chosen = BTreeSet::new();
    for (at, _) in text.match_indices("silverbell_") {
        let name: String =
            text[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let Some(rest) = text[at + name.len()..].strip_prefix('{') else { continue };
        let (within, _) = rest.split_once('}').unwrap();
        let labels = within.split(',').filter_map(|part| part.split(['=', '!']).next());
        chosen.extend(labels.map(|label| (name.clone(), label.trim().to_owned())));
    }
    chosen
}

/// Returns the labels by which a text groups series.
fn grouped_by(text: &str) -> BTreeSet<String> {
    let lists = ["by (", "on ("].into_iter().flat_map(|word| text.split(word).skip(1));
    let labels = lists.flat_map(|rest| rest.split(')').next().unwrap().split(','));
    labels.map(|label| label.trim().to_owned()).collect()
}

/// The queries of the dashboard, with its variables at "all".
fn dashboard_queries() -> Vec<String> {
    let dashboard: Value = serde_json::from_str(&read("grafana/silverbell.json")).unwrap();
    let panels = dashboard.list("/panels").iter().filter(|panel| panel["type"] != "row");
    let targets = panels.flat_map(|panel| panel.list("/targets"));
    let written = targets.map(|target| target.text("/expr"));
    written
        .map(|query| {
            let query = query.replace("$instance", ".*").replace("$district", ".*");
            query.replace("$__rate_interval", "1m")
        })
        .collect()
}

/// Every query that is made of the service's metrics: those of the rules without their words, and the
/// dashboard's.
async fn queries(prometheus: &Prometheus) -> Vec<String> {
    let rules = prometheus.rules().await;
    let rules = rules.iter().map(|rule| rule.text("/query"));
    rules.chain(dashboard_queries()).collect()
}

/// Returns what stands in the source of the service, without its tests.
fn source() -> String {
    fn collect(folder: &Path, into: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                into.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut text = String::new();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    for entry in std::fs::read_dir(crates).unwrap() {
        let source = entry.unwrap().path().join("src");
        if source.is_dir() {
            collect(&source, &mut text);
        }
    }
    text
}

/// Returns whether the source counts a metric, with a label if one is given.
fn is_counted(source: &str, name: &str, label: Option<&str>) -> bool {
    let begins = format!("counter!(\"{name}\"");
    source.match_indices(&begins).any(|(at, _)| {
        let (call, _) = source[at..].split_once(';').unwrap();
        label.is_none_or(|label| call.contains(&format!("\"{label}\" =>")))
    })
}

fn appears_later(name: &str) -> bool {
    APPEAR_LATER.iter().any(|(later, _)| *later == name)
}

#[tokio::test]
async fn promtool_takes_the_settings_and_the_rules() {
    promtool(&["check", "config", "prometheus.yml"]).await;
    promtool(&["check", "rules", "rules.yml", "alerts.yml"]).await;
}

#[tokio::test]
async fn each_alert_fires_when_it_should_and_not_otherwise() {
    promtool(&["test", "rules", "alerts.test.yml"]).await;
    let tests = read("prometheus/alerts.test.yml");
    for line in read("prometheus/alerts.yml").lines() {
        let Some(name) = line.trim().strip_prefix("- alert: ") else { continue };
        assert!(tests.contains(name), "{name} is not tested");
    }
}

#[tokio::test]
async fn a_real_prometheus_scrapes_the_service_and_evaluates_every_rule() {
    let mut service = TestService::start().await;
    let prometheus = Prometheus::watching(&service).await;
    prometheus.has_scraped().await;
    let rules = prometheus.rules().await;
    let written = [read("prometheus/rules.yml"), read("prometheus/alerts.yml")].concat();
    let written = written.lines().map(str::trim_start);
    let written = written.filter(|it| it.starts_with("- alert: ") || it.starts_with("- record: "));
    assert_eq!(rules.len(), written.count(), "all of them are loaded");
    for rule in &rules {
        assert_eq!(rule["health"], "ok", "{rule:#}");
        assert_eq!(rule["lastError"].as_str().unwrap_or(""), "", "{rule:#}");
    }
    let state = async |name: &str| {
        let rules = prometheus.rules().await;
        rules.iter().find(|rule| rule["name"] == name).unwrap().text("/state")
    };
    assert_eq!(state("SilverbellDown").await, "inactive");
    assert_eq!(state("Watchdog").await, "firing");
    service.kill().await;
    eventually("a service that is gone is noticed", async || {
        (state("SilverbellDown").await == "pending").then_some(())
    })
    .await;
}

#[tokio::test]
async fn each_alert_says_in_chinese_and_in_english_what_it_is_and_what_to_do_first() {
    let service = TestService::start().await;
    let prometheus = Prometheus::watching(&service).await;
    let rules = prometheus.rules().await;
    let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for alert in rules.iter().filter(|rule| rule["type"] == "alerting") {
        let severity = alert.text("/labels/severity");
        assert!(["critical", "warning", "none"].contains(&severity.as_str()), "{alert:#}");
        for words in ["summary", "description", "runbook"] {
            let words = alert.text(&format!("/annotations/{words}"));
            let lines: Vec<&str> = words.lines().collect();
            let [zh, en] = *lines else { panic!("two lines, not {words:?}") };
            // Examples in quotes and symbols are no Chinese; a whole English line has none.
            assert!(is_chinese(zh) && !is_chinese(en), "{words:?}");
        }
    }
}

#[tokio::test]
async fn whatever_the_alerts_and_the_dashboard_ask_for_is_told_by_the_service() {
    let (service, story, outside) = after_a_story().await;
    let prometheus = Prometheus::watching(&service).await;
    prometheus.has_scraped().await;
    let asked = queries(&prometheus).await.join("\n");
    let names = named_in(&asked);
    assert!(names.len() > 30, "{names:?}");
    // What is told comes in time, message by message and round by round.
    for name in names.iter().filter(|name| !appears_later(name)) {
        eventually(name, async || prometheus.known().await?.contains_key(name).then_some(())).await;
    }
    let known = prometheus.known().await.unwrap();

    let source = source();
    for (name, when) in APPEAR_LATER {
        assert!(names.contains(name), "nobody asks for {name} ({when}) any more");
        assert!(!known.contains_key(name), "{name} ({when}) is there from the start");
        assert!(is_counted(&source, name, None), "{name} ({when}) is counted nowhere");
    }
    for (name, label) in chosen_by(&asked) {
        let is_told = known.get(&name).is_some_and(|labels| labels.contains(&label));
        let is_later = appears_later(&name)
            && (OF_THE_TARGET.contains(&label.as_str())
                || is_counted(&source, &name, Some(&label)));
        assert!(is_told || is_later, "{name} has no label {label}: {:?}", known.get(&name));
    }
    for label in grouped_by(&asked) {
        let is_there = known.values().any(|labels| labels.contains(&label))
            || APPEAR_LATER.iter().any(|(name, _)| is_counted(&source, name, Some(&label)));
        assert!(is_there, "nothing has the label {label}");
    }
    drop((story, outside));
}

#[tokio::test]
async fn prometheus_understands_every_query_of_the_dashboard_and_most_draw_something() {
    let (service, story, outside) = after_a_story().await;
    let prometheus = Prometheus::watching(&service).await;
    prometheus.has_scraped().await;
    let queries = dashboard_queries();
    // An increase needs two looks; of what never happened there is nothing to draw.
    eventually("three quarters of them draw something", async || {
        let mut drawn = 0;
        for query in &queries {
            let found = prometheus.ask("query", "query", query).await?;
            drawn += usize::from(!found.list("/result").is_empty());
        }
        (drawn * 4 >= queries.len() * 3).then_some(())
    })
    .await;
    drop((story, outside));
}
