//! The result of a comparison, readable by people and by programs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};

/// Why two parts were aligned, or how they differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The whole names are equal, letter for letter.
    Equal,
    /// The same letters.
    Same,
    /// The same sounds under some spelling convention.
    Sounds,
    /// Forms of one given name (Vladimir, Volodymyr).
    GivenName,
    /// A pet form (Bill, William).
    Nickname,
    /// An initial and a name that starts with it.
    Initial,
    /// Words written together on one side.
    Joined,
    /// The same Korean syllables.
    Korean,
    /// The same Chinese syllables.
    Chinese,
    /// The same Cantonese syllables.
    Cantonese,
    /// Readings of the same characters in two languages.
    CoReading,
    /// The same Japanese name.
    Japanese,
    /// The same organisation term in another language or short form.
    Term,
    /// The same or a comparable legal form.
    LegalForm,
    /// The same country or people.
    Territory,
    /// The same number.
    Number,
    /// The first letters of the other side's words.
    Acronym,
    /// A part that only one side has.
    Extra,
    /// A part without counterpart while the other side has such a part too.
    Differs,
}

/// One line of an explanation.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema, Deserialize)]
pub struct Part {
    /// Text of the first name; empty when only the other side has the part.
    pub left: String,
    /// Text of the second name.
    pub right: String,
    /// Similarity in [0, 1], written with at most four digits.
    #[serde(serialize_with = "four_digits")]
    pub similarity: f64,
    /// Weight in the score, written with at most four digits.
    #[serde(serialize_with = "four_digits")]
    pub weight: f64,
    /// The rule that aligned the two.
    pub rule: Rule,
    /// The shared reading or the difference, where the rule reports one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// A reason that limits a score.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, JsonSchema, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cap {
    /// Only one part of a longer name is shared.
    SinglePart,
    /// Two patronymics that differ: father and son, or strangers.
    Patronymic,
    /// One name has a further given name in front: a child of the other.
    LeadingName,
    /// Given name and father's name are exchanged.
    FatherAndSon,
    /// Numbers differ.
    Numbers,
    /// A known pair of different names.
    DistinctNames,
    /// Both have a given name in front and they differ.
    GivenName,
    /// Only common words are shared.
    OnlyCommonWords,
    /// The shared parts are common, and one of them is only similar.
    CommonAndAlike,
    /// Readings in different languages: weak evidence.
    WeakReading,
    /// Different syllables.
    Syllable,
    /// Characters that only sound alike.
    Homophones,
    /// Only an acronym is shared.
    Acronym,
    /// The kinds of the bearers are not known to be the same, and the names do not match in whole.
    PossibleKind,
    /// The kinds of the bearers are not known to be the same: ranked below names of the likely kind.
    UnstatedKind,
}

impl Cap {
    /// A sentence for a reader.
    pub fn text(self) -> &'static str {
        match self {
            Cap::SinglePart => "only one part of a longer name is shared",
            Cap::Patronymic => "the patronymics differ: father and son, or strangers",
            Cap::LeadingName => {
                "one name has a further given name in front: it reads as a child of the other"
            }
            Cap::FatherAndSon => "given name and father's name are exchanged",
            Cap::Numbers => "the numbers differ",
            Cap::DistinctNames => "a known pair of different names",
            Cap::GivenName => "the given names differ",
            Cap::CommonAndAlike => "what is shared is common, and one part of it is merely alike",
            Cap::OnlyCommonWords => "only common words are shared",
            Cap::WeakReading => "readings in different languages are weak evidence",
            Cap::Syllable => "a syllable differs: another person",
            Cap::Homophones => "different characters that sound alike",
            Cap::Acronym => "only an acronym is shared",
            Cap::UnstatedKind => "nothing says that the bearer is of that kind",
            Cap::PossibleKind => {
                "the bearer may be of another kind, and the names do not match in whole"
            }
        }
    }
}

/// A comparison of two names with its reasons.
#[derive(Clone, PartialEq, Debug, Serialize, JsonSchema, Deserialize)]
pub struct Comparison {
    /// The score in [0, 1], written with at most four digits. 0.7 is a sensible threshold; a name alone
    /// never reaches 1.
    #[serde(serialize_with = "four_digits")]
    pub score: f64,
    /// Aligned parts, then the parts that only one side has.
    pub parts: Vec<Part>,
    /// The caps that lowered the score, each with its ceiling, written with at most four digits.
    #[serde(serialize_with = "ceilings")]
    pub caps: Vec<(Cap, f64)>,
    /// Rarity of the shared parts, in [0, 1], written with at most four digits.
    #[serde(serialize_with = "four_digits")]
    pub rarity: f64,
    /// Notes on either text, and the reason when there was no comparison.
    pub notes: Vec<String>,
}

/// A number cut to four digits, as scores are. `interdict_model::four_digits` is the same; this crate
/// depends on no other, and a test in `interdict_screen` compares the two.
fn cut(value: f64) -> f64 {
    (value * 1e4 + 1e-6_f64.copysign(value)).trunc() / 1e4 + 0.0
}

fn four_digits<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(cut(*value))
}

fn ceilings<S: Serializer>(caps: &[(Cap, f64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(caps.iter().map(|(cap, ceiling)| (cap, cut(*ceiling))))
}

impl Comparison {
    /// The comparison as lines of text.
    pub fn render_text(&self) -> String {
        use std::fmt::Write;
        let mut text = String::new();
        let _ = writeln!(text, "score {:.3}", self.score);
        for part in &self.parts {
            let (left, right) = (or_dash(&part.left), or_dash(&part.right));
            let _ = write!(
                text,
                "  {left} ~ {right}  {}, similarity {:.2}, weight {:.2}",
                part.rule.text(),
                part.similarity,
                part.weight
            );
            let _ = if part.detail.is_empty() {
                writeln!(text)
            } else {
                writeln!(text, "; {}", part.detail)
            };
        }
        for (cap, ceiling) in &self.caps {
            let _ = writeln!(text, "  at most {ceiling:.2}: {}", cap.text());
        }
        let _ = writeln!(text, "  rarity of what is shared: {:.2} (0 common, 1 rare)", self.rarity);
        for note in &self.notes {
            let _ = writeln!(text, "  note: {note}");
        }
        text
    }
}

fn or_dash(text: &str) -> &str {
    if text.is_empty() { "-" } else { text }
}

impl Rule {
    /// A few words for a reader.
    pub fn text(self) -> &'static str {
        match self {
            Rule::Equal => "the same name",
            Rule::Same => "same letters",
            Rule::Sounds => "same sounds",
            Rule::GivenName => "forms of one given name",
            Rule::Nickname => "pet form",
            Rule::Initial => "initial",
            Rule::Joined => "written together",
            Rule::Korean => "same Korean syllables",
            Rule::Chinese => "same Chinese syllables",
            Rule::Cantonese => "same Cantonese syllables",
            Rule::CoReading => "readings of the same characters",
            Rule::Japanese => "same Japanese name",
            Rule::Term => "same term",
            Rule::LegalForm => "legal form",
            Rule::Territory => "same territory",
            Rule::Number => "same number",
            Rule::Acronym => "acronym",
            Rule::Extra => "only on one side",
            Rule::Differs => "differ",
        }
    }
}
