//! Wallets and numbers written into a name. They are looked up as wallets and numbers.
//!
//! A user who enters an address or "IMO 9187629" as a name wants to screen that address or number. Compared as a name,
//! it would match nothing and the answer would be "clear".

use interdict_model::wallet::{addresses_within, is_shortened, lookup_key};
use interdict_model::{Identifier, IdentifierKind, plain_text};

use crate::phrases::numbers_of_phrases;
use crate::written::has_slip;

/// Fewest digits of a word that may be an identifying number. Shorter numbers are those of units, houses and days.
const DIGITS: usize = 5;
/// Fewest letters and digits of an identifying number with fewer digits: tail numbers (EP-MMH) and call signs.
const SIGNS: usize = 5;

/// The addresses and numbers found in a name.
#[derive(Debug, Default)]
pub(crate) struct Embedded {
    /// Addresses, as they are looked up.
    pub(crate) wallets: Vec<String>,
    /// Numbers of a kind that is not known.
    pub(crate) numbers: Vec<Identifier>,
    /// Whether one of the addresses has a wrong checksum or length.
    pub(crate) has_slip: bool,
}

impl Embedded {
    /// Looks for addresses and numbers in a name.
    pub(crate) fn find(name: &str) -> Self {
        let name = &*plain_text(name);
        let addresses = addresses_within(name);
        let separates = |letter: char| is_between(letter) || "=/:".contains(letter);
        let words: Vec<&str> = name.split(separates).filter(|word| !word.is_empty()).collect();
        let is_alone = words.len() == 1;
        let holds_address = |word: &str| {
            addresses.iter().any(|known| word.contains(known.trim_start_matches("0x")))
        };
        let words = words.into_iter().filter(|word| is_number(word, is_alone));
        let words = words.filter(|word| !holds_address(word));
        let numbers = words.flat_map(|word| [Some(word), without_label(word)]).flatten();
        let phrases = numbers_of_phrases(name);
        let numbers = numbers.chain(phrases.iter().map(String::as_str));
        let numbers = numbers.filter_map(|word| Identifier::new(IdentifierKind::Other, word).ok());
        let sites = name.split(is_between).filter(|word| !holds_address(word)).filter_map(site);
        Self {
            numbers: numbers.chain(sites).collect(),
            has_slip: is_shortened(name) || addresses.iter().any(|address| has_slip(address)),
            wallets: addresses.iter().map(|address| lookup_key(address)).collect(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.wallets.is_empty() && self.numbers.is_empty()
    }
}

/// The number behind a label that was written together with it: `IMO9187629`, `IMO-9187629`.
fn without_label(word: &str) -> Option<&str> {
    let number = word.trim_start_matches(|letter: char| letter.is_alphabetic());
    let number = number.trim_start_matches(['-', '.', '_', '#', '№']);
    let is_label =
        (2..=8).contains(&word.chars().take_while(|letter| letter.is_alphabetic()).count());
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    (is_label && digits > DIGITS && digits == number.len()).then_some(number)
}

fn is_between(letter: char) -> bool {
    letter.is_whitespace() || "()[]{}<>,;|\"'".contains(letter)
}

/// The word as an e-mail or web address, if it is one.
fn site(word: &str) -> Option<Identifier> {
    let word = word.trim_matches(['.', ':']);
    let kind = match word.split_once('@') {
        Some((user, host)) if !user.is_empty() && host.contains('.') => IdentifierKind::Email,
        _ if word.starts_with("www.") || word.contains("://") => IdentifierKind::Website,
        _ => return None,
    };
    Identifier::new(kind, word.trim_start_matches("mailto:")).ok()
}

/// Whether a word may be an identifying number. A word that is the whole text may also be a tail number or a call sign.
fn is_number(word: &str, is_alone: bool) -> bool {
    let signs = word.chars().filter(|letter| letter.is_alphanumeric()).count();
    let digits = word.chars().filter(char::is_ascii_digit).count();
    digits >= DIGITS || is_alone && signs >= SIGNS && is_sign(word, digits)
}

/// Whether a word is written as tail numbers and call signs are: in capitals, with a hyphen or a digit.
fn is_sign(word: &str, digits: usize) -> bool {
    (digits > 0 || word.contains('-')) && !word.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str) -> (usize, Vec<String>) {
        let found = Embedded::find(name);
        let numbers = found.numbers.iter().map(|number| number.value().to_owned());
        (found.wallets.len(), numbers.collect())
    }

    #[test]
    fn addresses_and_numbers_are_found_in_names() {
        for (name, wallets, numbers) in [
            ("0x098B716B8Aaf21512996dC57EB0615e2383E2f96", 1, &[][..]),
            ("ETH: 0x098B716B8Aaf21512996dC57EB0615e2383E2f96", 1, &[]),
            ("ETH:0x098B716B8Aaf21512996dC57EB0615e2383E2f96", 1, &[]),
            ("098B716B8Aaf21512996dC57EB0615e2383E2f96", 1, &[]),
            ("https://host/address/0x098B716B8Aaf21512996dC57EB0615e2383E2f96#log", 1, &[]),
            ("Roe 0x098B716B8Aaf21512996dC57EB0615e2383E2f96, IMO 9187629", 1, &["9187629"]),
            ("12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h", 1, &[]),
            ("IMO 9187629", 0, &["9187629"]),
            ("passport 109420132", 0, &["109420132"]),
            ("9187629", 0, &["9187629"]),
            ("IMO9187629", 0, &["IMO9187629", "9187629"]),
            ("OCEAN ROSE IMO-9187629", 0, &["IMO9187629", "9187629"]),
            ("IMO:9187629", 0, &["9187629"]),
            ("passport:109420132", 0, &["109420132"]),
            ("EP-MMH", 0, &["EPMMH"]),
            ("5IM584", 0, &["5IM584"]),
            ("Roe <info@example.org>", 0, &["info@example.org"]),
            ("Roe, Passport G 649385 issued 2010", 0, &["649385", "G649385"]),
            ("Roe, паспорт ١٠٩٤٢٠١٣٢", 0, &["109420132"]),
            ("www.example.org", 0, &["example.org"]),
            ("@home", 0, &[]),
            ("HAMAS", 0, &[]),
            ("Kim Jong Un", 0, &[]),
            ("Lab 110", 0, &[]),
            ("AL-QAIDA IN IRAQ", 0, &[]),
            ("Jean-Pierre", 0, &[]),
        ] {
            let numbers: Vec<String> = numbers.iter().map(|number| (*number).to_owned()).collect();
            assert_eq!(found(name), (wallets, numbers), "{name}");
            assert!(!Embedded::find(name).has_slip, "{name}");
        }
        assert!(Embedded::find("0x098B716B8Aaf21512996dC57EB0615e2383E2F96").has_slip);
        assert!(Embedded::find("Roe 0x098B71...E2F96").has_slip);
    }
}
