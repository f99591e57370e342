//! An answer is never "clear" without the lists that must be there: missing, mistaken or damaged data.

use crate::support;

use std::fs;
use std::path::Path;

use support::{Run, Workplace, sdn_files, test_data};

const NOBODY: &[&str] = &["screen", "Wilhelmina Featherstonehaugh"];
const WATCH: &str = "id,name,schema\n1,Jane Example,Person\n2,John Example,Person\n";

/// A place with a list of one's own in its first generation.
fn with_watch_list() -> Workplace {
    let place = Workplace::new();
    let file = place.file("watch.csv", WATCH);
    assert_eq!(place.run(&["lists", "import", "watch", &file]).code, 0);
    place
}

#[track_caller]
fn is_refused(run: &Run, words: &[&str]) {
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    for word in words {
        assert!(run.stderr.contains(word), "{word:?} is not in:\n{}", run.stderr);
    }
}

#[track_caller]
fn is_incomplete(place: &Workplace, arguments: &[&str], code: &str) {
    let answer = place.json(arguments);
    let codes = answer["gaps"].as_array().unwrap().iter().map(|gap| gap["code"].clone());
    assert!(
        codes.clone().any(|found| found == code),
        "{code} is not in {:?}",
        codes.collect::<Vec<_>>()
    );
    assert_eq!((&answer["complete"], &answer["verdict"]), (&false.into(), &"incomplete".into()));
    let run = place.run(arguments);
    assert_eq!(run.code, 3, "{}", run.stdout);
    assert!(run.stdout.starts_with("nothing found, but incomplete"), "{}", run.stdout);
    assert!(run.stderr.contains("incomplete: ") && run.stderr.contains("hint: "), "{}", run.stderr);
}

#[test]
fn without_an_official_list_nothing_is_clear_unless_the_dataset_was_asked_for() {
    let place = Workplace::new();
    is_incomplete(&place, NOBODY, "no_official_list");
    for asked in [["-d", "dprk_cyber"], ["--require", "dprk_cyber"]] {
        let run = place.run(&[NOBODY, &asked].concat());
        assert_eq!(run.code, 0, "{asked:?}: {}", run.stderr);
        assert!(run.stdout.starts_with("clear: "), "{}", run.stdout);
    }
    place.configure("[policy]\nrequired = [\"dprk_cyber\"]\n");
    assert_eq!(place.run(NOBODY).code, 0);
    is_incomplete(&with_watch_list(), NOBODY, "no_official_list");
}

#[test]
fn the_default_data_directory_may_be_new_and_says_what_to_do() {
    let place = Workplace::new();
    let output = assert_cmd::Command::cargo_bin("interdict")
        .unwrap()
        .env_remove("INTERDICT_DATA_DIR")
        .env_remove("INTERDICT_CONFIG")
        .env("HOME", place.path("home"))
        .env("XDG_DATA_HOME", place.path("home/data"))
        .args(NOBODY)
        .output()
        .unwrap();
    let run = Run::from(output);
    assert_eq!(run.code, 3, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("`interdict lists update` fetches the official lists"));
    assert!(!place.path("home").exists(), "nothing is written");
}

#[test]
fn a_data_directory_that_does_not_exist_is_an_error_of_every_verb_that_reads_lists() {
    let place = Workplace::new();
    let customers = place.file("customers.csv", "name\nJane Example\n");
    let out = place.path("out.csv").display().to_string();
    let gone = place.path("dta").display().to_string();
    let verbs: [&[&str]; 15] = [
        &["screen", "Kim Sang-man"],
        &["batch", &customers, &out],
        &["rescreen", &customers, "--since", "1"],
        &["calibrate", "--rows", "10"],
        &["explain", "Kim Sang-man", "ofac-43377"],
        &["entity", "ofac-43377"],
        &["network", "ofac-43377"],
        &["wallet", "0x000000000000000000000000000000000000dEaD"],
        &["exposure", "x"],
        &["trace", "--from", "x"],
        &["lists", "status"],
        &["lists", "export"],
        &["lists", "diff", "1", "2"],
        &["lists", "remove", "dprk_cyber"],
        &["lists", "restore", "1"],
    ];
    for verb in verbs {
        let run = place.run(&[verb, &["--data-dir", &gone]].concat());
        is_refused(&run, &["there is no data directory", "dta", "--data-dir"]);
        assert!(!Path::new(&gone).exists(), "{verb:?} creates it");
    }
    let watch = place.file("watch.csv", WATCH);
    let run = place.run(&["lists", "import", "watch", &watch, "--data-dir", &gone]);
    assert_eq!(run.code, 0, "what writes creates it: {}", run.stderr);
}

