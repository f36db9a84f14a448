//! Who outside hears of what: an occasion, written with the change that gave it, becomes messages. The
//! file is read only now, so that nobody is told at a number that was changed meanwhile; a message's
//! identity follows from what it says to whom, so that nobody is told twice.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};
use silverbell_dispatcher::{Dispatcher, TELL, UseCaseError};
use silverbell_domain::{
    Contact, ContactKind, LatLon, MessageState, Occasion, Offer, OfferId, Outcome, Senior, Ticket,
    TicketMessage, UnixMs, Whom,
};
use silverbell_store::{Lease, NewOutbox, OutboxItem, OutboxResult};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use uuid::{Builder, Uuid};

use crate::message::{About, Channel, Ended, Lang, Message, Template};
use crate::outbox::Outbox;

/// How often it is looked whether somebody has to be told. A read: nothing is written while nothing
/// waits.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// So many occasions are taken at once.
const AT_ONCE: u32 = 64;

/// Nobody else takes them for so long.
const LEASE_S: i64 = 30;

/// What failed is tried again after this, seconds.
const AGAIN_S: i64 = 2;

/// The family is told that help is coming within this, or not at all, seconds.
const CONFIRMED_WITHIN_S: i64 = 3_600;

/// …and that it is there, or how it ended, seconds.
const NEWS_WITHIN_S: i64 = 12 * 3_600;

/// A call to the leader is of use for so long, seconds; then the next one is due.
const LEADER_WITHIN_S: i64 = 600;

/// What a message about an offer's call is about: the offer.
pub(crate) const ABOUT_OFFER: &str = "offer";

/// What a call to the leader is about: the ticket.
pub(crate) const ABOUT_LEADER: &str = "leader";

/// What a message to the family is about: the ticket.
const ABOUT_FAMILY: &str = "family";

/// Which ways lead to telephones.
#[derive(Clone, Copy, Debug)]
pub struct Ways {
    /// Text messages.
    pub sms: bool,
    /// Voice calls.
    pub voice: bool,
}

impl Ways {
    /// Returns whether there is any.
    #[must_use]
    pub const fn any(self) -> bool {
        self.sms || self.voice
    }

    /// What is read at leisure.
    const fn to_read(self) -> Channel {
        if self.sms { Channel::Sms } else { Channel::Voice }
    }

    /// What wakes somebody.
    const fn to_wake(self) -> Channel {
        if self.voice { Channel::Voice } else { Channel::Sms }
    }
}

/// Turns occasions into messages.
pub struct Teller {
    /// Tickets, people and the policy.
    pub dispatcher: Arc<Dispatcher>,
    /// Where occasions lie.
    pub outbox: Arc<dyn Outbox>,
    /// Which ways there are.
    pub ways: Ways,
    /// Where responders answer, without a slash at its end; empty: the text says to open the page.
    pub base_url: String,
}

