//! The world: a district played through the real planner, happening after happening.
//!
//! Time is a number that moves to whatever happens next: somebody's next act, a message that arrives,
//! a deadline. *True* time is what people live by; the service's clock is true time and an offset, for
//! clocks can be set wrong. On the kept side ([`Database`]) lies what was committed; the board side
//! ([`Board`]) is lost at every restart and read anew.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use silverbell_domain::{Alarm, Ids, LatLon, OfferId, Policy, TicketId, UnixMs, WorkingSet};
use silverbell_store::{Advance, Recorded, SignalRow};

use crate::board::Board;
use crate::chance::Chance;
use crate::crew::{Body, Tap};
use crate::desk::{Desk, DeskAct};
use crate::kept::Database;
use crate::mishaps::Mishap;
use crate::scenario::{Line, Scenario, nth_id, number_of};

/// The streams of chance: what is drawn for one thing does not move another.
pub(crate) const OF_CREW: u64 = 1;
pub(crate) const OF_DESK: u64 = 2;
pub(crate) const OF_DEVICES: u64 = 3;
pub(crate) const OF_MISHAPS: u64 = 4;

/// Kinds of identities, beside those of the scenario.
const OFFERS: u8 = 10;
const TICKETS: u8 = 11;
pub(crate) const SIGNALS: u8 = 12;

/// So many lines of the story are kept.
const STORY_LINES: usize = 30;

/// A loop that looks so often at one moment decides nothing any more.
const LOOKS_AT_ONE_MOMENT: u32 = 2_000;

/// Something that will happen.
#[derive(Debug)]
pub(crate) enum Happening {
    /// A device sends a frame.
    Sends { press: usize, alarm: Box<Alarm>, tries: u32 },
    /// A senior calls.
    Calls { press: usize },
    /// A device tells where it is.
    Locates { press: usize },
    /// An offer reaches a telephone.
    Rings { staff: usize, offer: OfferId },
    /// A responder taps.
    Taps(Tap),
    /// A responder sets out.
    SetsOut { staff: usize, offer: OfferId },
    /// A responder is at the end of the way with this number.
    Arrives { staff: usize, leg: u64 },
    /// A responder learns that an offer is over.
    Hears { staff: usize, offer: OfferId },
    /// A telephone is heard of again.
    HeardAgain { staff: usize },
    /// Duty changes.
    Duty { staff: usize, on: bool },
    /// Somebody waits elsewhere from now on.
    Waits { staff: usize, at: LatLon },
    /// Somebody at the desk acts.
    Desk { ticket: TicketId, act: DeskAct },
    /// So many operators are at the desk from now on.
    AtDesk(u32),
    /// The board learns of a commit.
    Learns(Arc<Advance>),
    /// The board is read anew.
    Rereads,
    /// The service is back, as the life with this number.
    Up { life: u64 },
    /// Telephones report again after the service was away.
    Reports,
    /// Something goes wrong.
    Goes(Mishap),
}

/// What a step did, for those who check it.
#[derive(Debug, Default)]
pub struct Ledger {
    /// What was committed.
    pub advances: Vec<Arc<Advance>>,
    /// Signals that were recorded.
    pub signals: Vec<SignalRow>,
    /// What devices were answered, by the numbers of their presses.
    pub acknowledged: Vec<(usize, Recorded)>,
    /// What should never be: an SOS refused, a ticket that cannot be read, a loop that spins.
    pub complaints: Vec<String>,
}

/// A district being played.
#[derive(Debug)]
pub struct World<'s> {
    pub(crate) scenario: &'s Scenario,
    pub(crate) policy: Policy,
    pub(crate) database: Database,
    pub(crate) board: Board,
    /// True time, milliseconds.
    pub(crate) t: i64,
    /// How far the service's clock is ahead of it.
    pub(crate) offset_ms: i64,
    pub(crate) agenda: BTreeMap<(i64, u64), Happening>,
    scheduled: u64,
    /// When the loop looks next, true time.
    pub(crate) look_at: Option<i64>,
    looks: (i64, u32),
    pub(crate) refused_in_a_row: u32,
    /// How often the service was started.
    pub(crate) life: u64,
    pub(crate) is_up: bool,
    /// Whether the board misses a commit, until it is read anew.
    pub(crate) is_behind: bool,
    /// How many commits are on their way to the board.
    pub(crate) on_their_way: u32,
    /// When the clock was last set, or the service started, true time.
    pub(crate) disturbed_at: i64,
    pub(crate) reported_at: i64,
    pub(crate) reports_from: i64,
    pub(crate) crew: Vec<Body>,
    pub(crate) desk: Desk,
    /// Tickets behind which somebody needs help.
    pub(crate) in_need: HashSet<TicketId>,
    pub(crate) ids: Numbered,
    pub(crate) mishaps: Chance,
    pub(crate) is_calm: bool,
    ledger: Ledger,
    story: Option<VecDeque<String>>,
}