#[test]
fn a_data_directory_that_is_a_file_is_an_error() {
    let place = Workplace::new();
    let file = place.file("file", "x");
    let watch = place.file("watch.csv", WATCH);
    for verb in [NOBODY, &["lists", "status"], &["lists", "import", "watch", &watch]] {
        let run = place.run(&[verb, &["--data-dir", &file]].concat());
        is_refused(&run, &["is not a directory", "--data-dir"]);
    }
}

#[test]
fn a_lost_pointer_to_the_generation_is_an_error_and_no_import_overwrites_the_first() {
    let place = with_watch_list();
    let first = place.data_dir().join("generations/1.json");
    let before = fs::read(&first).unwrap();
    fs::remove_file(place.data_dir().join("CURRENT")).unwrap();
    let watch =
        place.file("watch.csv", "id,name,schema\n7,Other Person,Person\n8,A Body,Company\n");
    for verb in [NOBODY, &["lists", "status"], &["lists", "import", "watch", &watch]] {
        is_refused(
            &place.run(verb),
            &["CURRENT is damaged", "it is missing", "up to 1", "restore"],
        );
    }
    assert_eq!(fs::read(&first).unwrap(), before);
    let back = place.run(&["lists", "restore", "1"]);
    assert_eq!(back.code, 0, "{}", back.stderr);
    assert_eq!(place.run(&["screen", "Jane Example", "-d", "watch"]).code, 1);
}

#[test]
fn a_manifest_that_names_no_list_is_damaged() {
    let place = with_watch_list();
    let manifest = place.data_dir().join("generations/1.json");
    let mut json: serde_json::Value =
        serde_json::from_slice(&fs::read(&manifest).unwrap()).unwrap();
    json["segments"] = serde_json::json!([]);
    fs::write(&manifest, json.to_string()).unwrap();
    is_refused(&place.run(NOBODY), &["1.json is damaged", "it names no list", "restore"]);
}

#[test]
fn a_required_list_that_is_not_searched_makes_the_answer_incomplete() {
    let place = with_watch_list();
    let require = |dataset| [NOBODY, &["--require", dataset]].concat();
    assert_eq!(place.run(&require("watch")).code, 0);
    is_incomplete(&place, &require("us_ofac_sdn"), "list_missing");
    let narrowed = [NOBODY, &["-d", "watch", "--require", "dprk_cyber"]].concat();
    is_incomplete(&place, &narrowed, "list_missing");
    let past = [&require("us_ofac_sdn")[..], &["--generation", "1"]].concat();
    is_incomplete(&place, &past, "list_missing");

    let nobody = place.file("customers.csv", "name\nWilhelmina Featherstonehaugh\n");
    let out = place.path("out.csv").display().to_string();
    let verbs: [&[&str]; 3] = [
        &["batch", &nobody, &out],
        &["rescreen", &nobody, "--since", "1"],
        &["wallet", "0x000000000000000000000000000000000000dEaD"],
    ];
    for verb in verbs {
        assert_eq!(place.run(&[verb, &["--require", "watch"]].concat()).code, 0, "{verb:?}");
        assert_eq!(place.run(&[verb, &["--require", "eu_fsf"]].concat()).code, 3, "{verb:?}");
    }
    place.configure("[policy]\nrequired = [\"us_ofac_sdn\"]\n");
    is_incomplete(&place, NOBODY, "list_missing");
}

