//! Whatever the order of events, each of the family gets the message due to them exactly once, or a
//! failure that shows. Real domain, use cases, teller, lanes and store; drawn at random are the moves of
//! operators, contacts, gateway, receipts and the clock, and deaths between doing and noting.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use silverbell_domain::{
    AccidentalNews, Arrival, Clock as _, Close, Contact, ContactKind, Event, Hours, MessageState,
    OfferCommand, OfferState, Outcome, Policy, TeamRole, Ticket, TicketId, Whom,
};
use silverbell_notify::{SIGNATURE_HEADER, Secret, router, sign};
use silverbell_testkit::aide;
use tower::ServiceExt as _;

use crate::desk::{Desk, Manner, SECRET, actor, digits};

#[derive(Clone, Debug)]
enum Move {
    Confirm,
    NoVoice,
    OnScene,
    Close(Outcome),
    Reopen,
    Wait(i64),
    Put(usize, Contact),
    Remove(usize),
    Renumber(usize, String),
    Rename(usize, String),
    /// The teller looks; or looks, and dies before it notes that it did.
    Tell {
        dies: bool,
    },
    /// The lanes deliver; or die before they note it.
    Deliver {
        manner: Manner,
        dies: bool,
    },
    Receipt {
        which: usize,
        state: &'static str,
    },
    Forged {
        which: usize,
    },
    Digest,
}

const NAMES: [&str; 4] = ["女儿", "儿子", "老伴", "侄女"];
const NUMBERS: [&str; 5] = ["138 0000 0001", "13800000002", "138-0000-0003", "13800000001", ""];

fn contact() -> impl Strategy<Value = Contact> {
    let kinds = [ContactKind::Family, ContactKind::Family, ContactKind::Neighbour];
    let hours = [None, None, Hours::new(480, 1_200), Hours::new(1_200, 480)];
    let news = [None, Some(AccidentalNews::AtOnce), Some(AccidentalNews::Daily)];
    (
        prop::sample::select(&NAMES[..]),
        prop::sample::select(&NUMBERS[..]),
        prop::sample::select(kinds.to_vec()),
        prop::sample::select(hours.to_vec()),
        prop::sample::select(news.to_vec()),
    )
        .prop_map(|(name, phone, kind, hours, accidental)| Contact {
            name: name.into(),
            relation: "家人".into(),
            phone: phone.into(),
            kind,
            hours,
            accidental,
            opens_door: false,
        })
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let outcomes = vec![
        Outcome::Helped,
        Outcome::Phone,
        Outcome::Accidental,
        Outcome::Accidental,
        Outcome::Test,
        Outcome::Family,
    ];
    let states = vec!["delivered", "failed", "answered"];
    let number = || prop::sample::select(&NUMBERS[..]).prop_map(String::from);
    let name = prop::sample::select(&NAMES[..]).prop_map(String::from);
    let manner = prop_oneof![
        4 => Just(Manner::Accepts),
        1 => Just(Manner::Loses),
        1 => Just(Manner::Fails),
        1 => Just(Manner::Refuses),
    ];
    let one = prop_oneof![
        3 => Just(Move::Confirm),
        1 => Just(Move::NoVoice),
        2 => Just(Move::OnScene),
        3 => prop::sample::select(outcomes).prop_map(Move::Close),
        1 => Just(Move::Reopen),
        2 => (1..4_000_i64).prop_map(Move::Wait),
        1 => (60_000..90_000_i64).prop_map(Move::Wait),
        1 => (0..4_usize, contact()).prop_map(|(n, contact)| Move::Put(n, contact)),
        1 => (0..4_usize).prop_map(Move::Remove),
        2 => (0..4_usize, number()).prop_map(|(n, number)| Move::Renumber(n, number)),
        1 => (0..4_usize, name).prop_map(|(n, name)| Move::Rename(n, name)),
        6 => prop::bool::weighted(0.2).prop_map(|dies| Move::Tell { dies }),
        5 => (manner, prop::bool::weighted(0.2))
            .prop_map(|(manner, dies)| Move::Deliver { manner, dies }),
        2 => (0..8_usize, prop::sample::select(states))
            .prop_map(|(which, state)| Move::Receipt { which, state }),
        1 => (0..8_usize).prop_map(|which| Move::Forged { which }),
        1 => Just(Move::Digest),
    ];
    prop::collection::vec(one, 4..24)
}

