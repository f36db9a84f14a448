//! Telephone calls.
//!
//! Several write to one record at the same time: the exchange tells how the call goes on, a person
//! writes its summary, a ticket takes it. Whoever learns something says only that, as a
//! [`CallFact`], and the store folds it into the record in the transaction that writes it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use silverbell_domain::{CallId, DistrictId, SeniorId, TicketId, UnixMs, UserId};
use uuid::{Builder, Uuid};

use crate::Idempotency;

/// The result of a call whose end was not heard: it ran while we were away, and runs no longer.
pub const UNKNOWN_END: &str = "unknown";

/// A telephone call, as it is known now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallRecord {
    /// Identity.
    pub id: CallId,
    /// The district.
    pub district: DistrictId,
    /// The exchange's name of the call.
    pub exchange_call: String,
    /// Whether we called.
    pub outgoing: bool,
    /// The other party's number, in its canonical form.
    pub number: Option<String>,
    /// Whether the caller asked that the number be not shown.
    pub withheld: bool,
    /// Who may be calling, or is called.
    pub parties: Vec<CallParty>,
    /// Whose call it is, once that is known.
    pub senior: Option<SeniorId>,
    /// Who answered or called: a log-in name, or the seat where nobody is known to sit there.
    pub by: Option<String>,
    /// When it began to ring.
    pub ringing_at: UnixMs,
    /// When a person answered.
    pub answered_at: Option<UnixMs>,
    /// When it ended.
    pub ended_at: Option<UnixMs>,
    /// How: a word of the telephone's results, or [`UNKNOWN_END`].
    pub result: Option<String>,
    /// Where the exchange keeps its recording.
    pub recording: Option<String>,
    /// The ticket it belongs to.
    pub ticket: Option<TicketId>,
    /// What was said, in a person's words.
    pub summary: Option<String>,
    /// Whose words.
    pub summary_by: Option<UserId>,
    /// How well it was led, as somebody who listened to it found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<Box<CallQuality>>,
}

/// How well a call was led (质检), each from 1 (poor) to 5 (exemplary).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallQuality {
    /// Answered, greeted, said who speaks (开场).
    pub opening: u8,
    /// Listened, calm and kind (倾听).
    pub listening: u8,
    /// Asked what had to be known, in order (询问).
    pub questions: u8,
    /// Did what had to be done, in time (处置).
    pub action: u8,
    /// Said what happens now, and stayed as long as needed (收尾).
    pub closing: u8,
    /// In words.
    pub note: Option<String>,
    /// Who listened.
    pub by: UserId,
    /// When.
    pub at: UnixMs,
}

impl CallQuality {
    /// Returns the grades, in the order of the fields.
    #[must_use]
    pub const fn grades(&self) -> [u8; 5] {
        [self.opening, self.listening, self.questions, self.action, self.closing]
    }
}

impl CallRecord {
    /// Returns the identity of the call that the exchange names so: the same after a restart and on
    /// every node, so that a call that is told again is not a second one. A name that is a UUID is
    /// the identity itself: of a call that we asked for, and of every call of FreeSWITCH.
    #[must_use]
    pub fn identity(exchange_call: &str) -> CallId {
        CallId(Uuid::parse_str(exchange_call).unwrap_or_else(|_| {
            let hash: [u8; 32] = Sha256::digest(exchange_call).into();
            let mut bytes = [0; 16];
            bytes.copy_from_slice(&hash[..16]);
            Builder::from_custom_bytes(bytes).into_uuid()
        }))
    }

    /// Takes over what is not known here from the record as somebody else knows it.
    pub fn complete(&mut self, other: Self) {
        self.withheld |= other.withheld;
        self.number = self.number.take().or(other.number);
        if self.parties.is_empty() {
            (self.parties, self.district) = (other.parties, other.district);
        }
        self.senior = self.senior.or(other.senior);
        self.by = self.by.take().or(other.by);
        self.answered_at = self.answered_at.or(other.answered_at);
        if self.ended_at.is_none() {
            (self.ended_at, self.result) = (other.ended_at, other.result);
        }
        self.recording = self.recording.take().or(other.recording);
        self.ticket = self.ticket.or(other.ticket);
        if self.summary.is_none() {
            (self.summary, self.summary_by) = (other.summary, other.summary_by);
        }
        self.quality = self.quality.take().or(other.quality);
    }

