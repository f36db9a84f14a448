//! What is still to be said to the device of a connection, and when.

use std::collections::VecDeque;
use std::time::Duration;

use silverbell_domain::DeviceCommand;
use tokio::time::Instant;

use crate::lines::Order;

/// Our own commands wait so long after the last frame (contract, "TCP devices": at least 1 s).
const AFTER_A_FRAME: Duration = Duration::from_millis(1_100);

/// An open ticket asks its device for a fresh position so often (design §6).
const LOCATE_EVERY: Duration = Duration::from_secs(30);

/// Whether a person has answered is looked at so often while a device repeats its alarm.
const ANSWERED_EVERY: Duration = Duration::from_secs(1);

/// No open emergency so long after the alarm means that it was closed.
const CLOSED_AFTER: Duration = Duration::from_secs(30);

/// So many commands of people wait; the oldest gives way.
const MAX_ASKED: usize = 8;

/// What holds when it is to be decided what to say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Due {
    /// Whether the device's senior has an open emergency and nobody with them yet.
    pub(crate) wants_position: bool,
    /// Whether a person has taken up the open emergency; `None` if there is none.
    pub(crate) is_answered: Option<bool>,
}

/// Commands that wait.
#[derive(Debug)]
pub(crate) struct ToSay {
    /// Nothing is said before.
    earliest: Instant,
    asked: VecDeque<Order>,
    locate_at: Option<Instant>,
    answer_at: Option<Instant>,
    /// When the last alarm came.
    alarmed_at: Instant,
}

impl ToSay {
    pub(crate) const fn new(now: Instant) -> Self {
        Self {
            earliest: now,
            asked: VecDeque::new(),
            locate_at: None,
            answer_at: None,
            alarmed_at: now,
        }
    }

    /// Notes that a frame came, and whether it was an alarm.
    pub(crate) fn heard(&mut self, now: Instant, is_alarm: bool, wants_position: bool) {
        self.earliest = now + AFTER_A_FRAME;
        if self.locate_at.is_none() && (is_alarm || wants_position) {
            self.locate_at = Some(self.earliest);
        }
        if is_alarm {
            self.alarmed_at = now;
            self.answer_at = Some(self.earliest);
        }
    }

    /// Takes the command of a person.
    pub(crate) fn ask(&mut self, order: Order) {
        if self.asked.len() == MAX_ASKED {
            self.asked.pop_front();
        }
        self.asked.push_back(order);
    }

    /// Takes out what people asked and was not said.
    pub(crate) fn take_unsaid(&mut self) -> VecDeque<Order> {
        std::mem::take(&mut self.asked)
    }

    /// Takes out what people asked too long ago: a device that goes on talking is never interrupted.
    pub(crate) fn take_expired(&mut self, now: Instant) -> VecDeque<Order> {
        let (expired, live) = self.take_unsaid().into_iter().partition(|it| it.until <= now);
        self.asked = live;
        expired
    }

    /// Returns when to look again, `None` while there is nothing to say.
    pub(crate) fn next_at(&self) -> Option<Instant> {
        let asked = (!self.asked.is_empty()).then_some(self.earliest);
        let next = [asked, self.locate_at, self.answer_at].into_iter().flatten().min()?;
        Some(next.max(self.earliest))
    }

    /// Returns what a person asked and is to be said now, if anything. It comes before our own.
    pub(crate) fn take_order(&mut self, now: Instant) -> Option<Order> {
        let order = (now >= self.earliest).then(|| self.asked.pop_front())??;
        self.earliest = now + AFTER_A_FRAME;
        Some(order)
    }

