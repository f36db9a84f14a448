//! The register of keys and door codes: where each is, who has it, and who may read a code. A code
//! itself is never here: it is kept sealed, and shown only to whoever is on the way or at the desk of
//! the senior's open ticket.

use serde::{Deserialize, Serialize};

use crate::{
    By, DistrictId, Event, KeyId, Kind, NewEvent, Policy, Refusal, ResponderId, SeniorId, Ticket,
    TicketId, UnixMs, UserId,
};

/// A senior has at most so many entries in the register.
pub const MAX_KEYS: usize = 20;

/// The longest place and note of an entry, characters.
const MAX_WORDS: usize = 200;

/// What an entry is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// 钥匙
    Key,
    /// 门禁码: a code, kept sealed.
    Code,
    /// 门禁卡
    Card,
}

impl KeyKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Key, Self::Code, Self::Card];

    /// Returns the word used in the API and the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Code => "code",
            Self::Card => "card",
        }
    }

    /// Returns the kind of this word, `None` for an unknown one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Who has a key at present.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyOut {
    /// Who.
    pub to: ResponderId,
    /// Since when.
    pub since: UnixMs,
    /// Who gave it out.
    pub by: UserId,
    /// What for, where it was for a ticket.
    pub ticket: Option<TicketId>,
    /// In words.
    pub note: Option<String>,
}

/// An entry that is no longer true. It stays, for its history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRetired {
    /// Since when.
    pub at: UnixMs,
    /// Who said so.
    pub by: UserId,
    /// Why.
    pub reason: String,
}

/// An entry of the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyEntry {
    /// Identity.
    pub id: KeyId,
    /// The district.
    pub district: DistrictId,
    /// Whose door.
    pub senior: SeniorId,
    /// What it is.
    pub kind: KeyKind,
    /// Of a key: where it hangs, or who holds it; of a code: which door.
    pub place: String,
    /// In words.
    pub note: String,
    /// When it was last changed.
    pub changed_at: UnixMs,
    /// Who has it, while it is out.
    pub out: Option<KeyOut>,
    /// Whether it is no longer true.
    pub retired: Option<KeyRetired>,
}

/// Who wants to read a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// An operator, supervisor or admin of the district.
    Operator(UserId),
    /// A responder.
    Responder(ResponderId),
    /// Somebody who is neither, or of another district.
    Stranger,
}

/// Why a code is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefusal {
    /// The entry holds no code.
    #[error("this entry is a key or a card: there is no code to read")]
    NoCode,
    /// The entry is no longer true.
    #[error("this entry is no longer true: ask the centre for the new code")]
    Retired,
    /// No ticket was named, or there is none of that identity.
    #[error("a code is shown for an open ticket of the senior only: name it (`ticket`)")]
    NoTicket,
    /// The ticket is another senior's.
    #[error("a code is shown for an open ticket of this senior only, and this one is another's")]
    AnotherSenior,
    /// The ticket is closed.
    #[error("the ticket is closed: a code is shown while it is open")]
    TicketClosed,
    /// The ticket is neither an emergency nor a visit.
    #[error("a code is shown for an emergency or a visit only")]
    NotThisKind,
    /// The operator does not own the ticket.
    #[error("answer the ticket first: a code is shown to the operator who owns it")]
    NotOwner,
    /// The responder is not on the way to it.
    #[error("accept the task first: a code is shown to who is on the way or at the door")]
    NotEngaged,
    /// Another district's, or nobody who may.
    #[error("codes are shown to operators and responders of the district only")]
    Stranger,
    /// It cannot be opened with the keys at hand.
    #[error("what was sealed cannot be read")]
    Sealed,
}

impl CodeRefusal {
    /// Returns the word kept in the log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoCode => "no_code",
            Self::Retired => "retired",
            Self::NoTicket => "no_ticket",
            Self::AnotherSenior => "another_senior",
            Self::TicketClosed => "ticket_closed",
            Self::NotThisKind => "not_this_kind",
            Self::NotOwner => "not_owner",
            Self::NotEngaged => "not_engaged",
            Self::Stranger => "stranger",
            Self::Sealed => "sealed",
        }
    }
}

impl KeyEntry {
    /// Returns whether its words are fit to be kept.
    ///
    /// # Errors
    /// [`Refusal::Invalid`].
    pub fn validate(&self) -> Result<(), Refusal> {
        let long = |text: &str| text.chars().count() > MAX_WORDS;
        if self.place.trim().is_empty() || long(&self.place) {
            return Err(Refusal::Invalid(
                "place: say where it hangs, who holds it or which door it opens, in at most 200 characters",
            ));
        }
        if long(&self.note) {
            return Err(Refusal::Invalid("note: at most 200 characters"));
        }
        Ok(())
    }