/// What is due to whom: a text, to a name or to whoever else had that number.
#[derive(Debug)]
struct Due {
    /// `None`: whatever shows that this contact has no number, or had one when told.
    text: Option<&'static str>,
    names: BTreeSet<String>,
}

/// One case: a senior, a ticket, and what is known of them without asking the teller.
struct Case<'a> {
    desk: &'a Desk,
    receipts: Router,
    senior: u32,
    ticket: TicketId,
    file: Vec<Contact>,
    /// Every name that a number ever had.
    names: BTreeMap<String, BTreeSet<String>>,
    seen: u64,
    due: Vec<Due>,
}

impl<'a> Case<'a> {
    async fn start(desk: &'a Desk, file: Vec<Contact>) -> Self {
        desk.net.taken.lock().clear();
        let senior = desk.senior(file.clone()).await;
        let ticket = desk.press(senior).await;
        let receipts = Router::from(router(desk.receipts.clone()));
        let (names, due) = (BTreeMap::new(), Vec::new());
        let mut case = Self { desk, receipts, senior, ticket, file, names, seen: 0, due };
        case.note_names();
        case
    }

    fn note_names(&mut self) {
        for contact in &self.file {
            self.names.entry(digits(&contact.phone)).or_default().insert(contact.name.clone());
        }
    }

    async fn change_file(&mut self, change: impl FnOnce(&mut Vec<Contact>)) {
        change(&mut self.file);
        self.note_names();
        self.desk.contacts(self.senior, self.file.clone()).await;
    }

    async fn go(&mut self, next: Move) {
        let (desk, id) = (self.desk, self.ticket);
        let dispatcher = &desk.dispatcher;
        // What the state does not allow is refused, and no move.
        match next {
            Move::Confirm => drop(dispatcher.confirm(id, &actor()).await),
            Move::NoVoice => drop(dispatcher.no_voice(id, None, &actor()).await),
            Move::OnScene => self.somebody_is_there().await,
            Move::Close(outcome) => {
                let close = Close {
                    outcome,
                    cause: None,
                    note: None,
                    hospital: None,
                    duplicate_of: None,
                    witness: None,
                };
                drop(dispatcher.close(id, close, &actor()).await);
            }
            Move::Reopen => drop(dispatcher.reopen(id, "…".into(), &actor()).await),
            Move::Wait(s) => {
                desk.clock.advance_s(s);
                desk.quiet(id).await;
            }
            Move::Put(n, contact) => {
                let is_new = self.file.iter().all(|it| it.name != contact.name);
                if is_new {
                    let at = n.min(self.file.len());
                    self.change_file(|file| file.insert(at, contact)).await;
                }
            }
            Move::Remove(n) => {
                if n < self.file.len() {
                    self.change_file(|file| drop(file.remove(n))).await;
                }
            }
            Move::Renumber(n, number) => {
                if n < self.file.len() {
                    self.change_file(|file| file[n].phone = number).await;
                }
            }
            Move::Rename(n, name) => {
                if n < self.file.len() && self.file.iter().all(|it| it.name != name) {
                    self.change_file(|file| file[n].name = name).await;
                }
            }
            Move::Tell { dies } => {
                desk.quiet(id).await;
                self.reckon().await;
                desk.forgets.store(dies, Ordering::SeqCst);
                desk.teller.tell_now().await;
                desk.forgets.store(false, Ordering::SeqCst);
            }
            Move::Deliver { manner, dies } => {
                *desk.net.manner.lock() = manner;
                desk.forgets.store(dies, Ordering::SeqCst);
                desk.notify.deliver_now().await;
                desk.forgets.store(false, Ordering::SeqCst);
            }
            Move::Receipt { which, state } => {
                let status = self.receipt(which, state, SECRET).await;
                assert!(status.is_none_or(|it| it == StatusCode::NO_CONTENT), "{status:?}");
            }
            Move::Forged { which } => {
                let before = desk.ticket(id).await;
                let status = self.receipt(which, "failed", "a guess").await;
                assert!(status.is_none_or(|it| it == StatusCode::UNAUTHORIZED), "{status:?}");
                assert_eq!(desk.ticket(id).await.messages, before.messages);
            }
            Move::Digest => desk.teller.write_digests_now().await,
        }
    }

