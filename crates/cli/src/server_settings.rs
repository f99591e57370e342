//! The server settings in force, and the origin of each.

use std::fmt::Display;
use std::path::PathBuf;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, ValueEnum};
use interdict_engine::{ServerSettings, Session, SettingOrigin, ShownSetting};
use interdict_server::{
    ChainFiles, KEEP_DAYS, Log, LogFormat, Network, Rate, ServerConfig, StoreConfig, TlsFiles,
    WebhookRules,
};

use crate::output::is_interactive;
use crate::people_settings;
use crate::server_args::{LogChoice, ServerArgs};

/// The settings of the server.
pub(crate) struct ChosenServer {
    pub(crate) config: ServerConfig,
    /// Each one with its origin, in the order of the reference.
    pub(crate) shown: Vec<ShownSetting>,
}

/// Chooses settings one by one.
struct Choice<'a> {
    /// The matches of clap, which distinguish an argument from an environment variable.
    matches: Option<&'a ArgMatches>,
    shown: Vec<ShownSetting>,
}

impl Choice<'_> {
    /// The value of a setting that may have none.
    fn maybe<T: Clone>(
        &mut self,
        name: &str,
        (given, file): (&Option<T>, &Option<T>),
        show: impl Fn(&T) -> String,
    ) -> Option<T> {
        let value = given.as_ref().or(file.as_ref());
        let origin = match (given, file) {
            (Some(_), _) => self.origin_of_argument(name),
            (None, Some(_)) => SettingOrigin::File,
            (None, None) => SettingOrigin::Default,
        };
        self.show(name, value.map(show), origin);
        value.cloned()
    }

    /// The value of a setting that has a default.
    fn one<T: Clone + Display>(
        &mut self,
        name: &str,
        values: (&Option<T>, &Option<T>),
        default: T,
    ) -> T {
        let chosen = self.maybe(name, values, T::to_string);
        let value = chosen.unwrap_or(default);
        if let Some(shown) = self.shown.last_mut() {
            shown.value = Some(value.to_string());
        }
        value
    }

    /// A setting of several values.
    fn list<T: Clone + Display>(
        &mut self,
        name: &str,
        values: (&Option<Vec<T>>, &Option<Vec<T>>),
    ) -> Vec<T> {
        let show = |all: &Vec<T>| all.iter().map(T::to_string).collect::<Vec<_>>().join(",");
        self.maybe(name, values, show).unwrap_or_default()
    }

    /// The paths of several files.
    fn paths(
        &mut self,
        name: &str,
        values: (&Option<Vec<PathBuf>>, &Option<Vec<PathBuf>>),
    ) -> Vec<PathBuf> {
        let show = |all: &Vec<PathBuf>| {
            all.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(",")
        };
        self.maybe(name, values, show).unwrap_or_default()
    }

    /// The path of a file or folder.
    fn path(
        &mut self,
        name: &str,
        values: (&Option<PathBuf>, &Option<PathBuf>),
    ) -> Option<PathBuf> {
        self.maybe(name, values, |path| path.display().to_string())
    }

    fn show(&mut self, name: &str, value: Option<String>, origin: SettingOrigin) {
        self.shown.push(ShownSetting { name: name.to_owned(), value, origin });
    }

    fn origin_of_argument(&self, name: &str) -> SettingOrigin {
        match self.matches.and_then(|matches| matches.value_source(name)) {
            Some(ValueSource::EnvVariable) => SettingOrigin::Environment,
            _ => SettingOrigin::Flag,
        }
    }
}

/// The authentication of people by a provider or a proxy, which is set in the file only.
fn choose_people(
    choice: &mut Choice<'_>,
    file: &ServerSettings,
    config: ServerConfig,
) -> anyhow::Result<ServerConfig> {
    choice.maybe("oidc", (&None, &file.oidc), |oidc| oidc.issuer.clone());
    choice.maybe("proxy_user", (&None, &file.proxy_user), |proxy| proxy.user_header.clone());
    let oidc = file.oidc.as_ref().map(people_settings::oidc).transpose()?;
    let proxy_user = file.proxy_user.as_ref().map(people_settings::proxy_user).transpose()?;
    anyhow::ensure!(
        proxy_user.is_none() || !config.trusted_proxies.is_empty(),
        "server.proxy_user needs trusted_proxies: nobody else is believed"
    );
    Ok(ServerConfig { oidc, proxy_user, ..config })
}

