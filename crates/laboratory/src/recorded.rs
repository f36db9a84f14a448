//! A recorded night: what a service has on record of some hours, made into a scenario.

use silverbell_domain::{DistrictId, LatLon, UnixMs};

use crate::manners::{Answer, Manners};
use crate::plain::Choice;
use crate::scenario::{Press, Scenario, Staff};
use crate::ways::Ways;

/// What is on record. Doors, staff and presses are known by their place in their list.
#[derive(Clone, Debug)]
pub struct RecordedNight {
    /// The district.
    pub district: DistrictId,
    /// From when.
    pub from: UnixMs,
    /// Until when.
    pub to: UnixMs,
    /// The doors of those who pressed, and of whoever else.
    pub doors: Vec<LatLon>,
    /// Who could go: when on duty, and where seen.
    pub staff: Vec<Staff>,
    /// Who pressed. Whether it was an emergency, the outcome tells.
    pub presses: Vec<Press>,
    /// What was said to the offers of that night.
    pub answers: Vec<RecordedAnswer>,
    /// How many operators were at the desk, from when on.
    pub operators: Vec<(UnixMs, u32)>,
}

/// What somebody said to an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedAnswer {
    /// Of the ticket that this press opened.
    pub press: usize,
    /// Who was asked.
    pub staff: usize,
    /// What was said.
    pub answer: Answer,
    /// After how long, milliseconds.
    pub after_ms: i64,
}

impl RecordedNight {
    /// Returns the night as a scenario. Whoever is asked again for the same press says the same after
    /// the same time; whoever was not asked then behaves as the manners have it, from this seed.
    #[must_use]
    pub fn scenario(self, seed: u64, manners: Manners, ways: Ways) -> Scenario {
        let answers = self.answers.iter().map(|a| ((a.press, a.staff), (a.answer, a.after_ms)));
        Scenario {
            district: self.district,
            from: self.from,
            to: self.to,
            seed,
            doors: self.doors,
            staff: self.staff,
            presses: self.presses,
            operators: self.operators,
            manners,
            ways,
            choice: Choice::Planner,
            recorded: answers.collect(),
            chaos: None,
        }
    }
}
