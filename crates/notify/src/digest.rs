//! The digest of presses that were no emergency: once a day or a week each contact who wants it hears
//! how often the key was pressed, and that all is well. Of what was nothing, nothing is said.
//!
//! A digest is written into the history of the last of the tickets that it counts, with its row, in one
//! commit; a span that was written once is not written again, whatever became of clocks, contacts and
//! processes meanwhile.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use silverbell_dispatcher::UseCaseError;
use silverbell_domain::{AccidentalNews, Contact, DistrictId, SeniorId, Ticket, UnixMs};
use silverbell_store::District;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::family;
use crate::local::{self, Every};
use crate::message::Template;
use crate::teller::{Messages, Teller};

/// How often it is looked whether a span has ended.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Tickets are read in spans of so long: an hour's false alarms of a district are few.
const READ_S: i64 = 3_600;

/// What is written so long after its hour waits for the next such hour: nobody is woken by good news.
const LATE_S: i64 = 2 * 3_600;

/// Which spans were seen to since the start. Only saves reading: what is in the histories decides.
#[derive(Default)]
pub(crate) struct SeenTo(HashMap<(DistrictId, Every), UnixMs>);

impl Every {
    const fn choice(self) -> AccidentalNews {
        match self {
            Self::Day => AccidentalNews::Daily,
            Self::Week => AccidentalNews::Weekly,
        }
    }

    fn text(self, senior: &str, count: u32) -> Template {
        let is_weekly = match self {
            Self::Day => false,
            Self::Week => true,
        };
        Template::FamilyAccidentalDigest { senior: senior.into(), count, is_weekly }
    }
}

/// Writes digests until it is stopped.
pub(crate) async fn run(teller: &Teller, stop: &CancellationToken) {
    // A call that reads good news out would frighten.
    if !teller.ways.sms {
        return;
    }
    let mut looks = interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut seen_to = SeenTo::default();
    while stop.run_until_cancelled(looks.tick()).await.is_some() {
        teller.write_digests(&mut seen_to).await;
    }
}

impl Teller {
    /// Writes the digests of the spans that have ended.
    pub(crate) async fn write_digests(&self, seen_to: &mut SeenTo) {
        let now = self.dispatcher.clock().now();
        let districts = match self.dispatcher.store().districts().await {
            Ok(districts) => districts,
            Err(error) => {
                tracing::debug!(%error, "digests are written later");
                return;
            }
        };
        for district in &districts {
            for every in [Every::Day, Every::Week] {
                let span = self.digests.last(every, &local::zone(Some(district)), now);
                let known = (district.id.clone(), every);
                if seen_to.0.get(&known) == Some(&span.1) {
                    continue;
                }
                match self.write_digest(district, every, span, now).await {
                    Ok(()) => drop(seen_to.0.insert(known, span.1)),
                    Err(error) => {
                        tracing::debug!(%error, district = %district.id, "a digest is written later");
                    }
                }
            }
        }
    }

    async fn write_digest(
        &self,
        district: &District,
        every: Every,
        (from, to): (UnixMs, UnixMs),
        now: UnixMs,
    ) -> Result<(), UseCaseError> {
        let mut accidents: BTreeMap<SeniorId, (u32, Ticket)> = BTreeMap::new();
        let mut at = from;
        while at < to {
            let until = at.plus_s(READ_S).min(to);
            for ticket in self.dispatcher.store().tickets_closed(&district.id, at, until).await? {
                let Some(senior) = ticket.senior.filter(|_| counts(&ticket)) else { continue };
                let count = accidents.get(&senior).map_or(0, |(count, _)| *count);
                // The last one of the span keeps the digest.
                accidents.insert(senior, (count.saturating_add(1), ticket));
            }
            at = until;
        }
        for (senior, (count, ticket)) in accidents {
            let messages =
                self.digest_of(district, every, to, (senior, count, &ticket), now).await?;
            match self.dispatcher.queue_messages(ticket.id, messages).await {
                Ok(()) => {}
                Err(UseCaseError::Store(error)) => return Err(error.into()),
                // One of them keeps no other from being told.
                Err(error) => {
                    tracing::warn!(%error, ticket = %ticket.id, "a digest is not written");
                }
            }
        }
        Ok(())
    }

    async fn digest_of(
        &self,
        district: &District,
        every: Every,
        to: UnixMs,
        (id, count, ticket): (SeniorId, u32, &Ticket),
        now: UnixMs,
    ) -> Result<Messages, UseCaseError> {
        let senior = self.dispatcher.store().senior(id).await?;
        // Nobody writes to the family of who has died that all is well.
        let Some(senior) = senior.filter(|it| it.plan.needs.died_at.is_none()) else {
            return Ok(Vec::new());
        };
        let text = every.text(&senior.name, count);
        if ticket.messages_of(text.name()).any(|it| it.at >= to) {
            return Ok(Vec::new());
        }
        let zone = local::zone(Some(district));
        let begin = if now.since_s(to) > LATE_S { self.digests.next(&zone, now) } else { now };
        let minute = local::minute_of_day(&zone, begin);
        let mut messages = Vec::new();
        for contact in family::once_each(senior.contacts.iter().filter(|it| wants(it, every))) {
            let due_at = begin.plus_s(60 * i64::from(contact.begin_in_min(minute)));
            let words = [&*id.to_string(), &to.0.to_string(), text.name(), &contact.name];
            let message_id = family::identity(&[&words.join("\n"), &contact.relation]);
            let written = (message_id, due_at);
            messages.push(self.about_accident(ticket, contact, text.clone(), written, now));
        }
        Ok(messages)
    }
}

fn wants(contact: &Contact, every: Every) -> bool {
    contact.has_number() && contact.accidental_news() == every.choice()
}

/// Whoever was told while it lasted was told its end.
fn counts(ticket: &Ticket) -> bool {
    ticket.is_emergency() && ticket.was_no_emergency() && !ticket.is_family_told()
}
