//! Lists of seniors.

use jiff::Timestamp;
use silverbell_domain::{
    AccidentalNews, Category, Contact, ContactKind, DistrictId, Hours, LatLon, MAX_CONTACTS,
    PersonalPlan, Senior, SeniorId, Sex, TemporaryAddress, Tier, UnixMs, UserId, Verified, is_date,
};

use crate::cell::{cell_of, protected, texts};
use crate::table::{List, Row, Table};
use crate::{BadRow, ListError};

/// The columns of the contract, but for the contacts', which follow them.
pub const SENIOR_COLUMNS: [&str; 14] = [
    "name",
    "sex",
    "born",
    "phone",
    "village",
    "address",
    "access",
    "lat",
    "lon",
    "category",
    "care_level",
    "conditions",
    "medicines",
    "allergies",
];

/// Columns of our own, so that what was exported comes back as it was.
const MORE_COLUMNS: [&str; 8] =
    ["id", "tier", "gate_lat", "gate_lon", "verified_at", "verified_by", "temporary", "plan"];

/// The columns of one contact.
const CONTACT: [&str; 7] =
    ["name", "relation", "phone", "kind", "hours", "opens_door", "accidental"];

/// What has to be there.
const REQUIRED: [&str; 7] = ["name", "sex", "born", "phone", "lat", "lon", "category"];

/// Returns the columns of an export with so many contacts.
#[must_use]
pub fn senior_columns(contacts: usize) -> Vec<String> {
    let own = SENIOR_COLUMNS.iter().map(|name| (*name).to_owned());
    let contacts = (1..=contacts.clamp(1, MAX_CONTACTS))
        .flat_map(|n| CONTACT.iter().map(move |name| format!("contact{n}_{name}")));
    let more = MORE_COLUMNS.iter().map(|name| (*name).to_owned());
    own.chain(contacts).chain(more).collect()
}

/// A row of a list: what its columns say. `None`: the list has no such column, and says nothing of it.
#[derive(Clone, Debug, PartialEq)]
pub struct SeniorRow {
    /// Its line.
    pub line: u64,
    /// Whose file it is, where the list says so.
    pub id: Option<SeniorId>,
    /// Name.
    pub name: String,
    /// Telephone number.
    pub phone: String,
    sex: Sex,
    born: String,
    village: Option<String>,
    address: Option<String>,
    access: Option<String>,
    home: LatLon,
    category: Category,
    care_level: Option<u8>,
    conditions: Option<Vec<String>>,
    medicines: Option<Vec<String>>,
    allergies: Option<Vec<String>>,
    contacts: Option<Vec<Contact>>,
    contact_columns: ContactColumns,
    tier: Option<Option<Tier>>,
    gate: Option<Option<LatLon>>,
    verified: Option<Option<Verified>>,
    temporary: Option<Vec<TemporaryAddress>>,
    plan: Option<PersonalPlan>,
}

/// Which columns of contacts a list has.
#[derive(Clone, Copy, Debug, PartialEq)]
struct ContactColumns {
    /// For how many people.
    people: usize,
    kind: bool,
    hours: bool,
    opens_door: bool,
    accidental: bool,
}

impl ContactColumns {
    fn of(row: &Row<'_>) -> Self {
        let any = |of: &str| (1..=MAX_CONTACTS).any(|n| row.has(&format!("contact{n}_{of}")));
        let has_name = |n: &usize| row.has(&format!("contact{n}_name"));
        Self {
            people: (1..=MAX_CONTACTS).rev().find(has_name).unwrap_or(0),
            kind: any("kind"),
            hours: any("hours"),
            opens_door: any("opens_door"),
            accidental: any("accidental"),
        }
    }

    /// Returns a known contact as the list says it, as far as it speaks of it.
    fn said_of(self, known: &Contact, said: &Contact) -> Contact {
        Contact {
            name: said.name.clone(),
            phone: said.phone.clone(),
            relation: said.relation.clone(),
            kind: if self.kind { said.kind } else { known.kind },
            hours: if self.hours { said.hours } else { known.hours },
            opens_door: if self.opens_door { said.opens_door } else { known.opens_door },
            accidental: if self.accidental { said.accidental } else { known.accidental },
        }
    }
}

