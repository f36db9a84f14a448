//! What the work on devices was about: why they were out of touch (失联原因), and how long it took.

use crate::figures::is_work;
use crate::{FIGURES, FigureRule, Phase, ResponseFacts};

/// The work on devices of a span.
#[derive(Clone, Debug, Default)]
pub struct DeviceReport {
    tickets: Vec<usize>,
    took_s: Vec<f64>,
}

impl DeviceReport {
    /// Takes in a ticket; one that is no work on devices changes nothing.
    pub fn add(&mut self, facts: &ResponseFacts) {
        if !is_work(facts) {
            return;
        }
        let rules = rules();
        self.tickets.resize(rules.len(), 0);
        for (count, (_, is)) in self.tickets.iter_mut().zip(rules) {
            *count += usize::from(is(facts));
        }
        if let Some(closed) = facts.times.closed {
            self.took_s.push(closed.since_ms(facts.times.received) as f64 / 1_000.0);
        }
    }

    /// Returns each figure's name with how many tickets stand behind it, in the order of [`FIGURES`].
    #[must_use]
    pub fn counts(&self) -> Vec<(&'static str, usize)> {
        let counts = self.tickets.iter().copied().chain(std::iter::repeat(0));
        rules().into_iter().map(|(key, _)| key).zip(counts).collect()
    }

    /// Returns how long what is done took, from noticing it, seconds.
    #[must_use]
    pub fn took(&self) -> Phase {
        Phase::of(self.took_s.clone())
    }
}

/// A figure's name, and which tickets stand behind it.
type Rule = (&'static str, fn(&ResponseFacts) -> bool);

/// The figures of work on devices.
fn rules() -> Vec<Rule> {
    let of_work = |figure: &crate::Figure| match figure.rule {
        FigureRule::Work(is) => Some((figure.key, is)),
        FigureRule::Tickets(_) | FigureRule::Offers(_) | FigureRule::NoTickets => None,
    };
    FIGURES.iter().filter_map(of_work).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Cause, DistrictId, Figure, FigureAsked, Kind, LocalHour, Outcome, Policy, Ticket, TicketId,
        TicketsBehind, Times, UnixMs,
    };

    const NOON: UnixMs = UnixMs(1_793_000_000_000);

    fn work(n: u128, kind: Kind, done: Option<(Option<Cause>, i64)>) -> ResponseFacts {
        let times = Times::opened(None, NOON, NOON);
        let (id, district) = (TicketId(uuid::Uuid::from_u128(n)), DistrictId::new("longwen"));
        let mut facts =
            ResponseFacts::of(&Ticket::bare(id, district, kind, times, &Policy::default()));
        if let Some((cause, after_s)) = done {
            facts.outcome = Some(Outcome::Helped);
            facts.cause = cause;
            facts.times.closed = Some(NOON.plus_s(after_s));
        }
        facts
    }

    #[test]
    fn work_is_counted_by_cause_and_every_count_is_that_of_its_list() {
        let done = |cause, after_s| Some((cause, after_s));
        let all = [
            work(1, Kind::Equipment, None),
            work(2, Kind::Equipment, done(Some(Cause::NoCredit), 3_600)),
            work(3, Kind::Equipment, done(Some(Cause::NoCredit), 7_200)),
            work(4, Kind::Equipment, done(Some(Cause::SwitchedOff), 10_800)),
            work(5, Kind::Equipment, done(Some(Cause::SimChanged), 10_800)),
            work(6, Kind::Equipment, done(Some(Cause::Lost), 10_800)),
            work(7, Kind::Equipment, done(Some(Cause::Unused), 10_800)),
            work(8, Kind::Equipment, done(Some(Cause::Dispute), 10_800)),
            work(9, Kind::Equipment, done(None, 10_800)),
            work(10, Kind::Sos, done(Some(Cause::Lost), 60)),
            ResponseFacts {
                outcome: Some(Outcome::Duplicate),
                ..work(11, Kind::Equipment, done(Some(Cause::Lost), 60))
            },
        ];
        let mut report = DeviceReport::default();
        all.iter().for_each(|facts| report.add(facts));
        let expected = [
            ("device_work", 9),
            ("device_work_open", 1),
            ("device_no_credit", 2),
            ("device_switched_off", 1),
            ("device_sim_changed", 1),
            ("device_lost", 1),
            ("device_unused", 1),
            ("device_other", 1),
            ("device_unexplained", 1),
        ];
        assert_eq!(report.counts(), expected);
        assert_eq!((report.took().n, report.took().p50_s), (8, 10_800.0));
        for (key, count) in expected {
            let Some(figure) = Figure::of(key) else { panic!("{key} is defined") };
            let asked = FigureAsked::Figure(figure);
            let mut looking = TicketsBehind::new(asked, None, NOON, 500);
            let hour = LocalHour { day: 20_000, hour: 12 };
            all.iter().for_each(|facts| looking.add(facts, hour, None));
            assert_eq!(looking.finish().1, count, "{key}");
        }
    }

    #[test]
    fn without_work_every_count_is_there_and_nothing() {
        let report = DeviceReport::default();
        assert!(report.counts().iter().all(|(_, count)| *count == 0));
        assert_eq!(report.counts().len(), 9);
        assert_eq!(report.took().n, 0);
    }
}
