//! How to get in: what a coroner once found to have come too late.

use silverbell_domain::Contact;

use super::dice::Dice;
use super::doors::{Door, Home};
use super::health::Health;

/// Returns how to get through this door, in the words of a file.
pub(super) fn of(door: &Door, health: &Health, contacts: &[Contact], dice: &mut Dice) -> String {
    let mut parts = vec![match door.home {
        Home::House { storeys } => house(storeys, dice),
        Home::Flat { floor, block } => {
            let lift = if block.has_lift { "有电梯" } else { "无电梯" };
            let gate = match block.code {
                Some(code) => format!("单元门密码{code}#"),
                None => "单元门不锁".to_owned(),
            };
            format!("{floor}楼（共{}层），{lift}，{gate}", block.floors)
        }
    }];
    parts.push(key(contacts, dice));
    let has = |word: &str| health.conditions.iter().any(|illness| illness.contains(word));
    if has("听力") {
        parts.push("老人听力差，请用力敲门或打电话".to_owned());
    }
    if has("失明") {
        parts.push("老人看不见，进门请先出声".to_owned());
    }
    if health.care_level >= 4 {
        parts.push("老人起身困难，敲门后请自行开门".to_owned());
    }
    parts.join("；")
}

fn house(storeys: u32, dice: &mut Dice) -> String {
    let gate = dice.pick(&[
        "院门白天不锁",
        "铁门，门铃在右侧",
        "木门，门闩在内侧上方",
        "卷帘门旁小门进",
        "从后门进，前门常年上锁",
    ]);
    let dog = if dice.percent(14) { "，院内有狗已拴" } else { "" };
    match storeys {
        1 => format!("平房，{gate}{dog}"),
        _ => format!("自建房{storeys}层，老人住一楼，{gate}{dog}"),
    }
}

/// Returns who has a key: somebody of the contacts, where there is one near by.
fn key(contacts: &[Contact], dice: &mut Dice) -> String {
    let near = |contact: &&Contact| {
        matches!(contact.relation.as_str(), "邻居" | "老伴" | "村委会" | "居委会")
    };
    let holder = contacts.iter().find(near).filter(|_| dice.percent(80));
    match (holder, contacts.first()) {
        (Some(holder), _) if holder.relation == "老伴" => "老伴同住，可开门".to_owned(),
        (Some(holder), _) if holder.relation == "邻居" => {
            format!("备用钥匙在邻居{}处", holder.name)
        }
        (Some(holder), _) => format!("备用钥匙在{}", holder.name),
        (None, Some(first)) if dice.percent(60) => {
            format!("备用钥匙在{}{}处", first.relation, first.name)
        }
        (None, _) if dice.percent(40) => {
            format!("门边钥匙盒，密码{:04}", dice.between(0, 9_999))
        }
        (None, _) => "无备用钥匙".to_owned(),
    }
}
