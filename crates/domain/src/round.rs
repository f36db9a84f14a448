//! A round: tickets, equally urgent, that compete for the same people are staffed at once.
//!
//! What is best, in this order ([`Score`]): the most seniors inside the narrowest ring, then inside
//! the next, and so on; nobody left without anybody; the most leads, the most supports; the fewest asked
//! again who let an offer expire; the shortest worst way; the least of all ways together. A senior is
//! inside when the first of the team is at the door in time: two hands now are worth more than four
//! in the next ring, and it is the time of the first that is promised and measured.
//!
//! The plain choice, ticket after ticket the nearest who is free, is always reckoned as well: it stands
//! where nobody competes or nothing is gained, and is kept beside the other for people to see.

mod assignment;
mod price;
mod tally;
mod teams;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::candidates::{Outlook, Surroundings};
use crate::planner::staffing::Pool;
use crate::{
    Candidate, LatLon, Policy, Reason, ResponderId, ResponderRole, TeamRole, Ticket, TravelTimes,
    UnixMs, WorkingSet,
};
use price::{Level, Prices, Way};
use tally::Score;
use teams::{Place, Seeker, Taker, best_teams};

pub(crate) use price::MAX_PLACES;
pub use tally::{PlainChoice, RoundNote, RoundTally};

/// So many free people are looked at for each ticket that competes.
const LOOKED_AT: usize = 32;

/// So many of them are aides, where there are: only they can lead.
const AIDES_LOOKED_AT: usize = 12;

/// A ticket that still has an empty place then looks at so many times more people.
const LOOKS_FURTHER: [usize; 3] = [2, 4, 8];

/// Who takes which place.
pub(crate) type Picks = BTreeMap<Place, Candidate>;

/// What a round is decided on.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) set: &'a WorkingSet,
    pub(crate) travel: &'a dyn TravelTimes,
    pub(crate) policy: &'a Policy,
    pub(crate) now: UnixMs,
}

/// What was decided for a round.
pub(crate) struct Decided {
    pub(crate) picks: Picks,
    /// The responders looked at for each ticket, nearest first.
    pub(crate) considered: Vec<Vec<Candidate>>,
    /// The plain choice, where another one is better.
    pub(crate) plain: Option<Plain>,
}

/// The plain choice, beside the one that was taken.
pub(crate) struct Plain {
    picks: Picks,
    note: RoundNote,
}

impl Plain {
    /// Returns what to keep with the offer of a place, where the plain choice would have differed.
    pub(crate) fn note(&self, place: Place, chosen: ResponderId) -> Option<RoundNote> {
        let plain = self.picks.get(&place);
        let plain = plain.map(|c| PlainChoice { responder: c.responder, eta: c.eta });
        let differs = plain.is_none_or(|plain| plain.responder != chosen);
        differs.then(|| RoundNote { plain_choice: plain, ..self.note.clone() })
    }
}

/// Decides for tickets that want people, in the order in which they are served.
pub(crate) fn decide(context: Context<'_>, pool: &Pool, tickets: &[&Ticket]) -> Decided {
    let doors: Vec<LatLon> = tickets.iter().filter_map(|ticket| ticket.destination()).collect();
    let reckoned = context.travel.reckoned(&doors);
    let context = Context { travel: reckoned.as_deref().unwrap_or(context.travel), ..context };
    let mut round = Round::new(context, pool, tickets);
    let plain = round.nearest_first(Picks::new());
    if !round.compete(&plain) {
        return round.decided(plain, None);
    }
    let best = round.best();
    let best = round.nearest_first(best); // whoever is left over is farther than was looked
    let (score, plain_score) = (round.score(&best), round.score(&plain));
    if plain_score <= score {
        return round.decided(plain, None);
    }
    let seniors = tickets.len() as u32;
    let note = RoundNote {
        seniors,
        rings_min: round.prices.rings_min().to_vec(),
        plain_choice: None,
        plain: plain_score.tally(seniors),
        round: score.tally(seniors),
    };
    round.decided(best, Some(Plain { picks: plain, note }))
}

