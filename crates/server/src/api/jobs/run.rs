//! Running jobs: one at a time on each server, with lower priority than requests.

use std::sync::Arc;
use std::time::Duration;

use interdict_engine::audit::{
    Caller, JobBasis, JobCounts, JobEnd, JobFailure, JobLease, JobState, Origin, StoreError,
    TakenJob, matcher,
};
use interdict_engine::{Actor, AsOf, Lists, PartyFile};
use interdict_model::{DatePrefix, GenerationId, PartialDate};
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinHandle;

use super::plan::JobSettings;
use super::rows::{JobRules, screen_slice};
use super::spool::Spool;
use crate::app::{App, Loaded};
use crate::error::ApiError;
use crate::requester::{Known, Requester};

/// Polling interval for jobs that another server accepted or abandoned.
const LOOK: Duration = Duration::from_secs(2);
/// Duration of the lease of a job. It is renewed several times within that time.
pub(crate) const LEASE: SignedDuration = SignedDuration::from_secs(15);
const RENEW: Duration = Duration::from_secs(4);
/// Interval between deletions of expired results.
const CLEAN: Duration = Duration::from_secs(600);
/// A job fails after this many servers took its lease and ended without writing a row: the job itself is then the
/// likely cause.
const IN_VAIN: u64 = 5;

/// Runs jobs as long as the server runs.
pub(crate) async fn run_jobs(app: Arc<App>) {
    let mut cleaned = None::<std::time::Instant>;
    loop {
        if cleaned.is_none_or(|at| at.elapsed() > CLEAN) {
            let (by, now) = (server(&app), Timestamp::now());
            let _ = app.change(move |change| change.clean_jobs(&by, now)).await;
            cleaned = Some(std::time::Instant::now());
        }
        // Failures of the store or the lists are temporary: the step is tried again.
        while !app.is_ending() && matches!(run_next(&app).await, Ok(true)) {}
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = app.wake_jobs.notified() => {}
        }
    }
}

/// The actor of work that the server starts by itself.
pub(crate) fn server(app: &App) -> Origin {
    app.session().origin(&Caller::local())
}

/// Takes a job and runs it; returns whether there was one.
async fn run_next(app: &Arc<App>) -> Result<bool, ApiError> {
    let now = Timestamp::now();
    if !app.in_store(move |store| store.has_waiting_job(now)).await? {
        return Ok(false);
    }
    let loaded = app.loaded()?;
    let (basis, by, now) = (basis(&loaded.lists), server(app), Timestamp::now());
    let taken = app.change(move |change| change.take_job(basis, by, now, later(now))).await?;
    let Some(taken) = taken else { return Ok(false) };
    let lease = taken.lease.clone();
    let beats = heartbeat(Arc::clone(app), lease.clone());
    let ended = carry_out(app, taken, loaded).await;
    beats.abort();
    let end = match ended {
        Ok(Some(end)) => end,
        Ok(None) => return Ok(true),
        // The store is unreachable, or another server holds the job: the next holder of the lease continues it.
        Err(ApiError::Store(_)) => return Ok(false),
        Err(error) => JobEnd { state: JobState::Failed, failure: Some(failure(app, &error)) },
    };
    let (by, now) = (server(app), Timestamp::now());
    app.change(move |change| change.end_job(&lease, &end, by, now)).await?;
    Ok(true)
}

/// What a job that starts now is screened with.
fn basis(lists: &Lists) -> JobBasis {
    let versions =
        lists.health().iter().map(|list| (list.dataset.to_string(), list.version.clone()));
    JobBasis {
        generation: lists.number().into(),
        lists: versions.collect(),
        matcher: matcher().to_owned(),
        day: PartialDate::exactly(lists.day()).to_string(),
    }
}

pub(crate) fn later(now: Timestamp) -> Timestamp {
    now.checked_add(LEASE).unwrap_or(Timestamp::MAX)
}

