//! Output under a temporary name, with a record of how much of it is complete.
//!
//! `OUT.partial` grows while the batch runs and is renamed to `OUT` at the end. `OUT.progress` holds the length up to
//! which it is complete, the rows of the input that this covers, and the stamp of the run. It is replaced only after
//! those bytes have been synced to disk, so that the two agree after a crash at any moment. Bytes after that length are
//! cut off and written again.
//!
//! The names are fixed, unlike those of `interdict-durable`: a killed run leaves its files in a
//! folder of the user, and the next run of the same output must find and replace them. The lock is
//! on the open output itself, because some systems refuse to write to a file that another handle
//! has locked.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::BatchError;
use crate::stamp::Stamp;
use crate::summary::BatchSummary;

/// How much of a run is done.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Checkpoint {
    /// The position in the input after the last row that is done.
    pub(crate) input_end: u64,
    /// The length of the output that is complete.
    pub(crate) output_bytes: u64,
    pub(crate) summary: BatchSummary,
}

#[derive(Serialize, Deserialize)]
struct ProgressRecord {
    format: u32,
    stamp: Stamp,
    progress: Checkpoint,
}

/// The format of a record. It is read first, because the other fields depend on it.
#[derive(Deserialize)]
struct RecordFormat {
    format: u32,
}

/// Format 3: positions count the text without its byte order mark; unscreened rows and unread fields are counted.
const FORMAT: u32 = 3;

/// An output that is not finished.
pub(crate) struct Partial {
    output: PathBuf,
    file: File,
    written: u64,
    stamp: Stamp,
}

fn beside(output: &Path, ending: &str) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// The day of the designations that an interrupted run used, if there is one to resume.
pub fn interrupted_day(output: &Path) -> Option<String> {
    read_record(output).ok().flatten()?.stamp.day
}

fn read_record(output: &Path) -> Result<Option<ProgressRecord>, BatchError> {
    let path = beside(output, ".progress");
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(BatchError::io("read", &path)(error)),
    };
    let damaged = |detail| BatchError::Damaged { output: output.to_owned(), detail };
    let unreadable =
        |error: serde_json::Error| damaged(format!("{} is damaged: {error}", path.display()));
    let RecordFormat { format } = serde_json::from_slice(&bytes).map_err(unreadable)?;
    if format != FORMAT {
        return Err(damaged(format!("{} has format {format}", path.display())));
    }
    serde_json::from_slice(&bytes).map(Some).map_err(unreadable)
}

impl Partial {
    /// Starts an output, or resumes an interrupted one if `resume` is set and there is one.
    pub(crate) fn open(
        output: &Path,
        stamp: Stamp,
        resume: bool,
    ) -> Result<(Self, Option<Checkpoint>), BatchError> {
        let path = beside(output, ".partial");
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(BatchError::io("create", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BatchError::Busy(output.to_owned())),
            Err(TryLockError::Error(error)) => return Err(BatchError::io("lock", &path)(error)),
        }
        let progress = if resume { read_resumable(output, &stamp, &file)? } else { None };
        let written = progress.as_ref().map_or(0, |progress| progress.output_bytes);
        if progress.is_none() {
            remove(&beside(output, ".progress"))?;
        }
        file.set_len(written)
            .and_then(|()| file.seek(SeekFrom::Start(written)))
            .map_err(BatchError::io("write", &path))?;
        Ok((Self { output: output.to_owned(), file, written, stamp }, progress))
    }

    /// The output's name.
    #[cfg(feature = "parquet")]
    pub(crate) fn output(&self) -> &Path {
        &self.output
    }

    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<(), BatchError> {
        let path = || beside(&self.output, ".partial");
        self.file.write_all(bytes).map_err(|error| BatchError::io("write", &path())(error))?;
        self.written += bytes.len() as u64;
        Ok(())
    }

