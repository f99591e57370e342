//! The JSON of every verb is what its schema says: schemas are generated from the types, and every
//! document that is printed is checked against its own.
//!
//! If a schema is meant to change: `INTERDICT_UPDATE_DOCS=1 cargo test -p interdict --test it
//! json_contract`, and read `git diff` of `docs/reference/json`. A field that is removed or means something
//! else raises the version in `crates/engine/src/document.rs`.

use crate::serve_crash::screen_once;
use crate::{contract, node, server, support};

use std::collections::BTreeSet;

use contract::{Contract, validator};
use interdict_engine::json_schemas;
use serde_json::json;
use server::{Reply, Server};
use support::{
    CUSTOMERS, LABELS, TRANSFERS, WATCH, WATCH_LATER, Workplace, check_document, document, verbs_in,
};

/// They write data or text, or answer over HTTP.
const WITHOUT_ANSWER: [&str; 6] =
    ["audit-export", "completions", "lists-export", "man", "mcp", "serve"];
/// They print the document of another verb.
const SAME_ANSWER: [&str; 7] = [
    "audit-release",
    "keys-rotate",
    "restore",
    "users-roles",
    "users-password",
    "users-disable",
    "users-enable",
];
/// What `compare` prints with `--pairs`, and `audit verify` with `--proof`.
const SECOND_ANSWERS: [&str; 2] = ["audit-check", "compare-pairs"];

#[test]
fn the_schemas_are_those_of_the_types() {
    let schemas = json_schemas();
    for (name, schema) in &schemas {
        let text = serde_json::to_string_pretty(schema).unwrap() + "\n";
        check_document(&format!("reference/json/{name}.schema.json"), &text);
    }
    let index = std::fs::read_to_string(document("reference/json/README.md")).unwrap();
    for entry in std::fs::read_dir(document("reference/json")).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let Some(name) = file.strip_suffix(".schema.json") else { continue };
        assert!(schemas.contains_key(name), "docs/reference/json/{file} is of no document");
        assert!(index.contains(&format!("]({file})")), "README.md does not name {file}");
    }
}

#[test]
fn every_verb_has_a_schema() {
    let place = Workplace::new();
    let mut verbs = BTreeSet::new();
    for verb in verbs_in(&place.run(&["--help"]).stdout) {
        let below = verbs_in(&place.run(&[&verb, "--help"]).stdout);
        verbs.extend(below.iter().map(|inner| format!("{verb}-{inner}")));
        if below.is_empty() {
            verbs.insert(verb);
        }
    }
    assert!(WITHOUT_ANSWER.iter().chain(&SAME_ANSWER).all(|verb| verbs.remove(*verb)));
    verbs.extend(SECOND_ANSWERS.map(str::to_owned));
    let schemas: BTreeSet<String> = json_schemas().into_keys().map(str::to_owned).collect();
    assert_eq!(verbs, schemas);
}

#[test]
fn every_document_is_what_its_schema_says() {
    let mut contract = Contract::new();
    check_lists(&mut contract);
    check_updates(&mut contract);
    check_screening(&mut contract);
    check_entities(&mut contract);
    check_files(&mut contract);
    check_chain(&mut contract);
    check_sync(&mut contract);
    check_store(&mut contract);
    let all: BTreeSet<&str> = json_schemas().into_keys().collect();
    assert_eq!(contract.seen, all, "every document is printed by some command of this test");
}

fn with_list() -> Workplace {
    let place = Workplace::new();
    let watch = place.file("watch.csv", WATCH);
    assert_eq!(place.run(&["lists", "import", "watch", &watch]).code, 0);
    place
}

fn check_lists(contract: &mut Contract) {
    let place = Workplace::new();
    place.file("watch.csv", WATCH);
    place.file("later.csv", WATCH_LATER);
    place.configure("[policy]\nrequired = [\"peps\"]\n");
    for (name, arguments) in [
        ("config-show", "config show --listen 0.0.0.0:80"),
        ("lists-status", "lists status"),
        ("lists-import", "lists import watch [HERE]/watch.csv"),
        ("lists-import", "lists import watch [HERE]/later.csv --accept-loss --dated 2026-01-10"),
        ("lists-status", "lists status --all --verify"),
        ("lists-diff", "lists diff 1 2"),
        ("lists-diff", "lists diff 2 2"),
        ("lists-restore", "lists restore 1"),
        ("lists-reindex", "lists reindex"),
        ("lists-remove", "lists remove watch"),
        ("lists-remove", "lists remove dprk_cyber"),
        ("lists-status", "lists status"),
        ("lists-remove", "lists remove dprk_cyber --undo"),
    ] {
        contract.check(&place, name, arguments);
    }
}

