//! Runs a batch: one thread reads, all cores screen and encode rows in memory, one thread appends
//! them to the file in order. The bounded channels between them limit memory.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use interdict_index::{CandidateSearcher, Generation};
use rayon::prelude::*;

use crate::column_binding::{ColumnBinding, RowQuery};
use crate::encode::AddedValues;
use crate::error::{BatchError, panic_message};
use crate::format::FileFormat;
use crate::options::BatchOptions;
use crate::output::{OutputPlan, OutputWriter, Piece, PieceBuilder};
use crate::partial::{Checkpoint, Partial};
use crate::read::{CHUNK, Chunk, RowReader};
use crate::reading::join_unread;
use crate::row::Parser;
use crate::stamp::Stamp;
use crate::summary::BatchSummary;
use crate::survey::open_customers;
use interdict_screen::screen;

/// Rows that one worker takes at a time. Small, because the cost of a row varies by a factor of a
/// hundred: large shares would leave cores idle at the end of a chunk.
const SHARE: usize = 128;
/// Chunks between two checkpoints. At 100,000 rows a second there are two checkpoints a second. A
/// sync takes about ten milliseconds, so its cost is negligible.
const CHECKPOINT: u64 = 16;

/// Input and output of a batch.
#[derive(Debug, Clone)]
pub struct BatchFiles {
    /// The customers.
    pub input: PathBuf,
    /// The result.
    pub output: PathBuf,
    /// Resume an interrupted run, if there is one.
    pub resume: bool,
}

/// How much of a batch is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchProgress {
    /// Rows done.
    pub rows: u64,
    /// The part of the input that they cover, in the unit of `size`.
    pub done: u64,
    /// The size of the input.
    pub size: u64,
}

/// What all threads of a run share.
struct BatchRun<'a> {
    generation: &'a Generation,
    options: &'a BatchOptions,
    binding: ColumnBinding,
    plan: OutputPlan,
    /// One for each thread.
    worker_states: Vec<Mutex<WorkerState>>,
}

/// Working memory of one thread.
#[derive(Default)]
struct WorkerState {
    searcher: CandidateSearcher,
    parser: Parser,
}

/// The results of one chunk.
struct ScreenedChunk {
    pieces: Vec<Piece>,
    end: u64,
    consumed: u64,
    summary: BatchSummary,
}

/// Screens every row of a file by what could be read of it, in order. A row that cannot be screened is written
/// with its fault. The output gets its name when it is complete, unless more rows than allowed could not be
/// screened; a run that was stopped before that can be resumed.
pub fn run_batch(
    generation: &Generation,
    files: &BatchFiles,
    options: &BatchOptions,
    progress: &(dyn Fn(BatchProgress) + Sync),
) -> Result<BatchSummary, BatchError> {
    check_paths(&files.input, &files.output)?;
    let format = FileFormat::of(&files.output)?;
    let (mut reader, mut binding) = open_customers(&files.input, &options.map)?;
    binding.set_day(options.policy.day);
    let stamp = Stamp::new(generation, &files.input, options)?;
    let mut first = reader.next_chunk(CHUNK)?;
    if first.is_none() {
        return Err(BatchError::NoRows(files.input.clone()));
    }
    let columns = binding.file_columns().to_vec();
    let (partial, resumed) = Partial::open(&files.output, stamp, files.resume)?;
    let plan = OutputPlan::new(format, columns, &reader, options.explanation)?;
    let mut output = OutputWriter::new(&plan, partial);
    if let Some(resumed) = &resumed {
        reader.seek(resumed.input_end, resumed.summary.reading.rows)?;
        first = reader.next_chunk(CHUNK)?;
    } else {
        output.start(&plan)?;
    }
    let worker_states = (0..rayon::current_num_threads()).map(|_| Mutex::default()).collect();
    let run = BatchRun { generation, options, binding, plan, worker_states };
    let input = Input::new(&files.input, reader, first)?;
    run.run(input, output, resumed.unwrap_or_default(), progress)
}

/// Where the chunks come from. They are a trait object so that a test can make reading fail.
struct Input<'a> {
    path: &'a Path,
    chunks: Box<dyn Iterator<Item = Result<Chunk, BatchError>> + Send + 'a>,
    /// The size of the input, in the unit of [`Chunk::consumed`].
    size: u64,
}

