//! Clusters, deposit addresses, bridge links, stops and limits through the binary, and the exit codes of
//! `wallet`.
use crate::support;

use serde_json::Value;
use support::{Workplace, test_data};

/// OFAC lists it under XBT; the built-in dataset has it.
const LISTED: &str = "1HmqvgSXUVES1jn4TQPzk9dxo1NE8wim2T";
/// Addresses of 2009 that no list names.
const FRIEND: &str = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S";
const SHOP: &str = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
const STRANGER: &str = "12c6DSiU4Rq3P4ZxziKxzrL5LmMBrzjrJX";

fn line(block: u32, hash: &str, inputs: &[(&str, u32)], outputs: &[(&str, u64)]) -> String {
    let inputs: Vec<Value> = inputs
        .iter()
        .map(|(t, n)| serde_json::json!({ "spent_transaction_hash": t, "spent_output_index": n }))
        .collect();
    let outputs: Vec<Value> = (0..)
        .zip(outputs)
        .map(
            |(n, (a, u)): (u32, _)| serde_json::json!({ "index": n, "addresses": [a], "value": u }),
        )
        .collect();
    let line = serde_json::json!({
        "hash": hash, "block_number": block, "block_timestamp": 1_600_000_000 + block,
        "index": 0, "is_coinbase": inputs.is_empty(), "inputs": inputs, "outputs": outputs,
    });
    format!("{line}\n")
}

/// A listed wallet and its friend are spent together and pay a shop; a coinjoin of the friend's change
/// and a stranger joins nobody.
fn with_outputs() -> Workplace {
    let place = Workplace::with_builtin_only();
    let lines = [
        line(1, "c1", &[], &[(LISTED, 60), (FRIEND, 40), (STRANGER, 50)]),
        line(2, "t1", &[("c1", 0), ("c1", 1)], &[(SHOP, 70), (FRIEND, 30)]),
        line(3, "mix", &[("t1", 1), ("c1", 2)], &[("x", 25), ("y", 25), ("z", 30)]),
    ];
    let file = place.file("transactions.jsonl", lines.concat());
    let run = place.run(&["chain", "import", "--chain", "bitcoin", "--asset", "BTC", &file]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "progress is for terminals only");
    place
}

#[test]
fn a_cluster_names_who_was_spent_together_in_what_and_which_coinjoins_join_nobody() {
    let place = with_outputs();
    let alone = place.run(&["wallet", FRIEND]);
    assert_eq!(alone.code, 1, "{}{}", alone.stdout, alone.stderr);
    assert!(alone.stdout.contains("EXPOSED"), "a listed wallet paid it: {}", alone.stdout);
    assert!(!alone.stdout.contains("Cluster"), "only on request: {}", alone.stdout);
    let run = place.run(&["wallet", FRIEND, "--cluster"]);
    assert_eq!(run.code, 1, "a listed address is in its cluster: {}", run.stdout);
    for part in [LISTED, "in t1", "inputs signed together", "coinjoins join nobody: mix", "LISTED"]
    {
        assert!(run.stdout.contains(part), "{part:?} is not in:\n{}", run.stdout);
    }
    let answer = place.json(&["wallet", FRIEND, "--cluster"]);
    let cluster = &answer["clusters"][0];
    assert_eq!(cluster["members"][1]["address"], LISTED);
    assert_eq!(cluster["members"][1]["joined_with"], FRIEND);
    assert_eq!(cluster["members"][1]["transaction"], "t1");
    assert_eq!(cluster["coinjoin_transactions"], serde_json::json!(["mix"]));
    assert_eq!((&answer["listed"], &answer["cluster_listed"]), (&false.into(), &true.into()));
    assert_eq!(answer["listed_members"][0]["listings"][0]["dataset"], "dprk_cyber");
    let table = place.run(&["wallet", FRIEND, "--cluster", "--format", "csv"]);
    let rows: Vec<&str> = table.stdout.lines().collect();
    assert_eq!(rows.len(), 4, "{}", table.stdout);
    assert!(
        rows[2].starts_with(&format!("member,BTC on bitcoin,{LISTED},{FRIEND},t1,")),
        "{rows:?}"
    );
    assert_eq!(rows[3], "coinjoin-left-out,BTC on bitcoin,,,mix,");
}

