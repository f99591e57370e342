//! What all requests share: the engine, the lists that are open, and the limits.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use interdict_engine::audit::{Origin, Store, StoreError};
use interdict_engine::{Actor, AsOf, Engine, EngineError, EntityIndex, Lists, Session};
use interdict_model::GenerationId;
use jiff::Timestamp;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::api::SpoolFolder;
use crate::config::ServerConfig;
use crate::error::ApiError;
use crate::metrics::{Metrics, Refusal};
use crate::oidc::Provider;
use crate::password_work::PasswordWork;
use crate::rate::Buckets;
use crate::requester::{Openness, Requester};
use crate::router::paths;
use crate::spans::Spans;

/// Interval after which the lists in use are opened again. Their age and the record of their updates change while the
/// generation does not, and both are read when lists are opened.
const REOPEN: Duration = Duration::from_secs(60);

/// How long background work yields to requests before it takes its turn among them: under permanent load it would
/// otherwise starve.
const PATIENCE: Duration = Duration::from_secs(2);
/// Interval at which background work checks whether a place is free.
const LOOK: Duration = Duration::from_millis(5);
/// Maximum number of concurrent uploads of files.
const RECEIVING: usize = 4;

/// Admitted requests, running or queued, for each one that may run.
const WAITING: usize = 512;

/// Maximum number of concurrent requests that call the identity provider.
const ASKING: usize = 16;

/// The lists that answer requests, until another generation is loaded.
pub(crate) struct Loaded {
    pub(crate) lists: Lists,
    /// The text index of their entities.
    pub(crate) index: Arc<EntityIndex>,
    /// The number of their generation; `None` if no list was imported.
    generation: Option<GenerationId>,
    opened: Instant,
}

/// What all requests share.
pub(crate) struct App {
    engine: Engine,
    pub(crate) config: ServerConfig,
    store: Option<Arc<Store>>,
    /// Whether there are keys or people, so that callers are authenticated.
    openness: RwLock<Openness>,
    loaded: RwLock<Option<Arc<Loaded>>>,
    /// Whether opening the lists in use failed, so that the previous ones answer.
    is_behind: AtomicBool,
    /// Places of running requests.
    working: Arc<Semaphore>,
    /// Places of requests, running or queued.
    admitted: Arc<Semaphore>,
    /// Places of uploads.
    pub(crate) receiving: Arc<Semaphore>,
    /// Notified when there is a new job.
    pub(crate) wake_jobs: Notify,
    /// Notified when a monitored customer is new or changed.
    pub(crate) wake_monitors: Notify,
    /// The folder for local copies of customer files, if there is a store.
    pub(crate) spool: Option<SpoolFolder>,
    pub(crate) metrics: Metrics,
    pub(crate) spans: Spans,
    pub(crate) limits: Limits,
    pub(crate) passwords: PasswordWork,
    /// The identity provider, if there is one, and the places of requests that call it.
    pub(crate) provider: Option<Arc<Provider>>,
    pub(crate) asking: Arc<Semaphore>,
    /// Whether shutdown was requested.
    is_ending: AtomicBool,
}

/// Rate limits.
pub(crate) struct Limits {
    pub(crate) keys: Option<Buckets<String>>,
    pub(crate) addresses: Option<Buckets<IpAddr>>,
    pub(crate) failed_keys: Buckets<IpAddr>,
    pub(crate) failed_sign_ins: Buckets<IpAddr>,
}

impl Limits {
    fn of(config: &ServerConfig) -> Self {
        Self {
            keys: config.key_rate.map(|rate| Buckets::new("key", rate)),
            addresses: config.address_rate.map(|rate| Buckets::new("address", rate)),
            failed_keys: Buckets::new("failed-keys", config.failed_key_rate),
            failed_sign_ins: Buckets::new("failed-sign-ins", config.failed_key_rate),
        }
    }
}

