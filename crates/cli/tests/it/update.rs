//! `lists update`, `lists status` and `lists diff`, against a server that also misbehaves.

#[allow(unreachable_pub)]
use crate::server;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use server::{Reply, Server};
use tempfile::TempDir;

const UN: &str = "un_sc_sanctions";
const FILE: &str = "/un/consolidated.xml";

/// A data directory, a server, and a configuration that leads from one to the other.
struct Scene {
    folder: TempDir,
    server: Server,
}

impl Scene {
    fn new() -> Self {
        let scene = Self { folder: tempfile::tempdir().unwrap(), server: Server::start() };
        scene.configure("", "");
        scene
    }

    /// A scene in which the first version of the list is in use.
    fn with_list() -> Self {
        let scene = Self::new();
        scene.server.put(FILE, Reply::ok(un_list("2026-01-10", &people(20))));
        assert_eq!(scene.run(&["lists", "update", UN]).code, 0);
        scene
    }

    fn configure(&self, fetch: &str, more: &str) {
        let text = format!(
            "[fetch]\nretries = 0\nretry_delay_seconds = 0.01\nconnect_timeout_seconds = 2\n{fetch}\n\
             [lists.{UN}]\nstale_after_days = 100000\nleast_entities = 0\nurls = [\"{}\"]\n{more}\n\
             [lists.dprk_cyber]\nstale_after_days = 100000\n",
            self.server.url(FILE)
        );
        std::fs::write(self.config(), text).unwrap();
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("interdict.toml")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_interdict"));
        command
            .env_remove("INTERDICT_CONFIG")
            .env("INTERDICT_DATA_DIR", self.folder.path())
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).output().unwrap())
    }

    fn json(&self, arguments: &[&str]) -> (i32, Value) {
        let run = self.run(&[arguments, &["--format", "json"]].concat());
        let value = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{run:?}"));
        (run.code, value)
    }

    /// The standing of the list of these tests.
    fn standing(&self) -> Value {
        let (_, status) = self.json(&["lists", "status"]);
        let lists = status["lists"].as_array().unwrap();
        lists.iter().find(|list| list["dataset"] == UN).cloned().unwrap_or(Value::Null)
    }

    fn generation(&self) -> u64 {
        self.json(&["lists", "status"]).1["generation"].as_u64().unwrap()
    }

    /// Whether a name is found, and the exit code of asking for it.
    fn finds(&self, name: &str) -> (bool, i32) {
        let (code, answer) = self.json(&["screen", name, "-d", UN]);
        (answer["matches"].as_u64().unwrap() > 0, code)
    }
}

#[derive(Debug)]
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// Invented people.
fn people(count: usize) -> Vec<(usize, String)> {
    const GIVEN: [&str; 5] = ["Arvellon", "Bertigund", "Celmira", "Dorvian", "Ezmelka"];
    const FAMILY: [&str; 4] = ["Quistelroy", "Rambezan", "Svolkamer", "Tharnowitz"];
    (0..count)
        .map(|n| (n, format!("{} {}{}", GIVEN[n % 5], FAMILY[n / 5 % 4], "x".repeat(n / 20))))
        .collect()
}