struct Round<'a> {
    context: Context<'a>,
    pool: &'a Pool,
    prices: Prices<'a>,
    tickets: &'a [&'a Ticket],
    /// Who is around each ticket's door.
    outlooks: Vec<Outlook>,
}

impl<'a> Round<'a> {
    fn new(context: Context<'a>, pool: &'a Pool, tickets: &'a [&'a Ticket]) -> Self {
        let prices = Prices::new(context.policy);
        let outlooks = tickets.iter().map(|_| Outlook::default()).collect();
        Self { context, pool, prices, tickets, outlooks }
    }

    fn around(&self) -> Surroundings<'a> {
        let Context { set, travel, policy, now } = self.context;
        Surroundings { set, claimed: self.pool.claimed(), travel, policy, now }
    }

    fn decided(self, picks: Picks, plain: Option<Plain>) -> Decided {
        let considered = self.outlooks.into_iter().map(|outlook| outlook.found).collect();
        Decided { picks, considered, plain }
    }

    // --- The plain choice ----------------------------------------------------------------------

    /// Fills what is empty, ticket after ticket, with the nearest who is free.
    fn nearest_first(&mut self, mut picks: Picks) -> Picks {
        let mut pool = self.pool.clone();
        for (&(at, _), candidate) in &picks {
            pool.claim(candidate.responder, self.tickets[at].id);
        }
        let around = self.around();
        for (at, &ticket) in self.tickets.iter().enumerate() {
            let is_empty = |role: &TeamRole| !picks.contains_key(&(at, *role));
            let places: Vec<TeamRole> = ticket.vacancies().filter(is_empty).collect();
            if places.is_empty() || !pool.can_staff(ticket) {
                continue;
            }
            let outlook = &mut self.outlooks[at];
            let is_free = |c: &Candidate| c.reason.is_free() && pool.is_free(c.responder);
            outlook.until_enough(ticket, &around, is_free);
            let policy = self.context.policy;
            let choices = pool.first_choices(ticket, &places, &outlook.found, policy);
            picks.extend(choices.into_iter().map(|(role, choice)| ((at, role), choice)));
        }
        picks
    }

    /// Returns whether some ticket would ask others, or more, if it were alone. Where none would,
    /// everybody has the best, and so have all together.
    fn compete(&self, plain: &Picks) -> bool {
        self.tickets.iter().enumerate().any(|(at, ticket)| {
            let places: Vec<TeamRole> = ticket.vacancies().collect();
            let picked: Vec<(TeamRole, ResponderId)> = places
                .iter()
                .filter_map(|role| plain.get(&(at, *role)).map(|c| (*role, c.responder)))
                .collect();
            if picked.len() < places.len() {
                return true;
            }
            let (found, policy) = (&self.outlooks[at].found, self.context.policy);
            let alone = self.pool.clone().first_choices(ticket, &places, found, policy);
            !alone.iter().map(|(role, c)| (*role, c.responder)).eq(picked)
        })
    }

    // --- The best choice -----------------------------------------------------------------------

    /// Returns the best choice among the people looked at. Whoever could have more then looks
    /// further, and it is chosen again: in a crowd the same few are the nearest of everybody.
    fn best(&mut self) -> Picks {
        self.look_around(0..self.tickets.len(), 1);
        let mut best = self.choose();
        for times in LOOKS_FURTHER {
            let hungry = self.hungry(&best);
            if !self.look_around(hungry, times) {
                break;
            }
            best = self.choose();
        }
        best
    }

    /// Returns the tickets that have nobody, or an empty place that somebody could take who is left
    /// over.
    fn hungry(&self, picks: &Picks) -> Vec<usize> {
        let mut left = self.pool.clone();
        for (&(at, _), candidate) in picks {
            left.claim(candidate.responder, self.tickets[at].id);
        }
        let is_hungry = |&at: &usize| {
            let ticket = self.tickets[at];
            let mut empty = ticket.vacancies().filter(|role| !picks.contains_key(&(at, *role)));
            let nobody = !picks.contains_key(&(at, TeamRole::Lead))
                && !picks.contains_key(&(at, TeamRole::Support));
            nobody || empty.any(|role| left.has_somebody_for(ticket, role))
        };
        (0..self.tickets.len()).filter(is_hungry).collect()
    }

    /// Looks up so many times the usual number of people for these tickets, so that others can have
    /// some of them. Returns whether there was anybody new.
    fn look_around(&mut self, which: impl IntoIterator<Item = usize>, times: usize) -> bool {
        let around = self.around();
        let mut anybody = false;
        for at in which {
            let (ticket, outlook) = (self.tickets[at], &mut self.outlooks[at]);
            let is_fresh = |c: &Candidate| {
                c.reason.is_askable()
                    && c.reason != Reason::Expired
                    && self.pool.is_free(c.responder)
            };
            let known = outlook.found.len();
            outlook.until(ticket, &around, LOOKED_AT * times, AIDES_LOOKED_AT * times, is_fresh);
            anybody |= outlook.found.len() > known;
        }
        anybody
    }

    fn choose(&self) -> Picks {
        let can_go = |c: &&Candidate| c.reason.is_askable() && self.pool.is_free(c.responder);
        let free_of = |at: usize| self.outlooks[at].found.iter().filter(can_go);
        // In the order of their identities: who was looked at, however many are on duty.
        let everybody: BTreeSet<ResponderId> =
            (0..self.tickets.len()).flat_map(free_of).map(|c| c.responder).collect();
        let people: HashMap<ResponderId, usize> = everybody.into_iter().zip(0..).collect();
        let (mut seekers, mut faces) = (Vec::new(), Vec::new());
        for (at, ticket) in self.tickets.iter().enumerate() {
            let numbered = free_of(at).map(|c| (people[&c.responder], c));
            let free: Vec<(usize, &Candidate)> = numbered.collect();
            seekers.push(self.seeker(ticket, &free));
            faces.push(free);
        }
        let chosen = best_teams(&seekers, people.len(), self.prices).into_iter();
        let face = |((at, role), person): (Place, usize)| {
            let (_, candidate) = faces[at].iter().find(|(other, _)| *other == person)?;
            Some(((at, role), **candidate))
        };
        chosen.filter_map(face).collect()
    }

    fn seeker(&self, ticket: &Ticket, free: &[(usize, &Candidate)]) -> Seeker {
        let way = |(person, c): &(usize, &Candidate)| (*person, c.role, self.prices.way(ticket, c));
        let ways: Vec<(usize, ResponderRole, Way)> = free.iter().map(way).collect();
        let searched = self.prices.searched(ticket);
        let takers = |role: TeamRole| {
            let may = ways.iter().filter(|(_, who, _)| who.may_be(role));
            let takers = may.map(|&(person, _, way)| Taker { person, way }).collect();
            (role, without_those_asked_in_vain(takers, searched))
        };
        Seeker {
            going: self.prices.going(ticket),
            places: ticket.vacancies().map(takers).collect(),
        }
    }

    // --- What a choice comes to ----------------------------------------------------------------

    fn score(&self, picks: &Picks) -> Score {
        let mut score = Score::of_rings(self.prices.rings_min().len());
        for (at, ticket) in self.tickets.iter().enumerate() {
            let mut first = self.prices.going(ticket);
            for role in ticket.vacancies() {
                match picks.get(&(at, role)).map(|c| self.prices.way(ticket, c)) {
                    Some(way) => {
                        first = first.min(way.level);
                        score.add_way(way.again, way.s);
                    }
                    None => score.add_empty(role),
                }
            }
            score.add_first(first.0);
        }
        score
    }
}

/// Leaves out whoever was asked in vain, except in a ring where nobody else is left; all rings up to
/// the one that is searched are one.
fn without_those_asked_in_vain(mut takers: Vec<Taker>, searched: Level) -> Vec<Taker> {
    let ring = |taker: &Taker| taker.way.level.max(searched);
    let fresh = takers.iter().filter(|taker| taker.way.again == 0);
    let fresh: BTreeSet<Level> = fresh.map(ring).collect();
    takers.retain(|taker| taker.way.again == 0 || !fresh.contains(&ring(taker)));
    takers
}
