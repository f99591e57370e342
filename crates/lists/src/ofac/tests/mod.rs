//! The published OFAC lists, where they are at hand.

mod bad_input;
mod full_size;
mod golden;
mod render;
mod render_advanced;

use std::collections::BTreeMap;
use std::path::PathBuf;

use interdict_model::{Entity, Schema};

use super::clause_head::CUT;
use super::csv_set::{CsvSet, read_parties};
use super::party::Party;
use crate::testing::Collected;
use crate::{Budget, Counts, ListFile, read_list};

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("INTERDICT_TEST_DATA");
    if folder.is_none() {
        println!("skipped: set INTERDICT_TEST_DATA to the folder with the published lists");
    }
    folder.map(PathBuf::from)
}

fn files(names: &[&str]) -> Option<Vec<ListFile>> {
    let folder = folder()?.join("lists");
    Some(names.iter().map(|name| ListFile::from_path(folder.join(name))).collect())
}

fn read(dataset: &str, files: &[ListFile]) -> (Counts, Collected) {
    let mut collected = Collected::default();
    let dataset = dataset.parse().unwrap();
    let (_, counts) = read_list(&dataset, files, &Budget::default(), &mut collected).unwrap();
    (counts, collected)
}

const SDN: [&str; 4] = ["ofac/alt.csv", "ofac/sdn.csv", "ofac/add.csv", "ofac/sdn_comments.csv"];
const CONS: [&str; 4] =
    ["ofac/cons_prim.csv", "ofac/cons_alt.csv", "ofac/cons_add.csv", "ofac/cons_comments.csv"];

#[test]
fn the_published_sdn_list_is_read_whole() {
    let Some(files) = files(&SDN) else { return };
    let (counts, list) = read("us_ofac_sdn", &files);
    assert_eq!((counts.records, counts.targets, counts.unreadable), (11_443, 11_443, 0));
    assert_eq!(counts.wallets, 509);
    let cut: Vec<_> =
        list.problems.iter().filter(|problem| problem.code.as_str() == "LST201").collect();
    assert_eq!(cut.len(), 1);
    assert_eq!(cut[0].record.as_deref(), Some("17018"));
    let unknown = list.problems.iter().filter(|problem| problem.code.as_str() == "LST202").count();
    assert!(unknown <= 20, "{unknown} of some 48,000 clauses are not understood");
}

#[test]
fn the_published_consolidated_list_is_read_whole() {
    let Some(files) = files(&CONS) else { return };
    let (counts, list) = read("us_ofac_cons", &files);
    assert_eq!((counts.records, counts.targets, counts.unreadable), (442, 442, 0));
    assert!(list.problems.iter().all(|problem| problem.code.as_str() != "LST201"));
    let joined = list.get("ofac-17014");
    assert_eq!(joined.values("ogrnCode"), ["1027700342890"]);
    assert_eq!(joined.values("weakAlias"), ["RUSAG"]);
}

#[test]
fn a_known_person_has_everything_the_record_says() {
    let Some(files) = files(&SDN) else { return };
    let (_, list) = read("us_ofac_sdn", &files);
    let tian = list.get("ofac-28263");
    assert_eq!(tian.values("name"), ["Yinyin TIAN"]);
    assert_eq!(tian.values("lastName"), ["TIAN"]);
    assert_eq!(tian.values("birthDate"), ["1986-07-12"]);
    assert_eq!(tian.values("nationality"), ["cn"]);
    assert_eq!(tian.values("gender"), ["male"]);
    assert_eq!(tian.values("idNumber"), ["321284198607120616"]);
    assert_eq!(tian.values("weakAlias"), ["tianyinyin0404", "snowsjohn"]);
    assert_eq!(tian.values("program"), ["DPRK3", "CYBER2"]);
    let held = |entity: &&Entity| entity.first("holder") == Some("ofac-28263");
    let wallets =
        list.entities.iter().filter(held).filter(|entity| entity.schema == Schema::CRYPTO_WALLET);
    assert_eq!(wallets.count(), 8);
    let link = list.get("ofac-28263-linked-to-ofac-27307");
    assert_eq!(link.values("object"), ["ofac-27307"]);
}

/// Every party of a comma-separated set whose remarks are not cut.
fn parties(files: &[ListFile]) -> Vec<Party> {
    let find = |word: &str| files.iter().find(|file| file.name.contains(word));
    let set = CsvSet {
        primary: files
            .iter()
            .find(|file| matches!(file.name.as_str(), "sdn.csv" | "cons_prim.csv"))
            .unwrap(),
        aliases: find("alt").unwrap(),
        addresses: find("add").unwrap(),
        comments: find("comments"),
    };
    let mut parties = Vec::new();
    let mut keep = |found| parties.extend(Result::<Party, _>::ok(found));
    read_parties(&set, &Budget::default(), &mut keep).unwrap();
    parties.retain(|party| party.facts.iter().all(|fact| fact.head != Some(&CUT)));
    parties
}

/// Entities by id, values in order of the alphabet.
fn by_id(list: Collected) -> BTreeMap<String, Entity> {
    let mut found = BTreeMap::new();
    for mut entity in list.entities {
        entity.properties.values_mut().for_each(|values| values.sort());
        let id = entity.id.to_string();
        assert!(found.insert(id.clone(), entity).is_none(), "{id} comes twice");
    }
    found
}

fn assert_same(expected: &BTreeMap<String, Entity>, found: &BTreeMap<String, Entity>) {
    let ids = |map: &BTreeMap<String, Entity>| map.keys().cloned().collect::<Vec<_>>();
    for (id, entity) in expected {
        assert_eq!(
            found.get(id).map(|entity| &entity.properties),
            Some(&entity.properties),
            "{id}"
        );
    }
    assert_eq!(ids(expected), ids(found));
}

fn without_cut_record(files: &[ListFile], dataset: &str) -> BTreeMap<String, Entity> {
    let mut expected = by_id(read(dataset, files).1);
    expected.retain(|id, _| dataset != "us_ofac_sdn" || !id.starts_with("ofac-17018"));
    expected
}

#[test]
fn csv_and_xml_of_the_same_content_give_the_same_entities() {
    for (dataset, names) in [("us_ofac_sdn", SDN), ("us_ofac_cons", CONS)] {
        let Some(files) = files(&names) else { return };
        let parties = parties(&files);
        let expected = without_cut_record(&files, dataset);
        for xml in [render::standard_xml(&parties), render_advanced::advanced_xml(&parties)] {
            let (counts, list) = read(dataset, &[ListFile::from_bytes("list.xml", xml)]);
            assert_eq!((counts.records, counts.unreadable), (parties.len() as u64, 0));
            let mut found = by_id(list);
            let versions: BTreeMap<String, u32> = found
                .values()
                .flat_map(|entity| &entity.provenance)
                .fold(BTreeMap::new(), |mut versions, provenance| {
                    *versions.entry(provenance.list_version.clone()).or_default() += 1;
                    versions
                });
            assert_eq!(versions.into_keys().collect::<Vec<_>>(), ["2023-01-31"]);
            let mut expected = expected.clone();
            // Relations to the record that is left out.
            expected.retain(|id, _| !id.ends_with("-ofac-17018") || found.contains_key(id));
            for map in [&mut expected, &mut found] {
                map.values_mut().for_each(|entity| entity.provenance = None);
            }
            assert_same(&expected, &found);
        }
    }
}
