//! Settings: the defaults that are compiled in, then a file, then variables, then options.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use silverbell_domain::{
    CANARY, CarePolicy, CoverPolicy, DispatchPolicy, DistrictId, EquipmentPolicy, EscalationPolicy,
    FollowUpPolicy, HandlingPolicy, HandoffPolicy, Policy, Protocol, SafetyPolicy, SilencePolicy,
    WatchdogPolicy,
};
use silverbell_gateway::{ExchangeKind, Model, Models, TelephoneSettings};
use silverbell_protocols::telephone::AreaCode;
use silverbell_roads::{Datum, RoadSpeeds, Speed, Speeds};
use silverbell_seal::DataKey;
use silverbell_web::{Bounds, Proxies};
use toml::{Table, Value};

use crate::canary::CanarySettings;
use crate::demo;
use crate::messages::MessageSettings;
use crate::road_settings::RoadSettings;
use crate::tls::TlsFiles;

/// Every setting with its default and its explanation.
pub(crate) const DEFAULTS: &str = include_str!("../../../config/silverbell.toml");

/// What a variable's name begins with.
const PREFIX: &str = "SILVERBELL_";

/// Nobody waits a day for the next request; what is endless would overflow a timer.
const LONGEST_IDLE_S: u64 = 86_400;

/// A call-back that comes an hour late is none.
const LONGEST_UNHEARD_S: u64 = 3_600;

/// A key that is out for a year is lost, hours.
const LONGEST_OUT_H: u32 = 8_760;

/// With fewer connections a single page with its pictures has no room.
const MIN_CONNECTIONS: usize = 20;

/// A shorter frame could not even hold an SOS, bytes.
const MIN_FRAME: usize = 256;

/// Variables that are no settings.
const OPTIONS_ONLY: [&str; 1] = ["SILVERBELL_CONFIG"];

/// All settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) data: PathBuf,
    pub(crate) listen: String,
    pub(crate) demo: String,
    pub(crate) demo_password: String,
    pub(crate) server: Server,
    pub(crate) log: Log,
    dispatch: DispatchPolicy,
    handling: HandlingPolicy,
    watchdog: WatchdogPolicy,
    escalation: EscalationPolicy,
    silence: SilencePolicy,
    care: CarePolicy,
    handoff: HandoffPolicy,
    equipment: EquipmentPolicy,
    follow_up: FollowUpPolicy,
    safety: SafetyPolicy,
    cover: CoverPolicy,
    travel: Travel,
    roads: RoadSettings,
    pub(crate) retention: Retention,
    pub(crate) gateway: Gateway,
    telephone: Telephone,
    pub(crate) notify: MessageSettings,
    pub(crate) keys: Keys,
    canary: CanarySettings,
}

/// The register of keys and door codes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Keys {
    pub(crate) overdue_h: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Server {
    pub(crate) public_url: String,
    tls_cert: PathBuf,
    tls_key: PathBuf,
    centre_phone: String,
    trusted_proxies: String,
    max_connections: usize,
    max_connections_per_address: usize,
    idle_s: u64,
    map_tiles: String,
    data_key: SecretString,
    former_data_keys: SecretString,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Log {
    pub(crate) filter: String,
    pub(crate) format: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Travel {
    walk_mps: f64,
    walk_detour: f64,
    ebike_mps: f64,
    ebike_detour: f64,
    car_mps: f64,
    car_detour: f64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Retention {
    pub(crate) positions_days: u32,
    pub(crate) messages_days: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Gateway {
    pub(crate) default_district: String,
    pub(crate) default_district_name: String,
    pub(crate) default_time_zone: String,
    pub(crate) models: Vec<NamedModel>,
    watch: DevicePort,
    gt06: DevicePort,
    jt808: DevicePort,
    h02: DevicePort,
    osmand: DevicePort,
    owntracks: DevicePort,
}

/// A port of devices.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DevicePort {
    pub(crate) listen: String,
    idle_s: u64,
    max_connections: usize,
    max_connections_per_address: usize,
    pub(crate) max_frame: usize,
    datum: String,
    time_zone: String,
    /// H02 only.
    #[serde(default)]
    pub(crate) bit_18_is_sos: bool,
}

impl DevicePort {
    pub(crate) const fn idle(&self) -> Duration {
        Duration::from_secs(self.idle_s)
    }

    /// Returns whether it listens where it does unless somebody chooses otherwise.
    pub(crate) fn is_default(&self, protocol: Protocol) -> bool {
        let defaults: Option<Table> = DEFAULTS.parse().ok();
        let port =
            || Some(defaults?.get("gateway")?.get(protocol.as_str())?.get("listen")?.clone());
        port().is_some_and(|listen| listen.as_str() == Some(&self.listen))
    }

    /// Returns how many connections it may hold.
    pub(crate) fn most(&self) -> usize {
        if self.listen == OFF { 0 } else { self.max_connections }
    }

    pub(crate) const fn bounds(&self) -> Bounds {
        Bounds { connections: self.max_connections, per_address: self.max_connections_per_address }
    }
}

/// What is peculiar to a model of device.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamedModel {
    name: String,
    #[serde(default)]
    datum: String,
    #[serde(default)]
    time_zone: String,
}

/// The telephone exchange.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Telephone {
    exchange: String,
    address: String,
    user: String,
    secret: String,
    area_code: String,
    trunks: Vec<String>,
    context: String,
    seat_rings_s: u32,
    unheard_after_s: u64,
    seats: Vec<Seat>,
}

impl std::fmt::Debug for Telephone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Telephone").field("exchange", &self.exchange).finish_non_exhaustive()
    }
}

