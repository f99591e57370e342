//! Values of queries that are given as text: kinds of parties, addresses, amounts, openings.

use std::collections::BTreeSet;

use interdict_chain::amount::{Rounding, parse_amount};
use interdict_chain::label::Category;
use interdict_chain::ledger::{Ledger, ledger_address};
use interdict_chain::set::LedgerSet;
use interdict_model::wallet::{WalletAddress, WalletError};

use super::error::ChainError;
use crate::error::EngineError;

/// Kinds of parties by name. A name that no label uses is an error: it would have no effect.
pub(super) fn read_categories(
    texts: &[String],
    set: &LedgerSet,
) -> Result<BTreeSet<Category>, EngineError> {
    let read = |text: &String| {
        let category = Category::parse(text);
        let used = || set.labels.iter().any(|(_, l)| l.iter().any(|l| l.category == category));
        if matches!(category, Category::Other(_)) && !used() {
            let known = Category::names().join(", ");
            return Err(ChainError::Category { text: text.clone(), known }.into());
        }
        Ok(category)
    };
    texts.iter().map(read).collect()
}

/// Refuses an address whose checksum is wrong: it is mistyped, and not merely absent from the ledger.
pub(super) fn check_address(text: &str) -> Result<(), EngineError> {
    match WalletAddress::parse(text) {
        Ok(_) | Err(WalletError::Unrecognised) => Ok(()),
        Err(why) => Err(ChainError::address(text, why).into()),
    }
}

/// Balances from before the data, each written as `ADDRESS:AMOUNT`.
pub(super) fn read_openings(
    texts: &[String],
    ledger: &Ledger,
) -> Result<Vec<(String, u128)>, EngineError> {
    let read = |text: &String| {
        // Addresses may hold colons themselves; amounts do not.
        let (address, amount) =
            text.rsplit_once(':').ok_or_else(|| ChainError::Opening(text.clone()))?;
        if !ledger.holds_address(address) {
            check_address(address)?;
        }
        Ok((ledger_address(address).into_owned(), read_amount(amount, ledger)?))
    };
    texts.iter().map(read).collect()
}

/// An amount in units of the ledger's asset.
pub(super) fn read_amount(text: &str, ledger: &Ledger) -> Result<u128, EngineError> {
    let amount = parse_amount(text, ledger.asset().decimals, Rounding::Reject);
    let failed = |source| ChainError::Amount { text: text.to_owned(), source };
    Ok(amount.map_err(failed)?.units)
}
