//! How people behave: a distribution of everything that a centre cannot decide.

use silverbell_domain::ResponderRole;

use crate::chance::{Chance, Spread};

/// How people behave. Probabilities are from 0 to 1, spreads of times are seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Manners {
    /// What aides say to an offer.
    pub aides: Answers,
    /// What rescuers say to an offer.
    pub rescuers: Answers,
    /// After how long they say it.
    pub answers_after_s: Spread,
    /// How long they take to set out.
    pub departs_after_s: Spread,
    /// Their way, as a multiple of the time that was reckoned.
    pub travel_factor: Spread,
    /// How long they stay with a senior in need.
    pub stays_s: Spread,
    /// Whether they are bound until they are back where they wait.
    pub done_when_back: bool,
    /// Who accepts and never moves.
    pub vanishes: f64,
    /// Who says nothing and goes all the same: to arrive is to accept at the door.
    pub goes_unsaid: f64,
    /// Who says to be at the door long before.
    pub lies: f64,
    /// Whose telephone is not heard of for a while after accepting.
    pub falls_silent: f64,
    /// Which offers never reach the telephone.
    pub offer_lost: f64,
    /// Which taps, or their answers, are lost on the way; the telephone sends them again.
    pub tap_lost: f64,
    /// How operators behave.
    pub desk: DeskManners,
}

/// What is said to an offer; the rest say nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answers {
    /// Who says yes.
    pub accepts: f64,
    /// Who says no.
    pub declines: f64,
}

/// How operators behave.
#[derive(Clone, Debug, PartialEq)]
pub struct DeskManners {
    /// How soon a free operator takes a ticket.
    pub picks_up_s: Spread,
    /// How long it takes until it is known what it is about.
    pub talks_s: Spread,
    /// Who takes ten times as long to pick up.
    pub late: f64,
    /// Who claims a ticket and leaves it.
    pub leaves: f64,
    /// Which closed tickets are opened again.
    pub reopens: f64,
    /// Who does something by hand: widens, pins, sends somebody.
    pub meddles: f64,
    /// Who hears nothing on the telephone, and says so.
    pub hears_nothing: f64,
}

impl Default for Manners {
    /// Returns what a well-run centre sees. Aides are paid to come; of volunteers 17 to 47 % answer
    /// an alert (JMIR mHealth 2023 e41551).
    fn default() -> Self {
        Self {
            aides: Answers { accepts: 0.88, declines: 0.06 },
            rescuers: Answers { accepts: 0.45, declines: 0.15 },
            answers_after_s: Spread { median: 8.0, sigma: 0.6 },
            departs_after_s: Spread { median: 45.0, sigma: 0.5 },
            travel_factor: Spread { median: 1.0, sigma: 0.2 },
            stays_s: Spread { median: 1_500.0, sigma: 0.5 },
            done_when_back: false,
            vanishes: 0.01,
            goes_unsaid: 0.01,
            lies: 0.005,
            falls_silent: 0.01,
            offer_lost: 0.01,
            tap_lost: 0.01,
            desk: DeskManners {
                picks_up_s: Spread { median: 6.0, sigma: 0.5 },
                talks_s: Spread { median: 75.0, sigma: 0.5 },
                late: 0.02,
                leaves: 0.002,
                reopens: 0.0,
                meddles: 0.0,
                hears_nothing: 0.0,
            },
        }
    }
}

impl Manners {
    /// Returns people of whom nothing is left to chance: everybody accepts at once, sets out at once,
    /// takes exactly the time that was reckoned, and is asked again once back. What then differs is the
    /// choice alone.
    #[must_use]
    pub fn exact(stays_s: f64) -> Self {
        let yes = Answers { accepts: 1.0, declines: 0.0 };
        Self {
            aides: yes,
            rescuers: yes,
            answers_after_s: Spread::always(0.0),
            departs_after_s: Spread::always(0.0),
            travel_factor: Spread::always(1.0),
            stays_s: Spread::always(stays_s),
            done_when_back: true,
            vanishes: 0.0,
            goes_unsaid: 0.0,
            lies: 0.0,
            falls_silent: 0.0,
            offer_lost: 0.0,
            tap_lost: 0.0,
            desk: DeskManners {
                picks_up_s: Spread::always(1.0),
                talks_s: Spread::always(1.0),
                late: 0.0,
                leaves: 0.0,
                reopens: 0.0,
                meddles: 0.0,
                hears_nothing: 0.0,
            },
        }
    }

    /// Returns people as one hopes never to meet them, for the simulation.
    #[must_use]
    pub fn wild() -> Self {
        Self {
            aides: Answers { accepts: 0.55, declines: 0.2 },
            rescuers: Answers { accepts: 0.4, declines: 0.25 },
            answers_after_s: Spread { median: 12.0, sigma: 1.0 },
            vanishes: 0.12,
            goes_unsaid: 0.3,
            lies: 0.1,
            falls_silent: 0.1,
            offer_lost: 0.08,
            tap_lost: 0.1,
            desk: DeskManners {
                picks_up_s: Spread { median: 10.0, sigma: 1.0 },
                talks_s: Spread { median: 90.0, sigma: 0.8 },
                late: 0.2,
                leaves: 0.15,
                reopens: 0.05,
                meddles: 0.25,
                hears_nothing: 0.2,
            },
            ..Self::default()
        }
    }

    /// Returns how somebody takes an offer.
    #[must_use]
    pub fn reaction(&self, role: ResponderRole, mut chance: Chance) -> Reaction {
        let answers = match role {
            ResponderRole::Aide => self.aides,
            ResponderRole::Rescuer => self.rescuers,
        };
        let mood = chance.unit();
        let answer = if mood < answers.accepts {
            Answer::Accepts
        } else if mood < answers.accepts + answers.declines {
            Answer::Declines
        } else {
            Answer::SaysNothing
        };
        Reaction {
            answer,
            after_ms: self.answers_after_s.draw_ms(&mut chance),
            departs_after_ms: self.departs_after_s.draw_ms(&mut chance),
            travel_factor: self.travel_factor.draw(&mut chance),
            stays_ms: self.stays_s.draw_ms(&mut chance),
            vanishes: chance.happens(self.vanishes),
            goes_unsaid: chance.happens(self.goes_unsaid),
            lies: chance.happens(self.lies),
            falls_silent: chance.happens(self.falls_silent),
            is_reached: !chance.happens(self.offer_lost),
        }
    }
}

/// What somebody says to an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Accepts,
    /// No.
    Declines,
    /// Nothing.
    SaysNothing,
}

/// How somebody takes an offer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reaction {
    /// What is said.
    pub answer: Answer,
    /// After how long, milliseconds.
    pub after_ms: i64,
    /// How long until setting out, milliseconds.
    pub departs_after_ms: i64,
    /// The way, as a multiple of the time reckoned.
    pub travel_factor: f64,
    /// How long at the senior's, milliseconds.
    pub stays_ms: i64,
    /// Accepts and never moves.
    pub vanishes: bool,
    /// Says nothing and goes all the same.
    pub goes_unsaid: bool,
    /// Says to be at the door long before.
    pub lies: bool,
    /// The telephone is not heard of for a while.
    pub falls_silent: bool,
    /// Whether the offer reaches the telephone.
    pub is_reached: bool,
}