    /// Returns what to say now of our own, if anything.
    pub(crate) fn take_due(&mut self, now: Instant, due: Due) -> Option<DeviceCommand> {
        if now < self.earliest {
            return None;
        }
        if self.answer_at.is_some_and(|at| at <= now) {
            // A ticket that was just opened may not be on the board yet.
            let is_over = now.duration_since(self.alarmed_at) >= CLOSED_AFTER;
            let is_answered = due.is_answered.unwrap_or(is_over);
            self.answer_at = (!is_answered).then_some(now + ANSWERED_EVERY);
            if is_answered {
                self.earliest = now + AFTER_A_FRAME;
                return Some(DeviceCommand::Answered);
            }
        }
        if self.locate_at.is_some_and(|at| at <= now) {
            self.locate_at = due.wants_position.then_some(now + LOCATE_EVERY);
            return due.wants_position.then_some(DeviceCommand::Locate);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: Due = Due { wants_position: true, is_answered: Some(false) };
    const ANSWERED: Due = Due { wants_position: true, is_answered: Some(true) };
    const NONE_OPEN: Due = Due { wants_position: false, is_answered: None };
    const WITH_THE_SENIOR: Due = Due { wants_position: false, is_answered: Some(true) };

    fn order(command: DeviceCommand) -> Order {
        Order { command, until: Instant::now() + Duration::from_secs(600) }
    }

    fn after(start: Instant, ms: u64) -> Instant {
        start + Duration::from_millis(ms)
    }

    #[tokio::test(start_paused = true)]
    async fn an_alarm_is_asked_for_its_place_until_somebody_is_there() {
        let start = Instant::now();
        let mut to_say = ToSay::new(start);
        to_say.heard(start, true, true);
        assert_eq!(to_say.take_due(after(start, 1_000), OPEN), None, "too early");
        assert_eq!(to_say.next_at(), Some(after(start, 1_100)));
        assert_eq!(to_say.take_due(after(start, 1_100), OPEN), Some(DeviceCommand::Locate));
        assert_eq!(to_say.take_due(after(start, 31_000), OPEN), None);
        assert_eq!(to_say.take_due(after(start, 31_100), OPEN), Some(DeviceCommand::Locate));
        assert_eq!(
            to_say.take_due(after(start, 61_100), WITH_THE_SENIOR),
            Some(DeviceCommand::Answered)
        );
        assert_eq!(to_say.take_due(after(start, 71_100), WITH_THE_SENIOR), None);
        assert_eq!(to_say.next_at(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn the_device_is_told_once_when_a_person_has_answered() {
        let start = Instant::now();
        let mut to_say = ToSay::new(start);
        to_say.heard(start, true, true);
        to_say.take_due(after(start, 1_100), OPEN);
        assert_eq!(to_say.next_at(), Some(after(start, 2_100)), "looked at every second");
        assert_eq!(to_say.take_due(after(start, 2_100), ANSWERED), Some(DeviceCommand::Answered));
        assert_eq!(to_say.next_at(), Some(after(start, 31_100)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_ticket_that_is_not_on_the_board_yet_was_answered_by_nobody() {
        let start = Instant::now();
        let mut to_say = ToSay::new(start);
        to_say.heard(start, true, true);
        assert_eq!(to_say.take_due(after(start, 1_100), NONE_OPEN), None);
        assert_eq!(to_say.take_due(after(start, 29_000), NONE_OPEN), None);
        assert_eq!(to_say.take_due(after(start, 30_000), NONE_OPEN), Some(DeviceCommand::Answered));
    }

    #[tokio::test(start_paused = true)]
    async fn what_people_ask_comes_first_in_its_order_and_never_close_behind_a_frame() {
        let start = Instant::now();
        let mut to_say = ToSay::new(start);
        to_say.ask(order(DeviceCommand::Ring));
        to_say.ask(order(DeviceCommand::Locate));
        to_say.heard(start, false, false);
        assert_eq!(asked(&mut to_say, after(start, 500)), None);
        assert_eq!(asked(&mut to_say, after(start, 1_100)), Some(DeviceCommand::Ring));
        assert_eq!(asked(&mut to_say, after(start, 1_200)), None, "one at a time");
        assert_eq!(to_say.take_due(after(start, 1_200), OPEN), None, "nor ours beside it");
        assert_eq!(asked(&mut to_say, after(start, 2_200)), Some(DeviceCommand::Locate));
        assert_eq!(to_say.next_at(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn too_many_commands_push_out_the_oldest() {
        let mut to_say = ToSay::new(Instant::now());
        to_say.ask(order(DeviceCommand::Ring));
        for _ in 0..MAX_ASKED {
            to_say.ask(order(DeviceCommand::Locate));
        }
        assert_eq!(asked(&mut to_say, Instant::now()), Some(DeviceCommand::Locate));
    }

    #[tokio::test(start_paused = true)]
    async fn what_could_not_be_said_in_time_is_taken_out_and_never_said() {
        let start = Instant::now();
        let mut to_say = ToSay::new(start);
        let old = Order { command: DeviceCommand::Ring, until: after(start, 500) };
        to_say.ask(old.clone());
        to_say.ask(order(DeviceCommand::Locate));
        assert!(to_say.take_expired(after(start, 499)).is_empty());
        assert_eq!(to_say.take_expired(after(start, 500)), [old]);
        assert_eq!(asked(&mut to_say, after(start, 500)), Some(DeviceCommand::Locate));
    }

    fn asked(to_say: &mut ToSay, now: Instant) -> Option<DeviceCommand> {
        to_say.take_order(now).map(|it| it.command)
    }
}
