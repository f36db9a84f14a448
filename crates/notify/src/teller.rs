//! Who outside hears of what: an occasion, written with the change that gave it, becomes messages. The
//! file is read only now, so that nobody is told at a number that was changed meanwhile; a message's
//! identity follows from what it says to whom, so that nobody is told twice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use silverbell_dispatcher::{Dispatcher, TELL, UseCaseError, offer_token};
use silverbell_domain::{
    AccidentalNews, Contact, LatLon, MessageState, Occasion, Offer, OfferId, Senior, Ticket,
    TicketId, TicketMessage, UnixMs, Urgency, Whom,
};
use silverbell_seal::Seals;
use silverbell_store::{Lease, NewOutbox, OutboxItem, OutboxResult};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::local::{self, DigestTime};
use crate::message::{About, Channel, Lang, Message, Template};
use crate::outbox::Outbox;
use crate::{digest, family};

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

/// That somebody is needed no more is of use for so long, seconds.
const WITHDRAWN_WITHIN_S: i64 = 600;

/// A call to the leader is of use for so long, seconds; then the next one is due.
const LEADER_WITHIN_S: i64 = 600;

/// What a message about an offer's call is about: the offer.
pub(crate) const ABOUT_OFFER: &str = "offer";

/// What a call to the leader is about: the ticket.
pub(crate) const ABOUT_LEADER: &str = "leader";

/// What a message to the family is about: the ticket.
pub(crate) const ABOUT_FAMILY: &str = "family";

/// Which ways lead to people outside.
#[derive(Clone, Copy, Debug)]
pub struct Ways {
    /// Text messages.
    pub sms: bool,
    /// Voice calls.
    pub voice: bool,
    /// Pushes to the browsers of responders.
    pub push: bool,
}

impl Ways {
    /// Returns whether there is any.
    #[must_use]
    pub const fn any(self) -> bool {
        self.telephones() || self.push
    }

    /// Returns whether any leads to telephones: families and leaders have no other.
    #[must_use]
    pub const fn telephones(self) -> bool {
        self.sms || self.voice
    }

    /// What is read at leisure.
    pub(crate) const fn to_read(self) -> Channel {
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
    /// Makes the tokens of links.
    pub seals: Arc<Seals>,
    /// When digests are written.
    pub digests: DigestTime,
}

impl Teller {
    /// Works until it is stopped. What is under way then is taken up again when its lease ends.
    pub async fn run(self, stop: CancellationToken) {
        tokio::join!(self.tell_until(&stop), digest::run(&self, &stop));
    }

    /// Tells what there is to tell now, for a test whose time is its own.
    #[doc(hidden)]
    pub async fn tell_now(&self) {
        while self.look().await > 0 {}
    }

    /// Writes the digests that are due, as after a restart, for a test whose time is its own.
    #[doc(hidden)]
    pub async fn write_digests_now(&self) {
        self.write_digests(&mut digest::SeenTo::default()).await;
    }

    async fn tell_until(&self, stop: &CancellationToken) {
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
        // What happened to one ticket is told in its order; no ticket waits for another.
        let mut by_ticket: BTreeMap<Option<TicketId>, Vec<OutboxItem>> = BTreeMap::new();
        for item in leased {
            by_ticket.entry(item.message.ticket).or_default().push(item);
        }
        let in_order = |mut items: Vec<OutboxItem>| async move {
            items.sort_by_key(|item| (item.message.due_at, item.message.id));
            for item in items {
                self.take(item).await;
            }
        };
        join_all(by_ticket.into_values().map(in_order)).await;
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
            Occasion::FamilyConfirmed
            | Occasion::FamilyOnScene
            | Occasion::FamilyClosed
            | Occasion::Leader { .. }
                if !self.ways.telephones() =>
            {
                Vec::new()
            }
            Occasion::FamilyConfirmed => self.family_at_first(&ticket, now).await?,
            Occasion::FamilyOnScene => {
                let text = |senior: &str| Some(Template::FamilyOnScene { senior: senior.into() });
                self.family_again(&ticket, text, now).await?
            }
            Occasion::FamilyClosed => {
                let text =
                    |senior: &str| family::news(&ticket, senior).filter(|_| !ticket.is_open());
                let mut messages = self.family_again(&ticket, text, now).await?;
                messages.extend(self.accidental(&ticket, now).await?);
                messages
            }
            Occasion::OfferPush { offer } => self.offer_push(&ticket, offer, now).await?,
            Occasion::OfferText { offer } => self.offer_text(&ticket, offer, now),
            Occasion::OfferCall { offer } => self.offer_call(&ticket, offer, now),
            Occasion::OfferAccepted { offer } => self.offer_accepted(&ticket, offer, now),
            Occasion::OfferWithdrawn { offer } => {
                let mut messages = self.withdrawn(&ticket, offer, now);
                messages.extend(self.withdrawn_by_push(&ticket, offer, now));
                messages
            }
            Occasion::Leader { at } => self.leader(&ticket, at, now),
        };
        self.dispatcher.queue_messages(id, messages).await
    }

