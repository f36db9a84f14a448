use std::sync::Arc;

use silverbell_dispatcher::{Delivery, DeviceLines, Dispatcher, Fate, Journal, Settings};
use silverbell_domain::{Alarm, DeviceCommand, DeviceId, Policy, Protocol, SignalId, UnixMs};
use silverbell_protocols::{Cell, Wifi, watch};
use silverbell_roads::Speeds;
use silverbell_store::{District, Intake, NewDevice, Store, TicketPage};
use silverbell_testkit::{MockClock, SeededIds, longwen, nth_uuid, senior};
use tempfile::TempDir;
use tokio::io::{DuplexStream, duplex};
use tokio_util::task::TaskTracker;

use super::*;
use crate::{Lines, Locator, Models};

const IDENT: &str = "4700021791";
const HOUR: Duration = Duration::from_secs(3_600);

#[derive(Debug)]
struct Nowhere;

impl Locator for Nowhere {
    fn locate(
        &self,
        _cells: &[Cell],
        _wifi: &[Wifi],
        _at: UnixMs,
    ) -> Option<silverbell_domain::Position> {
        None
    }
}

struct NoJournal;

impl Journal for NoJournal {
    fn waiting(&self) -> Vec<Alarm> {
        Vec::new()
    }

    fn keep(&mut self, alarms: &[Alarm]) -> Vec<Result<(), String>> {
        vec![Err("none".into()); alarms.len()]
    }

    fn forget(&mut self, _recorded: &[SignalId]) -> Result<(), String> {
        Ok(())
    }
}

/// A gateway with one watch.
struct Bench {
    gateway: Gateway,
    stop: CancellationToken,
    _directory: TempDir,
}

