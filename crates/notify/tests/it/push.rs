//! The ladder to whoever is asked: page, push, text, call, until the first sign of life.

use axum::http::StatusCode;
use silverbell_dispatcher::Duty;
use silverbell_domain::{
    Clock as _, Event, MessageState, OfferCommand, OfferId, Policy, TeamRole, TicketId,
    WithdrawReason,
};
use silverbell_notify::fake_push::FakePush;
use silverbell_notify::{PushKey, Ways};
use silverbell_testkit::{aide, operator};
use tokio_util::sync::CancellationToken;

use crate::desk::{Desk, actor};

const ALL: Ways = Ways { sms: true, voice: true, push: true };

/// A desk, a push service, and an aide who has just been asked.
struct Story {
    desk: Desk,
    push: FakePush,
    ticket: TicketId,
    offer: OfferId,
}

impl Story {
    /// Begins, with so many browsers of the aide's that want to be woken.
    async fn begin(ways: Ways, browsers: u32) -> Self {
        let desk = Desk::with(Policy::default(), ways).await;
        let push = FakePush::start(desk.clock.clone(), CancellationToken::new()).await.unwrap();
        for n in 1..=browsers {
            let session = [u8::try_from(n).unwrap(); 32];
            desk.browsers.keep(aide(1).id, session, &push.subscriber(n)).await.unwrap();
        }
        let to = aide(1).id;
        let duty = Duty { on_duty: true, travel: None, shift_ends_at: None, rests_until: None };
        desk.dispatcher.set_duty(to, duty).await.unwrap();
        let n = desk.senior(Vec::new()).await;
        let ticket = desk.press(n).await;
        desk.quiet(ticket).await;
        // The loop that plans goes by itself; a person asks as well as it does.
        drop(desk.dispatcher.assign(ticket, to, TeamRole::Lead, None, &actor()).await);
        let asked = desk.ticket(ticket).await;
        let offer = asked.last_offer_to(to).filter(|it| it.is_waited_for()).unwrap().id;
        Self { desk, push, ticket, offer }
    }

    /// Lets so much time go by second by second, and everything be told and delivered that is due.
    async fn after(&self, seconds: i64) {
        for _ in 0..seconds {
            self.desk.clock.advance_s(1);
            self.desk.teller.tell_now().await;
            self.desk.notify.deliver_now().await;
        }
    }

    /// Returns what went out by text and call.
    fn telephoned(&self) -> Vec<&'static str> {
        self.desk.net.taken.lock().iter().map(|it| it.text).collect()
    }

    /// Returns what the history says of a message.
    async fn history(&self, text: &str) -> Vec<MessageState> {
        let ticket = self.desk.ticket(self.ticket).await;
        ticket.messages_of(text).map(|it| it.state).collect()
    }

    async fn sees(&self) {
        self.desk.dispatcher.see_offer(self.offer, operator(1)).await.unwrap();
    }
}

#[tokio::test]
async fn whoever_gives_no_sign_is_woken_then_texted_then_called() {
    let story = Story::begin(ALL, 2).await;
    story.after(1).await;
    assert_eq!((story.push.refused(), story.telephoned()), (vec![], vec![]));
    let pushes = story.push.pushes();
    let subscribers: Vec<u32> = pushes.iter().map(|it| it.subscriber).collect();
    assert!(subscribers.contains(&1) && subscribers.contains(&2), "every browser: {subscribers:?}");
    let ticket = story.desk.ticket(story.ticket).await;
    let offer = ticket.offer(story.offer).unwrap();
    for pushed in &pushes {
        assert_eq!(pushed.body["what"], "offer");
        assert_eq!(pushed.body["offer"], story.offer.to_string());
        assert_eq!(pushed.body["village"], ticket.who.as_ref().unwrap().village);
        assert_eq!(pushed.body["kind"], "sos");
        assert_eq!(pushed.body["minutes"], offer.eta.s.div_ceil(60));
        let left_s = offer.deadline.since_s(story.desk.clock.now());
        assert_eq!(i64::from(pushed.ttl), left_s, "of use until the deadline");
        assert_eq!((&*pushed.urgency, &*pushed.subject), ("high", "mailto:it@example.cn"));
        assert_eq!(pushed.key, PushKey::of(&[9; 32]).unwrap().public());
        assert_eq!(pushed.topic.len(), 24);
        let name = &ticket.who.as_ref().unwrap().name;
        assert!(!pushed.body.to_string().contains(&**name), "nobody's name");
        assert_eq!(pushed.body.as_object().unwrap().len(), 7, "and nothing else");
    }
    assert_eq!(story.history("offer_push").await, [MessageState::Sent]);
    story.after(3).await;
    assert_eq!(story.telephoned(), Vec::<&str>::new());
    story.after(1).await;
    assert_eq!(story.telephoned(), ["offer_sms"]);
    story.after(10).await;
    assert_eq!(story.telephoned(), ["offer_sms", "offer_voice"]);
    assert_eq!(story.push.pushes().len(), 2, "once each");
}

