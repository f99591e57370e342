//! The words every other crate speaks: entities, dates, countries, wallets, scores.
