//! The answer to an exposure query, as reports show it.

use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

use super::{
    Basis,
    ledger_pass::Pass,
    party::{Party, PartyShare},
    paths::{FoundPath, Paths},
};
use crate::{
    label::{Label, ListVersion},
    ledger::{AddressId, LedgerModel, RowId},
    method::Method,
    money::{Money, percentage},
    time::{Time, format_time},
    trace::{DataRange, data_range},
};

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PathStep {
    /// Who passed the money on.
    pub address: String,
    /// To whom.
    pub to: String,
    /// The transaction, for the occurrence that carried most.
    pub transaction: String,
    /// When.
    pub time: String,
    /// How much that transfer moved in all.
    pub transfer: Money,
}

/// A path from a party to the wallet, or from the wallet to a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExposurePath {
    /// From the first payment to the last.
    pub steps: Vec<PathStep>,
    /// How much of the query's value came this way.
    pub value: Money,
    /// Its share of the party's contribution, in percent.
    pub percentage: String,
    /// How many distinct chains of transfers run over these addresses.
    pub occurrences: u64,
}

/// What one party contributed, under the field names of commercial exposure reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EntityExposure {
    /// The party.
    pub entity: String,
    /// Its kind.
    pub category: String,
    /// Who designated it, for sanctioned parties.
    pub authority: Option<String>,
    /// Its addresses that took part.
    pub addresses: Vec<String>,
    /// What it contributed in all.
    pub contribution_value: Money,
    /// Its share of the whole, in percent.
    pub contribution_percentage: String,
    /// What came in exactly one hop.
    pub counterparty_value: Money,
    /// Its share of the whole.
    pub counterparty_percentage: String,
    /// What came in more than one hop.
    pub indirect_value: Money,
    /// Its share of the whole.
    pub indirect_percentage: String,
    /// The fewest hops.
    pub min_number_of_hops: u32,
    /// What left the party before its designation.
    pub pre_designation_value: Money,
    /// What left it while it was designated.
    pub post_designation_value: Money,
    /// What left it after its removal from the list.
    pub after_removal_value: Money,
    /// The first and the last time that money left it.
    pub first_time: Option<String>,
    /// See `first_time`.
    pub last_time: Option<String>,
    /// The largest paths.
    pub paths: Vec<ExposurePath>,
    /// What came by paths not shown.
    pub other_paths_value: Money,
}

/// What a kind of party contributed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CategoryExposure {
    /// The kind.
    pub category: String,
    /// What its parties contributed.
    pub contribution_value: Money,
    /// Their share of the whole.
    pub contribution_percentage: String,
    /// What came in exactly one hop.
    pub counterparty_value: Money,
    /// What came in more.
    pub indirect_value: Money,
    /// The fewest hops.
    pub min_number_of_hops: u32,
}

/// The owner of an address, according to a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WalletParty {
    /// The address of the wallet that has the label.
    pub address: String,
    /// Who it belongs to.
    pub entity: String,
    /// The kind of party.
    pub category: String,
    /// Whether that is an illicit kind.
    pub illicit: bool,
    /// The authority that designated the party, for sanctions lists.
    pub authority: Option<String>,
}

/// The answer to an exposure query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExposureReport {
    /// The wallet.
    pub address: String,
    /// All addresses of the wallet: this one, and those that the query counts with it.
    pub wallet_addresses: Vec<String>,
    /// The owners of the wallet, according to labels that hold at that time.
    pub wallet_parties: Vec<WalletParty>,
    /// The asset.
    pub asset: String,
    /// The quantity that the shares are parts of: balance, received or sent.
    pub basis: Basis,
    /// The rule.
    pub method: Method,
    /// As of when, if not the end of the data.
    pub at: Option<String>,
    /// The whole that is explained.
    pub total_value: Money,
    /// The parties, largest contribution first.
    pub entities: Vec<EntityExposure>,
    /// By kind, the labelled ones first, largest first.
    pub categories: Vec<CategoryExposure>,
    /// What parties of an illicit kind contributed together.
    pub illicit_value: Money,
    /// Its share of the whole.
    pub illicit_percentage: String,
    /// The value whose origin the data does not show. It is unknown and must not be taken for clean.
    pub unknown_value: Money,
    /// Its share of the whole.
    pub unknown_percentage: String,
    /// Whether all shares add up to the whole, to the last unit.
    pub closes: bool,
    /// The number of transfers that were examined.
    pub transfers_processed: u64,
    /// The lists and packs behind the labels.
    pub list_versions: Vec<ListVersion>,
    /// The data.
    pub data_range: DataRange,
    /// Notes for the reader, such as limits of the data or of the method.
    pub notes: Vec<String>,
}

