//! What the tests stand on: an outbox and receipts in memory, a clock that goes with tokio's, and a
//! real store.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use silverbell_domain::{Clock, Ids, Kind, Outcome, Policy, TicketId, Times, UnixMs, Urgency};
use silverbell_notify::fake::{FakeGateway, Mode};
use silverbell_notify::{
    About, Addressee, Addressees, Chance, Channel, Gateway, Gateways, Lang, Message, Notify,
    Outbox, PhoneSettings, Ports, Progress, Receipts, Report, ReportError, Secret, Settings,
    Template, Texts, TicketNews, WebhookSettings,
};
use silverbell_store::{
    Intake, Lease, NewOutbox, OutboxItem, OutboxResult, Store, StoreError, TicketCommit,
};
use silverbell_testkit::{CountingIds, Press, START, longwen, nth_uuid, senior};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// A clock that began at [`START`] and goes as tokio's does: it stands still when that is paused.
pub(crate) struct TokioClock(Instant);

impl TokioClock {
    pub(crate) fn start() -> Arc<Self> {
        Arc::new(Self(Instant::now()))
    }
}

impl Clock for TokioClock {
    fn now(&self) -> UnixMs {
        UnixMs(START.0 + i64::try_from(self.0.elapsed().as_millis()).unwrap())
    }
}

/// Always the whole pause.
pub(crate) struct NoJitter;

impl Chance for NoJitter {
    fn fraction(&self) -> f64 {
        1.0
    }
}

/// Everything that was reported.
#[derive(Default)]
pub(crate) struct Heard(Mutex<Vec<Report>>);

impl Heard {
    pub(crate) fn all(&self) -> Vec<Report> {
        self.0.lock().clone()
    }

    pub(crate) fn count(&self) -> usize {
        self.0.lock().len()
    }

    pub(crate) fn sent(&self) -> Vec<Uuid> {
        let is_sent = |report: &Report| matches!(report.progress, Progress::Sent { .. });
        self.all().into_iter().filter(is_sent).map(|report| report.message).collect()
    }

    /// Returns why messages were given up.
    pub(crate) fn failures(&self) -> Vec<(Uuid, String)> {
        let failure = |report: Report| match report.progress {
            Progress::Failed { reason } => Some((report.message, reason)),
            Progress::Sent { .. }
            | Progress::Delivered
            | Progress::Answered
            | Progress::Acknowledged { .. } => None,
        };
        self.all().into_iter().filter_map(failure).collect()
    }
}

#[async_trait]
impl Receipts for Heard {
    async fn report(&self, report: Report) -> Result<(), ReportError> {
        self.0.lock().push(report);
        Ok(())
    }
}

/// Nobody's number ever changes.
pub(crate) struct SameNumbers;

#[async_trait]
impl Addressees for SameNumbers {
    async fn addressee(
        &self,
        _: Uuid,
        _: Option<TicketId>,
        _: &Message,
    ) -> Result<Addressee, ReportError> {
        Ok(Addressee::AsWritten)
    }
}

/// An outbox in memory, so that a test's time is tokio's alone.
#[derive(Default)]
pub(crate) struct Kept(Mutex<Vec<Row>>);

struct Row {
    message: NewOutbox,
    attempts: u32,
    failures: u32,
    leased_until: UnixMs,
    result: Option<OutboxResult>,
}

impl Kept {
    pub(crate) fn put(&self, messages: impl IntoIterator<Item = NewOutbox>) {
        let row = |message| Row {
            message,
            attempts: 0,
            failures: 0,
            leased_until: UnixMs(0),
            result: None,
        };
        self.0.lock().extend(messages.into_iter().map(row));
    }

    pub(crate) fn result(&self, id: Uuid) -> Option<OutboxResult> {
        self.0.lock().iter().find(|row| row.message.id == id).and_then(|row| row.result.clone())
    }

    pub(crate) fn failures(&self, id: Uuid) -> u32 {
        self.0.lock().iter().find(|row| row.message.id == id).map_or(0, |row| row.failures)
    }
}

