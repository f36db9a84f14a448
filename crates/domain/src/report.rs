//! Reports of the past (报表): tickets put together by time, place, person or ring, and what each group came
//! to. Fed one ticket at a time, so that a year need not lie in memory.

use std::collections::BTreeMap;

use crate::figures::{
    LATE_S, eta_error_s, is_accidental, is_attended, is_called_back, is_complained_of,
    is_emergency, is_escalated, is_false_alarm, is_graded, is_reopened,
};
use crate::{
    AskedAnswer, MEASURES, Phase, ResponderId, ResponseFacts, Standing, Times, UnixMs, is_date,
    who_went,
};

/// What people who gave no village or category are called.
const UNKNOWN: &str = "unknown";

/// An hour as a district's clock shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalHour {
    /// The day, counted from 1970-01-01.
    pub day: i32,
    /// The hour, 0 to 23.
    pub hour: u8,
}

impl LocalHour {
    /// Returns the day of the week, Monday is 0.
    #[must_use]
    pub const fn weekday(self) -> usize {
        // 1970-01-01 was a Thursday.
        (self.day as i64 + 3).rem_euclid(7).unsigned_abs() as usize
    }

    const fn monday(self) -> i32 {
        self.day - self.weekday() as i32
    }
}

/// Returns year, month and day of the month of a day counted from 1970-01-01.
const fn civil(day: i32) -> (i64, u8, u8) {
    // In eras of 400 years that begin on 1 March, so that a leap day is the last of its year.
    let since = day as i64 + 719_468;
    let (era, of_era) = (since.div_euclid(146_097), since.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + (month <= 2) as i64;
    (year, month.unsigned_abs() as u8, day.unsigned_abs() as u8)
}

fn in_words(day: i32) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// By what tickets are put together in a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportBy {
    /// The hour of the district's clock in which they were received.
    Hour,
    /// The day.
    Day,
    /// The week; it begins on Monday.
    Week,
    /// The month.
    Month,
    /// The senior's village as it was written then.
    Village,
    /// Why the service is free for the senior.
    Category,
    /// Who went; a ticket to which two went is in both groups.
    Responder,
    /// The ring in which people were last asked.
    Ring,
}

impl ReportBy {
    /// Every way.
    pub const ALL: [Self; 8] = [
        Self::Hour,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Village,
        Self::Category,
        Self::Responder,
        Self::Ring,
    ];

    /// Returns its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Village => "village",
            Self::Category => "category",
            Self::Responder => "responder",
            Self::Ring => "ring",
        }
    }

    /// Returns how long a span may be, days.
    #[must_use]
    pub const fn longest_days(self) -> i64 {
        match self {
            Self::Hour => 31,
            Self::Day
            | Self::Week
            | Self::Month
            | Self::Village
            | Self::Category
            | Self::Responder
            | Self::Ring => 400,
        }
    }
}

/// Which group, in the order of time, of names, of rings.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReportKey {
    /// An hour.
    Hour(LocalHour),
    /// A day, counted from 1970-01-01.
    Day(i32),
    /// A week, by its Monday.
    Week(i32),
    /// A year and a month.
    Month(i64, u8),
    /// A village or a category.
    Word(String),
    /// Somebody who went or was asked.
    Responder(ResponderId),
    /// A ring, minutes.
    Ring(u16),
}

impl std::fmt::Display for ReportKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Hour(hour) => write!(f, "{}T{:02}:00", in_words(hour.day), hour.hour),
            Self::Day(day) | Self::Week(day) => f.write_str(&in_words(*day)),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Word(word) => f.write_str(word),
            Self::Responder(id) => id.fmt(f),
            Self::Ring(min) => min.fmt(f),
        }
    }
}

/// How many offers came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OffersAsked {
    /// All of them, those without an answer too.
    pub asked: usize,
    /// Said yes, and were not taken back.
    pub accepted: usize,
    /// Said no, or gave it back.
    pub declined: usize,
    /// Did not answer in time.
    pub expired: usize,
    /// Were taken back.
    pub withdrawn: usize,
}

