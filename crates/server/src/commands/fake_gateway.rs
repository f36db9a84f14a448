//! `silverbell fake-gateway`: sends nothing to anybody.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use silverbell_notify::Secret;
use silverbell_notify::fake::{FakeGateway, FakeReceipts, Mode};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::http_server;
use crate::ports::SystemClock;

/// How it is started.
#[derive(Args, Debug)]
pub(crate) struct FakeGatewayArgs {
    /// Where messages are posted, ADDR:PORT; port 0 picks a free one
    #[arg(long)]
    listen: String,
    /// Where receipts are sent (`delivered`, then key 1 where keys may be pressed)
    #[arg(long, value_name = "URL", requires = "secret")]
    receipts: Option<String>,
    /// What receipts are signed with
    #[arg(long, requires = "receipts")]
    secret: Option<String>,
    /// ok, slow, error, accept-and-lose, twice, busy, refuse, not-accepted or redirect
    #[arg(long, default_value = "ok")]
    mode: Mode,
}

/// Serves until it is told to stop.
pub(crate) async fn run(args: FakeGatewayArgs) -> Result<ExitCode> {
    let receipts = args
        .receipts
        .zip(args.secret)
        .map(|(url, secret)| FakeReceipts { url, secret: Secret::new(secret) });
    let gateway = FakeGateway::new(args.mode, receipts, Arc::new(SystemClock))?;
    let listener = http_server::listen(&args.listen).await?;
    super::print(&format!("listening on http://{}", listener.local_addr()?))?;
    let stop = CancellationToken::new();
    let mut signals = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let on_signal = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = signals.0.recv() => {}
            _ = signals.1.recv() => {}
        }
        on_signal.cancel();
    });
    gateway.serve(listener, stop).await?;
    Ok(ExitCode::SUCCESS)
}
