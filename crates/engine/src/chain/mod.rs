//! Transfers and addresses: ledgers in the data directory, labels from the lists, and the queries that
//! need both. The methods of tracing are those of `interdict-chain`.

mod ledgers;
mod trace;
mod trace_query;

mod exposure;
mod exposure_query;

mod wallet;
mod wallet_listing;

mod clustering;
mod labels;
mod query_record;
mod query_values;
mod seeds;

pub(crate) mod error;

pub use clustering::{JoinRules, JoinedAddresses, ListedMember};
pub use error::ChainError;
pub use exposure_query::{ExposureAnswer, ExposureQuery};
pub use labels::LabelSources;
pub use trace_query::{StopRules, TraceAnswer, TraceQuery};
pub use wallet::{AddressDescription, WalletAnswer, WalletQuery};
pub use wallet_listing::{ListingKind, WalletHolder, WalletListing};