    // --- The family ------------------------------------------------------------------------------

    /// Whoever of the family is due at this hour. Things may have gone on since there was occasion: told
    /// is how it is now.
    async fn family_at_first(
        &self,
        ticket: &Ticket,
        now: UnixMs,
    ) -> Result<Messages, UseCaseError> {
        let Some(senior) = self.senior(ticket).await? else { return Ok(Vec::new()) };
        if ticket.was_no_emergency() && !ticket.is_family_told() {
            return Ok(Vec::new());
        }
        let Some(text) = family::news(ticket, &senior.name) else { return Ok(Vec::new()) };
        let due = family::due(&senior, self.minute_of_day(ticket, now).await?);
        let within_s = if ticket.is_open() { CONFIRMED_WITHIN_S } else { NEWS_WITHIN_S };
        let expires_at = now.plus_s(within_s);
        let mut messages: Messages = Vec::new();
        let is_told = |contact: &Contact| {
            family::told(ticket, contact).any(|it| it.state != MessageState::Failed)
        };
        for contact in due.without_number.iter().filter(|it| !is_told(it)) {
            let why = "this contact has no number in the senior's file";
            messages.push((self.in_vain(ticket, Some(contact), &text, why, now), None));
        }
        if due.to_tell.is_empty() && due.without_number.is_empty() {
            let why = "no contact with a number is in the senior's file";
            messages.push((self.in_vain(ticket, None, &text, why, now), None));
        }
        let message = |contact| self.to_contact(ticket, contact, text.clone(), expires_at, now);
        messages.extend(due.to_tell.into_iter().filter_map(message));
        Ok(messages)
    }

    /// Those who were told of it, at the numbers they have now.
    async fn family_again(
        &self,
        ticket: &Ticket,
        text: impl Fn(&str) -> Option<Template>,
        now: UnixMs,
    ) -> Result<Messages, UseCaseError> {
        let Some(senior) = self.senior(ticket).await? else { return Ok(Vec::new()) };
        let Some(text) = text(&senior.name) else { return Ok(Vec::new()) };
        let was_told = |contact: &&Contact| family::told(ticket, contact).next().is_some();
        let contacts = senior.contacts.iter().filter(|it| it.has_number()).filter(was_told);
        let expires_at = now.plus_s(NEWS_WITHIN_S);
        let message = |it| self.to_contact(ticket, it, text.clone(), expires_at, now);
        Ok(contacts.filter_map(message).collect())
    }

    /// Those who want to hear at once of what was no emergency, and of which nobody was told; in their
    /// hours.
    async fn accidental(&self, ticket: &Ticket, now: UnixMs) -> Result<Messages, UseCaseError> {
        if !ticket.was_no_emergency() || ticket.is_family_told() {
            return Ok(Vec::new());
        }
        // They were written together: one who was renamed meanwhile is not told again.
        let (mut is_told, mut failed) = (false, 0);
        for before in ticket.messages_of("family_accidental") {
            is_told |= before.state != MessageState::Failed;
            failed += 1;
        }
        let Some(senior) = self.senior(ticket).await?.filter(|_| !is_told) else {
            return Ok(Vec::new());
        };
        let minute = self.minute_of_day(ticket, now).await?;
        let wants =
            |it: &&Contact| it.has_number() && it.accidental_news() == AccidentalNews::AtOnce;
        let message = |contact: &Contact| {
            let text = Template::FamilyAccidental { senior: senior.name.clone() };
            let (id, again) = (ticket.id.to_string(), failed.to_string());
            let words = [&*id, text.name(), &contact.name, &contact.relation, &again];
            let id = family::identity(&words);
            let due_at = now.plus_s(60 * i64::from(contact.begin_in_min(minute)));
            self.about_accident(ticket, contact, text, (id, due_at), now)
        };
        let contacts = family::once_each(senior.contacts.iter().filter(wants));
        Ok(contacts.into_iter().map(message).collect())
    }

