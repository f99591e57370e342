//! What every verb prints: exit code, stdout and stderr, as text and JSON, for answers and for errors.
//!
//! A failure shows the difference. If the change is intended: `INSTA_UPDATE=always cargo test -p
//! interdict --test it outputs`, and read `git diff` of the snapshots.

use crate::support;

use std::fmt::Write;

use support::{CUSTOMERS, LABELS, TRANSFERS, WATCH, WATCH_LATER, Workplace};

/// Runs commands one after the other and collects what they print.
struct Transcript {
    place: Workplace,
    text: String,
}

impl Transcript {
    fn new() -> Self {
        Self { place: Workplace::new(), text: String::new() }
    }

    /// With the invented list in use.
    fn with_list() -> Self {
        let mut transcript = Self::new();
        transcript.place.file("watch.csv", WATCH);
        transcript.run("lists import watch [HERE]/watch.csv");
        transcript.text.clear();
        transcript
    }

    /// With five transfers imported, and labels for three of the parties.
    fn with_ledger() -> Self {
        let mut transcript = Self::new();
        transcript.place.file("transfers.csv", TRANSFERS);
        transcript.place.file("labels.csv", LABELS);
        transcript.run("chain import --chain bitcoin --asset BTC [HERE]/transfers.csv");
        transcript
    }

    /// Arguments are parted by spaces; `~` in an argument stands for a space, `[HERE]` for the
    /// folder of the test.
    fn run(&mut self, arguments: &str) {
        self.run_with_input(arguments, "");
    }

    fn run_with_input(&mut self, arguments: &str, input: &str) {
        let here = self.place.path("").display().to_string();
        let here = here.trim_end_matches('/');
        let argument = |text: &str| text.replace('~', " ").replace("[HERE]", here);
        let owned: Vec<String> = arguments.split(' ').map(argument).collect();
        let arguments_given: Vec<&str> = owned.iter().map(String::as_str).collect();
        let run = self.place.run_with_input(&arguments_given, input);
        let _ = writeln!(self.text, "$ interdict {arguments}");
        for (name, output) in [("stdout", &run.stdout), ("stderr", &run.stderr)] {
            if !output.is_empty() {
                let _ = writeln!(self.text, "--- {name}\n{}", output.trim_end());
            }
        }
        let _ = writeln!(self.text, "--- exit {}\n", run.code);
    }

    /// Adds a file that a command has written.
    fn show(&mut self, name: &str) {
        let content = std::fs::read_to_string(self.place.path(name)).unwrap();
        let _ = writeln!(self.text, "--- {name}\n{}\n", content.trim_end());
    }

    /// What was printed, without what differs from run to run.
    fn finish(self) -> String {
        let here = self.place.path("").display().to_string();
        let text = self.text.replace(here.trim_end_matches('/'), "[HERE]");
        let text = without_version(text);
        let text = without_ages(&without_times(&text));
        without_numbers_after(&text, &["\"age_days\": ", "took ", "_ms\": ", "_seconds\": "])
    }
}

/// Ages in days, in the width that the column has.
fn without_ages(text: &str) -> String {
    let mut parts = text.split(" days ");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = result.len() - result.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        result.truncate(result.len() - digits);
        let _ = write!(result, "{:>digits$} days {part}", "N");
    }
    result
}

fn without_version(text: String) -> String {
    let in_json = concat!("\"program_version\": \"", env!("CARGO_PKG_VERSION"));
    text.replace(concat!("interdict ", env!("CARGO_PKG_VERSION")), "interdict [VERSION]")
        .replace(in_json, "\"program_version\": \"[VERSION]")
}

/// Times of this run, as `[NOW]`; today's date, as `[TODAY]`.
fn without_times(text: &str) -> String {
    let now = jiff::Timestamp::now().to_string();
    let today = &now[..10];
    let mut result = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(today) {
        let (before, after) = rest.split_at(at);
        result.push_str(before);
        let after = &after[today.len()..];
        match after.starts_with('T').then(|| after.find('Z')).flatten() {
            Some(end) => {
                result.push_str("[NOW]");
                rest = &after[end + 1..];
            }
            None => {
                result.push_str("[TODAY]");
                rest = after;
            }
        }
    }
    result.push_str(rest);
    result
}

fn without_numbers_after(text: &str, labels: &[&str]) -> String {
    let mut result = text.to_owned();
    for label in labels {
        let mut cleaned = String::new();
        for (part, number) in result.split(label).zip(0..) {
            if number > 0 {
                cleaned.push_str(label);
                cleaned.push_str("[N]");
            }
            let digits = |c: char| c.is_ascii_digit() || c == '.';
            cleaned.push_str(if number > 0 { part.trim_start_matches(digits) } else { part });
        }
        result = cleaned;
    }
    result
}

macro_rules! record {
    ($name:literal, $transcript:expr) => {
        insta::with_settings!({omit_expression => true}, {
            insta::assert_snapshot!($name, $transcript.finish());
        })
    };
}

