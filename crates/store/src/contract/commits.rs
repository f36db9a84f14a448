//! Commits: whole or not at all, by the versions that were read, within the database's own rules.

use silverbell_domain::{
    By, DeadlineKind, EscalationTarget, Eta, EtaSource, Event, Ids, Kind, Offer, OfferCommand,
    OfferId, OfferState, Responder, TeamRole, Ticket, TicketId, UnixMs, open_by_hand,
};
use silverbell_testkit::{Press, START, longwen, operator, senior};
use uuid::Uuid;

use super::alarms::helped;
use super::{Bench, Move};
use crate::{Commit, Constraint, Idempotency, StoreError, Subject, TicketCommit, first_id_of};

const ETA: Eta = Eta { s: 240, source: EtaSource::Roads };

/// A move that asks a responder to lead, by hand.
pub(super) fn asks(bench: &Bench, responder: &Responder) -> impl Move + use<> {
    let (offer, responder) = (OfferId(bench.ids.next()), responder.id);
    move |t: &mut Ticket, now, policy: &_| {
        t.assign(operator(1), offer, responder, TeamRole::Lead, ETA, now, policy)
    }
}

/// A move that answers for an operator.
pub(super) fn answers(n: u32) -> impl Move {
    move |t: &mut Ticket, now, policy: &_| t.answer(operator(n), None, now, policy)
}

/// Adds an offer past the domain, as no move would.
fn forced(offer: Offer) -> impl Move {
    move |t: &mut Ticket, _: UnixMs, policy: &_| {
        t.offers.push(offer);
        t.reschedule(policy);
        Ok(Vec::new())
    }
}

fn held_by(bench: &Bench, responder: &Responder) -> Offer {
    Offer {
        id: OfferId(bench.ids.next()),
        responder: responder.id,
        role: TeamRole::Lead,
        eta: ETA,
        ring_min: 10,
        overdue: false,
        offered_at: START,
        deadline: START.plus_s(30),
        counts_from: None,
        link: None,
        way: None,
        door: None,
        chance_pct: 100,
        rings: None,
        seen_at: None,
        word: None,
        help_asked: std::collections::BTreeSet::new(),
        nearer_suggested: false,
        travelled_m: None,
        state: OfferState::Accepted { accepted_at: START, departed_at: None, lapsed_at: None },
    }
}

pub async fn a_commit_is_durable_and_answered_with_the_tickets_as_they_are_now(bench: Bench) {
    bench.seniors([1]).await;
    let aides = bench.aides([1]).await;
    let read = bench.opened(1).await;
    let committed = bench.change(&read, asks(&bench, &aides[0])).await.unwrap();
    let now = bench.ticket(read.id).await;
    assert_eq!(*committed.tickets[0], now);
    assert_eq!(now.version, read.version + 1);
    assert_eq!(now.number, read.number);
    assert_eq!(now.offers.len(), 1);
}

pub async fn the_tickets_somebody_was_offered_within_a_time_are_found_once_each_in_order(
    bench: Bench,
) {
    bench.seniors([1, 2, 3]).await;
    let aides = bench.aides([1, 2]).await;
    let made_at = |offer: Offer, at: UnixMs, n: u128| Offer {
        id: OfferId(Uuid::from_u128(first_id_of(at).as_u128() + n)),
        offered_at: at,
        state: OfferState::Expired { expired_at: at.plus_s(30) },
        ..offer
    };
    let day = |n: i64| START.plus_s(n * 86_400);
    let mut tickets = Vec::new();
    for (n, offers) in
        [(1, vec![(0, 20), (0, 21)]), (2, vec![(0, 10), (1, 12)]), (3, vec![(0, 40)])]
    {
        let ticket = bench.opened(n).await;
        let offers: Vec<Offer> = offers
            .into_iter()
            .map(|(who, at)| {
                made_at(held_by(&bench, &aides[who]), day(at), at.unsigned_abs().into())
            })
            .collect();
        let asked = move |t: &mut Ticket, _: UnixMs, policy: &_| {
            t.offers.extend(offers);
            t.reschedule(policy);
            Ok(Vec::new())
        };
        bench.change(&ticket, asked).await.unwrap();
        tickets.push(ticket.id);
    }
    let found = |who: usize, from, to, limit| {
        let (store, aide) = (bench.store.clone(), aides[who].id);
        async move {
            let span = (day(from), day(to));
            let found = store.tickets_offered_to(&longwen(), aide, span, limit).await.unwrap();
            found.into_iter().map(|ticket| ticket.id).collect::<Vec<_>>()
        }
    };
    assert_eq!(found(0, 5, 30, 9).await, [tickets[1], tickets[0]]);
    assert_eq!(found(0, 5, 30, 1).await, [tickets[1]]);
    assert_eq!(found(0, 30, 60, 9).await, [tickets[2]]);
    assert_eq!(found(1, 5, 30, 9).await, [tickets[1]]);
    assert_eq!(found(1, 20, 30, 9).await, []);
}