impl App {
    pub(crate) fn new(engine: Engine, config: ServerConfig, store: Option<Arc<Store>>) -> Self {
        let working = Arc::new(Semaphore::new(config.concurrency));
        // A thousand clients that ask at the same time wait for a fraction of a second, at the speed of single
        // screenings. A longer queue would outlast the patience of its callers.
        let admitted = Arc::new(Semaphore::new(config.concurrency.saturating_mul(WAITING)));
        let (loaded, is_behind) = (RwLock::new(None), AtomicBool::new(false));
        let now = Timestamp::now().as_second();
        Self {
            metrics: Metrics::of(paths().into_iter(), now),
            limits: Limits::of(&config),
            spans: Spans::to(config.otlp_endpoint.as_deref(), &config.log),
            passwords: PasswordWork::default(),
            provider: None,
            asking: Arc::new(Semaphore::new(ASKING)),
            is_ending: AtomicBool::new(false),
            receiving: Arc::new(Semaphore::new(RECEIVING)),
            wake_jobs: Notify::new(),
            wake_monitors: Notify::new(),
            spool: None,
            openness: RwLock::default(),
            engine,
            config,
            store,
            loaded,
            is_behind,
            working,
            admitted,
        }
    }

    /// Sets the identity provider.
    pub(crate) fn with_provider(self, provider: Option<Provider>) -> Self {
        Self { provider: provider.map(Arc::new), ..self }
    }

    /// Sets the folder for local copies of customer files.
    pub(crate) fn with_spool(self, spool: Option<SpoolFolder>) -> Self {
        Self { spool, ..self }
    }

    /// Starts the shutdown: `/readyz` fails from now on.
    pub(crate) fn begin_end(&self) {
        self.is_ending.store(true, Ordering::Relaxed);
    }

