//! Virtual-currency addresses.

use interdict_model::wallet::{AssetTag, WalletAddress};
use interdict_model::{Loss, ProblemCode, Schema};

use super::party::PartyFact;
use super::party_entities::PartyEntities;

/// Adds a wallet. An address that does not decode is reported and kept as printed: the authority
/// published it, and transactions may name it in that form.
pub(crate) fn add(entities: &mut PartyEntities<'_>, fact: &PartyFact) {
    let mut words = fact.value.split_whitespace();
    let (tag, address) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let rest: Vec<&str> = words.collect();
    let (Ok(tag), false) = (AssetTag::parse(tag), address.is_empty()) else {
        entities.note(&fact.label, &fact.value);
        let what = "no asset tag and address; it is kept as a note";
        entities.report(ProblemCode::WalletUnverified, Loss::Value, what, &fact.value);
        return;
    };
    if let Err(why) = WalletAddress::parse_with_asset(address, &tag) {
        entities.report(
            ProblemCode::WalletUnverified,
            Loss::Nothing,
            &format!("{why}; the wallet is kept as printed"),
            address,
        );
    }
    let suffix = format!("wallet-{}-{address}", tag.as_str().to_ascii_lowercase());
    let Some(mut wallet) = entities.belonging(Schema::CRYPTO_WALLET, &suffix) else { return };
    wallet.add("publicKey", address);
    wallet.add("currency", tag.as_str());
    wallet.add("currencySymbol", tag.as_str());
    wallet.add("holder", entities.main.id.as_str());
    wallet.add("topics", "sanction");
    wallet.add("notes", rest.join(" "));
    entities.attach(wallet);
}
