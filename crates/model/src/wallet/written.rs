//! Wallet addresses as files write them: several in a field, with the name of a coin, in a link.

use std::collections::HashSet;

use super::glued::{glued, perhaps_glued};
use super::{AssetTag, WalletAddress, WalletError};
use crate::field_values::field_values;
use crate::written_text::{plain_code, with_tags, written_text};

/// The shortest text that is taken for a mistyped address and not for a word, in bytes.
const SHORTEST_SLIP: usize = 20;
/// Letters and digits of the shortest address of any chain.
const SHORTEST_ADDRESS: usize = 26;
/// Fewest letters and digits of a text beside an address that is looked up as well. Shorter texts are words.
const SHORTEST_UNKNOWN: usize = 10;
/// The fewest letters and digits at each end of a shortened address.
const SHORTEST_END: usize = 4;
/// The fewest letters and digits of an address whose end is missing.
const SHORTEST_START: usize = 16;
/// First letters of addresses of common chains, which distinguish a shortened address from other text.
const FIRST_SIGNS: [char; 5] = ['0', '1', '3', 'b', 'T'];
/// Hexadecimal digits of an EVM address, and of a 32-byte word that contains one.
const EVM_DIGITS: usize = 40;
const EVM_WORD: usize = 64;
/// Fewest changes between letters and digits in a run that is taken for a code and not for a word.
const CODE_CHANGES: usize = 4;
/// The longest tag beside an address.
const LONGEST_TAG: usize = 5;

/// A wallet address found in the text of a field, with the asset that the text names (`ETH: 0x...`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenWallet {
    /// The asset.
    pub asset: Option<AssetTag>,
    /// The address, which may be mistyped or belong to an unknown chain.
    pub address: String,
}

/// The addresses of a field, with any separators: `A; B`, `A, B`, `A / B`, `ETH: A`, `A (ETH)`, `["A"]`, a link that
/// holds one, an EVM address without `0x`, or one written in groups. A part in which no address is recognised is
/// returned as written.
///
/// ```
/// use interdict_model::wallet::written_wallets;
///
/// let address = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96";
/// let found = written_wallets(&format!("https://etherscan.io/address/{address}"));
/// assert_eq!(found.first().map(|wallet| wallet.address.as_str()), Some(address));
/// ```
pub fn written_wallets(text: &str) -> Vec<WrittenWallet> {
    let in_tags = with_tags(text).map(|text| addresses_in(&text)).unwrap_or_default();
    let mut wallets = wallets_in(&written_text(text));
    for address in in_tags {
        if wallets.iter().all(|known| known.address != address) {
            wallets.push(WrittenWallet { asset: None, address });
        }
    }
    wallets
}

/// The addresses of a field that is decoded.
fn wallets_in(text: &str) -> Vec<WrittenWallet> {
    let text = &*plain_code(text);
    if let Some(address) = recognise(text).or_else(|| recognise_groups(text)) {
        return vec![WrittenWallet { asset: None, address }];
    }
    let mut wallets: Vec<WrittenWallet> = Vec::new();
    // `BTC|ADDRESS`: the tag is a part of its own.
    let mut lone: Option<(AssetTag, String)> = None;
    for part in field_values(text) {
        let tag = lone.take().map(|(tag, _)| tag);
        let mut reader = PartReader { tag, ..PartReader::default() };
        reader.part(&part);
        match reader.lone_tag() {
            Some(tag) => lone = Some((tag, part.into_owned())),
            None => wallets.extend(reader.finish(&part)),
        }
    }
    wallets.extend(lone.map(|(_, address)| WrittenWallet { asset: None, address }));
    wallets
}

