//! The silent call: somebody pressed or called, and nobody speaks. It is presumed an emergency. Aides
//! are asked at once; meanwhile operators try, step by step and each in its time, to hear something:
//! two calls back, the family, a neighbour or the property office. What nobody has settled then climbs.

use serde::{Deserialize, Serialize};

use crate::{
    By, EscalationReason, Event, Flag, NewEvent, Policy, Refusal, Rung, Ticket, UnixMs, Urgency,
    UserId,
};

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SilenceStep {
    /// The senior is called back.
    FirstCallBack,
    /// …and once more.
    SecondCallBack,
    /// The family is called, in the order of the file.
    Family,
    /// A neighbour or the property office is asked to knock.
    Neighbour,
    /// Everything was tried: the aides' knock is awaited, and everybody told that nothing was heard.
    Aides,
}

impl SilenceStep {
    /// Every step, in order.
    pub const ALL: [Self; 5] =
        [Self::FirstCallBack, Self::SecondCallBack, Self::Family, Self::Neighbour, Self::Aides];

    /// Returns the word used in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstCallBack => "first_call_back",
            Self::SecondCallBack => "second_call_back",
            Self::Family => "family",
            Self::Neighbour => "neighbour",
            Self::Aides => "aides",
        }
    }

    /// Returns the step of this word, `None` for an unknown one.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == word)
    }

    fn next(self) -> Option<Self> {
        Self::ALL.into_iter().find(|step| *step > self)
    }

    /// Returns how long it is tried, `None` for the last one.
    fn takes_s(self, policy: &Policy) -> Option<u32> {
        match self {
            Self::FirstCallBack | Self::SecondCallBack => Some(policy.silence.call_back_s),
            Self::Family | Self::Neighbour => Some(policy.silence.contact_s),
            Self::Aides => None,
        }
    }
}

/// How far a silent call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// What is tried at present.
    pub step: SilenceStep,
    /// Since when.
    pub since: UnixMs,
}

impl Ticket {
    /// Nobody speaks: presumed an emergency. Ends the hold and begins the ladder; or, when `after` is
    /// the step that is tried at present, goes on to the next. Said again it changes nothing.
    ///
    /// # Errors
    /// [`Refusal::State`] when it is closed, or no emergency.
    pub fn no_voice(
        &mut self,
        by: UserId,
        after: Option<SilenceStep>,
        now: UnixMs,
        policy: &Policy,
    ) -> Result<Vec<NewEvent>, Refusal> {
        self.must_be_open()?;
        if !self.is_emergency() {
            let words = "this is no emergency: open a ticket of kind `silent` for the senior";
            return Err(Refusal::State(words));
        }
        let step = match (self.silence, after) {
            (None, None) => {
                self.presume_emergency(now);
                Some(self.first_silence_step())
            }
            (Some(silence), Some(after)) if after == silence.step => silence.step.next(),
            // Said of a step that is over, or of a ladder that has ended.
            (Some(_) | None, _) => None,
        };
        let Some(step) = step else { return Ok(Vec::new()) };
        self.silence = Some(Silence { step, since: now });
        Ok(self.moved(By::Person { user: by }, now, Event::NoVoice { step }, policy))
    }

    /// The senior, or somebody who is there, was heard: the ladder ends. What the ticket is about is
    /// then for the operator to say.
    ///
    /// # Errors
    /// [`Refusal::State`] when it is closed.
    pub fn voice_heard(
        &mut self,
        by: UserId,
        note: Option<String>,
        now: UnixMs,
        policy: &Policy,
    ) -> Result<Vec<NewEvent>, Refusal> {
        self.must_be_open()?;
        if self.silence.take().is_none() {
            return Ok(Vec::new());
        }
        self.flags.remove(&Flag::NoVoice);
        Ok(self.moved(By::Person { user: by }, now, Event::VoiceHeard { note }, policy))
    }

    /// Returns when the next step is due: not once somebody is with the senior.
    pub(crate) fn silence_at(&self, policy: &Policy) -> Option<UnixMs> {
        let silence = self.silence.filter(|_| self.times.with_senior.is_none())?;
        silence.step.takes_s(policy).map(|s| silence.since.plus_s(s.into()))
    }

    /// The time of a step has passed.
    pub(crate) fn silence_goes_on(
        &mut self,
        desk: crate::Desk,
        now: UnixMs,
        policy: &Policy,
    ) -> Vec<NewEvent> {
        let Some(step) = self.silence.and_then(|silence| silence.step.next()) else {
            return Vec::new();
        };
        self.silence = Some(Silence { step, since: now });
        let mut events =
            vec![NewEvent { at: now, by: By::Machine, event: Event::NoVoice { step } }];
        let (why, from) = (EscalationReason::NoVoice, Rung::Owner);
        events.extend(self.raise(why, from, desk, now, policy));
        events
    }

    /// Nobody who cannot hear or speak is called back.
    fn first_silence_step(&self) -> SilenceStep {
        if self.needs.cannot_talk() { SilenceStep::Family } else { SilenceStep::FirstCallBack }
    }

    fn presume_emergency(&mut self, now: UnixMs) {
        self.flags.insert(Flag::NoVoice);
        // There is nobody with whom it could be confirmed.
        self.flags.remove(&Flag::ByHand);
        self.urgency = self.urgency.min(Urgency::Urgent);
        self.end_hold(now);
    }
}
