//! Whom to tell: the family as far as there is one, then neighbours and the village.

use silverbell_domain::{Category, Contact, ContactKind, Sex};

use super::dice::{Dice, Phones};
use super::names::{self, Era};
use super::villages::{Build, Village};

/// The committee of a village or neighbourhood, which answers for those who have nobody.
#[derive(Clone, Debug)]
pub(super) struct Committee {
    contact: Contact,
}

impl Committee {
    pub(super) fn of(village: &Village, phones: &mut Phones) -> Self {
        let relation = if village.build == Build::Flats { "居委会" } else { "村委会" };
        let name = match village.build {
            Build::Flats => format!("{}居委会", village.name()),
            Build::Houses => format!("{}委会", village.name()),
        };
        let contact = Contact {
            name,
            relation: relation.to_owned(),
            phone: phones.next(),
            kind: ContactKind::Office,
            ..Contact::default()
        };
        Self { contact }
    }
}

/// The senior as far as relatives go.
pub(super) struct Kin<'a> {
    pub(super) surname: &'a str,
    pub(super) sex: Sex,
    pub(super) born: u32,
    pub(super) category: Category,
}

/// Returns one to three contacts, the nearest first.
pub(super) fn of(
    kin: &Kin<'_>,
    committee: &Committee,
    phones: &mut Phones,
    dice: &mut Dice,
) -> Vec<Contact> {
    let mut contacts = Vec::new();
    let mut add = |relation: &str, name: String, phones: &mut Phones| {
        let is_neighbour = relation == "邻居";
        contacts.push(Contact {
            name,
            relation: relation.to_owned(),
            phone: phones.next(),
            kind: if is_neighbour { ContactKind::Neighbour } else { ContactKind::Family },
            opens_door: is_neighbour,
            ..Contact::default()
        });
    };
    let has_children = !matches!(kin.category, Category::StateSupported | Category::FamilyPlanning);
    // Wives keep their surname; children bear their father's.
    let husbands = if kin.sex == Sex::Male { kin.surname } else { names::surname(dice) };
    if kin.category != Category::StateSupported && dice.percent(married_percent(kin.born)) {
        let spouse = if kin.sex == Sex::Male { Sex::Female } else { Sex::Male };
        let theirs = if spouse == Sex::Male { husbands } else { names::surname(dice) };
        add("老伴", names::full(theirs, spouse, Era::Born(kin.born), dice), phones);
    }
    if has_children {
        for _ in 0..dice.between(1, 2) {
            let (relation, sex) =
                dice_of(dice, &[("女儿", Sex::Female), ("儿子", Sex::Male), ("儿子", Sex::Male)]);
            add(relation, names::full(husbands, sex, Era::Younger, dice), phones);
        }
        if dice.percent(12) {
            add("儿媳", names::anyone(Sex::Female, Era::Younger, dice), phones);
        }
    } else if dice.percent(55) {
        let (relation, sex) =
            dice_of(dice, &[("侄子", Sex::Male), ("侄女", Sex::Female), ("外甥", Sex::Male)]);
        let surname = if relation == "外甥" { names::surname(dice) } else { kin.surname };
        add(relation, names::full(surname, sex, Era::Younger, dice), phones);
    }
    if dice.percent(42) {
        let sex = names::either(dice);
        add("邻居", names::anyone(sex, Era::Born(1955), dice), phones);
    }
    contacts.truncate(3);
    if contacts.len() < 3 && (!has_children || contacts.is_empty() || dice.percent(20)) {
        contacts.push(committee.contact.clone());
    }
    contacts
}

fn dice_of<T: Copy>(dice: &mut Dice, things: &[T; 3]) -> T {
    things[dice.below(things.len())]
}

fn married_percent(born: u32) -> u32 {
    if born < 1938 { 18 } else { 42 }
}
