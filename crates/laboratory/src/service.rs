//! The service within the world: it commits, tells only what is committed, and looks at the district
//! as the dispatcher's control loop does.

use std::sync::Arc;

use silverbell_domain::{
    Alarm, Event, NewEvent, Policy, Refusal, ResponderId, Ticket, TicketId, UnixMs, WorkingSet,
    plan,
};
use silverbell_store::{
    Advance, Commit, Constraint, FoldItem, Idempotency, Recorded, Reply, StoreError, TicketCommit,
};

use crate::board::Board;
use crate::plain::Choice;
use crate::scenario::number_of;
use crate::world::{Happening, World};

/// The loop looks at the district at least so often, milliseconds.
const AT_MOST_MS: i64 = 1_000;

/// When a decision was refused because the ticket moved on, the loop looks again after this.
const SOON_MS: i64 = 20;

/// After so many refusals one after the other the board is read anew.
const STALE_TOO_LONG: u32 = 25;

/// Telephones report so often, milliseconds; nobody looks more closely.
const REPORTS_EVERY_MS: i64 = 20_000;

/// Why something was not done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The service is away, or died of it: whether it was done is not known.
    Away,
    /// The state does not allow it.
    #[expect(dead_code, reason = "for those who read what was refused")]
    Refused(Refusal),
    /// A rule of the database does not allow it.
    Violates(Constraint),
    /// It cannot be kept.
    Broken(StoreError),
}