#[test]
fn a_whole_cluster_is_traced_from_and_asked_about() {
    let place = with_outputs();
    let report = place.json(&["trace", "--from", FRIEND, "--cluster"]);
    let seeded = |report: &Value| report["accounts"][0]["seeded"]["units"].clone();
    // 60 and 40 into t1, and the change of 30 into the coinjoin.
    assert_eq!(seeded(&report), "130");
    assert_eq!(report["accounts"][0]["closes"], true);
    assert_eq!(report["clusters"][0]["members"][1]["transaction"], "t1");
    assert_eq!(
        seeded(&place.json(&["trace", "--from", FRIEND])),
        "70",
        "its own 40, and its change"
    );
    let text = place.run(&["trace", "--from", FRIEND, "--cluster"]);
    assert!(text.stdout.contains("2 addresses, by inputs signed together"), "{}", text.stdout);
    let ask = ["exposure", FRIEND, "--received", "--packs-only"];
    let received = place.json(&[&ask[..], &["--cluster"]].concat());
    assert_eq!(received["total_value"]["units"], "130");
    assert_eq!(received["wallet_addresses"], serde_json::json!([FRIEND, LISTED]));
    assert_eq!(received["clusters"][0]["members"][1]["address"], LISTED);
    assert_eq!(place.json(&ask)["total_value"]["units"], "70");
    let run = place.run(&[&ask[..], &["--cluster"]].concat());
    assert!(run.stdout.contains("and 1 other addresses of its wallet"), "{}", run.stdout);
}

const WALLET: &str = "0x00000000000000000000000000000000000000bb";

/// A thief pays a deposit address, which passes it on within the hour, and a bridge; on the other chain
/// the bridge's pool pays a mule.
const ETHEREUM: &str = "\
time,tx,from,to,amount
2024-01-01T00:00:00Z,0xaa,thief,deposit,10
2024-01-01T01:00:00Z,0xab,deposit,hot,9.99
2024-01-02T00:00:00Z,0xac,thief,bridge,5
2024-01-03T00:00:00Z,0xad,thief,bridge,2
";
const POLYGON: &str = "\
time,tx,from,to,amount
2024-01-02T00:10:00Z,0xba,pool,mule,4.9
2024-01-04T00:00:00Z,0xbb,mule,shop,1
";
const LABELS: &str = "address,entity,category\nhot,Some Exchange,exchange\n";
const MORE_LABELS: &str =
    "address,entity,category\nbridge,Some Bridge,bridge\nshop,Some Shop,merchant\n";
const LINKS: &str = "\
source_chain,source_transaction,destination_chain,destination_transaction,method,confidence
ethereum,0xAC,polygon,0xba,event-id,97
ethereum,0xad,solana,abc,heuristic,60
";

fn with_two_chains() -> (Workplace, [String; 3]) {
    let place = Workplace::with_builtin_only();
    let ethereum = place.file("ethereum.csv", ETHEREUM);
    let polygon = place.file("polygon.csv", POLYGON);
    assert_eq!(place.run(&["chain", "import", &ethereum]).code, 0);
    let run = place.run(&["chain", "import", "--chain", "polygon", &polygon]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let files = [
        place.file("labels.csv", LABELS),
        place.file("more.csv", MORE_LABELS),
        place.file("links.csv", LINKS),
    ];
    (place, files)
}

/// Where a trace ended: address, asset, amount, outcome.
fn ends(report: &Value) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = |t: &Value| (text(&t["address"]), text(&t["value"]["amount"]), text(&t["outcome"]));
    let mut rows: Vec<_> = report["terminals"].as_array().unwrap().iter().map(row).collect();
    rows.sort();
    rows
}

fn end(address: &str, amount: &str, outcome: &str) -> (String, String, String) {
    (address.to_owned(), amount.to_owned(), outcome.to_owned())
}

