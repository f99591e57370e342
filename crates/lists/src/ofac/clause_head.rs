//! The keywords that OFAC's clauses and document types begin with, and what each means.

use std::collections::HashMap;
use std::sync::OnceLock;

const TABLE: &str = include_str!("../../../../data/ofac/clauses.tsv");

/// What a clause states, and so how its value is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClauseKind {
    BirthDate,
    BirthPlace,
    Gender,
    Alias,
    Link,
    Wallet,
    Owner,
    Operator,
    TargetType,
    Number,
    Text,
    Date,
    Country,
    Measure,
    Listed,
    Effective,
    Note,
}

/// One row of the table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ClauseHead {
    /// The words, as OFAC prints them.
    pub(crate) words: &'static str,
    pub(crate) kind: ClauseKind,
    /// The FollowTheMoney property that the value goes to, for kinds that have one.
    pub(crate) property: &'static str,
    /// The schema of the document entity that a number gets; empty for none.
    pub(crate) document: &'static str,
}

/// A number of a kind that the table does not name: `Some Register No. 123`.
pub(crate) static OTHER_NUMBER: ClauseHead = ClauseHead {
    words: "",
    kind: ClauseKind::Number,
    property: "idNumber",
    document: "Identification",
};

/// A web or e-mail address that stands without any head.
pub(crate) static WEBSITE: ClauseHead =
    ClauseHead { words: "Website", kind: ClauseKind::Number, property: "website", document: "" };

/// As [`WEBSITE`].
pub(crate) static EMAIL: ClauseHead = ClauseHead {
    words: "Email Address",
    kind: ClauseKind::Number,
    property: "email",
    document: "",
};

/// A statement that has no property and is understood all the same, such as a relative.
pub(crate) static REMARK: ClauseHead =
    ClauseHead { words: "Remark", kind: ClauseKind::Note, property: "", document: "" };

/// A post or rank that stands without any head.
pub(crate) static POSITION: ClauseHead =
    ClauseHead { words: "Position", kind: ClauseKind::Text, property: "position", document: "" };

/// A clause that the list itself cut off.
pub(crate) static CUT: ClauseHead =
    ClauseHead { words: "Cut off", kind: ClauseKind::Note, property: "", document: "" };

fn kind_of(text: &str) -> ClauseKind {
    match text {
        "birth_date" => ClauseKind::BirthDate,
        "birth_place" => ClauseKind::BirthPlace,
        "gender" => ClauseKind::Gender,
        "alias" => ClauseKind::Alias,
        "link" => ClauseKind::Link,
        "wallet" => ClauseKind::Wallet,
        "owner" => ClauseKind::Owner,
        "operator" => ClauseKind::Operator,
        "target_type" => ClauseKind::TargetType,
        "number" => ClauseKind::Number,
        "text" => ClauseKind::Text,
        "date" => ClauseKind::Date,
        "country" => ClauseKind::Country,
        "measure" => ClauseKind::Measure,
        "listed" => ClauseKind::Listed,
        "effective" => ClauseKind::Effective,
        _ => ClauseKind::Note,
    }
}

/// Heads by their first word in lower case, the longest first.
fn table() -> &'static HashMap<String, Vec<ClauseHead>> {
    static HEADS: OnceLock<HashMap<String, Vec<ClauseHead>>> = OnceLock::new();
    HEADS.get_or_init(|| {
        let mut heads: HashMap<String, Vec<ClauseHead>> = HashMap::new();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let mut field = || fields.next().unwrap_or_default();
            let (words, kind, property, document) = (field(), field(), field(), field());
            let head = ClauseHead { words, kind: kind_of(kind), property, document };
            heads.entry(first_word(words)).or_default().push(head);
        }
        for same_word in heads.values_mut() {
            same_word.sort_by_key(|head| std::cmp::Reverse(head.words.len()));
        }
        heads
    })
}

fn first_word(text: &str) -> String {
    let word = text.split([' ', ':', ',']).next().unwrap_or_default();
    word.to_lowercase()
}

/// The longest head that the text begins with, and the text after it.
pub(crate) fn find_head(text: &str) -> Option<(&'static ClauseHead, &str)> {
    let candidates = table().get(&first_word(text))?;
    candidates.iter().find_map(|head| {
        let start = text.get(..head.words.len())?;
        let rest = text.get(head.words.len()..)?;
        let ends = rest.is_empty() || rest.starts_with([' ', ':', '.', ',']);
        (ends && start.eq_ignore_ascii_case(head.words)).then_some((head, rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_head_wins_in_any_letter_case() {
        let (head, rest) = find_head("dob 1988").unwrap();
        assert_eq!((head.kind, rest), (ClauseKind::BirthDate, " 1988"));
        let (head, _) = find_head("Passport Booklet A1 (Pakistan)").unwrap();
        assert_eq!(head.words, "Passport Booklet");
        assert!(find_head("Licensed to nobody").is_none());
    }

    #[test]
    fn every_row_names_a_known_kind_and_a_property_of_the_vocabulary() {
        use interdict_model::{PropertyType, Schema};
        let any =
            ["Person", "Company", "Vessel", "Airplane"].map(|name| Schema::parse(name).unwrap());
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<&str> = line.split('\t').collect();
            assert!(kind_of(fields[1]) != ClauseKind::Note || fields[1] == "note", "{line}");
            if let Some(property) = fields.get(2).filter(|name| !name.is_empty()) {
                let known = any.iter().find_map(|schema| schema.property(property));
                assert!(known.is_some(), "{line}");
                assert!(known.unwrap().kind != PropertyType::Entity, "{line}");
            }
        }
    }
}