/// Renews the lease while slow rows are read.
fn heartbeat(app: Arc<App>, lease: JobLease) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(RENEW).await;
            let (lease, until) = (lease.clone(), later(Timestamp::now()));
            let renewed = app.change(move |change| change.renew_job(&lease, until)).await;
            if matches!(renewed, Err(ApiError::Store(StoreError::Refused(_)))) {
                return;
            }
        }
    })
}

/// The lists of a job: those in use, or those with which it was started.
enum JobLists {
    InUse(Arc<Loaded>),
    Earlier(Box<Lists>),
}

impl JobLists {
    fn lists(&self) -> &Lists {
        match self {
            Self::InUse(loaded) => &loaded.lists,
            Self::Earlier(lists) => lists,
        }
    }
}

/// Everything that is needed to screen rows. It moves between threads.
struct Work {
    lists: JobLists,
    rules: JobRules,
    file: PartyFile,
    /// Deleted when it is dropped.
    spool: Spool,
}

/// Runs a job to its end; returns `None` if the server shuts down before.
async fn carry_out(
    app: &Arc<App>,
    taken: TakenJob,
    loaded: Arc<Loaded>,
) -> Result<Option<JobEnd>, ApiError> {
    if taken.in_vain > IN_VAIN {
        return Err(ApiError::Internal("servers ended while they read the file of a job"));
    }
    let lease = taken.lease.clone();
    let mut counts = taken.counts;
    let opening = Arc::clone(app);
    let opened = tokio::task::spawn_blocking(move || open(&opening, taken, loaded)).await;
    let mut work = opened.map_err(|_| ApiError::Internal("the file of a job"))??;
    let ceiling = work.rules.settings.ceiling()?;
    loop {
        if app.is_ending() {
            let now = Timestamp::now();
            app.change(move |change| change.give_back_job(&lease, now)).await?;
            return Ok(None);
        }
        let (back, slice) = app
            .work_behind(move |app| {
                let Work { lists, rules, file, .. } = &mut work;
                let slice = screen_slice(app, lists.lists(), rules, file);
                Ok((work, slice))
            })
            .await?;
        work = back;
        let slice = slice.map_err(|error| work.spool.hide_path(error))?;
        let Some(slice) = slice else { break };
        let (held, now) = (lease.clone(), Timestamp::now());
        let write = move |change: &mut interdict_engine::audit::Change<'_>| {
            slice.write(change, &held, counts, (now, later(now)))
        };
        counts = app.change(write).await?;
    }
    Ok(Some(end_of(counts, ceiling.allowed(counts.rows))))
}

/// The final state of a job after its last row, with the reason if it failed or is incomplete.
fn end_of(counts: JobCounts, allowed: u64) -> JobEnd {
    let failure = |code: &str, detail: String| Some(JobFailure { code: code.to_owned(), detail });
    let JobCounts { rows, rows_screened, rows_unscreened, .. } = counts;
    if rows == 0 {
        let failure = failure("no_rows", "the file has no rows".to_owned());
        return JobEnd { state: JobState::Failed, failure };
    }
    if rows_screened > 0 && rows_unscreened <= allowed {
        return JobEnd { state: JobState::Done, failure: None };
    }
    let detail = format!(
        "{rows_unscreened} of {rows} rows could not be screened, and {allowed} may: look at their lines in the result"
    );
    JobEnd { state: JobState::Incomplete, failure: failure("unscreened_rows", detail) }
}