fn kind_of(party: &Party) -> String {
    match party {
        Party::Entity { category, .. } => category.to_string(),
        Party::Issued => "issue".to_owned(),
        Party::Unknown => "unknown".to_owned(),
        Party::StatedOpening => "stated-opening".to_owned(),
        Party::Own => "own".to_owned(),
        Party::BeyondHops => "beyond-max-hops".to_owned(),
        Party::Unlabelled => "unlabelled".to_owned(),
        Party::Fees => "fees".to_owned(),
        Party::Burnt => "burn".to_owned(),
    }
}

pub(super) fn report(pass: &Pass<'_>, paths: Paths) -> ExposureReport {
    let ledger = pass.view.ledger;
    let money = |units| Money::new(units, ledger);
    let sum = |fits: &dyn Fn(&Party) -> bool| {
        pass.shares
            .iter()
            .filter(|(party, _)| fits(party))
            .fold(0u128, |sum, (_, share)| sum.saturating_add(share.units))
    };
    let illicit =
        sum(&|party| matches!(party, Party::Entity { category, .. } if category.is_illicit()));
    let unknown = sum(&|party| *party == Party::Unknown);
    let explained = sum(&|_| true);
    let mut notes = pass.notes.clone();
    if ledger.meta().model == LedgerModel::Account {
        notes.push(
            "no clusters: on account chains two addresses are joined by a label only, or by the deposit-address rule where it is asked for".to_owned(),
        );
    }
    ExposureReport {
        address: ledger.address_text(pass.wallet.address),
        wallet_addresses: pass.wallet.members.iter().map(|a| ledger.address_text(*a)).collect(),
        wallet_parties: wallet_parties(pass),
        asset: ledger.asset().to_string(),
        basis: pass.request.basis,
        method: pass.request.method,
        at: pass.request.at.map(format_time),
        total_value: money(pass.whole),
        entities: entities(pass, &paths),
        categories: categories(pass),
        illicit_value: money(illicit),
        illicit_percentage: percentage(illicit, pass.whole),
        unknown_value: money(unknown),
        unknown_percentage: percentage(unknown, pass.whole),
        closes: explained == pass.whole,
        transfers_processed: pass.events,
        list_versions: pass.set.labels.versions().to_vec(),
        data_range: data_range(ledger),
        notes,
    }
}

fn wallet_parties(pass: &Pass<'_>) -> Vec<WalletParty> {
    let at = pass.request.at.unwrap_or(Time::MAX);
    let addresses = pass.wallet.members.iter().map(|a| pass.view.ledger.address_text(*a));
    let parties = addresses.flat_map(|address| {
        let labels = pass.set.labels.of(&address).iter().filter(|label| label.holds_at(at));
        let party = |label: &Label| WalletParty {
            address: address.clone(),
            entity: label.entity.clone(),
            category: label.category.to_string(),
            illicit: label.category.is_illicit(),
            authority: label.authority.clone(),
        };
        labels.map(party).collect::<Vec<_>>()
    });
    parties.collect()
}

