//! The living demo.
use std::sync::Arc;
use silverbell_domain::Clock;
use tokio_util::sync::CancellationToken;
use super::district::District;
pub(crate) async fn run(_u: String, _d: Arc<District>, _p: String, _c: Arc<dyn Clock>, stop: CancellationToken) { stop.cancelled().await; }
