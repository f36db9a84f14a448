//! The suite that every backend passes. A backend's test stamps it with
//! [`contract_suite!`](crate::contract_suite), giving a factory of empty stores and a back door
//! through which a database tool could reach them.
//!
//! Times are arguments, identities are counted, and nothing waits for the wall clock.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
#![allow(missing_docs, reason = "the name of a case is the sentence it proves")]

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use silverbell_domain::{
    DeviceId, Ids, NewEvent, Policy, Protocol, Refusal, Responder, Ticket, TicketId, UnixMs,
};
use silverbell_testkit::{Press, SeededIds, aide, key_of, longwen, senior};

use crate::{Commit, Committed, District, NewDevice, Recorded, Store, StoreError, TicketCommit};

pub mod alarms;
pub mod batches;
pub mod calls;
pub mod check;
pub mod commits;
pub mod desks;
pub mod devices;
pub mod facts;
pub mod feed;
pub mod history;
pub mod housekeeping;
pub mod keys;
pub mod model;
pub mod months;
pub mod outbox;
pub mod people;
pub mod push;
pub mod races;
pub mod registry;
pub mod shifts;

/// A writer that writes when it is polled.
pub type Writing = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What somebody with a tool for this database could do, past the store.
#[async_trait]
pub trait Backdoor: Send + Sync + 'static {
    /// Runs a statement that both databases understand; the error in words.
    async fn execute(&self, sql: &str) -> Result<(), String>;

    /// Returns the one number that a query answers.
    async fn count(&self, sql: &str) -> i64;

    /// Runs a statement on a table whatever guards it, and puts the guards up again.
    async fn tamper(&self, table: &str, sql: &str);

    /// Changes one byte of the body of the event of this number.
    async fn tamper_with_event(&self, seq: u64) {
        let sql = format!(
            "UPDATE events SET body = replace(body, '{{\"seq\"', '{{\"sEq\"') WHERE seq = {seq}"
        );
        self.tamper("events", &sql).await;
    }

    /// Opens the database once more, with a writer that waits to be run.
    async fn open_again(&self) -> (Arc<dyn Store>, Writing);
}

/// A store on the test bench: one district, policy by default, and short words for what tests do.
#[derive(Clone)]
pub struct Bench {
    pub store: Arc<dyn Store>,
    pub back: Arc<dyn Backdoor>,
    pub ids: Arc<SeededIds>,
    pub policy: Arc<Policy>,
}

impl Bench {
    /// Returns a bench with an empty district, [`longwen`], which must also be the store's default.
    pub async fn new(store: Arc<dyn Store>, back: impl Backdoor) -> Self {
        let district =
            District { id: longwen(), name: "龙文区".into(), time_zone: "Asia/Shanghai".into() };
        store.put_district(district).await.unwrap();
        Self {
            store,
            back: Arc::new(back),
            ids: Arc::new(SeededIds::new(1)),
            policy: Arc::new(Policy::default()),
        }
    }

    /// Puts in seniors, each with a device over HTTP.
    pub async fn seniors(&self, numbers: impl IntoIterator<Item = u32>) {
        let numbers: Vec<u32> = numbers.into_iter().collect();
        let seniors = numbers.iter().map(|&n| senior(n)).collect();
        self.store.put_seniors(seniors).await.unwrap();
        self.store.put_devices(numbers.into_iter().map(device).collect()).await.unwrap();
    }

    /// Puts in aides, who are on duty.
    pub async fn aides(&self, numbers: impl IntoIterator<Item = u32>) -> Vec<Responder> {
        let aides: Vec<Responder> = numbers.into_iter().map(aide).collect();
        self.store.put_responders(aides.clone()).await.unwrap();
        aides
    }

    /// Records an alarm, which must work.
    pub async fn press(&self, press: Press) -> Recorded {
        self.try_press(press).await.unwrap()
    }

    /// Records an alarm.
    pub async fn try_press(&self, press: Press) -> Result<Recorded, StoreError> {
        let ticket = TicketId(self.ids.next());
        self.store.record_alarm(press.alarm(&*self.ids), ticket).await
    }

