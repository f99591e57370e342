//! Parameters of a request's URL, checked as FastAPI checks them: all faults are reported at once.

use serde_json::{Value, json};

use crate::error::{ApiError, ValueError};

/// The forms of a point in time.
pub(crate) const MOMENT: &str = r"^\d{4}-\d{2}-\d{2}(T\d{2}(:\d{2}(:\d{2})?)?)?$";

/// The parameters of a URL, in their order.
#[derive(Debug, Default)]
pub(crate) struct Params {
    values: Vec<(String, String)>,
    errors: Vec<Value>,
}

impl Params {
    /// Reads a query string or a form.
    pub(crate) fn parse(text: &[u8]) -> Self {
        Self { values: form_urlencoded::parse(text).into_owned().collect(), errors: Vec::new() }
    }

    /// Parameters that are parsed already.
    pub(crate) fn of(values: Vec<(String, String)>) -> Self {
        Self { values, errors: Vec::new() }
    }

    /// Checks that there are no others than these: a misspelt parameter would otherwise be ignored without notice.
    ///
    /// # Errors
    /// 422, with the first that is unknown.
    pub(crate) fn only(&self, names: &[&str]) -> Result<(), ApiError> {
        match self.values.iter().find(|(known, _)| !names.contains(&known.as_str())) {
            Some((unknown, _)) => {
                let unknown: String = unknown.chars().take(60).collect();
                Err(ApiError::Shape(format!("{unknown}: no parameter of this address")))
            }
            None => Ok(()),
        }
    }

    /// The value of a parameter; the last one if it is repeated.
    pub(crate) fn last(&self, name: &str) -> Option<&str> {
        self.values.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All values of a repeatable parameter.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let values = self.values.iter().filter(|(known, _)| known == name);
        values.map(|(_, value)| value.clone()).collect()
    }

    /// An integer, at most the limit.
    pub(crate) fn integer(&mut self, name: &str, default: i64, most: i64) -> i64 {
        let Some(text) = self.last(name) else { return default };
        match text.trim().parse::<i64>() {
            Ok(number) if number > most => {
                let message = format!("Input should be less than or equal to {most}");
                let error = ValueError::new("less_than_equal", &["query", name], message);
                self.fail(error.with_input(text).with_context(json!({ "le": most })));
                default
            }
            Ok(number) => number,
            Err(_) => {
                let message =
                    "Input should be a valid integer, unable to parse string as an integer";
                self.fail(
                    ValueError::new("int_parsing", &["query", name], message).with_input(text),
                );
                default
            }
        }
    }