impl<'a> Input<'a> {
    fn new(
        path: &'a Path,
        mut reader: RowReader,
        first: Option<Chunk>,
    ) -> Result<Self, BatchError> {
        let size = reader.size()?;
        let rest = std::iter::from_fn(move || reader.next_chunk(CHUNK).transpose());
        Ok(Self { path, chunks: Box::new(first.map(Ok).into_iter().chain(rest)), size })
    }
}

impl BatchRun<'_> {
    fn run(
        &self,
        input: Input<'_>,
        output: OutputWriter,
        done: Checkpoint,
        progress: &(dyn Fn(BatchProgress) + Sync),
    ) -> Result<BatchSummary, BatchError> {
        let Input { path, chunks: source, size } = input;
        let mut rows = done.summary.reading.rows;
        let (send_chunks, chunks) = sync_channel(2);
        let (send_results, results) = sync_channel(2);
        thread::scope(|scope| {
            let reader = scope.spawn(move || send_all(source, &send_chunks));
            let writer = scope.spawn(move || write_results(output, done, &results));
            let mut screen_all = || -> Result<(), BatchError> {
                for chunk in &chunks {
                    let screened = self.screen_chunk(&chunk?)?;
                    rows += screened.summary.reading.rows;
                    progress(BatchProgress { rows, done: screened.consumed, size });
                    // The writer has stopped; its error is returned by `join` below.
                    if send_results.send(screened).is_err() {
                        break;
                    }
                }
                Ok(())
            };
            let screened = screen_all();
            // Both threads end when their channel is closed.
            drop(chunks);
            drop(send_results);
            let (read, written) = (reader.join(), writer.join());
            screened?;
            let (mut output, done) =
                written.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            // A reader that panics closes its channel, as at the end of the file. Only the join distinguishes the two
            // cases, so it is checked before the output gets its final name.
            read.map_err(|panic| BatchError::ReaderPanicked {
                path: path.to_owned(),
                detail: panic_message(panic.as_ref()),
            })?;
            let ceiling = self.options.max_unscreened;
            if let Err(error) = done.summary.reading.check(path, ceiling) {
                // The finished rows are kept, so that the run can be resumed with a higher ceiling.
                output.checkpoint(done)?;
                return Err(error);
            }
            output.finish()?;
            let mut summary = done.summary;
            summary.reading.unused_columns = self.binding.unused_columns();
            Ok(summary)
        })
    }

    fn screen_chunk(&self, chunk: &Chunk) -> Result<ScreenedChunk, BatchError> {
        let starts: Vec<usize> = (0..chunk.len()).step_by(SHARE).collect();
        let shares: Vec<Result<(Piece, BatchSummary), BatchError>> = starts
            .into_par_iter()
            .map(|start| {
                let rows = start..(start + SHARE).min(chunk.len());
                self.with_worker_state(|state| self.screen_share(chunk, rows, state))
            })
            .collect();
        let mut summary = BatchSummary::default();
        let mut pieces = Vec::with_capacity(shares.len());
        // In the order of the rows, so that the same one of several errors is always reported.
        for share in shares {
            let (piece, part) = share?;
            pieces.push(piece);
            summary.append(part);
        }
        Ok(ScreenedChunk { pieces, end: chunk.end(), consumed: chunk.consumed(), summary })
    }

    /// Runs work with the state of this thread. The state holds a cache of similar names, so it is
    /// kept for the whole run instead of being built again for each chunk.
    fn with_worker_state<T>(&self, work: impl FnOnce(&mut WorkerState) -> T) -> T {
        let number = rayon::current_thread_index().unwrap_or(0) % self.worker_states.len().max(1);
        match self.worker_states.get(number).map(Mutex::try_lock) {
            Some(Ok(mut state)) => work(&mut state),
            _ => work(&mut WorkerState::default()),
        }
    }

    fn screen_share(
        &self,
        chunk: &Chunk,
        rows: std::ops::Range<usize>,
        state: &mut WorkerState,
    ) -> Result<(Piece, BatchSummary), BatchError> {
        let WorkerState { searcher, parser } = state;
        let mut summary = BatchSummary::default();
        let mut piece = PieceBuilder::new(&self.plan, chunk);
        let explanation = self.options.explanation;
        for number in rows {
            let row = chunk.row(number, parser);
            let RowQuery { query, unread, .. } = self.binding.query(&row);
            let unread_text = join_unread(&unread);
            let plain =
                AddedValues { unread: unread_text.as_deref(), explanation, ..Default::default() };
            let query = match query {
                Ok(query) => query,
                Err(fault) => {
                    summary.reading.unscreened(&fault, &unread);
                    piece.row(&row.cells, AddedValues { fault: Some(&fault), ..plain });
                    continue;
                }
            };
            let outcome = screen(self.generation, &query, &self.options.policy, searcher)?;
            summary.reading.screened(&unread);
            summary.outcome(&outcome);
            for candidate in &outcome.candidates {
                piece.row(&row.cells, AddedValues { candidate: Some(candidate), ..plain });
            }
            // Without a candidate, a row that was not read completely is not clear, and is always written.
            let is_written = self.options.include_empty || unread_text.is_some();
            if outcome.candidates.is_empty() && is_written {
                piece.row(&row.cells, plain);
            }
        }
        Ok((piece.finish(), summary))
    }
}

