//! `GET /v1/live`: a snapshot, then numbered events. One that falls behind is closed and starts
//! anew; nothing is ever skipped in silence.

#![allow(unused_qualifications, reason = "utoipa's macro repeats the path of a query")]

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use metrics::{gauge, histogram};
use serde::Deserialize;
use silverbell_domain::{Offer, Person, ResponderId, Ticket};
use silverbell_store::{Happened, UserRole};
use silverbell_web::{Problem, rfc3339};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};
use utoipa::IntoParams;

use crate::Api;
use crate::district_routes::chosen;
use crate::dto::LiveMessage;
use crate::guard::is_foreign;
use crate::hub::{Frame, Hub, calls, concerned, cover, encode};
use crate::me_routes::offers_in_hand;
use crate::offer_routes::offer_file;
use crate::session::{CurrentUser, EXTEND_LIVE_EVERY_S, touch};
use crate::view;

/// The contract says every 5 s at least.
const HEARTBEAT: Duration = Duration::from_secs(4);

/// A reader who takes nothing for so long is gone.
const WRITE_WITHIN: Duration = Duration::from_secs(10);

/// Somebody who does not even answer pings for so long is gone.
const SILENT: Duration = Duration::from_secs(45);

/// How many waiting frames become one write.
const COALESCE: usize = 256;

/// So often the store is asked whether the session still lasts: sockets are not to outlive it.
const CHECK_SESSION: Duration = Duration::from_secs(60);

/// How long that may take.
const SESSION_WITHIN: Duration = Duration::from_millis(500);

/// What a client may send at once, and what may wait to be sent to it, bytes.
const MAX_MESSAGE: usize = 64 * 1024;
const MAX_WAITING: usize = 8 * 1024 * 1024;

