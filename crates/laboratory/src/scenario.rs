//! A scenario: who lives and serves in a district, and what happens in it that nobody decides.

use std::collections::HashMap;

use silverbell_domain::{
    DeviceId, DistrictId, KnownDevice, LatLon, Protocol, Responder, ResponderId, ResponderRole,
    SeniorId, SignalKind, Travel, UnixMs, Who,
};
use uuid::Uuid;

use crate::chaos::Chaos;
use crate::manners::{Answer, Manners};
use crate::plain::Choice;
use crate::ways::Ways;

/// Everything about a district and a span of time that no policy changes.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The district's slug.
    pub district: DistrictId,
    /// From when.
    pub from: UnixMs,
    /// Until when presses are played; what is open then goes on until it is closed.
    pub to: UnixMs,
    /// The seed of everything that is drawn.
    pub seed: u64,
    /// The doors of the seniors, who are known by their place in this list.
    pub doors: Vec<LatLon>,
    /// Who could go, known by their place in this list.
    pub staff: Vec<Staff>,
    /// Who presses, in the order of time.
    pub presses: Vec<Press>,
    /// How many operators are at the desk, from when on.
    pub operators: Vec<(UnixMs, u32)>,
    /// How people behave.
    pub manners: Manners,
    /// How long ways take.
    pub ways: Ways,
    /// Who chooses whom to ask.
    pub choice: Choice,
    /// Answers that are on record, by the numbers of press and staff: they are played as they were.
    pub recorded: HashMap<(usize, usize), (Answer, i64)>,
    /// What goes wrong with machines and clocks; only the simulation wants that.
    pub chaos: Option<Chaos>,
}

impl Default for Scenario {
    /// Returns a district without anybody, on the first day of 2026.
    fn default() -> Self {
        let from = UnixMs(1_767_196_800_000); // 2026-01-01T00:00+08:00
        Self {
            district: DistrictId::new("longwen"),
            from,
            to: from.plus_s(86_400),
            seed: 0,
            doors: Vec::new(),
            staff: Vec::new(),
            presses: Vec::new(),
            operators: vec![(from, 4)],
            manners: Manners::default(),
            ways: Ways::default(),
            choice: Choice::default(),
            recorded: HashMap::new(),
            chaos: None,
        }
    }
}

/// Somebody who could go.
#[derive(Clone, Debug, PartialEq)]
pub struct Staff {
    /// Aide or rescuer.
    pub role: ResponderRole,
    /// How this person travels.
    pub travel: Travel,
    /// Where this person waits.
    pub standby: LatLon,
    /// When duty changes, in the order of time; off duty before the first.
    pub duty: Vec<(UnixMs, bool)>,
    /// Where this person is seen while no ticket binds them, in the order of time; at the standby place
    /// before the first.
    pub seen_at: Vec<(UnixMs, LatLon)>,
}

/// One press of a key, or one call.
#[derive(Clone, Debug, PartialEq)]
pub struct Press {
    /// When.
    pub at: UnixMs,
    /// Whose door, by its place in [`Scenario::doors`].
    pub door: usize,
    /// What the device says.
    pub kind: SignalKind,
    /// Whether somebody needs help; most presses are none.
    pub is_emergency: bool,
    /// How it comes.
    pub line: Line,
    /// Where the device says it is, if it says so.
    pub fix: Option<LatLon>,
}

/// How a press comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// From the senior's device, with its key.
    Device,
    /// From the senior's device without an identity of its own for the event.
    Anonymous,
    /// In the name of the senior's device, with a wrong key.
    WrongKey,
    /// From a device that nobody registered.
    Unknown,
    /// By telephone: an operator opens the ticket.
    Telephone,
}

impl Press {
    /// Returns an SOS of a senior's device.
    #[must_use]
    pub const fn sos(at: UnixMs, door: usize, is_emergency: bool) -> Self {
        Self { at, door, kind: SignalKind::Sos, is_emergency, line: Line::Device, fix: None }
    }
}

// --- Identities: each a kind and a number, the same in every run -------------------------------

const SENIORS: u8 = 1;
const DEVICES: u8 = 2;
const STAFF: u8 = 3;
const USERS: u8 = 5;

