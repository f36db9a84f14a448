//! What reports know of tickets: the same as the documents say, whatever became of them.

use silverbell_domain::{
    By, Category, DistrictId, Ids, Kind, ResponseFacts, Senior, SeniorId, Ticket, TicketId, UnixMs,
    open_by_hand,
};
use silverbell_testkit::{Press, START, longwen, operator, senior};
use uuid::Uuid;

use super::Bench;
use super::alarms::helped;
use super::commits::asks;
use crate::{Commit, TicketCommit};

const ALL: (UnixMs, UnixMs) = (UnixMs(0), UnixMs(i64::MAX));

async fn rows(bench: &Bench) -> i64 {
    bench.back.count("SELECT count(*) FROM ticket_facts").await
}

async fn kept(bench: &Bench) -> Option<Vec<ResponseFacts>> {
    let packed = bench.store.packed_facts(&longwen(), ALL.0, ALL.1).await.unwrap();
    packed.map(|packed| packed.unpack().unwrap())
}

async fn documents(bench: &Bench) -> Vec<ResponseFacts> {
    let tickets = bench.store.tickets_received(&longwen(), ALL.0, ALL.1).await.unwrap();
    tickets.iter().map(ResponseFacts::of).collect()
}

async fn closed(bench: &Bench, read: &Ticket) -> Ticket {
    bench.change(read, |t, now, p| t.close(operator(1), helped(), now, p)).await.unwrap();
    bench.ticket(read.id).await
}

/// Three tickets of which the second is closed.
async fn three(bench: &Bench) -> Vec<Ticket> {
    bench.seniors(1..=3).await;
    let aides = bench.aides([1]).await;
    let mut tickets = Vec::new();
    for n in 1..=3_u32 {
        let press = Press::of(n).id("e").at(START.plus_s(i64::from(10 * n)));
        tickets.push(bench.ticket(bench.press(press).await.ticket).await);
    }
    bench.change(&tickets[1], asks(bench, &aides[0])).await.unwrap();
    let asked = bench.ticket(tickets[1].id).await;
    tickets[1] = closed(bench, &asked).await;
    tickets
}

pub async fn facts_are_those_of_the_documents_open_or_closed(bench: Bench) {
    let tickets = three(&bench).await;
    assert_eq!(rows(&bench).await, 1, "of what is open nothing is kept");
    let facts = kept(&bench).await.unwrap();
    assert_eq!(facts, documents(&bench).await);
    assert_eq!((facts.len(), facts[1].asked.len()), (3, 1));
    let within = |from_s, to_s| {
        let (store, from, to) = (bench.store.clone(), START.plus_s(from_s), START.plus_s(to_s));
        async move { store.ticket_facts(&longwen(), from, to).await.unwrap().len() }
    };
    assert_eq!(within(20, 30).await, 1, "the beginning belongs to it, the end does not");
    assert_eq!(within(21, 30).await, 0);
    let elsewhere = DistrictId::new("yunxiao");
    assert_eq!(bench.store.ticket_facts(&elsewhere, ALL.0, ALL.1).await.unwrap(), []);
    let unmoved = bench.ticket(tickets[0].id).await;
    assert_eq!(unmoved, tickets[0]);
}

pub async fn facts_follow_what_becomes_of_a_closed_ticket(bench: Bench) {
    let tickets = three(&bench).await;
    let policy = bench.policy.clone();
    let called = move |t: &mut Ticket, now, _: &_| {
        t.follow_up(operator(1), "well".into(), Some(4), None, now, &policy)
    };
    bench.change(&tickets[1], called).await.unwrap();
    let facts = kept(&bench).await.unwrap();
    assert_eq!((facts[1].satisfaction, facts[1].times.followed_up.is_some()), (Some(4), true));
    assert_eq!(facts, documents(&bench).await);

    let read = bench.ticket(tickets[1].id).await;
    bench.change(&read, |t, now, p| t.reopen(operator(1), "fell".into(), now, p)).await.unwrap();
    assert_eq!(rows(&bench).await, 0, "it is open again");
    let facts = kept(&bench).await.unwrap();
    assert_eq!((facts.len(), facts[1].reopened, facts[1].outcome), (3, 1, None));

    let read = bench.ticket(tickets[1].id).await;
    closed(&bench, &read).await;
    assert_eq!(rows(&bench).await, 1);
    let facts = kept(&bench).await.unwrap();
    assert_eq!((facts[1].reopened, facts[1].satisfaction), (1, Some(4)));
    assert_eq!(facts, documents(&bench).await);
}

