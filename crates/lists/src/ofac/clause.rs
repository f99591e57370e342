//! One clause of the remarks, or one document of the XML, as a typed fact.

use interdict_model::Country;

use super::clause_head::{
    CUT, ClauseHead, ClauseKind, EMAIL, OTHER_NUMBER, POSITION, REMARK, WEBSITE, find_head,
};
use super::party::{PartyFact, PartyKind};
use super::posts::names_a_post;

/// Reads a clause; `None` when nothing is in it.
pub(crate) fn parse_clause(text: &str, kind: PartyKind) -> Option<PartyFact> {
    let mut text = inside_parentheses(text.trim());
    if text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("alt.")) {
        text = text.get(4..).unwrap_or_default().trim_start();
    }
    if text.trim_matches(['.', ' ']).is_empty() {
        return None;
    }
    Some(match find_head(text) {
        // Notes and measures keep their whole text, including the head.
        Some((head, _)) if matches!(head.kind, ClauseKind::Note | ClauseKind::Measure) => {
            headed(head, text.trim_end_matches(['.', ' ']))
        }
        Some((head, rest)) => with_head(head, value_after(head, rest)),
        None => without_head(text, kind),
    })
}

/// The text without parentheses that enclose all of it.
fn inside_parentheses(text: &str) -> &str {
    let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else {
        return text;
    };
    let mut depth = 0_i32;
    let closes_early = inner.bytes().any(|byte| {
        depth += i32::from(byte == b'(') - i32::from(byte == b')');
        depth < 0
    });
    if closes_early { text } else { inner.trim() }
}

/// Reads a document or feature of the XML formats, where the type, the number and the country stand
/// apart.
pub(crate) fn typed_fact(label: &str, value: &str, kind: PartyKind) -> Option<PartyFact> {
    let (label, value) = (label.trim(), value.trim());
    if find_head(label).is_some() {
        return parse_clause(&format!("{label} {value}"), kind);
    }
    if label.is_empty() || value.is_empty() {
        return parse_clause(&format!("{label}{value}"), kind);
    }
    let label = label.trim_end_matches([':', ' ', '-']).to_owned();
    let number = value.bytes().any(|byte| byte.is_ascii_digit());
    let head = number.then_some(&OTHER_NUMBER);
    Some(PartyFact { head, label, value: value.to_owned(), ..PartyFact::default() })
}

/// A fact from a column of its own: the label is one of the table's heads, the value has no country or dates.
pub(crate) fn column_fact(label: &str, value: &str) -> Option<PartyFact> {
    find_head(label).map(|(head, _)| headed(head, value_after(head, value)))
}

/// A clause that the list cut off. It is kept as a note, because its value is incomplete.
pub(crate) fn cut_fact(text: &str) -> Option<PartyFact> {
    let text = text.trim();
    (!text.is_empty()).then(|| headed(&CUT, text))
}

fn value_after<'text>(head: &ClauseHead, rest: &'text str) -> &'text str {
    let mut rest = rest.trim_start();
    for mark in [":", "- ", "# "] {
        rest = rest.strip_prefix(mark).unwrap_or(rest).trim_start();
    }
    match head.kind {
        // Names may end with a full stop of their own.
        ClauseKind::Link | ClauseKind::Alias | ClauseKind::Owner | ClauseKind::Operator => rest,
        _ => rest.trim_end_matches('.').trim_end(),
    }
}

fn headed(head: &'static ClauseHead, value: &str) -> PartyFact {
    let label = head.words.to_owned();
    PartyFact { head: Some(head), label, value: value.to_owned(), ..PartyFact::default() }
}

fn with_head(head: &'static ClauseHead, value: &str) -> PartyFact {
    let fact = headed(head, value);
    match head.kind {
        ClauseKind::Number => with_number(fact),
        ClauseKind::Alias => {
            let name = value.trim_end_matches('.').trim_matches('\'').trim();
            PartyFact { value: name.to_owned(), ..fact }
        }
        _ => fact,
    }
}

/// Takes `NUMBER (Country) issued DATE expires DATE` apart. Text that does not match this form stays in the number.
fn with_number(mut fact: PartyFact) -> PartyFact {
    let value = std::mem::take(&mut fact.value);
    let (value, expires) = split_date(&value, "expires");
    let (value, issued) = split_date(value, "issued");
    let (value, country) = split_country(value);
    fact.value = value.trim_end_matches(['.', ',', ' ']).to_owned();
    fact.country = country.to_owned();
    fact.issued = issued.to_owned();
    fact.expires = expires.to_owned();
    fact
}

/// Splits off `word DATE` at the end.
fn split_date<'text>(text: &'text str, word: &str) -> (&'text str, &'text str) {
    let found = text.rfind(word).filter(|at| {
        let before = text.get(..*at).unwrap_or_default();
        let after = text.get(at + word.len()..).unwrap_or_default();
        (before.is_empty() || before.ends_with(' ')) && super::date::parse_date(after).is_some()
    });
    match found {
        Some(at) => (
            text.get(..at).unwrap_or_default().trim_end(),
            text.get(at + word.len()..).unwrap_or_default().trim(),
        ),
        None => (text, ""),
    }
}

/// Splits off `(Country)` at the end.
fn split_country(text: &str) -> (&str, &str) {
    let trimmed = text.trim_end_matches(['.', ' ']);
    let Some((before, inside)) = trimmed.strip_suffix(')').and_then(|rest| rest.rsplit_once('('))
    else {
        return (text, "");
    };
    if inside.parse::<Country>().is_ok() { (before, inside.trim()) } else { (text, "") }
}

