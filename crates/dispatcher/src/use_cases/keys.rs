//! Keys and door codes: the register, who takes a key, and who reads a code.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use silverbell_domain::{
    By, CodeRefusal, KeyEntry, KeyId, KeyKind, KeyOut, MAX_KEYS, Reader, Refusal, ResponderId,
    Senior, Ticket, TicketId, UnixMs, UserId,
};
use silverbell_seal::{OpenError, Seal, SealError, Seals};
use silverbell_store::{
    Access, AccessAct, Constraint, Idempotency, KeyWrite, Sealed, StoreError, StoredKey, Subject,
    Thing, sealed_key,
};

use super::{ATTEMPTS, Actor};
use crate::{Dispatcher, UseCaseError};

/// The longest code, characters.
const MAX_CODE: usize = 64;

/// Why something was not done with a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The state does not allow it; the entry is as it is.
    #[error("{why}")]
    Conflict {
        /// Why, in words.
        why: &'static str,
        /// The entry as it is now.
        current: Box<KeyEntry>,
    },
    /// The request lacks or contradicts something.
    #[error("{0}")]
    Invalid(&'static str),
    /// The code is not for this person now. The try is on record.
    #[error(transparent)]
    Refused(#[from] CodeRefusal),
    /// It cannot be sealed.
    #[error(transparent)]
    NotSealed(#[from] SealError),
    /// It cannot be opened. The try is on record.
    #[error(transparent)]
    NotOpened(#[from] OpenError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl KeyError {
    fn refused(refusal: Refusal, current: KeyEntry) -> Self {
        match refusal {
            Refusal::State(why) => Self::Conflict { why, current: Box::new(current) },
            Refusal::NoSuchOffer => Self::NotFound("offer"),
            Refusal::Invalid(why) => Self::Invalid(why),
        }
    }
}

/// What is put into the register.
#[derive(Debug)]
pub struct NewKey {
    /// What it is.
    pub kind: KeyKind,
    /// Where it hangs, who holds it, which door.
    pub place: String,
    /// In words.
    pub note: String,
    /// Of a code: the code.
    pub code: Option<SecretString>,
}

/// What is changed; what is missing stays.
#[derive(Debug, Default)]
pub struct KeyChange {
    /// Where it hangs, who holds it, which door.
    pub place: Option<String>,
    /// In words.
    pub note: Option<String>,
    /// A new code.
    pub code: Option<SecretString>,
    /// It is no longer true: why.
    pub retire: Option<String>,
}

/// To whom a key is given.
#[derive(Clone, Debug)]
pub struct SignOut {
    /// Who.
    pub to: ResponderId,
    /// What for.
    pub ticket: Option<TicketId>,
    /// In words.
    pub note: Option<String>,
}

type Changed = Result<KeyEntry, KeyError>;

/// A change of an entry, beside what it decides.
struct Change<'a> {
    id: KeyId,
    act: AccessAct,
    code: Option<Sealed>,
    ticket: Option<TicketId>,
    why: Option<String>,
    actor: &'a Actor,
}

impl Dispatcher {
    /// Puts an entry into the register; a code is sealed before it is kept.
    ///
    /// # Errors
    /// [`KeyError`].
    pub async fn add_key(
        &self,
        seals: &Seals,
        senior: &Senior,
        new: NewKey,
        actor: &Actor,
    ) -> Changed {
        // Two who add at once would both find room.
        let _turn = self.turn_to_change(senior.id.0).await;
        let known = self.store.keys_of(senior.id).await?;
        if known.len() >= MAX_KEYS {
            return Err(KeyError::Invalid(
                "a senior has at most 20 entries; retire old ones first",
            ));
        }
        let now = self.clock.now();
        let entry = KeyEntry {
            id: KeyId(self.ids.next()),
            district: senior.district.clone(),
            senior: senior.id,
            kind: new.kind,
            place: new.place,
            note: new.note,
            changed_at: now,
            out: None,
            retired: None,
        };
        entry.validate().map_err(|refusal| KeyError::refused(refusal, entry.clone()))?;
        let code = self.sealed_code(seals, &entry, new.code.as_ref())?;
        if code.is_none() && entry.kind == KeyKind::Code {
            return Err(KeyError::Invalid("code: say the code"));
        }
        let access = self.line(&entry, actor.user, AccessAct::Add, now);
        let idempotency = about(actor, entry.id);
        let had_key = idempotency.clone();
        let write = KeyWrite {
            entry: entry.clone(),
            expected_version: 0,
            code,
            access: Some(access),
            idempotency,
        };
        match self.store.put_keys(vec![write]).await {
            Err(StoreError::Violates(Constraint::Taken)) => self.done_at_once(had_key).await,
            written => written.map(|()| entry).map_err(KeyError::from),
        }
    }

    /// Changes an entry, or says that it is no longer true.
    ///
    /// # Errors
    /// [`KeyError`].
    pub async fn change_key(
        &self,
        seals: &Seals,
        id: KeyId,
        change: KeyChange,
        actor: &Actor,
    ) -> Changed {
        let known = self.known_key(id).await?;
        let code = self.sealed_code(seals, &known.entry, change.code.as_ref())?;
        let retires = change.retire.is_some();
        let says_nothing = change.place.is_none() && change.note.is_none() && code.is_none();
        if says_nothing && !retires {
            return Err(KeyError::Invalid("say what changes: place, note, code or retire"));
        }
        let act = if retires { AccessAct::Retire } else { AccessAct::Change };
        let why = change.retire.clone();
        let how = Change { id, act, code, ticket: None, why, actor };
        self.change_entry(how, |entry, now| {
            if entry.retired.is_some() {
                return Err(Refusal::State("this entry is no longer true; make a new one"));
            }
            entry.place = change.place.clone().unwrap_or_else(|| entry.place.clone());
            entry.note = change.note.clone().unwrap_or_else(|| entry.note.clone());
            entry.validate()?;
            match &change.retire {
                Some(reason) => entry.retire(actor.user, reason.clone(), now),
                None => Ok(()),
            }
        })
        .await
    }

    /// Gives a key out, to one at a time.
    ///
    /// # Errors
    /// [`KeyError`].
    pub async fn sign_out_key(&self, id: KeyId, out: SignOut, actor: &Actor) -> Changed {
        let known = self.known_key(id).await?.entry;
        let to = self.store.responder(out.to).await?;
        if to.is_none_or(|to| to.district != known.district) {
            return Err(KeyError::Invalid("to: no responder of this district"));
        }
        if let Some(ticket) = out.ticket {
            let ticket = self.store.ticket(ticket).await?;
            if ticket.is_none_or(|ticket| ticket.senior != Some(known.senior)) {
                return Err(KeyError::Invalid("ticket: no ticket of this senior"));
            }
        }
        let (act, why) = (AccessAct::SignOut, out.note.clone());
        let how = Change { id, act, code: None, ticket: out.ticket, why, actor };
        self.change_entry(how, |entry, now| {
            entry.sign_out(KeyOut {
                to: out.to,
                since: now,
                by: actor.user,
                ticket: out.ticket,
                note: out.note.clone(),
            })
        })
        .await
    }

    /// Takes a key back.
    ///
    /// # Errors
    /// [`KeyError`].
    pub async fn sign_in_key(&self, id: KeyId, actor: &Actor) -> Changed {
        let act = AccessAct::SignIn;
        let how = Change { id, act, code: None, ticket: None, why: None, actor };
        self.change_entry(how, |entry, _| entry.sign_in()).await
    }

    /// Reads a code, for a person who may. It is shown only once that it was read stands in the
    /// ticket's history and in the log; what is refused stands in the log as well.
    ///
    /// # Errors
    /// [`KeyError`].
    pub async fn read_code(
        &self,
        seals: &Seals,
        id: KeyId,
        ticket: Option<TicketId>,
        reader: Reader,
        user: UserId,
    ) -> Result<(KeyEntry, SecretString), KeyError> {
        let known = self.known_key(id).await?;
        let entry = &known.entry;
        let code = match self.readable(&known, ticket, reader).await? {
            Ok((_, code)) => seals.open(&sealed_key(&entry.district, id), &code.bytes),
            Err(why) => return self.refused(entry, user, ticket, why).await,
        };
        let code = match code {
            Ok(code) => String::from_utf8_lossy(&code).into_owned().into(),
            Err(unreadable) => {
                let why = CodeRefusal::Sealed;
                let refused: Result<(), KeyError> = self.refused(entry, user, ticket, why).await;
                return Err(match refused {
                    Err(KeyError::Store(error)) => KeyError::Store(error),
                    Err(_) | Ok(()) => KeyError::NotOpened(unreadable),
                });
            }
        };
        let Some(on) = ticket else {
            return self.refused(entry, user, ticket, CodeRefusal::NoTicket).await;
        };
        let noted = self.change(on, None, |on, now| {
            on.read_code(entry, reader, By::Person { user }, now, self.policy())
        });
        match noted.await {
            Ok(_) => {}
            // It was closed, or taken over, in between.
            Err(UseCaseError::Conflict { current: Some(now), .. }) => {
                let why = now.shows_code(entry, reader).err().unwrap_or(CodeRefusal::NoTicket);
                return self.refused(entry, user, ticket, why).await;
            }
            Err(UseCaseError::Store(error)) => return Err(error.into()),
            Err(
                UseCaseError::NotFound(_)
                | UseCaseError::Conflict { .. }
                | UseCaseError::Invalid(_),
            ) => return self.refused(entry, user, ticket, CodeRefusal::NoTicket).await,
        }
        let line = self.line(entry, user, AccessAct::Read, self.clock.now());
        self.store.log_access(Access { ticket, ..line }).await?;
        Ok((known.entry, code))
    }

    /// Returns the sealed code and the ticket, where this person may read it.
    async fn readable<'a>(
        &self,
        known: &'a StoredKey,
        ticket: Option<TicketId>,
        reader: Reader,
    ) -> Result<Result<(Ticket, &'a Sealed), CodeRefusal>, StoreError> {
        if reader == Reader::Stranger {
            return Ok(Err(CodeRefusal::Stranger));
        }
        let Some(id) = ticket else { return Ok(Err(CodeRefusal::NoTicket)) };
        let Some(ticket) = self.store.ticket(id).await? else {
            return Ok(Err(CodeRefusal::NoTicket));
        };
        Ok(ticket.shows_code(&known.entry, reader).and_then(|()| {
            known.code.as_ref().map(|code| (ticket, code)).ok_or(CodeRefusal::NoCode)
        }))
    }

    /// Writes a refusal down, and returns it.
    async fn refused<T>(
        &self,
        entry: &KeyEntry,
        user: UserId,
        ticket: Option<TicketId>,
        why: CodeRefusal,
    ) -> Result<T, KeyError> {
        let line = self.line(entry, user, AccessAct::Read, self.clock.now());
        let why_not = Some(why.as_str().to_owned());
        let line = Access { ticket, allowed: false, why: why_not, ..line };
        self.store.log_access(line).await?;
        Err(why.into())
    }

    async fn known_key(&self, id: KeyId) -> Result<StoredKey, KeyError> {
        self.store.key(id).await?.ok_or(KeyError::NotFound("key"))
    }

    /// Reads an entry, lets `decide` change it, and writes it with its line of the log; once more if it
    /// changed meanwhile.
    async fn change_entry(
        &self,
        change: Change<'_>,
        decide: impl Fn(&mut KeyEntry, UnixMs) -> Result<(), Refusal>,
    ) -> Changed {
        let Change { id, act, code, ticket, why, actor } = change;
        for _ in 0..ATTEMPTS {
            let StoredKey { entry: before, version, .. } = self.known_key(id).await?;
            let (mut entry, now) = (before.clone(), self.clock.now());
            if let Err(refusal) = decide(&mut entry, now) {
                return Err(KeyError::refused(refusal, before));
            }
            entry.changed_at = now;
            let line = self.line(&entry, actor.user, act, now);
            let write = KeyWrite {
                entry: entry.clone(),
                expected_version: version,
                code: code.clone(),
                access: Some(Access { ticket, why: why.clone(), ..line }),
                idempotency: about(actor, id),
            };
            match self.store.put_keys(vec![write]).await {
                Ok(()) => return Ok(entry),
                Err(StoreError::Violates(Constraint::NoSuchThing)) => {}
                Err(StoreError::Violates(Constraint::Taken)) => {
                    return self.done_at_once(about(actor, id)).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        let current = Box::new(self.known_key(id).await?.entry);
        Err(KeyError::Conflict { why: "the entry changes too fast; try again", current })
    }

    /// The same request came twice at once: the other one did it.
    async fn done_at_once(&self, request: Option<Idempotency>) -> Changed {
        let other =
            KeyError::Invalid("this Idempotency-Key was used for another request; take a new one");
        let Some(own) = request else { return Err(other) };
        let known = self.store.idempotent(own.user, &own.key).await?;
        match known.filter(|known| known.fingerprint == own.fingerprint) {
            Some(Idempotency { subject: Subject::Key(id), .. }) => {
                self.known_key(id).await.map(|key| key.entry)
            }
            Some(_) | None => Err(other),
        }
    }

    fn sealed_code(
        &self,
        seals: &Seals,
        entry: &KeyEntry,
        code: Option<&SecretString>,
    ) -> Result<Option<Sealed>, KeyError> {
        let Some(code) = code else { return Ok(None) };
        if entry.kind != KeyKind::Code {
            return Err(KeyError::Invalid("code: a key or a card has none"));
        }
        let code = code.expose_secret().trim();
        if code.is_empty() || code.chars().count() > MAX_CODE || code.contains(char::is_control) {
            return Err(KeyError::Invalid("code: 1 to 64 characters"));
        }
        let seal = seals.seal(&sealed_key(&entry.district, entry.id), code.as_bytes())?;
        Ok(Some(kept(seal)))
    }

    /// Returns a line of the log of something that is allowed.
    fn line(&self, entry: &KeyEntry, by: UserId, act: AccessAct, at: UnixMs) -> Access {
        Access {
            id: self.ids.next(),
            district: entry.district.clone(),
            at,
            by,
            thing: Thing::Key(entry.id),
            act,
            ticket: None,
            allowed: true,
            why: None,
        }
    }
}

/// Returns a seal as the store keeps it.
pub(crate) fn kept(seal: Seal) -> Sealed {
    Sealed { with: seal.with.to_string(), bytes: seal.bytes }
}

/// Returns the request, about this entry.
fn about(actor: &Actor, id: KeyId) -> Option<Idempotency> {
    actor.idempotency.clone().map(|request| Idempotency { subject: Subject::Key(id), ..request })
}

/// Returns whether a ticket may be looked into by this reader: an operator, or who is on the way.
pub(crate) fn is_open_to(ticket: &Arc<Ticket>, reader: Reader) -> bool {
    match reader {
        Reader::Operator(_) => true,
        Reader::Responder(responder) => ticket.engages(responder),
        Reader::Stranger => false,
    }
}