/// Whose telephone rings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seat {
    user: String,
    seat: String,
}

/// How a closed port is written.
pub(crate) const OFF: &str = "off";

impl Config {
    /// Reads the settings and returns them with warnings for the log. `options` are those of the
    /// command line, by key.
    pub(crate) fn read(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
        options: Table,
    ) -> Result<(Self, Vec<String>)> {
        let mut settings: Table = DEFAULTS.parse().context("the compiled-in settings")?;
        if let Some(file) = file {
            merge(&mut settings, table(file)?, "")
                .with_context(|| format!("in the settings of {}", file.display()))?;
        }
        let warnings = apply_variables(&mut settings, variables)?;
        merge(&mut settings, options, "")?;
        let config: Self = settings.try_into().context("a setting has a wrong value")?;
        config.validate()?;
        Ok((config, warnings))
    }

    /// Returns the policy that is set, with what another file says of it instead.
    pub(crate) fn policy_instead(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
        instead: &Path,
    ) -> Result<Policy> {
        let given = table(instead)?;
        let read = || {
            let sections = Table::try_from(Policy::default())?;
            if let Some(key) = given.keys().find(|key| !sections.contains_key(*key)) {
                let sections: Vec<&str> = sections.keys().map(String::as_str).collect();
                bail!("{key}: not part of a policy, whose sections are {}", sections.join(", "));
            }
            Ok(Self::read(file, variables, given)?.0.policy())
        };
        read().with_context(|| format!("in the policy of {}", instead.display()))
    }

