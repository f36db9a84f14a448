//! Who is connected, so that a flood of connections never keeps an SOS out.
//!
//! When the places run out, whoever has been connected longest is asked to go: an answer under way
//! is finished, everybody else is closed at once. A device that presses now is the youngest, so the
//! flood closes itself and not the SOS; and nothing is kept of a request, so an SOS costs nothing
//! more. Who comes while others are still going waits for them. Live feeds are never asked to go;
//! they may not take all places (see [`Places::have_room_for_a_feed`]).

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::Arc;

use metrics::{counter, gauge};
use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{Proxies, network};

/// Bounds of the port.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How many connections at once.
    pub connections: usize,
    /// How many of them from one address. One address that floods closes its own only.
    pub per_address: usize,
}

/// The last tenth of the places is for those who come while others are still going.
const fn enough(bound: usize) -> usize {
    bound - bound / 10
}

/// The places of the port.
#[derive(Debug)]
pub struct Places {
    port: &'static str,
    bounds: Bounds,
    proxies: Proxies,
    taken: Mutex<Taken>,
    /// Somebody went.
    went: Notify,
}

/// What somebody who comes is told.
#[derive(Debug)]
pub enum Entry {
    /// Come in.
    Free(Place),
    /// Others are going: wait for [`Places::somebody_went`].
    Full,
    /// This address has its share, and nobody waits for it.
    AddressIsFull,
}

#[derive(Debug, Default)]
struct Taken {
    port: &'static str,
    /// The number of the next connection; numbers grow with time.
    next: u64,
    all: Crowd,
    addresses: HashMap<IpAddr, Crowd>,
    /// Those who may be asked to go.
    guests: HashMap<u64, Guest>,
}

#[derive(Debug)]
struct Guest {
    address: Option<IpAddr>,
    go: CancellationToken,
}

/// Connections, all or those of an address.
#[derive(Debug, Default)]
struct Crowd {
    count: usize,
    /// How many of them were asked to go.
    going: usize,
    /// Those who may be asked, the oldest first.
    by_age: BTreeSet<u64>,
}

impl Crowd {
    /// Returns how many stay, those who may be asked included.
    const fn staying(&self) -> usize {
        self.count - self.going
    }

    fn oldest(&self) -> Option<u64> {
        self.by_age.first().copied()
    }
}

impl Places {
    /// Returns the places of a port, all free. The port's name labels its metrics.
    #[must_use]
    pub fn new(port: &'static str, bounds: Bounds, proxies: Proxies) -> Arc<Self> {
        Arc::new(Self {
            port,
            bounds,
            proxies,
            taken: Mutex::new(Taken { port, ..Taken::default() }),
            went: Notify::new(),
        })
    }

    /// Takes a place, and has somebody go when they run out. `is_short` says that the process runs
    /// out of files before it runs out of places.
    pub fn enter(self: &Arc<Self>, from: IpAddr, is_short: bool) -> Entry {
        let address = self.bounded_address(from);
        let mut taken = self.taken.lock();
        if let Some(crowd) = address.and_then(|address| taken.addresses.get(&address)) {
            let (is_full, oldest) = (crowd.count >= self.bounds.per_address, crowd.oldest());
            if crowd.staying() >= enough(self.bounds.per_address) {
                taken.ask_to_go(oldest);
            }
            if is_full {
                counter!("silverbell_connections_refused_total", "port" => self.port).increment(1);
                return Entry::AddressIsFull;
            }
        }
        if is_short || taken.all.staying() >= enough(self.bounds.connections) {
            let oldest = taken.all.oldest();
            taken.ask_to_go(oldest);
        }
        if taken.all.count >= self.bounds.connections {
            return Entry::Full;
        }
        let (number, go) = taken.add(address);
        gauge!("silverbell_connections", "port" => self.port).set(taken.all.count as f64);
        Entry::Free(Place { places: self.clone(), number, address, go })
    }

    /// Ends when somebody has gone.
    pub async fn somebody_went(&self) {
        self.went.notified().await;
    }

