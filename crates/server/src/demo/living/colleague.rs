//! The colleague on the night shift: only a person closes a ticket, and this one closes what is
//! over. It answers nothing, and leaves alone what somebody else has taken.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use silverbell_domain::{Clock, UnixMs};
use silverbell_web::parse_rfc3339;
use tokio::time::{Instant, sleep};

use super::chance::Chance;
use super::client::{Backoff, Person, Trouble};

const LOOKS_EVERY: Duration = Duration::from_secs(10);

/// More than the demo ever opens; what others opened beyond it comes when these are closed.
const PAGE: usize = 100;

/// A ticket older than this is closed whatever became of it, seconds.
const OLD_S: i64 = 30 * 60;

/// A ticket that somebody else owns is left alone for so long: a visitor who left, seconds.
const FORGOTTEN_S: i64 = 2 * 60 * 60;

/// What the door found, when it was an emergency.
const CAUSES: [&str; 6] = ["abdominal", "chest_pain", "breathing", "distress", "fall", "other"];

#[derive(Debug, Deserialize)]
struct Page {
    items: Vec<Ticket>,
}

#[derive(Debug, Deserialize)]
struct Ticket {
    id: String,
    kind: String,
    owner: Option<String>,
    times: Times,
    offers: Vec<Offer>,
}

#[derive(Debug, Deserialize)]
struct Times {
    opened: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Offer {
    status: String,
}

/// What the colleague thinks of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Not ours, or not over.
    Leave,
    /// Everybody who went has done their part.
    Over,
    /// It has been open for too long.
    Old,
}

/// Closes until the task is dropped.
pub(super) async fn run(person: Arc<Person>, own_id: String, clock: Arc<dyn Clock>) {
    let mut colleague = Colleague {
        person,
        own_id,
        clock,
        chance: Chance::of_colleague(),
        closes_at: HashMap::new(),
    };
    let mut backoff = Backoff::default();
    loop {
        sleep(LOOKS_EVERY).await;
        match colleague.look().await {
            Ok(()) => backoff.reset(),
            Err(trouble) => sleep(backoff.pause(trouble)).await,
        }
    }
}

struct Colleague {
    person: Arc<Person>,
    own_id: String,
    clock: Arc<dyn Clock>,
    chance: Chance,
    /// When a ticket that is over will be closed: not the moment it is.
    closes_at: HashMap<String, Instant>,
}

impl Colleague {
    async fn look(&mut self) -> Result<(), Trouble> {
        let page: Page = self.person.get(&format!("/v1/tickets?status=open&limit={PAGE}")).await?;
        let open: HashSet<&str> = page.items.iter().map(|ticket| ticket.id.as_str()).collect();
        self.closes_at.retain(|id, _| open.contains(id.as_str()));
        for ticket in &page.items {
            match verdict(ticket, &self.own_id, self.clock.now()) {
                Verdict::Leave => {
                    self.closes_at.remove(&ticket.id);
                }
                Verdict::Over if !self.has_waited(ticket) => {}
                Verdict::Over | Verdict::Old => self.close(ticket).await?,
            }
        }
        Ok(())
    }

    /// Returns whether the minute or two have passed that it takes to hear how it went.
    fn has_waited(&mut self, ticket: &Ticket) -> bool {
        let now = Instant::now();
        let chance = &mut self.chance;
        let at = self.closes_at.entry(ticket.id.clone());
        *at.or_insert_with(|| now + chance.seconds(60, 180)) <= now
    }

    async fn close(&mut self, ticket: &Ticket) -> Result<(), Trouble> {
        let path = format!("/v1/tickets/{}/close", ticket.id);
        match self.person.post(&path, &closing(ticket, &mut self.chance)).await {
            // Somebody else was faster, or the next look tries again.
            Err(Trouble::Refused(status)) => {
                tracing::debug!(%status, "the colleague could not close a ticket");
                Ok(())
            }
            closed => closed,
        }
    }
}

fn verdict(ticket: &Ticket, own_id: &str, now: UnixMs) -> Verdict {
    let opened = ticket.times.opened.as_deref().and_then(parse_rfc3339);
    let age_s = opened.map_or(0, |opened| now.since_s(opened));
    let is_somebody_elses = ticket.owner.as_deref().is_some_and(|owner| owner != own_id);
    if is_somebody_elses {
        return if age_s >= FORGOTTEN_S { Verdict::Old } else { Verdict::Leave };
    }
    if is_over(ticket) {
        return Verdict::Over;
    }
    if age_s >= OLD_S { Verdict::Old } else { Verdict::Leave }
}

/// Somebody was there and is done, and nobody is on it any more. Who was only asked does not count:
/// closing withdraws it.
fn is_over(ticket: &Ticket) -> bool {
    let is = |words: &[&str]| ticket.offers.iter().any(|o| words.contains(&o.status.as_str()));
    is(&["done"]) && !is(&["accepted", "on_scene", "escorting"])
}

/// Draws how it ended: an emergency only if somebody was there to see it.
fn closing(ticket: &Ticket, chance: &mut Chance) -> Value {
    let was_visited = ticket.offers.iter().any(|offer| offer.status == "done");
    match (was_visited, chance.percent()) {
        (true, 0..65) => {
            let drawn = chance.pick(&CAUSES).copied().unwrap_or("other");
            let cause = if ticket.kind == "fall" { "fall" } else { drawn };
            json!({"outcome": "helped", "cause": cause, "note": "已上门处理，老人平安"})
        }
        (false, 0..50) => json!({"outcome": "phone", "note": "电话回访，老人平安"}),
        _ => json!({"outcome": "accidental", "note": "误触，已与老人确认"}),
    }
}

#[cfg(test)]
mod tests;