/// What is read at once: phones say little, and the default (128 KiB) is cleared at every read.
const READ_BUFFER: usize = 4_096;

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
    (status = 403, description = "Another site's page, or an aide who is no responder, asks",
        body = Problem),
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
    // Nobody gets an operator's feed for lack of a responder.
    let own = if who.user.role.is_operator() { None } else { Some(who.responder()?) };
    let hub = match own {
        Some(responder) => {
            api.dispatcher.board_of(responder).and_then(|b| api.hubs.of(b.district()))
        }
        None => districts.first().and_then(|district| api.hubs.of(district)),
    };
    let hub = hub.ok_or_else(|| Problem::unavailable("the district is not read yet", 1))?;
    let token = api.connections.token();
    let upgrade = upgrade
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .max_write_buffer_size(MAX_WAITING)
        .read_buffer_size(READ_BUFFER);
    Ok(upgrade.on_upgrade(move |socket: WebSocket| async move {
        // Nobody sits before the canary's.
        let is_screen = !hub.board.district().is_canary();
        if is_screen {
            gauge!("silverbell_live_connections").increment(1.0);
        }
        // Operators are told what nobody takes care of; supervisors are another rung.
        let name = &who.user.username;
        let leads = api.dispatcher.policy().escalation.shift_leads.contains(name);
        let is_operator = who.user.role == UserRole::Operator;
        let _seat = is_operator.then(|| hub.board.sit_down(leads));
        let (sink, stream) = socket.split();
        let ended = api.sessions.follow_ended();
        Connection { api, who, own, hub, sink, told: 0 }.run(stream, ended, query.since).await;
        if is_screen {
            gauge!("silverbell_live_connections").decrement(1.0);
        }
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
    /// Whose offers it tells; `None` for those who may see the whole district.
    own: Option<ResponderId>,
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
        let stop = self.api.stop.clone();
        // Whatever it does: who takes nothing would make the end of the service wait.
        let conversation = stop.run_until_cancelled(self.converse(stream, ended, since));
        let end = match conversation.await.unwrap_or(Err(End::Stops)) {
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
        let mut unrecorded = self.api.hubs.follow_unrecorded();
        let mut frames = self.begin(since, &mut unrecorded).await?;
        let mut heartbeat = interval(HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        heartbeat.tick().await;
        let mut check = interval(CHECK_SESSION);
        check.set_missed_tick_behavior(MissedTickBehavior::Delay);
        check.tick().await;
        let mut silent_at = Instant::now() + SILENT;
        loop {
            tokio::select! {
                () = sleep_until(silent_at) => return Err(End::Gone),
                _ = heartbeat.tick() => self.beat().await?,
                _ = check.tick() => if self.has_ended().await {
                    return Err(End::LoggedOut);
                },
                token = ended.recv() => if self.is_over(token).await {
                    return Err(End::LoggedOut);
                },
                received = stream.next() => match received {
                    Some(Ok(Message::Close(_))) | Some(Err(_)) | None => return Err(End::Gone),
                    // The network answers a ping, also for a page that stands still: the socket lives,
                    // and whether the page does is asked by a probe.
                    Some(Ok(Message::Pong(_))) => silent_at = Instant::now() + SILENT,
                    Some(Ok(_)) => {
                        silent_at = Instant::now() + SILENT;
                        self.heard();
                    }
                },
                frame = frames.recv() => self.forward(frame, &mut frames).await?,
                Ok(()) = unrecorded.changed() => {
                    self.tell_unrecorded(&mut unrecorded).await?;
                    self.flush().await?;
                }
            }
        }
    }

    /// A frame of an aide's phone is a sign of life.
    fn heard(&self) {
        if let Some(responder) = self.own {
            self.hub.board.heard(responder, None, self.api.dispatcher.clock().now());
        }
    }

    /// Returns whether this session is over.
    async fn is_over(&self, token: Result<[u8; 32], RecvError>) -> bool {
        match token {
            Ok(token) => token == self.who.token_sha256,
            // Which ones ended is not known any more: ask.
            Err(RecvError::Lagged(_)) => self.has_ended().await,
            Err(RecvError::Closed) => true,
        }
    }

    /// Asks the store whether this session has ended; a connection is a use of it, so its end
    /// moves. While the store is away nobody is thrown out.
    async fn has_ended(&self) -> bool {
        let now = self.api.dispatcher.clock().now();
        let store = self.api.dispatcher.store();
        let asked = touch(store, &self.who.token_sha256, now, EXTEND_LIVE_EVERY_S);
        // A store that says nothing is away: what there is to tell does not wait for it.
        matches!(timeout(SESSION_WITHIN, asked).await, Ok(Ok(None)))
    }

    /// Resumes after a number, or tells the state as it is.
    async fn begin(
        &mut self,
        since: Option<u64>,
        unrecorded: &mut watch::Receiver<Option<Utf8Bytes>>,
    ) -> Result<broadcast::Receiver<Arc<Frame>>, End> {
        self.heard();
        let (frames, missed) = self.hub.resume(since, self.own);
        match (missed, since) {
            (Some(missed), Some(since)) => {
                self.told = since;
                for frame in missed {
                    self.feed(&frame).await?;
                }
                self.tell_responders().await?;
            }
            (Some(_) | None, _) => self.tell_snapshot().await?,
        }
        // Before the first heartbeat: a screen then knows that it was told all there is.
        self.tell_unrecorded(unrecorded).await?;
        if self.own.is_none() && !self.api.dispatcher.calls().is_empty() {
            let calls = calls(&self.api.dispatcher, self.hub.board.district());
            self.put(&calls).await?;
        }
        if self.own.is_none()
            && self.has_trouble()
            && let Some(cover) = cover(&self.api.dispatcher, self.hub.board.district())
        {
            self.put(&cover).await?;
        }
        self.beat().await?;
        Ok(frames)
    }

    /// Whether there is something to tell of the roster: of a new connection nobody expects that there
    /// is nothing.
    fn has_trouble(&self) -> bool {
        let found = self.api.dispatcher.cover_found(self.hub.board.district());
        found.is_some_and(|found| found.has_trouble())
    }

    /// Tells which alarms are not yet recorded. An aide is not told: whose they are is not known.
    async fn tell_unrecorded(
        &mut self,
        unrecorded: &mut watch::Receiver<Option<Utf8Bytes>>,
    ) -> Result<(), End> {
        let text = unrecorded.borrow_and_update().clone();
        match text {
            Some(text) if self.own.is_none() => self.feed_message(Message::Text(text)).await,
            Some(_) | None => Ok(()),
        }
    }

    async fn tell_snapshot(&mut self) -> Result<(), End> {
        let snapshot = self.hub.board.snapshot();
        let now = self.api.dispatcher.clock().now();
        let people = snapshot.people.iter();
        let out = |person: &Person| self.api.dispatcher.out_of_touch_since(person, now);
        let message = match self.own {
            None => {
                let mut tickets = snapshot.tickets;
                tickets.sort_by_key(|t| (t.urgency, std::cmp::Reverse(t.times.received)));
                LiveMessage::Snapshot {
                    seq: snapshot.seq,
                    tickets: tickets
                        .iter()
                        .map(|t| view::ticket(t, self.api.dispatcher.policy(), now))
                        .collect(),
                    responders: people
                        .map(|(p, s, on)| view::responder(p, *s, *on, out(p)))
                        .collect(),
                    offers: None,
                }
            }
            Some(own) => {
                let offers = offers_in_hand(&self.api, &self.who).await.map_err(|_| End::Behind)?;
                LiveMessage::Snapshot {
                    seq: snapshot.seq,
                    tickets: offers.iter().map(|file| file.ticket.clone()).collect(),
                    responders: people
                        .filter(|(person, _, _)| person.responder.id == own)
                        .map(|(p, s, on)| view::responder(p, *s, *on, out(p)))
                        .collect(),
                    offers: Some(offers),
                }
            }
        };
        self.told = snapshot.seq;
        self.put(&message).await
    }

    /// Duty and positions carry no number: after a break an operator is told all of them anew.
    async fn tell_responders(&mut self) -> Result<(), End> {
        if self.own.is_some() {
            return Ok(());
        }
        let people = self.hub.board.snapshot().people;
        let now = self.api.dispatcher.clock().now();
        let out = |person: &Person| self.api.dispatcher.out_of_touch_since(person, now);
        let responders =
            people.iter().map(|(p, s, on)| view::responder(p, *s, *on, out(p))).collect();
        self.put(&LiveMessage::Responders { at: rfc3339(now), responders }).await
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
            self.feed_live(&next).await?;
            next = match frames.try_recv() {
                Ok(frame) => frame,
                Err(TryRecvError::Empty) => return self.flush().await,
                Err(TryRecvError::Lagged(_) | TryRecvError::Closed) => return Err(End::Behind),
            };
        }
        self.feed_live(&next).await?;
        self.flush().await
    }

    /// Feeds what has just happened, and measures how long ago for those who see all of it.
    async fn feed_live(&mut self, frame: &Frame) -> Result<(), End> {
        let told = self.told;
        self.feed(frame).await?;
        if let Frame::Event { happened, .. } = frame
            && self.own.is_none()
            && self.told != told
            && !self.hub.board.district().is_canary()
        {
            let delay_ms = self.api.dispatcher.clock().now().since_ms(happened.at).max(0);
            histogram!("silverbell_live_delivery_seconds").record(delay_ms as f64 / 1_000.0);
            tracing::debug!(
                target: "silverbell::trace",
                step = "shown", ticket = %happened.ticket.id, seq = happened.seq, delay_ms,
            );
        }
        Ok(())
    }

    async fn feed(&mut self, frame: &Frame) -> Result<(), End> {
        match (frame, self.own) {
            (Frame::Restart, _) => Err(End::Behind),
            (Frame::Event { happened, .. }, _) if happened.seq <= self.told => Ok(()),
            (Frame::Event { happened, text }, None) => {
                self.feed_message(Message::Text(text.clone())).await?;
                self.told = happened.seq;
                Ok(())
            }
            (Frame::Event { happened, .. }, Some(own)) => self.feed_aide(happened, own).await,
            (Frame::Unnumbered { text }, None) => {
                self.feed_message(Message::Text(text.clone())).await
            }
            (Frame::Probe { text }, Some(_)) => {
                self.feed_message(Message::Text(text.clone())).await
            }
            (Frame::Unnumbered { .. }, Some(_)) | (Frame::Probe { .. }, None) => Ok(()),
        }
    }

    async fn feed_aide(&mut self, happened: &Happened, own: ResponderId) -> Result<(), End> {
        let ticket = &happened.ticket;
        let now = self.hub.board.ticket(ticket.id);
        let Some(offer) = offer_to_tell(happened, own, now.as_deref()) else { return Ok(()) };
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

/// Returns the offer that an event tells an aide about: the own one, as long as it is in hand, and
/// that it is over. `now` is the ticket as it stands on the board: an event of the past, told to
/// one who resumes, must not open today's file of a senior whose offer is not in hand any more. (A
/// later event says that it is over.)
fn offer_to_tell<'a>(
    happened: &'a Happened,
    own: ResponderId,
    now: Option<&Ticket>,
) -> Option<&'a Offer> {
    let offer = happened.ticket.last_offer_to(own)?;
    let is_told = if offer.state.is_active() {
        now.and_then(|ticket| ticket.offer(offer.id)).is_some_and(|offer| offer.state.is_active())
    } else {
        concerned(&happened.event) == Some(own)
    };
    is_told.then_some(offer)
}

#[cfg(test)]
mod tests {
    use silverbell_domain::{By, Event, OfferCommand, OfferId, Policy, TeamRole};
    use uuid::Uuid;

    use super::*;
    use crate::testing::{NOW, OPERATOR, offered};

    const OWN: ResponderId = ResponderId(Uuid::from_u128(10));
    const OFFER: OfferId = OfferId(Uuid::from_u128(11));

    fn declined() -> Ticket {
        let mut ticket = offered(OFFER, OWN);
        let by = By::Person { user: OPERATOR };
        let decline = OfferCommand::Decline(None);
        let done = ticket.step_offer(OFFER, decline, by, None, NOW, &Policy::default());
        done.expect("declined");
        ticket
    }

    fn happened(event: Event, ticket: Ticket) -> Happened {
        let by = By::Person { user: OPERATOR };
        Happened { seq: 7, at: NOW, by, event, ticket: Arc::new(ticket) }
    }

    fn note(ticket: Ticket) -> Happened {
        happened(Event::Noted { text: "he rang".into() }, ticket)
    }

    #[test]
    fn an_offer_in_hand_is_told_to_its_responder_only() {
        let (event, now) = (note(offered(OFFER, OWN)), offered(OFFER, OWN));
        assert_eq!(offer_to_tell(&event, OWN, Some(&now)).map(|offer| offer.id), Some(OFFER));
        let other = ResponderId(Uuid::from_u128(12));
        assert_eq!(offer_to_tell(&event, other, Some(&now)), None);
    }

    #[test]
    fn the_past_of_an_offer_not_in_hand_any_more_is_not_told() {
        let event = note(offered(OFFER, OWN));
        assert_eq!(offer_to_tell(&event, OWN, Some(&declined())), None);
        assert_eq!(offer_to_tell(&event, OWN, None), None, "closed meanwhile");

        let mut again = declined();
        let policy = Policy::default();
        let (next, eta) = (OfferId(Uuid::from_u128(13)), again.offers[0].eta);
        let asked = again.assign(OPERATOR, next, OWN, TeamRole::Lead, eta, NOW, &policy);
        asked.expect("asked again");
        assert_eq!(offer_to_tell(&event, OWN, Some(&again)), None, "another offer is in hand");
    }

    #[test]
    fn the_end_of_an_offer_is_told_and_nothing_after_it() {
        let end = Event::Declined { offer: OFFER, responder: OWN, reason: None };
        let event = happened(end, declined());
        assert_eq!(offer_to_tell(&event, OWN, None).map(|offer| offer.id), Some(OFFER));
        assert_eq!(offer_to_tell(&note(declined()), OWN, Some(&declined())), None);
    }
}
