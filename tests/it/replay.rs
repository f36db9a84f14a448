//! A recorded night under other policies, and a synthetic one.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::service::{Json, TestService, run};
use crate::story::tell;

/// What a service has on record: an emergency, a false alarm and a test, and from when to when.
struct Night {
    service: TestService,
    /// The emergency and the false alarm; a test is not counted.
    tickets: [Value; 2],
    from: String,
    to: String,
}

impl Night {
    async fn record() -> Self {
        let service = TestService::start().await;
        let story = tell(&service).await;
        let operator = &story.operator;
        let mut tickets = vec![story.ticket.clone()];
        for (n, outcome) in [(41, "accidental"), (42, "test")] {
            let ticket = service.open(&service.demo.phone(n)).await;
            operator.act(&ticket, "answer", json!({})).await.ok();
            operator.act(&ticket, "close", json!({"outcome": outcome})).await.ok();
            tickets.push(ticket);
        }
        let [emergency, false_alarm, test] = &tickets[..] else { panic!("three tickets") };
        let tickets = [operator.ticket(emergency).await, operator.ticket(false_alarm).await];
        let from = tickets[0].text("/times/received");
        let to = operator.ticket(test).await.text("/times/closed");
        Self { service, tickets, from, to }
    }

    async fn replay(&self, more: &[&str]) -> crate::service::Output {
        let night = ["replay", "--from", &self.from, "--to", &self.to];
        self.service.run(&[&night[..], more].concat()).await
    }
}

/// Writes a file beside the data.
fn file(service: &TestService, name: &str, text: &str) -> PathBuf {
    let file = service.data().join(name);
    std::fs::write(&file, text).unwrap();
    file
}

fn text(file: &Path) -> &str {
    file.to_str().unwrap()
}

/// Returns the cells of the line that begins with this label.
fn cells<'t>(table: &'t str, label: &str) -> Vec<&'t str> {
    let line = table.lines().find(|line| line.starts_with(label));
    let line = line.unwrap_or_else(|| panic!("there is no {label} in\n{table}"));
    line[label.len()..].split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect()
}

/// Returns how many seconds lie between two times of a ticket.
fn between_s(ticket: &Value, from: &str, to: &str) -> f64 {
    let ms = |time: &str| {
        let time = ticket.text(&format!("/times/{time}"));
        let (_, of_day) = time.trim_end_matches('Z').split_once('T').unwrap();
        let part = |part: &str| (part.parse::<f64>().unwrap() * 1_000.0).round() as i64;
        of_day.split(':').fold(0, |sum, text| sum * 60 + part(text))
    };
    (ms(to) - ms(from)).rem_euclid(86_400_000) as f64 / 1_000.0
}

#[tokio::test]
async fn a_recorded_night_stands_beside_its_replays_which_are_the_same_to_the_byte() {
    let mut night = Night::record().await;
    let hold = file(&night.service, "hold.toml", "[dispatch]\nhold_s = 300\n");
    let policy = ["--policy", text(&hold), "--tickets"];
    let beside = night.replay(&policy).await.said();
    assert!(beside.contains("as recorded"), "{beside}");
    // Positions are kept within seconds; at the end all are.
    night.service.stop().await;
    let said = night.replay(&policy).await.said();
    assert_eq!(said, night.replay(&policy).await.said());

    assert_eq!(cells(&said, " ")[..3], ["as recorded", "as set", "hold"]);
    assert_eq!(cells(&said, "emergencies "), ["2", "2", "2"]);
    assert_eq!(cells(&said, "in need "), ["1", "1", "1"]);
    assert_eq!(cells(&said, "answer, n"), ["2", "2", "2"]);
    assert_eq!(cells(&said, "travelled, km")[0], "–");
    let offers: usize = night.tickets.iter().map(|ticket| ticket.list("/offers").len()).sum();
    assert_eq!(cells(&said, "offers for each emergency")[0], format!("{:.2}", offers as f64 / 2.0));
    let reached_s = between_s(&night.tickets[0], "received", "on_scene");
    let phase = &said[said.find("on scene (from receiving), n").unwrap()..];
    assert_eq!(cells(phase, "on scene (from receiving), n")[0], "1");
    for part in ["mean", "p50", "p90", "p99"] {
        assert_eq!(cells(phase, &format!("  {part}, s"))[0], format!("{reached_s:.1}"));
    }
    let closed: f64 =
        night.tickets.iter().map(|ticket| between_s(ticket, "received", "closed")).sum();
    let phase = &said[said.find("close, n").unwrap()..];
    let mean_s: f64 = cells(phase, "  mean, s")[0].parse().unwrap();
    assert!((mean_s - closed / 2.0).abs() < 0.06, "{mean_s} is not half of {closed}");

    assert!(
        said.contains("2 of 183 on duty") && said.contains("tests and duplicates: 1;"),
        "{said}"
    );
    assert!(said.contains("by straight line"), "{said}");
    // Held, nobody goes before an operator has listened.
    assert!(said.lines().any(|line| line.starts_with("ticket 1: ")), "{said}");
    assert!(!said.contains(&night.tickets[0].text("/who/name")), "nobody is named");
}

