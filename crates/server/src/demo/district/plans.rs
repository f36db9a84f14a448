//! What is peculiar to some people of the demo. By their place in the list, not drawn: everybody else
//! stays who they are. No senior has a plan that changes who is asked or how soon: in the demo the
//! nearest goes at once.

use silverbell_domain::{Needs, PersonalPlan};

/// What the old people of Zhangzhou speak.
const HOKKIEN: &str = "闽南话";

/// Returns the plan of the `n`th senior.
pub(super) fn of(n: usize) -> PersonalPlan {
    let advice = if n % 61 == 50 {
        "常按键找人说话：先打电话问清楚，多陪几句。"
    } else {
        ""
    };
    PersonalPlan { needs: Needs::default(), advice: advice.into() }
}

/// Returns what the `n`th responder speaks beside the common language: two in three were born here.
pub(super) fn dialects_of(n: usize) -> Vec<String> {
    if n.is_multiple_of(3) { Vec::new() } else { vec![HOKKIEN.into()] }
}
