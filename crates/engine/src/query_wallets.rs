//! Addresses in a query that are no addresses.

use interdict_model::wallet::{WalletAddress, WalletError, written_wallets};

use crate::chain::error::ChainError;
use crate::error::EngineError;
use crate::lists::Lists;
use crate::session::Session;

impl Session {
    /// Refuses an address that cannot be one, such as one with a wrong checksum: nothing would be found for it,
    /// and that would look clear. What a list prints is asked for as it is printed, address or not.
    pub fn check_wallets(&self, lists: &Lists, wallets: &[String]) -> Result<(), EngineError> {
        for wallet in wallets {
            let text = wallet.trim();
            let Some(why) = why_no_address(text) else { continue };
            let is_listed = lists.listings(text)?.iter().any(|listing| listing.address == text);
            if !is_listed {
                return Err(ChainError::address(text, why).into());
            }
        }
        Ok(())
    }
}

/// Why the first of the addresses in a text is none, if one is not.
fn why_no_address(text: &str) -> Option<WalletError> {
    let written = written_wallets(text);
    let mut faults =
        written.iter().filter_map(|wallet| WalletAddress::parse(&wallet.address).err());
    match written.is_empty() {
        true => WalletAddress::parse(text).err(),
        false => faults.next(),
    }
}
