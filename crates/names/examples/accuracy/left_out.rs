//! Classifies why an alias is not found by the other names of its bearer.

use interdict_names::{Cap, Comparison, NameKind, Part, Rule};

/// Minimum score of a near miss, which a slightly lower threshold would find.
const NEAR: f64 = 0.6;

/// The class of a missed alias, derived from the best comparison with another name of its bearer.
pub fn class_of(best: &Comparison, kind: NameKind) -> &'static str {
    let met: Vec<&Part> = best.parts.iter().filter(|part| part.similarity > 0.0).collect();
    let lone = |pick: fn(&Part) -> &String| {
        let named = |part: &&Part| part.rule != Rule::Number && !pick(part).is_empty();
        best.parts.iter().filter(|part| part.similarity == 0.0).filter(named).count()
    };
    let (on_left, on_right) = (lone(|part| &part.left), lone(|part| &part.right));
    let capped = |cap: Cap| best.caps.iter().any(|(held, _)| *held == cap);
    if met.is_empty() {
        return "nothing shared";
    }
    let telling = met.iter().filter(|part| !is_common_word(part, kind)).count();
    match (telling, on_left.min(on_right) > 0) {
        (0, _) => "only common words shared",
        _ if capped(Cap::Syllable) => "a syllable differs",
        _ if capped(Cap::Numbers) => "numbers differ",
        (1, true) => "one part shared, others contradict",
        (1, false) => "one part of a longer name",
        (_, true) => "several parts shared, one contradicts",
        _ if best.score >= NEAR => "all parts of one side met, near miss",
        _ => "all parts of one side met, too little alike",
    }
}

/// Known words of organisations, which distinguish little.
fn is_common_word(part: &Part, kind: NameKind) -> bool {
    kind != NameKind::Person
        && matches!(part.rule, Rule::Term | Rule::LegalForm | Rule::Territory | Rule::Number)
}
