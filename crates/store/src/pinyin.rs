//! How names are spoken: an operator types `zsf`, `zhangsf` or `zhangsanfeng` and finds 张三丰.
//!
//! A name's readings are reckoned when its file is written and kept in a column: syllables divided by
//! `/`, each reading of one behind a blank, ` shan dan chan/ xiong/ xin`. So a reading begins where there
//! is a blank, and a database can sift rows by [`pinyin_pattern`] before [`pinyin_rank`] judges them.

use pinyin::ToPinyinMulti;

/// What the column of a name holds that nobody can read so.
const UNSPEAKABLE: &str = "-";

/// So many syllables of a name are kept.
const MOST_SYLLABLES: usize = 64;

/// So many readings of a syllable are kept.
const MOST_READINGS: usize = 8;

/// The longest query, letters: places in it are bits of a number.
const MOST_LETTERS: usize = 63;

/// Surnames of two signs.
const LONG_SURNAMES: &[(&str, [&str; 2])] = &[
    ("尉迟", ["yu", "chi"]),
    ("尉遲", ["yu", "chi"]),
    ("令狐", ["ling", "hu"]),
    ("万俟", ["mo", "qi"]),
    ("萬俟", ["mo", "qi"]),
    ("长孙", ["zhang", "sun"]),
    ("長孫", ["zhang", "sun"]),
    ("单于", ["chan", "yu"]),
    ("單于", ["chan", "yu"]),
    ("澹台", ["tan", "tai"]),
    ("鲜于", ["xian", "yu"]),
    ("宿勤", ["su", "qin"]),
    ("呼延", ["hu", "yan"]),
    ("欧阳", ["ou", "yang"]),
    ("司马", ["si", "ma"]),
    ("诸葛", ["zhu", "ge"]),
    ("尔朱", ["er", "zhu"]),
    ("拓跋", ["tuo", "ba"]),
    ("夏侯", ["xia", "hou"]),
    ("皇甫", ["huang", "fu"]),
    ("公孙", ["gong", "sun"]),
    ("慕容", ["mu", "rong"]),
    ("上官", ["shang", "guan"]),
    ("轩辕", ["xuan", "yuan"]),
];

/// Surnames that are spoken otherwise than their sign usually is.
const SURNAMES: &[(char, &str)] = &[
    ('单', "shan"),
    ('單', "shan"),
    ('曾', "zeng"),
    ('仇', "qiu"),
    ('解', "xie"),
    ('区', "ou"),
    ('區', "ou"),
    ('查', "zha"),
    ('朴', "piao"),
    ('任', "ren"),
    ('盖', "ge"),
    ('蓋', "ge"),
    ('乐', "yue"),
    ('樂', "yue"),
    ('翟', "zhai"),
    ('缪', "miao"),
    ('繆', "miao"),
    ('冼', "xian"),
    ('洗', "xian"),
    ('折', "she"),
    ('秘', "bi"),
    ('繁', "po"),
    ('员', "yun"),
    ('種', "chong"),
    ('种', "chong"),
    ('晁', "chao"),
    ('宓', "mi"),
    ('谌', "chen"),
    ('覃', "qin"),
    ('黑', "he"),
    ('召', "shao"),
    ('祭', "zhai"),
    ('牟', "mu"),
    ('隗', "wei"),
    ('都', "du"),
    ('薄', "bo"),
    ('句', "gou"),
    ('尉', "wei"),
    ('行', "xing"),
    ('哈', "ha"),
    ('那', "na"),
    ('石', "shi"),
    ('车', "che"),
    ('車', "che"),
    ('沈', "shen"),
    ('万', "wan"),
    ('華', "hua"),
    ('华', "hua"),
    ('应', "ying"),
    ('纪', "ji"),
    ('燕', "yan"),
    ('褚', "chu"),
    ('臧', "zang"),
    ('逄', "pang"),
    ('郗', "xi"),
    ('阚', "kan"),
    ('佘', "she"),
    ('麻', "ma"),
    ('能', "nai"),
    ('宁', "ning"),
    ('强', "qiang"),
    ('俞', "yu"),
    ('相', "xiang"),
    ('观', "guan"),
    ('卜', "bu"),
    ('不', "fou"),
    ('撒', "sa"),
    ('訾', "zi"),
    ('过', "guo"),
    ('钭', "tou"),
    ('吕', "lv"),
];

