//! Names as people in southern Fujian bear them, put together by chance: whoever bears one of
//! them in reality has nothing to do with this.

use std::collections::HashSet;

use silverbell_domain::Sex;

use super::dice::Dice;

/// Surnames and how often they come in a thousand, roughly as in southern Fujian.
const SURNAMES: [(&str, u32); 44] = [
    ("陈", 118),
    ("林", 110),
    ("黄", 72),
    ("张", 62),
    ("吴", 58),
    ("李", 54),
    ("王", 52),
    ("郑", 42),
    ("蔡", 42),
    ("许", 36),
    ("杨", 28),
    ("郭", 26),
    ("刘", 24),
    ("苏", 18),
    ("谢", 17),
    ("洪", 16),
    ("曾", 15),
    ("叶", 15),
    ("庄", 14),
    ("赖", 13),
    ("沈", 13),
    ("卢", 12),
    ("方", 11),
    ("戴", 11),
    ("何", 10),
    ("江", 10),
    ("游", 10),
    ("简", 9),
    ("柯", 9),
    ("徐", 9),
    ("周", 9),
    ("朱", 8),
    ("余", 8),
    ("罗", 8),
    ("高", 7),
    ("萧", 7),
    ("施", 7),
    ("魏", 6),
    ("石", 6),
    ("甘", 5),
    ("韩", 5),
    ("涂", 4),
    ("汤", 4),
    ("欧阳", 1),
];

/// Given names of the 1930s to 1950s, by halves that go together.
const OLD_MEN: [(&str, &str); 25] = [
    ("水", "木生成发金土泉龙"),
    ("金", "水木生发龙泉土城火"),
    ("木", "水生火发金松林"),
    ("天", "来生送赐福成发恩"),
    ("文", "德章生龙辉渊贵彬清"),
    ("清", "水泉河江辉源吉和标"),
    ("炳", "南坤煌生辉文章坚"),
    ("振", "华辉兴坤南声源川"),
    ("德", "福水旺成源生茂仁"),
    ("志", "成诚坚明忠贤和"),
    ("永", "福昌泉顺成发吉祥"),
    ("顺", "发德兴来成利和"),
    ("进", "财发福成丁宝来"),
    ("亚", "明水狮九龙兴春"),
    ("庆", "福祥云和丰元来"),
    ("荣", "华水坤发辉宗昌"),
    ("瑞", "林坤发祥源山"),
    ("锦", "坤堂标泉文川"),
    ("大", "目头山川松"),
    ("长", "庚庆水寿江河"),
    ("福", "来生全成安山"),
    ("春", "生木来发山林"),
    ("火", "木炎生旺"),
    ("良", "才成木山"),
    ("宗", "仁耀明发贤"),
];
const OLD_WOMEN: [(&str, &str); 22] = [
    ("秀", "英兰珠琴珍娥花治香枝莲云凤梅菊勤"),
    ("玉", "兰英珠花琴珍梅凤霞钗华莲枝治"),
    ("美", "玉珠英兰花珍华云治治"),
    ("淑", "贞珍英惠华琴珠清女"),
    ("丽", "珠华珍英卿霞玉"),
    ("惠", "珍英玉兰珠贞卿"),
    ("宝", "珠玉莲珍凤治英叶"),
    ("素", "琴珍英贞云卿娥华"),
    ("月", "娥英珍兰琴香华治"),
    ("桂", "花香英珍兰枝华"),
    ("金", "枝花莲珠凤叶治英"),
    ("银", "花珠凤治叶"),
    ("雪", "英梅花珍娥治"),
    ("碧", "玉珠云霞莲兰英华"),
    ("阿", "珠香枝花凤梅英治"),
    ("彩", "云霞凤珠玉英莲"),
    ("春", "花兰英梅香桃治"),
    ("翠", "英玉云珠兰华"),
    ("凤", "英珠娥仙治"),
    ("锦", "花珠治绸"),
    ("瑞", "珠英香莲治"),
    ("慧", "英珍珠贞兰香"),
];
/// Men's names that came up with the People's Republic.
const MEN_FROM_1949: [&str; 10] =
    ["建国", "解放", "国强", "建成", "援朝", "和平", "国庆", "跃进", "建华", "新民"];

