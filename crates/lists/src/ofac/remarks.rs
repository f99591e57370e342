//! OFAC's remarks: a small language of clauses.
//!
//! A remark is a row of clauses between semicolons, closed by a full stop. A clause begins with a
//! head such as `DOB` or `Passport`, perhaps after `alt.`; its value follows. Semicolons inside
//! parentheses or after an opening quote do not end a clause. What has no head is a post that a
//! person holds, or a free note.

use super::clause::parse_clause;
use super::party::{MAX_VALUES, PartyFact, PartyKind};

/// Reads remarks into facts. `closed` states whether the text is complete; if it is, its last full stop
/// belongs to the remark and not to the last clause.
pub(crate) fn parse_remarks(text: &str, kind: PartyKind, closed: bool) -> Vec<PartyFact> {
    let text = text.trim();
    let text = if closed { text.strip_suffix('.').unwrap_or(text) } else { text };
    // One more than a party may have, so that the excess is seen and reported.
    let clauses = split_clauses(text).into_iter().take(MAX_VALUES + 1);
    clauses.filter_map(|clause| parse_clause(clause, kind)).collect()
}

/// Splits at the semicolons that stand outside parentheses and quotes.
pub(crate) fn split_clauses(text: &str) -> Vec<&str> {
    let closing = matched_parentheses(text);
    let mut clauses = Vec::new();
    let (mut start, mut at) = (0, 0);
    let bytes = text.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'(' => at = closing.get(&at).copied().unwrap_or(at),
            b'\'' if opens_quote(bytes, at) => at = closing_quote(bytes, at).unwrap_or(at),
            b';' => {
                clauses.push(text.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    clauses.push(text.get(start..).unwrap_or_default());
    clauses.into_iter().map(str::trim).filter(|clause| !clause.is_empty()).collect()
}

/// Where each parenthesis that is ever closed closes.
fn matched_parentheses(text: &str) -> std::collections::HashMap<usize, usize> {
    let mut open = Vec::new();
    let mut closing = std::collections::HashMap::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => open.push(at),
            b')' => {
                if let Some(begin) = open.pop() {
                    closing.insert(begin, at);
                }
            }
            _ => {}
        }
    }
    closing
}

/// A quote opens right after `a.k.a. ` and the like; everywhere else it is an apostrophe.
fn opens_quote(bytes: &[u8], at: usize) -> bool {
    bytes.get(..at).is_some_and(|before| before.ends_with(b"k.a. "))
}

/// The quote that closes: the first one that the clause's end follows.
fn closing_quote(bytes: &[u8], open: usize) -> Option<usize> {
    let rest = bytes.get(open + 1..)?;
    // A name is short: past this, the quote was never closed.
    let rest = rest.get(..rest.len().min(400))?;
    let found = rest.iter().enumerate().position(|(index, byte)| {
        *byte == b'\'' && matches!(rest.get(index + 1), None | Some(b';' | b'.' | b')'))
    })?;
    Some(open + 1 + found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semicolons_inside_parentheses_and_quotes_do_not_split() {
        assert_eq!(
            split_clauses("DOB 1988; a.k.a. 'O'NEIL; THE'; (Linked To: A; B);arrested (x; y"),
            ["DOB 1988", "a.k.a. 'O'NEIL; THE'", "(Linked To: A; B)", "arrested (x", "y"]
        );
    }

    #[test]
    fn the_last_full_stop_belongs_to_the_remark() {
        let facts = parse_remarks("Linked To: ROE, S.A..", PartyKind::Entity, true);
        assert_eq!(facts[0].value, "ROE, S.A.");
        let cut = parse_remarks("Linked To: ROE, S.A.", PartyKind::Entity, false);
        assert_eq!(cut[0].value, "ROE, S.A.");
    }

    #[test]
    fn a_remark_of_semicolons_is_bounded() {
        let text = "DOB 1988;".repeat(MAX_VALUES + 10);
        let facts = parse_remarks(&text, PartyKind::Individual, true);
        assert_eq!(facts.len(), MAX_VALUES + 1);
    }
}
