//! Why a call out was not answered, from what networks and exchanges tell.
//!
//! In China "switched off" (关机) and above all "no credit" (停机) are mostly told by a voice only,
//! before the answer, while the signalling says "normal" or "no answer". What the signalling can
//! tell is read here: Q.850 20 and SIP 480 without ringing are a telephone that is off, no code
//! means no credit. An exchange that listens to the announcements (a detector module, a speech
//! recogniser) tells its finding by setting [`RESULT_VARIABLE`] on either leg to a word of
//! [`CallResult::as_str`]; it is believed before any code.

use super::CallResult;

/// The channel variable by which a dialplan tells how a call out went.
pub const RESULT_VARIABLE: &str = "SILVERBELL_RESULT";

/// All that was told of one unanswered call out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    /// What the dialplan heard.
    pub(super) told: Option<CallResult>,
    /// Status of the SIP answer.
    pub(super) sip: Option<u16>,
    /// Cause of the Q.850 release.
    pub(super) q850: Option<u16>,
    /// What the exchange's dialling made of it.
    pub(super) status: Option<CallResult>,
    /// Whether it rang.
    pub(super) rang: bool,
}

impl Verdict {
    /// Returns how the call went: the nearer the source to the called telephone, the more it counts.
    pub(super) fn result(&self) -> CallResult {
        if let Some(told) = self.told {
            return told;
        }
        // 487 is the network's answer to our own giving up, not its finding.
        let sip = self.sip.filter(|&code| code != 487).and_then(of_sip);
        let gave_up = self.status.filter(|&status| status == CallResult::NoAnswer);
        let q850 = self.q850.and_then(of_q850);
        let result = sip.or(gave_up).or(q850).or(self.status);
        match result {
            // It rang, so it was on and there.
            Some(CallResult::SwitchedOff | CallResult::Unreachable) if self.rang => {
                CallResult::NoAnswer
            }
            Some(result) => result,
            None if self.rang || self.sip == Some(487) => CallResult::NoAnswer,
            None => CallResult::Failed,
        }
    }
}

/// Returns what a Q.850 cause says of a call that was not answered, `None` if nothing.
#[must_use]
pub const fn of_q850(cause: u16) -> Option<CallResult> {
    Some(match cause {
        // Unallocated; misdialled; number changed; incomplete.
        1 | 5 | 22 | 28 => CallResult::NoSuchNumber,
        // Normal clearing; alerted, no answer; normal, unspecified.
        16 | 19 | 31 => CallResult::NoAnswer,
        17 => CallResult::Busy,
        // No route; no user responding; out of order.
        2 | 3 | 18 | 27 => CallResult::Unreachable,
        // Subscriber absent: a mobile telephone that the network cannot find.
        20 => CallResult::SwitchedOff,
        21 => CallResult::Refused,
        // The network, or our own rights in it.
        6..=15 | 23..=26 | 29 | 30 | 32..=126 => CallResult::Failed,
        _ => return None,
    })
}

/// Returns what a SIP status says of a call that was not answered, `None` if nothing.
#[must_use]
pub const fn of_sip(status: u16) -> Option<CallResult> {
    Some(match status {
        404 | 410 | 484 | 485 | 604 => CallResult::NoSuchNumber,
        486 | 600 => CallResult::Busy,
        487 => CallResult::NoAnswer,
        480 => CallResult::SwitchedOff,
        408 | 430 => CallResult::Unreachable,
        433 | 603 | 607 | 608 => CallResult::Refused,
        400..=699 => CallResult::Failed,
        _ => return None,
    })
}

/// Returns what Asterisk's `DIALSTATUS` says, `None` if nothing.
#[must_use]
pub fn of_dial_status(status: &str) -> Option<CallResult> {
    Some(match status.trim() {
        "ANSWER" => CallResult::Completed,
        "BUSY" => CallResult::Busy,
        "NOANSWER" | "CANCEL" => CallResult::NoAnswer,
        "CHANUNAVAIL" => CallResult::Unreachable,
        "CONGESTION" | "INVALIDARGS" | "ABORT" => CallResult::Failed,
        "DONTCALL" | "TORTURE" => CallResult::Refused,
        _ => return None,
    })
}

