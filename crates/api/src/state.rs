//! What the routes share.

use std::path::PathBuf;
use std::sync::Arc;

use silverbell_dispatcher::{DeviceLines, Dispatcher, Exchange};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::hub::Hubs;
use crate::session::{Secrets, Sessions};

/// What the routes follow.
#[derive(Clone, Debug)]
pub struct ApiSettings {
    /// The origin under which people reach the service, when it is not the `Host` they send.
    pub public_url: Option<String>,
    /// Whether people reach the service over HTTPS: the cookie is then `Secure`.
    pub is_https: bool,
    /// The folder of the districts' maps: `map-DISTRICT.geojson`.
    pub maps: PathBuf,
}

/// What the routes share.
#[derive(Clone, Debug)]
pub struct Api {
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) hubs: Arc<Hubs>,
    pub(crate) settings: Arc<ApiSettings>,
    /// The way to connected devices.
    pub(crate) lines: Arc<dyn DeviceLines>,
    /// The way to the telephone exchange.
    pub(crate) exchange: Arc<dyn Exchange>,
    /// Cancelled when the service stops: live connections say goodbye.
    pub(crate) stop: CancellationToken,
    /// Live connections, which the server's own shutdown does not wait for.
    pub(crate) connections: TaskTracker,
}

impl Api {
    /// Joins the parts.
    #[must_use]
    pub fn new(
        dispatcher: Arc<Dispatcher>,
        secrets: Arc<dyn Secrets>,
        hubs: Arc<Hubs>,
        settings: ApiSettings,
        (lines, exchange): (Arc<dyn DeviceLines>, Arc<dyn Exchange>),
        stop: CancellationToken,
        connections: TaskTracker,
    ) -> Self {
        let sessions = Arc::new(Sessions::new(secrets));
        let settings = Arc::new(settings);
        Self { dispatcher, sessions, hubs, settings, lines, exchange, stop, connections }
    }
}
