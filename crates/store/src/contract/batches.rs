//! What becomes of commands that fall into one transaction: the writer is held until all of them
//! are queued, in the order of the case.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use silverbell_domain::{
    By, Close, DistrictId, Ids, Kind, NewEvent, Outcome, Policy, Refusal, Ticket, TicketId, UnixMs,
    open_by_hand,
};
use silverbell_testkit::{Press, START, operator, senior};
use tokio::sync::broadcast::Receiver;
use tokio::task::JoinHandle;

use super::{Bench, Move, Writing};
use crate::{Advance, Commit, Committed, Constraint, Recorded, StoreError, TicketCommit};

type Moved = Result<Vec<NewEvent>, Refusal>;

/// A bench with one senior and an open ticket, whose writer waits.
struct Held {
    bench: Bench,
    writer: Option<Writing>,
    ticket: Ticket,
}

impl Held {
    async fn new(bench: Bench) -> Self {
        bench.seniors([1]).await;
        let ticket = bench.opened(1).await;
        let mut held = Self { bench, writer: None, ticket };
        held.hold().await;
        held
    }

    /// Opens the database once more, with a writer that waits.
    async fn hold(&mut self) {
        let (store, writer) = self.bench.back.open_again().await;
        self.bench.store = store;
        self.writer = Some(writer);
    }

    fn release(&mut self) {
        tokio::spawn(self.writer.take().unwrap());
    }

    async fn commit(&self, how: impl Move) -> JoinHandle<Result<Committed, StoreError>> {
        self.queue(self.bench.commit_of(&self.ticket, how)).await
    }

    async fn queue(&self, commit: Commit) -> JoinHandle<Result<Committed, StoreError>> {
        let store = self.bench.store.clone();
        queued(async move { store.commit(commit).await }).await
    }

    async fn press(&self, press: Press) -> JoinHandle<Recorded> {
        let bench = self.bench.clone();
        queued(async move { bench.press(press).await }).await
    }
}

/// Lets a call come as far as the queue, before any other does.
async fn queued<T: Send + 'static>(
    call: impl Future<Output = T> + Send + 'static,
) -> JoinHandle<T> {
    let mut call = Box::pin(call);
    poll_fn(|context| {
        assert!(call.as_mut().poll(context).is_pending(), "it was answered before it was written");
        Poll::Ready(())
    })
    .await;
    tokio::spawn(call)
}

fn close(t: &mut Ticket, now: UnixMs, p: &Policy) -> Moved {
    let (outcome, cause, note) = (Outcome::Accidental, None, None);
    let (hospital, duplicate_of, witness) = (None, None, None);
    let how = Close { outcome, cause, note, hospital, duplicate_of, witness };
    t.close(operator(1), how, now, p)
}

fn later(t: &mut Ticket, _: UnixMs, _: &Policy) -> Moved {
    t.deadlines.iter_mut().for_each(|deadline| deadline.at = deadline.at.plus_s(7));
    Ok(Vec::new())
}

fn by_hand(held: &Held, district: &str, n: u32) -> Commit {
    let whose = silverbell_domain::Senior { district: DistrictId::new(district), ..senior(n) };
    let id = TicketId(held.bench.ids.next());
    let policy = &held.bench.policy;
    let (ticket, event) =
        open_by_hand(id, &whose, Kind::Call, By::Person { user: operator(1) }, START, policy);
    let part = TicketCommit { ticket, expected_version: 0, events: vec![event] };
    Commit { tickets: vec![part], outbox: Vec::new(), idempotency: None }
}

fn the_only(advances: &mut Receiver<Arc<Advance>>) -> Arc<Advance> {
    let advance = advances.try_recv().unwrap();
    assert!(advances.try_recv().is_err(), "it was not one transaction");
    advance
}

pub async fn a_press_after_the_close_in_the_same_transaction_opens_a_new_ticket(bench: Bench) {
    let mut held = Held::new(bench).await;
    let mut advances = held.bench.store.advances();
    let first = held.ticket.id;
    let closed = held.commit(close).await;
    let pressed = held.press(Press::of(1).id("again")).await;
    let joined = held.press(Press::of(1).id("and again")).await;
    held.release();
    closed.await.unwrap().unwrap();
    let (pressed, joined) = (pressed.await.unwrap(), joined.await.unwrap());
    assert_ne!(pressed.ticket, first, "an SOS was swallowed");
    assert!(!pressed.joined && joined.joined);
    assert_eq!(joined.ticket, pressed.ticket);
    assert!(!held.bench.ticket(first).await.is_open());
    assert_eq!(held.bench.ticket(pressed.ticket).await.signals, 2);
    let names: Vec<&str> =
        the_only(&mut advances).happened.iter().map(|happened| happened.event.name()).collect();
    assert_eq!(names, ["answered", "closed", "ticket_opened", "signal_joined"]);
}

pub async fn a_close_after_the_press_in_the_same_transaction_is_stale(bench: Bench) {
    let mut held = Held::new(bench).await;
    let id = held.ticket.id;
    let pressed = held.press(Press::of(1).id("again")).await;
    let closed = held.commit(close).await;
    held.release();
    assert_eq!(pressed.await.unwrap().ticket, id);
    assert_eq!(closed.await.unwrap(), Err(StoreError::Stale(id)));
    assert!(held.bench.ticket(id).await.is_open());
}

