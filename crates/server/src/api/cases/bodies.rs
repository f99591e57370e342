//! Bodies of requests about cases.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use interdict_engine::Actor;
use interdict_engine::audit::{CaseFile, CaseMove, CaseStep, Claim, Disposition};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::ApiError;

/// Default duration of a claim, in minutes: an hour of work.
const CLAIM: u32 = 60;
/// Default duration of an assignment, in minutes: longer than a claim, since the assignee may start later.
const ASSIGNMENT: u32 = 24 * 60;
/// Longest duration, in minutes: a week. A claim without end would block a case while its holder is away.
const LONGEST_CLAIM: u32 = 7 * 24 * 60;
/// The longest text, in bytes.
const LONGEST_TEXT: usize = 10_000;
/// The largest document, in bytes: a few scanned pages. Entries are read whole with the history of their case.
const LARGEST_FILE: usize = 1 << 20;
/// The longest name of a document, in bytes.
const LONGEST_NAME: usize = 200;
/// Longest term of an entry of the allow-list, in days: two years. A judgement has to be reviewed.
const LONGEST_ENTRY: i64 = 731;

/// The duration of a claim.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct ClaimTime {
    /// Minutes; 60 by default.
    minutes: Option<u32>,
}

/// The assignee of a case.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Assignment {
    /// `user:NAME`, or `service:ID` for the holder of a key.
    assignee: String,
    /// Minutes; a day by default.
    minutes: Option<u32>,
    text: Option<String>,
}

/// The text of a move.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Note {
    text: Option<String>,
}

/// A comment on a case, or a document that is attached to it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NoteWithFile {
    text: Option<String>,
    file: Option<File>,
}

/// A document.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    /// Its bytes in base64; at most 1 MiB.
    content: String,
}

/// A decision with its reason.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Reason {
    disposition: Disposition,
    /// A code of the tenant's reasons, see `GET /api/v1/settings`.
    reason: String,
    text: Option<String>,
    /// When the entry of the allow-list ends that a false positive creates; 12 months after the approval by default.
    allow_until: Option<Timestamp>,
}

impl ClaimTime {
    pub(super) fn read(self, now: Timestamp) -> Result<CaseMove, ApiError> {
        let until = later(now, self.minutes, CLAIM)?;
        Ok(CaseMove { step: CaseStep::Claim { until }, text: None, file: None })
    }
}

impl Assignment {
    pub(super) fn read(self, now: Timestamp) -> Result<CaseMove, ApiError> {
        let name = self.assignee.split_once(':');
        let is_actor = match name {
            Some(("user", name)) => Actor::user(name).is_ok(),
            Some(("service", name)) => Actor::service(name).is_ok(),
            _ => false,
        };
        if !is_actor {
            return Err(ApiError::Shape("assignee: user:NAME or service:ID".to_owned()));
        }
        let until = later(now, self.minutes, ASSIGNMENT)?;
        let step = CaseStep::Assign(Claim { actor: self.assignee, until });
        Ok(CaseMove { step, text: text(self.text)?, file: None })
    }
}

impl Note {
    /// A move with an optional text.
    pub(super) fn read(self, step: CaseStep) -> Result<CaseMove, ApiError> {
        Ok(CaseMove { step, text: text(self.text)?, file: None })
    }

    /// A move that requires a text.
    pub(super) fn read_required(self, step: CaseStep) -> Result<CaseMove, ApiError> {
        Ok(CaseMove { step, text: Some(self.into_required_text()?), file: None })
    }

    /// Returns a case to its proposer.
    pub(super) fn read_send_back(self, now: Timestamp) -> Result<CaseMove, ApiError> {
        let until = later(now, None, ASSIGNMENT)?;
        self.read_required(CaseStep::SendBack { until })
    }

    /// The text alone, for comments, which are no move.
    pub(in crate::api) fn into_required_text(self) -> Result<String, ApiError> {
        text(self.text)?.ok_or_else(|| ApiError::Shape("text: say why".to_owned()))
    }
}

impl NoteWithFile {
    pub(super) fn read(self) -> Result<CaseMove, ApiError> {
        let (text, file) = (text(self.text)?, self.file.map(File::read).transpose()?);
        if text.is_none() && file.is_none() {
            return Err(ApiError::Shape("either text or file has to be there".to_owned()));
        }
        Ok(CaseMove { step: CaseStep::Comment, text, file })
    }
}

impl File {
    fn read(self) -> Result<CaseFile, ApiError> {
        let is_plain = (1..=LONGEST_NAME).contains(&self.name.len())
            && !self.name.chars().any(|letter| letter.is_control() || "/\\".contains(letter));
        if !is_plain {
            let text = format!("file.name: 1 to {LONGEST_NAME} bytes without slashes");
            return Err(ApiError::Shape(text));
        }
        let bytes = STANDARD
            .decode(&self.content)
            .map_err(|_| ApiError::Shape("file.content: no base64".to_owned()))?;
        if bytes.is_empty() || bytes.len() > LARGEST_FILE {
            return Err(ApiError::Shape(format!("file.content: 1 to {LARGEST_FILE} bytes")));
        }
        Ok(CaseFile::new(&self.name, &bytes))
    }
}

impl Reason {
    pub(super) fn read(self, now: Timestamp) -> Result<CaseMove, ApiError> {
        let text = text(self.text)?;
        if self.reason == "other" && text.is_none() {
            return Err(ApiError::Shape("text: name the other reason".to_owned()));
        }
        let latest = now.checked_add(SignedDuration::from_hours(LONGEST_ENTRY * 24)).ok();
        if self.allow_until.is_some_and(|end| latest.is_none_or(|latest| end > latest)) {
            return Err(ApiError::Shape("allow_until: within two years".to_owned()));
        }
        let step = CaseStep::Propose {
            disposition: self.disposition,
            reason: self.reason,
            allow_until: self.allow_until,
        };
        Ok(CaseMove { step, text, file: None })
    }
}

/// The text without surrounding white space; `None` if it is empty.
fn text(text: Option<String>) -> Result<Option<String>, ApiError> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if text.as_ref().is_some_and(|text| text.len() > LONGEST_TEXT || text.contains('\0')) {
        return Err(ApiError::Shape(format!("text: at most {LONGEST_TEXT} bytes")));
    }
    Ok(text)
}

fn later(now: Timestamp, minutes: Option<u32>, default: u32) -> Result<Timestamp, ApiError> {
    let minutes = minutes.unwrap_or(default);
    if !(1..=LONGEST_CLAIM).contains(&minutes) {
        return Err(ApiError::Shape(format!("minutes: 1 to {LONGEST_CLAIM}")));
    }
    let time = SignedDuration::from_mins(i64::from(minutes));
    Ok(now.checked_add(time).unwrap_or(Timestamp::MAX))
}
