//! A real dispatcher, teller and lanes on the embedded store, with a clock, a gateway and faults that a
//! test holds in its hand. Nothing happens by itself but what the control loop does.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use silverbell_dispatcher::{Actor, Dispatcher, Journal, Settings as Follows};
use silverbell_domain::{
    Alarm, Clock as _, Contact, Ids as _, Policy, Protocol, Responder, Senior, SignalId, Tells,
    Ticket, TicketId,
};
use silverbell_notify::{
    Browsers, DigestTime, Gateway, Gateways, Handover, Notify, Outbox, Outgoing, Ports, Push,
    PushKey, ReceiptDesk, Secret, Settings, Teller, Told, Ways,
};
use silverbell_roads::Speeds;
use silverbell_seal::{DataKey, Nonces, Seals};
use silverbell_store::{
    District, Intake, Lease, NewDevice, NewOutbox, OutboxItem, OutboxResult, Store, StoreError,
};
use silverbell_testkit::{MockClock, Press, SeededIds, aide, device_of, longwen, operator, senior};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::support::{NoJitter, settings};

/// How the gateway behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Takes what comes.
    Accepts,
    /// Takes it, and the answer is lost.
    Loses,
    /// Is out of order.
    Fails,
    /// Will never take it.
    Refuses,
}

/// Something that the gateway took.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) id: Uuid,
    /// What it is about: of what the family is told, the ticket.
    pub(crate) about: Uuid,
    pub(crate) to: String,
    pub(crate) text: &'static str,
    /// Who had this number in the file at that moment.
    pub(crate) whose: BTreeSet<String>,
}

/// A gateway that does as it is told.
pub(crate) struct Net {
    pub(crate) manner: Mutex<Manner>,
    pub(crate) taken: Mutex<Vec<Taken>>,
    /// The contacts as they are in the file now.
    pub(crate) file: Mutex<Vec<Contact>>,
}

pub(crate) fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

#[async_trait]
impl Gateway for Net {
    async fn hand_over(&self, outgoing: Outgoing<'_>) -> Handover {
        let manner = *self.manner.lock();
        if matches!(manner, Manner::Accepts | Manner::Loses) {
            let mut taken = self.taken.lock();
            // A repeat is known by its id: the telephone rings once.
            if taken.iter().all(|taken| taken.id != outgoing.id) {
                let to = digits(&outgoing.message.to);
                let file = self.file.lock();
                let whose = file.iter().filter(|it| digits(&it.phone) == to);
                let whose = whose.map(|it| it.name.clone()).collect();
                let text = outgoing.message.template.name();
                let about = outgoing.message.about.subject;
                taken.push(Taken { id: outgoing.id, about, to, text, whose });
            }
        }
        match manner {
            Manner::Accepts => Handover::Accepted { reference: None },
            Manner::Loses | Manner::Fails => {
                Handover::Failed { why: "answered 500".into(), after: None }
            }
            Manner::Refuses => Handover::Refused("answered 400".into()),
        }
    }
}

/// An outbox whose owner may die between doing something and noting it.
struct Forgetful {
    inner: Arc<dyn Store>,
    forgets: Arc<AtomicBool>,
}

#[async_trait]
impl Outbox for Forgetful {
    async fn lease(&self, lease: Lease) -> Result<Vec<OutboxItem>, StoreError> {
        self.inner.lease_outbox(lease).await
    }

    async fn finish(
        &self,
        id: Uuid,
        attempts: u32,
        result: OutboxResult,
    ) -> Result<(), StoreError> {
        if self.forgets.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("it died before it noted that".into()));
        }
        self.inner.finish_outbox(id, attempts, result).await
    }

    async fn waiting(&self, kind: &'static str) -> Result<u64, StoreError> {
        self.inner.outbox_waiting(kind).await
    }

    async fn message(&self, id: Uuid) -> Result<Option<NewOutbox>, StoreError> {
        self.inner.outbox_message(id).await
    }
}

/// Nothing that is sealed here is anybody's.
struct SameNonce;

impl Nonces for SameNonce {
    fn nonce(&self) -> [u8; 12] {
        [7; 12]
    }
}

struct NoJournal;

