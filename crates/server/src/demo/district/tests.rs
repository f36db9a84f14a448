use std::collections::HashSet;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};
use silverbell_domain::{Category, LatLon, Protocol, ResponderRole};
use uuid::{Uuid, Variant};

use super::District;
use super::health::{self, Health};
use super::people::PersonRole;
use super::plane::{Pt, distance_to_segment};
use super::{doors, terrain, villages};

/// What the district hashed to when it was last looked at. A change here changes the demo's ids
/// and keys for everybody: make it on purpose, and look at the map again.
const PINNED: &str = "98b8f8632c064eea4ef5431eec24921ceb8f213a1b3a77e0f355ef7ca8b8039a";

/// The district, made once for all tests.
static DISTRICT: LazyLock<District> = LazyLock::new(District::generate);

/// Serialised field by field: a `Value` would print its keys in an order that depends on the
/// features of `serde_json` that other crates happen to turn on.
fn fingerprint(district: &District) -> String {
    let mut hash = Sha256::new();
    let parts = [
        serde_json::to_vec(&district.seniors),
        serde_json::to_vec(&district.responders),
        serde_json::to_vec(&district.devices),
        serde_json::to_vec(&district.people),
        serde_json::to_vec(&district.streets.nodes),
    ];
    parts.into_iter().for_each(|part| hash.update(part.unwrap()));
    hash.update(format!("{:?}", district.streets.edges));
    hash.update(format!("{:?}{:?}", terrain::water(), terrain::green()));
    hex::encode(hash.finalize())
}

fn ids(district: &District) -> Vec<Uuid> {
    let seniors = district.seniors.iter().map(|senior| senior.id.0);
    let responders = district.responders.iter().map(|responder| responder.id.0);
    let devices = district.devices.iter().map(|device| device.id.0);
    let people = district.people.iter().map(|person| person.id.0);
    seniors.chain(responders).chain(devices).chain(people).collect()
}

fn is_in_district(place: LatLon) -> bool {
    Pt::of(place).is_inside_district()
}

#[test]
fn the_district_has_the_size_of_the_design() {
    let district = &*DISTRICT;
    let role = |role| district.responders.iter().filter(|r| r.role == role).count();
    let people = |role| district.people.iter().filter(|person| person.role == role).count();
    assert_eq!(district.seniors.len(), 3_620);
    assert_eq!(role(ResponderRole::Aide), 37);
    assert_eq!(role(ResponderRole::Rescuer), 146);
    assert_eq!(people(PersonRole::Operator), 6);
    assert_eq!(people(PersonRole::Supervisor), 2);
    assert_eq!(people(PersonRole::Admin), 1);
    assert_eq!(people(PersonRole::Aide), 37);
    assert_eq!(people(PersonRole::Rescuer), 146);
}

#[test]
fn two_generations_give_the_same_bytes_as_ever() {
    let fingerprint_now = fingerprint(&DISTRICT);
    assert_eq!(fingerprint_now, fingerprint(&District::generate()));
    assert_eq!(fingerprint_now, PINNED);
}

#[test]
fn every_id_is_a_version_7_uuid_and_there_once() {
    let ids = ids(&DISTRICT);
    let distinct: HashSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
    for id in ids {
        assert_eq!(id.get_version_num(), 7);
        assert_eq!(id.get_variant(), Variant::RFC4122);
    }
}

#[test]
fn every_senior_has_one_http_device_and_a_third_a_watch() {
    let district = &*DISTRICT;
    let of = |protocol| {
        let devices = district.devices.iter().filter(move |device| device.protocol == protocol);
        devices.collect::<Vec<_>>()
    };
    let (phones, watches) = (of(Protocol::Http), of(Protocol::Watch));
    let owners: HashSet<_> = phones.iter().map(|device| device.senior).collect();
    let known: HashSet<_> = district.seniors.iter().map(|senior| senior.id).collect();
    assert_eq!(phones.len(), district.seniors.len());
    assert_eq!(owners, known);
    assert!((1_000..1_400).contains(&watches.len()), "{} watches", watches.len());
    for other in [Protocol::Gt06, Protocol::Jt808, Protocol::H02, Protocol::Osmand] {
        assert!((20..80).contains(&of(other).len()), "{other:?}: {}", of(other).len());
        assert!(of(other).iter().all(|device| device.key.is_none()));
    }
    let with_key = of(Protocol::Owntracks);
    assert!(!with_key.is_empty() && with_key.iter().all(|device| device.key.is_some()));
    for phone in phones {
        assert_eq!(phone.key.as_ref().map(String::len), Some(64));
    }
    for watch in watches {
        assert!(watch.key.is_none());
        assert!(watch.ident.len() == 10 && watch.ident.bytes().all(|b| b.is_ascii_digit()));
    }
}

