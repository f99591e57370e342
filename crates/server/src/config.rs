//! How the server runs.

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

/// For how long personal data of screenings is kept: ten years, as 31 CFR 501.601 asks of records of transactions.
pub const KEEP_DAYS: u32 = 3_653;

/// Files that the server names for answers about wallets and flows of money. Callers cannot name files.
#[derive(Debug, Clone, Default)]
pub struct ChainFiles {
    /// Label packs: GraphSense TagPacks (YAML) and CSV files.
    pub labels: Vec<PathBuf>,
    /// Tables of bridge links, which traces follow.
    pub bridge_links: Vec<PathBuf>,
}

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
    /// The largest file of a job, in bytes.
    pub job_bytes: u64,
    /// For how many days the result of a job is kept.
    pub job_days: u32,
    /// Where webhooks may be sent.
    pub webhooks: WebhookRules,
    /// What answers about wallets and flows of money use besides lists and ledgers.
    pub chain: ChainFiles,
    /// Requests that are screened at the same time; 512 times as many wait, and the rest are refused.
    pub concurrency: usize,
    /// Whether stale lists are refused instead of being reported with each answer.
    pub refuse_stale: bool,
    /// Names of this server besides those of the loopback and of the public address. A server that listens at the
    /// loopback answers 421 to requests for any other name.
    pub hosts: Vec<String>,
    /// Proxies whose `x-forwarded-for` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// How often one key may ask; no limit if absent.
    pub key_rate: Option<Rate>,
    /// How often one address may ask, whoever it is; no limit if absent.
    pub address_rate: Option<Rate>,
    /// How often one address may present no key or a wrong one, and how often it may fail to sign in.
    pub failed_key_rate: Rate,
    /// After how long without use a session of a person ends.
    pub session_idle: Duration,
    /// After how long a session ends, whatever it is used for.
    pub session_time: Duration,
    /// How people are signed in by an OpenID provider, if they are.
    pub oidc: Option<OidcConfig>,
    /// How a proxy names people, if one does.
    pub proxy_user: Option<ProxyUserConfig>,
    /// How long a caller may take nothing of its answer.
    pub write_time: Duration,
    /// How long requests are still accepted after the end was asked for, while `/readyz` says that none should come.
    pub drain_time: Duration,
    /// The certificate; without one, requests come over plain HTTP.
    pub tls: Option<TlsFiles>,
    /// Whether plain HTTP may be spoken with other machines.
    pub insecure_http: bool,
    /// Where metrics are served without a key, besides `/metrics`, which needs one.
    pub metrics_listen: Option<SocketAddr>,
    /// The address of a collector of OpenTelemetry that takes OTLP over HTTP, such as `http://127.0.0.1:4318`: it gets a
    /// span for each request.
    pub otlp_endpoint: Option<String>,
    /// Where lines about requests and failures go.
    pub log: Log,
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
    /// How often personal data is erased that has passed its end.
    pub retention_time: Duration,
}

impl StoreConfig {
    /// The defaults, at a place.
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

    /// The address under which clients reach the server.
    pub(crate) fn base_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None if self.tls.is_some() => format!("https://{}", self.listen),
            None => format!("http://{}", self.listen),
        }
    }
}
