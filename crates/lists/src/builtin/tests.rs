//! Rules for the dataset's text, and its agreement with the official lists.

use std::collections::{BTreeMap, BTreeSet};

use interdict_model::wallet::WalletAddress;
use interdict_model::{Entity, Problem, Schema};

use super::data::BuiltinData;
use super::record::{Confidence, RelationKind, Script, Tier};
use super::{BUILTIN_DATASET, read_builtin};
use crate::{Counts, ListHeader, Sink};

mod agreement;

#[derive(Default)]
struct Collected {
    entities: Vec<Entity>,
    problems: Vec<Problem>,
}

impl Sink for Collected {
    fn entity(&mut self, entity: Entity) {
        self.entities.push(entity);
    }
    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

fn dataset() -> BuiltinData {
    BuiltinData::parse().unwrap_or_else(|error| panic!("{error}"))
}

fn read() -> (Vec<Entity>, ListHeader, Counts) {
    let mut collected = Collected::default();
    let (header, counts) = read_builtin(&mut collected);
    assert!(collected.problems.is_empty());
    (collected.entities, header, counts)
}

#[test]
fn every_wallet_has_a_valid_checksum() {
    for record in dataset().records {
        for wallets in &record.wallets {
            for text in &wallets.addresses {
                let address = WalletAddress::parse_with_asset(text, &wallets.asset);
                let address =
                    address.unwrap_or_else(|error| panic!("{} {text}: {error}", record.id));
                let lower = text.chars().all(|c| !c.is_ascii_uppercase());
                assert!(address.is_checksummed() || (text.starts_with("0x") && lower), "{text}");
            }
        }
    }
}

#[test]
fn every_wallet_lives_on_the_chain_of_its_asset() {
    for record in dataset().records {
        for wallets in &record.wallets {
            for text in &wallets.addresses {
                let address = WalletAddress::parse(text).unwrap();
                if let Some(chain) = wallets.asset.native_chain() {
                    assert!(address.chains().contains(chain), "{text} under {}", wallets.asset);
                }
            }
        }
    }
}

#[test]
fn every_edge_joins_two_entities_of_the_dataset() {
    let dataset = dataset();
    let ids: BTreeSet<_> = dataset.records.iter().map(|record| &record.id).collect();
    for edge in &dataset.edges {
        assert!(ids.contains(&edge.from), "{} is not here", edge.from);
        assert!(ids.contains(&edge.to), "{} is not here", edge.to);
        assert_ne!(edge.from, edge.to);
    }
}

#[test]
fn an_edge_of_control_or_ownership_has_the_schema_that_says_so() {
    for edge in dataset().edges {
        let expected = match edge.schema.as_str() {
            "Ownership" => RelationKind::Ownership,
            "Control" | "Directorship" => RelationKind::Control,
            _ => RelationKind::Association,
        };
        assert_eq!(edge.kind, expected, "{} {} {}", edge.from, edge.role, edge.to);
    }
}

#[test]
fn an_edge_fits_the_schemata_of_its_ends() {
    let dataset = dataset();
    let schemata: BTreeMap<_, _> =
        dataset.records.iter().map(|record| (&record.id, &record.schema)).collect();
    for edge in &dataset.edges {
        let (from, to) =
            edge.schema.edge().unwrap_or_else(|| panic!("{} is no relation", edge.schema));
        for (property, id) in [(from, &edge.from), (to, &edge.to)] {
            let range = edge.schema.property(property).unwrap().range;
            let range = Schema::parse(range).unwrap();
            let asset = range.as_str() == "Asset";
            assert!(asset || schemata[id].is_a(&range), "{id} is no {range} ({})", edge.role);
        }
    }
}

#[test]
fn inferred_identity_is_an_unknown_link_and_never_a_merge() {
    let dataset = dataset();
    for edge in dataset.edges.iter().filter(|edge| edge.confidence == Confidence::Inferred) {
        assert_eq!(edge.schema, Schema::UNKNOWN_LINK);
        assert!(edge.note.is_some(), "{} says not why it is inferred", edge.role);
    }
}

#[test]
fn every_statement_is_cited_and_every_citation_is_used() {
    let dataset = dataset();
    let mut used = BTreeSet::new();
    let mut cite = |place: String, keys: &[String]| {
        assert!(!keys.is_empty(), "{place} cites nothing");
        for key in keys {
            assert!(dataset.sources.contains_key(key), "{place} cites {key}, which is not there");
            used.insert(key.clone());
        }
    };
    for record in &dataset.records {
        let own = record.designations.is_empty();
        if own || !record.sources.is_empty() {
            cite(format!("{}", record.id), &record.sources);
        }
        for listing in &record.designations {
            cite(format!("{} {}", record.id, listing.authority), &listing.sources);
        }
        for native in &record.native_names {
            cite(format!("{} {}", record.id, native.text), std::slice::from_ref(&native.source));
        }
        for wallets in &record.wallets {
            cite(format!("{} {}", record.id, wallets.asset), &wallets.sources);
        }
    }
    for edge in &dataset.edges {
        cite(format!("{} {} {}", edge.from, edge.role, edge.to), &edge.sources);
    }
    let unused: Vec<_> = dataset.sources.keys().filter(|key| !used.contains(*key)).collect();
    assert!(unused.is_empty(), "never cited: {unused:?}");
}

#[test]
fn every_source_has_a_title_a_publisher_and_a_web_address() {
    for (key, source) in dataset().sources {
        assert!(!source.title.is_empty() && !source.publisher.is_empty(), "{key}");
        assert!(source.url.starts_with("https://") || source.url.starts_with("http://"), "{key}");
    }
}

#[test]
fn every_authority_is_known_and_a_designation_comes_from_one_that_lists() {
    let dataset = dataset();
    let mut used = BTreeSet::new();
    for record in &dataset.records {
        for listing in &record.designations {
            let authority = &dataset.about.authorities[&listing.authority];
            assert_eq!(authority.tier, Tier::Listing, "{} {}", record.id, listing.authority);
            used.insert(&listing.authority);
        }
        for wallets in &record.wallets {
            let authority = &dataset.about.authorities[&wallets.authority];
            let listed_too = record.designations.iter().any(|l| l.authority == wallets.authority);
            assert!(listed_too || authority.tier == Tier::Publication, "{}", record.id);
            used.insert(&wallets.authority);
        }
    }
    assert_eq!(used.len(), dataset.about.authorities.len(), "an authority is never used");
}

#[test]
fn ids_are_unique_also_those_of_parts() {
    let (entities, _, _) = read();
    let mut seen = BTreeSet::new();
    for entity in &entities {
        assert!(seen.insert(entity.id.as_str().to_lowercase()), "{} comes twice", entity.id);
    }
    let referents = entities.iter().flat_map(|entity| &entity.referents);
    for referent in referents {
        assert!(seen.insert(referent.as_str().to_owned()), "{referent} comes twice");
    }
}

#[test]
fn ids_of_records_follow_the_habit_of_the_field() {
    for record in dataset().records {
        let ofac = record.designations.iter().find(|listing| listing.authority == "OFAC");
        let reference = ofac.and_then(|listing| listing.reference.as_deref());
        match record.id.as_str().strip_prefix("ofac-") {
            Some(uid) => assert_eq!(reference, Some(uid), "{}", record.id),
            None => {
                assert!(record.id.as_str().starts_with("dprk-"), "{}", record.id);
                assert_eq!(reference, None, "{} has an OFAC number", record.id);
            }
        }
        let un = record.designations.iter().any(|listing| listing.authority == "UNSC");
        let referent = record.referents.iter().any(|id| id.as_str().starts_with("unsc-"));
        assert_eq!(un, referent, "{}", record.id);
    }
}

#[test]
fn every_property_belongs_to_its_schema_and_every_value_is_of_its_type() {
    use interdict_model::{Country, PartialDate, PropertyType};
    let (entities, _, _) = read();
    for entity in &entities {
        for (name, values) in &entity.properties {
            let property = entity.schema.property(name);
            let property = property.unwrap_or_else(|| panic!("{}: {name}", entity.id));
            for value in values {
                let fits = match property.kind {
                    PropertyType::Date => value.parse::<PartialDate>().is_ok(),
                    PropertyType::Country => {
                        value.parse::<Country>().is_ok_and(|country| country.code() == value)
                    }
                    PropertyType::Gender => value.parse::<interdict_model::Gender>().is_ok(),
                    PropertyType::Url => value.contains('.'),
                    _ => true,
                };
                assert!(fits, "{}: {name} {value:?}", entity.id);
            }
        }
        assert!(!entity.caption().is_empty());
        assert_eq!(entity.datasets.first().map(AsRef::as_ref), Some(BUILTIN_DATASET));
    }
}

#[test]
fn native_names_are_in_the_script_they_claim_and_all_other_names_are_latin() {
    for record in dataset().records {
        for native in &record.native_names {
            let in_script = |letter: char| match native.script {
                Script::Hangul => matches!(letter, '가'..='힣' | '0'..='9' | ' '),
                Script::Han => matches!(letter, '\u{4e00}'..='\u{9fff}'),
                Script::Cyrillic => matches!(letter, '\u{400}'..='\u{4ff}' | ' '),
            };
            assert!(native.text.chars().all(in_script), "{}: {}", record.id, native.text);
            assert!(!native.text.is_ascii(), "{}: {}", record.id, native.text);
        }
        for property in ["name", "alias", "weakAlias", "previousName"] {
            for name in record.properties.get(property).into_iter().flatten() {
                assert!(name.is_ascii() || name.chars().all(is_latin), "{}: {name}", record.id);
            }
        }
    }
}

fn is_latin(letter: char) -> bool {
    letter.is_ascii() || matches!(letter, '\u{c0}'..='\u{24f}' | '\u{1ea0}'..='\u{1ef9}')
}

#[test]
fn no_value_is_a_placeholder_or_cut() {
    let (entities, _, _) = read();
    for entity in entities.iter().filter(|entity| entity.schema != Schema::CRYPTO_WALLET) {
        for value in entity.properties.values().flatten() {
            assert!(!value.contains("...") && !value.contains('…'), "{}: {value:?}", entity.id);
            for word in value.to_lowercase().split_whitespace() {
                let sign = ["todo", "tbd", "xxx", "unknown", "n/a", "-0-", "[m]", "[v]"];
                assert!(!sign.contains(&word), "{}: {value:?}", entity.id);
            }
        }
    }
}

#[test]
fn every_listed_person_and_body_says_what_it_is() {
    for record in dataset().records {
        assert!(record.properties.contains_key("description"), "{}", record.id);
    }
}

#[test]
fn counts_are_those_of_the_entities_given() {
    let (entities, header, counts) = read();
    let of = |schema: &Schema| entities.iter().filter(|entity| entity.schema == *schema).count();
    let targets = entities.iter().filter(|entity| entity.target == Some(true)).count();
    assert_eq!(counts.entities, entities.len() as u64);
    assert_eq!(counts.targets, targets as u64);
    assert_eq!(counts.wallets, of(&Schema::CRYPTO_WALLET) as u64);
    assert_eq!(header.version, "2026-03-12");
}

#[test]
fn reading_twice_gives_the_same_bytes() {
    let lines = || serde_json::to_string(&read().0).unwrap();
    assert_eq!(lines(), lines());
}

#[test]
fn an_unknown_key_is_refused() {
    let text = "- {id: x-1, schema: Person, properties: {name: [A]}, nationalty: [kp]}";
    assert!(serde_saphyr::from_str::<Vec<super::record::BuiltinRecord>>(text).is_err());
}

#[test]
fn the_designations_of_23_may_2023_are_there_with_their_wallets() {
    let (entities, _, _) = read();
    let listed = |id: &str| {
        let entity = entities.iter().find(|entity| entity.id.as_str() == id).unwrap();
        entity.provenance.iter().flat_map(|provenance| &provenance.designations).any(
            |designation| {
                designation.authority == "Office of Foreign Assets Control"
                    && designation.listed_on == "2023-05-23".parse().ok()
            },
        )
    };
    for id in ["ofac-43336", "ofac-43337", "ofac-43338", "ofac-43377", "ofac-43379"] {
        assert!(listed(id), "{id}");
    }
    let held = |id: &str| {
        entities.iter().filter(|entity| entity.values("holder") == [id.to_owned()]).count()
    };
    assert_eq!(held("ofac-43377"), 3 + 6, "three passports, six pairs of tag and address");
}

#[test]
fn the_reference_page_states_the_true_figures() {
    let page = include_str!("../../../../docs/reference/dprk-cyber.md");
    let (entities, header, counts) = read();
    let dataset = dataset();
    let inferred =
        dataset.edges.iter().filter(|edge| edge.confidence == Confidence::Inferred).count();
    let wallets = entities.iter().filter(|entity| entity.schema == Schema::CRYPTO_WALLET).count();
    for figure in [
        format!("| version | {},", header.version),
        format!("| {}, of which {} are listed", counts.records, counts.targets),
        format!("| {wallets} pairs of asset tag"),
        format!("| {}, of which {inferred} are inferred", dataset.edges.len()),
    ] {
        assert!(page.contains(&figure), "the page does not say {figure:?}");
    }
}

#[test]
fn the_version_is_the_day_of_the_last_act() {
    let dataset = dataset();
    let listings = dataset.records.iter().flat_map(|record| &record.designations);
    let last = listings.flat_map(|listing| [listing.listed_on, listing.valid_to]).flatten().max();
    assert_eq!(last.map(|day| day.to_string()), Some(dataset.about.version));
}

#[test]
fn an_ended_listing_ends_after_it_began_and_leaves_no_topic() {
    let (entities, _, _) = read();
    for record in dataset().records {
        for listing in &record.designations {
            assert!(listing.valid_to.is_none() || listing.valid_to > listing.listed_on);
        }
    }
    let tornado = entities.iter().find(|entity| entity.id.as_str() == "ofac-39796").unwrap();
    assert!(tornado.values("topics").is_empty() && tornado.target == Some(true));
    let held: Vec<_> =
        entities.iter().filter(|entity| entity.first("holder") == Some("ofac-39796")).collect();
    assert_eq!(held.len(), 91);
    assert!(held.iter().all(|wallet| wallet.values("topics").is_empty()));
}
