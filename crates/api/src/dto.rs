//! What goes over the wire to people: the shapes of the contract. The console's TypeScript types
//! and the OpenAPI schemas are generated from here.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

macro_rules! wire {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$fmeta:meta])* pub $field:ident : $ty:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
        #[ts(export_to = "./")]
        pub struct $name { $($(#[$fmeta])* pub $field: $ty,)* }
    )*};
}

wire! {
    /// Who is logged in.
    pub struct User {
        /// Identity.
        pub id: String,
        /// Log-in name, which `by` of a call names.
        pub username: String,
        /// Name to show.
        pub name: String,
        /// `operator`, `aide`, `supervisor` or `admin`.
        pub role: String,
        /// The responder this person is, for aides and rescuers.
        pub responder: Option<String>,
        /// The districts this person serves, slugs.
        pub districts: Vec<String>,
    }

    /// Answer to a log-in.
    pub struct Session {
        /// Who is logged in.
        pub user: User,
    }

    /// Log-in.
    pub struct Login {
        /// Name.
        pub username: String,
        /// Password.
        pub password: String,
    }

    /// Whom a ticket is about, as far as a list needs it. All null while nobody knows.
    pub struct Who {
        /// Name.
        pub name: Option<String>,
        /// Age in years.
        pub age: Option<u32>,
        /// Village or neighbourhood.
        pub village: Option<String>,
    }

    /// Where somebody is thought to be.
    pub struct Position {
        /// Latitude, WGS-84 degrees.
        pub lat: f64,
        /// Longitude, WGS-84 degrees.
        pub lon: f64,
        /// Radius of uncertainty, metres.
        pub accuracy_m: Option<f64>,
        /// `gps`, `wifi`, `cell`, `home` or `pin`.
        pub source: String,
        /// When it was true, RFC 3339.
        pub at: String,
    }

    /// What happens next by itself, and when.
    pub struct Next {
        /// The deadline's kind, for instance `offer_expires`, `widen`, `quiet`.
        pub what: String,
        /// When, RFC 3339.
        pub at: String,
    }

    /// The facts of a ticket in time, RFC 3339; null where it has not happened.
    pub struct Times {
        /// Pressed, by the device's clock.
        pub pressed: Option<String>,
        /// Received by us.
        pub received: Option<String>,
        /// Ticket opened.
        pub opened: Option<String>,
        /// File popped up on an operator's screen.
        pub popped_up: Option<String>,
        /// Answered by an operator.
        pub answered: Option<String>,
        /// Confirmed by an operator.
        pub confirmed: Option<String>,
        /// Family told.
        pub family_told: Option<String>,
        /// First dispatch offered.
        pub first_offered: Option<String>,
        /// First acceptance.
        pub accepted: Option<String>,
        /// First departure.
        pub departed: Option<String>,
        /// First arrival at the door.
        pub on_scene: Option<String>,
        /// First with the senior.
        pub with_senior: Option<String>,
        /// 120 called.
        pub ambulance_called: Option<String>,
        /// 120 arrived.
        pub ambulance_arrived: Option<String>,
        /// At hospital.
        pub at_hospital: Option<String>,
        /// Handed over.
        pub handed_over: Option<String>,
        /// Closed.
        pub closed: Option<String>,
        /// Followed up.
        pub followed_up: Option<String>,
        /// Archived.
        pub archived: Option<String>,
    }

    /// A dispatch offered to one responder.
    pub struct Offer {
        /// Identity.
        pub id: String,
        /// The ticket.
        pub ticket: String,
        /// To whom.
        pub responder: String,
        /// `lead` or `support`.
        pub role: String,
        /// `offered`, `accepted`, `on_scene`, `escorting`, `done`, `declined`, `expired` or `withdrawn`.
        pub status: String,
        /// Travel time when it was offered, seconds.
        pub eta_s: u32,
        /// `roads` or `straight_line`.
        pub eta_source: String,
        /// The narrowest ring the arrival fits, minutes.
        pub ring_min: u16,
        /// Whether the arrival fits no ring any more.
        pub overdue: bool,
        /// When it was offered, RFC 3339.
        pub offered_at: String,
        /// Until when it can be accepted, RFC 3339.
        pub deadline: String,
        /// When it was accepted.
        pub accepted_at: Option<String>,
        /// When the responder set out.
        pub departed_at: Option<String>,
        /// When the responder was at the door.
        pub on_scene_at: Option<String>,
        /// When the responder was with the senior.
        pub with_senior_at: Option<String>,
        /// `claimed` or `confirmed`, once on scene.
        pub arrival: Option<String>,
        /// How far from the door the responder was when the arrival was claimed, or since, metres.
        pub distance_m: Option<u32>,
        /// How long the way still took when it was last seen to become shorter, seconds.
        pub way_left_s: Option<u32>,
        /// Since when the responder, who accepted, has not come nearer.
        pub stuck_since: Option<String>,
        /// Until when at most it does not expire, because a voice call to the responder rings.
        pub rings_until: Option<String>,
        /// Why it was withdrawn: `place_taken`, `ticket_closed`, `off_duty`, `by_hand`, `replaced` or
        /// `interrupted`.
        pub withdrawn_why: Option<String>,
    }

    /// One of the team, as the others of the team know each other.
    pub struct Partner {
        /// The responder.
        pub responder: String,
        /// Name.
        pub name: String,
        /// Telephone number.
        pub phone: String,
    }

    /// One incident.
    pub struct Ticket {
        /// Identity.
        pub id: String,
        /// Number within the district, for people.
        #[ts(type = "number")]
        pub number: u64,
        /// The senior, null while nobody knows.
        pub senior: Option<String>,
        /// The senior in a few words.
        pub who: Who,
        /// District slug.
        pub district: String,
        /// `sos`, `fall`, `silent`, `help`, `call`, …
        pub kind: String,
        /// 1 特急 red, 2 紧急 orange, 3 一般 yellow, 4 事务 blue.
        pub urgency: u8,
        /// `open` or `closed`.
        pub status: String,
        /// `waiting`, `answered` or `closed`.
        pub handling: String,
        /// The operator who owns it.
        pub owner: Option<String>,
        /// What happens next by itself; null once closed.
        pub next: Option<Next>,
        /// `120`, `110`, `119`, `supervisor`, `leader`.
        pub escalated_to: Vec<String>,
        /// What is doubtful: `unverified`, `no_position`, …
        pub flags: Vec<String>,
        /// The ring searched at present, minutes.
        pub ring_min: u16,
        /// Where to go.
        pub position: Option<Position>,
        /// Facts in time.
        pub times: Times,
        /// Everybody asked.
        pub offers: Vec<Offer>,
        /// Until when offers wait for a person, RFC 3339; null when they do not.
        pub held_until: Option<String>,
        /// Nobody speaks: what is tried at present; null otherwise.
        pub silence: Option<Silence>,
        /// How it ended.
        pub outcome: Option<String>,
        /// What it was about.
        pub cause: Option<String>,
        /// How many signals belong to it.
        pub signals: u32,
        /// The number of its last event in the district.
        #[ts(type = "number")]
        pub seq: u64,
        /// For equipment work: the devices in question; empty for anything else.
        pub devices: Vec<DeviceWork>,
    }

    /// What is tried while nobody speaks.
    pub struct Silence {
        /// `first_call_back`, `second_call_back`, `family`, `neighbour` or `aides`.
        pub step: String,
        /// Since when, RFC 3339.
        pub since: String,
    }

    /// The dispatch centre of 120 that serves a place.
    pub struct Ambulance {
        /// Its city.
        pub city: String,
        /// What to dial.
        pub dial: String,
    }

    /// Where a senior is instead of at home.
    pub struct Absence {
        /// `hospital` or `away`.
        pub place: String,
        /// Until when, RFC 3339; null: nobody knows.
        pub until: Option<String>,
        /// Which hospital, with whom.
        pub note: String,
    }

    /// What is peculiar to a senior.
    pub struct Plan {
        /// The only language the senior speaks well.
        pub dialect: Option<String>,
        /// Hears nobody on the telephone.
        pub deaf: bool,
        /// Says nothing on the telephone.
        pub mute: bool,
        /// Not at home at present.
        pub absence: Option<Absence>,
        /// What to do first.
        pub advice: String,
    }

    /// A person to tell.
    pub struct Contact {
        /// Name.
        pub name: String,
        /// Relation.
        pub relation: String,
        /// Telephone number.
        pub phone: String,
        /// `family`, `neighbour` or `office`.
        pub kind: String,
        /// When to be reached, in the district's time, `08:00-20:00`; null: always.
        pub hours: Option<String>,
        /// Has a key, or can open the door.
        pub opens_door: bool,
    }

    /// A senior's file.
    pub struct Senior {
        /// Identity.
        pub id: String,
        /// Name.
        pub name: String,
        /// `female` or `male`.
        pub sex: String,
        /// Date of birth, `YYYY-MM-DD`.
        pub born: String,
        /// Age in years.
        pub age: Option<u32>,
        /// Telephone number.
        pub phone: String,
        /// Village.
        pub village: String,
        /// Address.
        pub address: String,
        /// How to get in.
        pub access: String,
        /// The door's latitude.
        pub lat: f64,
        /// The door's longitude.
        pub lon: f64,
        /// Why the service is free: `over80`, `minimum_allowance`, …; empty before accepting.
        pub category: String,
        /// 1 to 5, 0 unknown.
        pub care_level: u8,
        /// Illnesses.
        pub conditions: Vec<String>,
        /// Medicines.
        pub medicines: Vec<String>,
        /// Allergies.
        pub allergies: Vec<String>,
        /// Whom to tell, in order.
        pub contacts: Vec<Contact>,
        /// What is peculiar; null before accepting.
        pub plan: Option<Plan>,
    }

    /// A responder who was considered, and why or why not.
    pub struct Candidate {
        /// The responder.
        pub responder: String,
        /// Name.
        pub name: String,
        /// `aide` or `rescuer`.
        pub role: String,
        /// Telephone number.
        pub phone: String,
        /// Travel time, seconds; null when no place is known.
        pub eta_s: Option<u32>,
        /// `roads` or `straight_line`.
        pub eta_source: Option<String>,
        /// Why or why not, in English; screens translate `reason_code`.
        pub reason: String,
        /// `free`, `offered`, `engaged`, `done`, `busy`, `stale`, `outside_ring`, `overdue`, `expired`, `declined`, `withdrawn`.
        pub reason_code: String,
        /// The figure in the reason: minutes of the ETA, or age of the position in seconds.
        pub reason_value: Option<u32>,
        /// Whether this person speaks the language that the senior speaks best.
        pub speaks_dialect: bool,
        /// While offers are held: the place, `lead` or `support`, for which this person would be asked if
        /// the hold ended now.
        pub planned_as: Option<String>,
        /// Whether the planner could ask this person now.
        pub eligible: bool,
    }

    /// One line of a ticket's history.
    pub struct TimelineEntry {
        /// The number in the district.
        #[ts(type = "number")]
        pub seq: u64,
        /// When, RFC 3339.
        pub at: String,
        /// What: `ticket_opened`, `offered`, `accepted`, …
        pub event: String,
        /// Who: `device`, `machine`, or a person's name.
        pub by: String,
        /// The facts of this event.
        #[ts(type = "Record<string, unknown>")]
        #[schema(value_type = Object)]
        pub data: serde_json::Value,
    }

    /// A senior's device, with what it last said of itself.
    pub struct Device {
        /// Identity.
        pub id: String,
        /// `http`, `watch`, `gt06`, `jt808`, `h02`, `osmand` or `owntracks`.
        pub protocol: String,
        /// What it calls itself.
        pub device: String,
        /// Whose it is.
        pub senior: String,
        /// The senior's name; null when the file is gone.
        pub senior_name: Option<String>,
        /// Its model's name in the settings.
        pub model: Option<String>,
        /// Whether it is connected now; null where it comes with each message anew.
        pub connected: Option<bool>,
        /// When anything came from it, RFC 3339; null while nothing has.
        pub heard_at: Option<String>,
        /// How long ago that was, seconds.
        #[ts(type = "number | null")]
        pub silent_s: Option<i64>,
        /// Its charge, percent.
        pub battery_pct: Option<u8>,
        /// When it said so, RFC 3339.
        pub battery_at: Option<String>,
        /// Where it was.
        pub position: Option<Position>,
        /// How long ago that was, seconds.
        #[ts(type = "number | null")]
        pub position_age_s: Option<i64>,
        /// When its key was pressed last, tests included, RFC 3339.
        pub pressed_at: Option<String>,
        /// What people asked of it since the service started, the latest of each kind.
        pub asked: Vec<AskedCommand>,
    }

    /// What people asked of a device.
    pub struct AskedCommand {
        /// `locate`, `ring` or `sos_numbers`.
        pub command: String,
        /// When, RFC 3339.
        pub at: String,
        /// `sent`; `waits` until the device is connected; `unknown`: it has no such command;
        /// `expired`: it was not connected in time, was
        /// never told and never will be.
        pub state: String,
        /// Until when it waits, RFC 3339; null unless it does.
        pub until: Option<String>,
    }

    /// Something that a device said.
    pub struct DeviceSignal {
        /// When it came, RFC 3339.
        pub at: String,
        /// The gravest of `kinds`.
        pub kind: String,
        /// `sos`, `fall`, `help`, `low_battery`, `position`, `heartbeat`.
        pub kinds: Vec<String>,
        /// The ticket it opened or joined, if it was an alarm.
        pub ticket: Option<String>,
        /// What was doubted, if it was an alarm.
        pub flags: Vec<String>,
        /// Battery charge, percent.
        pub battery_pct: Option<u8>,
        /// Where it was.
        pub position: Option<Position>,
        /// The bytes as they came, hexadecimal.
        pub raw_hex: String,
        /// The same as text, where it is some.
        pub raw_text: Option<String>,
    }

    /// A device that speaks and is nobody's.
    pub struct UnknownDevice {
        /// The protocol it speaks.
        pub protocol: String,
        /// What it calls itself; empty if it does not say.
        pub device: String,
        /// The network address it speaks from.
        pub source_addr: String,
        /// When it was heard first, RFC 3339.
        pub first_at: String,
        /// When it was heard last, RFC 3339.
        pub last_at: String,
        /// How many times it was heard.
        #[ts(type = "number")]
        pub times: u64,
        /// Whether it has alarmed.
        pub alarmed: bool,
    }

    /// A device on an equipment ticket.
    pub struct DeviceWork {
        /// The device.
        pub id: String,
        /// What it calls itself.
        pub device: String,
        /// The protocol it speaks.
        pub protocol: String,
        /// Whose it is.
        pub senior: String,
        /// The senior's name.
        pub name: String,
        /// The senior's village.
        pub village: String,
        /// `silent` or `low_battery`.
        pub trouble: String,
        /// Since when: last heard, or when it told its charge, RFC 3339.
        pub since: String,
    }

    /// Who may be calling, by the number.
    pub struct CallSenior {
        /// The senior.
        pub id: String,
        /// Name.
        pub name: String,
        /// Age in years.
        pub age: Option<u32>,
        /// Village.
        pub village: String,
        /// What the owner of the number is to the senior; null for the senior's own number.
        pub relation: Option<String>,
    }

    /// A telephone call.
    pub struct Call {
        /// Identity.
        pub id: String,
        /// `in` or `out`.
        pub direction: String,
        /// `ringing`, `answered` or `ended`.
        pub state: String,
        /// The other party's number; null where it is not known.
        pub number: Option<String>,
        /// Whether the caller asked that the number be not shown to the called.
        pub withheld: bool,
        /// Who may be calling, or is called.
        pub seniors: Vec<CallSenior>,
        /// Who answered or called: a log-in name; the seat where nobody is known to sit there.
        pub by: Option<String>,
        /// Of an ended call: `completed`, `abandoned`, `missed`, `busy`, `no_answer`, `refused`, `switched_off`, `no_such_number`, `no_credit`, `unreachable`, `failed` or, of a call that ended unheard, `unknown`.
        pub result: Option<String>,
        /// The ticket it belongs to.
        pub ticket: Option<String>,
        /// Where the exchange keeps its recording.
        pub recording: Option<String>,
        /// When it began to ring, RFC 3339.
        pub ringing_at: String,
        /// When it was answered, RFC 3339.
        pub answered_at: Option<String>,
        /// When it ended, RFC 3339.
        pub ended_at: Option<String>,
        /// What was said, in a person's words.
        pub summary: Option<String>,
    }

    /// A senior with all that is known besides tickets in hand.
    pub struct SeniorFile {
        /// The file.
        pub senior: Senior,
        /// The senior's devices.
        pub devices: Vec<Device>,
        /// The last tickets, newest first, at most 10.
        pub tickets: Vec<Ticket>,
        /// The last calls, newest first, at most 10.
        pub calls: Vec<Call>,
    }

    /// A ticket with all an operator needs.
    pub struct TicketFile {
        /// The ticket.
        pub ticket: Ticket,
        /// The senior's file, null while nobody knows who it is.
        pub senior: Option<Senior>,
        /// The senior's devices.
        pub devices: Vec<Device>,
        /// For equipment work: how many more devices are in the same trouble and on no list yet, as
        /// far as they were counted. They go onto the next one.
        #[ts(type = "number")]
        pub devices_waiting: usize,
        /// The duty leader's number, once it has climbed there and somebody has to call; null otherwise.
        pub call_leader: Option<String>,
        /// Which 120 serves the place; null when none is near.
        pub ambulance: Option<Ambulance>,
        /// The nearest responders with reasons, at most 20.
        pub candidates: Vec<Candidate>,
        /// What happened, oldest first.
        pub timeline: Vec<TimelineEntry>,
    }

    /// The way to the door, as one would go now.
    pub struct Way {
        /// Seconds from now.
        pub eta_s: u32,
        /// `roads` or `straight_line`.
        pub eta_source: String,
        /// Metres.
        pub distance_m: f64,
        /// Longitude and latitude of each corner, WGS-84 degrees, from here to there.
        pub line: Vec<[f64; 2]>,
        /// How old the position is that it begins with, seconds; missing when it is the standby place.
        #[ts(type = "number | null")]
        pub position_age_s: Option<i64>,
    }

    /// An offer with what its responder needs.
    pub struct OfferFile {
        /// The offer.
        pub offer: Offer,
        /// The ticket, without other people's offers beyond the team.
        pub ticket: Ticket,
        /// The senior's file as far as needed; access and illnesses only once accepted.
        pub senior: Option<Senior>,
        /// The others who go or went, while the own offer is in hand.
        pub partners: Vec<Partner>,
    }

    /// A responder on the map.
    pub struct Responder {
        /// Identity.
        pub id: String,
        /// Name.
        pub name: String,
        /// `aide` or `rescuer`.
        pub role: String,
        /// `off`, `free`, `offered` or `busy`.
        pub state: String,
        /// `walk`, `ebike` or `car`.
        pub travel: String,
        /// Latitude of the last position.
        pub lat: Option<f64>,
        /// Longitude of the last position.
        pub lon: Option<f64>,
        /// When that position was true, RFC 3339.
        pub at: Option<String>,
        /// The ticket this person is on.
        pub ticket: Option<String>,
    }

    /// One responder's new position.
    pub struct ResponderPosition {
        /// Identity.
        pub id: String,
        /// Latitude.
        pub lat: f64,
        /// Longitude.
        pub lon: f64,
        /// When, RFC 3339.
        pub at: String,
    }

    /// An alarm that came while the store was away: kept in the journal, not yet recorded.
    pub struct UnrecordedAlarm {
        /// The identity its signal will have.
        pub id: String,
        /// `sos`, `fall` or `help`.
        pub kind: String,
        /// What the device speaks: `http`, `watch`, …
        pub protocol: String,
        /// What the device calls itself.
        pub device: String,
        /// When it came first, RFC 3339.
        pub received_at: String,
        /// Where the device says it is.
        pub position: Option<Position>,
    }

    /// A district on the map.
    pub struct DistrictInfo {
        /// Slug.
        pub id: String,
        /// Name.
        pub name: String,
        /// IANA time zone.
        pub time_zone: String,
        /// Centre and extent of the seniors' homes: south, west, north, east; null without seniors.
        pub bounds: Option<[f64; 4]>,
    }
}

