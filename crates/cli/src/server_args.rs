//! The arguments of the server. An argument overrides the environment, the environment the configuration file, and the
//! file the built-in default.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, ValueEnum, value_parser};

use interdict_server::Network;

use crate::store_args::StoreArgs;

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogChoice {
    /// One object of JSON on each line.
    Json,
    /// For people.
    Text,
    /// Not at all.
    Off,
}

/// How the server runs.
#[derive(Debug, Clone, Args)]
pub(crate) struct ServerArgs {
    /// Where to listen; port 0 takes a free one. [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS", env = "INTERDICT_LISTEN")]
    pub(crate) listen: Option<SocketAddr>,
    /// The address under which clients reach the server, for addresses in answers. [default: where it listens]
    #[arg(long, value_name = "URL", env = "INTERDICT_PUBLIC_URL")]
    pub(crate) public_url: Option<String>,
    /// A further host name of the server; can be given several times. A server on a loopback address answers 421 to
    /// requests for other names than localhost, the loopback addresses, the host of --public-url, and these.
    #[arg(long = "host", value_name = "NAME", env = "INTERDICT_HOSTS", value_delimiter = ',')]
    pub(crate) hosts: Option<Vec<String>>,
    /// The token that `POST /updatez` requires. Without one, the endpoint answers 403.
    #[arg(long, value_name = "TOKEN", env = "INTERDICT_UPDATE_TOKEN", hide_env_values = true)]
    pub(crate) update_token: Option<String>,
    /// An origin whose pages may call /reconcile, such as that of OpenRefine; can be given several times.
    #[arg(
        long = "origin",
        value_name = "ORIGIN",
        env = "INTERDICT_ORIGINS",
        value_delimiter = ','
    )]
    pub(crate) origins: Option<Vec<String>>,
    /// The certificate and its chain, in PEM. It is read again when it changes, or on SIGHUP.
    #[arg(long, value_name = "FILE", env = "INTERDICT_TLS_CERT", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The private key of the certificate, in PEM.
    #[arg(long, value_name = "FILE", env = "INTERDICT_TLS_KEY", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Accept plain HTTP from other machines. Only for use behind a proxy on your own network, because keys are not
    /// encrypted.
    #[arg(long, value_name = "BOOL", env = "INTERDICT_INSECURE_HTTP", num_args = 0..=1,
        require_equals = true, default_missing_value = "true")]
    pub(crate) insecure_http: Option<bool>,
    /// The address of a proxy whose X-Forwarded-For header is trusted; can be given several times.
    #[arg(
        long = "trusted-proxy",
        value_name = "IP",
        env = "INTERDICT_TRUSTED_PROXIES",
        value_delimiter = ','
    )]
    pub(crate) trusted_proxies: Option<Vec<IpAddr>>,
    /// How many requests one key may make in a second; 0 for no limit. [default: 0]
    #[arg(long, value_name = "COUNT", env = "INTERDICT_KEY_RATE")]
    pub(crate) key_rate: Option<u32>,
    /// How many requests one address may make in a second; 0 for no limit. [default: 0]
    #[arg(long, value_name = "COUNT", env = "INTERDICT_ADDRESS_RATE")]
    pub(crate) address_rate: Option<u32>,
    /// How many wrong keys one address may present in a minute, and how often it may fail to sign in. [default: 30]
    #[arg(long, value_name = "COUNT", env = "INTERDICT_FAILED_KEYS", value_parser = value_parser!(u32).range(1..))]
    pub(crate) failed_keys: Option<u32>,
    /// The largest body of a request, in megabytes, after it was unpacked. [default: 16]
    #[arg(long, value_name = "MB", env = "INTERDICT_MAX_BODY", value_parser = value_parser!(u16).range(1..=1_024))]
    pub(crate) max_body: Option<u16>,
    /// The largest file of a job, in megabytes, after it was unpacked. [default: 256]
    #[arg(long, value_name = "MB", env = "INTERDICT_MAX_JOB_FILE", value_parser = value_parser!(u32).range(1..=65_536))]
    pub(crate) max_job_file: Option<u32>,
    /// For how many days the result of a job is kept. [default: 30]
    #[arg(long, value_name = "DAYS", env = "INTERDICT_JOB_DAYS", value_parser = value_parser!(u32).range(1..=3_653))]
    pub(crate) job_days: Option<u32>,
    /// A network that webhooks may be sent to besides the public one, such as 10.1.0.0/16; can be given several times.
    #[arg(
        long = "webhook-network",
        value_name = "NETWORK",
        env = "INTERDICT_WEBHOOK_NETWORKS",
        value_delimiter = ','
    )]
    pub(crate) webhook_networks: Option<Vec<Network>>,
    /// Let webhooks be sent to this machine over plain HTTP.
    #[arg(long, value_name = "BOOL", env = "INTERDICT_WEBHOOK_LOOPBACK_HTTP", num_args = 0..=1, require_equals = true,
        default_missing_value = "true")]
    pub(crate) webhook_loopback_http: Option<bool>,
    /// Root certificates, in PEM, that are trusted for receivers of webhooks in addition to the public ones.
    #[arg(long, value_name = "FILE", env = "INTERDICT_WEBHOOK_CA")]
    pub(crate) webhook_ca: Option<PathBuf>,
    /// A label pack behind every answer about wallets, traces and exposures (a GraphSense TagPack, or a CSV file as for
    /// `interdict trace --labels`); can be given several times.
    #[arg(long, value_name = "FILE", env = "INTERDICT_LABELS", value_delimiter = ',')]
    pub(crate) labels: Option<Vec<PathBuf>>,
    /// A table of bridge links that traces follow (as for `interdict trace --bridge-links`); can be given several times.
    #[arg(long, value_name = "FILE", env = "INTERDICT_BRIDGE_LINKS", value_delimiter = ',')]
    pub(crate) bridge_links: Option<Vec<PathBuf>>,
    /// How many requests are screened at the same time; 512 times as many wait. [default: one for each processor]
    #[arg(long, value_name = "COUNT", env = "INTERDICT_CONCURRENCY", value_parser = value_parser!(u16).range(1..=1_024))]
    pub(crate) concurrency: Option<u16>,
    /// How long an answer may take, in seconds. [default: 60]
    #[arg(long, value_name = "SECONDS", env = "INTERDICT_REQUEST_SECONDS", value_parser = value_parser!(u32).range(1..=3_600))]
    pub(crate) request_seconds: Option<u32>,
    /// Close a connection whose caller reads nothing of its answer for this many seconds. [default: 30]
    #[arg(long, value_name = "SECONDS", env = "INTERDICT_WRITE_SECONDS", value_parser = value_parser!(u32).range(1..=3_600))]
    pub(crate) write_seconds: Option<u32>,
    /// After how many minutes without use a person's session ends. [default: 30]
    #[arg(long, value_name = "MINUTES", env = "INTERDICT_SESSION_IDLE_MINUTES", value_parser = value_parser!(u32).range(1..=1_440))]
    pub(crate) session_idle_minutes: Option<u32>,
    /// After how many hours a session ends even if it is in use. [default: 12]
    #[arg(long, value_name = "HOURS", env = "INTERDICT_SESSION_HOURS", value_parser = value_parser!(u32).range(1..=168))]
    pub(crate) session_hours: Option<u32>,
    /// How long requests are still accepted after SIGTERM, in seconds. During this time /readyz answers 503, so that a
    /// load balancer stops sending requests. [default: 0]
    #[arg(long, value_name = "SECONDS", env = "INTERDICT_DRAIN_SECONDS", value_parser = value_parser!(u32).range(0..=3_600))]
    pub(crate) drain_seconds: Option<u32>,
    /// Serve metrics without a key at this address. /metrics at the main address needs the key of an admin or
    /// auditor.
    #[arg(long, value_name = "ADDRESS", env = "INTERDICT_METRICS_LISTEN")]
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// The address of an OpenTelemetry collector (OTLP over HTTP). It gets a span for each request.
    #[arg(long, value_name = "URL", env = "INTERDICT_OTLP_ENDPOINT")]
    pub(crate) otlp_endpoint: Option<String>,
    /// How the log is written, to stderr. [default: text on a terminal, otherwise json]
    #[arg(long, value_enum, env = "INTERDICT_LOG")]
    pub(crate) log: Option<LogChoice>,
    /// Run without a store: record nothing and require no key. Without a record, no answer can be justified later.
    #[arg(long, value_name = "BOOL", env = "INTERDICT_NO_STORE", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", conflicts_with_all = ["store", "store_secrets", "store_key_file", "checkpoints"])]
    pub(crate) no_store: Option<bool>,
    /// The folder into which signed checkpoints of the audit log are written. Choose one that the administrators of the
    /// store cannot write to. [default: checkpoints beside the store's secrets]
    #[arg(long, value_name = "DIR", env = "INTERDICT_CHECKPOINTS")]
    pub(crate) checkpoints: Option<PathBuf>,
    /// How often a checkpoint is written, while there are events. [default: 900]
    #[arg(long, value_name = "SECONDS", env = "INTERDICT_CHECKPOINT_SECONDS", value_parser = value_parser!(u32).range(1..=86_400))]
    pub(crate) checkpoint_seconds: Option<u32>,
    /// For how many days personal data of screenings is kept. [default: 3653, ten years, as 31 CFR 501.601 requires]
    #[arg(long, value_name = "DAYS", env = "INTERDICT_KEEP_DAYS", value_parser = value_parser!(u32).range(1..))]
    pub(crate) keep_days: Option<u32>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    /// Answer 503 when a list is stale, instead of marking each answer as incomplete.
    #[arg(long, value_name = "BOOL", env = "INTERDICT_REFUSE_STALE", num_args = 0..=1, require_equals = true,
        default_missing_value = "true")]
    pub(crate) refuse_stale: Option<bool>,
}