#[tokio::test]
async fn whoever_has_seen_the_offer_is_neither_woken_nor_texted_nor_called() {
    let story = Story::begin(ALL, 1).await;
    story.sees().await;
    story.sees().await;
    story.after(20).await;
    assert_eq!((story.push.pushes().len(), story.telephoned()), (0, vec![]));
    let events = story.desk.store.timeline(story.ticket).await.unwrap();
    let seen = events.iter().filter(|it| matches!(it.event.event, Event::OfferSeen { .. })).count();
    assert_eq!(seen, 1, "it is in the history once");
}

#[tokio::test]
async fn seen_after_the_push_stops_the_text_and_after_the_text_the_call() {
    let woken = Story::begin(ALL, 1).await;
    woken.after(2).await;
    woken.sees().await;
    woken.after(20).await;
    assert_eq!((woken.push.pushes().len(), woken.telephoned()), (1, vec![]));
    let texted = Story::begin(ALL, 1).await;
    texted.after(6).await;
    texted.sees().await;
    texted.after(20).await;
    assert_eq!((texted.push.pushes().len(), texted.telephoned()), (1, vec!["offer_sms"]));
}

#[tokio::test]
async fn a_text_that_is_written_and_not_sent_yet_does_not_go_out_either() {
    let story = Story::begin(ALL, 0).await;
    story.desk.clock.advance_s(5);
    story.desk.teller.tell_now().await;
    assert_eq!(story.history("offer_sms").await, [MessageState::Queued]);
    story.sees().await;
    story.desk.notify.deliver_now().await;
    assert_eq!(story.telephoned(), Vec::<&str>::new());
    assert_eq!(story.history("offer_sms").await, [MessageState::Failed]);
}

#[tokio::test]
async fn without_a_browser_or_without_push_it_is_as_before() {
    for (ways, browsers) in [(ALL, 0), (Ways { push: false, ..ALL }, 1)] {
        let story = Story::begin(ways, browsers).await;
        story.after(15).await;
        assert_eq!(story.telephoned(), ["offer_sms", "offer_voice"]);
        assert_eq!(story.history("offer_push").await, []);
        assert_eq!(story.push.pushes().len(), 0);
    }
}

#[tokio::test]
async fn where_only_push_is_on_whoever_is_asked_is_woken_and_nobody_is_told_in_vain() {
    let story = Story::begin(Ways { sms: false, voice: false, push: true }, 1).await;
    story.desk.dispatcher.confirm(story.ticket, &actor()).await.unwrap();
    story.after(20).await;
    assert_eq!(story.push.pushes().len(), 1);
    let ticket = story.desk.ticket(story.ticket).await;
    let texts: Vec<&str> = ticket.messages.iter().map(|it| &*it.text).collect();
    assert_eq!(texts, ["offer_push"]);
}

#[tokio::test]
async fn a_browser_that_is_gone_is_forgotten_and_the_text_goes_out() {
    for gone in [StatusCode::GONE, StatusCode::NOT_FOUND] {
        let story = Story::begin(ALL, 2).await;
        story.push.answer(gone);
        story.after(5).await;
        let known = story.desk.store.push_subscriptions(aide(1).id).await.unwrap();
        assert_eq!((known.len(), story.telephoned()), (0, vec!["offer_sms"]));
        assert_eq!(story.history("offer_push").await, [MessageState::Failed]);
    }
}

#[tokio::test]
async fn a_push_service_that_is_away_holds_up_neither_text_nor_call_and_is_tried_again() {
    let story = Story::begin(ALL, 1).await;
    story.push.answer(StatusCode::SERVICE_UNAVAILABLE);
    story.after(5).await;
    assert_eq!(story.telephoned(), ["offer_sms"]);
    story.push.answer(StatusCode::CREATED);
    story.after(10).await;
    assert_eq!(story.telephoned(), ["offer_sms", "offer_voice"]);
    assert_eq!(story.desk.store.push_subscriptions(aide(1).id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_withdrawal_is_pushed_to_who_was_woken_and_replaces_what_woke_them() {
    let story = Story::begin(ALL, 1).await;
    story.after(1).await;
    let withdraw = OfferCommand::Withdraw(WithdrawReason::ByHand);
    let withdrawn = story.desk.dispatcher.step_offer(story.offer, withdraw, true, &actor()).await;
    withdrawn.unwrap();
    story.after(2).await;
    let pushes = story.push.pushes();
    assert_eq!(pushes.len(), 2);
    assert_eq!(pushes[1].body["what"], "withdrawn");
    assert_eq!(pushes[1].body["offer"], story.offer.to_string());
    assert_eq!(pushes[1].topic, pushes[0].topic);
    assert_eq!(story.history("offer_push_withdrawn").await, [MessageState::Sent]);
    assert_eq!(story.telephoned(), Vec::<&str>::new(), "told by the way by which it was asked");
    let unwoken = Story::begin(ALL, 0).await;
    let withdraw = OfferCommand::Withdraw(WithdrawReason::ByHand);
    drop(unwoken.desk.dispatcher.step_offer(unwoken.offer, withdraw, true, &actor()).await);
    unwoken.after(20).await;
    assert_eq!((unwoken.push.pushes().len(), unwoken.telephoned()), (0, vec![]));
}
