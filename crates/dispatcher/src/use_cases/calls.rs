//! The telephone rings, is answered, or nobody comes.

use std::collections::BTreeSet;
use std::sync::Arc;

use silverbell_domain::{
    CallId, DistrictId, Kind, Offer, Refusal, Senior, SeniorId, TicketId, UnixMs, note_call,
    open_callback,
};
use silverbell_store::{
    CallFact, CallNews, CallParty, CallQuality, CallRecord, Commit, Constraint, Idempotency,
    SeniorQuery, StoreError, Subject, TicketCommit, UNKNOWN_END,
};
use tokio::sync::watch;
use tokio::time::Instant;

use super::Actor;
use crate::telephone::{AtHand, End, HeardEnd, Live, MAX_CALLS};
use crate::{Dispatcher, Exchange, NotCalled, UseCaseError};

/// The result of a call that could not be dialled.
const FAILED: &str = "failed";

/// So many last digits tell a telephone from others.
const TAIL: usize = 7;

/// So many seniors with these digits are looked at.
const LIKELY: u32 = 20;

/// So many calls that stand open are looked at together: they leave room for others.
const SIFTED_AT_ONCE: usize = MAX_CALLS / 4;

/// So many of a senior's tickets are looked through for an open call-back.
const LOOKED_THROUGH: u32 = 50;

/// Who calls or is called.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OtherParty {
    /// The number in its one form.
    pub number: Option<String>,
    /// Whether the caller asked that it be not shown.
    pub withheld: bool,
    /// The seniors who, or whose contacts, have this number.
    pub seniors: Vec<(Senior, Option<String>)>,
}

/// Whom a person wants to call, and what about.
#[derive(Clone, Debug, PartialEq)]
pub struct Callee {
    /// The log-in name of the person who calls.
    pub username: String,
    /// The number in its one form.
    pub number: String,
    /// The senior it is about.
    pub senior: Option<Senior>,
    /// The ticket it is about.
    pub ticket: Option<TicketId>,
    /// The district.
    pub district: DistrictId,
}

/// What became of a click-to-call.
#[derive(Clone, Debug, PartialEq)]
pub enum Dialled {
    /// The exchange has it; or the same request was carried out before, and this became of it.
    Asked(CallRecord),
    /// It is recorded, and the exchange does not take it.
    Failed(CallRecord, NotCalled),
}

// --- What the exchange tells -----------------------------------------------------------------------

