//! Telephone numbers as they are written in China, made one.

/// The longest number kept, digits. The longest real one has 15 and a prefix.
const MAX_DIGITS: usize = 32;

/// From this many digits on, what stands beside letters is taken for a number.
const MIN_BESIDE_LETTERS: usize = 7;

/// How many last digits all written forms of one number share: the shortest local number has as many.
const TAIL: usize = 7;

/// What exchanges and carriers write instead of a number that is not shown.
const WITHHELD: [&str; 20] = [
    "",
    "anonymous",
    "unknown",
    "restricted",
    "unavailable",
    "private",
    "withheld",
    "blocked",
    "none",
    "null",
    "(null)",
    "s",
    "p",
    "o",
    "unknown caller",
    "private number",
    "匿名",
    "未知",
    "未知号码",
    "隐藏号码",
];

/// A district's area code with its leading 0: `0596` is Zhangzhou's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AreaCode(String);

impl AreaCode {
    /// Reads an area code, with or without its leading 0; `None` if China has none such.
    #[must_use]
    pub fn new(written: &str) -> Option<Self> {
        let code = written.trim().trim_start_matches('0');
        let is_code = match code.as_bytes() {
            [b'1', b'0'] => true,
            [b'2', second] => second.is_ascii_digit(),
            [b'3'..=b'9', rest @ ..] => rest.len() == 2 && rest.iter().all(u8::is_ascii_digit),
            _ => false,
        };
        is_code.then(|| Self(format!("0{code}")))
    }

    /// Returns the code with its leading 0.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A telephone number in its one form: digits that can be dialled from anywhere in China.
///
/// A mobile number is its eleven digits (`13800000000`), a landline number begins with its area code
/// (`05962222222`), one abroad with `00` and its country; a service number (`120`, `12345`, `95588`,
/// `4008008820`) and an extension (`8001`) are themselves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(String);

impl Number {
    /// Reads a number however it is written; `None` if it is withheld or there is none. Local
    /// numbers get the area code. What is behind an extension's mark (`转801`, `-801`) is left out.
    ///
    /// Not told apart: a landline number of an area 095x that lost its 0 from a service number.
    #[must_use]
    pub fn read(written: &str, area: Option<&AreaCode>) -> Option<Self> {
        let address = address(written);
        if is_word(address) {
            return None;
        }
        let Digits { plus, all, ext_at } = digits(address)?;
        let prefix = if plus { "00" } else { "" };
        if prefix.len() + all.len() > MAX_DIGITS {
            return None;
        }
        let whole = |digits: &str| settled(&format!("{prefix}{digits}"), area);
        let without_ext = ext_at.and_then(|at| all.get(..at)).map(whole);
        let number = without_ext.filter(|number| is_full(number)).unwrap_or_else(|| whole(&all));
        (!number.bytes().all(|digit| digit == b'0')).then_some(Self(number))
    }

    /// Returns the digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the last digits, which all written forms share: what to search a register for, whose
    /// finds are then read and compared.
    #[must_use]
    pub fn tail(&self) -> &str {
        self.0.get(self.0.len().saturating_sub(TAIL)..).unwrap_or_default()
    }