fn un_list(date: &str, people: &[(usize, String)]) -> String {
    let records: String = people
        .iter()
        .map(|(number, name)| {
            let (given, family) = name.split_once(' ').unwrap();
            format!(
                "<INDIVIDUAL><DATAID>{number}</DATAID><FIRST_NAME>{given}</FIRST_NAME>\
                 <SECOND_NAME>{family}</SECOND_NAME><UN_LIST_TYPE>Test</UN_LIST_TYPE>\
                 <REFERENCE_NUMBER>TSi.{number:03}</REFERENCE_NUMBER></INDIVIDUAL>\n"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CONSOLIDATED_LIST dateGenerated=\"{date}T00:00:00Z\">\n\
         <INDIVIDUALS>\n{records}</INDIVIDUALS>\n<ENTITIES>\n</ENTITIES>\n</CONSOLIDATED_LIST>\n"
    )
}

fn gzip_damaged() -> Vec<u8> {
    [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3][..], &[0xff; 400]].concat()
}

#[test]
fn a_list_is_fetched_once_and_then_only_asked_about() {
    let scene = Scene::new();
    scene.configure("contact = \"tests@example.org\"", "");
    scene.server.answer(FILE, |request, _| match request.header("if-none-match") {
        Some("\"v1\"") => Reply::status(304),
        _ => Reply::ok(un_list("2026-01-10", &people(20)))
            .with("ETag", "\"v1\"")
            .with("Last-Modified", "Sat, 10 Jan 2026 08:00:00 GMT"),
    });
    let first = scene.run(&["lists", "update", UN]);
    assert_eq!(first.code, 0, "{first:?}");
    assert!(first.out.contains("updated to version 2026-01-10"), "{first:?}");
    let second = scene.run(&["lists", "update", UN]);
    assert_eq!(second.code, 0, "{second:?}");
    assert!(second.out.contains("unchanged, version 2026-01-10"), "{second:?}");
    assert_eq!(scene.generation(), 1);

    let requests = scene.server.requests(FILE);
    assert_eq!(requests.len(), 2);
    let agent = requests[0].header("user-agent").unwrap();
    assert!(agent.starts_with("interdict/") && agent.ends_with("(tests@example.org)"), "{agent}");
    assert_eq!(requests[0].header("if-none-match"), None);
    assert_eq!(requests[1].header("if-modified-since"), Some("Sat, 10 Jan 2026 08:00:00 GMT"));
    let standing = scene.standing();
    assert_eq!(standing["failed"], false);
    assert_eq!(standing["since_generation"], 1);
    assert!(standing["updates"]["last_success"].is_string());
    assert_eq!(scene.finds("Celmira Quistelroy"), (true, 1));
    assert_eq!(scene.finds("Nobody Atall"), (false, 0));
}

#[test]
fn the_same_bytes_from_a_server_without_validators_make_no_generation() {
    let scene = Scene::with_list();
    let again = scene.run(&["lists", "update", UN]);
    assert!(again.code == 0 && again.out.contains("unchanged"), "{again:?}");
    assert_eq!(scene.generation(), 1);
    let forced = scene.run(&["lists", "update", UN, "--force"]);
    assert!(forced.code == 0 && forced.out.contains("updated"), "{forced:?}");
    assert_eq!(scene.generation(), 2);
}

#[test]
fn a_list_replaced_by_hand_is_fetched_again_whatever_was_remembered() {
    let scene = Scene::new();
    scene.server.answer(FILE, |request, _| match request.header("if-none-match") {
        Some(_) => Reply::status(304),
        None => Reply::ok(un_list("2026-01-10", &people(20))).with("ETag", "\"v1\""),
    });
    assert_eq!(scene.run(&["lists", "update", UN]).code, 0);
    let file = scene.folder.path().join("other.xml");
    std::fs::write(&file, un_list("2026-01-09", &people(19))).unwrap();
    let older = ["lists", "import", UN, file.to_str().unwrap(), "--accept-loss"];
    assert_eq!(scene.run(&older).code, 0);
    let update = scene.run(&["lists", "update", UN]);
    assert!(update.out.contains("updated to version 2026-01-10"), "{update:?}");
    assert_eq!(scene.standing()["targets"], 20);
}

#[test]
fn a_damaged_segment_is_fetched_again_though_the_publisher_has_nothing_new() {
    let scene = Scene::new();
    scene.server.answer(FILE, |request, _| match request.header("if-none-match") {
        Some(_) => Reply::status(304),
        None => Reply::ok(un_list("2026-01-10", &people(20))).with("ETag", "\"v1\""),
    });
    assert_eq!(scene.run(&["lists", "update", UN]).code, 0);
    let segments = std::fs::read_dir(scene.folder.path().join("segments")).unwrap().flatten();
    let mut segments = segments.map(|entry| entry.path());
    let segment = segments.find(|path| path.to_string_lossy().contains(UN)).unwrap();
    let mut bytes = std::fs::read(&segment).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::remove_file(&segment).unwrap();
    std::fs::write(&segment, bytes).unwrap();
    assert_eq!(scene.run(&["lists", "status", "--verify"]).code, 2);
    let update = scene.run(&["lists", "update", UN]);
    assert!(update.code == 0 && update.out.contains("updated"), "{update:?}");
    assert_eq!(scene.run(&["lists", "status", "--verify"]).code, 0);
}

/// Whatever a server does: the last good version stays in use, and everybody is told.
#[track_caller]
fn stays_in_use(what: &str, fetch: &str, reply: Reply, error: &str) {
    let scene = Scene::with_list();
    scene.configure(fetch, "");
    scene.server.put(FILE, reply);
    let start = Instant::now();
    let update = scene.run(&["lists", "update", UN]);
    assert!(start.elapsed() < Duration::from_secs(8), "{what} took {:?}", start.elapsed());
    assert_eq!(update.code, 3, "{what}: {update:?}");
    assert!(update.out.contains("FAILED") && update.out.contains(error), "{what}: {update:?}");

    assert_eq!(scene.generation(), 1, "{what}");
    assert_eq!(scene.finds("Bertigund Quistelroy"), (true, 1), "{what}");
    assert_eq!(scene.finds("Nobody Atall"), (false, 3), "{what}: not clear");
    let standing = scene.standing();
    assert_eq!(standing["failed"], true, "{what}");
    assert_eq!(standing["version"], "2026-01-10", "{what}");
    let remembered = standing["updates"]["last_error"].as_str().unwrap();
    assert!(remembered.contains(error), "{what}: {remembered}");
    let status = scene.run(&["lists", "status", "--verify"]);
    assert_eq!(status.code, 3, "{what}");
    assert!(status.out.contains("FAILED") && status.out.contains(error), "{what}: {status:?}");
    let left: Vec<_> = std::fs::read_dir(scene.folder.path().join("downloads")).unwrap().collect();
    assert_eq!(left.len(), 1, "{what}: only the lock is left of the download");

    // And the next update that goes through mends it.
    scene.configure("", "");
    scene.server.put(FILE, Reply::ok(un_list("2026-02-10", &people(21))));
    assert_eq!(scene.run(&["lists", "update", UN]).code, 0, "{what}");
    assert_eq!(scene.standing()["failed"], false, "{what}");
    assert_eq!(scene.finds("Nobody Atall"), (false, 0), "{what}");
}

#[test]
fn a_cut_connection_leaves_the_last_good_version_in_use() {
    let body = un_list("2026-02-01", &people(20)).into_bytes();
    let sent = body.len() / 2;
    stays_in_use("cut", "", Reply::Cut { body, sent }, FILE);
}

#[test]
fn half_a_file_leaves_the_last_good_version_in_use() {
    let body = un_list("2026-02-01", &people(20)).into_bytes();
    let half = body[..body.len() / 2].to_vec();
    stays_in_use("half", "", Reply::ok(half), "truncated");
}

#[test]
fn a_web_page_leaves_the_last_good_version_in_use() {
    let page = Reply::ok("<!DOCTYPE html><html><body>Down for maintenance</body></html>");
    stays_in_use("page", "", page.with("Content-Type", "text/html"), "a web page (HTML)");
}

#[test]
fn an_empty_answer_leaves_the_last_good_version_in_use() {
    stays_in_use("empty", "", Reply::ok(""), "an empty file");
}

#[test]
fn a_refusal_leaves_the_last_good_version_in_use() {
    stays_in_use("404", "", Reply::status(404), "status 404");
    stays_in_use("503", "", Reply::status(503), "status 503");
    stays_in_use("304 that nobody asked for", "", Reply::status(304), "status 304");
}

#[test]
fn an_older_version_leaves_the_last_good_version_in_use() {
    let older = Reply::ok(un_list("2026-01-09", &people(22)));
    stays_in_use("older", "", older, "2026-01-09 is older than 2026-01-10");
}

#[test]
fn a_list_that_lost_entities_leaves_the_last_good_version_in_use() {
    let shrunk = Reply::ok(un_list("2026-02-01", &people(15)));
    stays_in_use("shrunk", "", shrunk, "shrank from 20 to 15");
}

#[test]
fn a_server_that_hangs_leaves_the_last_good_version_in_use() {
    let limits = "read_timeout_seconds = 0.3";
    stays_in_use("hang", limits, Reply::Hang, "no answer in time");
    let body = un_list("2026-02-01", &people(20)).into_bytes();
    stays_in_use("hang in body", limits, Reply::HangInBody { body }, "no answer in time");
}

#[test]
fn the_total_time_is_limited_though_bytes_keep_coming() {
    let limits = "total_timeout_seconds = 0.5\nmax_megabytes = 1000000";
    stays_in_use("endless", limits, Reply::Endless, "no answer in time");
}

#[test]
fn gigabytes_leave_the_last_good_version_in_use() {
    stays_in_use("endless", "max_megabytes = 2", Reply::Endless, "limit of 2000000 bytes");
    stays_in_use("huge", "", Reply::Huge, "larger than the limit");
}

#[test]
fn a_loop_of_redirects_leaves_the_last_good_version_in_use() {
    stays_in_use("loop", "", Reply::redirect(FILE), "redirects more than 5 times");
}

#[test]
fn a_good_list_that_a_redirect_leads_to_without_encryption_is_not_put_in_use() {
    let scene = Scene::with_list();
    scene.server.put("/moved.xml", Reply::ok(un_list("2026-02-01", &people(20))));
    // This reaches the same server, but by an address that does not count as this machine.
    let elsewhere = scene.server.url("/moved.xml").replace("127.0.0.1", "0.0.0.0");
    scene.server.put(FILE, Reply::redirect(elsewhere));
    let update = scene.run(&["lists", "update", UN]);
    assert!(update.code == 3 && update.out.contains("without encryption"), "{update:?}");
    assert_eq!(scene.standing()["version"], "2026-01-10");
    scene.configure("allow_plain_http = true", "");
    assert_eq!(scene.run(&["lists", "update", UN]).code, 0);
    assert_eq!(scene.standing()["version"], "2026-02-01");
}

#[test]
fn a_server_that_cannot_prove_who_it_is_is_not_believed() {
    let scene = Scene::with_list();
    let secure = scene.server.url(FILE).replace("http://", "https://");
    let text = std::fs::read_to_string(scene.config()).unwrap();
    std::fs::write(scene.config(), text.replace(&scene.server.url(FILE), &secure)).unwrap();
    let update = scene.run(&["lists", "update", UN]);
    assert!(update.code == 3 && update.out.contains("FAILED"), "{update:?}");
    assert!(scene.server.requests(FILE).len() <= 1, "nothing was asked in the clear");
}

#[test]
fn a_proxy_is_asked_instead_of_the_publisher() {
    let scene = Scene::new();
    let proxy = format!("proxy = \"{}\"\nallow_plain_http = true", scene.server.url(""));
    scene.configure(&proxy, "");
    let text = std::fs::read_to_string(scene.config()).unwrap();
    let away = text.replace(&scene.server.url(FILE), "http://lists.invalid/un.xml");
    std::fs::write(scene.config(), away).unwrap();
    assert_eq!(scene.run(&["lists", "update", UN]).code, 3);
    assert_eq!(scene.server.requests("lists.invalid:80").len(), 1);
}

#[test]
fn a_damaged_compression_leaves_the_last_good_version_in_use() {
    let damaged = Reply::ok(gzip_damaged()).with("Content-Encoding", "gzip");
    stays_in_use("gzip", "", damaged, FILE);
}

#[test]
fn a_passing_fault_is_tried_again_and_no_other() {
    let scene = Scene::with_list();
    scene.configure("", "");
    let text =
        std::fs::read_to_string(scene.config()).unwrap().replace("retries = 0", "retries = 2");
    std::fs::write(scene.config(), text).unwrap();
    scene.server.answer(FILE, |_, number| match number {
        0 => Reply::status(500),
        1 => Reply::Cut { body: vec![b'<'; 5_000], sent: 100 },
        _ => Reply::ok(un_list("2026-02-01", &people(20))),
    });
    let update = scene.run(&["lists", "update", UN]);
    assert!(update.code == 0 && update.out.contains("updated to version 2026-02-01"), "{update:?}");
    assert_eq!(scene.server.requests(FILE).len(), 3);

    scene.server.put(FILE, Reply::status(500));
    assert_eq!(scene.run(&["lists", "update", UN]).code, 3);
    assert_eq!(scene.server.requests(FILE).len(), 3, "two retries and no more");
    scene.server.put(FILE, Reply::status(404));
    assert_eq!(scene.run(&["lists", "update", UN]).code, 3);
    assert_eq!(scene.server.requests(FILE).len(), 1, "a 404 does not pass");
}

#[test]
fn a_redirect_and_a_compressed_answer_are_followed_and_unpacked() {
    let scene = Scene::new();
    scene.server.put(FILE, Reply::redirect("/moved.xml"));
    let list = un_list("2026-01-10", &people(20));
    scene.server.put(
        "/moved.xml",
        Reply::ok(stored_gzip(list.as_bytes())).with("Content-Encoding", "gzip"),
    );
    let update = scene.run(&["lists", "update", UN]);
    assert_eq!(update.code, 0, "{update:?}");
    assert_eq!(scene.standing()["targets"], 20);
}

/// Gzip without compression.
fn stored_gzip(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap();
    let mut crc = !0_u32;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1];
    out.extend(length.to_le_bytes());
    out.extend((!length).to_le_bytes());
    out.extend(bytes);
    out.extend((!crc).to_le_bytes());
    out.extend(u32::from(length).to_le_bytes());
    out
}