impl Dispatcher {
    /// Returns the record of a call that is told for the first time since the service started: it
    /// may have begun before, or have been told to another node.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn call_before(&self, exchange_call: &str) -> Result<Option<CallRecord>, StoreError> {
        match self.calls.get(exchange_call) {
            Some(_) => Ok(None),
            None => self.store.call(CallRecord::identity(exchange_call)).await,
        }
    }

    /// Notes that the telephone rings here, or somewhere we call. The caller's file can be shown from
    /// now on. `before` is its record from before the service started.
    pub fn call_rang(
        &self,
        exchange_call: &str,
        outgoing: bool,
        party: OtherParty,
        default_district: &DistrictId,
        before: Option<CallRecord>,
    ) {
        let district =
            party.seniors.first().map_or(default_district, |(senior, _)| &senior.district);
        if self.calls.get(exchange_call).is_none() {
            self.calls.begin(self.begun(exchange_call, outgoing, district, before));
        }
        let parties = party.seniors.iter().map(|(senior, relation)| told(senior, relation.clone()));
        let told = CallFact::Told {
            district: district.clone(),
            number: party.number,
            withheld: party.withheld,
            parties: parties.collect(),
        };
        self.learn(exchange_call, told);
    }

    /// Notes that a person answered.
    pub fn call_answered(&self, exchange_call: &str, by: Option<String>) {
        self.learn(exchange_call, CallFact::Answered { at: self.clock.now(), by });
    }

    /// Notes how a call ended. Whoever called and reached nobody is called back: on the open
    /// emergency, or with a ticket of its own.
    pub fn call_ended(
        &self,
        exchange_call: &str,
        result: &str,
        is_unanswered: bool,
        recording: Option<String>,
    ) {
        let (at, result) = (self.clock.now(), result.to_owned());
        let end = HeardEnd { at, result, is_unanswered, recording };
        if self.calls.get(exchange_call).is_some() {
            self.end_call(exchange_call, end);
        } else {
            // It gave way to others, or was told to a former process: the store knows whose it is.
            self.calls.ended_unshown(exchange_call, end);
        }
    }

    fn end_call(&self, exchange_call: &str, end: HeardEnd) {
        let HeardEnd { at, result, is_unanswered, recording } = end;
        let fact = CallFact::Ended { at, result: result.clone(), recording };
        let call_back = TicketId(self.ids.next());
        self.calls.change(exchange_call, |live| {
            if live.call.is_over() {
                return;
            }
            live.call.learn(&fact);
            live.end = Some(End { fact, result, is_unanswered, call_back });
        });
        self.join(exchange_call);
    }

    /// Has the calls that began `before` and are not among `names` ended: the exchange, asked anew,
    /// does not know them. How they ended was not heard; a senior who may have reached nobody is
    /// called back.
    pub fn calls_at_hand(&self, names: BTreeSet<String>, before: UnixMs) {
        self.calls.sift(AtHand { names, before });
    }

    fn begun(
        &self,
        exchange_call: &str,
        outgoing: bool,
        district: &DistrictId,
        before: Option<CallRecord>,
    ) -> CallRecord {
        let id = match before {
            Some(known) if !known.is_over() => return known,
            // The exchange gave a name twice; a clock that was set back can make it do so.
            Some(_) => CallId(self.ids.next()),
            None => CallRecord::identity(exchange_call),
        };
        CallRecord {
            id,
            district: district.clone(),
            exchange_call: exchange_call.to_owned(),
            outgoing,
            number: None,
            withheld: false,
            parties: Vec::new(),
            senior: None,
            by: None,
            ringing_at: self.clock.now(),
            answered_at: None,
            ended_at: None,
            result: None,
            recording: None,
            ticket: None,
            summary: None,
            summary_by: None,
            quality: None,
        }
    }

    /// Shows what was learnt, and lets the call join its senior's open emergency.
    fn learn(&self, exchange_call: &str, fact: CallFact) {
        self.calls.change(exchange_call, |live| live.learn(fact));
        self.join(exchange_call);
    }

    fn join(&self, exchange_call: &str) {
        let call = self.calls.get(exchange_call).map(|live| live.call);
        let Some(call) = call.filter(|call| call.ticket.is_none()) else { return };
        let Some((senior, ticket)) = self.emergency_of(&call) else { return };
        self.calls.change(exchange_call, |live| {
            live.learn(CallFact::Joined { ticket, senior });
            live.to_note = Some(ticket);
        });
    }

    /// Returns the open emergency that a call belongs to: of its senior, or of the only one of those
    /// who have the number.
    fn emergency_of(&self, call: &CallRecord) -> Option<(SeniorId, TicketId)> {
        let board = self.board(&call.district)?;
        let seniors = call.parties.iter().map(|party| party.senior);
        let mut open = seniors.filter_map(|senior| {
            let ticket = board.read(|inner| inner.set.emergency_of(senior).map(|it| it.id))?;
            Some((senior, ticket))
        });
        let first = open.next()?;
        open.next().is_none().then_some(first)
    }
}

// --- What people do ---------------------------------------------------------------------------------

impl Dispatcher {
    /// Returns a call, as it is shown or as it was.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`]; [`UseCaseError::Store`].
    pub async fn call(&self, id: CallId) -> Result<CallRecord, UseCaseError> {
        let known = match self.calls.by_id(id) {
            Some(live) => Some(live.call),
            None => self.store.call(id).await?,
        };
        known.ok_or(UseCaseError::NotFound("call"))
    }

    /// Writes down what was said, and whose call it was.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`] for an unknown call; [`UseCaseError::Store`].
    pub async fn summarise_call(
        &self,
        id: CallId,
        senior: Option<SeniorId>,
        text: String,
        actor: &Actor,
    ) -> Result<CallRecord, UseCaseError> {
        self.learn_of(id, CallFact::Summarised { text, by: actor.user, senior }).await
    }

