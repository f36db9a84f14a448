//! A gateway to telephones that takes everything, or nothing: who came when.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::http::Http;

/// A gateway.
#[derive(Clone, Debug, Default)]
pub(crate) struct PhoneGateway(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    is_away: AtomicBool,
    refused: AtomicU64,
    came: Mutex<Came>,
}

#[derive(Debug, Default)]
struct Came {
    order: Vec<String>,
    when: HashMap<String, Instant>,
    repeats: u64,
}

#[derive(Deserialize)]
struct Body {
    to: String,
}

impl PhoneGateway {
    /// Serves on a free port of this machine.
    pub(crate) async fn start(&self) -> Result<SocketAddr> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let router = Router::new().route("/send", post(take)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(address)
    }

    /// Goes away, or comes back.
    pub(crate) fn is_away(&self, away: bool) {
        self.0.is_away.store(away, Ordering::Relaxed);
    }

    /// Returns how often it answered 500.
    pub(crate) fn refused(&self) -> u64 {
        self.0.refused.load(Ordering::Relaxed)
    }

    /// Returns when a number's message came.
    pub(crate) fn when(&self, to: &str) -> Option<Instant> {
        self.0.came.lock().when.get(to).copied()
    }

    /// Forgets, and returns the numbers in the order in which they came, and how many came twice.
    pub(crate) fn take_order(&self) -> (Vec<String>, u64) {
        let came = std::mem::take(&mut *self.0.came.lock());
        (came.order, came.repeats)
    }

    /// Returns how many came.
    pub(crate) fn count(&self) -> usize {
        self.0.came.lock().order.len()
    }
}

async fn take(State(gateway): State<PhoneGateway>, Json(body): Json<Body>) -> Response {
    if gateway.0.is_away.load(Ordering::Relaxed) {
        gateway.0.refused.fetch_add(1, Ordering::Relaxed);
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let mut came = gateway.0.came.lock();
    if came.when.contains_key(&body.to) {
        came.repeats += 1;
    } else {
        came.when.insert(body.to.clone(), Instant::now());
        came.order.push(body.to);
    }
    drop(came);
    Json(json!({"accepted": true, "reference": "r"})).into_response()
}

/// Posts so many messages straight to a gateway, over so many connections; returns how long it took
/// and each one's time: what this machine can do at the most.
pub(crate) async fn bare(
    address: SocketAddr,
    n: usize,
    connections: usize,
) -> Result<(Duration, Vec<Duration>)> {
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    for connection in 0..connections {
        tasks.spawn(async move {
            let mut http = Http::connect(address).await?;
            let mut took = Vec::new();
            for n in (connection..n).step_by(connections) {
                let body = json!({"to": format!("bare-{n}"), "text": "…", "channel": "sms"});
                let sent = Instant::now();
                http.send("POST", "/send", "", body.to_string().as_bytes()).await?;
                took.push(sent.elapsed());
            }
            anyhow::Ok(took)
        });
    }
    let all: Result<Vec<_>> = tasks.join_all().await.into_iter().collect();
    Ok((begun.elapsed(), all?.into_iter().flatten().collect()))
}
