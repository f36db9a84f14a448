//! Telephone calls.

use serde::{Deserialize, Serialize};
use silverbell_domain::{CallId, DistrictId, SeniorId, TicketId, UnixMs, UserId};

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
    /// The seat that answered or called.
    pub by: Option<String>,
    /// When it began to ring.
    pub ringing_at: UnixMs,
    /// When a person answered.
    pub answered_at: Option<UnixMs>,
    /// When it ended.
    pub ended_at: Option<UnixMs>,
    /// How: a word of the telephone's results.
    pub result: Option<String>,
    /// Where the exchange keeps its recording.
    pub recording: Option<String>,
    /// The ticket it belongs to.
    pub ticket: Option<TicketId>,
    /// What was said, in a person's words.
    pub summary: Option<String>,
    /// Whose words.
    pub summary_by: Option<UserId>,
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