/// Sends chunks until the input ends, an error occurs or the receiver has stopped.
fn send_all(
    chunks: impl Iterator<Item = Result<Chunk, BatchError>>,
    send: &SyncSender<Result<Chunk, BatchError>>,
) {
    for chunk in chunks {
        let failed = chunk.is_err();
        if send.send(chunk).is_err() || failed {
            return;
        }
    }
}

fn write_results(
    mut output: OutputWriter,
    mut done: Checkpoint,
    results: &Receiver<ScreenedChunk>,
) -> Result<(OutputWriter, Checkpoint), BatchError> {
    let mut chunks = 0;
    for screened in results {
        done.summary.append(screened.summary);
        done.input_end = screened.end;
        for piece in screened.pieces {
            output.append(piece)?;
        }
        chunks += 1;
        if chunks % CHECKPOINT == 0 {
            output.checkpoint(done.clone())?;
        }
    }
    Ok((output, done))
}

fn check_paths(input: &Path, output: &Path) -> Result<(), BatchError> {
    let same = match (input.canonicalize(), output.canonicalize()) {
        (Ok(input), Ok(output)) => input == output,
        _ => false,
    };
    if same { Err(BatchError::SameFile(output.to_owned())) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::{Column, ColumnMap};

    fn options() -> BatchOptions {
        let column = Column { column: "name".to_owned(), property: "name".to_owned() };
        BatchOptions {
            map: ColumnMap { columns: vec![column], ..ColumnMap::default() },
            policy: interdict_screen::Policy::default(),
            include_empty: true,
            explanation: false,
            max_unscreened: crate::UnscreenedCeiling::Usual,
        }
    }

    fn empty_generation() -> Generation {
        Generation::in_memory(Vec::new())
    }

    #[test]
    fn a_panic_of_the_reading_thread_leaves_no_output_that_looks_complete() {
        let folder = tempfile::tempdir().unwrap();
        let (path, result) = (folder.path().join("in.csv"), folder.path().join("out.csv"));
        std::fs::write(&path, "name\nJane Example\nJohn Example\n").unwrap();
        let (generation, options) = (empty_generation(), options());
        let mut reader = RowReader::open(&path, &Default::default()).unwrap();
        let binding = ColumnBinding::new(&reader, &options.map).unwrap();
        let columns = vec!["name".to_owned()];
        let plan = OutputPlan::new(FileFormat::Csv, columns, &reader, false).unwrap();
        let stamp = Stamp::new(&generation, &path, &options).unwrap();
        let output = OutputWriter::new(&plan, Partial::open(&result, stamp, false).unwrap().0);
        let first = reader.next_chunk(1).unwrap().unwrap();
        let chunks = std::iter::once(Ok(first))
            .chain(std::iter::from_fn(|| panic!("the reader broke after the first row")));
        let input = Input { path: &path, chunks: Box::new(chunks), size: 2 };
        let run = BatchRun {
            generation: &generation,
            options: &options,
            binding,
            plan,
            worker_states: Vec::new(),
        };
        let error = run.run(input, output, Checkpoint::default(), &|_| ()).unwrap_err();
        assert!(error.to_string().contains("the reader broke after the first row"), "{error}");
        assert!(!result.exists(), "the output has its final name");
    }

    #[test]
    fn the_input_is_never_the_output() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.csv");
        std::fs::write(&path, "name\nJane Example\n").unwrap();
        let output = folder.path().join(".").join("in.csv");
        let files = BatchFiles { input: path.clone(), output, resume: false };
        let error = run_batch(&empty_generation(), &files, &options(), &|_| ()).unwrap_err();
        assert!(matches!(error, BatchError::SameFile(_)), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "name\nJane Example\n");
    }

    #[test]
    fn a_resumed_run_ends_as_an_uninterrupted_one_and_refuses_what_it_cannot_continue() {
        let folder = tempfile::tempdir().unwrap();
        let (path, whole) = (folder.path().join("in.csv"), folder.path().join("whole.csv"));
        let text: String = (0..9).map(|number| format!("Jane Example {number}\n")).collect();
        std::fs::write(&path, format!("name\n{text}")).unwrap();
        let (generation, options) = (empty_generation(), options());
        let run = |output: &Path, resume| {
            let files = BatchFiles { input: path.clone(), output: output.to_owned(), resume };
            run_batch(&generation, &files, &options, &|_| ())
        };
        let summary = run(&whole, false).unwrap();
        let expected = std::fs::read(&whole).unwrap();
        // A run that was killed after its first row was recorded and a part of the second was written.
        let interrupted = |output: &Path, unrecorded: &[u8]| {
            let mut reader = RowReader::open(&path, &Default::default()).unwrap();
            let end = reader.next_chunk(1).unwrap().unwrap().end();
            let stamp = Stamp::new(&generation, &path, &options).unwrap();
            let (mut partial, none) = Partial::open(output, stamp, false).unwrap();
            assert_eq!(none, None);
            let lines: Vec<&[u8]> = expected.split_inclusive(|byte| *byte == b'\n').collect();
            partial.append(&lines[..2].concat()).unwrap();
            let mut summary = BatchSummary::default();
            summary.reading.screened(&[]);
            let done = Checkpoint { input_end: end, summary, ..Checkpoint::default() };
            partial.checkpoint(done).unwrap();
            partial.append(unrecorded).unwrap();
        };
        let output = folder.path().join("out.csv");
        for unrecorded in [&b"Jane Ex"[..], b""] {
            interrupted(&output, unrecorded);
            let resumed = run(&output, true).unwrap();
            assert_eq!(std::fs::read(&output).unwrap(), expected);
            assert_eq!(resumed.reading, summary.reading);
        }
        // Without a record there is nothing to resume: the run starts at the first row.
        std::fs::remove_file(&output).unwrap();
        assert_eq!(run(&output, true).unwrap().reading, summary.reading);
        // A part that is shorter than its record, and an input that has changed.
        interrupted(&output, b"");
        std::fs::write(folder.path().join("out.csv.partial"), "name").unwrap();
        assert!(matches!(run(&output, true), Err(BatchError::Damaged { .. })));
        interrupted(&output, b"");
        std::fs::write(&path, format!("name\n{text}John Example\n")).unwrap();
        assert!(matches!(run(&output, true), Err(BatchError::Resume { .. })));
    }

    #[test]
    fn without_lists_every_row_is_written_with_empty_results() {
        let folder = tempfile::tempdir().unwrap();
        let (path, result) = (folder.path().join("in.csv"), folder.path().join("out.csv"));
        std::fs::write(&path, "name\nJane Example\n...\n").unwrap();
        let files = BatchFiles { input: path, output: result.clone(), resume: false };
        let summary = run_batch(&empty_generation(), &files, &options(), &|_| ()).unwrap();
        let reading = &summary.reading;
        assert_eq!((reading.rows, reading.rows_unscreened, summary.candidates), (2, 1, 0));
        let text = std::fs::read_to_string(&result).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "Jane Example,,,,,,,,,,,,,");
        assert!(lines[2].starts_with("...,,,,,,,,,,,,\"no name"), "{text}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left over");
    }
}
