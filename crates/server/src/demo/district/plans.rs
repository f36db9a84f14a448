//! What is peculiar to some of the seniors. By their place in the list, not drawn: everybody else stays
//! who they are.

use silverbell_domain::{Needs, PersonalPlan};

/// What the old people of Zhangzhou speak.
const HOKKIEN: &str = "闽南话";

/// Returns the plan of the `n`th senior.
pub(super) fn of(n: usize) -> PersonalPlan {
    let needs = Needs {
        dialect: (n % 9 == 4).then(|| HOKKIEN.into()),
        is_deaf: n % 47 == 40,
        is_mute: n % 211 == 170,
        // Nobody of the demo is away: every key that is pressed sends somebody at once.
        absence: None,
    };
    let advice = if n % 61 == 50 {
        "常按键找人说话：先打电话问清楚，多陪几句。"
    } else {
        ""
    };
    PersonalPlan { needs, advice: advice.into() }
}

/// Returns what the `n`th responder speaks beside the common language: two in three were born here.
pub(super) fn dialects_of(n: usize) -> Vec<String> {
    if n.is_multiple_of(3) { Vec::new() } else { vec![HOKKIEN.into()] }
}