impl SeniorRow {
    /// Returns the file as this row wants it; what it does not speak of stays as it is.
    #[must_use]
    pub fn file(&self, known: Option<&Senior>, id: SeniorId, district: &DistrictId) -> Senior {
        let before = |read: fn(&Senior) -> &str, said: &Option<String>| {
            let kept = || known.map(|known| read(known).to_owned()).unwrap_or_default();
            said.clone().unwrap_or_else(kept)
        };
        let list = |read: fn(&Senior) -> &Vec<String>, said: &Option<Vec<String>>| {
            said.clone().unwrap_or_else(|| known.map(|it| read(it).clone()).unwrap_or_default())
        };
        let mut file = Senior {
            id,
            district: district.clone(),
            name: self.name.clone(),
            sex: self.sex,
            born: self.born.clone(),
            phone: self.phone.clone(),
            village: before(|it| &it.village, &self.village),
            address: before(|it| &it.address, &self.address),
            access: before(|it| &it.access, &self.access),
            home: self.home,
            category: self.category,
            care_level: self.care_level.or(known.map(|it| it.care_level)).unwrap_or(0),
            conditions: list(|it| &it.conditions, &self.conditions),
            medicines: list(|it| &it.medicines, &self.medicines),
            allergies: list(|it| &it.allergies, &self.allergies),
            contacts: self.contacts(known),
            plan: self.plan.clone().or(known.map(|it| it.plan.clone())).unwrap_or_default(),
            tier: self.tier.unwrap_or_else(|| known.and_then(|it| it.tier)),
            gate: self.gate.unwrap_or_else(|| known.and_then(|it| it.gate)),
            verified: self.verified.unwrap_or_else(|| known.and_then(|it| it.verified)),
            temporary: self
                .temporary
                .clone()
                .or(known.map(|it| it.temporary.clone()))
                .unwrap_or_default(),
            changed_at: known.and_then(|it| it.changed_at),
        };
        if let Some(known) = known {
            // What was recorded of a death is no part of a list.
            file.plan.needs.died_at = known.plan.needs.died_at;
            let is_moved =
                (&file.address, file.home, file.gate) != (&known.address, known.home, known.gate);
            if is_moved && file.verified == known.verified {
                file.verified = None;
            }
        }
        file
    }

    /// Of a contact who is known, what the list has no column for stays; and so do those for whom it has no
    /// columns at all, the third of three in a list of two.
    fn contacts(&self, known: Option<&Senior>) -> Vec<Contact> {
        let before = known.map(|it| it.contacts.as_slice()).unwrap_or_default();
        let Some(said) = &self.contacts else { return before.to_vec() };
        let is_same =
            |one: &Contact, other: &Contact| (&one.phone, &one.name) == (&other.phone, &other.name);
        let mut contacts: Vec<Contact> = said
            .iter()
            .map(|contact| match before.iter().find(|it| is_same(it, contact)) {
                Some(known) => self.contact_columns.said_of(known, contact),
                None => contact.clone(),
            })
            .collect();
        let unsaid = before.iter().skip(self.contact_columns.people);
        contacts.extend(unsaid.filter(|it| !said.iter().any(|one| is_same(one, it))).cloned());
        contacts
    }
}

/// Reads a list of seniors.
///
/// # Errors
/// [`ListError`] when it is no such list at all.
pub fn read_seniors(bytes: &[u8]) -> Result<List<SeniorRow>, ListError> {
    Ok(Table::read(bytes, column, &REQUIRED)?.understood(|row| understood(&row)))
}

