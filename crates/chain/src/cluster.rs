//! Addresses of one owner on UTXO chains, by the inputs that they signed together.
//!
//! A party that spends two outputs in one transaction has both keys, unless several people made the transaction
//! together. Transactions shaped like a coinjoin are left out. Others can still join addresses of different owners
//! (payjoins, an exchange that spends for its customers). Therefore each address is reported with the transaction that
//! joined it, and addresses are joined on request only.

use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use crate::{
    ledger::{AddressId, Ledger, LedgerError, LedgerModel, RowId, SlotId, View},
    time::format_time,
    width::{count_of, index_of},
};

/// An address of a cluster, and the transaction that joined it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClusterMember {
    /// The address.
    pub address: String,
    /// The member with which it was spent together; none for the address of the query.
    pub joined_with: Option<String>,
    /// The transaction that spent both.
    pub transaction: Option<String>,
    /// The time of that transaction.
    pub time: Option<String>,
}

/// The addresses spent together with one, directly or through others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClusterReport {
    /// The asset of the ledger in which the cluster was found.
    pub asset: String,
    /// The rule.
    pub rule: &'static str,
    /// The members, in the order in which they were found; the first is the address of
    /// the query.
    pub members: Vec<ClusterMember>,
    /// The number of transactions left out because they are shaped like coinjoins.
    pub coinjoins_left_out: u64,
    /// The first of them, in the ledger's order.
    pub coinjoin_transactions: Vec<String>,
    /// Whether all members were found before the search reached its limit.
    pub complete: bool,
}

/// The reason why no cluster can be computed.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// The ledger holds accounts. A transaction between accounts has one sender, so no two
    /// addresses are spent together.
    #[error(
        "clusters exist on UTXO chains only; on account chains two addresses are joined by nothing but a label"
    )]
    AccountChain,
    /// The address is not in the ledger.
    #[error("{0} takes part in no transfer of this ledger")]
    Missing(String),
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// The largest number of coinjoins that are named.
const MAX_NAMED: usize = 100;
/// Output values, in smallest units, that protocols prescribe (dust limits). The payer did not
/// choose them, so equal outputs of these values are no sign of a coinjoin.
const DUST: [u128; 2] = [546, 2_730];

/// Finds the addresses that were spent together with one.
///
/// # Errors
/// On account ledgers, when the address is not in the ledger, and when the ledger is damaged.
pub fn cluster(ledger: &Ledger, address: &str, most: usize) -> Result<ClusterReport, ClusterError> {
    if ledger.meta().model == LedgerModel::Account {
        return Err(ClusterError::AccountChain);
    }
    let missing = || ClusterError::Missing(address.to_owned());
    let start = ledger.address_id(address).ok_or_else(missing)?;
    let view = View::whole(ledger);
    let mut search = Search {
        outputs: Outputs::of(&view),
        view,
        examined: HashSet::new(),
        left_out: BTreeSet::new(),
        seen: HashSet::from([start]),
    };
    let first = ClusterMember {
        address: ledger.address_text(start),
        joined_with: None,
        transaction: None,
        time: None,
    };
    let (mut members, mut waiting) = (vec![first], VecDeque::from([start]));
    let mut complete = true;
    'all: while let Some(member) = waiting.pop_front() {
        for (other, row) in search.spent_with(member) {
            if members.len() >= most {
                complete = false;
                break 'all;
            }
            members.push(ClusterMember {
                address: ledger.address_text(other),
                joined_with: Some(ledger.address_text(member)),
                transaction: Some(ledger.transaction_hash(row)),
                time: Some(format_time(search.view.columns.time(row))),
            });
            waiting.push_back(other);
        }
    }
    let coinjoins_left_out = count_of(search.left_out.len());
    let named = search.left_out.iter().take(MAX_NAMED);
    let coinjoin_transactions = named.map(|row| ledger.transaction_hash(*row)).collect();
    ledger.check_damage()?;
    Ok(ClusterReport {
        asset: ledger.asset().to_string(),
        rule: "inputs signed together",
        members,
        coinjoins_left_out,
        coinjoin_transactions,
        complete,
    })
}