    /// Syncs what was written so far and records it as complete.
    pub(crate) fn checkpoint(&mut self, mut progress: Checkpoint) -> Result<(), BatchError> {
        let path = beside(&self.output, ".progress");
        self.file.sync_data().map_err(BatchError::io("write", &path))?;
        progress.output_bytes = self.written;
        let record = ProgressRecord { format: FORMAT, stamp: self.stamp.clone(), progress };
        let json = serde_json::to_vec(&record).expect("plain numbers and texts serialise");
        let fresh = beside(&self.output, ".progress.new");
        let write = || -> std::io::Result<()> {
            let mut file = File::create(&fresh)?;
            file.write_all(&json)?;
            file.sync_data()?;
            fs::rename(&fresh, &path)
        };
        write().map_err(BatchError::io("write", &path))
    }

    /// Gives the output its name. `join` turns the parts into the final form, for formats whose parts
    /// cannot just follow each other.
    pub(crate) fn finish(self, join: Option<&Join<'_>>) -> Result<(), BatchError> {
        let output = &self.output;
        let partial = beside(output, ".partial");
        let fail = BatchError::io("write", output);
        self.file.sync_all().map_err(BatchError::io("write", &partial))?;
        let from = match join {
            None => partial.clone(),
            Some(join) => {
                let whole = beside(output, ".whole");
                let out = File::create(&whole).map_err(BatchError::io("create", &whole))?;
                let again = out.try_clone().map_err(BatchError::io("write", &whole))?;
                let mut parts = Parts { file: self.file, left: self.written, started: false };
                join(&mut parts, out)
                    .map_err(|detail| BatchError::Damaged { output: output.clone(), detail })?;
                again.sync_all().map_err(BatchError::io("write", &whole))?;
                whole
            }
        };
        // The record is deleted first. If the run is killed before the rename, the next run starts from the beginning.
        remove(&beside(output, ".progress"))?;
        fs::rename(from, output).map_err(fail)?;
        remove(&partial)?;
        let folder = output.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        // Best effort: some file systems cannot sync a folder, and the output is already whole.
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

/// Turns the parts of an output into its final form.
pub(crate) type Join<'a> = dyn Fn(&mut Parts, File) -> Result<(), String> + 'a;

/// A part with its length in front, as [`Parts`] reads it.
#[cfg(feature = "parquet")]
pub(crate) fn framed(part: Vec<u8>) -> Vec<u8> {
    let mut frame = (part.len() as u64).to_le_bytes().to_vec();
    frame.extend(part);
    frame
}

/// The parts of an output that was written as framed parts.
pub(crate) struct Parts {
    file: File,
    left: u64,
    started: bool,
}

impl Iterator for Parts {
    type Item = std::io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        (self.left > 0).then(|| {
            if !self.started {
                self.file.seek(SeekFrom::Start(0))?;
                self.started = true;
            }
            let mut length = [0; 8];
            self.file.read_exact(&mut length)?;
            let length = u64::from_le_bytes(length);
            let mut part = Vec::new();
            (&mut self.file).take(length).read_to_end(&mut part)?;
            self.left = self.left.saturating_sub(8 + length);
            Ok(part)
        })
    }
}

fn read_resumable(
    output: &Path,
    stamp: &Stamp,
    file: &File,
) -> Result<Option<Checkpoint>, BatchError> {
    let Some(record) = read_record(output)? else { return Ok(None) };
    if let Some(what) = stamp.difference(&record.stamp) {
        return Err(BatchError::Resume { output: output.to_owned(), what });
    }
    let bytes = file.metadata().map_err(BatchError::io("read", output))?.len();
    if bytes < record.progress.output_bytes {
        let wanted = record.progress.output_bytes;
        let detail = format!("its part has {bytes} bytes, not the {wanted} that were written");
        return Err(BatchError::Damaged { output: output.to_owned(), detail });
    }
    Ok(Some(record.progress))
}

fn remove(path: &Path) -> Result<(), BatchError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(BatchError::io("delete", path)(error))
        }
        _ => Ok(()),
    }
}
