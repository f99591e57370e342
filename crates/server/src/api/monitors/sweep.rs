//! Looking at the customers of monitors: those who are new or different at once, the others when the lists change and
//! could matter to them.

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

/// How often it is looked for customers of whom another server was told, and for other lists.
const LOOK: Duration = Duration::from_secs(2);
const RENEW: Duration = Duration::from_secs(4);
/// After how long a sweep that failed is tried again.
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

/// Sweeps a monitor that has something to do; tells whether there was one.
async fn sweep_next(app: &Arc<App>) -> Result<bool, ApiError> {
    // Other servers have the lists that this one could not open.
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

/// What customers are looked at with now.
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
    /// Ids of entities whose records differ from those that the monitor saw last.
    changed: Arc<BTreeSet<String>>,
    counts: SweepCounts,
}

/// How it is found which customers the other lists can matter to.
enum Touch {
    /// Nothing changed.
    Nobody,
    /// What is between then and now is not known.
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
        // What fails for all customers fails here, even if there are none.
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

    /// Compares the lists that the monitor saw last, on the day when it saw them, with those in use today.
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
        // An earlier program did not note the day: what began or ended since then is not known.
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
        // Lists that are not kept here, or another version's, cannot be compared: then everybody is screened.
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

    /// Of these customers, those who have to be screened again.
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
                // Lists between those of the monitor and those in use: what changed since is not in the difference.
                (places.contains(&place) || one.generation.is_some()).then_some(one)
            };
            Ok(page.into_iter().enumerate().filter_map(is_touched).collect())
        };
        tokio::task::spawn_blocking(find)
            .await
            .map_err(|_| ApiError::Internal("looking for customers"))?
    }

    /// Screens customers, and writes what it means in one change.
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

/// A customer as it is screened.
fn stored(one: &MonitoredCustomer, settings: &MonitorSettings) -> Result<StoredParty, ApiError> {
    let stored: StoredParty = serde_json::from_slice(&one.party)
        .map_err(|_| ApiError::Internal("a customer in the store"))?;
    Ok(StoredParty { party: settings.complete(stored.party)?, ..stored })
}

/// Whether a gap stays with the customer. What is to be said of the lists is looked up when the customer is shown.
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
