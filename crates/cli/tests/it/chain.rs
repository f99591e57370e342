//! Wallets, transfers, traces and exposure through the binary.

#[cfg(feature = "rpc")]
#[allow(unreachable_pub)]
use crate::node;
use crate::support;

use std::collections::BTreeMap;

use support::{LABELS, TRANSFERS, Workplace, test_data};

const RONIN: &str = "0x098b716b8aaf21512996dc57eb0615e2383e2f96";

const PAID: &str = "0x00000000000000000000000000000000000000bb";

fn with_transfers() -> (Workplace, String) {
    let place = Workplace::with_builtin_only();
    let transfers = place.file("transfers.csv", TRANSFERS);
    let run = place.run(&["chain", "import", "--chain", "bitcoin", "--asset", "BTC", &transfers]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("BTC on bitcoin"), "{}", run.stdout);
    let labels = place.file("labels.csv", LABELS);
    (place, labels)
}

#[test]
fn a_listed_wallet_is_named_with_its_authority_and_day_and_exits_1() {
    let place = Workplace::with_builtin_only();
    let run = place.run(&["wallet", "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    for part in
        ["LISTED", "Lazarus Group", "Office of Foreign Assets Control", "2022-04-14", "arbitrum"]
    {
        let found = run.stdout.to_lowercase().contains(&part.to_lowercase());
        assert!(found, "{part:?} is not in:\n{}", run.stdout);
    }
    let answer = place.json(&["wallet", RONIN]);
    assert_eq!(answer["listed"], true);
    assert_eq!(answer["listings"][0]["asset"], "ETH");
}

#[test]
fn a_wallet_on_no_list_is_clear_and_a_bad_one_is_refused() {
    let place = Workplace::with_builtin_only();
    let clear = place.run(&["wallet", "0x000000000000000000000000000000000000dEaD"]);
    assert_eq!(clear.code, 0, "{}{}", clear.stdout, clear.stderr);
    assert!(clear.stdout.contains("on no list"), "{}", clear.stdout);
    for (bad, part) in [
        ("0x098B716B8Aaf21512996dC57EB0615e2383E2F96", "EIP-55"),
        ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", "checksum"),
        ("no-address", "shape"),
    ] {
        let run = place.run(&["wallet", bad]);
        assert_eq!(run.code, 2, "{}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains(bad) && run.stderr.contains(part), "{}", run.stderr);
    }
    let table = place.run(&["wallet", RONIN, "--format", "csv"]);
    assert_eq!(table.code, 2, "{}", table.stdout);
}

#[test]
fn a_trace_adds_up_in_every_form_and_stops_at_the_exchange() {
    let (place, labels) = with_transfers();
    let from = ["trace", "--from", "The Thief", "--labels", &labels];
    let report = place.json(&from);
    let held: BTreeMap<&str, (&str, &str)> = report["terminals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| {
            let text = |key: &str| t[key].as_str().unwrap();
            (text("address"), (t["value"]["amount"].as_str().unwrap(), text("outcome")))
        })
        .collect();
    // First in, first out: the friend's own 10 go first, so the shop has 2 of the theft.
    assert_eq!(held, BTreeMap::from([("market", ("8", "absorbed")), ("shop", ("2", "held"))]));
    assert_eq!(report["accounts"][0]["closes"], true);
    let text = place.run(&from);
    assert!(text.stdout.contains("closes to the last unit"), "{}{}", text.stdout, text.stderr);
    let table = place.run(&[&from[..], &["--format", "csv"]].concat());
    assert!(
        table.stdout.lines().count() > 3 && table.stdout.contains("market"),
        "{}",
        table.stdout
    );
    let picture = place.path("flow.svg").display().to_string();
    let drawn = place.run(&[&from[..], &["--format", "svg", "--output", &picture]].concat());
    assert_eq!(drawn.code, 0, "{}", drawn.stderr);
    assert!(std::fs::read_to_string(&picture).unwrap().starts_with("<svg"));
    let newest_first = place.json(&[&from[..], &["--method", "lifo"]].concat());
    assert_eq!(newest_first["terminals"][0]["address"], "shop");
    assert_eq!(newest_first["terminals"][0]["value"]["amount"], "10");
}

#[test]
fn an_exposure_names_the_thief_with_his_share_and_exits_1() {
    let (place, labels) = with_transfers();
    let run = place.run(&["exposure", "shop", "--labels", &labels]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    let report = place.json(&["exposure", "shop", "--labels", &labels]);
    assert_eq!(report["closes"], true);
    let thief = &report["entities"].as_array().unwrap().iter().find(|e| e["entity"] == "The Thief");
    let thief = thief.unwrap();
    // Half of what the friend held was stolen, so half of the shop's 12 is.
    assert_eq!(thief["contribution_percentage"], "50.0000", "{report}");
    assert_eq!(thief["min_number_of_hops"], 2);
    assert_eq!(thief["post_designation_value"]["amount"], "6");
    let sent = place.json(&["exposure", "friend", "--sent", "--labels", &labels]);
    assert_eq!(sent["basis"], "sent");
    let early = ["exposure", "friend", "--at", "2024-01-02", "--labels", &labels];
    assert_eq!(place.json(&early)["illicit_percentage"], "0.0000");
}

#[test]
fn the_lists_themselves_are_labels_with_the_day_of_the_designation() {
    let place = Workplace::with_builtin_only();
    // 6 ETH leave the wallet before OFAC listed it on 2022-04-14, and 4 on the day.
    let transfers = format!(
        "time,from,to,amount\n2022-04-13T23:59:59Z,{RONIN},{PAID},6\n2022-04-14,{RONIN},{PAID},4\n"
    );
    let transfers = place.file("transfers.csv", transfers);
    assert_eq!(place.run(&["chain", "import", &transfers]).code, 0);
    let report = place.json(&["exposure", node::PAYEE]);
    let party = &report["entities"][0];
    assert_eq!(
        (&party["entity"], &party["category"]),
        (&"Lazarus Group".into(), &"sanctioned".into())
    );
    assert_eq!(party["authority"], "Office of Foreign Assets Control");
    assert_eq!(party["pre_designation_value"]["amount"], "6");
    assert_eq!(party["post_designation_value"]["amount"], "4");
    assert_eq!(report["list_versions"][0]["name"], "dprk_cyber");
    // The wallet that was paid is on no list, and its answer tells what it holds and from whom.
    let run = place.run(&["wallet", PAID]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("EXPOSED"), "{}", run.stdout);
    assert!(run.stdout.contains("100.0000 %  Lazarus Group"), "{}", run.stdout);
    let without = place.json(&["exposure", PAID, "--packs-only"]);
    assert_eq!(without["illicit_percentage"], "0.0000");
    let by_name = place.json(&["trace", "--from", "lazarus group"]);
    assert_eq!(by_name["accounts"][0]["seeded"]["amount"], "4", "what was sent while listed");
    let by_id = place.json(&["trace", "--from", "ofac-27307"]);
    assert_eq!(by_id["accounts"][0]["seeded"]["amount"], "10", "all that its wallets sent");
}

/// A share whose origin is unknown makes an exposure incomplete.
#[test]
fn an_exposure_is_incomplete_beyond_a_limit_of_hops_and_before_the_data() {
    let (place, _) = with_transfers();
    let labels = place.path("labels.csv").display().to_string();
    let kinds = |exposure: &[&str]| {
        let arguments = [&["exposure"], exposure].concat();
        let answer = place.json(&arguments);
        let gaps = answer["gaps"].as_array().unwrap();
        let kinds = gaps.iter().map(|gap| gap["code"].as_str().unwrap().to_owned()).collect();
        let kinds: Vec<String> = kinds;
        (place.run(&arguments).code, answer["verdict"].clone(), kinds.join(" "))
    };
    assert_eq!(kinds(&["shop", "--labels", &labels]), (1, "match".into(), String::new()));
    assert_eq!(
        kinds(&["shop", "--labels", &labels, "--hops", "0"]),
        (3, "incomplete".into(), "limit_reached".into())
    );
    assert_eq!(kinds(&["bank", "--labels", &labels, "--sent"]), (0, "clear".into(), String::new()));
    let before = (3, "incomplete".into(), "history_missing".into());
    assert_eq!(kinds(&["thief", "--received"]), before);
    assert_eq!(
        kinds(&["thief", "--labels", &labels, "--sent"]).0,
        1,
        "the wallet itself is that of a thief"
    );
    let run = place.run(&["exposure", "--labels", &labels, "thief", "--sent"]);
    assert!(run.stdout.contains("thief is a wallet of The Thief (theft)"), "{}", run.stdout);
}

#[test]
fn ledgers_are_described_and_the_same_file_is_not_counted_twice() {
    let place = Workplace::with_builtin_only();
    let none = place.run(&["trace", "--from", "thief"]);
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("chain import"), "{}", none.stderr);
    let (place, _) = with_transfers();
    let status = place.json(&["chain", "status", "--verify"]);
    assert_eq!(status["ledgers"][0]["transfers"], 5, "{status}");
    let transfers = place.path("transfers.csv").display().to_string();
    let again = ["chain", "import", "--chain", "bitcoin", "--asset", "BTC", &transfers];
    let refused = place.run(&again);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("--replace"), "{}", refused.stderr);
    assert_eq!(place.run(&[&again[..], &["--replace"]].concat()).code, 0);
    assert_eq!(place.json(&["chain", "status"])["ledgers"][0]["transfers"], 5);
}

#[test]
fn broken_questions_say_what_is_wrong() {
    let (place, labels) = with_transfers();
    for (arguments, part) in [
        (&["trace", "--from", "nobody"][..], "nobody"),
        (&["trace", "--from", "thief", "--opening", "thief"], "ADDRESS:AMOUNT"),
        (&["trace", "--from", "thief", "--opening", "thief:1.123456789"], "decimals"),
        (&["trace", "--from", "thief", "--asset", "DOGE"], "DOGE"),
        (&["trace", "--from", "thief", "--method", "guess"], "guess"),
        (&["trace", "--from", "thief", "--since", "yesterday"], "yesterday"),
        (&["trace", "--from", "thief", "--labels", "/no/such/pack.csv"], "pack.csv"),
        (&["exposure", "nobody"], "nobody"),
        (&["exposure", "shop", "--sent", "--received"], "--received"),
        (&["exposure", "0x098B716B8Aaf21512996dC57EB0615e2383E2F96"], "EIP-55"),
        (&["exposure", "shop", "--format", "svg", "--labels", &labels], "csv"),
    ] {
        let run = place.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}\n{}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains(part), "{part:?} is not in:\n{}", run.stderr);
    }
}