    fn validate(&self) -> Result<()> {
        let wrong = self.policy().validate();
        wrong.map_err(|wrong| anyhow::Error::msg(wrong.join("; ")))?;
        if !matches!(self.demo.as_str(), "" | "on" | "quiet") {
            bail!("demo: \"\", \"on\" or \"quiet\", not \"{}\"", self.demo);
        }
        if !matches!(self.log.format.as_str(), "text" | "json") {
            bail!("log.format: \"text\" or \"json\", not \"{}\"", self.log.format);
        }
        let travel = &self.travel;
        let positive = [
            ("travel.walk_mps", travel.walk_mps),
            ("travel.ebike_mps", travel.ebike_mps),
            ("travel.car_mps", travel.car_mps),
            ("travel.walk_detour", travel.walk_detour),
            ("travel.ebike_detour", travel.ebike_detour),
            ("travel.car_detour", travel.car_detour),
        ];
        for (key, value) in positive {
            if !(value > 0.0 && value.is_finite()) {
                bail!("{key}: must be above 0");
            }
        }
        self.road_speeds()?;
        self.tls()?;
        self.proxies()?;
        self.models()?;
        self.telephone()?;
        self.notify.read(&self.server.public_url)?;
        self.canary.validate()?;
        let is_of_phone = |c: char| c.is_ascii_digit() || "+-() ".contains(c);
        let can_be_dialled = |phone: &String| {
            phone.chars().all(is_of_phone) && phone.chars().any(|c| c.is_ascii_digit())
        };
        if !self.centre_phone().as_ref().is_none_or(can_be_dialled) {
            bail!("server.centre_phone: a telephone number, e.g. \"0596-2123456\"");
        }
        self.data_key()?;
        self.former_data_keys()?;
        if self.keys.overdue_h == 0 || self.keys.overdue_h > LONGEST_OUT_H {
            bail!("keys.overdue_h: 1 to {LONGEST_OUT_H}");
        }
        if self.retention.messages_days == 0 {
            bail!("retention.messages_days: at least 1");
        }
        for (protocol, port) in self.device_ports() {
            let key = format!("gateway.{}", protocol.as_str());
            if port.idle_s == 0 || port.max_frame < MIN_FRAME {
                bail!("{key}: idle_s above 0, max_frame at least {MIN_FRAME}");
            }
            if port.max_connections == 0 || port.max_connections_per_address == 0 {
                bail!("{key}: max_connections and max_connections_per_address above 0");
            }
        }
        let server = &self.server;
        if server.max_connections < MIN_CONNECTIONS
            || server.max_connections_per_address < MIN_CONNECTIONS
        {
            bail!(
                "server.max_connections, server.max_connections_per_address: at least {MIN_CONNECTIONS}"
            );
        }
        if server.idle_s == 0 || server.idle_s > LONGEST_IDLE_S {
            bail!("server.idle_s: 1 to {LONGEST_IDLE_S}");
        }
        let slug = &self.gateway.default_district;
        if slug == CANARY {
            bail!(
                "gateway.default_district: \"{CANARY}\" is the service's own, nobody lives there"
            );
        }
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if slug.is_empty() || !slug.chars().all(fits) {
            bail!("gateway.default_district: lower-case letters, digits and hyphens");
        }
        Ok(())
    }

    /// Returns the files of the certificate, where HTTPS is served.
    pub(crate) fn tls(&self) -> Result<Option<TlsFiles>> {
        let Server { tls_cert: certificate, tls_key: key, .. } = &self.server;
        let is_set = |file: &PathBuf| !file.as_os_str().is_empty();
        match (is_set(certificate), is_set(key)) {
            (false, false) => Ok(None),
            (true, true) => {
                Ok(Some(TlsFiles { certificate: certificate.clone(), key: key.clone() }))
            }
            (true, false) | (false, true) => {
                bail!("server.tls_cert, server.tls_key: give both, or neither")
            }
        }
    }

    /// Returns the PMTiles file that is drawn instead of the imported map, if one is given.
    pub(crate) fn map_tiles(&self) -> Option<PathBuf> {
        let file = &self.server.map_tiles;
        (!file.is_empty()).then(|| file.into())
    }

    /// Returns the telephone exchange, `None` if there is none.
    pub(crate) fn telephone(&self) -> Result<Option<TelephoneSettings>> {
        let set = &self.telephone;
        let kind = match &*set.exchange {
            OFF => return Ok(None),
            "asterisk" => ExchangeKind::Asterisk,
            "freeswitch" => ExchangeKind::FreeSwitch,
            other => bail!(
                "telephone.exchange: \"asterisk\", \"freeswitch\" or \"off\", not \"{other}\""
            ),
        };
        let area = match &*set.area_code {
            "" => None,
            code => Some(AreaCode::new(code).with_context(|| {
                format!("telephone.area_code: \"{code}\" is no area code, such as \"0596\"")
            })?),
        };
        if set.unheard_after_s == 0 || set.unheard_after_s > LONGEST_UNHEARD_S {
            bail!("telephone.unheard_after_s: 1 to {LONGEST_UNHEARD_S}");
        }
        if set.secret.is_empty() {
            bail!("telephone.secret: give the exchange's (SILVERBELL_TELEPHONE_SECRET)");
        }
        Ok(Some(TelephoneSettings {
            kind,
            address: set.address.clone(),
            user: set.user.clone(),
            secret: set.secret.clone(),
            area,
            trunks: set.trunks.clone(),
            context: set.context.clone(),
            ring_ms: set.seat_rings_s.saturating_mul(1_000),
            unheard_after: Duration::from_secs(set.unheard_after_s),
            seats: set.seats.iter().map(|it| (it.user.clone(), it.seat.clone())).collect(),
            default_district: DistrictId::new(&self.gateway.default_district),
        }))
    }

