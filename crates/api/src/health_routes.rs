//! How the service itself is (服务状态), for whoever looks after it: more than whether it is ready.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use silverbell_web::{Problem, rfc3339};
use utoipa::ToSchema;

use crate::Api;
use crate::canary::{CanaryNews, CanaryOutside, CanaryPort};
use crate::district_routes::chosen;
use crate::session::CurrentUser;

/// How long commits took.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Commits {
    /// How many there were within the last five minutes.
    n: usize,
    /// Half of them within this, milliseconds; null without any.
    p50_ms: Option<f64>,
    /// Ninety-nine in a hundred within this, milliseconds.
    p99_ms: Option<f64>,
}

/// Deadlines that have passed and are not done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Overdue {
    /// How many; those of districts the reader serves.
    number: usize,
    /// How late the oldest is, seconds; 0 without any.
    worst_s: i64,
}

/// What the service's own made-up alarms found (自检).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Canary {
    /// How often it presses, seconds.
    every_s: u32,
    /// When the last round ended, RFC 3339; null before the first.
    at: Option<String>,
    /// What came of it, port by port.
    ports: Vec<CanaryPort>,
    /// Whether the watcher outside the service knows; null before the first round.
    outside: Option<CanaryOutside>,
}

impl Canary {
    fn of(news: &CanaryNews) -> Self {
        let last = news.last.borrow().clone();
        Self {
            every_s: news.every_s,
            at: last.as_ref().map(|round| rfc3339(round.at)),
            outside: last.as_ref().map(|round| round.outside),
            ports: last.map(|round| round.ports.clone()).unwrap_or_default(),
        }
    }
}

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ServiceHealth {
    /// When, RFC 3339.
    at: String,
    /// How long the store took to keep things.
    commits: Commits,
    /// Writes that wait for the store.
    writes_waiting: usize,
    /// What should have been done already.
    overdue: Overdue,
    /// Whether an SOS would reach a screen; null where nobody tries (`canary.every_s` is 0).
    canary: Option<Canary>,
}

/// Returns how the service is; for supervisors. Whether it can keep an SOS at all is `/readyz`'s to say.
#[utoipa::path(get, path = "/v1/service/health", tag = "reports", responses(
    (status = 200, description = "How it is", body = ServiceHealth)))]
pub(crate) async fn health(
    State(api): State<Api>,
    who: CurrentUser,
) -> Result<Json<ServiceHealth>, Problem> {
    who.supervisor()?;
    let now = api.dispatcher.clock().now();
    let mut overdue = Overdue { number: 0, worst_s: 0 };
    for district in chosen(&api, &who, None)? {
        let Some(board) = api.dispatcher.board(&district) else { continue };
        for late_ms in board.overdue_ms(now) {
            overdue.number += 1;
            overdue.worst_s = overdue.worst_s.max(late_ms / 1_000);
        }
    }
    let writer = api.dispatcher.store().writer();
    let commits = writer.commits().lately();
    let known_ms = |s: f64| (commits.n > 0).then_some(s * 1_000.0);
    Ok(Json(ServiceHealth {
        at: rfc3339(now),
        commits: Commits {
            n: commits.n,
            p50_ms: known_ms(commits.p50_s),
            p99_ms: known_ms(commits.p99_s),
        },
        writes_waiting: writer.waiting(),
        overdue,
        canary: api.settings.canary.as_ref().map(Canary::of),
    }))
}
