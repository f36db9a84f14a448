//! Presses that were no emergency, told to those who want to hear of them; numbers that change while a
//! message waits.

use silverbell_domain::{
    AccidentalNews, Close, Contact, ContactKind, Hours, MessageState, Outcome, Policy, TicketId,
    UnixMs,
};
use silverbell_testkit::START;

use crate::desk::{Desk, Manner, actor};

/// Sunday, 2026-11-22, 18:00 in Longwen: the hour of the weekly digest, and of a daily one.
const SUNDAY: UnixMs = UnixMs(1_795_341_600_000);

const DAY_S: i64 = 86_400;

fn contact(name: &str, phone: &str, news: Option<AccidentalNews>) -> Contact {
    Contact {
        name: name.into(),
        relation: "家人".into(),
        phone: phone.into(),
        accidental: news,
        ..Contact::default()
    }
}

fn ended(outcome: Outcome) -> Close {
    Close { outcome, cause: None, note: None, hospital: None, duplicate_of: None, witness: None }
}

/// Presses a senior's key and closes that so.
async fn pressed(desk: &Desk, senior: u32, outcome: Outcome) -> TicketId {
    let ticket = desk.press(senior).await;
    desk.dispatcher.close(ticket, ended(outcome), &actor()).await.unwrap();
    ticket
}

/// What the gateway took: to whom, and which text.
fn taken(desk: &Desk) -> Vec<(String, &'static str)> {
    let mut taken: Vec<_> =
        desk.net.taken.lock().iter().map(|it| (it.to.clone(), it.text)).collect();
    taken.sort_unstable();
    taken
}

async fn deliver(desk: &Desk) {
    desk.teller.tell_now().await;
    desk.notify.deliver_now().await;
}

#[tokio::test]
async fn each_contact_hears_of_accidents_as_was_chosen_and_once() {
    use AccidentalNews::{AtOnce, Daily, Never};
    let desk = Desk::new(Policy::default()).await;
    let neighbour = Contact { kind: ContactKind::Neighbour, ..contact("邻居", "5", None) };
    let file = vec![
        contact("女儿", "1", None),
        contact("儿子", "2", Some(Daily)),
        contact("侄女", "3", Some(Never)),
        contact("老伴", "4", Some(AtOnce)),
        neighbour,
    ];
    let senior = desk.senior(file).await;
    desk.clock.set(SUNDAY.plus_s(-2 * DAY_S - 3_600));
    pressed(&desk, senior, Outcome::Accidental).await;
    pressed(&desk, senior, Outcome::DeviceFault).await;
    deliver(&desk).await;
    let once = || ("4".to_owned(), "family_accidental");
    assert_eq!(taken(&desk), [once(), once()], "each, when it is over");
    desk.clock.set(SUNDAY.plus_s(-3_600));
    pressed(&desk, senior, Outcome::Test).await;
    // Whoever was told while it lasted was told its end, and hears of it no more.
    let real = desk.press(senior).await;
    desk.dispatcher.confirm(real, &actor()).await.unwrap();
    deliver(&desk).await;
    desk.dispatcher.close(real, ended(Outcome::Accidental), &actor()).await.unwrap();
    deliver(&desk).await;
    desk.net.taken.lock().clear();
    desk.teller.write_digests_now().await;
    deliver(&desk).await;
    // Saturday's is written late, and of nothing.
    assert_eq!(taken(&desk), []);
    desk.clock.set(SUNDAY);
    for _ in 0..2 {
        desk.teller.write_digests_now().await;
        deliver(&desk).await;
    }
    let expected = [("1".into(), "family_accidental_week"), ("2".into(), "family_accidental_day")];
    assert_eq!(taken(&desk), expected);
    let rows = desk.store.tickets_closed(&silverbell_testkit::longwen(), START, SUNDAY).await;
    let last = rows.unwrap().into_iter().rfind(|it| !it.is_family_told()).unwrap();
    let told = last.messages_of("family_accidental_week").next().unwrap();
    let row = desk.store.outbox_message(told.id).await.unwrap().unwrap();
    assert_eq!(row.payload["fields"]["count"], 3);
    assert!(last.times.family_told.is_none(), "that was no emergency");
}

#[tokio::test]
async fn a_span_that_was_written_is_not_written_again_whatever_changed_meanwhile() {
    let desk = Desk::new(Policy::default()).await;
    let senior = desk.senior(vec![contact("女儿", "1", None)]).await;
    pressed(&desk, senior, Outcome::Nuisance).await;
    desk.clock.set(SUNDAY.plus_s(60));
    desk.teller.write_digests_now().await;
    // Another number, another name; a restart each time; a clock set back and forth.
    desk.contacts(senior, vec![contact("女儿", "2", None)]).await;
    desk.teller.write_digests_now().await;
    desk.contacts(senior, vec![contact("林秋红", "2", None)]).await;
    desk.teller.write_digests_now().await;
    for s in [-8 * DAY_S, 30, 6 * DAY_S] {
        desk.clock.set(SUNDAY.plus_s(s));
        desk.teller.write_digests_now().await;
    }
    desk.clock.set(SUNDAY.plus_s(120));
    deliver(&desk).await;
    let digests = || taken(&desk).into_iter().filter(|(_, text)| text.ends_with("week")).count();
    assert!(digests() <= 1, "{:?}", taken(&desk));
    desk.clock.set(SUNDAY.plus_s(7 * DAY_S));
    desk.teller.write_digests_now().await;
    deliver(&desk).await;
    assert!(digests() <= 1, "a week without an accident says nothing");
}

