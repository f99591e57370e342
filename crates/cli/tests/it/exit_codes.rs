//! Every verb into each of its exit codes. The table is also the reference: docs/reference/exit-codes.md.
//!
//! If a difference is intended: `INTERDICT_UPDATE_DOCS=1 cargo test -p interdict --test it exit_codes`.

use crate::support;

use std::path::Path;

use support::{LABELS, TRANSFERS, Workplace};

/// Verb, exit code, what it means, and arguments that lead to it. Arguments are parted by spaces; `~`
/// stands for a space, `[HERE]` for the folder of the test.
type Case = (&'static str, i32, &'static str, &'static str);

/// In a place where the dataset `watch` is all that has to be there.
const CASES: &[Case] = &[
    ("screen", 0, "clear", "screen Wilhelmina~Featherstonehaugh"),
    ("screen", 1, "a match", "screen Jane~Example"),
    ("screen", 2, "wrong usage or failure", "screen ???"),
    ("batch", 0, "every row is clear", "batch [HERE]/clean.csv [HERE]/out.csv"),
    ("batch", 1, "a row has a match", "batch [HERE]/listed.csv [HERE]/out.csv"),
    ("batch", 2, "wrong usage or failure", "batch [HERE]/nothing.csv [HERE]/out.csv"),
    (
        "batch",
        4,
        "some rows were not screened, whatever was found in the others",
        "batch [HERE]/mixed.csv [HERE]/out.csv --max-unscreened 1",
    ),
    (
        "rescreen",
        4,
        "some rows were not screened, whatever was found in the others",
        "rescreen [HERE]/mixed.csv --since 1 --max-unscreened 1",
    ),
    (
        "calibrate",
        4,
        "some rows were not screened",
        "calibrate --population [HERE]/mixed.csv --samples 1 --max-unscreened 1",
    ),
    ("rescreen", 0, "no match is new or changed", "rescreen [HERE]/clean.csv --since 1"),
    ("rescreen", 1, "a match is new or changed", "rescreen [HERE]/listed.csv --since 1"),
    ("rescreen", 2, "wrong usage or failure", "rescreen [HERE]/clean.csv --since 99"),
    ("calibrate", 0, "done", "calibrate --generate 5 --output [HERE]/rows.csv"),
    ("calibrate", 2, "wrong usage or failure", "calibrate --generate 5"),
    ("compare", 0, "done, whatever the score", "compare Kim~Sang-man 김상만"),
    ("compare", 2, "wrong usage or failure", "compare Ivo"),
    (
        "explain",
        0,
        "the entity is no match; this says nothing about others",
        "explain Wilhelmina ofac-43377",
    ),
    ("explain", 1, "the entity is a match", "explain Kim~Sang-man ofac-43377"),
    ("explain", 2, "wrong usage or failure", "explain Kim~Sang-man nobody-1"),
    ("entity", 0, "done", "entity ofac-43377"),
    ("entity", 2, "wrong usage or failure, or no such entity", "entity nobody-1"),
    ("network", 0, "done", "network ofac-43377"),
    (
        "network",
        2,
        "wrong usage or failure, or no such entity",
        "network Wilhelmina~Featherstonehaugh",
    ),
    ("wallet", 0, "clear: on no list", "wallet 0x000000000000000000000000000000000000dEaD"),
    (
        "wallet",
        1,
        "listed, attributed, or in a cluster with a listed address",
        "wallet 0x098B716B8Aaf21512996dC57EB0615e2383E2f96",
    ),
    ("wallet", 2, "wrong usage or failure, or no address", "wallet no-address"),
    ("trace", 0, "done; a trace gives no verdict", "trace --from thief --labels [HERE]/labels.csv"),
    ("trace", 2, "wrong usage or failure, or amounts that do not add up", "trace --from nobody"),
    (
        "exposure",
        0,
        "no share of an illicit party",
        "exposure friend --at 2024-01-02 --labels [HERE]/labels.csv",
    ),
    ("exposure", 1, "an illicit party has a share", "exposure shop --labels [HERE]/labels.csv"),
    ("exposure", 2, "wrong usage or failure, or amounts that do not add up", "exposure nobody"),
    (
        "chain import",
        0,
        "done",
        "chain import --chain bitcoin --asset BTC [HERE]/transfers.csv --replace",
    ),
    (
        "chain import",
        2,
        "wrong usage or failure",
        "chain import --chain bitcoin --asset BTC [HERE]/nothing.csv",
    ),
    ("chain links", 0, "done", "chain links"),
    ("chain links", 2, "wrong usage or failure", "chain links --no-such-flag"),
    ("chain status", 0, "done", "chain status --verify"),
    ("chain status", 2, "wrong usage or failure, or damage", "chain status --no-such-flag"),
    ("lists import", 0, "the list is in use", "lists import watch [HERE]/later.csv"),
    (
        "lists import",
        2,
        "refused; the version in use stays",
        "lists import watch [HERE]/nothing.csv",
    ),
    ("lists update", 2, "wrong usage, or nothing could be tried", "lists update watch"),
    ("lists update", 3, "a list could not be updated", "lists update un_sc_sanctions"),
    ("lists status", 0, "every list is there and fresh", "lists status"),
    ("lists status", 2, "wrong usage or failure, or damage", "lists status --generation 99"),
    ("lists diff", 0, "done", "lists diff 1 2"),
    ("lists diff", 2, "wrong usage or failure", "lists diff 98 99"),
    ("lists export", 0, "done", "lists export watch"),
    ("lists export", 2, "wrong usage or failure", "lists export nothing"),
    ("lists restore", 0, "done", "lists restore 3"),
    ("lists restore", 2, "wrong usage or failure", "lists restore 99"),
    ("lists reindex", 0, "done", "lists reindex"),
    ("lists reindex", 2, "wrong usage or failure", "lists reindex --no-such-flag"),
    ("lists remove", 0, "done", "lists remove other"),
    ("lists remove", 2, "wrong usage, or it is not in use", "lists remove nothing"),
    ("backup", 0, "done; the log of the copy is sound", "backup [HERE]/copy"),
    ("restore", 0, "done; the log is sound", "restore [HERE]/copy --store-secrets [HERE]/restored"),
    ("restore", 2, "wrong usage or failure", "restore [HERE]/copy --store-secrets [HERE]/restored"),
    ("audit verify", 0, "nothing is wrong", "audit verify"),
    ("audit verify", 2, "wrong usage or failure", "audit verify --checkpoint [HERE]/nothing"),
];

/// In the same place, when a record of the store was changed by somebody else.
const TAMPERED: &[Case] = &[
    ("audit verify", 1, "something is wrong", "audit verify"),
    ("backup", 1, "the log of the copy is not sound", "backup [HERE]/unsound"),
    ("backup", 2, "wrong usage or failure", "backup [HERE]/copy"),
    (
        "restore",
        1,
        "the log is not sound",
        "restore [HERE]/unsound --store-secrets [HERE]/restored-unsound",
    ),
];

/// In the same place, when a list that must be there is not.
const INCOMPLETE: &[Case] = &[
    ("screen", 3, "no match, but incomplete", "screen Wilhelmina~Featherstonehaugh"),
    ("batch", 3, "no match, but incomplete", "batch [HERE]/clean.csv [HERE]/out.csv"),
    (
        "rescreen",
        3,
        "no match is new or changed, but incomplete",
        "rescreen [HERE]/clean.csv --since 1",
    ),
    ("calibrate", 3, "measured, on lists that are incomplete", "calibrate --rows 20 --samples 1"),
    (
        "wallet",
        3,
        "on no list, but incomplete",
        "wallet 0x000000000000000000000000000000000000dEaD",
    ),
    (
        "exposure",
        3,
        "no share of an illicit party, but incomplete",
        "exposure friend --at 2024-01-02 --labels [HERE]/labels.csv",
    ),
    ("lists status", 3, "a list is missing, stale, of unknown age or failed", "lists status"),
];

/// Other tests need a server for these.
const ELSEWHERE: &[Case] = &[
    ("lists update", 0, "every list is up to date", ""),
    ("chain sync", 0, "done", ""),
    ("chain sync", 2, "wrong usage or failure; what was fetched stays", ""),
];

fn prepare() -> Workplace {
    let place = Workplace::new();
    let head = "id,name,schema\n1,John Example,Person\n";
    place.file("first.csv", head);
    place.file("later.csv", format!("{head}2,Jane Example,Person\n"));
    place.file("clean.csv", "name\nWilhelmina Featherstonehaugh\n");
    place.file("mixed.csv", "name\nWilhelmina Featherstonehaugh\n???\n");
    place.file("listed.csv", "name\nJane Example\n");
    place.file("labels.csv", LABELS);
    place.file("transfers.csv", TRANSFERS);
    place.configure(
        "[policy]\nrequired = [\"watch\"]\n[fetch]\nretries = 0\n\
         [lists.un_sc_sanctions]\nurls = [\"http://127.0.0.1:9/\"]\n",
    );
    for arguments in [
        "lists import watch [HERE]/first.csv",
        "lists import watch [HERE]/later.csv",
        "lists import other [HERE]/first.csv",
        "keys add crm --role screen",
        "chain import --chain bitcoin --asset BTC [HERE]/transfers.csv",
    ] {
        run(&place, arguments, 0);
    }
    place
}

#[track_caller]
fn run(place: &Workplace, arguments: &str, code: i32) {
    let here = place.path("").display().to_string();
    let argument = |text: &str| text.replace('~', " ").replace("[HERE]/", &here);
    let owned: Vec<String> = arguments.split(' ').map(argument).collect();
    let given: Vec<&str> = owned.iter().map(String::as_str).collect();
    let run = place.run(&given);
    assert_eq!(run.code, code, "{arguments}\n{}\n{}", run.stdout, run.stderr);
}

/// Gives a key of the store another role, past the program.
fn tamper(place: &Workplace) {
    database(place).execute("UPDATE keys SET role = 'admin'", []).unwrap();
}

fn database(place: &Workplace) -> rusqlite::Connection {
    rusqlite::Connection::open(place.data_dir().join("store/interdict.sqlite")).unwrap()
}

#[test]
fn a_log_that_was_emptied_contradicts_the_checkpoints_of_the_server() {
    let place = Workplace::new();
    run(&place, "keys add crm --role screen", 0);
    let select = "SELECT note FROM log_head";
    let note: String = database(&place).query_row(select, [], |row| row.get(0)).unwrap();
    database(&place)
        .execute_batch(
            "DELETE FROM events; DELETE FROM keys; \
             UPDATE log_head SET size = 0, frontier = x'', note = ''",
        )
        .unwrap();
    // Nothing in the store tells it.
    run(&place, "audit verify", 0);
    let folder = place.data_dir().join("store/checkpoints");
    std::fs::create_dir(&folder).unwrap();
    run(&place, "audit verify", 0);
    std::fs::write(folder.join("1.checkpoint"), &note).unwrap();
    run(&place, "audit verify", 1);
    // The configured folder instead of the default one.
    std::fs::rename(&folder, place.path("elsewhere")).unwrap();
    run(&place, "audit verify", 0);
    let elsewhere = place.path("elsewhere").display().to_string();
    place.configure(&format!("[server]\ncheckpoints = \"{elsewhere}\"\n"));
    run(&place, "audit verify", 1);
}

#[test]
fn every_verb_ends_with_each_of_its_exit_codes() {
    let place = prepare();
    for (_, code, _, arguments) in CASES {
        if arguments.starts_with("lists update un") {
            continue;
        }
        run(&place, arguments, *code);
    }
    tamper(&place);
    for (_, code, _, arguments) in TAMPERED {
        run(&place, arguments, *code);
    }
    run(&place, "lists update un_sc_sanctions", 3);
    place.configure("[policy]\nrequired = [\"watch\", \"eu_fsf\"]\n");
    for (_, code, _, arguments) in INCOMPLETE {
        run(&place, arguments, *code);
    }
    run(&place, "screen Jane~Example", 1);
}

#[test]
fn the_table_of_exit_codes_is_the_reference() {
    let mut cases: Vec<&Case> =
        CASES.iter().chain(TAMPERED).chain(INCOMPLETE).chain(ELSEWHERE).collect();
    let verbs = |cases: &[&Case]| {
        let mut verbs: Vec<&str> = Vec::new();
        for (verb, ..) in cases {
            if !verbs.contains(verb) {
                verbs.push(verb);
            }
        }
        verbs
    };
    let order = verbs(&cases);
    cases.sort_by_key(|case| (order.iter().position(|verb| *verb == case.0), case.1));
    let mut text = String::from(HEAD);
    for (verb, code, meaning, _) in cases {
        text.push_str(&format!("| `{verb}` | {code} | {meaning} |\n"));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/exit-codes.md");
    if std::env::var_os("INTERDICT_UPDATE_DOCS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let present = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        present == text,
        "INTERDICT_UPDATE_DOCS=1 cargo test -p interdict --test it exit_codes"
    );
}

const HEAD: &str = "\
# Exit codes

Generated by `INTERDICT_UPDATE_DOCS=1 cargo test -p interdict --test it exit_codes`, which runs every verb into each code.

| code | meaning |
|---|---|
| 0 | done; of a verb that screens: clear |
| 1 | a match, at or above the threshold; of a verb that checks records: they are not sound |
| 2 | wrong usage or failure; nothing is said about anybody |
| 3 | incomplete: nothing was found, but something was not read, not there or not searched |
| 4 | some rows of a file were not screened, whatever was found in the others |

A match takes precedence over a gap: code 1 with `\"complete\": false` is a match in an incomplete answer. \"Clear\" is only
said when the query was read completely, the lists that must be there are there, whole, fresh and undamaged, and the search was
complete. The lists that must be there are those that were named with `-d`, `--require` or `required` in `interdict.toml`;
without any of these, at least one official list. A reader of stdout that goes away changes no code.

| command | code | when |
|---|---|---|
";
