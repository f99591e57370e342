//! OFAC's legacy set of comma-separated files.
//!
//! Rows of the three smaller files belong to rows of the main file by number, and are held in memory
//! until theirs comes by.

use std::collections::HashMap;

use interdict_model::{Loss, Problem, ProblemCode};

use super::csv_rows::{CsvRow, CsvRows, NextRow};
use super::list_context::{ListContext, ReadTotals};
use super::party::{
    Alias, AliasKind, MAX_VALUES, Party, PartyAddress, PartyFact, PartyKind, PartyName,
};
use super::party_writer::PartyWriter;
use super::remarks::parse_remarks;
use crate::recognise::CsvRole;
use crate::{Budget, ListFile, ReadError, SetReport, Sink};

/// OFAC cuts remarks after 1,000 characters. Real remarks that were cut have 1,000, those that were
/// not stay well below; ten characters of slack allow for a change of encoding on the way.
const SUSPICIOUS_LENGTH: usize = 990;

/// The files of one set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CsvSet<'a> {
    pub(crate) primary: &'a ListFile,
    pub(crate) aliases: &'a ListFile,
    pub(crate) addresses: &'a ListFile,
    /// The overflow of remarks that were cut. Cut remarks without it are reported one by one.
    pub(crate) comments: Option<&'a ListFile>,
}

/// Rows of a smaller file by the number that they belong to.
#[derive(Default)]
struct RowsByParty {
    rows: HashMap<String, Vec<CsvRow>>,
    total: usize,
    /// How many records of the main file had been read when the last rows were taken.
    taken_until: u64,
    has_end_mark: bool,
}

impl RowsByParty {
    /// The rows of a record, which is the `record`-th of the main file.
    fn take(&mut self, uid: &str, record: u64) -> Vec<CsvRow> {
        let rows = self.rows.remove(uid).unwrap_or_default();
        if !rows.is_empty() {
            self.taken_until = record;
        }
        rows
    }

    /// Rows that no record took.
    fn orphans(&self) -> usize {
        self.rows.values().map(Vec::len).sum()
    }
}

/// The smaller files of a set.
struct Sides {
    aliases: RowsByParty,
    addresses: RowsByParty,
    comments: RowsByParty,
}

impl Sides {
    fn read(
        set: &CsvSet<'_>,
        budget: &Budget,
        each: &mut dyn FnMut(Result<Party, Problem>),
    ) -> Result<Self, ReadError> {
        let mut side = |file: Option<&ListFile>, role| read_side(file, role, budget, each);
        Ok(Self {
            aliases: side(Some(set.aliases), CsvRole::Aliases)?,
            addresses: side(Some(set.addresses), CsvRole::Addresses)?,
            comments: side(set.comments, CsvRole::Comments)?,
        })
    }

    fn take(&mut self, uid: &str, record: u64) -> PartyRows {
        PartyRows {
            aliases: self.aliases.take(uid, record),
            addresses: self.addresses.take(uid, record),
            comments: self.comments.take(uid, record),
        }
    }

    /// The smaller files that were given, each with its rows.
    fn given<'a>(&'a self, set: &CsvSet<'a>) -> Vec<(&'a ListFile, &'a RowsByParty)> {
        let mut given = vec![(set.aliases, &self.aliases), (set.addresses, &self.addresses)];
        given.extend(set.comments.map(|file| (file, &self.comments)));
        given
    }

    /// The comparison of the files with each other after `records` records of the main file.
    fn report(&self, set: &CsvSet<'_>, (records, main_marked): (u64, bool)) -> SetReport {
        let given = self.given(set);
        let mut marks: Vec<(&str, bool)> =
            given.iter().map(|(file, side)| (file.name.as_str(), side.has_end_mark)).collect();
        marks.insert(0, (set.primary.name.as_str(), main_marked));
        let marked = marks.iter().any(|(_, mark)| *mark);
        let unmarked = marks.iter().filter(|(_, mark)| marked && !mark);
        // The comments belong to about a dozen records anywhere in the list, so the end of their file is no evidence.
        let short = given.iter().take(2).filter_map(|(file, side)| {
            let behind = records.saturating_sub(side.taken_until);
            let is_short = behind >= LEAST_BEHIND && behind * BEHIND_SHARE > records;
            is_short.then(|| (file.name.clone(), behind))
        });
        SetReport {
            cut_remarks: 0,
            orphans: given.iter().map(|(_, side)| side.orphans() as u64).sum(),
            unmarked: unmarked.map(|(name, _)| (*name).to_owned()).collect(),
            short: short.collect(),
        }
    }
}

/// A smaller file ends too early if more than a twentieth of the main file's records come after its last row. All files
/// of a set are in the order of the main file. In those of 2021 and 2026 the last record has both aliases and
/// addresses, and at most 328 of 11,443 records in a row have no alias.
const BEHIND_SHARE: u64 = 20;

