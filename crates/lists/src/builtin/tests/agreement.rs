//! Agreement with the official lists and with the facts the dataset was written from, when they are
//! at hand.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use interdict_model::PartialDate;
use serde_json::Value;

use super::super::record::{BuiltinDesignation, BuiltinRecord};
use super::dataset;

/// The folder of real lists. If it is not set, prints that the test was skipped.
fn test_data() -> Option<PathBuf> {
    let found = std::env::var_os("INTERDICT_TEST_DATA").map(PathBuf::from);
    if found.is_none() {
        eprintln!("skipped: set INTERDICT_TEST_DATA to compare with the official lists");
    }
    found
}

/// A name as the set of its words: order, case, apostrophes and what stands in brackets do not count.
fn words(name: &str) -> Vec<String> {
    let outside = name.split('(').next().unwrap_or_default().to_lowercase();
    let plain: String = outside.chars().filter(|c| !matches!(c, '\'' | '’' | '`')).collect();
    let mut words: Vec<String> = plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.sort();
    words
}

fn names(record: &BuiltinRecord) -> BTreeSet<Vec<String>> {
    ["name", "alias", "weakAlias", "previousName"]
        .iter()
        .filter_map(|property| record.properties.get(*property))
        .flatten()
        .map(|name| words(name))
        .collect()
}

fn by_authority<'a>(record: &'a BuiltinRecord, authority: &str) -> Vec<&'a BuiltinDesignation> {
    record.designations.iter().filter(|listing| listing.authority == authority).collect()
}

fn programmes(record: &BuiltinRecord) -> BTreeSet<String> {
    by_authority(record, "OFAC").iter().flat_map(|listing| listing.programmes.clone()).collect()
}

/// Pairs of tag and address that OFAC published, in lower case.
fn wallets(record: &BuiltinRecord) -> BTreeSet<(String, String)> {
    let published = record.wallets.iter().filter(|wallets| wallets.authority == "OFAC");
    published
        .flat_map(|wallets| {
            let tag = wallets.asset.to_string();
            wallets.addresses.iter().map(move |address| (tag.clone(), address.to_lowercase()))
        })
        .collect()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[test]
fn all_designation_records_of_the_facts_are_covered() {
    let Some(data) = test_data() else { return };
    let text = fs::read_to_string(data.join("facts/dprk_designations.jsonl")).unwrap();
    let dataset = dataset();
    let mut checked = 0;
    for line in text.lines() {
        let fact: Value = serde_json::from_str(line).unwrap();
        let id = format!("ofac-{}", fact["ofac_uid"]);
        let record = dataset.records.iter().find(|record| record.id.as_str() == id);
        let record = record.unwrap_or_else(|| panic!("{id} {} is missing", fact["name"]));
        checked += 1;
        let known = names(record);
        for name in texts(&fact["aliases"]).iter().map(String::as_str).chain(fact["name"].as_str())
        {
            assert!(known.contains(&words(name)), "{id}: {name}");
        }
        let tags: BTreeSet<String> = texts(&fact["program_tags"]).into_iter().collect();
        assert_eq!(programmes(record), tags, "{id}");
        if let Some(day) = fact["action_date"].as_str() {
            let days = by_authority(record, "OFAC");
            let found = days.iter().any(|listing| listing.listed_on == day.parse().ok());
            assert!(found, "{id}: not listed on {day}");
        }
        for key in ["dob", "alt_dob"] {
            if let Some(day) = fact[key].as_str() {
                assert!(
                    record.properties["birthDate"].iter().any(|born| born == day),
                    "{id}: {day}"
                );
            }
        }
        for passport in fact["passports"].as_array().into_iter().flatten() {
            let paper = record.documents.iter().find(|paper| passport["no"] == *paper.number);
            let paper = paper.unwrap_or_else(|| panic!("{id}: {passport}"));
            let country = paper.country.code().to_uppercase();
            assert_eq!(passport["country"], country, "{id}");
            let date = |key: &str| passport[key].as_str().and_then(|day| day.parse().ok());
            assert_eq!((paper.issued, paper.expires), (date("issued"), date("expires")), "{id}");
        }
        if let Some(reference) = fact["un_ref"].as_str() {
            let listings = by_authority(record, "UNSC");
            assert_eq!(listings[0].reference.as_deref(), Some(reference), "{id}");
        }
        let held = wallets(record);
        for (tag, addresses) in fact["crypto"].as_object().into_iter().flatten() {
            for address in texts(addresses) {
                assert!(held.contains(&(tag.clone(), address.to_lowercase())), "{id}: {address}");
            }
        }
    }
    assert_eq!(checked, 42);
}

#[test]
fn every_linked_to_of_the_facts_is_an_edge() {
    let Some(data) = test_data() else { return };
    let text = fs::read_to_string(data.join("facts/dprk_designations.jsonl")).unwrap();
    let dataset = dataset();
    let holder = |name: &str| {
        let found = dataset.records.iter().find(|record| names(record).contains(&words(name)));
        found.unwrap_or_else(|| panic!("{name} is missing")).id.clone()
    };
    for line in text.lines() {
        let fact: Value = serde_json::from_str(line).unwrap();
        let id = format!("ofac-{}", fact["ofac_uid"]);
        for name in texts(&fact["linked_to"]) {
            let other = holder(&name);
            let joined = dataset.edges.iter().any(|edge| {
                let ends = [edge.from.as_str(), edge.to.as_str()];
                ends.contains(&id.as_str()) && ends.contains(&other.as_str())
            });
            assert!(joined, "{id} and {other} ({name}) are not joined");
        }
    }
}

/// Rows of an OFAC file by their first column.
fn rows(data: &std::path::Path, file: &str) -> BTreeMap<String, Vec<Vec<String>>> {
    let bytes = fs::read(data.join("lists/ofac").join(file)).unwrap();
    let mut rows: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes.as_slice());
    for row in reader.byte_records() {
        let row = row.unwrap();
        let row: Vec<String> =
            row.iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect();
        rows.entry(row[0].clone()).or_default().push(row);
    }
    rows
}

