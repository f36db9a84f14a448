//! PostgreSQL behind the service: gone, read-only, full, forbidding, too new, cut off in the middle
//! of a commit. The service says so, keeps what comes, and recovers without a restart.

use std::time::Duration;

use serde_json::Value;
use silverbell_testkit_postgres::Server;
use tokio::time::Instant;

use crate::service::{Database, Json, PASSWORD, Person, TestService, eventually, execute};

/// Waits until the service says that it is ready.
async fn ready(service: &TestService) {
    eventually("ready", async || (service.get("/readyz").await.status == 200).then_some(())).await;
}

/// Waits until it says that it is not, and why.
async fn not_ready(service: &TestService, because: &str) {
    eventually(because, async || {
        let answer = service.get("/readyz").await;
        (answer.status == 503 && answer.body.contains(because)).then_some(())
    })
    .await;
    service.get("/healthz").await.is(200);
}

/// Presses the key of a device nobody knows: 503 within two seconds, never a false 202.
async fn press_in_vain(service: &TestService, device: &str) {
    let started = Instant::now();
    let refused = service.sos("", format!(r#"{{"device":"{device}","id":"e1"}}"#)).await;
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    refused.problem(503);
    assert_eq!(refused.header("retry-after"), "2");
}

/// Waits until so many tickets are open, and returns them.
async fn open_tickets(operator: &Person, count: usize) -> Vec<Value> {
    eventually("the tickets are there", async || {
        let answer = operator.get("/v1/tickets").await;
        let open = if answer.status == 200 { answer.ok() } else { return None };
        let open = open.list("/items").to_vec();
        (open.len() == count).then_some(open)
    })
    .await
}

/// Everything that was pressed in vain is recorded by itself, once, and a repeat is known.
async fn nothing_was_lost(service: &TestService, operator: &Person, devices: &[&str]) {
    let open = open_tickets(operator, devices.len()).await;
    for ticket in &open {
        assert_eq!(ticket.number("/signals"), 1, "{ticket:#}");
        assert!(ticket["next"].is_object(), "silence is impossible: {ticket:#}");
    }
    for device in devices {
        let again = service.sos("", format!(r#"{{"device":"{device}","id":"e1"}}"#)).await;
        assert_eq!(again.kept()["duplicate"], true);
    }
    assert_eq!(open_tickets(operator, devices.len()).await.len(), devices.len());
    let checked = service.run(&["check"]).await.said();
    assert!(checked.contains("sound"), "{checked}");
}

/// A role that is no superuser, for those obey limits, and an empty database that it owns.
async fn modest(server: &Server, who: &str) -> String {
    let admin = server.url("postgres");
    let database = format!("of_{who}");
    execute(&admin, &format!("CREATE ROLE {who} LOGIN PASSWORD 'right'")).await;
    execute(&admin, &format!("CREATE DATABASE {database} OWNER {who}")).await;
    database
}

/// Ends every connection of a role, as an administrator would.
async fn terminate(server: &Server, who: &str) {
    let end =
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{who}'");
    execute(&server.url("postgres"), &end).await;
}

/// Adds an operator and logs in.
async fn operator(service: &TestService) -> Person {
    let add = ["user", "add", "operator1", "--role", "operator"];
    service.run_with(&add, &[], &format!("{PASSWORD}\n")).await.said();
    service.log_in("operator1").await
}

#[tokio::test]
async fn a_database_that_is_gone_at_the_start_is_used_when_it_is_there() {
    let server = Server::start().unwrap();
    let database = Database::on(&server).await;
    server.stop().unwrap();
    let service = TestService::on(database, &[]).await;
    not_ready(&service, "cannot be reached").await;
    press_in_vain(&service, "d-1").await;
    assert_eq!(service.try_log_in("operator1", PASSWORD).await.unwrap_err().status, 503);
    server.resume().unwrap();
    ready(&service).await;
    let operator = service.log_in("operator1").await;
    nothing_was_lost(&service, &operator, &["d-1"]).await;
    let feed = service.live(&operator).await;
    assert!(!feed.messages()[0].list("/responders").is_empty(), "the district was read");
}

#[tokio::test]
async fn an_empty_database_that_comes_late_is_filled_with_what_the_service_needs() {
    let server = Server::start().unwrap();
    server.stop().unwrap();
    let service = TestService::on(Database::Postgres(server.url("postgres")), &[]).await;
    press_in_vain(&service, "d-1").await;
    server.resume().unwrap();
    ready(&service).await;
    let operator = operator(&service).await;
    nothing_was_lost(&service, &operator, &["d-1"]).await;
}

#[tokio::test]
async fn a_database_that_goes_away_and_comes_back_is_only_a_pause() {
    let server = Server::start().unwrap();
    let service = TestService::on(Database::on(&server).await, &[]).await;
    let pid = service.pid();
    let device = service.demo.phone(3);
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let first = service.open(&device).await;
    feed.event_on(&first, "ticket_opened").await;

    server.stop().unwrap();
    press_in_vain(&service, "d-1").await;
    press_in_vain(&service, "d-2").await;
    let is_told = |m: &Value| m["type"] == "unrecorded" && m["total"] == 2;
    feed.wait("two alarms that are not recorded", is_told).await;
    not_ready(&service, "cannot be reached").await;
    let note = serde_json::json!({"text": "he says he is fine"});
    operator.act(&first, "notes", note.clone()).await.problem(503);

    server.resume().unwrap();
    ready(&service).await;
    let is_empty = |m: &Value| m["type"] == "unrecorded" && m["total"] == 0;
    feed.wait("all recorded", is_empty).await;
    operator.act(&first, "notes", note).await.ok();
    assert_eq!(service.press(&device, "e1").await["duplicate"], true);
    assert_eq!(open_tickets(&operator, 3).await.len(), 3);
    feed.event_on(&first, "noted").await;
    feed.assert_no_gap();
    assert_eq!(service.pid(), pid, "it was the same process all the time");
}

#[tokio::test]
async fn a_read_only_database_is_said_and_used_again_when_it_can_be_written() {
    let server = Server::shared().unwrap();
    let database = modest(server, "reads_only").await;
    let url = server.url_as("reads_only", &database);
    let service = TestService::on(Database::Postgres(url), &[]).await;
    let operator = operator(&service).await;
    let read_only = format!("ALTER DATABASE {database} SET default_transaction_read_only = on");
    execute(&server.url("postgres"), &read_only).await;
    terminate(server, "reads_only").await;
    not_ready(&service, "read-only").await;
    press_in_vain(&service, "d-1").await;
    let writable = format!("ALTER DATABASE {database} RESET default_transaction_read_only");
    execute(&server.url("postgres"), &writable).await;
    ready(&service).await;
    nothing_was_lost(&service, &operator, &["d-1"]).await;
}

#[tokio::test]
async fn a_server_without_a_free_connection_is_said_and_used_when_it_has_one() {
    let server = Server::shared().unwrap();
    let database = modest(server, "crowded_out").await;
    let url = server.url_as("crowded_out", &database);
    let service = TestService::on(Database::Postgres(url), &[]).await;
    let operator = operator(&service).await;
    execute(&server.url("postgres"), "ALTER ROLE crowded_out CONNECTION LIMIT 0").await;
    terminate(server, "crowded_out").await;
    not_ready(&service, "no connection left").await;
    press_in_vain(&service, "d-1").await;
    execute(&server.url("postgres"), "ALTER ROLE crowded_out CONNECTION LIMIT -1").await;
    ready(&service).await;
    nothing_was_lost(&service, &operator, &["d-1"]).await;
}

#[tokio::test]
async fn a_wrong_password_is_said_without_repeating_it_and_a_right_one_is_enough() {
    let server = Server::shared().unwrap();
    let database = modest(server, "needs_password").await;
    let url = server.url_as("needs_password:mistyped", &database);
    let service = TestService::on(Database::Postgres(url), &[]).await;
    not_ready(&service, "does not accept user and password").await;
    press_in_vain(&service, "d-1").await;
    let said = service.run(&["check"]).await.refused();
    assert!(said.contains("does not accept user and password"), "{said}");
    execute(&server.url("postgres"), "ALTER ROLE needs_password PASSWORD 'mistyped'").await;
    ready(&service).await;
    let operator = operator(&service).await;
    nothing_was_lost(&service, &operator, &["d-1"]).await;
    assert!(!service.log().contains("mistyped"), "a password stands in the log");
}

#[tokio::test]
async fn a_database_that_a_newer_program_wrote_is_refused_in_words_until_it_fits() {
    let database = Database::postgres().await;
    database
        .execute(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'moons', true, '', 0)",
        )
        .await;
    let service = TestService::on(database.clone(), &[]).await;
    not_ready(&service, "newer silverbell").await;
    press_in_vain(&service, "d-1").await;
    let said = service.run(&["check"]).await.refused();
    assert!(said.contains("newer silverbell"), "{said}");
    database.execute("DELETE FROM _sqlx_migrations WHERE version = 9999").await;
    ready(&service).await;
    let operator = service.log_in("operator1").await;
    nothing_was_lost(&service, &operator, &["d-1"]).await;
}

#[tokio::test]
async fn an_address_that_cannot_be_one_is_refused_at_once_and_not_repeated() {
    let data = tempfile::tempdir().unwrap();
    for url in ["mysql://me:secret@host/db", "postgres://me:secret@host:port/db"] {
        let variables = [("DATABASE_URL", url)];
        for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["check"]] {
            let said = crate::service::run(data.path(), command, &variables, "").await.refused();
            assert!(said.contains("DATABASE_URL"), "{said}");
            assert!(!said.contains("secret"), "{said}");
        }
    }
}

#[tokio::test]
async fn a_district_moves_from_the_embedded_database_to_postgresql_and_back() {
    let mut service = TestService::on(Database::Embedded, &[]).await;
    let device = service.demo.phone(7);
    let operator = service.log_in("operator1").await;
    let ticket = service.open(&device).await;
    operator.act(&ticket, "answer", serde_json::json!({})).await.ok();
    let before = operator.file(&ticket).await["timeline"].clone();
    let postgres = Database::empty_postgres().await;
    for (target, name) in [(postgres, "there.gz"), (Database::Embedded, "back.gz")] {
        let file = service.data().with_file_name(name);
        service.run(&["backup", file.to_str().unwrap()]).await.said();
        service.stop().await;
        service.lose_data();
        service.database = target;
        let said = service.run(&["restore", file.to_str().unwrap()]).await.said();
        assert!(said.contains("sound"), "{said}");
        service.start_again().await;
        let operator = operator.at(&service.url);
        assert_eq!(operator.file(&ticket).await["timeline"], before);
        let again = service.press(&device, "e1").await;
        assert_eq!((&again["duplicate"], again.text("/ticket")), (&true.into(), ticket.clone()));
        let checked = service.run(&["check"]).await.said();
        assert!(checked.contains("sound"), "{checked}");
    }
}

#[tokio::test]
async fn a_database_that_is_replaced_by_an_empty_one_is_followed_from_its_first_number() {
    let server = Server::shared().unwrap();
    let database = Database::postgres().await;
    let service = TestService::on(database.clone(), &[]).await;
    for n in 0..5 {
        service.open(&service.demo.phone(n)).await;
    }
    let admin = server.url("postgres");
    let name = database.name();
    execute(&admin, &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname";
    execute(&admin, &format!("{end} = '{name}'")).await;
    execute(&admin, &format!("ALTER DATABASE {name} RENAME TO {name}_before")).await;
    execute(&admin, &format!("CREATE DATABASE {name}")).await;
    ready(&service).await;
    let operator = operator(&service).await;
    // Numbers begin anew: what the boards knew before must not hide it.
    let ticket = eventually("the SOS is recorded", async || {
        let answer = service.sos("", r#"{"device":"d-1","id":"e1"}"#).await;
        (answer.status == 202).then(|| answer.kept().text("/ticket"))
    })
    .await;
    let feed = service.live(&operator).await;
    let seen = feed.messages()[0].list("/tickets").iter().any(|seen| seen["id"] == *ticket);
    assert!(seen, "it stands on the console: {:#}", feed.messages()[0]);
}
