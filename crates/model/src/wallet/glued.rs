//! Addresses joined to other letters without a space: `wallet12Qt...`, `XBT12Qt...`, `x098B...`.
//!
//! The boundary is found by the checksum or, for an EVM address without one, by letters that are not hexadecimal
//! digits.

use super::{AddressFormat, WalletAddress};

/// Largest number of letters that are removed from an end.
const LONGEST_GLUE: usize = 12;
/// Letters and digits of the shortest address of any chain.
const SHORTEST_ADDRESS: usize = 26;
const EVM_DIGITS: usize = 40;

/// The address within a run of letters and digits that is not an address as a whole.
pub(super) fn glued(run: &str) -> Option<String> {
    if run.len() <= SHORTEST_ADDRESS || !run.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let is_checked = |text: &&str| parsed(text).is_some_and(|address| address.is_checksummed());
    evm(run).or_else(|| shorter(run).find(is_checked).map(str::to_owned))
}

/// The keys without a checksum that the run contains if letters at one end are removed. Any of them may be the intended
/// one.
pub(super) fn perhaps_glued(run: &str) -> impl Iterator<Item = &str> {
    let is_key =
        |text: &&str| parsed(text).is_some_and(|address| address.format() == AddressFormat::Solana);
    shorter(run).filter(is_key)
}

/// The run without letters at its beginning or at its end.
fn shorter(run: &str) -> impl Iterator<Item = &str> {
    let cuts = 1..=LONGEST_GLUE.min(run.len().saturating_sub(SHORTEST_ADDRESS));
    cuts.flat_map(|cut| [run.get(cut..), run.get(..run.len() - cut)]).flatten()
}

/// Forty hexadecimal digits between letters that are not hexadecimal digits.
fn evm(run: &str) -> Option<String> {
    let mut parts = run.split(|letter: char| !letter.is_ascii_hexdigit());
    let digits = parts.find(|digits| digits.len() == EVM_DIGITS)?;
    Some(format!("0x{digits}"))
}

/// `None` for a text with the scheme of a payment link, because a part of a run is never a link.
fn parsed(text: &str) -> Option<WalletAddress> {
    WalletAddress::parse(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ETHER: &str = "098B716B8Aaf21512996dC57EB0615e2383E2f96";
    const GENESIS: &str = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";

    #[test]
    fn an_address_is_found_between_other_letters() {
        for (run, expected) in [
            (format!("wallet{GENESIS}"), GENESIS.to_owned()),
            (format!("XBT{GENESIS}"), GENESIS.to_owned()),
            (format!("{GENESIS}wallet"), GENESIS.to_owned()),
            (format!("x{ETHER}"), format!("0x{ETHER}")),
            (format!("wallet{ETHER}"), format!("0x{ETHER}")),
            (format!("wallet0x{ETHER}"), format!("0x{ETHER}")),
            (format!("0x{ETHER}wallet"), format!("0x{ETHER}")),
        ] {
            assert_eq!(glued(&run), Some(expected), "{run}");
        }
        let (slip, hash) = (GENESIS.replace("fNa", "fNb"), "0x12".repeat(16));
        for run in [format!("wallet{slip}"), hash, "Landwirtschaftsgenossenschaft".to_owned()] {
            assert_eq!(glued(&run), None, "{run}");
        }
    }

    #[test]
    fn a_key_without_a_checksum_is_one_of_several_readings() {
        let key = "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV";
        let run = format!("wallet{key}");
        assert!(perhaps_glued(&run).any(|found| found == key));
        assert_eq!(perhaps_glued("wallet").next(), None);
    }
}
