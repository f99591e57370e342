//! From files to a new generation.

use std::io::BufWriter;
use std::path::PathBuf;

use interdict_index::{About, SegmentRef, WriteLock};
use interdict_lists::{
    Budget, ColumnMap, Counts, Dataset, ListFile, ListHeader, Problem, ReadError, SHRINKING_SHARE,
    Sink, UNREADABLE_SHARE, check_fields, check_names, check_ofac_list, check_readable, check_set,
    check_shrinking, read_ftm_list, read_list, read_own_list,
};
use interdict_model::{DatasetName, DatePrefix, GenerationId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::as_of::day_of;
use crate::build_segment::{Built, Read, build};
use crate::builtin::{builtin_to_store, is_reserved};
use crate::error::EngineError;
use crate::hashed_files::read_hashed;
use crate::list_health::date_in;
use crate::session::Session;

/// How many generations are kept: over a year of daily updates.
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
    /// The day on which the list was published, for one that bears no date of its own.
    pub dated: Option<DatePrefix>,
    /// Accept the list even if it has lost more than [`SHRINKING_SHARE`].
    pub accept_loss: bool,
    /// Wait for another import to finish, instead of failing.
    pub wait: bool,
}

/// The result of an import.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ImportReport {
    /// The dataset.
    pub dataset: DatasetName,
    /// The list's own version.
    pub version: String,
    /// The generation that is now in use.
    pub generation: GenerationId,
    /// The counts of the import.
    pub counts: Counts,
    /// Every problem, in the order of the files.
    pub problems: Vec<Problem>,
}

impl Session {
    /// Reads a list and puts it in use. On any error the generation in use stays as it is.
    pub fn import(&self, request: &ImportRequest) -> Result<ImportReport, EngineError> {
        if is_reserved(&request.dataset) {
            return Err(EngineError::Reserved(request.dataset.clone()));
        }
        if let Some(day) = request.dated.filter(|day| *day > day_of(self.now())) {
            return Err(EngineError::DatedLater(day));
        }
        let lock = self.dir().lock(request.wait)?;
        let stated = request.dated.map(|day| day.to_string()).unwrap_or_default();
        let (segment, built) = self.read_segment(&lock, request, &stated)?;
        let version = segment.version.clone();
        if !version.starts_with(&stated) {
            let dataset = request.dataset.clone();
            return Err(EngineError::DatedAlready { dataset, version, stated });
        }
        if !request.accept_loss {
            self.check_order(&segment)?;
        }
        let generation = self.put_in_use(&lock, vec![segment])?;
        Ok(ImportReport {
            dataset: request.dataset.clone(),
            version,
            generation,
            counts: built.counts,
            problems: built.problems,
        })
    }

    /// Reads a list into a segment that is checked and kept, but not in use yet. `published` is the
    /// version to note for formats that have none.
    pub(crate) fn read_segment(
        &self,
        lock: &WriteLock,
        request: &ImportRequest,
        published: &str,
    ) -> Result<(SegmentRef, Built), EngineError> {
        let previous = self.segment_in_use(&request.dataset)?;
        let old = previous.map(counts_of).unwrap_or_default();
        let temporary = lock.temporary()?;
        let (out, built) = read_hashed(&request.files, |sources| {
            let about = About {
                version: published.to_owned(),
                imported_at: Some(self.now()),
                sources,
                ..About::new(request.dataset.clone())
            };
            let files: Vec<ListFile> = request.files.iter().map(ListFile::from_path).collect();
            let out = BufWriter::with_capacity(1 << 18, temporary);
            let read = |sink: &mut dyn Sink| read_files(request, &files, sink);
            build(out, about, read, |read| accept(request, read, &old))
        })?;
        let temporary = out.into_inner().map_err(|error| EngineError::Build {
            dataset: request.dataset.clone(),
            source: error.into_error().into(),
        })?;
        Ok((lock.keep(temporary)?, built))
    }

    /// Refuses a version that is older than the one in use, where both begin with a date.
    pub(crate) fn check_order(&self, segment: &SegmentRef) -> Result<(), EngineError> {
        let Some(before) = self.segment_in_use(&segment.dataset)? else { return Ok(()) };
        match (date_in(&before.version), date_in(&segment.version)) {
            (Some(old), Some(new)) if new < old => Err(EngineError::Older {
                dataset: segment.dataset.clone(),
                before: before.version,
                after: segment.version.clone(),
            }),
            _ => Ok(()),
        }
    }

    /// Makes one new generation with these segments and returns its number.
    pub(crate) fn put_in_use(
        &self,
        lock: &WriteLock,
        mut segments: Vec<SegmentRef>,
    ) -> Result<GenerationId, EngineError> {
        segments.extend(builtin_to_store(self.dir(), lock)?);
        let manifest = lock.commit(segments, &[], self.now())?;
        lock.retain(KEEP_GENERATIONS)?;
        Ok(manifest.number)
    }

    /// The segment of a dataset in the generation in use.
    pub(crate) fn segment_in_use(
        &self,
        dataset: &DatasetName,
    ) -> Result<Option<SegmentRef>, EngineError> {
        let manifest = self.dir().current_manifest()?;
        let mut segments =
            manifest.map(|manifest| manifest.segments).unwrap_or_default().into_iter();
        Ok(segments.find(|segment| segment.dataset == *dataset))
    }
}

/// The counts of a segment in use.
fn counts_of(segment: SegmentRef) -> Counts {
    Counts {
        targets: segment.targets,
        names: segment.names,
        wallets: segment.wallets,
        birth_dates: segment.birth_dates,
        documents: segment.documents,
        ..Counts::default()
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
    match files {
        [file] if file.begins_with_brace() => read_ftm_list(dataset, file, budget, sink),
        [file] if !official => read_own_list(dataset, file, (&request.columns, budget), sink),
        _ => read_list(dataset, files, budget, sink),
    }
}

/// Checks the counts against the guards. Returns the losses that the user accepts.
fn accept(
    request: &ImportRequest,
    read: &Read<'_>,
    old: &Counts,
) -> Result<Vec<String>, EngineError> {
    let Read { counts, header, consolidated } = *read;
    let fail = |source| EngineError::Guard { dataset: request.dataset.clone(), source };
    check_readable(counts, UNREADABLE_SHARE).map_err(fail)?;
    check_ofac_list(&request.dataset, counts.targets, consolidated).map_err(fail)?;
    let losses = [
        check_shrinking(old, counts, SHRINKING_SHARE),
        check_set(&header.set),
        check_names(&request.dataset, counts),
        check_fields(&request.dataset, counts),
    ];
    let mut losses = losses.into_iter().filter_map(Result::err);
    if request.accept_loss {
        return Ok(losses.map(|loss| loss.to_string()).collect());
    }
    losses.next().map_or(Ok(Vec::new()), |loss| Err(fail(loss)))
}
