//! Which networks are one: an operator broadcasts several codes, and numbers its areas and cells
//! through all of them.

/// The operators of China by their network codes under 460 (ITU-T E.212): China Mobile, China Unicom,
/// China Telecom. A list has a cell under the code that whoever measured it happened to see.
const CHINA: [&[u16]; 3] = [&[0, 2, 4, 7, 8], &[1, 6, 9], &[3, 5, 11]];

/// Returns the codes of the operator of a network, its own first.
pub(super) fn codes(mcc: u16, mnc: u16) -> impl Iterator<Item = u16> {
    let of_operator = CHINA.into_iter().find(|codes| mcc == 460 && codes.contains(&mnc));
    let others = of_operator.unwrap_or_default().iter().copied();
    std::iter::once(mnc).chain(others.filter(move |other| *other != mnc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operators_codes_begin_with_the_one_that_is_heard() {
        let of = |mcc, mnc| codes(mcc, mnc).collect::<Vec<_>>();
        assert_eq!(of(460, 2), [2, 0, 4, 7, 8]);
        assert_eq!(of(460, 6), [6, 1, 9]);
        assert_eq!(of(460, 11), [11, 3, 5]);
        assert_eq!(of(460, 99), [99]);
        assert_eq!(of(310, 0), [0]);
    }
}
