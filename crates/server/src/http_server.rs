//! The HTTP port: accepts, bounds and ends connections. Everything above that is the router's.
//!
//! Nobody may keep a place by doing nothing: a first request has to come soon, a next one within
//! the idle time, a request and its body have to be complete and answered in time, and an answer
//! has to be taken. What [`Places`] does when there are too many nevertheless, stands there.

mod socket;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::os::fd::AsRawFd;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use metrics::counter;
use silverbell_web::{Bounds, Entry, Place, Places, Problem, Proxies};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream, lookup_host};
use tokio::time::{Instant, sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service;
use tower_http::timeout::DeadlineBody;

use self::socket::Socket;

/// Who has not asked for anything so long after connecting is closed.
const FIRST_REQUEST_WITHIN: Duration = Duration::from_secs(10);

/// The body of a request ends after so long, wherever it is: of an SOS, what came is taken. Over
/// the slowest network it is a matter of seconds.
const BODY_WITHIN: Duration = Duration::from_secs(20);

/// A request is answered within this or not at all.
const ANSWERED_WITHIN: Duration = Duration::from_secs(30);

/// Somebody who takes not a byte of an answer for so long is gone.
const TAKES_WITHIN: Duration = Duration::from_secs(20);

/// Whoever is asked to make room may finish an answer; an SOS has one within two seconds.
const GOES_WITHIN: Duration = Duration::from_secs(2);

/// Who has asked for nothing yet, or has had the answer, goes at once; the last of it may still be
/// on its way. A flood of half requests must not hold its places any longer.
const LEAVES_WITHIN: Duration = Duration::from_millis(200);

/// So somebody has gone by then; if nobody has, this is the end of a queue that does not move.
const PLACE_WITHIN: Duration = Duration::from_secs(3);

/// At the end of the service an answer under way has so long; the whole drain has nine seconds.
const ENDS_WITHIN: Duration = Duration::from_secs(5);

/// After an error of accepting (out of files, most likely).
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// The same trouble is told once in so long.
const SAID_FOR: Duration = Duration::from_secs(60);

/// Heads of requests are not longer than this, and no more of a body is read at once, bytes.
const READ_AT_ONCE: usize = 32 * 1_024;

/// Connections that may wait to be accepted: a whole burst of them, for a second one tried is a
/// second late.
const BACKLOG: u32 = 4_096;

/// What the port follows.
#[derive(Clone)]
pub(crate) struct HttpSettings {
    /// Its name in the metrics.
    pub(crate) port: &'static str,
    pub(crate) bounds: Bounds,
    /// A connection may wait so long between two requests.
    pub(crate) idle: Duration,
    pub(crate) proxies: Proxies,
    /// From this number of open files on, connections make room: the process may open few more.
    pub(crate) files: u64,
    /// Connections are HTTPS; `None`: they are plain.
    pub(crate) tls: Option<TlsAcceptor>,
}

/// Listens on `ADDR:PORT`.
pub(crate) async fn listen(address: &str) -> io::Result<TcpListener> {
    let mut failed = io::Error::new(io::ErrorKind::NotFound, "no such address");
    for address in lookup_host(address).await? {
        match bind(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => failed = error,
        }
    }
    Err(failed)
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Otherwise a restart would wait until the connections of the last run are forgotten.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until `stop` is cancelled. Connections are `tasks`; they end with `stop`, too.
pub(crate) async fn serve(
    listener: TcpListener,
    app: Router,
    settings: HttpSettings,
    tasks: TaskTracker,
    stop: CancellationToken,
) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(settings.idle).max_buf_size(READ_AT_ONCE);
    let port = Arc::new(Port {
        places: Places::new(settings.port, settings.bounds, settings.proxies.clone()),
        http,
        app: app.with_state(()),
        settings,
        stop: stop.clone(),
    });
    let mut trouble = Trouble::default();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, from)) => match port.place(&stream, from).await {
                Some(place) => {
                    tasks.spawn(port.clone().converse(stream, from, place));
                }
                None => trouble.say("too many connections: one was turned away"),
            },
            // The other side gave up before we came to it.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                counter!("silverbell_accept_errors_total", "port" => "http").increment(1);
                trouble.say(&format!("cannot accept connections: {error}"));
                if is_full(&error) {
                    port.places.make_room();
                }
                sleep(ACCEPT_AGAIN_AFTER).await;
            }
        }
    }
}

