//! The store of many nodes passes the contract of every store.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod support;

use support::make_store;

silverbell_store::contract_suite!(make_store);
silverbell_store::model_test!(make_store, 12);
