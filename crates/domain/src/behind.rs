//! The tickets behind a figure of a report: every number can be looked through.

use std::cmp::Reverse;

use crate::figures::is_work;
use crate::{
    Figure, FigureRule, LocalHour, Measure, NamedGroup, ResponseFacts, Standing, TicketId, UnixMs,
};

/// On which side of a measure a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// In time.
    Inside,
    /// Too late.
    Outside,
    /// Neither yet.
    Pending,
}

impl Side {
    /// Every side.
    pub const ALL: [Self; 3] = [Self::Inside, Self::Outside, Self::Pending];

    /// Returns its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Outside => "outside",
            Self::Pending => "pending",
        }
    }

    /// Returns how long a ticket on this side took, milliseconds.
    const fn took_ms(self, standing: Standing) -> Option<i64> {
        match (self, standing) {
            (Self::Inside, Standing::Inside(ms))
            | (Self::Outside, Standing::Outside(ms))
            | (Self::Pending, Standing::Pending(ms)) => Some(ms),
            (Self::Inside, Standing::Outside(_) | Standing::Pending(_))
            | (Self::Outside, Standing::Inside(_) | Standing::Pending(_))
            | (Self::Pending, Standing::Inside(_) | Standing::Outside(_)) => None,
        }
    }
}

/// Which figure.
#[derive(Clone, Copy, Debug)]
pub enum FigureAsked {
    /// A measure, and one side of it.
    Measure(&'static Measure, Side),
    /// A figure.
    Figure(&'static Figure),
}

/// A ticket behind a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketBehind {
    /// Which.
    pub ticket: TicketId,
    /// Its number, for people.
    pub number: u64,
    /// When it was received.
    pub received: UnixMs,
    /// How long it took or has taken, milliseconds; `None` behind a figure that is no measure.
    pub took_ms: Option<i64>,
}

/// Tickets behind a figure, being found: whoever took longest first, then the latest.
#[derive(Debug)]
pub struct TicketsBehind {
    asked: FigureAsked,
    group: Option<NamedGroup>,
    now: UnixMs,
    most: usize,
    found: Vec<TicketBehind>,
    count: usize,
}

impl TicketsBehind {
    /// Begins to look; what still runs is measured until `now`. At most `most` are kept, the others counted.
    #[must_use]
    pub fn new(asked: FigureAsked, group: Option<NamedGroup>, now: UnixMs, most: usize) -> Self {
        Self { asked, group, now, most, found: Vec::new(), count: 0 }
    }

    /// Takes in a ticket that was received in this hour of its district's clock, with its senior's category
    /// where that is known. One that is not counted changes nothing.
    pub fn add(&mut self, facts: &ResponseFacts, hour: LocalHour, category: Option<&str>) {
        let is_of_work =
            matches!(self.asked, FigureAsked::Figure(Figure { rule: FigureRule::Work(_), .. }));
        let is_looked_at = if is_of_work { is_work(facts) } else { facts.is_counted };
        if !is_looked_at {
            return;
        }
        let took_ms = match self.asked {
            FigureAsked::Measure(measure, side) => {
                let standing = measure.standing(facts, self.now);
                let Some(ms) = standing.and_then(|standing| side.took_ms(standing)) else { return };
                Some(ms)
            }
            FigureAsked::Figure(figure) => {
                if !self.stands_behind(figure.rule, facts) {
                    return;
                }
                None
            }
        };
        let is_of_offers =
            matches!(self.asked, FigureAsked::Figure(Figure { rule: FigureRule::Offers(_), .. }));
        let by_responder = self.group.as_ref().is_some_and(NamedGroup::is_of_responders);
        // An offer is with who got it, not with who went; that was looked at.
        if !(is_of_offers && by_responder)
            && self.group.as_ref().is_some_and(|group| !group.has(facts, hour, category))
        {
            return;
        }
        self.count += 1;
        let (ticket, number, received) = (facts.ticket, facts.number, facts.times.received);
        self.found.push(TicketBehind { ticket, number, received, took_ms });
        if self.found.len() >= self.most.saturating_mul(2).max(2) {
            self.keep_the_first();
        }
    }

