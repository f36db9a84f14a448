//! The 3,620 seniors.

use silverbell_domain::{Category, DistrictId, PersonalPlan, Senior, SeniorId, Sex};

use super::access;
use super::contacts::{self, Committee, Kin};
use super::dice::{Dice, Phones, Stream};
use super::doors::{self, Door};
use super::health;
use super::names::{self, Era};
use super::plans;
use super::streets::Streets;
use super::villages;

/// As many as the service's model district has.
pub(super) const SENIORS: usize = 3_620;
/// The year of the demo: ages count to it.
const YEAR: u32 = 2_026;

/// The categories, and how many in a hundred belong to each.
const CATEGORIES: [(Category, u32); 8] = [
    (Category::Over80, 45),
    (Category::MinimumAllowance, 13),
    (Category::SeverelyDisabled, 9),
    (Category::RegisteredPoor, 8),
    (Category::SelfPaid, 8),
    (Category::SpecialCare, 7),
    (Category::StateSupported, 6),
    (Category::FamilyPlanning, 4),
];

/// Days of the months, for a year that is nobody's in particular.
const DAYS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Returns the seniors of the district.
pub(super) fn generate(
    district: &DistrictId,
    streets: &Streets,
    phones: &mut Phones,
) -> Vec<Senior> {
    let mut dice = Dice::new(Stream::Seniors);
    let committees: Vec<(&str, Committee)> = villages::all()
        .map(|(_, village)| (village.stem, Committee::of(village, phones)))
        .collect();
    let mut seniors = Vec::with_capacity(SENIORS);
    for door in doors(streets) {
        let committee = committees.iter().find(|(stem, _)| *stem == door.village.stem);
        let Some((_, committee)) = committee else { continue };
        let plan = plans::of(seniors.len());
        seniors.push(Senior { plan, ..senior(district, &door, committee, phones, &mut dice) });
    }
    seniors
}

/// Returns everybody's door, in no order: a list of seniors should not read village by village.
fn doors(streets: &Streets) -> Vec<Door> {
    let mut dice = Dice::new(Stream::Doors);
    let mut doors: Vec<Door> = shares(SENIORS)
        .zip(villages::all())
        .flat_map(|(count, (town, village))| {
            doors::in_village(town, village, count, streets, &mut dice)
        })
        .collect();
    dice.shuffle(&mut doors);
    doors
}

/// Shares so many people out to the villages by weight, to the last one.
pub(super) fn shares(people: usize) -> impl Iterator<Item = usize> {
    let weight = |village: &villages::Village| usize::try_from(village.weight).unwrap_or(0);
    let total: usize = villages::all().map(|(_, village)| weight(village)).sum();
    let mut sum = 0;
    villages::all().map(move |(_, village)| {
        let before = sum * people / total;
        sum += weight(village);
        sum * people / total - before
    })
}

fn senior(
    district: &DistrictId,
    door: &Door,
    committee: &Committee,
    phones: &mut Phones,
    dice: &mut Dice,
) -> Senior {
    let category = CATEGORIES[dice.weighted(CATEGORIES.iter().map(|(_, share)| *share))].0;
    let sex = sex(category, dice);
    let born = born(category, dice);
    let surname = names::surname(dice);
    let health = health::of(YEAR - born, sex, category, dice);
    let id = SeniorId(dice.id());
    let name = names::full(surname, sex, Era::Born(born), dice);
    let phone = phones.next();
    let contacts = contacts::of(&Kin { surname, sex, born, category }, committee, phones, dice);
    Senior {
        id,
        district: district.clone(),
        name,
        sex,
        born: date(born, dice),
        phone,
        village: door.village.name(),
        address: door.address.clone(),
        access: access::of(door, &health, &contacts, dice),
        home: door.at.on_globe(),
        category,
        care_level: health.care_level,
        conditions: health.conditions,
        medicines: health.medicines,
        allergies: health.allergies,
        contacts,
        plan: PersonalPlan::default(),
        tier: None,
        gate: None,
        verified: None,
        temporary: Vec::new(),
        changed_at: None,
    }
}

fn sex(category: Category, dice: &mut Dice) -> Sex {
    let women_percent = match category {
        Category::Over80 => 57,
        // Mostly veterans.
        Category::SpecialCare => 16,
        // Mostly men who never married.
        Category::StateSupported => 30,
        _ => 51,
    };
    if dice.percent(women_percent) { Sex::Female } else { Sex::Male }
}

/// Returns the year of birth.
fn born(category: Category, dice: &mut Dice) -> u32 {
    match category {
        // The later of two draws: the older, the fewer.
        Category::Over80 => dice.between(1_928, 1_945).max(dice.between(1_928, 1_945)),
        // Who is over 80 need not pay.
        Category::SelfPaid => dice.between(1_946, 1_961),
        Category::FamilyPlanning => dice.between(1_940, 1_961),
        _ => dice.between(1_934, 1_961).max(dice.between(1_930, 1_955)),
    }
}

fn date(year: u32, dice: &mut Dice) -> String {
    let month = dice.below(DAYS.len());
    let day = dice.between(1, DAYS[month]);
    format!("{year:04}-{:02}-{day:02}", month + 1)
}
