//! Forced entry (强制开门): who decided that a door is opened by force, who was told and who watched,
//! who opened it, and who secured it afterwards. Each step is said once. What comes later completes the
//! record and never writes over it; a mistake is put right by a correction beside it.

use serde::{Deserialize, Serialize};

use crate::{By, Event, NewEvent, Policy, Refusal, Ticket, UnixMs, UserId};

/// The longest of the texts, characters.
const MAX_WORDS: usize = 300;

/// A record has at most so many corrections.
const MAX_CORRECTIONS: usize = 20;

/// A door was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorOpened {
    /// When.
    pub at: UnixMs,
    /// By whom, and how.
    pub by: String,
}

/// A door was secured afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorSecured {
    /// When it was said.
    pub at: UnixMs,
    /// By whom.
    pub by: String,
    /// How: a new lock, somebody stays.
    pub how: String,
}

/// The door need not be opened any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryCalledOff {
    /// When.
    pub at: UnixMs,
    /// Why.
    pub reason: String,
}

/// Something that was recorded wrongly, put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryCorrection {
    /// When.
    pub at: UnixMs,
    /// By whom.
    pub by: UserId,
    /// What is right.
    pub text: String,
}

/// The record of a forced entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForcedEntry {
    /// When it was decided.
    pub decided_at: UnixMs,
    /// Who wrote that down.
    pub decided_by: UserId,
    /// Who authorised it.
    pub authorised_by: String,
    /// The number of the call to 110.
    pub police_reference: String,
    /// Who watches.
    pub witness: String,
    /// Why.
    pub reason: String,
    /// The door is open.
    pub opened: Option<DoorOpened>,
    /// The door is secured.
    pub secured: Option<DoorSecured>,
    /// It was not needed any more.
    pub called_off: Option<EntryCalledOff>,
    /// What was recorded wrongly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<EntryCorrection>,
}

/// What a person says of a forced entry; each part once, together or one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntrySaid {
    /// Who authorised it.
    pub authorised_by: Option<String>,
    /// The number of the call to 110.
    pub police_reference: Option<String>,
    /// Who watches.
    pub witness: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who opened the door, and how.
    pub opened_by: Option<String>,
    /// When; the present when missing.
    pub opened_at: Option<UnixMs>,
    /// Who secured it.
    pub secured_by: Option<String>,
    /// How.
    pub secured_how: Option<String>,
    /// Why the door need not be opened any more.
    pub called_off: Option<String>,
    /// What was recorded wrongly, and what is right.
    pub correction: Option<String>,
}

impl EntrySaid {
    fn texts(&self) -> [&Option<String>; 9] {
        [
            &self.authorised_by,
            &self.police_reference,
            &self.witness,
            &self.reason,
            &self.opened_by,
            &self.secured_by,
            &self.secured_how,
            &self.called_off,
            &self.correction,
        ]
    }

    fn validate(&self, now: UnixMs) -> Result<(), Refusal> {
        let mut said = self.texts().into_iter().flatten().peekable();
        if said.peek().is_none() {
            return Err(Refusal::Invalid(
                "say what was decided, opened, secured, called off or is to be corrected",
            ));
        }
        if said.any(|text| text.trim().is_empty() || text.chars().count() > MAX_WORDS) {
            return Err(Refusal::Invalid("no text may be blank or longer than 300 characters"));
        }
        if self.opened_at.is_some_and(|at| at > now) {
            return Err(Refusal::Invalid("opened_at: lies in the future"));
        }
        if self.opened_at.is_some() && self.opened_by.is_none() {
            return Err(Refusal::Invalid("opened_by: say who opened the door"));
        }
        if self.secured_by.is_some() != self.secured_how.is_some() {
            return Err(Refusal::Invalid(
                "secured_by, secured_how: say who secured the door and how",
            ));
        }
        Ok(())
    }

    fn decides(&self) -> bool {
        let decision = [&self.authorised_by, &self.police_reference, &self.witness, &self.reason];
        decision.into_iter().any(Option::is_some)
    }
}

const SAID_BEFORE: Refusal = Refusal::State(
    "this is on record already and is not written over; say what is right in `correction`",
);

impl ForcedEntry {
    fn decided(said: &EntrySaid, by: UserId, now: UnixMs) -> Result<Self, Refusal> {
        const MISSING: Refusal = Refusal::Invalid(
            "a forced entry needs authorised_by, police_reference, witness and reason",
        );
        let text = |text: &Option<String>| text.clone().ok_or(MISSING);
        Ok(Self {
            decided_at: now,
            decided_by: by,
            authorised_by: text(&said.authorised_by)?,
            police_reference: text(&said.police_reference)?,
            witness: text(&said.witness)?,
            reason: text(&said.reason)?,
            opened: None,
            secured: None,
            called_off: None,
            corrections: Vec::new(),
        })
    }

    /// Returns whether a decision that is said again is the one on record.
    fn is_as_said(&self, said: &EntrySaid) -> bool {
        let same =
            |said: &Option<String>, known: &str| said.as_deref().is_none_or(|it| it == known);
        same(&said.authorised_by, &self.authorised_by)
            && same(&said.police_reference, &self.police_reference)
            && same(&said.witness, &self.witness)
            && same(&said.reason, &self.reason)
    }

