//! Payment links: `bitcoin:ADDRESS?amount=1`.

/// Schemes of payment links and chain-qualified addresses that people paste.
const SCHEMES: [&str; 10] = [
    "bitcoin:",
    "ethereum:",
    "litecoin:",
    "dogecoin:",
    "dash:",
    "zcash:",
    "monero:",
    "tron:",
    "ripple:",
    "solana:",
];

/// Removes a payment link's scheme and query. The prefix of a CashAddr is part of the address and
/// stays.
pub(super) fn strip_scheme(text: &str) -> &str {
    let linked = SCHEMES.iter().find_map(|scheme| {
        let (head, rest) = text.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    linked.map_or(text, |rest| rest.split(['?', '@']).next().unwrap_or(rest))
}
