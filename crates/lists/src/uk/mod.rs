//! The UK Sanctions List, in its XML form.

mod identity;
mod names;
mod numbers;
mod record;
mod ship;

use std::io::BufRead;

use crate::draft::{ListFacts, Run, parse_day_first};
use crate::xml::{XmlFormat, XmlRecords};
use crate::{Budget, Counts, ListHeader, Loss, Problem, ProblemCode, ReadError, Sink};

static FORMAT: XmlFormat = XmlFormat {
    expected: "the UK Sanctions List (XML)",
    roots: &["Designations"],
    containers: &[],
};

/// Reads the list. Its version is the day on which the file was made.
pub(crate) fn read_uk(
    input: &mut dyn BufRead,
    file_name: &str,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(ListHeader, Counts), ReadError> {
    let mut records = XmlRecords::open(input, file_name, budget, &FORMAT)?;
    let facts = ListFacts {
        dataset: Run::dataset("gb_fcdo_sanctions"),
        authority: "Foreign, Commonwealth and Development Office",
        country: "gb",
    };
    let mut run = Run::new(facts, file_name, sink);
    let mut version = String::new();
    while let Some(element) = records.next_record()? {
        let unique_id = element.text_of("UniqueID").unwrap_or_default();
        run.problems(records.take_problems(), Some(unique_id));
        match element.name() {
            "Designation" => {
                let id = format!("gb-fcdo-{}", unique_id.to_lowercase());
                if let Some(mut draft) = run.draft(unique_id, &id, Some(element.line())) {
                    record::read_record(&element, &mut draft);
                    run.emit(draft);
                }
            }
            "DateGenerated" => {
                version = read_version(element.text(), &mut run);
                run.set_version(&version);
            }
            other => {
                let what = format!("a record <{other}>, which this list does not have");
                run.unreadable(what, element.text(), Some(element.line()));
            }
        }
    }
    run.problems(records.take_problems(), None);
    Ok((ListHeader { version }, run.finish(FORMAT.expected)?))
}

/// The day in ISO order, so that versions sort; the text as it is when it is no day.
fn read_version(text: &str, run: &mut Run<'_>) -> String {
    if let Some(date) = parse_day_first(text.split_whitespace().next().unwrap_or_default()) {
        return date.to_string();
    }
    run.problem(Problem {
        code: ProblemCode::DateUnreadable,
        loss: Loss::Nothing,
        file: String::new(),
        line: None,
        record: None,
        what: "the list's date cannot be read; used as the version as it is".to_owned(),
        text: Problem::cut(text),
    });
    text.to_owned()
}

#[cfg(test)]
mod tests;
