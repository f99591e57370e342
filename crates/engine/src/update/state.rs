//! The record of updates. Failures are reported from it, and it is used to avoid fetching unchanged
//! files again.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

#[cfg(any(feature = "fetch", test))]
use interdict_durable::AtomicFile;
use interdict_index::IndexError;
use interdict_lists::fetch::Validators;
use interdict_model::{DatasetName, Sha256Digest};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::EngineError;

/// The name of the file in the data directory.
const STATE_FILE: &str = "updates.json";
const FORMAT: u32 = 1;

/// The record of the updates of all lists.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct UpdateState {
    format: u32,
    #[serde(default)]
    pub(crate) lists: BTreeMap<DatasetName, ListState>,
}

/// The record of the updates of one list.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ListState {
    #[serde(flatten)]
    pub(crate) attempts: UpdateAttempts,
    /// The files that the version in use was read from.
    #[serde(default)]
    pub(crate) files: Vec<FileState>,
}

/// A fetched file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct FileState {
    pub(crate) url: String,
    pub(crate) sha256: Sha256Digest,
    #[serde(flatten)]
    pub(crate) validators: Validators,
}

/// How the updates of a list went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema, Deserialize)]
pub struct UpdateAttempts {
    /// When an update was last tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_attempt: Option<Timestamp>,
    /// When an update last succeeded, whether or not there was a new version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_success: Option<Timestamp>,
    /// How many have failed since.
    #[serde(default)]
    pub failures: u32,
    /// When the first of these failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// Why the last one failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
}

impl UpdateAttempts {
    /// Records a successful update.
    #[cfg(any(feature = "fetch", test))]
    pub(crate) fn succeeded(&mut self, now: Timestamp) {
        *self = Self { last_attempt: Some(now), last_success: Some(now), ..Self::default() };
    }

    /// Records a failed update.
    #[cfg(any(feature = "fetch", test))]
    pub(crate) fn failed(&mut self, now: Timestamp, error: String) {
        self.last_attempt = Some(now);
        self.failures = self.failures.saturating_add(1);
        self.failing_since.get_or_insert(now);
        self.last_error = Some(error);
    }
}

impl UpdateState {
    /// Reads the state of a data directory; there is none before the first update.
    pub(crate) fn read(data_dir: &Path) -> Result<Self, EngineError> {
        let path = data_dir.join(STATE_FILE);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(EngineError::io("read", &path)(error)),
        };
        let state: Self = serde_json::from_slice(&bytes).map_err(|error| {
            EngineError::UpdateState { path: path.clone(), detail: error.to_string() }
        })?;
        if state.format > FORMAT {
            let (found, known) = (state.format, FORMAT);
            return Err(IndexError::Newer { path, found, known }.into());
        }
        Ok(state)
    }

    /// Replaces the file with this state.
    #[cfg(any(feature = "fetch", test))]
    pub(crate) fn write(&mut self, data_dir: &Path) -> Result<(), EngineError> {
        self.format = FORMAT;
        let path = data_dir.join(STATE_FILE);
        let json = serde_json::to_vec_pretty(self)
            .map_err(|error| EngineError::io("write", &path)(error.into()))?;
        Ok(AtomicFile::replace(&path, &json)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn failures_are_counted_from_the_first_until_one_goes_through() {
        let mut attempts = UpdateAttempts::default();
        attempts.failed(time("2026-01-01T00:00:00Z"), "a".into());
        attempts.failed(time("2026-01-02T00:00:00Z"), "b".into());
        assert_eq!(attempts.failures, 2);
        assert_eq!(attempts.failing_since, Some(time("2026-01-01T00:00:00Z")));
        assert_eq!(attempts.last_error.as_deref(), Some("b"));
        attempts.succeeded(time("2026-01-03T00:00:00Z"));
        assert_eq!((attempts.failures, &attempts.last_error), (0, &None));
    }

    #[test]
    fn the_state_reads_back_and_a_damaged_one_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(UpdateState::read(folder.path()).unwrap().lists.is_empty());
        let mut state = UpdateState::default();
        let list = state.lists.entry("un_sc_sanctions".parse().unwrap()).or_default();
        list.attempts.failed(time("2026-01-01T00:00:00Z"), "no answer".into());
        list.files.push(FileState {
            url: "https://example.org/x".into(),
            sha256: Sha256Digest::of(b"list"),
            validators: Validators { etag: Some("\"1\"".into()), last_modified: None },
        });
        state.write(folder.path()).unwrap();
        let back = UpdateState::read(folder.path()).unwrap();
        let list = &back.lists[&"un_sc_sanctions".parse().unwrap()];
        assert_eq!(list.attempts.last_error.as_deref(), Some("no answer"));
        assert_eq!(list.files[0].validators.etag.as_deref(), Some("\"1\""));
        fs::write(folder.path().join(STATE_FILE), b"{").unwrap();
        assert!(UpdateState::read(folder.path()).is_err());
        fs::write(folder.path().join(STATE_FILE), br#"{"format":9}"#).unwrap();
        assert!(UpdateState::read(folder.path()).unwrap_err().to_string().contains("format 9"));
    }
}
