//! Keys and door codes of the demo: of each third senior a key, of some a code. Where a file tells of a
//! code the register has it; all else is by the place in the list, as plans are.

use silverbell_domain::{KeyEntry, KeyId, KeyKind, Senior, UnixMs};

use super::dice::{Dice, Stream};

/// Where keys hang, and who holds them.
const PLACES: [&str; 5] = [
    "邻居家，开门见山第一户",
    "村居委会钥匙柜",
    "门口钥匙盒里，盒子有密码",
    "儿子家，步行五分钟",
    "服务站钥匙柜",
];

/// When they were put in: with the demo's first day.
const PUT_IN: UnixMs = UnixMs(1_767_225_600_000);

/// An entry of the register, with its code where it is one. The codes are public by design, as the
/// devices' keys are.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    /// The entry.
    pub(crate) entry: KeyEntry,
    /// The code.
    pub(crate) code: Option<String>,
}

pub(super) fn generate(seniors: &mut [Senior]) -> Vec<Key> {
    let mut dice = Dice::new(Stream::Keys);
    let mut keys = Vec::new();
    for (n, senior) in seniors.iter_mut().enumerate() {
        let mut codes = codes_in(&mut senior.access);
        if codes.is_empty() && n.is_multiple_of(5) {
            codes.push(("小区大门", format!("{:04}#", (n * 7_919 + 1_357) % 10_000)));
        }
        let mut put = |kind, place: &str, code: Option<String>| {
            let entry = KeyEntry {
                id: KeyId(dice.id()),
                district: senior.district.clone(),
                senior: senior.id,
                kind,
                place: place.into(),
                note: String::new(),
                changed_at: PUT_IN,
                out: None,
                retired: None,
            };
            keys.push(Key { entry, code });
        };
        if n.is_multiple_of(3) {
            put(KeyKind::Key, PLACES[n / 3 % PLACES.len()], None);
        }
        for (door, code) in codes {
            put(KeyKind::Code, door, Some(code));
        }
        if n.is_multiple_of(21) {
            put(KeyKind::Card, "助老员随身带的门禁卡", None);
        }
    }
    keys
}

/// Takes the codes out of the words of a file, which everybody on the way reads, and says there that
/// there is one.
fn codes_in(access: &mut String) -> Vec<(&'static str, String)> {
    let mut codes = Vec::new();
    for (door, before, instead) in [
        ("单元门", "单元门密码", "单元门有密码"),
        ("门边钥匙盒", "门边钥匙盒，密码", "门边钥匙盒，有密码"),
    ] {
        let Some((head, tail)) = access.split_once(before) else { continue };
        let end = tail.find(|c: char| !c.is_ascii_digit() && c != '#').unwrap_or(tail.len());
        codes.push((door, tail[..end].to_owned()));
        *access = format!("{head}{instead}{}", &tail[end..]);
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_leave_the_words_of_the_file_for_the_register() {
        let mut access = "3楼（共6层），无电梯，单元门密码2620#；门边钥匙盒，密码0042".to_owned();
        let codes = codes_in(&mut access);
        assert_eq!(codes, [("单元门", "2620#".to_owned()), ("门边钥匙盒", "0042".to_owned())]);
        assert_eq!(access, "3楼（共6层），无电梯，单元门有密码；门边钥匙盒，有密码");
        assert!(codes_in(&mut access).is_empty());
    }
}