pub async fn a_stale_commit_is_refused_and_changes_nothing(bench: Bench) {
    bench.seniors([1]).await;
    let read = bench.opened(1).await;
    bench.change(&read, answers(1)).await.unwrap();
    let before = bench.store.district_state(&read.district).await.unwrap();
    let mut stale = bench.commit_of(&read, answers(2));
    stale.idempotency = Some(request("k", read.id));
    assert_eq!(bench.store.commit(stale).await, Err(StoreError::Stale(read.id)));
    assert_eq!(bench.store.district_state(&read.district).await.unwrap(), before);
    assert_eq!(bench.store.timeline(read.id).await.unwrap().len(), 2);
    assert_eq!(bench.store.idempotent(operator(1), "k").await.unwrap(), None);

    let unknown = Ticket { id: TicketId(bench.ids.next()), ..read.clone() };
    let refused = bench.change(&unknown, answers(1)).await;
    assert_eq!(
        refused,
        Err(StoreError::Stale(unknown.id)),
        "what was never read cannot be changed"
    );
    let new = bench.commit_of(&Ticket { version: 0, ..read.clone() }, answers(1));
    assert_eq!(bench.store.commit(new).await, Err(StoreError::Stale(read.id)), "nor made twice");
}

pub async fn a_commit_of_two_tickets_is_applied_whole_or_not_at_all(bench: Bench) {
    bench.seniors([1, 2]).await;
    let (one, two) = (bench.opened(1).await, bench.opened(2).await);
    let both = |one: &Ticket, two: &Ticket| {
        let mut commit = bench.commit_of(one, answers(1));
        commit.tickets.extend(bench.commit_of(two, answers(1)).tickets);
        commit
    };
    bench.change(&two, answers(2)).await.unwrap();
    let refused = bench.store.commit(both(&one, &two)).await;
    assert_eq!(refused, Err(StoreError::Stale(two.id)));
    assert_eq!(bench.ticket(one.id).await, one);

    bench
        .change(&bench.ticket(two.id).await, |t, now, policy| {
            t.close(operator(2), helped(), now, policy)
        })
        .await
        .unwrap();
    bench.seniors([3]).await;
    let three = bench.opened(3).await;
    let committed = bench.store.commit(both(&one, &three)).await.unwrap();
    let ids: Vec<TicketId> = committed.tickets.iter().map(|t| t.id).collect();
    assert_eq!(ids, [one.id, three.id], "in the order of the commit");
}

pub async fn a_ticket_of_nowhere_is_refused_and_changes_nothing(bench: Bench) {
    let mut nowhere = senior(1);
    nowhere.district = silverbell_domain::DistrictId::new("nowhere");
    let id = TicketId(bench.ids.next());
    let opened = bench.store.commit(by_hand(&bench, id, &nowhere, Kind::Call)).await;
    assert_eq!(opened, Err(StoreError::Violates(Constraint::NoSuchThing)));
    assert_eq!(bench.store.ticket(id).await.unwrap(), None);
    assert_eq!(bench.store.timeline(id).await.unwrap(), []);
}

pub(super) fn by_hand(
    bench: &Bench,
    id: TicketId,
    whose: &silverbell_domain::Senior,
    kind: Kind,
) -> Commit {
    let (ticket, event) =
        open_by_hand(id, whose, kind, By::Person { user: operator(1) }, START, &bench.policy);
    let part = TicketCommit { ticket, expected_version: 0, events: vec![event] };
    Commit { tickets: vec![part], outbox: Vec::new(), idempotency: None }
}

pub async fn a_responder_is_active_on_one_emergency_only(bench: Bench) {
    bench.seniors([1, 2]).await;
    let aides = bench.aides([1]).await;
    let (one, two) = (bench.opened(1).await, bench.opened(2).await);
    bench.change(&one, asks(&bench, &aides[0])).await.unwrap();
    let refused = bench.change(&two, asks(&bench, &aides[0])).await;
    assert_eq!(refused, Err(StoreError::Violates(Constraint::ResponderBusy)));
    assert_eq!(bench.ticket(two.id).await, two);

    // Whoever is let go is free again.
    let asked = bench.ticket(one.id).await;
    let (offer, by) = (asked.offers[0].id, By::Machine);
    let declined = bench.change(&asked, |t, now, policy| {
        t.step_offer(offer, OfferCommand::Decline(None), by, None, now, policy)
    });
    declined.await.unwrap();
    assert!(bench.change(&two, asks(&bench, &aides[0])).await.is_ok());
}

