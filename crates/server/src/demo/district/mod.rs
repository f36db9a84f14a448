//! The demo district `longwen` (龙文区): everything in it from one seed, the same on every
//! machine, every time. No IO, no clock, no chance from outside.
//!
//! The people, villages and streets are invented. Telephone numbers are such as nobody can have
//! (see `dice::Phones`), and the devices' keys are public by design: whoever has this source has
//! them.

mod access;
mod contacts;
mod devices;
mod dice;
mod doors;
mod health;
mod illnesses;
mod keys;
mod names;
mod people;
mod plane;
mod plans;
mod responders;
mod seniors;
mod streets;
mod terrain;
#[cfg(test)]
mod tests;
mod villages;

use silverbell_domain::{DistrictId, Responder, Senior};

pub(crate) use devices::Device;
pub(crate) use keys::Key;
pub(crate) use people::{Person, PersonRole};
pub(crate) use streets::Streets;

use dice::Phones;

/// The district's slug.
pub(crate) const SLUG: &str = "longwen";
/// The district's name.
pub(crate) const NAME: &str = "龙文区";

/// The demo district.
#[derive(Clone, Debug)]
pub(crate) struct District {
    /// Who is protected: 3,620.
    pub(crate) seniors: Vec<Senior>,
    /// Who goes: 37 aides, then 146 rescuers, nobody on duty.
    pub(crate) responders: Vec<Responder>,
    /// What the seniors carry: an `http` phone each, a `watch` besides for about a third, something else for a few.
    pub(crate) devices: Vec<Device>,
    /// The register of keys and door codes.
    pub(crate) keys: Vec<Key>,
    /// Who can log in, the responders last and in their order.
    pub(crate) people: Vec<Person>,
    /// The streets.
    pub(crate) streets: Streets,
}

impl District {
    /// Makes the district: the same every time.
    #[must_use]
    pub(crate) fn generate() -> Self {
        let district = DistrictId::new(SLUG);
        let streets = Streets::generate();
        let mut phones = Phones::new();
        let mut seniors = seniors::generate(&district, &streets, &mut phones);
        let responders = responders::generate(&district, &streets, &mut phones);
        let devices = devices::generate(&seniors);
        let keys = keys::generate(&mut seniors);
        let people = people::generate(&responders);
        Self { seniors, responders, devices, keys, people, streets }
    }
}