/// Texts that stand after `head` in the remarks, up to the end of the clause.
fn clauses<'a>(remarks: &'a str, head: &'a str) -> impl Iterator<Item = &'a str> {
    remarks.split("; ").filter_map(move |clause| {
        let clause = clause.trim_end_matches('.').trim_start_matches("alt. ");
        clause.strip_prefix(head)
    })
}

/// `15 Aug 1984` as `1984-08-15`; a range that is one whole year as the year.
fn printed_date(text: &str) -> String {
    let months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    match text.split(' ').collect::<Vec<_>>().as_slice() {
        [day, month, year] => {
            let month = months.find(month).unwrap_or_else(|| panic!("{text}")) / 3 + 1;
            format!("{year}-{month:02}-{day}")
        }
        ["01", "Jan", year, "to", "31", "Dec", last] if year == last => (*year).to_owned(),
        _ => text.to_owned(),
    }
}

#[test]
fn the_ofac_list_of_early_2023_agrees_in_names_birth_dates_programmes_and_wallets() {
    let Some(data) = test_data() else { return };
    let (main, aliases) = (rows(&data, "sdn.csv"), rows(&data, "alt.csv"));
    let overflow = rows(&data, "sdn_comments.csv");
    let mut compared = 0;
    for record in dataset().records {
        let Some(uid) = record.id.as_str().strip_prefix("ofac-") else { continue };
        let Some(row) = main.get(uid).map(|rows| &rows[0]) else { continue };
        compared += 1;
        let rest = overflow.get(uid).map_or("", |rows| rows[0][1].as_str());
        let remarks = format!("{}{rest}", row[11]);
        let known = names(&record);
        assert!(known.contains(&words(&row[1])), "{uid}: {}", row[1]);
        for alias in aliases.get(uid).into_iter().flatten() {
            assert!(known.contains(&words(&alias[3])), "{uid}: {}", alias[3]);
        }
        for alias in ["a.k.a. '", "f.k.a. '"].iter().flat_map(|head| clauses(&remarks, head)) {
            assert!(known.contains(&words(alias)), "{uid}: {alias}");
        }
        let listed: BTreeSet<String> = row[3].split("] [").map(str::to_owned).collect();
        assert_eq!(programmes(&record), listed, "{uid}");
        for day in clauses(&remarks, "DOB ") {
            let day = printed_date(day);
            assert!(record.properties["birthDate"].contains(&day), "{uid}: {day}");
        }
        for number in clauses(&remarks, "Passport ") {
            let number = number.split(' ').next().unwrap_or_default();
            assert!(record.documents.iter().any(|paper| paper.number == number), "{uid}: {number}");
        }
        let on_list: BTreeSet<(String, String)> = clauses(&remarks, "Digital Currency Address - ")
            .filter_map(|clause| clause.split_once(' '))
            .map(|(tag, address)| (tag.to_owned(), address.to_lowercase()))
            .collect();
        let held = wallets(&record);
        let lost: Vec<_> = on_list.difference(&held).collect();
        assert!(lost.is_empty(), "{uid}: {lost:?}");
        let extra = held.difference(&on_list).count();
        // One address of August 2022 was left out when Tornado Cash was designated anew.
        assert_eq!(extra, usize::from(uid == "39796"), "{uid} has addresses that the list has not");
    }
    assert_eq!(compared, 27, "entries that the list of early 2023 has");
}