impl Journal for NoJournal {
    fn waiting(&self) -> Vec<Alarm> {
        Vec::new()
    }

    fn keep(&mut self, alarms: &[Alarm]) -> Vec<Result<(), String>> {
        vec![Ok(()); alarms.len()]
    }

    fn forget(&mut self, _: &[SignalId]) -> Result<(), String> {
        Ok(())
    }
}

/// The desk.
pub(crate) struct Desk {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) clock: Arc<MockClock>,
    pub(crate) net: Arc<Net>,
    pub(crate) forgets: Arc<AtomicBool>,
    pub(crate) teller: Teller,
    pub(crate) notify: Notify,
    pub(crate) receipts: ReceiptDesk,
    pub(crate) browsers: Arc<Browsers>,
    pub(crate) ids: Arc<SeededIds>,
    seniors: AtomicU32,
    stop: CancellationToken,
    _directory: TempDir,
}

pub(crate) const SECRET: &str = "both know it";

/// Nothing is sealed here, links only have a tag.
struct NoNonces;

impl Nonces for NoNonces {
    fn nonce(&self) -> [u8; 12] {
        [7; 12]
    }
}

impl Desk {
    pub(crate) async fn new(policy: Policy) -> Self {
        Self::with(policy, Ways { sms: true, voice: false, push: false }).await
    }