#[test]
fn what_a_guard_refuses_can_be_accepted_on_purpose() {
    let scene = Scene::with_list();
    scene.server.put(FILE, Reply::ok(un_list("2026-01-09", &people(10))));
    assert_eq!(scene.run(&["lists", "update", UN, "--accept-older"]).code, 3);
    assert_eq!(scene.run(&["lists", "update", UN, "--accept-loss"]).code, 3);
    let both = scene.run(&["lists", "update", UN, "--accept-older", "--accept-loss"]);
    assert_eq!(both.code, 0, "{both:?}");
    assert_eq!(scene.standing()["targets"], 10);
}

#[test]
fn a_failure_is_counted_until_an_import_by_hand_mends_it() {
    let scene = Scene::with_list();
    scene.server.put(FILE, Reply::status(500));
    for _ in 0..3 {
        assert_eq!(scene.run(&["lists", "update", UN]).code, 3);
    }
    assert_eq!(scene.standing()["updates"]["failures"], 3);
    let screen = scene.run(&["screen", "Nobody Atall"]);
    assert_eq!(screen.code, 3);
    assert!(screen.out.contains("nothing found, but incomplete"), "{screen:?}");
    assert!(screen.err.contains("could not be updated 3 times"), "{screen:?}");
    let file = scene.folder.path().join("by-hand.xml");
    std::fs::write(&file, un_list("2026-02-01", &people(20))).unwrap();
    assert_eq!(scene.run(&["lists", "import", UN, file.to_str().unwrap()]).code, 0);
    assert_eq!(scene.standing()["failed"], false);
    assert_eq!(scene.finds("Nobody Atall"), (false, 0));
}

