//! A death: aides never declare it. 120 or the police confirm it, a second person signs, and only then
//! does the service stop calling, visiting and writing.

use serde::{Deserialize, Serialize};

use crate::{
    By, EscalationTarget, Event, NewEvent, Policy, Refusal, SeniorId, Ticket, UnixMs, UserId,
};

/// A death that was confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Death {
    /// Who died.
    pub senior: SeniorId,
    /// Who confirmed it: 120 or 110.
    pub confirmed_by: EscalationTarget,
    /// The doctor's or officer's name, or their reference.
    pub reference: String,
    /// The operator who was told.
    pub stated_by: UserId,
    /// When.
    pub stated_at: UnixMs,
    /// The second person, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<(UserId, UnixMs)>,
}

impl Ticket {
    /// An operator notes that 120 or the police confirmed a death. Said again before it is signed, it
    /// corrects what was said.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when nobody knows who it is, somebody else than 120 or 110 is named, or no
    /// reference; [`Refusal::State`] once it is signed.
    pub fn state_death(
        &mut self,
        by: UserId,
        confirmed_by: EscalationTarget,
        reference: &str,
        now: UnixMs,
        policy: &Policy,
    ) -> Result<Vec<NewEvent>, Refusal> {
        self.must_not_be_archived()?;
        let senior = self.senior;
        let senior = senior.ok_or(Refusal::Invalid("say first whose ticket it is (`/verify`)"))?;
        if !matches!(confirmed_by, EscalationTarget::Ambulance | EscalationTarget::Police) {
            return Err(Refusal::Invalid("confirmed_by: 120 or 110; nobody else confirms a death"));
        }
        let reference = reference.trim();
        if reference.is_empty() || reference.chars().count() > 200 {
            return Err(Refusal::Invalid(
                "reference: the doctor's or officer's name or number, at most 200 characters",
            ));
        }
        if self.death.as_ref().is_some_and(|death| death.signed.is_some()) {
            return Err(Refusal::State("the death is signed already"));
        }
        let reference = reference.to_owned();
        self.death = Some(Death {
            senior,
            confirmed_by,
            reference: reference.clone(),
            stated_by: by,
            stated_at: now,
            signed: None,
        });
        let event = Event::DeathStated { confirmed_by, reference };
        Ok(self.moved(By::Person { user: by }, now, event, policy))
    }

    /// A second person signs. Nobody is called back any more.
    ///
    /// # Errors
    /// [`Refusal::State`] when no death was stated, or the same person signs.
    pub fn sign_death(
        &mut self,
        by: UserId,
        now: UnixMs,
        policy: &Policy,
    ) -> Result<Vec<NewEvent>, Refusal> {
        let Some(death) = &mut self.death else {
            return Err(Refusal::State("no death was stated: 120 or 110 confirm it first"));
        };
        if death.signed.is_some() {
            return Ok(Vec::new());
        }
        if self.senior != Some(death.senior) {
            return Err(Refusal::State("the ticket is somebody else's by now: state it again"));
        }
        if death.stated_by == by {
            return Err(Refusal::State("a second person signs: not whoever was told"));
        }
        death.signed = Some((by, now));
        self.end_aftercare(now);
        Ok(self.moved(By::Person { user: by }, now, Event::DeathSigned {}, policy))
    }

    /// A death that was signed was recorded by mistake.
    pub fn revoke_death(&mut self, by: UserId, now: UnixMs, policy: &Policy) -> Vec<NewEvent> {
        if self.death.take().is_none() {
            return Vec::new();
        }
        self.moved(By::Person { user: by }, now, Event::DeathRevoked {}, policy)
    }

    /// The senior has died: nobody is called back because of this ticket. Empty when nobody would be.
    pub fn cancel_aftercare(&mut self, now: UnixMs, policy: &Policy) -> Vec<NewEvent> {
        if !self.end_aftercare(now) {
            return Vec::new();
        }
        self.reschedule(policy);
        vec![NewEvent { at: now, by: By::Machine, event: Event::AftercareCancelled {} }]
    }
}