impl OffersAsked {
    fn add(&mut self, answer: AskedAnswer) {
        self.asked += 1;
        match answer {
            AskedAnswer::Waits => {}
            AskedAnswer::Accepted => self.accepted += 1,
            AskedAnswer::Declined => self.declined += 1,
            AskedAnswer::Expired => self.expired += 1,
            AskedAnswer::Withdrawn => self.withdrawn += 1,
        }
    }
}

/// How tickets stand to a measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// In time.
    pub inside: usize,
    /// Too late, or still waiting and too late already.
    pub outside: usize,
    /// Still waiting, and in time so far.
    pub pending: usize,
}

impl Shares {
    /// Returns the share in time of those of which it is known, 0 to 1; `None` when it is of none.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        let known = self.inside + self.outside;
        (known > 0).then(|| self.inside as f64 / known as f64)
    }
}

/// What a group of tickets came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReportRow {
    /// Tickets.
    pub tickets: usize,
    /// Of them, emergencies.
    pub emergencies: usize,
    /// Emergencies at whose door somebody was.
    pub attended: usize,
    /// Accidents, faults of devices, abuse of the key.
    pub false_alarms: usize,
    /// Of them, accidents.
    pub accidental: usize,
    /// Tickets that were escalated to anybody.
    pub escalated: usize,
    /// Tickets that were opened again.
    pub reopened: usize,
    /// Tickets with which somebody was dissatisfied.
    pub complaints: usize,
    /// Tickets whose senior was called back.
    pub called_back: usize,
    /// How many said how satisfied they were.
    pub satisfied_n: usize,
    /// The mean of what they said; `None` where nobody said it.
    pub satisfied_mean: Option<f64>,
    /// How they stand to each of [`MEASURES`], in its order.
    pub measures: [Shares; MEASURES.len()],
    /// The times of each of [`ReportRow::PHASES`], in its order.
    pub phases: [Phase; 6],
    /// How much longer the way of the first who arrived took than was thought, seconds; less than
    /// nothing where it was shorter.
    pub eta_error: Phase,
    /// Ways that took longer than was thought by more than two minutes, of those known, 0 to 1.
    pub late_share: Option<f64>,
    /// What became of asking people.
    pub offers: OffersAsked,
}

impl ReportRow {
    /// The names of the phases: answer, offer, close and reach begin with receiving, accept and arrive with
    /// the first offer; reach and arrive end with the first at the door.
    pub const PHASES: [&'static str; 6] = ["answer", "offer", "accept", "arrive", "close", "reach"];
}

/// Returns how long each phase took, seconds. A step that by a clock set back came before its beginning took
/// no time.
fn phases(times: &Times) -> [Option<f64>; 6] {
    let took = |from: Option<UnixMs>, to: Option<UnixMs>| {
        Some(to?.since_ms(from?).max(0) as f64 / 1_000.0)
    };
    let (received, offered) = (Some(times.received), times.first_offered);
    [
        took(received, times.answered),
        took(received, offered),
        took(offered, times.accepted),
        took(offered, times.on_scene),
        took(received, times.closed),
        took(received, times.on_scene),
    ]
}

/// A row that is being made.
#[derive(Debug, Default)]
struct RowMaker {
    row: ReportRow,
    phases: [Vec<f64>; 6],
    eta_errors: Vec<f64>,
    satisfied: u64,
}

impl RowMaker {
    fn add(&mut self, facts: &ResponseFacts, now: UnixMs) {
        let row = &mut self.row;
        row.tickets += 1;
        row.emergencies += usize::from(is_emergency(facts));
        row.attended += usize::from(is_attended(facts));
        row.false_alarms += usize::from(is_false_alarm(facts));
        row.accidental += usize::from(is_accidental(facts));
        row.escalated += usize::from(is_escalated(facts));
        row.reopened += usize::from(is_reopened(facts));
        row.complaints += usize::from(is_complained_of(facts));
        row.called_back += usize::from(is_called_back(facts));
        row.satisfied_n += usize::from(is_graded(facts));
        self.satisfied += u64::from(facts.satisfaction.unwrap_or_default());
        for (measure, shares) in MEASURES.iter().zip(&mut row.measures) {
            match measure.standing(facts, now) {
                None => {}
                Some(Standing::Inside(_)) => shares.inside += 1,
                Some(Standing::Outside(_)) => shares.outside += 1,
                Some(Standing::Pending(_)) => shares.pending += 1,
            }
        }
        for (took, all) in phases(&facts.times).into_iter().zip(&mut self.phases) {
            all.extend(took);
        }
        self.eta_errors.extend(eta_error_s(facts));
    }