#[test]
fn screen_prints_matches_clear_answers_and_errors() {
    let mut t = Transcript::with_list();
    t.run("screen Ivo~Roe --birth-date 1965-04-25");
    t.run("screen Ivo~Roe --birth-date 1965-04-25 --format json -d watch");
    t.run("screen The~Heron -s Person");
    t.run("screen The~Heron -s Person --weak-alias-alone");
    t.run("screen Ivo~Roe -s Vessel -d watch");
    t.run("screen Wilhelmina~Featherstonehaugh");
    t.run("screen Sirius~Hotel --country fr --limit 1");
    t.run("screen --id passport:00451");
    t.run("screen --wallet 0x098B716B8Aaf21512996dC57EB0615e2383E2f96");
    t.run("screen Kim~Sang-man -d watch");
    t.run_with_input("screen -", "Heron Spirit\n");
    t.run("screen Heron~Spirit --algorithm exact");
    t.run("screen Tornado~Cash");
    record!("screen", t);
}

#[test]
fn screen_refuses_what_it_cannot_read() {
    let mut t = Transcript::with_list();
    for arguments in [
        "screen",
        "screen ???",
        "screen 1234",
        "screen Ivo~Roe --birth-date 31/31/1999",
        "screen Ivo~Roe --nationality Utopia",
        "screen Ivo~Roe --gender x",
        "screen Ivo~Roe -s Persona",
        "screen Ivo~Roe --id passport",
        "screen Ivo~Roe --id shoe:43",
        "screen Ivo~Roe -d nolist",
        "screen Ivo~Roe --threshold 1.5",
        "screen Ivo~Roe --algorithm soundex",
        "screen Ivo~Roe --as-of 2020-01-01",
        "screen Ivo~Roe --generation 99",
        "screen Ivo~Roe --format svg",
        "screen Ivo~Roe --no-such-flag",
        "screne Ivo~Roe",
    ] {
        t.run(arguments);
    }
    record!("screen_errors", t);
}

#[test]
fn batch_prints_a_summary_and_writes_every_row() {
    let mut t = Transcript::with_list();
    t.place.file("customers.csv", CUSTOMERS);
    t.run("batch [HERE]/customers.csv [HERE]/hits.csv -d watch");
    t.show("hits.csv");
    t.run("batch [HERE]/customers.csv [HERE]/all.csv -d watch --include-empty --explanation");
    t.show("all.csv");
    t.run("batch [HERE]/customers.csv [HERE]/hits.ndjson -d watch --format json");
    t.show("hits.ndjson");
    t.run("batch [HERE]/customers.csv [HERE]/hits.xlsx");
    t.run("batch [HERE]/nothing.csv [HERE]/hits.csv");
    t.run("batch [HERE]/customers.csv [HERE]/hits.csv -i Kunde=name");
    t.run("batch [HERE]/customers.csv [HERE]/hits.csv -i full_name=shoeSize");
    t.run("batch [HERE]/customers.csv [HERE]/hits.csv --resume");
    t.place.file("empty.csv", "");
    t.run("batch [HERE]/empty.csv [HERE]/hits.csv");
    record!("batch", t);
}

#[test]
fn lists_are_imported_compared_exported_and_restored() {
    let mut t = Transcript::new();
    t.place.file("watch.csv", WATCH);
    t.place.file("later.csv", WATCH_LATER);
    t.run("lists status");
    t.run("lists import watch [HERE]/watch.csv");
    t.run("lists import watch [HERE]/later.csv --accept-loss --format json");
    t.run("lists status");
    t.run("lists status --format json");
    t.run("lists status --verify");
    t.run("lists diff 1 2");
    t.run("lists diff 1 2 --format json");
    t.run("lists export watch");
    t.run("lists restore 1");
    t.run("lists reindex");
    t.run("lists remove watch");
    record!("lists", t);
}

#[test]
fn lists_refuse_what_is_no_list() {
    let mut t = Transcript::new();
    t.place.file("empty.csv", "");
    t.place.file("page.html", "<!DOCTYPE html><html><body>503</body></html>");
    t.place.file("cut.xml", "<sdnList><sdnEntry><uid>36</uid>");
    t.place.file("other.csv", "colour,size\nred,43\n");
    for arguments in [
        "lists import watch [HERE]/nothing.csv",
        "lists import watch [HERE]/empty.csv",
        "lists import us_ofac_sdn [HERE]/page.html",
        "lists import us_ofac_sdn [HERE]/cut.xml",
        "lists import watch [HERE]/other.csv",
        "lists import Bad-Name [HERE]/other.csv",
        "lists diff 1 2",
        "lists restore 7",
        "lists remove watch",
        "lists export watch",
        "lists",
    ] {
        t.run(&arguments.replace("Bad-Name", "Bad!Name"));
    }
    record!("lists_errors", t);
}