const UN_LIST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-01-10T00:00:00Z"><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID>
<FIRST_NAME>Arvellon</FIRST_NAME><SECOND_NAME>Quistelroy</SECOND_NAME><UN_LIST_TYPE>Test</UN_LIST_TYPE>
<REFERENCE_NUMBER>TSi.001</REFERENCE_NUMBER></INDIVIDUAL></INDIVIDUALS><ENTITIES></ENTITIES>
</CONSOLIDATED_LIST>"#;

fn check_updates(contract: &mut Contract) {
    let (place, server) = (Workplace::new(), Server::start());
    place.configure(&format!(
        "[fetch]\nretries = 0\nretry_delay_seconds = 0.01\nconnect_timeout_seconds = 2\n\
         [lists.un_sc_sanctions]\nurls = [\"{}\"]\n",
        server.url("/un.xml")
    ));
    let update = "lists update un_sc_sanctions --accept-loss";
    contract.check(&place, "lists-update", update);
    contract.check(&place, "lists-status", "lists status");
    server.put("/un.xml", Reply::ok(UN_LIST));
    contract.check(&place, "lists-update", update);
    contract.check(&place, "lists-update", update);
    contract.check(&place, "screen", "screen Arvellon~Quistelroy");
}

fn check_screening(contract: &mut Contract) {
    let place = with_list();
    place.file("pairs.csv", "name1,name2\nIvo Roe,Iwo Roe\n,x\n");
    for (name, arguments) in [
        (
            "screen",
            "screen Ivo~Roe -s Person --birth-date 1965-04 --nationality mt --country fr --gender male \
             --id passport:00451 --wallet 0x098B716B8Aaf21512996dC57EB0615e2383E2f96 --address Harbour~1",
        ),
        ("screen", "screen The~Heron --limit 1 --require peps --threshold 0.51239"),
        ("screen", "screen Wilhelmina~Featherstonehaugh"),
        ("screen", "screen Kim~Sang-man --birth-date 1965-04-25 --country kp --as-of 2026-01-01"),
        ("screen", "screen Ivo~Roe --algorithm ofac -d watch"),
        ("compare", "compare Kim~Sang-man 김상만 -s Person"),
        ("compare", "compare ??? Ivo"),
        ("compare", "compare Ivan~Petrovich~Sidorov Ivan~Ivanovich~Sidorov -s Person"),
        ("compare-pairs", "compare --pairs [HERE]/pairs.csv --output [HERE]/scored.csv"),
        ("explain", "explain Ivo~Roe watch-w-1 --birth-date 1966"),
        ("explain", "explain The~Heron watch-w-1"),
    ] {
        contract.check(&place, name, arguments);
    }
    contract.check_input(&place, "screen", "screen -", "Heron Spirit\nIvo Roe\nNobody Known\n");
}

fn check_entities(contract: &mut Contract) {
    let place = Workplace::new();
    for (name, arguments) in [
        ("entity", "entity ofac-43377"),
        ("network", "network ofac-12210 --depth 3"),
        ("network", "network Kim~Sang~Man"),
        ("wallet", "wallet 0x098B716B8Aaf21512996dC57EB0615e2383E2f96"),
        ("wallet", "wallet 0x000000000000000000000000000000000000dEaD --require peps"),
    ] {
        contract.check(&place, name, arguments);
    }
}

fn check_files(contract: &mut Contract) {
    let place = with_list();
    place.file("later.csv", WATCH_LATER);
    place.file("customers.csv", CUSTOMERS);
    contract.check(&place, "batch", "batch [HERE]/customers.csv [HERE]/hits.csv -d watch");
    contract.check(&place, "calibrate", "calibrate --rows 300 --samples 20");
    contract.check(&place, "lists-import", "lists import watch [HERE]/later.csv --accept-loss");
    contract.check(&place, "rescreen", "rescreen [HERE]/customers.csv --since 1 -d watch");
}

