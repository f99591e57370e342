//! Fetching one list's files.

use std::path::PathBuf;

use interdict_index::{SegmentRef, SourceFile};
use interdict_lists::fetch::{Address, Fetched, Fetcher, Validators};
use interdict_model::{DatasetName, Sha256Digest};

use super::downloads::Downloads;
use super::state::FileState;
use crate::error::EngineError;

/// The result of fetching a list.
pub(super) enum Download {
    /// The version in use is still the newest. The files' states may be newer.
    Unchanged(Vec<FileState>),
    /// Files to import.
    New(Vec<FetchedFile>),
}

/// A file that was fetched.
pub(super) struct FetchedFile {
    pub(super) path: PathBuf,
    pub(super) state: FileState,
}

/// Fetches one list's files after the other.
pub(super) struct Downloader<'a> {
    pub(super) fetcher: &'a Fetcher,
    pub(super) downloads: &'a Downloads,
}

impl Downloader<'_> {
    /// Fetches a list unless it is the version in use. `remembered` are the files of the last
    /// update; they count only if the version in use was read from them.
    pub(super) fn fetch(
        &self,
        dataset: &DatasetName,
        addresses: &[Address],
        in_use: Option<&SegmentRef>,
        remembered: &[FileState],
    ) -> Result<Download, EngineError> {
        let sources = in_use.map_or(&[][..], |segment| &segment.sources);
        let is_in_use =
            same_checksums(remembered.iter().map(|f| &f.sha256), sources.iter().map(|f| &f.sha256));
        let is_same_place =
            addresses.iter().map(Address::whole).eq(remembered.iter().map(|f| f.url.as_str()));
        let known =
            if is_in_use && is_same_place && !remembered.is_empty() { remembered } else { &[] };

        let mut found = Vec::with_capacity(addresses.len());
        for (number, address) in addresses.iter().enumerate() {
            let validators = known.get(number).map(|file| file.validators.clone());
            let file = self.file(dataset, (number, address), &validators.unwrap_or_default())?;
            found.push(file);
        }
        if found.iter().all(Option::is_none) {
            return Ok(Download::Unchanged(known.to_vec()));
        }
        // A set of files is only used whole: those that have not changed are needed with the rest.
        let mut files = Vec::with_capacity(found.len());
        for (number, (file, address)) in found.into_iter().zip(addresses).enumerate() {
            let again = match file {
                Some(file) => Some(file),
                None => self.file(dataset, (number, address), &Validators::default())?,
            };
            files.extend(again);
        }
        let fetched = files.iter().map(|file| &file.state.sha256);
        if in_use.is_some() && same_checksums(fetched, sources.iter().map(|file| &file.sha256)) {
            return Ok(Download::Unchanged(files.into_iter().map(|file| file.state).collect()));
        }
        Ok(Download::New(files))
    }

    fn file(
        &self,
        dataset: &DatasetName,
        (number, address): (usize, &Address),
        known: &Validators,
    ) -> Result<Option<FetchedFile>, EngineError> {
        let (path, mut out) = self.downloads.create(dataset, (number, address.file_name()))?;
        let validators = match self.fetcher.fetch(address, known, &mut out)? {
            Fetched::Unchanged => return Ok(None),
            Fetched::New { validators, .. } => validators,
        };
        let sha256 = SourceFile::read(&path)?.sha256;
        let state = FileState { url: address.whole().to_owned(), sha256, validators };
        Ok(Some(FetchedFile { path, state }))
    }
}

/// Whether two sets of checksums are equal, in any order.
fn same_checksums<'a>(
    a: impl Iterator<Item = &'a Sha256Digest>,
    b: impl Iterator<Item = &'a Sha256Digest>,
) -> bool {
    let sorted = |mut all: Vec<&'a Sha256Digest>| {
        all.sort_unstable();
        all
    };
    sorted(a.collect()) == sorted(b.collect())
}