/// Whether a connection that goes would help: no more open files, no more memory (Linux's numbers
/// of ENOMEM, ENFILE, EMFILE and ENOBUFS). A network's own errors come here, too.
fn is_full(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(12 | 23 | 24 | 105))
}

/// Says the same trouble now and then, not with every connection of a flood.
#[derive(Default)]
struct Trouble {
    said_at: Option<Instant>,
}

impl Trouble {
    fn say(&mut self, what: &str) {
        if self.said_at.is_none_or(|at| at.elapsed() >= SAID_FOR) {
            tracing::warn!("HTTP port: {what}");
            self.said_at = Some(Instant::now());
        }
    }
}

struct Port {
    places: Arc<Places>,
    http: http1::Builder,
    app: Router,
    settings: HttpSettings,
    stop: CancellationToken,
}

impl Port {
    /// Takes a place, when there is none as soon as somebody has gone. Meanwhile those who come
    /// wait in the system's queue: an SOS among them is late rather than lost.
    async fn place(&self, stream: &TcpStream, from: SocketAddr) -> Option<Place> {
        // A new file gets the lowest number that is free: so many are open already.
        let files = u64::try_from(stream.as_raw_fd()).unwrap_or(0);
        let waiting = async {
            loop {
                match self.places.enter(from.ip(), files >= self.settings.files) {
                    Entry::Free(place) => return Some(place),
                    Entry::Full => self.places.somebody_went().await,
                    Entry::AddressIsFull => return None,
                }
            }
        };
        tokio::select! {
            () = self.stop.cancelled() => None,
            place = timeout(PLACE_WITHIN, waiting) => place.ok().flatten(),
        }
    }

    /// Serves a connection until it ends, becomes a live feed, or has to go.
    async fn converse(self: Arc<Self>, stream: TcpStream, peer: SocketAddr, place: Place) {
        // An answer is one small write: waiting for a second one costs tens of milliseconds.
        drop(stream.set_nodelay(true));
        let (told_to_go, _plain) = (place.told_to_go(), place.plain());
        let Some(tls) = self.settings.tls.clone() else {
            let socket = Socket::new(stream, place, TAKES_WITHIN);
            return self.speak(socket, peer, told_to_go).await;
        };
        let shaken = tokio::select! {
            shaken = timeout(FIRST_REQUEST_WITHIN, shake_hands(&tls, stream, place)) => shaken,
            () = told_to_go.cancelled() => return,
            () = self.stop.cancelled() => return,
        };
        if let Ok(Some(secured)) = shaken {
            self.speak(secured, peer, told_to_go).await;
        }
    }