pub async fn a_press_after_a_reopening_in_the_same_transaction_joins(bench: Bench) {
    let mut held = Held::new(bench).await;
    let id = held.ticket.id;
    let closed = held.commit(close).await;
    held.release();
    closed.await.unwrap().unwrap();
    held.ticket = held.bench.ticket(id).await;
    held.hold().await;
    let reopened =
        held.commit(|t: &mut Ticket, now, p: &_| t.reopen(operator(1), "why".into(), now, p)).await;
    let pressed = held.press(Press::of(1).id("again")).await;
    held.release();
    reopened.await.unwrap().unwrap();
    let pressed = pressed.await.unwrap();
    assert_eq!((pressed.ticket, pressed.joined), (id, true));
}

pub async fn an_unknown_device_whose_ticket_is_closed_in_the_same_transaction_opens_another(
    bench: Bench,
) {
    let mut held = Held::new(bench).await;
    held.release();
    let first = held.bench.press(Press::unknown("x").id("e1")).await;
    held.ticket = held.bench.ticket(first.ticket).await;
    held.hold().await;
    let closed = held.commit(close).await;
    let pressed = held.press(Press::unknown("x").id("e2")).await;
    held.release();
    closed.await.unwrap().unwrap();
    assert!(!pressed.await.unwrap().joined);
}

pub async fn a_flood_never_joins_a_ticket_that_is_closed_in_the_same_transaction(bench: Bench) {
    let mut held = Held::new(bench).await;
    held.release();
    for n in 0..20 {
        let opened = held.bench.press(Press::unknown(&format!("x{n}")).at(START.plus_s(n))).await;
        held.ticket = held.bench.ticket(opened.ticket).await;
    }
    held.hold().await;
    let closed = held.commit(close).await;
    let pressed = held.press(Press::unknown("x20").at(START.plus_s(20))).await;
    held.release();
    closed.await.unwrap().unwrap();
    let pressed = pressed.await.unwrap();
    assert!(held.bench.ticket(pressed.ticket).await.is_open(), "an SOS was swallowed");
}

pub async fn deadlines_that_moved_after_an_event_are_what_the_feed_tells(bench: Bench) {
    let mut held = Held::new(bench).await;
    let mut advances = held.bench.store.advances();
    let pressed = held.press(Press::of(1).id("again")).await;
    // What the loop decided on the version that the press is about to make.
    let ahead = Ticket { version: held.ticket.version + 1, ..held.ticket.clone() };
    let moved = held.queue(held.bench.commit_of(&ahead, later)).await;
    held.release();
    pressed.await.unwrap();
    moved.await.unwrap().unwrap();
    let advance = the_only(&mut advances);
    assert_eq!((advance.happened.len(), advance.rescheduled.len()), (1, 1));
    assert_eq!(*advance.rescheduled[0], held.bench.ticket(held.ticket.id).await, "applied last");
}

pub async fn deadlines_that_moved_before_an_event_are_not_told_after_it(bench: Bench) {
    let mut held = Held::new(bench).await;
    let mut advances = held.bench.store.advances();
    let moved = held.commit(later).await;
    let pressed = held.press(Press::of(1).id("again")).await;
    held.release();
    moved.await.unwrap().unwrap();
    pressed.await.unwrap();
    let advance = the_only(&mut advances);
    assert_eq!(advance.rescheduled, []);
    assert_eq!(*advance.happened[0].ticket, held.bench.ticket(held.ticket.id).await);
}

pub async fn a_bad_item_in_a_folded_batch_harms_only_itself(bench: Bench) {
    let mut held = Held::new(bench).await;
    let good = held.commit(|t: &mut Ticket, now, p: &_| t.answer(operator(1), None, now, p)).await;
    let stale = held.commit(|t: &mut Ticket, now, p: &_| t.answer(operator(2), None, now, p)).await;
    let nowhere = held.queue(by_hand(&held, "nowhere", 2)).await;
    let twin = held.queue(by_hand(&held, "longwen", 1)).await;
    let pressed = held.press(Press::of(1).id("again")).await;
    held.release();
    assert!(good.await.unwrap().is_ok());
    assert_eq!(stale.await.unwrap(), Err(StoreError::Stale(held.ticket.id)));
    let refused = |constraint| Err(StoreError::Violates(constraint));
    assert_eq!(nowhere.await.unwrap(), refused(Constraint::NoSuchThing));
    assert_eq!(twin.await.unwrap(), refused(Constraint::OneOpenEmergency));
    assert!(pressed.await.unwrap().joined);
    let names: Vec<&str> = held
        .bench
        .store
        .timeline(held.ticket.id)
        .await
        .unwrap()
        .iter()
        .map(|row| row.event.event.name())
        .collect();
    assert_eq!(names, ["ticket_opened", "answered", "signal_joined"]);
    assert_eq!(held.bench.store.check().await.unwrap(), Vec::<String>::new());
}

pub async fn a_caller_that_goes_away_does_not_take_its_press_with_it(bench: Bench) {
    let mut held = Held::new(bench).await;
    let gone = held.press(Press::of(1).id("again")).await;
    gone.abort();
    assert!(gone.await.unwrap_err().is_cancelled());
    held.release();
    held.bench.store.probe().await.unwrap();
    assert_eq!(held.bench.ticket(held.ticket.id).await.signals, 2);
}