/// Copies the file to this machine, and opens it and the lists.
fn open(app: &Arc<App>, taken: TakenJob, loaded: Arc<Loaded>) -> Result<Work, ApiError> {
    let settings: JobSettings = serde_json::from_value(taken.plan.settings.clone())
        .map_err(|_| ApiError::Internal("the settings of a job"))?;
    let day = taken.basis.day.parse::<PartialDate>().map(|day| day.to());
    let day: DatePrefix = day.map_err(|_| ApiError::Internal("the day of a job"))?;
    let store = app.store().ok_or(ApiError::NotFound("There is no store."))?;
    let mut spool = Spool::new(app, &taken.lease.id, &taken.plan.format)?;
    let mut hash = interdict_model::Sha256Hasher::default();
    let mut part = 0;
    while let Some(bytes) = store.job_input(&taken.lease.id, part)? {
        hash.update(&bytes);
        spool.write(&bytes)?;
        part += 1;
    }
    if hash.finish().to_string() != taken.plan.digest {
        return Err(ApiError::Internal("the file of a job is not the one that was sent"));
    }
    let lists = lists_of(app, &taken.basis, loaded)?;
    let session = app.session();
    let file = session.open_parties(spool.path(), &settings.file.read()?, day);
    let mut file = file.map_err(|error| spool.hide_path(error.into()))?;
    if taken.counts.rows > 0 {
        let sought = file.seek(taken.position, taken.counts.rows);
        sought.map_err(|error| spool.hide_path(error.into()))?;
    }
    let rules = JobRules { requester: requester_of(&taken)?, settings, day };
    Ok(Work { lists, rules, file, spool })
}

/// The lists with which a job was started.
///
/// # Errors
/// When this server does not have the same versions of them, or has another version of the comparison.
fn lists_of(app: &App, wanted: &JobBasis, loaded: Arc<Loaded>) -> Result<JobLists, ApiError> {
    let is_wanted = |lists: &Lists| {
        let found = basis(lists);
        found.generation == wanted.generation
            && found.lists == wanted.lists
            && found.matcher == wanted.matcher
    };
    if is_wanted(&loaded.lists) {
        return Ok(JobLists::InUse(loaded));
    }
    let number = GenerationId::from(wanted.generation);
    let lists = app.session().open_lists(AsOf::Generation(number));
    match lists {
        Ok(lists) if is_wanted(&lists) => Ok(JobLists::Earlier(Box::new(lists))),
        _ => Err(ApiError::Changed(
            "the lists or the program changed since the job began: make it again",
        )),
    }
}

/// The caller to whom the screenings of a job are attributed.
fn requester_of(taken: &TakenJob) -> Result<Requester, ApiError> {
    let Origin { actor, on_behalf_of, request, .. } = taken.origin.clone();
    let actor = match actor.split_once(':') {
        Some(("user", name)) => Actor::user(name),
        Some(("service", name)) => Actor::service(name),
        Some((_, name)) => Actor::local(name),
        None => Actor::local(&actor),
    };
    let actor = actor.map_err(|_| ApiError::Internal("the maker of a job"))?;
    let tenant = taken.lease.tenant.clone();
    let caller = Caller { tenant, on_behalf_of, address: None, request };
    Ok(Requester { actor, caller, known: Known::Nobody })
}

/// Why a job failed, in words for its owner.
fn failure(app: &App, error: &ApiError) -> JobFailure {
    if let Some(cause) = error.cause() {
        app.report("job-failed", cause);
    }
    let (_, fault) = error.fault();
    let code = match error {
        ApiError::Shape(_) => "unreadable_file",
        _ => fault.code,
    };
    JobFailure { code: code.to_owned(), detail: fault.detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_with_too_many_rows_that_were_not_screened_is_not_done() {
        let counts = |rows, rows_unscreened| JobCounts {
            rows,
            rows_unscreened,
            rows_screened: rows - rows_unscreened,
            ..JobCounts::default()
        };
        let state = |counts, allowed| end_of(counts, allowed).state;
        assert_eq!(state(counts(0, 0), 10), JobState::Failed);
        assert_eq!(state(counts(5, 5), 10), JobState::Incomplete, "nothing was screened");
        assert_eq!(state(counts(5, 4), 3), JobState::Incomplete);
        assert_eq!(state(counts(5, 4), 4), JobState::Done);
        assert!(end_of(counts(5, 4), 3).failure.unwrap().detail.contains("4 of 5"));
    }
}