#[test]
fn the_built_in_dataset_is_removed_for_good_and_answers_say_so() {
    let place = with_watch_list();
    let listed = &["screen", "Kim Sang-man", "--require", "watch"];
    assert_eq!(place.run(listed).code, 1);
    assert_eq!(place.run(&["lists", "remove", "dprk_cyber"]).code, 0);
    let watch = place.file("watch.csv", WATCH);
    for _ in 0..2 {
        let run = place.run(listed);
        assert_eq!(run.code, 0, "{}", run.stdout);
        assert!(run.stdout.contains("removed: dprk_cyber"), "{}", run.stdout);
        assert_eq!(place.json(listed)["removed"][0], "dprk_cyber");
        assert!(place.run(&["lists", "status"]).stdout.contains("removed"));
        // An import of another list does not bring it back.
        assert_eq!(place.run(&["lists", "import", "watch", &watch]).code, 0);
    }
    let again = place.run(&["lists", "remove", "dprk_cyber"]);
    assert_eq!(again.code, 2, "{}", again.stderr);
    assert_eq!(place.run(&["lists", "remove", "dprk_cyber", "--undo"]).code, 0);
    assert_eq!(place.run(listed).code, 1);
    assert!(place.json(listed)["removed"].is_null());
}

#[test]
fn no_list_is_imported_under_the_name_of_the_built_in_dataset() {
    let place = Workplace::new();
    let watch = place.file("watch.csv", WATCH);
    let run = place.run(&["lists", "import", "dprk_cyber", &watch]);
    is_refused(&run, &["dprk_cyber is the name of the built-in dataset", "another name"]);
}

#[test]
fn a_stated_day_is_a_day_that_has_been_and_that_the_list_does_not_contradict() {
    let place = Workplace::new();
    let watch = place.file("watch.csv", WATCH);
    let import = |day| place.run(&["lists", "import", "watch", &watch, "--dated", day]);
    is_refused(&import("2999-01-01"), &["2999-01-01", "not yet", "--dated"]);
    assert!(import("2026-01").stderr.contains("no day; write YYYY-MM-DD"));
    assert_eq!(import("2026-01-02").code, 0);
    let shown = place.run(&["screen", "Jane Example", "-d", "watch"]).stdout;
    assert!(shown.contains("searched watch (2026-01-02)"), "{shown}");
    place.configure("[lists.watch]\nkind = \"watch\"\nstale_after_days = 30\n");
    assert_eq!(place.run(&["lists", "import", "watch", &watch]).code, 0);
    is_incomplete(&place, &[NOBODY, &["-d", "watch"]].concat(), "list_age_unknown");
    let un = place.file(
        "un.xml",
        "<CONSOLIDATED_LIST dateGenerated=\"2026-01-10T00:00:00Z\"><INDIVIDUALS><INDIVIDUAL>\
         <DATAID>1</DATAID><FIRST_NAME>JANE</FIRST_NAME><UN_LIST_TYPE>T</UN_LIST_TYPE>\
         <REFERENCE_NUMBER>TSi.001</REFERENCE_NUMBER></INDIVIDUAL></INDIVIDUALS>\
         </CONSOLIDATED_LIST>",
    );
    let run = place.run(&["lists", "import", "un_sc_sanctions", &un, "--dated", "2026-01-09"]);
    is_refused(&run, &["of 2026-01-10", "not of 2026-01-09"]);
}

#[test]
fn an_allow_list_lowers_and_explains_and_never_alerts() {
    let place = with_watch_list();
    let exact = &["screen", "Jane Example", "-d", "watch"];
    assert_eq!(place.run(exact).code, 1);
    place.configure("[lists.watch]\nkind = \"allow\"\n");
    let by_config = place.run(exact);
    place.configure("");
    let map = place.file("map.yaml", "kind: allow\n");
    let watch = place.file("watch.csv", WATCH);
    assert_eq!(place.run(&["lists", "import", "watch", &watch, "--columns", &map]).code, 0);
    for run in [by_config, place.run(exact)] {
        assert_eq!(run.code, 0, "{}", run.stdout);
        assert!(run.stdout.contains("allowed") && run.stdout.contains("SCR702"), "{}", run.stdout);
        assert!(!run.stdout.contains("MATCH"), "{}", run.stdout);
    }
}

