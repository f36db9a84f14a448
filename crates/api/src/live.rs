//! `GET /v1/live`: a snapshot, then numbered events. One that falls behind is closed and starts
//! anew; nothing is ever skipped in silence.

#![allow(unused_qualifications, reason = "utoipa's macro repeats the path of a query")]

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use metrics::{gauge, histogram};
use serde::Deserialize;
use silverbell_domain::ResponderId;
use silverbell_store::{Happened, UserRole};
use silverbell_web::{Problem, rfc3339};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};
use utoipa::IntoParams;

use crate::Api;
use crate::district_routes::chosen;
use crate::dto::LiveMessage;
use crate::guard::is_foreign;
use crate::hub::{Frame, Hub, concerned, encode};
use crate::me_routes::offers_in_hand;
use crate::offer_routes::offer_file;
use crate::session::CurrentUser;
use crate::view;

/// The contract says every 5 s at least.
const HEARTBEAT: Duration = Duration::from_secs(4);

/// A reader who takes nothing for so long is gone.
const WRITE_WITHIN: Duration = Duration::from_secs(10);

/// Somebody who does not even answer pings for so long is gone.
const SILENT: Duration = Duration::from_secs(45);

/// How many waiting frames become one write.
const COALESCE: usize = 256;

/// What a client may send at once, and what may wait to be sent to it, bytes.
const MAX_MESSAGE: usize = 64 * 1024;
const MAX_WAITING: usize = 8 * 1024 * 1024;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LiveQuery {
    /// Resume after this number.
    since: Option<u64>,
    /// For people who serve several districts.
    district: Option<String>,
}

/// The live feed, a WebSocket.
#[utoipa::path(get, path = "/v1/live", tag = "live", params(LiveQuery), responses(
    (status = 101, description = "Messages are `LiveMessage`s"),
    (status = 401, description = "Nobody is logged in", body = Problem),
    (status = 403, description = "Another site's page asks", body = Problem),
))]
pub(crate) async fn live(
    State(api): State<Api>,
    who: CurrentUser,
    Query(query): Query<LiveQuery>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    if is_foreign(&headers, api.settings.public_url.as_deref()) {
        return Err(Problem::forbidden("this request comes from another site"));
    }
    let districts = chosen(&api, &who, query.district.as_deref())?;
    let hub = match who.user.responder.filter(|_| who.user.role == UserRole::Aide) {
        Some(responder) => {
            api.dispatcher.board_of(responder).and_then(|b| api.hubs.of(b.district()))
        }
        None => districts.first().and_then(|district| api.hubs.of(district)),
    };
    let hub = hub.ok_or_else(|| Problem::not_found("there is no such district"))?;
    let token = api.connections.token();
    let upgrade = upgrade
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .max_write_buffer_size(MAX_WAITING);
    Ok(upgrade.on_upgrade(move |socket: WebSocket| async move {
        gauge!("silverbell_live_connections").increment(1.0);
        let (sink, stream) = socket.split();
        let ended = api.sessions.follow_ended();
        Connection { api, who, hub, sink, told: 0 }.run(stream, ended, query.since).await;
        gauge!("silverbell_live_connections").decrement(1.0);
        drop(token);
    }))
}

/// Why a connection ends, and the WebSocket code for it.
enum End {
    /// The client is gone.
    Gone,
    /// The service stops (1001).
    Stops,
    /// The session ended (4401).
    LoggedOut,
    /// It fell behind, or the board was read anew (1013: try again).
    Behind,
}

struct Connection<S> {
    api: Api,
    who: CurrentUser,
    hub: Arc<Hub>,
    sink: S,
    /// The number this connection was told last.
    told: u64,
}

