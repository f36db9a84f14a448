//! What reports say beside the shares of [`MEASURES`](crate::MEASURES) (统计指标), each defined once: rows of
//! reports count by these rules, and the same rules find the tickets behind a figure.

use crate::{AskedAnswer, Cause, Kind, Outcome, ResponseFacts};

/// What a figure is a number of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureUnit {
    /// Tickets.
    Tickets,
    /// Offers to go.
    Offers,
    /// Telephone calls.
    Calls,
    /// Devices.
    Devices,
    /// Certificates of responders.
    Certificates,
    /// Responders.
    Responders,
    /// Spans of the roster.
    Spans,
    /// Seconds; shown as median, 90th and 99th percentile, never as a mean alone.
    Seconds,
    /// A share, 0 to 1.
    Share,
    /// A grade, 1 to 5; shown with how many gave one.
    Grade,
}

impl FigureUnit {
    /// Returns its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tickets => "tickets",
            Self::Offers => "offers",
            Self::Calls => "calls",
            Self::Devices => "devices",
            Self::Certificates => "certificates",
            Self::Responders => "responders",
            Self::Spans => "spans",
            Self::Seconds => "seconds",
            Self::Share => "share",
            Self::Grade => "grade",
        }
    }
}

/// Which tickets stand behind a figure.
#[derive(Clone, Copy, Debug)]
pub enum FigureRule {
    /// Those of which this is true.
    Tickets(fn(&ResponseFacts) -> bool),
    /// Those with an offer that came to this.
    Offers(fn(AskedAnswer) -> bool),
    /// Work on devices, of which this is true; no other figure counts any.
    Work(fn(&ResponseFacts) -> bool),
    /// None: it is of something else.
    NoTickets,
}

/// One figure.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Its name, as in the answers of the reports.
    pub key: &'static str,
    /// What it is a number of.
    pub unit: FigureUnit,
    /// What is counted, and what is not.
    pub counts: &'static str,
    /// Which answer says it.
    pub report: &'static str,
    /// Which tickets stand behind it.
    pub rule: FigureRule,
    /// What it has to reach; `None` where nobody has set anything.
    pub target: Option<f64>,
}

const SUMMARY: &str = "/v1/reports/summary";
const CALLS: &str = "/v1/reports/calls";
const DEVICES: &str = "/v1/reports/devices";
const CERTIFICATES: &str = "/v1/reports/certificates";
const METRICS: &str = "/metrics";

const fn figure(
    key: &'static str,
    unit: FigureUnit,
    report: &'static str,
    rule: FigureRule,
    counts: &'static str,
) -> Figure {
    Figure { key, unit, counts, report, rule, target: None }
}

/// A figure with a target.
const fn aimed(figure: Figure, target: f64) -> Figure {
    Figure { target: Some(target), ..figure }
}

