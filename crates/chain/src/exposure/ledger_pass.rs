//! What all rules of exposure share: who counts as a party, and what was attributed to whom.

use hashbrown::HashMap;
use std::collections::{BTreeMap, BTreeSet};

use super::{Basis, ExposureRequest};
use crate::{
    label::{Category, Label},
    ledger::{Ledger, LedgerModel, View},
    set::LedgerSet,
    time::Time,
    trace::sink::{Parts, total},
};

/// To whom or what value is attributed.
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
    /// Value whose history the data lack.
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

/// What is attributed to one party.
#[derive(Debug, Clone, Default)]
pub(super) struct Share {
    pub(super) units: u128,
    pub(super) direct: u128,
    pub(super) min_hops: Option<u32>,
    pub(super) pre_designation: u128,
    pub(super) post_designation: u128,
    pub(super) after_removal: u128,
    pub(super) addresses: BTreeSet<u32>,
    pub(super) first: Option<Time>,
    pub(super) last: Option<Time>,
}

/// The wallet that is asked about.
#[derive(Debug, Clone)]
pub(super) struct Wallet {
    /// The address in the question.
    pub(super) address: u32,
    /// All its addresses, that one included.
    pub(super) members: BTreeSet<u32>,
    /// The slots of all of them.
    pub(super) slots: Vec<u32>,
}

impl Wallet {
    pub(super) fn new(ledger: &Ledger, address: u32, together_with: &[u32]) -> Self {
        let members: BTreeSet<u32> = together_with.iter().copied().chain([address]).collect();
        let owner = ledger.columns().owner;
        let slots = match ledger.meta().model {
            LedgerModel::Account => members.iter().copied().collect(),
            LedgerModel::Utxo => (0..owner.len() as u32)
                .filter(|slot| members.contains(&owner[*slot as usize]))
                .collect(),
        };
        Self { address, members, slots }
    }

    pub(super) fn owns(&self, address: u32) -> bool {
        self.members.contains(&address)
    }
}

pub(super) struct Pass<'a> {
    pub(super) set: &'a LedgerSet,
    pub(super) at: usize,
    pub(super) view: View<'a>,
    pub(super) wallet: Wallet,
    pub(super) request: &'a ExposureRequest,
    pub(super) shares: BTreeMap<Party, Share>,
    /// What is to be explained.
    pub(super) whole: u128,
    pub(super) events: u64,
    pub(super) notes: Vec<String>,
    labels: HashMap<u32, Option<Label>>,
}

impl<'a> Pass<'a> {
    pub(super) fn new(
        set: &'a LedgerSet,
        (at, view): (usize, View<'a>),
        wallet: Wallet,
        request: &'a ExposureRequest,
    ) -> Self {
        Self {
            set,
            at,
            view,
            wallet,
            request,
            shares: BTreeMap::new(),
            whole: 0,
            events: 0,
            notes: Vec::new(),
            labels: HashMap::new(),
        }
    }

    pub(super) fn count(&mut self) -> bool {
        self.events += 1;
        self.events <= self.request.max_events
    }

    /// The label that makes an address a party. The wallet that is asked about is never its own source.
    pub(super) fn label(&mut self, address: u32) -> Option<Label> {
        if self.wallet.owns(address) {
            return None;
        }
        let (set, ledger, request) = (self.set, self.view.ledger, self.request);
        let found = self.labels.entry(address).or_insert_with(|| {
            let labels = set.labels.of(&ledger.address_text(address));
            labels.iter().find(|label| !request.look_through.contains(&label.category)).cloned()
        });
        found.clone()
    }

    /// Whether value that stands at this slot has found its source, and which.
    pub(super) fn source(&mut self, slot: u32) -> Option<(Party, Option<Label>)> {
        let ledger = self.view.ledger;
        let address = self.view.owner_of(slot);
        if ledger.issue_address() == Some(address) {
            return Some((Party::Issued, None));
        }
        if self.wallet.owns(address) && self.request.basis == Basis::Received {
            return Some((Party::Own, None));
        }
        if self.view.is_between(slot) {
            return None;
        }
        let label = self.label(address)?;
        let (category, name, authority) =
            (label.category.clone(), label.entity.clone(), label.authority.clone());
        Some((Party::Entity { category, name, authority }, Some(label)))
    }

    /// Adds value to a party. `time` is when it left the source, or reached the destination.
    pub(super) fn attribute(
        &mut self,
        party: Party,
        parts: &[(u32, u128)],
        from: Option<(u32, Time, Option<&Label>)>,
    ) {
        let units = total(parts);
        if units == 0 {
            return;
        }
        let share = self.shares.entry(party).or_default();
        share.units += units;
        share.direct +=
            parts.iter().filter(|(hop, _)| *hop <= 1).map(|(_, units)| units).sum::<u128>();
        let hops = parts.iter().filter(|(_, units)| *units > 0).map(|(hop, _)| *hop).min();
        share.min_hops = match (share.min_hops, hops) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let Some((address, time, label)) = from else { return };
        share.addresses.insert(address);
        share.first = Some(share.first.map_or(time, |first| first.min(time)));
        share.last = Some(share.last.map_or(time, |last| last.max(time)));
        let Some(label) = label.filter(|l| l.valid_from.is_some() || l.valid_to.is_some()) else {
            return;
        };
        if label.holds_at(time) {
            share.post_designation += units;
        } else if label.valid_to.is_some_and(|to| to <= time) {
            share.after_removal += units;
        } else {
            share.pre_designation += units;
        }
    }

    /// Attributes value that an outgoing row of a source carried, or gives it back to be followed on.
    pub(super) fn settle(&mut self, row: u32, parts: Parts) -> Option<Parts> {
        let columns = self.view.columns;
        let slot = columns.from[row as usize];
        let step = u32::from(columns.kind(row as usize).is_hop());
        let parts: Parts = parts.into_iter().map(|(hop, units)| (hop + step, units)).collect();
        let time = columns.time(row as usize);
        let address = self.view.owner_of(slot);
        if let Some((party, label)) = self.source(slot) {
            self.attribute(party, &parts, Some((address, time, label.as_ref())));
            return None;
        }
        if self.wallet.owns(address) {
            // What was the wallet's own before is as near as before: its change is no hop.
            return Some(vec![(0, total(&parts))]);
        }
        let most = self.request.max_hops.unwrap_or(u32::MAX);
        let (beyond, parts): (Parts, Parts) = parts.into_iter().partition(|(hop, _)| *hop > most);
        self.attribute(Party::BeyondHops, &beyond, None);
        (!parts.is_empty()).then_some(parts)
    }
}
