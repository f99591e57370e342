//! One update: fetches lists, checks them, puts them in use, and records the result.

use interdict_index::{SegmentRef, WriteLock};
use interdict_lists::fetch::{Address, Fetcher};
use interdict_lists::{ColumnMap, Counts};
use interdict_model::{DatasetName, GenerationId};
use jiff::fmt::rfc2822;
use schemars::JsonSchema;
use serde::Serialize;

use super::download::{Download, Downloader, FetchedFile};
use super::downloads::Downloads;
use super::state::{FileState, ListState, UpdateState};
use crate::error::EngineError;
use crate::import::ImportRequest;
use crate::session::Session;

/// What to update.
#[derive(Debug, Clone, Default)]
pub struct UpdateRequest {
    /// These lists; all that are enabled, if none is named.
    pub datasets: Vec<DatasetName>,
    /// Accept a list even if it has lost more than a fifth of its entities.
    pub accept_loss: bool,
    /// Accept a list even if it is older than the version in use.
    pub accept_older: bool,
    /// Fetch and read lists even if they have not changed.
    pub force: bool,
    /// Wait for another update to finish, instead of failing.
    pub wait: bool,
}

/// The result of an update.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UpdateReport {
    /// The generation that is in use now; 0 if there is none.
    pub generation: GenerationId,
    /// Every list that was to be updated, in the order of the request.
    pub lists: Vec<ListUpdate>,
}

/// The result for one list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ListUpdate {
    /// The dataset.
    pub dataset: DatasetName,
    /// The result.
    #[serde(flatten)]
    pub outcome: UpdateOutcome,
}

/// The result of updating a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum UpdateOutcome {
    /// A new version is in use.
    Updated {
        /// The version before, if there was one.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// The new version.
        version: String,
        /// The counts of the import.
        counts: Counts,
    },
    /// The version in use is the newest.
    Unchanged {
        /// Its version.
        version: String,
    },
    /// It failed. The version that was in use before is still in use.
    Failed {
        /// Why.
        error: String,
        /// What the user can do about it.
        #[serde(skip_serializing_if = "Option::is_none")]
        hint: Option<&'static str>,
    },
}

impl UpdateReport {
    /// Whether every list is up to date.
    pub fn is_complete(&self) -> bool {
        !self.lists.iter().any(|list| matches!(list.outcome, UpdateOutcome::Failed { .. }))
    }
}

/// A list that was fetched and waits for import.
struct Fetch {
    dataset: DatasetName,
    download: Result<Download, EngineError>,
}

/// A list that was read and waits to be put in use.
struct Ready {
    segment: SegmentRef,
    from: Option<String>,
    counts: Counts,
    files: Vec<FileState>,
}

impl Session {
    /// Fetches lists from where they are published, and makes one new generation of those that have
    /// changed. A list that fails is reported and recorded; the version in use stays in use.
    ///
    /// # Errors
    /// When nothing could even be tried: a list without an address, another update running, a data
    /// directory that cannot be written.
    pub fn update(&self, request: &UpdateRequest) -> Result<UpdateReport, EngineError> {
        let chosen = self.chosen(request)?;
        let downloads = Downloads::open(self.data_dir(), request.wait)?;
        let mut state = match UpdateState::read(self.data_dir()) {
            // Without the record, every list is fetched again; nothing else is lost.
            Err(EngineError::UpdateState { .. }) => UpdateState::default(),
            result => result?,
        };
        let fetcher = Fetcher::new(self.config().fetch.clone())?;
        let downloader = Downloader { fetcher: &fetcher, downloads: &downloads };

        let mut fetches = Vec::with_capacity(chosen.len());
        for (dataset, addresses) in chosen {
            let in_use = self.segment_in_use(&dataset)?.filter(|segment| self.is_whole(segment));
            let files = state.lists.get(&dataset).map_or(&[][..], |list| &list.files);
            let (in_use, files) =
                if request.force { (None, &[][..]) } else { (in_use.as_ref(), files) };
            let download = downloader.fetch(&dataset, &addresses, in_use, files);
            fetches.push(Fetch { dataset, download });
        }
        let lists = self.put_downloads_in_use(fetches, request, &mut state)?;
        state.write(self.data_dir())?;
        let generation = self.dir().current_number()?.unwrap_or_default();
        Ok(UpdateReport { generation, lists })
    }

    /// Whether a segment's file is unchanged since it was written. A damaged one must be built
    /// again even if the publisher's file has not changed.
    fn is_whole(&self, segment: &SegmentRef) -> bool {
        self.dir().verify(std::slice::from_ref(segment)).is_ok()
    }

    fn chosen(
        &self,
        request: &UpdateRequest,
    ) -> Result<Vec<(DatasetName, Vec<Address>)>, EngineError> {
        let mut names = request.datasets.clone();
        if names.is_empty() {
            names = self.config().updated_lists();
        }
        let mut chosen: Vec<(DatasetName, Vec<Address>)> = Vec::with_capacity(names.len());
        for name in names {
            let addresses = self.config().addresses(&name);
            if addresses.is_empty() {
                return Err(EngineError::NoAddress(name));
            }
            if chosen.iter().all(|(other, _)| *other != name) {
                chosen.push((name, addresses));
            }
        }
        Ok(chosen)
    }