/// Every figure, in the order in which reports show them. Tests, duplicates, drills and work on devices are in
/// none of those of tickets and offers.
#[rustfmt::skip]
pub const FIGURES: [Figure; 38] = {
    use FigureRule::{NoTickets, Offers, Tickets as Of, Work};
    use FigureUnit::{
        Calls, Certificates, Devices, Grade, Offers as OfOffers, Responders, Seconds, Share, Spans, Tickets,
    };
    [
        figure("tickets", Tickets, SUMMARY, Of(is_any),
            "tickets received in the span"),
        figure("emergencies", Tickets, SUMMARY, Of(is_emergency),
            "of them SOS, falls and what else is no question of care"),
        figure("attended", Tickets, SUMMARY, Of(is_attended),
            "emergencies at whose door a responder was"),
        figure("false_alarms", Tickets, SUMMARY, Of(is_false_alarm),
            "closed as an accidental press, a fault of the device, or abuse of the key"),
        figure("accidental", Tickets, SUMMARY, Of(is_accidental),
            "closed as an accidental press"),
        figure("escalated", Tickets, SUMMARY, Of(is_escalated),
            "handed up to anybody: shift leader, supervisor, leader, 120, 110 or 119; each once"),
        figure("reopened", Tickets, SUMMARY, Of(is_reopened),
            "closed, and opened again"),
        figure("complaints", Tickets, SUMMARY, Of(is_complained_of),
            "somebody was dissatisfied with it when called back"),
        figure("called_back", Tickets, SUMMARY, Of(is_called_back),
            "the senior was called back after it was closed"),
        figure("satisfaction", Grade, SUMMARY, Of(is_graded),
            "the mean of what was said when called back, with how many said it"),
        figure("eta_error", Seconds, SUMMARY, Of(has_way),
            "the first who arrived: the way as it was, less the way as it was predicted on offering"),
        figure("late_share", Share, SUMMARY, Of(is_late),
            "of the ways that are known, those over two minutes longer than predicted"),
        figure("offers_asked", OfOffers, SUMMARY, Offers(is_any_answer),
            "responders asked to go, those without an answer too"),
        figure("offers_accepted", OfOffers, SUMMARY, Offers(is_accepted),
            "accepted, and not taken back"),
        figure("offers_declined", OfOffers, SUMMARY, Offers(is_declined),
            "declined, or given back"),
        figure("offers_expired", OfOffers, SUMMARY, Offers(is_expired),
            "not answered in time"),
        figure("offers_withdrawn", OfOffers, SUMMARY, Offers(is_withdrawn),
            "taken back by the centre, or because somebody else accepted"),
        figure("incoming", Calls, CALLS, NoTickets, "telephone calls that came in"),
        figure("answered", Calls, CALLS, NoTickets, "of them, answered by a person"),
        aimed(figure("calls_answered_15s", Share, CALLS, NoTickets,
            "of answered and missed calls, those answered within 15 seconds; target of NENA-STA-020"), 0.9),
        figure("missed", Calls, CALLS, NoTickets,
            "rang and ended without an answer (abandoned); not those whose end was not heard"),
        figure("lost", Calls, CALLS, NoTickets,
            "missed, and nobody spoke with that number within a day"),
        figure("wait", Seconds, CALLS, NoTickets, "how long the answered calls rang"),
        figure("graded", Calls, CALLS, NoTickets, "calls that were listened to and graded (quality review)"),
        figure("grades", Grade, CALLS, NoTickets,
            "the means of opening, listening, questions, action and closing"),
        figure("device_work", Tickets, DEVICES, Work(is_any),
            "tickets for devices that were silent, low on battery or to be fetched; each may list several"),
        figure("device_work_open", Tickets, DEVICES, Work(is_open),
            "of them, those that are not done"),
        figure("device_no_credit", Tickets, DEVICES, Work(is_no_credit),
            "done: the card had no credit"),
        figure("device_switched_off", Tickets, DEVICES, Work(is_switched_off),
            "done: it was switched off"),
        figure("device_sim_changed", Tickets, DEVICES, Work(is_sim_changed),
            "done: its card had been changed"),
        figure("device_lost", Tickets, DEVICES, Work(is_lost),
            "done: it is lost"),
        figure("device_unused", Tickets, DEVICES, Work(is_unused),
            "done: it is there and nobody uses it"),
        figure("device_other", Tickets, DEVICES, Work(is_of_another_cause),
            "done: something else"),
        figure("device_unexplained", Tickets, DEVICES, Work(is_unexplained),
            "done, and nobody said what it was"),
        figure("devices_out_of_touch", Devices, METRICS, NoTickets,
            "devices with an open work ticket because nothing was heard of them (silverbell_tickets_open)"),
        figure("responders_out_of_touch", Responders, METRICS, NoTickets,
            "people on duty of whose phones nothing is heard (silverbell_responders_out_of_touch)"),
        figure("certificates", Certificates, CERTIFICATES, NoTickets,
            "of people in the service, those that have ended or end within the days asked for, the latest of each name"),
        figure("cover_gaps", Spans, METRICS, NoTickets,
            "spans of the coming shifts with fewer people than asked for (silverbell_cover_gaps)"),
    ]
};

impl Figure {
    /// Returns the figure of a name.
    #[must_use]
    pub fn of(key: &str) -> Option<&'static Self> {
        FIGURES.iter().find(|figure| figure.key == key)
    }
}

/// A way that took longer than was thought by more than this was late, seconds.
pub(crate) const LATE_S: f64 = 120.0;

const fn is_any(_: &ResponseFacts) -> bool {
    true
}

pub(crate) const fn is_emergency(facts: &ResponseFacts) -> bool {
    facts.is_emergency
}

pub(crate) const fn is_attended(facts: &ResponseFacts) -> bool {
    facts.is_emergency && facts.times.on_scene.is_some()
}

