//! Proxies in front, and who really asks behind them.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What is no address and no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no address and no network")]
pub struct NotANetwork(pub String);

/// The proxies whose word is taken for who asks.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Reads addresses and networks, separated by commas.
    ///
    /// # Errors
    /// [`NotANetwork`] names the first entry that cannot be read.
    pub fn read(text: &str) -> Result<Self, NotANetwork> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let networks = entries.map(|entry| {
            let address = entry.parse::<IpAddr>().map(IpNet::from);
            address.or_else(|_| entry.parse()).map_err(|_| NotANetwork(entry.to_owned()))
        });
        Ok(Self(networks.collect::<Result<_, _>>()?))
    }

    /// Returns whether this is one of them.
    #[must_use]
    pub fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Returns who asks: the peer, or, when that is a proxy of ours, the last address before ours
    /// in `X-Forwarded-For`. What stands further left anybody may have invented.
    pub fn who_asks(&self, peer: SocketAddr, headers: &HeaderMap) -> SocketAddr {
        if !self.trust(peer.ip()) {
            return peer;
        }
        let lines = headers.get_all(FORWARDED_FOR).iter().rev();
        let hops = lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.rsplit(','));
        let mut client = peer.ip();
        for hop in hops {
            let Some(address) = read_hop(hop) else { break };
            client = address;
            if !self.trust(client) {
                break;
            }
        }
        SocketAddr::new(client, peer.port())
    }
}

/// Some proxies write the port, too.
fn read_hop(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let with_port = || hop.parse::<SocketAddr>().ok().map(|address| address.ip());
    hop.parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who_asks(proxies: &str, peer: &str, lines: &[&'static str]) -> String {
        let proxies = Proxies::read(proxies).expect("proxies");
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().expect("a header"));
        }
        let peer = SocketAddr::new(peer.parse().expect("an address"), 4_000);
        proxies.who_asks(peer, &headers).ip().to_string()
    }

    #[test]
    fn nobody_is_believed_unless_trusted() {
        assert_eq!(who_asks("", "127.0.0.1", &["203.0.113.9"]), "127.0.0.1");
        assert_eq!(who_asks("127.0.0.1", "203.0.113.5", &["203.0.113.9"]), "203.0.113.5");
    }

    #[test]
    fn behind_a_proxy_the_last_address_that_is_not_ours_asks() {
        let ours = "127.0.0.1, 10.0.0.0/8,::1";
        assert_eq!(who_asks(ours, "127.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(who_asks(ours, "::1", &["invented, 203.0.113.9, 10.1.2.3"]), "203.0.113.9");
        assert_eq!(who_asks(ours, "10.9.9.9", &["203.0.113.1", "203.0.113.9"]), "203.0.113.9");
        assert_eq!(who_asks(ours, "127.0.0.1", &["203.0.113.9:5123"]), "203.0.113.9");
        assert_eq!(who_asks(ours, "127.0.0.1", &["[2001:db8::7]:5123"]), "2001:db8::7");
        assert_eq!(who_asks(ours, "::ffff:127.0.0.1", &["203.0.113.9"]), "203.0.113.9");
    }

    #[test]
    fn what_cannot_be_read_ends_the_search() {
        let ours = "127.0.0.1,10.0.0.0/8";
        assert_eq!(who_asks(ours, "127.0.0.1", &[]), "127.0.0.1");
        assert_eq!(who_asks(ours, "127.0.0.1", &["unknown"]), "127.0.0.1");
        assert_eq!(who_asks(ours, "127.0.0.1", &["203.0.113.9, unknown, 10.0.0.2"]), "10.0.0.2");
    }

    #[test]
    fn a_list_that_cannot_be_read_is_an_error_that_names_the_entry() {
        let error = Proxies::read("127.0.0.1, the-proxy").expect_err("no address");
        assert!(error.to_string().contains("\"the-proxy\""), "{error}");
    }
}