    /// Presses the `n`th senior's key and returns the ticket.
    pub async fn opened(&self, n: u32) -> Ticket {
        let recorded = self.press(Press::of(n).id(&format!("first-{n}"))).await;
        self.ticket(recorded.ticket).await
    }

    /// Returns a ticket that must exist.
    pub async fn ticket(&self, id: TicketId) -> Ticket {
        self.store.ticket(id).await.unwrap().unwrap()
    }

    /// Moves a ticket as it was read and commits that.
    pub async fn change(&self, read: &Ticket, how: impl Move) -> Result<Committed, StoreError> {
        self.store.commit(self.commit_of(read, how)).await
    }

    /// Returns the commit of a move.
    pub fn commit_of(&self, read: &Ticket, how: impl Move) -> Commit {
        let mut ticket = read.clone();
        let now = read.times.received.plus_s(1);
        let events = how(&mut ticket, now, &self.policy).unwrap();
        let part = TicketCommit { ticket, expected_version: read.version, events };
        Commit { tickets: vec![part], outbox: Vec::new(), idempotency: None }
    }
}

/// A move of the domain.
pub trait Move: FnOnce(&mut Ticket, UnixMs, &Policy) -> Result<Vec<NewEvent>, Refusal> {}
impl<F: FnOnce(&mut Ticket, UnixMs, &Policy) -> Result<Vec<NewEvent>, Refusal>> Move for F {}

/// Returns the `n`th senior's device over HTTP.
#[must_use]
pub fn device(n: u32) -> NewDevice {
    let known = silverbell_testkit::device_of(&senior(n), n);
    NewDevice {
        id: known.id,
        district: known.district,
        senior: known.senior,
        protocol: Protocol::Http,
        ident: format!("d-{n}"),
        key_sha256: Some(key_of(n)),
        model: None,
    }
}

/// Returns the `n`th senior's watch, which has no key.
#[must_use]
pub fn watch(n: u32) -> NewDevice {
    NewDevice {
        id: DeviceId(silverbell_testkit::nth_uuid(20, n.into())),
        protocol: Protocol::Watch,
        ident: format!("{n:010}"),
        key_sha256: None,
        ..device(n)
    }
}

/// Runs `n` tasks at once and returns what they returned, in the order of their numbers.
pub async fn at_once<T, F>(n: u32, task: impl Fn(u32) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<_> = (0..n).map(|n| tokio::spawn(task(n))).collect();
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}

