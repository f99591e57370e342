//! Where a wallet's payments went: the forward trace of everything that it sent, up to the first party.

use super::ledger_pass::{Party, Pass};
use crate::trace::{
    Limits, Seed, TraceError, TraceRequest, run,
    sink::{End, Parts},
};

pub(super) fn walk(pass: &mut Pass<'_>) -> Result<(), TraceError> {
    let text = |address: &u32| pass.view.ledger.address_text(*address);
    let seed = |address| Seed::Address { address: text(address), since: None };
    let request = forward_request(pass, pass.wallet.members.iter().map(seed).collect());
    let walk = run(pass.set, &request)?.walk;
    pass.events = walk.sink.events;
    let mut ended: Vec<_> = walk.sink.ended.iter().filter(|((at, ..), _)| *at == pass.at).collect();
    ended.sort_unstable_by_key(|(key, _)| **key);
    for ((_, address, end), what) in ended {
        let parts: Parts = what.by_hop.clone();
        let label = pass.label(*address);
        pass.whole += what.units;
        let party = match (end, &label) {
            (End::Absorbed, Some(label)) => Party::Entity {
                category: label.category.clone(),
                name: label.entity.clone(),
                authority: label.authority.clone(),
            },
            (End::BackAtSeed | End::SeededAgain, _) => Party::Own,
            (End::BeyondHops, _) => Party::BeyondHops,
            (End::Burnt, _) => Party::Burnt,
            (End::Fees, _) => Party::Fees,
            _ => Party::Unlabelled,
        };
        if label.as_ref().is_none_or(|l| l.valid_from.is_none() && l.valid_to.is_none()) {
            let time = what.last.unwrap_or_default();
            pass.attribute(party, &parts, Some((*address, time, label.as_ref())));
            continue;
        }
        // Dates decide before and after designation, so arrivals are attributed one by one.
        for (time, hop, units) in &what.arrivals {
            pass.attribute(
                party.clone(),
                &[(*hop, *units)],
                Some((*address, *time, label.as_ref())),
            );
        }
    }
    Ok(())
}

/// A forward question that stops at every labelled party except the wallet itself.
pub(super) fn forward_request(pass: &Pass<'_>, seeds: Vec<Seed>) -> TraceRequest {
    let text = |address: &u32| pass.view.ledger.address_text(*address);
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
