//! The store does what a plain model of it does: random steps are taken by both, and after each
//! they must have answered the same and hold the same. The model is one for all backends, so that
//! each agrees with every other.
//!
//! Left out: what several callers do at once (see [`races`](super::races)), more than one district,
//! and floods of unknown devices.

mod steps;
mod world;

use std::future::Future;
use std::marker::PhantomData;

use proptest::test_runner::{Config, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use silverbell_domain::Ticket;
use silverbell_testkit::{longwen, senior};
use tokio::runtime::{Handle, Runtime};

use self::steps::{AIDES, SENIORS, Step};
use self::world::{Answer, Ask, Kept, World};
use super::{Bench, watch};
use crate::{Committed, Lease, StoreError, TicketPage};

/// A sequence has fewer steps than this.
const STEPS: usize = 60;

/// After a failure so many shorter sequences are tried, to find one that a person can follow.
const SHORTER: u32 = 500;

/// Makes an empty store to be compared with the model.
pub trait MakeBench: 'static {
    /// So many sequences are tried, if the environment (`PROPTEST_CASES`) does not say otherwise.
    const CASES: u32;

    /// Returns a bench with an empty store.
    fn make() -> impl Future<Output = Bench>;
}

/// Takes random steps with the model and the stores that `M` makes.
pub fn agrees_with_the_model<M: MakeBench>() {
    let runtime = Runtime::new().unwrap();
    // Stores are dropped where a test ends or fails, which must be a place where tasks can be ended.
    let _inside = runtime.enter();
    let defaults = Config::default();
    let cases =
        if std::env::var_os("PROPTEST_CASES").is_some() { defaults.cases } else { M::CASES };
    let config = Config { cases, failure_persistence: None, max_shrink_iters: SHORTER, ..defaults };
    let sequences = World::sequential_strategy(1..STEPS);
    let outcome = TestRunner::new(config.clone()).run(&sequences, |(world, steps, seen)| {
        Compared::<M>::test_sequential(config.clone(), world, steps, seen);
        Ok(())
    });
    if let Err(difference) = outcome {
        panic!("{difference}");
    }
}

/// A store beside the model.
struct Compared<M>(PhantomData<M>);

impl<M: MakeBench> StateMachineTest for Compared<M> {
    type SystemUnderTest = Bench;
    type Reference = World;

    fn init_test(_: &World) -> Bench {
        Handle::current().block_on(async {
            let bench = M::make().await;
            bench.seniors(0..SENIORS).await;
            bench.store.put_devices((0..2).map(watch).collect()).await.unwrap();
            bench.aides(0..AIDES).await;
            bench
        })
    }

    fn apply(bench: Bench, world: &World, _: Step) -> Bench {
        Handle::current().block_on(compare_answers(&bench, world));
        bench
    }

    fn check_invariants(bench: &Bench, world: &World) {
        Handle::current().block_on(compare_district(bench, world));
    }

    fn teardown(bench: Bench, world: World) {
        Handle::current().block_on(async {
            for kept in &world.tickets {
                compare_ticket(&bench, kept).await;
            }
            assert_eq!(bench.store.check().await, Ok(Vec::new()));
        });
    }
}

/// Asks the store what the model was asked.
async fn compare_answers(bench: &Bench, world: &World) {
    let store = &bench.store;
    match world.asked.clone() {
        Ask::Nothing => {}
        Ask::Record(alarm, new_ticket) => {
            let Answer::Recorded(expected) = &world.answer else { unreachable!() };
            let recorded = store.record_alarm(*alarm, new_ticket).await.unwrap();
            assert!(expected.contains(&recorded), "{recorded:?} instead of {expected:?}");
        }
        Ask::Commit(commit) => {
            let key = commit.idempotency.clone();
            compare_outcomes(store.commit(commit).await, &world.answer);
            if let Some(key) = key {
                let kept = store.idempotent(key.user, &key.key).await.unwrap();
                assert_eq!(kept.as_ref(), world.requests.iter().find(|r| r.key == key.key));
            }
        }
        Ask::Lease { now, until, limit } => {
            let Answer::Leased(expected) = &world.answer else { unreachable!() };
            let lease = Lease { kind: world::KIND, now, until, limit, only_expired: false };
            assert_eq!(store.lease_outbox(lease).await.unwrap(), *expected);
        }
        Ask::Finish { id, attempts, result } => {
            store.finish_outbox(id, attempts, result).await.unwrap();
        }
    }
}