fn check_chain(contract: &mut Contract) {
    let place = Workplace::new();
    place.file("transfers.csv", TRANSFERS);
    place.file("bad.csv", format!("{TRANSFERS}yesterday,t9,a,b,BTC,10\n"));
    place.file("labels.csv", LABELS);
    contract.check(&place, "chain-status", "chain status");
    for (name, arguments) in [
        ("chain-import", "chain import --chain bitcoin --asset BTC [HERE]/transfers.csv --links"),
        ("chain-links", "chain links --replace"),
        ("chain-status", "chain status --verify"),
        (
            "trace",
            "trace --from thief --since 2024-01-01 --labels [HERE]/labels.csv --stop-at theft",
        ),
        ("trace", "trace --from thief --method haircut --packs-only --hops 1"),
        ("exposure", "exposure shop --labels [HERE]/labels.csv --at 2024-02-01"),
        ("exposure", "exposure friend --received --packs-only --hops 1"),
    ] {
        contract.check(&place, name, arguments);
    }
}

fn check_sync(contract: &mut Contract) {
    let (place, url) = (Workplace::new(), node::start());
    let sync = format!("chain sync --rpc {url} --from-block 1 --confirmations 1");
    contract.check(&place, "chain-sync", &sync);
    contract.check(&place, "chain-sync", &sync);
    contract.check(&place, "wallet", &format!("wallet {}", node::PAYER));
    contract.check(&place, "exposure", &format!("exposure {} --deposit-addresses", node::PAYEE));
    contract.check(&place, "trace", &format!("trace --from {}", node::PAYER));
}

fn check_store(contract: &mut Contract) {
    let place = Workplace::with_builtin_only();
    screen_once(&place);
    let made = place.run(&["keys", "add", "batch", "--role", "screen"]);
    let id = made.stdout.split('_').nth(1).unwrap().to_owned();
    for (name, arguments) in [
        ("audit-verify", "audit verify"),
        ("audit-replay", "audit replay 0"),
        ("audit-prove", "audit prove 0"),
        ("keys-add", "keys add nightly --role analyst --expires 2999-01-01T00:00:00Z"),
        ("keys-list", "keys list"),
        ("keys-add", &format!("keys rotate {id}")),
        ("keys-revoke", &format!("keys revoke {id}")),
        ("audit-hold", "audit hold c-1 --in-advance --reason order"),
        ("audit-hold", "audit release c-1"),
        ("audit-erase", "audit erase"),
        ("audit-erase", "audit erase --customer c-1 --before-its-end asked"),
        ("backup", "backup [HERE]/copy"),
        ("backup", "restore [HERE]/copy --store-secrets [HERE]/restored"),
    ] {
        contract.check(&place, name, arguments);
    }
    for (name, arguments) in [
        ("users-add", "users add jane --role analyst --display-name Jane~Doe"),
        ("users-add", "users roles jane --role approver --role auditor"),
        ("users-add", "users password jane"),
        ("users-add", "users disable jane"),
        ("users-list", "users list"),
        ("users-add", "users enable jane"),
    ] {
        contract.check_input(&place, name, arguments, "correct horse battery\n");
    }
    let proof = place.path("proof.json").display().to_string();
    assert_eq!(place.run(&["audit", "prove", "0", "--out", &proof]).code, 0);
    let check = format!("audit verify --proof {proof} --public-key [HERE]/data/store/audit.pub");
    contract.check(&place, "audit-check", &check);
    contract.check(&place, "encryption-key", "encryption key [HERE]/store.key");
    let apply = "encryption apply --store-key-file [HERE]/store.key";
    contract.check(&place, "encryption-apply", apply);
    contract.check(&place, "audit-verify", "audit verify --store-key-file [HERE]/store.key");
}

#[test]
fn a_field_that_no_schema_names_is_refused_and_one_that_is_missing_is_noticed() {
    let place = with_list();
    let answer = place.json(&["screen", "Ivo Roe"]);
    let screen = validator(&json_schemas()["screen"]);
    assert!(screen.is_valid(&answer));
    for inside in ["", "/query", "/policy", "/lists/0", "/candidates/0", "/candidates/0/name"] {
        let mut answer = answer.clone();
        answer.pointer_mut(inside).unwrap()["surplus"] = json!(1);
        assert!(!screen.is_valid(&answer), "a surplus field in {inside:?}");
    }
    for field in ["schema", "answered_at", "query", "verdict", "lists", "complete", "candidates"] {
        let mut answer = answer.clone();
        answer.as_object_mut().unwrap().remove(field);
        assert!(!screen.is_valid(&answer), "without {field}");
    }
}
