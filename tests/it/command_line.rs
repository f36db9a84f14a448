//! The command line: beside a running service, against a wrong setting, and at the end.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::service::{Json, PASSWORD, TestService, copy_data, has_flag, run};

#[tokio::test]
async fn a_second_service_on_the_same_data_is_refused_in_words() {
    let service = TestService::start().await;
    let said = service.run(&["serve", "--listen", "127.0.0.1:0"]).await.refused();
    assert!(said.contains("another silverbell serves"), "{said}");
    service.get("/readyz").await.is(200);
}

#[tokio::test]
async fn a_user_added_beside_a_running_service_logs_in_at_once() {
    let service = TestService::start().await;
    let add = ["user", "add", "newcomer", "--role", "supervisor"];
    let said = service.run_with(&add, &[], "a long password\n").await.said();
    assert!(said.contains("newcomer"), "{said}");
    let person = service.try_log_in("newcomer", "a long password").await.unwrap();
    assert_eq!(person.user.text("/role"), "supervisor");
    person.get("/v1/tickets").await.ok();

    let taken = service.run_with(&add, &[], "another password\n").await.refused();
    assert!(taken.contains("taken"), "{taken}");
    let add = ["user", "add", "short", "--role", "operator"];
    let short = service.run_with(&add, &[], "1234567\n").await.refused();
    assert!(short.contains("8 characters"), "{short}");
    let add = ["user", "add", "lost", "--role", "operator", "--district", "nowhere"];
    let lost = service.run_with(&add, &[], "a long password\n").await.refused();
    assert!(lost.contains("nowhere"), "{lost}");
}

#[tokio::test]
async fn an_aide_added_beside_a_running_service_is_the_responder_named() {
    let service = TestService::start().await;
    let responder = service.log_in("aide05").await.responder();
    let add = ["user", "add", "second-phone", "--role", "aide", "--responder", responder.as_str()];
    service.run_with(&add, &[], "a long password\n").await.said();
    let person = service.try_log_in("second-phone", "a long password").await.unwrap();
    assert_eq!(person.responder(), responder);
    assert_eq!(person.duty(true).await["state"], "free");
}

#[tokio::test]
async fn a_device_added_beside_a_running_service_has_a_key_that_works_at_once() {
    let service = TestService::start().await;
    let senior = service.demo.phone(120).senior;
    let device = async |protocol: &str, ident: &str| {
        let add = ["device", "add", "--senior", &senior, "--protocol", protocol, "--id", ident];
        service.run_with(&add, &[], "").await
    };
    let key = device("http", "pendant-7").await.said();
    assert!(key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
    let press = json!({"device": "pendant-7", "id": "e1"}).to_string();
    let ticket = service.sos(&key, press).await.kept().text("/ticket");
    let seen = service.log_in("operator1").await.ticket(&ticket).await;
    assert_eq!(seen.text("/senior"), senior);
    assert!(!has_flag(&seen, "unverified"));
    let taken = device("http", "pendant-7").await.refused();
    assert!(taken.contains("pendant-7"), "{taken}");

    let said = device("watch", "4799999999").await.said();
    assert!(said.contains("no key"), "{said}");
    let mut line = service.watch().await;
    line.send(&crate::service::alarm_frame("4799999999", "00010000")).await;
    line.ack().await;
    let seen = service.log_in("operator1").await.ticket(&ticket).await;
    assert_eq!(seen.number("/signals"), 2, "the watch joined its senior's ticket");
}

#[tokio::test]
async fn an_unknown_key_in_the_file_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("silverbell.toml");
    std::fs::write(&file, "[dispatch]\noffer_timeout = 3\n").unwrap();
    let check = ["check", "--config", file.to_str().unwrap()];
    let said = run(folder.path(), &check, &[], "").await.refused();
    assert!(said.contains("dispatch.offer_timeout") && said.contains("silverbell.toml"), "{said}");
}

#[tokio::test]
async fn an_unknown_variable_is_a_warning_and_a_wrong_value_an_error() {
    let service = TestService::with(&[("dispach.hold_s", "3")]).await;
    let log = service.log();
    let warned = |line: &&str| line.contains("WARN") && line.contains("SILVERBELL_DISPACH_HOLD_S");
    assert_eq!(log.lines().filter(warned).count(), 1, "{log}");
    let variables = [("SILVERBELL_DISPATCH_HOLD_S", "soon")];
    let said = service.run_with(&["check"], &variables, "").await.refused();
    assert!(said.contains("SILVERBELL_DISPATCH_HOLD_S"), "{said}");
    let variables = [("SILVERBELL_DISPATCH_RINGS_MIN", "30,10")];
    let said = service.run_with(&["check"], &variables, "").await.refused();
    assert!(said.contains("rings_min"), "{said}");
}

#[tokio::test]
async fn check_says_what_is_sound_and_what_is_not() {
    let service = TestService::start().await;
    service.open(&service.demo.phone(121)).await;
    let said = service.run(&["check"]).await.said();
    assert!(said.contains("sound"), "{said}");
    let empty = tempfile::tempdir().unwrap();
    let said = run(empty.path(), &["check"], &[], "").await.refused();
    assert!(said.contains("no database"), "{said}");
    assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0, "checking makes nothing");
}