/// The addresses in a text of another kind, such as a name. A word of letters only is never taken for a mistyped
/// address.
///
/// ```
/// use interdict_model::wallet::addresses_within;
///
/// let address = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96";
/// assert_eq!(addresses_within(&format!("Jane Roe ({address})")), [address]);
/// assert!(addresses_within("Landwirtschaftsgenossenschaft Roe").is_empty());
/// ```
pub fn addresses_within(text: &str) -> Vec<String> {
    let mut found = addresses_in(&written_text(text));
    // A link holds its address in a tag: `<a href="...">`.
    let in_tags = with_tags(text).map(|text| addresses_in(&text)).unwrap_or_default();
    found.extend(in_tags);
    let mut seen = HashSet::new();
    found.retain(|address| seen.insert(address.clone()));
    found
}

/// The addresses in a text that is decoded.
fn addresses_in(text: &str) -> Vec<String> {
    let text = &*plain_code(text);
    if let Some(address) = recognise_groups(text) {
        return vec![address];
    }
    if runs(text).next().is_none() {
        return Vec::new();
    }
    let mut reader = PartReader::default();
    field_values(text).iter().for_each(|part| reader.part(part));
    let addresses = reader.found.into_iter().map(|wallet| wallet.address);
    let addresses = addresses.filter(|address| address.bytes().any(|byte| byte.is_ascii_digit()));
    // Runs that are not valid addresses, such as a Bitcoin address in capitals, are found here.
    let others = reader.others.iter().flat_map(|word| runs(word)).filter(|run| is_code(run));
    let others = others.flat_map(|run| std::iter::once(run).chain(perhaps_glued(run)));
    addresses.chain(others.map(str::to_owned)).collect()
}

/// Whether a run of letters and digits is a code and no word.
fn is_code(run: &str) -> bool {
    let is_digit = run.bytes().map(|byte| byte.is_ascii_digit());
    is_digit.clone().zip(is_digit.skip(1)).filter(|(one, next)| one != next).count() >= CODE_CHANGES
}

/// The runs of letters and digits that are as long as an address.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let runs = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    runs.filter(|run| run.len() >= SHORTEST_ADDRESS)
}

/// The text, if it is an address that is written in groups. Only if its checksum or length is right, because the words
/// of a company's name can look like a mistyped address. Not for a text that contains a whole address, because that
/// address joined with a memo could be a valid address of another chain.
fn recognise_groups(text: &str) -> Option<String> {
    let has_whole = || runs(text).any(|run| recognise(run).is_some());
    let has_digit = || text.bytes().any(|byte| byte.is_ascii_digit());
    if text.len() < SHORTEST_ADDRESS || !has_digit() || has_whole() {
        return None;
    }
    let joined: String = text.chars().filter(|letter| !is_group_end(*letter)).collect();
    recognise(&joined).filter(|address| WalletAddress::parse(address).is_ok())
}

/// Whether a letter separates the groups of an address.
fn is_group_end(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '.' | '_' | '\u{2010}'..='\u{2015}')
}

/// Whether a text holds a shortened address, whose middle is replaced by dots or asterisks: `0x098B71…E2f96`, `1GYuu9...GsoB`.
pub fn is_shortened(text: &str) -> bool {
    if !text.contains(['.', '*', '\u{2026}']) {
        return false;
    }
    let text = &*plain_code(text);
    let is_end = |letter: char| !letter.is_ascii_alphanumeric();
    let ends = |(left, right): (&str, &str)| {
        let left = left.rsplit(is_end).next().unwrap_or_default();
        let right = right.trim_start_matches(['.', '*', '\u{2026}']).split(is_end).next();
        let ends = [left, right.unwrap_or_default()];
        let has_digit = |end: &str| end.contains(|letter: char| letter.is_ascii_digit());
        if right.is_none_or(str::is_empty) {
            return left.len() >= SHORTEST_START && has_digit(left);
        }
        ends.iter().all(|end| end.len() >= SHORTEST_END)
            && (left.starts_with(FIRST_SIGNS) && has_digit(left)
                || ends.iter().all(|end| has_digit(end)))
    };
    ["...", "..", "\u{2026}", "***"].iter().any(|gap| text.split_once(gap).is_some_and(ends))
}

#[derive(Default)]
struct PartReader {
    found: Vec<WrittenWallet>,
    /// Words in which no address is recognised.
    others: Vec<String>,
    /// A tag after the last address.
    tag: Option<AssetTag>,
}

