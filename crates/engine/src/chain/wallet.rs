//! Whether an address is listed, and what it is exposed to.

use interdict_chain::cluster::{ClusterError, ClusterReport, cluster};
use interdict_chain::deposit::{DepositAddress, DepositRule, deposit_address};
use interdict_chain::exposure::{Basis, ExposureReport, ExposureRequest, exposure};
use interdict_chain::set::LedgerSet;
use interdict_index::LookupKey;
use interdict_model::wallet::{WalletAddress, lookup_key};
use interdict_model::{Gap, GapCode, Verdict};
use schemars::JsonSchema;
use serde::Serialize;

use super::clustering::{
    JoinRules, JoinedAddresses, ListedMember, MAX_CLUSTER_MEMBERS, deposit_note, label_deposits,
    take_named,
};
use super::error::ChainError;
use super::labels::LabelSources;
use super::wallet_listing::{ListingKind, WalletListing};
use crate::error::EngineError;
use crate::lists::{Lists, SearchedLists};
use crate::session::Session;

/// An address as its own characters describe it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AddressDescription {
    /// How it is written for people.
    pub display: String,
    /// The one form under which it is looked up.
    pub canonical: String,
    /// How it is written.
    pub format: String,
    /// The chains on which it can hold funds; a listing holds on all of them.
    pub chains: Vec<String>,
    /// Whether it has a checksum, which was verified.
    pub checksummed: bool,
    /// The address on a transparent ledger that is part of a Zcash unified address; it is looked up, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transparent_part: Option<String>,
}

/// A query for what is known about an address.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct WalletQuery {
    /// The address.
    pub address: String,
    /// Where labels of addresses come from.
    pub labels: LabelSources,
    /// Which rules may join addresses that no label joins. With clusters, the exposure is that of the
    /// whole cluster, and a listing of any member counts.
    pub join: JoinRules,
}

/// What is known about an address.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WalletAnswer {
    /// What the answer amounts to.
    pub verdict: Verdict,
    /// The query, as it was understood.
    pub query: WalletQuery,
    /// The decoded address; null for a text that a list prints and that is not a valid address.
    pub address: Option<AddressDescription>,
    /// Whether a list names it, in force on the day of the query.
    pub listed: bool,
    /// Whether an authority attributes it to somebody who is designated.
    pub attributed: bool,
    /// Every record that names it, also those no longer in force.
    pub listings: Vec<WalletListing>,
    /// Whether a list names another address of its cluster, in force on the day of the query.
    pub cluster_listed: bool,
    /// Other addresses of its cluster that a list names.
    pub listed_members: Vec<ListedMember>,
    /// The exchange whose deposit address it is, as its transfers indicate: one entry for each asset.
    pub deposit_address_of: Vec<DepositAddress>,
    /// Whether a party of an illicit kind has a share of its money.
    pub exposed: bool,
    /// Addresses that were joined by a rule.
    #[serde(flatten)]
    pub joined: JoinedAddresses,
    /// Where its money is from, for each ledger that has the address: of its balance, or of all
    /// that it received if the balance is zero.
    pub exposure: Vec<ExposureReport>,
    /// Why an exposure or a cluster could not be computed.
    pub notes: Vec<String>,
    /// The day of the query.
    pub day: String,
    /// The lists that were searched.
    #[serde(flatten)]
    pub searched: SearchedLists,
}

impl Session {
    /// Whether an address is listed, by whom and since when, and what it is exposed to.
    pub fn wallet(&self, lists: &Lists, query: &WalletQuery) -> Result<WalletAnswer, EngineError> {
        let text = query.address.trim();
        let mut listings = lists.listings(text)?;
        let address = match WalletAddress::parse(text) {
            Ok(address) => {
                if let Some(part) = address.transparent_part() {
                    listings.extend(lists.listings(part.canonical())?);
                }
                Some(describe(&address))
            }
            Err(why) => {
                // A listed text is found as it is printed, even if it is no valid address.
                listings.retain(|listing| listing.address == text);
                if listings.is_empty() {
                    return Err(ChainError::address(text, why).into());
                }
                None
            }
        };
        let in_force = |kind| listings.iter().any(|l| l.kind == kind && l.in_force);
        let mut answer = WalletAnswer {
            verdict: Verdict::Incomplete,
            query: WalletQuery { address: text.to_owned(), ..query.clone() },
            address,
            listed: in_force(ListingKind::Listed),
            attributed: in_force(ListingKind::Attributed),
            listings,
            cluster_listed: false,
            listed_members: Vec::new(),
            deposit_address_of: Vec::new(),
            exposed: false,
            joined: JoinedAddresses::default(),
            exposure: Vec::new(),
            notes: Vec::new(),
            day: lists.day().to_string(),
            searched: lists.searched(&[]),
        };
        let search = self.add_ledgers(lists, query, &mut answer)?;
        answer.exposed = answer.exposure.iter().any(|report| report.illicit_value.raw() > 0);
        let found = answer.listed || answer.attributed || answer.cluster_listed || answer.exposed;
        answer.verdict = answer.searched.conclude(found, &[], &search);
        Ok(answer)
    }

