//! The two exchanges' conversations behind one face.

use std::collections::BTreeSet;

use silverbell_protocols::telephone::{
    CallEvent, DEFAULT_MAX_MESSAGE, Lines, Link, Unsendable, ami, esl,
};

use super::line::Asked;
use super::{ExchangeKind, TelephoneSettings};

/// A conversation with an exchange.
pub(super) enum Talk {
    Asterisk(Box<ami::Talk>),
    FreeSwitch(Box<esl::Talk>),
}

impl Talk {
    pub(super) fn new(settings: &TelephoneSettings) -> Self {
        let lines = Lines { area: settings.area.clone(), trunks: settings.trunks.clone() };
        match settings.kind {
            ExchangeKind::Asterisk => {
                Self::Asterisk(Box::new(ami::Talk::new(lines, DEFAULT_MAX_MESSAGE)))
            }
            ExchangeKind::FreeSwitch => {
                Self::FreeSwitch(Box::new(esl::Talk::new(lines, DEFAULT_MAX_MESSAGE)))
            }
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        match self {
            Self::Asterisk(talk) => talk.push(bytes),
            Self::FreeSwitch(talk) => talk.push(bytes),
        }
    }

    pub(super) fn next(&mut self) -> Option<CallEvent> {
        match self {
            Self::Asterisk(talk) => talk.next(),
            Self::FreeSwitch(talk) => talk.next(),
        }
    }

    /// Returns what the conversation itself wants to ask.
    pub(super) fn next_request(&mut self) -> Option<Vec<u8>> {
        match self {
            Self::Asterisk(talk) => talk.to_send(),
            Self::FreeSwitch(_) => None,
        }
    }

    /// Returns the calls that the exchange has told of since it was connected, and not ended.
    pub(super) fn names(&self) -> BTreeSet<String> {
        match self {
            Self::Asterisk(talk) => talk.names(),
            Self::FreeSwitch(talk) => talk.names(),
        }
    }

    pub(super) fn link(&self) -> Link {
        match self {
            Self::Asterisk(talk) => talk.link(),
            Self::FreeSwitch(talk) => talk.link(),
        }
    }

    pub(super) fn reconnected(&mut self) {
        match self {
            Self::Asterisk(talk) => talk.reconnected(),
            Self::FreeSwitch(talk) => talk.reconnected(),
        }
    }

    /// Returns whether this is the state in which one logs in.
    pub(super) fn awaits_log_in(&self) -> bool {
        match self {
            Self::Asterisk(talk) => talk.link() == Link::Opening,
            Self::FreeSwitch(talk) => talk.link() == Link::Asked,
        }
    }

    pub(super) fn log_in(&self, settings: &TelephoneSettings) -> Result<Vec<u8>, Unsendable> {
        match self {
            Self::Asterisk(_) => ami::login(&settings.user, &settings.secret),
            Self::FreeSwitch(_) => esl::auth(&settings.secret),
        }
    }

    /// Returns what to send once logged in: which events, and what is in progress.
    pub(super) fn begin(&self) -> Vec<u8> {
        match self {
            Self::Asterisk(_) => ami::list_calls(),
            Self::FreeSwitch(_) => [esl::subscribe(), esl::list_calls()].concat(),
        }
    }

    pub(super) fn keepalive(&self) -> Vec<u8> {
        match self {
            Self::Asterisk(_) => ami::ping(),
            Self::FreeSwitch(_) => esl::keepalive(),
        }
    }

    pub(super) fn originate(
        &self,
        asked: &Asked,
        settings: &TelephoneSettings,
    ) -> Result<Vec<u8>, Unsendable> {
        let (id, number, seat) = (&*asked.id.to_string(), &asked.number, &*asked.seat);
        let (context, ring_ms) = (&*settings.context, settings.ring_ms);
        match self {
            Self::Asterisk(_) => {
                ami::originate(ami::Originate { seat, number, id, context, ring_ms })
            }
            Self::FreeSwitch(_) => {
                esl::originate(esl::Originate { seat, number, id, context, ring_ms })
            }
        }
    }
}