    /// Asks a tenth of all to go: the system refuses new connections.
    pub fn make_room(&self) {
        let mut taken = self.taken.lock();
        for _ in 0..taken.all.count.div_ceil(10) {
            let oldest = taken.all.oldest();
            taken.ask_to_go(oldest);
        }
    }

    /// Returns whether one more connection may become a live feed, which nobody can ask to go.
    pub fn have_room_for_a_feed(&self) -> bool {
        let all = &self.taken.lock().all;
        all.staying() - all.by_age.len() < enough(self.bounds.connections)
    }

    /// Behind a proxy, which mostly is on the same machine, everybody has the same address: such
    /// an address is bounded by the number of all places only.
    fn bounded_address(&self, from: IpAddr) -> Option<IpAddr> {
        let from = from.to_canonical();
        (!from.is_loopback() && !self.proxies.trust(from)).then(|| network(from))
    }
}

impl Taken {
    fn add(&mut self, address: Option<IpAddr>) -> (u64, CancellationToken) {
        let (number, go) = (self.next, CancellationToken::new());
        self.next += 1;
        self.guests.insert(number, Guest { address, go: go.clone() });
        if let Some(address) = address {
            self.addresses.entry(address).or_default();
        }
        self.count(address, |crowd| {
            crowd.count += 1;
            crowd.by_age.insert(number);
        });
        (number, go)
    }

    fn ask_to_go(&mut self, number: Option<u64>) {
        let Some(guest) = number.and_then(|number| self.never_ask(number)) else { return };
        self.count(guest.address, |crowd| crowd.going += 1);
        guest.go.cancel();
        counter!("silverbell_connections_made_room_total", "port" => self.port).increment(1);
    }

    /// Takes somebody off the list of those who may be asked to go.
    fn never_ask(&mut self, number: u64) -> Option<Guest> {
        let guest = self.guests.remove(&number)?;
        self.count(guest.address, |crowd| {
            crowd.by_age.remove(&number);
        });
        Some(guest)
    }

    fn remove(&mut self, number: u64, address: Option<IpAddr>, was_asked: bool) {
        self.never_ask(number);
        self.count(address, |crowd| {
            crowd.count -= 1;
            crowd.going -= usize::from(was_asked);
        });
        if let Some(address) = address
            && self.addresses.get(&address).is_some_and(|crowd| crowd.count == 0)
        {
            self.addresses.remove(&address);
        }
    }

    /// Changes the numbers of all and those of the address.
    fn count(&mut self, address: Option<IpAddr>, change: impl Fn(&mut Crowd)) {
        change(&mut self.all);
        if let Some(crowd) = address.and_then(|address| self.addresses.get_mut(&address)) {
            change(crowd);
        }
    }
}

/// A place of a connection, free again when this is dropped.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    number: u64,
    address: Option<IpAddr>,
    go: CancellationToken,
}

impl Place {
    /// Returns what tells this connection to go.
    pub fn told_to_go(&self) -> CancellationToken {
        self.go.clone()
    }

    /// Returns what is to be dropped when plain HTTP is over: what then still holds its place is
    /// a live feed.
    pub fn plain(&self) -> Plain {
        Plain { places: self.places.clone(), number: self.number }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock();
        taken.remove(self.number, self.address, self.go.is_cancelled());
        gauge!("silverbell_connections", "port" => self.places.port).set(taken.all.count as f64);
        self.places.went.notify_one();
    }
}

/// As long as it lives, a connection speaks plain HTTP and may be asked to go.
#[derive(Debug)]
pub struct Plain {
    places: Arc<Places>,
    number: u64,
}

