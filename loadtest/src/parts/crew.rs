//! The scripted people of `offer`: responders who accept, arrive and finish at once, operators who
//! close, and a screen that counts who is free.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::demo::{LoggedIn, Operator};
use crate::http::Http;
use crate::live::{Feed, Frame};

/// An offer, seen on its responder's own feed.
#[derive(Debug)]
pub(crate) struct Offered {
    pub(crate) ticket: String,
    pub(crate) role: String,
    pub(crate) at: Instant,
}

/// What the crew tells.
#[derive(Debug)]
pub(crate) enum Told {
    /// An offer came.
    Offered(Offered),
    /// A responder is done with a ticket.
    Done { ticket: String },
    /// A step was refused, or a feed ended.
    Trouble(String),
}

/// How many are free at this moment.
#[derive(Debug, Default)]
pub(crate) struct Free {
    pub(crate) aides: AtomicUsize,
    pub(crate) all: AtomicUsize,
}

/// Goes on duty and answers every offer until the feed ends.
pub(crate) async fn respond(
    address: SocketAddr,
    who: LoggedIn,
    told: mpsc::UnboundedSender<Told>,
) -> Result<()> {
    let mut feed = Feed::connect(address, "/v1/live", &who.cookie).await?;
    let mut http = Http::connect(address).await?;
    let duty = http.send("PUT", "/v1/me/duty", &who.cookie, br#"{"on_duty":true}"#).await?;
    if duty.status != 200 {
        bail!("{} cannot go on duty: {}", who.person.username, duty.status);
    }
    tokio::spawn(async move {
        let mut last = String::new();
        while let Some(frame) = feed.frame().await {
            let Some(offer) = frame.offer.map(|file| file.offer) else { continue };
            if offer.status != "offered" || offer.id == last {
                continue;
            }
            last.clone_from(&offer.id);
            let offered =
                Offered { ticket: offer.ticket.clone(), role: offer.role, at: Instant::now() };
            drop(told.send(Told::Offered(offered)));
            let outcome = match go(&mut http, &who.cookie, &offer.id).await {
                Ok(()) => Told::Done { ticket: offer.ticket },
                Err(error) => Told::Trouble(error.to_string()),
            };
            drop(told.send(outcome));
        }
        drop(told.send(Told::Trouble(format!("{}'s feed ended", who.person.username))));
    });
    Ok(())
}

/// Accepts, arrives, finishes.
async fn go(http: &mut Http, cookie: &str, offer: &str) -> Result<()> {
    for step in ["accept", "on-scene", "done"] {
        let answer = http.send("POST", &format!("/v1/offers/{offer}/{step}"), cookie, b"").await?;
        if answer.status != 200 {
            bail!("{step} was answered {}", answer.status);
        }
    }
    Ok(())
}

/// Closes tickets as they come, several operators side by side. Returns how long each took.
pub(crate) async fn close(
    address: SocketAddr,
    operators: &[LoggedIn],
    finished: mpsc::UnboundedReceiver<(String, Instant)>,
) -> Result<JoinSet<Vec<Duration>>> {
    let finished = Arc::new(tokio::sync::Mutex::new(finished));
    let mut desks = JoinSet::new();
    for who in operators {
        let mut operator = Operator::new(address, who).await?;
        let finished = finished.clone();
        desks.spawn(async move {
            let mut took = Vec::new();
            loop {
                let Some((ticket, since)) = finished.lock().await.recv().await else { break };
                if operator.close(&ticket).await.unwrap_or(false) {
                    took.push(since.elapsed());
                }
            }
            took
        });
    }
    Ok(desks)
}

/// Watches an operator's screen and counts who is free.
pub(crate) async fn watch(address: SocketAddr, who: &LoggedIn, free: Arc<Free>) -> Result<()> {
    let mut feed = Feed::connect(address, "/v1/live", &who.cookie).await?;
    tokio::spawn(async move {
        let mut people: HashMap<String, (bool, bool)> = HashMap::new();
        while let Some(frame) = feed.frame().await {
            if matches!(frame.kind.as_str(), "snapshot" | "responders") {
                note(&mut people, frame, &free);
            }
        }
    });
    Ok(())
}

fn note(people: &mut HashMap<String, (bool, bool)>, frame: Frame, free: &Free) {
    for responder in frame.responders {
        let (Some(role), Some(state)) = (responder.role, responder.state) else { continue };
        people.insert(responder.id, (role == "aide", state == "free"));
    }
    let count = |wanted: fn(&(bool, bool)) -> bool| people.values().filter(|p| wanted(p)).count();
    free.aides.store(count(|(is_aide, is_free)| *is_aide && *is_free), Ordering::Relaxed);
    free.all.store(count(|(_, is_free)| *is_free), Ordering::Relaxed);
}