    async fn somebody_is_there(&self) {
        let (dispatcher, aide) = (&self.desk.dispatcher, aide(1).id);
        drop(dispatcher.assign(self.ticket, aide, TeamRole::Lead, None, &actor()).await);
        let ticket = self.desk.ticket(self.ticket).await;
        let Some(offer) = ticket.last_offer_to(aide) else { return };
        for step in [OfferCommand::Accept, OfferCommand::OnScene(Arrival::Confirmed)] {
            drop(dispatcher.step_offer(offer.id, step, true, &actor()).await);
        }
    }

    /// Sends a receipt of one of the messages that the gateway took; `None` where it took none.
    async fn receipt(&self, which: usize, state: &str, secret: &str) -> Option<StatusCode> {
        let taken: Vec<_> = self.desk.net.taken.lock().iter().map(|taken| taken.id).collect();
        let id = taken.get(which % taken.len().max(1))?;
        let body = format!(r#"{{"id":"{id}","state":"{state}"}}"#);
        let signed = sign(&Secret::new(secret), self.desk.clock.now(), body.as_bytes()).unwrap();
        let request = Request::post("/v1/receipts").header(SIGNATURE_HEADER, signed);
        let request = request.body(Body::from(body)).unwrap();
        Some(self.receipts.clone().oneshot(request).await.unwrap().status())
    }

    /// Reckons, from the history and the file alone, what is due to whom when the teller looks now.
    async fn reckon(&mut self) {
        let ticket = self.desk.ticket(self.ticket).await;
        let timeline = self.desk.store.timeline(self.ticket).await.unwrap();
        let new: Vec<&Event> =
            timeline.iter().filter(|row| row.seq > self.seen).map(|row| &row.event.event).collect();
        let has = |is: fn(&Event) -> bool| new.iter().any(|event| is(event));
        let begins = has(|it| {
            matches!(it, Event::Confirmed {} | Event::HoldEnded {} | Event::NoVoice { .. })
        });
        let arrives = has(|it| matches!(it, Event::OnScene { .. }));
        let ends = has(|it| matches!(it, Event::Closed { .. }));
        self.seen = timeline.last().map_or(0, |row| row.seq);
        let was_told = ticket.is_family_told();
        let Some(text) = text_now(&ticket).filter(|_| was_told || !ticket.was_no_emergency())
        else {
            return;
        };
        let mut due: Vec<Contact> = Vec::new();
        if begins {
            due.extend(self.due_at_first());
        }
        if ends && !ticket.is_open() || arrives && text == "family_on_scene" {
            let told = |contact: &&Contact| {
                let names = &self.names[&digits(&contact.phone)];
                ticket.family_messages().any(|message| match &message.whom {
                    Whom::Contact { name, .. } => *name == contact.name && names.contains(name),
                    Whom::Responder { .. } | Whom::Leader => false,
                })
            };
            let has_number = |it: &&Contact| !digits(&it.phone).is_empty();
            due.extend(self.file.iter().filter(has_number).filter(told).cloned());
        }
        for contact in due {
            let number = digits(&contact.phone);
            let text = (!number.is_empty()).then_some(text);
            let mut names = self.names[&number].clone();
            if number.is_empty() {
                names.clear();
            }
            names.insert(contact.name);
            self.due.push(Due { text, names });
        }
    }

    fn due_at_first(&self) -> Vec<Contact> {
        let minute_utc = self.desk.clock.now().0.div_euclid(60_000).rem_euclid(1_440);
        let minute = u16::try_from((minute_utc + 8 * 60) % 1_440).unwrap();
        let is_family = |it: &&Contact| it.kind == ContactKind::Family;
        let has_number = |it: &&Contact| !digits(&it.phone).is_empty();
        let family: Vec<Contact> = self.file.iter().filter(is_family).cloned().collect();
        let mut people: Vec<Contact> =
            self.file.iter().filter(is_family).filter(has_number).cloned().collect();
        if people.is_empty() {
            people = self.file.iter().filter(has_number).cloned().collect();
        }
        let awake = |it: &&Contact| it.hours.is_none_or(|hours| hours.contains(minute));
        let reachable: Vec<Contact> = people.iter().filter(awake).cloned().collect();
        let mut due = if reachable.is_empty() { people } else { reachable };
        // Whoever of the family has no number is a failure that shows.
        due.extend(family.into_iter().filter(|it| digits(&it.phone).is_empty()));
        due
    }

    /// Lets everything come to its end, and looks at it.
    async fn end(mut self) -> Result<(), TestCaseError> {
        self.desk.quiet(self.ticket).await;
        self.reckon().await;
        self.desk.settle().await;
        let ticket = self.desk.ticket(self.ticket).await;
        // Digests of the seniors of earlier cases may come in between.
        let mut taken = self.desk.net.taken.lock().clone();
        taken.retain(|taken| taken.about == self.ticket.0);
        let family: Vec<_> = ticket
            .messages
            .iter()
            .filter_map(|message| match &message.whom {
                Whom::Contact { name, .. } => Some((message, name)),
                Whom::Responder { .. } | Whom::Leader => None,
            })
            .collect();
        for (message, _) in &family {
            let was_taken = taken.iter().any(|taken| taken.id == message.id);
            prop_assert!(message.state != MessageState::Queued, "waits for ever: {message:?}");
            let is_failed = message.state == MessageState::Failed;
            prop_assert!(was_taken || is_failed, "said to be sent, and was not: {message:?}");
            prop_assert!(is_failed == message.why.is_some(), "no reason: {message:?}");
        }
        // Nobody twice, unless the first one is said to have failed.
        for (n, (first, whom)) in family.iter().enumerate() {
            let again = family[n + 1..].iter().find(|(second, name)| {
                name == whom && second.text == first.text && first.state != MessageState::Failed
            });
            prop_assert!(again.is_none(), "told twice: {first:?}, {again:?}");
        }
        let state = |id| family.iter().find(|(message, _)| message.id == id).map(|it| it.0.state);
        for (n, first) in taken.iter().enumerate() {
            let is_same = |second: &&crate::desk::Taken| {
                second.to == first.to
                    && second.text == first.text
                    && second.whose.intersection(&first.whose).next().is_some()
            };
            let again = taken[n + 1..].iter().find(is_same);
            let has_failed = state(first.id) == Some(MessageState::Failed);
            prop_assert!(again.is_none() || has_failed, "rings twice: {first:?}, {again:?}");
        }
        for taken in taken.iter().filter(|taken| taken.text.starts_with("family_")) {
            prop_assert!(!taken.whose.is_empty(), "to a stranger: {taken:?}");
            let known = state(taken.id).is_some();
            prop_assert!(known, "not in the history: {taken:?}");
        }
        for due in &self.due {
            let is_told = |(message, name): &(&_, &String)| {
                let message: &silverbell_domain::TicketMessage = message;
                due.text.is_none_or(|text| message.text == text) && due.names.contains(*name)
            };
            prop_assert!(family.iter().any(is_told), "never told: {due:?} of {family:#?}");
        }
        if ticket.is_open() {
            self.go(Move::Close(Outcome::Helped)).await;
        }
        Ok(())
    }
}

fn text_now(ticket: &Ticket) -> Option<&'static str> {
    match ticket.handling.closing().map(|closing| closing.outcome) {
        Some(Outcome::Helped | Outcome::Found) => Some("family_closed_helped"),
        Some(Outcome::Hospital) => Some("family_closed_hospital"),
        Some(Outcome::Phone) => Some("family_closed_phone"),
        Some(Outcome::Deceased | Outcome::Duplicate) => None,
        Some(_) => Some("family_closed_other"),
        None => {
            let is_there = |state: &OfferState| {
                matches!(state, OfferState::OnScene { .. } | OfferState::Escorting { .. })
            };
            let somebody = ticket.offers.iter().any(|offer| is_there(&offer.state));
            Some(if somebody { "family_on_scene" } else { "family_confirmed" })
        }
    }
}

#[test]
fn whatever_the_order_of_events_each_of_the_family_is_told_once_or_it_shows_that_not() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut policy = Policy::default();
    policy.dispatch.hold_s = 60;
    let desk = runtime.block_on(Desk::new(policy));
    let mut config = Config { failure_persistence: None, ..Config::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 96;
    }
    let cases = (prop::collection::vec(contact(), 0..4), moves());
    let outcome = TestRunner::new(config).run(&cases, |(mut file, moves)| {
        let mut names = BTreeSet::new();
        file.retain(|contact| names.insert(contact.name.clone()));
        runtime.block_on(async {
            let mut case = Case::start(&desk, file).await;
            for next in moves {
                case.go(next).await;
            }
            case.end().await
        })
    });
    if let Err(failed) = outcome {
        panic!("{failed}");
    }
}
