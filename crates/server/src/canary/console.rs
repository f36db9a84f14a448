//! A console: an operator who logs in, follows the live feed and closes what was pressed, all by the
//! public API.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use futures_util::StreamExt;
use rustls::ClientConfig;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{
    Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config,
};

use super::web::Web;

/// Each step; argon2 and a handshake take tens of milliseconds.
const WITHIN: Duration = Duration::from_secs(5);

/// The operator.
#[derive(Clone)]
pub(super) struct Console {
    pub(super) web: Web,
    pub(super) trust: Arc<ClientConfig>,
    /// Origin of the service.
    pub(super) url: String,
    pub(super) username: String,
    pub(super) password: String,
    pub(super) cookie: Option<String>,
}

/// What the feed tells of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) ticket: String,
    pub(super) senior: String,
}

/// A live feed.
pub(super) struct Feed(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Console {
    /// Opens the live feed, logging in when need be, and returns it with the tickets that are open.
    pub(super) async fn open(&mut self) -> Result<(Feed, Vec<Shown>)> {
        if let Some(cookie) = self.cookie.clone() {
            match self.connect(&cookie).await {
                // The session has ended: once more with a new one.
                Ok(None) => {}
                Ok(Some(opened)) => return Ok(opened),
                Err(error) => return Err(error),
            }
        }
        let cookie = self.log_in().await?;
        self.cookie = Some(cookie.clone());
        self.connect(&cookie).await?.context("a new session is refused")
    }

    async fn log_in(&self) -> Result<String> {
        let body = json!({ "username": self.username, "password": self.password });
        let url = format!("{}/v1/session", self.url);
        let answer = self.web.ask(&url, HeaderMap::new(), Some(&body), WITHIN).await;
        let answer = answer.context("the log-in")?;
        if !answer.status.is_success() {
            bail!(
                "the log-in of {} is answered with {}; if its password was changed, remove the file \
                 `canary` from the data directory, and another is made",
                self.username,
                answer.status
            );
        }
        cookie(&answer.headers).context("the log-in sets no cookie")
    }

    /// Returns `None` when nobody is logged in with this cookie.
    async fn connect(&self, cookie: &str) -> Result<Option<(Feed, Vec<Shown>)>> {
        // http:// is ws://, https:// is wss://.
        let address = format!("{}/v1/live", self.url.replacen("http", "ws", 1));
        let mut request = address.into_client_request().context("canary.url")?;
        request.headers_mut().insert(COOKIE, cookie.parse()?);
        let secured = Some(Connector::Rustls(self.trust.clone()));
        let connecting = connect_async_tls_with_config(request, None, true, secured);
        let mut feed = match timeout(WITHIN, connecting).await.context("the live feed")? {
            Ok((socket, _)) => Feed(socket),
            Err(Error::Http(answer)) if answer.status() == StatusCode::UNAUTHORIZED => {
                return Ok(None);
            }
            Err(error) => return Err(error).context("the live feed"),
        };
        let snapshot = async {
            loop {
                let message = feed.message().await.context("the live feed ended")?;
                if message["type"] == "snapshot" {
                    return anyhow::Ok(message);
                }
            }
        };
        let snapshot = timeout(WITHIN, snapshot).await.context("the live feed says nothing")??;
        let open = snapshot["tickets"].as_array().into_iter().flatten().filter_map(shown);
        Ok(Some((feed, open.collect())))
    }

    /// Closes a ticket as the test that it was.
    pub(super) async fn close(&self, ticket: &str) -> Result<()> {
        let url = format!("{}/v1/tickets/{ticket}/close", self.url);
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, self.cookie.as_deref().unwrap_or_default().parse()?);
        let body = json!({ "outcome": "test" });
        let answer = self.web.ask(&url, headers, Some(&body), WITHIN).await.context("the close")?;
        if !answer.status.is_success() {
            bail!("the close is answered with {}", answer.status);
        }
        Ok(())
    }
}

impl Feed {
    /// Returns the next ticket of which something is told; `None` when the feed has ended.
    pub(super) async fn next(&mut self) -> Option<Shown> {
        loop {
            let message = self.message().await?;
            let is_alarm = message["event"] == "ticket_opened";
            if let Some(shown) = is_alarm.then(|| shown(&message["ticket"])).flatten() {
                return Some(shown);
            }
        }
    }

    async fn message(&mut self) -> Option<Value> {
        loop {
            match self.0.next().await? {
                Ok(Message::Text(text)) => return serde_json::from_str(&text).ok(),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(
                    Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_),
                ) => {}
            }
        }
    }
}

fn shown(ticket: &Value) -> Option<Shown> {
    let text = |key: &str| Some(ticket.get(key)?.as_str()?.to_owned());
    Some(Shown { ticket: text("id")?, senior: text("senior")? })
}

/// Returns `name=value` of the cookie that a log-in sets.
fn cookie(headers: &HeaderMap) -> Option<String> {
    let line = headers.get(SET_COOKIE)?.to_str().ok()?;
    line.split(';').next().map(str::to_owned)
}
