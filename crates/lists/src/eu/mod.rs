//! The European Union's consolidated list of financial sanctions, XML 1.1.

mod details;
mod record;

use std::io::BufRead;

use crate::draft::{ListFacts, Run};
use crate::xml::{XmlFormat, XmlRecords};
use crate::{Budget, Counts, ListHeader, ReadError, Sink};

static FORMAT: XmlFormat =
    XmlFormat { expected: "the EU full list (XML 1.1)", roots: &["export"], containers: &[] };

/// Reads the list. Its version is the day on which the file was made.
pub(crate) fn read_eu(
    input: &mut dyn BufRead,
    file_name: &str,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(ListHeader, Counts), ReadError> {
    let mut records = XmlRecords::open(input, file_name, budget, &FORMAT)?;
    let facts = ListFacts {
        dataset: Run::dataset("eu_fsf"),
        authority: "Council of the European Union",
        country: "eu",
    };
    let mut run = Run::new(facts, file_name, sink);
    let generated = records.root().attribute("generationDate").unwrap_or_default();
    let version = generated.split('T').next().unwrap_or_default().to_owned();
    run.set_version(&version);
    while let Some(element) = records.next_record()? {
        let reference = element.attribute("euReferenceNumber").unwrap_or_default();
        run.problems(records.take_problems(), Some(reference));
        if element.name() != "sanctionEntity" {
            let what = format!("a record <{}>, which this list does not have", element.name());
            run.unreadable(what, element.text(), Some(element.line()));
            continue;
        }
        let id = format!("eu-fsf-{}", reference.to_lowercase().replace('.', "-"));
        if let Some(mut draft) = run.draft(reference, &id, Some(element.line())) {
            record::read_record(&element, &mut draft);
            run.emit(draft);
        }
    }
    run.problems(records.take_problems(), None);
    Ok((ListHeader { version }, run.finish(FORMAT.expected)?))
}

#[cfg(test)]
mod tests;
