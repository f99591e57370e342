//! Checks the wallet addresses of a query.

use interdict_model::wallet::{WalletAddress, WalletError, written_wallets};

use crate::chain::error::ChainError;
use crate::error::EngineError;
use crate::lists::Lists;
use crate::session::Session;

impl Session {
    /// Refuses invalid addresses, such as those with a wrong checksum: they would match nothing, and the answer would
    /// be "clear". A text that a list prints is accepted even if it is not a valid address.
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

/// The error of the first invalid address in a text.
fn why_no_address(text: &str) -> Option<WalletError> {
    let written = written_wallets(text);
    let mut faults =
        written.iter().filter_map(|wallet| WalletAddress::parse(&wallet.address).err());
    match written.is_empty() {
        true => WalletAddress::parse(text).err(),
        false => faults.next(),
    }
}
