//! A job as the store holds it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::run::JobBasis;
use crate::database::{Row, Sql, Value};
use crate::error::StoreError;
use crate::event::{EventDraft, Origin, SealedDraft, Tenant};
use crate::keys::digits;
use crate::writer::Change;

/// Maximum number of waiting and running jobs of a tenant.
const MOST_WAITING: u64 = 100;

/// The id of a new job: the parts of its file are written under it before the job exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobId(String);

impl JobId {
    /// An id from random bytes.
    pub fn from_random(bytes: [u8; 10]) -> Self {
        Self(digits(&bytes))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The state of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// No server has taken it.
    Queued,
    /// A server is screening its rows.
    Running,
    /// All rows were processed; the number of unscreened rows is within the limit.
    Done,
    /// All rows were processed; the number of unscreened rows is above the limit. The result does not show who is
    /// clear.
    Incomplete,
    /// It failed.
    Failed,
    /// It was cancelled.
    Cancelled,
}

impl JobState {
    const ALL: [Self; 6] =
        [Self::Queued, Self::Running, Self::Done, Self::Incomplete, Self::Failed, Self::Cancelled];

    /// The name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Incomplete => "incomplete",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether the state is final.
    pub fn has_ended(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    /// Whether there is a result of all rows.
    pub fn has_result(self) -> bool {
        matches!(self, Self::Done | Self::Incomplete)
    }
}

/// The file and the settings of a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JobPlan {
    /// The format of the file: `csv`, `ndjson` or `parquet`.
    pub format: String,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub digest: String,
    /// The size of the file, in bytes.
    pub bytes: u64,
    /// The settings of the screening, as the caller sent them.
    pub settings: Json,
}

/// A job to create.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// The tenant.
    pub tenant: Tenant,
    /// The id under which the parts of its file were written.
    pub id: JobId,
    /// The file and the settings.
    pub plan: JobPlan,
    /// The end of the retention of file and result.
    pub keep_until: Timestamp,
}

/// Counts of the rows of a job so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JobCounts {
    /// Rows that were read.
    pub rows: u64,
    /// Rows that were screened.
    pub rows_screened: u64,
    /// Rows that were not screened: they are not clear.
    pub rows_unscreened: u64,
    /// Rows with at least one match.
    pub rows_matched: u64,
    /// Of those, rows whose matches are all suppressed by entries of the allow-list.
    pub rows_suppressed: u64,
    /// Rows without a match that were not read completely or not screened against all lists: they are not clear.
    pub rows_incomplete: u64,
    /// Rows that are clear.
    pub rows_clear: u64,
    /// Matches.
    pub matches: u64,
}

/// The progress of a job, as written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    pub(super) counts: JobCounts,
    /// The offset of the next row, in the unit of the reader of its format.
    pub(super) position: u64,
    /// Parts of the result.
    pub(super) parts: i64,
    /// The lease number (fencing token) under which the last step was written.
    pub(super) stepped: i64,
    /// Columns of the file that are not used for screening.
    #[serde(default)]
    pub(super) unused_columns: Vec<String>,
}

/// Why a job did not end as `done`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JobFailure {
    /// The code of the reason.
    pub code: String,
    /// What is wrong, and the next step.
    pub detail: String,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Job {
    /// The id.
    pub id: String,
    /// Its state.
    pub state: JobState,
    /// The file and the settings.
    #[serde(flatten)]
    pub plan: JobPlan,
    /// Counts of the rows so far.
    pub counts: JobCounts,
    /// Columns of the file that are not used for screening, in their order; a misspelt header is one of them.
    pub unused_columns: Vec<String>,
    /// Why it did not end as `done`.
    pub failure: Option<JobFailure>,
    /// What it is screened with; `None` before its start.
    pub basis: Option<JobBasis>,
    /// Who created it.
    pub made_by: String,
    /// When it was created.
    pub made_at: Timestamp,
    /// When a server started it.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The end of the retention of the result; `None` if there is no result.
    pub result_until: Option<Timestamp>,
    /// Its position in lists.
    #[serde(skip)]
    pub(crate) seq: u64,
}

/// All columns of a job.
pub(super) struct StoredJob {
    pub(super) job: Job,
    pub(super) tenant: Tenant,
    pub(super) origin: Origin,
    pub(super) progress: Progress,
    pub(super) lease: i64,
}

