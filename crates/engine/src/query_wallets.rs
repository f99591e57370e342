//! Addresses in a query that are no addresses.

use interdict_model::wallet::WalletAddress;

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
            let Err(why) = WalletAddress::parse(text) else { continue };
            let is_listed = lists.listings(text)?.iter().any(|listing| listing.address == text);
            if !is_listed {
                return Err(ChainError::address(text, why).into());
            }
        }
        Ok(())
    }
}