    fn finish(mut self) -> ReportRow {
        let row = &mut self.row;
        let late = self.eta_errors.iter().filter(|error| **error > LATE_S).count();
        let known = self.eta_errors.len();
        row.late_share = (known > 0).then(|| late as f64 / known as f64);
        row.satisfied_mean =
            (row.satisfied_n > 0).then(|| self.satisfied as f64 / row.satisfied_n as f64);
        row.phases = self.phases.map(Phase::of);
        row.eta_error = Phase::of(self.eta_errors);
        self.row
    }
}

/// A group of a report.
pub type ReportGroup = (ReportKey, ReportRow);

/// A report that is being made.
#[derive(Debug)]
pub struct Reporter {
    by: ReportBy,
    now: UnixMs,
    total: RowMaker,
    groups: BTreeMap<ReportKey, RowMaker>,
}

impl Reporter {
    /// Begins a report; what still runs is measured until `now`.
    #[must_use]
    pub fn new(by: ReportBy, now: UnixMs) -> Self {
        Self { by, now, total: RowMaker::default(), groups: BTreeMap::new() }
    }

    /// Takes in a ticket that was received in this hour of its district's clock, with its senior's category
    /// where that is known. One that is not counted changes nothing.
    pub fn add(&mut self, facts: &ResponseFacts, hour: LocalHour, category: Option<&str>) {
        if !facts.is_counted {
            return;
        }
        self.total.add(facts, self.now);
        for asked in &facts.asked {
            self.total.row.offers.add(asked.answer);
        }
        let Some(key) = key_of(self.by, facts, hour, category) else {
            return self.add_by_responder(facts);
        };
        let group = self.groups.entry(key).or_default();
        group.add(facts, self.now);
        for asked in &facts.asked {
            group.row.offers.add(asked.answer);
        }
    }

    /// A ticket belongs to whoever went there, an offer to whoever got it.
    fn add_by_responder(&mut self, facts: &ResponseFacts) {
        for asked in &facts.asked {
            let group = self.groups.entry(ReportKey::Responder(asked.responder)).or_default();
            group.row.offers.add(asked.answer);
        }
        for who in who_went(&facts.asked) {
            self.groups.entry(ReportKey::Responder(who)).or_default().add(facts, self.now);
        }
    }

    /// Returns the total, and the groups in the order of their keys.
    #[must_use]
    pub fn finish(self) -> (ReportRow, Vec<ReportGroup>) {
        let groups = self.groups.into_iter().map(|(key, made)| (key, made.finish())).collect();
        (self.total.finish(), groups)
    }
}

fn word(word: Option<&str>) -> ReportKey {
    let known = word.map(str::trim).filter(|word| !word.is_empty());
    ReportKey::Word(known.unwrap_or(UNKNOWN).to_owned())
}

/// Returns the one group that a ticket is in; `None` by responder, for it is with everybody who went.
fn key_of(
    by: ReportBy,
    facts: &ResponseFacts,
    hour: LocalHour,
    category: Option<&str>,
) -> Option<ReportKey> {
    Some(match by {
        ReportBy::Hour => ReportKey::Hour(hour),
        ReportBy::Day => ReportKey::Day(hour.day),
        ReportBy::Week => ReportKey::Week(hour.monday()),
        ReportBy::Month => {
            let (year, month, _) = civil(hour.day);
            ReportKey::Month(year, month)
        }
        ReportBy::Village => word(Some(&facts.village)),
        ReportBy::Category => word(category),
        ReportBy::Ring => ReportKey::Ring(facts.ring_min),
        ReportBy::Responder => return None,
    })
}

/// A group of a report by name, as the report named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedGroup {
    /// By what tickets were put together.
    pub by: ReportBy,
    /// Its key, as [`ReportKey`] is written.
    pub key: String,
}

