//! What the routes share.

use std::path::PathBuf;
use std::sync::Arc;

use silverbell_dispatcher::{DeviceLines, Dispatcher, Exchange};
use silverbell_seal::Seals;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::canary::CanaryNews;
use crate::hub::Hubs;
use crate::key_routes::Readings;
use crate::map_in_use::MapInUse;
use crate::push_routes::Pushes;
use crate::session::{Secrets, Sessions};
use crate::throttle::LinkGuesses;
use crate::{photo_routes, registry, summary_routes};

/// What the routes follow.
#[derive(Clone, Debug)]
pub struct ApiSettings {
    /// The origin under which people reach the service, when it is not the `Host` they send.
    pub public_url: Option<String>,
    /// Whether people reach the service over HTTPS: the cookie is then `Secure`.
    pub is_https: bool,
    /// The folder of the districts' maps: `map-DISTRICT.geojson`.
    pub maps: PathBuf,
    /// The map that pages draw.
    pub map: MapInUse,
    /// Opens and closes what is sensitive.
    pub seals: Arc<Seals>,
    /// The telephone number of the centre, as people write it; `None`: not known.
    pub centre_phone: Option<String>,
    /// A key that is out for so long is overdue, hours.
    pub keys_overdue_h: u32,
    /// Who keeps the browsers that are woken by push; `None` where push is off.
    pub pushes: Option<Arc<dyn Pushes>>,
    /// What the canary finds; `None` where it is off.
    pub canary: Option<CanaryNews>,
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
    /// How often links were tried that are none.
    pub(crate) link_guesses: Arc<LinkGuesses>,
    /// How often what is locked up is looked at.
    pub(crate) readings: Arc<Readings>,
    /// Places for photos in memory.
    pub(crate) photos: Arc<Semaphore>,
    /// Places for lists in memory.
    pub(crate) lists: Arc<Semaphore>,
    /// Places for lists that go out: who sends one slowly keeps nobody from taking one out.
    pub(crate) lists_out: Arc<Semaphore>,
    /// Places for reports that are being made.
    pub(crate) reports: Arc<Semaphore>,
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
        let link_guesses = Arc::default();
        let (readings, photos) = (Arc::default(), Arc::new(Semaphore::new(photo_routes::AT_ONCE)));
        let lists = Arc::new(Semaphore::new(registry::lists::AT_ONCE));
        let lists_out = Arc::new(Semaphore::new(registry::lists::AT_ONCE));
        let reports = Arc::new(Semaphore::new(summary_routes::AT_ONCE));
        Self {
            dispatcher,
            sessions,
            hubs,
            settings,
            lines,
            exchange,
            link_guesses,
            readings,
            photos,
            lists,
            lists_out,
            reports,
            stop,
            connections,
        }
    }
}
