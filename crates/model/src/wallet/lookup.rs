//! Keys under which addresses are found whatever their spelling.

use super::scheme::strip_scheme;
use super::{AddressFormat, WalletAddress, base58, cashaddr};

/// The key for a lenient first look-up: the same for any letter case, for CashAddr with and without its
/// prefix, and for the CashAddr and the older form of one Bitcoin hash (one key holder controls both).
///
/// Two different base58 addresses could in principle share a key, so a hit is to be confirmed by
/// comparing [`WalletAddress::canonical`] forms or shown with the listed address beside it.
///
/// ```
/// use interdict_model::wallet::lookup_key;
/// assert_eq!(lookup_key("0x098B716B8AAF21512996DC57EB0615E2383E2F96"), "0x098b716b8aaf21512996dc57eb0615e2383e2f96");
/// ```
pub fn lookup_key(text: &str) -> String {
    let trimmed = strip_scheme(text.trim());
    let bounded: String =
        trimmed.chars().filter(|c| !c.is_whitespace()).take(WalletAddress::LONGEST).collect();
    let Ok(address) = WalletAddress::parse(&bounded) else {
        let lower = bounded.to_lowercase();
        // A CashAddr typed in mixed case still names its hash.
        let cash = cashaddr::body(&lower).and_then(|body| cashaddr::hash(&body).ok());
        return cash
            .map_or(lower, |(hash, script)| base58::bitcoin_address(&hash, script).to_lowercase());
    };
    let canonical = address.canonical();
    match address.format() {
        AddressFormat::CashAddr => {
            let body = canonical.rsplit_once(':').map_or(canonical, |(_, body)| body);
            let (hash, script) = cashaddr::hash(body).expect("a parsed CashAddr has a hash");
            base58::bitcoin_address(&hash, script).to_lowercase()
        }
        _ => canonical.to_lowercase(),
    }
}
