//! What goes over the wire to people: the shapes of the contract. The console's TypeScript types
//! and the OpenAPI schemas are generated from here.

use std::collections::BTreeMap;

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
        /// What the responder asked the centre for: `support`, `ambulance`.
        pub help_asked: Vec<String>,
        /// Until when whoever is at the door has to say that all is well, RFC 3339.
        pub word_due_at: Option<String>,
        /// When it was noticed that no word came.
        pub word_missed_at: Option<String>,
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
        /// Somebody on the way says that the address is wrong, and no operator has decided yet. An aide sees
        /// the own only.
        pub place_doubt: Option<PlaceDoubt>,
        /// How the senior was found, as it was told last from the door; null before accepting.
        pub scene: Option<Scene>,
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
        /// The door that is opened by force; null where none is, and before accepting.
        pub forced_entry: Option<ForcedEntry>,
        /// The photos; none before accepting.
        pub photos: Vec<Photo>,
        /// For equipment work: the devices in question; empty for anything else.
        pub devices: Vec<DeviceWork>,
        /// The responder who pressed the own SOS; null for anything else.
        pub in_distress: Option<String>,
        /// In whose hands the senior is; null while nobody said.
        pub handover: Option<HandedOver>,
        /// The links to the card that were given to others; for operators.
        pub cards: Vec<CardLink>,
        /// A death that was confirmed; for operators.
        pub death: Option<Death>,
        /// The call back that is due once it is closed; null when none is.
        pub call_back: Option<CallBack>,
        /// Of a complaint: the ticket it is about.
        pub about: Option<String>,
    }

    /// Somebody on the way says that the address is wrong (地址不符).
    pub struct PlaceDoubt {
        /// By which offer.
        pub offer: String,
        /// By whom.
        pub responder: String,
        /// When, RFC 3339.
        pub at: String,
        /// Where the senior is instead, where a place was told.
        pub position: Option<Position>,
        /// Where, in words.
        pub text: String,
    }

    /// How a senior was found (现场情况).
    pub struct Scene {
        /// By which offer.
        pub offer: String,
        /// By whom.
        pub responder: String,
        /// When it was told, RFC 3339.
        pub at: String,
        /// `clear`, `confused` or `unresponsive`.
        pub conscious: String,
        /// `normal`, `laboured` or `absent`.
        pub breathing: String,
        /// Whether there was a fall; null while nobody knows.
        pub fell: Option<bool>,
        /// `none`, `some` or `severe`; null while nobody knows.
        pub pain: Option<String>,
        /// What was done: `cpr`, `aed`, `recovery_position`, `dressing`, `own_medicine`, `helped_up`,
        /// `kept_warm`.
        pub measures: Vec<String>,
        /// How it ends, as whoever is there sees it: an outcome's word. The operator closes.
        pub outcome: Option<String>,
        /// Anything else, in words.
        pub note: String,
        /// Whether a life is in danger by it.
        pub grave: bool,
    }

    /// What the weather forbids.
    pub struct Weather {
        /// Ways of travelling that are stopped: `ebike`, `car`; those who travel so go on foot.
        pub stops: Vec<String>,
        /// Until when, RFC 3339.
        pub until: String,
        /// Why, in words.
        pub note: String,
    }

    /// In whose hands the senior is.
    pub struct HandedOver {
        /// Which hospital.
        pub hospital: Option<String>,
        /// Who took the senior over.
        pub taken_over_by: Option<String>,
    }

    /// A link to the card.
    pub struct CardLink {
        /// Identity.
        pub id: String,
        /// For whom.
        pub to: String,
        /// When it was given, RFC 3339.
        pub given_at: String,
        /// Until when it can be read, RFC 3339.
        pub expires_at: String,
        /// When it was taken back.
        pub revoked_at: Option<String>,
        /// How often it was read.
        pub readings: u32,
    }

    /// A death that was confirmed.
    pub struct Death {
        /// `120` or `110`.
        pub confirmed_by: String,
        /// The doctor's or officer's name or number.
        pub reference: String,
        /// Who was told (a user's id).
        pub stated_by: String,
        /// When, RFC 3339.
        pub stated_at: String,
        /// When a second person signed, RFC 3339; null while nobody has.
        pub signed_at: Option<String>,
    }

    /// A call back that is due.
    pub struct CallBack {
        /// `first` (within a day) or `second` (a week later).
        pub call: String,
        /// Until when, RFC 3339.
        pub by: String,
        /// How often it was tried in vain.
        pub tried: u8,
        /// How often it is tried at most.
        pub attempts: u8,
        /// When it was tried last.
        pub tried_at: Option<String>,
        /// Whether that time has passed.
        pub overdue: bool,
    }

    /// What 120, 110 or 119 have to know of one ticket.
    pub struct Card {
        /// The ticket's number.
        #[ts(type = "number")]
        pub number: u64,
        /// When this was read, RFC 3339.
        pub at: String,
        /// Until when the link can be read, RFC 3339; null for an operator.
        pub expires_at: Option<String>,
        /// The service's district, by name.
        pub service: String,
        /// `sos`, `fall`, …
        pub kind: String,
        /// What it was about, where known.
        pub cause: Option<String>,
        /// When the call was received, RFC 3339.
        pub received_at: String,
        /// What is doubtful.
        pub flags: Vec<String>,
        /// What operators noted, oldest first, the last twelve.
        pub notes: Vec<CardNote>,
        /// The person's name.
        pub name: Option<String>,
        /// `female` or `male`.
        pub sex: Option<String>,
        /// Age in years.
        pub age: Option<u32>,
        /// The person's telephone number.
        pub phone: Option<String>,
        /// Village or neighbourhood.
        pub village: Option<String>,
        /// Address.
        pub address: Option<String>,
        /// How to get in.
        pub access: Option<String>,
        /// Where to go, with source, radius and age.
        pub position: Option<Position>,
        /// The place in words, where an operator corrected it.
        pub place: Option<String>,
        /// Illnesses.
        pub conditions: Vec<String>,
        /// Medicines taken.
        pub medicines: Vec<String>,
        /// Allergies.
        pub allergies: Vec<String>,
        /// `dog`, `violence`, `infection`, `building`.
        pub hazards: Vec<String>,
        /// Keys, cards and door codes.
        pub keys: Vec<CardKey>,
        /// What is peculiar.
        pub plan: Option<Plan>,
        /// Whom to tell.
        pub contacts: Vec<Contact>,
        /// Who goes or is there.
        pub team: Vec<CardPerson>,
        /// Who was called, and their reference.
        pub called: Vec<CardCall>,
        /// In whose hands the person is.
        pub handover: Option<HandedOver>,
        /// How the person was found, as it was told last from the door.
        pub scene: Option<Scene>,
    }

    /// A key, card or door code on a card.
    pub struct CardKey {
        /// Identity.
        pub id: String,
        /// `key`, `card` or `code`.
        pub kind: String,
        /// Where it hangs, who holds it, which door.
        pub place: String,
        /// In words.
        pub note: String,
        /// The code; null where it is not shown.
        pub code: Option<String>,
    }

    /// What an operator noted.
    pub struct CardNote {
        /// When, RFC 3339.
        pub at: String,
        /// In words.
        pub text: String,
    }

    /// One of the team on a card.
    pub struct CardPerson {
        /// Name.
        pub name: String,
        /// Telephone number.
        pub phone: String,
        /// `lead` or `support`.
        pub role: String,
        /// `accepted`, `on_scene`, `escorting` or `done`.
        pub status: String,
        /// When at the door, RFC 3339.
        pub on_scene_at: Option<String>,
    }

    /// Somebody who was called.
    pub struct CardCall {
        /// `120`, `110` or `119`.
        pub to: String,
        /// When, RFC 3339.
        pub at: String,
        /// Their reference.
        pub reference: Option<String>,
        /// When they expected to be there, minutes from then.
        pub eta_min: Option<u32>,
    }

    /// Who has a key.
    pub struct KeyOut {
        /// The responder.
        pub to: String,
        /// Name; null when nobody of this name goes out any more.
        pub name: Option<String>,
        /// Since when, RFC 3339.
        pub since: String,
        /// How long ago that was, seconds.
        #[ts(type = "number")]
        pub out_s: i64,
        /// The ticket it was taken for.
        pub ticket: Option<String>,
        /// In words.
        pub note: Option<String>,
    }

    /// An entry of the register of keys and door codes; never the code itself.
    pub struct Key {
        /// Identity.
        pub id: String,
        /// Whose door.
        pub senior: String,
        /// `key`, `card` or `code`.
        pub kind: String,
        /// Of a key or card: where it hangs, or who holds it; of a code: which door.
        pub place: String,
        /// In words.
        pub note: String,
        /// When it was last changed, RFC 3339.
        pub changed_at: String,
        /// Who has it; null while it is where it belongs.
        pub out: Option<KeyOut>,
        /// Whether it has been out for too long.
        pub overdue: bool,
        /// Whether it is no longer true.
        pub retired: bool,
    }

    /// A line of the log of what is locked up.
    pub struct AccessLine {
        /// Identity.
        pub id: String,
        /// When, RFC 3339.
        pub at: String,
        /// Who.
        pub by: String,
        /// `read`, `add`, `change`, `retire`, `sign_out` or `sign_in`.
        pub act: String,
        /// For which ticket.
        pub ticket: Option<String>,
        /// Whether it was allowed.
        pub allowed: bool,
        /// Why not: `no_ticket`, `another_senior`, `ticket_closed`, `not_this_kind`, `not_owner`,
        /// `not_engaged`, `stranger`, `no_code`, `retired` or `sealed`; of what was allowed, a person's words.
        pub why: Option<String>,
    }

    /// What is known of a photo.
    pub struct Photo {
        /// Identity.
        pub id: String,
        /// `before`, `after` or `other`.
        pub what: String,
        /// When it came, RFC 3339.
        pub at: String,
        /// Its size, bytes.
        pub bytes: u32,
    }

    /// A door was opened by force.
    pub struct DoorOpened {
        /// When, RFC 3339.
        pub at: String,
        /// By whom, and how.
        pub by: String,
    }

    /// A door was secured afterwards.
    pub struct DoorSecured {
        /// When, RFC 3339.
        pub at: String,
        /// By whom.
        pub by: String,
        /// How.
        pub how: String,
    }

    /// Something that is noted of a forced entry.
    pub struct EntryNote {
        /// When, RFC 3339.
        pub at: String,
        /// In words.
        pub text: String,
    }

    /// The record of a forced entry.
    pub struct ForcedEntry {
        /// When it was decided, RFC 3339.
        pub decided_at: String,
        /// Who authorised it.
        pub authorised_by: String,
        /// The number of the call to 110.
        pub police_reference: String,
        /// Who watches.
        pub witness: String,
        /// Why.
        pub reason: String,
        /// The door is open.
        pub opened: Option<DoorOpened>,
        /// The door is secured.
        pub secured: Option<DoorSecured>,
        /// It was not needed any more.
        pub called_off: Option<EntryNote>,
        /// What was recorded wrongly.
        pub corrections: Vec<EntryNote>,
        /// The photos of before, by identity.
        pub photos_before: Vec<String>,
        /// The photos of afterwards, by identity.
        pub photos_after: Vec<String>,
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
        /// What is known to be dangerous there: `dog`, `violence`, `infection`, `building`.
        pub hazards: Vec<String>,
        /// When the death was recorded, RFC 3339.
        pub died_at: Option<String>,
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
        /// When to be told of presses that were no emergency: `never`, `daily`, `weekly` or `at_once`.
        pub accidental: String,
    }

    /// A place on the map.
    pub struct Point {
        /// Latitude, WGS-84 degrees.
        pub lat: f64,
        /// Longitude, WGS-84 degrees.
        pub lon: f64,
    }

    /// Home, as the registry keeps it, whether somebody lives there at present or not.
    pub struct HomeAddress {
        /// Address.
        pub address: String,
        /// How to get in.
        pub access: String,
        /// The door's latitude.
        pub lat: f64,
        /// The door's longitude.
        pub lon: f64,
        /// The gate of the compound; null when it is not known or is at the door.
        pub gate: Option<Point>,
    }

    /// Where a senior lives for a while.
    pub struct TemporaryAddress {
        /// Address.
        pub address: String,
        /// How to get in.
        pub access: String,
        /// The door's latitude.
        pub lat: f64,
        /// The door's longitude.
        pub lon: f64,
        /// The gate of the compound.
        pub gate: Option<Point>,
        /// From when on, RFC 3339.
        pub from: String,
        /// Until when, RFC 3339.
        pub until: String,
        /// Why, with whom.
        pub note: String,
        /// Whether it is the one that counts now.
        pub in_force: bool,
    }

    /// A line of the history of a file of the registry.
    pub struct RegistryChange {
        /// Identity.
        pub id: String,
        /// When, RFC 3339.
        pub at: String,
        /// Who, by name; `command line` for a command on the server.
        pub by: String,
        /// `add`, `change`, `retire`, `move`, `new_key`, `import` or `export`.
        pub act: String,
        /// Which fields, as the file calls them; never what was in them.
        pub fields: Vec<String>,
        /// More, in words; never what was in a file.
        pub note: Option<String>,
    }

    /// A responder as the registry keeps one.
    pub struct RegistryResponder {
        /// Identity.
        pub id: String,
        /// District.
        pub district: String,
        /// Name.
        pub name: String,
        /// `aide` or `rescuer`.
        pub role: String,
        /// Telephone number.
        pub phone: String,
        /// The standby place's latitude.
        pub lat: f64,
        /// The standby place's longitude.
        pub lon: f64,
        /// `female` or `male`; null when it is not known.
        pub sex: Option<String>,
        /// Languages spoken beside the common one.
        pub dialects: Vec<String>,
        /// What the person is certified in.
        pub certificates: Vec<Certificate>,
        /// `walk`, `ebike` or `car`.
        pub travel: String,
        /// Whether on duty.
        pub on_duty: bool,
        /// When the person left the service, RFC 3339; null while in it.
        pub left_at: Option<String>,
        /// The names by which this person logs in; empty: nobody can.
        pub usernames: Vec<String>,
        /// What the person's phone last found of itself; null: it was never tried.
        pub self_test: Option<SelfTest>,
        /// When the file was last changed, RFC 3339; null: not since it was put in. Send it back with a
        /// change.
        pub changed_at: Option<String>,
    }

    /// A certificate (证书).
    pub struct Certificate {
        /// What it is called.
        pub name: String,
        /// Its last day, `YYYY-MM-DD`.
        pub until: String,
    }

    /// What an aide's phone found of itself (自检).
    pub struct SelfTest {
        /// When, RFC 3339.
        pub at: String,
        /// What was tried: `sound`, `vibration`, `notification`, `position`, `connection`, `storage`.
        /// How it went: `works`, `refused`, `missing`, `failed`.
        pub parts: BTreeMap<String, String>,
    }

    /// A responder's month (我的月度): trips as a pay sheet needs them.
    pub struct Month {
        /// When it begins by the district's clock, RFC 3339.
        pub from: String,
        /// When the next one begins, RFC 3339.
        pub to: String,
        /// Trips to a door.
        pub trips: usize,
        /// Of these at night: offered, or at the door, from 22:00 to 06:00 by the district's clock.
        pub nights: usize,
        /// Accepted, and withdrawn on the way.
        pub withdrawn: usize,
        /// The ways to the doors by the phone's positions, kilometres.
        pub km: f64,
        /// Trips to a door of which the positions do not tell how far it was.
        pub without_km: usize,
        /// Trips and withdrawn trips, in their order.
        pub items: Vec<Trip>,
    }

    /// A trip.
    pub struct Trip {
        /// The ticket's number.
        #[ts(type = "number")]
        pub number: u64,
        /// `lead` or `support`.
        pub role: String,
        /// When it was offered, RFC 3339.
        pub offered_at: String,
        /// When the door was reached, RFC 3339; null: withdrawn before.
        pub on_scene_at: Option<String>,
        /// When the part was done, RFC 3339; null while it goes on, or when it was withdrawn.
        pub done_at: Option<String>,
        /// When it was withdrawn, RFC 3339; null otherwise.
        pub withdrawn_at: Option<String>,
        /// Whether at night.
        pub night: bool,
        /// How far it was to the door, kilometres; null where the positions do not tell.
        pub km: Option<f64>,
    }

    /// A district with how many it has.
    pub struct DistrictRow {
        /// Slug.
        pub id: String,
        /// Name.
        pub name: String,
        /// IANA time zone.
        pub time_zone: String,
        /// Seniors.
        #[ts(type = "number")]
        pub seniors: u64,
        /// Aides in the service.
        pub aides: usize,
        /// Rescuers in the service.
        pub rescuers: usize,
        /// Devices.
        #[ts(type = "number")]
        pub devices: u64,
    }

    /// A device that was put in, or got another key.
    pub struct DeviceWithKey {
        /// The device.
        pub device: Device,
        /// Its key, shown this once; null where its protocol has none, and when the request is repeated.
        pub key: Option<String>,
    }

    /// A row of a list that cannot be taken.
    pub struct BadRow {
        /// Its line in the file, the first is 1.
        #[ts(type = "number")]
        pub line: u64,
        /// Its column, empty for the row as a whole.
        pub column: String,
        /// A word for programs: `missing`, `too_long`, `too_many`, `not_a_date`, `in_the_future`,
        /// `too_old`, `not_a_number`, `not_a_phone`, `no_place`, `unknown_word`, `not_an_id`,
        /// `not_json`, `not_a_time`, `out_of_range`, `wrong_fields`, `not_text`, `not_a_span`,
        /// `twice_in_file`, `ambiguous`, `other_district`, `taken`, `on_ticket`, `on_duty`,
        /// `not_an_ident`, `unbalanced_quote`, `wrong`.
        pub code: String,
        /// What is wrong and what would be right, in English; nothing of the row is quoted.
        pub detail: String,
    }

    /// What came, or would come, of a list.
    pub struct ImportReport {
        /// Whether it was only looked at.
        pub preview: bool,
        /// Whether it was put in: not when it was only looked at, and not while a row is bad, unless bad
        /// rows are skipped.
        pub imported: bool,
        /// Rows.
        pub rows: usize,
        /// Of them new.
        pub new: usize,
        /// Of them known and different.
        pub changed: usize,
        /// Of them known and the same.
        pub unchanged: usize,
        /// How many rows are bad.
        pub bad: usize,
        /// Why, at most 200 of them.
        pub bad_rows: Vec<BadRow>,
        /// How the text was read: `utf-8` or `gb18030`.
        pub encoding: String,
        /// What stands between fields: `,`, `;` or a tab.
        pub delimiter: String,
        /// Columns that mean nothing here and are not read.
        pub unknown_columns: Vec<String>,
        /// Responders of the list who cannot log in yet, at most 200: the name they shall log in with.
        /// `silverbell user add NAME --role aide --responder ID` gives them a password.
        pub without_login: Vec<WithoutLogin>,
    }

    /// Somebody who cannot log in yet.
    pub struct WithoutLogin {
        /// The responder; null while the list was only looked at.
        pub responder: Option<String>,
        /// By which name the list wants them to log in.
        pub username: String,
    }

    /// A senior's file.
    pub struct Senior {
        /// Identity.
        pub id: String,
        /// District.
        pub district: String,
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
        /// Address: where the senior lives now, which `residence` tells.
        pub address: String,
        /// How to get in there.
        pub access: String,
        /// That door's latitude.
        pub lat: f64,
        /// That door's longitude.
        pub lon: f64,
        /// The gate of the compound there; null when it is not known or is at the door.
        pub gate: Option<Point>,
        /// `home`, or `temporary` while a temporary address takes its place.
        pub residence: String,
        /// Until when that temporary address counts, RFC 3339.
        pub residence_until: Option<String>,
        /// Home, as the registry keeps it; null before accepting.
        pub home: Option<HomeAddress>,
        /// Where the senior lives, lived or will live for a while, at most 5.
        pub temporary: Vec<TemporaryAddress>,
        /// When somebody last looked on the spot whether address and pins are right, RFC 3339.
        pub verified_at: Option<String>,
        /// `information` (20 yuan a month) or `home` (50 yuan: 90 minutes at home a month); null when it is
        /// not known.
        pub tier: Option<String>,
        /// When people last changed the file, RFC 3339; null: not since it was put in. Send it back with a
        /// change.
        pub changed_at: Option<String>,
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
        /// When the picture of the senior's face came, RFC 3339; null: there is none.
        pub face_at: Option<String>,
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
        /// When the picture of the senior's face came, RFC 3339; null: there is none.
        pub face_at: Option<String>,
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
        /// When the picture of the senior's face came, RFC 3339; null: there is none, or not accepted.
        pub face_at: Option<String>,
        /// The others who go or went, while the own offer is in hand.
        pub partners: Vec<Partner>,
        /// What the weather forbids; null when nothing.
        pub weather: Option<Weather>,
        /// Why one should wait at the door for the partner, or for a witness from the village committee:
        /// `night`, `other_sex`, `danger`; empty: nothing speaks against going in.
        pub waits_for: Vec<String>,
        /// The senior's keys, cards and door codes; only once accepted, and never a code itself.
        pub keys: Vec<Key>,
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
        /// Since when this person, on duty, gives no sign of life, RFC 3339; null while in touch.
        pub out_of_touch_since: Option<String>,
    }

    /// So many of each role.
    pub struct Staff {
        /// Aides.
        pub aides: u32,
        /// Rescuers.
        pub rescuers: u32,
    }

    /// A desk of the call centre at which somebody sits.
    pub struct Desk {
        /// Who.
        pub user: String,
        /// Name.
        pub name: String,
        /// `operator`, `supervisor` or `admin`.
        pub role: String,
        /// `ready`, `busy`, `break` or `wrap_up`.
        pub state: String,
        /// Since when, RFC 3339.
        pub since: String,
        /// The page's last sign of life, RFC 3339.
        pub seen_at: String,
        /// When the person last heard the alarm of this desk, RFC 3339; null: never tried, or not heard.
        pub sound_heard_at: Option<String>,
    }

    /// Who is on.
    pub struct Desks {
        /// By name.
        pub items: Vec<Desk>,
        /// Nothing: the list is whole.
        pub next_cursor: Option<String>,
    }

    /// What one shift tells the next.
    pub struct ShiftNote {
        /// Identity.
        pub id: String,
        /// The district.
        pub district: String,
        /// When, RFC 3339.
        pub at: String,
        /// Who wrote it.
        pub by: String,
        /// Who wrote it, by name.
        pub name: String,
        /// What.
        pub text: String,
        /// Who has read it, in this order.
        pub read_by: Vec<NoteReader>,
    }

    /// Who has read a shift note.
    pub struct NoteReader {
        /// Who.
        pub user: String,
        /// Name.
        pub name: String,
        /// When, RFC 3339.
        pub at: String,
    }

    /// A time in which somebody is to be on duty.
    pub struct Shift {
        /// Identity.
        pub id: String,
        /// Who.
        pub responder: String,
        /// Name.
        pub name: String,
        /// `aide` or `rescuer`.
        pub role: String,
        /// When it begins, RFC 3339.
        pub from: String,
        /// When it ends, RFC 3339.
        pub to: String,
    }

    /// A time in which neither what is asked nor who is rostered changes.
    pub struct CoverPiece {
        /// When it begins, RFC 3339.
        pub from: String,
        /// When it ends, RFC 3339.
        pub to: String,
        /// How many are wanted.
        pub asked: Staff,
        /// How many are in the roster.
        pub rostered: Staff,
    }

    /// A time in which somebody is missing in the roster.
    pub struct CoverGap {
        /// When it begins, RFC 3339.
        pub from: String,
        /// When it ends, RFC 3339.
        pub to: String,
        /// How many are missing.
        pub short: Staff,
        /// The same as a sentence in English, times by the district's clock.
        pub words: String,
    }

    /// A district's roster within a span.
    pub struct Roster {
        /// District slug.
        pub district: String,
        /// Its IANA time zone.
        pub time_zone: String,
        /// From then on, RFC 3339.
        pub from: String,
        /// Until then, RFC 3339.
        pub to: String,
        /// The shifts that run within it, in the order in which they begin.
        pub shifts: Vec<Shift>,
        /// The span in pieces, one after the other without a hole.
        pub cover: Vec<CoverPiece>,
        /// Where somebody is missing.
        pub gaps: Vec<CoverGap>,
    }

    /// Somebody whose shift runs.
    pub struct OnShift {
        /// Who.
        pub responder: String,
        /// Name.
        pub name: String,
        /// `aide` or `rescuer`.
        pub role: String,
        /// Telephone number.
        pub phone: String,
        /// When the shift began, RFC 3339.
        pub from: String,
        /// When it ends, RFC 3339.
        pub to: String,
        /// Whether on duty.
        pub on_duty: bool,
        /// Not on duty, though the shift began `cover.missing_after_s` ago.
        pub missing: bool,
    }

    /// Somebody on duty who gives no sign of life.
    pub struct OutOfTouch {
        /// Who.
        pub responder: String,
        /// Name.
        pub name: String,
        /// `aide` or `rescuer`.
        pub role: String,
        /// Telephone number.
        pub phone: String,
        /// Since when, RFC 3339.
        pub since: String,
    }

    /// How a district is covered at present.
    pub struct CoverNow {
        /// When, RFC 3339.
        pub at: String,
        /// How many are wanted now.
        pub asked: Staff,
        /// How many are in the roster now.
        pub rostered: Staff,
        /// How many are on duty and in touch.
        pub on_duty: Staff,
        /// Those whose shift runs.
        pub people: Vec<OnShift>,
        /// Who is on duty and out of touch, the longest first.
        pub out_of_touch: Vec<OutOfTouch>,
        /// Where somebody is or will be missing, as far as it begins within `cover.warn_ahead_h`.
        pub gaps: Vec<CoverGap>,
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
        /// What the weather forbids; null when nothing.
        pub weather: Option<Weather>,
    }

    /// The tiles of the operators' map, `/v1/map.pmtiles`.
    pub struct MapTiles {
        /// Another one for every other file.
        pub version: String,
        /// `configured`, `imported` or `demo`.
        pub origin: String,
        /// South, west, north, east.
        pub bounds: [f64; 4],
        /// From this zoom on there are tiles.
        pub min_zoom: u8,
        /// Up to this one.
        pub max_zoom: u8,
        /// Whose work it is, to be shown with the map; empty for the demo's invented streets.
        pub attribution: String,
    }

    /// Which map there is.
    pub struct MapInfo {
        /// Its tiles; null when nobody imported or configured any.
        pub tiles: Option<MapTiles>,
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
    /// For operators: where the roster has gaps and who did not come, when there is something else to
    /// tell of it. Told whole.
    Cover {
        /// When, RFC 3339.
        at: String,
        /// Where somebody is or will be missing, as far as it begins within `cover.warn_ahead_h`.
        gaps: Vec<CoverGap>,
        /// Whose shift runs and who is not on duty.
        missing: Vec<OnShift>,
    },
    /// Responders whose duty, state, work or touch changed.
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
    Month::export_all(&config)?;
    Way::export_all(&config)?;
    AccessLine::export_all(&config)?;
    SeniorFile::export_all(&config)?;
    UnknownDevice::export_all(&config)?;
    DeviceSignal::export_all(&config)?;
    DistrictInfo::export_all(&config)?;
    DistrictRow::export_all(&config)?;
    RegistryResponder::export_all(&config)?;
    RegistryChange::export_all(&config)?;
    DeviceWithKey::export_all(&config)?;
    ImportReport::export_all(&config)?;
    MapInfo::export_all(&config)?;
    Card::export_all(&config)?;
    Roster::export_all(&config)?;
    CoverNow::export_all(&config)?;
    Desks::export_all(&config)?;
    ShiftNote::export_all(&config)?;
    LiveMessage::export_all(&config)
}
