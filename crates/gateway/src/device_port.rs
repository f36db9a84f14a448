//! A TCP port of devices: accepts connections and holds a session with each.

use std::net::SocketAddr;
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::time::Duration;

use metrics::counter;
use silverbell_protocols::Conversation;
use silverbell_web::{Entry, Place, Places};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::Gateway;
use crate::session::Session;

/// After an error of accepting (out of files, most likely): those connected go on.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// Who comes while others are still making room waits so long…
const PLACE_WITHIN: Duration = Duration::from_secs(3);

/// …beside so many others; further ones wait with the system, unaccepted.
const MAX_WAITING: usize = 100;

/// What a port of devices follows.
#[derive(Clone, Debug)]
pub struct PortSettings {
    /// A connection that says nothing for so long is closed.
    pub idle: Duration,
    /// The longest frame, bytes.
    pub max_frame: usize,
    /// Who may be connected.
    pub places: Arc<Places>,
    /// From this number of open files on, connections make room: the process may open few more.
    pub files: u64,
}

/// Makes one connection's side of a port's protocol; takes the longest frame, bytes.
pub type NewConversation = fn(usize) -> Box<dyn Conversation>;

/// Serves devices until `stop` is cancelled, and then their sessions to their end.
pub async fn serve_devices(
    listener: TcpListener,
    gateway: Gateway,
    settings: PortSettings,
    new: NewConversation,
    stop: CancellationToken,
) {
    let sessions = TaskTracker::new();
    let waiting = Arc::new(Semaphore::new(MAX_WAITING));
    let settings = Arc::new(settings);
    loop {
        // Who waits for a place keeps nobody else out.
        let may_wait = tokio::select! {
            () = stop.cancelled() => break,
            Ok(permit) = waiting.clone().acquire_owned() => permit,
        };
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, from)) => {
                let (settings, gateway, stop) = (settings.clone(), gateway.clone(), stop.clone());
                sessions.spawn(async move {
                    let place = place(&settings, &stream, from).await;
                    drop(may_wait);
                    if let Some(place) = place {
                        let talk = new(settings.max_frame);
                        let session = Session::new(stream, from, gateway, settings.idle, talk);
                        converse(session, place, stop).await;
                    }
                });
            }
            Err(error) => {
                counter!("silverbell_accept_errors_total", "port" => "devices").increment(1);
                tracing::warn!(%error, "cannot accept a device");
                settings.places.make_room();
                sleep(ACCEPT_AGAIN_AFTER).await;
            }
        }
    }
    sessions.close();
    sessions.wait().await;
}

/// Returns a place for somebody who comes; others may have to go first.
async fn place(settings: &PortSettings, stream: &TcpStream, from: SocketAddr) -> Option<Place> {
    let places = &settings.places;
    let is_short = u64::try_from(stream.as_raw_fd()).is_ok_and(|file| file >= settings.files);
    let waiting = async {
        loop {
            match places.enter(from.ip(), is_short) {
                Entry::Free(place) => return Some(place),
                Entry::AddressIsFull => return None,
                Entry::Full => places.somebody_went().await,
            }
        }
    };
    let place = timeout(PLACE_WITHIN, waiting).await.ok().flatten();
    if place.is_none() {
        tracing::warn!("too many devices are connected; one was turned away");
    }
    place
}

async fn converse(mut session: Session<TcpStream>, place: Place, stop: CancellationToken) {
    // An ack is a few bytes and is waited for.
    drop(session.stream().set_nodelay(true));
    session.run(&stop, &place.told_to_go()).await;
}
