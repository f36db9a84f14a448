//! Closed tickets of which nothing is left to do are filed away.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::Dispatcher;
use crate::rounds::Rounds;

/// Looked at so often.
const EVERY: Duration = Duration::from_secs(60);

pub(crate) async fn run(dispatcher: Arc<Dispatcher>, stop: CancellationToken) {
    let mut rounds = Rounds::every(EVERY, stop);
    while rounds.next().await {
        if let Err(error) = dispatcher.archive_round().await {
            tracing::warn!(%error, "nothing is filed away for now");
        }
    }
}
