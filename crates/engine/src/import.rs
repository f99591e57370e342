//! From files to a new generation.

use std::collections::HashSet;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use interdict_index::{About, BuildError, SegmentBuilder, SegmentRef, SourceFile, WriteLock};
use interdict_lists::{
    Budget, ColumnMap, Counts, Dataset, ListFile, ListHeader, Loss, Problem, ProblemCode,
    ReadError, SHRINKING_SHARE, Sink, UNREADABLE_SHARE, check_readable, check_shrinking,
    read_ftm_list, read_list, read_own_list,
};
use interdict_model::{DatasetName, Entity};
use serde::Serialize;

use crate::engine::Engine;
use crate::error::EngineError;

/// So many generations are kept unless told otherwise: over a year of daily updates.
pub const KEEP_GENERATIONS: usize = 400;

/// What to import.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// Into which dataset.
    pub dataset: DatasetName,
    /// The files.
    pub files: Vec<PathBuf>,
    /// What the columns of a list of one's own mean; only used for those.
    pub columns: ColumnMap,
    /// Take the list though it has lost more than [`SHRINKING_SHARE`].
    pub accept_loss: bool,
    /// Wait for another import to finish, instead of failing.
    pub wait: bool,
}

/// What an import did.
#[derive(Debug, Clone, Serialize)]
pub struct ImportReport {
    /// The dataset.
    pub dataset: DatasetName,
    /// The list's own version.
    pub version: String,
    /// The generation that is now in use.
    pub generation: u64,
    /// What was read.
    pub counts: Counts,
    /// Every problem, in the order of the files.
    pub problems: Vec<Problem>,
}

/// Passes entities on to the builder and remembers problems.
struct Collector<W: Write + std::io::Seek> {
    builder: SegmentBuilder<W>,
    problems: Vec<Problem>,
    ids: HashSet<u64>,
    fault: Option<BuildError>,
}

