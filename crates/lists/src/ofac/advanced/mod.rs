//! `SDN_ADVANCED.XML` and `CONS_ADVANCED.XML`: a file of sections that refer to each other by number.
//!
//! Reference values, locations and documents come before the parties that use them; designations and
//! relations come after. So parties are kept, in the short form of [`Party`], until the end of the
//! file: some two kilobytes each.

mod designations;
mod documents;
mod features;
mod locations;
mod party;
mod party_reader;
mod periods;
mod problem_reporter;
mod references;

use designations::{Designations, ProfileRelations};
use documents::Documents;
use locations::Locations;
use party_reader::PartyReader;
use problem_reporter::{ProblemReporter, record_id};
use references::References;

use interdict_model::{Loss, Problem, ProblemCode};

use super::list_context::{ListContext, ReadTotals};
use super::party::Party;
use super::party_writer::PartyWriter;
use super::schema;
use crate::xml::{Element, XmlFormat, XmlRecords};
use crate::{Budget, ListFile, ReadError, Sink};

static FORMAT: XmlFormat = XmlFormat {
    expected: "an OFAC list (SDN_ADVANCED.XML)",
    roots: &["Sanctions"],
    containers: &[
        "ReferenceValueSets",
        "Locations",
        "IDRegDocuments",
        "DistinctParties",
        "ProfileRelationships",
        "SanctionsEntries",
        "SanctionsEntryLinks",
    ],
};

/// Everything read so far.
#[derive(Default)]
struct Sections {
    version: String,
    references: References,
    locations: Locations,
    documents: Documents,
    parties: Vec<Party>,
    designations: Designations,
    relations: ProfileRelations,
    records: u64,
    unreadable: u64,
}

/// Reads the file and writes its entities.
pub(crate) fn read_advanced_xml(
    file: &ListFile,
    mut list: ListContext,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<ReadTotals, ReadError> {
    let mut input = file.open(budget)?;
    let mut records = XmlRecords::open(&mut *input, &file.name, budget, &FORMAT)?;
    let mut sections = Sections::default();
    while let Some(element) = records.next_record()? {
        let record = record_id(&element);
        for problem in records.take_problems() {
            sink.problem(Problem { record: record.clone(), ..problem });
        }
        sections.take(&element, &mut ProblemReporter { file: &file.name, sink });
    }
    records.take_problems().into_iter().for_each(|problem| sink.problem(problem));
    list.version = std::mem::take(&mut sections.version);
    sections.write(&list, sink);
    let Sections { records, unreadable, .. } = sections;
    Ok(ReadTotals { version: list.version, records, unreadable, ..ReadTotals::default() })
}

impl Sections {
    fn take(&mut self, element: &Element, report: &mut ProblemReporter<'_>) {
        match element.name() {
            "DateOfIssue" => {
                let date = periods::day(element).map(|date| date.to_string());
                self.version = date.unwrap_or_default();
            }
            "Location" => self.locations.add(element, &self.references),
            "IDRegDocument" => self.documents.add(element, &self.references),
            "DistinctParty" => self.take_party(element, report),
            "ProfileRelationship" => self.relations.add(element, &self.references),
            "SanctionsEntry" => self.designations.add(element, &self.references),
            "SanctionsEntryLink" => {}
            name if name.ends_with("Values") => self.references.add(element),
            name => {
                let what = format!("a record <{name}>, which this list does not have");
                report.problem(element, ProblemCode::RecordMalformed, Loss::Value, &what);
            }
        }
    }

    fn take_party(&mut self, element: &Element, report: &mut ProblemReporter<'_>) {
        self.records += 1;
        let mut reader = PartyReader {
            references: &self.references,
            locations: &self.locations,
            documents: &mut self.documents,
            report,
        };
        let before = self.parties.len();
        self.parties.extend(reader.read(element));
        if self.parties.len() == before {
            self.unreadable += 1;
            let what = "a party without a profile; it is left out";
            report.problem(element, ProblemCode::RecordUnusable, Loss::Record, what);
        }
    }

    fn write(&mut self, list: &ListContext, sink: &mut dyn Sink) {
        let mut writer = PartyWriter::new(list, sink);
        let mut schemata = std::collections::HashMap::new();
        for mut party in std::mem::take(&mut self.parties) {
            self.designations.give_to(&mut party);
            schemata.insert(party.uid.clone(), schema::choose(&party));
            self.unreadable += u64::from(!writer.write(party));
        }
        writer.finish();
        self.relations.write(list, &schemata, sink);
        let left = self.designations.problems(&list.file).into_iter();
        left.chain(self.documents.problems(&list.file)).for_each(|problem| sink.problem(problem));
    }
}
