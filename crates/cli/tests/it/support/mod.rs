//! What the tests of the binary share: a data directory of their own, and the real lists.

// Each test binary uses its own part of this, and a test may stop at the first surprise.
#![allow(dead_code, unreachable_pub)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

/// A thief's 10 BTC of theft pass through a friend, who has 10 of his own, to a shop and an exchange.
pub const TRANSFERS: &str = "\
time,tx,from,to,asset,amount
2024-01-01T00:00:00Z,t0,bank,friend,BTC,10
2024-01-02T00:00:00Z,t1,victim,thief,BTC,10
2024-01-03T00:00:00Z,t2,thief,friend,BTC,10
2024-01-04T00:00:00Z,t3,friend,shop,BTC,12
2024-01-05T00:00:00Z,t4,friend,market,BTC,8
";
/// Labels for three parties of [`TRANSFERS`].
pub const LABELS: &str = "\
address,entity,category,valid_from
thief,The Thief,theft,2024-01-01
market,Some Exchange,exchange,
bank,Some Bank,person,
";

/// An invented list: a person with a weak alias, a company and a vessel.
pub const WATCH: &str = "\
id,name,schema,birth_date,weak_alias,nationality,passport
w-1,Ivo Maris Roe,Person,1965-04-25,The Heron,mt,00451 (MT)
w-2,Sirius Hotel LLC,Company,,,ae,
w-3,Heron Spirit,Vessel,,,,
";
/// A later version of [`WATCH`]: one entry is changed, one is gone, one is new and has faults.
pub const WATCH_LATER: &str = "\
id,name,schema,birth_date,weak_alias,nationality,passport
w-1,Ivo Maris Roe,Person,1965-04-26,The Heron,mt,00451 (MT)
w-3,Heron Spirit,Vessel,,,,
w-4,Odalys Vantongeren,Person,31/31/1971,,Utopia,
";
/// Customers: some of them are on [`WATCH`], and some have faults.
pub const CUSTOMERS: &str = "\
id,full_name,born,country
1,Ivo Roe,1965-04-25,mt
2,Wilhelmina Featherstonehaugh,1970,gb
3,Heron Spirit,,
4,Ivo Maris Roe,25.25.1965,mt
5,???,,
";

/// A data directory that goes away with the test.
pub struct Workplace {
    pub folder: TempDir,
}

/// What a run of the binary gave.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Workplace {
    pub fn new() -> Self {
        let place = Self { folder: TempDir::new().unwrap() };
        std::fs::create_dir(place.data_dir()).unwrap();
        place.configure("");
        place
    }

    /// One in whose configuration the built-in dataset is all that has to be there.
    pub fn with_builtin_only() -> Self {
        let place = Self::new();
        place.configure("[policy]\nrequired = [\"dprk_cyber\"]\n");
        place
    }

    /// Writes the configuration. The built-in dataset never gets stale: tests do not depend on the day. Official lists
    /// may have any number of entities: tests import a few records of them.
    pub fn configure(&self, text: &str) {
        let mut text = format!("{text}\n[lists.dprk_cyber]\nstale_after_days = 36500\n");
        for name in
            ["us_ofac_sdn", "us_ofac_cons", "un_sc_sanctions", "eu_fsf", "gb_fcdo_sanctions"]
        {
            let header = format!("[lists.{name}]\n");
            if !text.contains(&header) {
                text.push_str(&header);
            }
            text = text.replace(&header, &format!("{header}least_entities = 0\n"));
        }
        self.configure_exactly(&text);
    }

    /// Writes this configuration and nothing else.
    pub fn configure_exactly(&self, text: &str) {
        std::fs::write(self.data_dir().join("interdict.toml"), text).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file into the workplace.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    pub fn data_dir(&self) -> PathBuf {
        self.path("data")
    }

    /// Runs the binary with these arguments.
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.run_with_input(arguments, "")
    }

    pub fn run_with_input(&self, arguments: &[&str], input: impl Into<Vec<u8>>) -> Run {
        let output = Command::cargo_bin("interdict")
            .unwrap()
            .env("INTERDICT_DATA_DIR", self.data_dir())
            .env_remove("INTERDICT_CONFIG")
            .args(arguments)
            .write_stdin(input)
            .output()
            .unwrap();
        Run::from(output)
    }

    /// Runs the binary and reads its JSON.
    pub fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let run = self.run(&[arguments, &["--format", "json"]].concat());
        serde_json::from_str(&run.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", run.stdout, run.stderr))
    }
}

impl Run {
    /// The JSON that was printed, without the moment of the answer, which differs from run to run.
    pub fn json_without_moment(&self) -> String {
        let lines = self.stdout.split_inclusive('\n');
        lines.filter(|line| !line.contains("\"answered_at\": ")).collect()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The folder of real lists, or a plain word that the test did not run.
pub fn test_data(test: &str) -> Option<PathBuf> {
    let path = std::env::var_os("INTERDICT_TEST_DATA").map(PathBuf::from);
    if path.is_none() {
        eprintln!("skipped: {test}: set INTERDICT_TEST_DATA to the folder of real lists");
    }
    path
}

pub fn paths(folder: &Path, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| folder.join(name).display().to_string()).collect()
}

/// The four files of the SDN list.
pub fn sdn_files(data: &Path) -> Vec<String> {
    paths(&data.join("lists/ofac"), &["sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"])
}

pub fn document(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

/// Compares a document with what it should be, or writes it when asked to.
#[track_caller]
pub fn check_document(name: &str, expected: &str) {
    let path = document(name);
    if std::env::var_os("INTERDICT_UPDATE_DOCS").is_some() {
        std::fs::write(&path, expected).unwrap();
    }
    let present = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = present.lines().zip(expected.lines()).find(|(present, due)| present != due);
    assert!(
        present == expected,
        "docs/{name} is not what the program says; first difference: {differs:?}\n\
         INTERDICT_UPDATE_DOCS=1 cargo test -p interdict writes it"
    );
}

/// The verbs below a command, as its help lists them.
pub fn verbs_in(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    listed
        .take_while(|line| !line.trim().is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|verb| *verb != "help")
        .map(str::to_owned)
        .collect()
}
