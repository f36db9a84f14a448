//! Logging in and out.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use silverbell_web::{JsonBody, Problem};

use crate::Api;
use crate::dto::{Login, Session};
use crate::error::store_problem;
use crate::session::{COOKIE, COOKIE_LASTS_S, CurrentUser, MAX_NAME};
use crate::view;

/// Logs in.
#[utoipa::path(post, path = "/v1/session", tag = "people", request_body = Login, responses(
    (status = 200, description = "Logged in; the session is in the cookie", body = Session),
    (status = 401, description = "Name or password is wrong", body = Problem),
    (status = 403, description = "This person has left the service", body = Problem),
    (status = 429, description = "Too many failures", body = Problem),
    (status = 503, description = "Too many log in at once, or the store is away", body = Problem),
))]
pub(crate) async fn log_in(
    State(api): State<Api>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    JsonBody(login): JsonBody<Login>,
) -> Result<Response, Problem> {
    let wrong = || Problem::unauthorized("name or password is wrong");
    let Login { username, password } = login;
    if username.chars().count() > MAX_NAME {
        return Err(wrong());
    }
    let now = || api.dispatcher.clock().now();
    let (sessions, from) = (&api.sessions, from.ip());
    let throttle = &sessions.throttle;
    throttle.may_try(&username, from, now())?;
    let store = api.dispatcher.store();
    let user = store.user_by_name(&username).await.map_err(store_problem)?;
    let place = throttle.place_to_check(from, now()).await?;
    // Others who waited before may have failed under this name.
    throttle.may_try(&username, from, now())?;
    let (fits, _place) = sessions.check_password(password, user.as_ref(), place).await?;
    let Some(user) = user.filter(|_| fits) else {
        throttle.failed(&username, from, now());
        return Err(wrong());
    };
    throttle.succeeded(&username, from);
    if let Some(responder) = user.responder {
        let file = store.responder(responder).await.map_err(store_problem)?;
        if file.is_some_and(|file| file.left_at.is_some()) {
            let why = "you have left the service; a supervisor can take you back";
            return Err(Problem::forbidden(why));
        }
    }
    let (token, session) = sessions.begin(user.id, now());
    store.put_session(session).await.map_err(store_problem)?;
    let body = Json(Session { user: view::user(&user) });
    with_cookie(body.into_response(), &token, COOKIE_LASTS_S, api.settings.is_https)
}

/// Returns who is logged in.
#[utoipa::path(get, path = "/v1/session", tag = "people", responses(
    (status = 200, description = "Logged in", body = Session),
    (status = 401, description = "Nobody is logged in", body = Problem),
))]
pub(crate) async fn current(user: CurrentUser) -> Json<Session> {
    Json(Session { user: view::user(&user.user) })
}

/// Logs out; the session's sockets close.
#[utoipa::path(delete, path = "/v1/session", tag = "people", responses(
    (status = 204, description = "Logged out"),
    (status = 401, description = "Nobody is logged in", body = Problem),
))]
pub(crate) async fn log_out(
    State(api): State<Api>,
    user: CurrentUser,
) -> Result<Response, Problem> {
    let store = api.dispatcher.store();
    store.end_session(&user.token_sha256).await.map_err(store_problem)?;
    api.sessions.announce_ended(user.token_sha256);
    if user.user.role.is_operator()
        && let Err(error) = api.dispatcher.leave_desk(user.user.id).await
    {
        // It falls silent by itself within 90 seconds.
        tracing::warn!(%error, "a desk was left and still shows as taken");
    }
    with_cookie(StatusCode::NO_CONTENT.into_response(), "", 0, api.settings.is_https)
}

fn with_cookie(
    mut response: Response,
    token: &str,
    lasts_s: i64,
    tls: bool,
) -> Result<Response, Problem> {
    let secure = if tls { "; Secure" } else { "" };
    let cookie =
        format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={lasts_s}{secure}");
    let value = HeaderValue::from_str(&cookie).map_err(|_| Problem::internal())?;
    response.headers_mut().insert(header::SET_COOKIE, value);
    Ok(response)
}