    /// Returns whether this is somebody's public number, no extension or service.
    pub(super) fn is_public(&self) -> bool {
        is_full(&self.0) || self.0.starts_with("00")
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns whether this stands for a number that is not shown.
#[must_use]
pub fn is_withheld(written: &str) -> bool {
    let address = address(written);
    let is_digit = |letter: char| letter.is_ascii_digit();
    let zeros = address.contains(is_digit) && !address.contains(|x| is_digit(x) && x != '0');
    zeros || is_word(address)
}

fn is_word(address: &str) -> bool {
    let lower = address.to_lowercase();
    WITHHELD.contains(&lower.as_str())
}

/// Returns the user part of `"Name" <sip:user@host;parameters>`, or of as much as there is of it.
fn address(written: &str) -> &str {
    let inner = match (written.rfind('<'), written.rfind('>')) {
        (Some(open), Some(close)) if open < close => written.get(open + 1..close),
        _ => None,
    };
    let uri = inner.unwrap_or(written).trim().trim_matches('"').trim();
    let schemes = ["sip:", "sips:", "tel:"];
    let scheme = schemes.iter().find(|scheme| {
        uri.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    let user = scheme.and_then(|scheme| uri.get(scheme.len()..)).unwrap_or(uri);
    user.split(['@', ';']).next().unwrap_or_default().trim()
}

/// The digits of a written number.
struct Digits {
    /// Whether a `+` stood before them.
    plus: bool,
    all: String,
    /// Where, behind a long group and a dash, a short last group begins: perhaps an extension.
    ext_at: Option<usize>,
}

/// Returns the digits that are the number; `None` if there are none, or too few beside letters.
fn digits(address: &str) -> Option<Digits> {
    let mut found = Digits { plus: false, all: String::new(), ext_at: None };
    let (mut group_at, mut has_letters) = (0, false);
    for letter in address.chars() {
        match kind(letter) {
            Kind::Digit(digit) => found.all.push(digit),
            Kind::Plus if found.all.is_empty() => found.plus = true,
            Kind::Space => {}
            Kind::Dash => {
                let long = found.all.len() - group_at >= MIN_BESIDE_LETTERS;
                group_at = found.all.len();
                found.ext_at = long.then_some(group_at);
            }
            // What follows a whole number is its extension; what precedes one is a prefix.
            Kind::Plus | Kind::Other if found.all.len() >= MIN_BESIDE_LETTERS => break,
            Kind::Plus | Kind::Other => {
                found = Digits { plus: false, all: String::new(), ext_at: None };
                (group_at, has_letters) = (0, true);
            }
        }
    }
    let least = if has_letters { MIN_BESIDE_LETTERS } else { 1 };
    let ext_len = found.all.len() - found.ext_at.unwrap_or_default();
    found.ext_at = found.ext_at.filter(|_| (1..=5).contains(&ext_len));
    (found.all.len() >= least).then_some(found)
}

enum Kind {
    Digit(char),
    Plus,
    Dash,
    /// What people write between the digits, and marks of direction that telephones copy along.
    Space,
    Other,
}

fn kind(letter: char) -> Kind {
    match letter {
        '0'..='9' => Kind::Digit(letter),
        '０'..='９' => wide_digit(letter),
        '+' | '＋' => Kind::Plus,
        '-' | '－' | '‐'..='―' => Kind::Dash,
        '(' | ')' | '（' | '）' | '.' | '/' | '·' | '\u{feff}' => Kind::Space,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => Kind::Space,
        other if other.is_whitespace() || other.is_control() => Kind::Space,
        _ => Kind::Other,
    }
}

fn wide_digit(letter: char) -> Kind {
    let value = u32::from(letter).checked_sub(u32::from('０'));
    value.and_then(|value| char::from_digit(value, 10)).map_or(Kind::Other, Kind::Digit)
}

/// Takes prefixes off, and puts the area code on, until nothing changes.
fn settled(digits: &str, area: Option<&AreaCode>) -> String {
    let mut number = digits.to_owned();
    // Every step but the last shortens the number, and the last is taken at most twice.
    for _ in 0..MAX_DIGITS {
        match step(&number, area) {
            Some(next) => number = next,
            None => break,
        }
    }
    number
}

/// Returns a number one prefix nearer to its form, `None` if it has it.
fn step(number: &str, area: Option<&AreaCode>) -> Option<String> {
    if let Some(abroad) = number.strip_prefix("00") {
        return abroad.strip_prefix("86").filter(|rest| rest.len() > 2).map(str::to_owned);
    }
    if let Some(rest) = number.strip_prefix("86").filter(|rest| is_mobile(rest) || is_trunk(rest)) {
        return Some(rest.to_owned());
    }
    if let Some(rest) = number.strip_prefix('0') {
        let after_country = rest.strip_prefix("86").filter(|rest| is_mobile(rest));
        let itself = Some(rest).filter(|rest| is_mobile(rest) || is_service(rest));
        let ours = area.and_then(|area| number.strip_prefix(area.as_str()));
        return after_country
            .or(itself)
            .or(ours.filter(|rest| is_service(rest)))
            .map(str::to_owned);
    }
    if is_local(number) {
        return area.map(|area| format!("{}{number}", area.as_str()));
    }
    let lost_zero = is_trunk(number) && !is_service(number) && !number.starts_with("95");
    lost_zero.then(|| format!("0{number}"))
}

/// A mobile or a landline number with its area code.
fn is_full(number: &str) -> bool {
    is_mobile(number) || number.strip_prefix('0').is_some_and(is_trunk)
}

fn is_mobile(number: &str) -> bool {
    matches!(number.as_bytes(), [b'1', b'3'..=b'9', ..]) && number.len() == 11
}

/// A landline number without the 0 of its area code: eight digits behind two, seven or eight behind
/// three.
fn is_trunk(number: &str) -> bool {
    match number.as_bytes() {
        [b'1', b'0', ..] | [b'2', ..] => number.len() == 10,
        [b'3'..=b'9', ..] => matches!(number.len(), 10 | 11),
        _ => false,
    }
}

fn is_local(number: &str) -> bool {
    matches!(number.as_bytes(), [b'2'..=b'8', ..]) && matches!(number.len(), 7 | 8)
}

/// Emergency, service, bank and free numbers, which have no area code.
fn is_service(number: &str) -> bool {
    let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| number.starts_with(prefix));
    match number.len() {
        3 => starts(&["11", "12"]),
        5 | 6 => starts(&["10", "11", "12", "95", "96"]),
        10 => starts(&["400", "800"]),
        _ => false,
    }
}

#[cfg(test)]
#[path = "number_tests.rs"]
mod tests;
