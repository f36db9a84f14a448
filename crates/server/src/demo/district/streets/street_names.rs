//! Names for grown streets: put together, not taken from a map.

use std::sync::Arc;

use super::super::dice::Dice;
use super::super::plane::{Pt, length_of};
use super::super::villages::{Build, Village};
use super::{Line, StreetClass};

/// First and second halves of a road's name: every pair reads as a name.
const FIRST: [&str; 16] = [
    "瑞", "景", "锦", "龙", "银", "福", "建", "新", "腾", "丹", "元", "翠", "康", "金", "华", "宝",
];
const SECOND: [&str; 14] =
    ["祥", "霞", "泉", "山", "湖", "和", "兴", "达", "安", "昌", "园", "林", "桥", "丰"];

/// The lanes that have names; the others are numbered.
const VILLAGE_LANES: [&str; 5] = ["中路", "后街", "新街", "横路", "前街"];
const TOWN_LANES: [&str; 3] = ["中街", "横街", "新街"];

/// Names the grown roads, the longest first.
pub(super) fn roads(mut roads: Vec<Vec<Pt>>, dice: &mut Dice) -> Vec<Line> {
    let mut names: Vec<(&str, &str)> =
        FIRST.iter().flat_map(|first| SECOND.iter().map(move |second| (*first, *second))).collect();
    dice.shuffle(&mut names);
    longest_first(&mut roads);
    let count = names.len();
    roads
        .into_iter()
        .enumerate()
        .map(|(at, points)| {
            let (first, second) = names[at % count];
            // More roads than names: the shorter ones are branches of the longer ones.
            let kind = if at < count { "路" } else { "支路" };
            let name = format!("{first}{second}{kind}").into();
            Line { points, class: StreetClass::Secondary, name }
        })
        .collect()
}

/// Names the lanes of a village, the longest first.
pub(super) fn lanes(village: &Village, mut lanes: Vec<Vec<Pt>>) -> Vec<Line> {
    longest_first(&mut lanes);
    let (named, kind) = match village.build {
        Build::Flats => (&TOWN_LANES[..], "里"),
        Build::Houses => (&VILLAGE_LANES[..], "巷"),
    };
    lanes
        .into_iter()
        .enumerate()
        .map(|(at, points)| {
            let own = match named.get(at) {
                Some(name) => (*name).to_owned(),
                None => format!("{}{kind}", numeral(at + 1 - named.len())),
            };
            let name: Arc<str> = format!("{}{own}", village.stem).into();
            Line { points, class: StreetClass::Residential, name }
        })
        .collect()
}

fn longest_first(lines: &mut [Vec<Pt>]) {
    lines.sort_by(|a, b| length_of(b).total_cmp(&length_of(a)));
}

/// Returns a number from 1 to 99 in Chinese.
pub(in super::super) fn numeral(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = (number / 10 % 10, DIGITS[number % 10]);
    match tens {
        0 => ones.to_owned(),
        1 => format!("十{ones}"),
        _ => format!("{}十{ones}", DIGITS[tens]),
    }
}