    /// Returns a desk with these ways; texts and calls go over the one gateway.
    pub(crate) async fn with(policy: Policy, ways: Ways) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let intake = Intake { policy: policy.clone(), default_district: longwen(), herald: None };
        let file = directory.path().join("silverbell.db");
        let (store, writer) = silverbell_store_sqlite::open(&file, intake).await.unwrap();
        tokio::spawn(writer.run());
        let store: Arc<dyn Store> = Arc::new(store);
        let district =
            District { id: longwen(), name: "龙文区".into(), time_zone: "Asia/Shanghai".into() };
        store.put_district(district).await.unwrap();
        // Sent by hand only.
        let aide = Responder { on_duty: false, ..aide(1) };
        store.put_responders(vec![aide]).await.unwrap();
        let (clock, ids) = (Arc::new(MockClock::default()), Arc::new(SeededIds::new(7)));
        let follows = Follows {
            policy,
            speeds: Speeds::default(),
            positions_kept_days: 30,
            messages_kept_days: 30,
            tells: Some(Tells {
                has_telephones: true,
                offer_push_after_s: ways.push.then_some(1),
                offer_text_after_s: 5,
                offer_call_after_s: 10,
            }),
            raises_work: false,
        };
        let stop = CancellationToken::new();
        let dispatcher = Dispatcher::start(
            store.clone(),
            Box::new(NoJournal),
            clock.clone(),
            ids.clone(),
            follows,
            &TaskTracker::new(),
            &stop,
        )
        .await;
        let net = Arc::new(Net {
            manner: Mutex::new(Manner::Accepts),
            taken: Mutex::default(),
            file: Mutex::default(),
        });
        let forgets = Arc::new(AtomicBool::new(false));
        let outbox: Arc<dyn Outbox> =
            Arc::new(Forgetful { inner: store.clone(), forgets: forgets.clone() });
        let told = Arc::new(Told { dispatcher: dispatcher.clone() });
        let teller = Teller {
            dispatcher: dispatcher.clone(),
            outbox: outbox.clone(),
            ways,
            base_url: "https://sos.example.cn".into(),
            seals: Arc::new(Seals::new(DataKey::new([7; 32]), Vec::new(), Arc::new(NoNonces))),
            digests: DigestTime::read("18:00", "sunday").unwrap(),
        };
        let ports = Ports {
            outbox: outbox.clone(),
            receipts: told.clone(),
            addressees: told.clone(),
            clock: clock.clone(),
            chance: Arc::new(NoJitter),
        };
        // Outages go by the machine's clock, which is not the test's: they are over at once.
        let pause = Duration::from_millis(1);
        let set = Settings { retry_first: pause, retry_at_most: pause, ..settings() };
        let sms = Gateways::from([(String::new(), net.clone() as Arc<dyn Gateway>)]);
        let voice = if ways.voice { sms.clone() } else { Gateways::new() };
        let browsers = Arc::new(Browsers {
            store: store.clone(),
            seals: Arc::new(Seals::new(DataKey::new([7; 32]), Vec::new(), Arc::new(SameNonce))),
            clock: clock.clone(),
            allow_private: true,
        });
        let (key, subject) = (PushKey::of(&[9; 32]).unwrap(), "mailto:it@example.cn".to_owned());
        let push = Push { key, subject, browsers: browsers.clone() }.gateway().unwrap();
        let push = ways.push.then(|| (String::new(), push));
        let gateways = [sms, voice, Gateways::new(), Gateways::from_iter(push)];
        let notify = Notify::with_gateways(&set, ports, gateways);
        let receipts = ReceiptDesk {
            secret: Secret::new(SECRET),
            receipts: told,
            outbox,
            clock: clock.clone(),
        };
        let seniors = AtomicU32::new(0);
        Self {
            store,
            dispatcher,
            clock,
            net,
            forgets,
            teller,
            notify,
            receipts,
            browsers,
            ids,
            seniors,
            stop,
            _directory: directory,
        }
    }

    /// Puts in a senior with these contacts, nobody's before, and returns the number.
    pub(crate) async fn senior(&self, contacts: Vec<Contact>) -> u32 {
        let n = self.seniors.fetch_add(1, Ordering::SeqCst) + 1;
        self.net.file.lock().clone_from(&contacts);
        let senior = Senior { contacts, ..senior(n) };
        let known = device_of(&senior, n);
        let device = NewDevice {
            id: known.id,
            district: known.district,
            senior: known.senior,
            protocol: Protocol::Http,
            ident: format!("d-{n}"),
            key_sha256: known.key_sha256,
            model: None,
        };
        self.store.put_seniors(vec![senior]).await.unwrap();
        self.store.put_devices(vec![device]).await.unwrap();
        n
    }

    /// Changes the contacts of a senior.
    pub(crate) async fn contacts(&self, n: u32, contacts: Vec<Contact>) {
        self.net.file.lock().clone_from(&contacts);
        let changed = Senior { contacts, ..senior(n) };
        self.store.update_senior(changed).await.unwrap();
    }

    /// Presses a senior's key and returns the ticket.
    pub(crate) async fn press(&self, n: u32) -> TicketId {
        let id = self.ids.next().to_string();
        let press = Press::of(n).at(self.clock.now()).id(&id);
        self.dispatcher.record_alarm(press.alarm(&*self.ids)).await.unwrap().ticket
    }

    pub(crate) async fn ticket(&self, id: TicketId) -> Ticket {
        self.store.ticket(id).await.unwrap().unwrap()
    }

    /// Waits until the control loop has done what there is to do by now.
    pub(crate) async fn quiet(&self, id: TicketId) {
        // What follows a closed ticket is a person's to do, and stays due until somebody does it.
        let is_due = |ticket: &Ticket, now| {
            ticket.deadlines.iter().any(|it| !it.kind.is_of_closed() && it.at <= now)
        };
        for n in 0..3_000 {
            let ticket = self.ticket(id).await;
            if !is_due(&ticket, self.clock.now()) {
                return;
            }
            if n % 100 == 0 {
                // Whatever is committed wakes the loop.
                drop(self.dispatcher.note(id, "…".into(), &actor()).await);
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        panic!("the control loop is not done: {:#?}", self.ticket(id).await.deadlines);
    }

    /// Lets everything be told and delivered, whatever became of it.
    pub(crate) async fn settle(&self) {
        self.forgets.store(false, Ordering::SeqCst);
        *self.net.manner.lock() = Manner::Accepts;
        for n in 0..100 {
            tokio::time::sleep(Duration::from_millis(2)).await;
            self.teller.tell_now().await;
            self.notify.deliver_now().await;
            let waiting = [
                self.store.outbox_waiting("tell").await.unwrap(),
                self.store.outbox_waiting("sms").await.unwrap(),
            ];
            if waiting == [0, 0] {
                return;
            }
            // Leases end, what is put back is due; then quiet hours end.
            self.clock.advance_s(if n < 20 { 61 } else { 3_600 });
        }
        panic!("something waits for ever");
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub(crate) fn actor() -> Actor {
    Actor { user: operator(1), idempotency: None }
}
