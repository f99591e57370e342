//! One record of a list of one's own, whatever file it comes from.

use std::borrow::Cow;
use std::collections::HashMap;

use interdict_model::wallet::{AssetTag, WrittenWallet, written_wallets};
use interdict_model::{
    Country, DatasetName, Loss, Problem, ProblemCode, PropertyType, Schema, field_values,
};

use super::column_map::{ColumnMap, ListKind};
use super::column_target::ColumnTarget;
use crate::Budget;
use crate::draft::{DocumentKind, DocumentParts, ListWriter, RecordDraft, parse_written_date};

/// One record: its cells with the names of their columns.
pub(super) struct OwnRecord {
    /// The line it begins on, counted from 1.
    pub(super) line: u64,
    /// Column and value; several values of a YAML list come one by one.
    pub(super) cells: Vec<(String, String)>,
    /// Whether a cell may hold several values.
    pub(super) split: bool,
}

/// Turns rows into entities.
pub(super) struct OwnRecordReader<'writer> {
    dataset: String,
    prefix: String,
    map: &'writer ColumnMap,
    most: u64,
    seen: u64,
    /// The meanings of the columns seen so far: looking one up costs more than reading a value.
    targets: HashMap<String, Option<ColumnTarget>>,
    without_id: HashMap<String, u64>,
}

impl<'writer> OwnRecordReader<'writer> {
    pub(super) fn new(dataset: &DatasetName, map: &'writer ColumnMap, budget: &Budget) -> Self {
        Self {
            dataset: dataset.to_string(),
            prefix: dataset.as_str().replace('_', "-"),
            map,
            most: budget.records,
            seen: 0,
            targets: HashMap::new(),
            without_id: HashMap::new(),
        }
    }

    /// Whether one of the columns can identify an entity.
    pub(super) fn identify<'a>(&self, columns: impl IntoIterator<Item = &'a str>) -> bool {
        columns
            .into_iter()
            .any(|column| self.map.target(column).is_some_and(|target| target.identifies()))
    }

    /// Whether the limit on records is reached.
    pub(super) fn is_full(&self) -> bool {
        self.seen >= self.most
    }

    /// The limit on records.
    pub(super) fn most(&self) -> u64 {
        self.most
    }

    /// Takes one record.
    pub(super) fn row(&mut self, row: &OwnRecord, writer: &mut ListWriter<'_>) {
        self.seen += 1;
        let mut cells = Vec::new();
        for (column, value) in &row.cells {
            let target = match self.targets.get(column) {
                Some(target) => target.clone(),
                None => {
                    let target = self.map.target(column);
                    if target.is_none() {
                        writer.problem(unknown_column(column, row.line));
                    }
                    self.targets.insert(column.clone(), target.clone());
                    target
                }
            };
            cells.push((target.unwrap_or(ColumnTarget::Note), column.as_str(), value.trim()));
        }
        cells.retain(|(target, _, value)| !value.is_empty() && *target != ColumnTarget::Ignore);
        if cells.is_empty() {
            return;
        }
        let record = self.record_id(&cells);
        let id = self.entity_id(&record);
        let Some(mut draft) = writer.draft(&record, &id, Some(row.line)) else { return };
        draft.is_sanction = false;
        draft.entity.schema = self.schema(&cells, &mut draft);
        let authority =
            if self.map.authority.is_empty() { &self.dataset } else { &self.map.authority };
        draft.designation.authority.clone_from(authority);
        for (target, column, value) in cells {
            for part in self.parts(&target, value, row.split) {
                read_cell(&target, column, &part, &mut draft);
            }
        }
        self.finish_topics(&mut draft);
        writer.emit(draft);
    }

    fn record_id(&mut self, cells: &[(ColumnTarget, &str, &str)]) -> String {
        let given =
            cells.iter().find(|cell| cell.0 == ColumnTarget::Id).map(|cell| cell.2.to_owned());
        given.unwrap_or_else(|| {
            // A record without an id is identified by its first name; records with the same first
            // name are numbered.
            let name =
                cells.iter().find(|cell| cell.0.identifies()).map_or("unnamed", |cell| cell.2);
            let times = self.without_id.entry(name.to_lowercase()).or_default();
            *times += 1;
            if *times == 1 { name.to_owned() } else { format!("{name} {times}") }
        })
    }

    /// An id has no spaces and a maximum length.
    fn entity_id(&self, record: &str) -> String {
        let own = record.strip_prefix(self.prefix.as_str()).and_then(|rest| rest.strip_prefix('-'));
        let words = own.unwrap_or(record).split(|c: char| c.is_whitespace() || c.is_control());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        format!("{}-{}", self.prefix, words.join("-"))
    }

    fn schema(&self, cells: &[(ColumnTarget, &str, &str)], draft: &mut RecordDraft) -> Schema {
        let written = cells.iter().find(|cell| cell.0 == ColumnTarget::Schema).map(|cell| cell.2);
        let Some(written) = written else {
            let is_person = self.map.schema == Schema::LEGAL_ENTITY
                && cells.iter().any(|(target, ..)| target.is_of_people());
            return if is_person { Schema::PERSON } else { self.map.schema.clone() };
        };
        Schema::of_word(written).unwrap_or_else(|| {
            let what = format!("no known kind of party; read as {}", self.map.schema);
            draft.keep(ProblemCode::ValueUnknown, "Schema", what, written);
            self.map.schema.clone()
        })
    }

    /// The values of one cell. Notes, addresses and other free text may hold the separator.
    fn parts<'a>(&self, target: &ColumnTarget, value: &'a str, split: bool) -> Vec<Cow<'a, str>> {
        let free_text = match target {
            ColumnTarget::Note
            | ColumnTarget::Id
            | ColumnTarget::Schema
            | ColumnTarget::SourceUrl => true,
            ColumnTarget::Property(property) => {
                matches!(*property, "notes" | "address" | "description")
            }
            _ => false,
        };
        if free_text || !split {
            return vec![value.into()];
        }
        if self.map.separator == ColumnMap::USUAL_SEPARATOR {
            return field_values(value);
        }
        let parts = value.split(self.map.separator).map(str::trim);
        parts.filter(|part| !part.is_empty()).map(Cow::Borrowed).collect()
    }

    fn finish_topics(&self, draft: &mut RecordDraft) {
        let topics = draft.entity.values("topics");
        draft.is_sanction = topics.iter().any(|topic| topic == "sanction");
        match self.map.kind {
            ListKind::Watch if topics.is_empty() => draft.add("topics", "poi"),
            ListKind::Allow if !draft.is_sanction => draft.add("topics", "allow"),
            ListKind::Watch | ListKind::Allow => {}
        }
    }
}