pub(super) const COLUMNS: &str = "id, tenant, seq, state, plan, origin, basis, progress, failure, \
     lease, made_at, started_at, ended_at, keep_until";

impl StoredJob {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let damaged = |what: &str| StoreError::Damaged(format!("the {what} of a job"));
        let json = |column, what: &str| {
            serde_json::from_str::<Json>(&row.text(column)?).map_err(|_| damaged(what))
        };
        let state = JobState::parse(&row.text(3)?).ok_or_else(|| damaged("state"))?;
        let origin: Origin =
            serde_json::from_value(json(5, "origin")?).map_err(|_| damaged("origin"))?;
        let progress: Progress =
            serde_json::from_value(json(7, "progress")?).map_err(|_| damaged("progress"))?;
        let basis = row.optional(6, Row::text)?.map(|text| serde_json::from_str(&text));
        let failure = row.optional(8, Row::text)?.map(|text| serde_json::from_str(&text));
        let keep_until = row.moment(13)?;
        let job = Job {
            id: row.text(0)?,
            state,
            plan: serde_json::from_value(json(4, "plan")?).map_err(|_| damaged("plan"))?,
            counts: progress.counts,
            unused_columns: progress.unused_columns.clone(),
            failure: failure.transpose().map_err(|_| damaged("failure"))?,
            basis: basis.transpose().map_err(|_| damaged("basis"))?,
            made_by: origin.actor.clone(),
            made_at: row.moment(10)?,
            started_at: row.optional(11, Row::moment)?,
            ended_at: row.optional(12, Row::moment)?,
            result_until: (state.has_result() && progress.parts > 0).then_some(keep_until),
            seq: row.count(2)?,
        };
        let tenant = Tenant::parse(&row.text(1)?).map_err(|_| damaged("tenant"))?;
        Ok(Self { job, tenant, origin, progress, lease: row.integer(9)? })
    }
}

pub(super) fn find_job(
    sql: &mut dyn Sql,
    tenant: &Tenant,
    id: &str,
) -> Result<StoredJob, StoreError> {
    let select = format!("SELECT {COLUMNS} FROM jobs WHERE id = ?1 AND tenant = ?2");
    let row = sql.query_one(&select, &[Value::Text(id), Value::Text(tenant.as_str())])?;
    StoredJob::read(&row.ok_or(StoreError::NotFound("job"))?)
}

pub(super) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("keys of jobs are texts")
}

impl Change<'_> {
    /// Creates a job from a file whose parts were written before.
    ///
    /// # Errors
    /// When too many jobs of the tenant wait.
    pub fn make_job(
        &mut self,
        new: NewJob,
        origin: Origin,
        now: Timestamp,
    ) -> Result<Job, StoreError> {
        let NewJob { tenant, id, plan, keep_until } = new;
        let waiting = self.sql()?.query_one(
            "SELECT count(*) FROM jobs WHERE tenant = ?1 AND state IN ('queued', 'running')",
            &[Value::Text(tenant.as_str())],
        )?;
        if waiting.map_or(Ok(0), |row| row.count(0))? >= MOST_WAITING {
            let text = format!("{MOST_WAITING} jobs wait or run: wait until one has ended");
            return Err(StoreError::Refused(text));
        }
        // The caller's names of columns could name a customer: they are sealed.
        let detail = json!({
            "job": id.0, "format": plan.format, "digest": plan.digest, "bytes": plan.bytes,
        });
        let sealed =
            SealedDraft { subject: None, keep_until, data: plan.settings.to_string().into_bytes() };
        let draft = EventDraft::new("job.made", &tenant, origin.clone(), now, detail);
        let seq = self.record(EventDraft { sealed: Some(sealed), ..draft })?;
        self.sql()?.execute(
            "INSERT INTO jobs (id, tenant, seq, state, plan, origin, progress, lease, made_at, keep_until) \
             VALUES (?1, ?2, ?3, 'queued', ?4, ?5, ?6, 0, ?7, ?8)",
            &[
                Value::Text(&id.0),
                Value::Text(tenant.as_str()),
                Value::count(seq),
                Value::Text(&to_json(&plan)),
                Value::Text(&to_json(&origin)),
                Value::Text(&to_json(&Progress::default())),
                Value::Integer(now.as_microsecond()),
                Value::Integer(keep_until.as_microsecond()),
            ],
        )?;
        Ok(find_job(self.sql()?, &tenant, &id.0)?.job)
    }
}
