//! Screening the rows of a job in steps; each step is written in one change.

use interdict_engine::audit::{
    Change, JobCounts, JobLease, JobRow, JobStep, RecordedScreening, StoreError,
};
use interdict_engine::{Lists, PartyFile, PartyRow};
use interdict_model::{DatePrefix, Verdict};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::plan::JobSettings;
use crate::api::party_result::{BriefResult, PartyResult};
use crate::api::screen_settings::{Screener, check_reference};
use crate::api::wording::row_for_http;
use crate::app::App;
use crate::error::ApiError;
use crate::record::ScreeningDraft;
use crate::requester::Requester;

/// Rows that are screened and written together: few enough that a waiting request gets its place soon, many enough to
/// share a flush to the disk.
const ROWS: usize = 64;
/// The most rows of a job: a small compressed file can expand to very many rows.
const MOST_ROWS: u64 = 20_000_000;

/// A line of a result.
#[derive(Serialize, JsonSchema)]
pub(in crate::api) struct JobLine {
    /// The row number, counted from 1 without the header.
    row: u64,
    #[serde(flatten)]
    result: RowResult,
}

/// The result of the row.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum RowResult {
    Screened(BriefResult),
    /// The status says that the row was not screened (422, code `unscreened`), or that its customer was erased (410,
    /// code `erased`). There is no list of candidates, since an empty one could be read as "no match".
    Unscreened {
        status: u16,
        code: &'static str,
        /// The reference of the customer; absent after its erasure.
        #[serde(skip_serializing_if = "Option::is_none")]
        customer: Option<String>,
        detail: String,
    },
}

/// The screening of a row, or the reason in words why it was not screened.
type ScreenedRow = Result<(PartyResult, ScreeningDraft), String>;

/// A row that was processed and is not written yet.
struct SlicedRow {
    number: u64,
    customer: Option<String>,
    screened: ScreenedRow,
}

/// Rows that were screened and are not written yet.
pub(super) struct Slice {
    rows: Vec<SlicedRow>,
    position: u64,
    unused_columns: Vec<String>,
}

/// The context in which all rows of a job are screened.
#[derive(Clone)]
pub(super) struct JobRules {
    pub(super) requester: Requester,
    pub(super) settings: JobSettings,
    pub(super) day: DatePrefix,
}

/// Screens the next rows; returns `None` at the end of the file.
///
/// # Errors
/// When the file or the lists cannot be read, or the lists permit no answer.
pub(super) fn screen_slice(
    app: &App,
    lists: &Lists,
    rules: &JobRules,
    file: &mut PartyFile,
) -> Result<Option<Slice>, ApiError> {
    let session = app.session_of(&rules.requester);
    let screener =
        Screener::new(app, lists, session, &rules.requester.caller, &rules.settings.screening)?;
    let screener = screener.on(rules.day);
    let Some(read) = file.next_rows(ROWS)? else { return Ok(None) };
    if read.last().is_some_and(|row| row.row > MOST_ROWS) {
        return Err(ApiError::Shape(format!("the file has more than {MOST_ROWS} rows")));
    }
    let mut rows = Vec::with_capacity(read.len());
    for row in read.into_iter().map(row_for_http) {
        let (number, customer) = (row.row, row.customer.clone());
        rows.push(SlicedRow { number, customer, screened: screen_row(&screener, row)? });
    }
    let (position, unused_columns) = (file.position(), file.unused_columns());
    Ok(Some(Slice { rows, position, unused_columns }))
}

/// A row that was read, or the reason why it is not screened.
fn screen_row(screener: &Screener<'_>, row: PartyRow) -> Result<ScreenedRow, ApiError> {
    let party = match row.party {
        Ok(party) => party,
        Err(fault) => return Ok(Err(fault)),
    };
    // Without a reference, its matches could not be assigned to a customer.
    if let Some(Err(error)) = row.customer.as_deref().map(check_reference) {
        return Ok(Err(error.to_string()));
    }
    let (result, draft) = screener.screen_query(&party, row.customer.as_deref(), &row.gaps)?;
    let draft = draft.ok_or(ApiError::NotFound("There is no store."))?;
    Ok(Ok((result, draft)))
}

impl Slice {
    /// Records the screenings, and writes the lines of the result, in one change.
    ///
    /// # Errors
    /// When this server no longer holds the lease of the job, or the store cannot be written.
    pub(super) fn write(
        self,
        change: &mut Change<'_>,
        lease: &JobLease,
        mut counts: JobCounts,
        (now, until): (Timestamp, Timestamp),
    ) -> Result<JobCounts, StoreError> {
        // The lease is checked before anything is recorded.
        change.renew_job(lease, until)?;
        let erased = change.erased_in_job(lease)?;
        let mut rows = Vec::with_capacity(self.rows.len());
        for SlicedRow { number, customer, screened } in self.rows {
            counts.rows += 1;
            // The file was sent before the erasure: recording this row would store the erased data again.
            if customer.as_deref().is_some_and(|customer| erased.contains(customer)) {
                counts.rows_unscreened += 1;
                rows.push(JobRow::erased(number));
                continue;
            }
            let result = match screened {
                Ok((result, draft)) => {
                    let recorded = draft.record(change)?;
                    RowResult::Screened(count(&mut counts, result, recorded))
                }
                Err(detail) => {
                    counts.rows_unscreened += 1;
                    let customer = customer.clone();
                    RowResult::Unscreened { status: 422, code: "unscreened", customer, detail }
                }
            };
            // All keys are strings, so serialisation cannot fail.
            let line = serde_json::to_vec(&JobLine { row: number, result }).unwrap_or_default();
            rows.push(JobRow { number, customer, line });
        }
        let (position, unused_columns) = (self.position, self.unused_columns);
        let step = JobStep { counts, position, rows, unused_columns };
        change.write_job_step(lease, &step, now, until)?;
        Ok(counts)
    }
}

fn count(
    counts: &mut JobCounts,
    mut result: PartyResult,
    recorded: RecordedScreening,
) -> BriefResult {
    result.note_recorded(recorded);
    counts.rows_screened += 1;
    counts.matches += u64::try_from(result.matches()).unwrap_or(u64::MAX);
    counts.rows_suppressed += u64::from(result.is_all_suppressed());
    match result.verdict {
        Verdict::Match => counts.rows_matched += 1,
        Verdict::Incomplete => counts.rows_incomplete += 1,
        _ => counts.rows_clear += 1,
    }
    result.into_brief()
}