/// Returns how a column is called that a list calls so.
fn column(name: &str) -> Option<String> {
    let ours = SENIOR_COLUMNS.iter().chain(&MORE_COLUMNS).find(|ours| **ours == name);
    if let Some(ours) = ours {
        return Some((*ours).to_owned());
    }
    if let Some((n, rest)) = name.strip_prefix("contact").and_then(|it| it.split_once('_')) {
        let n: usize = n.parse().ok().filter(|n| (1..=MAX_CONTACTS).contains(n))?;
        return CONTACT.contains(&rest).then(|| format!("contact{n}_{rest}"));
    }
    let ours = match name {
        "姓名" => "name",
        "性别" => "sex",
        "出生日期" | "出生年月" | "生日" => "born",
        "电话" | "联系电话" | "手机" | "手机号" => "phone",
        "村居" | "村" | "社区" => "village",
        "地址" | "住址" | "家庭住址" => "address",
        "入户方式" | "进门方式" => "access",
        "纬度" => "lat",
        "经度" => "lon",
        "类别" | "人员类别" => "category",
        "照护等级" | "护理等级" => "care_level",
        "疾病" | "病史" => "conditions",
        "用药" => "medicines",
        "过敏" | "过敏史" => "allergies",
        "服务档次" | "档次" => "tier",
        _ => return None,
    };
    Some(ours.to_owned())
}

/// What was found wrong in a row so far.
pub(crate) struct Faults {
    line: u64,
    all: Vec<BadRow>,
}

impl Faults {
    pub(crate) const fn of(line: u64) -> Self {
        Self { line, all: Vec::new() }
    }

    pub(crate) fn add(&mut self, column: &str, code: &str, detail: &str) {
        self.all.push(BadRow::new(self.line, column, code, detail));
    }

    /// Returns what a cell says, or notes that it cannot.
    pub(crate) fn read<T>(
        &mut self,
        row: &Row<'_>,
        column: &str,
        (code, words): (&str, &str),
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let cell = row.cell(column);
        let found = read(cell);
        if found.is_none() {
            let (code, words) = if cell.is_empty() { ("missing", words) } else { (code, words) };
            self.add(column, code, words);
        }
        found
    }

    /// Returns what a cell says that may be empty.
    pub(crate) fn read_or_empty<T>(
        &mut self,
        row: &Row<'_>,
        column: &str,
        words: (&str, &str),
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        if row.cell(column).is_empty() { None } else { self.read(row, column, words, read) }
    }

    /// Returns a place of two columns.
    pub(crate) fn place(&mut self, row: &Row<'_>, lat: &str, lon: &str) -> Option<LatLon> {
        let number = ("not_a_number", "a number of degrees, WGS-84, as 24.5123");
        let place = (self.read(row, lat, number, degrees), self.read(row, lon, number, degrees));
        let (Some(north), Some(east)) = place else { return None };
        let found = LatLon::new(north, east);
        if found.is_none() {
            let words = "latitude -90 to 90 and longitude -180 to 180, WGS-84 degrees, not 0,0";
            self.add(lat, "no_place", words);
        }
        found
    }

    pub(crate) fn none_or<T>(self, row: Option<T>) -> Result<T, Vec<BadRow>> {
        match row {
            Some(row) if self.all.is_empty() => Ok(row),
            _ => Err(self.all),
        }
    }
}

