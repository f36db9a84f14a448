//! What becomes of everything that is timed when the clock is set back.
//!
//! Whatever is timed is timed from a moment that has passed. A moment in the future was noted before
//! the clock was set back, and would stand still until the clock has made up for it: an hour without
//! a deadline. So it is taken for now, at the next look, and the interval begins again. Facts stay as
//! they were written: [`Times`](crate::Times) and the history keep the clock that people saw.

use std::sync::Arc;

use crate::{Offer, OfferState, Person, Policy, Ticket, UnixMs};

impl UnixMs {
    /// A time that is further ahead than this was noted before the clock was set back, milliseconds:
    /// more than the clocks of two nodes differ, less than anybody would wait for.
    pub const AHEAD_MS: i64 = 5_000;

    /// Returns whether this time lies in the future of `now` further than clocks differ.
    #[must_use]
    pub const fn is_ahead_of(self, now: Self) -> bool {
        self.since_ms(now) > Self::AHEAD_MS
    }
}

/// Pulls times back that are further ahead than they can be, and knows whether there were any.
struct Pull {
    now: UnixMs,
    any: bool,
}

impl Pull {
    /// What was begun at this time was begun now at the latest.
    fn begun(&mut self, at: &mut UnixMs) {
        self.ends(at, 0);
    }

    /// What lasts so long ends after that at the latest.
    fn ends(&mut self, at: &mut UnixMs, within_s: u32) {
        let latest = self.now.plus_s(within_s.into());
        if at.is_ahead_of(latest) {
            *at = latest;
            self.any = true;
        }
    }

    /// The same for a fact, which is not touched: from when it counts instead, where that differs.
    fn counts(&mut self, fact: UnixMs, instead: &mut Option<UnixMs>) {
        if instead.unwrap_or(fact).is_ahead_of(self.now) {
            *instead = Some(self.now);
            self.any = true;
        }
    }
}

impl Ticket {
    /// Lets what would stand still because the clock was set back begin again now. Returns whether
    /// there was anything. Callers reschedule.
    pub(crate) fn pull_back(&mut self, now: UnixMs, policy: &Policy) -> bool {
        let mut pull = Pull { now, any: false };
        pull.counts(self.times.received, &mut self.watch.counts_from);
        pull.begun(&mut self.ring_since);
        pull.begun(&mut self.active_at);
        let watch = &mut self.watch;
        let said = [
            &mut watch.operators_alarmed_at,
            &mut watch.not_answered_at,
            &mut watch.not_accepted_at,
            &mut watch.chased_at,
            &mut watch.shift_lead_at,
            &mut watch.followed_at,
        ];
        said.into_iter().flatten().for_each(|at| pull.begun(at));
        watch.climb.iter_mut().for_each(|climb| pull.begun(&mut climb.told_at));
        self.silence.iter_mut().for_each(|silence| pull.begun(&mut silence.since));
        if let Some(until) = &mut self.held_until {
            pull.ends(until, policy.dispatch.hold_s.max(policy.dispatch.unverified_after_s));
        }
        if let Some(position) = &mut self.position {
            // Or no newer one would ever supersede it.
            pull.begun(&mut position.at);
        }
        self.offers.iter_mut().for_each(|offer| offer.pull_back(&mut pull, policy));
        pull.any
    }

    /// Returns from when the promise's clock runs: `received`, unless the clock was set back since.
    pub(crate) fn promised_at(&self) -> UnixMs {
        self.watch.counts_from.unwrap_or(self.times.received)
    }

    /// Returns from when it counts as open: `opened`, unless the clock was set back since.
    pub(crate) fn opened_at(&self) -> UnixMs {
        self.watch.counts_from.unwrap_or(self.times.opened)
    }
}

impl Offer {
    fn pull_back(&mut self, pull: &mut Pull, policy: &Policy) {
        self.way.iter_mut().for_each(|way| pull.begun(&mut way.at));
        if let Some(word) = &mut self.word {
            pull.ends(&mut word.due_at, policy.safety.word_every_s.max(crate::MAX_WORD_MIN * 60));
        }
        let quiet = self.door.as_mut().and_then(|door| door.quiet_at.as_mut());
        quiet.into_iter().for_each(|at| pull.begun(at));
        self.seen_at.iter_mut().for_each(|at| pull.begun(at));
        match &mut self.state {
            OfferState::Offered => {
                pull.ends(&mut self.deadline, policy.dispatch.offer_timeout_s);
                let rings = self.rings.iter_mut();
                rings.for_each(|it| pull.ends(&mut it.until, policy.dispatch.rings_at_most_s));
            }
            OfferState::Accepted { accepted_at, lapsed_at, .. } => {
                pull.counts(*accepted_at, &mut self.counts_from);
                lapsed_at.iter_mut().for_each(|at| pull.begun(at));
            }
            OfferState::OnScene { on_scene_at, .. } => {
                pull.counts(*on_scene_at, &mut self.counts_from);
            }
            OfferState::Escorting { .. }
            | OfferState::Done { .. }
            | OfferState::Declined { .. }
            | OfferState::Expired { .. }
            | OfferState::Withdrawn { .. } => {}
        }
    }
}

impl Person {
    /// Takes signs of life from before the clock was set back for signs of now: they age from here
    /// on, and newer ones are believed.
    pub fn pull_back(&mut self, now: UnixMs) {
        let mut pull = Pull { now, any: false };
        self.heard_at.iter_mut().for_each(|at| pull.begun(at));
        self.position.iter_mut().for_each(|(_, at)| pull.begun(at));
        if self.responder.duty_since.is_ahead_of(now) {
            Arc::make_mut(&mut self.responder).duty_since = now;
        }
    }
}
