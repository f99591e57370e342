//! The configuration file as it is written, and how it becomes a [`Config`].

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use interdict_lists::fetch::{Address, FetchSettings, FileChoice, published_files};
use interdict_lists::{Dataset, ListKind};
use interdict_model::DatasetName;
use serde::Deserialize;
use toml::Spanned;

use super::policy::PolicyTable;
use super::server::ServerTable;
use super::{Config, ConfigError, ListConfig};

/// Longest timeout: a day.
const MAX_SECONDS: f64 = 86_400.0;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    #[serde(default)]
    fetch: FetchTable,
    #[serde(default)]
    policy: PolicyTable,
    #[serde(default)]
    server: ServerTable,
    #[serde(default)]
    lists: BTreeMap<Spanned<String>, ListTable>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FetchTable {
    contact: Option<Spanned<String>>,
    proxy: Option<String>,
    ca_file: Option<PathBuf>,
    connect_timeout_seconds: Option<Spanned<f64>>,
    read_timeout_seconds: Option<Spanned<f64>>,
    total_timeout_seconds: Option<Spanned<f64>>,
    max_megabytes: Option<Spanned<u64>>,
    max_redirects: Option<u32>,
    retries: Option<Spanned<u32>>,
    retry_delay_seconds: Option<Spanned<f64>>,
    allow_plain_http: Option<bool>,
    failure_grace_days: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListTable {
    enabled: Option<bool>,
    title: Option<String>,
    #[serde(default)]
    urls: Vec<Spanned<String>>,
    stale_after_days: Option<u32>,
    least_entities: Option<u64>,
    format: Option<Spanned<String>>,
    kind: Option<Spanned<String>>,
}

/// An error and its position.
pub(super) struct Fault {
    at: Range<usize>,
    detail: String,
}

impl Fault {
    pub(super) fn new(at: Range<usize>, detail: impl Into<String>) -> Self {
        Self { at, detail: detail.into() }
    }
}

/// Reads a configuration. The path is for messages only.
pub(super) fn parse(text: &str, path: &Path) -> Result<Config, ConfigError> {
    let read = toml::from_str::<ConfigFile>(text)
        .map_err(|error| Fault::new(error.span().unwrap_or(0..0), error.message()))
        .and_then(ConfigFile::check);
    read.map_err(|fault| {
        let before = text.get(..fault.at.start).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        ConfigError::Line { path: path.to_owned(), line, detail: fault.detail }
    })
}

impl ConfigFile {
    fn check(self) -> Result<Config, Fault> {
        let failure_grace_days = self.fetch.failure_grace_days.unwrap_or(0);
        let fetch = self.fetch.check()?;
        let policy = self.policy.check()?;
        let server = self.server.check()?;
        let mut lists = BTreeMap::new();
        for (key, table) in self.lists {
            let name: DatasetName = key.get_ref().parse().map_err(|error| {
                Fault::new(key.span(), format!("lists.{}: {error}", key.get_ref()))
            })?;
            let list = table.check(&name, key.span())?;
            lists.insert(name, list);
        }
        Ok(Config { fetch, failure_grace_days, policy, server, lists })
    }
}

impl FetchTable {
    fn check(self) -> Result<FetchSettings, Fault> {
        let mut settings = FetchSettings::default();
        if let Some(contact) = self.contact {
            let plain = |byte: u8| (b' '..=b'~').contains(&byte) && !b"()\\".contains(&byte);
            if !contact.get_ref().bytes().all(plain) || contact.get_ref().len() > 200 {
                return Err(Fault::new(contact.span(), "contact: plain letters only, no brackets"));
            }
            settings.user_agent = format!("{} ({})", settings.user_agent, contact.get_ref());
        }
        settings.proxy = self.proxy;
        settings.ca_file = self.ca_file;
        for (key, given, setting) in [
            (
                "connect_timeout_seconds",
                self.connect_timeout_seconds,
                &mut settings.connect_timeout,
            ),
            ("read_timeout_seconds", self.read_timeout_seconds, &mut settings.read_timeout),
            ("total_timeout_seconds", self.total_timeout_seconds, &mut settings.total_timeout),
            ("retry_delay_seconds", self.retry_delay_seconds, &mut settings.retry_delay),
        ] {
            if let Some(seconds) = given {
                *setting = duration(key, &seconds)?;
            }
        }
        if let Some(megabytes) = self.max_megabytes {
            let bytes = megabytes.get_ref().checked_mul(1_000_000).filter(|bytes| *bytes > 0);
            let wrong = || Fault::new(megabytes.span(), "max_megabytes: a number from 1 on");
            settings.max_bytes = bytes.ok_or_else(wrong)?;
        }
        if let Some(retries) = self.retries {
            if *retries.get_ref() > 20 {
                return Err(Fault::new(retries.span(), "retries: at most 20"));
            }
            settings.retries = retries.into_inner();
        }
        settings.max_redirects = self.max_redirects.unwrap_or(settings.max_redirects);
        settings.allow_plain_http = self.allow_plain_http.unwrap_or(false);
        Ok(settings)
    }
}

fn duration(key: &str, seconds: &Spanned<f64>) -> Result<Duration, Fault> {
    let value = *seconds.get_ref();
    if value > 0.0 && value <= MAX_SECONDS {
        return Ok(Duration::from_secs_f64(value));
    }
    Err(Fault::new(seconds.span(), format!("{key}: more than 0 and at most {MAX_SECONDS} seconds")))
}

impl ListTable {
    fn check(self, name: &DatasetName, at: Range<usize>) -> Result<ListConfig, Fault> {
        let mut addresses = Vec::new();
        for url in &self.urls {
            let address: Address = url
                .get_ref()
                .parse()
                .map_err(|error| Fault::new(url.span(), format!("lists.{name}.urls: {error}")))?;
            addresses.push(address);
        }
        let choice = match Dataset::find(name) {
            Some(known) => self.check_known(known)?,
            None => self.check_own(name, at)?,
        };
        let kind = self.kind(name)?;
        Ok(ListConfig {
            enabled: self.enabled,
            title: self.title,
            addresses,
            stale_after_days: self.stale_after_days,
            least_entities: self.least_entities,
            choice,
            kind,
        })
    }

    fn kind(&self, name: &DatasetName) -> Result<Option<ListKind>, Fault> {
        let Some(kind) = &self.kind else { return Ok(None) };
        let fail = |detail| Err(Fault::new(kind.span(), format!("lists.{name}.kind: {detail}")));
        match (Dataset::find(name), kind.get_ref().as_str()) {
            (Some(_), _) => fail("only a list of your own is for something else than to be found"),
            (None, "allow") => Ok(Some(ListKind::Allow)),
            (None, "watch") => Ok(Some(ListKind::Watch)),
            (None, _) => fail("watch or allow"),
        }
    }

    fn check_known(&self, known: &'static Dataset) -> Result<FileChoice, Fault> {
        if let (true, Some(url)) = (known.urls.is_empty(), self.urls.first()) {
            let detail = format!("lists.{}.urls: this list is built in", known.name);
            return Err(Fault::new(url.span(), detail));
        }
        let Some(format) = &self.format else {
            return Ok(FileChoice::Best);
        };
        let choice = FileChoice::parse(format.get_ref())
            .filter(|choice| !published_files(known, *choice).is_empty());
        choice.ok_or_else(|| {
            let forms = "advanced-xml, xml or csv for OFAC's lists; the others have one form only";
            Fault::new(format.span(), format!("lists.{}.format: {forms}", known.name))
        })
    }

    /// A table for a list that is not official must give its format or its kind: otherwise a mistyped name would define
    /// a new list. A list without an address is imported from files.
    fn check_own(&self, name: &DatasetName, at: Range<usize>) -> Result<FileChoice, Fault> {
        if self.kind.is_some() && self.format.is_none() && self.urls.is_empty() {
            return Ok(FileChoice::Best);
        }
        if self.format.as_ref().is_none_or(|format| format.get_ref() != "ftm") {
            let detail = format!(
                "lists.{name}: no official list has this name; for FollowTheMoney entities give \
                 format = \"ftm\" and urls"
            );
            return Err(Fault::new(at, detail));
        }
        if self.urls.len() != 1 {
            return Err(Fault::new(at, format!("lists.{name}: give one address in urls")));
        }
        Ok(FileChoice::Best)
    }
}
