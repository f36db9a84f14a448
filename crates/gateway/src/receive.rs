//! Receives the body of an SOS, and takes what comes of it: on a poor network the end of a body is
//! lost with the connection, or never sent.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use tokio::time::timeout;

/// An SOS body is a few hundred bytes; a longer one is refused here.
const MAX_BODY: usize = 64 * 1024;

/// A body of which nothing more comes for so long is not waited for any longer. Firmware that
/// announces a length it does not send would otherwise wait for its own patience to end.
const STALLED_AFTER: Duration = Duration::from_secs(3);

/// Nor is one that drips, of which this many pieces have come: a network's pieces hold hundreds of
/// bytes each.
const MAX_PIECES: usize = 2_000;

/// What came of a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) bytes: Vec<u8>,
    /// Whether the end was reached that the sender announced.
    pub(crate) is_whole: bool,
}

/// Why nothing is taken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLarge;

/// Receives a body until its end, or until nothing more comes.
pub(crate) async fn receive(mut body: Body) -> Result<Received, TooLarge> {
    let mut bytes = Vec::new();
    for _ in 0..MAX_PIECES {
        match timeout(STALLED_AFTER, next_piece(&mut body)).await {
            Ok(Some(Ok(piece))) => bytes.extend_from_slice(&piece),
            Ok(None) => return Ok(Received { bytes, is_whole: true }),
            // The connection broke, or says nothing.
            Ok(Some(Err(_))) | Err(_) => break,
        }
        if bytes.len() > MAX_BODY {
            return Err(TooLarge);
        }
    }
    Ok(Received { bytes, is_whole: false })
}

/// Returns the next bytes, none if the piece is of another kind, `None` at the end.
async fn next_piece(body: &mut Body) -> Option<Result<Bytes, axum::Error>> {
    let frame = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await?;
    Some(frame.map(|frame| frame.into_data().unwrap_or_default()))
}