#[test]
fn the_un_list_agrees_in_reference_date_and_names() {
    let Some(data) = test_data() else { return };
    let text = fs::read_to_string(data.join("lists/un/consolidated.xml")).unwrap();
    let field = |record: &str, tag: &str| -> Vec<String> {
        let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
        let parts = record.split(&open).skip(1);
        parts.map(|part| part.split(&close).next().unwrap_or_default().to_owned()).collect()
    };
    let blocks: Vec<&str> =
        text.split("<INDIVIDUAL>").flat_map(|part| part.split("<ENTITY>")).collect();
    let mut compared = 0;
    for record in dataset().records {
        let Some(listing) = by_authority(&record, "UNSC").first().copied() else { continue };
        let data_id = record.referents.iter().find_map(|id| id.as_str().strip_prefix("unsc-"));
        let block = blocks
            .iter()
            .find(|block| field(block, "DATAID").first().map(String::as_str) == data_id);
        let block = block.unwrap_or_else(|| panic!("{} is not on the list", record.id));
        compared += 1;
        assert_eq!(field(block, "REFERENCE_NUMBER"), listing.reference.as_slice(), "{}", record.id);
        let day = field(block, "LISTED_ON")[0].get(..10).and_then(|day| day.parse().ok());
        assert_eq!(listing.listed_on, day, "{}", record.id);
        let first = ["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"];
        let name = first.iter().flat_map(|tag| field(block, tag)).collect::<Vec<_>>().join(" ");
        let known = names(&record);
        for name in field(block, "ALIAS_NAME").iter().chain([&name]) {
            assert!(known.contains(&words(name)), "{}: {name}", record.id);
        }
    }
    assert_eq!(compared, 8);
}

#[test]
fn wallets_listed_before_the_snapshot_of_september_2024_are_in_it() {
    let Some(data) = test_data() else { return };
    let snapshot_day: Option<PartialDate> = "2024-09-01".parse().ok();
    let mut found = 0;
    for record in dataset().records {
        for wallets in record.wallets.iter().filter(|wallets| wallets.authority == "OFAC") {
            let ended = wallets.valid_to.is_some() && wallets.valid_to < snapshot_day;
            if ended || wallets.listed_on.is_none() || wallets.listed_on >= snapshot_day {
                continue;
            }
            let file = format!("chain/ofac-addresses/sanctioned_addresses_{}.txt", wallets.asset);
            let snapshot = fs::read_to_string(data.join(file)).unwrap().to_lowercase();
            let snapshot: BTreeSet<&str> = snapshot.lines().collect();
            for address in &wallets.addresses {
                let lower = address.to_lowercase();
                assert!(snapshot.contains(lower.as_str()), "{}: {address}", record.id);
                found += 1;
            }
        }
    }
    assert_eq!(found, 125);
}