impl ServerArgs {
    /// The settings in force. `matches` are those of the verb.
    pub(crate) fn choose(
        &self,
        session: &Session,
        matches: Option<&ArgMatches>,
    ) -> anyhow::Result<ChosenServer> {
        let mut choice = Choice { matches, shown: Vec::new() };
        let file = &session.config().server;
        let listen = ([127, 0, 0, 1], 8080).into();
        let listen = choice.one("listen", (&self.listen, &file.listen), listen);
        let config = ServerConfig::at(listen);
        let config = self.choose_names(&mut choice, file, config)?;
        let config = self.choose_limits(&mut choice, file, config);
        let config = self.choose_webhooks(&mut choice, file, config)?;
        let config = self.choose_chain(&mut choice, file, config);
        let config = self.choose_monitoring(&mut choice, file, config);
        let config = choose_people(&mut choice, file, config)?;
        let store = self.choose_store(&mut choice, session)?;
        Ok(ChosenServer { config: ServerConfig { store, ..config }, shown: choice.shown })
    }

    fn choose_names(
        &self,
        choice: &mut Choice<'_>,
        file: &ServerSettings,
        config: ServerConfig,
    ) -> anyhow::Result<ServerConfig> {
        let public_url =
            choice.maybe("public_url", (&self.public_url, &file.public_url), String::clone);
        let hosts = choice.list("hosts", (&self.hosts, &file.hosts));
        let secret = |_: &String| "(set)".to_owned();
        let update_token =
            choice.maybe("update_token", (&self.update_token, &file.update_token), secret);
        let origins = choice.list("origins", (&self.origins, &file.origins));
        let certificate = choice.path("tls_cert", (&self.tls_cert, &file.tls_cert));
        let key = choice.path("tls_key", (&self.tls_key, &file.tls_key));
        let tls = match (certificate, key) {
            (Some(certificate), Some(key)) => Some(TlsFiles { certificate, key }),
            (None, None) => None,
            _ => anyhow::bail!("tls_cert and tls_key need each other: one of them is not set"),
        };
        let insecure_http =
            choice.one("insecure_http", (&self.insecure_http, &file.insecure_http), false);
        let trusted_proxies =
            choice.list("trusted_proxies", (&self.trusted_proxies, &file.trusted_proxies));
        Ok(ServerConfig {
            public_url,
            hosts,
            update_token,
            origins,
            tls,
            insecure_http,
            trusted_proxies,
            ..config
        })
    }

    fn choose_limits(
        &self,
        choice: &mut Choice<'_>,
        file: &ServerSettings,
        config: ServerConfig,
    ) -> ServerConfig {
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        let rate = |count: u32| (count > 0).then_some(Rate { count, seconds: 1 });
        let key_rate = choice.one("key_rate", (&self.key_rate, &file.key_rate), 0);
        let address_rate = choice.one("address_rate", (&self.address_rate, &file.address_rate), 0);
        let failed = choice.one("failed_keys", (&self.failed_keys, &file.failed_keys), 30);
        let max_body = choice.one("max_body", (&self.max_body, &file.max_body), 16);
        let job_file = choice.one("max_job_file", (&self.max_job_file, &file.max_job_file), 256);
        let job_days = choice.one("job_days", (&self.job_days, &file.job_days), 30);
        let processors = u16::try_from(config.concurrency).unwrap_or(u16::MAX);
        let concurrency =
            choice.one("concurrency", (&self.concurrency, &file.concurrency), processors);
        let request =
            choice.one("request_seconds", (&self.request_seconds, &file.request_seconds), 60);
        let write = choice.one("write_seconds", (&self.write_seconds, &file.write_seconds), 30);
        let idle = (&self.session_idle_minutes, &file.session_idle_minutes);
        let idle = choice.one("session_idle_minutes", idle, 30);
        let hours = choice.one("session_hours", (&self.session_hours, &file.session_hours), 12);
        let drain = choice.one("drain_seconds", (&self.drain_seconds, &file.drain_seconds), 0);
        let refuse_stale =
            choice.one("refuse_stale", (&self.refuse_stale, &file.refuse_stale), false);
        ServerConfig {
            key_rate: rate(key_rate),
            address_rate: rate(address_rate),
            failed_key_rate: Rate { count: failed, seconds: 60 },
            body_bytes: usize::from(max_body) << 20,
            job_bytes: u64::from(job_file) << 20,
            job_days,
            concurrency: concurrency.into(),
            request_time: seconds(request),
            write_time: seconds(write),
            session_idle: seconds(idle.saturating_mul(60)),
            session_time: seconds(hours.saturating_mul(3_600)),
            drain_time: seconds(drain),
            refuse_stale,
            ..config
        }
    }