#[test]
fn a_deposit_address_is_the_exchange_on_request_and_the_rule_is_named() {
    let (place, [labels, more, _]) = with_two_chains();
    let ask = ["trace", "--from", "thief", "--asset", "ethereum:ETH", "--labels", &labels];
    let ask = [&ask[..], &["--labels", &more]].concat();
    let plain = place.json(&ask);
    assert!(ends(&plain).contains(&end("hot", "9.99", "absorbed")), "{:?}", ends(&plain));
    let request = [&ask[..], &["--deposit-addresses"]].concat();
    let report = place.json(&request);
    assert_eq!(ends(&report), [end("bridge", "7", "absorbed"), end("deposit", "10", "absorbed")]);
    let deposit = &report["deposit_addresses"][0];
    assert_eq!(
        (&deposit["exchange"], &deposit["longest_wait_seconds"]),
        (&"Some Exchange".into(), &3600.into())
    );
    assert_eq!(deposit["rule"], "deposit-address rule");
    let text = place.run(&request).stdout;
    for part in [
        "Some Exchange (exchange, by deposit-address rule)",
        "passed on 9.99 of 10",
        "within 24 hours",
    ] {
        assert!(text.contains(part), "{part:?} is not in:\n{text}");
    }
    let table = place.run(&[&request[..], &["--format", "csv"]].concat()).stdout;
    assert!(
        table.lines().any(|l| l.contains(",deposit,") && l.contains("deposit-address rule")),
        "{table}"
    );
    let sent = ["exposure", "thief", "--sent", "--asset", "ethereum:ETH", "--labels", &labels];
    let sent = place.json(&[&sent[..], &["--deposit-addresses"]].concat());
    assert_eq!(sent["entities"][0]["min_number_of_hops"], 1, "{sent}");
    assert_eq!(sent["deposit_addresses"][0]["address"], "deposit");
}

#[test]
fn a_wallet_that_behaves_as_a_deposit_address_is_shown_as_one() {
    let place = Workplace::with_builtin_only();
    let transfers = format!(
        "time,tx,from,to,amount\n2024-01-01,0x1,customer,{WALLET},3\n2024-01-01T05:00:00Z,0x2,{WALLET},hot,3\n"
    );
    let transfers = place.file("transfers.csv", transfers);
    assert_eq!(place.run(&["chain", "import", &transfers]).code, 0);
    let labels = place.file("labels.csv", LABELS);
    let run = place.run(&["wallet", "--labels", &labels, WALLET]);
    assert!(run.stdout.contains("Some Exchange: passed on 3 of 3"), "{}", run.stdout);
    assert_eq!(run.code, 0, "an exchange's address is no finding");
    let answer = place.json(&["wallet", "--labels", &labels, WALLET]);
    assert_eq!(answer["deposit_address_of"][0]["exchange"], "Some Exchange");
}

#[test]
fn a_bridge_link_leads_to_the_other_chain_and_says_how_it_is_known() {
    let (place, [labels, more, links]) = with_two_chains();
    let ask = ["trace", "--from", "thief", "--asset", "ethereum:ETH", "--labels", &labels];
    let ask = [&ask[..], &["--labels", &more, "--hops", "2"]].concat();
    let without = place.json(&ask);
    assert!(ends(&without).contains(&end("bridge", "7", "absorbed")), "{:?}", ends(&without));
    let linked = [&ask[..], &["--bridge-links", &links]].concat();
    let report = place.json(&linked);
    // The bridge is a hop; what it pays out has come no further.
    for expected in [
        end("bridge", "2", "absorbed"),
        end("mule", "3.9", "held"),
        end("shop", "1", "beyond-max-hops"),
    ] {
        assert!(ends(&report).contains(&expected), "{expected:?} is not in {:?}", ends(&report));
    }
    let link = &report["conversions"][0];
    assert_eq!(
        (&link["bridge_method"], &link["bridge_confidence"]),
        (&"event-id".into(), &97.into())
    );
    assert_eq!((&link["gave_transaction"], &link["transaction"]), (&"0xac".into(), &"0xba".into()));
    assert_eq!(
        (&link["gave"]["amount"], &link["received_asset"]),
        (&"5".into(), &"ETH on polygon".into())
    );
    assert!(report["accounts"].as_array().unwrap().iter().all(|a| a["closes"] == true));
    let text = place.run(&linked).stdout;
    assert!(text.contains("bridge link by event-id, 97 % sure, paid in by 0xac"), "{text}");
    assert!(text.contains("1 bridge links lead to chains without a ledger"), "{text}");
    let table = place.run(&[&linked[..], &["--format", "csv"]].concat()).stdout;
    assert!(
        table.lines().any(|l| l.starts_with("bridge,") && l.ends_with("event-id,97")),
        "{table}"
    );
    // Both chains' coins are called ETH, so each is named with its chain; the picture is of the seeded one.
    assert!(text.contains("3.9 ETH on polygon") && text.contains("2 ETH on ethereum"), "{text}");
    let picture = place.run(&[&linked[..], &["--format", "svg"]].concat()).stdout;
    assert!(picture.contains("Where 17.00 ETH on ethereum went"), "{picture}");
    assert!(
        picture.contains("to ETH on polygon") && picture.contains("carried over: 5.00"),
        "{picture}"
    );
    let strict = place.json(&[&linked[..], &["--min-bridge-confidence", "98"]].concat());
    assert!(ends(&strict).contains(&end("bridge", "7", "absorbed")), "{:?}", ends(&strict));
}