    /// Keeps how well a call was led, as somebody who listened to it found; nobody grades the own ones.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`] for an unknown call; [`UseCaseError::Invalid`] for grades other than 1 to
    /// 5; [`UseCaseError::Conflict`] while it runs, when nobody answered it, and for one's own;
    /// [`UseCaseError::Store`].
    pub async fn grade_call(
        &self,
        id: CallId,
        quality: CallQuality,
        username: &str,
    ) -> Result<CallRecord, UseCaseError> {
        if quality.grades().iter().any(|grade| !(1..=5).contains(grade)) {
            return Err(UseCaseError::Invalid("grades: from 1 (poor) to 5 (exemplary)".into()));
        }
        let call = self.call(id).await?;
        let why = if call.ended_at.is_none() {
            Some("the call still runs: grade it once it is over")
        } else if call.answered_at.is_none() {
            Some("nobody answered this call: there is nothing to listen to")
        } else if call.by.as_deref() == Some(username) {
            Some("this is a call of yours: somebody else grades it")
        } else {
            None
        };
        if let Some(why) = why {
            return Err(UseCaseError::Conflict { why: why.into(), current: None });
        }
        self.learn_of(id, CallFact::Graded(Box::new(quality))).await
    }

    /// Writes down which ticket a person opened from a call. The ticket's own history says so already.
    ///
    /// # Errors
    /// [`UseCaseError::NotFound`] for an unknown call; [`UseCaseError::Store`].
    pub async fn tie_call(
        &self,
        id: CallId,
        ticket: TicketId,
        senior: Option<SeniorId>,
    ) -> Result<CallRecord, UseCaseError> {
        self.learn_of(id, CallFact::Tied { ticket, senior }).await
    }

    /// Keeps what a person said of a call before the person is answered.
    async fn learn_of(&self, id: CallId, fact: CallFact) -> Result<CallRecord, UseCaseError> {
        let call = match self.calls.by_id(id) {
            Some(live) => live.begun,
            None => self.call(id).await?,
        };
        let news = CallNews { call, facts: vec![fact.clone()], idempotency: None };
        let kept = self.store.learn_of_call(news).await?;
        self.calls.learnt(id, &fact);
        Ok(self.calls.by_id(id).map_or(kept, |live| live.call))
    }

    /// Lets a person's seat ring and calls somebody. The call is recorded first, with the key of the
    /// request: a repeat rings nobody, and a call that cannot be dialled is a record all the same.
    ///
    /// # Errors
    /// [`UseCaseError::Invalid`] when the key was used for another request; [`UseCaseError::Store`].
    pub async fn dial(
        self: &Arc<Self>,
        exchange: Arc<dyn Exchange>,
        callee: Callee,
        actor: Actor,
    ) -> Result<Dialled, UseCaseError> {
        let dispatcher = self.clone();
        // Whoever leaves meanwhile leaves no call that is recorded and never dialled.
        let dialling = self
            .tasks
            .spawn(async move { dispatcher.record_and_dial(exchange, callee, actor).await });
        dialling.await.map_err(|error| {
            tracing::error!(%error, "a click-to-call broke down");
            StoreError::Unavailable("the call broke down; the log says why".into())
        })?
    }

    async fn record_and_dial(
        &self,
        exchange: Arc<dyn Exchange>,
        callee: Callee,
        actor: Actor,
    ) -> Result<Dialled, UseCaseError> {
        let Callee { username, number, senior, ticket, district } = callee;
        let id = CallId(self.ids.next());
        let district = senior.as_ref().map_or(&district, |senior| &senior.district);
        let name = id.to_string();
        let call = CallRecord {
            id,
            number: Some(number.clone()),
            parties: senior.iter().map(|senior| told(senior, None)).collect(),
            senior: senior.as_ref().map(|senior| senior.id),
            by: Some(username.clone()),
            ticket,
            ..self.begun(&name, true, district, None)
        };
        let idempotency =
            actor.idempotency.map(|it| Idempotency { subject: Subject::Call(id), ..it });
        let news =
            CallNews { call: call.clone(), facts: Vec::new(), idempotency: idempotency.clone() };
        match (self.store.learn_of_call(news).await, &idempotency) {
            (Ok(_), _) => {}
            (Err(StoreError::Violates(Constraint::Taken)), Some(request)) => {
                return self.dialled_before(request).await;
            }
            (Err(error), _) => return Err(error.into()),
        }
        self.calls.begin(call);
        self.join(&name);
        let asked = exchange.call(&username, &number, id);
        match (&asked, ticket) {
            (Ok(()), Some(ticket)) => self.tell_by_voice(ticket, &number, id).await,
            (Ok(()), None) => {}
            (Err(_), _) => self.call_ended(&name, FAILED, false, None),
        }
        let call = self.call(id).await?;
        Ok(asked.map_or_else(
            |why| Dialled::Failed(call.clone(), why),
            |()| Dialled::Asked(call.clone()),
        ))
    }

