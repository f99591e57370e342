//! Wrong behaviour that is known. Each case states what should hold; the number of those that do not may only shrink: a
//! fix lowers it, and a new failure fails the test.

use interdict_model::Schema;

use crate::Query;

/// How many cases fail today.
const KNOWN: usize = 2;

/// A text that is no wallet address of any chain is refused.
fn mistyped_wallet() -> bool {
    Query::new(None).add("publicKey", "0x098b716b8aaf21512996dc57eb0615e2383e2f9").is_err()
}

/// A value that cannot be read is refused for every property.
fn impossible_founding_date() -> bool {
    Query::new(Some(Schema::COMPANY)).add("incorporationDate", "1990-13-45").is_err()
}

/// What should hold, and whether it does.
type Case = (&'static str, fn() -> bool);

#[test]
fn known_failures_only_become_fewer() {
    let cases: [Case; KNOWN] = [
        ("mistyped wallet", mistyped_wallet),
        ("impossible founding date", impossible_founding_date),
    ];
    let failing: Vec<&str> =
        cases.iter().filter(|(_, holds)| !holds()).map(|(case, _)| *case).collect();
    assert_eq!(
        failing.len(),
        KNOWN,
        "move the cases that hold now to a test of their own and lower KNOWN; failing: {failing:?}"
    );
}