impl World<'_> {
    // --- Commits -------------------------------------------------------------------------------

    /// Records an alarm.
    pub(crate) fn record(&mut self, alarm: &Alarm, ticket: TicketId) -> Result<Recorded, Failure> {
        let item = FoldItem::Alarm(Box::new(alarm.clone()), ticket);
        match self.write(&item)? {
            Reply::Recorded(recorded) => Ok(recorded),
            Reply::Committed(_) => {
                Err(Failure::Broken(StoreError::Corrupt("an alarm was taken for a commit".into())))
            }
        }
    }

    /// Reads a ticket, lets `decide` change it, and commits.
    pub(crate) fn change(
        &mut self,
        id: TicketId,
        idempotency: Option<Idempotency>,
        decide: impl FnOnce(&mut Ticket, UnixMs, &Policy) -> Result<Vec<NewEvent>, Refusal>,
    ) -> Result<(), Failure> {
        if !self.is_up {
            return Err(Failure::Away);
        }
        let unknown = Failure::Refused(Refusal::State("there is no such ticket"));
        let mut ticket = Ticket::clone(self.database.ticket(id).ok_or(unknown)?);
        let expected_version = ticket.version;
        let events = decide(&mut ticket, self.now(), &self.policy).map_err(Failure::Refused)?;
        if events.is_empty() {
            return Ok(());
        }
        let tickets = vec![TicketCommit { ticket, expected_version, events }];
        self.write(&commit(tickets, idempotency)).map(drop)
    }

    /// Commits a ticket that is new.
    pub(crate) fn open(&mut self, ticket: Ticket, events: Vec<NewEvent>) -> Result<(), Failure> {
        let tickets = vec![TicketCommit { ticket, expected_version: 0, events }];
        self.write(&commit(tickets, None)).map(drop)
    }

    fn write(&mut self, item: &FoldItem) -> Result<Reply, Failure> {
        if !self.is_up {
            return Err(Failure::Away);
        }
        let dies = self.dies_at_commit();
        if dies && self.mishaps.happens(0.5) {
            self.die("before a commit was durable");
            return Err(Failure::Away);
        }
        let written = self.database.write(item).map_err(|error| match error {
            StoreError::Violates(constraint) => Failure::Violates(constraint),
            error
            @ (StoreError::Stale(_) | StoreError::Unavailable(_) | StoreError::Corrupt(_)) => {
                Failure::Broken(error)
            }
        })?;
        self.ledger_mut().signals.extend(written.signals);
        if let Some(advance) = written.advance {
            self.note(&advance);
            if dies {
                self.die("after a commit, before anybody was told");
                return Err(Failure::Away);
            }
            self.publish(advance);
        }
        Ok(written.reply)
    }

    fn note(&mut self, advance: &Arc<Advance>) {
        self.ledger_mut().advances.push(advance.clone());
        for happened in &advance.happened {
            self.say(|| {
                let (number, name) = (happened.ticket.number, happened.event.name());
                let mut line = format!("ticket {number}: {name}");
                if let Some(who) = subject(&happened.event) {
                    line.push_str(&format!(" ({who})"));
                }
                line
            });
        }
    }

    // --- The board -----------------------------------------------------------------------------

    /// Tells what was committed: the board, and the people.
    pub(crate) fn publish(&mut self, advance: Arc<Advance>) {
        self.announce(&advance);
        if self.is_behind {
            return; // what is read anew has it
        }
        match self.delay_of_advance() {
            Some(_) if self.on_their_way == 0 && self.mishaps_lose_advance() => {
                self.say(|| "the board misses a commit".into());
                self.fall_behind();
            }
            Some(ms) => self.send_advance(ms, advance),
            // They come in order.
            None if self.on_their_way > 0 => self.send_advance(0, advance),
            None => self.learn(&advance),
        }
    }

    fn send_advance(&mut self, ms: i64, advance: Arc<Advance>) {
        let last = self.agenda.iter().rev().find(|(_, h)| matches!(h, Happening::Learns(_)));
        let at = last.map_or(self.t, |((at, _), _)| *at).max(self.t.saturating_add(ms));
        self.on_their_way += 1;
        self.at(at, Happening::Learns(advance));
    }

    pub(crate) fn learn(&mut self, advance: &Advance) {
        let now = self.now();
        if self.is_behind {
            return;
        }
        if self.board.advance(advance, now) {
            self.nudge();
        } else {
            self.fall_behind();
        }
    }

    fn fall_behind(&mut self) {
        self.is_behind = true;
        let ms = self.mishaps.whole(1, 500);
        self.after(ms, Happening::Rereads);
    }

    /// Reads the board anew from what is kept.
    pub(crate) fn reread(&mut self) {
        self.forget_learning();
        let now = self.now();
        let mut set = WorkingSet::new(self.scenario.district.clone());
        set.seq = self.database.seq();
        let tickets = self.database.reread().unwrap_or_else(|why| {
            self.complain(format!("a ticket that was kept cannot be read: {why}"));
            Vec::new()
        });
        let people = self.database.responders().cloned();
        let ways = &self.scenario.ways;
        self.board = Board::read(set, tickets, people, ways, &self.policy, now);
        self.is_behind = false;
        self.reported_at = i64::MIN / 2;
        self.nudge();
    }

    /// What was on its way to a board that is gone reaches nobody.
    pub(crate) fn forget_learning(&mut self) {
        if self.on_their_way > 0 {
            self.agenda.retain(|_, happening| !matches!(happening, Happening::Learns(_)));
            self.on_their_way = 0;
        }
    }

    /// Wakes the loop; a wake-up that is lost costs a second at most.
    pub(crate) fn nudge(&mut self) {
        let late_ms = if self.loses_nudge() { self.mishaps.whole(0, AT_MOST_MS) } else { 0 };
        self.look_within(late_ms);
    }

    /// Has the loop look after so many milliseconds at the latest.
    pub(crate) fn look_within(&mut self, ms: i64) {
        let at = self.t.saturating_add(ms);
        self.look_at = Some(self.look_at.map_or(at, |look| look.min(at)));
    }

    // --- The loop ------------------------------------------------------------------------------

    /// Makes true what should be true.
    pub(crate) fn look_around(&mut self) {
        self.report();
        if self.scenario.choice == Choice::PlainNearest {
            self.ask_the_nearest();
        }
        let now = self.now();
        self.look_at = None;
        let dirty = self.board.take_dirty(now);
        let was_current = self.is_board_current();
        let Board { set, .. } = &self.board;
        let decisions = plan(set, &dirty, now, self.board.travel(), &self.policy, &self.ids);
        let mut was_refused = false;
        for decision in decisions {
            let ticket = decision.ticket.id;
            let tickets = vec![TicketCommit {
                ticket: decision.ticket,
                expected_version: decision.expected_version,
                events: decision.events,
            }];
            match self.write(&commit(tickets, None)) {
                Ok(_) => {}
                Err(Failure::Away) => return,
                Err(Failure::Broken(StoreError::Stale(_)) | Failure::Violates(_))
                    if !was_current =>
                {
                    self.board.again(ticket);
                    was_refused = true;
                }
                // What was decided on the district as it stands is never refused.
                Err(refused) => {
                    self.complain(format!("a decision about {ticket} is refused: {refused:?}"));
                }
            }
        }
        self.refused_in_a_row = if was_refused { self.refused_in_a_row + 1 } else { 0 };
        if self.refused_in_a_row >= STALE_TOO_LONG {
            self.refused_in_a_row = 0;
            self.say(|| "the board is not what is kept: it is read anew".into());
            self.reread();
        }
        if was_refused {
            self.look_within(SOON_MS);
        }
        if let Some(due) = self.board.set.next_due() {
            let at = self.true_time_of(due).max(self.t + 1);
            self.look_within(at - self.t);
        }
    }

    /// Whoever is on duty and not silent tells where they are.
    pub(crate) fn report(&mut self) {
        if self.t < self.reports_from || self.t - self.reported_at < REPORTS_EVERY_MS {
            return;
        }
        self.reported_at = self.t;
        let now = self.now();
        let mut is_anybody_back = false;
        for body in &self.crew {
            if body.on_duty && body.silent_until <= self.t {
                is_anybody_back |= self.board.heard(body.id, body.place_at(self.t), now);
            }
        }
        if is_anybody_back && self.look_at.is_none() {
            self.nudge();
        }
    }
}

fn commit(tickets: Vec<TicketCommit>, idempotency: Option<Idempotency>) -> FoldItem {
    FoldItem::Commit(Box::new(Commit { tickets, outbox: Vec::new(), idempotency }))
}

/// Returns whom an event is about, for the story.
fn subject(event: &Event) -> Option<String> {
    match event {
        Event::Offered { responder, role, eta, .. } => {
            Some(format!("{}, {} in {} s", number(*responder), role.as_str(), eta.s))
        }
        Event::Accepted { responder, .. }
        | Event::Declined { responder, .. }
        | Event::Expired { responder, .. }
        | Event::Departed { responder, .. }
        | Event::OnScene { responder, .. }
        | Event::WithSenior { responder, .. }
        | Event::Done { responder, .. }
        | Event::EtaLapsed { responder, .. } => Some(number(*responder)),
        Event::Withdrawn { responder, why, .. } => Some(format!("{}, {why:?}", number(*responder))),
        Event::Escalated { to, why, .. } => Some(format!("{to:?}, {why:?}")),
        Event::Closed { outcome, .. } => Some(outcome.as_str().into()),
        Event::Widened { ring_min, .. } => Some(format!("to {ring_min} min")),
        // The name says enough of all others, and of those to come.
        _ => None,
    }
}

fn number(responder: ResponderId) -> String {
    format!("responder {}", number_of(responder.0))
}
