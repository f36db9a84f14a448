//! Many at once.

use silverbell_domain::{By, Ids, Kind, OfferCommand, OfferId, TeamRole, TicketId};
use silverbell_testkit::{Press, START, operator, senior};

use super::alarms::helped;
use super::commits::{answers, asks, by_hand};
use super::{Bench, at_once};
use crate::{Constraint, StoreError};

pub async fn one_of_64_tasks_gets_the_responder(bench: Bench) {
    bench.seniors(0..64).await;
    let aide = bench.aides([1]).await.remove(0);
    let mut tickets = Vec::new();
    for n in 0..64 {
        tickets.push(bench.opened(n).await);
    }
    let results = at_once(64, |n| {
        let (bench, ticket, aide) = (bench.clone(), tickets[n as usize].clone(), aide.clone());
        async move { bench.change(&ticket, asks(&bench, &aide)).await }
    })
    .await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for refused in results.iter().filter(|result| result.is_err()) {
        assert_eq!(*refused, Err(StoreError::Violates(Constraint::ResponderBusy)));
    }
    let bound = "SELECT count(*) FROM offers WHERE active";
    assert_eq!(bench.back.count(bound).await, 1);
}

pub async fn one_of_64_tasks_gets_the_place(bench: Bench) {
    bench.seniors([1]).await;
    let aides = bench.aides(0..64).await;
    let id = bench.opened(1).await.id;
    let got = at_once(64, |n| {
        let (bench, aide) = (bench.clone(), aides[n as usize].clone());
        async move {
            loop {
                let read = bench.ticket(id).await;
                if read.holder(TeamRole::Lead).is_some() {
                    return false;
                }
                let offer = OfferId(bench.ids.next());
                let taken = bench.change(&read, |t, now, p| {
                    let eta = silverbell_domain::Eta {
                        s: 60,
                        source: silverbell_domain::EtaSource::Roads,
                    };
                    let role = TeamRole::Lead;
                    let mut events = t.assign(operator(1), offer, aide.id, role, eta, now, p)?;
                    let accept = OfferCommand::Accept;
                    events.extend(t.step_offer(offer, accept, By::Machine, None, now, p)?);
                    Ok(events)
                });
                match taken.await {
                    Ok(_) => return true,
                    Err(StoreError::Stale(_)) => {}
                    Err(other) => panic!("{other}"),
                }
            }
        }
    })
    .await;
    assert_eq!(got.into_iter().filter(|&got| got).count(), 1);
    assert_eq!(bench.ticket(id).await.offers.len(), 1);
}

pub async fn one_of_64_tasks_gets_the_ticket(bench: Bench) {
    bench.seniors([1]).await;
    let ticket = bench.opened(1).await;
    let results = at_once(64, |n| {
        let (bench, ticket) = (bench.clone(), ticket.clone());
        async move { bench.change(&ticket, answers(n)).await.map(|_| n) }
    })
    .await;
    let winners: Vec<u32> = results.iter().flatten().copied().collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(bench.ticket(ticket.id).await.owner(), Some(operator(winners[0])));
    assert_eq!(
        results.iter().filter(|r| **r == Err(StoreError::Stale(ticket.id))).count(),
        63,
        "everybody else is told to read again"
    );
}

pub async fn a_bad_item_among_64_harms_only_itself(bench: Bench) {
    bench.seniors(0..66).await;
    let aide = bench.aides([1]).await.remove(0);
    let (one, two) = (bench.opened(64).await, bench.opened(65).await);
    bench.change(&one, asks(&bench, &aide)).await.unwrap();
    let recorded = at_once(64, |n| {
        let (bench, two, aide) = (bench.clone(), two.clone(), aide.clone());
        async move {
            match n {
                20 => {
                    let busy = bench.change(&two, asks(&bench, &aide)).await;
                    assert_eq!(busy, Err(StoreError::Violates(Constraint::ResponderBusy)));
                    None
                }
                40 => {
                    let mut nowhere = senior(99);
                    nowhere.district = silverbell_domain::DistrictId::new("nowhere");
                    let id = TicketId(bench.ids.next());
                    let commit = by_hand(&bench, id, &nowhere, Kind::Call);
                    let refused = bench.store.commit(commit).await;
                    assert_eq!(refused, Err(StoreError::Violates(Constraint::NoSuchThing)));
                    None
                }
                n => Some(bench.press(Press::of(n).id("e")).await),
            }
        }
    })
    .await;
    for recorded in recorded.into_iter().flatten() {
        assert!(!recorded.joined && !recorded.duplicate);
        assert_eq!(bench.ticket(recorded.ticket).await.signals, 1);
    }
    assert_eq!(bench.back.count("SELECT count(*) FROM tickets").await, 64);
    assert_eq!(bench.store.check().await.unwrap(), Vec::<String>::new());
}

pub async fn a_press_never_joins_a_ticket_that_is_being_closed(bench: Bench) {
    bench.seniors(0..32).await;
    let mut tickets = Vec::new();
    for n in 0..32 {
        tickets.push(bench.opened(n).await);
    }
    // Of each two neighbours one closes and one presses.
    let pressed = at_once(64, |n| {
        let (bench, ticket) = (bench.clone(), tickets[n as usize / 2].clone());
        async move {
            if n % 2 == 1 {
                return Some(bench.press(Press::of(n / 2).id("again").at(START.plus_s(2))).await);
            }
            let close = |t: &mut silverbell_domain::Ticket, now, p: &_| {
                t.close(operator(1), helped(), now, p)
            };
            match bench.change(&ticket, close).await {
                Ok(_) | Err(StoreError::Stale(_)) => None,
                Err(other) => panic!("{other}"),
            }
        }
    })
    .await;
    for recorded in pressed.into_iter().flatten() {
        assert!(bench.ticket(recorded.ticket).await.is_open(), "an SOS was swallowed");
    }
}

pub async fn a_ticket_opened_by_hand_and_a_press_at_once_are_one(bench: Bench) {
    bench.seniors(0..32).await;
    let tickets = at_once(64, |n| {
        let bench = bench.clone();
        async move {
            if n % 2 == 1 {
                return Some(bench.press(Press::of(n / 2).id("e")).await.ticket);
            }
            let id = TicketId(bench.ids.next());
            let commit = by_hand(&bench, id, &senior(n / 2), Kind::Call);
            match bench.store.commit(commit).await {
                Ok(_) => Some(id),
                Err(StoreError::Violates(Constraint::OneOpenEmergency)) => None,
                Err(other) => panic!("{other}"),
            }
        }
    })
    .await;
    for pair in tickets.chunks(2) {
        let pressed = pair[1];
        assert!(pair[0].is_none() || pair[0] == pressed, "the press joined, or was first");
    }
    assert_eq!(bench.back.count("SELECT count(*) FROM tickets WHERE open").await, 32);
    assert_eq!(bench.back.count("SELECT count(*) FROM signals").await, 32);
}
