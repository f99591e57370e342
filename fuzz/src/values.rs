//! Values: dates, wallet addresses, identifiers, countries, amounts and times.

use interdict_chain::amount::{Rounding, format_amount, parse_amount};
use interdict_chain::time::{format_time, parse_time};
use interdict_model::wallet::{AddressFormat, WalletAddress, lookup_key};
use interdict_model::{Country, DateAgreement, Gender, Identifier, IdentifierKind, PartialDate};

/// Dates of entities and times and amounts of transfers. The input holds two texts, separated by a
/// line end.
pub fn dates(text: &str) {
    let (left, right) = text.split_once('\n').unwrap_or((text, text));
    let (left, right) = (date(left), date(right));
    if let (Some(left), Some(right)) = (left, right) {
        agreement(left, right);
    }
    if let Ok(time) = parse_time(text) {
        let written = format_time(time);
        // Years outside of 0 to 9999 are written with more characters, and are not read.
        if written.len() == "2022-03-23T13:29:00Z".len() && !written.starts_with('-') {
            assert_eq!(parse_time(&written), Ok(time), "a written time reads back");
        }
    }
    for decimals in [0, 8, 18] {
        if let Ok(amount) = parse_amount(text, decimals, Rounding::HalfEven) {
            let written = format_amount(amount.units, decimals);
            let back = parse_amount(&written, decimals, Rounding::Reject);
            assert_eq!(back.map(|back| back.units), Ok(amount.units), "{written}");
        }
    }
    let _ = (text.parse::<Country>(), text.parse::<Gender>());
}

fn date(text: &str) -> Option<PartialDate> {
    let date: PartialDate = text.parse().ok()?;
    assert_eq!(date.to_string().parse().as_ref(), Ok(&date), "a written date reads back");
    assert!(date.from() <= date.to(), "a range is in order");
    assert!(date.plain().iter().all(|plain| plain.parse::<PartialDate>().is_ok()));
    let json = serde_json::to_string(&date).expect("a date serialises");
    assert_eq!(serde_json::from_str::<PartialDate>(&json).expect("and reads back"), date);
    Some(date)
}

fn agreement(left: PartialDate, right: PartialDate) {
    assert_eq!(left.agreement(&right), right.agreement(&left), "agreement is symmetric");
    let plain = |date: &PartialDate| !date.is_range() && !date.is_circa();
    if plain(&left) && plain(&right) {
        let (one, other) = (left.to_string(), right.to_string());
        assert_eq!(left.cmp(&right), one.cmp(&other), "dates are in the order of their texts");
        if left == right {
            assert_ne!(left.agreement(&right), DateAgreement::Different);
        }
    }
}

/// An address, and one character of it to be replaced.
#[derive(Debug, arbitrary::Arbitrary)]
pub struct WalletChange<'a> {
    place: u8,
    letter: u8,
    text: &'a str,
}

/// Wallet addresses: the canonical form is a fixed point, and a checksum notices one changed character.
pub fn wallets(change: &WalletChange<'_>) {
    let key = lookup_key(change.text);
    assert!(key.len() <= 4 * WalletAddress::LONGEST, "a look-up key is bounded");
    let Ok(address) = WalletAddress::parse(change.text) else { return };
    let canonical = address.canonical();
    let again = WalletAddress::parse(canonical).expect("a canonical form is an address");
    assert_eq!(again.canonical(), canonical);
    assert_eq!(again.format(), address.format());
    assert_eq!(lookup_key(canonical), key, "one address has one look-up key");
    let shown =
        WalletAddress::parse(&address.display_form()).expect("the shown form is an address");
    assert_eq!(shown, address);
    if let Some(part) = address.transparent_part() {
        assert_eq!(part.format(), AddressFormat::ZcashTransparent);
    }
    if again.is_checksummed() && address.format() != AddressFormat::Evm {
        changed(canonical, change);
    }
}

/// EVM addresses are left out: the letter case of an address with few letters is a weak checksum.
fn changed(canonical: &str, change: &WalletChange<'_>) {
    const LETTERS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut bytes = canonical.as_bytes().to_vec();
    let place = usize::from(change.place) % bytes.len();
    let letter = LETTERS[usize::from(change.letter) % LETTERS.len()];
    if bytes[place].eq_ignore_ascii_case(&letter) {
        return;
    }
    bytes[place] = letter;
    let text = String::from_utf8(bytes).expect("addresses are ASCII");
    if let Ok(other) = WalletAddress::parse(&text) {
        assert!(!other.is_checksummed(), "{canonical} and {text} both have a valid checksum");
    }
}

/// Identifiers: normalising twice is normalising once, and the text form reads back.
pub fn identifiers(text: &str) {
    const KINDS: [IdentifierKind; 20] = [
        IdentifierKind::Passport,
        IdentifierKind::National,
        IdentifierKind::SocialSecurity,
        IdentifierKind::Tax,
        IdentifierKind::Registration,
        IdentifierKind::Inn,
        IdentifierKind::Ogrn,
        IdentifierKind::Usc,
        IdentifierKind::Lei,
        IdentifierKind::Bic,
        IdentifierKind::Duns,
        IdentifierKind::Imo,
        IdentifierKind::Mmsi,
        IdentifierKind::CallSign,
        IdentifierKind::Tail,
        IdentifierKind::Serial,
        IdentifierKind::Email,
        IdentifierKind::Phone,
        IdentifierKind::Website,
        IdentifierKind::Other,
    ];
    for kind in KINDS {
        if let Ok(identifier) = Identifier::new(kind, text) {
            stable(&identifier);
        }
    }
    if let Ok(identifier) = text.parse::<Identifier>() {
        stable(&identifier);
        let back: Identifier = identifier.to_string().parse().expect("the text form reads back");
        assert_eq!(back, identifier);
    }
}

fn stable(identifier: &Identifier) {
    let again = Identifier::new(identifier.kind(), identifier.value());
    assert_eq!(again.as_ref(), Ok(identifier), "normalising twice is normalising once");
    assert_eq!(again.map(|again| again.is_strong()), Ok(identifier.is_strong()));
}