impl Teller {
    /// Works until it is stopped. What is under way then is taken up again when its lease ends.
    pub async fn run(self, stop: CancellationToken) {
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = looks.tick() => {}
            }
            while self.look().await == AT_ONCE as usize && !stop.is_cancelled() {}
        }
    }

    /// Returns how many occasions were taken.
    async fn look(&self) -> usize {
        if !matches!(self.outbox.waiting(TELL).await, Ok(1..)) {
            return 0;
        }
        let now = self.dispatcher.clock().now();
        let until = now.plus_s(LEASE_S);
        let lease = Lease { kind: TELL, now, until, limit: AT_ONCE, only_expired: false };
        let leased = self.outbox.lease(lease).await.unwrap_or_else(|error| {
            tracing::debug!(%error, "occasions to tell somebody cannot be taken");
            Vec::new()
        });
        let taken = leased.len();
        join_all(leased.into_iter().map(|item| self.take(item))).await;
        taken
    }

    async fn take(&self, item: OutboxItem) {
        let (id, attempts) = (item.message.id, item.attempts);
        let now = self.dispatcher.clock().now();
        let result = match self.tell(&item.message, now).await {
            Ok(()) => OutboxResult::Delivered(now),
            Err(UseCaseError::Store(error)) => {
                tracing::debug!(%error, occasion = %id, "somebody is told later");
                OutboxResult::Later(now.plus_s(AGAIN_S))
            }
            Err(error) => {
                tracing::warn!(%error, occasion = %id, "nobody is told of an occasion");
                OutboxResult::Failed(now, error.to_string())
            }
        };
        if let Err(error) = self.outbox.finish(id, attempts, result).await {
            tracing::debug!(%error, occasion = %id, "an occasion is taken up again");
        }
    }

    async fn tell(&self, row: &NewOutbox, now: UnixMs) -> Result<(), UseCaseError> {
        let id = row.ticket.ok_or(UseCaseError::NotFound("ticket"))?;
        let occasion: Occasion = serde_json::from_value(row.payload.clone())
            .map_err(|_| UseCaseError::Invalid("the occasion cannot be read".into()))?;
        let ticket = self.dispatcher.ticket(id).await?;
        let messages = match occasion {
            Occasion::FamilyConfirmed => self.family_at_first(&ticket, now).await?,
            Occasion::FamilyOnScene => {
                let text = |senior: &str| Template::FamilyOnScene { senior: senior.into() };
                self.family_again(&ticket, text, now).await?
            }
            Occasion::FamilyClosed => {
                let Some(ended) = ended(&ticket) else { return Ok(()) };
                let text = |senior: &str| Template::FamilyClosed { senior: senior.into(), ended };
                self.family_again(&ticket, text, now).await?
            }
            Occasion::OfferText { offer } => self.offer_text(&ticket, offer, now),
            Occasion::OfferCall { offer } => self.offer_call(&ticket, offer, now),
            Occasion::OfferWithdrawn { offer } => self.withdrawn(&ticket, offer, now),
            Occasion::Leader { at } => self.leader(&ticket, at, now),
        };
        self.dispatcher.queue_messages(id, messages).await
    }

    // --- The family ------------------------------------------------------------------------------

    /// Those of the family who can be reached at this hour, in the order of the file; at an hour at
    /// which nobody can, all of them: no quiet hour counts more than an emergency.
    async fn family_at_first(
        &self,
        ticket: &Ticket,
        now: UnixMs,
    ) -> Result<Messages, UseCaseError> {
        let Some(senior) = self.senior(ticket).await? else { return Ok(Vec::new()) };
        let minute = self.minute_of_day(ticket, now).await?;
        let text = Template::FamilyConfirmed { senior: senior.name.clone() };
        let to_tell = family(&senior, minute);
        if to_tell.is_empty() {
            let why = "no contact with a number is in the senior's file";
            return Ok(vec![(self.in_vain(ticket, &text, why, now), None)]);
        }
        let expires_at = now.plus_s(CONFIRMED_WITHIN_S);
        let message =
            |contact: &Contact| self.to_contact(ticket, contact, text.clone(), expires_at, now);
        Ok(to_tell.into_iter().map(message).collect())
    }

    /// Those who were told that help is coming, at the numbers they have now.
    async fn family_again(
        &self,
        ticket: &Ticket,
        text: impl Fn(&str) -> Template,
        now: UnixMs,
    ) -> Result<Messages, UseCaseError> {
        let Some(senior) = self.senior(ticket).await? else { return Ok(Vec::new()) };
        let was_told = |contact: &&Contact| {
            ticket.messages_of("family_confirmed").any(|told| match &told.whom {
                Whom::Contact { name, relation } => {
                    *name == contact.name && *relation == contact.relation
                }
                Whom::Responder { .. } | Whom::Leader => false,
            })
        };
        let contacts = senior.contacts.iter().filter(|it| has_number(it)).filter(was_told);
        let expires_at = now.plus_s(NEWS_WITHIN_S);
        let message = |it| self.to_contact(ticket, it, text(&senior.name), expires_at, now);
        Ok(contacts.map(message).collect())
    }

    fn to_contact(
        &self,
        ticket: &Ticket,
        contact: &Contact,
        template: Template,
        expires_at: UnixMs,
        now: UnixMs,
    ) -> (TicketMessage, Option<NewOutbox>) {
        let whom = Whom::Contact { name: contact.name.clone(), relation: contact.relation.clone() };
        let message = self.message(
            ticket,
            self.ways.to_read(),
            contact.phone.clone(),
            template,
            expires_at,
            About { kind: ABOUT_FAMILY.into(), subject: ticket.id.0 },
        );
        self.write(ticket, whom, message, "", now)
    }

    async fn senior(&self, ticket: &Ticket) -> Result<Option<Senior>, UseCaseError> {
        match ticket.senior {
            Some(id) => Ok(self.dispatcher.store().senior(id).await?),
            None => Ok(None),
        }
    }

    /// Returns the minute of the day where the ticket is.
    async fn minute_of_day(&self, ticket: &Ticket, now: UnixMs) -> Result<u16, UseCaseError> {
        let districts = self.dispatcher.store().districts().await?;
        let district = districts.into_iter().find(|district| district.id == ticket.district);
        let zone = district.and_then(|it| TimeZone::get(&it.time_zone).ok());
        let at = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default();
        let local = at.to_zoned(zone.unwrap_or(TimeZone::UTC));
        Ok((local.hour().unsigned_abs() as u16) * 60 + local.minute().unsigned_abs() as u16)
    }

    // --- Responders ------------------------------------------------------------------------------

    fn offer_text(&self, ticket: &Ticket, id: OfferId, now: UnixMs) -> Messages {
        let Some(offer) = waited_for(ticket, id).filter(|_| self.ways.sms) else {
            return Vec::new();
        };
        let link = format!("{}/aide", self.base_url);
        let template = Template::OfferSms { address: place(ticket), minutes: minutes(offer), link };
        self.to_responder(ticket, offer, Channel::Sms, template, now)
    }

    fn offer_call(&self, ticket: &Ticket, id: OfferId, now: UnixMs) -> Messages {
        let Some(offer) = waited_for(ticket, id).filter(|_| self.ways.voice) else {
            return Vec::new();
        };
        let template = Template::OfferVoice { address: place(ticket), minutes: minutes(offer) };
        self.to_responder(ticket, offer, Channel::Voice, template, now)
    }

    /// Whoever was told of it by text or call, and has not gone.
    fn withdrawn(&self, ticket: &Ticket, id: OfferId, now: UnixMs) -> Messages {
        let Some(offer) = ticket.offer(id) else { return Vec::new() };
        let told =
            ["offer_sms", "offer_voice"].into_iter().flat_map(|text| ticket.messages_of(text));
        let whom = Whom::Responder { responder: offer.responder };
        let was_told = told.into_iter().any(|it| it.whom == whom && it.at >= offer.offered_at);
        if !was_told {
            return Vec::new();
        }
        let template = Template::OfferWithdrawn { address: place(ticket) };
        self.to_responder(ticket, offer, self.ways.to_read(), template, now)
    }

    fn to_responder(
        &self,
        ticket: &Ticket,
        offer: &Offer,
        channel: Channel,
        template: Template,
        now: UnixMs,
    ) -> Messages {
        let board = self.dispatcher.board(&ticket.district);
        let Some(person) = board.and_then(|board| board.person(offer.responder)) else {
            return Vec::new();
        };
        let is_asked = matches!(template, Template::OfferSms { .. } | Template::OfferVoice { .. });
        let of_use_s = i64::from(self.dispatcher.policy().dispatch.rings_at_most_s);
        let expires_at =
            if is_asked { offer.deadline.max(now.plus_s(of_use_s)) } else { now.plus_s(600) };
        let about = About { kind: ABOUT_OFFER.into(), subject: offer.id.0 };
        let phone = person.responder.phone.clone();
        let message = self.message(ticket, channel, phone, template, expires_at, about);
        let whom = Whom::Responder { responder: offer.responder };
        vec![self.write(ticket, whom, message, &offer.id.to_string(), now)]
    }

    // --- The leader ------------------------------------------------------------------------------

    fn leader(&self, ticket: &Ticket, at: UnixMs, now: UnixMs) -> Messages {
        let phone = self.dispatcher.policy().escalation.leader_phone.clone();
        if !ticket.is_open() || phone.is_empty() {
            return Vec::new();
        }
        let waits_s = now.since_s(ticket.times.received).max(0);
        let minutes = u32::try_from(waits_s / 60).unwrap_or(u32::MAX);
        let template = Template::LeaderCall { number: ticket.number, minutes };
        let about = About { kind: ABOUT_LEADER.into(), subject: ticket.id.0 };
        let expires_at = now.plus_s(LEADER_WITHIN_S);
        let message = self.message(ticket, self.ways.to_wake(), phone, template, expires_at, about);
        vec![self.write(ticket, Whom::Leader, message, &at.0.to_string(), now)]
    }

    // --- Writing ---------------------------------------------------------------------------------

    fn message(
        &self,
        ticket: &Ticket,
        channel: Channel,
        to: String,
        template: Template,
        expires_at: UnixMs,
        about: About,
    ) -> Message {
        let (lang, urgency) = (Lang::Zh, ticket.urgency);
        Message { channel, to, template, lang, urgency, expires_at, about }
    }

    /// Returns the row and the line of the history. `again` tells apart what may be said to the same
    /// person twice.
    fn write(
        &self,
        ticket: &Ticket,
        whom: Whom,
        message: Message,
        again: &str,
        now: UnixMs,
    ) -> (TicketMessage, Option<NewOutbox>) {
        let (channel, text) = (message.channel.as_str(), message.template.name());
        let key = [&*ticket.id.to_string(), text, channel, &message.to, again].join("\n");
        let id = identity(&key);
        let note = TicketMessage {
            id,
            whom,
            channel: channel.into(),
            text: text.into(),
            state: MessageState::Queued,
            why: None,
            at: now,
        };
        let row = message.into_outbox(id, ticket.district.clone(), Some(ticket.id), now);
        (note, Some(row))
    }

    /// Returns the line that says why nobody is told.
    fn in_vain(
        &self,
        ticket: &Ticket,
        template: &Template,
        why: &str,
        now: UnixMs,
    ) -> TicketMessage {
        let (channel, text) = (self.ways.to_read().as_str(), template.name());
        TicketMessage {
            id: identity(&[&*ticket.id.to_string(), text, "in vain"].join("\n")),
            whom: Whom::Contact { name: String::new(), relation: String::new() },
            channel: channel.into(),
            text: text.into(),
            state: MessageState::Failed,
            why: Some(why.into()),
            at: now,
        }
    }
}

