//! How the server runs.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use interdict_engine::audit::StorePlace;

/// For how long personal data of screenings is kept: ten years, as 31 CFR 501.601 asks of records of transactions.
pub const KEEP_DAYS: u32 = 3_653;

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
    /// Where screenings are recorded and keys are kept. Without one, nothing is recorded and nobody is asked for a
    /// key.
    pub store: Option<StoreConfig>,
}

/// Where the server keeps what must not be lost.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// The database, and the folder of its secrets.
    pub place: StorePlace,
    /// The folder into which signed checkpoints of the audit log are written: best one that the database's
    /// administrators cannot write to.
    pub checkpoints: PathBuf,
    /// How often a checkpoint is written, while there are events.
    pub checkpoint_time: Duration,
    /// For how many days personal data of screenings is kept.
    pub keep_days: u32,
}

impl StoreConfig {
    /// The defaults, at a place.
    pub fn at(place: StorePlace) -> Self {
        let checkpoints = place.checkpoints();
        let checkpoint_time = Duration::from_secs(900);
        Self { place, checkpoints, checkpoint_time, keep_days: KEEP_DAYS }
    }
}

impl ServerConfig {
    /// The defaults, at an address, without a store.
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
            store: None,
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
