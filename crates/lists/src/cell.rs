//! Cells: what stands between them, and that none of them is taken for a formula.

/// What stands between fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delimiter {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
}

impl Delimiter {
    /// Returns the sign.
    #[must_use]
    pub const fn sign(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Semicolon => ';',
            Self::Tab => '\t',
        }
    }

    /// Returns the delimiter of a list, as its first line tells: the one that is there most often outside
    /// quotes.
    pub(crate) fn of(text: &str) -> Self {
        let (mut counts, mut is_quoted) = ([0_usize; 3], false);
        for sign in text.chars() {
            match sign {
                '"' => is_quoted = !is_quoted,
                '\n' if !is_quoted => break,
                ',' if !is_quoted => counts[0] += 1,
                ';' if !is_quoted => counts[1] += 1,
                '\t' if !is_quoted => counts[2] += 1,
                _ => {}
            }
        }
        let [commas, semicolons, tabs] = counts;
        if tabs > commas && tabs > semicolons {
            Self::Tab
        } else if semicolons > commas {
            Self::Semicolon
        } else {
            Self::Comma
        }
    }
}

/// Whether a spreadsheet may take a cell that begins so for a formula.
const fn is_formula(sign: char) -> bool {
    matches!(sign, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠')
}

/// Returns a cell that no spreadsheet takes for a formula.
#[must_use]
pub fn protected(cell: &str) -> String {
    match cell.chars().next() {
        Some(first) if is_formula(first) || first == '\'' => format!("'{cell}"),
        _ => cell.to_owned(),
    }
}

/// Returns the cell as it was before it was protected.
#[must_use]
pub fn unprotected(cell: &str) -> &str {
    let rest = cell.strip_prefix('\'');
    rest.filter(|rest| rest.starts_with(|first| is_formula(first) || first == '\'')).unwrap_or(cell)
}

/// What stands between the texts of one cell.
const BETWEEN: [char; 5] = [';', '；', '、', '|', '\n'];

/// Returns the texts of a cell: `高血压；糖尿病`, or a list in JSON where a text holds such a sign.
pub(crate) fn texts(cell: &str) -> Vec<String> {
    if cell.starts_with('[')
        && let Ok(texts) = serde_json::from_str::<Vec<String>>(cell)
    {
        return texts;
    }
    let texts = cell.split(BETWEEN).map(str::trim).filter(|text| !text.is_empty());
    texts.map(str::to_owned).collect()
}

/// Returns a cell of these texts.
pub(crate) fn cell_of(texts: &[String]) -> String {
    let is_plain = |text: &String| {
        !text.contains(BETWEEN) && text.trim() == text && !text.is_empty() && !text.starts_with('[')
    };
    if texts.iter().all(is_plain) {
        texts.join(";")
    } else {
        // Texts: writing them cannot fail.
        serde_json::to_string(texts).unwrap_or_default()
    }
}
