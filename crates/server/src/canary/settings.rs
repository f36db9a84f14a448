//! The settings of the canary.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Result, bail};
use axum::http::Uri;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use silverbell_domain::Protocol;

/// A round, with what it tells outside, may take nearly this long.
const MOST_OFTEN_S: u64 = 30;

/// Who is told of a fault an hour later might as well not be told.
const LEAST_OFTEN_S: u64 = 3_600;

/// Where the canary presses and looks.
#[derive(Clone, Debug)]
pub(crate) struct Ways {
    /// The origin of pages, API and devices over HTTP.
    pub(super) url: String,
    /// Where each protocol's port is: an origin for requests, `HOST:PORT` for frames.
    pub(super) ports: Vec<(Protocol, String)>,
}

/// `[canary]` of the settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CanarySettings {
    every_s: u64,
    url: String,
    host: String,
    ping_url: SecretString,
}

impl CanarySettings {
    /// Says what is wrong with them.
    pub(crate) fn validate(&self) -> Result<()> {
        if self.every_s != 0 && !(MOST_OFTEN_S..=LEAST_OFTEN_S).contains(&self.every_s) {
            bail!("canary.every_s: 0 (off), or {MOST_OFTEN_S} to {LEAST_OFTEN_S}");
        }
        let is_web = |url: &str| {
            let parsed = url.parse::<Uri>().ok();
            parsed.is_some_and(|url| {
                matches!(url.scheme_str(), Some("http" | "https")) && url.authority().is_some()
            })
        };
        let is_origin = |url: &str| {
            let rest = url.split_once("://").map_or("", |(_, rest)| rest);
            is_web(url) && !rest.contains(['/', '?', '@'])
        };
        if !self.url.is_empty() && !is_origin(&self.url) {
            bail!("canary.url: an origin, e.g. \"https://sos.example.cn\"");
        }
        let is_of_host = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
        if !self.host.chars().all(is_of_host) {
            bail!("canary.host: a name or an IPv4 address without a port, e.g. \"sos.example.cn\"");
        }
        // The address itself is a secret and not said.
        if !self.ping_url.expose_secret().is_empty() && !is_web(self.ping_url.expose_secret()) {
            bail!("canary.ping_url: a URL, http:// or https://");
        }
        Ok(())
    }

    /// Returns how often alarms are made up; `None`: never.
    pub(crate) const fn every(&self) -> Option<Duration> {
        if self.every_s == 0 { None } else { Some(Duration::from_secs(self.every_s)) }
    }

    /// Returns who outside is told that all is well.
    pub(super) fn ping_url(&self) -> Option<&str> {
        Some(self.ping_url.expose_secret()).filter(|url| !url.is_empty())
    }

    /// Returns whether pages and API are reached by the service's own address.
    pub(crate) const fn is_inside(&self) -> bool {
        self.url.is_empty()
    }

    /// Returns where to press and to look. `own` is where this service takes HTTP without a certificate,
    /// `ports` where its device ports listen.
    pub(crate) fn ways(&self, own: SocketAddr, ports: &[(&'static str, SocketAddr)]) -> Ways {
        let url =
            if self.is_inside() { format!("http://{}", reachable(own)) } else { self.url.clone() };
        let mut ways = vec![(Protocol::Http, url.clone())];
        for (word, listens) in ports {
            let Some(protocol) = Protocol::parse(word) else { continue };
            let place = match &*self.host {
                "" => reachable(*listens).to_string(),
                host => format!("{host}:{}", listens.port()),
            };
            let over_http = matches!(protocol, Protocol::Osmand | Protocol::Owntracks);
            ways.push((protocol, if over_http { format!("http://{place}") } else { place }));
        }
        Ways { url, ports: ways }
    }
}

/// Returns an address that one can connect to: whoever listens everywhere listens here.
fn reachable(address: SocketAddr) -> SocketAddr {
    let here = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        known => known,
    };
    SocketAddr::new(here, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> CanarySettings {
        let usual = "every_s = 60\nurl = \"\"\nhost = \"\"\nping_url = \"\"\n";
        let mut table: toml::Table = usual.parse().expect("the usual");
        table.extend(text.parse::<toml::Table>().expect("a table"));
        table.try_into().expect("settings")
    }

    fn own() -> SocketAddr {
        "0.0.0.0:8080".parse().expect("an address")
    }

    #[test]
    fn a_port_that_listens_everywhere_is_reached_here_and_a_host_that_is_set_is_gone_through() {
        let ports = [("watch", "0.0.0.0:5093"), ("gt06", "[::]:5023"), ("osmand", "10.0.0.7:5055")];
        let ports = ports.map(|(word, at)| (word, at.parse().expect("an address")));
        let inside = settings("").ways(own(), &ports);
        assert_eq!(inside.url, "http://127.0.0.1:8080");
        let places: Vec<&str> = inside.ports.iter().map(|(_, place)| &**place).collect();
        let expected =
            ["http://127.0.0.1:8080", "127.0.0.1:5093", "[::1]:5023", "http://10.0.0.7:5055"];
        assert_eq!(places, expected);
        let outside = "url = \"https://sos.example.cn\"\nhost = \"sos.example.cn\"";
        let outside = settings(outside).ways(own(), &ports);
        let places: Vec<&str> = outside.ports.iter().map(|(_, place)| &**place).collect();
        let expected = [
            "https://sos.example.cn",
            "sos.example.cn:5093",
            "sos.example.cn:5023",
            "http://sos.example.cn:5055",
        ];
        assert_eq!(places, expected);
    }

    #[test]
    fn what_is_wrong_is_said_by_the_settings_name_and_without_the_watchers_address() {
        let said = |text: &str| settings(text).validate().map_err(|error| error.to_string());
        assert_eq!(said(""), Ok(()));
        assert_eq!(said("every_s = 0"), Ok(()));
        for text in ["every_s = 1", "every_s = 86400"] {
            assert!(said(text).expect_err("refused").contains("canary.every_s"), "{text}");
        }
        for text in [
            "url = \"sos.example.cn\"",
            "url = \"https://sos.example.cn/\"",
            "url = \"https://sos.example.cn/x\"",
            "url = \"https://u:p@sos.example.cn\"",
        ] {
            assert!(said(text).expect_err("refused").contains("canary.url"), "{text}");
        }
        assert!(said("host = \"sos.example.cn:80\"").expect_err("refused").contains("canary.host"));
        let words = said("ping_url = \"ftp://secret-word\"").expect_err("refused");
        assert!(words.contains("canary.ping_url") && !words.contains("secret-word"), "{words}");
        assert!(
            !format!("{:?}", settings("ping_url = \"https://secret-word\"")).contains("secret")
        );
    }
}