/// Stamps one test for each case of the contract onto a backend. `$make_store` is an async function
/// that returns an empty `Arc<dyn Store>` and its [`Backdoor`](crate::contract::Backdoor), which
/// also keeps alive what the store stands on.
#[macro_export]
macro_rules! contract_suite {
    ($make_store:ident) => {
        $crate::contract_suite! { @stamp $make_store;
            alarms {
                an_alarm_opens_a_ticket_and_is_durable_when_answered
                the_same_event_again_is_answered_the_same_with_duplicate
                the_same_event_64_times_at_once_is_one_signal
                the_same_id_with_other_bytes_is_a_new_signal_flagged_id_reused
                a_wrong_key_never_occupies_an_id
                frames_without_an_id_are_the_same_press_for_ten_minutes
                a_repeat_press_joins_and_raises_the_urgency
                sixty_four_presses_of_one_senior_at_once_are_one_ticket
                presses_of_two_devices_of_one_senior_join
                a_wrong_key_opens_the_seniors_ticket_unverified
                an_unknown_device_gets_one_ticket_for_its_ident
                an_unknown_device_that_was_vouched_for_never_opens_a_twin
                the_21st_ident_from_one_address_joins_the_last_ticket
                sixty_four_idents_from_one_address_at_once_open_20_tickets
                after_the_end_a_press_is_a_new_incident
                an_alarm_is_kept_as_it_came
                strange_idents_are_kept_apart
            }
            commits {
                a_commit_is_durable_and_answered_with_the_tickets_as_they_are_now
                a_stale_commit_is_refused_and_changes_nothing
                a_commit_of_two_tickets_is_applied_whole_or_not_at_all
                the_tickets_somebody_was_offered_within_a_time_are_found_once_each_in_order
                a_ticket_of_nowhere_is_refused_and_changes_nothing
                a_responder_is_active_on_one_emergency_only
                a_place_in_the_team_is_held_once
                a_senior_has_one_open_emergency
                whoever_is_let_go_can_be_taken_in_the_same_commit
                service_work_binds_nobody
                deadlines_are_replaced_as_a_set
                only_deadlines_may_change_without_an_event
                an_idempotency_key_is_kept_with_the_commit_and_rolled_back_with_it
                tickets_are_numbered_within_their_district
                what_is_read_is_what_was_committed
            }
            facts {
                facts_are_those_of_the_documents_open_or_closed
                facts_follow_what_becomes_of_a_closed_ticket
                a_span_whose_facts_are_not_all_there_is_read_from_the_documents
                a_document_that_cannot_be_read_keeps_no_other_from_being_kept
                facts_of_many_tickets_of_one_moment_come_back_each_once
                categories_are_those_of_the_files
            }
            batches {
                a_press_after_the_close_in_the_same_transaction_opens_a_new_ticket
                a_close_after_the_press_in_the_same_transaction_is_stale
                a_press_after_a_reopening_in_the_same_transaction_joins
                an_unknown_device_whose_ticket_is_closed_in_the_same_transaction_opens_another
                a_flood_never_joins_a_ticket_that_is_closed_in_the_same_transaction
                deadlines_that_moved_after_an_event_are_what_the_feed_tells
                deadlines_that_moved_before_an_event_are_not_told_after_it
                a_bad_item_in_a_folded_batch_harms_only_itself
                a_caller_that_goes_away_does_not_take_its_press_with_it
            }
            races {
                one_of_64_tasks_gets_the_responder
                one_of_64_tasks_gets_the_place
                one_of_64_tasks_gets_the_ticket
                a_bad_item_among_64_harms_only_itself
                a_press_never_joins_a_ticket_that_is_being_closed
                a_ticket_opened_by_hand_and_a_press_at_once_are_one
            }
            feed {
                events_are_numbered_without_gaps_and_announced_in_that_order
                districts_count_on_their_own
                nothing_is_announced_that_was_refused
                duty_is_announced_and_moves_no_number
                what_the_feed_tells_is_what_a_reader_finds
            }
            history {
                events_and_signals_can_be_neither_changed_nor_removed
                the_timeline_is_what_happened_in_order
                the_chain_is_whole_and_one_changed_byte_shows
            }
            outbox {
                a_message_is_written_with_its_cause_and_not_without
                a_message_is_leased_once_until_the_lease_ends
                eight_workers_at_once_never_get_the_same_message
                a_message_is_retried_when_it_is_due_and_not_before
                a_finished_message_is_never_leased_again
                whoever_lost_the_lease_can_only_say_that_it_was_delivered
                the_most_urgent_are_leased_first_then_those_that_were_due_first
                what_is_most_urgent_and_not_due_yet_holds_up_nothing
                a_message_is_leased_by_whoever_serves_its_kind_only
                only_a_try_that_says_something_about_the_message_counts
                what_has_expired_can_be_leased_apart
                a_message_is_counted_while_it_waits_and_found_afterwards
                what_was_finished_long_ago_is_removed_and_what_waits_stays
                a_payload_that_cannot_be_read_holds_up_no_other
            }
            people {
                seniors_are_put_all_or_none_and_read_back
                what_is_peculiar_to_a_senior_is_known_when_the_key_is_pressed
                who_had_many_emergencies_within_a_day_is_found_until_a_visit_is_opened
                the_homes_of_a_district_are_listed_and_no_others
                seniors_are_found_by_the_end_of_a_number_and_by_a_part_of_a_text
                devices_are_found_by_ident_and_by_key_and_both_are_unique
                users_have_unique_names_and_their_districts
                sessions_live_until_their_end
                responders_are_kept_with_their_duty
                tickets_are_listed_most_urgent_then_newest_first_page_by_page
                the_tickets_of_a_span_are_listed_as_they_were_received_open_and_closed
                the_closed_tickets_of_a_span_are_listed_as_they_were_closed
                a_ticket_is_found_by_its_offer_and_by_its_senior
            }
            devices {
                a_device_is_found_by_its_id_and_by_its_senior_with_its_model
                of_a_device_each_fact_is_the_newest
                what_was_noted_before_the_clock_was_set_back_holds_up_nothing
                a_state_that_cannot_be_read_hides_no_other_device
                the_same_ident_of_two_protocols_is_two_devices_of_two_seniors
                seniors_are_named
                devices_are_listed_by_what_is_the_matter_page_by_page
                what_a_device_said_is_listed_with_its_alarms_latest_first
                a_seniors_tickets_are_listed_latest_first
            }
            calls {
                a_call_is_folded_as_it_goes_on_and_found_by_district_and_senior
                what_two_write_of_one_call_at_once_is_both_kept
                calls_of_which_no_end_is_kept_are_found
                a_call_that_is_asked_for_is_begun_once_for_each_key
                a_call_that_cannot_be_read_hides_no_other_and_is_said_to_be_corrupt
            }
            desks {
                a_desk_is_kept_as_last_told_until_it_is_left
                desks_are_those_of_who_serves_the_district_or_all
                shift_notes_tell_who_wrote_and_who_has_read_them
                a_note_is_written_once_for_each_key
            }
            months {
                a_closed_month_is_kept_to_the_byte_and_closed_once
                closed_months_are_listed_latest_first_without_their_reports
            }
            push {
                a_browser_wakes_whoever_used_it_last_until_it_is_forgotten
                of_too_many_browsers_the_one_heard_of_longest_ago_goes
                whoever_logs_out_or_leaves_is_woken_no_more
            }
            shifts {
                a_roster_is_read_by_time_in_the_order_in_which_shifts_begin
                a_roster_is_replaced_whole_or_not_at_all
                one_shift_is_taken_out_and_only_if_it_is_there
                of_many_who_book_one_person_at_once_one_does
                past_the_store_nobody_is_booked_twice_either
            }
            registry {
                a_file_is_replaced_only_as_it_was_read_and_its_line_is_in_the_log_or_neither
                a_request_that_is_repeated_puts_in_nobody_twice
                whoever_changed_is_announced_also_when_another_program_did_it
                who_writes_the_file_and_who_says_duty_lose_nothing_of_each_other
                seniors_are_found_as_their_names_are_spoken_the_best_first
                a_list_of_seniors_has_pages_that_miss_nobody
                a_temporary_address_in_force_is_the_door_of_whoever_presses
                a_device_is_added_moved_given_a_key_and_taken_out
            }
            keys {
                a_key_is_kept_with_its_code_and_its_log
                of_two_who_take_a_key_at_once_one_gets_it
                keys_that_are_out_are_listed_those_out_longest_first
                who_looked_at_what_can_be_neither_changed_nor_removed
                a_photo_is_kept_under_seal
                a_face_is_kept_under_seal_one_for_each_senior
                an_entry_that_cannot_be_read_hides_no_other_and_is_found
            }
            housekeeping {
                last_positions_are_replaced_by_newer_ones_only
                a_sign_of_life_takes_no_position_away
                purging_takes_what_is_old_and_nothing_else
                purging_goes_a_little_at_a_time_and_says_whether_there_is_more
                what_the_service_made_up_goes_after_a_day_and_no_other_history
                of_the_history_of_positions_the_first_of_every_span_is_read
                a_probe_changes_nothing
                an_empty_district_reads_as_empty
            }
            check {
                a_sound_store_has_no_complaints
                a_ticket_document_that_does_not_parse_is_found_and_harms_no_other
                a_press_whose_ticket_cannot_be_read_opens_one_of_its_own
                rows_of_people_that_cannot_be_read_harm_no_other
                columns_that_contradict_the_document_are_found
                deadlines_that_are_missing_or_too_many_are_found
                a_counter_behind_its_history_is_found_and_the_probe_refuses
                a_changed_signal_is_found
                a_changed_event_and_a_gap_are_found
                what_devices_said_and_contradicts_is_found
                calls_that_contradict_are_found
                small_things_that_cannot_be_read_are_found
            }
        }
    };
    (@stamp $make_store:ident; $($module:ident { $($case:ident)* })*) => {
        $(mod $module { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let (store, back) = super::$make_store().await;
                let bench = $crate::contract::Bench::new(store, back).await;
                $crate::contract::$module::$case(bench).await;
            }
        )* })*
    };
}