    /// Answers requests over a connection.
    async fn speak(
        self: Arc<Self>,
        socket: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        peer: SocketAddr,
        told_to_go: CancellationToken,
    ) {
        let (has_asked, is_asking) = (AtomicBool::new(false), AtomicBool::new(false));
        let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| {
            has_asked.store(true, Ordering::Relaxed);
            is_asking.store(true, Ordering::Relaxed);
            let in_time = |body| Body::new(DeadlineBody::new(BODY_WITHIN, body));
            let answer = self.answer(request.map(in_time), peer);
            answer.inspect(|_| is_asking.store(false, Ordering::Relaxed))
        });
        let socket = TokioIo::new(socket);
        let mut connection = pin!(self.http.serve_connection(socket, service).with_upgrades());
        let within = tokio::select! {
            // How a connection ended, its other side knows best.
            _ = connection.as_mut() => return,
            () = silence(&has_asked) => return,
            () = told_to_go.cancelled() => {
                if is_asking.load(Ordering::Relaxed) { GOES_WITHIN } else { LEAVES_WITHIN }
            }
            () = self.stop.cancelled() => ENDS_WITHIN,
        };
        connection.as_mut().graceful_shutdown();
        drop(timeout(within, connection).await);
    }

    async fn answer(&self, mut request: Request, peer: SocketAddr) -> Result<Response, Infallible> {
        if request.headers().contains_key(header::UPGRADE) && !self.places.have_room_for_a_feed() {
            let problem = Problem::unavailable("too many live feeds are open", 5);
            return Ok(problem.into_response());
        }
        let asks = self.settings.proxies.who_asks(peer, request.headers());
        request.extensions_mut().insert(ConnectInfo(asks));
        in_time(ANSWERED_WITHIN, self.app.clone().call(request)).await
    }
}

/// A TLS connection begins with a record of this kind (RFC 8446, 5.1: handshake); no request does.
const TLS_HANDSHAKE: u8 = 22;

/// Makes a connection HTTPS; `None` when the other side does not want it, or goes. Whoever speaks plain
/// HTTP is told.
async fn shake_hands(
    tls: &TlsAcceptor,
    stream: TcpStream,
    place: Place,
) -> Option<TlsStream<Socket<TcpStream, Place>>> {
    let mut first = [0];
    let begins = stream.peek(&mut first).await.ok()?;
    let socket = Socket::new(stream, place, TAKES_WITHIN);
    if begins == 1 && first[0] != TLS_HANDSHAKE {
        say_https(socket).await;
        return None;
    }
    // How it failed, its other side knows best.
    tls.accept(socket).await.ok()
}

/// Tells whoever speaks plain HTTP to a port of HTTPS, in words and without reading what was sent.
async fn say_https(mut socket: impl AsyncWrite + Unpin) {
    const WORDS: &str = "this port speaks HTTPS: use https://\n";
    let answer = format!(
        "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{WORDS}",
        WORDS.len()
    );
    // Whoever is gone needs no words.
    drop(timeout(TAKES_WITHIN, socket.write_all(answer.as_bytes())).await);
    drop(timeout(LEAVES_WITHIN, socket.shutdown()).await);
}

/// Ends when nothing was asked for soon enough.
async fn silence(has_asked: &AtomicBool) {
    sleep(FIRST_REQUEST_WITHIN).await;
    if has_asked.load(Ordering::Relaxed) {
        // From now on the idle time counts.
        std::future::pending().await
    }
}

/// A live feed is answered at once, and its life is its own.
async fn in_time(
    within: Duration,
    answer: impl Future<Output = Result<Response, Infallible>>,
) -> Result<Response, Infallible> {
    match timeout(within, answer).await {
        Ok(answer) => answer,
        Err(_) => {
            let detail = "the request took too long; send it again";
            Ok(Problem::new(StatusCode::REQUEST_TIMEOUT, detail).into_response())
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use axum::routing::post;

    use super::*;

    async fn post_to_echo(body: Body) -> StatusCode {
        let mut app: Router = Router::new().route("/", post(|body: Bytes| async { body }));
        let request = Request::post("/").body(body).expect("a request");
        let answer = in_time(Duration::from_millis(50), app.call(request)).await;
        answer.expect("an answer").status()
    }

    #[tokio::test]
    async fn a_body_that_never_ends_is_answered_that_it_took_too_long() {
        let endless = futures_util::stream::pending::<Result<Bytes, Infallible>>();
        assert_eq!(post_to_echo(Body::from_stream(endless)).await, StatusCode::REQUEST_TIMEOUT);
        assert_eq!(post_to_echo(Body::from("sos")).await, StatusCode::OK);
    }
}
