//! Kinds of road: what decides how fast one gets on.

/// A kind of road, after OSM's `highway`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum RoadClass {
    /// Motorway (高速公路).
    Motorway,
    /// Trunk road, urban expressway (快速路, 国道).
    Trunk,
    /// Main road (主干路).
    Primary,
    /// Secondary road (次干路).
    Secondary,
    /// Tertiary road (支路, 县道).
    Tertiary,
    /// A ramp or slip road of any of the above.
    Link,
    /// A small public road, `unclassified` and `road`.
    Unclassified,
    /// A street with doors.
    Residential,
    /// A street where walkers go first.
    LivingStreet,
    /// A way of access, an alley.
    Service,
    /// A driveway or the aisle of a car park.
    Driveway,
    /// A way through fields and woods (机耕路).
    Track,
    /// A street for walkers.
    Pedestrian,
    /// A footway, pavement or crossing.
    Footway,
    /// An unpaved or unspecific path.
    Path,
    /// A cycleway.
    Cycleway,
    /// Steps.
    Steps,
}

impl RoadClass {
    /// Every kind; the position is the number by which a file names it.
    pub const ALL: [Self; 17] = [
        Self::Motorway,
        Self::Trunk,
        Self::Primary,
        Self::Secondary,
        Self::Tertiary,
        Self::Link,
        Self::Unclassified,
        Self::Residential,
        Self::LivingStreet,
        Self::Service,
        Self::Driveway,
        Self::Track,
        Self::Pedestrian,
        Self::Footway,
        Self::Path,
        Self::Cycleway,
        Self::Steps,
    ];

    /// Returns the word used in the settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Motorway => "motorway",
            Self::Trunk => "trunk",
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Tertiary => "tertiary",
            Self::Link => "link",
            Self::Unclassified => "unclassified",
            Self::Residential => "residential",
            Self::LivingStreet => "living_street",
            Self::Service => "service",
            Self::Driveway => "driveway",
            Self::Track => "track",
            Self::Pedestrian => "pedestrian",
            Self::Footway => "footway",
            Self::Path => "path",
            Self::Cycleway => "cycleway",
            Self::Steps => "steps",
        }
    }

    /// Returns the kind of this number, `None` for an unknown one.
    pub(crate) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::RoadClass;

    #[test]
    fn the_number_in_a_file_names_the_kind() {
        for class in RoadClass::ALL {
            assert_eq!(RoadClass::from_number(class as u8), Some(class));
        }
        assert_eq!(RoadClass::from_number(17), None);
    }
}