#[test]
fn failures_within_the_grace_that_the_configuration_gives_are_shown_but_tolerated() {
    let scene = Scene::with_list();
    scene.configure("failure_grace_days = 2", "");
    scene.server.put(FILE, Reply::status(500));
    assert_eq!(scene.run(&["lists", "update", UN]).code, 3);
    assert_eq!(scene.standing()["updates"]["failures"], 1);
    assert_eq!(scene.standing()["failed"], false);
    assert_eq!(scene.finds("Nobody Atall"), (false, 0));
}

#[test]
fn a_list_that_is_stale_by_the_rule_of_the_configuration_makes_answers_incomplete() {
    let scene = Scene::with_list();
    let text = std::fs::read_to_string(scene.config()).unwrap();
    std::fs::write(
        scene.config(),
        text.replace("stale_after_days = 100000", "stale_after_days = 1"),
    )
    .unwrap();
    assert_eq!(scene.standing()["stale"], true);
    assert_eq!(scene.finds("Nobody Atall"), (false, 3));
}

#[test]
fn an_enabled_list_that_was_never_imported_is_missing_before_and_after_a_failed_update() {
    let scene = Scene::new();
    scene.configure("", "enabled = true");
    let screen = scene.run(&["screen", "Nobody Atall"]);
    assert_eq!(screen.code, 3, "{screen:?}");
    assert!(screen.err.contains("un_sc_sanctions is not imported"), "{screen:?}");
    let builtin_only = "[policy]\nrequired = [\"dprk_cyber\"]";
    scene.configure("", builtin_only);
    assert_eq!(scene.run(&["screen", "Nobody Atall"]).code, 0, "nothing asks for the list");
    assert_eq!(scene.run(&["lists", "update", UN]).code, 3);
    let status = scene.run(&["lists", "status"]);
    assert!(status.code == 3 && status.out.contains("MISSING"), "{status:?}");
    assert_eq!(scene.run(&["screen", "Nobody Atall"]).code, 3, "an update has asked for it");
    scene.configure("", &format!("enabled = false\n{builtin_only}"));
    assert_eq!(scene.run(&["screen", "Nobody Atall"]).code, 0, "it is not wanted any more");
}