/// Returns the Q.850 cause that FreeSWITCH's name of one stands for, `None` for a name without one.
#[must_use]
pub fn q850_of_name(name: &str) -> Option<u16> {
    Some(match name.trim() {
        "UNALLOCATED_NUMBER" | "NO_PICKUP" => 1,
        "NO_ROUTE_TRANSIT_NET" => 2,
        "NO_ROUTE_DESTINATION" => 3,
        "NORMAL_CLEARING" | "ORIGINATOR_CANCEL" | "LOSE_RACE" => 16,
        "USER_BUSY" => 17,
        "NO_USER_RESPONSE" => 18,
        "NO_ANSWER" | "ALLOTTED_TIMEOUT" | "PROGRESS_TIMEOUT" => 19,
        "SUBSCRIBER_ABSENT" | "USER_NOT_REGISTERED" => 20,
        "CALL_REJECTED" | "DECLINE" => 21,
        "NUMBER_CHANGED" => 22,
        "DESTINATION_OUT_OF_ORDER" => 27,
        "INVALID_NUMBER_FORMAT" => 28,
        "FACILITY_REJECTED" => 29,
        "NORMAL_UNSPECIFIED" => 31,
        "NORMAL_CIRCUIT_CONGESTION" => 34,
        "NETWORK_OUT_OF_ORDER" | "GATEWAY_DOWN" | "INVALID_GATEWAY" => 38,
        "NORMAL_TEMPORARY_FAILURE" => 41,
        "SWITCH_CONGESTION" => 42,
        "OUTGOING_CALL_BARRED" => 52,
        "BEARERCAPABILITY_NOTAUTH" => 57,
        "BEARERCAPABILITY_NOTAVAIL" => 58,
        "INCOMPATIBLE_DESTINATION" => 88,
        "RECOVERY_ON_TIMER_EXPIRE" => 102,
        "INTERWORKING" => 127,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_tell_why_nobody_answered() {
        let told = [
            (1, CallResult::NoSuchNumber),
            (3, CallResult::Unreachable),
            (16, CallResult::NoAnswer),
            (17, CallResult::Busy),
            (18, CallResult::Unreachable),
            (19, CallResult::NoAnswer),
            (20, CallResult::SwitchedOff),
            (21, CallResult::Refused),
            (27, CallResult::Unreachable),
            (28, CallResult::NoSuchNumber),
            (38, CallResult::Failed),
        ];
        for (cause, result) in told {
            assert_eq!(of_q850(cause), Some(result), "{cause}");
        }
        assert_eq!((of_q850(0), of_q850(127)), (None, None));
    }

    #[test]
    fn sip_tells_why_nobody_answered() {
        let told = [
            (404, CallResult::NoSuchNumber),
            (480, CallResult::SwitchedOff),
            (486, CallResult::Busy),
            (487, CallResult::NoAnswer),
            (603, CallResult::Refused),
            (403, CallResult::Failed),
            (503, CallResult::Failed),
        ];
        for (status, result) in told {
            assert_eq!(of_sip(status), Some(result), "{status}");
        }
        assert_eq!((of_sip(200), of_sip(0)), (None, None));
    }

    #[test]
    fn a_telephone_that_rang_is_not_switched_off() {
        let quiet = Verdict { sip: Some(480), q850: Some(19), ..Verdict::default() };
        assert_eq!(quiet.result(), CallResult::SwitchedOff);
        assert_eq!(Verdict { rang: true, ..quiet }.result(), CallResult::NoAnswer);
    }

    #[test]
    fn giving_up_is_no_finding_of_the_network() {
        let status = Some(CallResult::NoAnswer);
        let gave_up = Verdict { sip: Some(487), q850: Some(127), status, ..Verdict::default() };
        assert_eq!(gave_up.result(), CallResult::NoAnswer);
        assert_eq!(Verdict { q850: Some(38), ..gave_up }.result(), CallResult::NoAnswer);
    }

    #[test]
    fn what_the_dialplan_heard_is_believed_first() {
        let told = Some(CallResult::NoCredit);
        let heard = Verdict { told, sip: Some(480), rang: true, ..Verdict::default() };
        assert_eq!(heard.result(), CallResult::NoCredit);
    }

    #[test]
    fn a_call_of_which_nothing_is_told_has_failed() {
        assert_eq!(Verdict::default().result(), CallResult::Failed);
    }

    #[test]
    fn freeswitch_names_mean_their_causes() {
        let result = |name| q850_of_name(name).and_then(of_q850);
        assert_eq!(result("SUBSCRIBER_ABSENT"), Some(CallResult::SwitchedOff));
        assert_eq!(result("CALL_REJECTED"), Some(CallResult::Refused));
        assert_eq!(result("UNALLOCATED_NUMBER"), Some(CallResult::NoSuchNumber));
        assert_eq!(result("GATEWAY_DOWN"), Some(CallResult::Failed));
        assert_eq!(result("SYSTEM_SHUTDOWN"), None);
    }
}
