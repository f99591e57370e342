use interdict_chain::exposure::{Basis, ExposureReport, ExposureRequest, exposure};
use interdict_model::wallet::{WalletAddress, lookup_key};
use serde::Serialize;

use super::{ChainError, LabelSources, Listing, ListingKind};
use crate::engine::Engine;
use crate::error::EngineError;
use crate::lists::Lists;
use crate::standing::Standing;

/// An address as its own characters describe it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AddressDescription {
    /// How it is written for people.
    pub display: String,
    /// The one form under which it is looked up.
    pub canonical: String,
    /// How it is written.
    pub format: String,
    /// The chains on which it can hold funds; a listing holds on all of them.
    pub chains: Vec<String>,
    /// Whether a checksum was there and held.
    pub checksummed: bool,
}

/// What is known of an address.
#[derive(Debug, Clone, Serialize)]
pub struct WalletAnswer {
    /// The version of this form.
    pub schema_version: u32,
    /// The text that was asked about.
    pub asked: String,
    /// What the text is; nothing for a text that a list prints and that decodes as no address.
    pub address: Option<AddressDescription>,
    /// Whether a list names it, in force on the day of the question.
    pub listed: bool,
    /// Whether an authority attributes it to somebody who is designated.
    pub attributed: bool,
    /// Every record that names it, also those no longer in force.
    pub listings: Vec<Listing>,
    /// Where the money in it is from, for each ledger that holds it: of its balance, or of all that
    /// it received when nothing is left.
    pub exposure: Vec<ExposureReport>,
    /// What keeps an exposure from being told.
    pub notes: Vec<String>,
    /// The day of the question.
    pub day: String,
    /// The generation that answered.
    pub generation: u64,
    /// The lists that answered.
    pub lists: Vec<Standing>,
    /// Whether every list was there and fresh.
    pub complete: bool,
    /// Why not.
    pub gaps: Vec<String>,
}

impl Engine {
    /// Says whether an address is listed, by whom and since when, and what it is exposed to.
    pub fn wallet(
        &self,
        lists: &Lists,
        text: &str,
        labels: &LabelSources,
    ) -> Result<WalletAnswer, EngineError> {
        let text = text.trim();
        let mut listings = lists.listings(text)?;
        let address = match WalletAddress::parse(text) {
            Ok(address) => Some(describe(&address)),
            Err(why) => {
                // What an authority printed counts as printed, even if it decodes as nothing.
                listings.retain(|listing| listing.address == text);
                if listings.is_empty() {
                    return Err(ChainError::address(text, why).into());
                }
                None
            }
        };
        let in_force = |kind| listings.iter().any(|l| l.kind == kind && l.in_force);
        let gaps = lists.gaps(&[]);
        let mut answer = WalletAnswer {
            schema_version: 1,
            asked: text.to_owned(),
            address,
            listed: in_force(ListingKind::Listed),
            attributed: in_force(ListingKind::Attributed),
            listings,
            exposure: Vec::new(),
            notes: Vec::new(),
            day: lists.day().to_string(),
            generation: lists.number(),
            lists: lists.standings().to_vec(),
            complete: gaps.is_empty(),
            gaps,
        };
        self.add_exposure(lists, labels, &mut answer)?;
        Ok(answer)
    }

    /// A ledger that cannot answer leaves a note; it does not hide what the lists say.
    fn add_exposure(
        &self,
        lists: &Lists,
        labels: &LabelSources,
        answer: &mut WalletAnswer,
    ) -> Result<(), EngineError> {
        let mut set = match self.ledgers() {
            Ok(set) => set,
            Err(EngineError::Chain(ChainError::NoLedgers)) => return Ok(()),
            Err(why) => {
                answer.notes.push(format!("no exposure: {why}"));
                return Ok(());
            }
        };
        let address = answer.address.as_ref().map_or(&answer.asked, |known| &known.canonical);
        let mut request = ExposureRequest::new(address);
        if !set.ledgers.iter().any(|ledger| ledger.holds_address(&request.address)) {
            return Ok(());
        }
        set.labels = lists.labels(labels)?;
        for ledger in set.ledgers.iter().filter(|l| l.holds_address(&request.address)) {
            let asset = ledger.asset();
            request.asset = Some(format!("{}:{}", asset.chain, asset.id));
            let empty = ledger.balance(&request.address).unwrap_or(0) == 0;
            request.basis = if empty { Basis::Received } else { Basis::Balance };
            match exposure(&set, &request) {
                Ok(report) => answer.exposure.push(report),
                Err(why) => answer.notes.push(format!("no exposure in {asset}: {why}")),
            }
        }
        Ok(())
    }
}

impl Lists {
    /// Every record that names an address, in any of its forms.
    fn listings(&self, text: &str) -> Result<Vec<Listing>, EngineError> {
        let key = format!("wallet:{}", lookup_key(text));
        let mut found = Vec::new();
        for segment in &self.generation().segments {
            for number in segment.lookup(&key) {
                found.push(Listing::read(segment, number, self.day())?);
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
    }
}
