//! Response times, as the reports of the service define them.

use silverbell_domain::{Kind, Outcome, Phase, Ticket, Times, UnixMs, WITHIN_MIN};

use crate::world::World;

/// What a span of time came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measure {
    /// Emergencies.
    pub count: usize,
    /// From receiving to an operator's answer.
    pub answer: Phase,
    /// From receiving to the first offer.
    pub offer: Phase,
    /// From the first offer to the first acceptance.
    pub accept: Phase,
    /// From the first offer to the first at the door.
    pub arrive: Phase,
    /// From receiving to the first at the door.
    pub reach: Phase,
    /// From receiving to the end.
    pub close: Phase,
    /// Of those attended, the share on scene within 10, 20, 30 minutes of receiving.
    pub within: [f64; 3],
    /// Emergencies in which somebody needed help.
    pub in_need: usize,
    /// Of those, to how many nobody came.
    pub nobody_came: usize,
    /// Offers, for each emergency.
    pub offers_each: f64,
    /// How far responders went, kilometres; `None` where nobody followed them.
    pub travelled_km: Option<f64>,
    /// How long, hours.
    pub travelled_h: Option<f64>,
}

/// What the report knows of one emergency.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// Its number in the district.
    pub number: u64,
    /// Its facts in time.
    pub times: Times,
    /// How many offers were made.
    pub offers: usize,
    /// Whether somebody needed help.
    pub in_need: bool,
}

impl Incident {
    /// Returns what the report knows of a ticket, `None` of one that it does not count.
    #[must_use]
    pub fn of(ticket: &Ticket, in_need: bool) -> Option<Self> {
        let (number, times, offers) = (ticket.number, ticket.times.clone(), ticket.offers.len());
        counts(ticket).then_some(Self { number, times, offers, in_need })
    }

    /// Returns how long after receiving it the first was at the door, milliseconds.
    #[must_use]
    pub fn reached_ms(&self) -> Option<i64> {
        Some(self.times.on_scene?.since_ms(self.times.received))
    }
}

impl Measure {
    /// Measures everything that a world has kept.
    #[must_use]
    pub fn of(world: &World<'_>) -> Self {
        let all = world.database().tickets().values().map(|kept| &*kept.ticket);
        let counted = all.filter_map(|it| Incident::of(it, world.is_in_need(it.id)));
        let incidents: Vec<Incident> = counted.collect();
        let (travelled_m, travelled_ms) = world.travelled();
        Self {
            travelled_km: Some(travelled_m / 1_000.0),
            travelled_h: Some(travelled_ms as f64 / 3_600_000.0),
            ..Self::of_incidents(&incidents)
        }
    }

    /// Measures emergencies, however they came about. How far anybody went they do not tell.
    #[must_use]
    pub fn of_incidents(incidents: &[Incident]) -> Self {
        let phase = |from: &dyn Fn(&Times) -> Option<UnixMs>,
                     to: &dyn Fn(&Times) -> Option<UnixMs>| {
            let took =
                |it: &Incident| Some(to(&it.times)?.since_ms(from(&it.times)?) as f64 / 1_000.0);
            Phase::of(incidents.iter().filter_map(took).collect())
        };
        let received = |t: &Times| Some(t.received);
        let attended: Vec<i64> = incidents.iter().filter_map(Incident::reached_ms).collect();
        let within = WITHIN_MIN.map(|min| {
            let inside = attended.iter().filter(|ms| **ms <= min * 60_000).count();
            inside as f64 / attended.len().max(1) as f64
        });
        let in_need: Vec<&Incident> = incidents.iter().filter(|it| it.in_need).collect();
        let offers: usize = incidents.iter().map(|it| it.offers).sum();
        Self {
            count: incidents.len(),
            answer: phase(&received, &|t| t.answered),
            offer: phase(&received, &|t| t.first_offered),
            accept: phase(&|t| t.first_offered, &|t| t.accepted),
            arrive: phase(&|t| t.first_offered, &|t| t.on_scene),
            reach: phase(&received, &|t| t.on_scene),
            close: phase(&received, &|t| t.closed),
            within,
            in_need: in_need.len(),
            nobody_came: in_need.iter().filter(|it| it.times.on_scene.is_none()).count(),
            offers_each: offers as f64 / incidents.len().max(1) as f64,
            travelled_km: None,
            travelled_h: None,
        }
    }
}

/// Returns whether the report counts a ticket.
fn counts(ticket: &Ticket) -> bool {
    let outcome = ticket.handling.closing().map(|closing| closing.outcome);
    ticket.is_emergency()
        && ticket.kind != Kind::Drill
        && !matches!(outcome, Some(Outcome::Test | Outcome::Duplicate))
}
