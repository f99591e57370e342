//! FollowTheMoney entities as JSON, one on each line: the usual exchange format of sanctions data.
//!
//! Entities come through as they are: every key, every property, known to the vocabulary or not.

mod lines;
mod surrogates;

use std::collections::{BTreeSet, HashSet};
use std::io::{self, BufRead, Write};

use interdict_model::{DatasetName, Entity, Loss, Problem, ProblemCode, Provenance, Schema};

use lines::{JsonLine, JsonLines};

use crate::{Budget, Counts, DistinctIds, ListFile, ListHeader, ReadError, Sink};

const EXPECTED: &str = "FollowTheMoney entities (JSON lines)";

/// Reads a FollowTheMoney export under a dataset's name. A line that cannot be read is reported and
/// skipped. The version is the latest day on which any entity changed.
///
/// # Errors
/// When the first line is no JSON object, no line at all can be read, or the file breaks off.
pub(crate) fn read_ftm(
    input: &mut dyn BufRead,
    file_name: &str,
    (dataset, budget): (&DatasetName, &Budget),
    sink: &mut dyn Sink,
) -> Result<(ListHeader, Counts), ReadError> {
    let mut lines = JsonLines::new(input, file_name, budget);
    let mut reading = FtmReader {
        dataset,
        file: file_name,
        sink,
        counts: Counts::default(),
        ids: HashSet::new(),
        distinct: DistinctIds::default(),
        wallets: BTreeSet::new(),
        version: String::new(),
    };
    while let Some(line) = lines.next_line()? {
        reading.counts.records += 1;
        if reading.counts.records > budget.records {
            let file = file_name.to_owned();
            return Err(ReadError::Budget { file, what: "records", limit: budget.records });
        }
        if reading.counts.records == 1 {
            check_first_line(&line, file_name)?;
        }
        reading.line(&line)?;
    }
    reading.finish()
}

/// Reads a file of FollowTheMoney lines under a dataset's name.
///
/// # Errors
/// When it cannot be opened, its first line is no JSON object, no line at all can be read, it breaks
/// off, or it passes the budget. What the sink received until then must be thrown away.
pub fn read_ftm_list(
    dataset: &DatasetName,
    file: &ListFile,
    budget: &Budget,
    sink: &mut dyn Sink,
) -> Result<(ListHeader, Counts), ReadError> {
    read_ftm(&mut *file.open(budget)?, &file.name, (dataset, budget), sink)
}

/// Writes an entity as one line. Nothing that was read is left out.
///
/// # Errors
/// When the output fails.
pub fn write_ftm_line(entity: &Entity, output: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *output, entity).map_err(io::Error::from)?;
    output.write_all(b"\n")
}

struct FtmReader<'run> {
    dataset: &'run DatasetName,
    file: &'run str,
    sink: &'run mut dyn Sink,
    counts: Counts,
    ids: HashSet<String>,
    distinct: DistinctIds,
    wallets: BTreeSet<(String, String)>,
    version: String,
}

