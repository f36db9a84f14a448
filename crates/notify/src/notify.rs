//! The lanes together.

use std::collections::HashMap;
use std::sync::Arc;

use silverbell_domain::Clock;
use tokio_util::sync::CancellationToken;

use crate::http::{Client, Trust};
use crate::lane::{Lane, Shared};
use crate::message::Channel;
use crate::outbox::Outbox;
use crate::pace::Pace;
use crate::phone::PhoneGateway;
use crate::ports::{Addressees, Chance, Gateway, Receipts};
use crate::push::{Push, PushGateway};
use crate::settings::{Settings, SettingsError};
use crate::webhook::Webhook;

/// What the lanes stand on.
#[derive(Clone)]
pub struct Ports {
    /// The messages.
    pub outbox: Arc<dyn Outbox>,
    /// Who hears what becomes of them.
    pub receipts: Arc<dyn Receipts>,
    /// Who knows to whom they go.
    pub addressees: Arc<dyn Addressees>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
}

/// The gateways of a channel: of webhooks by their id, of telephones the one under "".
pub type Gateways = HashMap<String, Arc<dyn Gateway>>;

/// What delivers messages. Several may run, in one process or many: leases keep them apart.
pub struct Notify {
    lanes: [Lane; 4],
}

impl Notify {
    /// Returns what delivers messages to the gateways of the settings, and by push where it is on.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn new(
        settings: &Settings,
        ports: Ports,
        push: Option<Push>,
    ) -> Result<Self, SettingsError> {
        settings.check()?;
        let trust = Trust::of_the_system()
            .map_err(|error| SettingsError(format!("TLS cannot be used: {error}")))?;
        let client = |may_be_private| Client::new(&trust, may_be_private, settings.concurrency);
        // A telephone gateway is of the house, wherever it stands; a webhook is somebody else's.
        let (ours, theirs) = (client(true), client(settings.allow_private));
        let phone = |channel, set: &Option<_>| -> Result<Gateways, SettingsError> {
            let Some(set) = set else { return Ok(Gateways::new()) };
            let gateway = PhoneGateway::new(channel, set, settings.callback.clone(), ours.clone())?;
            Ok(Gateways::from([(String::new(), Arc::new(gateway) as Arc<dyn Gateway>)]))
        };
        let mut webhooks = Gateways::new();
        for set in &settings.webhooks {
            let webhook = Webhook::new(set, theirs.clone())?;
            webhooks.insert(set.id.clone(), Arc::new(webhook));
        }
        let push = push.map(|push| {
            // Where a browser says that it is reached is somebody else's word.
            let gateway = PushGateway::new(push, theirs.clone());
            (String::new(), Arc::new(gateway) as Arc<dyn Gateway>)
        });
        let push = Gateways::from_iter(push);
        let (sms, voice) =
            (phone(Channel::Sms, &settings.sms)?, phone(Channel::Voice, &settings.voice)?);
        Ok(Self::with_gateways(settings, ports, [sms, voice, webhooks, push]))
    }

    /// Returns what delivers messages to these gateways: of text messages, calls, webhooks and pushes.
    #[must_use]
    pub fn with_gateways(settings: &Settings, ports: Ports, gateways: [Gateways; 4]) -> Self {
        let shared = Arc::new(Shared {
            ports,
            texts: settings.texts.clone(),
            pace: Pace { first: settings.retry_first, at_most: settings.retry_at_most },
            concurrency: settings.concurrency,
        });
        let [sms, voice, webhooks, push] = gateways;
        let lane = |channel, gateways| Lane::new(channel, gateways, shared.clone());
        let lanes = [
            lane(Channel::Sms, sms),
            lane(Channel::Voice, voice),
            lane(Channel::Webhook, webhooks),
            lane(Channel::Push, push),
        ];
        Self { lanes }
    }

    /// Delivers what is due now, for a test whose time is its own.
    #[doc(hidden)]
    pub async fn deliver_now(&self) {
        for lane in &self.lanes {
            lane.deliver_now().await;
        }
    }

    /// Delivers until it is stopped; then what is under way is finished within seconds, or its lease
    /// ends and it is tried again, by the same id.
    pub async fn run(self, stop: CancellationToken) {
        let [sms, voice, webhooks, push] = self.lanes;
        tokio::join!(sms.run(&stop), voice.run(&stop), webhooks.run(&stop), push.run(&stop));
    }
}