    /// A message that nobody waits for, of what was no emergency.
    pub(crate) fn about_accident(
        &self,
        ticket: &Ticket,
        contact: &Contact,
        text: Template,
        (id, due_at): (Uuid, UnixMs),
        now: UnixMs,
    ) -> (TicketMessage, Option<NewOutbox>) {
        let message = Message {
            channel: self.ways.to_read(),
            to: contact.phone.clone(),
            template: text,
            lang: Lang::Zh,
            urgency: Urgency::Routine,
            expires_at: due_at.plus_s(NEWS_WITHIN_S),
            about: About { kind: ABOUT_FAMILY.into(), subject: ticket.id.0 },
        };
        self.write_as(ticket, id, whom(contact), message, due_at, now)
    }

    fn to_contact(
        &self,
        ticket: &Ticket,
        contact: &Contact,
        template: Template,
        expires_at: UnixMs,
        now: UnixMs,
    ) -> Option<(TicketMessage, Option<NewOutbox>)> {
        let channel = self.ways.to_read();
        let id = family::to_write(ticket, contact, template.name(), channel.as_str())?;
        let message = self.message(
            ticket,
            channel,
            contact.phone.clone(),
            template,
            expires_at,
            About { kind: ABOUT_FAMILY.into(), subject: ticket.id.0 },
        );
        Some(self.write_as(ticket, id, whom(contact), message, now, now))
    }

    async fn senior(&self, ticket: &Ticket) -> Result<Option<Senior>, UseCaseError> {
        match ticket.senior {
            Some(id) => {
                let senior = self.dispatcher.store().senior(id).await?;
                // A person tells the family of who has died, whatever somebody pressed since.
                Ok(senior.filter(|it| it.plan.needs.died_at.is_none()))
            }
            None => Ok(None),
        }
    }

    /// Returns the minute of the day where the ticket is.
    async fn minute_of_day(&self, ticket: &Ticket, now: UnixMs) -> Result<u16, UseCaseError> {
        let districts = self.dispatcher.store().districts().await?;
        let district = districts.into_iter().find(|district| district.id == ticket.district);
        Ok(local::minute_of_day(&local::zone(district.as_ref()), now))
    }

    // --- Responders ------------------------------------------------------------------------------

    /// Whoever has a browser that wants to be woken, and has not seen the offer yet.
    async fn offer_push(
        &self,
        ticket: &Ticket,
        id: OfferId,
        now: UnixMs,
    ) -> Result<Messages, UseCaseError> {
        let Some(offer) = unheard(ticket, id).filter(|_| self.ways.push) else {
            return Ok(Vec::new());
        };
        if self.dispatcher.store().push_subscriptions(offer.responder).await?.is_empty() {
            return Ok(Vec::new());
        }
        let template = Template::OfferPush {
            village: village(ticket),
            minutes: minutes(offer),
            kind: ticket.kind,
            deadline: offer.deadline,
        };
        Ok(self.to_browsers(ticket, offer, template, offer.deadline, now))
    }

    /// Whoever was woken for it, and has not gone.
    fn withdrawn_by_push(&self, ticket: &Ticket, id: OfferId, now: UnixMs) -> Messages {
        let Some(offer) = ticket.offer(id).filter(|_| self.ways.push) else { return Vec::new() };
        if !was_told(ticket, offer, &["offer_push"]) {
            return Vec::new();
        }
        let template = Template::OfferPushWithdrawn { village: village(ticket), kind: ticket.kind };
        self.to_browsers(ticket, offer, template, now.plus_s(WITHDRAWN_WITHIN_S), now)
    }

    fn to_browsers(
        &self,
        ticket: &Ticket,
        offer: &Offer,
        template: Template,
        expires_at: UnixMs,
        now: UnixMs,
    ) -> Messages {
        let about = About { kind: ABOUT_OFFER.into(), subject: offer.id.0 };
        let to = offer.responder.to_string();
        let message = self.message(ticket, Channel::Push, to, template, expires_at, about);
        let whom = Whom::Responder { responder: offer.responder };
        vec![self.write(ticket, whom, message, &offer.id.to_string(), now)]
    }

    fn offer_text(&self, ticket: &Ticket, id: OfferId, now: UnixMs) -> Messages {
        let Some(offer) = unheard(ticket, id).filter(|_| self.ways.sms) else {
            return Vec::new();
        };
        let link = self.link_to(id);
        let template = Template::OfferSms { address: place(ticket), minutes: minutes(offer), link };
        self.to_responder(ticket, offer, Channel::Sms, template, now)
    }