#[tokio::test]
async fn under_another_roster_somebody_else_goes() {
    let mut night = Night::record().await;
    night.service.stop().await;
    let none = file(&night.service, "none.csv", "responder,from,to\n");
    let said = night.replay(&["--roster", text(&none)]).await.said();
    assert_eq!(cells(&said, "in need, and nobody came"), ["0", "1"], "{said}");
    let bad =
        file(&night.service, "bad.csv", "responder,from,to\nsomebody,2026-03-01,2026-03-02\n");
    let refused = night.replay(&["--roster", text(&bad)]).await.refused();
    assert!(refused.contains("bad.csv") && refused.contains("line 2"), "{refused}");
}

#[tokio::test]
async fn what_cannot_be_replayed_is_refused_in_words() {
    let service = TestService::start().await;
    let zero = file(&service, "zero.toml", "[dispatch]\noffer_timeout_s = 0\n");
    let unknown = file(&service, "unknown.toml", "[dispatch]\noffer_timeout = 3\n");
    let (zero, unknown) = (text(&zero), text(&unknown));
    let quiet = ["--from", "2020-03-01", "--to", "2020-03-02T20:00"];
    let cases: [(&[&str], &[&str]); 8] = [
        (&quiet, &["longwen, 2020-03-01T00:00:00+08:00 to 2020-03-02T20:00:00+08:00", "nothing"]),
        (&["--from", "2020-03-02", "--to", "2020-03-01"], &["2020-03-01 is not after"]),
        (&["--from", "2020-03-02", "--to", "9000-03-01"], &["--to 9000-03-01", "future"]),
        (&["--from", "2018-03-02", "--to", "2020-03-01"], &["400 days"]),
        (&["--from", "tonight", "--to", "2020-03-01"], &["--from", "tonight", "no time"]),
        (&[&quiet[..], &["--district", "atlantis"]].concat(), &["atlantis", "longwen"]),
        (&[&quiet[..], &["--policy", zero]].concat(), &["zero.toml", "dispatch.offer_timeout_s"]),
        (&[&quiet[..], &["--policy", unknown]].concat(), &["unknown.toml", "no such setting"]),
    ];
    for (arguments, words) in cases {
        let refused = service.run(&[&["replay"], arguments].concat()).await.refused();
        for part in words {
            assert!(refused.contains(part), "{arguments:?}: no {part} in {refused}");
        }
    }
}

#[tokio::test]
async fn synthetic_days_need_no_database_and_make_none() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let policy = folder.path().join("patient.toml");
    std::fs::write(&policy, "[dispatch]\noffer_timeout_s = 60\n").unwrap();
    let replay = async |seed: &str| {
        let arguments = ["replay", "--synthetic", "2", "--seed", seed, "--policy", text(&policy)];
        run(&data, &arguments, &[], "").await.said()
    };
    let said = replay("1").await;
    assert_eq!(cells(&said, " "), ["as set", "patient"]);
    assert_eq!(said, replay("1").await);
    assert_ne!(said, replay("2").await);
    assert!(!data.exists(), "playing makes nothing");
    let twice =
        ["replay", "--synthetic", "1", "--policy", text(&policy), "--policy", text(&policy)];
    let refused = run(&data, &twice, &[], "").await.refused();
    assert!(refused.contains("two columns would be called \"patient\""), "{refused}");
}
