//! The restore drill: what was acknowledged before a backup is there after a restore.

use std::path::PathBuf;

use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde_json::Value;

use crate::service::{Answer, Database, Device, Json, TestService, run};

/// How many seniors press before the backup begins, and how many while it is written.
const BEFORE: usize = 100;
const MEANWHILE: usize = 200;

async fn press(service: &TestService, device: &Device) -> Value {
    let request = service.request(Method::POST, "/v1/sos");
    let request = request.header(AUTHORIZATION, format!("Bearer {}", device.key));
    Answer::to(request.body(device.press("the-press").to_string())).await.kept()
}

async fn press_all(service: &TestService, devices: &[Device]) -> Vec<Value> {
    let presses = devices.iter().map(|device| press(service, device));
    futures_util::future::join_all(presses).await
}

/// Backs up into a file beside the data directory.
async fn backup(service: &TestService) -> PathBuf {
    let file = service.data().with_file_name("copy.gz");
    let said = service.run(&["backup", file.to_str().unwrap()]).await.said();
    assert!(said.contains("rows"), "{said}");
    file
}

#[tokio::test]
async fn a_backup_taken_while_sos_arrive_brings_back_every_one_acknowledged_before_it() {
    let mut service = TestService::start().await;
    let devices: Vec<Device> = (0..BEFORE + MEANWHILE).map(|n| service.demo.phone(n)).collect();
    let (early, late) = devices.split_at(BEFORE);
    let acknowledged = press_all(&service, early).await;
    let operator = service.log_in("operator1").await;
    let answered = acknowledged[7].text("/ticket");
    operator.act(&answered, "answer", serde_json::json!({})).await.ok();
    let before = operator.file(&answered).await;
    let (file, _) = tokio::join!(backup(&service), press_all(&service, late));

    service.kill().await;
    service.lose_data();
    service.database = service.database.empty().await;
    let restored = service.run(&["restore", file.to_str().unwrap()]).await;
    assert!(restored.said().contains("sound"), "{restored:?}");
    service.start_again().await;

    for (device, first) in early.iter().zip(&acknowledged) {
        let again = press(&service, device).await;
        assert_eq!(again["duplicate"], true, "lost: {first}");
        assert_eq!((&again["ticket"], &again["signal"]), (&first["ticket"], &first["signal"]));
    }
    // Who is not in the copy is a new press, and nobody is refused.
    press_all(&service, late).await;
    let operator = operator.at(&service.url);
    let after = operator.file(&answered).await;
    assert_eq!(after["timeline"], before["timeline"], "sessions, names and history came along");
    assert!(service.run(&["check"]).await.said().contains("sound"));
}

#[tokio::test]
async fn a_restore_never_writes_over_what_is_there() {
    let service = TestService::start().await;
    press(&service, &service.demo.phone(1)).await;
    let file = backup(&service).await;
    let restore = ["restore", file.to_str().unwrap()];
    let beside = service.run(&restore).await.refused();
    assert!(beside.contains("another silverbell serves"), "{beside}");
    // Another data directory does not hide that the database is in use.
    if let Database::Postgres(_) = service.database {
        let other = tempfile::tempdir().unwrap();
        let over = run(other.path(), &restore, &service.database.variables(), "").await.refused();
        assert!(over.contains("something in this database already"), "{over}");
    }
    press(&service, &service.demo.phone(2)).await;
}

#[tokio::test]
async fn a_restore_never_keeps_half_a_backup() {
    let service = TestService::start().await;
    press(&service, &service.demo.phone(1)).await;
    let file = backup(&service).await;
    let (empty, data) = (service.database.empty().await, tempfile::tempdir().unwrap());
    let restore = async |file: &std::path::Path| {
        let restore = ["restore", file.to_str().unwrap()];
        run(data.path(), &restore, &empty.variables(), "").await
    };
    let bytes = std::fs::read(&file).unwrap();
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    let mut wrong_sum = bytes.clone();
    wrong_sum[bytes.len() - 6] ^= 1;
    let letter = b"a letter to grandmother".to_vec();
    for wrong in [bytes[..bytes.len() / 2].to_vec(), flipped, wrong_sum, letter] {
        let other = service.data().with_file_name("wrong.gz");
        std::fs::write(&other, wrong).unwrap();
        let said = restore(&other).await.refused();
        assert!(said.contains("damaged") || said.contains("not a backup"), "{said}");
    }
    // Had half of one been kept, this would be refused.
    let whole = restore(&file).await;
    assert!(whole.said().contains("sound"), "{whole:?}");
}
