//! What only the embedded database knows: its files, and the disk under them.

use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::service::{Answer, Database, Json, TestService, run};

async fn start() -> TestService {
    TestService::on(Database::Embedded, &[]).await
}

/// Lets every sync of a process fail as a dying disk would, until it is dropped.
async fn fail_every_sync(service: &TestService) -> Child {
    let mut strace = Command::new("strace")
        .args(["--follow-forks", "--trace=fsync,fdatasync"])
        .args(["--inject=fsync,fdatasync:error=EIO", "--attach", &service.pid().to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("this needs strace: `apt-get install strace`");
    let mut said = BufReader::new(strace.stderr.take().unwrap()).lines();
    let mut first = String::new();
    while let Some(line) = said.next_line().await.unwrap() {
        first.push_str(&line);
        if line.contains("attached") {
            tokio::spawn(async move { while let Ok(Some(_)) = said.next_line().await {} });
            return strace;
        }
    }
    panic!("strace cannot attach: {first}");
}

#[tokio::test]
async fn a_disk_that_fails_ends_the_process_and_a_restart_recovers() {
    let mut service = start().await;
    let (kept, lost) = (service.demo.phone(10), service.demo.phone(11));
    let before = service.press(&kept, "e1").await;
    let failing = fail_every_sync(&service).await;
    let request = service.request(reqwest::Method::POST, "/v1/sos");
    let request = request.header("authorization", format!("Bearer {}", lost.key));
    let answer = Answer::try_to(request.body(lost.press("e1").to_string())).await;
    // Cut off or refused, but never told that it was kept.
    assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status == 503));
    let status = service.ended().await;
    assert!(!status.success(), "it ended with {status}");
    assert!(service.log().contains("the disk failed"), "{}", service.log());
    drop(failing);

    service.start_again().await;
    assert_eq!(service.press(&kept, "e1").await.text("/ticket"), before.text("/ticket"));
    let ticket = service.press(&lost, "e1").await.text("/ticket");
    let operator = service.log_in("operator1").await;
    let found = operator.ticket(&ticket).await;
    assert_eq!(found.number("/signals"), 1, "whether or not the failed commit was on the disk");
    let checked = service.run(&["check"]).await.said();
    assert!(checked.contains("sound"), "{checked}");
}

#[tokio::test]
async fn a_restore_never_writes_over_a_file_nor_beside_a_log_that_was_left() {
    let mut service = start().await;
    service.open(&service.demo.phone(1)).await;
    let file = service.data().with_file_name("copy.gz");
    let backup = ["backup", file.to_str().unwrap()];
    service.run(&backup).await.said();
    let database = service.data().join("silverbell.db");
    for target in [&*database, Path::new("/dev/null"), &*service.data()] {
        let refused = service.run(&["backup", target.to_str().unwrap()]).await;
        assert!(refused.refused().contains("is no backup"), "{}", target.display());
    }
    service.run(&backup).await.said();
    service.stop().await;
    let restore = ["restore", file.to_str().unwrap()];
    let over = service.run(&restore).await.refused();
    assert!(over.contains("a database already"), "{over}");

    // Somebody moved a broken database away and left its log: read in again, it would come back.
    let empty = service.data().with_file_name("empty");
    std::fs::create_dir(&empty).unwrap();
    std::fs::write(empty.join("silverbell.db-wal"), "frames").unwrap();
    let beside_a_log = run(&empty, &restore, &[], "").await.refused();
    assert!(beside_a_log.contains("silverbell.db-wal"), "{beside_a_log}");
}
