//! Words of a text that stand between two names, or before one: "also known as", "trading as", "c/o", "Mr".
//!
//! Payment messages and exports write such words into name fields. Compared as a single name, the text is similar to
//! none of the names in it.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../../data/names/name_labels.tsv");
/// Words that a name has on each side of a word that joins two people.
const WORDS_OF_PERSON: usize = 2;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Between,
    Address,
    Ending,
    Joint,
}

struct Label {
    kind: Kind,
    words: Vec<&'static str>,
}

/// The labels of the table by their first letter, longest first. Every word of every customer's name is looked up, and
/// this index avoids comparing it with the whole table.
static LABELS: LazyLock<HashMap<char, Vec<Label>>> = LazyLock::new(|| {
    let rows = TABLE.lines().filter_map(|line| line.split_once('\t'));
    let mut labels: HashMap<char, Vec<Label>> = HashMap::new();
    for (kind, forms) in rows {
        let kind = match kind {
            "between" => Kind::Between,
            "address" => Kind::Address,
            "ending" => Kind::Ending,
            "joint" => Kind::Joint,
            _ => continue,
        };
        for form in forms.split('|') {
            let label = Label { kind, words: form.split(' ').collect() };
            if let Some(first) = form.chars().next() {
                labels.entry(first).or_default().push(label);
            }
        }
    }
    for labels in labels.values_mut() {
        labels.sort_by_key(|label| std::cmp::Reverse(label.words.len()));
    }
    labels
});

/// A part of a text between labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    pub(crate) text: &'a str,
    /// Whether it is a single word, or was joined by "and" to other words between the same labels.
    pub(crate) is_joined: bool,
}

/// The parts of a text between labels, without the labels; the whole text if it has none.
pub(crate) fn between_labels(text: &str) -> Vec<Part<'_>> {
    let words: Vec<Word<'_>> = words(text).collect();
    let (mut parts, mut start, mut at): (Vec<Range<usize>>, _, _) = (Vec::new(), 0, 0);
    let mut joints = Vec::new();
    while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
        if at > start && words.get(at - 1).is_some_and(|before| before.has_colon) {
            parts.push(start..at);
            start = at;
        }
        match Label::at_beginning(rest, at == start) {
            Some(label) if label.kind == Kind::Joint => {
                joints.push(at..at + label.words.len());
                at += label.words.len();
            }
            Some(label) => {
                parts.push(start..at);
                at += label.words.len();
                start = at;
            }
            None => at += 1,
        }
    }
    parts.push(start..words.len());
    let part_of = |words: &[Word<'_>], is_joined: bool| {
        let text = text.get(words.first()?.start..words.last()?.end)?;
        Some(Part { text: text.trim_end_matches([',', ':']), is_joined })
    };
    let parts = parts.into_iter().flat_map(|part| {
        // "Studies and Research Centre" is also one name.
        let people = people(&part, &joints).into_iter().map(|person| (person, true));
        std::iter::once((part, false)).chain(people)
    });
    parts.filter_map(|(part, is_joined)| part_of(words.get(part)?, is_joined)).collect()
}

/// The names in a part that are joined by words such as "and", if each may be a person's name.
fn people(part: &Range<usize>, joints: &[Range<usize>]) -> Vec<Range<usize>> {
    let inside = joints.iter().filter(|joint| part.start <= joint.start && joint.end <= part.end);
    let (mut people, mut start) = (Vec::new(), part.start);
    for joint in inside {
        people.push(start..joint.start);
        start = joint.end;
    }
    people.push(start..part.end);
    if people.len() < 2 || people.iter().any(|person| person.len() < WORDS_OF_PERSON) {
        people.clear();
    }
    people
}

/// A word of a text, and where it stands.
pub(crate) struct Word<'a> {
    start: usize,
    pub(crate) end: usize,
    /// The word without signs around it.
    pub(crate) text: &'a str,
    /// Whether a colon ends it, as it ends the name of a field ("Name: Ivo Roe").
    has_colon: bool,
}

/// The words of a text.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut end = 0;
    text.split_whitespace().map(move |word| {
        let rest = text.get(end..).unwrap_or_default();
        let start = end + rest.find(word).unwrap_or_default();
        end = start + word.len();
        Word {
            start,
            end,
            text: word.trim_matches([':', ',', '.']),
            has_colon: word.ends_with([':', '：']),
        }
    })
}

