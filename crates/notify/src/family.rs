//! What the family is told of a ticket, who of them, and at which number. Pure.
//!
//! Everybody is told each thing once: a message's identity follows from what it says to which number.
//! Whoever has another number by now, or another name, is known by the other of the two. What failed may
//! be tried again when there is occasion.

use std::collections::HashSet;

use sha2::{Digest as _, Sha256};
use silverbell_domain::{
    AccidentalNews, Contact, ContactKind, MessageState, OfferState, Outcome, Senior, Ticket,
    TicketMessage, Whom,
};
use uuid::{Builder, Uuid};

use crate::message::{Ended, Template};
use crate::ports::Addressee;

/// What failed is tried again so often at most, when there is occasion.
const AGAIN_AT_MOST: usize = 3;

/// Returns an identity: the same for the same words, so that whoever writes it twice writes it once.
pub(crate) fn identity(words: &[&str]) -> Uuid {
    let hash: [u8; 32] = Sha256::digest(words.join("\n")).into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// Returns a number as it is dialled: two that are written differently are one.
pub(crate) fn dialled(number: &str) -> String {
    number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}

/// Returns the identity of a message to a number. `again` tells apart what may be said to the same
/// person twice.
pub(crate) fn message_id(
    ticket: &Ticket,
    text: &str,
    channel: &str,
    number: &str,
    again: &str,
) -> Uuid {
    identity(&[&ticket.id.to_string(), text, channel, &dialled(number), again])
}

/// Returns how a try is told from the one before.
fn again(failed: usize) -> String {
    if failed == 0 { String::new() } else { failed.to_string() }
}

/// Who of the family is to be told.
pub(crate) struct Due<'a> {
    /// They can be told.
    pub(crate) to_tell: Vec<&'a Contact>,
    /// They cannot: the file has no number of theirs.
    pub(crate) without_number: Vec<&'a Contact>,
}

/// Returns whom of the family to tell at this minute of the day; of a senior without family, or whose
/// family has no number, whoever else is in the file. When nobody can be reached at this hour, all of
/// them: no quiet hour counts more than an emergency.
pub(crate) fn due(senior: &Senior, minute: u16) -> Due<'_> {
    let (family, others): (Vec<&Contact>, Vec<&Contact>) =
        senior.contacts.iter().partition(|it| it.kind == ContactKind::Family);
    let (with_number, mut without_number): (Vec<&Contact>, Vec<&Contact>) =
        family.into_iter().partition(|it| it.has_number());
    let all = if with_number.is_empty() {
        let (with_number, without) = others.into_iter().partition(|it| it.has_number());
        without_number.extend::<Vec<&Contact>>(without);
        with_number
    } else {
        with_number
    };
    let reachable: Vec<&Contact> =
        all.iter().copied().filter(|it| it.is_reachable(minute)).collect();
    Due { to_tell: if reachable.is_empty() { all } else { reachable }, without_number }
}

/// Returns these contacts without those whose number another one before them has.
pub(crate) fn once_each<'a>(contacts: impl Iterator<Item = &'a Contact>) -> Vec<&'a Contact> {
    let mut numbers = HashSet::new();
    contacts.filter(|contact| numbers.insert(dialled(&contact.phone))).collect()
}

/// Returns what there is to tell of a ticket as it is now; nothing of what was no emergency, and
/// nothing that a person should say.
pub(crate) fn news(ticket: &Ticket, senior: &str) -> Option<Template> {
    let senior = senior.to_owned();
    if let Some(closing) = ticket.handling.closing() {
        return ended(closing.outcome).map(|ended| Template::FamilyClosed { senior, ended });
    }
    let is_there = |state: &OfferState| match state {
        OfferState::OnScene { .. } | OfferState::Escorting { .. } => true,
        OfferState::Offered
        | OfferState::Accepted { .. }
        | OfferState::Done { .. }
        | OfferState::Declined { .. }
        | OfferState::Expired { .. }
        | OfferState::Withdrawn { .. } => false,
    };
    if ticket.offers.iter().any(|offer| is_there(&offer.state)) {
        return Some(Template::FamilyOnScene { senior });
    }
    Some(Template::FamilyConfirmed { senior })
}

/// Returns how it ended as far as those are told who were told of it.
pub(crate) const fn ended(outcome: Outcome) -> Option<Ended> {
    match outcome {
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
        | Outcome::Nuisance
        | Outcome::Test => Some(Ended::Other),
        // A person tells that, not a text; and of a duplicate the other ticket tells.
        Outcome::Deceased | Outcome::Duplicate => None,
    }
}

/// Returns the messages about a ticket that went to this contact, or to this contact's number, or that
/// say why nothing did.
pub(crate) fn told<'a>(
    ticket: &'a Ticket,
    contact: &Contact,
) -> impl Iterator<Item = &'a TicketMessage> {
    ticket
        .family_messages()
        .filter(move |it| is_to(it, contact) || is_at(ticket, it, &contact.phone))
}

