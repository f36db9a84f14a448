//! A WebSocket to the live feed, and the few fields of its frames that are looked at.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use futures_util::StreamExt;
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{WebSocketStream, client_async};

/// An open feed.
#[derive(Debug)]
pub(crate) struct Feed(WebSocketStream<TcpStream>);

/// A frame.
#[derive(Debug, Deserialize)]
pub(crate) struct Frame {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) event: Option<String>,
    pub(crate) ticket: Option<Ticket>,
    pub(crate) offer: Option<OfferFile>,
    #[serde(default)]
    pub(crate) responders: Vec<Responder>,
}

/// A ticket in a frame.
#[derive(Debug, Deserialize)]
pub(crate) struct Ticket {
    pub(crate) id: String,
}

/// An aide's own offer in a frame.
#[derive(Debug, Deserialize)]
pub(crate) struct OfferFile {
    pub(crate) offer: Offer,
}

/// An offer.
#[derive(Debug, Deserialize)]
pub(crate) struct Offer {
    pub(crate) id: String,
    pub(crate) ticket: String,
    pub(crate) role: String,
    pub(crate) status: String,
}

/// A responder; positions carry the identity only.
#[derive(Debug, Deserialize)]
pub(crate) struct Responder {
    pub(crate) id: String,
    pub(crate) role: Option<String>,
    pub(crate) state: Option<String>,
}

impl Feed {
    /// Connects to a path with a header line for the session (may be empty), as a browser would.
    pub(crate) async fn connect(address: SocketAddr, path: &str, cookie: &str) -> Result<Self> {
        let mut request = format!("ws://{address}{path}").into_client_request()?;
        if let Some((_, value)) = cookie.split_once(": ") {
            request.headers_mut().insert("cookie", value.parse()?);
        }
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (socket, _) = client_async(request, stream).await.context("opening a WebSocket")?;
        Ok(Self(socket))
    }

    /// Returns the next text; `None` when the feed ended.
    pub(crate) async fn text(&mut self) -> Option<String> {
        loop {
            match self.0.next().await?.ok()? {
                Message::Text(text) => return Some(text.to_string()),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }

    /// Returns the next frame that can be read.
    pub(crate) async fn frame(&mut self) -> Option<Frame> {
        loop {
            if let Ok(frame) = serde_json::from_str(&self.text().await?) {
                return Some(frame);
            }
        }
    }
}