#[test]
fn several_lists_make_one_generation_and_one_that_fails_stops_no_other() {
    let scene = Scene::new();
    let ftm = "{\"id\":\"peps-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Fenwolda Urbanski\"]}}\n";
    let more = format!(
        "[lists.peps]\nformat = \"ftm\"\nurls = [\"{}\"]\n[lists.gone]\nformat = \"ftm\"\nurls = [\"{}\"]\n\
         [lists.us_ofac_sdn]\nenabled = false\n[lists.us_ofac_cons]\nenabled = false\n\
         [lists.eu_fsf]\nenabled = false\n[lists.gb_fcdo_sanctions]\nenabled = false",
        scene.server.url("/entities.ftm.json"),
        scene.server.url("/gone.json"),
    );
    scene.configure("", &more);
    scene.server.put(FILE, Reply::ok(un_list("2026-01-10", &people(20))));
    let dated = Reply::ok(ftm).with("Last-Modified", "Fri, 02 Jan 2026 08:00:00 GMT");
    scene.server.put("/entities.ftm.json", dated);
    let (code, report) = scene.json(&["lists", "update"]);
    assert_eq!(code, 3, "{report}");
    assert_eq!(report["generation"], 1);
    let outcome = |name: &str| {
        let lists = report["lists"].as_array().unwrap();
        lists.iter().find(|list| list["dataset"] == name).unwrap()["outcome"].clone()
    };
    assert_eq!(outcome(UN), "updated");
    assert_eq!(outcome("peps"), "updated");
    assert_eq!(outcome("gone"), "failed");
    let (_, status) = scene.json(&["lists", "status"]);
    let peps = status["lists"].as_array().unwrap().iter().find(|l| l["dataset"] == "peps").unwrap();
    assert_eq!(peps["version"], "2026-01-02", "the server's date stands in for a missing one");
    assert_eq!(status["missing"][0]["dataset"], "gone");
}

