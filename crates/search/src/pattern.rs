//! Words with wildcards.

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// These letters.
    Literal(String),
    /// `?`: any letter.
    One,
    /// `*`: any letters, perhaps none.
    Any,
}

/// A word with wildcards, as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Pattern {
    parts: Vec<Part>,
}

impl Pattern {
    /// A pattern of parts; adjacent literals and repeated `*` become one.
    pub(crate) fn new(parts: impl IntoIterator<Item = Part>) -> Self {
        let mut pattern = Self::default();
        for part in parts {
            match (pattern.parts.last_mut(), part) {
                (Some(Part::Literal(text)), Part::Literal(more)) => text.push_str(&more),
                (Some(Part::Any), Part::Any) => {}
                (_, part) => pattern.parts.push(part),
            }
        }
        pattern
    }

    /// A pattern of everything that begins with a text.
    pub(crate) fn prefix(text: &str) -> Self {
        Self::new([Part::Literal(text.to_owned()), Part::Any])
    }

    /// The pattern with its letters folded in the way of a field.
    pub(crate) fn fold(&self, fold: impl Fn(&str) -> String) -> FoldedPattern {
        let mut letters = Vec::new();
        for part in &self.parts {
            match part {
                Part::Literal(text) => letters.extend(fold(text).chars().map(Letter::This)),
                Part::One => letters.push(Letter::One),
                Part::Any => letters.push(Letter::Any),
            }
        }
        FoldedPattern { letters }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Letter {
    This(char),
    One,
    Any,
}

/// A pattern to match folded values with.
#[derive(Debug, Clone)]
pub(crate) struct FoldedPattern {
    letters: Vec<Letter>,
}

impl FoldedPattern {
    /// The letters before the first wildcard.
    pub(crate) fn fixed_prefix(&self) -> String {
        let fixed = self.letters.iter().map_while(|letter| match letter {
            Letter::This(letter) => Some(*letter),
            Letter::One | Letter::Any => None,
        });
        fixed.collect()
    }

    /// Whether everything that begins with the fixed prefix matches.
    pub(crate) fn is_prefix(&self) -> bool {
        let wildcards = self.letters.iter().filter(|l| !matches!(l, Letter::This(_))).count();
        wildcards == 1 && self.letters.last() == Some(&Letter::Any)
    }

    /// Number of letters and wildcards.
    pub(crate) fn len(&self) -> usize {
        self.letters.len()
    }

    /// Whether a text matches as a whole. Greedy with one point of return: after the last `*` a mismatch
    /// lets that `*` take one letter more; earlier ones never have to change. At worst the product of
    /// the two lengths.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let (mut at, mut rest) = (0, text.chars());
        let mut resume: Option<(usize, std::str::Chars<'_>)> = None;
        loop {
            let before = rest.clone();
            match (self.letters.get(at), rest.next()) {
                (Some(Letter::Any), _) => {
                    at += 1;
                    resume = Some((at, before.clone()));
                    rest = before;
                    continue;
                }
                (Some(Letter::One), Some(_)) => {
                    at += 1;
                    continue;
                }
                (Some(Letter::This(wanted)), Some(found)) if *wanted == found => {
                    at += 1;
                    continue;
                }
                (None, None) => return true,
                _ => {}
            }
            let Some((after_any, mut from)) = resume.take() else { return false };
            if from.next().is_none() {
                return false;
            }
            (at, rest) = (after_any, from.clone());
            resume = Some((after_any, from));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pattern(text: &str) -> FoldedPattern {
        let part = |letter| match letter {
            '*' => Part::Any,
            '?' => Part::One,
            letter => Part::Literal(String::from(letter)),
        };
        Pattern::new(text.chars().map(part)).fold(str::to_owned)
    }

    #[test]
    fn wildcards_stand_for_one_letter_or_any_number() {
        for (wildcards, text, expected) in [
            ("za?harov", "zakharov", true),
            ("za?harov", "zaharov", false),
            ("*kharov", "zakharov", true),
            ("*a*a*v", "zakharov", true),
            ("*a*a*a*", "zakharov", false),
            ("zakhar*", "zakhar", true),
            ("zakhar?", "zakhar", false),
            ("*", "", true),
            ("?", "", false),
            ("ж*в", "жуков", true),
        ] {
            assert_eq!(pattern(wildcards).matches(text), expected, "{wildcards} {text}");
        }
        assert!(pattern("ab*").is_prefix() && !pattern("a?*").is_prefix());
        assert_eq!(pattern("ab?c").fixed_prefix(), "ab");
    }

    fn matches_slowly(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, rest) => rest.is_none(),
            (Some(('*', after)), rest) => {
                matches_slowly(after, text)
                    || rest.is_some_and(|(_, rest)| matches_slowly(pattern, rest))
            }
            (Some((wanted, after)), Some((found, rest))) => {
                (*wanted == '?' || wanted == found) && matches_slowly(after, rest)
            }
            (Some(_), None) => false,
        }
    }

    proptest! {
        #[test]
        fn matching_equals_trying_everything(wildcards in "[ab*?]{0,8}", text in "[ab]{0,8}") {
            let letters = |text: &str| text.chars().collect::<Vec<_>>();
            let expected = matches_slowly(&letters(&wildcards), &letters(&text));
            prop_assert_eq!(pattern(&wildcards).matches(&text), expected);
        }
    }
}