/// Identities count from here instead of reading a clock.
const FIRST_ID_MS: u64 = 1_700_000_000_000;

/// Returns the nth identity of a kind; UUIDv7 in form, its time a number.
pub(crate) fn nth_id(kind: u8, n: u64) -> Uuid {
    let random = [0, 0, 0, 0, 0, 0, 0, 0, 0, kind];
    uuid::Builder::from_unix_timestamp_millis(FIRST_ID_MS + n, &random).into_uuid()
}

/// Returns the number of an identity of any kind.
pub(crate) fn number_of(id: Uuid) -> u64 {
    // The time is what the first 48 bits hold.
    ((id.as_u128() >> 80) as u64).saturating_sub(FIRST_ID_MS)
}

/// Returns the `n`th senior.
#[must_use]
pub fn senior_id(n: usize) -> SeniorId {
    SeniorId(nth_id(SENIORS, n as u64))
}

/// Returns the `n`th of the staff.
#[must_use]
pub fn responder_id(n: usize) -> ResponderId {
    ResponderId(nth_id(STAFF, n as u64))
}

/// Returns the `n`th operator.
pub(crate) fn operator_id(n: u64) -> silverbell_domain::UserId {
    silverbell_domain::UserId(nth_id(USERS, n))
}

/// Returns what the device of a door calls itself.
pub(crate) fn ident_of(door: usize) -> String {
    format!("d-{door}")
}

/// Returns the hash of the key that the device of a door has.
pub(crate) fn key_of(door: usize) -> [u8; 32] {
    let mut key = [7; 32];
    key[..8].copy_from_slice(&(door as u64).to_be_bytes());
    key
}

/// Returns the device of the senior behind a door.
pub(crate) fn device_id(n: usize) -> DeviceId {
    DeviceId(nth_id(DEVICES, n as u64))
}

impl Scenario {
    /// Returns the registered devices, one for each senior.
    pub(crate) fn devices(&self) -> HashMap<(Protocol, String), KnownDevice> {
        let device = |(n, door): (usize, &LatLon)| {
            let device = KnownDevice {
                id: device_id(n),
                district: self.district.clone(),
                senior: senior_id(n),
                who: self.who(n),
                home: *door,
                stays: Vec::new(),
                needs: silverbell_domain::Needs::default(),
                key_sha256: Some(key_of(n)),
            };
            ((Protocol::Http, ident_of(n)), device)
        };
        self.doors.iter().enumerate().map(device).collect()
    }

    /// Nobody has a name here: they are numbers.
    fn who(&self, n: usize) -> Who {
        Who { name: format!("senior {n}"), born: "1940-01-01".into(), village: String::new() }
    }

    /// Returns the staff as the service knows them before anybody goes on duty.
    pub(crate) fn responders(&self) -> impl Iterator<Item = Responder> {
        self.staff.iter().enumerate().map(|(n, staff)| Responder {
            id: responder_id(n),
            district: self.district.clone(),
            name: format!("responder {n}"),
            role: staff.role,
            phone: String::new(),
            standby: staff.standby,
            sex: None,
            dialects: Vec::new(),
            certificates: Vec::new(),
            travel: staff.travel,
            on_duty: false,
            duty_since: self.from,
            shift_ends_at: None,
            rests_until: None,
            self_test: None,
            left_at: None,
            changed_at: None,
        })
    }

    /// Returns a senior's file.
    pub(crate) fn senior(&self, n: usize) -> Option<silverbell_domain::Senior> {
        let who = self.who(n);
        Some(silverbell_domain::Senior {
            id: senior_id(n),
            district: self.district.clone(),
            name: who.name,
            sex: silverbell_domain::Sex::Female,
            born: who.born,
            phone: String::new(),
            village: who.village,
            address: String::new(),
            access: String::new(),
            home: *self.doors.get(n)?,
            category: silverbell_domain::Category::Over80,
            care_level: 0,
            conditions: Vec::new(),
            medicines: Vec::new(),
            allergies: Vec::new(),
            contacts: Vec::new(),
            plan: silverbell_domain::PersonalPlan::default(),
            tier: None,
            gate: None,
            verified: None,
            temporary: Vec::new(),
            changed_at: None,
        })
    }
}
