//! The configuration file, `interdict.toml`: which lists are kept, where they come from, and how
//! they are fetched.

mod file;
mod people;
mod policy;
mod report;
mod server;

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use interdict_lists::fetch::{Address, FetchSettings, FileChoice, published_files};
use interdict_lists::{DATASETS, Dataset, ListKind};
use interdict_model::DatasetName;

pub use people::{Names, OidcSettings, ProxyUserSettings};
pub use policy::PolicyConfig;
pub use report::{ConfigReport, SettingOrigin, ShownSetting};
pub use server::ServerSettings;

/// The name of the configuration file in the data directory.
pub const CONFIG_FILE: &str = "interdict.toml";

/// Largest configuration file.
const MAX_BYTES: u64 = 1 << 20;

/// The configuration of the lists.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// How files are fetched.
    pub fetch: FetchSettings,
    /// For how many days updates of a list may fail before answers count as incomplete.
    pub failure_grace_days: u32,
    /// How queries are answered by default.
    pub policy: PolicyConfig,
    /// Settings of the server, which the environment and arguments override.
    pub server: ServerSettings,
    lists: BTreeMap<DatasetName, ListConfig>,
}

/// The configuration of one list.
#[derive(Debug, Clone, Default)]
pub struct ListConfig {
    /// Whether it is updated; the default is yes for official lists.
    pub enabled: Option<bool>,
    /// Its title, for one that is not official.
    pub title: Option<String>,
    /// Where it is fetched from, instead of from its publisher.
    pub addresses: Vec<Address>,
    /// After how many days without a new version it counts as stale, instead of by its own rule.
    pub stale_after_days: Option<u32>,
    /// How many listed entities a complete version has, at least, instead of by its own rule.
    pub least_entities: Option<u64>,
    /// Which of its published forms is fetched.
    pub choice: FileChoice,
    /// The purpose of the list, if the file states it.
    pub kind: Option<ListKind>,
}

/// Why a configuration file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("cannot read the configuration {path}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// It is larger than any configuration.
    #[error("the configuration {path} has more than {MAX_BYTES} bytes")]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// A line is wrong: it is no TOML, its key is unknown, or its value is not allowed.
    #[error("{path}, line {line}: {detail}")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with which key.
        detail: String,
    },
}

impl Config {
    /// Reads a configuration file, which must be there.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let fail = |source| ConfigError::Io { path: path.to_owned(), source };
        if fs::metadata(path).map_err(fail)?.len() > MAX_BYTES {
            return Err(ConfigError::TooLarge { path: path.to_owned() });
        }
        let text = fs::read_to_string(path).map_err(fail)?;
        file::parse(&text, path)
    }

    /// Reads the configuration file of a data directory; if there is none, the defaults apply.
    pub fn read_from_data_dir(data_dir: &Path) -> Result<Self, ConfigError> {
        match Self::read(&data_dir.join(CONFIG_FILE)) {
            // A data directory that is not a directory is reported when it is opened.
            Err(ConfigError::Io { source, .. })
                if matches!(source.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                Ok(Self::default())
            }
            result => result,
        }
    }

    /// The settings of a list.
    pub fn list(&self, dataset: &DatasetName) -> Option<&ListConfig> {
        self.lists.get(dataset)
    }

    /// The lists that an update without names fetches, in a fixed order.
    pub fn updated_lists(&self) -> Vec<DatasetName> {
        let known = DATASETS.iter().filter(|dataset| !dataset.urls.is_empty());
        let mut names: Vec<DatasetName> = known
            .map(|dataset| dataset.name.parse().expect("the table's names are valid"))
            .chain(self.lists.keys().filter(|name| Dataset::find(name).is_none()).cloned())
            .collect();
        names.retain(|name| self.is_updated(name) && !self.addresses(name).is_empty());
        names
    }

    /// The allow lists.
    pub fn allow_lists(&self) -> impl Iterator<Item = &DatasetName> {
        let is_allow = |list: &ListConfig| list.kind == Some(ListKind::Allow);
        self.lists.iter().filter(move |(_, list)| is_allow(list)).map(|(name, _)| name)
    }

    /// Whether a list is updated, so that failures to update it count.
    pub fn is_updated(&self, dataset: &DatasetName) -> bool {
        self.list(dataset).and_then(|list| list.enabled).unwrap_or(true)
    }

    /// The lists that the configuration requires by name: an answer without them is incomplete.
    pub fn required_lists(&self) -> impl Iterator<Item = &DatasetName> {
        self.lists.iter().filter_map(|(name, list)| {
            let own = Dataset::find(name).is_none();
            list.enabled.unwrap_or(own).then_some(name)
        })
    }

    /// Where a list is fetched from; empty if that is not known.
    pub fn addresses(&self, dataset: &DatasetName) -> Vec<Address> {
        let list = self.list(dataset);
        if let Some(list) = list.filter(|list| !list.addresses.is_empty()) {
            return list.addresses.clone();
        }
        let choice = list.map(|list| list.choice).unwrap_or_default();
        let published = Dataset::find(dataset).map(|known| published_files(known, choice));
        published.unwrap_or_default().into_iter().filter_map(|url| url.parse().ok()).collect()
    }

    /// After how many days without a new version a list counts as stale.
    pub fn stale_after_days(&self, dataset: &DatasetName) -> Option<u32> {
        let own_rule = || Dataset::find(dataset).map(|known| known.stale_after_days);
        self.list(dataset).and_then(|list| list.stale_after_days).or_else(own_rule)
    }

    /// How many listed entities a complete version of a list has, at least.
    pub fn least_entities(&self, dataset: &DatasetName) -> Option<u64> {
        let own_rule = || Dataset::find(dataset).map(|known| known.least_entities);
        self.list(dataset).and_then(|list| list.least_entities).or_else(own_rule)
    }

    /// The title to show for a list.
    pub fn title(&self, dataset: &DatasetName) -> String {
        let given = self.list(dataset).and_then(|list| list.title.clone());
        let known = || Dataset::find(dataset).map(|known| known.title.to_owned());
        given.or_else(known).unwrap_or_else(|| dataset.to_string())
    }
}

