//! The run itself: one thread reads, all cores screen and write rows into memory, one thread puts
//! them into the file in order. The channels between them bound what is in memory.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use interdict_index::{CandidateSearcher, Generation};
use rayon::prelude::*;

use crate::column_binding::{ColumnBinding, columns_of};
use crate::encode::Added;
use crate::error::BatchError;
use crate::format::FileFormat;
use crate::options::BatchOptions;
use crate::output::{Piece, PieceBuilder, Shape, Sink};
use crate::partial::{Partial, Progress, Stamp, fingerprint};
use crate::read::{Chunk, RowReader};
use crate::row::Parser;
use crate::summary::BatchSummary;
use interdict_screen::screen;

/// Rows that are screened at a time. Large enough to keep all cores busy, small enough that a few
/// chunks of long rows stay far below the memory of a small machine.
pub const CHUNK: usize = 4_096;
/// Rows that one worker takes at a time: costs differ by a factor of a hundred between names.
const SHARE: usize = 128;
/// After so many chunks the output is made safe. At 100,000 rows a second that is twice a second,
/// and a disk's ten milliseconds for it do not show.
const CHECKPOINT: u64 = 16;

/// From where to where.
#[derive(Debug, Clone)]
pub struct BatchFiles {
    /// The customers.
    pub input: PathBuf,
    /// The result.
    pub output: PathBuf,
    /// Go on with a run that was interrupted, if there is one.
    pub resume: bool,
}

/// How far a batch has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchProgress {
    /// Rows done.
    pub rows: u64,
    /// How much of the input that is, in the unit of `size`.
    pub done: u64,
    /// The size of the input.
    pub size: u64,
}

struct Plan<'a> {
    generation: &'a Generation,
    options: &'a BatchOptions,
    intake: ColumnBinding,
    shape: Shape,
    /// Reusable memory, one for each thread.
    desks: Vec<Mutex<(CandidateSearcher, Parser)>>,
}

struct Screened {
    pieces: Vec<Piece>,
    end: u64,
    summary: BatchSummary,
}

/// Screens every row of a file. Order is kept; a row that cannot be screened is written with its
/// fault and the run goes on. The output gets its name when it is complete; a run that was stopped
/// before can be gone on with.
pub fn run_batch(
    generation: &Generation,
    files: &BatchFiles,
    options: &BatchOptions,
    progress: &(dyn Fn(BatchProgress) + Sync),
) -> Result<BatchSummary, BatchError> {
    check_paths(&files.input, &files.output)?;
    let format = FileFormat::of(&files.output)?;
    let mut reader = RowReader::open(&files.input)?;
    let intake = ColumnBinding::new(&reader, &options.map)?;
    let stamp = stamp(generation, &files.input, options)?;
    let first = reader.next_chunk(CHUNK)?;
    if let Some(chunk) = &first {
        intake.check(&reader, chunk)?;
    }
    let columns = match (reader.header(), &first) {
        (Some(header), _) => header.to_vec(),
        (None, Some(chunk)) => columns_of(chunk),
        (None, None) => Vec::new(),
    };
    let (partial, resumed) = Partial::open(&files.output, stamp, files.resume)?;
    let shape = Shape::new(format, columns, &reader, options.explanation)?;
    let mut sink = Sink::new(&shape, partial);
    let resumed = match resumed {
        Some(resumed) => {
            reader.seek(resumed.input_end, resumed.summary.rows)?;
            Some(resumed)
        }
        None => {
            sink.start(&shape)?;
            None
        }
    };
    let first = if resumed.is_some() { reader.next_chunk(CHUNK)? } else { first };
    let desks = (0..rayon::current_num_threads()).map(|_| Mutex::default()).collect();
    let plan = Plan { generation, options, intake, shape, desks };
    let done = resumed.unwrap_or_default();
    let summary = plan.run(Input { reader, first }, sink, done, progress)?;
    Ok(summary)
}

struct Input {
    reader: RowReader,
    first: Option<Chunk>,
}

