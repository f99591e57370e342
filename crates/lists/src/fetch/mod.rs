//! Fetching lists from where they are published. The only place in Interdict that opens a
//! connection to the network, and only behind the feature `fetch`: without it, this module has
//! addresses and limits but no client.

mod address;
mod choice;
#[cfg(feature = "fetch")]
mod error;
#[cfg(feature = "fetch")]
mod fetcher;
mod settings;

pub use address::{Address, AddressError};
pub use choice::{FileChoice, published_files};
#[cfg(feature = "fetch")]
pub use error::FetchError;
#[cfg(feature = "fetch")]
pub use fetcher::{Fetched, Fetcher};
pub use settings::{FetchSettings, Validators};