    /// Adds what the ledgers show: clusters, deposit addresses, exposure. If a ledger fails, the listings are still
    /// returned. Returns a gap for each thing that could not be computed.
    fn add_ledgers(
        &self,
        lists: &Lists,
        query: &WalletQuery,
        answer: &mut WalletAnswer,
    ) -> Result<Vec<Gap>, EngineError> {
        let mut gaps = Vec::new();
        let mut set = match self.ledgers() {
            Ok(set) => set,
            Err(EngineError::Chain(ChainError::NoLedgers)) => return Ok(gaps),
            Err(why) => {
                gaps.push(no_exposure(answer, &why.to_string()));
                return Ok(gaps);
            }
        };
        let address =
            answer.address.as_ref().map_or(&answer.query.address, |known| &known.canonical);
        let address = address.clone();
        if !set.ledgers.iter().any(|ledger| ledger.holds_address(&address)) {
            if query.join.clusters {
                let note = format!("no cluster: {address} takes part in no transfer of a ledger");
                answer.notes.push(note);
            }
            return Ok(gaps);
        }
        set.labels = lists.labels(&query.labels)?;
        let holding = || set.ledgers.iter().filter(|ledger| ledger.holds_address(&address));
        let rule = DepositRule::default();
        for ledger in holding() {
            let found = deposit_address(ledger, &set.labels, rule, &address);
            answer.deposit_address_of.extend(found.map_err(ChainError::from)?);
        }
        if query.join.clusters {
            for ledger in holding() {
                match cluster(ledger, &address, MAX_CLUSTER_MEMBERS) {
                    Ok(cluster) => {
                        gaps.extend(cut_off(&cluster));
                        answer.joined.clusters.push(cluster);
                    }
                    Err(ClusterError::Ledger(why)) => return Err(ChainError::from(why).into()),
                    Err(why) => {
                        answer.notes.push(format!("no cluster in {}: {why}", ledger.asset()))
                    }
                }
            }
            lists.add_listed_members(answer)?;
        }
        let deposits =
            query.join.deposit_addresses.then(|| label_deposits(&mut set)).transpose()?;
        gaps.extend(add_exposure(&set, &address, answer));
        if let Some(found) = deposits {
            answer.notes.push(deposit_note(found.len()));
            let parties = answer.exposure.iter().flat_map(|report| &report.entities);
            let addresses = parties.flat_map(|party| &party.addresses);
            answer.joined.deposit_addresses = take_named(found, addresses);
        }
        Ok(gaps)
    }
}

/// Members of a cluster beyond the limit were not looked up in the lists.
fn cut_off(cluster: &ClusterReport) -> Option<Gap> {
    let members = cluster.members.len();
    let text =
        format!("only {members} addresses of the cluster in {} were looked up", cluster.asset);
    (!cluster.complete).then(|| Gap::new(GapCode::LimitReached, text))
}

/// The gap for an exposure that could not be computed.
fn no_exposure(answer: &mut WalletAnswer, why: &str) -> Gap {
    let text = format!("no exposure: {why}");
    answer.notes.push(text.clone());
    Gap::new(GapCode::SearchFailed, text)
}

/// Adds the exposure in each ledger that has the address. Returns those that could not be computed.
fn add_exposure(set: &LedgerSet, address: &str, answer: &mut WalletAnswer) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for ledger in set.ledgers.iter().filter(|ledger| ledger.holds_address(address)) {
        let asset = ledger.asset();
        let mut request = ExposureRequest::new(address);
        request.asset = Some(format!("{}:{}", asset.chain, asset.id));
        let cluster = answer.joined.clusters.iter().find(|c| c.asset == asset.to_string());
        let members = cluster.iter().flat_map(|cluster| cluster.members.iter().skip(1));
        request.together_with = members.map(|member| member.address.clone()).collect();
        let empty = ledger.balance(address).unwrap_or(0) == 0;
        request.basis = if empty { Basis::Received } else { Basis::Balance };
        match exposure(set, &request) {
            Ok(report) if report.closes => answer.exposure.push(report),
            Ok(_) => {
                let why = ChainError::NotClosed(asset.to_string());
                gaps.push(no_exposure(answer, &why.to_string()));
            }
            Err(why) => gaps.push(no_exposure(answer, &format!("{asset}: {why}"))),
        }
    }
    gaps
}

impl Lists {
    /// Looks the other addresses of the clusters up in the lists.
    fn add_listed_members(&self, answer: &mut WalletAnswer) -> Result<(), EngineError> {
        for cluster in &answer.joined.clusters {
            for member in cluster.members.iter().skip(1) {
                let listings = self.listings(&member.address)?;
                if listings.is_empty() {
                    continue;
                }
                let listed = |l: &WalletListing| l.kind == ListingKind::Listed && l.in_force;
                answer.cluster_listed |= listings.iter().any(listed);
                answer.listed_members.push(ListedMember {
                    address: member.address.clone(),
                    joined_by: member.transaction.clone(),
                    listings,
                });
            }
        }
        Ok(())
    }

    /// Every record that names an address, in any of its forms.
    pub(crate) fn listings(&self, text: &str) -> Result<Vec<WalletListing>, EngineError> {
        let key = lookup_key(text);
        let mut found = Vec::new();
        for segment in &self.generation().segments {
            for row in segment.lookup(LookupKey::Wallet(&key)) {
                found.push(WalletListing::read(segment, row, self)?);
            }
        }
        Ok(found)
    }
}

fn describe(address: &WalletAddress) -> AddressDescription {
    AddressDescription {
        display: address.display_form(),
        canonical: address.canonical().to_owned(),
        format: address.format().name().to_owned(),
        chains: address.chains().iter().map(|chain| chain.name().to_owned()).collect(),
        checksummed: address.is_checksummed(),
        transparent_part: address.transparent_part().map(|part| part.canonical().to_owned()),
    }
}
