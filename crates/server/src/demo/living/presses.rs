//! An SOS now and then, from a senior's phone with its key.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use silverbell_domain::{Clock, LatLon, Protocol, SeniorId, UnixMs};
use silverbell_web::rfc3339;
use tokio::time::sleep;

use super::chance::Chance;
use super::client::{Backoff, Person, Service, Trouble};
use super::walk::beside;
use crate::demo::district::District;

/// The first press: whoever opens the console after the start sees one come.
const FIRST_AFTER: Duration = Duration::from_secs(20);

/// With so many tickets open nobody presses: a visitor shall not drown.
const MAX_OPEN: usize = 6;

/// When to look again whether there are fewer.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// A senior's phone.
pub(super) struct Phone {
    ident: String,
    key: String,
    senior: SeniorId,
    home: LatLon,
}

/// Returns everybody's phone.
pub(super) fn phones(district: &District) -> Vec<Phone> {
    let homes: HashMap<_, _> = district.seniors.iter().map(|s| (s.id, s.home)).collect();
    let devices = district.devices.iter().filter(|device| device.protocol == Protocol::Http);
    devices
        .filter_map(|device| {
            let (ident, key) = (device.ident.clone(), device.key.clone()?);
            let home = *homes.get(&device.senior)?;
            Some(Phone { ident, key, senior: device.senior, home })
        })
        .collect()
}

#[derive(Deserialize)]
struct Tickets {
    items: Vec<Ticket>,
}

#[derive(Deserialize)]
struct Ticket {
    senior: Option<SeniorId>,
}

/// Presses until the task is dropped.
pub(super) async fn run(
    service: Arc<Service>,
    operator: Arc<Person>,
    phones: Vec<Phone>,
    clock: Arc<dyn Clock>,
) {
    let (mut chance, mut backoff) = (Chance::of_presses(), Backoff::default());
    sleep(FIRST_AFTER).await;
    loop {
        let pause = match turn(&service, &operator, &phones, &*clock, &mut chance).await {
            Ok(pause) => {
                backoff.reset();
                pause
            }
            Err(trouble) => backoff.pause(trouble),
        };
        sleep(pause).await;
    }
}

/// Presses once, some people twice. Returns how long to wait for the next one.
async fn turn(
    service: &Service,
    operator: &Person,
    phones: &[Phone],
    clock: &dyn Clock,
    chance: &mut Chance,
) -> Result<Duration, Trouble> {
    let path = format!("/v1/tickets?status=open&limit={MAX_OPEN}");
    let open: Tickets = operator.get(&path).await?;
    if open.items.len() >= MAX_OPEN {
        return Ok(LOOK_AGAIN);
    }
    let helped: Vec<SeniorId> = open.items.iter().filter_map(|ticket| ticket.senior).collect();
    let Some(phone) = choose(phones, &helped, chance) else { return Ok(LOOK_AGAIN) };
    let press = Press::draw(phone, chance);
    service.press(&phone.key, &press.body(phone, clock.now())).await?;
    tracing::debug!(device = %phone.ident, kind = press.kind, "the demo pressed an SOS");
    if chance.percent() < 15 {
        // Nobody came within seconds: the key is pressed once more, and joins the ticket.
        sleep(chance.seconds(10, 40)).await;
        service.press(&phone.key, &press.body(phone, clock.now())).await?;
    }
    Ok(chance.seconds(180, 360))
}

/// Chooses who presses: somebody without an open ticket, so that a new one comes. After a restart
/// the same chance would else choose those who pressed before it.
fn choose<'a>(phones: &'a [Phone], helped: &[SeniorId], chance: &mut Chance) -> Option<&'a Phone> {
    (0..=MAX_OPEN).filter_map(|_| chance.pick(phones)).find(|phone| !helped.contains(&phone.senior))
}

/// What a phone says when its key is pressed.
#[derive(Clone, Debug, PartialEq)]
struct Press {
    kind: &'static str,
    /// The place and its radius in metres; some phones know none, indoors.
    place: Option<(LatLon, f64)>,
    battery_pct: usize,
}

