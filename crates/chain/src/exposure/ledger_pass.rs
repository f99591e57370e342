//! The state of an exposure query, shared by all methods: the wallet, the view of the ledger, and the value attributed
//! to each party.

use hashbrown::HashMap;
use std::collections::{BTreeMap, BTreeSet};

use super::{
    Basis, ExposureRequest,
    party::{Origin, Party, PartyShare},
};
use crate::{
    label::Label,
    ledger::{AddressId, Ledger, LedgerId, LedgerModel, RowId, SlotId, View},
    parts::{Parts, total},
    set::LedgerSet,
    trace::TraceError,
};

/// The wallet of the query.
#[derive(Debug, Clone)]
pub(super) struct Wallet {
    /// The address in the query.
    pub(super) address: AddressId,
    /// All its addresses, that one included.
    pub(super) members: BTreeSet<AddressId>,
    /// The slots of all of them.
    pub(super) slots: Vec<SlotId>,
}

impl Wallet {
    pub(super) fn new(ledger: &Ledger, address: AddressId, together_with: &[AddressId]) -> Self {
        let members: BTreeSet<AddressId> = together_with.iter().copied().chain([address]).collect();
        let slots = match ledger.meta().model {
            LedgerModel::Account => members.iter().map(|m| SlotId::new(m.number())).collect(),
            LedgerModel::Utxo => {
                let owners = ledger.columns().owners().iter().enumerate();
                let own = owners.filter(|(_, owner)| members.contains(owner));
                own.map(|(slot, _)| SlotId::at(slot)).collect()
            }
        };
        Self { address, members, slots }
    }

    pub(super) fn owns(&self, address: AddressId) -> bool {
        self.members.contains(&address)
    }
}

/// The state of a query during its computation.
pub(super) struct Pass<'a> {
    pub(super) set: &'a LedgerSet,
    pub(super) at: LedgerId,
    pub(super) view: View<'a>,
    pub(super) wallet: Wallet,
    pub(super) request: &'a ExposureRequest,
    pub(super) shares: BTreeMap<Party, PartyShare>,
    /// The whole value that is attributed to parties.
    pub(super) whole: u128,
    pub(super) events: u64,
    pub(super) notes: Vec<String>,
    labels: HashMap<AddressId, Option<Label>>,
}

impl<'a> Pass<'a> {
    pub(super) fn new(
        set: &'a LedgerSet,
        at: LedgerId,
        view: View<'a>,
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

    /// Counts one processed transfer.
    ///
    /// # Errors
    /// When the event budget is spent.
    pub(super) fn count_event(&mut self) -> Result<(), TraceError> {
        self.events += 1;
        let most = self.request.max_events;
        if self.events <= most { Ok(()) } else { Err(TraceError::TooManyEvents(most)) }
    }

    /// Adds to the whole value.
    pub(super) fn ask_for(&mut self, units: u128) {
        self.whole = self.whole.saturating_add(units);
    }

    /// The label that makes an address a party. The wallet itself is never its own source.
    pub(super) fn label(&mut self, address: AddressId) -> Option<Label> {
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

    /// The source of the value in a slot, if the slot is one: the party, and its label.
    pub(super) fn source(&mut self, slot: SlotId) -> Option<(Party, Option<Label>)> {
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
        Some((Party::of(&label), Some(label)))
    }

    /// Adds value to a party.
    pub(super) fn attribute(
        &mut self,
        party: Party,
        parts: &[(u32, u128)],
        origin: Option<Origin<'_>>,
    ) {
        if total(parts) > 0 {
            self.shares.entry(party).or_default().add(parts, origin);
        }
    }

    /// Attributes value that was in a slot before the data begin.
    pub(super) fn attribute_opening(&mut self, slot: SlotId, parts: &[(u32, u128)]) {
        let stated = self.view.stated(slot) > 0;
        let party = if stated { Party::StatedOpening } else { Party::Unknown };
        let time = self.view.ledger.meta().first_time;
        let origin = Origin::unlabelled(self.view.owner_of(slot), time);
        self.attribute(party, parts, Some(origin));
    }

    /// Attributes value that an outgoing row of a source carried, or returns it to be followed
    /// further.
    pub(super) fn settle(&mut self, row: RowId, parts: Parts) -> Option<Parts> {
        let columns = self.view.columns;
        let slot = columns.from(row);
        let step = u32::from(columns.kind(row).is_hop());
        let parts: Parts = parts.into_iter().map(|(hop, units)| (hop + step, units)).collect();
        let (time, address) = (columns.time(row), self.view.owner_of(slot));
        if let Some((party, label)) = self.source(slot) {
            self.attribute(party, &parts, Some(Origin { address, time, label: label.as_ref() }));
            return None;
        }
        if self.wallet.owns(address) {
            // The wallet's change is no hop, so the distance starts again at zero.
            return Some(vec![(0, total(&parts))]);
        }
        let most = self.request.max_hops.unwrap_or(u32::MAX);
        let (beyond, parts): (Parts, Parts) = parts.into_iter().partition(|(hop, _)| *hop > most);
        self.attribute(Party::BeyondHops, &beyond, None);
        (!parts.is_empty()).then_some(parts)
    }
}
