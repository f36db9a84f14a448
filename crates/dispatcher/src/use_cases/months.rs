//! Why targets were missed, and closing a month (封月): once every missed target has its cause, what the
//! month came to is kept to the byte, with its hash.

use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};
use silverbell_domain::{
    DistrictId, MEASURES, Measure, Measured, Phase, ResponseFacts, Review, ReviewCause, Standing,
    Ticket, TicketId, Times, UnixMs, UserId,
};
use silverbell_store::{ClosedMonth, Constraint, StoreError};

use super::Actor;
use crate::{Dispatcher, LocalClock, UseCaseError};

/// So many closed months at most are listed: of twenty years.
const MOST_MONTHS: u32 = 240;

/// A ticket that missed a target, or several.
#[derive(Clone, Debug)]
pub struct Missed {
    /// Which ticket.
    pub ticket: TicketId,
    /// Its number, for people.
    pub number: u64,
    /// When it was received.
    pub received: UnixMs,
    /// The measures it is outside of, with how long it took, or has taken so far, milliseconds.
    pub measures: Vec<(&'static Measure, i64)>,
    /// Why, as somebody said.
    pub review: Option<Review>,
}

/// How far the papers of a month are.
#[derive(Clone, Debug)]
pub struct MonthReview {
    /// When the month begins by the district's clock.
    pub from: UnixMs,
    /// When the next one begins.
    pub to: UnixMs,
    /// The month as it was closed, where it is.
    pub closed: Option<ClosedMonth>,
    /// Its tickets that are open.
    pub open: usize,
    /// Its tickets that still wait for something that has a target, a call back say.
    pub pending: usize,
    /// Those that missed a target, in the order in which they were received.
    pub missed: Vec<Missed>,
}

impl MonthReview {
    /// Returns how many causes are not said yet.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.missed.iter().filter(|it| it.review.is_none()).count()
    }
}

/// A month as it is kept. Its bytes are hashed: fields are only ever added at the end.
#[derive(Serialize)]
struct Report<'a> {
    version: u8,
    district: &'a str,
    month: &'a str,
    time_zone: &'a str,
    from_ms: i64,
    to_ms: i64,
    closed_at_ms: i64,
    closed_by: UserId,
    measures: Vec<MeasureLine>,
    tickets: Vec<TicketLine<'a>>,
    missed: Vec<MissedLine<'a>>,
}

#[derive(Serialize)]
struct MeasureLine {
    key: &'static str,
    within_s: u32,
    target: Option<f64>,
    inside: usize,
    outside: usize,
    pending: usize,
    share: Option<f64>,
    n: usize,
    p50_s: Option<f64>,
    p90_s: Option<f64>,
    p99_s: Option<f64>,
}

/// The times are those of the ticket, milliseconds since 1970 (UTC).
#[derive(Serialize)]
struct TicketLine<'a> {
    number: u64,
    ticket: TicketId,
    emergency: bool,
    ring_min: u16,
    times: &'a Times,
}

#[derive(Serialize)]
struct MissedLine<'a> {
    number: u64,
    measures: Vec<&'static str>,
    cause: Option<&'static str>,
    note: Option<&'a str>,
    by: Option<UserId>,
    at_ms: Option<i64>,
}

impl Dispatcher {
    /// Keeps why a ticket missed its target.
    ///
    /// # Errors
    /// [`UseCaseError`], as of every call of the desk; [`UseCaseError::Conflict`] once its month is closed.
    pub async fn review(
        &self,
        id: TicketId,
        cause: ReviewCause,
        note: Option<&str>,
        actor: &Actor,
    ) -> Result<Arc<Ticket>, UseCaseError> {
        let ticket = self.ticket(id).await?;
        let (clock, _) = self.clock_of(&ticket.district).await?;
        let month = clock.month_in_words(ticket.times.received);
        let _turn = self.month_turn.lock().await;
        if self.store.closed_month(&ticket.district, &month).await?.is_some() {
            let why = "its month is closed: what was said of it stays as it is".into();
            return Err(UseCaseError::Conflict { why, current: None });
        }
        self.change(id, actor.idempotency.as_ref(), |ticket, now| {
            ticket.set_review(cause, note, actor.user, now, self.policy())
        })
        .await
    }