impl PartReader {
    fn part(&mut self, part: &str) {
        let parts_words =
            |letter: char| letter.is_whitespace() || ",()[]{}<>\"'=#?&".contains(letter);
        part.split(parts_words).for_each(|word| self.word(word));
    }

    /// Reads a word, and the steps of a link.
    fn word(&mut self, word: &str) {
        if let Some(address) = recognise(word) {
            return self.address(address);
        }
        let path = word.split_once("://").map_or(word, |(_, path)| path);
        for step in path.split('/') {
            let Some((head, rest)) = step.split_once(':') else {
                self.token(step);
                continue;
            };
            match (recognise(step), asset_tag(head)) {
                (Some(address), _) => self.address(address),
                (None, Some(tag)) => {
                    self.tag = Some(tag);
                    self.token(rest);
                }
                (None, None) => [head, rest].into_iter().for_each(|token| self.token(token)),
            }
        }
    }

    fn token(&mut self, token: &str) {
        let token = token.trim_matches(['.', ':', '-']);
        if token.is_empty() {
        } else if let Some(address) = recognise(token) {
            self.address(address);
        } else if let Some(tag) = asset_tag(token).filter(|tag| tag.as_str() == token) {
            self.tag = Some(tag);
        } else {
            let mut addresses = runs(token).filter_map(recognise).peekable();
            if addresses.peek().is_none() {
                self.others.push(token.to_owned());
            }
            addresses.for_each(|address| self.address(address));
        }
    }

    fn address(&mut self, address: String) {
        self.found.push(WrittenWallet { asset: self.tag.take(), address });
    }

    /// The tag, if there is nothing else.
    fn lone_tag(&mut self) -> Option<AssetTag> {
        let alone = self.found.is_empty() && self.others.is_empty();
        self.tag.take_if(|_| alone)
    }

    fn finish(mut self, part: &str) -> Vec<WrittenWallet> {
        if self.found.is_empty() {
            let single = (self.others.len() == 1 && self.tag.is_some()).then(|| self.others.pop());
            let address = single.flatten().unwrap_or_else(|| part.to_owned());
            return vec![WrittenWallet { asset: self.tag, address }];
        }
        // `ADDRESS (ETH)`
        if let Some(last) = self.found.last_mut().filter(|last| last.asset.is_none()) {
            last.asset = self.tag.take();
        }
        let unknown = self.others.into_iter().filter(|word| {
            let letters = word.chars().filter(|letter| letter.is_alphanumeric()).count();
            letters >= SHORTEST_UNKNOWN && word.chars().any(|letter| letter.is_ascii_digit())
        });
        let unknown = unknown.map(|address| WrittenWallet { asset: None, address });
        self.found.into_iter().chain(unknown).collect()
    }
}

/// The text, if it is an address or a mistyped one.
fn recognise(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['\'', '"', '`', '\u{2019}', '\u{201C}', '\u{201D}']);
    if let Some(digits) = evm_digits(text) {
        return Some(format!("0x{digits}"));
    }
    match WalletAddress::parse(text) {
        Ok(_) => Some(text.to_owned()),
        Err(WalletError::Empty | WalletError::TooLong) => None,
        Err(WalletError::Unrecognised | WalletError::UnknownVersion) => glued(text),
        Err(_) => {
            let is_slip =
                text.len() >= SHORTEST_SLIP && text.bytes().all(|b| b.is_ascii_alphanumeric());
            glued(text).or_else(|| is_slip.then(|| text.to_owned()))
        }
    }
}

