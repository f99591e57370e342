//! A damaged ledger gives no trace and no exposure, and never one whose amounts do not add up.

use crate::support;

use std::fs;

use interdict_chain::ledger::without_checksums;
use support::{TRANSFERS, Workplace};

#[test]
fn a_trace_that_does_not_close_is_an_error() {
    let place = Workplace::new();
    let transfers = place.file("transfers.csv", TRANSFERS);
    let import = ["chain", "import", "--chain", "bitcoin", "--asset", "BTC", &transfers];
    assert_eq!(place.run(&import).code, 0);
    let path = place.data_dir().join("ledgers/bitcoin.btc.ledger");
    // Without checksums, as in a ledger that is too large to be compared with them at each start.
    let good = without_checksums(&fs::read(&path).unwrap()).unwrap();
    let mut not_closed = 0;
    // The part of the file in which a flipped bit is not noticed when the ledger is opened.
    for at in 720..800 {
        let mut bytes = good.clone();
        bytes[at] ^= 0x10;
        // A new file: another process may have mapped the old one.
        fs::remove_file(&path).unwrap();
        fs::write(&path, bytes).unwrap();
        let run = place.run(&["trace", "--from", "thief", "--format", "json"]);
        if run.code == 0 {
            let trace: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
            let accounts = trace["accounts"].as_array().unwrap();
            assert!(accounts.iter().all(|account| account["closes"] == true), "byte {at}");
        } else if run.stderr.contains("do not add up to the whole") {
            assert!(
                run.code == 2 && run.stderr.contains("chain status --verify"),
                "{}",
                run.stderr
            );
            not_closed += 1;
        }
    }
    assert!(not_closed > 0, "no byte leads to the rule that is tested");
}

#[test]
fn a_changed_byte_of_a_ledger_is_an_error_of_every_verb_that_reads_it() {
    let place = Workplace::new();
    let transfers = place.file("transfers.csv", TRANSFERS);
    let import = ["chain", "import", "--chain", "bitcoin", "--asset", "BTC", &transfers];
    assert_eq!(place.run(&import).code, 0);
    let path = place.data_dir().join("ledgers/bitcoin.btc.ledger");
    let good = fs::read(&path).unwrap();
    let verbs = [
        &["trace", "--from", "thief"][..],
        &["exposure", "thief"],
        &["chain", "status", "--verify"],
    ];
    for at in (0..good.len()).step_by(97) {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        fs::remove_file(&path).unwrap();
        fs::write(&path, bytes).unwrap();
        for verb in verbs {
            let run = place.run(verb);
            assert_eq!(run.code, 2, "byte {at}, {verb:?}: {}", run.stdout);
            assert!(run.stderr.contains("import it again"), "byte {at}: {}", run.stderr);
        }
    }
}
