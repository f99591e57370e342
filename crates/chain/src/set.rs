//! The ledgers and labels of a query.

use std::{collections::BTreeMap, path::Path};

use crate::{
    bridge::BridgeLink,
    label::LabelSet,
    ledger::{Ledger, LedgerError, LedgerId, LinkOrder, ledger_paths},
    links::{LinkReader, LinkTable},
};

/// The ledgers and labels from which queries are answered.
#[derive(Debug, Default)]
pub struct LedgerSet {
    /// One ledger for each asset on each chain.
    pub ledgers: Vec<Ledger>,
    /// Labels: the parties behind addresses.
    pub labels: LabelSet,
    /// Movements between chains.
    pub bridges: Vec<BridgeLink>,
    /// Tables of links of the ledgers that have them, by the ledger's number.
    pub links: BTreeMap<(usize, LinkOrder), LinkTable>,
}

/// The reason why a query does not determine one ledger.
#[derive(Debug, thiserror::Error)]
pub enum AssetChoiceError {
    /// No ledger of that asset.
    #[error("no ledger of {wanted:?}; there are: {there}")]
    None {
        /// The asset that the query names.
        wanted: String,
        /// The assets of the ledgers.
        there: String,
    },
    /// Several ledgers fit, so the query must name one of them.
    #[error("several ledgers fit; name one of: {0}")]
    Several(String),
}

impl LedgerSet {
    /// Opens every `*.ledger` of a folder, in the order of their names.
    ///
    /// # Errors
    /// When the folder or a ledger cannot be read. A damaged ledger is an error and not left out: a
    /// trace without it would look complete.
    pub fn open(folder: &Path) -> Result<Self, LedgerError> {
        let paths = ledger_paths(folder)?;
        let ledgers: Vec<Ledger> =
            paths.iter().map(|path| Ledger::open(path)).collect::<Result<_, _>>()?;
        let mut links = BTreeMap::new();
        for (at, (ledger, path)) in ledgers.iter().zip(&paths).enumerate() {
            for order in LinkOrder::ALL {
                let beside = order.path_beside(path);
                // A table only saves time, so one that does not fit its ledger is ignored.
                if beside.exists()
                    && let Ok(table) = LinkTable::open(ledger, order, &beside)
                {
                    links.insert((at, order), table);
                }
            }
        }
        Ok(Self { ledgers, links, ..Self::default() })
    }

    /// A ledger's table of links for an order, if it has one.
    pub(crate) fn link_reader(&self, ledger: LedgerId, order: LinkOrder) -> Option<LinkReader<'_>> {
        self.links.get(&(ledger.index(), order)).and_then(|table| table.reader().ok())
    }

    /// A ledger by its place.
    pub(crate) fn ledger(&self, id: LedgerId) -> Option<&Ledger> {
        self.ledgers.get(id.index())
    }

    /// How reports name a ledger's asset: its symbol, with its chain where several chains have one of
    /// that symbol, and with its contract where one chain has several.
    pub(crate) fn shown_name(&self, id: LedgerId) -> String {
        let Some(asset) = self.ledger(id).map(Ledger::asset) else { return String::new() };
        let assets = self.ledgers.iter().map(Ledger::asset);
        let same = || assets.clone().filter(|other| other.symbol == asset.symbol);
        if same().count() <= 1 {
            asset.symbol.clone()
        } else if same().filter(|other| other.chain == asset.chain).count() <= 1 {
            asset.to_string()
        } else {
            format!("{asset} ({})", asset.id)
        }
    }

    /// The ledger of an asset with its place, as [`Self::choose`].
    pub(crate) fn chosen(
        &self,
        asset: Option<&str>,
    ) -> Result<(LedgerId, &Ledger), AssetChoiceError> {
        let at = self.choose(asset)?;
        Ok((LedgerId::at(at), &self.ledgers[at]))
    }

    /// The place of the ledger of an asset: by symbol, contract or `chain:symbol`; the only one when none is named.
    ///
    /// # Errors
    /// When none or several fit.
    pub fn choose(&self, asset: Option<&str>) -> Result<usize, AssetChoiceError> {
        let fits =
            |ledger: &&(usize, &Ledger)| asset.is_none_or(|name| ledger.1.asset().is_named(name));
        let numbered: Vec<(usize, &Ledger)> = self.ledgers.iter().enumerate().collect();
        let found: Vec<&(usize, &Ledger)> = numbered.iter().filter(fits).collect();
        let names = |ledgers: &[&(usize, &Ledger)]| {
            let name = |l: &&(usize, &Ledger)| {
                format!("{}:{} ({})", l.1.asset().chain, l.1.asset().symbol, l.1.asset().id)
            };
            ledgers.iter().map(name).collect::<Vec<_>>().join(", ")
        };
        match found.as_slice() {
            [one] => Ok(one.0),
            [] => Err(AssetChoiceError::None {
                wanted: asset.unwrap_or("any asset").to_owned(),
                there: names(&numbered.iter().collect::<Vec<_>>()),
            }),
            several => Err(AssetChoiceError::Several(names(several))),
        }
    }
}