fn degrees(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// Returns a time of a cell.
pub(crate) fn time(text: &str) -> Option<UnixMs> {
    text.parse::<Timestamp>().ok().map(|at| UnixMs(at.as_millisecond()))
}

/// Returns a time as a cell.
pub(crate) fn cell_of_time(at: UnixMs) -> String {
    Timestamp::from_millisecond(at.0).map(|at| format!("{at:.3}")).unwrap_or_default()
}

fn yes(text: &str) -> Option<bool> {
    match &*text.to_ascii_lowercase() {
        "yes" | "true" | "1" | "是" => Some(true),
        "" | "no" | "false" | "0" | "否" => Some(false),
        _ => None,
    }
}

/// A date as it is kept; offices also write `1940/3/7` and `1940.3.7`.
fn date(text: &str) -> Option<String> {
    if is_date(text) {
        return Some(text.to_owned());
    }
    let parts: Vec<u32> = text
        .split(['/', '.', '-', '年', '月'])
        .map(|it| it.trim_end_matches('日').parse().ok())
        .collect::<Option<_>>()?;
    let [year, month, day] = parts[..] else { return None };
    Some(format!("{year:04}-{month:02}-{day:02}")).filter(|date| is_date(date))
}

fn understood(row: &Row<'_>) -> Result<SeniorRow, Vec<BadRow>> {
    let mut faults = Faults::of(row.line);
    let text = |column: &str| row.has(column).then(|| row.cell(column).to_owned());
    let list = |column: &str| row.has(column).then(|| texts(row.cell(column)));
    let id = ("not_an_id", "an id as the export writes it, or nothing");
    let id = faults.read_or_empty(row, "id", id, |text| text.parse().ok());
    let sex = faults.read(row, "sex", ("unknown_word", "female or male (女, 男)"), Sex::parse);
    let born = faults.read(row, "born", ("not_a_date", "a date as 1940-11-21"), date);
    let home = faults.place(row, "lat", "lon");
    let categories = "over80, minimum_allowance, state_supported, registered_poor, \
                      severely_disabled, special_care, family_planning or self_paid";
    let category = faults.read(row, "category", ("unknown_word", categories), Category::parse);
    let level = ("out_of_range", "0 to 5; 0 is not known");
    let level = faults.read_or_empty(row, "care_level", level, |text| {
        text.parse().ok().filter(|level| *level <= 5)
    });
    let tier = ("unknown_word", "information or home, or nothing");
    let tier = faults.read_or_empty(row, "tier", tier, Tier::parse);
    let has_gate = !row.cell("gate_lat").is_empty() || !row.cell("gate_lon").is_empty();
    let gate = if has_gate { faults.place(row, "gate_lat", "gate_lon") } else { None };
    let at = ("not_a_time", "a time as 2026-11-21T02:03:04Z");
    let verified_at = faults.read_or_empty(row, "verified_at", at, time);
    let by = ("not_an_id", "an id as the export writes it, or nothing");
    let by: Option<UserId> = faults.read_or_empty(row, "verified_by", by, |text| text.parse().ok());
    let verified =
        verified_at.map(|at| Verified { at, by: by.unwrap_or(UserId(Default::default())) });
    let json = ("not_json", "as the export writes it, or nothing");
    let temporary = faults.read_or_empty(row, "temporary", json, |text| {
        serde_json::from_str::<Vec<TemporaryAddress>>(text).ok()
    });
    let plan = faults
        .read_or_empty(row, "plan", json, |text| serde_json::from_str::<PersonalPlan>(text).ok());
    let contacts = contacts(row, &mut faults);
    for column in ["name", "phone"] {
        if row.cell(column).is_empty() {
            faults.add(column, "missing", "has to be there");
        }
    }
    let contact_columns = ContactColumns::of(row);
    let read = (|| {
        Some(SeniorRow {
            line: row.line,
            id,
            name: row.cell("name").to_owned(),
            phone: row.cell("phone").to_owned(),
            sex: sex?,
            born: born?,
            village: text("village"),
            address: text("address"),
            access: text("access"),
            home: home?,
            category: category?,
            care_level: row.has("care_level").then(|| level.unwrap_or(0)),
            conditions: list("conditions"),
            medicines: list("medicines"),
            allergies: list("allergies"),
            contacts: (contact_columns.people > 0).then_some(contacts),
            contact_columns,
            tier: row.has("tier").then_some(tier),
            gate: row.has("gate_lat").then_some(gate),
            verified: row.has("verified_at").then_some(verified),
            temporary: row.has("temporary").then(|| temporary.unwrap_or_default()),
            plan: row.has("plan").then(|| plan.unwrap_or_default()),
        })
    })();
    faults.none_or(read)
}

fn contacts(row: &Row<'_>, faults: &mut Faults) -> Vec<Contact> {
    let mut contacts = Vec::new();
    for n in 1..=MAX_CONTACTS {
        let name = |of: &str| format!("contact{n}_{of}");
        if CONTACT.iter().all(|of| row.cell(&name(of)).is_empty()) {
            continue;
        }
        for of in ["name", "phone"] {
            if row.cell(&name(of)).is_empty() {
                faults.add(&name(of), "missing", "a contact has a name and a number to call");
            }
        }
        let kind = ("unknown_word", "family, neighbour or office");
        let kind = faults.read_or_empty(row, &name("kind"), kind, ContactKind::parse);
        let hours = ("not_a_time", "hours as 08:00-20:00, or 22:00-06:00");
        let hours = faults.read_or_empty(row, &name("hours"), hours, Hours::parse);
        let door = faults.read(row, &name("opens_door"), ("unknown_word", "yes or no"), yes);
        let news = ("unknown_word", "never, daily, weekly or at_once");
        let news = faults.read_or_empty(row, &name("accidental"), news, AccidentalNews::parse);
        contacts.push(Contact {
            name: row.cell(&name("name")).to_owned(),
            relation: row.cell(&name("relation")).to_owned(),
            phone: row.cell(&name("phone")).to_owned(),
            kind: kind.unwrap_or_default(),
            hours,
            opens_door: door.unwrap_or_default(),
            accidental: news,
        });
    }
    contacts
}

/// Returns a senior's file as a row of an export with so many contacts.
#[must_use]
pub fn senior_record(senior: &Senior, contacts: usize) -> Vec<String> {
    let text = |text: &str| protected(text);
    let degrees = |place: Option<LatLon>, of: fn(LatLon) -> f64| {
        place.map(|place| of(place).to_string()).unwrap_or_default()
    };
    let mut record = vec![
        text(&senior.name),
        senior.sex.as_str().to_owned(),
        text(&senior.born),
        text(&senior.phone),
        text(&senior.village),
        text(&senior.address),
        text(&senior.access),
        senior.home.lat.to_string(),
        senior.home.lon.to_string(),
        senior.category.as_str().to_owned(),
        senior.care_level.to_string(),
        text(&cell_of(&senior.conditions)),
        text(&cell_of(&senior.medicines)),
        text(&cell_of(&senior.allergies)),
    ];
    for n in 0..contacts.clamp(1, MAX_CONTACTS) {
        match senior.contacts.get(n) {
            Some(contact) => record.extend(contact_record(contact)),
            None => record.extend(CONTACT.iter().map(|_| String::new())),
        }
    }
    // Neither texts nor numbers fail to be written.
    let temporary = if senior.temporary.is_empty() {
        String::new()
    } else {
        serde_json::to_string(&senior.temporary).unwrap_or_default()
    };
    let plan = if senior.plan == PersonalPlan::default() {
        String::new()
    } else {
        serde_json::to_string(&senior.plan).unwrap_or_default()
    };
    record.extend([
        senior.id.to_string(),
        senior.tier.map(|tier| tier.as_str().to_owned()).unwrap_or_default(),
        degrees(senior.gate, |place| place.lat),
        degrees(senior.gate, |place| place.lon),
        senior.verified.map(|it| cell_of_time(it.at)).unwrap_or_default(),
        senior.verified.map(|it| it.by.to_string()).unwrap_or_default(),
        temporary,
        plan,
    ]);
    record
}

fn contact_record(contact: &Contact) -> [String; 7] {
    let hours = contact.hours.map(|hours| {
        let clock = |min: u16| format!("{:02}:{:02}", min / 60, min % 60);
        format!("{}-{}", clock(hours.from_min), clock(hours.to_min))
    });
    [
        protected(&contact.name),
        protected(&contact.relation),
        protected(&contact.phone),
        contact.kind.as_str().to_owned(),
        hours.unwrap_or_default(),
        if contact.opens_door { "yes".into() } else { String::new() },
        contact.accidental.map(|news| news.as_str().to_owned()).unwrap_or_default(),
    ]
}
