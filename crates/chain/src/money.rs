//! Amounts as reports show them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::{amount::format_amount, ledger::Ledger, share::Share};

/// An amount in both of its forms: exact, and as people write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Money {
    /// Smallest units, as text because 128 bits do not survive JSON numbers.
    pub units: String,
    /// With its decimal point.
    pub amount: String,
    #[serde(skip)]
    raw: u128,
}

impl Money {
    pub(crate) fn new(raw: u128, ledger: &Ledger) -> Self {
        Self { units: raw.to_string(), amount: format_amount(raw, ledger.asset().decimals), raw }
    }

    /// The smallest units.
    pub fn raw(&self) -> u128 {
        self.raw
    }
}

/// A share in percent with four decimals, rounded down: exact arithmetic, no floating point.
pub(crate) fn percentage(part: u128, whole: u128) -> String {
    let scaled = Share::of(part, whole).times(1_000_000);
    format!("{}.{:04}", scaled / 10_000, scaled % 10_000)
}