impl<S: Sink<Message> + Unpin + Send> Connection<S> {
    async fn run(
        mut self,
        stream: impl Stream<Item = Result<Message, axum::Error>> + Unpin + Send,
        ended: broadcast::Receiver<[u8; 32]>,
        since: Option<u64>,
    ) {
        let end = match self.converse(stream, ended, since).await {
            Ok(()) | Err(End::Gone) => None,
            Err(End::Stops) => Some((1001, "the service stops")),
            Err(End::LoggedOut) => Some((4401, "logged out")),
            Err(End::Behind) => Some((1013, "fell behind: connect again")),
        };
        if let Some((code, reason)) = end {
            let close = CloseFrame { code, reason: reason.into() };
            let goodbye = self.sink.send(Message::Close(Some(close)));
            drop(timeout(Duration::from_secs(1), goodbye).await);
        }
    }

    async fn converse(
        &mut self,
        mut stream: impl Stream<Item = Result<Message, axum::Error>> + Unpin + Send,
        mut ended: broadcast::Receiver<[u8; 32]>,
        since: Option<u64>,
    ) -> Result<(), End> {
        let mut frames = self.begin(since).await?;
        let mut heartbeat = interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        heartbeat.tick().await;
        let mut silent_at = Instant::now() + SILENT;
        let stop = self.api.stop.clone();
        loop {
            tokio::select! {
                () = stop.cancelled() => return Err(End::Stops),
                () = sleep_until(silent_at) => return Err(End::Gone),
                _ = heartbeat.tick() => self.beat().await?,
                token = ended.recv() => if self.is_over(token).await {
                    return Err(End::LoggedOut);
                },
                received = stream.next() => match received {
                    Some(Ok(Message::Close(_))) | Some(Err(_)) | None => return Err(End::Gone),
                    Some(Ok(_)) => {
                        silent_at = Instant::now() + SILENT;
                        self.heard();
                    }
                },
                frame = frames.recv() => self.forward(frame, &mut frames).await?,
            }
        }
    }

    /// A frame of an aide's phone is a sign of life.
    fn heard(&self) {
        if let Ok(responder) = self.who.responder() {
            self.hub.board.heard(responder, None, self.api.dispatcher.clock().now());
        }
    }

    /// Returns whether this session is over.
    async fn is_over(&self, token: Result<[u8; 32], RecvError>) -> bool {
        match token {
            Ok(token) => token == self.who.token_sha256,
            // Which ones ended is not known any more: ask.
            Err(RecvError::Lagged(_)) => {
                let now = self.api.dispatcher.clock().now();
                let store = self.api.dispatcher.store();
                matches!(store.session(&self.who.token_sha256, now).await, Ok(None))
            }
            Err(RecvError::Closed) => true,
        }
    }

    /// Resumes after a number, or tells the state as it is.
    async fn begin(&mut self, since: Option<u64>) -> Result<broadcast::Receiver<Arc<Frame>>, End> {
        self.heard();
        let (frames, missed) = self.hub.resume(since);
        match (missed, since) {
            (Some(missed), Some(since)) => {
                self.told = since;
                for frame in missed {
                    self.feed(&frame).await?;
                }
                self.tell_responders().await?;
                self.beat().await?;
            }
            (Some(_) | None, _) => self.tell_snapshot().await?,
        }
        Ok(frames)
    }

    async fn tell_snapshot(&mut self) -> Result<(), End> {
        let snapshot = self.hub.board.snapshot();
        let now = self.api.dispatcher.clock().now();
        let people = snapshot.people.iter();
        let message = match self.who.responder() {
            Err(_) => {
                let mut tickets = snapshot.tickets;
                tickets.sort_by_key(|t| (t.urgency, std::cmp::Reverse(t.times.received)));
                LiveMessage::Snapshot {
                    seq: snapshot.seq,
                    tickets: tickets.iter().map(|t| view::ticket(t, now)).collect(),
                    responders: people.map(|(p, s, on)| view::responder(p, *s, *on)).collect(),
                    offers: None,
                }
            }
            Ok(own) => {
                let offers = offers_in_hand(&self.api, &self.who).await.map_err(|_| End::Behind)?;
                LiveMessage::Snapshot {
                    seq: snapshot.seq,
                    tickets: offers.iter().map(|file| file.ticket.clone()).collect(),
                    responders: people
                        .filter(|(person, _, _)| person.responder.id == own)
                        .map(|(p, s, on)| view::responder(p, *s, *on))
                        .collect(),
                    offers: Some(offers),
                }
            }
        };
        self.told = snapshot.seq;
        self.put(&message).await?;
        self.flush().await
    }