pub async fn a_place_in_the_team_is_held_once(bench: Bench) {
    bench.seniors([1]).await;
    let aides = bench.aides([1, 2]).await;
    let read = bench.opened(1).await;
    let first = bench.change(&read, forced(held_by(&bench, &aides[0]))).await.unwrap();
    let second = bench.change(&first.tickets[0], forced(held_by(&bench, &aides[1]))).await;
    assert_eq!(second, Err(StoreError::Violates(Constraint::PlaceTaken)));
    assert_eq!(bench.ticket(read.id).await.offers.len(), 1);
}

pub async fn a_senior_has_one_open_emergency(bench: Bench) {
    bench.seniors([1]).await;
    let first = bench.opened(1).await;
    let twin = TicketId(bench.ids.next());
    let opened = bench.store.commit(by_hand(&bench, twin, &senior(1), Kind::Call)).await;
    assert_eq!(opened, Err(StoreError::Violates(Constraint::OneOpenEmergency)));
    let service = by_hand(&bench, twin, &senior(1), Kind::Service);
    assert!(bench.store.commit(service).await.is_ok(), "service work stands beside it");

    bench.change(&first, |t, now, p| t.close(operator(1), helped(), now, p)).await.unwrap();
    bench.press(Press::of(1).id("next")).await;
    let closed = bench.ticket(first.id).await;
    let reopened =
        bench.change(&closed, |t, now, p| t.reopen(operator(1), "why".into(), now, p)).await;
    assert_eq!(reopened, Err(StoreError::Violates(Constraint::OneOpenEmergency)));
}

pub async fn whoever_is_let_go_can_be_taken_in_the_same_commit(bench: Bench) {
    bench.seniors([1, 2]).await;
    let aides = bench.aides([1]).await;
    let (one, two) = (bench.opened(1).await, bench.opened(2).await);
    let asked = bench.change(&one, asks(&bench, &aides[0])).await.unwrap().tickets[0].clone();
    // The ticket that takes comes before the ticket that lets go.
    let mut commit = bench.commit_of(&two, asks(&bench, &aides[0]));
    let closing = bench.commit_of(&asked, |t, now, p| t.close(operator(1), helped(), now, p));
    commit.tickets.extend(closing.tickets);
    assert!(bench.store.commit(commit).await.is_ok());

    // And one aide replaces another in the same place.
    let more = bench.aides([2]).await;
    let read = bench.ticket(two.id).await;
    assert!(bench.change(&read, asks(&bench, &more[0])).await.is_ok());
}

pub async fn service_work_binds_nobody(bench: Bench) {
    bench.seniors([1, 2]).await;
    let aides = bench.aides([1]).await;
    let id = TicketId(bench.ids.next());
    let service = by_hand(&bench, id, &senior(2), Kind::Service);
    let service = bench.store.commit(service).await.unwrap().tickets[0].clone();
    bench.change(&service, asks(&bench, &aides[0])).await.unwrap();
    let emergency = bench.opened(1).await;
    assert!(bench.change(&emergency, asks(&bench, &aides[0])).await.is_ok());
}

pub async fn deadlines_are_replaced_as_a_set(bench: Bench) {
    bench.seniors([1, 2]).await;
    let other = bench.opened(2).await;
    let waiting = bench.opened(1).await;
    let kinds = |t: &Ticket| t.deadlines.iter().map(|d| d.kind).collect::<Vec<_>>();
    assert!(kinds(&waiting).contains(&DeadlineKind::NotAnswered));
    let rows = format!("SELECT count(*) FROM deadlines WHERE ticket = '{}'", waiting.id);
    assert_eq!(bench.back.count(&rows).await, waiting.deadlines.len() as i64);

    bench.change(&waiting, answers(1)).await.unwrap();
    let answered = bench.ticket(waiting.id).await;
    assert!(!kinds(&answered).contains(&DeadlineKind::NotAnswered));
    assert!(!kinds(&answered).contains(&DeadlineKind::AnswerWithin));
    assert_eq!(bench.back.count(&rows).await, answered.deadlines.len() as i64);

    bench.change(&answered, |t, now, p| t.close(operator(1), helped(), now, p)).await.unwrap();
    let closed = bench.ticket(waiting.id).await;
    assert!(closed.is_at_rest());
    assert_eq!(bench.back.count(&rows).await, closed.deadlines.len() as i64);
    assert_eq!(bench.ticket(other.id).await.deadlines, other.deadlines, "nobody else's");
}

