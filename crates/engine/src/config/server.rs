//! The table `[server]`: settings of `interdict serve`, which the environment and arguments override.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;

use serde::Deserialize;
use toml::Spanned;

use super::file::Fault;
use super::people::{OidcSettings, ProxyUserSettings};

/// How `interdict serve` runs. A setting that is absent has its built-in value.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ServerSettings {
    /// Where to listen.
    pub listen: Option<SocketAddr>,
    /// The address under which clients reach the server.
    pub public_url: Option<String>,
    /// The token of `POST /updatez`.
    pub update_token: Option<String>,
    /// Origins whose pages may call `/reconcile`.
    pub origins: Option<Vec<String>>,
    /// Further names of the server.
    pub hosts: Option<Vec<String>>,
    /// Proxies whose `x-forwarded-for` is believed.
    pub trusted_proxies: Option<Vec<IpAddr>>,
    /// The largest body of a request, in megabytes.
    pub max_body: Option<u16>,
    /// The largest file of a job, in megabytes.
    pub max_job_file: Option<u32>,
    /// For how many days the result of a job is kept.
    pub job_days: Option<u32>,
    /// Networks that webhooks may be sent to besides the public one.
    pub webhook_networks: Option<Vec<String>>,
    /// Whether webhooks may be sent to this machine over plain HTTP.
    pub webhook_loopback_http: Option<bool>,
    /// The file of certificates that vouch for receivers of webhooks.
    pub webhook_ca: Option<PathBuf>,
    /// Label packs behind every answer about wallets and flows of money.
    pub labels: Option<Vec<PathBuf>>,
    /// Tables of bridge links that traces follow.
    pub bridge_links: Option<Vec<PathBuf>>,
    /// How many requests are screened at the same time.
    pub concurrency: Option<u16>,
    /// How long an answer may take, in seconds.
    pub request_seconds: Option<u32>,
    /// How long a caller may read nothing of its answer before the connection is closed, in seconds.
    pub write_seconds: Option<u32>,
    /// After how many minutes without use a session of a person ends.
    pub session_idle_minutes: Option<u32>,
    /// After how many hours a session ends.
    pub session_hours: Option<u32>,
    /// How long requests are still accepted after SIGTERM, in seconds.
    pub drain_seconds: Option<u32>,
    /// Most requests of one key in a second; 0 for no limit.
    pub key_rate: Option<u32>,
    /// Most requests of one address in a second; 0 for no limit.
    pub address_rate: Option<u32>,
    /// Most wrong keys from one address in a minute.
    pub failed_keys: Option<u32>,
    /// Whether stale lists are refused.
    pub refuse_stale: Option<bool>,
    /// Whether the server runs without a store: nothing is recorded and no key is required.
    pub no_store: Option<bool>,
    /// The address of the store.
    pub store: Option<String>,
    /// The folder of the store's secrets.
    pub store_secrets: Option<PathBuf>,
    /// The file of the master key of personal data.
    pub store_key_file: Option<PathBuf>,
    /// The folder of signed checkpoints.
    pub checkpoints: Option<PathBuf>,
    /// How often a checkpoint is written, in seconds.
    pub checkpoint_seconds: Option<u32>,
    /// For how many days personal data of screenings is kept.
    pub keep_days: Option<u32>,
    /// The file of the certificate.
    pub tls_cert: Option<PathBuf>,
    /// The file of its key.
    pub tls_key: Option<PathBuf>,
    /// Whether other machines may connect over plain HTTP.
    pub insecure_http: Option<bool>,
    /// Where metrics are served without a key.
    pub metrics_listen: Option<SocketAddr>,
    /// The address of a collector of OpenTelemetry.
    pub otlp_endpoint: Option<String>,
    /// How the log is written: `json`, `text` or `off`.
    pub log: Option<String>,
    /// How an OpenID provider signs people in.
    pub oidc: Option<OidcSettings>,
    /// How a proxy names people.
    pub proxy_user: Option<ProxyUserSettings>,
}

/// The table in the configuration file.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServerTable {
    listen: Option<Spanned<String>>,
    public_url: Option<Spanned<String>>,
    update_token: Option<String>,
    origins: Option<Vec<String>>,
    hosts: Option<Vec<String>>,
    trusted_proxies: Option<Vec<Spanned<String>>>,
    max_body: Option<Spanned<u16>>,
    max_job_file: Option<Spanned<u32>>,
    job_days: Option<Spanned<u32>>,
    webhook_networks: Option<Vec<String>>,
    webhook_loopback_http: Option<bool>,
    webhook_ca: Option<PathBuf>,
    labels: Option<Vec<PathBuf>>,
    bridge_links: Option<Vec<PathBuf>>,
    concurrency: Option<Spanned<u16>>,
    request_seconds: Option<Spanned<u32>>,
    write_seconds: Option<Spanned<u32>>,
    session_idle_minutes: Option<Spanned<u32>>,
    session_hours: Option<Spanned<u32>>,
    drain_seconds: Option<Spanned<u32>>,
    key_rate: Option<u32>,
    address_rate: Option<u32>,
    failed_keys: Option<Spanned<u32>>,
    refuse_stale: Option<bool>,
    no_store: Option<bool>,
    store: Option<String>,
    store_secrets: Option<PathBuf>,
    store_key_file: Option<PathBuf>,
    checkpoints: Option<PathBuf>,
    checkpoint_seconds: Option<Spanned<u32>>,
    keep_days: Option<Spanned<u32>>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    insecure_http: Option<bool>,
    metrics_listen: Option<Spanned<String>>,
    otlp_endpoint: Option<Spanned<String>>,
    log: Option<Spanned<String>>,
    oidc: Option<OidcSettings>,
    proxy_user: Option<ProxyUserSettings>,
}