    /// Returns whether its end is known; that it was not heard is no end.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.ended_at.is_some() && self.result.as_deref() != Some(UNKNOWN_END)
    }

    /// Folds in what was learnt. The same once more changes nothing.
    pub fn learn(&mut self, fact: &CallFact) {
        match fact {
            CallFact::Told { district, number, withheld, parties } => {
                self.withheld |= withheld;
                self.number = number.clone().or(self.number.take());
                if !parties.is_empty() {
                    self.district = district.clone();
                    self.parties.clone_from(parties);
                }
                if let [only] = &*self.parties {
                    self.senior.get_or_insert(only.senior);
                }
                // It was only not heard of, and runs.
                if !self.is_over() {
                    (self.ended_at, self.result) = (None, None);
                }
            }
            CallFact::Answered { at, by } => {
                self.answered_at.get_or_insert(*at);
                self.by = by.clone().or(self.by.take());
            }
            CallFact::Ended { at, result, recording } => {
                if !self.is_over() {
                    (self.ended_at, self.result) = (Some(*at), Some(result.clone()));
                }
                self.recording = recording.clone().or(self.recording.take());
            }
            CallFact::Joined { ticket, senior } => {
                self.ticket.get_or_insert(*ticket);
                self.senior.get_or_insert(*senior);
            }
            CallFact::Tied { ticket, senior } => {
                self.ticket = Some(*ticket);
                self.senior = senior.or(self.senior);
            }
            CallFact::Graded(quality) => self.quality = Some(quality.clone()),
            CallFact::Summarised { text, by, senior } => {
                (self.summary, self.summary_by) = (Some(text.clone()), Some(*by));
                self.senior = senior.or(self.senior);
            }
        }
    }
}

/// One thing learnt of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallFact {
    /// The exchange tells that it runs, and who may be calling, as far as that is known.
    Told {
        /// The district of those.
        district: DistrictId,
        /// The number, in its canonical form.
        number: Option<String>,
        /// Whether the caller asked that it be not shown.
        withheld: bool,
        /// Those who have the number.
        parties: Vec<CallParty>,
    },
    /// A person answered.
    Answered {
        /// When.
        at: UnixMs,
        /// The seat.
        by: Option<String>,
    },
    /// It is over.
    Ended {
        /// When.
        at: UnixMs,
        /// How: a word of the telephone's results, or [`UNKNOWN_END`].
        result: String,
        /// Where the exchange keeps its recording.
        recording: Option<String>,
    },
    /// The machine found the ticket that it belongs to. What a person said counts for more.
    Joined {
        /// The ticket.
        ticket: TicketId,
        /// Whose it is.
        senior: SeniorId,
    },
    /// A person opened this ticket from it.
    Tied {
        /// The ticket.
        ticket: TicketId,
        /// Whose it is.
        senior: Option<SeniorId>,
    },
    /// A person listened to it and said how well it was led; the last one counts.
    Graded(Box<CallQuality>),
    /// A person wrote down what was said.
    Summarised {
        /// In a person's words.
        text: String,
        /// Whose words.
        by: UserId,
        /// Whose call it was, where the person said so.
        senior: Option<SeniorId>,
    },
}

/// What was learnt of a call, to be folded into its record.
#[derive(Clone, Debug)]
pub struct CallNews {
    /// How the record begins where there is none.
    pub call: CallRecord,
    /// What was learnt, in its order.
    pub facts: Vec<CallFact>,
    /// The key of the person's request that begins the call.
    pub idempotency: Option<Idempotency>,
}

impl CallNews {
    /// Returns the record as it is afterwards.
    #[must_use]
    pub fn folded(&self, kept: Option<CallRecord>) -> CallRecord {
        let mut call = kept.unwrap_or_else(|| self.call.clone());
        self.facts.iter().for_each(|fact| call.learn(fact));
        call
    }
}

/// Somebody who has a call's number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallParty {
    /// The senior.
    pub senior: SeniorId,
    /// The senior's name.
    pub name: String,
    /// Date of birth, `YYYY-MM-DD`.
    pub born: String,
    /// Village.
    pub village: String,
    /// What the owner of the number is to the senior; `None` for the senior's own number.
    pub relation: Option<String>,
}