#[async_trait]
impl Outbox for Kept {
    async fn lease(&self, lease: Lease) -> Result<Vec<OutboxItem>, StoreError> {
        let mut rows = self.0.lock();
        let now = lease.now;
        let mut free: Vec<&mut Row> = rows
            .iter_mut()
            .filter(|row| {
                let has_expired = row.message.expires_at.is_some_and(|at| at <= now);
                row.result.is_none()
                    && row.message.kind == lease.kind
                    && row.message.due_at <= now
                    && row.leased_until <= now
                    && (!lease.only_expired || has_expired)
            })
            .collect();
        free.sort_by_key(|row| (row.message.urgency, row.message.due_at, row.message.id));
        let lease_one = |row: &mut Row| {
            row.attempts += 1;
            row.leased_until = lease.until;
            let (attempts, failures) = (row.attempts, row.failures);
            OutboxItem { message: row.message.clone(), attempts, failures }
        };
        Ok(free.into_iter().take(lease.limit as usize).map(lease_one).collect())
    }

    async fn finish(
        &self,
        id: Uuid,
        attempts: u32,
        result: OutboxResult,
    ) -> Result<(), StoreError> {
        let mut rows = self.0.lock();
        let row = rows.iter_mut().find(|row| row.message.id == id).unwrap();
        assert_eq!(row.attempts, attempts, "nobody else had it");
        row.leased_until = UnixMs(0);
        match result {
            OutboxResult::Retry(at) => (row.message.due_at, row.failures) = (at, row.failures + 1),
            OutboxResult::Later(at) => row.message.due_at = at,
            OutboxResult::Delivered(_) | OutboxResult::Failed(..) => row.result = Some(result),
        }
        Ok(())
    }

    async fn waiting(&self, kind: &'static str) -> Result<u64, StoreError> {
        let waits = |row: &&Row| row.result.is_none() && row.message.kind == kind;
        Ok(self.0.lock().iter().filter(waits).count() as u64)
    }

    async fn message(&self, id: Uuid) -> Result<Option<NewOutbox>, StoreError> {
        let rows = self.0.lock();
        Ok(rows.iter().find(|row| row.message.id == id).map(|row| row.message.clone()))
    }
}

/// Returns the `n`th message over this channel: an offer, of use for two hours.
pub(crate) fn message(n: u64, channel: Channel) -> Message {
    Message {
        channel,
        to: if channel == Channel::Webhook { "hospital" } else { "13800000000" }.into(),
        template: match channel {
            Channel::Sms | Channel::Voice => {
                Template::OfferVoice { address: format!("步文街道 {n} 号"), minutes: 4 }
            }
            Channel::Webhook => Template::TicketNews(Box::new(news(n))),
            Channel::Push => {
                Template::OfferPushWithdrawn { village: "步文".into(), kind: Kind::Sos }
            }
        },
        lang: Lang::Zh,
        urgency: Urgency::Extreme,
        expires_at: START.plus_s(7_200),
        about: About { kind: "offer".into(), subject: nth_uuid(30, n) },
    }
}

/// Returns the `n`th news: of a ticket that was closed.
pub(crate) fn news(n: u64) -> TicketNews {
    TicketNews {
        event: "closed".into(),
        seq: n,
        at: START,
        district: longwen(),
        ticket: ticket(),
        number: 17,
        kind: Kind::Sos,
        urgency: Urgency::Urgent,
        is_open: false,
        outcome: Some(Outcome::Helped),
        offer: None,
        to: None,
        times: Times::opened(None, START, START),
    }
}

/// Returns a webhook that hears of what is closed.
pub(crate) fn webhook(url: String) -> WebhookSettings {
    WebhookSettings {
        id: "hospital".into(),
        url,
        secret: Secret::new("s"),
        events: vec!["closed".into()],
        districts: Vec::new(),
    }
}

pub(crate) fn ticket() -> TicketId {
    TicketId(nth_uuid(31, 1))
}

/// Returns its row, due at once.
pub(crate) fn row(n: u64, message: Message) -> NewOutbox {
    message.into_outbox(nth_uuid(32, n), longwen(), Some(ticket()), START)
}

pub(crate) fn settings() -> Settings {
    Settings {
        sms: None,
        voice: None,
        webhooks: Vec::new(),
        texts: Texts::read(None).unwrap(),
        callback: Some("http://127.0.0.1/v1/receipts".into()),
        allow_private: false,
        concurrency: 16,
        retry_first: Duration::from_secs(2),
        retry_at_most: Duration::from_secs(60),
    }
}

/// Returns settings whose every gateway is this one.
pub(crate) fn settings_to(address: std::net::SocketAddr) -> Settings {
    let url = format!("http://{address}/send");
    let phone = || Some(PhoneSettings { url: url.clone(), token: Secret::new("token") });
    let webhook = webhook(url.clone());
    Settings {
        sms: phone(),
        voice: phone(),
        webhooks: vec![webhook],
        allow_private: true,
        retry_first: Duration::from_millis(50),
        retry_at_most: Duration::from_millis(200),
        ..settings()
    }
}