/// The digits of an EVM address that is not written as `0x` and forty digits: without `0x`, with another
/// prefix, or filled up with zeros to 32 bytes as in the logs of contracts.
fn evm_digits(text: &str) -> Option<&str> {
    let prefix =
        text.get(..2).filter(|prefix| matches!(*prefix, "0x" | "0X" | "Ox" | "OX" | "\\x"));
    let digits = match (prefix, text.get(..3)) {
        (Some(prefix), _) => text.get(prefix.len()..)?,
        (None, Some(head)) if head.eq_ignore_ascii_case("xdc") => text.get(3..)?,
        _ => text,
    };
    let zeros = EVM_WORD - EVM_DIGITS;
    let address = match digits.get(..zeros) {
        Some(front) if digits.len() == EVM_WORD && front.bytes().all(|digit| digit == b'0') => {
            digits.get(zeros..)?
        }
        _ if matches!(prefix, Some("0x" | "0X")) => return None,
        _ => digits,
    };
    let is_address =
        address.len() == EVM_DIGITS && address.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_address.then_some(address)
}

/// The name of an asset: `ETH`, `USDT`. Without a colon after it, only a word in capitals counts, because others may be
/// ordinary words.
fn asset_tag(word: &str) -> Option<AssetTag> {
    let is_tag = (2..=LONGEST_TAG).contains(&word.len())
        && word.bytes().any(|byte| byte.is_ascii_alphabetic());
    AssetTag::parse(word).ok().filter(|_| is_tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ETHER: &str = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96";
    const GENESIS: &str = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";

    fn written(text: &str) -> Vec<String> {
        let show = |wallet: WrittenWallet| match wallet.asset {
            Some(asset) => format!("{asset} {}", wallet.address),
            None => wallet.address,
        };
        written_wallets(text).into_iter().map(show).collect()
    }

    #[test]
    fn an_address_is_found_whatever_stands_around_it() {
        for text in [
            "{}",
            "'{}",
            "\"{}\"",
            "[\"{}\"]",
            "[{}]",
            "eip155:1:{}",
            "*{}*",
            "{}.eth",
            "pay-{}",
            "payment%3A{}%401",
            "\u{202A}{}\u{202C}",
            "{}<br>",
            "https://etherscan.io/address/{}",
            "https://etherscan.io/address/{}#tokentxns",
            "wallet {}",
            "wallet{}",
        ] {
            assert_eq!(written(&text.replace("{}", ETHER)), [ETHER], "{text}");
        }
        for text in ["{}", "Ox{}", "OX{}", "\\x{}", "xdc{}", "XDC{}"] {
            assert_eq!(written(&text.replace("{}", &ETHER[2..])), [ETHER], "{text}");
        }
        let word = format!("0x{}{}", "0".repeat(24), &ETHER[2..]);
        assert_eq!((written(&word), written(&word[2..])), (vec![ETHER.into()], vec![ETHER.into()]));
        let hash = word.replace("0x00", "0x12");
        assert_eq!(written(&hash), [hash.as_str()], "a hash is no address");
        assert_eq!(written(&ETHER.replace('c', "с")), [ETHER], "a Cyrillic letter");
        assert_eq!(
            written(&format!("https://blockchair.com/bitcoin/address/{GENESIS}")),
            [GENESIS]
        );
    }

    #[test]
    fn several_addresses_are_all_found() {
        for between in ["; ", ", ", " / ", "/", "|", " ", "\n", ","] {
            assert_eq!(written(&[ETHER, GENESIS].join(between)), [ETHER, GENESIS], "{between:?}");
        }
    }

    #[test]
    fn a_tag_belongs_to_the_address_beside_it() {
        for text in ["ETH: {}", "eth: {}", "ETH:{}", "ETH|{}", "{} (ETH)", "ETH {}"] {
            let text = text.replace("{}", ETHER);
            assert_eq!(written(&text), [format!("ETH {ETHER}")], "{text}");
        }
        assert_eq!(written(&format!("see {ETHER}")), [ETHER], "a word in small letters");
        let two = written(&format!("BTC: {GENESIS}; ETH: {ETHER}"));
        assert_eq!(two, [format!("BTC {GENESIS}"), format!("ETH {ETHER}")]);
        assert_eq!(written("ETH: 0x098B"), ["ETH 0x098B"]);
    }

    #[test]
    fn addresses_within_a_text_are_found_without_the_rest() {
        for text in [
            "{}",
            "ETH: {}",
            "eth:{}",
            "eip155:1:{}",
            "Roe ({}), Berlin",
            "Roe; {}",
            "Roe *{}*.",
            "x/{}#tokentxns",
            "{}_",
        ] {
            assert_eq!(addresses_within(&text.replace("{}", ETHER)), [ETHER], "{text}");
        }
        assert_eq!(addresses_within(&ETHER[2..]), [ETHER], "forty digits without 0x");
        for text in [
            "1A1zP1eP5QGefi2D MPTfTL5SLmv7DivfNa",
            "1A1zP1eP-5QGefi2DMPTfTL5S-Lmv7DivfNa",
            "１A1zP1eP5QGefi2DMPTfTL5SLmv7\u{200B}DivfNa",
        ] {
            assert_eq!(addresses_within(text), [GENESIS], "{text}");
            assert_eq!(written(text), [GENESIS], "{text}");
        }
        let company = "3 Brothers Trading Company Ltd";
        assert_eq!((addresses_within(company), written(company)), (vec![], vec![company.into()]));
        let slip = ETHER.replace("2f96", "2F96");
        assert_eq!(addresses_within(&slip), [slip]);
        for text in ["{} memo 12345", "{} tag 12", "wallet {} memo 1"] {
            let text = text.replace("{}", GENESIS);
            assert_eq!(addresses_within(&text), [GENESIS], "{text}");
            assert_eq!(written(&text).first().map(String::as_str), Some(GENESIS), "{text}");
        }
        let capitals = GENESIS.to_uppercase();
        assert_eq!(addresses_within(&format!("Roe {capitals}")), [capitals.as_str()]);
        for text in [
            "Jane Roe",
            "0x1234",
            "Roe 12345678901234567890123456",
            "Aktiengesellschaftsregister1999",
            "Landwirtschaftsgenossenschaft",
            "",
        ] {
            assert_eq!(addresses_within(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn the_address_of_a_link_is_found_whatever_its_text_is() {
        for tag in [
            "<a href=\"https://etherscan.io/address/{}\">link</a>",
            "&lt;a href='{}'&gt;Jane Roe&lt;/a&gt;",
            "<a href=\"https://etherscan.io/address/{}\">{}</a>",
            "<b>{}</b>",
        ] {
            let text = tag.replace("{}", ETHER);
            assert_eq!(addresses_within(&text), [ETHER], "{text}");
            assert!(written(&text).iter().any(|address| address == ETHER), "{text}");
        }
    }

    #[test]
    fn an_address_without_its_middle_is_noticed() {
        for text in [
            "1GYuu9...GsoB",
            "1GYuu9d5HP****ebGsoB",
            "TVj7xx1...RhQzZ",
            "0x098B71…E2f96",
            "1GYuu9...Gs0B",
            "Roe 0x098B..fEdc",
            "1A1zP1***ivf7Na",
            "(0x098B71……E2f96)",
            "12QtD5BFwRsdNsAZY76UVE1xyCGNTo...",
        ] {
            assert!(is_shortened(text), "{text}");
        }
        for text in [
            "Roe...",
            "12QtD5BFwRsdN...",
            "Roe ... Doe",
            "1234...x",
            "A1b..x1",
            ETHER,
            "J..R.",
            "Acme2000...Roe Ltd",
        ] {
            assert!(!is_shortened(text), "{text}");
        }
    }

    #[test]
    fn what_is_not_recognised_is_kept_as_it_is_written() {
        for text in ["some-other-chain-address", "0x1234", "vitalik.eth", "a b c", "ETH"] {
            assert_eq!(written(text), [text]);
        }
        assert_eq!(written("unknownchain12345; other"), ["unknownchain12345", "other"]);
        assert_eq!(written(&format!("unknownchain12345, {ETHER}")), [ETHER, "unknownchain12345"]);
        let slip = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb";
        assert_eq!(written(&format!("{slip}, {ETHER}")), [slip, ETHER]);
    }
}