impl Drop for Plain {
    fn drop(&mut self) {
        self.places.taken.lock().never_ask(self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(connections: usize, per_address: usize) -> Arc<Places> {
        let proxies = Proxies::read("192.0.2.1").expect("proxies");
        Places::new("http", Bounds { connections, per_address }, proxies)
    }

    fn address(last: u8) -> IpAddr {
        IpAddr::from([203, 0, 113, last])
    }

    fn enter(places: &Arc<Places>, from: IpAddr) -> Option<Place> {
        match places.enter(from, false) {
            Entry::Free(place) => Some(place),
            Entry::Full | Entry::AddressIsFull => None,
        }
    }

    fn came(places: &Arc<Places>, from: IpAddr) -> Place {
        enter(places, from).expect("a place")
    }

    fn is_asked(place: &Place) -> bool {
        place.told_to_go().is_cancelled()
    }

    #[test]
    fn when_the_places_run_out_the_oldest_is_asked_to_go_and_the_youngest_gets_in() {
        let places = places(20, 20);
        let crowd: Vec<Place> = (0..18).map(|n| came(&places, address(n))).collect();
        assert!(!crowd.iter().any(is_asked), "there was room");
        let sos = came(&places, address(99));
        assert!(is_asked(&crowd[0]) && !is_asked(&crowd[1]) && !is_asked(&sos));
    }

    #[tokio::test]
    async fn nobody_more_than_the_bound_gets_in_until_one_of_those_asked_has_gone() {
        let places = places(20, 20);
        let mut crowd: Vec<Place> = (0..20).map(|n| came(&places, address(n))).collect();
        assert!(matches!(places.enter(address(99), false), Entry::Full));
        assert!(matches!(places.enter(address(99), false), Entry::Full));
        assert_eq!(crowd.iter().filter(|place| is_asked(place)).count(), 3, "no more than needed");
        crowd.remove(0);
        places.somebody_went().await;
        came(&places, address(99));
    }

    #[test]
    fn one_address_that_floods_closes_its_own_connections_only() {
        let places = places(1_000, 20);
        let neighbour = came(&places, address(1));
        let flood: Vec<Place> = (0..19).map(|_| came(&places, address(2))).collect();
        assert!(is_asked(&flood[0]) && !is_asked(&flood[1]) && !is_asked(&neighbour));
        let _last = came(&places, address(2));
        assert!(matches!(places.enter(address(2), false), Entry::AddressIsFull));
        came(&places, address(1));
        drop(flood);
        came(&places, address(2));
    }

    #[test]
    fn addresses_of_one_network_count_as_one_and_the_own_machine_and_proxies_not_at_all() {
        let places = places(1_000, 10);
        let far: Vec<Option<Place>> = (0..11_u16)
            .map(|n| enter(&places, IpAddr::from([0x2001, 0xdb8, 0, 7, 0, 0, 0, n])))
            .collect();
        assert!(far[9].is_some() && far[10].is_none());
        for near in [IpAddr::from([127, 0, 0, 1]), IpAddr::from([192, 0, 2, 1])] {
            let all: Vec<Option<Place>> = (0..50).map(|_| enter(&places, near)).collect();
            assert!(all.iter().flatten().all(|place| !is_asked(place)) && all[49].is_some());
        }
    }

    #[test]
    fn a_live_feed_is_never_asked_to_go_and_feeds_cannot_take_every_place() {
        let places = places(20, 20);
        let feeds: Vec<Place> = (0..18).map(|n| came(&places, address(n))).collect();
        for feed in &feeds[..17] {
            drop(feed.plain());
        }
        assert!(places.have_room_for_a_feed());
        drop(feeds[17].plain());
        assert!(!places.have_room_for_a_feed());
        let first = came(&places, address(50));
        let _second = came(&places, address(51));
        assert!(is_asked(&first) && !feeds.iter().any(is_asked));
    }

    #[test]
    fn short_of_files_the_oldest_goes_however_many_places_there_are() {
        let places = places(1_000, 1_000);
        let oldest = came(&places, address(1));
        let _new = places.enter(address(2), true);
        assert!(is_asked(&oldest));
        let crowd: Vec<Place> = (0..28).map(|n| came(&places, address(n))).collect();
        places.make_room();
        assert_eq!(crowd.iter().filter(|place| is_asked(place)).count(), 2);
    }

    #[test]
    fn whoever_has_gone_is_forgotten() {
        let places = places(20, 20);
        drop((0..18).map(|n| came(&places, address(n))).collect::<Vec<_>>());
        let taken = places.taken.lock();
        let all = &taken.all;
        assert_eq!((all.count, all.going, all.by_age.len()), (0, 0, 0));
        assert!(taken.guests.is_empty() && taken.addresses.is_empty());
    }
}
