//! Opens the ports of devices.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use axum::Router;
use silverbell_domain::Protocol;
use silverbell_gateway::{
    Gateway, NewConversation, PortSettings, osmand_port, owntracks_port, serve_devices,
};
use silverbell_protocols::{gt06, h02, jt808, watch};
use silverbell_web::{Places, Proxies};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::{Config, DevicePort, OFF};
use crate::http_server::{self, HttpSettings, listen};

/// What a port is spoken to.
enum Speaks {
    /// Frames over TCP.
    Tcp(NewConversation),
    /// HTTP requests.
    Http(Router),
}

/// What the ports share.
pub(crate) struct Shared<'a> {
    pub(crate) config: &'a Config,
    pub(crate) gateway: Gateway,
    /// From this number of open files on, connections make room.
    pub(crate) files: u64,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
}

/// Opens every port that is not off, and returns where each listens.
pub(crate) async fn serve(shared: Shared<'_>) -> Result<Vec<(&'static str, SocketAddr)>> {
    let mut open = Vec::new();
    for (protocol, port) in shared.config.device_ports() {
        let Some(speaks) = speaks(protocol, port, &shared.gateway) else { continue };
        let Some(listener) = open_port(protocol, port).await? else { continue };
        open.push((protocol.as_str(), listener.local_addr()?));
        shared.gateway.dispatcher.listens_to(protocol);
        match speaks {
            Speaks::Tcp(new) => shared.serve_tcp(listener, protocol, port, new),
            Speaks::Http(app) => shared.serve_http(listener, protocol, port, app)?,
        }
    }
    Ok(open)
}

/// Returns what a port is spoken to; `None` for JSON, which comes over the port of people.
fn speaks(protocol: Protocol, port: &DevicePort, gateway: &Gateway) -> Option<Speaks> {
    Some(match protocol {
        Protocol::Http => return None,
        Protocol::Watch => Speaks::Tcp(|max_frame| Box::new(watch::Talk::new(max_frame))),
        Protocol::Gt06 => Speaks::Tcp(|max_frame| Box::new(gt06::Talk::new(max_frame))),
        Protocol::Jt808 => Speaks::Tcp(|max_frame| Box::new(jt808::Talk::new(max_frame))),
        Protocol::H02 if port.bit_18_is_sos => Speaks::Tcp(|max_frame| {
            Box::new(h02::Talk::new(max_frame, h02::Options { bit_18_is_sos: true }))
        }),
        Protocol::H02 => Speaks::Tcp(|max_frame| {
            Box::new(h02::Talk::new(max_frame, h02::Options { bit_18_is_sos: false }))
        }),
        Protocol::Osmand => Speaks::Http(osmand_port(gateway.clone())),
        Protocol::Owntracks => Speaks::Http(owntracks_port(gateway.clone())),
    })
}

/// Listens, unless the port is off. One that is taken stops the start if somebody chose it; a default
/// that another program has must not keep every other port shut.
async fn open_port(protocol: Protocol, port: &DevicePort) -> Result<Option<TcpListener>> {
    if port.listen == OFF {
        return Ok(None);
    }
    let key = format!("gateway.{}.listen", protocol.as_str());
    match listen(&port.listen).await {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if port.is_default(protocol) => {
            tracing::error!(
                %error,
                "{key}: cannot listen on {}, so no {} device is heard: set the key",
                port.listen,
                protocol.as_str()
            );
            Ok(None)
        }
        Err(error) => Err(error).with_context(|| {
            let address = &port.listen;
            format!("{key} = \"{address}\": cannot listen there; is it taken, or not ours?")
        }),
    }
}

impl Shared<'_> {
    fn serve_tcp(
        &self,
        listener: TcpListener,
        protocol: Protocol,
        port: &DevicePort,
        new: NewConversation,
    ) {
        let settings = PortSettings {
            idle: port.idle(),
            max_frame: port.max_frame,
            // Whoever speaks through a proxy of raw TCP is the proxy, as far as we can see.
            places: Places::new(protocol.as_str(), port.bounds(), Proxies::default()),
            files: self.files,
        };
        let (gateway, stop, ended) = (self.gateway.clone(), self.stop.clone(), self.stop.clone());
        self.tasks.spawn(async move {
            let _alarm = ended.drop_guard();
            serve_devices(listener, gateway, settings, new, stop).await;
        });
    }

    fn serve_http(
        &self,
        listener: TcpListener,
        protocol: Protocol,
        port: &DevicePort,
        app: Router,
    ) -> Result<()> {
        let settings = HttpSettings {
            port: protocol.as_str(),
            bounds: port.bounds(),
            idle: port.idle(),
            proxies: self.config.proxies()?,
            files: self.files,
            // A watch speaks what it speaks.
            tls: None,
        };
        let (connections, stop, ended) = (self.tasks.clone(), self.stop.clone(), self.stop.clone());
        self.tasks.spawn(async move {
            let _alarm = ended.drop_guard();
            http_server::serve(listener, app, settings, connections, stop).await;
        });
        Ok(())
    }
}
