//! What must be known of an exchange: where it stands, and which of its lines lead outside.

use super::AreaCode;

/// Words in the names of lines that lead outside, as exchanges are mostly set up.
const OUTSIDE_WORDS: [&str; 7] =
    ["trunk", "pstn", "external", "public", "inbound", "incoming", "dahdi"];

/// How an exchange is set up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// Its area code, for numbers written without one.
    pub area: Option<AreaCode>,
    /// The names of what leads outside: endpoints (`PJSIP/trunk`), SIP profiles or gateways
    /// (`external`), dialplan contexts (`from-trunk`). If none is given, lines are told by usual
    /// words in their names, and by the numbers: somebody with a public number calls from outside.
    pub trunks: Vec<String>,
}

impl Lines {
    /// Returns whether lines are told by usual names and by numbers only.
    pub(super) const fn guesses(&self) -> bool {
        self.trunks.is_empty()
    }

    /// Returns whether any of a channel's names (endpoint, profile, gateway, context) leads outside.
    pub(super) fn is_outside(&self, names: &[&str]) -> bool {
        names.iter().filter(|name| !name.is_empty()).any(|name| {
            let name = name.to_ascii_lowercase();
            if self.guesses() {
                return OUTSIDE_WORDS.iter().any(|word| name.contains(word));
            }
            self.trunks.iter().any(|trunk| is_within(&name, &trunk.trim().to_ascii_lowercase()))
        })
    }
}

/// Returns whether a name is that of the trunk, or of one of its channels: `dahdi/i1/5` of `dahdi/i1`.
fn is_within(name: &str, trunk: &str) -> bool {
    !trunk.is_empty()
        && name.strip_prefix(trunk).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(trunks: &[&str]) -> Lines {
        Lines { area: None, trunks: trunks.iter().map(|&trunk| trunk.into()).collect() }
    }

    #[test]
    fn a_trunk_is_told_by_its_whole_name() {
        let lines = lines(&["PJSIP/ims", "DAHDI/i1", "from-carrier", ""]);
        for outside in ["PJSIP/ims", "pjsip/IMS", "DAHDI/i1/13800138000", "from-carrier"] {
            assert!(lines.is_outside(&["", outside]), "{outside}");
        }
        for inside in ["PJSIP/ims2", "PJSIP/agent1", "PJSIP/trunk", "from-carrier2", ""] {
            assert!(!lines.is_outside(&[inside]), "{inside}");
        }
    }

    #[test]
    fn without_names_usual_words_tell_a_trunk() {
        let lines = lines(&[]);
        assert!(lines.is_outside(&["PJSIP/x", "from-PSTN"]));
        assert!(!lines.is_outside(&["PJSIP/agent1", "from-internal"]));
    }
}