#[test]
fn the_ronin_theft_ends_where_a_public_investigation_found_it() {
    let Some(data) = test_data("ronin") else { return };
    let folder = data.join("chain/ronin");
    let file = |name: &str| folder.join(name).display().to_string();
    let place = Workplace::with_builtin_only();
    let run = place.run(&["chain", "import", &file("transfers.csv"), "--round"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let opening = format!("{RONIN}:173600");
    let labels = file("labels.csv");
    let question =
        ["trace", "--from", RONIN, "--opening", &opening, "--method", "fifo", "--labels", &labels];
    let report = place.json(&[&question[..], &["--packs-only"]].concat());
    let mut by_role: BTreeMap<&str, (usize, u128)> = BTreeMap::new();
    for terminal in report["terminals"].as_array().unwrap() {
        let units: u128 = terminal["value"]["units"].as_str().unwrap().parse().unwrap();
        let sum = by_role.entry(terminal["category"].as_str().unwrap()).or_default();
        *sum = (sum.0 + 1, sum.1 + units);
    }
    let ether = 10u128.pow(18);
    assert_eq!(by_role.values().map(|(_, units)| units).sum::<u128>(), 173_600 * ether);
    assert_eq!(by_role.values().map(|(wallets, _)| wallets).sum::<usize>(), 56);
    let depositors = by_role["tornado_depositor"];
    assert_eq!(depositors.0, 45, "{by_role:?}");
    assert_eq!((depositors.1 + ether / 2_000) / (ether / 1_000), 167_213_159);
    assert_eq!(by_role["exchange_intermediary"], (5, 6_250 * ether));
    // With the lists, the same wallets hold the same, and those that OFAC listed are named so.
    let with_lists = place.json(&question);
    assert_eq!(with_lists["terminals"].as_array().unwrap().len(), 56);
    let of_group = place.run(&["wallet", "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"]);
    assert_eq!(of_group.code, 1);
    assert!(
        of_group.stdout.contains("Lazarus Group") && of_group.stdout.contains("exposure in ETH"),
        "{}",
        of_group.stdout
    );
    let by_id = place.json(&["trace", "--from", "ofac-27307"]);
    assert_eq!(by_id["accounts"][0]["closes"], true);
}

#[cfg(feature = "rpc")]
#[test]
fn a_node_is_read_block_by_block_and_a_second_run_has_nothing_to_fetch() {
    let url = node::start();
    let place = Workplace::with_builtin_only();
    let sync = ["chain", "sync", "--rpc", &url, "--from-block", "1", "--confirmations", "1"];
    let run = place.run(&sync);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("fetched 4 blocks, 1 to 4"), "{}", run.stdout);
    assert!(place.run(&sync).stdout.contains("up to date at block 4"));
    let linked = place.run(&[&sync[..], &["--links"]].concat());
    assert!(linked.stderr.contains("made the lifo table of links of ETH on ethereum"));
    let again = place.run(&[&sync[..], &["--links"]].concat());
    assert_eq!((again.code, again.stderr.as_str()), (0, ""), "they are there already");
    let report = place.json(&["exposure", node::PAYEE]);
    assert_eq!(report["total_value"]["amount"], "1");
    assert_eq!(report["entities"][0]["entity"], "Lazarus Group");
}

#[cfg(feature = "rpc")]
#[test]
fn a_node_that_does_not_answer_leaves_nothing_behind() {
    let place = Workplace::with_builtin_only();
    let run = place.run(&["chain", "sync", "--rpc", "http://127.0.0.1:1", "--timeout", "2"]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(run.stderr.contains("did not answer"), "{}", run.stderr);
    assert!(place.run(&["chain", "status"]).stdout.contains("no ledgers"));
}
