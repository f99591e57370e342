//! What share of a wallet comes from whom, or went to whom: directly and through others, by party and
//! by kind of party, with the paths that explain it.

mod bounds;
mod dense;
mod ledger_pass;
mod mixing;
mod paths;
mod queue;
mod report;
mod request;
mod sent;

pub use report::{CategoryExposure, EntityExposure, ExposurePath, ExposureReport, PathStep};
pub use request::{Basis, ExposureRequest};

use crate::{
    ledger::{Opening, View},
    set::LedgerSet,
    trace::{Method, TraceError},
};
use ledger_pass::{Pass, Wallet};

/// Answers what a wallet is exposed to.
///
/// # Errors
/// When the asset or the address is not in the data, or the question touches too many transfers.
pub fn exposure(set: &LedgerSet, request: &ExposureRequest) -> Result<ExposureReport, TraceError> {
    let at = set.choose(request.asset.as_deref())?;
    let ledger = &set.ledgers[at];
    let missing = |seed: &str| TraceError::Seed {
        seed: seed.to_owned(),
        reason: "the address takes part in no transfer of this asset".to_owned(),
    };
    let address = ledger.address_id(&request.address).ok_or_else(|| missing(&request.address))?;
    let found = |text: &String| ledger.address_id(text).ok_or_else(|| missing(text));
    let together_with: Vec<u32> =
        request.together_with.iter().map(found).collect::<Result<_, _>>()?;
    let mut openings = Vec::new();
    for (text, units) in &request.openings {
        let slot = found(text)?;
        openings.push(Opening { slot, units: *units });
    }
    let rows = request.at.map_or(ledger.meta().transfers as usize, |time| ledger.rows_until(time));
    let view = View::new(ledger, openings, rows)?;
    let mut pass =
        Pass::new(set, (at, view), Wallet::new(ledger, address, &together_with), request);
    match (request.basis, request.method) {
        (Basis::Sent, Method::Haircut | Method::Fifo | Method::Lifo) => sent::walk(&mut pass)?,
        (_, Method::Haircut) => mixing::walk(&mut pass)?,
        (_, Method::Fifo | Method::Lifo) => queue::walk(&mut pass)?,
        (Basis::Balance, _) => bounds::walk(&mut pass)?,
        (_, method) => return Err(TraceError::Unsupported { method: method.name() }),
    }
    let paths = paths::find(&mut pass);
    Ok(report::report(&pass, paths))
}
