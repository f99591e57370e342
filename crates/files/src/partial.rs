//! Output under a temporary name, with a record of how far it is good.
//!
//! `OUT.partial` grows while the batch runs and becomes `OUT` at the end. `OUT.progress` says up to
//! which byte it is complete, for which rows of which input, and how the run was set up. It is
//! replaced only after the bytes that it speaks of have reached the disk, so that after a crash at
//! any moment the two fit together: what lies beyond is cut off and done again.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::BatchError;
use crate::summary::BatchSummary;

/// What must be the same for an interrupted run to go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    /// This program's version: another one may score otherwise.
    pub(crate) program: String,
    pub(crate) input_bytes: u64,
    pub(crate) input_sha256: String,
    pub(crate) options: String,
    /// The day for which listings must be in force.
    pub(crate) day: Option<String>,
    pub(crate) generation: u64,
    pub(crate) lists: Vec<String>,
}

impl Stamp {
    /// What differs, if anything does.
    fn difference(&self, then: &Stamp) -> Option<&'static str> {
        let input = |stamp: &Stamp| (stamp.input_bytes, stamp.input_sha256.clone());
        if input(self) != input(then) {
            return Some("the input is not what it was");
        }
        if (&self.options, &self.day) != (&then.options, &then.day) {
            return Some("the options are not what they were");
        }
        if (self.generation, &self.lists) != (then.generation, &then.lists) {
            return Some("the lists are not what they were");
        }
        (self.program != then.program).then_some("the program's version is not what it was")
    }
}

/// How far a run has come.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// The place in the input after the last row that is done.
    pub(crate) input_end: u64,
    /// The size of the output that is good.
    pub(crate) output_bytes: u64,
    pub(crate) summary: BatchSummary,
}

#[derive(Serialize, Deserialize)]
struct Record {
    format: u32,
    stamp: Stamp,
    progress: Progress,
}

const FORMAT: u32 = 1;

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

/// The day that an interrupted run asked for, if there is one to go on with.
pub fn interrupted_day(output: &Path) -> Option<String> {
    read_record(output).ok().flatten()?.stamp.day
}

fn read_record(output: &Path) -> Result<Option<Record>, BatchError> {
    let path = beside(output, ".progress");
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(BatchError::io("read", &path)(error)),
    };
    let damaged = |detail| BatchError::Damaged { output: output.to_owned(), detail };
    let record: Record = serde_json::from_slice(&bytes)
        .map_err(|error| damaged(format!("{} is damaged: {error}", path.display())))?;
    if record.format == FORMAT {
        Ok(Some(record))
    } else {
        Err(damaged(format!("{} has format {}", path.display(), record.format)))
    }
}

impl Partial {
    /// Starts an output, or goes on with an interrupted one if asked to and there is one.
    pub(crate) fn open(
        output: &Path,
        stamp: Stamp,
        resume: bool,
    ) -> Result<(Self, Option<Progress>), BatchError> {
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
        let progress = if resume { resumed(output, &stamp, &file)? } else { None };
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

    /// Makes what was written so far survive whatever comes.
    pub(crate) fn checkpoint(&mut self, mut progress: Progress) -> Result<(), BatchError> {
        let path = beside(&self.output, ".progress");
        self.file.sync_data().map_err(BatchError::io("write", &path))?;
        progress.output_bytes = self.written;
        let record = Record { format: FORMAT, stamp: self.stamp.clone(), progress };
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

    /// Puts the output in its place, after `make` has turned the parts into the last form, if there
    /// is another one.
    pub(crate) fn finish(self, make: Option<&Join<'_>>) -> Result<(), BatchError> {
        let output = &self.output;
        let partial = beside(output, ".partial");
        let fail = BatchError::io("write", output);
        self.file.sync_all().map_err(BatchError::io("write", &partial))?;
        let from = match make {
            None => partial.clone(),
            Some(make) => {
                let whole = beside(output, ".whole");
                let out = File::create(&whole).map_err(BatchError::io("create", &whole))?;
                let again = out.try_clone().map_err(BatchError::io("write", &whole))?;
                let mut parts = Parts { file: self.file, left: self.written, started: false };
                make(&mut parts, out)
                    .map_err(|detail| BatchError::Damaged { output: output.clone(), detail })?;
                again.sync_all().map_err(BatchError::io("write", &whole))?;
                whole
            }
        };
        // In this order: stopped in between, the next run starts anew, which is safe.
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

/// Turns the parts of an output into its last form.
pub(crate) type Join<'a> = dyn Fn(&mut Parts, File) -> Result<(), String> + 'a;

/// Frames a part, to be found again by [`Parts`].
#[cfg(feature = "parquet")]
pub(crate) fn framed(part: Vec<u8>) -> Vec<u8> {
    let mut frame = (part.len() as u64).to_le_bytes().to_vec();
    frame.extend(part);
    frame
}

/// The parts of an output that is made of framed parts.
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

fn resumed(output: &Path, stamp: &Stamp, file: &File) -> Result<Option<Progress>, BatchError> {
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

/// Size and SHA-256 of a file.
pub(crate) fn fingerprint(path: &Path) -> Result<(u64, String), BatchError> {
    let read = || -> std::io::Result<(u64, String)> {
        let mut file = File::open(path)?;
        let mut hasher = Sha256::new();
        let mut block = vec![0; 1 << 18];
        let mut bytes = 0;
        loop {
            let read = file.read(&mut block)?;
            if read == 0 {
                let digest = hasher.finalize();
                return Ok((bytes, digest.iter().map(|byte| format!("{byte:02x}")).collect()));
            }
            hasher.update(block.get(..read).unwrap_or_default());
            bytes += read as u64;
        }
    };
    read().map_err(BatchError::io("read", path))
}