/// Fewest records after the last row that count as evidence; half of all entries have no alias.
const LEAST_BEHIND: u64 = 100;

/// Calls `each` with every party of a set; returns the number of records, of those that could not be read, and the
/// comparison of the files with each other.
pub(crate) fn read_parties(
    set: &CsvSet<'_>,
    budget: &Budget,
    each: &mut dyn FnMut(Result<Party, Problem>),
) -> Result<ReadTotals, ReadError> {
    let mut sides = Sides::read(set, budget, each)?;
    let mut rows = CsvRows::open(set.primary, CsvRole::Primary, budget)?;
    let (mut unreadable, mut cut_remarks) = (0, 0);
    loop {
        match rows.next(&mut ProblemForwarder(each))? {
            NextRow::End => break,
            NextRow::Unreadable => unreadable += 1,
            NextRow::Row(row) => {
                let rows_of_party = sides.take(row.field(0).trim(), rows.records());
                let (party, problems) = rows_of_party.join(&row, &set.primary.name);
                let is_cut = |problem: &Problem| problem.code == ProblemCode::RemarksCut;
                cut_remarks += problems.iter().filter(|problem| is_cut(problem)).count() as u64;
                problems.into_iter().for_each(|problem| each(Err(problem)));
                each(Ok(party));
            }
        }
    }
    check_belongs(set.aliases, &sides.aliases)?;
    let report = sides.report(set, (rows.records(), rows.has_end_mark()));
    // If the file of comments is given, remarks that are still cut are cut in the list itself.
    let cut_remarks = if set.comments.is_none() { cut_remarks } else { 0 };
    for (file, side) in sides.given(set) {
        report_orphans(file, side, each);
    }
    let (version, records) = (String::new(), rows.records());
    Ok(ReadTotals { version, records, unreadable, set: SetReport { cut_remarks, ..report } })
}

/// Reads a set and writes its entities.
pub(crate) fn read_csv_set(
    set: &CsvSet<'_>,
    list: &ListContext,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<ReadTotals, ReadError> {
    let mut writer = PartyWriter::new(list, sink);
    let mut refused = 0;
    let totals = read_parties(set, budget, &mut |found| match found {
        Ok(party) => refused += u64::from(!writer.write(party)),
        Err(problem) => writer.sink.problem(problem),
    })?;
    writer.finish();
    Ok(ReadTotals { unreadable: totals.unreadable + refused, ..totals })
}

/// Passes problems on; rows have no entities yet.
struct ProblemForwarder<'a>(&'a mut dyn FnMut(Result<Party, Problem>));

impl Sink for ProblemForwarder<'_> {
    fn entity(&mut self, _: interdict_model::Entity) {}

    fn problem(&mut self, problem: Problem) {
        self.0(Err(problem));
    }
}

fn read_side(
    file: Option<&ListFile>,
    role: CsvRole,
    budget: &Budget,
    each: &mut dyn FnMut(Result<Party, Problem>),
) -> Result<RowsByParty, ReadError> {
    let mut side = RowsByParty::default();
    let Some(file) = file else { return Ok(side) };
    let mut rows = CsvRows::open(file, role, budget)?;
    loop {
        match rows.next(&mut ProblemForwarder(each))? {
            NextRow::End => {
                side.has_end_mark = rows.has_end_mark();
                return Ok(side);
            }
            NextRow::Unreadable => {}
            NextRow::Row(row) => {
                side.total += 1;
                let rows = side.rows.entry(row.field(0).trim().to_owned()).or_default();
                // One more than is used, so that the excess can be seen and reported.
                if rows.len() <= MAX_VALUES {
                    rows.push(row);
                }
            }
        }
    }
}

/// Refuses files of two lists, or of two versions of one: their aliases would be lost without a report.
fn check_belongs(file: &ListFile, left: &RowsByParty) -> Result<(), ReadError> {
    let orphans = left.orphans();
    // A fifth, as for lists that shrink; a handful happens when files are fetched a minute apart.
    if orphans <= 10 || orphans * 5 <= left.total {
        return Ok(());
    }
    Err(ReadError::Format {
        file: file.name.clone(),
        expected: "the aliases of the same list and version as the main file",
        found: format!("{orphans} of {} rows belong to no record of it", left.total),
    })
}

fn report_orphans(
    file: &ListFile,
    side: &RowsByParty,
    each: &mut dyn FnMut(Result<Party, Problem>),
) {
    let mut rows: Vec<&CsvRow> = side.rows.values().flatten().collect();
    rows.sort_by_key(|row| row.line);
    for row in rows {
        let what = "no record of the list has this number, or an earlier one had it";
        let problem = Problem::new(ProblemCode::RowOrphaned, Loss::Value, what).in_file(&file.name);
        let problem = problem.at_line(row.line).in_record(Problem::cut(row.field(0)));
        each(Err(problem.with_text(&row.fields.join(","))));
    }
}