/// Identities of offers: counted.
#[derive(Debug, Default)]
pub(crate) struct Numbered(AtomicU64);

impl Ids for Numbered {
    fn next(&self) -> uuid::Uuid {
        nth_id(OFFERS, self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// Returns the identity of the ticket that a press opens, if it opens one: the same whatever else
/// happens, so that the same people meet it under every policy.
pub(crate) fn ticket_of_press(press: usize) -> TicketId {
    TicketId(nth_id(TICKETS, press as u64))
}

/// Returns the press that opened a ticket.
pub(crate) fn press_of_ticket(ticket: TicketId) -> usize {
    number_of(ticket.0) as usize
}

impl<'s> World<'s> {
    /// Returns a district as it is at the beginning of a scenario.
    #[must_use]
    pub fn new(scenario: &'s Scenario, policy: &Policy) -> Self {
        Self::with(scenario, policy, false)
    }

    /// Returns the same, with the whole history kept and the last happenings told as a story.
    #[must_use]
    pub fn watched(scenario: &'s Scenario, policy: &Policy) -> Self {
        Self::with(scenario, policy, true)
    }

    fn with(scenario: &'s Scenario, policy: &Policy, is_watched: bool) -> Self {
        let database = Database::new(
            scenario.district.clone(),
            policy.clone(),
            scenario.devices(),
            scenario.responders(),
            is_watched,
        );
        let t = scenario.from.0;
        let set = WorkingSet::new(scenario.district.clone());
        let people = database.responders().cloned();
        let board = Board::read(set, Vec::new(), people, &scenario.ways, policy, UnixMs(t));
        let mut world = Self {
            scenario,
            policy: policy.clone(),
            database,
            board,
            t,
            offset_ms: 0,
            agenda: BTreeMap::new(),
            scheduled: 0,
            look_at: None,
            looks: (t, 0),
            refused_in_a_row: 0,
            life: 0,
            is_up: true,
            is_behind: false,
            on_their_way: 0,
            disturbed_at: t,
            reported_at: i64::MIN / 2,
            reports_from: t,
            crew: scenario.staff.iter().enumerate().map(Body::new).collect(),
            desk: Desk::default(),
            in_need: HashSet::new(),
            ids: Numbered::default(),
            mishaps: Chance::new(scenario.seed).about(OF_MISHAPS),
            is_calm: false,
            ledger: Ledger::default(),
            story: is_watched.then(VecDeque::new),
        };
        world.schedule_scenario();
        world
    }

    fn schedule_scenario(&mut self) {
        let scenario = self.scenario;
        for (at, operators) in &scenario.operators {
            self.at(at.0, Happening::AtDesk(*operators));
        }
        for (staff, who) in scenario.staff.iter().enumerate() {
            for &(at, on) in &who.duty {
                self.at(at.0, Happening::Duty { staff, on });
            }
            for &(at, place) in &who.seen_at {
                self.at(at.0, Happening::Waits { staff, at: place });
            }
        }
        for press in 0..scenario.presses.len() {
            self.schedule_press(press);
        }
        self.schedule_mishaps();
    }

    // --- Reading -------------------------------------------------------------------------------

    /// Returns what is kept.
    #[must_use]
    pub const fn database(&self) -> &Database {
        &self.database
    }

    /// Returns what the service knows in memory.
    #[must_use]
    pub const fn board(&self) -> &Board {
        &self.board
    }

    /// Returns the policy that is followed.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Returns true time, milliseconds.
    #[must_use]
    pub const fn true_ms(&self) -> i64 {
        self.t
    }

    /// Returns what the service's clock shows.
    #[must_use]
    pub const fn now(&self) -> UnixMs {
        UnixMs(self.t + self.offset_ms)
    }

    /// Returns the true time of what the service's clock calls so.
    #[must_use]
    pub const fn true_time_of(&self, at: UnixMs) -> i64 {
        at.0 - self.offset_ms
    }

    /// Returns when the clock was last set or the service last started, true time.
    #[must_use]
    pub const fn disturbed_at(&self) -> i64 {
        self.disturbed_at
    }

    /// Returns whether the service is there at present.
    #[must_use]
    pub const fn is_up(&self) -> bool {
        self.is_up
    }

    /// Returns how often the service has died.
    #[must_use]
    pub const fn restarts(&self) -> u64 {
        self.life
    }

    /// Returns whether the board has learned of every commit.
    #[must_use]
    pub const fn is_board_current(&self) -> bool {
        self.is_up && !self.is_behind && self.on_their_way == 0
    }

    /// Returns what the last step did.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Returns the last happenings, oldest first.
    pub fn story(&self) -> impl Iterator<Item = &str> {
        self.story.iter().flatten().map(String::as_str)
    }

    /// Returns how far everybody went for others: metres and milliseconds.
    #[must_use]
    pub fn travelled(&self) -> (f64, i64) {
        let sum = |(m, ms): (f64, i64), body: &Body| (m + body.travelled_m, ms + body.travelled_ms);
        self.crew.iter().fold((0.0, 0), sum)
    }

    /// Returns how a press came.
    #[must_use]
    pub fn line_of(&self, press: usize) -> Line {
        self.scenario.presses.get(press).map_or(Line::Unknown, |press| press.line)
    }

    /// Returns whether somebody behind this ticket needs help.
    #[must_use]
    pub fn is_in_need(&self, ticket: TicketId) -> bool {
        self.in_need.contains(&ticket)
    }

    // --- Going on ------------------------------------------------------------------------------

    /// Lets the next thing happen. Returns false when nothing ever will again.
    pub fn step(&mut self) -> bool {
        self.ledger = Ledger::default();
        let next = self.agenda.first_key_value().map(|((at, _), _)| *at);
        let look = self.look_at.filter(|_| self.is_up);
        match (next, look) {
            (None, None) => return false,
            (Some(at), Some(look)) if at > look => self.look(look),
            (None, Some(look)) => self.look(look),
            (Some(_), _) => {
                if let Some(((at, _), happening)) = self.agenda.pop_first() {
                    self.t = self.t.max(at);
                    self.happen(happening);
                }
            }
        }
        true
    }

    /// Ends what goes wrong: the desk is manned, clocks and machines behave, and what is open runs out.
    pub fn calm_down(&mut self) {
        self.is_calm = true;
        self.say(|| "calm: everybody is there, nothing goes wrong any more".into());
        self.at(self.t, Happening::AtDesk(4));
        for staff in 0..self.crew.len() {
            self.at(self.t, Happening::Duty { staff, on: true });
        }
    }

    fn look(&mut self, at: i64) {
        self.t = self.t.max(at);
        self.looks = if self.looks.0 == self.t { (self.t, self.looks.1 + 1) } else { (self.t, 1) };
        if self.looks.1 > LOOKS_AT_ONE_MOMENT {
            self.complain("the loop decides for ever at one moment".into());
            self.look_at = Some(self.t + 1_000);
            return;
        }
        self.look_around();
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Sends { press, alarm, tries } => self.sends(press, alarm, tries),
            Happening::Calls { press } => self.calls(press),
            Happening::Locates { press } => self.locates(press),
            Happening::Rings { staff, offer } => self.rings(staff, offer),
            Happening::Taps(tap) => self.taps(tap),
            Happening::SetsOut { staff, offer } => self.sets_out(staff, offer),
            Happening::Arrives { staff, leg } => self.arrives(staff, leg),
            Happening::Hears { staff, offer } => self.hears(staff, offer),
            Happening::HeardAgain { staff } => self.heard_again(staff),
            Happening::Duty { staff, on } => self.duty(staff, on),
            Happening::Waits { staff, at } => self.waits(staff, at),
            Happening::Desk { ticket, act } => self.acts(ticket, act),
            Happening::AtDesk(operators) => self.at_desk(operators),
            Happening::Learns(advance) => {
                self.on_their_way = self.on_their_way.saturating_sub(1);
                self.learn(&advance);
            }
            Happening::Rereads => self.reread(),
            Happening::Up { life } => self.come_up(life),
            Happening::Reports => self.report(),
            Happening::Goes(mishap) => self.goes_wrong(mishap),
        }
    }

    // --- For all -------------------------------------------------------------------------------

    /// Lets something happen at a true time.
    pub(crate) fn at(&mut self, t: i64, happening: Happening) {
        self.scheduled += 1;
        self.agenda.insert((t, self.scheduled), happening);
    }

    /// Lets something happen after so many milliseconds.
    pub(crate) fn after(&mut self, ms: i64, happening: Happening) {
        self.at(self.t.saturating_add(ms.max(0)), happening);
    }

    /// Returns the chance of a stream.
    pub(crate) fn chance(&self, stream: u64) -> Chance {
        Chance::new(self.scenario.seed).about(stream)
    }

    /// Tells the story on, where somebody listens.
    pub(crate) fn say(&mut self, line: impl FnOnce() -> String) {
        let (t, from, offset_ms) = (self.t, self.scenario.from.0, self.offset_ms);
        let Some(story) = &mut self.story else { return };
        if story.len() == STORY_LINES {
            story.pop_front();
        }
        let s = (t - from) as f64 / 1_000.0;
        let clock = if offset_ms == 0 {
            String::new()
        } else {
            format!(" (clock {:+} s)", offset_ms / 1_000)
        };
        story.push_back(format!("{s:>10.3} s{clock}  {}", line()));
    }

    pub(crate) fn complain(&mut self, what: String) {
        self.say(|| what.clone());
        self.ledger.complaints.push(what);
    }

    pub(crate) fn ledger_mut(&mut self) -> &mut Ledger {
        &mut self.ledger
    }
}