#[tokio::test]
async fn quiet_hours_hold_back_a_digest_and_never_an_emergency() {
    let desk = Desk::new(Policy::default()).await;
    let mornings = Hours::new(8 * 60, 12 * 60);
    let mut daughter = contact("女儿", "1", None);
    daughter.hours = mornings;
    let senior = desk.senior(vec![daughter]).await;
    pressed(&desk, senior, Outcome::Accidental).await;
    desk.clock.set(SUNDAY);
    desk.teller.write_digests_now().await;
    deliver(&desk).await;
    assert_eq!(taken(&desk), []);
    let real = desk.press(senior).await;
    desk.dispatcher.confirm(real, &actor()).await.unwrap();
    deliver(&desk).await;
    assert_eq!(taken(&desk), [("1".into(), "family_confirmed")]);
    desk.clock.set(SUNDAY.plus_s(14 * 3_600));
    deliver(&desk).await;
    let expected = [("1".into(), "family_accidental_week"), ("1".into(), "family_confirmed")];
    assert_eq!(taken(&desk), expected, "at eight the next morning");
}

#[tokio::test]
async fn what_is_written_in_the_night_waits_for_the_hour_of_digests() {
    let desk = Desk::new(Policy::default()).await;
    let senior = desk.senior(vec![contact("女儿", "1", None)]).await;
    pressed(&desk, senior, Outcome::Accidental).await;
    // The service was away until three in the morning.
    desk.clock.set(SUNDAY.plus_s(9 * 3_600));
    desk.teller.write_digests_now().await;
    deliver(&desk).await;
    assert_eq!(taken(&desk), []);
    desk.clock.set(SUNDAY.plus_s(DAY_S));
    deliver(&desk).await;
    assert_eq!(taken(&desk), [("1".into(), "family_accidental_week")]);
}

#[tokio::test]
async fn good_news_that_wait_for_the_morning_are_not_sent_when_it_is_an_emergency_after_all() {
    let desk = Desk::new(Policy::default()).await;
    let mut daughter = contact("女儿", "1", Some(AccidentalNews::AtOnce));
    daughter.hours = Hours::new(18 * 60, 20 * 60);
    let senior = desk.senior(vec![daughter]).await;
    let ticket = pressed(&desk, senior, Outcome::Accidental).await;
    deliver(&desk).await;
    desk.dispatcher.reopen(ticket, "又来电".into(), &actor()).await.unwrap();
    desk.clock.set(SUNDAY.plus_s(60 - DAY_S));
    deliver(&desk).await;
    assert_eq!(taken(&desk), []);
    let line = desk.ticket(ticket).await.messages_of("family_accidental").next().cloned().unwrap();
    assert_eq!(line.state, MessageState::Failed);
    assert!(line.why.unwrap().contains("opened again"));
}

#[tokio::test]
async fn a_message_that_waits_goes_to_the_number_that_the_file_has_when_it_goes_out() {
    let desk = Desk::new(Policy::default()).await;
    let senior = desk
        .senior(vec![
            contact("女儿", "1", None),
            contact("儿子", "2", None),
            contact("侄女", "3", None),
        ])
        .await;
    let ticket = desk.press(senior).await;
    desk.dispatcher.confirm(ticket, &actor()).await.unwrap();
    desk.teller.tell_now().await;
    *desk.net.manner.lock() = Manner::Fails;
    desk.notify.deliver_now().await;
    // The gateway is away. Meanwhile the daughter has another number, which was a stranger's; the son
    // is renamed; the niece is no contact any more.
    let file = vec![contact("女儿", "9", None), contact("林建国", "2", None)];
    desk.contacts(senior, file).await;
    desk.settle().await;
    assert_eq!(taken(&desk), [("2".into(), "family_confirmed"), ("9".into(), "family_confirmed")]);
    let messages = desk.ticket(ticket).await.messages;
    let failed: Vec<_> = messages.iter().filter(|it| it.state == MessageState::Failed).collect();
    assert_eq!(failed.len(), 1);
    assert!(failed[0].why.as_deref().unwrap().contains("nobody in the senior's file"));
}

#[tokio::test]
async fn a_contact_without_a_number_is_a_failure_that_shows_and_two_with_one_number_are_told_once()
{
    let desk = Desk::new(Policy::default()).await;
    let senior = desk
        .senior(vec![
            contact("女儿", "", None),
            contact("儿子", "138 0000 0001", None),
            contact("老伴", "13800000001", None),
        ])
        .await;
    let ticket = desk.press(senior).await;
    desk.dispatcher.confirm(ticket, &actor()).await.unwrap();
    desk.settle().await;
    assert_eq!(taken(&desk), [("13800000001".into(), "family_confirmed")]);
    let messages = desk.ticket(ticket).await.messages;
    let line = messages.iter().find(|it| it.state == MessageState::Failed).unwrap();
    assert_eq!(line.why.as_deref(), Some("this contact has no number in the senior's file"));
    assert!(format!("{:?}", line.whom).contains("女儿"));
}

#[tokio::test]
async fn who_hears_of_it_first_when_it_is_over_hears_how_it_ended_and_not_that_help_comes() {
    let desk = Desk::new(Policy::default()).await;
    let senior = desk.senior(vec![contact("女儿", "1", None)]).await;
    let ticket = desk.press(senior).await;
    // Both before the teller looks.
    desk.dispatcher.confirm(ticket, &actor()).await.unwrap();
    desk.dispatcher.close(ticket, ended(Outcome::Helped), &actor()).await.unwrap();
    desk.settle().await;
    assert_eq!(taken(&desk), [("1".into(), "family_closed_helped")]);
}