#[test]
fn a_token_in_an_address_is_sent_but_never_shown() {
    let scene = Scene::new();
    let text = std::fs::read_to_string(scene.config()).unwrap();
    std::fs::write(scene.config(), text.replace(FILE, &format!("{FILE}?token=s3cret"))).unwrap();
    scene.server.put(FILE, Reply::status(403));
    let update = scene.run(&["lists", "update", UN]);
    assert_eq!(update.code, 3);
    let status = scene.run(&["lists", "status", "--format", "json"]);
    for text in [&update.out, &update.err, &status.out, &status.err] {
        assert!(!text.contains("s3cret"), "{text}");
    }
}

#[test]
fn a_place_without_encryption_is_refused_unless_the_configuration_allows_it() {
    let scene = Scene::new();
    let text = std::fs::read_to_string(scene.config()).unwrap();
    std::fs::write(scene.config(), text.replace(&scene.server.url(FILE), "http://lists.invalid/x"))
        .unwrap();
    let update = scene.run(&["lists", "update", UN]);
    assert!(update.code == 3 && update.out.contains("without encryption"), "{update:?}");
}

#[test]
fn a_slip_in_the_configuration_is_named_and_nothing_runs() {
    let scene = Scene::with_list();
    scene.configure("", "stale_afer_days = 3");
    for verb in [&["lists", "update"][..], &["screen", "Nobody Atall"], &["lists", "status"]] {
        let run = scene.run(verb);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.err.contains("line 10") && run.err.contains("stale_afer_days"), "{run:?}");
    }
    let other = scene.folder.path().join("other.toml");
    let missing = scene.run(&["--config", other.to_str().unwrap(), "lists", "status"]);
    assert_eq!(missing.code, 2, "a file that was named must be there: {missing:?}");
    std::fs::write(&other, "").unwrap();
    assert_eq!(scene.run(&["--config", other.to_str().unwrap(), "lists", "status"]).code, 3);
}