#[test]
fn no_two_devices_names_or_phone_numbers_are_the_same() {
    let district = &*DISTRICT;
    let idents: HashSet<_> = district.devices.iter().map(|d| (d.protocol, &d.ident)).collect();
    assert_eq!(idents.len(), district.devices.len());
    let keys: HashSet<_> = district.devices.iter().filter_map(|d| d.key.as_ref()).collect();
    let with_key = district.devices.iter().filter(|d| d.protocol.has_key()).count();
    assert_eq!(keys.len(), with_key);
    let usernames: HashSet<_> = district.people.iter().map(|person| &person.username).collect();
    assert_eq!(usernames.len(), district.people.len());
    let names: HashSet<_> = district.people.iter().map(|person| &person.display_name).collect();
    assert_eq!(names.len(), district.people.len());
    let phones: HashSet<_> = district.seniors.iter().map(|senior| &senior.phone).collect();
    assert_eq!(phones.len(), district.seniors.len());
    let addresses: HashSet<_> = district.seniors.iter().map(|senior| &senior.address).collect();
    assert_eq!(addresses.len(), district.seniors.len());
}

#[test]
fn no_phone_number_can_be_anybodys() {
    let district = &*DISTRICT;
    let contacts = district.seniors.iter().flat_map(|senior| &senior.contacts);
    let phones = district.seniors.iter().map(|senior| &senior.phone);
    let phones = phones.chain(district.responders.iter().map(|responder| &responder.phone));
    for phone in phones.chain(contacts.map(|contact| &contact.phone)) {
        assert!(phone.len() == 11 && phone.starts_with("10034"), "{phone}");
    }
}

#[test]
fn every_home_lies_in_the_district_and_on_a_street() {
    let district = &*DISTRICT;
    let ends: Vec<_> =
        district.streets.edges.iter().map(|edge| district.streets.ends(edge)).collect();
    for senior in &district.seniors {
        let home = Pt::of(senior.home);
        let is_near = ends.iter().any(|(a, b)| distance_to_segment(home, *a, *b) < 150.0);
        assert!(is_in_district(senior.home) && is_near, "{senior:?}");
    }
    assert!(district.responders.iter().all(|responder| is_in_district(responder.standby)));
}

#[test]
fn the_streets_hang_together() {
    let streets = &DISTRICT.streets;
    let mut part: Vec<usize> = (0..streets.nodes.len()).collect();
    let of = |part: &[usize], mut node: usize| {
        while part[node] != node {
            node = part[node];
        }
        node
    };
    for edge in &streets.edges {
        let (from, to) = (of(&part, edge.from), of(&part, edge.to));
        part[from] = to;
    }
    let root = of(&part, 0);
    assert!((0..part.len()).all(|node| of(&part, node) == root));
}

#[test]
fn three_main_roads_and_nothing_else_cross_the_river() {
    let streets = &DISTRICT.streets;
    let bridges: HashSet<_> =
        streets.edges.iter().filter(|edge| edge.bridge).map(|edge| &*edge.name).collect();
    assert_eq!(bridges, HashSet::from(["龙祥大道", "凤桥路", "金浦大道"]));
}

#[test]
fn a_route_follows_streets_from_end_to_end() {
    let district = &*DISTRICT;
    let (from, to) = (district.responders[0].standby, district.seniors[0].home);
    let route = district.streets.route(from, to);
    assert_eq!((route.first(), route.last()), (Some(&from), Some(&to)));
    for pair in route.windows(2) {
        assert!(pair[0].distance_m(pair[1]) < 330.0, "a leap from {:?} to {:?}", pair[0], pair[1]);
    }
    assert_eq!(district.streets.route(from, from), [from]);
}

#[test]
fn the_map_is_small_enough_to_send() {
    let map = DISTRICT.streets.to_geojson().to_string();
    assert!(map.len() < 1_500_000, "{} bytes", map.len());
}

#[test]
fn everybody_in_the_category_over_80_is_over_80() {
    for senior in &DISTRICT.seniors {
        let year: u32 = senior.born[..4].parse().unwrap();
        assert!((1_928..=1_961).contains(&year));
        assert!(senior.category != Category::Over80 || 2_026 - year > 80, "{senior:?}");
        assert!((1..=5).contains(&senior.care_level));
        assert!((1..=3).contains(&senior.contacts.len()), "{senior:?}");
    }
}

#[test]
fn no_file_holds_medicines_that_do_not_go_together() {
    for senior in &DISTRICT.seniors {
        let health = Health {
            conditions: senior.conditions.clone(),
            medicines: senior.medicines.clone(),
            allergies: senior.allergies.clone(),
            care_level: senior.care_level,
        };
        assert!(!health::has_clash(&health), "{health:?}");
    }
}

#[test]
fn every_village_has_lanes_and_seniors() {
    for (_, village) in villages::all() {
        let name = village.name();
        let seniors = DISTRICT.seniors.iter().filter(|senior| senior.village == name).count();
        let lanes = doors::lanes(village, &DISTRICT.streets).count();
        assert!(seniors >= 50 && lanes >= 100, "{name}: {seniors} seniors, {lanes} stretches");
    }
}
