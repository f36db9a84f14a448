//! The dispatcher over the embedded store, with a clock that the test moves.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sha2::{Digest, Sha256};
use silverbell_dispatcher::{Actor, Dispatcher, Duty, Journal, Settings, UseCaseError};
use silverbell_domain::{
    Alarm, Arrival, Clock, Close, DeviceId, DeviceWork, DistrictId, Event, Kind, LatLon,
    MAX_LISTED, Offer, OfferCommand, OfferId, OfferState, Outcome, Policy, Protocol, Responder,
    ResponderId, ReviewCause, Senior, SignalId, TeamRole, Ticket, TicketId, Trouble, UnixMs,
};
use silverbell_roads::Speeds;
use silverbell_store::{
    CallFact, CallNews, CallQuality, CallRecord, DeviceReport, DeviceState, District, Intake,
    NewDevice, NewUser, Recorded, Store, TicketPage, UserRole,
};
use silverbell_store_sqlite::open;
use silverbell_testkit::{
    MockClock, Press, START, SeededIds, aide, device_of, key_of, longwen, nth_uuid, operator,
    senior,
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const HOUR: i64 = 3_600;

/// A service with two seniors, 1 and 2, whose presses are [`Press::of`] their numbers, and two aides
/// of the same numbers, not yet on duty.
struct Service {
    dispatcher: Arc<Dispatcher>,
    clock: Arc<MockClock>,
    ids: Arc<SeededIds>,
    stop: CancellationToken,
    _directory: TempDir,
}

impl Service {
    async fn start() -> Self {
        Self::with(MemoryJournal::default()).await
    }

    async fn with(journal: MemoryJournal) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let policy = Policy::default();
        let intake = Intake { policy: policy.clone(), default_district: longwen(), herald: None };
        let (store, writer) = open(&directory.path().join("silverbell.db"), intake).await.unwrap();
        tokio::spawn(writer.run());
        fill(&store, longwen(), [1, 2], false).await;
        let (clock, ids) = (Arc::new(MockClock::default()), Arc::new(SeededIds::new(1)));
        let speeds = Speeds::default();
        let settings = Settings {
            policy,
            speeds,
            positions_kept_days: 30,
            messages_kept_days: 30,
            raises_work: false,
            tells: None,
        };
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let store: Arc<dyn Store> = Arc::new(store);
        let dispatcher = Dispatcher::start(
            store,
            Box::new(journal),
            clock.clone(),
            ids.clone(),
            settings,
            &tasks,
            &stop,
        )
        .await;
        Self { dispatcher, clock, ids, stop, _directory: directory }
    }

    async fn press(&self, n: u32, id: &str) -> Recorded {
        let press = Press::of(n).at(self.dispatcher.clock().now()).id(id);
        self.dispatcher.record_alarm(press.alarm(&*self.ids)).await.unwrap()
    }

    async fn on_duty(&self, n: u32) -> ResponderId {
        let id = aide(n).id;
        self.dispatcher.set_duty(id, on_duty()).await.unwrap();
        id
    }

    fn is_at(&self, who: ResponderId, place: LatLon) {
        let now = self.dispatcher.clock().now();
        assert!(self.dispatcher.responder_moved(who, &[(place, None, now)]).unwrap());
    }

    async fn ticket(&self, id: TicketId) -> Ticket {
        self.dispatcher.ticket(id).await.unwrap()
    }

    /// Waits until a ticket is as it should be; the loop looks once a second.
    async fn until(&self, id: TicketId, what: &str, is_so: impl Fn(&Ticket) -> bool) -> Ticket {
        for _ in 0..200 {
            let ticket = self.ticket(id).await;
            if is_so(&ticket) {
                return ticket;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("not so in five seconds: {what}: {:#?}", self.ticket(id).await);
    }

    /// Waits until somebody is asked for a ticket and returns the offer.
    async fn asked(&self, id: TicketId, who: ResponderId) -> OfferId {
        let to = |ticket: &Ticket| {
            let offer = ticket.last_offer_to(who)?;
            matches!(offer.state, OfferState::Offered).then_some(offer.id)
        };
        let ticket = self.until(id, "asked", |ticket| to(ticket).is_some()).await;
        to(&ticket).unwrap()
    }

    async fn step(&self, id: OfferId, command: OfferCommand) -> Result<Arc<Ticket>, UseCaseError> {
        self.dispatcher.step_offer(id, command, false, &actor()).await
    }
}

/// A journal that survives nothing.
#[derive(Clone, Default)]
struct MemoryJournal(Arc<Mutex<Vec<Alarm>>>);

impl Journal for MemoryJournal {
    fn waiting(&self) -> Vec<Alarm> {
        self.0.lock().unwrap().clone()
    }

    fn keep(&mut self, alarms: &[Alarm]) -> Vec<Result<(), String>> {
        self.0.lock().unwrap().extend_from_slice(alarms);
        vec![Ok(()); alarms.len()]
    }

    fn forget(&mut self, recorded: &[SignalId]) -> Result<(), String> {
        self.0.lock().unwrap().retain(|alarm| !recorded.contains(&alarm.id));
        Ok(())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn actor() -> Actor {
    Actor { user: operator(1), idempotency: None }
}

/// Puts in a district with seniors, their devices, and an aide near each.
async fn fill(store: &dyn Store, id: DistrictId, numbers: [u32; 2], on_duty: bool) {
    let district =
        District { id: id.clone(), name: "区".into(), time_zone: "Asia/Shanghai".into() };
    store.put_district(district).await.unwrap();
    for n in numbers {
        let aide = Responder { district: id.clone(), on_duty, ..aide(n) };
        store.put_responders(vec![aide]).await.unwrap();
        let senior = Senior { district: id.clone(), ..senior(n) };
        let device = device_of(&senior, n);
        store.put_seniors(vec![senior]).await.unwrap();
        let device = NewDevice {
            id: device.id,
            district: device.district,
            senior: device.senior,
            protocol: Protocol::Http,
            ident: format!("d-{n}"),
            key_sha256: device.key_sha256,
            model: None,
        };
        store.put_devices(vec![device]).await.unwrap();
    }
}

fn offer_to(ticket: &Ticket, who: ResponderId) -> &Offer {
    ticket.last_offer_to(who).unwrap()
}

// --- The clock is set back -------------------------------------------------------------------------

#[tokio::test]
async fn after_the_clock_was_set_back_offers_still_expire_and_others_are_asked() {
    let service = Service::start().await;
    let (first, second) = (service.on_duty(1).await, service.on_duty(2).await);
    let ticket = service.press(1, "a").await.ticket;
    let offer = service.asked(ticket, first).await;
    let support = service.asked(ticket, second).await;
    service.step(support, OfferCommand::Decline(None)).await.unwrap();

    let now = service.clock.advance_s(10 - HOUR);
    let noticed = |t: &Ticket| t.offer(offer).unwrap().deadline == now.plus_s(30);
    let seen = service.until(ticket, "noticed", noticed).await;
    assert_eq!(seen.times.received, START, "what was written stays as it was written");
    service.clock.advance_s(30);
    let expired = |t: &Ticket| matches!(t.offer(offer).unwrap().state, OfferState::Expired { .. });
    service.until(ticket, "expired", expired).await;
    assert_ne!(service.asked(ticket, first).await, offer, "asked again, there is nobody else");
}

#[tokio::test]
async fn after_the_clock_was_set_back_new_positions_are_believed() {
    let service = Service::start().await;
    let aide = service.on_duty(1).await;
    service.is_at(aide, senior(1).home);
    service.clock.advance_s(-HOUR);
    let (board, there) = (service.dispatcher.board_of(aide).unwrap(), senior(2).home);
    let is_there = || board.person(aide).unwrap().position.is_some_and(|(at, _)| at == there);
    for _ in 0..200 {
        service.is_at(aide, there);
        if is_there() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("frozen where he was an hour before");
}

#[tokio::test]
async fn after_the_clock_was_set_back_the_same_bytes_are_a_new_press() {
    let service = Service::start().await;
    let press = async || {
        let press = Press::of(1).at(service.clock.now()).bytes(b"SOS");
        service.dispatcher.record_alarm(press.alarm(&*service.ids)).await.unwrap()
    };
    let first = press().await;
    assert!(press().await.duplicate);
    let (outcome, cause, note) = (Outcome::Test, None, None);
    let (hospital, duplicate_of, witness) = (None, None, None);
    let end = Close { outcome, cause, note, hospital, duplicate_of, witness };
    service.dispatcher.close(first.ticket, end, &actor()).await.unwrap();
    service.clock.advance_s(-HOUR);
    let again = press().await;
    assert!(!again.duplicate && again.ticket != first.ticket, "{again:?}");
}

// --- The care of devices ---------------------------------------------------------------------------

fn state(n: u32, heard_at: UnixMs) -> DeviceState {
    DeviceState {
        device: device_of(&senior(n), n).id,
        heard_at,
        battery: None,
        position: None,
        pressed_at: None,
        worked_at: None,
    }
}

impl Service {
    async fn heard(&self, states: Vec<DeviceState>) {
        let now = self.clock.now();
        self.dispatcher.store().put_device_states(states, now).await.unwrap();
    }

    /// Looks after the devices once, and returns what is on tickets then.
    async fn care(&self) -> Vec<DeviceWork> {
        let board = self.dispatcher.board(&longwen()).unwrap();
        self.dispatcher.care_for(&board).await.unwrap();
        let (store, page) = (self.dispatcher.store(), TicketPage { limit: 10, offset: 0 });
        let open = store.tickets(&[longwen()], true, page).await.unwrap();
        open.into_iter().flat_map(|ticket| ticket.devices).collect()
    }
}

#[tokio::test]
async fn after_an_outage_of_ours_no_device_is_silent_before_we_have_listened() {
    let service = Service::start().await;
    let silent = vec![state(1, START.plus_s(-48 * HOUR)), state(2, START.plus_s(-240 * HOUR))];
    service.heard(silent).await;
    assert_eq!(service.care().await, [], "nobody listens to these");
    service.dispatcher.listens_to(Protocol::Http);
    service.clock.advance_s(2 * HOUR - 1);
    assert_eq!(service.care().await, []);
    service.clock.advance_s(1);
    let [work] = &*service.care().await else { panic!("the other is an app, silent for two days") };
    assert_eq!((work.device, work.trouble), (state(2, START).device, Trouble::Silent));
}

#[tokio::test]
async fn a_device_heard_before_the_clock_was_set_back_falls_silent_all_the_same() {
    let service = Service::start().await;
    service.dispatcher.listens_to(Protocol::Http);
    service.heard(vec![state(1, START)]).await;
    service.clock.advance_s(-10_000 * HOUR);
    assert_eq!(service.care().await, []);
    service.dispatcher.listens_to(Protocol::Http);
    service.clock.advance_s(168 * HOUR);
    assert_eq!(service.care().await.len(), 1, "from when the clock was set back it is a week");
}

#[tokio::test]
async fn when_more_devices_fall_silent_than_a_list_takes_the_others_are_counted_and_listed_next() {
    let service = Service::start().await;
    service.dispatcher.listens_to(Protocol::Http);
    let (store, many) = (service.dispatcher.store(), u32::try_from(MAX_LISTED).unwrap() + 7);
    let device = |n: u32| NewDevice {
        id: DeviceId(nth_uuid(50, n.into())),
        district: longwen(),
        senior: senior(1).id,
        protocol: Protocol::Http,
        ident: format!("more-{n}"),
        key_sha256: None,
        model: None,
    };
    store.put_devices((0..many).map(device).collect()).await.unwrap();
    let silent = |n| DeviceState { device: device(n).id, ..state(1, START.plus_s(-240 * HOUR)) };
    service.heard((0..many).map(silent).collect()).await;
    service.clock.advance_s(2 * HOUR);
    assert_eq!(service.care().await.len(), MAX_LISTED);
    let page = TicketPage { limit: 10, offset: 0 };
    let [first] = &*store.tickets(&[longwen()], true, page).await.unwrap() else { panic!() };
    assert_eq!(service.dispatcher.devices_waiting(first), 7);
    service
        .until(first.id, "on the board", |_| service.dispatcher.ticket_on_board(first.id).is_some())
        .await;
    assert_eq!(service.care().await.len(), MAX_LISTED, "the list is full");
    assert_eq!(service.dispatcher.devices_waiting(first), 7, "they are not lost");
    service.clock.advance_s(HOUR);
    assert_eq!(service.care().await.len(), MAX_LISTED + 7, "another ticket has the rest");
    assert_eq!(service.dispatcher.devices_waiting(first), 0);
}

// --- Idents ----------------------------------------------------------------------------------------

#[tokio::test]
async fn an_alarm_with_a_key_and_no_name_is_the_keys_devices_whoever_else_has_its_ident() {
    let service = Service::start().await;
    let alike = NewDevice {
        id: DeviceId(nth_uuid(50, 1)),
        district: longwen(),
        senior: senior(2).id,
        protocol: Protocol::Owntracks,
        ident: "d-1".into(),
        key_sha256: Some(key_of(77)),
        model: None,
    };
    service.dispatcher.store().put_devices(vec![alike]).await.unwrap();
    let mut alarm = Press::unknown("").id("a").alarm(&*service.ids);
    alarm.key_sha256 = Some(key_of(77));
    let recorded = service.dispatcher.record_alarm(alarm).await.unwrap();
    assert_eq!(service.ticket(recorded.ticket).await.senior, Some(senior(2).id));
}

// --- Housekeeping ----------------------------------------------------------------------------------

#[tokio::test]
async fn what_grew_old_is_removed_to_its_end_however_much_it_is() {
    let service = Service::start().await;
    let (store, device) = (service.dispatcher.store(), device_of(&senior(1), 1).id);
    let old = DeviceReport {
        district: longwen(),
        device,
        received_at: START.plus_s(-31 * 24 * HOUR),
        kinds: Vec::new(),
        battery_pct: None,
        position: None,
        raw: b"LK".to_vec(),
    };
    store.append_device_reports(vec![old; 9_000]).await.unwrap();
    let device = store.device_by_id(device).await.unwrap().unwrap();
    // One round removes all of it; by the round, a little each, it would take five.
    for _ in 0..400 {
        if store.device_signals(&device, UnixMs(0), 1).await.unwrap().is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("old reports stay");
}

// --- On scene --------------------------------------------------------------------------------------

#[tokio::test]
async fn who_stands_at_the_door_while_another_ticket_has_him_is_recorded() {
    let service = Service::start().await;
    let aide = service.on_duty(1).await;
    let first = service.press(1, "a").await.ticket;
    let late = service.asked(first, aide).await;
    // The second is pressed twice: more urgent, it is served first once the offer has expired.
    let second = service.press(2, "b").await.ticket;
    service.press(2, "c").await;
    service.clock.advance_s(31);
    let own = service.asked(second, aide).await;
    service.step(own, OfferCommand::Accept).await.unwrap();

    let arrived = service.step(late, OfferCommand::OnScene(Arrival::Claimed)).await.unwrap();
    assert!(matches!(arrived.offer(late).unwrap().state, OfferState::Expired { .. }));
    let timeline = service.dispatcher.store().timeline(first).await.unwrap();
    let is_arrival =
        |event: &Event| matches!(event, Event::OnScene { offer, .. } if *offer == late);
    assert!(timeline.iter().any(|row| is_arrival(&row.event.event)), "{timeline:#?}");
    assert!(arrived.holder(TeamRole::Lead).is_none(), "the place is still to be filled");
    let bound = service.ticket(second).await;
    assert!(matches!(offer_to(&bound, aide).state, OfferState::Accepted { .. }));
    // Other steps of an offer that is over are refused as ever.
    let refused = service.step(late, OfferCommand::Accept).await;
    assert!(matches!(refused, Err(UseCaseError::Conflict { .. })), "{refused:?}");
}

// --- The journal -----------------------------------------------------------------------------------

#[tokio::test]
async fn what_a_former_process_left_in_the_journal_is_recorded_at_the_start_and_forgotten() {
    let ids = SeededIds::new(7);
    let journal = MemoryJournal::default();
    let left = Press::of(1).at(START).id("before the crash").alarm(&ids);
    journal.0.lock().unwrap().push(left.clone());
    let service = Service::with(journal.clone()).await;
    let mut changed = service.dispatcher.follow_unrecorded();
    while !service.dispatcher.unrecorded().is_empty() {
        changed.changed().await.unwrap();
    }
    let ticket = service.dispatcher.store().open_emergency_of(senior(1).id).await.unwrap();
    let ticket = ticket.expect("recorded");
    assert_eq!((ticket.times.received, ticket.signals), (START, 1), "with its own times");
    let again = service.press(1, "before the crash").await;
    assert_eq!((again.duplicate, again.ticket), (true, ticket.id));
    for _ in 0..200 {
        if journal.0.lock().unwrap().is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("recorded, and still in the journal");
}

// --- A new district --------------------------------------------------------------------------------

#[tokio::test]
async fn a_district_that_came_after_the_start_is_served_from_its_first_alarm_on() {
    let service = Service::start().await;
    let new = DistrictId::new("xiangcheng");
    fill(service.dispatcher.store(), new.clone(), [11, 12], true).await;
    assert!(service.dispatcher.board(&new).is_none());
    let ticket = service.press(11, "a").await.ticket;
    service.asked(ticket, aide(11).id).await;
    let board = service.dispatcher.board(&new).unwrap();
    assert_eq!(board.ticket(ticket).map(|ticket| ticket.offers.len()), Some(2));
    assert_eq!(service.press(11, "b").await.ticket, ticket);
    service.until(ticket, "pressed twice", |ticket| ticket.signals == 2).await;
}

/// A call of senior 1 that a former process kept, and that is not shown.
async fn kept_before(service: &Service) -> CallRecord {
    let whose = senior(1);
    let name = "1700000000.1";
    let call = CallRecord {
        id: CallRecord::identity(name),
        district: longwen(),
        exchange_call: name.into(),
        outgoing: false,
        number: Some("13800000001".into()),
        withheld: false,
        parties: Vec::new(),
        senior: Some(whose.id),
        by: None,
        ringing_at: START,
        answered_at: None,
        ended_at: None,
        result: None,
        recording: None,
        ticket: None,
        summary: None,
        summary_by: None,
        quality: None,
    };
    let news = CallNews { call: call.clone(), facts: Vec::new(), idempotency: None };
    service.dispatcher.store().learn_of_call(news).await.unwrap();
    call
}

#[tokio::test]
async fn a_call_that_is_not_shown_ends_as_it_was_told_and_its_caller_is_called_back() {
    let service = Service::start().await;
    let before = kept_before(&service).await;
    let store = service.dispatcher.store();
    service.dispatcher.call_ended(&before.exchange_call, "abandoned", true, None);
    let mut call = before;
    for _ in 0..200 {
        call = store.call(call.id).await.unwrap().unwrap();
        if call.ended_at.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert_eq!(call.result.as_deref(), Some("abandoned"));
    let ticket = service.ticket(call.ticket.unwrap()).await;
    assert_eq!((ticket.kind, ticket.senior), (Kind::Callback, Some(senior(1).id)));
}

fn on_duty() -> Duty {
    Duty { on_duty: true, travel: None, shift_ends_at: None, rests_until: None }
}

#[tokio::test]
async fn a_month_is_closed_once_every_missed_target_has_its_cause_and_stays_as_it_was() {
    let service = Service::start().await;
    let (dispatcher, clock) = (&service.dispatcher, &service.clock);
    let boss = NewUser {
        id: operator(1),
        username: "boss".into(),
        password_hash: String::new(),
        display_name: "主管".into(),
        role: UserRole::Supervisor,
        responder: None,
        districts: vec![longwen()],
    };
    dispatcher.store().put_users(vec![boss]).await.unwrap();
    let late = service.press(1, "late").await.ticket;
    clock.advance_s(200);
    dispatcher.answer(late, None, &actor()).await.unwrap();
    let other = service.press(2, "in-time").await.ticket;
    dispatcher.answer(other, None, &actor()).await.unwrap();
    let why_not = async || match dispatcher.close_month(&longwen(), "2026-11", operator(1)).await {
        Err(UseCaseError::Conflict { why, .. }) => why,
        Err(error) => error.to_string(),
        Ok(closed) => panic!("it is closed: {}", closed.report),
    };
    let review = async |cause, note| dispatcher.review(late, cause, note, &actor()).await;
    assert!(why_not().await.contains("has not ended"));
    clock.advance_s(10 * 24 * HOUR);
    assert!(why_not().await.contains("2 tickets of the month are open"));
    let open = review(ReviewCause::Door, None).await;
    assert!(matches!(open, Err(UseCaseError::Conflict { .. })), "{open:?}");
    for ticket in [late, other] {
        let end = Close {
            outcome: Outcome::Phone,
            cause: None,
            note: None,
            hospital: None,
            duplicate_of: None,
            witness: None,
        };
        dispatcher.close(ticket, end, &actor()).await.unwrap();
    }
    assert!(why_not().await.contains("1 tickets missed a target"));
    let papers = dispatcher.month_review(&longwen(), "2026-11").await.unwrap();
    let missed: Vec<_> = papers.missed.iter().map(|it| (it.ticket, it.measures[0].0.key)).collect();
    assert_eq!((missed, papers.missing()), (vec![(late, "answered_180s")], 1));

    let wordless = review(ReviewCause::Other, Some(" ")).await;
    assert!(matches!(wordless, Err(UseCaseError::Invalid(_))), "{wordless:?}");
    review(ReviewCause::DeskBusy, None).await.unwrap();
    review(ReviewCause::RecordedLate, Some("先接的电话")).await.unwrap();
    let said: Vec<_> = dispatcher.store().timeline(late).await.unwrap();
    assert_eq!(
        said.iter().filter(|row| matches!(row.event.event, Event::Reviewed { .. })).count(),
        2
    );

    let closed = dispatcher.close_month(&longwen(), "2026-11", operator(1)).await.unwrap();
    assert_eq!(closed.sha256[..], Sha256::digest(closed.report.as_bytes())[..]);
    let report: serde_json::Value = serde_json::from_str(&closed.report).unwrap();
    assert_eq!(report["missed"][0]["cause"], "recorded_late");
    assert_eq!(report["missed"][0]["note"], "先接的电话");
    assert_eq!(report["tickets"].as_array().unwrap().len(), 2);
    let kept = dispatcher.closed_month(&longwen(), "2026-11").await.unwrap();
    assert_eq!(kept, closed);
    assert!(why_not().await.contains("closed already"));
    let after = review(ReviewCause::Door, None).await;
    assert!(matches!(after, Err(UseCaseError::Conflict { .. })), "{after:?}");
    for wrong in [
        "2026-13", "2026-1", "+2026-01", "2026-11 ", "x", "99999-01", "-001-01", "0000-01",
        "1999-12", "",
    ] {
        let refused = dispatcher.month_review(&longwen(), wrong).await;
        assert!(matches!(refused, Err(UseCaseError::Invalid(_))), "{wrong:?}");
    }
    // A month of which nothing is known closes too: it is told as such.
    let empty = dispatcher.close_month(&longwen(), "2020-02", operator(1)).await.unwrap();
    assert!(empty.report.contains("\"tickets\":[]"));
}

#[tokio::test]
async fn a_call_is_graded_by_somebody_else_once_it_is_over_and_the_report_tells_the_means() {
    let service = Service::start().await;
    let dispatcher = &service.dispatcher;
    let call = kept_before(&service).await;
    let quality = |action| CallQuality {
        opening: 5,
        listening: 4,
        questions: 3,
        action,
        closing: 5,
        note: None,
        by: operator(2),
        at: START,
    };
    let grade = async |action, who| dispatcher.grade_call(call.id, quality(action), who).await;
    let early = grade(4, "boss").await;
    assert!(matches!(early, Err(UseCaseError::Conflict { .. })), "it runs: {early:?}");
    let learn = async |fact| {
        let news = CallNews { call: call.clone(), facts: vec![fact], idempotency: None };
        dispatcher.store().learn_of_call(news).await.unwrap();
    };
    let answered = CallFact::Answered { at: START.plus_s(7), by: Some("op-1".into()) };
    let ended =
        CallFact::Ended { at: START.plus_s(60), result: "completed".into(), recording: None };
    learn(ended).await;
    let unanswered = grade(4, "boss").await;
    assert!(matches!(unanswered, Err(UseCaseError::Conflict { .. })), "{unanswered:?}");
    learn(answered).await;
    assert!(matches!(grade(6, "boss").await, Err(UseCaseError::Invalid(_))));
    let own = grade(4, "op-1").await;
    assert!(matches!(own, Err(UseCaseError::Conflict { .. })), "one's own: {own:?}");
    grade(1, "boss").await.unwrap();
    let again = grade(2, "boss").await.unwrap();
    assert_eq!(again.quality.map(|it| it.grades()), Some([5, 4, 3, 2, 5]), "the last counts");
    let span = (START, START.plus_s(1));
    let report = dispatcher.call_report(&[longwen()], span).await.unwrap();
    assert_eq!((report.incoming, report.answered, report.answered_soon), (1, 1, 1));
    assert_eq!((report.graded, report.grades), (1, Some([5.0, 4.0, 3.0, 2.0, 5.0])));
    let before = (START.plus_s(-9), START);
    let before = dispatcher.call_report(&[longwen()], before).await.unwrap();
    assert_eq!((before.incoming, before.graded), (0, 0), "it began later");
}
