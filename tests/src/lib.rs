//! Empty: the tests live in `it/`.
