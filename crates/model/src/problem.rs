//! Problems: values that a reader could not read as expected, and what it did with them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::ProblemCode;

/// Something in a source that could not be read as expected, and what the reader did with it.
///
/// Problems are data, not errors: reading continues, and the problems are counted, shown and compared with a limit. The
/// dataset is not repeated here; it is named by the report that holds the problems.
///
/// ```
/// use interdict_model::{Loss, Problem, ProblemCode};
///
/// let problem = Problem::new(ProblemCode::DateUnreadable, Loss::Nothing, "no date; kept as a note")
///     .in_file("sdn.xml")
///     .at_line(12)
///     .in_record("36")
///     .with_text("31/31/1999");
/// assert_eq!(problem.code.as_str(), "LST110");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Problem {
    /// The kind of problem.
    pub code: ProblemCode,
    /// How much was lost.
    pub loss: Loss,
    /// The file's name.
    pub file: String,
    /// The line, counted from 1, where the format has lines.
    pub line: Option<u64>,
    /// The record's id, where it is known.
    pub record: Option<String>,
    /// What is wrong, and what was done about it.
    pub what: String,
    /// The text at fault, cut to 200 characters.
    pub text: String,
}

/// How much of a record a problem costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// Nothing: the text is kept as a note, or a doubt is reported.
    Nothing,
    /// One value of the record.
    Value,
    /// The whole record. These count towards the limit of unreadable records.
    Record,
}

impl Problem {
    /// A problem without a place.
    pub fn new(code: ProblemCode, loss: Loss, what: impl Into<String>) -> Self {
        let (file, what, text) = (String::new(), what.into(), String::new());
        Self { code, loss, file, line: None, record: None, what, text }
    }

    /// The same problem in that file.
    pub fn in_file(self, file: &str) -> Self {
        Self { file: file.to_owned(), ..self }
    }

    /// The same problem on that line, counted from 1.
    pub fn at_line(self, line: impl Into<Option<u64>>) -> Self {
        Self { line: line.into(), ..self }
    }

    /// The same problem in the record of that id.
    pub fn in_record(self, record: impl Into<String>) -> Self {
        Self { record: Some(record.into()), ..self }
    }

    /// The same problem with the text at fault, which is cut to 200 characters.
    pub fn with_text(self, text: &str) -> Self {
        Self { text: Self::cut(text), ..self }
    }

    /// Cuts a text at fault to 200 characters.
    pub fn cut(text: &str) -> String {
        text.chars().take(200).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_serialises_with_its_place_and_a_bounded_text() {
        let long = "é".repeat(300);
        let problem = Problem::new(ProblemCode::BytesInvalid, Loss::Value, "read as U+FFFD")
            .in_file("a.xml")
            .at_line(7)
            .in_record("R1")
            .with_text(&long);
        assert_eq!(
            serde_json::to_string(&problem).unwrap(),
            format!(
                r#"{{"code":"LST130","loss":"value","file":"a.xml","line":7,"record":"R1","what":"read as U+FFFD","text":"{}"}}"#,
                "é".repeat(200)
            )
        );
    }
}
