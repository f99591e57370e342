//! The European Union's consolidated list of financial sanctions, XML 1.1.

mod details;
mod parts;
mod record;

use crate::xml::XmlFormat;
use crate::xml_list::XmlList;
use crate::{Budget, Counts, ListFile, ListHeader, ReadError, Sink};

static LIST: XmlList = XmlList {
    format: XmlFormat {
        expected: "the EU full list (XML 1.1)",
        roots: &["export"],
        containers: &[],
    },
    dataset: "eu_fsf",
    authority: "Council of the European Union",
    country: "eu",
    version_attribute: Some("generationDate"),
    records: &["sanctionEntity"],
    record_id: |element| element.attribute("euReferenceNumber").unwrap_or_default(),
    entity_id: |record| format!("eu-fsf-{}", record.to_lowercase().replace('.', "-")),
    read_record: record::read_record,
    read_other: |_, _| false,
};

/// Reads the list. Its version is the day on which the file was made.
pub(crate) fn read_eu(
    file: &ListFile,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(ListHeader, Counts), ReadError> {
    LIST.read(file, budget, sink)
}

#[cfg(test)]
mod tests;
