//! Records of lists that name an address.

use interdict_index::{EntityRow, Segment};
use interdict_model::{DatasetName, Designation, Entity, EntityId, Schema};
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::EngineError;
use crate::lists::Lists;

/// How a record relates to the address that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ListingKind {
    /// The address is itself listed.
    Listed,
    /// An authority attributes it to the holder, but no list names it.
    Attributed,
    /// It is on an allow list.
    Allowed,
}

/// The entity that is said to hold a wallet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WalletHolder {
    /// The entity's id.
    pub id: EntityId,
    /// Its name.
    pub name: String,
    /// Its schema.
    pub schema: Schema,
}

/// One record of one list that names an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WalletListing {
    /// The dataset.
    pub dataset: DatasetName,
    /// The list's own version.
    pub list_version: String,
    /// The record's id.
    pub id: EntityId,
    /// Whether the address is listed, or attributed to its holder.
    pub kind: ListingKind,
    /// The address as the list prints it.
    pub address: String,
    /// The asset that the list names with it. It does not restrict the listing to a chain.
    pub asset: Option<String>,
    /// The holder.
    pub holder: Option<WalletHolder>,
    /// Who published the attribution.
    pub publishers: Vec<String>,
    /// Who designated, and when. If a list gives no dates for single wallets, these are the
    /// designations of the holder.
    pub designations: Vec<Designation>,
    /// Whether the designations are of the wallet itself and not of its holder.
    pub dated_by_wallet: bool,
    /// Whether one of them is in force.
    pub in_force: bool,
    /// Notes of the list.
    pub notes: Vec<String>,
}

impl WalletListing {
    /// Reads a record of a wallet; whether it is in force depends on the day.
    pub(crate) fn read(
        segment: &Segment,
        row: EntityRow,
        lists: &Lists,
    ) -> Result<Self, EngineError> {
        let wallet = segment.entity(row)?;
        let holder = wallet.first("holder").and_then(|id| segment.find(id));
        let holder = holder.map(|row| segment.entity(row)).transpose()?;
        let own = designations(&wallet);
        let dated_by_wallet = !own.is_empty();
        let designations =
            if dated_by_wallet { own } else { holder.as_ref().map_or(&[][..], designations) };
        let has = |entity: &Entity, name: &str| entity.values("topics").iter().any(|t| t == name);
        let is_allowed = |entity: &Entity| has(entity, "allow") && !has(entity, "sanction");
        let linked = has(&wallet, "sanction.linked");
        let (about, day) = (segment.about(), lists.day());
        let allowed = lists.is_allow_list(&about.dataset)
            || is_allowed(&wallet)
            || holder.as_ref().is_some_and(is_allowed);
        Ok(Self {
            dataset: about.dataset.clone(),
            list_version: about.version.clone(),
            kind: match (allowed, linked) {
                (true, _) => ListingKind::Allowed,
                (false, true) => ListingKind::Attributed,
                (false, false) => ListingKind::Listed,
            },
            address: wallet.first("publicKey").unwrap_or_default().to_owned(),
            asset: wallet.first("currency").map(str::to_owned),
            publishers: wallet.values("publisher").to_vec(),
            dated_by_wallet,
            in_force: designations.is_empty() || designations.iter().any(|d| d.is_in_force(day)),
            designations: designations.to_vec(),
            notes: wallet.values("notes").to_vec(),
            holder: holder.map(|holder| WalletHolder {
                id: holder.id.clone(),
                name: holder.caption().to_owned(),
                schema: holder.schema.clone(),
            }),
            id: wallet.id.clone(),
        })
    }

    /// The holder's name, or the record's id where no holder is named.
    pub fn party(&self) -> &str {
        self.holder.as_ref().map_or(self.id.as_str(), |holder| &holder.name)
    }
}

/// Whether an entity is a wallet.
pub(crate) fn is_wallet(entity: &Entity) -> bool {
    entity.schema.is_a(&Schema::CRYPTO_WALLET)
}

fn designations(entity: &Entity) -> &[Designation] {
    entity.provenance.as_ref().map_or(&[], |provenance| &provenance.designations)
}
