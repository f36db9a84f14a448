//! Lists of responders.

use silverbell_domain::{
    Certificate, DistrictId, LatLon, Responder, ResponderId, ResponderRole, Sex, Travel, UnixMs,
};

use crate::cell::{cell_of, protected, texts};
use crate::seniors::{Faults, cell_of_time, time};
use crate::table::{List, Row, Table};
use crate::{BadRow, ListError};

/// The columns of an export: those of the contract, then our own.
pub const RESPONDER_COLUMNS: [&str; 12] = [
    "name",
    "role",
    "phone",
    "lat",
    "lon",
    "travel",
    "username",
    "id",
    "sex",
    "dialects",
    "left_at",
    "certificates",
];

/// What has to be there.
const REQUIRED: [&str; 5] = ["name", "role", "phone", "lat", "lon"];

/// The longest name to log in with, characters.
const MAX_USERNAME: usize = 64;

/// A row of a list: what its columns say. `None`: the list has no such column, and says nothing of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ResponderRow {
    /// Its line.
    pub line: u64,
    /// Whose file it is, where the list says so.
    pub id: Option<ResponderId>,
    /// Name.
    pub name: String,
    /// Telephone number.
    pub phone: String,
    /// The name to log in with, empty for none.
    pub username: String,
    role: ResponderRole,
    standby: LatLon,
    travel: Option<Travel>,
    sex: Option<Option<Sex>>,
    dialects: Option<Vec<String>>,
    certificates: Option<Vec<Certificate>>,
    left_at: Option<Option<UnixMs>>,
}

impl ResponderRow {
    /// Returns the file as this row wants it; what it does not speak of stays as it is. Somebody new is
    /// off duty; who has left goes off duty.
    #[must_use]
    pub fn file(
        &self,
        known: Option<&Responder>,
        id: ResponderId,
        district: &DistrictId,
        now: UnixMs,
    ) -> Responder {
        let file = Responder {
            id,
            district: district.clone(),
            name: self.name.clone(),
            role: self.role,
            phone: self.phone.clone(),
            standby: self.standby,
            sex: self.sex.unwrap_or_else(|| known.and_then(|it| it.sex)),
            dialects: self
                .dialects
                .clone()
                .or(known.map(|it| it.dialects.clone()))
                .unwrap_or_default(),
            certificates: self
                .certificates
                .clone()
                .or(known.map(|it| it.certificates.clone()))
                .unwrap_or_default(),
            travel: self.travel.or(known.map(|it| it.travel)).unwrap_or(Travel::Walk),
            on_duty: false,
            duty_since: now,
            shift_ends_at: None,
            rests_until: None,
            self_test: None,
            left_at: self.left_at.unwrap_or_else(|| known.and_then(|it| it.left_at)),
            changed_at: known.and_then(|it| it.changed_at),
        };
        match known {
            Some(known) => file.keeping_duty_of(known),
            None => file,
        }
    }
}

/// Reads a list of responders.
///
/// # Errors
/// [`ListError`] when it is no such list at all.
pub fn read_responders(bytes: &[u8]) -> Result<List<ResponderRow>, ListError> {
    Ok(Table::read(bytes, column, &REQUIRED)?.understood(|row| understood(&row)))
}

fn column(name: &str) -> Option<String> {
    if let Some(ours) = RESPONDER_COLUMNS.iter().find(|ours| **ours == name) {
        return Some((*ours).to_owned());
    }
    let ours = match name {
        "姓名" => "name",
        "角色" | "岗位" => "role",
        "电话" | "手机" | "手机号" | "联系电话" => "phone",
        "纬度" => "lat",
        "经度" => "lon",
        "出行方式" | "交通方式" => "travel",
        "用户名" | "登录名" => "username",
        "性别" => "sex",
        "方言" => "dialects",
        "证书" | "持证" => "certificates",
        _ => return None,
    };
    Some(ours.to_owned())
}

fn understood(row: &Row<'_>) -> Result<ResponderRow, Vec<BadRow>> {
    let mut faults = Faults::of(row.line);
    let id = ("not_an_id", "an id as the export writes it, or nothing");
    let id = faults.read_or_empty(row, "id", id, |text| text.parse().ok());
    let role = ("unknown_word", "aide or rescuer (助老员, 紧急救援员)");
    let role = faults.read(row, "role", role, ResponderRole::parse);
    let standby = faults.place(row, "lat", "lon");
    let travel = ("unknown_word", "walk, ebike or car");
    let travel = faults.read_or_empty(row, "travel", travel, Travel::parse);
    let sex = ("unknown_word", "female or male, or nothing");
    let sex = faults.read_or_empty(row, "sex", sex, Sex::parse);
    let at = ("not_a_time", "a time as 2026-11-21T02:03:04Z, or nothing");
    let left_at = faults.read_or_empty(row, "left_at", at, time);
    for column in ["name", "phone"] {
        if row.cell(column).is_empty() {
            faults.add(column, "missing", "has to be there");
        }
    }
    let certificates: Option<Vec<_>> =
        texts(row.cell("certificates")).iter().map(|it| Certificate::parse(it)).collect();
    if certificates.is_none() {
        let words = "name and last day of each, as 救护员证 2027-03-01";
        faults.add("certificates", "not_a_date", words);
    }
    let username = row.cell("username");
    if username.chars().count() > MAX_USERNAME {
        faults.add("username", "too_long", "at most 64 characters");
    }
    // It is told as part of a command, and typed on cheap phones.
    if !username.chars().all(|c| c.is_alphanumeric() || "._@-".contains(c))
        || username.starts_with('-')
    {
        faults.add("username", "not_text", "letters, digits and . _ @ - only");
    }
    let read = (|| {
        Some(ResponderRow {
            line: row.line,
            id,
            name: row.cell("name").to_owned(),
            phone: row.cell("phone").to_owned(),
            username: row.cell("username").to_owned(),
            role: role?,
            standby: standby?,
            travel,
            sex: row.has("sex").then_some(sex),
            dialects: row.has("dialects").then(|| texts(row.cell("dialects"))),
            certificates: row.has("certificates").then_some(certificates?),
            left_at: row.has("left_at").then_some(left_at),
        })
    })();
    faults.none_or(read)
}

/// Returns a responder's file as a row of an export.
#[must_use]
pub fn responder_record(responder: &Responder, username: &str) -> Vec<String> {
    vec![
        protected(&responder.name),
        responder.role.as_str().to_owned(),
        protected(&responder.phone),
        responder.standby.lat.to_string(),
        responder.standby.lon.to_string(),
        responder.travel.as_str().to_owned(),
        protected(username),
        responder.id.to_string(),
        responder.sex.map(|sex| sex.as_str().to_owned()).unwrap_or_default(),
        protected(&cell_of(&responder.dialects)),
        responder.left_at.map(cell_of_time).unwrap_or_default(),
        protected(&cell_of(
            &responder.certificates.iter().map(ToString::to_string).collect::<Vec<_>>(),
        )),
    ]
}
