//! The services to compare with, as people would write them: axum, sqlx, one row; and for watches
//! bare TCP.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use anyhow::{Result, bail};
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Json, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Router, serve as serve_http};
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, broadcast};

use crate::Peer;
use crate::disk::GroupCommit;

/// How many frames a socket may lag behind.
const LAG: usize = 4_096;

/// What the handlers share: one writing connection behind a mutex, one channel to the sockets.
#[derive(Clone, Debug)]
struct Shared {
    store: Arc<Mutex<SqliteConnection>>,
    frames: broadcast::Sender<Utf8Bytes>,
    kind: Peer,
}

/// The longest frame of a watch, bytes.
const MAX_FRAME: usize = 1_024;

/// Serves until it is killed.
pub(crate) async fn serve(kind: Peer, dir: &Path) -> Result<()> {
    match kind {
        Peer::Bare | Peer::Relay => serve_one_row(kind, dir).await,
        Peer::Keeper => keep(dir).await,
    }
}

async fn serve_one_row(kind: Peer, dir: &Path) -> Result<()> {
    let options = SqliteConnectOptions::from_str("sqlite://")?
        .filename(dir.join("peer.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging();
    let mut connection = SqliteConnection::connect_with(&options).await?;
    sqlx::query("CREATE TABLE IF NOT EXISTS sos (id INTEGER PRIMARY KEY, device TEXT, body TEXT)")
        .execute(&mut connection)
        .await?;
    let shared =
        Shared { store: Arc::new(Mutex::new(connection)), frames: broadcast::channel(LAG).0, kind };
    let app =
        Router::new().route("/v1/sos", post(sos)).route("/v1/live", get(live)).with_state(shared);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on http://{}", listener.local_addr()?);
    serve_http(listener, app).await?;
    Ok(())
}

async fn sos(State(shared): State<Shared>, Json(body): Json<Value>) -> (StatusCode, Json<Value>) {
    let device = body.get("device").and_then(Value::as_str).unwrap_or_default();
    let kept = {
        let mut store = shared.store.lock().await;
        sqlx::query("INSERT INTO sos (device, body) VALUES (?1, ?2)")
            .bind(device)
            .bind(body.to_string())
            .execute(&mut *store)
            .await
    };
    let Ok(kept) = kept else {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(json!({})));
    };
    let id = kept.last_insert_rowid().to_string();
    if shared.kind == Peer::Relay {
        let event = json!({"type": "event", "event": "ticket_opened",
            "ticket": {"id": id, "device": device, "body": body}});
        // Nobody may look at present.
        drop(shared.frames.send(event.to_string().into()));
    }
    let answer = json!({"signal": id, "ticket": id, "joined": false, "duplicate": false});
    (StatusCode::ACCEPTED, Json(answer))
}

async fn live(State(shared): State<Shared>, upgrade: WebSocketUpgrade) -> Response {
    let frames = shared.frames.subscribe();
    upgrade.on_upgrade(move |socket| forward(socket, frames))
}

async fn forward(mut socket: WebSocket, mut frames: broadcast::Receiver<Utf8Bytes>) {
    while let Ok(frame) = frames.recv().await {
        if socket.send(Message::Text(frame)).await.is_err() {
            return;
        }
    }
}

/// Holds the connections of watches.
async fn keep(dir: &Path) -> Result<()> {
    let (disk, _writer) = GroupCommit::start(dir)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("listening on tcp://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let disk = disk.clone();
        // A watch that hangs up is no error.
        tokio::spawn(async move { drop(answer(stream, &disk).await) });
    }
}

/// Answers a log-in, and an alarm as soon as it is durable. Everything else is read only.
async fn answer(mut stream: TcpStream, disk: &GroupCommit) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut unread = Vec::with_capacity(MAX_FRAME);
    while unread.len() < MAX_FRAME && stream.read_buf(&mut unread).await? > 0 {
        while let Some(end) = unread.iter().position(|&byte| byte == b']') {
            let frame: Vec<u8> = unread.drain(..=end).collect();
            let frame = String::from_utf8_lossy(&frame);
            let parts: Vec<&str> = frame.splitn(4, '*').collect();
            let [maker, ident, _length, content] = parts[..] else { bail!("no frame of a watch") };
            let is_alarm = content.starts_with("AL");
            if is_alarm && !disk.write().await {
                bail!("the disk failed");
            }
            if is_alarm || content.starts_with("LK") {
                let ack = format!("{maker}*{ident}*0002*{}]", &content[..2]);
                stream.write_all(ack.as_bytes()).await?;
            }
        }
    }
    Ok(())
}