/// A running service of messages.
pub(crate) struct Running {
    pub(crate) stop: CancellationToken,
    pub(crate) task: JoinHandle<()>,
}

impl Running {
    pub(crate) fn start(notify: Notify) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(notify.run(stop.clone()));
        Self { stop, task }
    }

    pub(crate) async fn end(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

/// Messages in memory, who hears of them, and the time.
pub(crate) struct Bench {
    pub(crate) outbox: Arc<Kept>,
    pub(crate) heard: Arc<Heard>,
    pub(crate) clock: Arc<TokioClock>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self { outbox: Arc::default(), heard: Arc::default(), clock: TokioClock::start() }
    }

    pub(crate) fn ports(&self) -> Ports {
        Ports {
            outbox: self.outbox.clone(),
            receipts: self.heard.clone(),
            addressees: Arc::new(SameNumbers),
            clock: self.clock.clone(),
            chance: Arc::new(NoJitter),
        }
    }

    /// Delivers text messages to this gateway.
    pub(crate) fn run(&self, gateway: Arc<dyn Gateway>) -> Running {
        let sms = Gateways::from([(String::new(), gateway)]);
        let gateways = [sms, Gateways::new(), Gateways::new(), Gateways::new()];
        Running::start(Notify::with_gateways(&settings(), self.ports(), gateways))
    }

    /// Delivers to a fake gateway over real sockets.
    pub(crate) async fn fake(&self, mode: Mode) -> (FakeGateway, Running) {
        let fake = FakeGateway::new(mode, None, self.clock.clone()).unwrap();
        let running = self.run_to(&fake).await;
        (fake, running)
    }

    pub(crate) async fn run_to(&self, fake: &FakeGateway) -> Running {
        let address = fake.start(CancellationToken::new()).await.unwrap();
        Running::start(Notify::new(&settings_to(address), self.ports(), None).unwrap())
    }
}

/// Waits until it is so, and fails after a quarter of a minute.
pub(crate) async fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(15), "never: {what}");
        sleep(Duration::from_millis(10)).await;
    }
}

/// An embedded store that holds messages.
pub(crate) struct Embedded {
    pub(crate) store: Arc<dyn Store>,
    _directory: TempDir,
}

impl Embedded {
    /// Returns a store with these messages, written with what caused them.
    pub(crate) async fn with(messages: Vec<NewOutbox>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let intake =
            Intake { policy: Policy::default(), default_district: longwen(), herald: None };
        let file = directory.path().join("silverbell.db");
        let (store, writer) = silverbell_store_sqlite::open(&file, intake).await.unwrap();
        tokio::spawn(writer.run());
        let store: Arc<dyn Store> = Arc::new(store);
        let ids = CountingIds::default();
        let district = silverbell_store::District {
            id: longwen(),
            name: "龙文区".into(),
            time_zone: "Asia/Shanghai".into(),
        };
        store.put_district(district).await.unwrap();
        store.put_seniors(vec![senior(1)]).await.unwrap();
        let alarm = Press::of(1).alarm(&ids);
        let recorded = store.record_alarm(alarm, TicketId(ids.next())).await.unwrap();
        let ticket = store.ticket(recorded.ticket).await.unwrap().unwrap();
        let expected_version = ticket.version;
        let part = TicketCommit { ticket, expected_version, events: Vec::new() };
        let commit =
            silverbell_store::Commit { tickets: vec![part], outbox: messages, idempotency: None };
        store.commit(commit).await.unwrap();
        Self { store, _directory: directory }
    }

    pub(crate) fn ports(&self, heard: &Arc<Heard>, clock: &Arc<TokioClock>) -> Ports {
        Ports {
            outbox: Arc::new(self.store.clone()),
            receipts: heard.clone(),
            addressees: Arc::new(SameNumbers),
            clock: clock.clone(),
            chance: Arc::new(NoJitter),
        }
    }
}

/// How often each message was handed over.
pub(crate) fn by_id(handed_over: &[Uuid]) -> HashMap<Uuid, u32> {
    let mut by_id = HashMap::new();
    for id in handed_over {
        *by_id.entry(*id).or_default() += 1;
    }
    by_id
}