    /// Whoever is asked for a ticket and is called now has time while the telephone rings. That this
    /// cannot be written down keeps nobody from calling.
    async fn tell_by_voice(&self, ticket: TicketId, number: &str, call: CallId) {
        let rings = self.change(ticket, None, |ticket, now| {
            let is_called = |offer: &&Offer| {
                let person = self.board(&ticket.district)?.person(offer.responder)?;
                is_same_telephone(number, &person.responder.phone).then_some(())
            };
            let asked = ticket.offers.iter().filter(|offer| offer.is_waited_for());
            let told = asked.rev().find(|offer| is_called(offer).is_some()).map(|offer| offer.id);
            told.map_or(Ok(Vec::new()), |offer| ticket.rings(offer, call, now, self.policy()))
        });
        if let Err(error) = rings.await {
            tracing::warn!(%call, %error, "an offer may expire although its call rings");
        }
    }

    /// Returns what the same request, sent twice at the same moment, has done.
    async fn dialled_before(&self, request: &Idempotency) -> Result<Dialled, UseCaseError> {
        let known = self.store.idempotent(request.user, &request.key).await?;
        match known.filter(|known| known.fingerprint == request.fingerprint) {
            Some(Idempotency { subject: Subject::Call(id), .. }) => {
                self.call(id).await.map(Dialled::Asked)
            }
            Some(_) | None => {
                let why = "this Idempotency-Key was used for another request; take a new one";
                Err(UseCaseError::Invalid(why.into()))
            }
        }
    }

    /// Returns the calls in progress and those that just ended, the oldest first.
    #[must_use]
    pub fn calls(&self) -> Vec<CallRecord> {
        self.calls.list()
    }

    /// Is marked changed whenever [`Self::calls`] does.
    #[must_use]
    pub fn follow_calls(&self) -> watch::Receiver<()> {
        self.calls.follow()
    }
}

// --- What is kept of it -----------------------------------------------------------------------------

impl Dispatcher {
    /// Keeps what is known of calls and is not kept, and ends those whose end is known otherwise. What
    /// one call's own record stands in the way of is logged, and harms no other; the store's absence
    /// is returned.
    pub(crate) async fn keep_calls(&self) -> Result<(), StoreError> {
        // None of them needs another to succeed; what rings comes first.
        let kept = self.keep_unkept().await;
        let ended = self.end_unshown().await;
        let sifted = self.sift_calls().await;
        kept.and(ended).and(sifted)
    }

    async fn keep_unkept(&self) -> Result<(), StoreError> {
        for name in self.calls.unkept(Instant::now()) {
            match self.keep_call(&name).await {
                Ok(()) => {}
                Err(UseCaseError::Store(error @ StoreError::Unavailable(_))) => return Err(error),
                Err(error) => {
                    let call = self.calls.get(&name).map(|live| live.call.id);
                    tracing::error!(?call, %error, "a telephone call cannot be recorded");
                    self.give_up_if_hopeless(&name);
                }
            }
        }
        Ok(())
    }

    /// Ends the calls that are not shown and whose end was told.
    async fn end_unshown(&self) -> Result<(), StoreError> {
        for (name, end) in self.calls.unshown().into_iter().take(SIFTED_AT_ONCE) {
            let id = CallRecord::identity(&name);
            match self.store.call(id).await {
                // The exchange gave a name twice, or tells an end again.
                Ok(Some(call)) if call.exchange_call != name || call.is_over() => {}
                Ok(Some(call)) => {
                    self.calls.begin(call);
                    self.end_call(&name, end);
                }
                Ok(None) => tracing::warn!(call = %id, "a telephone call ends that nobody told of"),
                Err(error @ StoreError::Unavailable(_)) => return Err(error),
                Err(error) => {
                    tracing::error!(call = %id, %error, "a telephone call's end cannot be recorded");
                }
            }
            self.calls.forget_unshown(&name);
        }
        Ok(())
    }