    /// A number.
    pub(crate) fn number(&mut self, name: &str, default: f64) -> f64 {
        let Some(text) = self.last(name) else { return default };
        match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => number,
            _ => {
                let message = "Input should be a valid number, unable to parse string as a number";
                self.fail(
                    ValueError::new("float_parsing", &["query", name], message).with_input(text),
                );
                default
            }
        }
    }

    /// A Boolean, in the usual words.
    pub(crate) fn boolean(&mut self, name: &str, default: bool) -> bool {
        let Some(text) = self.last(name) else { return default };
        match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" | "t" | "y" => true,
            "false" | "0" | "no" | "off" | "f" | "n" => false,
            _ => {
                let message = "Input should be a valid boolean, unable to interpret input";
                self.fail(
                    ValueError::new("bool_parsing", &["query", name], message).with_input(text),
                );
                default
            }
        }
    }

    /// One of the choices; the first is the default.
    pub(crate) fn choice(&mut self, name: &str, choices: &[&'static str]) -> &'static str {
        let default = choices.first().copied().unwrap_or_default();
        let Some(text) = self.last(name) else { return default };
        match choices.iter().find(|choice| **choice == text) {
            Some(choice) => choice,
            None => {
                let error = not_a_choice(&["query", name], text, choices);
                self.fail(error);
                default
            }
        }
    }

    /// The values of a parameter, each of them one of the choices; the default if it is absent.
    pub(crate) fn choices(
        &mut self,
        name: &str,
        choices: &[&str],
        default: &[&str],
    ) -> Vec<String> {
        let given = self.all(name);
        if given.is_empty() {
            return default.iter().map(|choice| (*choice).to_owned()).collect();
        }
        for (at, text) in given.iter().enumerate() {
            if !choices.contains(&text.as_str()) {
                let mut error = not_a_choice(&["query", name], text, choices);
                error.place.push(at.into());
                self.fail(error);
            }
        }
        given
    }

    /// A point in time: `YYYY-MM-DD`, with `THH`, `THH:MM` or `THH:MM:SS` behind it if needed.
    pub(crate) fn moment(&mut self, name: &str) -> Option<String> {
        let text = self.last(name)?.to_owned();
        if is_moment(&text) {
            return Some(text);
        }
        let message = format!("String should match pattern '{MOMENT}'");
        let error = ValueError::new("string_pattern_mismatch", &["query", name], message);
        self.fail(error.with_input(text).with_context(json!({ "pattern": MOMENT })));
        None
    }

    /// All values of a repeatable parameter, up to a number.
    pub(crate) fn at_most(&mut self, name: &str, most: usize) -> Vec<String> {
        let given = self.all(name);
        if given.len() > most {
            let actual = given.len();
            let message =
                format!("List should have at most {most} items after validation, not {actual}");
            let context =
                json!({ "field_type": "List", "max_length": most, "actual_length": actual });
            let error = ValueError::new("too_long", &["query", name], message);
            self.fail(error.with_input(given.clone()).with_context(context));
        }
        given
    }

    fn fail(&mut self, error: ValueError) {
        self.errors.push(error.into_json());
    }

    /// Ends the checks: an error if a value was invalid.
    pub(crate) fn checked(self) -> Result<Self, ApiError> {
        if self.errors.is_empty() { Ok(self) } else { Err(ApiError::Validation(self.errors)) }
    }
}

fn not_a_choice(place: &[&str], text: &str, choices: &[&str]) -> ValueError {
    let quoted: Vec<String> = choices.iter().map(|choice| format!("'{choice}'")).collect();
    let expected = match quoted.split_last() {
        Some((last, front)) if !front.is_empty() => format!("{} or {last}", front.join(", ")),
        _ => quoted.concat(),
    };
    ValueError::new("enum", place, format!("Input should be {expected}"))
        .with_input(text)
        .with_context(json!({ "expected": expected }))
}

fn is_moment(text: &str) -> bool {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    ["0000-00-00", "0000-00-00T00", "0000-00-00T00:00", "0000-00-00T00:00:00"]
        .contains(&shape.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(params: Params) -> Vec<Value> {
        match params.checked() {
            Err(ApiError::Validation(errors)) => errors,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn values_are_read_and_the_last_of_several_counts() {
        let mut params =
            Params::parse(b"limit=3&limit=7&nested=OFF&q=a%20b+c&threshold=.5&filter_op=AND");
        assert_eq!(params.integer("limit", 5, 500), 7);
        assert!(!params.boolean("nested", true));
        assert_eq!(params.last("q"), Some("a b c"));
        assert!((params.number("threshold", 0.7) - 0.5).abs() < 1e-9);
        assert_eq!(params.choice("filter_op", &["OR", "AND"]), "AND");
        assert_eq!(params.integer("offset", 0, 9_499), 0);
        assert!(params.checked().is_ok());
    }

    #[test]
    fn every_fault_is_reported_with_its_place() {
        let mut params = Params::parse(
            b"limit=501&offset=x&threshold=nan&nested=maybe&filter_op=and&changed_since=2026&facets=x&e=1&e=2",
        );
        params.integer("limit", 5, 500);
        params.integer("offset", 0, 9_499);
        params.number("threshold", 0.7);
        params.boolean("nested", true);
        params.choice("filter_op", &["OR", "AND"]);
        params.moment("changed_since");
        params.choices("facets", &["topics"], &[]);
        params.at_most("e", 1);
        let kinds: Vec<String> =
            errors(params).iter().map(|error| error["type"].as_str().unwrap().to_owned()).collect();
        assert_eq!(
            kinds,
            [
                "less_than_equal",
                "int_parsing",
                "float_parsing",
                "bool_parsing",
                "enum",
                "string_pattern_mismatch",
                "enum",
                "too_long"
            ]
        );
        let mut params = Params::parse(b"limit=501");
        params.integer("limit", 5, 500);
        let error = json!({
            "type": "less_than_equal", "loc": ["query", "limit"], "input": "501",
            "msg": "Input should be less than or equal to 500", "ctx": { "le": 500 },
        });
        assert_eq!(errors(params), [error]);
    }

    #[test]
    fn a_number_and_a_list_may_be_as_large_as_the_limit() {
        let mut params = Params::parse(b"limit=500&e=1&e=2");
        assert_eq!(params.integer("limit", 5, 500), 500);
        assert_eq!(params.at_most("e", 2), ["1", "2"]);
        assert!(params.checked().is_ok());
    }

    #[test]
    fn every_word_for_yes_or_no_is_understood() {
        for (text, expected) in ["true", "1", "yes", "on", "t", "Y"]
            .map(|text| (text, true))
            .into_iter()
            .chain(["false", "0", "no", "off", "f", "N"].map(|text| (text, false)))
        {
            let mut params = Params::parse(format!("nested={text}").as_bytes());
            assert_eq!(params.boolean("nested", !expected), expected, "{text}");
            assert!(params.checked().is_ok(), "{text}");
        }
    }

    #[test]
    fn a_choice_that_there_is_not_is_answered_with_those_that_there_are() {
        let expected = |choices: &[&'static str]| {
            let mut params = Params::parse(b"x=other");
            assert_eq!(params.choice("x", choices), choices.first().copied().unwrap_or_default());
            errors(params)[0]["ctx"]["expected"].as_str().unwrap().to_owned()
        };
        assert_eq!(expected(&["a"]), "'a'");
        assert_eq!(expected(&["a", "b"]), "'a' or 'b'");
        assert_eq!(expected(&["a", "b", "c"]), "'a', 'b' or 'c'");
        let mut params = Params::parse(b"facets=a&facets=z");
        assert_eq!(params.choices("facets", &["a", "b"], &["b"]), ["a", "z"]);
        assert_eq!(params.choices("other", &["a", "b"], &["b"]), ["b"]);
        let errors = errors(params);
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0]["loc"], json!(["query", "facets", 1]));
    }

    #[test]
    fn other_parameters_than_those_of_the_address_are_refused() {
        let params = Params::parse(b"limit=1&offset=2");
        assert!(params.only(&["limit", "offset", "q"]).is_ok());
        let refused = params.only(&["limit"]);
        assert!(matches!(refused, Err(ApiError::Shape(text)) if text.starts_with("offset: ")));
        assert_eq!(Params::of(vec![("a".to_owned(), "b".to_owned())]).last("a"), Some("b"));
    }

    #[test]
    fn a_moment_is_a_day_with_a_time_or_without() {
        for text in ["2026-01-01", "2026-01-01T10", "2026-01-01T10:00", "2026-01-01T10:00:59"] {
            assert!(is_moment(text), "{text}");
        }
        for text in ["2026", "2026-01", "2026-1-1", "2026-01-01 10:00", "2026-01-01T10:00:59Z"] {
            assert!(!is_moment(text), "{text}");
        }
    }
}
