//! Errors of queries about transfers and addresses.

use std::path::PathBuf;

use interdict_chain::amount::AmountError;
use interdict_chain::bridge::BridgeError;
use interdict_chain::cluster::ClusterError;
use interdict_chain::import::ImportError;
use interdict_chain::label::LabelError;
use interdict_chain::ledger::LedgerError;
use interdict_chain::read::ReadError;
use interdict_chain::set::AssetChoiceError;
use interdict_chain::sync::SyncError;
use interdict_chain::trace::TraceError;
use interdict_model::wallet::WalletError;

/// Why a query about transfers or addresses cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// Files of transfers cannot be imported.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A node's blocks cannot be fetched.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// A trace or an exposure cannot be computed.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// A ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Tables of links cannot be made; the ledgers stay as they were.
    #[error("tables of links: {0}")]
    Links(#[source] LedgerError),
    /// A label pack cannot be read.
    #[error(transparent)]
    Label(#[from] LabelError),
    /// The query names no ledger, or several.
    #[error(transparent)]
    Asset(#[from] AssetChoiceError),
    /// The parts of an answer do not add up to the whole.
    #[error("the amounts in {0} do not add up to the whole, so the ledger must be damaged")]
    NotClosed(String),
    /// Nothing was imported.
    #[error("there are no ledgers of transfers yet")]
    NoLedgers,
    /// Another process is writing ledgers.
    #[error("another import or sync holds {path}")]
    Busy {
        /// The lock file.
        path: PathBuf,
    },
    /// A text that is no address.
    #[error("{text:?} is no wallet address: {source}")]
    Address {
        /// The text.
        text: String,
        /// What is wrong with it.
        #[source]
        source: WalletError,
    },
    /// No cluster can be computed.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// A table of bridge links cannot be read.
    #[error(transparent)]
    Bridge(#[from] BridgeError),
    /// A word that is not a known kind of party and that no label uses.
    #[error("{text:?} is no kind of party; known are {known}, and those that the labels use")]
    Category {
        /// The word.
        text: String,
        /// Those that are known.
        known: String,
    },
    /// A file of labels or bridge links that is larger than any such file should be.
    #[error("{path} is larger than {limit} MiB")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// How much is read.
        limit: u64,
    },
    /// A stated amount cannot be read.
    #[error("{text:?}: {source}")]
    Amount {
        /// The text.
        text: String,
        /// What is wrong with it.
        #[source]
        source: AmountError,
    },
    /// A stated opening balance has no amount.
    #[error("{0:?} is no opening balance; write ADDRESS:AMOUNT")]
    Opening(String),
}

impl ChainError {
    pub(crate) fn address(text: &str, source: WalletError) -> Self {
        Self::Address { text: text.chars().take(128).collect(), source }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoLedgers => Some("`interdict chain import FILE...` makes them"),
            Self::NotClosed(_) => Some(
                "`interdict chain status --verify` checks the ledgers; import the files again with \
                 --replace",
            ),
            Self::Busy { .. } => Some("try again when it has finished"),
            Self::Address { source: WalletError::Checksum { .. } | WalletError::Eip55, .. } => {
                Some(
                    "one wrong character is another address: copy it again from where it came from",
                )
            }
            Self::Import(
                ImportError::AlreadyThere { .. }
                | ImportError::CannotAdd(_)
                | ImportError::Read(
                    ReadError::AlreadyThere { .. }
                    | ReadError::CannotAdd(_)
                    | ReadError::NotAfter { .. },
                ),
            ) => Some("import with --replace to make the ledgers anew of the files named"),
            Self::Import(_) => Some(
                "nothing was written, and ledgers that were there are as they were; amounts with \
                 too many decimals need --round, thousands separators --thousands",
            ),
            Self::Trace(TraceError::Asset(_)) | Self::Asset(_) => {
                Some("name it with --asset; `interdict chain status` shows what is there")
            }
            Self::Trace(TraceError::Seed { .. }) => Some(
                "`interdict chain status` shows which data are there; a balance from before \
                 the data is stated with --opening ADDRESS:AMOUNT",
            ),
            Self::Cluster(ClusterError::AccountChain) => Some(
                "leave --cluster out; --deposit-addresses finds what belongs to labelled exchanges",
            ),
            Self::Sync(_) => Some("what was fetched stays; run it again to go on from there"),
            Self::Links(LedgerError::Io { .. }) => Some(
                "ledgers are as they were, and answers are the same without tables; `interdict \
                 chain links` makes those that are missing",
            ),
            Self::Ledger(LedgerError::DamagedLinks { .. }) => {
                Some("`interdict chain links --replace` makes it anew")
            }
            Self::Ledger(_) | Self::Links(_) => {
                Some("a damaged ledger is never used; import its files again with --replace")
            }
            _ => None,
        }
    }
}
