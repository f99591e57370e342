//! The UK Sanctions List, in its XML form.

mod identity;
mod names;
mod numbers;
mod record;
mod ship;

use interdict_model::{Loss, Problem, ProblemCode};

use crate::draft::{ListWriter, parse_day_first};
use crate::xml::{Element, XmlFormat};
use crate::xml_list::XmlList;
use crate::{Budget, Counts, ListFile, ListHeader, ReadError, Sink};

static LIST: XmlList = XmlList {
    format: XmlFormat {
        expected: "the UK Sanctions List (XML)",
        roots: &["Designations"],
        containers: &[],
    },
    dataset: "gb_fcdo_sanctions",
    authority: "Foreign, Commonwealth and Development Office",
    country: "gb",
    version_attribute: None,
    records: &["Designation"],
    record_id: |element| element.text_of("UniqueID").unwrap_or_default(),
    entity_id: |record| format!("gb-fcdo-{}", record.to_lowercase()),
    read_record: record::read_record,
    read_other: read_date_generated,
};

/// Reads the list. Its version is the day on which the file was made.
pub(crate) fn read_uk(
    file: &ListFile,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(ListHeader, Counts), ReadError> {
    LIST.read(file, budget, sink)
}

/// Takes the version from the element `DateGenerated`: the day in ISO order, so that versions sort, or
/// the text as it is when it is no date.
fn read_date_generated(element: &Element, writer: &mut ListWriter<'_>) -> bool {
    if element.name() != "DateGenerated" {
        return false;
    }
    let text = element.text();
    match parse_day_first(text.split_whitespace().next().unwrap_or_default()) {
        Some(date) => writer.set_version(&date.to_string()),
        None => {
            let what = "the list's date cannot be read; used as the version as it is";
            let problem = Problem::new(ProblemCode::DateUnreadable, Loss::Nothing, what);
            writer.problem(problem.with_text(text));
            writer.set_version(text);
        }
    }
    true
}

#[cfg(test)]
mod tests;