impl NamedGroup {
    /// Returns whether a ticket that was received in this hour of its district's clock is in it.
    #[must_use]
    pub fn has(&self, facts: &ResponseFacts, hour: LocalHour, category: Option<&str>) -> bool {
        match key_of(self.by, facts, hour, category) {
            Some(key) => key.to_string() == self.key,
            None => who_went(&facts.asked).iter().any(|who| self.is(*who)),
        }
    }

    /// Returns whether a report by this may have such a key; one that no ticket is in is possible.
    #[must_use]
    pub fn may_be(&self) -> bool {
        match self.by {
            ReportBy::Hour => self.key.split_once('T').is_some_and(|(day, hour)| {
                let hours = hour.strip_suffix(":00").filter(|hour| hour.len() == 2);
                is_date(day) && hours.and_then(|it| it.parse().ok()).is_some_and(|it: u8| it < 24)
            }),
            ReportBy::Day | ReportBy::Week => is_date(&self.key),
            ReportBy::Month => is_date(&format!("{}-01", self.key)),
            ReportBy::Village | ReportBy::Category => !self.key.is_empty(),
            ReportBy::Responder => self.key.parse::<ResponderId>().is_ok(),
            ReportBy::Ring => self.key.parse::<u16>().is_ok(),
        }
    }

    /// Returns whether it is somebody's.
    #[must_use]
    pub fn is_of_responders(&self) -> bool {
        self.by == ReportBy::Responder
    }

    /// Returns whether it is this responder's.
    #[must_use]
    pub fn is(&self, who: ResponderId) -> bool {
        self.is_of_responders() && who.to_string() == self.key
    }
}

/// How many tickets were received in each hour of a week, Monday first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heat {
    /// All that reports count.
    pub all: [[u32; 24]; 7],
    /// Of them, emergencies.
    pub emergencies: [[u32; 24]; 7],
    /// Of them, false alarms.
    pub false_alarms: [[u32; 24]; 7],
}

