//! The United Nations Security Council's consolidated list, in its XML form.

mod names;
mod record;

use std::io::BufRead;

use crate::draft::{ListFacts, Run};
use crate::xml::{XmlFormat, XmlRecords};
use crate::{Budget, Counts, ListHeader, ReadError, Sink};

static FORMAT: XmlFormat = XmlFormat {
    expected: "the UN consolidated list (XML)",
    roots: &["CONSOLIDATED_LIST"],
    containers: &["INDIVIDUALS", "ENTITIES"],
};

/// Reads the list. Its version is the day on which the file was made.
pub(crate) fn read_un(
    input: &mut dyn BufRead,
    file_name: &str,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(ListHeader, Counts), ReadError> {
    let mut records = XmlRecords::open(input, file_name, budget, &FORMAT)?;
    let facts = ListFacts {
        dataset: Run::dataset("un_sc_sanctions"),
        authority: "United Nations Security Council",
        country: "",
    };
    let mut run = Run::new(facts, file_name, sink);
    let generated = records.root().attribute("dateGenerated").unwrap_or_default();
    let version = generated.split('T').next().unwrap_or_default().to_owned();
    run.set_version(&version);
    while let Some(element) = records.next_record()? {
        let id = element.text_of("DATAID").unwrap_or_default();
        run.problems(records.take_problems(), Some(id));
        if !matches!(element.name(), "INDIVIDUAL" | "ENTITY") {
            let what = format!("a record <{}>, which this list does not have", element.name());
            run.unreadable(what, element.text(), Some(element.line()));
            continue;
        }
        if let Some(mut draft) = run.draft(id, &format!("unsc-{id}"), Some(element.line())) {
            record::read_record(&element, &mut draft);
            run.emit(draft);
        }
    }
    run.problems(records.take_problems(), None);
    Ok((ListHeader { version }, run.finish(FORMAT.expected)?))
}

#[cfg(test)]
mod tests;
