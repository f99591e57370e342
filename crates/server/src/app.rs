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

/// After how long the lists in use are opened again. Their age and the record of their updates change while
/// the generation does not, and both are read when lists are opened.
const REOPEN: Duration = Duration::from_secs(60);

/// How long work in the background lets requests pass before it takes its turn as they do: under a load that never ends
/// it would else never be done.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often work in the background looks whether a place is free.
const LOOK: Duration = Duration::from_millis(5);
/// Files that are received at the same time.
const RECEIVING: usize = 4;

/// Requests that are admitted, at work or waiting, for each one that can be at work.
const WAITING: usize = 512;

/// Requests that ask the provider at the same time.
const ASKING: usize = 16;

/// The lists that answer requests, until another generation is in use.
pub(crate) struct Loaded {
    pub(crate) lists: Lists,
    /// The words of their entities.
    pub(crate) index: Arc<EntityIndex>,
    /// The number under which they are stored; none if no list was imported.
    generation: Option<GenerationId>,
    opened: Instant,
}

/// What all requests share.
pub(crate) struct App {
    engine: Engine,
    pub(crate) config: ServerConfig,
    store: Option<Arc<Store>>,
    /// Whether there is anybody who could be asked who they are.
    openness: RwLock<Openness>,
    loaded: RwLock<Option<Arc<Loaded>>>,
    /// Whether the lists in use could not be opened, so that others answer.
    is_behind: AtomicBool,
    /// Requests at work.
    working: Arc<Semaphore>,
    /// Requests at work or waiting.
    admitted: Arc<Semaphore>,
    /// Files that are received.
    pub(crate) receiving: Arc<Semaphore>,
    /// Told that there is a job.
    pub(crate) wake_jobs: Notify,
    /// Told that a customer of a monitor is new or different.
    pub(crate) wake_monitors: Notify,
    /// Where files of customers lie while they are read, if there is a store.
    pub(crate) spool: Option<SpoolFolder>,
    pub(crate) metrics: Metrics,
    pub(crate) spans: Spans,
    pub(crate) limits: Limits,
    pub(crate) passwords: PasswordWork,
    /// The provider that signs people in, if there is one, and the places of those who ask it.
    pub(crate) provider: Option<Arc<Provider>>,
    pub(crate) asking: Arc<Semaphore>,
    /// Whether the end was asked for.
    is_ending: AtomicBool,
}

/// How often callers may ask.
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
        // A thousand clients that ask at the same time wait for a fraction of a second, at the speed of single screenings.
        // More would wait for longer than they are worth.
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

    /// Has people signed in by a provider.
    pub(crate) fn with_provider(self, provider: Option<Provider>) -> Self {
        Self { provider: provider.map(Arc::new), ..self }
    }

    /// The same, with a folder for files of customers.
    pub(crate) fn with_spool(self, spool: Option<SpoolFolder>) -> Self {
        Self { spool, ..self }
    }

    /// From now on the server says that no more requests should come.
    pub(crate) fn begin_end(&self) {
        self.is_ending.store(true, Ordering::Relaxed);
    }

    /// Whether the end was asked for.
    pub(crate) fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::Relaxed)
    }

    /// How many requests are at work, and how many wait.
    pub(crate) fn load_of_work(&self) -> (usize, usize) {
        let most = self.config.concurrency;
        let working = most.saturating_sub(self.working.available_permits());
        let admitted =
            most.saturating_mul(WAITING).saturating_sub(self.admitted.available_permits());
        (working, admitted.saturating_sub(working))
    }

    /// Notes whether a change of the store was written.
    pub(crate) fn note_commit<T>(&self, result: &Result<T, StoreError>) {
        match result {
            Ok(_) => {
                let now = Timestamp::now().as_second();
                self.metrics.last_commit.store(now, Ordering::Relaxed);
            }
            // A rule of the store is no failure of it.
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

    /// Notes whether the head of the log is kept as a checkpoint.
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

    /// Whether callers are not authenticated, because there is neither a key nor a person.
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

    /// Who asks, as it is recorded, and the moment.
    pub(crate) fn by(&self, requester: &Requester) -> (Origin, Timestamp) {
        let session = self.session_of(requester);
        (session.origin(&requester.caller), session.now())
    }

    /// The session of the server itself.
    pub(crate) fn session(&self) -> Session {
        self.engine.session(Actor::server(), Timestamp::now())
    }

    /// The lists that answer now.
    pub(crate) fn loaded(&self) -> Result<Arc<Loaded>, ApiError> {
        let loaded = self.loaded.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        loaded.clone().ok_or_else(|| ApiError::Unavailable("Index not ready.".to_owned()))
    }

    /// Whether the lists in use could not be opened, so that those before them answer.
    pub(crate) fn is_behind(&self) -> bool {
        self.is_behind.load(Ordering::Relaxed)
    }

    /// Opens the lists in use, unless they were opened a moment ago. Requests at work keep what they have.
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
            // Before the first answer that names it: what is recorded stays reproducible.
            session.pin_generation(&lists)?;
        }
        // Indexing takes much longer than opening, and the same generation has the same words.
        let same = before.filter(|before| before.lists.number() == lists.number());
        let index = match same {
            Some(before) => Arc::clone(&before.index),
            None => Arc::new(session.index_entities(&lists)?),
        };
        let mut loaded = self.loaded.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        *loaded = Some(Arc::new(Loaded { lists, index, generation, opened: Instant::now() }));
        Ok(())
    }

    /// An error once work that began at a moment has exceeded the time limit of answers: no caller waits for the rest of it,
    /// and others wait for its place.
    pub(crate) fn check_time(&self, start: Instant) -> Result<(), ApiError> {
        let time = self.config.request_time;
        if start.elapsed() > time { Err(ApiError::TooLong(time.as_secs())) } else { Ok(()) }
    }

    /// Runs a part of work in the background, at a place that no request waits for. Each part has to be short: requests
    /// that come in the meantime wait for its end.
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

    /// Runs work that keeps a processor busy, away from the threads that serve connections. Refused when too
    /// much waits already: a request that waits for long is given up by its caller.
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
            // Work goes on when its caller has gone or its time is over: its place is free only when it ends.
            let _places = (admitted, working);
            work(&app)
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| ApiError::Internal("the work of a request"))?
    }
}
