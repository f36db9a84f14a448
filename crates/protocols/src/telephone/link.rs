//! The connection to an exchange, and what may be written to it.

/// How far a connection has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// The exchange has not answered. Asterisk awaits the log-in.
    #[default]
    Opening,
    /// FreeSWITCH asks for its password.
    Asked,
    /// Logged in.
    Open,
    /// The log-in was refused: not to be tried again before the settings change.
    Refused,
    /// The exchange says farewell: connect again.
    Closed,
}

/// A value that cannot be sent: it would be read as more than a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsendable(
    /// Which value.
    pub &'static str,
);

impl std::fmt::Display for Unsendable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the {} holds characters that an exchange would misread", self.0)
    }
}

impl std::error::Error for Unsendable {}

/// The longest value sent.
const MAX_VALUE: usize = 256;

/// Returns a secret or a user's name if it is one line.
pub(super) fn line<'a>(what: &'static str, value: &'a str) -> Result<&'a str, Unsendable> {
    let is_line = !value.is_empty() && value.len() <= MAX_VALUE;
    let is_line = is_line && !value.chars().any(char::is_control) && value.trim() == value;
    is_line.then_some(value).ok_or(Unsendable(what))
}

/// Returns a name (seat, context, call) if it holds nothing that any exchange gives a meaning to:
/// no space, comma, brace, quote or slash at the beginning.
pub(super) fn name<'a>(what: &'static str, value: &'a str) -> Result<&'a str, Unsendable> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/_.:@-".contains(&byte);
    let is_name = !value.is_empty() && value.len() <= MAX_VALUE && value.bytes().all(is_plain);
    let starts_well = value.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
    (is_name && starts_well).then_some(value).ok_or(Unsendable(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_exchange_would_misread_is_refused() {
        let bad =
            ["", "a\r\nAction: Hangup", "a\nb", "a b", "{x=1}a", "a,b", "/^PJSIP", "a&b", "a'b"];
        for value in bad {
            assert_eq!(name("seat", value), Err(Unsendable("seat")), "{value}");
        }
        for value in ["PJSIP/agent1", "user/1001@example.org", "silverbell-7_1.2"] {
            assert_eq!(name("seat", value), Ok(value));
        }
    }

    #[test]
    fn a_secret_may_hold_anything_but_the_end_of_a_line() {
        assert_eq!(line("secret", "p&s, {s}:"), Ok("p&s, {s}:"));
        for value in ["", "a\nb", "a\r", " a", "a\0"] {
            assert_eq!(line("secret", value), Err(Unsendable("secret")), "{value:?}");
        }
    }
}