#[test]
fn a_list_without_an_address_is_wrong_usage() {
    let scene = Scene::new();
    for name in ["xx_unheard_of", "dprk_cyber"] {
        let run = scene.run(&["lists", "update", name]);
        assert!(run.code == 2 && run.err.contains(name), "{run:?}");
    }
}

#[test]
fn one_update_runs_at_a_time() {
    let scene = Scene::with_list();
    scene.configure("read_timeout_seconds = 3", "");
    scene.server.put(FILE, Reply::Hang);
    let mut first = scene.command(&["lists", "update", UN]).stdout(Stdio::null()).spawn().unwrap();
    let start = Instant::now();
    while scene.server.requests(FILE).is_empty() && start.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(10));
    }
    let second = scene.run(&["lists", "update", UN, "--no-wait"]);
    assert!(second.code == 2 && second.err.contains("another update"), "{second:?}");
    // Screening and importing by hand go on meanwhile.
    assert_eq!(scene.finds("Arvellon Quistelroy"), (true, 1));
    let file = scene.folder.path().join("by-hand.xml");
    std::fs::write(&file, un_list("2026-02-01", &people(20))).unwrap();
    assert_eq!(scene.run(&["lists", "import", UN, file.to_str().unwrap(), "--no-wait"]).code, 0);
    assert_eq!(first.wait().unwrap().code(), Some(3));
}

#[test]
fn a_damaged_record_of_updates_is_a_gap_until_the_next_update() {
    let scene = Scene::with_list();
    std::fs::write(scene.folder.path().join("updates.json"), "{\"format\":1,\"lists\":").unwrap();
    let screen = scene.run(&["screen", "Nobody Atall"]);
    assert!(screen.code == 3 && screen.err.contains("updates.json"), "{screen:?}");
    assert_eq!(scene.run(&["lists", "update", UN]).code, 0);
    assert_eq!(scene.run(&["screen", "Nobody Atall"]).code, 0);
}

#[test]
fn a_difference_names_what_came_what_went_and_which_property_changed() {
    let scene = Scene::with_list();
    let mut people = people(21);
    people.remove(3);
    people[5].1 = "Bertigund Rambezani".to_owned();
    scene.server.put(FILE, Reply::ok(un_list("2026-02-01", &people)));
    assert_eq!(scene.run(&["lists", "update", UN]).code, 0);
    let (code, diff) = scene.json(&["lists", "diff", "1", "2"]);
    assert_eq!((code, &diff["from"], &diff["to"]), (0, &1.into(), &2.into()));
    let list = &diff["datasets"][0];
    assert_eq!(list["dataset"], UN);
    assert_eq!(
        (&list["from_version"], &list["to_version"]),
        (&"2026-01-10".into(), &"2026-02-01".into())
    );
    let targets = |kind: &str| -> Vec<&Value> {
        list[kind].as_array().unwrap().iter().filter(|entity| entity["target"] == true).collect()
    };
    assert_eq!(targets("added").len(), 1);
    assert_eq!(targets("removed")[0]["caption"], "Dorvian Quistelroy");
    let changed = targets("changed");
    assert_eq!(changed.len(), 1);
    let name =
        changed[0]["changes"].as_array().unwrap().iter().find(|c| c["property"] == "name").unwrap();
    assert_eq!(name["removed"][0], "Bertigund Rambezan");
    assert_eq!(name["added"][0], "Bertigund Rambezani");
    let text = scene.run(&["lists", "diff", "1"]).out;
    assert!(text.contains("1 added, 1 removed, 1 changed"), "{text}");
    assert!(scene.run(&["lists", "diff", "2", "2"]).out.contains("nothing changed"));
    assert_eq!(scene.run(&["lists", "diff", "7"]).code, 2);
}