fn entities(pass: &Pass<'_>, paths: &Paths) -> Vec<EntityExposure> {
    let mut rows: Vec<(&Party, &PartyShare)> = pass.shares.iter().collect();
    rows.sort_by(|a, b| b.1.units.cmp(&a.1.units).then(a.0.cmp(b.0)));
    let no_paths = BTreeMap::new();
    rows.into_iter()
        .filter_map(|(party, share)| {
            let Party::Entity { category, name, authority } = party else { return None };
            let ledger = pass.view.ledger;
            let money = |units| Money::new(units, ledger);
            let share_of_whole = |units| percentage(units, pass.whole);
            let shown = shown_paths(pass, share.units, paths.get(party).unwrap_or(&no_paths));
            let explained = shown.iter().map(|path| path.value.raw());
            let explained = explained.fold(0u128, u128::saturating_add);
            Some(EntityExposure {
                entity: name.clone(),
                category: category.to_string(),
                authority: authority.clone(),
                addresses: share.addresses.iter().map(|a| ledger.address_text(*a)).collect(),
                contribution_value: money(share.units),
                contribution_percentage: share_of_whole(share.units),
                counterparty_value: money(share.direct),
                counterparty_percentage: share_of_whole(share.direct),
                indirect_value: money(share.units.saturating_sub(share.direct)),
                indirect_percentage: share_of_whole(share.units.saturating_sub(share.direct)),
                min_number_of_hops: share.min_hops.unwrap_or_default(),
                pre_designation_value: money(share.pre_designation),
                post_designation_value: money(share.post_designation),
                after_removal_value: money(share.after_removal),
                first_time: share.first.map(format_time),
                last_time: share.last.map(format_time),
                paths: shown,
                other_paths_value: money(share.units.saturating_sub(explained)),
            })
        })
        .collect()
}

fn shown_paths(
    pass: &Pass<'_>,
    whole: u128,
    found: &BTreeMap<Vec<AddressId>, FoundPath>,
) -> Vec<ExposurePath> {
    let mut rows: Vec<(&Vec<AddressId>, &FoundPath)> = found.iter().collect();
    rows.sort_by_key(|(_, found)| std::cmp::Reverse(found.units));
    let (ledger, columns) = (pass.view.ledger, pass.view.columns);
    let step = |((row, from), to): ((&RowId, &AddressId), &AddressId)| PathStep {
        address: ledger.address_text(*from),
        to: ledger.address_text(*to),
        transaction: ledger.transaction_hash(*row),
        time: format_time(columns.time(*row)),
        transfer: Money::new(columns.amount(*row), ledger),
    };
    let path = |(addresses, found): (&Vec<AddressId>, &FoundPath)| ExposurePath {
        // A path has one address more than rows.
        steps: found.rows.iter().zip(addresses).zip(addresses.iter().skip(1)).map(step).collect(),
        value: Money::new(found.units, ledger),
        percentage: percentage(found.units, whole),
        occurrences: found.occurrences,
    };
    rows.into_iter().map(path).collect()
}

/// The sums of one category of parties.
struct CategorySum {
    units: u128,
    direct: u128,
    min_hops: Option<u32>,
    /// Whether it is a category of labelled parties.
    labelled: bool,
}

fn categories(pass: &Pass<'_>) -> Vec<CategoryExposure> {
    let mut sums: BTreeMap<String, CategorySum> = BTreeMap::new();
    for (party, share) in &pass.shares {
        let none = CategorySum { units: 0, direct: 0, min_hops: None, labelled: false };
        let sum = sums.entry(kind_of(party)).or_insert(none);
        sum.units = sum.units.saturating_add(share.units);
        sum.direct = sum.direct.saturating_add(share.direct);
        sum.min_hops = [sum.min_hops, share.min_hops].into_iter().flatten().min();
        sum.labelled |= matches!(party, Party::Entity { .. });
    }
    let mut rows: Vec<_> = sums.into_iter().collect();
    rows.sort_by(|(a_name, a), (b_name, b)| {
        (b.labelled, b.units, a_name).cmp(&(a.labelled, a.units, b_name))
    });
    let money = |units| Money::new(units, pass.view.ledger);
    rows.into_iter()
        .map(|(category, sum)| CategoryExposure {
            category,
            contribution_value: money(sum.units),
            contribution_percentage: percentage(sum.units, pass.whole),
            counterparty_value: money(sum.direct),
            indirect_value: money(sum.units.saturating_sub(sum.direct)),
            min_number_of_hops: sum.min_hops.unwrap_or_default(),
        })
        .collect()
}