    /// Duty and positions carry no number: after a break an operator is told all of them anew.
    async fn tell_responders(&mut self) -> Result<(), End> {
        if self.who.responder().is_ok() {
            return Ok(());
        }
        let people = self.hub.board.snapshot().people;
        let responders = people.iter().map(|(p, s, on)| view::responder(p, *s, *on)).collect();
        let at = rfc3339(self.api.dispatcher.clock().now());
        self.put(&LiveMessage::Responders { at, responders }).await
    }

    async fn beat(&mut self) -> Result<(), End> {
        let at = rfc3339(self.api.dispatcher.clock().now());
        self.put(&LiveMessage::Heartbeat { seq: self.told, at }).await?;
        self.feed_message(Message::Ping(Vec::new().into())).await?;
        self.flush().await
    }

    /// Forwards a frame and whatever waits behind it, in one write.
    async fn forward(
        &mut self,
        first: Result<Arc<Frame>, RecvError>,
        frames: &mut broadcast::Receiver<Arc<Frame>>,
    ) -> Result<(), End> {
        let mut next = first.map_err(|_| End::Behind)?;
        for _ in 0..COALESCE {
            self.feed(&next).await?;
            next = match frames.try_recv() {
                Ok(frame) => frame,
                Err(TryRecvError::Empty) => return self.flush().await,
                Err(TryRecvError::Lagged(_) | TryRecvError::Closed) => return Err(End::Behind),
            };
        }
        self.feed(&next).await?;
        self.flush().await
    }

    async fn feed(&mut self, frame: &Frame) -> Result<(), End> {
        match (frame, self.who.responder()) {
            (Frame::Restart, _) => Err(End::Behind),
            (Frame::Event { happened, .. }, _) if happened.seq <= self.told => Ok(()),
            (Frame::Event { happened, text }, Err(_)) => {
                self.feed_message(Message::Text(text.clone())).await?;
                self.told = happened.seq;
                let delay_ms = self.api.dispatcher.clock().now().since_ms(happened.at).max(0);
                histogram!("silverbell_live_delivery_seconds").record(delay_ms as f64 / 1_000.0);
                Ok(())
            }
            (Frame::Event { happened, .. }, Ok(own)) => self.feed_aide(happened, own).await,
            (Frame::Unnumbered { text }, Err(_)) => {
                self.feed_message(Message::Text(text.clone())).await
            }
            (Frame::Unnumbered { .. }, Ok(_)) => Ok(()),
        }
    }

    /// An aide is told what concerns the own offer, as long as it is in hand, and that it is over.
    async fn feed_aide(&mut self, happened: &Happened, own: ResponderId) -> Result<(), End> {
        let ticket = &happened.ticket;
        let Some(offer) = ticket.last_offer_to(own) else { return Ok(()) };
        if !offer.state.is_active() && concerned(&happened.event) != Some(own) {
            return Ok(());
        }
        let file = offer_file(&self.api, ticket, offer.id).await.map_err(|_| End::Behind)?;
        let message = LiveMessage::Event {
            seq: happened.seq,
            prev: self.told,
            at: rfc3339(happened.at),
            event: happened.event.name().into(),
            ticket: Box::new(file.ticket.clone()),
            offer: Some(Box::new(file)),
        };
        self.told = happened.seq;
        self.put(&message).await
    }

    async fn put(&mut self, message: &LiveMessage) -> Result<(), End> {
        match encode(message) {
            Some(text) => self.feed_message(Message::Text(text)).await,
            None => Ok(()),
        }
    }

    async fn feed_message(&mut self, message: Message) -> Result<(), End> {
        match timeout(WRITE_WITHIN, self.sink.feed(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }

    async fn flush(&mut self) -> Result<(), End> {
        match timeout(WRITE_WITHIN, self.sink.flush()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }
}
