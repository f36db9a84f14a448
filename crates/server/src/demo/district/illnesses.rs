//! Illnesses of old age, what is taken for them, and what must not be taken together.

/// An illness and the usual medicines.
#[derive(Debug)]
pub(super) struct Illness {
    pub(super) name: &'static str,
    /// How common it is among these, in proportion.
    pub(super) weight: u32,
    /// How much care it calls for, 0 to 3.
    pub(super) care: u8,
    pub(super) men_only: bool,
    /// What is prescribed: one of these lines. An illness may need none.
    pub(super) prescriptions: &'static [&'static [&'static str]],
}

const fn illness(
    name: &'static str,
    weight: u32,
    care: u8,
    prescriptions: &'static [&'static [&'static str]],
) -> Illness {
    Illness { name, weight, care, men_only: false, prescriptions }
}

pub(super) const ILLNESSES: [Illness; 25] = [
    illness(
        "高血压",
        260,
        0,
        &[
            &["氨氯地平片 5mg 每日1次"],
            &["缬沙坦胶囊 80mg 每日1次"],
            &["硝苯地平控释片 30mg 每日1次"],
            &["氨氯地平片 5mg 每日1次", "厄贝沙坦片 150mg 每日1次"],
            &["缬沙坦氢氯噻嗪片 每日1次"],
        ],
    ),
    illness(
        "2型糖尿病",
        130,
        1,
        &[
            &["二甲双胍片 0.5g 每日2次"],
            &["阿卡波糖片 50mg 每日3次"],
            &["二甲双胍片 0.5g 每日2次", "格列美脲片 2mg 每日1次"],
            &["甘精胰岛素 睡前12单位"],
        ],
    ),
    illness(
        "冠心病",
        105,
        1,
        &[
            &["阿司匹林肠溶片 100mg 每日1次", "阿托伐他汀片 20mg 每晚1次", "硝酸甘油片 随身备用"],
            &["氯吡格雷片 75mg 每日1次", "瑞舒伐他汀片 10mg 每晚1次", "速效救心丸 随身备用"],
            &["阿托伐他汀片 20mg 每晚1次", "美托洛尔缓释片 47.5mg 每日1次", "硝酸甘油片 随身备用"],
            &["阿托伐他汀片 20mg 每晚1次", "硝酸甘油片 随身备用"],
        ],
    ),
    illness("高脂血症", 60, 0, &[&["阿托伐他汀片 20mg 每晚1次"], &["瑞舒伐他汀片 10mg 每晚1次"]]),
    illness(
        "心房颤动",
        38,
        1,
        &[&["利伐沙班片 15mg 每日1次"], &["华法林片 2.5mg 每日1次"], &["地高辛片 0.125mg 每日1次"]],
    ),
    illness("慢性心力衰竭", 26, 2, &[&["呋塞米片 20mg 每日1次", "螺内酯片 20mg 每日1次"]]),
    illness(
        "脑梗死后遗症",
        48,
        2,
        &[
            &["阿司匹林肠溶片 100mg 每日1次", "阿托伐他汀片 20mg 每晚1次"],
            &["氯吡格雷片 75mg 每日1次", "阿托伐他汀片 20mg 每晚1次"],
            &["银杏叶片 每日3次"],
        ],
    ),
    illness(
        "慢性阻塞性肺疾病",
        50,
        1,
        &[
            &["噻托溴铵吸入粉雾剂 每日1吸", "氨溴索片 30mg 每日3次"],
            &["布地奈德福莫特罗吸入剂 每日2次"],
        ],
    ),
    illness("支气管哮喘", 22, 1, &[&["沙丁胺醇气雾剂 随身备用", "孟鲁司特片 10mg 每晚1次"]]),
    illness("慢性胃炎", 46, 0, &[&["奥美拉唑肠溶胶囊 20mg 每日1次"], &["铝碳酸镁咀嚼片 每日3次"]]),
    illness("消化性溃疡", 16, 0, &[&["雷贝拉唑肠溶片 20mg 每日1次"]]),
    illness("慢性肾脏病3期", 20, 1, &[&["肾衰宁片 每日3次"], &["碳酸氢钠片 1g 每日3次"]]),
    illness("痛风", 32, 0, &[&["非布司他片 40mg 每日1次"], &["别嘌醇片 100mg 每日1次"]]),
    illness(
        "骨质疏松症",
        62,
        1,
        &[&["阿仑膦酸钠片 70mg 每周1次", "碳酸钙D3片 每日1次"], &["碳酸钙D3片 每日1次"]],
    ),
    illness(
        "膝骨关节炎",
        76,
        1,
        &[&["硫酸氨基葡萄糖胶囊 每日3次"], &["塞来昔布胶囊 0.2g 疼痛时"], &[]],
    ),
    illness("腰椎间盘突出症", 34, 1, &[&["双氯芬酸钠缓释片 75mg 疼痛时"], &[]]),
    illness("白内障", 44, 0, &[&["吡诺克辛滴眼液 每日3次"], &[]]),
    illness("青光眼", 14, 1, &[&["拉坦前列素滴眼液 每晚1次"]]),
    illness("听力下降（佩戴助听器）", 46, 0, &[&[]]),
    Illness {
        name: "前列腺增生",
        weight: 90,
        care: 0,
        men_only: true,
        prescriptions: &[&["坦索罗辛缓释胶囊 0.2mg 每晚1次"], &["非那雄胺片 5mg 每日1次"]],
    },
    illness("帕金森病", 16, 3, &[&["多巴丝肼片 125mg 每日3次"]]),
    illness(
        "阿尔茨海默病（轻度）",
        26,
        3,
        &[&["多奈哌齐片 5mg 每晚1次"], &["美金刚片 10mg 每日1次"]],
    ),
    illness("失眠", 34, 0, &[&["佐匹克隆片 7.5mg 睡前"], &[]]),
    illness("甲状腺功能减退", 14, 0, &[&["左甲状腺素钠片 50μg 每日晨起"]]),
    illness("髋部骨折术后", 15, 3, &[&["碳酸钙D3片 每日1次"]]),
];

/// What makes the disability severe for those who get the service for it.
pub(super) const DISABILITIES: [Illness; 6] = [
    illness("双目失明（视力一级）", 20, 2, &[&[]]),
    illness("下肢瘫痪（肢体一级，使用轮椅）", 26, 3, &[&["巴氯芬片 10mg 每日3次"], &[]]),
    illness("脑梗死后遗症（右侧偏瘫）", 22, 3, &[&["银杏叶片 每日3次"]]),
    illness("听力言语残疾（一级）", 16, 1, &[&[]]),
    illness("精神残疾（二级，病情稳定）", 8, 2, &[&["奥氮平片 5mg 每晚1次"]]),
    illness("脊髓灰质炎后遗症（肢体二级）", 12, 2, &[&[]]),
];

/// What people do not tolerate, and how many in a thousand.
pub(super) const ALLERGIES: [(&str, u32); 9] = [
    ("青霉素", 75),
    ("头孢类", 25),
    ("磺胺类", 26),
    ("阿司匹林", 18),
    ("碘造影剂", 9),
    ("海鲜", 22),
    ("芒果", 9),
    ("花粉", 10),
    ("酒精", 8),
];

/// A medicine, and a medicine, illness or allergy that it does not go with. Nurses read these
/// files: a demo that prescribes warfarin on top of aspirin is not taken seriously.
pub(super) const CLASHES: [(&str, &str); 31] = [
    ("美托洛尔", "哮喘"),
    ("美托洛尔", "慢性阻塞性肺"),
    ("华法林", "阿司匹林"),
    ("华法林", "氯吡格雷"),
    ("利伐沙班", "阿司匹林"),
    ("利伐沙班", "氯吡格雷"),
    ("氯吡格雷", "阿司匹林肠溶片"),
    ("银杏叶", "华法林"),
    ("银杏叶", "利伐沙班"),
    ("阿司匹林肠溶片", "阿司匹林"),
    ("阿司匹林肠溶片", "消化性溃疡"),
    ("阿司匹林肠溶片", "痛风"),
    ("阿司匹林肠溶片", "哮喘"),
    ("双氯芬酸", "阿司匹林"),
    ("双氯芬酸", "华法林"),
    ("双氯芬酸", "利伐沙班"),
    ("双氯芬酸", "氯吡格雷"),
    ("双氯芬酸", "肾脏病"),
    ("双氯芬酸", "溃疡"),
    ("双氯芬酸", "心力衰竭"),
    ("塞来昔布", "磺胺"),
    ("塞来昔布", "冠心病"),
    ("塞来昔布", "双氯芬酸"),
    ("塞来昔布", "肾脏病"),
    ("塞来昔布", "心力衰竭"),
    ("氢氯噻嗪", "磺胺"),
    ("氢氯噻嗪", "痛风"),
    ("二甲双胍", "肾脏病"),
    ("瑞舒伐他汀", "阿托伐他汀"),
    ("奥美拉唑", "氯吡格雷"),
    ("碳酸氢钠", "心力衰竭"),
];