impl Bench {
    async fn new() -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let policy = Policy::default();
        let intake = Intake { policy: policy.clone(), default_district: longwen(), herald: None };
        let file = directory.path().join("silverbell.db");
        let (store, writer) = silverbell_store_sqlite::open(&file, intake).await.expect("a store");
        tokio::spawn(writer.run());
        let district =
            District { id: longwen(), name: "区".into(), time_zone: "Asia/Shanghai".into() };
        store.put_district(district).await.expect("a district");
        store.put_seniors(vec![senior(1)]).await.expect("a senior");
        let watch = NewDevice {
            id: watch_id(),
            district: longwen(),
            senior: senior(1).id,
            protocol: Protocol::Watch,
            ident: IDENT.into(),
            key_sha256: None,
            model: None,
        };
        store.put_devices(vec![watch]).await.expect("a watch");
        let stop = CancellationToken::new();
        let lines = Lines::new(policy.equipment.clone());
        let settings = Settings {
            policy,
            speeds: Speeds::default(),
            positions_kept_days: 30,
            messages_kept_days: 30,
            raises_work: false,
            tells: None,
        };
        let dispatcher = Dispatcher::start(
            Arc::new(store),
            Box::new(NoJournal),
            Arc::new(MockClock::default()),
            Arc::new(SeededIds::new(1)),
            settings,
            &TaskTracker::new(),
            &stop,
        )
        .await;
        let (models, locator) = (Arc::new(Models::default()), Arc::new(Nowhere));
        let gateway = Gateway { dispatcher, models, locator, lines };
        Self { gateway, stop, _directory: directory }
    }

    /// Returns a session, and the device's end of it, which holds so many bytes.
    fn connect(&self, holds: usize) -> (Session<DuplexStream>, DuplexStream) {
        let (ours, theirs) = duplex(holds);
        let from = "198.51.100.7:9".parse().expect("an address");
        let talk = Box::new(watch::Talk::new(watch::DEFAULT_MAX_FRAME));
        (Session::new(ours, from, self.gateway.clone(), HOUR, talk), theirs)
    }

    async fn alarms(&self) -> u64 {
        let page = TicketPage { limit: 10, offset: 0 };
        let store = self.gateway.dispatcher.store();
        let open = store.tickets(&[longwen()], true, page).await.expect("tickets");
        open.iter().map(|ticket| u64::from(ticket.signals)).sum()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn watch_id() -> DeviceId {
    DeviceId(nth_uuid(60, 1))
}

fn frame(content: &str) -> Vec<u8> {
    format!("[3G*{IDENT}*{:04X}*{content}]", content.len()).into_bytes()
}

fn sos() -> Vec<u8> {
    let place = "221126,020304,V,24.513000,N,117.655000,E,0.00,0.0,0.0,0,100,64,0,0,00010000";
    frame(&format!("AL,{place}"))
}

/// Returns all that was said to the device; its end of the connection is dropped.
async fn said(mut device: DuplexStream) -> String {
    let mut bytes = Vec::new();
    device.read_to_end(&mut bytes).await.expect("it is read");
    String::from_utf8(bytes).expect("text")
}

#[tokio::test]
async fn an_sos_that_was_received_is_read_before_the_service_stops_or_somebody_makes_room() {
    let bench = Bench::new().await;
    for (n, is_asked_to_go) in [(1, true), (2, false)] {
        let (mut session, mut device) = bench.connect(4_096);
        device.write_all(&[frame("LK"), sos()].concat()).await.expect("it is sent");
        let (stop, go) = (CancellationToken::new(), CancellationToken::new());
        if is_asked_to_go {
            go.cancel()
        } else {
            stop.cancel()
        }
        session.run(&stop, &go).await;
        drop(session);
        assert!(bench.alarms().await >= 1, "{n}");
        assert!(said(device).await.contains("*AL]"), "and is acknowledged");
    }
}

#[tokio::test]
async fn an_sos_that_was_received_on_a_connection_that_is_replaced_is_kept() {
    let bench = Bench::new().await;
    let (mut session, mut device) = bench.connect(4_096);
    let never = CancellationToken::new();
    session.take_bytes(&frame("LK")).await.expect("nothing had to be kept");
    // So many others that this one is closed, and then its last bytes.
    let origin = session.origin.addr.clone();
    let whose = session.line.as_ref().map(|line| line.device.clone()).expect("it has spoken");
    let others: Vec<_> = (0..4)
        .map(|_| bench.gateway.lines.open(whose.clone(), IDENT.into(), origin.clone()))
        .collect();
    device.write_all(&sos()).await.expect("it is sent");
    session.run(&never, &never).await;
    assert_eq!(bench.alarms().await, 1);
    drop((session, others));
    assert!(said(device).await.contains("*AL]"));
}

#[tokio::test]
async fn a_device_that_takes_nothing_is_heard_out_and_left_within_seconds() {
    let bench = Bench::new().await;
    // What it is told does not fit, and nobody takes it.
    let (mut session, mut device) = bench.connect(8);
    let never = CancellationToken::new();
    let running = tokio::spawn(async move { session.run(&never, &never).await });
    let started = Instant::now();
    for bytes in [frame("LK"), sos()] {
        device.write_all(&bytes).await.expect("it is read all the same");
    }
    running.await.expect("it ends");
    assert!(started.elapsed() < WRITE_WITHIN * 2, "{:?}", started.elapsed());
    assert_eq!(bench.alarms().await, 1);
}

#[tokio::test]
async fn what_was_not_said_when_a_connection_ends_waits_for_the_device() {
    let bench = Bench::new().await;
    let (mut session, device) = bench.connect(4_096);
    session.take_bytes(&frame("LK")).await.expect("nothing had to be kept");
    assert_eq!(bench.gateway.lines.send(watch_id(), DeviceCommand::Ring), Delivery::Sent);
    drop(device);
    let never = CancellationToken::new();
    session.run(&never, &never).await;
    let [asked] = &*bench.gateway.lines.asked(watch_id()) else { panic!("one was asked") };
    assert!(matches!(asked.fate, Fate::Waits { .. }), "{asked:?}");
}