    /// Returns the centre's telephone number, where it is set.
    pub(crate) fn centre_phone(&self) -> Option<String> {
        let phone = self.server.centre_phone.trim();
        (!phone.is_empty()).then(|| phone.to_owned())
    }

    /// Returns the data key that is set, `None` when the one in the data directory counts.
    pub(crate) fn data_key(&self) -> Result<Option<DataKey>> {
        match self.server.data_key.expose_secret() {
            "" => Ok(None),
            text => DataKey::read(text).map(Some).context("server.data_key"),
        }
    }

    /// Returns the keys that were in use before.
    pub(crate) fn former_data_keys(&self) -> Result<Vec<DataKey>> {
        let texts = self.server.former_data_keys.expose_secret().split(',').map(str::trim);
        let keys = texts.filter(|text| !text.is_empty()).map(DataKey::read);
        keys.collect::<Result<_, _>>().context("server.former_data_keys")
    }

    /// Returns the canary's settings; `None` where nothing moves by itself.
    pub(crate) fn canary(&self) -> Option<&CanarySettings> {
        Some(&self.canary).filter(|canary| self.demo != "quiet" && canary.every().is_some())
    }

    /// Returns the ports of devices, the closed ones too, by their key's word.
    pub(crate) fn device_ports(&self) -> [(Protocol, &DevicePort); 6] {
        let gateway = &self.gateway;
        [
            (Protocol::Watch, &gateway.watch),
            (Protocol::Gt06, &gateway.gt06),
            (Protocol::Jt808, &gateway.jt808),
            (Protocol::H02, &gateway.h02),
            (Protocol::Osmand, &gateway.osmand),
            (Protocol::Owntracks, &gateway.owntracks),
        ]
    }

    /// Returns what is peculiar to devices.
    pub(crate) fn models(&self) -> Result<Models> {
        let mut models = Models::default();
        for (protocol, port) in self.device_ports() {
            let key = format!("gateway.{}", protocol.as_str());
            let model = model(&port.datum, &port.time_zone).context(key)?;
            models.of_protocols.insert(protocol, model);
        }
        for NamedModel { name, datum, time_zone } in &self.gateway.models {
            let model =
                model(datum, time_zone).with_context(|| format!("gateway.models: {name}"))?;
            if models.named.insert(name.clone(), model).is_some() {
                bail!("gateway.models: {name} is there twice");
            }
        }
        Ok(models)
    }

    pub(crate) fn policy(&self) -> Policy {
        Policy {
            dispatch: self.dispatch.clone(),
            handling: self.handling.clone(),
            watchdog: self.watchdog.clone(),
            escalation: self.escalation.clone(),
            silence: self.silence.clone(),
            care: self.care.clone(),
            handoff: self.handoff.clone(),
            equipment: self.equipment.clone(),
            follow_up: self.follow_up.clone(),
            safety: self.safety.clone(),
            cover: self.cover(),
        }
    }

    /// Returns how many are to be on duty; the living demo asks for somebody by itself.
    fn cover(&self) -> CoverPolicy {
        let mut cover = self.cover.clone();
        if self.demo == "on" && cover.minimum.is_empty() {
            cover.minimum = demo::minimum();
        }
        cover
    }

    /// Returns the bounds of the HTTP port.
    pub(crate) const fn http_bounds(&self) -> Bounds {
        Bounds {
            connections: self.server.max_connections,
            per_address: self.server.max_connections_per_address,
        }
    }

    /// Returns how long an HTTP connection may wait between two requests.
    pub(crate) const fn http_idle(&self) -> Duration {
        Duration::from_secs(self.server.idle_s)
    }

    /// Returns the proxies in front.
    pub(crate) fn proxies(&self) -> Result<Proxies> {
        Proxies::read(&self.server.trusted_proxies).context("server.trusted_proxies")
    }