fn unknown_column(column: &str, line: u64) -> Problem {
    let what = "the column is not known; its values are kept as notes";
    let problem = Problem::new(ProblemCode::FieldUnknown, Loss::Nothing, what);
    problem.at_line(line).with_text(column)
}

fn read_cell(target: &ColumnTarget, column: &str, value: &str, draft: &mut RecordDraft) {
    let date = || parse_written_date(value);
    match target {
        ColumnTarget::Id | ColumnTarget::Schema | ColumnTarget::Ignore => {}
        ColumnTarget::Note => draft.note(column, value),
        ColumnTarget::Property(property) => read_property(property, value, draft),
        ColumnTarget::Wallet(asset) => read_wallets(asset.as_ref(), value, draft),
        ColumnTarget::Passport => read_document(DocumentKind::Passport, "Passport", value, draft),
        ColumnTarget::IdNumber => read_document(DocumentKind::Identity, column, value, draft),
        ColumnTarget::Programme => draft.programme(value),
        ColumnTarget::Authority => value.clone_into(&mut draft.designation.authority),
        ColumnTarget::Reference => {
            draft.designation.reference = Some(value.to_owned());
            draft.add_to_sanction("authorityId", value);
        }
        ColumnTarget::ListedOn => {
            draft.designation.listed_on = draft.check_date(column, date(), value)
        }
        ColumnTarget::ValidFrom => {
            draft.designation.valid_from = draft.check_date(column, date(), value)
        }
        ColumnTarget::ValidTo => {
            draft.designation.valid_to = draft.check_date(column, date(), value)
        }
        ColumnTarget::SourceUrl => {
            draft.designation.source_url = Some(value.to_owned());
            draft.add("sourceUrl", value);
        }
    }
}

fn read_property(property: &str, value: &str, draft: &mut RecordDraft) {
    let Some(definition) = draft.entity.schema.property(property) else {
        let what = format!("a {} has no {property}; kept as a note", draft.entity.schema);
        draft.keep(ProblemCode::FieldUnknown, property, what, value);
        return;
    };
    match definition.kind {
        PropertyType::Date => draft.date(property, parse_written_date(value), value),
        PropertyType::Country => {
            // Users often write the word for a country's people instead of its name.
            let code = Country::of_word(value).map_or(value, |country| country.code());
            draft.country(property, code);
        }
        PropertyType::Gender => draft.gender(value),
        _ => draft.add(property, value),
    }
}

/// `NUMBER`, or with its country `NUMBER (KP)`.
fn read_document(kind: DocumentKind, label: &str, value: &str, draft: &mut RecordDraft) {
    let with_country = value.strip_suffix(')').and_then(|value| value.rsplit_once('('));
    let country = with_country.and_then(|(_, country)| country.parse::<Country>().ok());
    let number = match (country, with_country) {
        (Some(_), Some((number, _))) => number.trim(),
        _ => value,
    };
    let parts = DocumentParts {
        number: number.to_owned(),
        label: label.to_owned(),
        country,
        ..DocumentParts::default()
    };
    draft.document(kind, &parts);
}

/// Addresses in any form that customer files use, with the asset written beside each.
fn read_wallets(asset: Option<&AssetTag>, value: &str, draft: &mut RecordDraft) {
    for WrittenWallet { asset: written, address } in written_wallets(value) {
        draft.wallet(written.as_ref().or(asset), &address);
    }
}
