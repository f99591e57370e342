//! Parties to whom value is attributed, and their shares.

use std::collections::BTreeSet;

use crate::{
    label::{Category, Label},
    ledger::AddressId,
    parts::total,
    time::Time,
};

/// The party or category that value is attributed to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Party {
    /// A labelled party.
    Entity {
        category: Category,
        name: String,
        authority: Option<String>,
    },
    /// Value that came into being: mints, rewards, genesis.
    Issued,
    /// Value whose history is missing in the data.
    Unknown,
    /// A stated balance from before the data.
    StatedOpening,
    /// The wallet's own money that came back to it.
    Own,
    /// Value that a limit cut off.
    BeyondHops,
    /// Sent value that is still with unlabelled wallets.
    Unlabelled,
    /// Value paid as fees or destroyed.
    Fees,
    Burnt,
}

impl Party {
    /// The party that a label names.
    pub(super) fn of(label: &Label) -> Self {
        Self::Entity {
            category: label.category.clone(),
            name: label.entity.clone(),
            authority: label.authority.clone(),
        }
    }
}

/// Where and when value left its source, or reached its destination.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin<'a> {
    pub(super) address: AddressId,
    pub(super) time: Time,
    /// The label that makes the address a party, where its dates matter.
    pub(super) label: Option<&'a Label>,
}

impl Origin<'_> {
    pub(super) fn unlabelled(address: AddressId, time: Time) -> Self {
        Self { address, time, label: None }
    }
}

/// What is attributed to one party. Sums stay within the ledger's total; only those of a damaged ledger
/// can saturate.
#[derive(Debug, Clone, Default)]
pub(super) struct PartyShare {
    pub(super) units: u128,
    pub(super) direct: u128,
    pub(super) min_hops: Option<u32>,
    pub(super) pre_designation: u128,
    pub(super) post_designation: u128,
    pub(super) after_removal: u128,
    pub(super) addresses: BTreeSet<AddressId>,
    pub(super) first: Option<Time>,
    pub(super) last: Option<Time>,
}

impl PartyShare {
    /// Adds value that came from an origin, where it has one.
    pub(super) fn add(&mut self, parts: &[(u32, u128)], origin: Option<Origin<'_>>) {
        let units = total(parts);
        self.units = self.units.saturating_add(units);
        let direct = parts.iter().filter(|(hop, _)| *hop <= 1).map(|(_, units)| *units);
        self.direct = direct.fold(self.direct, u128::saturating_add);
        let hops = parts.iter().filter(|(_, units)| *units > 0).map(|(hop, _)| *hop).min();
        self.min_hops = match (self.min_hops, hops) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let Some(Origin { address, time, label }) = origin else { return };
        self.addresses.insert(address);
        self.first = Some(self.first.map_or(time, |first| first.min(time)));
        self.last = Some(self.last.map_or(time, |last| last.max(time)));
        if let Some(label) = label.filter(|l| l.valid_from.is_some() || l.valid_to.is_some()) {
            let sum = self.designation(label, time);
            *sum = sum.saturating_add(units);
        }
    }

    /// The sum to which value of a time belongs: before, during or after a dated label holds.
    fn designation(&mut self, label: &Label, time: Time) -> &mut u128 {
        if label.holds_at(time) {
            &mut self.post_designation
        } else if label.valid_to.is_some_and(|to| to <= time) {
            &mut self.after_removal
        } else {
            &mut self.pre_designation
        }
    }
}
