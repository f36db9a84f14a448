//! The live feed as a screen reads it.

use std::time::Duration;

use futures_util::StreamExt;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::json::Json;
use super::{PATIENCE, Person};

/// A feed, with all it said so far.
pub(crate) struct Live {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    messages: Vec<Value>,
}

impl Live {
    /// Opens the feed; the status when it is refused. `query` begins with `?` or is empty.
    pub(crate) async fn open(
        url: &str,
        person: Option<&Person>,
        query: &str,
        origin: Option<&str>,
    ) -> Result<Self, u16> {
        let address = format!("{}/v1/live{query}", url.replace("http://", "ws://"));
        let mut request = address.into_client_request().unwrap();
        if let Some(person) = person {
            request.headers_mut().insert("cookie", person.cookie.parse().unwrap());
        }
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Self { socket, messages: Vec::new() }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("the feed cannot be opened: {error}"),
        }
    }

    /// Returns all messages so far.
    pub(crate) fn messages(&self) -> &[Value] {
        &self.messages
    }

    /// Returns the events so far.
    pub(crate) fn events(&self) -> Vec<&Value> {
        self.messages.iter().filter(|message| message["type"] == "event").collect()
    }

    /// Returns the first message, said or still to be said, of which `is` holds.
    pub(crate) async fn wait(&mut self, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        if let Some(known) = self.messages.iter().find(|message| is(message)) {
            return known.clone();
        }
        let until = Instant::now() + PATIENCE;
        loop {
            let message = match timeout_at(until, self.next()).await {
                Ok(Ok(message)) => message,
                Ok(Err(code)) => panic!("no {what}: the feed was closed with {code:?}"),
                Err(_) => panic!("no {what} within {PATIENCE:?}; the feed said {}", self.told()),
            };
            if is(&message) {
                return message;
            }
        }
    }

    /// Returns the first event of this name, said or still to be said.
    pub(crate) async fn event(&mut self, name: &str) -> Value {
        self.wait(&format!("event {name}"), |message| message["event"] == name).await
    }

    /// Returns the first event of this name on a ticket.
    pub(crate) async fn event_on(&mut self, ticket: &str, name: &str) -> Value {
        let is = |m: &Value| m["event"] == name && m["ticket"]["id"] == ticket;
        self.wait(&format!("event {name} on {ticket}"), is).await
    }

    /// Returns the own open offer on a ticket, as an aide's phone is told it.
    pub(crate) async fn offer_on(&mut self, ticket: &str) -> Value {
        let event = self.event_on(ticket, "offered").await;
        event.at("/offer").clone()
    }

    /// Returns the next message; `Err` with the code when the feed is closed.
    async fn next(&mut self) -> Result<Value, Option<u16>> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    let message: Value = serde_json::from_str(&text).expect("JSON");
                    self.messages.push(message.clone());
                    return Ok(message);
                }
                Some(Ok(Message::Close(frame))) => {
                    return Err(frame.map(|frame| frame.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }

    /// Waits until the service closes the feed and returns the code.
    pub(crate) async fn closed(&mut self) -> Option<u16> {
        let until = Instant::now() + PATIENCE;
        loop {
            match timeout_at(until, self.next()).await {
                Ok(Ok(_)) => {}
                Ok(Err(code)) => return code,
                Err(_) => panic!("the feed was not closed within {PATIENCE:?}"),
            }
        }
    }

    /// Reads whatever is said before a heartbeat that is still to come.
    pub(crate) async fn settle(&mut self) -> Value {
        let until = Instant::now() + PATIENCE + Duration::from_secs(5);
        loop {
            match timeout_at(until, self.next()).await {
                Ok(Ok(message)) if message["type"] == "heartbeat" => return message,
                Ok(Ok(_)) => {}
                Ok(Err(code)) => panic!("no heartbeat: the feed was closed with {code:?}"),
                Err(_) => panic!("no heartbeat"),
            }
        }
    }

    /// Checks that no event is missing: each names the number this feed was told before.
    #[track_caller]
    pub(crate) fn assert_no_gap(&self) {
        let mut told = None;
        for message in &self.messages {
            if message["type"] == "event" {
                let prev = message.number("/prev");
                assert!(told.is_none_or(|told| told == prev), "a gap after {told:?}: {message:#}");
                assert!(message.number("/seq") > prev, "numbers rise: {message:#}");
            }
            told = message["seq"].as_u64().or(told);
        }
    }

    fn told(&self) -> String {
        let word = |m: &Value| {
            let name = m["event"].as_str().or(m["type"].as_str()).unwrap_or_default();
            name.to_owned()
        };
        self.messages.iter().map(word).collect::<Vec<_>>().join(", ")
    }
}