impl Heat {
    /// Takes in a ticket that was received in this hour of its district's clock.
    pub fn add(&mut self, facts: &ResponseFacts, hour: LocalHour) {
        let counts = [
            (&mut self.all, facts.is_counted),
            (&mut self.emergencies, facts.is_counted && facts.is_emergency),
            (&mut self.false_alarms, facts.is_counted && is_false_alarm(facts)),
        ];
        for (week, counts) in counts {
            let day = week.get_mut(hour.weekday());
            if let Some(n) = day.and_then(|day| day.get_mut(usize::from(hour.hour))) {
                *n += u32::from(counts);
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{
        AskedFacts, Cause, Channel, EscalationTarget, Kind, Outcome, TeamRole, TicketId, Urgency,
    };
    use uuid::Uuid;

    /// The facts of an emergency with these times.
    pub(crate) fn facts_of(times: Times) -> ResponseFacts {
        ResponseFacts {
            ticket: TicketId(Uuid::from_u128(7)),
            number: 7,
            times,
            is_emergency: true,
            ring_min: 10,
            went: Vec::new(),
            is_counted: true,
            senior: None,
            village: "North".into(),
            kind: Kind::Sos,
            urgency: Urgency::Urgent,
            channel: Channel::Device,
            outcome: None,
            cause: None::<Cause>,
            flags: Vec::new(),
            asked: Vec::new(),
            escalated_to: Vec::new(),
            complaints: 0,
            satisfaction: None,
            reopened: 0,
        }
    }

    const NOON: UnixMs = UnixMs(1_700_000_000_000);

    const HOUR: LocalHour = LocalHour { day: 20_000, hour: 9 };

    fn ticket(change: impl FnOnce(&mut ResponseFacts)) -> ResponseFacts {
        let mut facts = facts_of(Times::opened(None, NOON, NOON));
        change(&mut facts);
        facts
    }

    fn asked(n: u128, answer: AskedAnswer, there_after_s: Option<i64>) -> AskedFacts {
        AskedFacts {
            responder: ResponderId(Uuid::from_u128(n)),
            role: TeamRole::Lead,
            answer,
            eta_s: 300,
            offered_at: NOON,
            accepted_at: (answer == AskedAnswer::Accepted).then_some(NOON),
            on_scene_at: there_after_s.map(|s| NOON.plus_s(s)),
        }
    }

    fn report(
        by: ReportBy,
        tickets: &[(ResponseFacts, LocalHour)],
    ) -> (ReportRow, Vec<ReportGroup>) {
        let mut reporter = Reporter::new(by, NOON.plus_s(86_400 * 9));
        for (facts, hour) in tickets {
            reporter.add(facts, *hour, Some("over80"));
        }
        reporter.finish()
    }

    fn keys(by: ReportBy, days: &[(i32, u8)]) -> Vec<String> {
        let at = |(day, hour): &(i32, u8)| (ticket(|_| ()), LocalHour { day: *day, hour: *hour });
        let tickets: Vec<_> = days.iter().map(at).collect();
        report(by, &tickets).1.iter().map(|(key, _)| key.to_string()).collect()
    }

    #[test]
    fn days_count_from_the_first_of_january_1970_across_leap_years() {
        assert_eq!(in_words(0), "1970-01-01");
        assert_eq!(in_words(-1), "1969-12-31");
        assert_eq!(in_words(19_782), "2024-02-29");
        assert_eq!(in_words(19_783), "2024-03-01");
        assert_eq!(in_words(11_016), "2000-02-29");
    }

    #[test]
    fn hours_days_weeks_and_months_begin_where_the_clock_says() {
        // 2024-02-29 was a Thursday, 2024-03-03 a Sunday.
        let days = [(19_782, 23), (19_783, 0), (19_785, 12), (19_786, 0)];
        let hours =
            ["2024-02-29T23:00", "2024-03-01T00:00", "2024-03-03T12:00", "2024-03-04T00:00"];
        assert_eq!(keys(ReportBy::Hour, &days), hours);
        assert_eq!(
            keys(ReportBy::Day, &days),
            ["2024-02-29", "2024-03-01", "2024-03-03", "2024-03-04"]
        );
        assert_eq!(keys(ReportBy::Week, &days), ["2024-02-26", "2024-03-04"]);
        assert_eq!(keys(ReportBy::Month, &days), ["2024-02", "2024-03"]);
    }

    #[test]
    fn a_team_of_two_is_in_both_groups_and_each_has_only_the_own_offers() {
        let both = ticket(|it| {
            it.asked = vec![
                asked(1, AskedAnswer::Accepted, Some(400)),
                asked(2, AskedAnswer::Accepted, Some(500)),
                asked(3, AskedAnswer::Declined, None),
            ];
        });
        let (total, groups) = report(ReportBy::Responder, &[(both, HOUR)]);
        assert_eq!((total.tickets, total.offers.asked, total.offers.accepted), (1, 3, 2));
        let counts: Vec<_> = groups
            .iter()
            .map(|(_, row)| (row.tickets, row.offers.asked, row.offers.accepted))
            .collect();
        assert_eq!(counts, [(1, 1, 1), (1, 1, 1), (0, 1, 0)], "who always says no is seen, too");
    }

    #[test]
    fn the_way_is_of_the_first_at_the_door_and_unknown_where_nobody_said_when_it_began() {
        let late = ticket(|it| {
            it.asked = vec![
                asked(1, AskedAnswer::Accepted, Some(900)),
                asked(2, AskedAnswer::Accepted, Some(421)),
            ];
        });
        let at_once = ticket(|it| it.asked = vec![asked(1, AskedAnswer::Accepted, Some(0))]);
        let (total, _) = report(ReportBy::Day, &[(late, HOUR), (at_once, HOUR)]);
        assert_eq!((total.eta_error.n, total.eta_error.p50_s), (1, 121.0));
        assert_eq!(total.late_share, Some(1.0), "two minutes and a second");
    }

    #[test]
    fn what_is_open_opened_again_called_off_or_a_test_is_counted_as_what_it_is() {
        let tickets = [
            ticket(|_| ()),
            ticket(|it| (it.reopened, it.complaints) = (2, 3)),
            ticket(|it| it.outcome = Some(Outcome::Accidental)),
            ticket(|it| it.outcome = Some(Outcome::DeviceFault)),
            ticket(|it| it.is_counted = false),
            ticket(|it| it.escalated_to = vec![EscalationTarget::Ambulance]),
            ticket(|it| (it.satisfaction, it.times.followed_up) = (Some(4), Some(NOON))),
        ];
        let (total, _) = report(ReportBy::Day, &tickets.map(|facts| (facts, HOUR)));
        assert_eq!((total.tickets, total.emergencies, total.attended), (6, 6, 0));
        assert_eq!((total.false_alarms, total.accidental), (2, 1));
        assert_eq!((total.reopened, total.complaints, total.escalated), (1, 1, 1));
        assert_eq!((total.called_back, total.satisfied_n, total.satisfied_mean), (1, 1, Some(4.0)));
        assert_eq!(total.phases[4].n, 0, "none is closed");
    }

    #[test]
    fn a_clock_that_was_set_back_takes_no_time_and_none_away() {
        let odd = ticket(|it| it.times.answered = Some(NOON.plus_s(-5)));
        let (total, _) = report(ReportBy::Day, &[(odd, HOUR)]);
        assert_eq!((total.phases[0].n, total.phases[0].p50_s), (1, 0.0));
        assert_eq!(total.measures[0], Shares { inside: 1, outside: 0, pending: 0 });
    }

    #[test]
    fn nobody_s_tickets_are_of_an_unknown_village_and_category() {
        let nobody = ticket(|it| it.village = String::new());
        let mut reporter = Reporter::new(ReportBy::Category, NOON);
        reporter.add(&nobody, HOUR, None);
        assert_eq!(reporter.finish().1[0].0.to_string(), "unknown");
        assert_eq!(report(ReportBy::Village, &[(nobody, HOUR)]).1[0].0.to_string(), "unknown");
    }

    #[test]
    fn a_month_without_tickets_has_no_group_and_no_share() {
        let (total, groups) = report(ReportBy::Month, &[]);
        assert_eq!((total, groups), (ReportRow::default(), Vec::new()));
    }

    #[test]
    fn a_week_of_hours_begins_on_monday() {
        let mut heat = Heat::default();
        heat.add(&ticket(|_| ()), LocalHour { day: 19_786, hour: 0 });
        heat.add(&ticket(|it| it.is_emergency = false), LocalHour { day: 19_785, hour: 23 });
        heat.add(&ticket(|it| it.is_counted = false), LocalHour { day: 19_785, hour: 23 });
        assert_eq!((heat.all[0][0], heat.all[6][23], heat.emergencies[6][23]), (1, 1, 0));
        assert_eq!(heat.all.iter().flatten().sum::<u32>(), 2);
    }

    #[test]
    fn a_percentile_lies_between_the_two_beside_it() {
        let phase = Phase::of(vec![4.0, 1.0, 3.0, 2.0, 5.0, 2.0]);
        assert_eq!((phase.p50_s, phase.p90_s), (2.5, 4.5));
        assert!((phase.p99_s - 4.95).abs() < 1e-9);
        let one = Phase::of(vec![7.0]);
        assert_eq!((one.p50_s, one.p90_s, one.p99_s), (7.0, 7.0, 7.0));
    }
}