pub(crate) const fn is_false_alarm(facts: &ResponseFacts) -> bool {
    matches!(facts.outcome, Some(Outcome::Accidental | Outcome::DeviceFault | Outcome::Nuisance))
}

pub(crate) const fn is_accidental(facts: &ResponseFacts) -> bool {
    matches!(facts.outcome, Some(Outcome::Accidental))
}

pub(crate) const fn is_escalated(facts: &ResponseFacts) -> bool {
    !facts.escalated_to.is_empty()
}

pub(crate) const fn is_reopened(facts: &ResponseFacts) -> bool {
    facts.reopened > 0
}

pub(crate) const fn is_complained_of(facts: &ResponseFacts) -> bool {
    facts.complaints > 0
}

pub(crate) const fn is_called_back(facts: &ResponseFacts) -> bool {
    facts.times.followed_up.is_some()
}

pub(crate) const fn is_graded(facts: &ResponseFacts) -> bool {
    facts.satisfaction.is_some()
}

fn has_way(facts: &ResponseFacts) -> bool {
    eta_error_s(facts).is_some()
}

fn is_late(facts: &ResponseFacts) -> bool {
    eta_error_s(facts).is_some_and(|error_s| error_s > LATE_S)
}

/// Returns how much longer than predicted the way of the first who arrived took, seconds.
pub(crate) fn eta_error_s(facts: &ResponseFacts) -> Option<f64> {
    facts.first_way().map(|(eta_s, took_s)| took_s - f64::from(eta_s))
}

/// Returns whether a ticket is work on devices; tests and duplicates are none.
pub(crate) const fn is_work(facts: &ResponseFacts) -> bool {
    matches!(facts.kind, Kind::Equipment)
        && !matches!(facts.outcome, Some(Outcome::Test | Outcome::Duplicate))
}

const fn is_open(facts: &ResponseFacts) -> bool {
    facts.outcome.is_none()
}

const fn is_no_credit(facts: &ResponseFacts) -> bool {
    !is_open(facts) && matches!(facts.cause, Some(Cause::NoCredit))
}

const fn is_switched_off(facts: &ResponseFacts) -> bool {
    !is_open(facts) && matches!(facts.cause, Some(Cause::SwitchedOff))
}

const fn is_sim_changed(facts: &ResponseFacts) -> bool {
    !is_open(facts) && matches!(facts.cause, Some(Cause::SimChanged))
}

const fn is_lost(facts: &ResponseFacts) -> bool {
    !is_open(facts) && matches!(facts.cause, Some(Cause::Lost))
}

const fn is_unused(facts: &ResponseFacts) -> bool {
    !is_open(facts) && matches!(facts.cause, Some(Cause::Unused))
}

const fn is_of_another_cause(facts: &ResponseFacts) -> bool {
    !is_open(facts)
        && match facts.cause {
            Some(
                Cause::NoCredit
                | Cause::SwitchedOff
                | Cause::SimChanged
                | Cause::Lost
                | Cause::Unused,
            )
            | None => false,
            Some(
                Cause::Fall
                | Cause::ChestPain
                | Cause::Breathing
                | Cause::Stroke
                | Cause::Abdominal
                | Cause::FireGas
                | Cause::Trapped
                | Cause::Distress
                | Cause::Fraud
                | Cause::Dispute
                | Cause::Other,
            ) => true,
        }
}

const fn is_unexplained(facts: &ResponseFacts) -> bool {
    !is_open(facts) && facts.cause.is_none()
}

const fn is_any_answer(_: AskedAnswer) -> bool {
    true
}

const fn is_accepted(answer: AskedAnswer) -> bool {
    matches!(answer, AskedAnswer::Accepted)
}

const fn is_declined(answer: AskedAnswer) -> bool {
    matches!(answer, AskedAnswer::Declined)
}

const fn is_expired(answer: AskedAnswer) -> bool {
    matches!(answer, AskedAnswer::Expired)
}

const fn is_withdrawn(answer: AskedAnswer) -> bool {
    matches!(answer, AskedAnswer::Withdrawn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MEASURES;

    #[test]
    fn every_figure_has_a_name_of_its_own_that_no_measure_has() {
        let mut names: Vec<_> = FIGURES.iter().map(|figure| figure.key).collect();
        names.extend(MEASURES.iter().map(|measure| measure.key));
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