#[test]
fn stops_and_limits_are_the_users_and_what_they_cut_has_a_name() {
    let (place, [labels, more, _]) = with_two_chains();
    let ask = ["trace", "--from", "mule", "--asset", "polygon:ETH", "--labels", &more];
    assert_eq!(ends(&place.json(&ask)), [end("shop", "1", "held")]);
    for more in [&["--stop-at", "merchant"][..], &["--stop-at-any-label"]] {
        let report = place.json(&[&ask[..], more].concat());
        assert_eq!(ends(&report), [end("shop", "1", "absorbed")], "{more:?}");
    }
    let ask = ["trace", "--from", "thief", "--asset", "ethereum:ETH", "--labels", &labels];
    let passed = place.json(&[&ask[..], &["--pass-through", "exchange"]].concat());
    assert!(ends(&passed).contains(&end("hot", "9.99", "held")), "{:?}", ends(&passed));
    let narrow = place.json(&[&ask[..], &["--max-fan-out", "0"]].concat());
    assert!(
        ends(&narrow).contains(&end("deposit", "10", "fan-out-above-limit")),
        "{:?}",
        ends(&narrow)
    );
    assert_eq!(narrow["residuals"][0]["name"], "fan-out-above-limit");
    let few = place.run(&[&ask[..], &["--max-transfers", "2"]].concat());
    assert_eq!(few.code, 2);
    assert!(few.stderr.contains("more than 2 transfers"), "{}", few.stderr);
    let sent = ["exposure", "thief", "--sent", "--asset", "ethereum:ETH", "--labels", &labels];
    assert_eq!(place.json(&sent)["entities"][0]["entity"], "Some Exchange");
    let through = place.json(&[&sent[..], &["--look-through", "exchange"]].concat());
    assert_eq!(through["entities"], serde_json::json!([]));
}

#[test]
fn what_was_sent_comes_with_the_paths_that_explain_it() {
    let (place, [labels, more, _]) = with_two_chains();
    let ask = ["exposure", "thief", "--sent", "--asset", "ethereum:ETH", "--labels", &labels];
    let ask = [&ask[..], &["--labels", &more]].concat();
    let report = place.json(&ask);
    let parties = report["entities"].as_array().unwrap();
    let exchange = parties.iter().find(|party| party["entity"] == "Some Exchange").unwrap();
    let steps = exchange["paths"][0]["steps"].as_array().unwrap();
    let words: Vec<&str> = steps
        .iter()
        .map(|s| s["address"].as_str().unwrap())
        .chain(steps[1]["to"].as_str())
        .collect();
    assert_eq!(words, ["thief", "deposit", "hot"]);
    assert_eq!(exchange["paths"][0]["percentage"], "100.0000");
    assert_eq!(exchange["other_paths_value"]["units"], "0");
    let text = place.run(&ask).stdout;
    assert!(text.contains("Paths to Some Exchange:"), "{text}");
    assert!(text.contains("thief -> deposit -> hot"), "{text}");
}

