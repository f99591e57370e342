//! Comparing values with the bounds of a range.

use std::cmp::Ordering;

use crate::query::{Bound, Range};

/// How the values of a field are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// As folded text.
    Text,
    /// As ISO dates: a bound stands for its whole year, month or day, so that `<=2026-01` includes all of
    /// January.
    Date,
}

impl Order {
    fn compare(self, value: &str, bound: &str) -> Ordering {
        match self {
            Self::Text => value.cmp(bound),
            Self::Date => value.get(..bound.len()).unwrap_or(value).cmp(bound),
        }
    }
}

impl Range {
    /// Whether a value is between the bounds.
    pub(crate) fn contains(&self, value: &str, order: Order) -> bool {
        let is_inside = |bound: &Option<Bound>, wanted: Ordering| {
            bound.as_ref().is_none_or(|bound| {
                let found = order.compare(value, &bound.value);
                found == wanted || bound.is_included && found.is_eq()
            })
        };
        is_inside(&self.from, Ordering::Greater) && is_inside(&self.to, Ordering::Less)
    }

    /// Whether a number is between the bounds; never if a bound is no number.
    pub(crate) fn contains_number(&self, value: u32) -> bool {
        let is_inside = |bound: &Option<Bound>, wanted: Ordering| {
            bound.as_ref().is_none_or(|bound| {
                let number = bound.value.parse::<f64>().ok();
                let found = number.and_then(|number| f64::from(value).partial_cmp(&number));
                found == Some(wanted) || bound.is_included && found == Some(Ordering::Equal)
            })
        };
        is_inside(&self.from, Ordering::Greater) && is_inside(&self.to, Ordering::Less)
    }

    /// The range with its bounds folded as values of a field are.
    pub(crate) fn fold(&self, fold: impl Fn(&str) -> String) -> Self {
        let folded = |bound: &Option<Bound>| {
            let bound = bound.as_ref()?;
            Some(Bound { value: fold(&bound.value), is_included: bound.is_included })
        };
        Self { from: folded(&self.from), to: folded(&self.to) }
    }

    /// Whether both bounds are dates where there are any.
    pub(crate) fn is_of_dates(&self) -> bool {
        [&self.from, &self.to].into_iter().flatten().all(|bound| is_date(&bound.value))
    }
}

/// Whether a folded text is an ISO date or time, perhaps only its beginning: a year, a month, a day, or
/// a time with hour, minute or second.
pub(crate) fn is_date(text: &str) -> bool {
    const SHAPE: &[u8] = b"0000-00-00t00:00:00";
    let is_whole = matches!(text.len(), 4 | 7 | 10 | 13 | 16 | 19);
    let mut pairs = text.bytes().zip(SHAPE);
    is_whole && pairs.all(|(byte, shape)| byte == *shape || *shape == b'0' && byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: Option<(&str, bool)>, to: Option<(&str, bool)>) -> Range {
        let bound = |bound: Option<(&str, bool)>| {
            bound.map(|(value, is_included)| Bound { value: value.to_owned(), is_included })
        };
        Range { from: bound(from), to: bound(to) }
    }

    #[test]
    fn a_date_stands_for_all_of_its_day_month_or_year() {
        for (from, to, expected) in [
            (Some(("2026-01", true)), Some(("2026-01", true)), true),
            (Some(("2026-01", false)), None, false),
            (Some(("2026-01-30", true)), None, true),
            (Some(("2026-02", true)), None, false),
            (None, Some(("2026-01", false)), false),
            (None, Some(("2026-02", false)), true),
            (None, Some(("2026-01-31t10", true)), true),
        ] {
            let found = range(from, to).contains("2026-01-31t10:00:00", Order::Date);
            assert_eq!(found, expected, "{from:?} {to:?}");
        }
        assert!(!range(None, Some(("2026-01", true))).contains("2026-01-31", Order::Text));
    }

    #[test]
    fn numbers_compare_as_numbers_and_words_with_none() {
        assert!(range(Some(("9", false)), Some(("10.5", true))).contains_number(10));
        assert!(!range(Some(("10", false)), None).contains_number(10));
        assert!(!range(Some(("many", true)), None).contains_number(10));
    }

    #[test]
    fn dates_have_digits_in_their_places() {
        for text in ["2026", "2026-01", "2026-01-31", "2026-01-31t10", "2026-01-31t10:00:00"] {
            assert!(is_date(text), "{text}");
        }
        for text in ["", "202", "2026-1", "banana", "2026-01-31 10", "2026-01-31t10:00:00z"] {
            assert!(!is_date(text), "{text}");
        }
    }
}