impl ServerTable {
    pub(super) fn check(self) -> Result<ServerSettings, Fault> {
        let proxies = self.trusted_proxies.map(|all| {
            all.iter().map(|given| parse("trusted_proxies", given)).collect::<Result<Vec<_>, _>>()
        });
        let listen = self.listen.map(|given| parse("listen", &given));
        let metrics_listen = self.metrics_listen.map(|given| parse("metrics_listen", &given));
        Ok(ServerSettings {
            listen: listen.transpose()?,
            public_url: self
                .public_url
                .map(|given| web_address("public_url", given))
                .transpose()?,
            update_token: self.update_token,
            origins: self.origins,
            hosts: self.hosts,
            trusted_proxies: proxies.transpose()?,
            max_body: within("max_body", self.max_body, 1..=1_024)?,
            max_job_file: within("max_job_file", self.max_job_file, 1..=65_536)?,
            job_days: within("job_days", self.job_days, 1..=3_653)?,
            webhook_networks: self.webhook_networks,
            webhook_loopback_http: self.webhook_loopback_http,
            webhook_ca: self.webhook_ca,
            labels: self.labels,
            bridge_links: self.bridge_links,
            concurrency: within("concurrency", self.concurrency, 1..=1_024)?,
            request_seconds: within("request_seconds", self.request_seconds, 1..=3_600)?,
            write_seconds: within("write_seconds", self.write_seconds, 1..=3_600)?,
            session_idle_minutes: within(
                "session_idle_minutes",
                self.session_idle_minutes,
                1..=1_440,
            )?,
            session_hours: within("session_hours", self.session_hours, 1..=168)?,
            drain_seconds: within("drain_seconds", self.drain_seconds, 0..=3_600)?,
            key_rate: self.key_rate,
            address_rate: self.address_rate,
            failed_keys: within("failed_keys", self.failed_keys, 1..=u32::MAX)?,
            refuse_stale: self.refuse_stale,
            no_store: self.no_store,
            store: self.store,
            store_secrets: self.store_secrets,
            store_key_file: self.store_key_file,
            checkpoints: self.checkpoints,
            checkpoint_seconds: within("checkpoint_seconds", self.checkpoint_seconds, 1..=86_400)?,
            keep_days: within("keep_days", self.keep_days, 1..=u32::MAX)?,
            tls_cert: self.tls_cert,
            tls_key: self.tls_key,
            insecure_http: self.insecure_http,
            metrics_listen: metrics_listen.transpose()?,
            otlp_endpoint: self
                .otlp_endpoint
                .map(|given| web_address("otlp_endpoint", given))
                .transpose()?,
            log: self.log.map(format_of_log).transpose()?,
            oidc: self.oidc,
            proxy_user: self.proxy_user,
        })
    }
}

fn parse<T: FromStr<Err: std::fmt::Display>>(
    key: &str,
    given: &Spanned<String>,
) -> Result<T, Fault> {
    let text = given.get_ref();
    let wrong = |error| Fault::new(given.span(), format!("server.{key}: {text:?}: {error}"));
    text.parse().map_err(wrong)
}

fn within<T: PartialOrd + std::fmt::Display>(
    key: &str,
    given: Option<Spanned<T>>,
    range: RangeInclusive<T>,
) -> Result<Option<T>, Fault> {
    match given {
        Some(given) if !range.contains(given.get_ref()) => {
            let (from, to) = (range.start(), range.end());
            Err(Fault::new(given.span(), format!("server.{key}: a number from {from} to {to}")))
        }
        given => Ok(given.map(Spanned::into_inner)),
    }
}

fn web_address(name: &str, given: Spanned<String>) -> Result<String, Fault> {
    let text = given.get_ref();
    if text.starts_with("http://") || text.starts_with("https://") {
        return Ok(given.into_inner());
    }
    Err(Fault::new(given.span(), format!("server.{name}: begins with https:// or http://")))
}

fn format_of_log(given: Spanned<String>) -> Result<String, Fault> {
    if matches!(given.get_ref().as_str(), "json" | "text" | "off") {
        return Ok(given.into_inner());
    }
    Err(Fault::new(given.span(), "server.log: json, text or off"))
}