    /// Returns the speeds on roads.
    pub(crate) fn road_speeds(&self) -> Result<RoadSpeeds> {
        self.roads.speeds(self.speeds())
    }

    /// Returns the speeds for the straight line.
    pub(crate) const fn speeds(&self) -> Speeds {
        let travel = &self.travel;
        Speeds {
            walk: Speed { mps: travel.walk_mps, detour: travel.walk_detour },
            ebike: Speed { mps: travel.ebike_mps, detour: travel.ebike_detour },
            car: Speed { mps: travel.car_mps, detour: travel.car_detour },
        }
    }
}

fn table(file: &Path) -> Result<Table> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("cannot read the settings in {}", file.display()))?;
    text.parse().with_context(|| format!("{} is not valid TOML", file.display()))
}

fn model(datum: &str, time_zone: &str) -> Result<Model> {
    let datum = match datum {
        "" => Datum::default(),
        word => Datum::parse(word)
            .with_context(|| format!("datum: \"wgs84\", \"gcj02\" or \"bd09\", not \"{word}\""))?,
    };
    let time_zone = match time_zone {
        "" => None,
        name => Some(TimeZone::get(name).with_context(|| format!("time_zone: \"{name}\""))?),
    };
    Ok(Model { datum, time_zone })
}

/// Puts given settings over the known ones; a key that is not known is an error.
fn merge(known: &mut Table, given: Table, path: &str) -> Result<()> {
    for (key, value) in given {
        let name = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match (known.get_mut(&key), value) {
            (Some(Value::Table(known)), Value::Table(given)) => merge(known, given, &name)?,
            (Some(Value::Table(_)), _) => bail!("{name}: is a section, not a value"),
            (Some(slot), value) => *slot = value,
            (None, _) => bail!("{name}: there is no such setting"),
        }
    }
    Ok(())
}

fn apply_variables(
    settings: &mut Table,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Vec<String>> {
    let mut warnings = Vec::new();
    for (name, text) in variables {
        let Some(tail) = name.strip_prefix(PREFIX) else { continue };
        if OPTIONS_ONLY.contains(&name.as_str()) {
            continue;
        }
        match slot(settings, &tail.to_ascii_lowercase()) {
            Some(slot) => {
                *slot = parse(slot, &text)
                    .with_context(|| format!("the variable {name} has a wrong value"))?;
            }
            None => warnings.push(format!("{name}: there is no such setting; ignored")),
        }
    }
    Ok(warnings)
}

/// Finds the setting of a variable: section and key are both joined by underscores, so the name is
/// tried against every prefix.
fn slot<'a>(table: &'a mut Table, name: &str) -> Option<&'a mut Value> {
    if table.get(name).is_some_and(|value| !value.is_table()) {
        return table.get_mut(name);
    }
    let section =
        table.iter().filter(|(_, value)| value.is_table()).map(|(key, _)| key.clone()).find(
            |key| name.strip_prefix(key.as_str()).is_some_and(|rest| rest.starts_with('_')),
        )?;
    let rest = name[section.len() + 1..].to_owned();
    match table.get_mut(&section) {
        Some(Value::Table(inner)) => slot(inner, &rest),
        Some(_) | None => None,
    }
}