impl FtmReader<'_> {
    fn line(&mut self, line: &JsonLine) -> Result<(), ReadError> {
        if line.too_long {
            let what = "the line is longer than a value may be; left out".to_owned();
            self.lose(ProblemCode::RecordMalformed, what, line);
            return Ok(());
        }
        let parsed = match serde_json::from_str::<Entity>(&line.text) {
            Err(error) if error.is_syntax() => self.mend(line).unwrap_or(Err(error)),
            other => other,
        };
        match parsed {
            Ok(mut entity) => {
                self.separate(&mut entity, line);
                if line.bad_bytes {
                    let what = "some bytes are no text; read as U+FFFD".to_owned();
                    self.report(ProblemCode::BytesInvalid, Loss::Value, what, line);
                }
                self.entity(entity);
            }
            Err(error) if error.is_eof() && !line.ended => {
                let detail = format!("line {} breaks off", line.number);
                return Err(ReadError::Truncated { file: self.file.to_owned(), detail });
            }
            Err(error) => {
                let what = format!("no FollowTheMoney entity: {error}; left out");
                self.lose(ProblemCode::RecordMalformed, what, line);
            }
        }
        Ok(())
    }

    /// Gives an entity that repeats an earlier id a new one, because leaving it out would leave its names unscreened.
    fn separate(&mut self, entity: &mut Entity, line: &JsonLine) {
        if self.ids.insert(entity.id.to_string()) {
            return;
        }
        let ids = &self.ids;
        let distinct = self.distinct.next(entity.id.as_str(), |id| ids.contains(id));
        self.ids.insert(distinct.clone());
        let what = format!("the id {} came before; kept as {distinct}", entity.id);
        self.report(ProblemCode::RecordIdRepeated, Loss::Nothing, what, line);
        if let Ok(id) = distinct.parse() {
            entity.id = id;
        }
    }

    /// Reads a line again with each escape of half a surrogate pair replaced by U+FFFD. Only that
    /// letter is lost and not the record.
    fn mend(&mut self, line: &JsonLine) -> Option<serde_json::Result<Entity>> {
        let mended = surrogates::replace_unpaired(&line.text)?;
        let entity = serde_json::from_str(&mended).ok()?;
        let what = "half a surrogate pair is no letter; read as U+FFFD".to_owned();
        self.report(ProblemCode::BytesInvalid, Loss::Value, what, line);
        Some(Ok(entity))
    }

    fn entity(&mut self, mut entity: Entity) {
        self.counts.entities += 1;
        if is_target(&entity) {
            self.counts.targets += 1;
            self.counts.names += entity.names().count() as u64;
            entity.provenance.get_or_insert_with(|| Provenance {
                list: self.dataset.clone(),
                list_version: String::new(),
                record_id: entity.id.to_string(),
                designations: Vec::new(),
            });
        }
        if let (true, Some(address)) =
            (entity.schema == Schema::CRYPTO_WALLET, entity.first("publicKey"))
        {
            let tag = entity.first("currency").unwrap_or_default();
            self.wallets.insert((tag.to_owned(), address.to_owned()));
        }
        let changed = entity.last_change.as_deref().and_then(|change| change.get(..10));
        if let Some(day) = changed.filter(|day| *day > self.version.as_str()) {
            day.clone_into(&mut self.version);
        }
        self.sink.entity(entity);
    }

    fn lose(&mut self, code: ProblemCode, what: String, line: &JsonLine) {
        self.counts.unreadable += 1;
        self.report(code, Loss::Record, what, line);
    }

    fn report(&mut self, code: ProblemCode, loss: Loss, what: String, line: &JsonLine) {
        self.counts.problems += 1;
        let problem = Problem::new(code, loss, what).in_file(self.file).at_line(line.number);
        self.sink.problem(problem.with_text(&line.text));
    }

    fn finish(mut self) -> Result<(ListHeader, Counts), ReadError> {
        if self.counts.entities == 0 {
            let found = match self.counts.records {
                0 => "an empty file".to_owned(),
                lines => format!("{lines} lines of which none is an entity"),
            };
            return Err(ReadError::Format {
                file: self.file.to_owned(),
                expected: EXPECTED,
                found,
            });
        }
        self.counts.wallets = self.wallets.len() as u64;
        Ok((ListHeader { version: self.version, ..ListHeader::default() }, self.counts))
    }
}

/// Whether an entity is itself listed. Exports without this flag contain listed entities only, so
/// every entity that can be screened against counts as listed, except addresses.
fn is_target(entity: &Entity) -> bool {
    let flagged = entity.values("topics").iter().any(|topic| topic.starts_with("sanction"));
    let kind = entity.schema.is_matchable() && entity.schema != Schema::ADDRESS;
    entity.target.unwrap_or(kind) || flagged && kind && entity.schema != Schema::CRYPTO_WALLET
}

fn check_first_line(line: &JsonLine, file: &str) -> Result<(), ReadError> {
    let found = match line.text.trim_start().chars().next() {
        Some('{') => return Ok(()),
        Some('<') => "markup, perhaps a web page".to_owned(),
        Some('[') => "a JSON array; write one object on each line".to_owned(),
        _ => format!("a first line of {:?}", line.text.chars().take(40).collect::<String>()),
    };
    Err(ReadError::Format { file: file.to_owned(), expected: EXPECTED, found })
}

#[cfg(test)]
mod tests;
