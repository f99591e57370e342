//! The United Nations Security Council's consolidated list, in its XML form.

mod names;
mod record;

use crate::xml::XmlFormat;
use crate::xml_list::XmlList;
use crate::{Budget, Counts, ListFile, ListHeader, ReadError, Sink};

static LIST: XmlList = XmlList {
    format: XmlFormat {
        expected: "the UN consolidated list (XML)",
        roots: &["CONSOLIDATED_LIST"],
        containers: &["INDIVIDUALS", "ENTITIES"],
    },
    dataset: "un_sc_sanctions",
    authority: "United Nations Security Council",
    country: "",
    version_attribute: Some("dateGenerated"),
    records: &["INDIVIDUAL", "ENTITY"],
    record_id: |element| element.text_of("DATAID").unwrap_or_default(),
    entity_id: |record| format!("unsc-{record}"),
    read_record: record::read_record,
    read_other: |_, _| false,
};

/// Reads the list. Its version is the day on which the file was made.
pub(crate) fn read_un(
    file: &ListFile,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(ListHeader, Counts), ReadError> {
    LIST.read(file, budget, sink)
}

#[cfg(test)]
mod tests;