/// A message of the live feed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[ts(export_to = "./")]
pub enum LiveMessage {
    /// The state as it is now; sent first, and whenever resuming is impossible.
    Snapshot {
        /// The number of the district's last event.
        #[ts(type = "number")]
        seq: u64,
        /// Open tickets the reader may see.
        tickets: Vec<Ticket>,
        /// Responders the reader may see.
        responders: Vec<Responder>,
        /// For an aide: the offers in hand.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        offers: Option<Vec<OfferFile>>,
    },
    /// Something happened.
    Event {
        /// Its number in the district.
        #[ts(type = "number")]
        seq: u64,
        /// The number this connection was told before.
        #[ts(type = "number")]
        prev: u64,
        /// When, RFC 3339.
        at: String,
        /// What: `ticket_opened`, `signal_joined`, `answered`, `offered`, `accepted`, …
        event: String,
        /// The ticket after it.
        ticket: Box<Ticket>,
        /// For an aide: the own offer on this ticket, with the file as far as needed.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        offer: Option<Box<OfferFile>>,
    },
    /// The telephone calls in progress and those that ended in the last half minute, for operators.
    /// Told whole whenever one changes.
    Calls {
        /// When, RFC 3339.
        at: String,
        /// The calls, the oldest first.
        calls: Vec<Call>,
    },
    /// Responders whose duty, state or work changed.
    Responders {
        /// When, RFC 3339.
        at: String,
        /// Those who changed.
        responders: Vec<Responder>,
    },
    /// Positions that changed, at most once a second.
    Positions {
        /// When, RFC 3339.
        at: String,
        /// Those who moved.
        responders: Vec<ResponderPosition>,
    },
    /// For operators: the alarms that are not yet recorded, one for each device, newest first,
    /// whenever they change. Whose they are is known only when the store is back, so every operator
    /// is told. None are left when all are recorded.
    Unrecorded {
        /// When, RFC 3339.
        at: String,
        /// At most 100 of them.
        alarms: Vec<UnrecordedAlarm>,
        /// How many there are.
        total: usize,
    },
    /// Asks the phone to answer `POST /v1/me/probes/{id}`.
    Probe {
        /// The probe.
        id: String,
    },
    /// The feed is alive.
    Heartbeat {
        /// The number this connection was told last: for an operator that of the district's last
        /// event, for an aide that of the last event that concerned the own offers.
        #[ts(type = "number")]
        seq: u64,
        /// When, RFC 3339.
        at: String,
    },
}

/// Writes the TypeScript types of everything that goes over the wire, one file each.
///
/// # Errors
/// When a file cannot be written.
pub fn export_typescript(folder: &std::path::Path) -> Result<(), ts_rs::ExportError> {
    let config = ts_rs::Config::new().with_out_dir(folder);
    Session::export_all(&config)?;
    Login::export_all(&config)?;
    TicketFile::export_all(&config)?;
    OfferFile::export_all(&config)?;
    Way::export_all(&config)?;
    SeniorFile::export_all(&config)?;
    UnknownDevice::export_all(&config)?;
    DeviceSignal::export_all(&config)?;
    DistrictInfo::export_all(&config)?;
    LiveMessage::export_all(&config)
}
