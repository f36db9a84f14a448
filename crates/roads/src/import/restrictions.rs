//! Turn restrictions: relations of ways and a node.

use osmpbf::{RelMemberType, Relation};
use silverbell_domain::Travel;

use super::tags::Tags;
use crate::TurnRule;

/// A restriction as it was read: OSM's own numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) from: Vec<i64>,
    pub(super) via: i64,
    pub(super) to: Vec<i64>,
    pub(super) rule: TurnRule,
    pub(super) binds: [bool; 3],
}

/// Returns the restrictions of a relation, one for each rule it gives; `Err` when it is a restriction
/// that binds us and cannot be used.
pub(super) fn read(relation: &Relation<'_>) -> Result<Vec<Read>, ()> {
    let tags: Tags<'_> = relation.tags().collect();
    if !tags.is("type", "restriction") {
        return Ok(Vec::new());
    }
    let rules = rules(&tags)?;
    if rules.is_empty() {
        return Ok(Vec::new());
    }
    let (mut from, mut vias, mut to) = (Vec::new(), Vec::new(), Vec::new());
    for member in relation.members() {
        match (member.role().unwrap_or_default(), member.member_type) {
            ("from", RelMemberType::Way) => from.push(member.member_id),
            ("via", RelMemberType::Node) => vias.push(member.member_id),
            ("via", _) => return Err(()), // over a way: the split of one node cannot say that
            ("to", RelMemberType::Way) => to.push(member.member_id),
            _ => {}
        }
    }
    let [via] = vias[..] else { return Err(()) };
    if from.is_empty() || to.is_empty() {
        return Err(());
    }
    let read = |(rule, binds)| Read { from: from.clone(), via, to: to.clone(), rule, binds };
    Ok(rules.into_iter().map(read).collect())
}

/// Returns each rule with whom it binds; `Err` when it holds at certain hours only, or is unknown.
fn rules(tags: &Tags<'_>) -> Result<Vec<(TurnRule, [bool; 3])>, ()> {
    let mut rules: Vec<(TurnRule, [bool; 3])> = Vec::new();
    let hours = ["hour_on", "day_on"].iter().any(|key| tags.has(key));
    let conditional = tags.iter().any(|(key, _)| key == "restriction:conditional");
    for travel in [Travel::Ebike, Travel::Car] {
        let Some(value) = value_for(travel, tags) else { continue };
        let rule = match value {
            _ if hours => return Err(()),
            no if no.starts_with("no_") => TurnRule::No,
            only if only.starts_with("only_") => TurnRule::Only,
            _ => return Err(()),
        };
        let mut binds = [false; 3];
        binds[travel as usize] = true;
        rules.push((rule, binds));
    }
    if rules.is_empty() && conditional { Err(()) } else { Ok(rules) }
}

/// Returns what a restriction says to a way of travelling, `None` when it does not bind it.
fn value_for<'a>(travel: Travel, tags: &Tags<'a>) -> Option<&'a str> {
    let (own, excepted): (&[&str], &[&str]) = match travel {
        Travel::Walk => return None,
        Travel::Ebike => (&["restriction:bicycle"], &["bicycle", "vehicle"]),
        Travel::Car => (
            &["restriction:motorcar", "restriction:motor_vehicle", "restriction:vehicle"],
            &["motorcar", "motor_vehicle", "vehicle"],
        ),
    };
    if let Some(value) = own.iter().find_map(|key| tags.get(key)) {
        return Some(value);
    }
    let mut except = tags.get("except").unwrap_or_default().split([';', ',']).map(str::trim);
    let is_excepted = except.any(|word| excepted.contains(&word));
    tags.get("restriction").filter(|_| !is_excepted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules_of(tags: &[(&str, &str)]) -> Result<Vec<(TurnRule, [bool; 3])>, ()> {
        rules(&tags.iter().copied().collect())
    }

    #[test]
    fn a_restriction_binds_vehicles_but_those_it_excepts() {
        let (ebike, car) = ([false, true, false], [false, false, true]);
        assert_eq!(
            rules_of(&[("restriction", "no_left_turn")]),
            Ok(vec![(TurnRule::No, ebike), (TurnRule::No, car)])
        );
        assert_eq!(
            rules_of(&[("restriction", "only_straight_on"), ("except", "bicycle; psv")]),
            Ok(vec![(TurnRule::Only, car)])
        );
        assert_eq!(
            rules_of(&[("restriction:motorcar", "no_u_turn")]),
            Ok(vec![(TurnRule::No, car)])
        );
        assert_eq!(rules_of(&[("restriction:hgv", "no_left_turn")]), Ok(vec![]));
    }

    #[test]
    fn what_holds_at_certain_hours_only_is_not_used() {
        assert_eq!(rules_of(&[("restriction", "no_left_turn"), ("hour_on", "07:00")]), Err(()));
        assert_eq!(
            rules_of(&[("restriction:conditional", "no_left_turn @ (07:00-09:00)")]),
            Err(())
        );
        assert_eq!(rules_of(&[("restriction", "give_way")]), Err(()));
    }
}