    fn stands_behind(&self, rule: FigureRule, facts: &ResponseFacts) -> bool {
        match rule {
            FigureRule::Tickets(is) | FigureRule::Work(is) => is(facts),
            FigureRule::Offers(came_to) => facts.asked.iter().any(|asked| {
                let somebodys = self.group.as_ref().filter(|group| group.is_of_responders());
                came_to(asked.answer) && somebodys.is_none_or(|group| group.is(asked.responder))
            }),
            FigureRule::NoTickets => false,
        }
    }

    fn keep_the_first(&mut self) {
        self.found.sort_by_key(|it| Reverse((it.took_ms, it.received, it.number)));
        self.found.truncate(self.most);
    }

    /// Returns the tickets in their order, and how many there are with those that are left out.
    #[must_use]
    pub fn finish(mut self) -> (Vec<TicketBehind>, usize) {
        self.keep_the_first();
        (self.found, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        AskedAnswer, AskedFacts, Outcome, ReportBy, ReportKey, ReportRow, Reporter, ResponderId,
        TeamRole, Times,
    };

    const NOON: UnixMs = UnixMs(1_700_000_000_000);
    const HOUR: LocalHour = LocalHour { day: 19_675, hour: 6 };

    fn facts(number: u64, after_s: i64) -> ResponseFacts {
        let received = NOON.plus_s(i64::from(u32::try_from(number).unwrap_or_default()) * 60);
        let mut times = Times::opened(None, received, received);
        times.answered = Some(received.plus_s(after_s));
        let ticket = TicketId(uuid::Uuid::from_u128(number.into()));
        ResponseFacts { ticket, number, ..crate::report::tests::facts_of(times) }
    }

    fn asked(responder: u128, answer: AskedAnswer) -> AskedFacts {
        AskedFacts {
            responder: ResponderId(uuid::Uuid::from_u128(responder)),
            role: TeamRole::Lead,
            answer,
            eta_s: 300,
            offered_at: NOON,
            accepted_at: None,
            on_scene_at: None,
        }
    }

    fn behind(asked: FigureAsked, group: Option<NamedGroup>, all: &[ResponseFacts]) -> Vec<u64> {
        let mut looking = TicketsBehind::new(asked, group, NOON.plus_s(3_600), 2);
        all.iter().for_each(|facts| looking.add(facts, HOUR, None));
        let (found, count) = looking.finish();
        assert!(found.len() == count.min(2), "{count} of which {} are shown", found.len());
        found.iter().map(|it| it.number).collect()
    }

    #[test]
    fn the_slowest_stand_first_behind_a_measure_and_the_rest_is_counted() {
        let all: Vec<_> = [(1, 30), (2, 90), (3, 5), (4, 20), (5, 60), (6, 16)]
            .map(|(number, after_s)| facts(number, after_s))
            .into();
        let Some(measure) = Measure::of("answered_15s") else { panic!("it is a measure") };
        assert_eq!(behind(FigureAsked::Measure(measure, Side::Outside), None, &all), [2, 5]);
        assert_eq!(behind(FigureAsked::Measure(measure, Side::Inside), None, &all), [3]);
        assert!(behind(FigureAsked::Measure(measure, Side::Pending), None, &all).is_empty());
    }

    #[test]
    fn as_many_tickets_stand_behind_a_figure_as_the_report_says() {
        let mut all: Vec<_> = (1..=7).map(|number| facts(number, 9)).collect();
        all[0].outcome = Some(Outcome::Accidental);
        all[1].outcome = Some(Outcome::Nuisance);
        all[2].outcome = Some(Outcome::Accidental);
        all[2].is_counted = false;
        all[3].complaints = 2;
        all[4].reopened = 1;
        all[5].satisfaction = Some(4);
        all[6].is_emergency = false;
        all[1].times.on_scene = Some(NOON.plus_s(900));
        all[2].times.on_scene = Some(NOON.plus_s(900));
        all[4].escalated_to = vec![crate::EscalationTarget::Ambulance];
        all[5].times.followed_up = Some(NOON.plus_s(9_000));
        let way = |took_s| AskedFacts {
            accepted_at: Some(NOON),
            on_scene_at: Some(NOON.plus_s(took_s)),
            ..asked(1, AskedAnswer::Accepted)
        };
        all[3].asked = vec![way(900), asked(2, AskedAnswer::Declined)];
        all[4].asked =
            vec![way(310), asked(3, AskedAnswer::Expired), asked(4, AskedAnswer::Withdrawn)];
        let mut reporter = Reporter::new(ReportBy::Day, NOON);
        all.iter().for_each(|facts| reporter.add(facts, HOUR, None));
        let (row, groups) = reporter.finish();
        let ReportRow { tickets, emergencies, attended, false_alarms, accidental, .. } = row;
        let counted = [
            ("tickets", tickets),
            ("emergencies", emergencies),
            ("attended", attended),
            ("false_alarms", false_alarms),
            ("accidental", accidental),
            ("escalated", row.escalated),
            ("reopened", row.reopened),
            ("complaints", row.complaints),
            ("called_back", row.called_back),
            ("satisfaction", row.satisfied_n),
            ("eta_error", row.eta_error.n),
            ("late_share", 1),
            ("offers_asked", 2),
            ("offers_accepted", row.offers.accepted),
            ("offers_declined", row.offers.declined),
            ("offers_expired", row.offers.expired),
            ("offers_withdrawn", row.offers.withdrawn),
        ];
        assert!(counted.iter().all(|(_, count)| *count > 0), "nothing is compared with nothing");
        let told = counted.map(|(key, _)| key);
        let with_tickets = crate::FIGURES
            .iter()
            .filter(|it| !matches!(it.rule, FigureRule::NoTickets | FigureRule::Work(_)));
        assert!(with_tickets.map(|it| it.key).eq(told), "every figure of tickets, in its order");
        let day = NamedGroup { by: ReportBy::Day, key: groups[0].0.to_string() };
        assert_eq!(ReportKey::Day(HOUR.day).to_string(), day.key);
        for (key, expected) in counted {
            let Some(figure) = Figure::of(key) else { panic!("{key} is defined") };
            for group in [None, Some(day.clone())] {
                let now = NOON;
                let mut looking = TicketsBehind::new(FigureAsked::Figure(figure), group, now, 500);
                all.iter().for_each(|facts| looking.add(facts, HOUR, None));
                assert_eq!(looking.finish().1, expected, "{key}");
            }
        }
        let elsewhere = NamedGroup { by: ReportBy::Day, key: "1999-01-01".into() };
        let Some(figure) = Figure::of("tickets") else { panic!("it is defined") };
        assert!(behind(FigureAsked::Figure(figure), Some(elsewhere), &all).is_empty());
    }

    #[test]
    fn an_offer_is_with_who_got_it_and_a_ticket_with_who_went() {
        let mut ticket = facts(1, 9);
        ticket.asked = vec![asked(1, AskedAnswer::Declined), asked(2, AskedAnswer::Accepted)];
        let all = [ticket];
        let of = |responder: u128| {
            let key = uuid::Uuid::from_u128(responder).to_string();
            Some(NamedGroup { by: ReportBy::Responder, key })
        };
        let figure = |key| match Figure::of(key) {
            Some(figure) => FigureAsked::Figure(figure),
            None => panic!("{key} is defined"),
        };
        assert_eq!(behind(figure("offers_declined"), of(1), &all), [1]);
        assert!(behind(figure("offers_declined"), of(2), &all).is_empty());
        assert_eq!(behind(figure("offers_accepted"), of(2), &all), [1]);
        assert!(behind(figure("tickets"), of(1), &all).is_empty(), "did not go");
        assert_eq!(behind(figure("tickets"), of(2), &all), [1]);
        assert_eq!(behind(figure("offers_asked"), None, &all), [1]);
    }
}