    /// Returns why the ticket cannot be closed yet, if so.
    #[must_use]
    pub const fn unfinished(&self) -> Option<&'static str> {
        match (&self.opened, &self.secured, &self.called_off) {
            (_, Some(_), _) | (None, None, Some(_)) => None,
            (Some(_), None, _) => Some(
                "the door was opened by force and is not secured: say who secured it and how \
                 before the ticket is closed",
            ),
            (None, None, None) => Some(
                "a forced entry was decided: say whether the door was opened, or that it was \
                 called off, before the ticket is closed",
            ),
        }
    }

    fn open(&mut self, said: &EntrySaid, now: UnixMs) -> Result<Option<Event>, Refusal> {
        let Some(by) = &said.opened_by else { return Ok(None) };
        if self.called_off.is_some() {
            return Err(Refusal::State("this forced entry was called off; decide anew"));
        }
        match &self.opened {
            Some(known) if known.by == *by && said.opened_at.is_none_or(|at| at == known.at) => {
                Ok(None)
            }
            Some(_) => Err(SAID_BEFORE),
            None => {
                let opened = DoorOpened { at: said.opened_at.unwrap_or(now), by: by.clone() };
                self.opened = Some(opened.clone());
                Ok(Some(Event::EntryForced { opened_by: opened.by, opened_at: opened.at }))
            }
        }
    }

    fn secure(&mut self, said: &EntrySaid, now: UnixMs) -> Result<Option<Event>, Refusal> {
        let (Some(by), Some(how)) = (&said.secured_by, &said.secured_how) else { return Ok(None) };
        if self.opened.is_none() {
            return Err(Refusal::State("the door is not open yet: say first who opened it"));
        }
        match &self.secured {
            Some(known) if known.by == *by && known.how == *how => Ok(None),
            Some(_) => Err(SAID_BEFORE),
            None => {
                self.secured = Some(DoorSecured { at: now, by: by.clone(), how: how.clone() });
                Ok(Some(Event::EntrySecured { secured_by: by.clone(), how: how.clone() }))
            }
        }
    }

    fn call_off(&mut self, said: &EntrySaid, now: UnixMs) -> Result<Option<Event>, Refusal> {
        let Some(reason) = &said.called_off else { return Ok(None) };
        if self.opened.is_some() {
            return Err(Refusal::State("the door is open already: say who secured it"));
        }
        match &self.called_off {
            Some(known) if known.reason == *reason => Ok(None),
            Some(_) => Err(SAID_BEFORE),
            None => {
                self.called_off = Some(EntryCalledOff { at: now, reason: reason.clone() });
                Ok(Some(Event::EntryCalledOff { reason: reason.clone() }))
            }
        }
    }

    fn correct(
        &mut self,
        said: &EntrySaid,
        by: UserId,
        now: UnixMs,
    ) -> Result<Option<Event>, Refusal> {
        let Some(text) = &said.correction else { return Ok(None) };
        if self.corrections.last().is_some_and(|last| last.text == *text && last.by == by) {
            return Ok(None);
        }
        if self.corrections.len() >= MAX_CORRECTIONS {
            return Err(Refusal::State("there are 20 corrections already; write a note"));
        }
        self.corrections.push(EntryCorrection { at: now, by, text: text.clone() });
        Ok(Some(Event::EntryCorrected { text: text.clone() }))
    }
}

impl Ticket {
    /// An operator says how far a forced entry has come: decided, opened, secured; or called off; or
    /// what was recorded wrongly. The same said again changes nothing.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when something is missing or blank; [`Refusal::State`] when the step cannot
    /// follow, something else is on record, or the ticket is closed (a correction is still taken).
    pub fn force_entry(
        &mut self,
        by: UserId,
        said: &EntrySaid,
        now: UnixMs,
        policy: &Policy,
    ) -> Result<Vec<NewEvent>, Refusal> {
        said.validate(now)?;
        let only_corrects =
            said.texts().into_iter().flatten().count() == 1 && said.correction.is_some();
        if !only_corrects {
            self.must_be_open()?;
        }
        let known = self.forced_entry.as_deref().cloned();
        let mut happened = Vec::new();
        let mut entry = match known {
            Some(entry)
                if said.decides() && entry.is_as_said(said) && entry.called_off.is_none() =>
            {
                entry
            }
            Some(entry) if said.decides() && entry.called_off.is_none() => {
                drop(entry);
                return Err(SAID_BEFORE);
            }
            Some(entry) if !said.decides() => entry,
            // Nothing was decided yet, or what was decided was called off.
            Some(_) | None => {
                let entry = ForcedEntry::decided(said, by, now)?;
                happened.push(Event::EntryDecided {
                    authorised_by: entry.authorised_by.clone(),
                    police_reference: entry.police_reference.clone(),
                    witness: entry.witness.clone(),
                    reason: entry.reason.clone(),
                });
                entry
            }
        };
        happened.extend(entry.open(said, now)?);
        happened.extend(entry.secure(said, now)?);
        happened.extend(entry.call_off(said, now)?);
        happened.extend(entry.correct(said, by, now)?);
        self.forced_entry = Some(Box::new(entry));
        let by = By::Person { user: by };
        Ok(happened.into_iter().flat_map(|event| self.moved(by, now, event, policy)).collect())
    }
}