#[test]
fn a_day_before_the_first_generation_is_answered_by_dates_of_designation_and_says_so() {
    let place = with_watch_list();
    let asked =
        |name: &str, day: &str| place.json(&["screen", name, "-d", "dprk_cyber", "--as-of", day]);
    // Designated on 2023-05-23.
    let before = asked("Kim Sang-man", "2023-05-22");
    assert_eq!((&before["verdict"], &before["matches"]), (&"incomplete".into(), &0.into()));
    assert_eq!(before["gaps"][0]["code"], "state_reconstructed");
    let after = asked("Kim Sang-man", "2023-05-24");
    assert_eq!((&after["verdict"], &after["complete"]), (&"match".into(), &false.into()));
    let run = place.run(&["screen", "Jane Example", "-d", "watch", "--as-of", "2023-05-22"]);
    assert!(run.stderr.contains("watch gives none, all of it counts"), "{}", run.stderr);
    is_refused(
        &place.run(&["lists", "diff", "--since", "2023-05-22"]),
        &["no generation was in use"],
    );
    for verb in
        [&["screen", "Jane", "--as-of", "2020-01"][..], &["lists", "diff", "--since", "2020"]]
    {
        is_refused(&place.run(verb), &["is no day; write YYYY-MM-DD"]);
    }
}

#[test]
fn the_policy_of_the_configuration_is_applied_named_and_overridden_by_arguments() {
    let place = with_watch_list();
    let asked = &["screen", "Jane Exampel", "--require", "watch"];
    let usual = place.json(asked);
    assert_eq!(usual["verdict"], "match");
    assert_eq!(
        (&usual["policy"]["threshold"], &usual["policy"]["algorithm"]),
        (&0.7.into(), &"interdict".into())
    );
    place.configure("[policy]\nthreshold = 0.8\nalgorithm = \"exact\"\nschema = \"Person\"\nweak_alias_alone = true\n");
    let run = place.run(asked);
    assert_eq!(run.code, 0, "{}", run.stdout);
    let line = "policy: threshold 0.8; algorithm exact; a weak alias alone can be a match; required watch; schema Person\n";
    assert!(run.stdout.contains(line), "{}", run.stdout);
    let policy = &place.json(asked)["policy"];
    assert_eq!(
        (&policy["default_schema"], &policy["weak_alias_alone"]),
        (&"Person".into(), &true.into())
    );
    let overridden = [
        asked,
        &["--threshold", "0.7", "--algorithm", "interdict", "--weak-alias-alone=false"][..],
    ]
    .concat();
    assert_eq!(place.run(&overridden).code, 1);
    assert_eq!(place.json(&overridden)["policy"]["weak_alias_alone"], false);
    assert!(!place.run(&["screen", "Jane Example", "-d", "watch"]).stderr.contains("error"));
    let vessel =
        [asked, &["-s", "Vessel", "--algorithm", "interdict", "--threshold", "0.7"][..]].concat();
    assert_eq!(place.run(&vessel).code, 0, "the argument overrides the schema");
}

#[test]
fn ofacs_two_lists_are_not_taken_for_each_other() {
    let Some(data) = test_data("OFAC's two lists") else { return };
    let place = Workplace::new();
    let import = |dataset, files: &[String]| {
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        place.run(&[&["lists", "import", dataset], &files[..]].concat())
    };
    let cons = ["cons_prim.csv", "cons_alt.csv", "cons_add.csv", "cons_comments.csv"];
    let cons = support::paths(&data.join("lists/ofac"), &cons);
    is_refused(&import("us_ofac_sdn", &cons), &["consolidated (non-SDN)", "us_ofac_cons"]);
    is_refused(&import("us_ofac_cons", &sdn_files(&data)), &["SDN list", "us_ofac_sdn"]);
    assert_eq!(import("us_ofac_cons", &cons).code, 0);
}