impl Press {
    fn draw(phone: &Phone, chance: &mut Chance) -> Self {
        let kind = if chance.percent() < 10 { "fall" } else { "sos" };
        let off_m = chance.range(10.0, 60.0);
        let direction = chance.range(0.0, std::f64::consts::TAU);
        let accuracy_m = (off_m * chance.range(0.8, 1.6)).round();
        let place = (beside(phone.home, off_m, direction), accuracy_m);
        Self {
            kind,
            place: (chance.percent() >= 10).then_some(place),
            battery_pct: 15 + chance.below(86),
        }
    }

    /// Returns the body of `POST /v1/sos`. The time makes the phone's own id of the event: it must
    /// be new after every start, or the service rightly takes the press for an old one.
    fn body(&self, phone: &Phone, now: UnixMs) -> Value {
        let mut body = json!({
            "device": phone.ident,
            "id": format!("demo-{}", now.0),
            "kind": self.kind,
            "at": rfc3339(now),
            "battery_pct": self.battery_pct,
        });
        if let Some((LatLon { lat, lon }, accuracy_m)) = self.place {
            // A fix is a few seconds old when the key goes down.
            let at = rfc3339(now.plus_s(-4));
            body["position"] = json!({
                "lat": lat, "lon": lon, "accuracy_m": accuracy_m,
                "source": "gps", "datum": "wgs84", "at": at,
            });
        }
        body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMs = UnixMs(1_795_226_584_000);

    fn phone() -> Phone {
        let home = LatLon { lat: 24.5, lon: 117.7 };
        let senior = SeniorId(uuid::Uuid::nil());
        Phone { ident: "d-0017".into(), key: "00".into(), senior, home }
    }

    fn presses() -> Vec<Press> {
        let mut chance = Chance::of_presses();
        (0..1_000).map(|_| Press::draw(&phone(), &mut chance)).collect()
    }

    #[test]
    fn a_press_says_what_the_contract_asks_for() {
        let mut press = presses().remove(0);
        press.place = Some((LatLon { lat: 24.51, lon: 117.66 }, 25.0));
        let body = press.body(&phone(), NOW);
        assert_eq!(body["device"], "d-0017");
        assert_eq!(body["id"], "demo-1795226584000");
        assert_eq!(body["at"], "2026-11-21T02:03:04.000Z");
        assert_eq!(body["position"]["at"], "2026-11-21T02:03:00.000Z");
        assert_eq!(body["position"]["source"], "gps");
        assert_eq!(body["position"]["lat"], 24.51);
        press.place = None;
        assert!(press.body(&phone(), NOW).get("position").is_none());
    }

    #[test]
    fn presses_are_near_the_home_and_one_in_ten_is_a_fall_or_knows_no_place() {
        let presses = presses();
        let falls = presses.iter().filter(|press| press.kind == "fall").count();
        let unplaced = presses.iter().filter(|press| press.place.is_none()).count();
        assert!((60..140).contains(&falls), "{falls}");
        assert!((60..140).contains(&unplaced), "{unplaced}");
        for press in &presses {
            assert!((15..=100).contains(&press.battery_pct));
            if let Some((place, _)) = press.place {
                assert!((9.0..61.0).contains(&place.distance_m(phone().home)));
            }
        }
    }

    #[test]
    fn who_has_an_open_ticket_does_not_open_the_next() {
        let other = Phone { senior: SeniorId(uuid::Uuid::max()), ..phone() };
        let (helped, phones) = ([phone().senior], [phone(), other]);
        let mut chance = Chance::of_presses();
        for _ in 0..100 {
            let chosen = choose(&phones, &helped, &mut chance);
            assert!(chosen.is_none_or(|phone| phone.senior == phones[1].senior));
        }
    }

    #[test]
    fn two_presses_of_one_phone_never_have_the_same_id() {
        let press = &presses()[0];
        let ids = [NOW, NOW.plus_s(10)].map(|now| press.body(&phone(), now)["id"].clone());
        assert_ne!(ids[0], ids[1]);
    }
}
