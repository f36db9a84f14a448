//! Rescuers on call (待命): they have other work and no page open before they are asked, so in the hours
//! of the roster they are asked by text and telephone. Aides are on duty by their own word, on their page.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use silverbell_domain::{OnCall, ResponderId, ResponderRole};
use silverbell_store::StoreError;
use tokio_util::sync::CancellationToken;

use crate::rounds::Rounds;
use crate::{Board, Dispatcher};

/// It is looked so often whose shift begins and ends, and what others wrote into the roster.
const EVERY: Duration = Duration::from_secs(20);

pub(crate) async fn run(dispatcher: Arc<Dispatcher>, stop: CancellationToken) {
    let mut rounds = Rounds::every(EVERY, stop);
    while rounds.next().await {
        for board in dispatcher.boards() {
            dispatcher.look_who_is_on_call(&board).await;
        }
    }
}

impl Dispatcher {
    /// Notes whose shift runs, where telephones can be reached. Nobody waits for it: while the roster
    /// cannot be read those stay on call who were.
    pub(crate) async fn look_who_is_on_call(&self, board: &Board) {
        if !self.settings.tells.is_some_and(|tells| tells.has_telephones) {
            return;
        }
        match self.on_call(board).await {
            Ok(shifts) => board.put_on_call(&shifts, self.clock.now()),
            Err(error) => {
                let district = board.district();
                tracing::warn!(%district, %error, "it is not known who is on call");
            }
        }
    }

    async fn on_call(&self, board: &Board) -> Result<HashMap<ResponderId, OnCall>, StoreError> {
        let now = self.clock.now();
        let shifts = self.store.shifts(board.district(), now, now.plus_s(1)).await?;
        let is_rescuer =
            |id| board.person(id).is_some_and(|it| it.responder.role == ResponderRole::Rescuer);
        let running = shifts.into_iter().filter(|it| it.runs_at(now) && is_rescuer(it.responder));
        Ok(running.map(|it| (it.responder, OnCall { from: it.from, until: it.to })).collect())
    }
}
