//! Screening of monitored customers: new and changed ones at once, the others when a change of the lists could alter
//! their matches.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use interdict_engine::audit::{
    Caller, MonitorLease, MonitorScreening, MonitoredCustomer, StoreError, SweepBasis, SweepCounts,
    TakenMonitor, matcher,
};
use interdict_engine::screening::Policy;
use interdict_engine::{Actor, AsOf, ListDelta, Lists, PartyQuery};
use interdict_model::{Gap, GapCode, GenerationId, PartialDate};
use jiff::{SignedDuration, Timestamp};

use super::MonitorSettings;
use super::customers::StoredParty;
use crate::api::jobs::{later, server};
use crate::api::screen_settings::Screener;
use crate::app::{App, Loaded};
use crate::error::ApiError;
use crate::requester::{Known, Requester};

/// Polling interval for customers that another server accepted, and for new lists.
const LOOK: Duration = Duration::from_secs(2);
const RENEW: Duration = Duration::from_secs(4);
/// Delay before a failed sweep is tried again.
const AGAIN: SignedDuration = SignedDuration::from_secs(30);
/// Customers that are screened and written together.
const SLICE: usize = 64;
/// Customers per index: an index of this many takes some tens of megabytes.
const PAGE: u32 = 10_000;

/// Sweeps monitors as long as the server runs.
pub(crate) async fn sweep_monitors(app: Arc<App>) {
    loop {
        while !app.is_ending() && matches!(sweep_next(&app).await, Ok(true)) {}
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = app.wake_monitors.notified() => {}
        }
    }
}

/// Sweeps a monitor that has work; returns whether there was one.
async fn sweep_next(app: &Arc<App>) -> Result<bool, ApiError> {
    // If this server cannot open the new lists, another one may be able to.
    if app.is_behind() {
        return Ok(false);
    }
    let loaded = app.loaded()?;
    let basis = sweep_basis(&loaded.lists);
    let (looked, now) = (basis.clone(), Timestamp::now());
    if !app.in_store(move |store| store.has_due_monitor(&looked, now)).await? {
        return Ok(false);
    }
    let (taking, now) = (basis.clone(), Timestamp::now());
    let taken = app.change(move |change| change.take_monitor(&taking, now, later(now))).await?;
    let Some(taken) = taken else { return Ok(false) };
    let lease = taken.lease.clone();
    let beats = tokio::spawn(heartbeat(Arc::clone(app), lease.clone()));
    let swept = match Sweep::new(app, taken, loaded, basis) {
        Ok(sweep) => sweep.run().await,
        Err(error) => Err(error),
    };
    beats.abort();
    match swept {
        Ok(()) => Ok(true),
        Err(ApiError::Store(_)) => Ok(false),
        Err(error) => {
            if let Some(cause) = error.cause() {
                app.report("sweep-failed", cause);
            }
            let (by, now) = (server(app), Timestamp::now());
            let again = now.checked_add(AGAIN).unwrap_or(Timestamp::MAX);
            let failure = error.fault().1.code;
            app.change(move |change| change.fail_sweep(&lease, failure, (by, now, again))).await?;
            Ok(true)
        }
    }
}

/// What customers are screened with now.
fn sweep_basis(lists: &Lists) -> SweepBasis {
    SweepBasis {
        generation: lists.number().into(),
        matcher: matcher().to_owned(),
        day: Some(day_of(lists)),
    }
}

/// The day of lists, as it is stored.
pub(super) fn day_of(lists: &Lists) -> String {
    PartialDate::exactly(lists.day()).to_string()
}

async fn heartbeat(app: Arc<App>, lease: MonitorLease) {
    loop {
        tokio::time::sleep(RENEW).await;
        let (lease, until) = (lease.clone(), later(Timestamp::now()));
        let renewed = app.change(move |change| change.renew_monitor(&lease, until)).await;
        if matches!(renewed, Err(ApiError::Store(StoreError::Refused(_)))) {
            return;
        }
    }
}

/// A sweep of one monitor.
struct Sweep {
    app: Arc<App>,
    taken: TakenMonitor,
    loaded: Arc<Loaded>,
    basis: SweepBasis,
    settings: Arc<MonitorSettings>,
    requester: Requester,
    /// Ids of entities whose records differ from those that the monitor processed last.
    changed: Arc<BTreeSet<String>>,
    counts: SweepCounts,
}

/// How the customers are selected whom the new lists can affect.
enum Touch {
    /// Nothing changed.
    Nobody,
    /// The difference between the two states of the lists is unknown.
    Everybody,
    By(Arc<(Lists, ListDelta)>),
}