pub async fn a_span_whose_facts_are_not_all_there_is_read_from_the_documents(bench: Bench) {
    let tickets = three(&bench).await;
    let before = kept(&bench).await.unwrap();
    for harm in ["DELETE FROM ticket_facts", "UPDATE ticket_facts SET version = version + 1"] {
        bench.back.execute(harm).await.unwrap();
        assert_eq!(kept(&bench).await, None, "{harm}");
        let facts = bench.store.ticket_facts(&longwen(), ALL.0, ALL.1).await.unwrap();
        assert_eq!(facts, before, "{harm}");
        let missing = bench.store.facts_missing(&longwen(), ALL.0, ALL.1, 9).await.unwrap();
        assert_eq!(missing, [tickets[1].id], "{harm}");
        let all = tickets.iter().map(|ticket| ticket.id).collect();
        bench.store.keep_facts(&longwen(), all).await.unwrap();
        assert_eq!(rows(&bench).await, 1, "of what is open nothing is kept");
        assert_eq!(kept(&bench).await, Some(before.clone()), "{harm}");
        let missing = bench.store.facts_missing(&longwen(), ALL.0, ALL.1, 9).await.unwrap();
        assert_eq!(missing, [], "{harm}");
    }
}

pub async fn a_document_that_cannot_be_read_keeps_no_other_from_being_kept(bench: Bench) {
    let tickets = three(&bench).await;
    closed(&bench, &tickets[0]).await;
    bench.back.execute("DELETE FROM ticket_facts").await.unwrap();
    let damage = format!("UPDATE tickets SET state = 'x' WHERE id = '{}'", tickets[0].id);
    bench.back.execute(&damage).await.unwrap();
    let missing = bench.store.facts_missing(&longwen(), ALL.0, ALL.1, 9).await.unwrap();
    assert_eq!(missing.len(), 2);
    bench.store.keep_facts(&longwen(), missing).await.unwrap();
    let missing = bench.store.facts_missing(&longwen(), ALL.0, ALL.1, 9).await.unwrap();
    assert_eq!(missing, []);
    let facts = kept(&bench).await.unwrap();
    let ids: Vec<TicketId> = facts.iter().map(|facts| facts.ticket).collect();
    assert_eq!(ids, [tickets[1].id, tickets[2].id]);
}

pub async fn facts_of_many_tickets_of_one_moment_come_back_each_once(bench: Bench) {
    bench.seniors([1]).await;
    for _ in 0..70 {
        let id = TicketId(bench.ids.next());
        let by = By::Person { user: operator(1) };
        let (ticket, opened) =
            open_by_hand(id, &senior(1), Kind::Consult, by, START, &bench.policy);
        let part = TicketCommit { ticket, expected_version: 0, events: vec![opened] };
        let commit = Commit { tickets: vec![part], outbox: Vec::new(), idempotency: None };
        let made = bench.store.commit(commit).await.unwrap();
        closed(&bench, &made.tickets[0]).await;
    }
    let facts = kept(&bench).await.unwrap();
    assert_eq!(facts.len(), 70);
    assert_eq!(facts, documents_by_number(&bench).await);
}

async fn documents_by_number(bench: &Bench) -> Vec<ResponseFacts> {
    let mut facts = documents(bench).await;
    facts.sort_by_key(|facts| (facts.times.received, facts.number));
    facts
}

pub async fn categories_are_those_of_the_files(bench: Bench) {
    bench.seniors([1, 2]).await;
    let poor = Senior { category: Category::RegisteredPoor, ..senior(2) };
    bench.store.update_senior(poor).await.unwrap();
    let nobody = SeniorId(Uuid::from_u128(99));
    let ids = [senior(1).id, senior(2).id, nobody];
    let mut known = bench.store.categories_of(&ids).await.unwrap();
    known.sort_by_key(|(id, _)| *id);
    let mut wanted =
        vec![(senior(1).id, Category::Over80), (senior(2).id, Category::RegisteredPoor)];
    wanted.sort_by_key(|(id, _)| *id);
    assert_eq!(known, wanted);
    assert_eq!(bench.store.categories_of(&[]).await.unwrap(), []);
}
