//! Tags of an element, and what their values say.

use silverbell_domain::Travel;

/// Keys and values.
#[derive(Clone, Debug, Default)]
pub(super) struct Tags<'a>(Vec<(&'a str, &'a str)>);

impl<'a> FromIterator<(&'a str, &'a str)> for Tags<'a> {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(tags: I) -> Self {
        Self(tags.into_iter().collect())
    }
}

impl<'a> Tags<'a> {
    /// Returns the value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(known, _)| *known == key).map(|(_, value)| *value)
    }

    /// Returns whether a key has this value.
    pub(super) fn is(&self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }

    /// Returns whether a key has a value that is not `no`.
    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| value != "no")
    }

    /// Returns every key and value.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.iter().copied()
    }
}

/// What the access tags say to one way of travelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Permission {
    /// Nothing.
    Unset,
    /// Open to everybody, for instance `yes` or `permissive`.
    Open,
    /// To some, or to places there only: `private`, `destination`, `delivery`.
    Private,
    /// Closed.
    No,
}

/// The keys that speak to a way of travelling, the most particular first. OSM's rule is that the
/// most particular one wins.
pub(super) const fn keys(travel: Travel) -> &'static [&'static str] {
    match travel {
        Travel::Walk => &["foot", "access"],
        // In China an electric bicycle is a non-motor vehicle.
        Travel::Ebike => &["bicycle", "vehicle", "access"],
        Travel::Car => &["motorcar", "motor_vehicle", "vehicle", "access"],
    }
}

/// Returns what the tags say to a way of travelling, and whether they name it rather than everybody.
pub(super) fn permission(travel: Travel, tags: &Tags<'_>) -> (Permission, bool) {
    for key in keys(travel) {
        let said = tags.get(key).and_then(|value| {
            value.split(';').find_map(|value| permission_of(travel, value.trim()))
        });
        if let Some(said) = said {
            return (said, *key != "access");
        }
    }
    (Permission::Unset, false)
}

fn permission_of(travel: Travel, value: &str) -> Option<Permission> {
    Some(match value {
        "yes" | "permissive" | "designated" | "official" | "public" | "allowed" => Permission::Open,
        // Somebody called to a door there may go in at the end, by the gate.
        "private" | "destination" | "delivery" | "customers" | "residents" | "permit" | "key" => {
            Permission::Private
        }
        "agricultural" | "forestry" if travel == Travel::Walk => Permission::Private,
        "no" | "agricultural" | "forestry" | "military" | "dismount" => Permission::No,
        // A cycleway beside it has to be used; for walkers there is no such duty.
        "use_sidepath" if travel != Travel::Walk => Permission::No,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_particular_key_wins() {
        let tags: Tags<'_> =
            [("access", "no"), ("vehicle", "private"), ("foot", "yes")].into_iter().collect();
        assert_eq!(permission(Travel::Walk, &tags), (Permission::Open, true));
        assert_eq!(permission(Travel::Ebike, &tags), (Permission::Private, true));
        assert_eq!(permission(Travel::Car, &tags), (Permission::Private, true));
        let tags: Tags<'_> =
            [("access", "no"), ("motor_vehicle", "hgv;destination")].into_iter().collect();
        assert_eq!(permission(Travel::Walk, &tags), (Permission::No, false));
        assert_eq!(permission(Travel::Car, &tags), (Permission::Private, true));
    }

    #[test]
    fn a_value_nobody_knows_says_nothing() {
        let tags: Tags<'_> = [("foot", "perhaps"), ("access", "yes")].into_iter().collect();
        assert_eq!(permission(Travel::Walk, &tags), (Permission::Open, false));
    }
}
