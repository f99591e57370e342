//! Labels of addresses, from the lists and from label packs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use interdict_chain::label::{
    Category, Label, LabelSet, ListVersion, read_label_csv, read_tagpack,
};
use interdict_chain::ledger::ledger_address;
use interdict_chain::time::{Time, parse_time};
use interdict_model::{DatePrefix, Designation, Sha256Digest};
use schemars::JsonSchema;
use serde::Serialize;

use super::error::ChainError;
use super::query_record::serialize_paths;
use super::wallet_listing::{ListingKind, WalletListing};
use crate::error::EngineError;
use crate::lists::{Lists, SearchedLists};

/// Where labels of addresses come from.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct LabelSources {
    /// Label packs: GraphSense TagPacks (YAML) and CSV files.
    #[serde(serialize_with = "serialize_paths")]
    #[schemars(with = "Vec<String>")]
    pub packs: Vec<PathBuf>,
    /// Whether to use the packs only, and none of the sanctions lists.
    pub packs_only: bool,
}

/// The largest file of labels or links; the largest published one has half a megabyte.
const MAX_BYTES: u64 = 256 << 20;
/// The kind of an address that an authority attributes to somebody who is not designated.
const SANCTION_LINKED: &str = "sanction-linked";

impl Lists {
    /// The lists that an answer rests on if it takes its labels from these sources.
    pub(crate) fn searched_for_labels(&self, sources: &LabelSources) -> SearchedLists {
        if sources.packs_only { self.unused() } else { self.searched(&[]) }
    }

    /// Every label of the sources.
    pub(crate) fn labels(&self, sources: &LabelSources) -> Result<LabelSet, EngineError> {
        let mut labels = LabelSet::default();
        if !sources.packs_only {
            self.add_listings(&mut labels)?;
        }
        for path in &sources.packs {
            add_pack(path, &mut labels)?;
        }
        Ok(labels)
    }

    fn add_listings(&self, labels: &mut LabelSet) -> Result<(), EngineError> {
        let mut holders: BTreeMap<(String, String), HolderRecords> = BTreeMap::new();
        for segment in &self.generation().segments {
            let about = segment.about();
            if about.wallets == 0 {
                continue;
            }
            for row in segment.wallets() {
                let listing = WalletListing::read(segment, row, self)?;
                if listing.kind == ListingKind::Allowed {
                    continue;
                }
                let address = ledger_address(&listing.address).into_owned();
                let key = (address, listing.party().to_lowercase());
                holders.entry(key).or_default().records.push(listing);
            }
            let version = match about.version.as_str() {
                "" => "no date".to_owned(),
                version => version.to_owned(),
            };
            let version = ListVersion { name: about.dataset.to_string(), version };
            labels.add_pack([], version);
        }
        for ((address, _), party) in holders {
            labels.add(party.label(address));
        }
        Ok(())
    }
}

/// All records that name one address and one holder. They become one label, so that a report shows a
/// party once although several lists have it.
#[derive(Default)]
struct HolderRecords {
    records: Vec<WalletListing>,
}

impl HolderRecords {
    fn label(&self, address: String) -> Label {
        let dated = |record: &&WalletListing| record.dated_by_wallet;
        // The wallet's own dates take precedence over its holder's.
        let own: Vec<&Designation> =
            self.records.iter().filter(dated).flat_map(|record| &record.designations).collect();
        let all: Vec<&Designation> =
            self.records.iter().flat_map(|record| &record.designations).collect();
        let dating = if own.is_empty() { &all } else { &own };
        let open = self.records.iter().any(|record| record.designations.is_empty())
            || all.iter().any(|designation| !designation.has_ended());
        let ends = all.iter().filter_map(|designation| end(designation));
        let mut authorities: Vec<&str> = dating.iter().map(|d| d.authority.as_str()).collect();
        authorities.sort_unstable();
        authorities.dedup();
        let mut sources: Vec<&str> =
            self.records.iter().map(|record| record.dataset.as_str()).collect();
        sources.dedup();
        let listed = self.records.iter().any(|record| record.kind == ListingKind::Listed);
        Label {
            address,
            entity: self.records.first().map_or("", WalletListing::party).to_owned(),
            category: match listed || !all.is_empty() {
                true => Category::Sanctioned,
                false => Category::Other(SANCTION_LINKED.to_owned()),
            },
            valid_from: dating.iter().filter_map(|designation| begin(designation)).min(),
            valid_to: if open { None } else { ends.max() },
            authority: (!authorities.is_empty()).then(|| authorities.join("; ")),
            source: sources.join(", "),
        }
    }
}

fn begin(designation: &Designation) -> Option<Time> {
    let date = designation.valid_from.or(designation.listed_on)?.from();
    at_midnight(date, 1)
}

/// The first moment after the last day of a listing.
fn end(designation: &Designation) -> Option<Time> {
    let date = designation.valid_to?.to();
    // The last day of the month is the first of these that the calendar has.
    let last = [31, 30, 29, 28].into_iter().find_map(|day| at_midnight(date, day))?;
    Some(last + 86_400)
}

/// Midnight of a date; `other_day` where the date names no day.
fn at_midnight(date: DatePrefix, other_day: u8) -> Option<Time> {
    let (month, day) = (
        date.month().unwrap_or(if other_day == 1 { 1 } else { 12 }),
        date.day().unwrap_or(other_day),
    );
    parse_time(&format!("{:04}-{month:02}-{day:02}", date.year())).ok()
}

fn add_pack(path: &Path, labels: &mut LabelSet) -> Result<(), EngineError> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let malformed = |reason: String| LabelErrorAt { pack: &name, reason }.into_error();
    let bytes = read_bytes(path)?;
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase();
    let read = match extension.as_str() {
        "yaml" | "yml" => {
            let text = std::str::from_utf8(&bytes).map_err(|why| malformed(why.to_string()))?;
            read_tagpack(text, &name)
        }
        _ => read_label_csv(&bytes, &name),
    };
    let digest = Sha256Digest::of(&bytes).short();
    let version = ListVersion { name: name.clone(), version: format!("sha256:{digest}") };
    labels.add_pack(read.map_err(ChainError::from)?, version);
    Ok(())
}

/// Reads a file that a query names, up to [`MAX_BYTES`].
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>, EngineError> {
    let size = fs::metadata(path).map_err(EngineError::io("read", path))?.len();
    if size > MAX_BYTES {
        let limit = MAX_BYTES >> 20;
        return Err(ChainError::TooLarge { path: path.to_owned(), limit }.into());
    }
    fs::read(path).map_err(EngineError::io("read", path))
}

/// A fault that concerns a whole pack and no single line.
struct LabelErrorAt<'a> {
    pack: &'a str,
    reason: String,
}

impl LabelErrorAt<'_> {
    fn into_error(self) -> EngineError {
        let (pack, reason) = (self.pack.to_owned(), self.reason);
        ChainError::from(interdict_chain::label::LabelError::Malformed { pack, line: 0, reason })
            .into()
    }
}
