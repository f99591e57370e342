//! Answers an exposure query.

use super::{
    Basis, ExposureReport, ExposureRequest, bounds,
    ledger_pass::{Pass, Wallet},
    mixing, paths, queue, report, sent,
};
use crate::{
    ledger::{AddressId, Opening, SlotId, View},
    method::Method,
    set::LedgerSet,
    trace::TraceError,
    width::length_of,
};

/// Answers what a wallet is exposed to.
///
/// # Errors
/// When the asset or the address is not in the data, the ledger is damaged, or the query touches too
/// many transfers.
pub fn exposure(set: &LedgerSet, request: &ExposureRequest) -> Result<ExposureReport, TraceError> {
    let (at, ledger) = set.chosen(request.asset.as_deref())?;
    let missing = |seed: &str| TraceError::Seed {
        seed: seed.to_owned(),
        reason: "the address takes part in no transfer of this asset".to_owned(),
    };
    let found = |text: &String| ledger.address_id(text).ok_or_else(|| missing(text));
    let address = found(&request.address)?;
    let together_with: Vec<AddressId> =
        request.together_with.iter().map(found).collect::<Result<_, _>>()?;
    let mut openings = Vec::new();
    for (text, units) in &request.openings {
        openings.push(Opening { slot: SlotId::new(found(text)?.number()), units: *units });
    }
    let rows = request.at.map(|time| ledger.rows_until(time));
    let rows = rows.unwrap_or(length_of(ledger.meta().transfers));
    let view = View::new(ledger, openings, rows)?;
    let wallet = Wallet::new(ledger, address, &together_with);
    let mut pass = Pass::new(set, at, view, wallet, request);
    match (request.basis, request.method) {
        (Basis::Sent, Method::Haircut | Method::Fifo | Method::Lifo) => sent::walk(&mut pass)?,
        (_, Method::Haircut) => mixing::walk(&mut pass)?,
        (_, Method::Fifo | Method::Lifo) => queue::walk(&mut pass)?,
        (Basis::Balance, _) => bounds::walk(&mut pass)?,
        (_, method) => return Err(TraceError::Unsupported { method: method.name() }),
    }
    let paths = paths::find(&mut pass);
    let report = report::report(&pass, paths);
    ledger.check_damage()?;
    Ok(report)
}
