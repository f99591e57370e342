//! Comparing two analysed names: one computation, with or without an explanation.

use crate::assign::{Link, Span};
use crate::equality::equality;
use crate::explain::{Cap, Comparison, Part, Rule};
use crate::name::{Name, name_flag};
use crate::observer::{ComparisonObserver, NoObserver, Side};
use crate::words;
use crate::{object_compare, organisation_compare, person_compare};

/// The score of two names in [0, 1]. Symmetric and deterministic; parses and allocates nothing.
pub fn score(left: &Name, right: &Name) -> f64 {
    let Operands { first, second, .. } = Operands::of(left, right);
    evaluate(first, second, &mut NoObserver)
}

/// The score if it is at least the threshold. This filters the result only: the comparison itself
/// is not cut short.
pub fn score_at_least(left: &Name, right: &Name, threshold: f64) -> Option<f64> {
    let score = score(left, right);
    (score >= threshold).then_some(score)
}

/// The comparison of two names with its reasons. Its score is that of [`score`].
pub fn compare(left: &Name, right: &Name) -> Comparison {
    let Operands { first, second, swapped } = Operands::of(left, right);
    let mut explainer = Explainer::new(first, second);
    let score = evaluate(first, second, &mut explainer);
    let mut notes = Vec::new();
    for name in [left, right] {
        notes.extend(name.problem.map(|problem| format!("{:?}: {}", name.text(), problem.text())));
        notes.extend(name.notes().map(|note| format!("{:?}: {}", name.text(), note.text())));
    }
    let mut parts = explainer.parts;
    if swapped {
        for part in &mut parts {
            std::mem::swap(&mut part.left, &mut part.right);
        }
    }
    Comparison { score, parts, caps: explainer.caps, rarity: explainer.rarity, notes }
}

/// Two names in a fixed order, which makes every score symmetric.
struct Operands<'n> {
    first: &'n Name,
    second: &'n Name,
    swapped: bool,
}

impl<'n> Operands<'n> {
    fn of(left: &'n Name, right: &'n Name) -> Self {
        let key = |name: &Name| (name.tokens.len(), name.units.len(), name.flags);
        if (key(left), &left.text, left.kind) <= (key(right), &right.text, right.kind) {
            Operands { first: left, second: right, swapped: false }
        } else {
            Operands { first: right, second: left, swapped: true }
        }
    }
}

/// The score: by words, or that of equal names if it is higher.
fn evaluate<O: ComparisonObserver>(left: &Name, right: &Name, observer: &mut O) -> f64 {
    let by_words = evaluate_words(left, right, observer);
    let score = equality(left, right).map_or(by_words, |equality| equality.at_least(by_words));
    if score > by_words {
        observer.restart();
        let whole = |name: &Name| Span::all(name.tokens.len());
        let (left, right) = (whole(left), whole(right));
        observer.matched(&Link { left, right, similarity: 1000, rule: Rule::Equal }, 100);
    }
    let ranked = crate::possible_kind::ranked(left, right, score);
    if ranked < score {
        observer.cap(Cap::UnstatedKind, ranked);
    }
    ranked
}

fn evaluate_words<O: ComparisonObserver>(left: &Name, right: &Name, observer: &mut O) -> f64 {
    if !left.is_comparable() || !right.is_comparable() {
        return 0.0;
    }
    if left.is(name_flag::OBJECT) && right.is(name_flag::OBJECT) {
        object_compare::evaluate(left, right, observer)
    } else if left.is(name_flag::ORGANISATION | name_flag::OBJECT)
        || right.is(name_flag::ORGANISATION | name_flag::OBJECT)
    {
        organisation_compare::evaluate(left, right, observer)
    } else {
        person_compare::evaluate(left, right, observer)
    }
}

struct Explainer<'n> {
    left: &'n Name,
    right: &'n Name,
    parts: Vec<Part>,
    caps: Vec<(Cap, f64)>,
    rarity: f64,
}

impl<'n> Explainer<'n> {
    fn new(left: &'n Name, right: &'n Name) -> Self {
        Explainer { left, right, parts: Vec::new(), caps: Vec::new(), rarity: 0.0 }
    }
}

fn label(name: &Name, span: Span) -> String {
    let text = words::working_text(&name.text);
    let tokens = span.tokens(name);
    let start = tokens.iter().map(|token| usize::from(token.text_at)).min().unwrap_or(0);
    let end = tokens
        .iter()
        .map(|token| usize::from(token.text_at) + usize::from(token.text))
        .max()
        .unwrap_or(0);
    text.get(start..end).unwrap_or_default().to_string()
}

impl ComparisonObserver for Explainer<'_> {
    fn matched(&mut self, link: &Link, weight: u32) {
        self.parts.push(Part {
            left: label(self.left, link.left),
            right: label(self.right, link.right),
            similarity: f64::from(link.similarity) / 1000.0,
            weight: f64::from(weight) / 100.0,
            rule: link.rule,
            detail: String::new(),
        });
    }

    fn unmatched(&mut self, side: Side, token: usize, weight: u32, differs: bool) {
        let span = Span::one(token);
        let (left, right) = match side {
            Side::Left => (label(self.left, span), String::new()),
            Side::Right => (String::new(), label(self.right, span)),
        };
        let rule = if differs { Rule::Differs } else { Rule::Extra };
        self.parts.push(Part {
            left,
            right,
            similarity: 0.0,
            weight: f64::from(weight) / 100.0,
            rule,
            detail: String::new(),
        });
    }

    fn cap(&mut self, cap: Cap, ceiling: f64) {
        self.caps.push((cap, ceiling));
    }

    fn rarity(&mut self, rarity: f64) {
        self.rarity = rarity;
    }

    fn detail(&mut self, detail: &dyn Fn() -> String) {
        if let Some(part) = self.parts.last_mut() {
            part.detail = detail();
        }
    }

    fn restart(&mut self) {
        self.parts.clear();
        self.caps.clear();
    }
}
