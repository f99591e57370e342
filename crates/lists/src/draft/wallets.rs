//! Virtual-currency addresses, given as such or hidden in a list's free text.

use interdict_model::wallet::{AddressFormat, AssetTag, Chain, WalletAddress};
use interdict_model::{Loss, ProblemCode, Schema};

use super::record_draft::RecordDraft;

/// Words that show that a text is about virtual currency. Addresses without a checksum are accepted only in a text with
/// one of them.
const CURRENCY_WORDS: [&str; 8] = [
    "wallet",
    "crypto",
    "virtual currency",
    "digital currency",
    "bitcoin",
    "ethereum",
    "tether",
    "solana",
];

impl RecordDraft {
    /// Adds a wallet of the listed entity. An address that fails its checksum is kept as a note.
    pub(crate) fn wallet(&mut self, asset: Option<&AssetTag>, text: &str) {
        let parsed = match asset {
            Some(asset) => WalletAddress::parse_with_asset(text, asset),
            None => WalletAddress::parse(text),
        };
        match parsed {
            Ok(address) => self.add_wallet(asset, &address),
            Err(error) => {
                self.note("Wallet", text);
                let what = format!("not taken as a wallet: {error}; kept as a note");
                self.report(ProblemCode::WalletInvalid, Loss::Value, what, text);
            }
        }
    }

    /// Looks for wallet addresses in a text that is kept elsewhere.
    pub(crate) fn find_wallets(&mut self, text: &str) {
        let lower = text.to_lowercase();
        let about_currency = CURRENCY_WORDS.iter().any(|word| lower.contains(word));
        let mut asset = None;
        for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
            if let Some(tag) = known_tag(word) {
                asset = Some(tag);
            }
            if !(25..=110).contains(&word.len()) || !word.bytes().any(|byte| byte.is_ascii_digit())
            {
                continue;
            }
            if let Ok(address) = WalletAddress::parse(word)
                && (address.is_checksummed() || about_currency)
            {
                self.add_wallet(asset.as_ref(), &address);
            }
        }
    }

    fn add_wallet(&mut self, asset: Option<&AssetTag>, address: &WalletAddress) {
        let tag = asset.map_or_else(|| native_tag(address), AssetTag::as_str);
        let suffix = format!("wallet-{}-{}", tag.to_lowercase(), address.canonical());
        let Some(mut wallet) = self.part(&suffix, Schema::CRYPTO_WALLET) else { return };
        wallet.add("publicKey", address.canonical());
        wallet.add("currency", tag);
        wallet.add("holder", self.entity.id.as_str());
        self.add_part(wallet);
    }
}

/// The tag of a word in running text that names a coin unambiguously.
fn known_tag(word: &str) -> Option<AssetTag> {
    let tag = match word {
        "Bitcoin" | "bitcoin" | "BTC" => "XBT",
        "Ethereum" | "Ether" => "ETH",
        "Tether" => "USDT",
        "Tron" | "TRON" => "TRX",
        "XBT" | "ETH" | "USDT" | "USDC" | "TRX" | "LTC" | "XMR" | "DASH" | "ZEC" | "DOGE" => word,
        _ => return None,
    };
    tag.parse().ok()
}

/// The tag of the coin of the first chain on which the address is valid.
fn native_tag(address: &WalletAddress) -> &'static str {
    let chains = address.chains();
    let tags = [
        (Chain::Bitcoin, "XBT"),
        (Chain::Ethereum, "ETH"),
        (Chain::Tron, "TRX"),
        (Chain::Litecoin, "LTC"),
        (Chain::Dogecoin, "DOGE"),
        (Chain::Dash, "DASH"),
        (Chain::Zcash, "ZEC"),
        (Chain::Monero, "XMR"),
        (Chain::Xrp, "XRP"),
        (Chain::Solana, "SOL"),
        (Chain::BitcoinCash, "BCH"),
    ];
    let known = tags.into_iter().find(|(chain, _)| chains.contains(*chain)).map(|(_, tag)| tag);
    known.unwrap_or(if address.format() == AddressFormat::Evm { "ETH" } else { "XBT" })
}
