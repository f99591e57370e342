//! Exposure under poison, dirty-first and clean-first: the forward trace from each party that the haircut rule finds,
//! one at a time. The part of it that is in the wallet is that party's bound.
//!
//! These rules cannot be computed backward, because the units that leave first depend on the party that is traced. So
//! the shares of two parties may overlap under dirty-first, and leave a rest without a party under clean-first.

use super::{
    ExposureRequest,
    ledger_pass::Pass,
    mixing,
    party::{Origin, Party},
    sent,
};
use crate::{
    ledger::{AddressId, View},
    method::Method,
    trace::{
        Seed, TraceError, run,
        sink::{End, EndKey},
    },
};

/// At most this many parties, largest haircut share first, are traced one by one.
const MAX_PARTIES: usize = 200;

pub(super) fn walk(pass: &mut Pass<'_>) -> Result<(), TraceError> {
    let request = ExposureRequest { method: Method::Haircut, ..pass.request.clone() };
    let view = View::new(pass.view.ledger, pass.view.openings.clone(), pass.view.rows)?;
    let mut haircut = Pass::new(pass.set, pass.at, view, pass.wallet.clone(), &request);
    mixing::walk(&mut haircut)?;
    pass.whole = haircut.whole;
    pass.events = haircut.events;
    let mut parties: Vec<_> =
        haircut.shares.into_iter().filter(|(p, _)| matches!(p, Party::Entity { .. })).collect();
    parties.sort_by_key(|(_, share)| std::cmp::Reverse(share.units));
    if parties.len() > MAX_PARTIES {
        pass.notes.push(format!(
            "{} smaller parties were not traced one by one",
            parties.len() - MAX_PARTIES
        ));
    }
    for (party, share) in parties.into_iter().take(MAX_PARTIES) {
        let text = |address: &AddressId| pass.view.ledger.address_text(*address);
        let seed = |address| Seed::Address { address: text(address), since: None };
        let seeds = share.addresses.iter().map(seed).collect();
        let request = sent::forward_request(pass, seeds);
        let walk = run(pass.set, &request)?;
        pass.events += walk.sink.events;
        let first = share.addresses.first().copied().unwrap_or_default();
        for member in pass.wallet.members.clone() {
            let key = EndKey { at: pass.at.address(member), end: End::Held };
            let Some(held) = walk.sink.ended.get(&key) else { continue };
            let origin = Origin::unlabelled(first, held.first.unwrap_or_default());
            pass.attribute(party.clone(), &held.by_hop, Some(origin));
        }
    }
    Ok(())
}
