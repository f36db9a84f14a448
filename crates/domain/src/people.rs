//! Who is protected and who goes.

use serde::{Deserialize, Serialize};

use crate::{
    AccidentalNews, Certificate, DistrictId, Hours, LatLon, PersonalPlan, ResponderId, SelfTest,
    SeniorId, TeamRole, TemporaryAddress, Tier, UnixMs, Verified,
};

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

impl Sex {
    /// Returns the word used in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
        }
    }

    /// Returns what is meant by a word of the API or of a list.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match &*word.trim().to_ascii_lowercase() {
            "female" | "f" | "女" | "女性" => Some(Self::Female),
            "male" | "m" | "男" | "男性" => Some(Self::Male),
            _ => None,
        }
    }
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 8] = [
        Self::StateSupported,
        Self::MinimumAllowance,
        Self::RegisteredPoor,
        Self::SeverelyDisabled,
        Self::SpecialCare,
        Self::FamilyPlanning,
        Self::Over80,
        Self::SelfPaid,
    ];

    /// Returns the word used in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StateSupported => "state_supported",
            Self::MinimumAllowance => "minimum_allowance",
            Self::RegisteredPoor => "registered_poor",
            Self::SeverelyDisabled => "severely_disabled",
            Self::SpecialCare => "special_care",
            Self::FamilyPlanning => "family_planning",
            Self::Over80 => "over80",
            Self::SelfPaid => "self_paid",
        }
    }

    /// Returns what is meant by a word of the API, or by one of those that offices write.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase();
        let by_code = Self::ALL.into_iter().find(|it| it.as_str() == word);
        by_code.or(match &*word {
            "特殊供养" | "特困供养" | "特困" | "五保" => Some(Self::StateSupported),
            "低保" | "低保户" | "最低生活保障" => Some(Self::MinimumAllowance),
            "建档立卡" | "建档立卡贫困" | "建档立卡贫困户" => {
                Some(Self::RegisteredPoor)
            }
            "重度残疾" | "重残" => Some(Self::SeverelyDisabled),
            "重点优抚" | "优抚" => Some(Self::SpecialCare),
            "计生特殊家庭" | "计生" => Some(Self::FamilyPlanning),
            "80岁以上" | "80周岁以上" | "八十岁以上" | "高龄" | "over_80" | "80+" => {
                Some(Self::Over80)
            }
            "自费" | "自费用户" => Some(Self::SelfPaid),
            _ => None,
        })
    }
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

    /// Returns what is meant by a word of the API or of a list.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match &*word.trim().to_ascii_lowercase() {
            "family" | "家属" => Some(Self::Family),
            "neighbour" | "邻居" => Some(Self::Neighbour),
            "office" | "物业" | "村居委会" => Some(Self::Office),
            _ => None,
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
    /// When to be told of presses that were no emergency; `None`: as is usual, see
    /// [`Self::accidental_news`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accidental: Option<AccidentalNews>,
}

impl Contact {
    /// Returns when this contact hears of presses that were no emergency: as was chosen, otherwise the
    /// family once a week, and neighbours and offices never: it is nobody else's business.
    #[must_use]
    pub fn accidental_news(&self) -> AccidentalNews {
        let usual = match self.kind {
            ContactKind::Family => AccidentalNews::Weekly,
            ContactKind::Neighbour | ContactKind::Office => AccidentalNews::Never,
        };
        self.accidental.unwrap_or(usual)
    }

    /// Returns in how many minutes this contact can be reached, 0 when now.
    #[must_use]
    pub fn begin_in_min(&self, minute: u16) -> u16 {
        self.hours.map_or(0, |hours| hours.begin_in_min(minute))
    }

    /// Returns whether there is a number to call.
    #[must_use]
    pub fn has_number(&self) -> bool {
        self.phone.chars().any(|c| c.is_ascii_digit())
    }

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
    /// What is paid for; `None`: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// The gate of the compound, where it is not at the door, WGS-84.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<LatLon>,
    /// When somebody last looked on the spot whether address and pins are right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Verified>,
    /// Where the senior lives for a while; at most [`TemporaryAddress::MOST`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub temporary: Vec<TemporaryAddress>,
    /// When the file was last changed by people; `None`: not since it was put in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<UnixMs>,
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
    /// Returns the word used in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aide => "aide",
            Self::Rescuer => "rescuer",
        }
    }

    /// Returns what is meant by a word of the API or of a list.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match &*word.trim().to_ascii_lowercase() {
            "aide" | "助老员" => Some(Self::Aide),
            "rescuer" | "紧急救援员" | "紧急救援人员" | "救援员" => {
                Some(Self::Rescuer)
            }
            _ => None,
        }
    }

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

    /// Returns the word used in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Ebike => "ebike",
            Self::Car => "car",
        }
    }

    /// Returns what is meant by a word of the API or of a list.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match &*word.trim().to_ascii_lowercase() {
            "walk" | "foot" | "步行" => Some(Self::Walk),
            "ebike" | "e-bike" | "电动车" | "电瓶车" => Some(Self::Ebike),
            "car" | "汽车" | "开车" => Some(Self::Car),
            _ => None,
        }
    }
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
    /// Sex, where the person's file says it: a rule for visits at the other sex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// Languages spoken beside the common one, as people call them (闽南话).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dialects: Vec<String>,
    /// What the person is certified in, and until when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<Certificate>,
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
    /// What the person's phone last found of itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_test: Option<SelfTest>,
    /// When the person left the service: never asked again, and never removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_at: Option<UnixMs>,
    /// When the file was last changed by people, going on and off duty aside; `None`: not since it was put
    /// in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<UnixMs>,
}

/// Two write one file: people who keep the registry, and the person's own phone, which says duty and how
/// it is. Neither loses the other's word, whoever read it when.
impl Responder {
    /// Returns this file with what the phone said of the one that is kept; who leaves the service by it
    /// goes off duty then.
    #[must_use]
    pub fn keeping_duty_of(self, kept: &Self) -> Self {
        let &Self { on_duty, duty_since, shift_ends_at, rests_until, .. } = kept;
        let self_test = kept.self_test.clone();
        if self.left_at.is_none() || kept.left_at.is_some() {
            return Self { on_duty, duty_since, shift_ends_at, rests_until, self_test, ..self };
        }
        let left_at = self.changed_at.or(self.left_at).unwrap_or(duty_since);
        let duty_since = if on_duty { left_at } else { duty_since };
        let (shift_ends_at, rests_until) = (None, None);
        Self { on_duty: false, duty_since, shift_ends_at, rests_until, self_test, ..self }
    }

    /// Returns this file, as it is kept, with the duty, the travel and the self-test that `said` says, of
    /// two self-tests the newer. Who has left stays off duty.
    #[must_use]
    pub fn with_duty_of(self, said: &Self) -> Self {
        if self.left_at.is_some() && said.on_duty {
            return self;
        }
        let &Self { on_duty, duty_since, shift_ends_at, rests_until, travel, .. } = said;
        let changed_at = self.changed_at.max(said.changed_at);
        let newer = [&self.self_test, &said.self_test].into_iter().flatten().max_by_key(|it| it.at);
        let self_test = newer.cloned();
        Self {
            on_duty,
            duty_since,
            shift_ends_at,
            rests_until,
            travel,
            self_test,
            changed_at,
            ..self
        }
    }
}