/// A clause without a known head: a number of another kind, a web or e-mail address, a relative, a
/// post, or a note.
fn without_head(text: &str, kind: PartyKind) -> PartyFact {
    if let Some((label, value)) = split_other_number(text) {
        let label = label.to_owned();
        let value = value.to_owned();
        return with_number(PartyFact {
            head: Some(&OTHER_NUMBER),
            label,
            value,
            ..PartyFact::default()
        });
    }
    let value = text.trim_end_matches(['.', ' ']);
    if let Some(fact) = net_address(value) {
        return fact;
    }
    if kind == PartyKind::Individual && names_a_relative(value) {
        return headed(&REMARK, value);
    }
    if kind == PartyKind::Individual && names_a_post(value) {
        return headed(&POSITION, value);
    }
    PartyFact { value: value.to_owned(), ..PartyFact::default() }
}

/// `Some Register No. 123`: at most six words up to `No.`, `Number` or `#`, then a digit within the
/// next two words.
fn split_other_number(text: &str) -> Option<(&str, &str)> {
    const MARKS: [&str; 9] = [
        " No. ",
        " No ",
        " Number: ",
        " Number ",
        " # ",
        " ID ",
        " Code ",
        " Registration ",
        " Identification ",
    ];
    let (at, mark) = MARKS
        .iter()
        .filter_map(|mark| text.rfind(mark).map(|at| (at, *mark)))
        .filter(|(at, mark)| {
            let after = text.get(at + mark.len()..).unwrap_or_default();
            after.split(' ').take(2).any(|word| word.bytes().any(|byte| byte.is_ascii_digit()))
        })
        .max_by_key(|(at, _)| *at)?;
    let label = text.get(..at + mark.len())?.trim_end().trim_end_matches(':');
    let value = text.get(at + mark.len()..)?.trim();
    (label.split(' ').count() <= 6).then_some((label, value))
}

/// `www.example.org`, `http://example.org (website)`, `info@example.org (email)`.
fn net_address(text: &str) -> Option<PartyFact> {
    let (address, rest) = text.split_once(' ').unwrap_or((text, ""));
    if !matches!(rest, "" | "(website)" | "(email)") {
        return None;
    }
    let lower = address.to_ascii_lowercase();
    if ["www.", "http://", "https://"].iter().any(|start| lower.starts_with(start)) {
        return Some(headed(&WEBSITE, address));
    }
    (address.contains('@') && address.contains('.')).then(|| headed(&EMAIL, address))
}

/// `wife of John Roe`, `John Roe's eldest son`. The list cannot be searched for names in this form, so the clause is
/// kept as a note.
fn names_a_relative(text: &str) -> bool {
    const RELATIVES: [&str; 13] = [
        "wife", "husband", "spouse", "son", "daughter", "child", "brother", "sister", "nephew",
        "father", "mother", "cousin", "widow",
    ];
    let lower = text.to_lowercase();
    let is_relative = |word: &str| {
        let word = word.strip_suffix("-in-law").unwrap_or(word);
        RELATIVES.contains(&word.strip_prefix("half-").unwrap_or(word))
    };
    let before_of = lower.split_once(" of ").map_or("", |(before, _)| before);
    let last = |text: &str| text.split(' ').next_back().is_some_and(is_relative);
    last(before_of) || lower.contains("'s ") && last(&lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn individual(text: &str) -> PartyFact {
        parse_clause(text, PartyKind::Individual).unwrap()
    }

    #[test]
    fn a_document_is_taken_apart() {
        let fact = individual(
            "alt. Passport E-12345 (Korea, North) issued 16 Oct 2019 expires 16 Oct 2024",
        );
        assert_eq!(fact.label, "Passport");
        assert_eq!(fact.value, "E-12345");
        assert_eq!(fact.country, "Korea, North");
        assert_eq!((fact.issued.as_str(), fact.expires.as_str()), ("16 Oct 2019", "16 Oct 2024"));
        let fact = individual("Passport 1 issued in Amman");
        assert_eq!(fact.value, "1 issued in Amman");
    }

    #[test]
    fn numbers_of_unlisted_kinds_keep_their_kind() {
        let fact = individual("Atlantean Fishing Permit No. A 123 (Malta).");
        assert_eq!(fact.head, Some(&OTHER_NUMBER));
        assert_eq!(fact.label, "Atlantean Fishing Permit No.");
        assert_eq!((fact.value.as_str(), fact.country.as_str()), ("A 123", "Malta"));
    }

    #[test]
    fn parenthesised_links_and_quoted_names_lose_their_marks() {
        let fact = individual("(Linked To: ROE HOLDING, S.A.)");
        assert_eq!((fact.label.as_str(), fact.value.as_str()), ("Linked To", "ROE HOLDING, S.A."));
        let fact = individual("(Linked To: ROE (RUS)-HOLDING)");
        assert_eq!(fact.value, "ROE (RUS)-HOLDING");
        assert_eq!(individual("(ROE) and (DOE)").value, "(ROE) and (DOE)");
        assert_eq!(individual("a.k.a. 'O'ROE'.").value, "O'ROE");
    }

    #[test]
    fn posts_relatives_and_net_addresses_need_no_head() {
        assert_eq!(individual("Former Minister of Roads.").head, Some(&POSITION));
        assert_eq!(individual("daughter-in-law of Robert Roe").head, Some(&REMARK));
        assert_eq!(individual("Robert Roe's eldest son").head, Some(&REMARK));
        assert_eq!(individual("http://roe.example (website)").value, "http://roe.example");
        assert_eq!(individual("info@roe.example.").head, Some(&EMAIL));
        assert_eq!(individual("likes long walks").head, None);
        assert!(parse_clause(" . ", PartyKind::Entity).is_none());
    }
}