    fn offer_call(&self, ticket: &Ticket, id: OfferId, now: UnixMs) -> Messages {
        let Some(offer) = unheard(ticket, id).filter(|_| self.ways.voice) else {
            return Vec::new();
        };
        let template = Template::OfferVoice { address: place(ticket), minutes: minutes(offer) };
        self.to_responder(ticket, offer, Channel::Voice, template, now)
    }

    /// Whoever accepted by telephone, and may have no page, is told how to read where to go.
    fn offer_accepted(&self, ticket: &Ticket, id: OfferId, now: UnixMs) -> Messages {
        let goes = ticket.offer(id).filter(|offer| offer.state.is_engaged() && self.ways.sms);
        let Some(offer) = goes else { return Vec::new() };
        let link = self.link_to(id);
        let template = Template::OfferAccepted { address: place(ticket), link };
        self.to_responder(ticket, offer, Channel::Sms, template, now)
    }

    /// Returns the one-time link to an offer. What follows `#` is the secret: it reaches no server's log.
    fn link_to(&self, id: OfferId) -> String {
        format!("{}/o#{}", self.base_url, offer_token(&self.seals, id))
    }

    /// Whoever was told of it by text or call, and has not gone.
    fn withdrawn(&self, ticket: &Ticket, id: OfferId, now: UnixMs) -> Messages {
        let Some(offer) = ticket.offer(id) else { return Vec::new() };
        if !was_told(ticket, offer, &["offer_sms", "offer_voice", "offer_accepted"]) {
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
        let expires_at = if is_asked {
            offer.deadline.max(now.plus_s(of_use_s))
        } else {
            now.plus_s(WITHDRAWN_WITHIN_S)
        };
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
        let id = family::message_id(ticket, text, channel, &message.to, again);
        self.write_as(ticket, id, whom, message, now, now)
    }

    fn write_as(
        &self,
        ticket: &Ticket,
        id: Uuid,
        whom: Whom,
        message: Message,
        due_at: UnixMs,
        now: UnixMs,
    ) -> (TicketMessage, Option<NewOutbox>) {
        let note = TicketMessage {
            id,
            whom,
            channel: message.channel.as_str().into(),
            text: message.template.name().into(),
            state: MessageState::Queued,
            why: None,
            at: now,
        };
        let row = message.into_outbox(id, ticket.district.clone(), Some(ticket.id), due_at);
        (note, Some(row))
    }

    /// Returns the line that says why a contact, or nobody at all, is told.
    fn in_vain(
        &self,
        ticket: &Ticket,
        contact: Option<&Contact>,
        template: &Template,
        why: &str,
        now: UnixMs,
    ) -> TicketMessage {
        let (channel, text) = (self.ways.to_read().as_str(), template.name());
        let name = contact.map_or("", |contact| &contact.name);
        let relation = contact.map_or("", |contact| &contact.relation);
        TicketMessage {
            id: family::identity(&[&ticket.id.to_string(), text, "in vain", name, relation]),
            whom: Whom::Contact { name: name.into(), relation: relation.into() },
            channel: channel.into(),
            text: text.into(),
            state: MessageState::Failed,
            why: Some(why.into()),
            at: now,
        }
    }
}

/// Lines of the history, each with the row that sends it, if it is sent.
pub(crate) type Messages = Vec<(TicketMessage, Option<NewOutbox>)>;

fn whom(contact: &Contact) -> Whom {
    Whom::Contact { name: contact.name.clone(), relation: contact.relation.clone() }
}

fn unheard(ticket: &Ticket, id: OfferId) -> Option<&Offer> {
    ticket.offer(id).filter(|offer| offer.is_unheard())
}

/// Returns whether whoever is asked was told of the offer by one of these texts.
fn was_told(ticket: &Ticket, offer: &Offer, texts: &[&str]) -> bool {
    let whom = Whom::Responder { responder: offer.responder };
    let mut told = texts.iter().flat_map(|text| ticket.messages_of(text));
    told.any(|it| it.whom == whom && it.at >= offer.offered_at)
}

fn minutes(offer: &Offer) -> u32 {
    offer.eta.s.div_ceil(60)
}

/// Returns where to go, as far as whoever has not accepted may know it.
fn place(ticket: &Ticket) -> String {
    let village = village(ticket);
    if !village.is_empty() {
        return village;
    }
    let of = |at: LatLon| format!("{:.4}, {:.4}", at.lat, at.lon);
    ticket.destination().map(of).unwrap_or_default()
}

fn village(ticket: &Ticket) -> String {
    ticket.who.as_ref().map(|who| who.village.clone()).unwrap_or_default()
}