#[cfg(test)]
mod tests {
    use interdict_model::{Schema, Score};
    use interdict_screen::Algorithm;

    use super::*;

    fn parse(text: &str) -> Result<Config, String> {
        file::parse(text, Path::new("interdict.toml")).map_err(|error| error.to_string())
    }

    fn name(text: &str) -> DatasetName {
        text.parse().unwrap()
    }

    #[test]
    fn without_a_file_every_official_list_is_updated_and_none_is_required() {
        let config = Config::read_from_data_dir(Path::new("/nonexistent")).unwrap();
        let lists = config.updated_lists();
        assert_eq!(lists.len(), 5);
        assert_eq!(config.required_lists().count(), 0);
        assert!(config.addresses(&lists[0])[0].whole().ends_with("SDN_ADVANCED.XML"));
        assert_eq!(config.stale_after_days(&lists[0]), Some(14));
    }

    #[test]
    fn a_file_changes_addresses_rules_and_limits() {
        let config = parse(
            r#"
            [fetch]
            contact = "compliance@example.org"
            total_timeout_seconds = 1.5
            max_megabytes = 2
            failure_grace_days = 3
            [lists.us_ofac_sdn]
            format = "csv"
            [lists.un_sc_sanctions]
            enabled = true
            urls = ["https://mirror.example.org/un.xml"]
            stale_after_days = 7
            [lists.eu_fsf]
            enabled = false
            [lists.peps]
            format = "ftm"
            title = "Politically exposed persons"
            urls = ["https://example.org/entities.ftm.json"]
            "#,
        )
        .unwrap();
        assert_eq!(config.fetch.max_bytes, 2_000_000);
        assert_eq!(config.fetch.total_timeout.as_millis(), 1_500);
        assert!(config.fetch.user_agent.ends_with(" (compliance@example.org)"));
        assert_eq!(config.failure_grace_days, 3);
        assert_eq!(config.addresses(&name("us_ofac_sdn")).len(), 4);
        assert_eq!(config.stale_after_days(&name("un_sc_sanctions")), Some(7));
        assert_eq!(config.title(&name("peps")), "Politically exposed persons");
        let updated: Vec<String> = config.updated_lists().iter().map(|n| n.to_string()).collect();
        assert!(updated.contains(&"peps".to_owned()) && !updated.contains(&"eu_fsf".to_owned()));
        let required: Vec<String> = config.required_lists().map(|n| n.to_string()).collect();
        assert_eq!(required, ["peps", "un_sc_sanctions"]);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_key() {
        for (text, parts) in [
            ("[fetch]\nretrys = 3", &["line 2", "retrys", "retries"][..]),
            ("[list.un_sc_sanctions]", &["line 1", "list", "lists"]),
            ("[lists.un_sc_sanctions]\nurl = \"x\"", &["line 2", "url", "urls"]),
            ("[lists.un_sc_sanctions]\n\nurls = [\"ftp://x\"]", &["line 3", "urls", "https://"]),
            ("[lists.us_ofac_sdn]\nformat = \"pdf\"", &["line 2", "format", "advanced-xml"]),
            ("[lists.eu_fsf]\nformat = \"csv\"", &["line 2", "format", "eu_fsf"]),
            ("[lists.peps]\nenabled = true", &["line 1", "peps", "ftm"]),
            ("[lists.peps]\nformat = \"ftm\"", &["line 1", "peps", "urls"]),
            ("[lists.\"Not A Name\"]\nenabled = true", &["line 1", "Not A Name"]),
            ("[lists.dprk_cyber]\nurls = [\"https://x.org/a\"]", &["line 2", "built in"]),
            ("[fetch]\nread_timeout_seconds = -1", &["line 2", "read_timeout_seconds"]),
            ("[fetch]\nmax_megabytes = 0", &["line 2", "max_megabytes"]),
            ("[fetch]\ncontact = \"a\\r\\nHost: b\"", &["line 2", "contact"]),
            ("[fetch\n", &["line 1"]),
            ("[policy]\nthreshold = 7", &["line 2", "threshold", "0 to 1"]),
            ("[policy]\nalgorithm = \"best guess\"", &["line 2", "algorithm", "interdict"]),
            ("[policy]\nschema = \"Persn\"", &["line 2", "schema", "Persn"]),
            ("[policy]\n\nrequired = [\"UN list\"]", &["line 3", "required", "UN list"]),
            ("[server]\nlisten = \"localhost\"", &["line 2", "server.listen", "localhost"]),
            ("[server]\n\nmax_body = 0", &["line 3", "max_body", "1 to 1024"]),
            ("[server]\nmax_bdy = 1", &["line 2", "max_bdy", "max_body"]),
            ("[server]\nlog = \"xml\"", &["line 2", "log", "json"]),
            ("[server.oidc]\nissuer = \"https://id.example\"", &["line 1", "client_id"]),
            ("[server.oidc]\nisuer = \"https://id.example\"", &["line 2", "isuer"]),
            ("[server]\ntrusted_proxies = [\"proxy\"]", &["line 2", "trusted_proxies"]),
            ("[server]\npublic_url = \"example.org\"", &["line 2", "public_url", "https://"]),
            ("[policy]\ntreshold = 0.7", &["line 2", "treshold", "threshold"]),
            ("[lists.eu_fsf]\nkind = \"allow\"", &["line 2", "kind", "eu_fsf"]),
            ("[lists.staff]\nkind = \"good\"", &["line 2", "kind", "allow"]),
        ] {
            let error = parse(text).unwrap_err();
            for part in parts {
                assert!(error.contains(part), "{error:?} should mention {part:?}");
            }
        }
    }

    #[test]
    fn the_policy_is_what_the_file_says() {
        let config = parse(
            r#"
            [policy]
            threshold = 0.8
            algorithm = "exact"
            weak_alias_alone = true
            required = ["us_ofac_sdn"]
            schema = "Person"
            [lists.staff]
            kind = "allow"
            "#,
        )
        .unwrap();
        let policy = &config.policy;
        assert_eq!(policy.threshold.map(Score::value), Some(0.8));
        assert_eq!((policy.algorithm, policy.weak_alias_alone), (Some(Algorithm::Exact), true));
        assert_eq!(policy.required, [name("us_ofac_sdn")]);
        assert_eq!(policy.schema, Some(Schema::PERSON));
        assert!(config.allow_lists().eq([&name("staff")]));
        assert!(!config.updated_lists().contains(&name("staff")), "it has no address");
    }
}