/// Returns the identity of a message that is to be written now; `None` when this contact was told that
/// already, or it was tried often enough.
pub(crate) fn to_write(
    ticket: &Ticket,
    contact: &Contact,
    text: &str,
    channel: &str,
) -> Option<Uuid> {
    let mut failed = 0;
    for same in told(ticket, contact).filter(|it| it.text == text && it.channel == channel) {
        if same.state != MessageState::Failed {
            return None;
        }
        failed += 1;
    }
    let id = |n| message_id(ticket, text, channel, &contact.phone, &again(n));
    (failed <= AGAIN_AT_MOST).then(|| id(failed))
}

fn is_to(message: &TicketMessage, contact: &Contact) -> bool {
    match &message.whom {
        Whom::Contact { name, relation } => *name == contact.name && *relation == contact.relation,
        Whom::Responder { .. } | Whom::Leader => false,
    }
}

/// Returns whether a message was written to this number.
fn is_at(ticket: &Ticket, message: &TicketMessage, number: &str) -> bool {
    let id = |n| message_id(ticket, &message.text, &message.channel, number, &again(n));
    (0..=AGAIN_AT_MOST).any(|n| id(n) == message.id)
}

// --- When it goes out ----------------------------------------------------------------------------

/// Returns whether a message may still go out, and to which number: hours may have passed since it was
/// written, and a number that is somebody else's now is told nothing.
pub(crate) fn addressee(
    ticket: &Ticket,
    senior: &Senior,
    message: &TicketMessage,
    template: &Template,
    written_to: &str,
) -> Addressee {
    if message.state == MessageState::Failed {
        // Said to have failed, and then whoever tried it died: others may have been told to try again.
        let why = message.why.clone().unwrap_or_else(|| "it was given up before".into());
        return Addressee::Nobody(why);
    }
    if let Some(why) = is_over(ticket, senior, message, template) {
        return Addressee::Nobody(why.into());
    }
    let named: Vec<&Contact> =
        senior.contacts.iter().filter(|it| it.has_number() && is_to(message, it)).collect();
    let is_same = |contact: &&Contact| dialled(&contact.phone) == dialled(written_to);
    let number = match &*named {
        // Renamed, perhaps; the number is in the file still.
        [] if senior.contacts.iter().any(|it| is_same(&it)) => written_to,
        [] => return Addressee::Nobody("nobody in the senior's file has this number now".into()),
        named if named.iter().any(is_same) => written_to,
        [one] => &one.phone,
        _ => {
            return Addressee::Nobody(
                "the file has several of this name; tell them by hand".into(),
            );
        }
    };
    let others = ticket.messages.iter().filter(|it| it.text == message.text);
    let mut is_before = true;
    for other in others {
        if other.id == message.id {
            is_before = false;
        } else if other.state != MessageState::Failed
            && (is_at(ticket, other, number) && number != written_to
                || is_before && has_number_now(senior, other, number))
        {
            return Addressee::Nobody("this number is told of it already".into());
        }
    }
    if number == written_to { Addressee::AsWritten } else { Addressee::At(number.to_owned()) }
}

/// Returns whether whoever a message goes to has this number now.
fn has_number_now(senior: &Senior, message: &TicketMessage, number: &str) -> bool {
    let mut named = senior.contacts.iter().filter(|it| is_to(message, it));
    named.any(|it| dialled(&it.phone) == dialled(number))
}

/// Returns why a message says what is not true any more.
fn is_over(
    ticket: &Ticket,
    senior: &Senior,
    message: &TicketMessage,
    template: &Template,
) -> Option<&'static str> {
    const CLOSED: &str = "the ticket was closed before it could be sent";
    const OPEN: &str = "the ticket was opened again before it could be sent";
    match template {
        Template::FamilyConfirmed { .. } if !ticket.is_open() => Some(CLOSED),
        Template::FamilyOnScene { .. } if !ticket.is_open() => Some(CLOSED),
        Template::FamilyConfirmed { .. } => {
            let newer = |it: &TicketMessage| {
                it.text == "family_on_scene"
                    && it.whom == message.whom
                    && it.state != MessageState::Failed
            };
            ticket.family_messages().any(newer).then_some("newer news are told instead")
        }
        Template::FamilyClosed { .. } if ticket.is_open() => Some(OPEN),
        Template::FamilyAccidental { .. } if !ticket.was_no_emergency() => Some(OPEN),
        Template::FamilyAccidental { .. } | Template::FamilyAccidentalDigest { .. } => {
            let wants =
                |it: &Contact| is_to(message, it) && it.accidental_news() == AccidentalNews::Never;
            senior.contacts.iter().any(wants).then_some("not wanted any more")
        }
        Template::FamilyOnScene { .. }
        | Template::FamilyClosed { .. }
        | Template::OfferSms { .. }
        | Template::OfferVoice { .. }
        | Template::OfferAccepted { .. }
        | Template::OfferWithdrawn { .. }
        | Template::LeaderCall { .. }
        | Template::ShiftGap { .. }
        | Template::Probe {}
        | Template::OfferPush { .. }
        | Template::OfferPushWithdrawn { .. }
        | Template::TicketNews(_) => None,
    }
}