/// The outputs of each address: those of address `a` are `slots[start[a]..start[a + 1]]`.
#[derive(Default)]
struct Outputs {
    start: Vec<u32>,
    slots: Vec<SlotId>,
}

impl Outputs {
    /// A counting sort of the slots by their owners.
    fn of(view: &View<'_>) -> Self {
        let owners = view.columns.owners();
        let addresses = view.ledger.address_count();
        let mut start = vec![0u32; addresses + 1];
        for owner in owners {
            let Some(count) = start.get_mut(owner.index() + 1) else {
                return view.columns.damaged("slot.owner");
            };
            *count += 1;
        }
        let mut sum = 0;
        for place in &mut start {
            sum += *place;
            *place = sum;
        }
        let mut next = start.clone();
        let mut slots = vec![SlotId::default(); owners.len()];
        for (slot, owner) in owners.iter().enumerate() {
            let next = &mut next[owner.index()];
            slots[index_of(*next)] = SlotId::at(slot);
            *next += 1;
        }
        Self { start, slots }
    }

    fn of_address(&self, address: AddressId) -> &[SlotId] {
        let bound = |at: usize| self.start.get(at).map(|bound| index_of(*bound));
        let bounds = bound(address.index()).zip(bound(address.index() + 1));
        bounds.and_then(|(first, end)| self.slots.get(first..end)).unwrap_or(&[])
    }
}

/// A search from address to address, over the transactions that spent their outputs together.
struct Search<'a> {
    view: View<'a>,
    outputs: Outputs,
    /// The slots of transactions that were examined, so that each is examined once.
    examined: HashSet<SlotId>,
    /// Coinjoins, each by the first row that led to it.
    left_out: BTreeSet<RowId>,
    seen: HashSet<AddressId>,
}

impl Search<'_> {
    /// New addresses whose outputs were spent in one transaction with the member's, with the row of the
    /// member that shows it.
    fn spent_with(&mut self, member: AddressId) -> Vec<(AddressId, RowId)> {
        let columns = self.view.columns;
        let mut found = Vec::new();
        for slot in self.outputs.of_address(member) {
            let Some(row) = columns.outs(*slot).first() else { continue };
            let between = columns.to(*row);
            if !self.view.is_between(between) || !self.examined.insert(between) {
                continue;
            }
            if self.is_coinjoin(between) {
                self.left_out.insert(*row);
                continue;
            }
            for input in columns.ins(between) {
                let owner = self.view.owner_of(columns.from(*input));
                if !self.view.ledger.is_pseudo_address(owner) && self.seen.insert(owner) {
                    found.push((owner, *row));
                }
            }
        }
        found
    }

    /// Whether half of the outputs (the rest is change) have one and the same value, one for each
    /// participant, and there are at least as many input addresses as participants.
    fn is_coinjoin(&self, between: SlotId) -> bool {
        let columns = self.view.columns;
        let fee = self.view.ledger.fee_address();
        let receiver = |row: &RowId| self.view.owner_of(columns.to(*row));
        let paid = columns.outs(between).iter().filter(|row| Some(receiver(row)) != fee);
        let mut values: BTreeMap<u128, usize> = BTreeMap::new();
        let mut outputs = 0;
        for row in paid {
            outputs += 1;
            *values.entry(columns.amount(*row)).or_default() += 1;
        }
        let participants = usize::div_ceil(outputs, 2);
        let sender = |row: &RowId| self.view.owner_of(columns.from(*row));
        let inputs: HashSet<AddressId> = columns.ins(between).iter().map(sender).collect();
        let (value, times) =
            values.iter().max_by_key(|(_, times)| **times).map_or((0, 0), |(v, t)| (*v, *t));
        participants > 1
            && times == participants
            && inputs.len() >= participants
            && !DUST.contains(&value)
    }
}