    /// Whether shutdown was requested.
    pub(crate) fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::Relaxed)
    }

    /// Number of running and of queued requests.
    pub(crate) fn load_of_work(&self) -> (usize, usize) {
        let most = self.config.concurrency;
        let working = most.saturating_sub(self.working.available_permits());
        let admitted =
            most.saturating_mul(WAITING).saturating_sub(self.admitted.available_permits());
        (working, admitted.saturating_sub(working))
    }

    /// Records for the metrics whether a change of the store succeeded.
    pub(crate) fn note_commit<T>(&self, result: &Result<T, StoreError>) {
        match result {
            Ok(_) => {
                let now = Timestamp::now().as_second();
                self.metrics.last_commit.store(now, Ordering::Relaxed);
            }
            // A change that a rule of the store refused is not a failure of the store.
            Err(
                StoreError::Exists
                | StoreError::NotFound(_)
                | StoreError::Changed { .. }
                | StoreError::Invalid(_)
                | StoreError::Move(_)
                | StoreError::Refused(_),
            ) => {}
            Err(error) => {
                self.metrics.failed_commits.fetch_add(1, Ordering::Relaxed);
                self.report("commit-failed", error.to_string());
            }
        }
    }

    /// Records for the metrics whether the head of the log was written as a checkpoint.
    pub(crate) fn note_checkpoint(&self, result: Result<(), ApiError>) {
        match result {
            Ok(()) => {
                let now = Timestamp::now().as_second();
                self.metrics.last_checkpoint.store(now, Ordering::Relaxed);
            }
            Err(error) => {
                self.metrics.failed_checkpoints.fetch_add(1, Ordering::Relaxed);
                let cause = error.cause().unwrap_or_else(|| error.to_string());
                self.report("checkpoint-failed", cause);
            }
        }
    }

    /// The store, if the server has one.
    pub(crate) fn store(&self) -> Option<&Arc<Store>> {
        self.store.as_ref()
    }

    /// For how many days personal data of screenings is kept, if screenings are recorded.
    pub(crate) fn keep_days(&self) -> Option<u32> {
        self.config.store.as_ref().map(|store| store.keep_days)
    }

    /// Whether callers are not authenticated, because there are neither keys nor people.
    pub(crate) async fn is_open(&self) -> Result<bool, ApiError> {
        let known = self.openness.read().unwrap_or_else(|poisoned| poisoned.into_inner()).known();
        if self.store.is_none() {
            return Ok(true);
        }
        if self.config.oidc.is_some() || self.config.proxy_user.is_some() {
            return Ok(false);
        }
        if let Some(is_open) = known {
            return Ok(is_open);
        }
        let has_callers = self.in_store(Store::has_callers).await?;
        let mut openness = self.openness.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        openness.learn(has_callers);
        Ok(openness.known() == Some(true))
    }

    /// A session for the actor of a request.
    pub(crate) fn session_of(&self, requester: &Requester) -> Session {
        self.engine.session(requester.actor.clone(), Timestamp::now())
    }

    /// The caller as it is recorded, and the moment.
    pub(crate) fn by(&self, requester: &Requester) -> (Origin, Timestamp) {
        let session = self.session_of(requester);
        (session.origin(&requester.caller), session.now())
    }

    /// The session of the server itself.
    pub(crate) fn session(&self) -> Session {
        self.engine.session(Actor::server(), Timestamp::now())
    }

    /// The lists that answer requests now.
    pub(crate) fn loaded(&self) -> Result<Arc<Loaded>, ApiError> {
        let loaded = self.loaded.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        loaded.clone().ok_or_else(|| ApiError::Unavailable("Index not ready.".to_owned()))
    }

    /// Whether opening the lists in use failed, so that the previous ones answer.
    pub(crate) fn is_behind(&self) -> bool {
        self.is_behind.load(Ordering::Relaxed)
    }

    /// Opens the lists in use, unless they were opened a moment ago. Running requests keep their lists.
    pub(crate) fn load(&self) -> Result<(), EngineError> {
        let result = self.open();
        self.is_behind.store(result.is_err(), Ordering::Relaxed);
        if result.is_err() {
            self.metrics.failed_loads.fetch_add(1, Ordering::Relaxed);
        }
        result
    }

    fn open(&self) -> Result<(), EngineError> {
        let session = self.session();
        let generation = session.generation_in_use()?;
        let before = self.loaded.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone();
        let before = before.filter(|before| before.generation == generation);
        if before.as_ref().is_some_and(|before| before.opened.elapsed() < REOPEN) {
            return Ok(());
        }
        let lists = session.open_lists(AsOf::Now)?;
        if self.store.is_some() {
            // Pinned before the first answer names it, so that recorded screenings stay reproducible.
            session.pin_generation(&lists)?;
        }
        // Building the text index takes much longer than opening, and the same generation has the same texts.
        let same = before.filter(|before| before.lists.number() == lists.number());
        let index = match same {
            Some(before) => Arc::clone(&before.index),
            None => Arc::new(session.index_entities(&lists)?),
        };
        let mut loaded = self.loaded.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        *loaded = Some(Arc::new(Loaded { lists, index, generation, opened: Instant::now() }));
        Ok(())
    }

    /// An error once work that started at a moment has exceeded the time limit of answers: its caller no longer waits,
    /// and others wait for its place.
    pub(crate) fn check_time(&self, start: Instant) -> Result<(), ApiError> {
        let time = self.config.request_time;
        if start.elapsed() > time { Err(ApiError::TooLong(time.as_secs())) } else { Ok(()) }
    }

    /// Runs a part of background work at a place that no request waits for. Each part has to be short, since requests
    /// that arrive in the meantime wait for its end.
    pub(crate) async fn work_behind<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&App) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let place = self.place_behind().await?;
        let app = Arc::clone(self);
        let work = move || {
            let _place = place;
            work(&app)
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| ApiError::Internal("work in the background"))?
    }

    async fn place_behind(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let (_, waiting) = self.load_of_work();
            let place = Arc::clone(&self.working).try_acquire_owned();
            match place {
                Ok(place) if waiting == 0 => return Ok(place),
                _ => tokio::time::sleep(LOOK).await,
            }
        }
        Arc::clone(&self.working).acquire_owned().await.map_err(|_| ApiError::Busy)
    }

    /// Runs CPU-bound work on a blocking thread, away from the threads that serve connections. Refused when the queue
    /// is full, since callers give up requests that wait for long.
    pub(crate) async fn work<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&App) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned();
        let admitted = admitted.map_err(|_| {
            self.metrics.refuse(Refusal::Busy);
            ApiError::Busy
        })?;
        let working = Arc::clone(&self.working).acquire_owned().await;
        let working = working.map_err(|_| ApiError::Busy)?;
        let app = Arc::clone(self);
        let work = move || {
            // The work continues when its caller disconnects or its time is over: its place is freed only when it ends.
            let _places = (admitted, working);
            work(&app)
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| ApiError::Internal("the work of a request"))?
    }
}
