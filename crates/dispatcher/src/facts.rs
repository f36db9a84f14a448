//! The facts of tickets that were closed before they were kept in rows of their own, or in another layout:
//! packed once after the start, a little at a time. Until then reports read the documents.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use silverbell_domain::{DistrictId, UnixMs};
use silverbell_store::StoreError;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::Dispatcher;
use crate::rounds::Rounds;

/// It is looked so often whether there is a district that was not seen to yet.
const EVERY: Duration = Duration::from_secs(10);

/// So many tickets are packed at once…
const AT_ONCE: u32 = 50;

/// …with such a pause: an SOS waits behind one of these at most.
const PAUSE: Duration = Duration::from_millis(50);

/// The past is looked through in pieces of this length, seconds…
const PIECE_S: i64 = 31 * 86_400;

/// …as many as are ten years.
const PIECES: i64 = 120;

pub(crate) async fn run(dispatcher: Arc<Dispatcher>, stop: CancellationToken) {
    let mut rounds = Rounds::every(EVERY, stop.clone());
    let mut done: BTreeSet<DistrictId> = BTreeSet::new();
    while rounds.next().await {
        for board in dispatcher.boards() {
            let district = board.district();
            if done.contains(district) {
                continue;
            }
            match stop.run_until_cancelled(fill(&dispatcher, district)).await {
                None => return,
                Some(Ok(())) => {
                    done.insert(district.clone());
                }
                Some(Err(error)) => {
                    tracing::debug!(%district, %error, "facts cannot be kept now; trying again");
                }
            }
        }
    }
}

/// From the present backwards: the last month is asked for first.
async fn fill(dispatcher: &Dispatcher, district: &DistrictId) -> Result<(), StoreError> {
    let end = dispatcher.clock.now().plus_s(86_400);
    for piece in 0..PIECES {
        let to = end.plus_s(-piece * PIECE_S);
        fill_piece(dispatcher, district, (to.plus_s(-PIECE_S), to)).await?;
    }
    Ok(())
}

async fn fill_piece(
    dispatcher: &Dispatcher,
    district: &DistrictId,
    (from, to): (UnixMs, UnixMs),
) -> Result<(), StoreError> {
    let mut before = Vec::new();
    loop {
        let missing = dispatcher.store.facts_missing(district, from, to, AT_ONCE).await?;
        if missing.is_empty() {
            return Ok(());
        }
        if missing == before {
            tracing::warn!(%district, "facts of some tickets cannot be kept; their documents are read");
            return Ok(());
        }
        dispatcher.store.keep_facts(district, missing.clone()).await?;
        before = missing;
        sleep(PAUSE).await;
    }
}
