//! The telephone rings, is answered, or nobody comes.

use std::sync::Arc;
use std::time::Duration;

use silverbell_domain::{
    CallId, DistrictId, Kind, Senior, SeniorId, TicketId, note_call, open_callback,
};
use silverbell_store::{CallParty, CallRecord, Commit, StoreError, TicketCommit};
use tokio::sync::watch;
use tokio::time::sleep;

use super::Actor;
use crate::telephone::SHOWN_AFTER_END;
use crate::{Dispatcher, UseCaseError};

/// A call that began so long ago may still be the one an exchange tells anew after a restart,
/// seconds.
const SAME_CALL_WITHIN_S: i64 = 4 * 3_600;

/// The end of a call is tried to be recorded so often, an hour long.
const FINISH_EVERY: Duration = Duration::from_secs(1);
const FINISH_ATTEMPTS: u32 = 3_600;

/// So many calls are looked through for it.
const LOOKED_THROUGH: u32 = 200;

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

impl Dispatcher {
    /// Notes that the telephone rings here, or somewhere we call. The caller's file can be shown from
    /// now on.
    ///
    /// # Errors
    /// [`StoreError`]: the call is shown all the same.
    pub async fn call_rang(
        &self,
        exchange_call: &str,
        outgoing: bool,
        party: OtherParty,
        default_district: &DistrictId,
    ) -> Result<(), StoreError> {
        let known = match self.calls.get(exchange_call) {
            Some(known) => Some(known),
            None => self.told_before(exchange_call, &party, default_district).await,
        };
        let district =
            party.seniors.first().map_or(default_district, |(senior, _)| &senior.district);
        let mut call = known.unwrap_or_else(|| CallRecord {
            id: CallId(self.ids.next()),
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
        });
        identify(&mut call, party);
        self.keep_call(call).await
    }

    /// Notes that a person answered.
    ///
    /// # Errors
    /// [`StoreError`]: the call is shown all the same.
    pub async fn call_answered(
        &self,
        exchange_call: &str,
        by: Option<String>,
    ) -> Result<(), StoreError> {
        let Some(mut call) = self.calls.get(exchange_call) else { return Ok(()) };
        call.answered_at.get_or_insert(self.clock.now());
        call.by = by.or(call.by);
        self.keep_call(call).await
    }

    /// Notes how a call ended. Whoever called and reached nobody is called back: on the open
    /// emergency, or with a ticket of its own.
    ///
    /// # Errors
    /// [`UseCaseError::Store`]: the call is shown all the same.
    pub async fn call_ended(
        self: &Arc<Self>,
        exchange_call: &str,
        result: &str,
        is_unanswered: bool,
        recording: Option<String>,
    ) -> Result<(), UseCaseError> {
        let Some(mut call) = self.calls.get(exchange_call) else { return Ok(()) };
        call.ended_at = Some(self.clock.now());
        call.result = Some(result.to_owned());
        call.recording = recording.or(call.recording);
        self.calls.put(call);
        // Whoever reached nobody is called back, however long the store is away.
        let (dispatcher, stop) = (self.clone(), self.stop.clone());
        let (name, result) = (exchange_call.to_owned(), result.to_owned());
        self.tasks.spawn(async move {
            for _ in 0..FINISH_ATTEMPTS {
                match dispatcher.finish_call(&name, &result, is_unanswered).await {
                    Ok(()) => break,
                    Err(error) => tracing::error!(%error, "a call's end is not recorded yet"),
                }
                if stop.run_until_cancelled(sleep(FINISH_EVERY)).await.is_none() {
                    return;
                }
            }
            dispatcher.forget_later(name);
        });
        Ok(())
    }

    /// Records how a call ended, and has it answered for.
    async fn finish_call(
        &self,
        exchange_call: &str,
        result: &str,
        is_unanswered: bool,
    ) -> Result<(), UseCaseError> {
        let Some(call) = self.calls.get(exchange_call) else { return Ok(()) };
        let (id, outgoing) = (call.id, call.outgoing);
        self.keep_call(call.clone()).await?;
        let call = self.calls.get(exchange_call).unwrap_or(call);
        if let Some(ticket) = call.ticket {
            self.note_on(ticket, id, outgoing, Some(result)).await?;
        } else if is_unanswered && !outgoing && !call.parties.is_empty() {
            let ticket = self.call_back(&call, result).await?;
            self.keep_call(CallRecord { ticket: Some(ticket), ..call }).await?;
        }
        Ok(())
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
        let live = self.calls.by_id(id);
        let stored = self.store.call(id).await?;
        let mut call = live.clone().or(stored).ok_or(UseCaseError::NotFound("call"))?;
        call.senior = senior.or(call.senior);
        call.summary = Some(text);
        call.summary_by = Some(actor.user);
        self.store.put_call(call.clone()).await?;
        if live.is_some() {
            self.calls.put(call.clone());
        }
        Ok(call)
    }

