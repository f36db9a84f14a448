//! People with readable defaults. Fields are public: what a test is about is put in with
//! `Senior { phone: "…".into(), ..senior(1) }`.

use silverbell_domain::{
    Category, Contact, DeviceId, KnownDevice, LatLon, PersonalPlan, Responder, ResponderId,
    ResponderRole, Senior, SeniorId, Sex, TemporaryAddress, Travel, UserId, Who,
};

use crate::{START, key_of, longwen, nth_uuid};

const SENIORS: u8 = 1;
const DEVICES: u8 = 2;
const AIDES: u8 = 3;
const RESCUERS: u8 = 4;
const USERS: u8 = 5;

const FAMILY_NAMES: [&str; 8] = ["陈", "林", "黄", "吴", "郑", "蔡", "许", "庄"];
const GIVEN_NAMES: [&str; 7] = ["秀英", "阿水", "玉兰", "金土", "美珠", "春木", "丽卿"];

fn name(n: u32) -> String {
    let n = n as usize;
    let family = FAMILY_NAMES[n % FAMILY_NAMES.len()];
    format!("{family}{}", GIVEN_NAMES[n % GIVEN_NAMES.len()])
}

/// Somewhere in Longwen, a little further for each number.
fn somewhere(n: u32) -> LatLon {
    LatLon { lat: 24.5 + f64::from(n % 100) * 0.001, lon: 117.7 + f64::from(n / 100) * 0.001 }
}

/// Returns the `n`th senior.
#[must_use]
pub fn senior(n: u32) -> Senior {
    Senior {
        id: SeniorId(nth_uuid(SENIORS, n.into())),
        district: longwen(),
        name: name(n),
        sex: if n.is_multiple_of(2) { Sex::Female } else { Sex::Male },
        born: format!("19{}-03-0{}", 30 + n % 25, 1 + n % 9),
        phone: format!("0596{n:07}"),
        village: "蓝田村".into(),
        address: format!("蓝田村{n}号"),
        access: "邻居有钥匙".into(),
        home: somewhere(n),
        category: Category::Over80,
        care_level: 2,
        conditions: vec!["高血压".into()],
        medicines: Vec::new(),
        allergies: Vec::new(),
        contacts: vec![Contact {
            name: name(n + 3),
            relation: "女儿".into(),
            phone: format!("138{n:08}"),
            ..Contact::default()
        }],
        plan: PersonalPlan::default(),
        tier: None,
        gate: None,
        verified: None,
        temporary: Vec::new(),
        changed_at: None,
    }
}

fn responder(family: u8, role: ResponderRole, n: u32) -> Responder {
    Responder {
        id: ResponderId(nth_uuid(family, n.into())),
        district: longwen(),
        name: name(n + 5),
        role,
        phone: format!("139{n:08}"),
        standby: somewhere(n),
        dialects: Vec::new(),
        certificates: Vec::new(),
        travel: Travel::Walk,
        on_duty: true,
        duty_since: START,
        sex: None,
        shift_ends_at: None,
        rests_until: None,
        self_test: None,
        left_at: None,
        changed_at: None,
    }
}

/// Returns the `n`th aide: on duty since the start, on foot.
#[must_use]
pub fn aide(n: u32) -> Responder {
    responder(AIDES, ResponderRole::Aide, n)
}

/// Returns the `n`th rescuer: on duty since the start, on foot.
#[must_use]
pub fn rescuer(n: u32) -> Responder {
    responder(RESCUERS, ResponderRole::Rescuer, n)
}

/// Returns a senior's device, with the key that [`crate::Press::of`] the same number presents.
#[must_use]
pub fn device_of(senior: &Senior, n: u32) -> KnownDevice {
    KnownDevice {
        id: DeviceId(nth_uuid(DEVICES, n.into())),
        district: senior.district.clone(),
        senior: senior.id,
        who: Who::of(senior),
        home: senior.home,
        stays: senior.temporary.iter().map(TemporaryAddress::stay).collect(),
        needs: senior.plan.needs.clone(),
        key_sha256: Some(key_of(n)),
    }
}

/// Returns the `n`th operator.
#[must_use]
pub fn operator(n: u32) -> UserId {
    UserId(nth_uuid(USERS, n.into()))
}