    /// Imports the fetched files under one lock, into one generation.
    fn put_downloads_in_use(
        &self,
        fetches: Vec<Fetch>,
        request: &UpdateRequest,
        state: &mut UpdateState,
    ) -> Result<Vec<ListUpdate>, EngineError> {
        let any_new = fetches.iter().any(|f| matches!(f.download, Ok(Download::New(_))));
        let lock = if any_new { Some(self.dir().lock(true)?) } else { None };
        let mut lists: Vec<ListUpdate> = Vec::new();
        let mut ready: Vec<(usize, Ready)> = Vec::new();
        for fetch in fetches {
            let dataset = fetch.dataset;
            let remembered = state.lists.entry(dataset.clone()).or_default();
            let outcome = match (fetch.download, &lock) {
                (Ok(Download::Unchanged(files)), _) => {
                    remembered.files = files;
                    let version = self.segment_in_use(&dataset)?.map(|segment| segment.version);
                    UpdateOutcome::Unchanged { version: version.unwrap_or_default() }
                }
                (Ok(Download::New(files)), Some(lock)) => {
                    match self.read_download(lock, &dataset, files, request) {
                        Ok(read) => {
                            let outcome = updated(&read);
                            ready.push((lists.len(), read));
                            outcome
                        }
                        Err(error) => failed(&error),
                    }
                }
                (Ok(Download::New(_)), None) => continue,
                (Err(error), _) => failed(&error),
            };
            lists.push(ListUpdate { dataset, outcome });
        }
        self.commit_ready(lock.as_ref(), ready, (&mut lists, state));
        for list in &lists {
            let attempts = &mut state.lists.entry(list.dataset.clone()).or_default().attempts;
            match &list.outcome {
                UpdateOutcome::Failed { error, .. } => attempts.failed(self.now(), error.clone()),
                _ => attempts.succeeded(self.now()),
            }
        }
        Ok(lists)
    }

    /// Reads a download into a segment, with the guards of every import and one more: a version
    /// older than the one in use is refused.
    fn read_download(
        &self,
        lock: &WriteLock,
        dataset: &DatasetName,
        files: Vec<FetchedFile>,
        request: &UpdateRequest,
    ) -> Result<Ready, EngineError> {
        let previous = self.segment_in_use(dataset)?.map(|segment| segment.version);
        let import = ImportRequest {
            dataset: dataset.clone(),
            files: files.iter().map(|file| file.path.clone()).collect(),
            columns: ColumnMap::default(),
            dated: None,
            accept_loss: request.accept_loss,
            wait: true,
        };
        let states: Vec<FileState> = files.into_iter().map(|file| file.state).collect();
        let (segment, built) = self.read_segment(lock, &import, &published_on(&states))?;
        if !request.accept_older {
            self.check_order(&segment)?;
        }
        Ok(Ready { segment, from: previous, counts: built.counts, files: states })
    }

    /// Puts all lists that are ready in use at once. If that fails, all of them have failed.
    fn commit_ready(
        &self,
        lock: Option<&WriteLock>,
        ready: Vec<(usize, Ready)>,
        (lists, state): (&mut [ListUpdate], &mut UpdateState),
    ) {
        let Some(lock) = lock.filter(|_| !ready.is_empty()) else {
            return;
        };
        let segments = ready.iter().map(|(_, ready)| ready.segment.clone()).collect();
        let committed = self.put_in_use(lock, segments);
        for (place, ready) in ready {
            let Some(list) = lists.get_mut(place) else { continue };
            match &committed {
                Ok(_) => {
                    let remembered: &mut ListState =
                        state.lists.entry(list.dataset.clone()).or_default();
                    remembered.files = ready.files;
                }
                Err(error) => list.outcome = failed(error),
            }
        }
    }
}

fn updated(read: &Ready) -> UpdateOutcome {
    UpdateOutcome::Updated {
        from: read.from.clone(),
        version: read.segment.version.clone(),
        counts: read.counts.clone(),
    }
}

fn failed(error: &EngineError) -> UpdateOutcome {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let detail = error.to_string();
        // A transparent wrapper has the same text as its cause; the repetition is left out.
        if !text.ends_with(&detail) {
            text.push_str(": ");
            text.push_str(&detail);
        }
        cause = error.source();
    }
    UpdateOutcome::Failed { error: text, hint: error.hint() }
}

/// The day on which, according to the server, the files were last changed. It is the version of a
/// list whose files state none. Of several files, the latest day counts.
fn published_on(files: &[FileState]) -> String {
    let day = |file: &FileState| -> Option<String> {
        let date = rfc2822::parse(file.validators.last_modified.as_deref()?).ok()?;
        Some(date.date().to_string())
    };
    files.iter().filter_map(day).max().unwrap_or_default()
}