pub async fn only_deadlines_may_change_without_an_event(bench: Bench) {
    bench.seniors([1]).await;
    let read = bench.opened(1).await;
    let moved = |t: &mut Ticket, _: UnixMs, _: &_| {
        for deadline in &mut t.deadlines {
            deadline.at = deadline.at.plus_s(7);
        }
        Ok(Vec::new())
    };
    bench.change(&read, moved).await.unwrap();
    let now = bench.ticket(read.id).await;
    assert_eq!(now.version, read.version);
    assert_eq!(now.deadlines[0].at, read.deadlines[0].at.plus_s(7));
    assert_eq!(bench.store.timeline(read.id).await.unwrap().len(), 1);
}

fn request(key: &str, ticket: TicketId) -> Idempotency {
    Idempotency {
        user: operator(1),
        key: key.into(),
        fingerprint: [9; 32],
        subject: Subject::Ticket(ticket),
        at: START,
    }
}

pub async fn an_idempotency_key_is_kept_with_the_commit_and_rolled_back_with_it(bench: Bench) {
    bench.seniors([1, 2]).await;
    let aides = bench.aides([1]).await;
    let (one, two) = (bench.opened(1).await, bench.opened(2).await);
    let keyed = |read: &Ticket, key: &str| {
        let mut commit = bench.commit_of(read, asks(&bench, &aides[0]));
        commit.idempotency = Some(request(key, read.id));
        commit
    };
    bench.store.commit(keyed(&one, "k1")).await.unwrap();
    let kept = bench.store.idempotent(operator(1), "k1").await.unwrap();
    assert_eq!(kept, Some(request("k1", one.id)));
    assert_eq!(bench.store.idempotent(operator(2), "k1").await.unwrap(), None, "each has his own");

    let refused = bench.store.commit(keyed(&two, "k2")).await;
    assert_eq!(refused, Err(StoreError::Violates(Constraint::ResponderBusy)));
    assert_eq!(bench.store.idempotent(operator(1), "k2").await.unwrap(), None);

    let mut twice = bench.commit_of(&two, answers(1));
    twice.idempotency = Some(request("k1", two.id));
    let refused = bench.store.commit(twice).await;
    assert_eq!(refused, Err(StoreError::Violates(Constraint::Taken)), "a key is used once");
    assert_eq!(bench.ticket(two.id).await, two);
}

pub async fn tickets_are_numbered_within_their_district(bench: Bench) {
    bench.seniors([1, 2, 3]).await;
    let one = bench.opened(1).await;
    let id = TicketId(bench.ids.next());
    let two = bench.store.commit(by_hand(&bench, id, &senior(2), Kind::Call)).await.unwrap();
    let three = bench.opened(3).await;
    assert_eq!([one.number, two.tickets[0].number, three.number], [1, 2, 3]);
    bench.change(&one, answers(1)).await.unwrap();
    assert_eq!(bench.ticket(one.id).await.number, 1, "and keep their number");
}

pub async fn what_is_read_is_what_was_committed(bench: Bench) {
    bench.seniors([1]).await;
    let aides = bench.aides([1]).await;
    let mut read = bench.opened(1).await;
    for n in 0..3 {
        let committed = match n {
            0 => bench.change(&read, asks(&bench, &aides[0])).await,
            1 => {
                bench
                    .change(&read, |t, now, p| {
                        let to = EscalationTarget::Ambulance;
                        let reference = Some("120-0007".into());
                        t.escalate(operator(1), to, reference, Some(9), None, now, p)
                    })
                    .await
            }
            _ => {
                let (offer, by) = (read.offers[0].id, By::Machine);
                let done = OfferCommand::WithSenior(silverbell_domain::Arrival::Claimed);
                bench
                    .change(&read, |t, now, p| {
                        t.step_offer(offer, OfferCommand::Accept, by, None, now, p)?;
                        t.step_offer(offer, done, by, None, now, p)
                    })
                    .await
            }
        };
        let now = bench.ticket(read.id).await;
        assert_eq!(*committed.unwrap().tickets[0], now);
        read = now;
    }
    let last = bench.store.timeline(read.id).await.unwrap().pop().unwrap();
    assert!(matches!(last.event.event, Event::WithSenior { .. }));
    assert_eq!(last.seq, read.version);
}