fn shared_lists() -> Option<PathBuf> {
    let shared = std::env::var_os("INTERDICT_TEST_DATA").map(PathBuf::from);
    if shared.is_none() {
        println!("skipped: set INTERDICT_TEST_DATA to the folder with lists/ in it");
    }
    shared.map(|shared| shared.join("lists"))
}

fn serve_ofac(scene: &Scene, folder: &Path) {
    for name in ["sdn.csv", "alt.csv", "add.csv"] {
        let reply = Reply::ok(std::fs::read(folder.join(name)).unwrap());
        let reply = reply.with("ETag", format!("\"{}-{name}\"", folder.display()));
        scene.server.put(&format!("/{name}"), reply);
    }
}

#[test]
fn two_real_versions_of_a_list_follow_each_other_and_differ_by_what_each_alone_has() {
    let Some(lists) = shared_lists() else { return };
    let scene = Scene::new();
    let urls: Vec<String> = ["sdn", "alt", "add"]
        .iter()
        .map(|n| format!("\"{}\"", scene.server.url(&format!("/{n}.csv"))))
        .collect();
    let sdn = format!("[lists.us_ofac_sdn]\nformat = \"csv\"\nurls = [{}]", urls.join(", "));
    scene.configure("", &sdn);
    serve_ofac(&scene, &lists.join("ofac-2021"));
    let update = scene.run(&["lists", "update", "us_ofac_sdn"]);
    assert!(update.code == 3 && update.out.contains("remarks"), "the comments lack: {update:?}");
    let without_comments = ["lists", "update", "us_ofac_sdn", "--accept-loss"];
    assert_eq!(scene.run(&without_comments).code, 0);
    serve_ofac(&scene, &lists.join("ofac"));
    let update = scene.run(&without_comments);
    assert_eq!(update.code, 0, "{update:?}");

    let ids = |folder: &str| -> std::collections::BTreeSet<String> {
        let text =
            String::from_utf8_lossy(&std::fs::read(lists.join(folder).join("sdn.csv")).unwrap())
                .into_owned();
        let first = |line: &str| {
            line.split(',').next().filter(|id| id.parse::<u64>().is_ok()).map(str::to_owned)
        };
        text.lines().filter_map(first).map(|id| format!("ofac-{id}")).collect()
    };
    let (old, new) = (ids("ofac-2021"), ids("ofac"));
    let (_, diff) = scene.json(&["lists", "diff", "1", "2", "-d", "us_ofac_sdn"]);
    let told = |kind: &str| -> std::collections::BTreeSet<String> {
        let all = diff["datasets"][0][kind].as_array().unwrap().iter();
        let targets = all.filter(|entity| entity["target"] == true);
        targets.map(|entity| entity["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(told("added"), new.difference(&old).cloned().collect());
    assert_eq!(told("removed"), old.difference(&new).cloned().collect());
    assert!(told("changed").iter().all(|id| old.contains(id) && new.contains(id)));
    assert!(!told("changed").is_empty());

    // An older set of files: no date in them, so the guard against shrinking speaks.
    serve_ofac(&scene, &lists.join("ofac-2021"));
    let back = scene.run(&["lists", "update", "us_ofac_sdn"]);
    assert!(back.code == 3 && back.out.contains("shrank"), "{back:?}");
}
