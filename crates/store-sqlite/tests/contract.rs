//! The embedded store passes the contract of every store.

mod support;

use support::make_store;

silverbell_store::contract_suite!(make_store);