/// Given names of the 1960s to 1990s.
const YOUNGER_MEN: [(&str, &str); 12] = [
    ("志", "强明伟勇鹏斌杰雄"),
    ("建", "明华辉平军忠福伟"),
    ("国", "栋辉平忠良荣"),
    ("文", "杰彬辉龙斌强"),
    ("艺", "辉明勇鹏强"),
    ("俊", "杰辉峰贤宏"),
    ("伟", "明杰强鹏东"),
    ("永", "明辉强忠泉"),
    ("龙", "辉海彬生"),
    ("惠", "明彬忠龙"),
    ("毅", "明辉鹏峰"),
    ("少", "华辉鹏峰杰"),
];
const YOUNGER_WOMEN: [(&str, &str); 12] = [
    ("丽", "华珍琴萍红娟云玲"),
    ("雅", "琴玲芳婷惠真萍"),
    ("惠", "玲芳萍珍敏琳卿"),
    ("小", "燕玲红芳英萍霞"),
    ("艺", "红玲芳婷真萍"),
    ("美", "玲华珍红琴惠"),
    ("秋", "香菊红燕萍月"),
    ("婉", "婷真玲容君"),
    ("淑", "芬芳萍玲敏华"),
    ("燕", "玲红萍芳婷"),
    ("佳", "玲慧敏燕琪"),
    ("巧", "玲云红燕珍"),
];

/// Combinations that well-known people bear.
const AVOIDED: [&str; 22] = [
    "陈水扁",
    "王金平",
    "李宗仁",
    "林文龙",
    "吴清源",
    "张国荣",
    "蔡国强",
    "张国强",
    "蔡振华",
    "李德生",
    "李建成",
    "陈玉莲",
    "李丽珍",
    "李丽华",
    "陈丽华",
    "杨丽萍",
    "许文强",
    "张小燕",
    "林志杰",
    "林志强",
    "李清泉",
    "张志坚",
];

/// When somebody was born, as far as names go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Era {
    /// Seniors, by the year of birth.
    Born(u32),
    /// Their children, aides, rescuers, operators.
    Younger,
}

/// Returns a surname.
pub(super) fn surname(dice: &mut Dice) -> &'static str {
    SURNAMES[dice.weighted(SURNAMES.iter().map(|(_, weight)| *weight))].0
}

/// Returns a full name.
pub(super) fn full(surname: &str, sex: Sex, era: Era, dice: &mut Dice) -> String {
    loop {
        let name = format!("{surname}{}", given(sex, era, dice));
        let mut characters = name.chars().collect::<Vec<_>>();
        characters.sort_unstable();
        // 金金水 reads like a slip of the pen.
        let repeats = characters.windows(2).any(|pair| pair[0] == pair[1]);
        if !repeats && !AVOIDED.contains(&name.as_str()) {
            return name;
        }
    }
}

/// Returns a name with a surname drawn too.
pub(super) fn anyone(sex: Sex, era: Era, dice: &mut Dice) -> String {
    let surname = surname(dice);
    full(surname, sex, era, dice)
}

/// Returns the name of a man or a woman of working age that is not among these yet: on a
/// dispatcher's screen two responders of one name are a mistake waiting to happen.
pub(super) fn another(taken: &mut HashSet<String>, dice: &mut Dice) -> String {
    loop {
        let sex = either(dice);
        let name = anyone(sex, Era::Younger, dice);
        if taken.insert(name.clone()) {
            return name;
        }
    }
}

/// Returns one sex or the other, as likely.
pub(super) fn either(dice: &mut Dice) -> Sex {
    if dice.percent(50) { Sex::Female } else { Sex::Male }
}

fn given(sex: Sex, era: Era, dice: &mut Dice) -> String {
    let pairs: &[(&str, &str)] = match (era, sex) {
        (Era::Born(year), Sex::Male) if year >= 1949 && dice.percent(18) => {
            return dice.pick(&MEN_FROM_1949).to_owned();
        }
        (Era::Born(_), Sex::Male) => &OLD_MEN,
        (Era::Born(_), Sex::Female) => &OLD_WOMEN,
        (Era::Younger, Sex::Male) => &YOUNGER_MEN,
        (Era::Younger, Sex::Female) => &YOUNGER_WOMEN,
    };
    let (first, seconds) = dice.pick(pairs);
    let seconds: Vec<char> = seconds.chars().collect();
    format!("{first}{}", dice.pick(&seconds))
}