impl Sweep {
    fn new(
        app: &Arc<App>,
        taken: TakenMonitor,
        loaded: Arc<Loaded>,
        basis: SweepBasis,
    ) -> Result<Self, ApiError> {
        let settings = serde_json::from_value(taken.settings.clone())
            .map_err(|_| ApiError::Internal("the settings of a monitor"))?;
        let caller = Caller { tenant: taken.lease.tenant.clone(), ..Caller::local() };
        Ok(Self {
            app: Arc::clone(app),
            taken,
            loaded,
            basis,
            settings: Arc::new(settings),
            requester: Requester { actor: Actor::server(), caller, known: Known::Nobody },
            changed: Arc::default(),
            counts: SweepCounts::default(),
        })
    }

    async fn run(mut self) -> Result<(), ApiError> {
        // A fault that concerns all customers is reported here, even if there are none.
        let policy = self.policy().await?;
        let touch = self.touch(&policy).await?;
        self.screen_waiting().await?;
        match touch {
            Touch::Nobody => {}
            Touch::Everybody => self.sweep_pages(None, &policy).await?,
            Touch::By(delta) => {
                let ids = delta.1.changed_ids().map(ToString::to_string);
                self.changed = Arc::new(ids.collect());
                self.counts.changed_entities = Some(delta.1.entities());
                self.sweep_pages(Some(delta), &policy).await?;
            }
        }
        let (taken, basis, counts) = (self.taken, self.basis, self.counts);
        let end = (server(&self.app), Timestamp::now());
        self.app.change(move |change| change.end_sweep(&taken, &basis, counts, end)).await
    }

    async fn policy(&self) -> Result<Policy, ApiError> {
        let (loaded, requester, settings) =
            (Arc::clone(&self.loaded), self.requester.clone(), self.settings.screening());
        let check = move |app: &App| {
            let session = app.session_of(&requester);
            let screener =
                Screener::new(app, &loaded.lists, session, &requester.caller, &settings)?;
            Ok(screener.policy().clone())
        };
        self.app.work_behind(check).await
    }

    /// Compares the lists that the monitor processed last, as of that day, with those in use today.
    async fn touch(&self, policy: &Policy) -> Result<Touch, ApiError> {
        let Some(seen) = &self.taken.seen else { return Ok(Touch::Everybody) };
        if *seen == self.basis {
            return Ok(Touch::Nobody);
        }
        if seen.matcher != self.basis.matcher {
            return Ok(Touch::Everybody);
        }
        let (app, loaded, datasets) =
            (Arc::clone(&self.app), Arc::clone(&self.loaded), policy.datasets.clone());
        let day = seen.day.as_deref().and_then(|day| day.parse::<PartialDate>().ok());
        // An earlier version of the program did not store the day: which designations began or ended since then is
        // unknown.
        let Some(since) = day.map(|day| day.to()) else { return Ok(Touch::Everybody) };
        let number = GenerationId::from(seen.generation);
        let compare = move || {
            let session = app.session();
            let old = session.open_lists(AsOf::Generation(number)).ok()?;
            let delta = session.list_delta(&old, &loaded.lists, (&datasets, Some(since))).ok()?;
            Some(Touch::By(Arc::new((old, delta))))
        };
        let touch = tokio::task::spawn_blocking(compare).await;
        let touch = touch.map_err(|_| ApiError::Internal("comparing lists"))?;
        // Lists that are not kept on this machine, or have another version of the analysis, cannot be compared: then
        // everybody is screened.
        Ok(touch.unwrap_or(Touch::Everybody))
    }

    async fn screen_waiting(&mut self) -> Result<(), ApiError> {
        loop {
            let (id, limit) = (self.taken.lease.id.clone(), u32::try_from(SLICE).unwrap_or(1));
            let waiting =
                self.app.in_store(move |store| store.waiting_customers(&id, limit)).await?;
            if waiting.is_empty() || self.app.is_ending() {
                return Ok(());
            }
            self.counts.customers += u64::try_from(waiting.len()).unwrap_or(0);
            self.screen(waiting).await?;
        }
    }

    async fn sweep_pages(
        &mut self,
        delta: Option<Arc<(Lists, ListDelta)>>,
        policy: &Policy,
    ) -> Result<(), ApiError> {
        let mut after = String::new();
        loop {
            let (id, basis, from) =
                (self.taken.lease.id.clone(), self.basis.clone(), after.clone());
            let page = self
                .app
                .in_store(move |store| store.customers_to_sweep(&id, &basis, &from, PAGE))
                .await?;
            let Some(last) = page.last() else { return Ok(()) };
            after.clone_from(&last.place);
            self.counts.customers += u64::try_from(page.len()).unwrap_or(0);
            let mut touched = self.touched(page, delta.clone(), policy.clone()).await?;
            while !touched.is_empty() {
                let rest = touched.split_off(SLICE.min(touched.len()));
                self.screen(touched).await?;
                touched = rest;
            }
        }
    }

