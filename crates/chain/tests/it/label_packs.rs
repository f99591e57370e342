//! Published label packs.
use std::{fs, path::PathBuf};

use interdict_chain::label::{Category, LabelSet, ListVersion, read_label_csv, read_tagpack};

#[test]
fn every_published_tagpack_is_read_whole() {
    let Some(root) = std::env::var_os("INTERDICT_TEST_DATA") else {
        eprintln!("skipped: set INTERDICT_TEST_DATA to the folder that holds chain/tagpacks");
        return;
    };
    let mut set = LabelSet::default();
    for entry in fs::read_dir(PathBuf::from(root).join("chain/tagpacks")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "yaml") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        let labels = read_tagpack(&text, &name).unwrap();
        let tags = text
            .lines()
            .filter(|line| line.starts_with("- address:") || line.starts_with("  - address:"))
            .count();
        let tags =
            tags + text.lines().filter(|line| line.trim_start().starts_with("address:")).count();
        assert_eq!(labels.len(), tags, "{name}");
        assert!(labels.iter().all(|l| !l.entity.is_empty()), "{name}");
        set.add_pack(labels, ListVersion { name, version: String::new() });
    }
    let category = |address: &str| set.of(address).first().map(|label| label.category.clone());
    assert_eq!(category("0xd90e2f925da726b50c4ed8d0fb90ad053324f31b"), Some(Category::Mixer));
    assert_eq!(category("34xp4vRoCGJym3xR7yCVPFHoCNxv4Twseo"), Some(Category::Exchange));
    assert_eq!(
        category("0x098b716b8aaf21512996dc57eb0615e2383e2f96"),
        Some(Category::Sanctioned),
        "the graver of two packs comes first"
    );
    assert!(set.len() > 1_000, "{} addresses", set.len());
}

#[test]
fn a_label_csv_carries_dates_and_authority_and_bad_dates_are_named() {
    let text = "address,entity,category,valid_from,valid_to,authority\nabc,Some Party,sanctioned,2022-04-14,2025-03-21,OFAC\n";
    let label = read_label_csv(text.as_bytes(), "own.csv").unwrap().remove(0);
    assert_eq!(
        (label.category.clone(), label.authority.as_deref()),
        (Category::Sanctioned, Some("OFAC"))
    );
    assert!(
        label.holds_at(1_660_000_000)
            && !label.holds_at(1_600_000_000)
            && !label.holds_at(1_750_000_000)
    );
    let why =
        read_label_csv(b"address,valid_from\nabc,someday\n", "own.csv").unwrap_err().to_string();
    assert!(why.contains("own.csv, line 2"), "{why}");
    assert!(read_label_csv(b"name\nabc\n", "own.csv").is_err());
}