#[test]
fn rescreen_says_which_customers_a_change_touches() {
    let mut t = Transcript::with_list();
    t.place.file("later.csv", WATCH_LATER);
    t.place.file("customers.csv", CUSTOMERS.replace("25.25.1965", "1965"));
    t.run("lists import watch [HERE]/later.csv --accept-loss");
    t.text.clear();
    t.run("rescreen [HERE]/customers.csv --since 1 -d watch");
    t.run("rescreen [HERE]/customers.csv --since 1 -d watch --format json");
    t.run("rescreen [HERE]/customers.csv --since 1 -d watch --format csv");
    t.run("rescreen [HERE]/customers.csv --since 9");
    record!("rescreen", t);
}

#[test]
fn calibrate_prints_alerts_and_recall_for_each_threshold() {
    let mut t = Transcript::new();
    t.run("calibrate --rows 300 --samples 20");
    t.run("calibrate --rows 300 --samples 20 --format json");
    t.run("calibrate --generate 5 --output [HERE]/rows.csv");
    t.show("rows.csv");
    t.run("calibrate --generate 5");
    record!("calibrate", t);
}

#[test]
fn compare_and_explain_say_why() {
    let mut t = Transcript::with_list();
    t.place.file(
        "pairs.csv",
        "name1,name2,schema\nIvo Roe,Iwo Roe,Person\n,x,Person\na b,c,Nothing\n",
    );
    t.run("compare Kim~Sang-man 김상만 -s Person");
    t.run("compare Kim~Sang-man 김상만 -s Person --format json");
    t.run("compare Sirius~Hotel Sirius~Bank -s Company");
    t.run("compare ??? Ivo");
    t.run("compare Ivo");
    t.run("compare --pairs [HERE]/pairs.csv --output [HERE]/scored.csv");
    t.show("scored.csv");
    t.run("explain Ivo~Roe watch-w-1 --birth-date 1966");
    t.run("explain Ivo~Roe watch-w-1 --birth-date 1966 --format json");
    t.run("explain The~Heron watch-w-1");
    t.run("explain Ivo~Roe nobody-1");
    record!("compare_and_explain", t);
}

#[test]
fn entity_and_network_show_what_is_known() {
    let mut t = Transcript::new();
    t.run("entity ofac-43377");
    t.run("entity ofac-43377 --format json");
    t.run("entity nobody-1");
    t.run("network ofac-43377");
    t.run("network Kim~Sang~Man --format json");
    t.run("network ofac-43377 --format dot");
    t.run("network ofac-43377 --format svg");
    t.run("network ofac-43377 --format svg");
    t.run("network Wilhelmina~Featherstonehaugh");
    t.run("network ofac-43377 --format csv");
    record!("entity_and_network", t);
}

#[test]
fn wallet_says_whether_an_address_is_listed() {
    let mut t = Transcript::with_ledger();
    t.run("wallet 0x098B716B8Aaf21512996dC57EB0615e2383E2f96");
    t.run("wallet 0x098B716B8Aaf21512996dC57EB0615e2383E2f96 --format json");
    t.run("wallet 0x000000000000000000000000000000000000dEaD");
    t.run("wallet 0x098B716B8Aaf21512996dC57EB0615e2383E2F96");
    t.run("wallet no-address");
    record!("wallet", t);
}

#[test]
fn trace_and_exposure_account_for_every_unit() {
    let mut t = Transcript::with_ledger();
    t.run("trace --from thief --labels [HERE]/labels.csv");
    t.run("trace --from thief --labels [HERE]/labels.csv --format json");
    t.run("trace --from thief --labels [HERE]/labels.csv --format csv");
    t.run("trace --from thief --labels [HERE]/labels.csv --format svg");
    t.run("trace --from nobody");
    t.run("exposure shop --labels [HERE]/labels.csv");
    t.run("exposure shop --labels [HERE]/labels.csv --format json");
    t.run("exposure nobody --labels [HERE]/labels.csv");
    t.run("exposure shop --labels [HERE]/no-labels.csv");
    record!("trace_and_exposure", t);
}

#[test]
fn chain_shows_what_is_imported_and_refuses_what_is_no_transfer() {
    let mut t = Transcript::with_ledger();
    t.place.file("bad.csv", "time,tx,from,to,asset,amount\nyesterday,t0,a,b,BTC,10\n");
    t.place.file("empty.csv", "");
    t.run("chain status");
    t.run("chain status --verify --format json");
    t.run("chain links");
    t.run("chain import --chain bitcoin --asset BTC [HERE]/bad.csv");
    t.run("chain import --chain bitcoin --asset BTC [HERE]/empty.csv");
    t.run("chain import --chain bitcoin --asset BTC [HERE]/nothing.csv");
    t.run("chain import --chain nochain --asset BTC [HERE]/transfers.csv");
    record!("chain", t);
}