    /// Ends the calls that the exchange does not know any more.
    async fn sift_calls(&self) -> Result<(), StoreError> {
        let Some(at_hand) = self.calls.to_sift() else { return Ok(()) };
        let limit = u32::try_from(SIFTED_AT_ONCE + at_hand.names.len()).unwrap_or(u32::MAX);
        let open = self.store.open_calls(at_hand.before, limit).await?;
        let is_all = open.len() < limit as usize;
        for call in open {
            if call.ended_at.is_some() {
                // Restored from a backup that did not say so apart.
                self.store
                    .learn_of_call(CallNews { call, facts: Vec::new(), idempotency: None })
                    .await?;
            } else if !at_hand.names.contains(&call.exchange_call) {
                self.calls.begin(call);
            }
        }
        for call in self.calls.list() {
            let is_gone = call.ended_at.is_none() && !at_hand.names.contains(&call.exchange_call);
            if is_gone && call.ringing_at < at_hand.before {
                tracing::warn!(call = %call.id, "the end of a telephone call was not heard");
                let is_unanswered = call.answered_at.is_none();
                self.call_ended(&call.exchange_call, UNKNOWN_END, is_unanswered, None);
            }
        }
        if is_all {
            self.calls.sifted(&at_hand);
        }
        Ok(())
    }

    /// Keeps what is not kept of a call. Its end comes last, once it is answered for. A record that
    /// cannot be written is nothing to the caller: who reached nobody is called back all the same.
    async fn keep_call(&self, name: &str) -> Result<(), UseCaseError> {
        let recorded = self.keep_facts(name).await;
        if let Err(error @ StoreError::Unavailable(_)) = recorded {
            return Err(error.into());
        }
        let Some(Live { call, to_note, end, .. }) = self.calls.get(name) else { return Ok(()) };
        if let Some(ticket) = to_note {
            self.note_on(ticket, &call, None).await?;
            self.calls.change(name, |live| live.to_note = None);
        }
        if let Some(end) = end {
            let joined = self.answer_for(&call, &end).await?;
            self.calls.change(name, |live| {
                joined.into_iter().for_each(|fact| live.learn(fact));
                live.end.take().into_iter().for_each(|end| live.learn(end.fact));
            });
        }
        recorded?;
        Ok(self.keep_facts(name).await?)
    }

    async fn keep_facts(&self, name: &str) -> Result<(), StoreError> {
        let Some(live) = self.calls.get(name).filter(|live| !live.unkept.is_empty()) else {
            return Ok(());
        };
        let facts = live.unkept;
        let news = CallNews { call: live.begun, facts: facts.clone(), idempotency: None };
        let kept = self.store.learn_of_call(news).await?;
        self.calls.kept(name, &facts, kept);
        Ok(())
    }

    /// Tells a call's ticket how it ended, or has whoever reached nobody called back. Returns what
    /// that makes known of the call.
    async fn answer_for(
        &self,
        call: &CallRecord,
        end: &End,
    ) -> Result<Option<CallFact>, UseCaseError> {
        if let Some(ticket) = call.ticket {
            self.note_on(ticket, call, Some(&end.result)).await?;
            return Ok(None);
        }
        if !end.is_unanswered || call.outgoing {
            return Ok(None);
        }
        let known = call.senior.or(call.parties.first().map(|party| party.senior));
        let caller = match known {
            Some(senior) => Some(senior),
            None => self.likely_caller(call).await?,
        };
        let Some(senior) = caller else { return Ok(None) };
        let ticket = self.call_back(senior, call, end).await?;
        Ok(Some(CallFact::Joined { ticket, senior }))
    }