    /// Notes that a person calls somebody: the exchange will tell the rest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn call_begins(
        &self,
        id: CallId,
        number: String,
        senior: Option<&Senior>,
        ticket: Option<TicketId>,
        district: &DistrictId,
    ) -> Result<CallRecord, StoreError> {
        let call = CallRecord {
            id,
            district: senior.map_or(district, |senior| &senior.district).clone(),
            exchange_call: id.to_string(),
            outgoing: true,
            number: Some(number),
            withheld: false,
            parties: senior.map(|senior| party(senior, None)).into_iter().collect(),
            senior: senior.map(|senior| senior.id),
            by: None,
            ringing_at: self.clock.now(),
            answered_at: None,
            ended_at: None,
            result: None,
            recording: None,
            ticket,
            summary: None,
            summary_by: None,
        };
        self.keep_call(call.clone()).await?;
        Ok(call)
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

    /// Shows a call, lets it join its senior's open emergency, and keeps it.
    async fn keep_call(&self, mut call: CallRecord) -> Result<(), StoreError> {
        let joins = if call.ticket.is_none() { self.emergency_of(&call) } else { None };
        if let Some((senior, ticket)) = joins {
            call.senior = Some(senior);
            call.ticket = Some(ticket);
        }
        self.calls.put(call.clone());
        if let Some((_, ticket)) = joins
            && let Err(error) = self.note_on(ticket, call.id, call.outgoing, None).await
        {
            tracing::warn!(%ticket, %error, "a call is not in its ticket's history");
        }
        self.store.put_call(call).await
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

    async fn note_on(
        &self,
        ticket: TicketId,
        call: CallId,
        outgoing: bool,
        result: Option<&str>,
    ) -> Result<(), UseCaseError> {
        self.change(ticket, None, |ticket, now| {
            let result = result.map(str::to_owned);
            Ok(vec![note_call(ticket, call, outgoing, result, now, self.policy())])
        })
        .await?;
        Ok(())
    }

    /// Notes an unanswered call on the senior's open call-back, or opens one.
    async fn call_back(&self, call: &CallRecord, result: &str) -> Result<TicketId, UseCaseError> {
        let senior = call.senior.or(call.parties.first().map(|party| party.senior));
        let senior = senior.ok_or(UseCaseError::NotFound("senior"))?;
        let open = self.board(&call.district).and_then(|board| {
            board.read(|inner| {
                let mut all = inner.set.tickets().values();
                let own = all.find(|it| it.kind == Kind::Callback && it.senior == Some(senior));
                own.map(|ticket| ticket.id)
            })
        });
        if let Some(open) = open {
            self.note_on(open, call.id, false, Some(result)).await?;
            return Ok(open);
        }
        let senior = self.store.senior(senior).await?.ok_or(UseCaseError::NotFound("senior"))?;
        let (id, now) = (TicketId(self.ids.next()), self.clock.now());
        let (ticket, events) =
            open_callback(id, &senior, call.id, result.to_owned(), now, self.policy());
        let part = TicketCommit { ticket, expected_version: 0, events };
        let commit = Commit { tickets: vec![part], outbox: Vec::new(), idempotency: None };
        self.store.commit(commit).await?;
        Ok(id)
    }

    /// Returns the record of a call that was in progress when the service ended.
    async fn told_before(
        &self,
        exchange_call: &str,
        party: &OtherParty,
        default_district: &DistrictId,
    ) -> Option<CallRecord> {
        let district =
            party.seniors.first().map_or(default_district, |(senior, _)| &senior.district);
        let since = self.clock.now().plus_s(-SAME_CALL_WITHIN_S);
        let calls = self.store.calls(district, since, LOOKED_THROUGH).await.ok()?;
        calls.into_iter().find(|it| it.exchange_call == exchange_call && it.ended_at.is_none())
    }

    fn forget_later(self: &Arc<Self>, exchange_call: String) {
        let (dispatcher, stop) = (self.clone(), self.stop.clone());
        self.tasks.spawn(async move {
            _ = stop.run_until_cancelled(sleep(SHOWN_AFTER_END)).await;
            dispatcher.calls.forget(&exchange_call);
        });
    }
}

/// Takes over what is known of the other party. What is known already stays when no more is told.
fn identify(call: &mut CallRecord, party_now: OtherParty) {
    call.withheld |= party_now.withheld;
    call.number = party_now.number.or(call.number.take());
    if !party_now.seniors.is_empty() {
        let parties = party_now.seniors.iter();
        call.parties = parties.map(|(senior, relation)| party(senior, relation.clone())).collect();
    }
    if let Some((senior, _)) = party_now.seniors.first() {
        call.district = senior.district.clone();
    }
    if let [only] = &*call.parties {
        call.senior.get_or_insert(only.senior);
    }
}

fn party(senior: &Senior, relation: Option<String>) -> CallParty {
    CallParty {
        senior: senior.id,
        name: senior.name.clone(),
        born: senior.born.clone(),
        village: senior.village.clone(),
        relation,
    }
}
