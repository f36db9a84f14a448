//! What callers read.

use serde::{Deserialize, Serialize};
use silverbell_domain::{
    DistrictId, LatLon, Needs, NewEvent, Responder, ResponderId, Senior, SeniorId, Stay,
    TemporaryAddress, Ticket, UnixMs, UserId, Weather,
};

use crate::LastPosition;

/// A district.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct District {
    /// Slug.
    pub id: DistrictId,
    /// Name.
    pub name: String,
    /// IANA time zone, for report days.
    pub time_zone: String,
}

/// A district as it stands, read in one snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct DistrictState {
    /// The number of its last event.
    pub seq: u64,
    /// Open tickets with their deadlines.
    pub tickets: Vec<Ticket>,
    /// Everybody who could go.
    pub responders: Vec<Responder>,
    /// Where they were last.
    pub positions: Vec<LastPosition>,
    /// What the weather forbids, or forbade.
    pub weather: Option<Weather>,
}

/// Where a senior lives.
#[derive(Clone, Debug, PartialEq)]
pub struct Home {
    /// Who.
    pub senior: SeniorId,
    /// The senior's name.
    pub name: String,
    /// Village or neighbourhood.
    pub village: String,
    /// The door, WGS-84.
    pub place: LatLon,
}

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserRole {
    /// Aides and rescuers.
    Aide,
    /// 话务员
    Operator,
    /// 主管: all that an operator may, and reports.
    Supervisor,
    /// All.
    Admin,
}

impl UserRole {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Aide, Self::Operator, Self::Supervisor, Self::Admin];

    /// Returns the word used in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aide => "aide",
            Self::Operator => "operator",
            Self::Supervisor => "supervisor",
            Self::Admin => "admin",
        }
    }

    /// Returns the role of this word, `None` for an unknown one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// Returns whether this role may do what an operator does.
    #[must_use]
    pub const fn is_operator(self) -> bool {
        match self {
            Self::Operator | Self::Supervisor | Self::Admin => true,
            Self::Aide => false,
        }
    }
}

/// Somebody who can log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Identity.
    pub id: UserId,
    /// Log-in name.
    pub username: String,
    /// Name to show.
    pub display_name: String,
    /// argon2id, PHC string.
    pub password_hash: String,
    /// What this person may do.
    pub role: UserRole,
    /// The responder this person is.
    pub responder: Option<ResponderId>,
    /// The districts served.
    pub districts: Vec<DistrictId>,
}

/// A session with its user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub user: User,
    /// Until when.
    pub expires_at: UnixMs,
}

/// What to find seniors by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeniorQuery {
    /// The end of a telephone number, the senior's or a contact's, digits only.
    Phone(String),
    /// A part of name, village or address.
    Text(String),
    /// How a name is spoken, or a part of it: letters as [`crate::pinyin_letters`] returns them.
    Pinyin(String),
}

/// Which part of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TicketPage {
    /// At most so many.
    pub limit: u32,
    /// After so many.
    pub offset: u32,
}

/// One event of a ticket's history.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineRow {
    /// Its number in the district.
    pub seq: u64,
    /// What happened.
    pub event: NewEvent,
}

/// What an alarm has to know of a senior beside the home: what is peculiar, and temporary doors.
#[derive(Serialize)]
struct NeedsColumn<'a> {
    #[serde(flatten)]
    needs: &'a Needs,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stays: Vec<Stay>,
}

/// Returns what planning has to know of a senior as its column keeps it: JSON, empty for nothing.
#[must_use]
pub fn needs_column(senior: &Senior) -> String {
    let needs = &senior.plan.needs;
    let stays: Vec<Stay> = senior.temporary.iter().map(TemporaryAddress::stay).collect();
    if needs.is_none() && stays.is_empty() {
        return String::new();
    }
    // Texts, numbers and flags: nothing of it can fail.
    serde_json::to_string(&NeedsColumn { needs, stays }).unwrap_or_default()
}

/// Returns the temporary doors that such a column tells of; none where it cannot be read.
#[must_use]
pub fn stays_of(column: &str) -> Vec<Stay> {
    #[derive(Deserialize)]
    struct Stays {
        #[serde(default)]
        stays: Vec<Stay>,
    }
    if !column.contains("\"stays\"") {
        return Vec::new();
    }
    serde_json::from_str::<Stays>(column).map(|it| it.stays).unwrap_or_default()
}

/// Returns what such a column says. One that cannot be read says nothing: no alarm waits for it.
#[must_use]
pub fn needs_of(column: &str) -> Needs {
    serde_json::from_str(column).unwrap_or_default()
}

/// Returns what such a column says of the weather; nothing where it cannot be read.
#[must_use]
pub fn weather_of(column: &str) -> Option<Weather> {
    serde_json::from_str(column).ok()
}

/// Returns the numbers by which a senior is found, digits only, one a line.
#[must_use]
pub fn phones(senior: &Senior) -> String {
    std::iter::once(&senior.phone)
        .chain(senior.contacts.iter().map(|contact| &contact.phone))
        .map(|phone| phone.chars().filter(char::is_ascii_digit).collect::<String>())
        .filter(|digits| !digits.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}