fn compare_outcomes(outcome: Result<Committed, StoreError>, answer: &Answer) {
    match (outcome, answer) {
        (Ok(committed), Answer::Committed(expected)) => {
            let tickets: Vec<&Ticket> = committed.tickets.iter().map(AsRef::as_ref).collect();
            assert_eq!(tickets, expected.iter().collect::<Vec<_>>());
        }
        (Err(refused), Answer::Refused(expected)) => {
            assert!(expected.contains(&refused), "{refused:?} instead of {expected:?}");
        }
        (outcome, answer) => panic!("{outcome:?} instead of {answer:?}"),
    }
}

/// Compares what screens show after every step, and the ticket that was moved last.
async fn compare_district(bench: &Bench, world: &World) {
    let store = &bench.store;
    let (open, closed): (Vec<&Ticket>, Vec<&Ticket>) =
        world.tickets.iter().map(|kept| &kept.ticket).partition(|ticket| ticket.is_open());

    let state = store.district_state(&longwen()).await.unwrap();
    assert_eq!(state.seq, world.seq);
    compare_sets(state.tickets, &open);

    let page = TicketPage { limit: 100, offset: 0 };
    let listed = store.tickets(&[longwen()], true, page).await.unwrap();
    let place = |ticket: &Ticket| (ticket.urgency, std::cmp::Reverse(ticket.times.received));
    assert!(listed.is_sorted_by_key(place), "most urgent, then newest first");
    compare_sets(listed, &open);
    compare_sets(store.tickets(&[longwen()], false, page).await.unwrap(), &closed);

    let Some(last) = world.tickets.iter().max_by_key(|kept| kept.ticket.version) else { return };
    compare_ticket(bench, last).await;
    for n in 0..SENIORS {
        let senior = senior(n).id;
        let theirs = |t: &&&Ticket| t.is_emergency() && t.senior == Some(senior);
        let expected = open.iter().find(theirs).copied();
        assert_eq!(store.open_emergency_of(senior).await.unwrap().as_ref(), expected);
    }
}

fn compare_sets(mut tickets: Vec<Ticket>, expected: &[&Ticket]) {
    let mut expected = expected.to_vec();
    tickets.sort_by_key(|ticket| ticket.id);
    expected.sort_by_key(|ticket| ticket.id);
    assert_eq!(tickets.iter().collect::<Vec<_>>(), expected);
}

/// Compares a ticket with its offers, deadlines and history.
async fn compare_ticket(bench: &Bench, kept: &Kept) {
    let (store, ticket) = (&bench.store, &kept.ticket);
    assert_eq!(store.ticket(ticket.id).await.unwrap().as_ref(), Some(ticket));
    assert_eq!(store.timeline(ticket.id).await.unwrap(), kept.timeline);
    if let Some(offer) = ticket.offers.last() {
        let of_offer = store.ticket_of_offer(offer.id).await.unwrap();
        assert_eq!(of_offer.as_ref(), Some(ticket));
    }
}

/// Stamps the comparison with the model onto a backend; `$make_store` as for
/// [`contract_suite!`](crate::contract_suite), and `$cases` so many that it takes ten seconds.
#[macro_export]
macro_rules! model_test {
    ($make_store:ident, $cases:literal) => {
        struct OnTheBench;

        impl $crate::contract::model::MakeBench for OnTheBench {
            const CASES: u32 = $cases;

            async fn make() -> $crate::contract::Bench {
                let (store, back) = $make_store().await;
                $crate::contract::Bench::new(store, back).await
            }
        }

        #[test]
        fn the_store_does_what_a_plain_model_does() {
            $crate::contract::model::agrees_with_the_model::<OnTheBench>();
        }
    };
}
