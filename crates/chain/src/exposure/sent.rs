//! Where a wallet's payments went: the forward trace of everything that it sent, up to the first party.

use super::{
    ledger_pass::Pass,
    party::{Origin, Party},
};
use crate::{
    ledger::AddressId,
    trace::{
        Limits, Seed, TraceError, TraceRequest, run,
        sink::{End, EndKey},
    },
};

pub(super) fn walk(pass: &mut Pass<'_>) -> Result<(), TraceError> {
    let text = |address: &AddressId| pass.view.ledger.address_text(*address);
    let seed = |address| Seed::Address { address: text(address), since: None };
    let request = forward_request(pass, pass.wallet.members.iter().map(seed).collect());
    let walk = run(pass.set, &request)?;
    pass.events = walk.sink.events;
    let here = |key: &EndKey| key.at.ledger == pass.at;
    let mut ended: Vec<_> = walk.sink.ended.iter().filter(|(key, _)| here(key)).collect();
    ended.sort_unstable_by_key(|(key, _)| **key);
    for (EndKey { at, end }, ended) in ended {
        let address = at.address;
        let label = pass.label(address);
        pass.ask_for(ended.units);
        let party = match (end, &label) {
            (End::Absorbed, Some(label)) => Party::of(label),
            (End::BackAtSeed | End::SeededAgain, _) => Party::Own,
            (End::BeyondHops, _) => Party::BeyondHops,
            (End::Burnt, _) => Party::Burnt,
            (End::Fees, _) => Party::Fees,
            _ => Party::Unlabelled,
        };
        let label = label.as_ref();
        if label.is_none_or(|l| l.valid_from.is_none() && l.valid_to.is_none()) {
            let time = ended.last.unwrap_or_default();
            pass.attribute(party, &ended.by_hop, Some(Origin { address, time, label }));
            continue;
        }
        // Dates decide before and after designation, so arrivals are attributed one by one.
        for arrival in &ended.arrivals {
            let origin = Origin { address, time: arrival.time, label };
            pass.attribute(party.clone(), &[(arrival.hop, arrival.units)], Some(origin));
        }
    }
    Ok(())
}

/// A forward query that stops at every labelled party except the wallet itself.
pub(super) fn forward_request(pass: &Pass<'_>, seeds: Vec<Seed>) -> TraceRequest {
    let text = |address: &AddressId| pass.view.ledger.address_text(*address);
    let asset = pass.view.ledger.asset();
    TraceRequest {
        asset: Some(format!("{}:{}", asset.chain, asset.id)),
        openings: pass.request.openings.clone(),
        until: pass.request.at,
        limits: Limits {
            max_hops: pass.request.max_hops,
            max_events: pass.request.max_events,
            ..Limits::default()
        },
        follow_swaps: false,
        strategy: pass.request.strategy,
        stop_at_any_label: true,
        pass_through: pass.request.look_through.clone(),
        never_stop_at: pass.wallet.members.iter().map(text).collect(),
        ..TraceRequest::new(seeds, pass.request.method)
    }
}
