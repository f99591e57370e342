//! The published OFAC lists, where they are at hand.

use std::path::PathBuf;

use crate::testing::Collected;
use crate::{Budget, Counts, ListFile, read_list};

pub(super) fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("INTERDICT_TEST_DATA");
    if folder.is_none() {
        println!("skipped: set INTERDICT_TEST_DATA to the folder with the published lists");
    }
    folder.map(PathBuf::from)
}

fn read(dataset: &str, names: &[&str]) -> Option<(Counts, Collected)> {
    let folder = folder()?.join("lists");
    let files: Vec<ListFile> =
        names.iter().map(|name| ListFile::from_path(folder.join(name))).collect();
    let mut collected = Collected::default();
    let dataset = dataset.parse().unwrap();
    let (_, counts) = read_list(&dataset, &files, &Budget::default(), &mut collected).unwrap();
    Some((counts, collected))
}

const SDN: [&str; 4] = ["ofac/alt.csv", "ofac/sdn.csv", "ofac/add.csv", "ofac/sdn_comments.csv"];
const CONS: [&str; 4] =
    ["ofac/cons_prim.csv", "ofac/cons_alt.csv", "ofac/cons_add.csv", "ofac/cons_comments.csv"];

#[test]
fn the_published_sdn_list_is_read_whole() {
    let Some((counts, list)) = read("us_ofac_sdn", &SDN) else { return };
    assert_eq!((counts.records, counts.targets, counts.unreadable), (11_443, 11_443, 0));
    assert_eq!(counts.wallets, 509);
    let cut: Vec<_> = list.problems.iter().filter(|problem| problem.code == "LST201").collect();
    assert_eq!(cut.len(), 1);
    assert_eq!(cut[0].record.as_deref(), Some("17018"));
}

#[test]
fn the_published_consolidated_list_is_read_whole() {
    let Some((counts, list)) = read("us_ofac_cons", &CONS) else { return };
    assert_eq!((counts.records, counts.targets, counts.unreadable), (442, 442, 0));
    assert!(list.problems.iter().all(|problem| problem.code != "LST201"));
}
