//! Addresses of one owner on UTXO chains, by the inputs that they signed together.
//!
//! Whoever spends two outputs in one transaction holds both keys, unless several people made the
//! transaction together. Transactions shaped like a coinjoin are left out; others still join wrongly
//! (payjoins, an exchange that spends for its customers), so each address comes with the transaction
//! that joined it, and nothing is joined unless asked.

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use crate::{
    ledger::{Ledger, LedgerModel, View},
    time::format_time,
};

/// An address and why it belongs to the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClusterMember {
    /// The address.
    pub address: String,
    /// The member with which it was spent together; nothing for the address asked about.
    pub joined_with: Option<String>,
    /// The transaction that spent both.
    pub transaction: Option<String>,
    /// When it did.
    pub time: Option<String>,
}

/// The addresses spent together with one, directly or through others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClusterReport {
    /// The version of this form.
    pub schema_version: u32,
    /// The asset of the ledger that tells it.
    pub asset: String,
    /// The rule.
    pub rule: &'static str,
    /// The members, in the order in which they were found; the first is the one asked about.
    pub members: Vec<ClusterMember>,
    /// How many transactions were left out because they are shaped like coinjoins.
    pub coinjoins_left_out: u64,
    /// The first of them, in the ledger's order.
    pub coinjoin_transactions: Vec<String>,
    /// Whether all members were found before the search came to its limit.
    pub complete: bool,
}

/// Why there is no cluster.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClusterError {
    /// Accounts do not spend together.
    #[error(
        "clusters exist on UTXO chains only; on account chains two addresses are joined by nothing but a label"
    )]
    AccountChain,
    /// Not there.
    #[error("{0} takes part in no transfer of this ledger")]
    Missing(String),
}

/// At most so many coinjoins are named.
const MOST_NAMED: usize = 100;
/// Output values that are written for the protocol's sake and not chosen.
const DUST: [u128; 2] = [546, 2_730];

/// Finds the addresses that were spent together with one.
///
/// # Errors
/// On account ledgers, and when the address is not in the ledger.
pub fn cluster(ledger: &Ledger, address: &str, most: usize) -> Result<ClusterReport, ClusterError> {
    if ledger.meta().model == LedgerModel::Account {
        return Err(ClusterError::AccountChain);
    }
    let missing = || ClusterError::Missing(address.to_owned());
    let start = ledger.address_id(address).ok_or_else(missing)?;
    let view =
        View::new(ledger, Vec::new(), ledger.meta().transfers as usize).map_err(|_| missing())?;
    let mut search = Search {
        outputs: Outputs::of(&view),
        view,
        looked_at: HashSet::new(),
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
                transaction: Some(ledger.transaction_hash(row as usize)),
                time: Some(format_time(search.view.columns.time(row as usize))),
            });
            waiting.push_back(other);
        }
    }
    let coinjoins_left_out = search.left_out.len() as u64;
    let named = search.left_out.iter().take(MOST_NAMED);
    Ok(ClusterReport {
        schema_version: 1,
        asset: ledger.asset().to_string(),
        rule: "inputs signed together",
        members,
        coinjoins_left_out,
        coinjoin_transactions: named.map(|row| ledger.transaction_hash(*row as usize)).collect(),
        complete,
    })
}

/// The outputs of each address, as one list with a place for each address.
struct Outputs {
    start: Vec<u32>,
    slots: Vec<u32>,
}

impl Outputs {
    fn of(view: &View<'_>) -> Self {
        let owner = view.columns.owner;
        let mut start = vec![0u32; view.ledger.meta().addresses as usize + 1];
        owner.iter().for_each(|address| start[*address as usize + 1] += 1);
        for at in 1..start.len() {
            start[at] += start[at - 1];
        }
        let (mut next, mut slots) = (start.clone(), vec![0u32; owner.len()]);
        for (slot, address) in owner.iter().enumerate() {
            slots[next[*address as usize] as usize] = slot as u32;
            next[*address as usize] += 1;
        }
        Self { start, slots }
    }

    fn of_address(&self, address: u32) -> &[u32] {
        let at = address as usize;
        &self.slots[self.start[at] as usize..self.start[at + 1] as usize]
    }
}

struct Search<'a> {
    view: View<'a>,
    outputs: Outputs,
    /// Transactions that were looked at, so that each is looked at once.
    looked_at: HashSet<u32>,
    /// Coinjoins, by the row through which they were met.
    left_out: BTreeSet<u32>,
    seen: HashSet<u32>,
}

impl Search<'_> {
    /// Addresses not met before whose outputs were spent in one transaction with the member's.
    fn spent_with(&mut self, member: u32) -> Vec<(u32, u32)> {
        let columns = self.view.columns;
        let mut found = Vec::new();
        for slot in self.outputs.of_address(member) {
            let Some(row) = columns.outs(*slot).first() else { continue };
            let between = columns.to[*row as usize];
            if !self.view.is_between(between) || !self.looked_at.insert(between) {
                continue;
            }
            if self.is_coinjoin(between) {
                self.left_out.insert(*row);
                continue;
            }
            for input in columns.ins(between) {
                let owner = self.view.owner_of(columns.from[*input as usize]);
                if !self.view.ledger.is_pseudo_address(owner) && self.seen.insert(owner) {
                    found.push((owner, *row));
                }
            }
        }
        found
    }

    /// Half of the outputs (the rest is change) have one and the same value, one for each participant,
    /// and there are at least as many input addresses.
    fn is_coinjoin(&self, between: u32) -> bool {
        let columns = self.view.columns;
        let fee = self.view.ledger.fee_address();
        let paid = columns
            .outs(between)
            .iter()
            .filter(|row| Some(self.view.owner_of(columns.to[**row as usize])) != fee);
        let mut values: BTreeMap<u128, usize> = BTreeMap::new();
        let mut outputs = 0;
        for row in paid {
            outputs += 1;
            *values.entry(columns.amount.get(*row as usize)).or_default() += 1;
        }
        let participants = usize::div_ceil(outputs, 2);
        let inputs: HashSet<u32> = columns
            .ins(between)
            .iter()
            .map(|row| self.view.owner_of(columns.from[*row as usize]))
            .collect();
        let (value, times) =
            values.iter().max_by_key(|(_, times)| **times).map_or((0, 0), |(v, t)| (*v, *t));
        participants > 1
            && times == participants
            && inputs.len() >= participants
            && !DUST.contains(&value)
    }
}
