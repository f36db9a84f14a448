//! Moves: what people do to a ticket. Each changes the ticket, returns the events, and leaves the
//! deadlines as the new state asks for.

use crate::{
    Arrival, BeforePin, By, CallId, Cause, Closing, EmergencyCentre, EscalationReason,
    EscalationTarget, Eta, Event, Flag, Handling, HandlingCommand, InvalidTransition, LatLon,
    NewEvent, Offer, OfferCommand, OfferId, OfferState, Outcome, Policy, Position, PositionSource,
    ResponderId, Rings, Senior, Step, TeamRole, Ticket, TicketId, UnixMs, UserId, Watch,
    WidenReason, WithdrawReason, note_call,
};

/// Why a move was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The state does not allow it; the caller is shown the thing as it is.
    #[error("{0}")]
    State(&'static str),
    /// There is no such offer on this ticket.
    #[error("there is no such offer")]
    NoSuchOffer,
    /// The request itself lacks or contradicts something.
    #[error("{0}")]
    Invalid(&'static str),
}

impl From<InvalidTransition> for Refusal {
    fn from(_: InvalidTransition) -> Self {
        Self::State("the ticket or the offer is not in a state that allows this; read it again")
    }
}

/// How a ticket shall end, as the operator says.
#[derive(Clone, Debug, PartialEq)]
pub struct Close {
    /// What came of it.
    pub outcome: Outcome,
    /// What it was about.
    pub cause: Option<Cause>,
    /// In words.
    pub note: Option<String>,
    /// For `hospital`.
    pub hospital: Option<String>,
    /// For `duplicate`.
    pub duplicate_of: Option<TicketId>,
    /// For `no_contact` and `deceased`.
    pub witness: Option<String>,
}

impl Close {
    /// Some outcomes want a fact with them, so that nobody ends a ticket on a guess.
    fn guard(&self, own: TicketId) -> Result<(), Refusal> {
        let given = |text: &Option<String>| text.as_deref().is_some_and(|t| !t.trim().is_empty());
        match self.outcome {
            Outcome::Hospital if !given(&self.hospital) => {
                Err(Refusal::Invalid("outcome hospital: say which (`hospital`)"))
            }
            Outcome::Duplicate if self.duplicate_of.is_none() || self.duplicate_of == Some(own) => {
                Err(Refusal::Invalid("outcome duplicate: name the other ticket (`duplicate_of`)"))
            }
            Outcome::NoContact if !given(&self.witness) => Err(Refusal::Invalid(
                "outcome no_contact: name the visit to the door or the relative who saw the senior (`witness`)",
            )),
            Outcome::Deceased if !given(&self.witness) => Err(Refusal::Invalid(
                "outcome deceased: name the second person who confirms it (`witness`)",
            )),
            Outcome::Helped
            | Outcome::Hospital
            | Outcome::Phone
            | Outcome::Family
            | Outcome::Police
            | Outcome::Transferred
            | Outcome::Found
            | Outcome::Refused
            | Outcome::Accidental
            | Outcome::DeviceFault
            | Outcome::Nuisance
            | Outcome::Test
            | Outcome::Duplicate
            | Outcome::NoContact
            | Outcome::Deceased => Ok(()),
        }
    }
}

type Moved = Result<Vec<NewEvent>, Refusal>;

impl Ticket {
    /// An operator did something: whoever acts takes care of what climbed.
    pub(crate) fn moved(
        &mut self,
        by: By,
        now: UnixMs,
        event: Event,
        policy: &Policy,
    ) -> Vec<NewEvent> {
        self.settle_climb();
        self.happened(by, now, event, policy)
    }

    pub(crate) fn happened(
        &mut self,
        by: By,
        now: UnixMs,
        event: Event,
        policy: &Policy,
    ) -> Vec<NewEvent> {
        self.active_at = self.active_at.max(now);
        self.reschedule(policy);
        vec![NewEvent { at: now, by, event }]
    }

    pub(crate) fn must_be_open(&self) -> Result<(), Refusal> {
        if self.is_open() { Ok(()) } else { Err(Refusal::State("the ticket is closed")) }
    }

    /// Nobody looks into a complaint about the own work.
    fn must_not_be_about(&self, by: UserId) -> Result<(), Refusal> {
        if self.about.is_some_and(|about| about.closed_by == by) {
            return Err(Refusal::State(
                "this complaint is about a ticket that you closed: somebody else looks into it",
            ));
        }
        Ok(())
    }

    /// The file popped up on a screen; counted once.
    pub fn seen(&mut self, by: UserId, now: UnixMs, policy: &Policy) -> Vec<NewEvent> {
        if self.times.popped_up.is_some() || !self.is_open() {
            return Vec::new();
        }
        self.times.popped_up = Some(now);
        // Looking is not doing: the quiet watchdog goes on.
        self.reschedule(policy);
        vec![NewEvent { at: now, by: By::Person { user: by }, event: Event::PoppedUp {} }]
    }

    /// An operator answers and owns it; with a reason, takes it from somebody else.
    ///
    /// # Errors
    /// [`Refusal::State`] when it is closed or somebody else has it.
    pub fn answer(
        &mut self,
        by: UserId,
        take_over: Option<String>,
        now: UnixMs,
        policy: &Policy,
    ) -> Moved {
        let person = By::Person { user: by };
        self.must_not_be_about(by)?;
        match &self.handling {
            Handling::Answered { by: owner, .. } if *owner == by => Ok(Vec::new()),
            Handling::Answered { by: owner, .. } => {
                let from = *owner;
                let reason = take_over.ok_or(Refusal::State("another operator has this ticket"))?;
                self.handling = self.handling.clone().apply(HandlingCommand::TakeOver(by), now)?;
                Ok(self.moved(person, now, Event::TakenOver { from, reason }, policy))
            }
            Handling::Waiting
            | Handling::Closed { .. }
            | Handling::FollowedUp { .. }
            | Handling::Archived { .. } => {
                self.handling = self
                    .handling
                    .clone()
                    .apply(HandlingCommand::Answer(by), now)
                    .map_err(|_| Refusal::State("the ticket is closed"))?;
                self.times.answered.get_or_insert(now);
                Ok(self.moved(person, now, Event::Answered {}, policy))
            }
        }
    }

    /// An operator confirms the emergency: the hold ends.
    ///
    /// # Errors
    /// [`Refusal::State`] when it is closed.
    pub fn confirm(&mut self, by: UserId, now: UnixMs, policy: &Policy) -> Moved {
        self.must_be_open()?;
        if self.times.confirmed.is_some() && self.held_until.is_none() {
            return Ok(Vec::new());
        }
        self.times.confirmed.get_or_insert(now);
        self.end_hold(now);
        Ok(self.moved(By::Person { user: by }, now, Event::Confirmed {}, policy))
    }

    /// An operator vouches for a doubtful ticket, and says whose it is where nobody knew.
    ///
    /// # Errors
    /// [`Refusal::State`] when it is closed; [`Refusal::Invalid`] when nobody knows whose it is
    /// and no senior was named.
    pub fn verify(
        &mut self,
        by: UserId,
        senior: Option<&Senior>,
        now: UnixMs,
        policy: &Policy,
    ) -> Moved {
        self.must_be_open()?;
        match senior {
            Some(senior) => {
                if self.senior != Some(senior.id) {
                    // What was said of somebody else, and nobody signed.
                    self.death.take_if(|death| death.signed.is_none());
                    // Whoever was to read of one person does not read of another.
                    for link in self.cards.iter_mut().filter(|link| link.revoked_at.is_none()) {
                        link.revoked_at = Some(now);
                    }
                }
                self.senior = Some(senior.id);
                let door = senior.residence(now).door;
                self.home = Some(door);
                self.who = Some(crate::Who::of(senior));
                self.set_needs(&senior.plan.needs, now);
                // A door in the place of a fix is the former senior's, not this one's.
                if self.position.is_none_or(|place| place.source == PositionSource::Home) {
                    self.position = Some(crate::intake::at_home(door, now));
                }
            }
            None if self.senior.is_none() => {
                return Err(Refusal::Invalid("name the senior: nobody knows whose device this is"));
            }
            None => {}
        }
        self.flags.remove(&Flag::Unverified);
        self.flags.remove(&Flag::UnknownDevice);
        self.proven = true;
        self.end_hold(now);
        let event = Event::Verified { senior: self.senior };
        Ok(self.moved(By::Person { user: by }, now, event, policy))
    }

    pub(crate) fn end_hold(&mut self, now: UnixMs) {
        if self.held_until.take().is_some() || self.offers.is_empty() {
            self.ring_since = now;
        }
    }

    /// An operator widens the search to the next ring.
    ///
    /// # Errors
    /// [`Refusal::State`] when it is closed or the ring is the widest.
    pub fn widen(&mut self, by: UserId, now: UnixMs, policy: &Policy) -> Moved {
        self.must_be_open()?;
        let ring_min = policy
            .next_ring_min(self.ring_min)
            .ok_or(Refusal::State("the widest ring is searched already"))?;
        self.ring_min = ring_min;
        self.ring_since = now;
        let event = Event::Widened { ring_min, why: WidenReason::ByHand };
        Ok(self.moved(By::Person { user: by }, now, event, policy))
    }

    /// An operator corrects the place; the plan follows.
    ///
    /// # Errors
    /// [`Refusal::State`] when it is closed.
    pub fn place(
        &mut self,
        by: UserId,
        point: LatLon,
        text: Option<String>,
        reason: Option<String>,
        now: UnixMs,
        policy: &Policy,
    ) -> Moved {
        self.must_be_open()?;
        let flags = [Flag::NoPosition, Flag::PositionDoubtful];
        let flags = flags.into_iter().filter(|flag| self.flags.remove(flag)).collect();
        // Whether it is the place that was told or another: somebody has decided, until that is taken back.
        let place_doubt = self.place_doubt.take();
        self.before_pin = Some(BeforePin { position: self.position, flags, place_doubt });
        let position = Position { point, accuracy_m: None, source: PositionSource::Pin, at: now };
        self.position = Some(position);
        let event = Event::Placed { position, text, reason };
        Ok(self.moved(By::Person { user: by }, now, event, policy))
    }

    /// An operator takes back the place that was set last: what stood before stands again, a fix as a fix,
    /// so that a better one still moves it.
    ///
    /// # Errors
    /// [`Refusal::State`] when it is closed, or no place was set by hand.
    pub fn take_back_place(&mut self, by: UserId, now: UnixMs, policy: &Policy) -> Moved {
        self.must_be_open()?;
        let nothing = Refusal::State("no place was set by hand that could be taken back");
        let before = self.before_pin.take().ok_or(nothing)?;
        self.position = before.position;
        self.flags.extend(before.flags);
        self.place_doubt = self.place_doubt.take().or(before.place_doubt);
        let event = Event::PlaceTakenBack { position: self.position };
        Ok(self.moved(By::Person { user: by }, now, event, policy))
    }

    /// Somebody writes a note; also on a closed ticket.
    pub fn note(
        &mut self,
        by: UserId,
        text: String,
        now: UnixMs,
        policy: &Policy,
    ) -> Vec<NewEvent> {
        self.moved(By::Person { user: by }, now, Event::Noted { text }, policy)
    }

    /// An operator has told the family.
    ///
    /// # Errors
    /// [`Refusal::State`] when it is closed.
    pub fn family_told(
        &mut self,
        by: UserId,
        note: Option<String>,
        now: UnixMs,
        policy: &Policy,
    ) -> Moved {
        self.must_be_open()?;
        self.times.family_told.get_or_insert(now);
        Ok(self.moved(By::Person { user: by }, now, Event::FamilyTold { note }, policy))
    }

    /// An operator has brought in somebody else, 120 for instance. People dial, machines do not.
    ///
    /// # Errors
    /// [`Refusal::State`] when it is closed.
    #[allow(clippy::too_many_arguments, reason = "each is one fact of the record")]
    pub fn escalate(
        &mut self,
        by: UserId,
        to: EscalationTarget,
        reference: Option<String>,
        eta_min: Option<u32>,
        note: Option<String>,
        now: UnixMs,
        policy: &Policy,
    ) -> Moved {
        self.must_be_open()?;
        self.escalated_to.insert(to);
        if to == EscalationTarget::Ambulance {
            self.times.ambulance_called.get_or_insert(now);
        }
        let why = EscalationReason::ByHand;
        let is_ambulance = to == EscalationTarget::Ambulance;
        let place = self.destination().filter(|_| is_ambulance);
        let centres = &policy.handoff.centres;
        let centre = place.and_then(|place| EmergencyCentre::nearest(centres, place));
        let city = centre.map(|centre| centre.city.clone());
        let event = Event::Escalated { to, why, reference, eta_min, note, city };
        Ok(self.moved(By::Person { user: by }, now, event, policy))
    }

    /// An operator dispatches somebody by hand, over the planner: whoever is asked for the place is
    /// withdrawn, whoever holds it as well.
    ///
    /// # Errors
    /// [`Refusal::State`] when it is closed or the responder is on this ticket already.
    #[allow(clippy::too_many_arguments, reason = "each is one fact of the offer")]
    pub fn assign(
        &mut self,
        by: UserId,
        id: OfferId,
        responder: ResponderId,
        role: TeamRole,
        eta: Eta,
        now: UnixMs,
        policy: &Policy,
    ) -> Moved {
        self.must_be_open()?;
        let person = By::Person { user: by };
        if self.offers.iter().any(|o| o.responder == responder && o.state.is_active()) {
            return Err(Refusal::State("this responder is asked for this ticket already"));
        }
        let mut events = self.withdraw_all(
            |offer| offer.role == role && offer.state.is_active(),
            WithdrawReason::Replaced,
            person,
            now,
        );
        // A person decides: what was held or doubted no longer waits for the machine's clock.
        if self.held_until.take().is_some() {
            self.ring_since = now;
        }
        events.push(self.make_offer(
            id,
            responder,
            role,
            eta,
            person,
            now,
            policy,
            Vec::new(),
            None,
        ));
        self.settle_climb();
        self.active_at = now;
        self.reschedule(policy);
        Ok(events)
    }

    /// Adds an offer and returns its event. Callers reschedule.
    #[allow(clippy::too_many_arguments, reason = "each is one fact of the offer")]
    pub(crate) fn make_offer(
        &mut self,
        id: OfferId,
        responder: ResponderId,
        role: TeamRole,
        eta: Eta,
        by: By,
        now: UnixMs,
        policy: &Policy,
        considered: Vec<crate::Considered>,
        round: Option<crate::RoundNote>,
    ) -> NewEvent {
        let arrival = now.plus_s(i64::from(eta.s));
        let fits = policy
            .dispatch
            .rings_min
            .iter()
            .copied()
            .find(|&ring| arrival <= self.promised_at().plus_s(i64::from(ring) * 60));
        let ring_min = fits.unwrap_or_else(|| policy.widest_ring_min());
        let overdue = fits.is_none();
        self.times.first_offered.get_or_insert(now);
        self.offers.push(Offer {
            id,
            responder,
            role,
            eta,
            ring_min,
            overdue,
            offered_at: now,
            deadline: now.plus_s(policy.dispatch.offer_timeout_s.into()),
            counts_from: None,
            link: None,
            way: None,
            door: None,
            chance_pct: 100,
            rings: None,
            seen_at: None,
            word: None,
            help_asked: std::collections::BTreeSet::new(),
            nearer_suggested: false,
            travelled_m: None,
            state: OfferState::Offered,
        });
        let round = round.map(Box::new);
        let event = Event::Offered {
            offer: id,
            responder,
            role,
            eta,
            ring_min,
            overdue,
            considered,
            round,
        };
        NewEvent { at: now, by, event }
    }

    /// Withdraws every offer that `which` picks. Callers reschedule.
    pub(crate) fn withdraw_all(
        &mut self,
        which: impl Fn(&Offer) -> bool,
        why: WithdrawReason,
        by: By,
        now: UnixMs,
    ) -> Vec<NewEvent> {
        let mut events = Vec::new();
        for offer in self.offers.iter_mut().filter(|offer| which(offer)) {
            let step = offer.state.clone().apply(OfferCommand::Withdraw(why), now);
            if let Ok(Step::Moved(state)) = step {
                offer.state = state;
                let event = Event::Withdrawn { offer: offer.id, responder: offer.responder, why };
                events.push(NewEvent { at: now, by, event });
            }
        }
        events
    }

    /// A responder, or an operator for one on the telephone, takes a step with an offer. A step
    /// already passed changes nothing and is no error. An arrival on an offer that is over is
    /// recorded for the operator to see and changes nothing else, but that on an expired one still
    /// takes the place where it is free. `distance_m` is how far the responder is from the door,
    /// where known; it is kept with an arrival.
    ///
    /// # Errors
    /// [`Refusal::NoSuchOffer`]; [`Refusal::State`] when the state does not allow the step.
    pub fn step_offer(
        &mut self,
        id: OfferId,
        command: OfferCommand,
        by: By,
        distance_m: Option<u32>,
        now: UnixMs,
        policy: &Policy,
    ) -> Moved {
        let at = self.offers.iter().position(|offer| offer.id == id);
        let at = at.ok_or(Refusal::NoSuchOffer)?;
        let offer = &self.offers[at];
        let (responder, role) = (offer.responder, offer.role);
        let event = match &command {
            OfferCommand::Accept => Event::Accepted { offer: id, responder, role },
            OfferCommand::Decline(reason) => {
                Event::Declined { offer: id, responder, reason: reason.clone() }
            }
            OfferCommand::Depart => Event::Departed { offer: id, responder },
            OfferCommand::OnScene(_) => Event::OnScene { offer: id, responder, distance_m },
            OfferCommand::WithSenior(_) => Event::WithSenior { offer: id, responder },
            OfferCommand::Escort => Event::Escorting { offer: id, responder },
            OfferCommand::Done => Event::Done { offer: id, responder },
            OfferCommand::Expire => Event::Expired { offer: id, responder },
            OfferCommand::Withdraw(why) => Event::Withdrawn { offer: id, responder, why: *why },
        };
        let too_late =
            matches!(offer.state, OfferState::Expired { .. }) && !self.is_still_wanted(offer);
        let state = match offer.state.clone().apply(command, now)? {
            Step::Already => return Ok(Vec::new()),
            Step::Moved(state) if !too_late => state,
            Step::Moved(_) | Step::Recorded => return Ok(self.happened(by, now, event, policy)),
        };
        let took_the_place = !offer.state.is_engaged() && state.is_engaged();
        let handed_over = matches!(offer.state, OfferState::Escorting { .. })
            && matches!(state, OfferState::Done { .. });
        let offer = &mut self.offers[at];
        if std::mem::discriminant(&offer.state) != std::mem::discriminant(&state) {
            offer.counts_from = None;
        }
        let was_at_a_door = matches!(offer.state, OfferState::OnScene { .. });
        offer.state = state;
        match offer.state {
            // Who has not been there before, or goes on to hospital, gives a word from here on.
            OfferState::OnScene { .. } if !was_at_a_door => {
                offer.expect_word(policy.safety.word_every_s, now);
            }
            OfferState::OnScene { .. } | OfferState::Escorting { .. } => {
                offer.word_was_given(policy.safety.word_every_s, now);
            }
            OfferState::Offered
            | OfferState::Accepted { .. }
            | OfferState::Done { .. }
            | OfferState::Declined { .. }
            | OfferState::Expired { .. }
            | OfferState::Withdrawn { .. } => {}
        }
        if offer.is_arrival_claimed() {
            offer.door.get_or_insert_default().distance_m = distance_m;
        }
        let mut events = vec![NewEvent { at: now, by, event }];
        self.note_times(id);
        if self.times.with_senior.is_some() && self.silence.take().is_some() {
            // Whoever is with the senior hears.
            self.flags.remove(&Flag::NoVoice);
        }
        if handed_over {
            self.times.handed_over.get_or_insert(now);
        }
        if took_the_place {
            events.extend(self.withdraw_all(
                |other| other.id != id && other.role == role && other.state.is_active(),
                WithdrawReason::PlaceTaken,
                By::Machine,
                now,
            ));
        }
        self.active_at = self.active_at.max(now);
        self.reschedule(policy);
        Ok(events)
    }

    /// A voice call to somebody who is asked rings: the offer does not expire meanwhile. Nobody else's
    /// call, and no offer that is answered or over, is changed.
    ///
    /// # Errors
    /// [`Refusal::NoSuchOffer`].
    pub fn rings(&mut self, id: OfferId, call: CallId, now: UnixMs, policy: &Policy) -> Moved {
        let offer = self.offers.iter_mut().find(|offer| offer.id == id);
        let offer = offer.ok_or(Refusal::NoSuchOffer)?;
        let rings_already = offer.rings.is_some_and(|rings| now < rings.until);
        if !matches!(offer.state, OfferState::Offered) || rings_already {
            return Ok(Vec::new());
        }
        let until = now.plus_s(policy.dispatch.rings_at_most_s.into());
        offer.rings = Some(Rings { call, until, is_beside: false });
        Ok(vec![note_call(self, call, true, None, now, policy)])
    }

    /// Whoever is asked sees the offer on the page: the first time is noted. An offer that is answered
    /// or over stays as it is.
    ///
    /// # Errors
    /// [`Refusal::NoSuchOffer`].
    pub fn see_offer(&mut self, id: OfferId, by: By, now: UnixMs) -> Moved {
        let offer = self.offers.iter_mut().find(|offer| offer.id == id);
        let offer = offer.ok_or(Refusal::NoSuchOffer)?;
        if !matches!(offer.state, OfferState::Offered) || offer.seen_at.is_some() {
            return Ok(Vec::new());
        }
        offer.seen_at = Some(now);
        let event = Event::OfferSeen { offer: id, responder: offer.responder };
        Ok(vec![NewEvent { at: now, by, event }])
    }

    /// A voice call is over: whoever was told by it has only the time that is left. Callers reschedule.
    pub(crate) fn rang_out(&mut self, call: CallId) {
        let told = |offer: &&mut Offer| offer.rings.is_some_and(|rings| rings.call == call);
        if let Some(offer) = self.offers.iter_mut().find(told) {
            offer.rings = None;
        }
    }

    /// Keeps how far it was to the door, of who has just arrived there.
    pub fn note_travelled(&mut self, id: OfferId, travelled_m: Option<u32>) {
        let arrived = |it: &&mut Offer| it.id == id && it.state.is_engaged();
        if let Some(offer) = self.offers.iter_mut().find(arrived) {
            offer.travelled_m = offer.travelled_m.or(travelled_m);
        }
    }

    /// Records that somebody who was asked stands at the door, and changes nothing else: the offer
    /// is over, and another emergency binds the responder.
    ///
    /// # Errors
    /// [`Refusal::NoSuchOffer`].
    pub fn note_arrival(
        &mut self,
        id: OfferId,
        by: By,
        distance_m: Option<u32>,
        now: UnixMs,
        policy: &Policy,
    ) -> Moved {
        let responder = self.offer(id).ok_or(Refusal::NoSuchOffer)?.responder;
        let event = Event::OnScene { offer: id, responder, distance_m };
        Ok(self.happened(by, now, event, policy))
    }

    /// Whether who arrives on this expired offer may still take its place: nobody holds it, and the
    /// responder was not asked anew since (then the newer offer counts).
    fn is_still_wanted(&self, expired: &Offer) -> bool {
        self.is_open()
            && self.holder(expired.role).is_none()
            && self.last_offer_to(expired.responder).is_some_and(|newest| newest.id == expired.id)
    }

    /// Copies the first time of each step from an offer into the ticket's facts.
    fn note_times(&mut self, id: OfferId) {
        let Some(offer) = self.offers.iter().find(|offer| offer.id == id) else { return };
        let times = &mut self.times;
        let note = |fact: &mut Option<UnixMs>, at: Option<UnixMs>| {
            if fact.is_none() {
                *fact = at;
            }
        };
        match offer.state {
            OfferState::Accepted { accepted_at, departed_at, .. } => {
                note(&mut times.accepted, Some(accepted_at));
                note(&mut times.departed, departed_at);
            }
            OfferState::OnScene {
                accepted_at, departed_at, on_scene_at, with_senior_at, ..
            } => {
                note(&mut times.accepted, Some(accepted_at));
                note(&mut times.departed, departed_at);
                note(&mut times.on_scene, Some(on_scene_at));
                note(&mut times.with_senior, with_senior_at);
            }
            OfferState::Offered
            | OfferState::Escorting { .. }
            | OfferState::Done { .. }
            | OfferState::Declined { .. }
            | OfferState::Expired { .. }
            | OfferState::Withdrawn { .. } => {}
        }
    }

    /// An operator closes it. An unanswered ticket is claimed by the way; offers not yet at the
    /// door are withdrawn, responders at the door are done.
    ///
    /// # Errors
    /// [`Refusal::State`] when it is closed already, or a door that was opened by force is not secured;
    /// [`Refusal::Invalid`] when the outcome wants a fact that is missing.
    pub fn close(&mut self, by: UserId, close: Close, now: UnixMs, policy: &Policy) -> Moved {
        self.must_be_open()?;
        self.must_not_be_about(by)?;
        close.guard(self.id)?;
        if let Some(why) = self.forced_entry.as_ref().and_then(|entry| entry.unfinished()) {
            return Err(Refusal::State(why));
        }
        let person = By::Person { user: by };
        let mut events = Vec::new();
        if matches!(self.handling, Handling::Waiting) {
            events.extend(self.answer(by, None, now, policy)?);
        }
        events.extend(self.finish_arrived(person, now));
        events.extend(self.withdraw_all(
            |offer| offer.state.is_active(),
            WithdrawReason::TicketClosed,
            person,
            now,
        ));
        let closing = Closing {
            by,
            at: now,
            outcome: close.outcome,
            cause: close.cause,
            note: close.note.clone(),
            hospital: close.hospital.clone(),
            duplicate_of: close.duplicate_of,
            witness: close.witness.clone(),
        };
        self.handling = self.handling.clone().apply(HandlingCommand::Close(closing), now)?;
        self.times.closed = Some(now);
        self.held_until = None;
        self.begin_aftercare(close.outcome, now);
        let event = Event::Closed {
            outcome: close.outcome,
            cause: close.cause,
            note: close.note,
            hospital: close.hospital,
            duplicate_of: close.duplicate_of,
            witness: close.witness,
        };
        events.extend(self.moved(person, now, event, policy));
        Ok(events)
    }

    fn finish_arrived(&mut self, by: By, now: UnixMs) -> Vec<NewEvent> {
        let mut events = Vec::new();
        for offer in &mut self.offers {
            let escorts = matches!(offer.state, OfferState::Escorting { .. });
            if !escorts && !matches!(offer.state, OfferState::OnScene { .. }) {
                continue;
            }
            if escorts {
                self.times.handed_over.get_or_insert(now);
            }
            if let Ok(Step::Moved(state)) = offer.state.clone().apply(OfferCommand::Done, now) {
                offer.state = state;
                let event = Event::Done { offer: offer.id, responder: offer.responder };
                events.push(NewEvent { at: now, by, event });
            }
        }
        events
    }

    /// An operator opens it again and owns it; its history stays.
    ///
    /// # Errors
    /// [`Refusal::State`] when it is open.
    pub fn reopen(&mut self, by: UserId, reason: String, now: UnixMs, policy: &Policy) -> Moved {
        self.must_not_be_about(by)?;
        self.handling = self
            .handling
            .clone()
            .apply(HandlingCommand::Reopen(by), now)
            .map_err(|_| Refusal::State("the ticket is open"))?;
        self.reopened = self.reopened.saturating_add(1);
        self.times.closed = None;
        self.times.archived = None;
        self.aftercare = None;
        // The watchdogs start anew; the promise's clock does not.
        self.ring_since = now;
        self.watch = Watch::default();
        Ok(self.moved(By::Person { user: by }, now, Event::Reopened { reason }, policy))
    }
}

impl Arrival {
    /// An arrival is confirmed when the position agrees within this, metres: a block of flats and
    /// its yard, and the error of a cheap phone between houses.
    pub const AGREES_WITHIN_M: u32 = 150;

    /// Returns how sure an arrival is, from the distance to the door.
    #[must_use]
    pub fn from_distance(distance_m: Option<u32>) -> Self {
        match distance_m {
            Some(distance) if distance <= Self::AGREES_WITHIN_M => Self::Confirmed,
            Some(_) | None => Self::Claimed,
        }
    }

    /// Returns the surer of the two.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match self {
            Self::Confirmed => Self::Confirmed,
            Self::Claimed => other,
        }
    }
}