type Messages = Vec<(TicketMessage, Option<NewOutbox>)>;

/// The same for the same words: whoever writes it twice writes it once.
fn identity(key: &str) -> Uuid {
    let hash: [u8; 32] = Sha256::digest(key).into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

fn has_number(contact: &Contact) -> bool {
    contact.phone.chars().any(|c| c.is_ascii_digit())
}

/// Returns whom of the family to tell at this minute of the day; of a senior without family, whoever
/// else is in the file.
fn family(senior: &Senior, minute: u16) -> Vec<&Contact> {
    let with_number = || senior.contacts.iter().filter(|it| has_number(it));
    let family: Vec<&Contact> = with_number().filter(|it| it.kind == ContactKind::Family).collect();
    let all = if family.is_empty() { with_number().collect() } else { family };
    let reachable: Vec<&Contact> =
        all.iter().copied().filter(|it| it.is_reachable(minute)).collect();
    if reachable.is_empty() { all } else { reachable }
}

fn waited_for(ticket: &Ticket, id: OfferId) -> Option<&Offer> {
    ticket.offer(id).filter(|offer| offer.is_waited_for())
}

fn minutes(offer: &Offer) -> u32 {
    offer.eta.s.div_ceil(60)
}

/// Returns where to go, as far as whoever has not accepted may know it.
fn place(ticket: &Ticket) -> String {
    let village = ticket.who.as_ref().map(|who| who.village.clone()).unwrap_or_default();
    if !village.is_empty() {
        return village;
    }
    let of = |at: LatLon| format!("{:.4}, {:.4}", at.lat, at.lon);
    ticket.destination().map(of).unwrap_or_default()
}

/// Returns how it ended as far as the family is told; nothing of what was no emergency.
fn ended(ticket: &Ticket) -> Option<Ended> {
    match ticket.handling.closing()?.outcome {
        Outcome::Helped | Outcome::Found => Some(Ended::Helped),
        Outcome::Hospital => Some(Ended::Hospital),
        Outcome::Phone => Some(Ended::Phone),
        Outcome::Family
        | Outcome::Police
        | Outcome::Transferred
        | Outcome::Refused
        | Outcome::NoContact
        | Outcome::Accidental
        | Outcome::DeviceFault
        | Outcome::Nuisance => Some(Ended::Other),
        // A person tells that, not a text; and what was a test or is told elsewhere is no news.
        Outcome::Deceased | Outcome::Test | Outcome::Duplicate => None,
    }
}