#[test]
fn a_version_older_than_the_one_in_use_is_refused_unless_the_loss_is_accepted() {
    let place = Workplace::new();
    let import = |day: &str, more: &[&str]| {
        let text = format!(
            "<CONSOLIDATED_LIST dateGenerated=\"{day}\"><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID>\
             <FIRST_NAME>Ivo Roe</FIRST_NAME></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>"
        );
        let file = place.file("list.xml", text);
        place.run(&[&["lists", "import", "un_sc_sanctions", &file], more].concat())
    };
    assert_eq!(import("2026-02-02", &[]).code, 0);
    assert_eq!(import("2026-02-02", &[]).code, 0, "the same version again");
    is_refused(&import("2026-02-01", &[]), &["2026-02-01", "2026-02-02", "older", "--accept-loss"]);
    assert_eq!(import("2026-02-01", &["--accept-loss"]).code, 0);

    let file = place.file("own.csv", "id,name\n1,Ivo Roe\n");
    let dated = |day: &str| place.run(&["lists", "import", "mine", &file, "--dated", day]);
    assert_eq!(dated("2026-01-02").code, 0);
    is_refused(&dated("2026-01-01"), &["2026-01-01", "2026-01-02"]);
    assert_eq!(place.run(&["lists", "import", "mine", &file]).code, 0, "its day is not known");
}

#[test]
fn an_entity_shows_the_day_that_was_stated_for_its_list() {
    let place = Workplace::new();
    let file = place.file("own.csv", "id,name\n1,Ivo Roe\n");
    assert_eq!(place.run(&["lists", "import", "mine", &file]).code, 0);
    let shown = || place.run(&["entity", "mine-1"]).stdout;
    assert!(shown().contains("mine (version no date)"), "{}", shown());
    assert_eq!(place.run(&["lists", "import", "mine", &file, "--dated", "2026-01-02"]).code, 0);
    assert!(shown().contains("mine (version 2026-01-02)"), "{}", shown());
}

/// A version of the UN's list with this many persons.
fn un_list_of(count: usize) -> String {
    let person = |number: usize| {
        format!(
            "<INDIVIDUAL><DATAID>{number}</DATAID><FIRST_NAME>Ivo Roe {number}</FIRST_NAME></INDIVIDUAL>"
        )
    };
    let persons: String = (0..count).map(person).collect();
    format!(
        "<CONSOLIDATED_LIST dateGenerated=\"2026-02-01\"><INDIVIDUALS>{persons}</INDIVIDUALS></CONSOLIDATED_LIST>"
    )
}

#[test]
fn a_part_of_an_official_list_never_gives_a_clear_answer() {
    let place = Workplace::new();
    let stale_never = "[lists.un_sc_sanctions]\nstale_after_days = 36500\n";
    place.configure_exactly(stale_never);
    let file = place.file("part.xml", un_list_of(5));
    let run = place.run(&["lists", "import", "un_sc_sanctions", &file]);
    assert!(run.code == 0 && run.stderr.contains("only a part of the list"), "{}", run.stderr);
    let run = place.run(&["screen", "Quentin Brachwitz"]);
    assert!(run.code == 3 && run.stdout.contains("PARTIAL"), "{}{}", run.code, run.stdout);
    assert!(run.stderr.contains("5 listed entities"), "{}", run.stderr);
    assert_eq!(place.run(&["screen", "Ivo Roe 3"]).code, 1, "a match stays a match");
    assert!(place.run(&["lists", "status"]).stdout.contains("PARTIAL"));
    place.configure_exactly(&format!("{stale_never}least_entities = 5\n"));
    assert_eq!(place.run(&["screen", "Quentin Brachwitz"]).code, 0);
}