#[tokio::test]
async fn a_port_that_is_taken_is_said_in_words() {
    let service = TestService::start().await;
    let other = tempfile::tempdir().unwrap();
    copy_data(other.path(), true);
    let taken = service.url.trim_start_matches("http://").to_owned();
    let said = run(other.path(), &["serve", "--listen", &taken], &[], "").await.refused();
    assert!(said.contains(&taken) && said.contains("taken"), "{said}");
    let taken = service.port("watch").to_string();
    let variables = [("SILVERBELL_GATEWAY_WATCH_LISTEN", taken.as_str())];
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let said = run(other.path(), &serve, &variables, "").await.refused();
    assert!(said.contains("gateway.watch.listen") && said.contains(&taken), "{said}");
}

#[tokio::test]
async fn every_device_port_is_a_setting_from_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let settings = run(folder.path(), &["settings"], &[], "").await.said();
    for protocol in ["watch", "gt06", "jt808", "h02", "osmand", "owntracks"] {
        assert!(settings.contains(&format!("[gateway.{protocol}]")), "{protocol}");
    }
}

#[tokio::test]
async fn sigterm_says_goodbye_on_every_line_and_exits_0() {
    let mut service = TestService::start().await;
    let operator = service.log_in("operator1").await;
    let mut feed = service.live(&operator).await;
    let watch = service.watch().await;
    let idle = TcpStream::connect(service.url.trim_start_matches("http://")).await.unwrap();
    service.terminate();
    assert_eq!(feed.closed().await, Some(1001));
    assert_eq!(watch.rest().await, "");
    assert_eq!(service.ended().await.code(), Some(0));
    drop(idle);
}

#[tokio::test]
async fn sigterm_does_not_wait_for_half_a_request() {
    let mut service = TestService::start().await;
    let address = service.url.trim_start_matches("http://").to_owned();
    let mut slow = TcpStream::connect(&address).await.unwrap();
    let half = format!("POST /v1/sos HTTP/1.1\r\nhost: {address}\r\ncontent-length: 100\r\n\r\n{{");
    slow.write_all(half.as_bytes()).await.unwrap();
    service.get("/healthz").await.is(200);
    service.terminate();
    assert_eq!(service.ended().await.code(), Some(0));
    drop(slow.read(&mut [0; 1]).await);
}

#[tokio::test]
async fn a_stop_right_after_the_start_is_a_soft_one() {
    for _ in 0..4 {
        let mut service = TestService::start().await;
        service.stop().await;
    }
}

#[tokio::test]
async fn the_demo_on_filled_data_changes_nothing() {
    let settings = [("demo", "quiet"), ("demo_password", "another password")];
    let mut service = TestService::with(&settings).await;
    let lists = |service: &TestService| {
        let read = |name: &str| std::fs::read(service.data().join(name)).unwrap();
        (read("demo-devices.csv"), read("demo-people.csv"))
    };
    let before = lists(&service);
    let ticket = service.open(&service.demo.phone(122)).await;
    service.kill().await;
    service.start_again().await;
    assert_eq!(lists(&service), before);
    assert!(service.try_log_in("operator1", "another password").await.is_err());
    let operator = service.try_log_in("operator1", PASSWORD).await.unwrap();
    let open = operator.get("/v1/tickets").await.ok();
    assert_eq!((open.list("/items").len(), open.text("/items/0/id")), (1, ticket));
}

#[tokio::test]
async fn a_start_that_cannot_keep_anything_says_why_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    for data in [file.clone(), file.join("deeper")] {
        let said = run(&data, &serve, &[], "").await.refused();
        assert!(
            said.contains("data directory") && said.contains("choose another --data"),
            "{said}"
        );
    }
    let data = folder.path().join("letter");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("silverbell.db"), "a letter to grandmother").unwrap();
    let said = run(&data, &serve, &[], "").await.refused();
    assert!(said.contains("no SQLite database"), "{said}");
    let said = run(&data, &["check"], &[], "").await.refused();
    assert!(said.contains("no SQLite database"), "{said}");
    let data = folder.path().join("folder");
    std::fs::create_dir_all(data.join("silverbell.db")).unwrap();
    let said = run(&data, &serve, &[], "").await.refused();
    assert!(said.contains("silverbell.db") && said.contains("a directory is where"), "{said}");
}

/// A small file system of its own, unmounted when dropped.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    /// Returns `None` where tests may mount nothing.
    fn mount(at: &std::path::Path, options: &str) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let disk = Self(at.to_owned());
        if disk.remount(options) {
            return Some(disk);
        }
        println!("left out: nothing can be mounted here");
        None
    }

    fn remount(&self, options: &str) -> bool {
        let mut mount = std::process::Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "silverbell-test"]).arg(&self.0);
        mount.stderr(std::process::Stdio::null()).status().is_ok_and(|status| status.success())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(std::process::Command::new("umount").arg("--lazy").arg(&self.0).status());
    }
}

#[tokio::test]
async fn a_full_disk_and_a_read_only_one_are_said_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let Some(full) = SmallDisk::mount(&folder.path().join("full"), "size=100k") else { return };
    let said = run(&full.0, &serve, &[], "").await.refused();
    assert!(said.contains("silverbell.db") && said.contains("disk is full"), "{said}");

    let Some(disk) = SmallDisk::mount(&folder.path().join("disk"), "size=64m") else { return };
    copy_data(&disk.0, true);
    assert!(disk.remount("remount,ro"));
    for command in [&serve[..], &["check"]] {
        let said = run(&disk.0, command, &[], "").await.refused();
        assert!(said.contains("the file system is read-only"), "{said}");
    }
}
