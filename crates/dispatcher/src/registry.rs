//! The registry beside what a service does itself: a command on the same database puts in responders, and
//! an earlier version kept no readings of names. Both are noticed and seen to, a little at a time.

use std::sync::Arc;
use std::time::Duration;

use silverbell_store::StoreError;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::rounds::Rounds;
use crate::{Board, Dispatcher};

/// It is looked so often whether somebody else changed a responder.
const EVERY: Duration = Duration::from_secs(2);

/// So many names are read at once…
const NAMES_AT_ONCE: u32 = 200;

/// …with such a pause: an SOS waits behind one of these at most.
const NAMES_PAUSE: Duration = Duration::from_millis(100);

pub(crate) async fn run(dispatcher: Arc<Dispatcher>, stop: CancellationToken) {
    let mut rounds = Rounds::every(EVERY, stop.clone());
    let mut are_names_read = false;
    while rounds.next().await {
        if !are_names_read {
            are_names_read = read_names(&dispatcher, &stop).await;
        }
        for board in dispatcher.boards() {
            if let Err(error) = look_at(&dispatcher, &board).await {
                let district = board.district();
                tracing::debug!(%district, %error, "the responders cannot be read at present");
            }
        }
    }
}

/// Returns whether all names have been read.
async fn read_names(dispatcher: &Dispatcher, stop: &CancellationToken) -> bool {
    loop {
        match dispatcher.store.fill_pinyin(NAMES_AT_ONCE).await {
            Ok(false) => return true,
            Ok(true) => {}
            Err(error) => {
                tracing::warn!(%error, "names cannot be read at present; trying again");
                return false;
            }
        }
        if stop.run_until_cancelled(sleep(NAMES_PAUSE)).await.is_none() {
            return false;
        }
    }
}

/// Has those announced who are not on the board as they are kept. What is read here may be old already:
/// the writer reads it once more.
async fn look_at(dispatcher: &Dispatcher, board: &Board) -> Result<(), StoreError> {
    let kept = dispatcher.store.responders(board.district()).await?;
    let is_known = |id, kept: &_| board.person(id).is_some_and(|it| *it.responder == *kept);
    let others: Vec<_> =
        kept.iter().filter(|it| !is_known(it.id, *it)).map(|responder| responder.id).collect();
    if others.is_empty() {
        return Ok(());
    }
    dispatcher.store.tell_responders(board.district(), others).await
}
