//! Follows what is committed: advances the boards, tells the screens, wakes the loops.

use std::sync::Arc;
use std::time::Duration;

use metrics::histogram;
use silverbell_domain::{DistrictId, Event, Ticket, UnixMs};
use silverbell_store::Advance;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use crate::Dispatcher;

/// How long to wait before reading a district anew once more.
const RELOAD_AGAIN: Duration = Duration::from_millis(500);

pub(crate) async fn run(
    dispatcher: Arc<Dispatcher>,
    mut advances: broadcast::Receiver<Arc<Advance>>,
    stop: CancellationToken,
) {
    loop {
        let received = tokio::select! {
            () = stop.cancelled() => return,
            received = advances.recv() => received,
        };
        match received {
            Ok(advance) => {
                measure(&advance);
                follow(&dispatcher, &advance, &stop).await;
            }
            Err(RecvError::Lagged(missed)) => {
                tracing::warn!(missed, "fell {missed} commits behind: reading the districts anew");
                for board in dispatcher.boards() {
                    reload(&dispatcher, &board, &stop).await;
                }
            }
            Err(RecvError::Closed) => return,
        }
    }
}

async fn follow(dispatcher: &Arc<Dispatcher>, advance: &Arc<Advance>, stop: &CancellationToken) {
    let Some(board) = dispatcher.board(&advance.district) else {
        return adopt(dispatcher, &advance.district, stop).await;
    };
    if !board.advance(advance, dispatcher.clock.now()) {
        tracing::warn!(
            district = %advance.district, prev = advance.prev, own = board.seq(),
            "a gap in the numbers: reading the district anew"
        );
        reload(dispatcher, &board, stop).await;
    }
}

/// Takes on a district that came after the start. What it is told of was committed before: reading
/// it finds that, too.
async fn adopt(dispatcher: &Arc<Dispatcher>, district: &DistrictId, stop: &CancellationToken) {
    tracing::info!(%district, "a new district: it gets a board and a control loop");
    while !stop.is_cancelled() {
        match dispatcher.add_board(district).await {
            Ok(board) => return dispatcher.start_loop(board),
            Err(error) => {
                tracing::error!(%district, %error, "cannot read the district");
                tokio::time::sleep(RELOAD_AGAIN).await;
            }
        }
    }
}

async fn reload(dispatcher: &Dispatcher, board: &crate::Board, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        match dispatcher.store.district_state(board.district()).await {
            Ok(state) => return board.reload(state, dispatcher.clock.now()),
            Err(error) => {
                tracing::error!(district = %board.district(), %error, "cannot read the district");
                tokio::time::sleep(RELOAD_AGAIN).await;
            }
        }
    }
}

/// The stages of a rescue, once each for a ticket, from the facts that were committed.
fn measure(advance: &Advance) {
    for happened in &advance.happened {
        let times = &happened.ticket.times;
        let first = |fact: Option<UnixMs>| fact == Some(happened.at);
        match &happened.event {
            Event::Offered { .. } if first(times.first_offered) && is_first_offer(happened) => {
                seconds("silverbell_sos_to_offer_seconds", Some(times.received), happened.at);
            }
            Event::Accepted { .. } if first(times.accepted) => {
                seconds("silverbell_offer_to_accept_seconds", times.first_offered, happened.at);
            }
            Event::OnScene { .. } if first(times.on_scene) => {
                seconds("silverbell_accept_to_scene_seconds", times.accepted, happened.at);
            }
            _ => {}
        }
    }
}

fn is_first_offer(happened: &silverbell_store::Happened) -> bool {
    let ticket: &Ticket = &happened.ticket;
    match (&happened.event, ticket.offers.first()) {
        (Event::Offered { offer, .. }, Some(first)) => first.id == *offer,
        _ => false,
    }
}

fn seconds(name: &'static str, from: Option<UnixMs>, to: UnixMs) {
    if let Some(from) = from {
        // Milliseconds fit a float exactly for 285,000 years.
        histogram!(name).record(to.since_ms(from).max(0) as f64 / 1_000.0);
    }
}