/// Returns how a name is spoken, as its column keeps it: never empty.
#[must_use]
pub fn pinyin_column(name: &str) -> String {
    let mut syllables: Vec<Vec<String>> = Vec::new();
    let signs: Vec<char> = name.chars().filter(|c| !c.is_whitespace()).collect();
    let long = LONG_SURNAMES
        .iter()
        .find(|(surname, _)| signs.len() > 2 && signs.iter().take(2).copied().eq(surname.chars()));
    let mut is_in_word = false;
    for (n, sign) in name.chars().enumerate() {
        if syllables.len() >= MOST_SYLLABLES {
            break;
        }
        if sign.is_ascii_alphanumeric() {
            // A name in Latin letters is a word as it stands.
            match syllables.last_mut().and_then(|last| last.first_mut()).filter(|_| is_in_word) {
                Some(word) => word.push(sign.to_ascii_lowercase()),
                None => syllables.push(vec![sign.to_ascii_lowercase().to_string()]),
            }
            is_in_word = true;
            continue;
        }
        is_in_word = false;
        let first = match (long, n) {
            (Some((_, readings)), 0 | 1) => Some(readings[n]),
            (Some(_), _) => None,
            (None, 0) => SURNAMES.iter().find(|(it, _)| *it == sign).map(|(_, it)| *it),
            (None, _) => None,
        };
        let readings = readings(sign, first);
        if !readings.is_empty() {
            syllables.push(readings);
        }
    }
    if syllables.is_empty() {
        return UNSPEAKABLE.into();
    }
    let words: Vec<String> =
        syllables.iter().map(|readings| format!(" {}", readings.join(" "))).collect();
    words.join("/")
}

/// Returns how a sign is spoken, `first` before the others.
fn readings(sign: char, first: Option<&str>) -> Vec<String> {
    let mut readings: Vec<String> = first.map(str::to_owned).into_iter().collect();
    if let Some(known) = sign.to_pinyin_multi() {
        for reading in known {
            for word in typed(reading.plain()) {
                if !readings.contains(&word) && readings.len() < MOST_READINGS {
                    readings.push(word);
                }
            }
        }
    }
    readings
}

/// Returns a reading as people type it: `lü` is `lv`, and by many `lu`.
fn typed(reading: &str) -> Vec<String> {
    let is_word = |word: &String| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    let all = if reading.contains('ü') {
        vec![reading.replace('ü', "v"), reading.replace('ü', "u")]
    } else {
        vec![reading.replace('ê', "e")]
    };
    all.into_iter().filter(is_word).collect()
}

/// Returns what somebody typed as letters to find a name by, `None` where it is something else. Blanks,
/// apostrophes and hyphens between syllables do not matter.
#[must_use]
pub fn pinyin_letters(typed: &str) -> Option<String> {
    let mut letters = String::new();
    for sign in typed.chars() {
        match sign {
            ' ' | '\'' | '’' | '-' | '·' | '.' => {}
            'ü' | 'Ü' => letters.push('v'),
            sign if sign.is_ascii_alphabetic() => letters.push(sign.to_ascii_lowercase()),
            _ => return None,
        }
    }
    (1..=MOST_LETTERS).contains(&letters.len()).then_some(letters)
}

/// Returns what every column holds (SQL's LIKE) that these letters find, and some that they do not.
#[must_use]
pub fn pinyin_pattern(letters: &str) -> String {
    let mut pattern = String::from("% ");
    for letter in letters.chars().filter(char::is_ascii_lowercase) {
        pattern.push(letter);
        pattern.push('%');
    }
    pattern
}

/// Returns how well letters fit a name, best first; `None` when they do not: 0 the whole name, 1 its
/// beginning, 2 something in it. Each syllable may be typed whole or in part.
#[must_use]
pub fn pinyin_rank(column: &str, letters: &str) -> Option<u8> {
    let syllables: Vec<&str> = column.split('/').collect();
    let (from_first, is_whole) = reach(&syllables, letters);
    match (from_first, is_whole) {
        (true, true) => Some(0),
        (true, false) => Some(1),
        (false, _) => {
            let later = (1..syllables.len()).any(|n| reach(&syllables[n..], letters).0);
            later.then_some(2)
        }
    }
}