    /// Returns how far the papers of a month are; `month` is `YYYY-MM` by the district's clock.
    ///
    /// # Errors
    /// [`UseCaseError::Invalid`] for what is no month; [`UseCaseError::Store`].
    pub async fn month_review(
        &self,
        district: &DistrictId,
        month: &str,
    ) -> Result<MonthReview, UseCaseError> {
        let (clock, _) = self.clock_of(district).await?;
        let facts = self.facts_of(std::slice::from_ref(district), span(&clock, month)?).await?;
        self.review_of(district, month, &clock, &facts).await
    }

    async fn review_of(
        &self,
        district: &DistrictId,
        month: &str,
        clock: &LocalClock,
        facts: &[ResponseFacts],
    ) -> Result<MonthReview, UseCaseError> {
        let (from, to) = span(clock, month)?;
        let now = self.clock.now();
        let mut review = MonthReview {
            from,
            to,
            closed: self.store.closed_month(district, month).await?,
            open: facts.iter().filter(|it| it.times.closed.is_none()).count(),
            pending: 0,
            missed: Vec::new(),
        };
        for facts in facts {
            let mut measures = Vec::new();
            let mut waits = false;
            for measure in MEASURES.iter().filter(|measure| measure.asks_for_cause) {
                match measure.standing(facts, now) {
                    Some(Standing::Outside(ms)) => measures.push((measure, ms)),
                    Some(Standing::Pending(_)) => waits = true,
                    Some(Standing::Inside(_)) | None => {}
                }
            }
            review.pending += usize::from(waits);
            if measures.is_empty() {
                continue;
            }
            let known = self.store.ticket(facts.ticket).await?;
            let said = known.and_then(|ticket| ticket.review).map(|review| *review);
            review.missed.push(Missed {
                ticket: facts.ticket,
                number: facts.number,
                received: facts.times.received,
                measures,
                review: said,
            });
        }
        Ok(review)
    }

