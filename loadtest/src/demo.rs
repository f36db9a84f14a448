//! The demo's devices and people, and what they send.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::http::{Http, header};

/// The password of everybody in the demo.
pub(crate) const PASSWORD: &str = "loadtest-password";

/// A device that speaks HTTP.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Device {
    device: String,
    key: String,
    senior_id: String,
    protocol: String,
    lat: f64,
    lon: f64,
}

/// Somebody who can log in.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Person {
    pub(crate) username: String,
    pub(crate) role: String,
}

/// Somebody who has logged in.
#[derive(Clone, Debug)]
pub(crate) struct LoggedIn {
    pub(crate) person: Person,
    /// The header line with the session.
    pub(crate) cookie: Arc<str>,
}

/// Reads the devices that speak HTTP: one for each senior.
pub(crate) fn devices(data: &Path) -> Result<Vec<Device>> {
    let mut file = csv::Reader::from_path(data.join("demo-devices.csv"))?;
    let all: Result<Vec<Device>, _> = file.deserialize().collect();
    let http: Vec<Device> = all?.into_iter().filter(|d| d.protocol == "http").collect();
    if http.is_empty() {
        bail!("demo-devices.csv has no device that speaks HTTP");
    }
    Ok(http)
}

/// Reads the people of some roles.
pub(crate) fn people(data: &Path, roles: &[&str]) -> Result<Vec<Person>> {
    let mut file = csv::Reader::from_path(data.join("demo-people.csv"))?;
    let all: Result<Vec<Person>, _> = file.deserialize().collect();
    Ok(all?.into_iter().filter(|p| roles.contains(&p.role.as_str())).collect())
}

impl Device {
    /// Returns whose it is.
    pub(crate) fn senior(&self) -> &str {
        &self.senior_id
    }

    /// Returns the header line with the key.
    pub(crate) fn key(&self) -> String {
        format!("Authorization: Bearer {}", self.key)
    }

    /// Returns the body of a press, as in the contract.
    pub(crate) fn press(&self, id: &str) -> Vec<u8> {
        let now = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%3fZ");
        let (device, lat, lon) = (&self.device, self.lat, self.lon);
        format!(
            r#"{{"device":"{device}","id":"{id}","kind":"sos","at":"{now}","battery_pct":41,"position":{{"lat":{lat},"lon":{lon},"accuracy_m":25,"source":"gps","datum":"wgs84","at":"{now}"}}}}"#
        )
        .into_bytes()
    }
}

/// What a press was answered.
#[derive(Debug, Deserialize)]
pub(crate) struct Acknowledged {
    pub(crate) ticket: String,
    pub(crate) joined: bool,
    duplicate: bool,
}

/// Presses a key and returns what was answered. Everything else than a new signal is an error.
pub(crate) async fn press(http: &mut Http, device: &Device, id: &str) -> Result<Acknowledged> {
    let body = device.press(id);
    let answer = http.send("POST", "/v1/sos", &device.key(), &body).await?;
    if answer.status != 202 {
        let text = String::from_utf8_lossy(answer.body);
        bail!("an SOS was answered {}: {text}", answer.status);
    }
    let acknowledged: Acknowledged = serde_json::from_slice(answer.body)?;
    if acknowledged.duplicate {
        bail!("an SOS with an id of its own was taken for a duplicate");
    }
    Ok(acknowledged)
}

/// Logs in.
pub(crate) async fn log_in(address: SocketAddr, person: Person) -> Result<LoggedIn> {
    let mut http = Http::connect(address).await?;
    let login = json!({"username": person.username, "password": PASSWORD}).to_string();
    let answer = http.send("POST", "/v1/session", "", login.as_bytes()).await?;
    if answer.status != 200 {
        bail!("{} cannot log in: {}", person.username, answer.status);
    }
    let cookie = header(answer.head, "set-cookie").context("no cookie")?;
    let cookie = cookie.split(';').next().unwrap_or_default();
    Ok(LoggedIn { cookie: format!("Cookie: {cookie}").into(), person })
}

/// An operator who closes tickets.
#[derive(Debug)]
pub(crate) struct Operator {
    http: Http,
    cookie: Arc<str>,
}

impl Operator {
    /// Takes a seat.
    pub(crate) async fn new(address: SocketAddr, who: &LoggedIn) -> Result<Self> {
        Ok(Self { http: Http::connect(address).await?, cookie: who.cookie.clone() })
    }

    /// Closes a ticket; returns whether it could be.
    pub(crate) async fn close(&mut self, ticket: &str) -> Result<bool> {
        let path = format!("/v1/tickets/{ticket}/close");
        let body = br#"{"outcome":"helped","cause":"fall","note":"load test"}"#;
        Ok(self.http.send("POST", &path, &self.cookie, body).await?.status == 200)
    }

    /// Closes tickets one after the other, so that their deadlines do not disturb the next round.
    pub(crate) async fn close_all(&mut self, tickets: &[String]) -> Result<()> {
        for ticket in tickets {
            self.close(ticket).await?;
        }
        Ok(())
    }
}