/// Returns whether letters can be typed for the first of these syllables and those behind it, and whether
/// that uses all of them.
fn reach(syllables: &[&str], letters: &str) -> (bool, bool) {
    let end = letters.len().min(MOST_LETTERS);
    // A bit for each place in the letters that can be reached.
    let mut places: u64 = 1;
    let mut found = (false, false);
    for (n, syllable) in syllables.iter().enumerate() {
        let mut next: u64 = 0;
        for at in (0..end).filter(|at| places >> at & 1 == 1) {
            for reading in syllable.split_whitespace() {
                let fits = letters[at..end].bytes().zip(reading.bytes());
                let common = fits.take_while(|(a, b)| a == b).count();
                for typed in 1..=common {
                    next |= 1 << (at + typed);
                }
            }
        }
        if next >> end & 1 == 1 {
            found = (true, found.1 || n + 1 == syllables.len());
        }
        places = next;
        if places == 0 {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rank(name: &str, typed: &str) -> Option<u8> {
        let column = pinyin_column(name);
        let letters = pinyin_letters(typed)?;
        let rank = pinyin_rank(&column, &letters);
        if rank.is_some() {
            assert!(is_sifted(&column, &pinyin_pattern(&letters)), "{name} {typed}: sifted away");
        }
        rank
    }

    /// LIKE, as a database does it, of patterns that begin with `% `.
    fn is_sifted(column: &str, pattern: &str) -> bool {
        let letters: Vec<char> = pattern.chars().skip(2).filter(|c| *c != '%').collect();
        column.match_indices(' ').any(|(at, _)| {
            let mut rest = column[at + 1..].chars().peekable();
            rest.peek() == letters.first()
                && letters.iter().all(|letter| rest.by_ref().any(|it| it == *letter))
        })
    }

    #[test]
    fn a_name_is_found_by_its_full_reading_its_initials_and_anything_between() {
        for typed in ["zhangsanfeng", "zsf", "zhangsf", "zsanfeng", "zh s f", "Zhang San-Feng"] {
            assert_eq!(rank("张三丰", typed), Some(0), "{typed}");
        }
        assert_eq!(rank("张三丰", "zhang"), Some(1));
        assert_eq!(rank("张三丰", "sanfeng"), Some(2));
        assert_eq!(rank("张三丰", "zsg"), None);
        assert_eq!(rank("张三丰", "hang"), None, "the middle of a syllable is no beginning");
    }

    #[test]
    fn surnames_are_found_as_they_are_spoken() {
        for (name, typed) in [
            ("单雄信", "shan"),
            ("曾国藩", "zeng"),
            ("仇十洲", "qiu"),
            ("解缙", "xie"),
            ("区大妹", "ou"),
            ("查良镛", "zha"),
            ("朴正义", "piao"),
            ("尉迟恭", "yuchigong"),
            ("令狐冲", "linghuc"),
            ("万俟卨", "moqi"),
            ("吕布", "lvbu"),
            ("吕布", "lubu"),
            ("盖叫天", "ge"),
        ] {
            assert!(rank(name, typed).is_some_and(|it| it <= 1), "{name} {typed}");
        }
        assert!(pinyin_column("单雄信").starts_with(" shan "));
    }

    #[test]
    fn names_in_other_signs_are_found_as_they_are_written() {
        assert_eq!(rank("Anna Müller", "anna"), Some(1));
        assert_eq!(rank("阿卜杜·热西提", "ab"), Some(1));
        assert_eq!(pinyin_column("\u{2A6D6}"), "-");
        assert_eq!(pinyin_column(""), "-");
        assert_eq!(rank("", "a"), None);
    }

    #[test]
    fn what_is_no_reading_is_not_taken_for_one() {
        for typed in ["", "张", "123", "zhang3", " "] {
            assert_eq!(pinyin_letters(typed), None, "{typed}");
        }
        assert_eq!(pinyin_letters(&"a".repeat(64)), None);
    }
}
