//! Configuration of the server.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use interdict_engine::audit::StorePlace;

use crate::log::Log;
use crate::oidc::OidcConfig;
use crate::proxy_user::ProxyUserConfig;
use crate::rate::Rate;
use crate::tls::TlsFiles;
use crate::webhooks::WebhookRules;

/// Default retention of personal data of screenings: ten years, as 31 CFR 501.601 requires for records of transactions.
pub const KEEP_DAYS: u32 = 3_653;

/// Files that the server names for answers about wallets and flows of money. Callers cannot name files.
#[derive(Debug, Clone, Default)]
pub struct ChainFiles {
    /// Label packs: GraphSense TagPacks (YAML) and CSV files.
    pub labels: Vec<PathBuf>,
    /// Tables of bridge links, which traces follow.
    pub bridge_links: Vec<PathBuf>,
}

/// Configuration of the server.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The public base URL, without a trailing slash. URLs in answers begin with it; they are never derived from a
    /// request.
    pub public_url: Option<String>,
    /// The token that `POST /updatez` requires. Without one, the endpoint answers 403.
    pub update_token: Option<String>,
    /// Origins whose pages may call `/reconcile`, such as `http://127.0.0.1:3333` for OpenRefine.
    pub origins: Vec<String>,
    /// The largest body of a request, in bytes.
    pub body_bytes: usize,
    /// Time limit for receiving a body.
    pub body_time: Duration,
    /// Time limit of an answer.
    pub request_time: Duration,
    /// The largest file of a job, in bytes.
    pub job_bytes: u64,
    /// Retention of the result of a job, in days.
    pub job_days: u32,
    /// Rules for the addresses of webhooks.
    pub webhooks: WebhookRules,
    /// Files that answers about wallets and flows of money use besides lists and ledgers.
    pub chain: ChainFiles,
    /// Maximum number of requests that run at the same time; 512 times as many are queued, and the rest are refused.
    pub concurrency: usize,
    /// Whether stale lists are refused instead of being reported with each answer.
    pub refuse_stale: bool,
    /// Names of this server besides those of the loopback and of the public address. A server that listens at the
    /// loopback answers 421 to requests for any other name.
    pub hosts: Vec<String>,
    /// Proxies whose `x-forwarded-for` is trusted.
    pub trusted_proxies: Vec<IpAddr>,
    /// Rate limit per key; no limit if absent.
    pub key_rate: Option<Rate>,
    /// Rate limit per address, whoever the caller is; no limit if absent.
    pub address_rate: Option<Rate>,
    /// Rate limit per address of requests without a key or with a wrong one, and of failed sign-ins.
    pub failed_key_rate: Rate,
    /// Idle timeout of a session of a person.
    pub session_idle: Duration,
    /// Absolute timeout of a session.
    pub session_time: Duration,
    /// Sign-in of people by an OpenID provider, if configured.
    pub oidc: Option<OidcConfig>,
    /// Identification of people by a proxy, if configured.
    pub proxy_user: Option<ProxyUserConfig>,
    /// How long a client may read nothing of its answer.
    pub write_time: Duration,
    /// How long requests are still accepted after shutdown was requested, while `/readyz` fails.
    pub drain_time: Duration,
    /// The certificate; without one, the server speaks plain HTTP.
    pub tls: Option<TlsFiles>,
    /// Whether plain HTTP is allowed for other machines.
    pub insecure_http: bool,
    /// Where metrics are served without a key, besides `/metrics`, which needs one.
    pub metrics_listen: Option<SocketAddr>,
    /// The address of a collector of OpenTelemetry that takes OTLP over HTTP, such as `http://127.0.0.1:4318`: it gets a
    /// span for each request.
    pub otlp_endpoint: Option<String>,
    /// The log of requests and failures.
    pub log: Log,
    /// The store of events and keys. Without one, nothing is recorded and no key is required.
    pub store: Option<StoreConfig>,
}

/// The location of the store.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// The database, and the folder of its secrets.
    pub place: StorePlace,
    /// The folder into which signed checkpoints of the audit log are written: best one that the database's
    /// administrators cannot write to.
    pub checkpoints: PathBuf,
    /// Interval between checkpoints, while there are events.
    pub checkpoint_time: Duration,
    /// Retention of personal data of screenings, in days.
    pub keep_days: u32,
    /// Interval between erasures of personal data past its retention.
    pub retention_time: Duration,
}

impl StoreConfig {
    /// The defaults, with a store at a location.
    pub fn at(place: StorePlace) -> Self {
        let checkpoints = place.checkpoints();
        let checkpoint_time = Duration::from_secs(900);
        let retention_time = Duration::from_secs(24 * 3_600);
        Self { place, checkpoints, checkpoint_time, keep_days: KEEP_DAYS, retention_time }
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
            job_bytes: 256 << 20,
            job_days: 30,
            webhooks: WebhookRules::default(),
            chain: ChainFiles::default(),
            concurrency: std::thread::available_parallelism().map_or(2, usize::from),
            refuse_stale: false,
            hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            key_rate: None,
            address_rate: None,
            failed_key_rate: Rate { count: 30, seconds: 60 },
            session_idle: Duration::from_secs(30 * 60),
            session_time: Duration::from_secs(12 * 3_600),
            oidc: None,
            proxy_user: None,
            write_time: Duration::from_secs(30),
            drain_time: Duration::ZERO,
            tls: None,
            insecure_http: false,
            metrics_listen: None,
            otlp_endpoint: None,
            log: Log::off(),
            store: None,
        }
    }

    /// The public base URL.
    pub(crate) fn base_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None if self.tls.is_some() => format!("https://{}", self.listen),
            None => format!("http://{}", self.listen),
        }
    }
}