/// The rows of the smaller files that belong to one party.
struct PartyRows {
    aliases: Vec<CsvRow>,
    addresses: Vec<CsvRow>,
    comments: Vec<CsvRow>,
}

impl PartyRows {
    fn join(self, row: &CsvRow, file: &str) -> (Party, Vec<Problem>) {
        let mut problems = Vec::new();
        let uid = row.field(0).trim();
        let mut report = |code, loss, what: &str, text: &str| {
            let problem = Problem::new(code, loss, what).in_file(file).at_line(row.line);
            problems.push(problem.in_record(Problem::cut(uid)).with_text(text));
        };
        let kind = match row.field(2).trim() {
            "individual" => PartyKind::Individual,
            "vessel" => PartyKind::Vessel,
            "aircraft" => PartyKind::Aircraft,
            "" | "entity" => PartyKind::Entity,
            other => {
                report(
                    ProblemCode::ValueUnknown,
                    Loss::Nothing,
                    "an unknown kind of party; it is read as an entity",
                    other,
                );
                PartyKind::Entity
            }
        };
        let mut party = Party::new(uid, kind, PartyName::printed(&tidy(row.field(1)), kind));
        party.line = Some(row.line);
        party.programmes = programmes(row.field(3));
        party.aliases = self.aliases.iter().filter_map(|row| alias(row, kind)).collect();
        party.addresses = self.addresses.iter().map(address).collect();
        party.facts = column_facts(row);
        let (remarks, closed) = joined_remarks(row.field(11), &self.comments);
        if !closed {
            let what = "the remarks are cut at 1,000 characters and no overflow is given; the list's \
                        XML has the rest, and what was cut is missing here";
            let tail = remarks.char_indices().rev().nth(80).map_or(0, |(at, _)| at);
            report(
                ProblemCode::RemarksCut,
                Loss::Value,
                what,
                remarks.get(tail..).unwrap_or_default(),
            );
        }
        add_remarks(&mut party, &remarks, closed);
        (party, problems)
    }
}

/// One space where the list has several: they mean nothing, and XML does not keep them.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Programmes are joined as `A] [B`.
fn programmes(field: &str) -> Vec<String> {
    let field = field.trim().trim_start_matches('[').trim_end_matches(']');
    let parts = field.split("] [").map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

fn alias(row: &CsvRow, kind: PartyKind) -> Option<Alias> {
    let name = PartyName::printed(&tidy(row.field(3)), kind);
    let kind = match row.field(2).trim() {
        "fka" => AliasKind::Fka,
        "nka" => AliasKind::Nka,
        _ => AliasKind::Aka,
    };
    let empty = name.natural().is_empty();
    (!empty).then_some(Alias { name, kind, weak: false })
}

fn address(row: &CsvRow) -> PartyAddress {
    let text = |index| tidy(row.field(index));
    PartyAddress { street: text(2), city: text(3), country: text(4), ..PartyAddress::default() }
}

/// The facts that have columns of their own.
fn column_facts(row: &CsvRow) -> Vec<PartyFact> {
    const COLUMNS: [(usize, &str); 7] = [
        (4, "Title"),
        (5, "Vessel Call Sign"),
        (6, "Vessel Type"),
        (7, "Vessel Tonnage"),
        (8, "Vessel Gross Registered Tonnage"),
        (9, "Vessel Flag"),
        (10, "Vessel Owner"),
    ];
    let fact = |(index, label): (usize, &str)| {
        let value = tidy(row.field(index));
        let found = (!value.is_empty()).then(|| super::clause::column_fact(label, &value));
        found.flatten()
    };
    COLUMNS.into_iter().filter_map(fact).collect()
}

/// Puts the overflow behind the remarks. The flag states whether the text is whole.
fn joined_remarks(remarks: &str, overflow: &[CsvRow]) -> (String, bool) {
    let mut text = remarks.to_owned();
    overflow.iter().for_each(|row| text.push_str(row.field(1)));
    let cut = overflow.is_empty() && remarks.chars().count() >= SUSPICIOUS_LENGTH;
    (text, !cut)
}

/// Reads the remarks. The last clause of a cut remark may be half a passport number or half a wallet
/// address, so it becomes a note and nothing else.
fn add_remarks(party: &mut Party, remarks: &str, closed: bool) {
    let remarks = &tidy(remarks);
    let whole = closed || remarks.ends_with('.');
    if whole {
        party.facts.extend(parse_remarks(remarks, party.kind, true));
        return;
    }
    let cut_at = remarks.rfind("; ").unwrap_or(0);
    let (good, rest) = remarks.split_at(cut_at);
    party.facts.extend(parse_remarks(good, party.kind, false));
    let rest = rest.trim_start_matches("; ");
    party.facts.extend(super::clause::cut_fact(rest));
}
