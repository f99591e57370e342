//! Readers of transfers and labels, and what is built from them.

use interdict_chain::bridge::read_bridge_csv;
use interdict_chain::label::{LabelSet, read_label_csv, read_tagpack};
use interdict_chain::ledger::Ledger;
use interdict_chain::read::{LedgerImporter, ReadOptions, read_csv, read_json_lines, read_parquet};
use interdict_chain::set::LedgerSet;

use crate::ledger::question;

/// CSV of any known form: plain, ethereum-etl, Etherscan, Blockscout. Files of one import are
/// separated by lines that hold only `%%`.
pub fn csv(bytes: &[u8]) {
    let mut importer = importer();
    let text = String::from_utf8_lossy(bytes);
    for (number, part) in text.split("%%\n").take(4).enumerate() {
        let _ = read_csv(part.as_bytes(), &format!("{number}.csv"), &mut importer);
    }
    build(importer);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let mut thousands = self::importer();
        thousands.options.thousands = true;
        let _ = read_csv(text.as_bytes(), "thousands.csv", &mut thousands);
    }
}

/// JSON lines: bitcoin-etl's transactions or ethereum-etl's tables.
pub fn json(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut importer = importer();
    let _ = read_json_lines(text, "lines.json", &mut importer);
    build(importer);
}

/// Parquet of ethereum-etl or cryo.
pub fn parquet(bytes: &[u8]) {
    let mut importer = importer();
    let _ = read_parquet(bytes.to_vec(), "table.parquet", &mut importer);
    build(importer);
}

/// Label packs (CSV and TagPack) and tables of bridge links; the same bytes are read as each.
pub fn labels(bytes: &[u8]) {
    let mut set = LabelSet::default();
    if let Ok(labels) = read_label_csv(bytes, "labels.csv") {
        assert!(labels.iter().all(|label| !label.address.is_empty()));
        labels.into_iter().for_each(|label| set.add(label));
    }
    if let Ok(links) = read_bridge_csv(bytes) {
        assert!(links.iter().all(|link| link.confidence <= 100));
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(labels) = read_tagpack(text, "pack.yaml")
    {
        assert!(labels.iter().all(|label| !label.address.is_empty()));
        labels.into_iter().for_each(|label| set.add(label));
    }
    for (address, labels) in set.iter() {
        assert_eq!(set.of(address), labels);
    }
}

fn importer() -> LedgerImporter {
    LedgerImporter::new(ReadOptions { most_problems: 50, ..ReadOptions::new("ethereum", "ETH") })
}

/// Ledgers of what was taken: each passes its own check and holds as many transfers as it says.
fn build(importer: LedgerImporter) {
    let Ok(ledgers) = importer.finish_in_memory() else { return };
    for ledger in ledgers {
        sound(&ledger);
        let set = LedgerSet { ledgers: vec![ledger], ..LedgerSet::default() };
        question(&set);
    }
}

fn sound(ledger: &Ledger) {
    ledger.verify().expect("a new ledger passes its check");
    assert_eq!(ledger.transfers().count() as u64, ledger.meta().transfers);
    for transfer in ledger.transfers().take(50) {
        assert!(ledger.holds_address(&transfer.from) && ledger.holds_address(&transfer.to));
    }
}