impl Label {
    /// The longest label with which words begin.
    fn at_beginning(words: &[Word<'_>], is_beginning: bool) -> Option<&'static Self> {
        let first = letters(words.first()?.text).next()?;
        LABELS.get(&first)?.iter().find(|label| label.begins(words, is_beginning))
    }

    /// Whether words begin with it.
    fn begins(&self, words: &[Word<'_>], is_beginning: bool) -> bool {
        let is_in_place = match self.kind {
            Kind::Address => is_beginning,
            Kind::Ending => !is_beginning && words.len() == self.words.len(),
            Kind::Between | Kind::Joint => true,
        };
        is_in_place
            && words.len() >= self.words.len()
            && self.words.iter().zip(words).all(|(own, word)| own.chars().eq(letters(word.text)))
    }
}

/// The letters of a word as the table writes them: in lower case, without dots.
fn letters(word: &str) -> impl Iterator<Item = char> {
    word.chars().filter(|letter| *letter != '.').flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<&str> {
        between_labels(text).iter().map(|part| part.text).collect()
    }

    #[test]
    fn labels_stand_between_names_or_before_one() {
        for (text, expected) in [
            ("Ivo Roe a.k.a. Yvo Rowe", &["Ivo Roe", "Yvo Rowe"][..]),
            ("Roe Holdings DBA Heron", &["Roe Holdings", "Heron"]),
            ("Roe Holdings doing business as Heron", &["Roe Holdings", "Heron"]),
            ("c/o Ivo Roe", &["Ivo Roe"]),
            ("Attn: Ivo Roe", &["Ivo Roe"]),
            ("formerly known as Heron", &["Heron"]),
            ("Heron Trading – Account 001", &["Heron Trading", "Account 001"]),
            ("Mr. Ivo Roe", &["Ivo Roe"]),
            ("M/s Heron", &["Heron"]),
            ("Mr Ivo Roe c/o Mrs Ada Rowe", &["Ivo Roe", "Ada Rowe"]),
            ("Ivo Roe, Mr.", &["Ivo Roe"]),
            ("Ivo Roe Esq.", &["Ivo Roe"]),
            ("Ivo Roe et al.", &["Ivo Roe"]),
            ("Ivo Roe, DOB 1965-04-25", &["Ivo Roe", "1965-04-25"]),
            ("Ivo Roe @ Ville", &["Ivo Roe", "Ville"]),
            ("Full name: Ivo Roe", &["Ivo Roe"]),
            ("Debtor: Ivo Roe", &["Debtor", "Ivo Roe"]),
            ("Payment to Ivo Roe", &["Ivo Roe"]),
            ("Customer 12345 Ivo Roe", &["12345 Ivo Roe"]),
            ("Ivo Roe & Ada Rowe", &["Ivo Roe & Ada Rowe", "Ivo Roe", "Ada Rowe"]),
            (
                "Ivo Roe and Ada Rowe dba Heron",
                &["Ivo Roe and Ada Rowe", "Ivo Roe", "Ada Rowe", "Heron"],
            ),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    #[test]
    fn words_that_only_look_like_labels_separate_nothing() {
        for text in [
            "Jean-Pierre Roe",
            "Akaki Roe",
            "Ivo Mr Roe",
            "Esq Ivo",
            "To Van Roe",
            "Roe and Sons",
            "Ivo and Ada Roe",
            "Roe TA Heron",
            "Roe",
        ] {
            assert_eq!(parts(text), [text]);
        }
        let is_joined = |text| between_labels(text).iter().map(|part| part.is_joined).collect();
        let joined: [Vec<bool>; 2] = ["Ivo Roe & Ada Rowe", "Ivo Roe c/o Roe & Co"].map(is_joined);
        assert_eq!(joined, [vec![false, true, true], vec![false, false]]);
        assert_eq!(parts(""), [""; 0]);
        assert_eq!(parts("aka - Mr"), [""; 0]);
    }

    #[test]
    fn the_table_has_every_kind_and_no_form_twice() {
        let labels: Vec<&Label> = LABELS.values().flatten().collect();
        let mut forms: Vec<_> = labels
            .iter()
            .map(|label| format!("{} {:?}", label.words.join(" "), label.kind))
            .collect();
        let count = forms.len();
        forms.sort();
        forms.dedup();
        assert_eq!(forms.len(), count);
        for kind in [Kind::Between, Kind::Address, Kind::Ending, Kind::Joint] {
            assert!(labels.iter().any(|label| label.kind == kind), "{kind:?}");
        }
        assert!(
            labels
                .iter()
                .flat_map(|label| &label.words)
                .all(|word| { *word == word.to_lowercase() && !word.contains('.') })
        );
    }
}
