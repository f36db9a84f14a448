//! Who is protected and who goes.

use serde::{Deserialize, Serialize};

use crate::{DistrictId, Hours, LatLon, PersonalPlan, ResponderId, SeniorId, TeamRole, UnixMs};

/// Sex as in the senior's papers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// 女
    Female,
    /// 男
    Male,
}

/// Why a senior gets the service free of charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// 特殊供养: destitute people supported by the state.
    StateSupported,
    /// 低保: families on the minimum living allowance.
    MinimumAllowance,
    /// 建档立卡贫困: registered poor.
    RegisteredPoor,
    /// 重度残疾: severely disabled.
    SeverelyDisabled,
    /// 重点优抚: special-care groups.
    SpecialCare,
    /// 计生特殊家庭: special family-planning families.
    FamilyPlanning,
    /// 80岁以上: everybody over 80.
    Over80,
    /// 自费: pays for the service.
    SelfPaid,
}

/// What a contact is to a senior.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// 家属
    #[default]
    Family,
    /// 邻居: can knock at the door within minutes.
    Neighbour,
    /// 物业, 村居委会: the property office, the village or neighbourhood committee.
    Office,
}

impl ContactKind {
    /// Returns the word used in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Family => "family",
            Self::Neighbour => "neighbour",
            Self::Office => "office",
        }
    }

    const fn is_family(&self) -> bool {
        matches!(self, Self::Family)
    }
}

/// A person to tell (紧急联系人), in the order of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Name.
    pub name: String,
    /// Relation to the senior, as written in the file (女儿, 邻居…).
    pub relation: String,
    /// Telephone number.
    pub phone: String,
    /// What this contact is to the senior.
    #[serde(default, skip_serializing_if = "ContactKind::is_family")]
    pub kind: ContactKind,
    /// When this contact can be reached, in the district's time; `None`: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// Has a key, or can open the door.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub opens_door: bool,
}

impl Contact {
    /// Returns whether this contact is to be reached at a minute of the district's day.
    #[must_use]
    pub fn is_reachable(&self, minute: u16) -> bool {
        self.hours.is_none_or(|hours| hours.contains(minute))
    }
}

/// A senior's file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Senior {
    /// Identity.
    pub id: SeniorId,
    /// The district that protects this person.
    pub district: DistrictId,
    /// Name.
    pub name: String,
    /// Sex.
    pub sex: Sex,
    /// Date of birth, `YYYY-MM-DD`.
    pub born: String,
    /// Telephone number.
    pub phone: String,
    /// Village or neighbourhood (村居).
    pub village: String,
    /// Address.
    pub address: String,
    /// How to get in: floor, gate, door code, who has a key.
    pub access: String,
    /// The door, WGS-84.
    pub home: LatLon,
    /// Why the service is free.
    pub category: Category,
    /// Care level, 1 (looks after himself) to 5 (needs constant care), 0 unknown.
    pub care_level: u8,
    /// Illnesses.
    pub conditions: Vec<String>,
    /// Medicines taken.
    pub medicines: Vec<String>,
    /// Allergies.
    pub allergies: Vec<String>,
    /// Whom to tell, in order.
    pub contacts: Vec<Contact>,
    /// What is peculiar.
    #[serde(default)]
    pub plan: PersonalPlan,
}

/// What a responder is to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponderRole {
    /// 助老员: the backbone; may lead.
    Aide,
    /// 紧急救援员: the support.
    Rescuer,
}

impl ResponderRole {
    /// Returns whether such a responder may take this place in the team.
    #[must_use]
    pub const fn may_be(self, role: TeamRole) -> bool {
        match (role, self) {
            (TeamRole::Lead, Self::Aide) | (TeamRole::Support, Self::Aide | Self::Rescuer) => true,
            (TeamRole::Lead, Self::Rescuer) => false,
        }
    }
}

/// How a responder travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Travel {
    /// On foot.
    Walk,
    /// Electric bicycle.
    Ebike,
    /// Car.
    Car,
}

impl Travel {
    /// Every way of travelling.
    pub const ALL: [Self; 3] = [Self::Walk, Self::Ebike, Self::Car];
}

/// An aide or a rescuer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Responder {
    /// Identity.
    pub id: ResponderId,
    /// The district this person goes out for.
    pub district: DistrictId,
    /// Name.
    pub name: String,
    /// Backbone or support.
    pub role: ResponderRole,
    /// Telephone number.
    pub phone: String,
    /// The standby place (备勤点), WGS-84.
    pub standby: LatLon,
    /// Languages spoken beside the common one, as people call them (闽南话).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dialects: Vec<String>,
    /// How the person travels at present.
    pub travel: Travel,
    /// Whether on duty (在岗).
    pub on_duty: bool,
    /// When duty last changed.
    pub duty_since: UnixMs,
    /// When the shift ends, where the person said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift_ends_at: Option<UnixMs>,
    /// Until when the person has a rest (休息).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rests_until: Option<UnixMs>,
}