#[test]
fn an_accepted_loss_is_named_by_every_answer() {
    let place = Workplace::new();
    place.configure("[lists.un_sc_sanctions]\nstale_after_days = 36500\n");
    let import = |count: usize, more: &[&str]| {
        let file = place.file("list.xml", un_list_of(count));
        place.run(&[&["lists", "import", "un_sc_sanctions", &file], more].concat()).code
    };
    assert_eq!(import(20, &["--accept-loss"]), 0);
    let answer = || place.json(&["screen", "Quentin Brachwitz"])["lists"].to_string();
    assert!(!answer().contains("accepted_losses"), "nothing was lost: {}", answer());
    assert_eq!(import(10, &["--accept-loss"]), 0);
    assert!(answer().contains("shrank from 20 to 10 entities"), "{}", answer());
    assert!(place.run(&["screen", "Quentin Brachwitz"]).stdout.contains("LOSS ACCEPTED"));
    assert!(place.run(&["lists", "status"]).stdout.contains("shrank from 20 to 10 entities"));
    assert_eq!(import(10, &[]), 0);
    assert!(!answer().contains("accepted_losses"), "the version before is the new measure");
}

#[test]
fn a_list_that_supplements_another_is_not_enough_alone() {
    let place = Workplace::new();
    let file = place.file(
        "cons.json",
        "{\"id\":\"x-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Ivo Roe\"]}}\n",
    );
    place.configure("[lists.us_ofac_cons]\nstale_after_days = 36500\n");
    let import = ["lists", "import", "us_ofac_cons", &file, "--dated", "2026-01-02"];
    assert_eq!(place.run(&import).code, 0);
    let run = place.run(&["screen", "Quentin Brachwitz"]);
    assert!(run.code == 3 && run.stderr.contains("without us_ofac_sdn"), "{}", run.stderr);
    assert_eq!(place.run(&["screen", "Quentin Brachwitz", "-d", "us_ofac_cons"]).code, 0);
}

#[test]
fn gzip_files_are_read_as_they_are() {
    let place = Workplace::new();
    for (name, text) in [
        ("own.csv", "id,name\n1,Ivo Roe\n"),
        (
            "lines.json",
            "{\"id\":\"x-1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Ivo Roe\"]}}\n",
        ),
    ] {
        let file = place.file(name, gzip(text));
        assert_eq!(
            place.run(&["lists", "import", "mine", &file, "--accept-loss"]).code,
            0,
            "{name}"
        );
        assert_eq!(place.run(&["screen", "Ivo Roe"]).code, 1, "{name}");
    }
    let mut cut = gzip(&"id,name\n1,Ivo Roe\n".repeat(100));
    cut.truncate(cut.len() - 9);
    let file = place.file("cut.csv.gz", cut);
    is_refused(&place.run(&["lists", "import", "mine", &file]), &["cut.csv.gz"]);
}

fn gzip(text: &str) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut out, text.as_bytes()).unwrap();
    out.finish().unwrap()
}

#[test]
fn half_a_set_of_ofac_is_refused_on_its_first_import() {
    let Some(data) = test_data("half of OFAC's set") else { return };
    let place = Workplace::new();
    let part = |name: &str, share: usize| {
        let text = fs::read(data.join("lists/ofac").join(name)).unwrap();
        let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
        place.file(name, lines[..lines.len() * share / 100].concat())
    };
    let import = |files: &[&str], more: &[&str]| {
        let place = Workplace::new();
        place.run(&[&["lists", "import", "us_ofac_sdn"], files, more].concat())
    };
    let whole = sdn_files(&data);
    let [sdn, alt, add, comments] = [0, 1, 2, 3].map(|at| whole[at].as_str());
    is_refused(&import(&[sdn, alt, add], &[]), &["sdn_comments.csv", "missing", "--accept-loss"]);
    assert_eq!(import(&[sdn, alt, add], &["--accept-loss"]).code, 0);
    is_refused(&import(&[sdn, alt, comments], &[]), &["add.csv"]);
    is_refused(&import(&[sdn, add, comments], &[]), &["alt.csv"]);
    is_refused(&import(&[&part("sdn.csv", 98), alt, add, comments], &[]), &["belong to no record"]);
    is_refused(&import(&[sdn, &part("alt.csv", 90), add, comments], &[]), &["alt.csv has nothing"]);
    is_refused(&import(&[sdn, alt, &part("add.csv", 90), comments], &[]), &["add.csv has nothing"]);
    let old = data.join("lists/ofac-2021/alt.csv").display().to_string();
    is_refused(&import(&[sdn, &old, add, comments], &[]), &["belong"]);
    let marked = place.file("marked.csv", [&fs::read(sdn).unwrap()[..], b"\x1a"].concat());
    is_refused(&import(&[&marked, alt, add, comments], &[]), &["0x1A"]);
}

