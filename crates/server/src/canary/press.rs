//! A device that presses its key through a port, and waits for what real ones wait for.

use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use silverbell_api::CanaryFailure;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::frames::Alarm;
use super::web::{NoAnswer, Web};

/// A connection within one machine or city takes milliseconds.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);

/// A device is answered within two seconds or not at all (contract); the way there and back besides.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// More than any answer, with what the service asks of its own besides.
const LONGEST_ANSWER: usize = 16 * 1024;

/// Presses; returns when the alarm is acknowledged. `address` is `HOST:PORT` of frames, the origin of
/// requests. `key`: what a device with a key sends.
pub(super) async fn press(
    web: &Web,
    address: &str,
    alarm: Alarm,
    key: Option<&str>,
) -> Result<(), CanaryFailure> {
    match alarm {
        Alarm::Frames(frames) => say(address, frames).await,
        Alarm::Request(path, body) => {
            let mut headers = HeaderMap::new();
            if let Some(key) = key {
                // OwnTracks sends it as a password, phones of our own as a token.
                let words = if path == "/v1/sos" {
                    format!("Bearer {key}")
                } else {
                    format!("Basic {}", STANDARD.encode(format!("canary:{key}")))
                };
                let words = words.parse().map_err(|_| CanaryFailure::Unprepared)?;
                headers.insert(AUTHORIZATION, words);
            }
            let url = format!("{address}{path}");
            match web.ask(&url, headers, body.as_ref(), ANSWER_WITHIN).await {
                Ok(answer) if answer.status.is_success() => Ok(()),
                Err(NoAnswer::Unreachable) => Err(CanaryFailure::Unreachable),
                Ok(_) | Err(NoAnswer::Slow | NoAnswer::Broken) => {
                    Err(CanaryFailure::NotAcknowledged)
                }
            }
        }
    }
}

/// Says one frame after the other, each once the last is answered.
async fn say(address: &str, frames: Vec<(Vec<u8>, Vec<u8>)>) -> Result<(), CanaryFailure> {
    let connecting = timeout(CONNECT_WITHIN, TcpStream::connect(address)).await;
    let Ok(Ok(mut line)) = connecting else { return Err(CanaryFailure::Unreachable) };
    let talk = async {
        for (frame, answer) in frames {
            line.write_all(&frame).await?;
            hear(&mut line, &answer).await?;
        }
        std::io::Result::Ok(())
    };
    match timeout(ANSWER_WITHIN, talk).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(CanaryFailure::NotAcknowledged),
    }
}

/// Reads until these bytes have come; the service may ask things of its own before.
async fn hear(line: &mut TcpStream, answer: &[u8]) -> std::io::Result<()> {
    let mut heard = Vec::new();
    while !heard.windows(answer.len()).any(|part| part == answer) {
        if heard.len() >= LONGEST_ANSWER || line.read_buf(&mut heard).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}
