//! What all requests share: the engine, the lists that are open, and the limits.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use interdict_engine::{Actor, AsOf, Engine, EngineError, EntityIndex, Lists, Session};
use interdict_model::GenerationId;
use jiff::Timestamp;
use tokio::sync::Semaphore;

use crate::error::ApiError;

/// After how long the lists in use are opened again. Their age and the record of their updates change while
/// the generation does not, and both are read when lists are opened.
const REOPEN: Duration = Duration::from_secs(60);

/// How the server runs.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// The address to listen at.
    pub listen: SocketAddr,
    /// The address under which clients reach the server, without a slash at its end. Addresses in answers begin
    /// with it; they are never taken from a request.
    pub public_url: Option<String>,
    /// The token that `POST /updatez` requires. Without one, the endpoint answers 403.
    pub update_token: Option<String>,
    /// Origins whose pages may call `/reconcile`, such as `http://127.0.0.1:3333` for OpenRefine.
    pub origins: Vec<String>,
    /// The largest body of a request, in bytes.
    pub body_bytes: usize,
    /// How long the body of a request may take to arrive.
    pub body_time: Duration,
    /// How long an answer may take.
    pub request_time: Duration,
    /// Requests that are screened at the same time; 64 times as many wait, and the rest are refused.
    pub concurrency: usize,
    /// Whether stale lists are refused instead of being reported with each answer.
    pub refuse_stale: bool,
}

impl ServerConfig {
    /// The defaults, at an address.
    pub fn at(listen: SocketAddr) -> Self {
        Self {
            listen,
            public_url: None,
            update_token: None,
            origins: Vec::new(),
            body_bytes: 16 << 20,
            body_time: Duration::from_secs(30),
            request_time: Duration::from_secs(60),
            concurrency: std::thread::available_parallelism().map_or(2, usize::from),
            refuse_stale: false,
        }
    }

    /// The address under which clients reach the server.
    pub(crate) fn base_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }
}

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
    loaded: RwLock<Option<Arc<Loaded>>>,
    /// Whether the lists in use could not be opened, so that others answer.
    is_behind: AtomicBool,
    /// Requests at work.
    working: Arc<Semaphore>,
    /// Requests at work or waiting.
    admitted: Arc<Semaphore>,
}

impl App {
    pub(crate) fn new(engine: Engine, config: ServerConfig) -> Self {
        let working = Arc::new(Semaphore::new(config.concurrency));
        // Requests wait for at most some seconds at the speed of a single screening; more would only time out.
        let admitted = Arc::new(Semaphore::new(config.concurrency.saturating_mul(64)));
        let (loaded, is_behind) = (RwLock::new(None), AtomicBool::new(false));
        Self { engine, config, loaded, is_behind, working, admitted }
    }

    /// The session of a request.
    pub(crate) fn session(&self) -> Session {
        let actor = Actor::local("server").expect("a short plain word is a name of an actor");
        self.engine.session(actor, Timestamp::now())
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

    /// An error once work that began at a moment has taken as long as answers may: nobody waits for the rest of it,
    /// and others wait for its place.
    pub(crate) fn check_time(&self, start: Instant) -> Result<(), ApiError> {
        let time = self.config.request_time;
        if start.elapsed() > time { Err(ApiError::TooLong(time.as_secs())) } else { Ok(()) }
    }

    /// Runs work that keeps a processor busy, away from the threads that serve connections. Refused when too
    /// much waits already: a request that waits for long is given up by its caller.
    pub(crate) async fn work<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&App) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned();
        let admitted = admitted.map_err(|_| ApiError::Busy)?;
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