    fn must_be_in_use(&self) -> Result<(), Refusal> {
        match self.retired {
            Some(_) => Err(Refusal::State("this entry is no longer true; make a new one")),
            None => Ok(()),
        }
    }

    /// Gives the key out: to one at a time.
    ///
    /// # Errors
    /// [`Refusal::State`] when somebody has it, or it is no longer true; [`Refusal::Invalid`] for a
    /// code, which nobody carries away.
    pub fn sign_out(&mut self, out: KeyOut) -> Result<(), Refusal> {
        self.must_be_in_use()?;
        if self.kind == KeyKind::Code {
            return Err(Refusal::Invalid("a code is read, not signed out (`/code`)"));
        }
        if out.note.as_ref().is_some_and(|note| note.chars().count() > MAX_WORDS) {
            return Err(Refusal::Invalid("note: at most 200 characters"));
        }
        if self.out.is_some() {
            return Err(Refusal::State("somebody has this key; sign it in first"));
        }
        self.out = Some(out);
        Ok(())
    }

    /// Takes the key back.
    ///
    /// # Errors
    /// [`Refusal::State`] when nobody has it.
    pub fn sign_in(&mut self) -> Result<(), Refusal> {
        let had = self.out.take();
        had.map(drop).ok_or(Refusal::State("this key is not out"))
    }

    /// Says that it is no longer true. Who has it still has to bring it back.
    ///
    /// # Errors
    /// [`Refusal::State`] when it was said before; [`Refusal::Invalid`] without a reason.
    pub fn retire(&mut self, by: UserId, reason: String, now: UnixMs) -> Result<(), Refusal> {
        self.must_be_in_use()?;
        if reason.trim().is_empty() || reason.chars().count() > MAX_WORDS {
            return Err(Refusal::Invalid("retire: say why, in at most 200 characters"));
        }
        self.retired = Some(KeyRetired { at: now, by, reason });
        Ok(())
    }

    /// Returns whether it has been out for too long.
    #[must_use]
    pub fn is_overdue(&self, after_h: u32, now: UnixMs) -> bool {
        self.out.as_ref().is_some_and(|out| now >= out.since.plus_s(i64::from(after_h) * 3_600))
    }
}

impl Ticket {
    /// Returns whether a code may be shown for this ticket: to the operator who owns it, and to who is
    /// on the way or at the door, while it is open.
    ///
    /// # Errors
    /// Why not.
    pub fn shows_code(&self, entry: &KeyEntry, reader: Reader) -> Result<(), CodeRefusal> {
        if entry.retired.is_some() {
            return Err(CodeRefusal::Retired);
        }
        if self.senior != Some(entry.senior) || self.district != entry.district {
            return Err(CodeRefusal::AnotherSenior);
        }
        if !self.is_open() {
            return Err(CodeRefusal::TicketClosed);
        }
        if !self.kind.goes_to_the_door() {
            return Err(CodeRefusal::NotThisKind);
        }
        match reader {
            Reader::Operator(user) if self.owner() == Some(user) => Ok(()),
            Reader::Operator(_) => Err(CodeRefusal::NotOwner),
            Reader::Responder(responder) if self.engages(responder) => Ok(()),
            Reader::Responder(_) => Err(CodeRefusal::NotEngaged),
            Reader::Stranger => Err(CodeRefusal::Stranger),
        }
    }

    /// Notes that somebody read a code; each reading is a line of the history.
    ///
    /// # Errors
    /// [`Refusal::State`] when it may not be shown; [`Self::shows_code`] says why.
    pub fn read_code(
        &mut self,
        entry: &KeyEntry,
        reader: Reader,
        by: By,
        now: UnixMs,
        policy: &Policy,
    ) -> Result<Vec<NewEvent>, Refusal> {
        let shown = self.shows_code(entry, reader);
        shown.map_err(|_| Refusal::State("this code may not be read for this ticket"))?;
        // Looking is not doing: what climbs goes on.
        self.reschedule(policy);
        Ok(vec![NewEvent { at: now, by, event: Event::CodeRead { key: entry.id } }])
    }
}

impl Kind {
    /// Returns whether somebody may have to get in: an emergency or a visit.
    const fn goes_to_the_door(self) -> bool {
        match self {
            Self::Sos
            | Self::Fall
            | Self::Silent
            | Self::Help
            | Self::Call
            | Self::Wellbeing
            | Self::Service => true,
            Self::Wandering
            | Self::Callback
            | Self::Equipment
            | Self::Consult
            | Self::CareCall
            | Self::Complaint
            | Self::Drill => false,
        }
    }
}