/// Reads a variable as the type that the setting has by default.
fn parse(default: &Value, text: &str) -> Result<Value> {
    Ok(match default {
        Value::String(_) => Value::String(text.into()),
        Value::Integer(_) => Value::Integer(text.trim().parse().context("a whole number")?),
        Value::Float(_) => Value::Float(text.trim().parse().context("a number")?),
        Value::Boolean(_) => Value::Boolean(text.trim().parse().context("true or false")?),
        Value::Array(_) => {
            // A bare list of numbers reads as one, too: 10,20,30.
            let list = text.trim().trim_start_matches('[').trim_end_matches(']');
            let table: Table = format!("list = [{list}]").parse().context("a list")?;
            table.get("list").cloned().context("a list")?
        }
        Value::Datetime(_) | Value::Table(_) => bail!("cannot be set by a variable"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<(Config, Vec<String>)> {
        let variables = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Config::read(None, variables, Table::new())
    }

    #[test]
    fn the_defaults_are_those_of_the_code() {
        let (config, warnings) = read(&[]).expect("defaults");
        assert_eq!(config.policy(), Policy::default());
        assert_eq!(config.speeds(), Speeds::default());
        assert_eq!(config.road_speeds().expect("speeds"), RoadSpeeds::default());
        assert!(warnings.is_empty());
    }

    #[test]
    fn a_variable_sets_a_key_of_its_type() {
        let (config, _) = read(&[
            ("SILVERBELL_DISPATCH_OFFER_TIMEOUT_S", "7"),
            ("SILVERBELL_DISPATCH_RINGS_MIN", "[1,2]"),
            ("SILVERBELL_GATEWAY_WATCH_LISTEN", "off"),
            ("SILVERBELL_LISTEN", "127.0.0.1:0"),
        ])
        .expect("settings");
        assert_eq!(config.policy().dispatch.offer_timeout_s, 7);
        assert_eq!(config.policy().dispatch.rings_min, [1, 2]);
        assert_eq!(config.gateway.watch.listen, OFF);
        assert_eq!(config.listen, "127.0.0.1:0");
    }

    #[test]
    fn every_device_port_is_open_unless_somebody_closes_it() {
        let (config, _) = read(&[]).expect("settings");
        let ports = config.device_ports();
        assert!(
            ports.iter().all(|(protocol, port)| port.listen != OFF && port.is_default(*protocol))
        );
    }

    #[test]
    fn a_telephone_needs_its_secret_and_a_known_exchange() {
        let exchange = ("SILVERBELL_TELEPHONE_EXCHANGE", "asterisk");
        assert!(read(&[exchange]).is_err());
        assert!(read(&[("SILVERBELL_TELEPHONE_EXCHANGE", "pbx")]).is_err());
        let (config, _) =
            read(&[exchange, ("SILVERBELL_TELEPHONE_SECRET", "s")]).expect("settings");
        assert!(config.telephone().expect("settings").is_some());
    }

    #[test]
    fn a_text_or_a_gateway_that_cannot_be_used_stops_the_start_in_words() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "[zh]\nprobe = \"{hello}\"").expect("written");
        let file = file.path().to_str().expect("a path");
        let webhook = r#"{ id = "x", url = "http://10.0.0.1/", secret = "hush" }"#;
        for (variable, value, words) in [
            ("SILVERBELL_NOTIFY_TEMPLATES", file, "zh.probe: there is no field {hello}"),
            ("SILVERBELL_NOTIFY_TEMPLATES", "/nowhere", "notify.templates: cannot read"),
            ("SILVERBELL_NOTIFY_SMS_URL", "sms", "notify.sms_url"),
            ("SILVERBELL_NOTIFY_WEBHOOKS", webhook, "notify.allow_private"),
            ("SILVERBELL_NOTIFY_CONCURRENCY", "0", "notify.concurrency"),
        ] {
            let error = read(&[(variable, value)]).expect_err("no such value");
            let said = format!("{error:#}");
            assert!(said.contains(words) && !said.contains("hush"), "{said}");
        }
        assert!(read(&[("SILVERBELL_NOTIFY_SMS_URL", "https://sms.example.cn/send")]).is_ok());
    }

    #[test]
    fn an_unknown_variable_is_a_warning_and_a_wrong_value_an_error() {
        let (_, warnings) = read(&[("SILVERBELL_NO_SUCH_THING", "1")]).expect("settings");
        assert_eq!(warnings.len(), 1);
        assert!(read(&[("SILVERBELL_DISPATCH_HOLD_S", "soon")]).is_err());
        assert!(read(&[("SILVERBELL_DISPATCH_RINGS_MIN", "30,10")]).is_err());
    }

    #[test]
    fn a_bound_that_keeps_everybody_out_and_a_proxy_that_is_no_address_are_errors() {
        for (variable, value) in [
            ("SILVERBELL_SERVER_MAX_CONNECTIONS", "3"),
            ("SILVERBELL_SERVER_MAX_CONNECTIONS_PER_ADDRESS", "0"),
            ("SILVERBELL_SERVER_IDLE_S", "0"),
            ("SILVERBELL_SERVER_TRUSTED_PROXIES", "the proxy"),
        ] {
            let error = read(&[(variable, value)]).expect_err("no such value");
            let key = variable.trim_start_matches("SILVERBELL_SERVER_").to_ascii_lowercase();
            assert!(format!("{error:#}").contains(&key), "{error:#}");
        }
        assert!(read(&[("SILVERBELL_SERVER_TRUSTED_PROXIES", "127.0.0.1, ::1/128")]).is_ok());
    }

    #[test]
    fn a_data_key_that_is_none_is_said_and_not_quoted() {
        for variable in ["SILVERBELL_SERVER_DATA_KEY", "SILVERBELL_SERVER_FORMER_DATA_KEYS"] {
            let error = format!("{:#}", read(&[(variable, "hush")]).expect_err("no key"));
            assert!(error.contains("data_key") && error.contains("32 bytes"), "{error}");
            assert!(!error.contains("hush"), "{error}");
        }
        let key = "07".repeat(32);
        let (config, _) = read(&[
            ("SILVERBELL_SERVER_DATA_KEY", &*key),
            ("SILVERBELL_SERVER_FORMER_DATA_KEYS", &format!("{key}, {key}")),
        ])
        .expect("settings");
        assert!(config.data_key().expect("a key").is_some());
        assert_eq!(config.former_data_keys().expect("keys").len(), 2);
        assert!(!format!("{config:?}").contains("0707"), "a key is never printed");
        assert!(read(&[("SILVERBELL_KEYS_OVERDUE_H", "0")]).is_err());
    }

    #[test]
    fn an_unknown_key_in_a_file_is_an_error_that_names_it() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "[dispatch]\nhold = 3\n").expect("written");
        let error = Config::read(Some(file.path()), [], Table::new()).expect_err("unknown key");
        assert!(format!("{error:#}").contains("dispatch.hold"), "{error:#}");
    }

    #[test]
    fn a_policy_holds_only_what_differs_from_the_one_that_is_set_and_beats_its_variables() {
        let [set, instead] = [(); 2].map(|()| tempfile::NamedTempFile::new().expect("a file"));
        std::fs::write(set.path(), "[dispatch]\nhold_s = 9\nwiden_after_s = 8\n").expect("written");
        let read = |text: &str| {
            std::fs::write(instead.path(), text).expect("written");
            let variable = ("SILVERBELL_DISPATCH_OFFER_TIMEOUT_S".to_owned(), "7".to_owned());
            Config::policy_instead(Some(set.path()), [variable], instead.path())
        };
        let read_text = "[dispatch]\noffer_timeout_s = 5\nhold_s = 4\n";
        let dispatch = read(read_text).expect("a policy").dispatch;
        let values = (dispatch.offer_timeout_s, dispatch.hold_s, dispatch.widen_after_s);
        assert_eq!(values, (5, 4, 8));
        for (text, key) in [
            ("[dispatch]\noffer_timeout_s = 0\n", "dispatch.offer_timeout_s"),
            ("[dispatch]\noffer_timeout_s = \"x\"\n", "dispatch.offer_timeout_s"),
            ("[dispatch]\noffer_timeout = 1\n", "dispatch.offer_timeout"),
            ("[travel]\nwalk_mps = 1.0\n", "travel: not part of a policy"),
        ] {
            let error = format!("{:#}", read(text).expect_err("impossible"));
            let file = instead.path().display().to_string();
            assert!(error.contains(key) && error.contains(&file), "{error}");
        }
    }

    #[test]
    fn an_option_beats_a_variable_beats_a_file() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "listen = \"1.1.1.1:1\"\ndata = \"/file\"\n").expect("written");
        let variables = [("SILVERBELL_LISTEN".to_owned(), "2.2.2.2:2".to_owned())];
        let options: Table = "listen = \"3.3.3.3:3\"".parse().expect("TOML");
        let (config, _) =
            Config::read(Some(file.path()), variables.clone(), options).expect("settings");
        assert_eq!(config.listen, "3.3.3.3:3");
        let (config, _) =
            Config::read(Some(file.path()), variables, Table::new()).expect("settings");
        assert_eq!(config.listen, "2.2.2.2:2");
        assert_eq!(config.data, PathBuf::from("/file"));
    }
}
