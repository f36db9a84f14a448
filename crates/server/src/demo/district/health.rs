//! What the medical part of a senior's file says: consistent in itself.

use silverbell_domain::{Category, Sex};

use super::dice::Dice;
use super::illnesses::{ALLERGIES, CLASHES, DISABILITIES, ILLNESSES, Illness};

/// The medical part of a file.
#[derive(Debug, Default)]
pub(super) struct Health {
    pub(super) conditions: Vec<String>,
    pub(super) medicines: Vec<String>,
    pub(super) allergies: Vec<String>,
    pub(super) care_level: u8,
}

/// Returns the medical part for somebody of this age.
pub(super) fn of(age: u32, sex: Sex, category: Category, dice: &mut Dice) -> Health {
    let mut illnesses: Vec<&Illness> = Vec::new();
    if category == Category::SeverelyDisabled {
        let weights = DISABILITIES.iter().map(|illness| illness.weight);
        illnesses.push(&DISABILITIES[dice.weighted(weights)]);
    }
    let count = illness_count(age, dice);
    while illnesses.len() < count {
        let drawn = &ILLNESSES[dice.weighted(ILLNESSES.iter().map(|illness| illness.weight))];
        let fits = !(drawn.men_only && sex == Sex::Female);
        if fits && !illnesses.iter().any(|had| had.name.starts_with(drawn.name)) {
            illnesses.push(drawn);
        }
    }
    let mut health = Health {
        conditions: illnesses.iter().map(|illness| illness.name.to_owned()).collect(),
        allergies: allergies(dice),
        care_level: care_level(age, &illnesses, category, dice),
        ..Health::default()
    };
    for illness in illnesses {
        prescribe(illness, &mut health, dice);
    }
    health
}

fn illness_count(age: u32, dice: &mut Dice) -> usize {
    let weights: [u32; 5] = match age {
        0..70 => [30, 36, 22, 9, 3],
        70..80 => [14, 32, 30, 17, 7],
        80..90 => [7, 24, 34, 24, 11],
        _ => [5, 18, 33, 28, 16],
    };
    dice.weighted(weights.into_iter())
}

fn allergies(dice: &mut Dice) -> Vec<String> {
    let drawn = ALLERGIES.iter().filter(|(_, per_mille)| dice.between(0, 999) < *per_mille);
    drawn.map(|(name, _)| (*name).to_owned()).collect()
}

/// Writes down the first of the illness's prescriptions, from a drawn one on, that goes with
/// everything else in the file; none if none does.
fn prescribe(illness: &Illness, health: &mut Health, dice: &mut Dice) {
    let choices = illness.prescriptions;
    let start = dice.below(choices.len());
    let fitting = choices
        .iter()
        .cycle()
        .skip(start)
        .take(choices.len())
        .find(|choice| choice.iter().all(|medicine| goes_with(medicine, health)));
    for medicine in fitting.into_iter().copied().flatten() {
        if !health.medicines.iter().any(|taken| taken == medicine) {
            health.medicines.push((*medicine).to_owned());
        }
    }
}

fn goes_with(medicine: &str, health: &Health) -> bool {
    CLASHES.iter().all(|(drug, other)| {
        let medical = health.conditions.iter().chain(&health.allergies);
        let mut against = medical.chain(&health.medicines).filter(|thing| *thing != medicine);
        let is_drug = medicine.contains(drug) && against.clone().any(|thing| thing.contains(other));
        let is_other = medicine.contains(other)
            && against.any(|thing| thing.contains(drug) && health.medicines.contains(thing));
        !is_drug && !is_other
    })
}

/// Returns whether a file holds two things that do not go together.
#[cfg(test)]
pub(super) fn has_clash(health: &Health) -> bool {
    health.medicines.iter().any(|medicine| !goes_with(medicine, health))
}

fn care_level(age: u32, illnesses: &[&Illness], category: Category, dice: &mut Dice) -> u8 {
    let burden = illnesses.iter().map(|illness| illness.care).max().unwrap_or(0);
    let from_age = match age {
        0..80 => 0,
        80..90 => u8::from(dice.percent(40)),
        _ => 1,
    };
    let level = 1 + burden + from_age - u8::from(burden > 1 && dice.percent(45));
    let least = if category == Category::SeverelyDisabled { 3 } else { 1 };
    level.clamp(least, 5)
}
