//! Reads an XML list in which every record is one listed party: the lists of the UN, EU and UK.

use std::collections::{BTreeSet, HashSet};

use interdict_model::EntityId;

use crate::draft::{ListProfile, ListWriter, RecordDraft};
use crate::xml::{Element, XmlFormat, XmlRecords};
use crate::{Budget, Counts, ListFile, ListHeader, ReadError, Sink};

/// Most ids whose records are merged: their entities are held in memory until the end. The known versions of the EU's
/// list have some dozens.
const MERGED_IDS: usize = 10_000;

/// What distinguishes one such list from another.
pub(crate) struct XmlList {
    pub(crate) format: XmlFormat,
    /// The dataset's name.
    pub(crate) dataset: &'static str,
    /// Who designates, unless a record states otherwise.
    pub(crate) authority: &'static str,
    /// The authority's country as a code; empty when it has none.
    pub(crate) country: &'static str,
    /// The attribute of the root element that holds the day on which the file was made.
    pub(crate) version_attribute: Option<&'static str>,
    /// The names of the elements that are records of listed parties.
    pub(crate) records: &'static [&'static str],
    /// The record's own id; empty when it has none.
    pub(crate) record_id: fn(&Element) -> &str,
    /// The entity's id, from the record's.
    pub(crate) entity_id: fn(&str) -> String,
    /// Reads all values of a record.
    pub(crate) read_record: fn(&Element, &mut RecordDraft),
    /// Reads an element that is no record; false when the list has no such element.
    pub(crate) read_other: fn(&Element, &mut ListWriter<'_>) -> bool,
}

impl XmlList {
    /// Reads the list.
    pub(crate) fn read(
        &'static self,
        file: &ListFile,
        budget: &Budget,
        sink: &mut dyn Sink,
    ) -> Result<(ListHeader, Counts), ReadError> {
        let repeated = self.repeated_ids(file, budget)?;
        let mut input = file.open(budget)?;
        let mut records = XmlRecords::open(&mut *input, &file.name, budget, &self.format)?;
        let mut writer = ListWriter::new(self.profile(), &file.name, sink);
        writer.merge(repeated);
        if let Some(made) = self.version_attribute.and_then(|name| records.root().attribute(name)) {
            writer.set_version(made.split('T').next().unwrap_or_default());
        }
        while let Some(element) = records.next_record()? {
            writer.problems(records.take_problems(), Some((self.record_id)(&element)));
            self.read_element(&element, &mut writer);
        }
        writer.problems(records.take_problems(), None);
        let version = writer.version().to_owned();
        Ok((ListHeader { version, ..ListHeader::default() }, writer.finish(self.format.expected)?))
    }

    /// The ids that several records have. The file is read an extra time to find them, so that only the entities of
    /// these records, and not the whole list, are held in memory until all their records are read.
    fn repeated_ids(
        &'static self,
        file: &ListFile,
        budget: &Budget,
    ) -> Result<BTreeSet<EntityId>, ReadError> {
        let mut input = file.open(budget)?;
        let mut records = XmlRecords::open(&mut *input, &file.name, budget, &self.format)?;
        let (mut seen, mut repeated) = (HashSet::new(), BTreeSet::new());
        while let Some(element) = records.next_record()? {
            // Problems are reported on the second reading; here they would only fill the memory.
            records.take_problems();
            let record = (self.record_id)(&element);
            let is_record = self.records.contains(&element.name()) && !record.is_empty();
            let Some(id) = is_record.then(|| (self.entity_id)(record).parse().ok()).flatten()
            else {
                continue;
            };
            if seen.contains(&id) && repeated.len() < MERGED_IDS {
                repeated.insert(id);
            } else {
                seen.insert(id);
            }
        }
        Ok(repeated)
    }

    fn profile(&self) -> ListProfile {
        let dataset = self.dataset.parse().expect("the names of the official datasets are valid");
        ListProfile { dataset, authority: self.authority, country: self.country }
    }

    fn read_element(&self, element: &Element, writer: &mut ListWriter<'_>) {
        let line = Some(element.line());
        if self.records.contains(&element.name()) {
            let record = (self.record_id)(element);
            if let Some(mut draft) = writer.draft(record, &(self.entity_id)(record), line) {
                (self.read_record)(element, &mut draft);
                writer.emit(draft);
            }
        } else if !(self.read_other)(element, writer) {
            let what = format!("a record <{}>, which this list does not have", element.name());
            writer.unreadable(what, element.text(), line);
        }
    }
}