    /// Those of the customers who have to be screened again.
    async fn touched(
        &self,
        page: Vec<MonitoredCustomer>,
        delta: Option<Arc<(Lists, ListDelta)>>,
        policy: Policy,
    ) -> Result<Vec<MonitoredCustomer>, ApiError> {
        let Some(delta) = delta else { return Ok(page) };
        let (app, loaded, settings) =
            (Arc::clone(&self.app), Arc::clone(&self.loaded), Arc::clone(&self.settings));
        let find = move || {
            let parties: Vec<PartyQuery> = page
                .iter()
                .map(|one| Ok(stored(one, &settings)?.party))
                .collect::<Result<_, ApiError>>()?;
            let (old, delta) = &*delta;
            let session = app.session();
            let places =
                session.touched_customers((old, &loaded.lists), delta, &parties, &policy)?;
            let is_touched = |(place, one): (usize, MonitoredCustomer)| {
                // The monitor has processed a state between these two: the difference does not cover what changed
                // since.
                (places.contains(&place) || one.generation.is_some()).then_some(one)
            };
            Ok(page.into_iter().enumerate().filter_map(is_touched).collect())
        };
        tokio::task::spawn_blocking(find)
            .await
            .map_err(|_| ApiError::Internal("looking for customers"))?
    }

    /// Screens customers, and writes the results and their consequences in one change.
    async fn screen(&mut self, customers: Vec<MonitoredCustomer>) -> Result<(), ApiError> {
        let (loaded, requester, settings, changed) = (
            Arc::clone(&self.loaded),
            self.requester.clone(),
            Arc::clone(&self.settings),
            Arc::clone(&self.changed),
        );
        let SweepBasis { generation, day, .. } = self.basis.clone();
        let screen = move |app: &App| {
            let session = app.session_of(&requester);
            let screening = settings.screening();
            let screener =
                Screener::new(app, &loaded.lists, session, &requester.caller, &screening)?;
            let mut screened = Vec::with_capacity(customers.len());
            for one in customers {
                let StoredParty { party, unread } = stored(&one, &settings)?;
                let gap = |text| Gap::new(GapCode::FieldUnread, text);
                let unread: Vec<Gap> = unread.into_iter().map(gap).collect();
                let (result, draft) =
                    screener.screen_query(&party, Some(&one.customer), &unread)?;
                let draft = draft.ok_or(ApiError::NotFound("There is no store."))?;
                let found = draft.customer.ok_or(ApiError::Internal("a screening of nobody"))?;
                screened.push(MonitorScreening {
                    version: one.version,
                    generation,
                    day: day.clone(),
                    event: draft.event,
                    found,
                    is_unread: result.gaps().iter().any(|gap| is_of_customer(gap.code)),
                    changed_records: Arc::clone(&changed),
                });
            }
            Ok(screened)
        };
        let screened = self.app.work_behind(screen).await?;
        let (lease, until, mut counts) =
            (self.taken.lease.clone(), later(Timestamp::now()), self.counts);
        self.counts = self
            .app
            .change(move |change| {
                for one in screened {
                    change.write_monitor_screening(&lease, one, until, &mut counts)?;
                }
                Ok(counts)
            })
            .await?;
        Ok(())
    }
}

/// A stored customer as a query.
fn stored(one: &MonitoredCustomer, settings: &MonitorSettings) -> Result<StoredParty, ApiError> {
    let stored: StoredParty = serde_json::from_slice(&one.party)
        .map_err(|_| ApiError::Internal("a customer in the store"))?;
    Ok(StoredParty { party: settings.complete(stored.party)?, ..stored })
}

/// Whether a gap is stored with the customer. Gaps of the lists are determined when the customer is shown.
fn is_of_customer(code: GapCode) -> bool {
    !matches!(
        code,
        GapCode::ListMissing
            | GapCode::ListStale
            | GapCode::ListAgeUnknown
            | GapCode::ClockWrong
            | GapCode::UpdateFailed
            | GapCode::UpdateRecordUnreadable
            | GapCode::NoOfficialList
            | GapCode::StateReconstructed
            | GapCode::SearchFailed
    )
}
