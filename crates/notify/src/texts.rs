//! The texts: compiled in, overridable by a file, and checked when they are read, so that sending
//! cannot fail for a text.

use std::collections::HashMap;

use toml::{Table, Value};

use crate::message::{Lang, Template};

const DEFAULTS: [(Lang, &str); 2] = [
    (Lang::Zh, include_str!("../templates/zh.toml")),
    (Lang::En, include_str!("../templates/en.toml")),
];

/// The longest text, filled in, in characters: what SMS gateways take as one message of parts.
const LONGEST_TEXT: usize = 500;

/// A field of a text.
#[derive(Clone, Copy, Debug)]
struct Field {
    name: &'static str,
    /// The longest value, characters; what is longer is cut.
    longest: usize,
    /// Whether a text without it would say nothing.
    is_needed: bool,
}

const fn needed(name: &'static str, longest: usize) -> Field {
    Field { name, longest, is_needed: true }
}

const SENIOR: Field = needed("senior", 30);
const ADDRESS: Field = needed("address", 100);
const MINUTES: Field = Field { name: "minutes", longest: 5, is_needed: false };
/// A link that is cut leads nowhere: `server.public_url` may have 150 characters.
const LINK: Field = needed("link", 200);
const COUNT: Field = needed("count", 5);

/// Every text with its fields.
const TEXTS: [(&str, &[Field]); 16] = [
    ("family_confirmed", &[SENIOR]),
    ("family_on_scene", &[SENIOR]),
    ("family_closed_helped", &[SENIOR]),
    ("family_closed_hospital", &[SENIOR]),
    ("family_closed_phone", &[SENIOR]),
    ("family_closed_other", &[SENIOR]),
    ("family_accidental", &[SENIOR]),
    ("family_accidental_day", &[SENIOR, COUNT]),
    ("family_accidental_week", &[SENIOR, COUNT]),
    ("offer_sms", &[ADDRESS, MINUTES, LINK]),
    ("offer_voice", &[ADDRESS, MINUTES]),
    ("offer_accepted", &[ADDRESS, LINK]),
    ("offer_withdrawn", &[ADDRESS]),
    ("leader_call", &[needed("number", 10), MINUTES]),
    ("shift_gap", &[needed("from", 40), needed("until", 40)]),
    ("probe", &[]),
];

/// What is wrong with texts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The file is no TOML.
    #[error("the texts are not valid TOML: {0}")]
    Toml(String),
    /// Not a section of texts.
    #[error("{0}: texts stand in [zh] and [en], as name = \"text\"")]
    NoText(String),
    /// Nobody would ever send it.
    #[error("{lang}.{name}: there is no such text; there are: {known}", known = known())]
    Unknown {
        /// The section.
        lang: String,
        /// The name.
        name: String,
    },
    /// A text is missing.
    #[error("{lang}.{name}: the text is missing")]
    Missing {
        /// The section.
        lang: &'static str,
        /// The name.
        name: &'static str,
    },
    /// A text names something that its message does not have.
    #[error("{lang}.{name}: there is no field {{{field}}}; there are: {known}")]
    NoField {
        /// The section.
        lang: &'static str,
        /// The name.
        name: &'static str,
        /// The field.
        field: String,
        /// The fields there are.
        known: String,
    },
    /// A text without what it is for.
    #[error("{lang}.{name}: the text has to say {{{field}}}")]
    LacksField {
        /// The section.
        lang: &'static str,
        /// The name.
        name: &'static str,
        /// The field.
        field: &'static str,
    },
    /// A brace is open.
    #[error(
        "{lang}.{name}: braces stand around a field's name, as in {{senior}}, and nowhere else"
    )]
    Brace {
        /// The section.
        lang: &'static str,
        /// The name.
        name: &'static str,
    },
    /// It would not fit.
    #[error(
        "{lang}.{name}: with its fields filled in the text may come to {length} characters; \
         {LONGEST_TEXT} at most"
    )]
    TooLong {
        /// The section.
        lang: &'static str,
        /// The name.
        name: &'static str,
        /// How long it may come to, characters.
        length: usize,
    },
}