impl<W: Write + std::io::Seek> Sink for Collector<W> {
    fn entity(&mut self, entity: Entity) {
        let mut hasher = DefaultHasher::new();
        entity.id.as_str().hash(&mut hasher);
        if !self.ids.insert(hasher.finish()) {
            self.problems.push(Problem {
                code: ProblemCode::EntityIdRepeated,
                loss: Loss::Record,
                file: String::new(),
                line: None,
                record: Some(entity.id.to_string()),
                what: "the id is used twice; the first entity is kept".to_owned(),
                text: Problem::cut(entity.caption()),
            });
            return;
        }
        if self.fault.is_none() {
            self.fault = self.builder.add(&entity).err();
        }
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

/// Builds a segment from whatever `read` puts into the sink.
pub(crate) fn build<W: Write + std::io::Seek>(
    out: W,
    mut about: About,
    read: impl FnOnce(&mut dyn Sink) -> Result<(ListHeader, Counts), ReadError>,
    accept: impl FnOnce(&Counts) -> Result<(), EngineError>,
) -> Result<(W, Built), EngineError> {
    let dataset = about.dataset.to_string();
    let fail = |source| EngineError::Build { dataset: dataset.clone(), source };
    let builder = SegmentBuilder::new(out).map_err(fail)?;
    let mut collector =
        Collector { builder, problems: Vec::new(), ids: HashSet::new(), fault: None };
    let (header, mut counts) = read(&mut collector)?;
    if let Some(fault) = collector.fault {
        return Err(fail(fault));
    }
    let problems = collector.problems;
    counts.entities = collector.builder.len() as u64;
    counts.problems = problems.len() as u64;
    accept(&counts)?;
    if !header.version.is_empty() {
        about.version = header.version;
    }
    about.records = counts.records;
    about.targets = counts.targets;
    about.entities = counts.entities;
    about.names = counts.names;
    about.wallets = counts.wallets;
    about.problems = problems.iter().filter_map(|p| serde_json::to_value(p).ok()).collect();
    let out = collector.builder.finish(&about).map_err(fail)?;
    Ok((out, Built { counts, problems }))
}

/// What came of building.
pub(crate) struct Built {
    pub(crate) counts: Counts,
    pub(crate) problems: Vec<Problem>,
}

impl Engine {
    /// Reads a list and puts it in use. On any fault the generation in use stays as it is.
    pub fn import(&self, request: &ImportRequest) -> Result<ImportReport, EngineError> {
        let lock = self.dir.lock(request.wait)?;
        let (segment, mut report) = self.read_segment(&lock, request, "")?;
        report.generation = self.put_in_use(&lock, vec![segment])?;
        Ok(report)
    }

    /// Reads a list into a segment that is checked and kept, but not in use yet. `published` is the
    /// version to note for formats that have none.
    pub(crate) fn read_segment(
        &self,
        lock: &WriteLock,
        request: &ImportRequest,
        published: &str,
    ) -> Result<(SegmentRef, ImportReport), EngineError> {
        let previous = self.segment_in_use(&request.dataset)?;
        let mut about = About::new(request.dataset.clone());
        about.version = published.to_owned();
        about.imported_at = self.now.to_string();
        let sources = request.files.iter().map(|path| SourceFile::read(path));
        about.sources = sources.collect::<Result<_, _>>()?;
        let files: Vec<ListFile> = request.files.iter().map(ListFile::from_path).collect();

        let temporary = lock.temporary()?;
        let out = BufWriter::with_capacity(1 << 18, temporary);
        let read = |sink: &mut dyn Sink| read_files(request, &files, sink);
        let old = previous.map_or(0, |segment| segment.targets);
        let (out, built) = build(out, about, read, |counts| accept(request, counts, old))?;
        let temporary = out.into_inner().map_err(|error| EngineError::Build {
            dataset: request.dataset.to_string(),
            source: error.into_error().into(),
        })?;
        let segment = lock.keep(temporary)?;
        let report = ImportReport {
            dataset: request.dataset.clone(),
            version: segment.version.clone(),
            generation: 0,
            counts: built.counts,
            problems: built.problems,
        };
        Ok((segment, report))
    }

    /// Makes one new generation with these segments and returns its number.
    pub(crate) fn put_in_use(
        &self,
        lock: &WriteLock,
        mut segments: Vec<SegmentRef>,
    ) -> Result<u64, EngineError> {
        segments.extend(self.builtin_segment(lock)?);
        let manifest = lock.commit(segments, &[], &self.now.to_string())?;
        lock.retain(KEEP_GENERATIONS)?;
        Ok(manifest.number)
    }

    /// The segment of a dataset in the generation in use.
    pub(crate) fn segment_in_use(
        &self,
        dataset: &DatasetName,
    ) -> Result<Option<SegmentRef>, EngineError> {
        let manifest = self.dir.current_manifest()?;
        let mut segments =
            manifest.map(|manifest| manifest.segments).unwrap_or_default().into_iter();
        Ok(segments.find(|segment| segment.dataset == *dataset))
    }

    /// Puts the lists of an older generation in use again, as a new generation.
    pub fn restore(&self, generation: u64) -> Result<u64, EngineError> {
        let lock = self.dir.lock(true)?;
        Ok(lock.restore(generation, &self.now.to_string())?.number)
    }

    /// Indexes anew the lists that another version of this program has indexed, in every generation
    /// that is kept, and deletes the old index. Returns how many there were.
    pub fn reindex(&self) -> Result<usize, EngineError> {
        let lock = self.dir.lock(true)?;
        let count = lock.reindex()?;
        lock.retain(KEEP_GENERATIONS)?;
        Ok(count)
    }

    /// Takes a dataset out of use.
    pub fn remove(&self, dataset: &DatasetName) -> Result<u64, EngineError> {
        let lock = self.dir.lock(true)?;
        if self.segment_in_use(dataset)?.is_none() {
            return Err(EngineError::NotImported(dataset.to_string()));
        }
        let manifest =
            lock.commit(Vec::new(), std::slice::from_ref(dataset), &self.now.to_string())?;
        Ok(manifest.number)
    }
}

/// Official lists by their own readers, FollowTheMoney lines for any dataset (that is what
/// aggregators publish), and everything else as a list of one's own.
fn read_files(
    request: &ImportRequest,
    files: &[ListFile],
    sink: &mut dyn Sink,
) -> Result<(ListHeader, Counts), ReadError> {
    let (dataset, budget) = (&request.dataset, &Budget::default());
    let official = Dataset::find(dataset).is_some_and(|known| !known.formats.is_empty());
    match (files, request.files.as_slice()) {
        ([file], [path]) if begins_with_brace(path) => read_ftm_list(dataset, file, budget, sink),
        ([file], _) if !official => read_own_list(dataset, file, (&request.columns, budget), sink),
        _ => read_list(dataset, files, budget, sink),
    }
}

/// Whether a file looks like JSON lines. One that cannot be read is left to its reader's error.
fn begins_with_brace(path: &Path) -> bool {
    let mut head = [0; 64];
    let read = File::open(path).and_then(|mut file| file.read(&mut head)).unwrap_or(0);
    let text = head.get(..read).unwrap_or_default();
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

/// Holds what was read against the guards.
fn accept(request: &ImportRequest, counts: &Counts, old: u64) -> Result<(), EngineError> {
    let fail = |source| EngineError::Guard { dataset: request.dataset.to_string(), source };
    check_readable(counts, UNREADABLE_SHARE).map_err(fail)?;
    if request.accept_loss {
        return Ok(());
    }
    check_shrinking(old, counts.targets, SHRINKING_SHARE).map_err(fail)
}