#[test]
fn a_question_that_makes_no_sense_is_refused_with_the_reason() {
    let (place, [labels, more, links]) = with_two_chains();
    let broken = place.file("broken.csv", LINKS.replace("97", "197"));
    for (arguments, part) in [
        (
            &["trace", "--from", "thief", "--asset", "ethereum:ETH", "--stop-at", "exchnage"][..],
            "exchnage",
        ),
        (&["exposure", "thief", "--asset", "ethereum:ETH", "--look-through", "shops"], "shops"),
        (&["trace", "--from", "thief", "--asset", "ethereum:ETH", "--cluster"], "UTXO chains only"),
        (&["exposure", "thief", "--asset", "ethereum:ETH", "--cluster"], "UTXO chains only"),
        (
            &["trace", "--from", "thief", "--asset", "ethereum:ETH", "--bridge-links", &broken],
            "197",
        ),
        (
            &["trace", "--from", "thief", "--asset", "ethereum:ETH", "--bridge-links", &labels],
            "line 2",
        ),
        (
            &[
                "trace",
                "--from",
                "thief",
                "--asset",
                "ethereum:ETH",
                "--bridge-links",
                "/no/such.csv",
            ],
            "such.csv",
        ),
        (&["trace", "--from", "thief", "--bridge-links", &links, "--no-swaps"], "--no-swaps"),
    ] {
        let run = place.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}\n{}{}", run.stdout, run.stderr);
        assert!(run.stderr.contains(part), "{part:?} is not in:\n{}", run.stderr);
    }
    // One file for each flag: what follows is the address and not another file.
    let run = place.run(&[
        "exposure",
        "--asset",
        "ethereum:ETH",
        "--labels",
        &labels,
        "--labels",
        &more,
        "bridge",
    ]);
    assert_eq!(run.code, 3, "its money is from before the data: {}", run.stderr);
}

#[test]
fn the_exit_code_of_a_wallet_tells_listed_from_clear_from_incomplete() {
    let place = Workplace::new();
    assert_eq!(place.run(&["wallet", LISTED]).code, 1, "listed");
    assert_eq!(place.run(&["wallet", FRIEND]).code, 3, "no official list");
    let asked = ["wallet", FRIEND, "--require", "dprk_cyber"];
    assert_eq!(place.run(&asked).code, 0, "clear of what was asked for");
    assert_eq!(place.run(&["wallet", &FRIEND.replace("12cb", "12cc")]).code, 2, "no address");
    // A list that is to be kept and is not there: the same address is no longer clear.
    place.configure("[lists.un_sc_sanctions]\nenabled = true\n");
    let run = place.run(&["wallet", FRIEND]);
    assert_eq!(run.code, 3, "{}", run.stdout);
    assert!(
        run.stdout.contains("incomplete") && run.stderr.contains("not \"clear\""),
        "{}",
        run.stderr
    );
    assert_eq!(place.json(&["wallet", FRIEND])["complete"], false);
    assert_eq!(place.run(&["wallet", LISTED]).code, 1, "a finding counts whatever is missing");
}

#[test]
fn a_stale_list_makes_a_wallet_incomplete() {
    let Some(data) = test_data("stale") else { return };
    let place = Workplace::with_builtin_only();
    // This version is older than the list's own rule allows.
    let un = data.join("lists/un/consolidated.xml").display().to_string();
    assert_eq!(place.run(&["lists", "import", "un_sc_sanctions", &un]).code, 0);
    let run = place.run(&["wallet", FRIEND]);
    assert_eq!(run.code, 3, "{}", run.stdout);
    assert!(run.stderr.contains("incomplete: un_sc_sanctions"), "{}", run.stderr);
    assert_eq!(place.run(&["wallet", LISTED]).code, 1);
}

#[test]
fn a_unified_address_is_listed_when_its_transparent_part_is() {
    let place = Workplace::with_builtin_only();
    // A published test vector of ZIP 316 whose transparent part is this `t1` address.
    let unified = "u1yy6w8n3jmjsgj9wvcenr8r5p6h38vyclhmq0wg9kzpxlu46z8v64k5gszr8yfwz4jvrylvvg3g633z02luk85nmsck6d2sex3n5d7kn68hzz5tv4udt9p6sy7pgleeulvglvx2627dff57q9fep5wgdx8m0esx28m0zvuxpmwyazt3jun2rpqw8nu6j2fceqghk55ced66js6k6jxn8y2xtue8f3paqjrk8q6nptnn";
    let answer = place.json(&["wallet", unified]);
    let part = answer["address"]["transparent_part"].as_str().unwrap().to_owned();
    assert!(part.starts_with("t1"), "{part}");
    assert_eq!(
        (&answer["listed"], &answer["address"]["format"]),
        (&false.into(), &"zcash-unified".into())
    );
    let list =
        place.file("watch.csv", format!("id,name,schema,wallet\nw-1,Jane Sample,Person,{part}\n"));
    let run = place.run(&["lists", "import", "watch", &list]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let run = place.run(&["wallet", unified]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("Jane Sample") && run.stdout.contains(&part), "{}", run.stdout);
    assert_eq!(place.run(&["wallet", &unified.replace("u1yy", "u1yz")]).code, 2);
}
