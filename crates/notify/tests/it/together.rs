//! On the embedded store: order, volume, and several workers.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use silverbell_domain::Urgency;
use silverbell_notify::fake::{FakeGateway, Mode};
use silverbell_notify::{Channel, Gateway, Gateways, Handover, Message, Notify, Outgoing};
use silverbell_store::NewOutbox;
use silverbell_testkit::nth_uuid;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::support::{
    Embedded, Heard, Running, TokioClock, by_id, message, row, settings, settings_to, until,
};

/// A gateway that notes who came.
#[derive(Default)]
struct Noting(Mutex<Vec<Uuid>>);

#[async_trait]
impl Gateway for Noting {
    async fn hand_over(&self, outgoing: Outgoing<'_>) -> Handover {
        self.0.lock().push(outgoing.id);
        tokio::task::yield_now().await;
        Handover::Accepted { reference: None }
    }
}

const ALL: [Urgency; 4] = [Urgency::Routine, Urgency::Normal, Urgency::Urgent, Urgency::Extreme];

/// Every tenth is of the most urgent; the rest are of the others.
fn urgency(n: u64) -> Urgency {
    if n.is_multiple_of(10) { Urgency::Extreme } else { ALL[n as usize % 3] }
}

fn queued(n: u64) -> Vec<NewOutbox> {
    let message = |n| Message { urgency: urgency(n), ..message(n, Channel::Sms) };
    (0..n).map(|n| row(n, message(n))).collect()
}

fn worker(embedded: &Embedded, gateway: &Arc<Noting>, heard: &Arc<Heard>) -> Running {
    let sms = Gateways::from([(String::new(), gateway.clone() as Arc<dyn Gateway>)]);
    let ports = embedded.ports(heard, &TokioClock::start());
    let gateways = [sms, Gateways::new(), Gateways::new(), Gateways::new()];
    Running::start(Notify::with_gateways(&settings(), ports, gateways))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_an_outage_ten_thousand_go_out_the_most_urgent_first() {
    const N: u64 = 10_000;
    let embedded = Embedded::with(queued(N)).await;
    let (heard, clock) = (Arc::<Heard>::default(), TokioClock::start());
    let fake = FakeGateway::new(Mode::Error, None, clock.clone()).unwrap();
    let address = fake.start(CancellationToken::new()).await.unwrap();
    let notify = Notify::new(&settings_to(address), embedded.ports(&heard, &clock), None).unwrap();
    let running = Running::start(notify);
    sleep(Duration::from_secs(2)).await;
    fake.behave(Mode::Ok);
    let begun = Instant::now();
    let drained = |n: u64| {
        let heard = heard.clone();
        async move {
            while (heard.count() as u64) < n && begun.elapsed() < Duration::from_secs(120) {
                sleep(Duration::from_millis(5)).await;
            }
            begun.elapsed()
        }
    };
    let (first_hundred, all) = (drained(100).await, drained(N).await);
    println!("over HTTP, on the embedded store: first 100 in {first_hundred:?}, {N} in {all:?}");
    running.end().await;
    let came: Vec<Uuid> = fake.messages().iter().map(|came| came.key.parse().unwrap()).collect();
    assert_eq!(came.len() as u64, N);
    assert!(fake.messages().iter().all(|came| came.times == 1), "each once");
    let extreme: HashSet<Uuid> =
        (0..N).filter(|n| urgency(*n) == Urgency::Extreme).map(|n| nth_uuid(32, n)).collect();
    let urgent = came.iter().take(1_000).filter(|id| extreme.contains(id)).count();
    // Those that tried while the gateway was away were put back, by moments.
    assert!(urgent >= 960, "{urgent} of the first 1,000 are of the most urgent");
    let last = came.iter().rev().take(1_000).filter(|id| extreme.contains(id)).count();
    assert_eq!(last, 0);
    assert_eq!(embedded.store.outbox_waiting("sms").await, Ok(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_workers_nobody_sends_what_the_other_sends() {
    const N: u64 = 1_000;
    let embedded = Embedded::with(queued(N)).await;
    let (gateway, heard) = (Arc::new(Noting::default()), Arc::<Heard>::default());
    let workers = [(); 2].map(|()| worker(&embedded, &gateway, &heard));
    until("all", || gateway.0.lock().len() as u64 >= N).await;
    for worker in workers {
        worker.end().await;
    }
    let came = gateway.0.lock().clone();
    assert_eq!(came.len(), by_id(&came).len(), "each once");
    assert_eq!(heard.sent().len() as u64, N);
    assert_eq!(embedded.store.outbox_waiting("sms").await, Ok(0));
}