fn known() -> String {
    TEXTS.map(|(name, _)| name).join(", ")
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Words(String),
    Field(&'static str, usize),
}

/// Every text in every language, checked.
#[derive(Clone, Debug)]
pub struct Texts(HashMap<(Lang, &'static str), Vec<Part>>);

impl Texts {
    /// Returns the texts; `overrides` is TOML with `[zh]` and `[en]`, and holds what differs.
    ///
    /// # Errors
    /// [`TextError`], in words.
    pub fn read(overrides: Option<&str>) -> Result<Self, TextError> {
        let mut languages = Vec::new();
        for (lang, text) in DEFAULTS {
            languages.push((lang, table(text)?));
        }
        for (section, texts) in table(overrides.unwrap_or_default())? {
            let known = languages.iter_mut().find(|(lang, _)| lang.as_str() == section);
            let (Some((_, known)), Value::Table(texts)) = (known, texts) else {
                return Err(TextError::NoText(section));
            };
            known.extend(texts);
        }
        let mut all = HashMap::new();
        for (lang, texts) in languages {
            let lang_word = lang.as_str();
            let is_known = |name: &str| TEXTS.iter().any(|(known, _)| *known == name);
            if let Some((name, _)) = texts.iter().find(|(name, _)| !is_known(name)) {
                return Err(TextError::Unknown { lang: lang_word.into(), name: name.clone() });
            }
            for (name, fields) in TEXTS {
                let text = match texts.get(name) {
                    Some(Value::String(text)) => text,
                    Some(_) => return Err(TextError::NoText(format!("{lang_word}.{name}"))),
                    None => return Err(TextError::Missing { lang: lang_word, name }),
                };
                all.insert((lang, name), parts(lang_word, name, fields, text)?);
            }
        }
        Ok(Self(all))
    }

    /// Returns a text, filled in.
    #[must_use]
    pub fn fill(&self, template: &Template, lang: Lang) -> String {
        let fields = template.fields();
        let mut text = String::new();
        // Every text is there: `read` has seen to it.
        for part in self.0.get(&(lang, template.name())).into_iter().flatten() {
            match part {
                Part::Words(words) => text.push_str(words),
                Part::Field(name, longest) => {
                    let value = fields.iter().find(|(field, _)| field == name);
                    text.push_str(&tidy(value.map_or("", |(_, value)| value), *longest));
                }
            }
        }
        text
    }
}

fn table(text: &str) -> Result<Table, TextError> {
    // The message names the line; a line break within would tear the log.
    text.parse().map_err(|error: toml::de::Error| TextError::Toml(error.message().into()))
}

fn parts(
    lang: &'static str,
    name: &'static str,
    fields: &'static [Field],
    text: &str,
) -> Result<Vec<Part>, TextError> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(brace) = rest.find(['{', '}']) {
        let (words, field) = rest.split_at(brace);
        parts.push(Part::Words(words.into()));
        let inner = field.strip_prefix('{').and_then(|field| field.split_once('}'));
        let (field, after) = inner.ok_or(TextError::Brace { lang, name })?;
        let Some(known) = fields.iter().find(|known| known.name == field) else {
            let known = fields.iter().map(|field| format!("{{{}}}", field.name));
            let known = known.collect::<Vec<_>>().join(", ");
            return Err(TextError::NoField { lang, name, field: field.into(), known });
        };
        parts.push(Part::Field(known.name, known.longest));
        rest = after;
    }
    parts.push(Part::Words(rest.into()));
    let says = |field: &Field| parts.contains(&Part::Field(field.name, field.longest));
    if let Some(field) = fields.iter().find(|field| field.is_needed && !says(field)) {
        return Err(TextError::LacksField { lang, name, field: field.name });
    }
    let length = parts.iter().map(|part| match part {
        Part::Words(words) => words.chars().count(),
        Part::Field(_, longest) => *longest,
    });
    let length = length.sum();
    if length > LONGEST_TEXT {
        return Err(TextError::TooLong { lang, name, length });
    }
    Ok(parts)
}

/// Cuts what is too long, and lets nobody's address begin a line of its own.
fn tidy(value: &str, longest: usize) -> String {
    let one_line = value.chars().map(|c| if c.is_control() { ' ' } else { c });
    if value.chars().count() <= longest {
        return one_line.collect();
    }
    one_line.take(longest.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Ended;

    fn every_template() -> Vec<Template> {
        let senior = || "陈阿婆".to_owned();
        let closed = |ended| Template::FamilyClosed { senior: senior(), ended };
        let address = || "步文街道 12 号".to_owned();
        vec![
            Template::FamilyConfirmed { senior: senior() },
            Template::FamilyOnScene { senior: senior() },
            closed(Ended::Helped),
            closed(Ended::Hospital),
            closed(Ended::Phone),
            closed(Ended::Other),
            Template::FamilyAccidental { senior: senior() },
            Template::FamilyAccidentalDigest { senior: senior(), count: 3, is_weekly: false },
            Template::FamilyAccidentalDigest { senior: senior(), count: 3, is_weekly: true },
            Template::OfferSms { address: address(), minutes: 4, link: "https://s.cn/#x".into() },
            Template::OfferVoice { address: address(), minutes: 4 },
            Template::OfferAccepted { address: address(), link: "https://s.cn/o#x".into() },
            Template::OfferWithdrawn { address: address() },
            Template::LeaderCall { number: 17, minutes: 5 },
            Template::ShiftGap { from: "今晚 22:00".into(), until: "明早 6:00".into() },
            Template::Probe {},
        ]
    }

    #[test]
    fn every_message_has_its_text_in_both_languages_with_all_its_fields() {
        let texts = Texts::read(None).expect("the texts");
        let templates = every_template();
        assert_eq!(templates.len(), TEXTS.len());
        for template in templates {
            let (_, fields) =
                TEXTS.iter().find(|(name, _)| *name == template.name()).expect("known");
            let given: Vec<&str> = template.fields().iter().map(|(name, _)| *name).collect();
            assert_eq!(given, fields.iter().map(|field| field.name).collect::<Vec<_>>());
            for lang in [Lang::Zh, Lang::En] {
                let text = texts.fill(&template, lang);
                assert!(!text.contains(['{', '}']) && text.chars().count() > 10, "{text}");
                for (_, value) in template.fields() {
                    assert!(text.contains(&value), "{text} lacks {value}");
                }
            }
        }
    }

    #[test]
    fn only_the_family_is_told_the_seniors_name() {
        for (name, fields) in TEXTS {
            let tells = fields.iter().any(|field| field.name == "senior");
            assert_eq!(tells, name.starts_with("family_"), "{name}");
        }
    }

    #[test]
    fn a_file_overrides_what_differs_and_no_more() {
        let texts = Texts::read(Some("[zh]\nprobe = \"喂？请按1。\"")).expect("the texts");
        assert_eq!(texts.fill(&Template::Probe {}, Lang::Zh), "喂？请按1。");
        assert!(texts.fill(&Template::Probe {}, Lang::En).contains("Silverbell"));
    }

    #[test]
    fn what_is_wrong_with_a_text_is_said_when_it_is_read() {
        let long = format!("[zh]\nprobe = \"{}\"", "长".repeat(501));
        for (file, words) in [
            ("[zh]\nprobe = \"{name}\"", "zh.probe: there is no field {name}; there are: "),
            ("[en]\noffer_sms = \"{senior}\"", "there are: {address}, {minutes}, {link}"),
            ("[en]\noffer_sms = \"come to {address}\"", "en.offer_sms: the text has to say {link}"),
            ("[zh]\nprobes = \"x\"", "zh.probes: there is no such text"),
            ("[fr]\nprobe = \"x\"", "fr: texts stand in [zh] and [en]"),
            ("[zh]\nprobe = 3", "zh.probe: texts stand in"),
            ("[zh]\nprobe = \"{senior\"", "zh.probe: braces"),
            ("[zh]\nprobe = \"a}\"", "zh.probe: braces"),
            ("probe", "not valid TOML"),
            (&*long, "may come to 501 characters; 500 at most"),
        ] {
            let error = Texts::read(Some(file)).expect_err(file).to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn a_value_is_cut_rather_than_the_text_too_long_and_stays_on_its_line() {
        let texts = Texts::read(None).expect("the texts");
        let address = "街".repeat(1_000);
        let text = texts.fill(&Template::OfferWithdrawn { address }, Lang::Zh);
        assert!(text.chars().count() <= LONGEST_TEXT && text.contains("街…"));
        let address = "12 号\n【银行】".to_owned();
        let text = texts.fill(&Template::OfferWithdrawn { address }, Lang::Zh);
        assert!(!text.contains('\n'));
    }
}