    /// Returns who most likely called where nobody was found when it rang: the store was away then, or
    /// a carrier's prefix stands before the number. To call somebody back in vain costs less than not to.
    async fn likely_caller(&self, call: &CallRecord) -> Result<Option<SeniorId>, UseCaseError> {
        let Some(number) = call.number.as_deref().map(digits) else { return Ok(None) };
        let Some(tail) = number.len().checked_sub(TAIL).and_then(|at| number.get(at..)) else {
            return Ok(None);
        };
        let districts: Vec<DistrictId> =
            self.boards().iter().map(|board| board.district().clone()).collect();
        let query = SeniorQuery::Phone(tail.to_owned());
        let found = self.store.find_seniors(&districts, query, LIKELY).await?;
        let is_theirs = |written: &str| is_same_telephone(&number, written);
        let own = found.iter().find(|senior| is_theirs(&senior.phone));
        let anybodys =
            || found.iter().find(|senior| senior.contacts.iter().any(|it| is_theirs(&it.phone)));
        Ok(own.or_else(anybodys).map(|senior| senior.id))
    }

    async fn note_on(
        &self,
        ticket: TicketId,
        call: &CallRecord,
        result: Option<&str>,
    ) -> Result<(), UseCaseError> {
        self.change(ticket, None, |ticket, now| {
            let result = result.map(str::to_owned);
            Ok(vec![note_call(ticket, call.id, call.outgoing, result, now, self.policy())])
        })
        .await?;
        Ok(())
    }

    /// Notes an unanswered call on the senior's open emergency or call-back, or opens one. What is
    /// open is asked of the store: the board may not know yet what the last call opened, and calls
    /// are kept one after the other.
    async fn call_back(
        &self,
        senior: SeniorId,
        call: &CallRecord,
        end: &End,
    ) -> Result<TicketId, UseCaseError> {
        if self.store.ticket(end.call_back).await?.is_some() {
            return Ok(end.call_back);
        }
        let emergency = self.store.open_emergency_of(senior).await?;
        let tickets = self.store.tickets_of(senior, LOOKED_THROUGH).await?;
        let call_backs = tickets.into_iter().filter(|it| it.is_open() && it.kind == Kind::Callback);
        for ticket in emergency.into_iter().chain(call_backs) {
            let noted = self.change(ticket.id, None, |ticket, now| {
                if !ticket.is_open() {
                    return Err(Refusal::State("the ticket was closed meanwhile"));
                }
                let result = Some(end.result.clone());
                Ok(vec![note_call(ticket, call.id, false, result, now, self.policy())])
            });
            match noted.await {
                Ok(_) => return Ok(ticket.id),
                Err(UseCaseError::Conflict { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let senior = self.store.senior(senior).await?.ok_or(UseCaseError::NotFound("senior"))?;
        let (id, now) = (end.call_back, self.clock.now());
        let (ticket, events) =
            open_callback(id, &senior, call.id, end.result.clone(), now, self.policy());
        let part = TicketCommit { ticket, expected_version: 0, events };
        let commit = Commit { tickets: vec![part], outbox: Vec::new(), idempotency: None };
        self.store.commit(commit).await?;
        Ok(id)
    }

    /// Lets go of what has failed for an hour although the store is there, so that it is not tried for
    /// ever: the note first, then the call-back, then the record.
    fn give_up_if_hopeless(&self, name: &str) {
        if !self.calls.failed(name, Instant::now()) {
            return;
        }
        let Some(live) = self.calls.get(name) else { return };
        let call = live.call.id;
        tracing::error!(%call, "a telephone call is given up after an hour: see the errors before");
        if live.to_note.is_none() && live.end.is_none() {
            return self.calls.forget(name);
        }
        self.calls.change(name, |live| {
            if live.to_note.take().is_none() {
                live.end.take().into_iter().for_each(|end| live.learn(end.fact));
            }
        });
    }
}

fn told(senior: &Senior, relation: Option<String>) -> CallParty {
    CallParty {
        senior: senior.id,
        name: senior.name.clone(),
        born: senior.born.clone(),
        village: senior.village.clone(),
        relation,
    }
}

/// Returns whether two numbers are one telephone's: the shorter one, without country or area, is the end
/// of the longer one.
fn is_same_telephone(a: &str, b: &str) -> bool {
    let (a, b) = (digits(a), digits(b));
    a.len().min(b.len()) >= TAIL && (a.ends_with(&b) || b.ends_with(&a))
}

fn digits(written: &str) -> String {
    written.chars().filter(char::is_ascii_digit).collect()
}
