//! How everybody answers when asked: counted in the store now and then, and on the board with every
//! answer in between.

use std::sync::Arc;
use std::time::Duration;

use silverbell_domain::answers_since;
use tokio_util::sync::CancellationToken;

use crate::Dispatcher;
use crate::rounds::Rounds;

/// Counted anew so often: what is older than the window falls out, and a district taken on since has
/// its histories.
const EVERY: Duration = Duration::from_secs(600);

pub(crate) async fn run(dispatcher: Arc<Dispatcher>, stop: CancellationToken) {
    let mut rounds = Rounds::every(EVERY, stop);
    while rounds.next().await {
        let since = answers_since(dispatcher.clock.now());
        for board in dispatcher.boards() {
            let district = board.district();
            match dispatcher.store.answers(district, since).await {
                Ok(answers) => board.set_answers(answers),
                // Until the next round everybody counts as before.
                Err(error) => tracing::warn!(%district, %error, "answers are not counted"),
            }
        }
    }
}
