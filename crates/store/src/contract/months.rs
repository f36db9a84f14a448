//! Months that are closed.

use silverbell_domain::DistrictId;
use silverbell_testkit::{START, longwen, operator};

use super::Bench;
use super::people::user;
use crate::{ClosedMonth, Constraint, StoreError};

fn closed(month: &str) -> ClosedMonth {
    ClosedMonth {
        district: longwen(),
        month: month.into(),
        closed_at: START,
        closed_by: operator(1),
        sha256: [7; 32],
        report: "{\"month\":\"龙文\",\"n\":1.50}\n".into(),
    }
}

pub async fn a_closed_month_is_kept_to_the_byte_and_closed_once(bench: Bench) {
    let store = &bench.store;
    store.put_users(vec![user(1, "op-1")]).await.unwrap();
    assert_eq!(store.closed_month(&longwen(), "2026-10").await.unwrap(), None);
    store.close_month(closed("2026-10")).await.unwrap();
    let again = ClosedMonth { report: "{}".into(), ..closed("2026-10") };
    assert_eq!(store.close_month(again).await, Err(StoreError::Violates(Constraint::Taken)));
    let kept = store.closed_month(&longwen(), "2026-10").await.unwrap();
    assert_eq!(kept, Some(closed("2026-10")));
    assert_eq!(store.closed_month(&DistrictId::new("yunxiao"), "2026-10").await.unwrap(), None);
}

pub async fn closed_months_are_listed_latest_first_without_their_reports(bench: Bench) {
    let store = &bench.store;
    store.put_users(vec![user(1, "op-1")]).await.unwrap();
    for month in ["2026-09", "2027-01", "2026-10"] {
        store.close_month(closed(month)).await.unwrap();
    }
    let listed = store.closed_months(&[longwen()], 2).await.unwrap();
    let expected = ["2027-01", "2026-10"];
    assert_eq!(listed.iter().map(|it| &*it.month).collect::<Vec<_>>(), expected);
    assert!(listed.iter().all(|it| it.report.is_empty() && it.sha256 == [7; 32]));
    assert_eq!(store.closed_months(&[DistrictId::new("yunxiao")], 9).await.unwrap(), []);
    let nobody = ClosedMonth { closed_by: operator(9), ..closed("2026-08") };
    let refused = store.close_month(nobody).await;
    assert_eq!(refused, Err(StoreError::Violates(Constraint::NoSuchThing)));
}