impl Plan<'_> {
    fn run(
        &self,
        input: Input,
        sink: Sink,
        done: Progress,
        progress: &(dyn Fn(BatchProgress) + Sync),
    ) -> Result<BatchSummary, BatchError> {
        let size = input.reader.size()?;
        let mut rows = done.summary.rows;
        let (send_chunks, chunks) = sync_channel(2);
        let (send_results, results) = sync_channel(2);
        thread::scope(|scope| {
            scope.spawn(move || read_chunks(input, &send_chunks));
            let writer = scope.spawn(move || write_results(sink, done, &results));
            let mut screen_all = || -> Result<(), BatchError> {
                for chunk in &chunks {
                    let screened = self.screen_chunk(&chunk?)?;
                    rows += screened.summary.rows;
                    progress(BatchProgress { rows, done: screened.end, size });
                    // A writer that is gone says why when it is joined.
                    if send_results.send(screened).is_err() {
                        break;
                    }
                }
                Ok(())
            };
            let screened = screen_all();
            // Readers and writers stop when their channel closes.
            drop(chunks);
            drop(send_results);
            let written = writer.join();
            screened?;
            let (sink, summary) =
                written.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            sink.finish()?;
            Ok(summary)
        })
    }

    fn screen_chunk(&self, chunk: &Chunk) -> Result<Screened, BatchError> {
        let starts: Vec<usize> = (0..chunk.len()).step_by(SHARE).collect();
        let shares: Vec<(Piece, BatchSummary)> = starts
            .into_par_iter()
            .map(|start| {
                let rows = start..(start + SHARE).min(chunk.len());
                self.desk(|scratch, parser| self.screen_share(chunk, rows, scratch, parser))
            })
            .collect::<Result<_, _>>()?;
        let mut summary = BatchSummary::default();
        let mut pieces = Vec::with_capacity(shares.len());
        for (piece, part) in shares {
            pieces.push(piece);
            summary.append(part);
        }
        Ok(Screened { pieces, end: chunk.end(), summary })
    }

    /// Lends this thread's memory. What it remembers of names is worth keeping for the whole run,
    /// so it is not made anew for each chunk.
    fn desk<T>(&self, work: impl FnOnce(&mut CandidateSearcher, &mut Parser) -> T) -> T {
        let number = rayon::current_thread_index().unwrap_or(0) % self.desks.len().max(1);
        match self.desks.get(number).map(Mutex::try_lock) {
            Some(Ok(mut desk)) => {
                let (scratch, parser) = &mut *desk;
                work(scratch, parser)
            }
            _ => work(&mut CandidateSearcher::default(), &mut Parser::default()),
        }
    }

    fn screen_share(
        &self,
        chunk: &Chunk,
        rows: std::ops::Range<usize>,
        scratch: &mut CandidateSearcher,
        parser: &mut Parser,
    ) -> Result<(Piece, BatchSummary), BatchError> {
        let mut summary = BatchSummary::default();
        let mut piece = PieceBuilder::new(&self.shape, chunk);
        let explanation = self.options.explanation;
        for number in rows {
            let row = chunk.row(number, parser);
            let query = match self.intake.query(&row) {
                Ok(query) => query,
                Err(fault) => {
                    summary.fault(&fault);
                    let fault = Some(fault.as_str());
                    piece.row(&row.cells, Added { candidate: None, fault, explanation });
                    continue;
                }
            };
            let outcome = screen(self.generation, &query, &self.options.policy, scratch)?;
            summary.outcome(&outcome);
            for candidate in &outcome.candidates {
                let candidate = Some(candidate);
                piece.row(&row.cells, Added { candidate, fault: None, explanation });
            }
            if outcome.candidates.is_empty() && self.options.include_empty {
                piece.row(&row.cells, Added { candidate: None, fault: None, explanation });
            }
        }
        Ok((piece.finish(), summary))
    }
}

fn read_chunks(mut input: Input, send: &SyncSender<Result<Chunk, BatchError>>) {
    let mut next = Ok(input.first.take());
    while let Some(chunk) = next.transpose() {
        let failed = chunk.is_err();
        if send.send(chunk).is_err() || failed {
            return;
        }
        next = input.reader.next_chunk(CHUNK);
    }
}

fn write_results(
    mut sink: Sink,
    mut done: Progress,
    results: &Receiver<Screened>,
) -> Result<(Sink, BatchSummary), BatchError> {
    let mut chunks = 0;
    for screened in results {
        done.summary.append(screened.summary);
        done.input_end = screened.end;
        for piece in screened.pieces {
            sink.append(piece)?;
        }
        chunks += 1;
        if chunks % CHECKPOINT == 0 {
            sink.checkpoint(done.clone())?;
        }
    }
    Ok((sink, done.summary))
}

fn stamp(
    generation: &Generation,
    input: &Path,
    options: &BatchOptions,
) -> Result<Stamp, BatchError> {
    let (input_bytes, input_sha256) = fingerprint(input)?;
    let day = options.policy.day.map(|day| day.to_string());
    let mut asked = options.clone();
    asked.policy.day = None;
    let lists = generation.segments.iter().map(|segment| {
        let about = segment.about();
        let sources: Vec<&str> = about.sources.iter().map(|s| s.sha256.as_str()).collect();
        format!("{} {} {}", about.dataset, about.version, sources.join(" "))
    });
    Ok(Stamp {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        input_bytes,
        input_sha256,
        options: format!("{asked:?}"),
        day,
        generation: generation.manifest.number,
        lists: lists.collect(),
    })
}

fn check_paths(input: &Path, output: &Path) -> Result<(), BatchError> {
    let same = match (input.canonicalize(), output.canonicalize()) {
        (Ok(input), Ok(output)) => input == output,
        _ => false,
    };
    if same { Err(BatchError::SameFile(output.to_owned())) } else { Ok(()) }
}