#[test]
fn a_list_that_lost_its_aliases_is_refused_after_a_whole_one_and_at_first_import() {
    let Some(data) = test_data("lists that lost their aliases") else { return };
    let place = Workplace::new();
    let cut = data.join("cases/lists/ofac-aliases-cut-at-a-row");
    let import = |names: &[&str], more: &[&str]| {
        let files = support::paths(&cut, names);
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        place.run(&[&["lists", "import", "us_ofac_sdn"], &files[..], more].concat())
    };
    assert_eq!(import(&["sdn.csv", "alt.csv", "add.csv"], &[]).code, 0);
    let run = import(&["sdn.csv", "alt_cut.csv", "add.csv"], &[]);
    is_refused(&run, &[" to 162 names", "--accept-loss"]);
    assert_eq!(import(&["sdn.csv", "alt_cut.csv", "add.csv"], &["--accept-loss"]).code, 0);

    let fixture =
        fs::read_to_string(data.join("cases/lists/un-renamed-alias-element.xml")).unwrap();
    let usual = place.file("usual.xml", fixture.replace("ALIAS-NOM>", "ALIAS_NAME>"));
    let renamed = place.file("renamed.xml", fixture);
    assert_eq!(place.run(&["lists", "import", "un_sc_sanctions", &usual]).code, 0);
    let run = place.run(&["lists", "import", "un_sc_sanctions", &renamed]);
    is_refused(&run, &["names, more than 20.0 %"]);

    // A first import has no version to be compared with; the least names per entity of known versions
    // still apply.
    let whole = fs::read_to_string(data.join("lists/un/consolidated.xml")).unwrap();
    let renamed = place.file("whole.xml", whole.replace("ALIAS_NAME>", "ALIAS-NOM>"));
    let first = Workplace::new();
    let run = first.run(&["lists", "import", "un_sc_sanctions", &renamed]);
    is_refused(&run, &["1003 entities have 1536 names", "renamed"]);
    for (element, records) in [("SECOND_NAME", "721"), ("ENTITY_ALIAS", "151")] {
        let text = whole.replace(&format!("{element}>"), &format!("{element}_NEW>"));
        let run = first.run(&["lists", "import", "un_sc_sanctions", &first.file("new.xml", text)]);
        is_refused(&run, &[records, "of 1003 records have fields"]);
    }
}

#[test]
fn no_flipped_bit_of_the_pointer_leads_to_another_generation() {
    let place = Workplace::new();
    let list = place.file("list.csv", "id,name\n1,Ivo Maris Roe\n");
    for _ in 0..4 {
        assert_eq!(place.run(&["lists", "import", "mine", &list]).code, 0);
    }
    let pointer = place.data_dir().join("CURRENT");
    let good = fs::read(&pointer).unwrap();
    assert!(good.starts_with(b"4 "));
    for bit in 0..good.len() * 8 {
        let mut bytes = good.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(&pointer, bytes).unwrap();
        let run = place.run(&["screen", "Nobody", "--require", "mine"]);
        assert_eq!(run.code, 2, "bit {bit}: {}{}", run.stdout, run.stderr);
    }
    fs::write(&pointer, "4").unwrap();
    let run = place.run(&["screen", "Nobody", "--require", "mine"]);
    assert_eq!(run.code, 0, "earlier versions wrote the number alone: {}", run.stderr);
}