    /// Closes a month: what it came to is kept to the byte, with its hash, and never changes again.
    ///
    /// # Errors
    /// [`UseCaseError::Conflict`] while it has not ended, while tickets of it are open or wait for
    /// something that has a target, while causes are missing, and when it is closed already;
    /// [`UseCaseError::Invalid`] for what is no month; [`UseCaseError::Store`].
    pub async fn close_month(
        &self,
        district: &DistrictId,
        month: &str,
        by: UserId,
    ) -> Result<ClosedMonth, UseCaseError> {
        let (clock, time_zone) = self.clock_of(district).await?;
        let _turn = self.month_turn.lock().await;
        let span = span(&clock, month)?;
        let facts = self.facts_of(std::slice::from_ref(district), span).await?;
        let review = self.review_of(district, month, &clock, &facts).await?;
        let closed_at = self.clock.now();
        if let Some(why) = why_not(&review, closed_at) {
            return Err(UseCaseError::Conflict { why, current: None });
        }
        let report = Report {
            version: 1,
            district: &district.0,
            month,
            time_zone: &time_zone,
            from_ms: review.from.0,
            to_ms: review.to.0,
            closed_at_ms: closed_at.0,
            closed_by: by,
            measures: MEASURES.iter().map(|it| measure_line(it, &facts, closed_at)).collect(),
            tickets: facts.iter().map(ticket_line).collect(),
            missed: review.missed.iter().map(missed_line).collect(),
        };
        let report = serde_json::to_string(&report).map_err(|error| {
            tracing::error!(%error, "a month cannot be written");
            UseCaseError::Invalid("the month cannot be written: tell who runs the service".into())
        })?;
        let sha256 = Sha256::digest(report.as_bytes()).into();
        let (district, month) = (district.clone(), month.to_owned());
        let closed = ClosedMonth { district, month, closed_at, closed_by: by, sha256, report };
        match self.store.close_month(closed.clone()).await {
            Ok(()) => Ok(closed),
            Err(StoreError::Violates(Constraint::Taken)) => Err(is_closed()),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns a month that is closed.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Store`].
    pub async fn closed_month(
        &self,
        district: &DistrictId,
        month: &str,
    ) -> Result<ClosedMonth, UseCaseError> {
        let kept = self.store.closed_month(district, month).await?;
        kept.ok_or(UseCaseError::NotFound("closed month"))
    }

    /// Returns the closed months of these districts without their reports, latest first.
    ///
    /// # Errors
    /// [`UseCaseError::Store`].
    pub async fn closed_months(
        &self,
        districts: &[DistrictId],
    ) -> Result<Vec<ClosedMonth>, UseCaseError> {
        Ok(self.store.closed_months(districts, MOST_MONTHS).await?)
    }
}

/// Returns when a month begins, and when the next one does.
fn span(clock: &LocalClock, month: &str) -> Result<(UnixMs, UnixMs), UseCaseError> {
    let wrong = || UseCaseError::Invalid("month: give it as 2026-10".into());
    let (year, number) = month.split_once('-').ok_or_else(wrong)?;
    let year: i16 = year.parse().map_err(|_| wrong())?;
    let number: i8 = number.parse().map_err(|_| wrong())?;
    let (from, to) = clock.month(year, number);
    // Written as it is read, and no other way: it is a key. The service is no older.
    if year >= 2_000 && clock.month_in_words(from) == month { Ok((from, to)) } else { Err(wrong()) }
}

fn is_closed() -> UseCaseError {
    UseCaseError::Conflict { why: "the month is closed already".into(), current: None }
}

/// Returns why a month cannot be closed yet.
fn why_not(review: &MonthReview, now: UnixMs) -> Option<String> {
    let MonthReview { closed, open, pending, to, .. } = review;
    if closed.is_some() {
        return Some("the month is closed already".into());
    }
    if now < *to {
        return Some("the month has not ended: close it from the first of the next one on".into());
    }
    if *open > 0 {
        return Some(format!("{open} tickets of the month are open: close them first"));
    }
    let missing = review.missing();
    if missing > 0 {
        return Some(format!("{missing} tickets missed a target and nobody has said why"));
    }
    (*pending > 0).then(|| format!("{pending} tickets still wait for a call back in time"))
}

fn measure_line(measure: &Measure, facts: &[ResponseFacts], now: UnixMs) -> MeasureLine {
    let measured = Measured::of(measure, facts, now);
    let share = measured.share();
    let Phase { n, p50_s, p90_s, p99_s, .. } = measured.took;
    let known = |s: f64| (n > 0).then_some(s);
    MeasureLine {
        key: measure.key,
        within_s: measure.within_s,
        target: measure.target,
        inside: measured.inside,
        outside: measured.outside,
        pending: measured.pending,
        share,
        n,
        p50_s: known(p50_s),
        p90_s: known(p90_s),
        p99_s: known(p99_s),
    }
}

const fn ticket_line(facts: &ResponseFacts) -> TicketLine<'_> {
    TicketLine {
        number: facts.number,
        ticket: facts.ticket,
        emergency: facts.is_emergency,
        ring_min: facts.ring_min,
        times: &facts.times,
    }
}

fn missed_line(missed: &Missed) -> MissedLine<'_> {
    let review = missed.review.as_ref();
    MissedLine {
        number: missed.number,
        measures: missed.measures.iter().map(|(measure, _)| measure.key).collect(),
        cause: review.map(|review| review.cause.as_str()),
        note: review.and_then(|review| review.note.as_deref()),
        by: review.map(|review| review.by),
        at_ms: review.map(|review| review.at.0),
    }
}