    fn choose_webhooks(
        &self,
        choice: &mut Choice<'_>,
        file: &ServerSettings,
        config: ServerConfig,
    ) -> anyhow::Result<ServerConfig> {
        let parse = |text: &String| {
            text.parse::<Network>()
                .map_err(|error| anyhow::anyhow!("server.webhook_networks: {text:?}: {error}"))
        };
        let in_file = file.webhook_networks.as_ref().map(|all| all.iter().map(parse).collect());
        let in_file: Option<Vec<Network>> = in_file.transpose()?;
        let networks = choice.list("webhook_networks", (&self.webhook_networks, &in_file));
        let loopback = (&self.webhook_loopback_http, &file.webhook_loopback_http);
        let loopback_http = choice.one("webhook_loopback_http", loopback, false);
        let certificates = choice.path("webhook_ca", (&self.webhook_ca, &file.webhook_ca));
        let webhooks = WebhookRules { networks, loopback_http, certificates };
        Ok(ServerConfig { webhooks, ..config })
    }

    fn choose_chain(
        &self,
        choice: &mut Choice<'_>,
        file: &ServerSettings,
        config: ServerConfig,
    ) -> ServerConfig {
        let labels = choice.paths("labels", (&self.labels, &file.labels));
        let bridge_links = choice.paths("bridge_links", (&self.bridge_links, &file.bridge_links));
        ServerConfig { chain: ChainFiles { labels, bridge_links }, ..config }
    }

    fn choose_monitoring(
        &self,
        choice: &mut Choice<'_>,
        file: &ServerSettings,
        config: ServerConfig,
    ) -> ServerConfig {
        let listens = (&self.metrics_listen, &file.metrics_listen);
        let metrics_listen = choice.maybe("metrics_listen", listens, |address| address.to_string());
        let endpoints = (&self.otlp_endpoint, &file.otlp_endpoint);
        let otlp_endpoint = choice.maybe("otlp_endpoint", endpoints, String::clone);
        let given = self.log.and_then(|log| Some(log.to_possible_value()?.get_name().to_owned()));
        let default = if is_interactive() { "text" } else { "json" };
        let log = choice.one("log", (&given, &file.log), default.to_owned());
        let log = match LogChoice::from_str(&log, false) {
            Ok(LogChoice::Json) => Log::to(LogFormat::Json, std::io::stderr()),
            Ok(LogChoice::Text) => Log::to(LogFormat::Text, std::io::stderr()),
            Ok(LogChoice::Off) | Err(_) => Log::off(),
        };
        ServerConfig { metrics_listen, otlp_endpoint, log, ..config }
    }

    fn choose_store(
        &self,
        choice: &mut Choice<'_>,
        session: &Session,
    ) -> anyhow::Result<Option<StoreConfig>> {
        let file = &session.config().server;
        let no_store = choice.one("no_store", (&self.no_store, &file.no_store), false);
        // In the form in which it is printed, without a password.
        let place = self.store.place(session)?;
        let given = self.store.store.as_ref().map(ToString::to_string);
        let in_file = file.store.as_ref().map(|_| place.address.to_string());
        choice.one("store", (&given, &in_file), place.address.to_string());
        choice.path("store_secrets", (&self.store.store_secrets, &file.store_secrets));
        choice.path("store_key_file", (&self.store.store_key_file, &file.store_key_file));
        let config = StoreConfig::at(place);
        let checkpoints = choice.path("checkpoints", (&self.checkpoints, &file.checkpoints));
        let times = (&self.checkpoint_seconds, &file.checkpoint_seconds);
        let time = choice.one("checkpoint_seconds", times, 900);
        let keep_days = choice.one("keep_days", (&self.keep_days, &file.keep_days), KEEP_DAYS);
        Ok((!no_store).then(|| StoreConfig {
            checkpoints: checkpoints.unwrap_or(config.checkpoints),
            checkpoint_time: Duration::from_secs(time.into()),
            keep_days,
            ..config
        }))
    }
}
