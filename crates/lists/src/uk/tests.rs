//! The UK reader on invented records and on the published fragment.

use super::*;
use crate::testing::{self, Collected, Completeness, collect};

const INVENTED: &str = include_str!("../../testdata/uk.xml");

const CHECK: Completeness<'static> = Completeness {
    records: &["Designation"],
    id_path: "UniqueID",
    id_prefix: "gb-fcdo-",
    technical: &[
        // They choose the schema, or the property that the name beside them goes to.
        "IndividualEntityShip",
        "NameType",
        "AliasStrength",
    ],
    // The answers of the measures' yes-or-no fields; the measures themselves are checked above.
    empty_words: &["true", "false"],
};

fn read(text: &str) -> (ListHeader, Counts, Collected) {
    collect(read_uk, text.as_bytes()).unwrap()
}

#[test]
fn an_individual_keeps_everything_that_the_record_says() {
    let (header, counts, list) = read(INVENTED);
    assert_eq!(header.version, "2026-09-10");
    assert_eq!((counts.records, counts.targets, counts.unreadable), (3, 3, 0));
    let person = list.get("gb-fcdo-dpr9001");
    assert_eq!(person.values("name"), ["Ivo Maris ROE"]);
    assert_eq!(person.values("alias"), ["Ivo ROWE", "Иво Ро"]);
    assert_eq!(person.values("weakAlias"), ["The Baker"]);
    assert_eq!(person.values("lastName"), ["ROE"]);
    assert_eq!(person.values("birthDate"), ["1965-04-25", "1966", "1967-03"]);
    assert_eq!(person.values("nationality"), ["kp", "ru", "il"]);
    assert_eq!(person.values("passportNumber"), ["P0458"]);
    assert_eq!(person.values("birthPlace"), ["Ville, Rwanda"]);
    assert_eq!(person.values("title"), ["Dr"]);
    assert_eq!(person.values("email"), ["ivo@example.org", "roe@example.org"]);
    assert_eq!(person.last_change.as_deref(), Some("2026-08-04"));
    let designation = &person.provenance.as_ref().unwrap().designations[0];
    assert_eq!(designation.listed_on.unwrap().to_string(), "2012-06-29");
    assert_eq!(designation.reference.as_deref(), Some("DPR9001"));
    let sanction = list.get("gb-fcdo-dpr9001-sanction");
    assert_eq!(sanction.values("provisions"), ["Asset freeze", "Travel Ban", "Arms embargo"]);
    assert_eq!(sanction.first("unscId"), Some("KPi.999"));
    let passport = list.get("gb-fcdo-dpr9001-passport-kp-p0458");
    assert_eq!(passport.first("country"), Some("kp"));
}

#[test]
fn an_entity_has_its_numbers_told_apart_and_its_parents_related() {
    let (_, counts, list) = read(INVENTED);
    let entity = list.get("gb-fcdo-rus9002");
    assert_eq!(entity.values("ogrnCode"), ["1027700132195"]);
    assert_eq!(entity.values("innCode"), ["7704734000"]);
    assert_eq!(entity.values("taxNumber"), ["190950894", "770301001"]);
    assert_eq!(entity.values("legalForm"), ["Bakery"]);
    assert_eq!(counts.wallets, 1);
    let edge = list.get("gb-fcdo-rus9002-relation-1");
    assert_eq!(edge.schema.as_str(), "Ownership");
    assert_eq!(edge.first("asset"), Some("gb-fcdo-rus9002"));
    assert_eq!(list.get(edge.first("owner").unwrap()).first("name"), Some("Roe Holdings"));
    assert_eq!(list.get("gb-fcdo-rus9002-related-1").target, Some(false));
}

#[test]
fn a_ship_is_a_vessel_with_flags_and_owners() {
    let (_, _, list) = read(INVENTED);
    let ship = list.get("gb-fcdo-rus9003");
    assert_eq!(ship.schema.as_str(), "Vessel");
    assert_eq!(ship.values("imoNumber"), ["9187629"]);
    assert_eq!(ship.values("flag"), ["pa"]);
    assert_eq!(ship.values("pastFlags"), ["lr", "gq"]);
    assert_eq!(ship.values("buildDate"), ["1999"]);
    assert_eq!(ship.values("type"), ["Tanker"]);
    let edge = list.get("gb-fcdo-rus9003-relation-1");
    assert_eq!(edge.first("role"), Some("owner or operator"));
}

#[test]
fn no_value_is_lost() {
    let (_, _, list) = read(INVENTED);
    assert_eq!(list.problems, []);
    assert_eq!(CHECK.lost(INVENTED.as_bytes(), &list), [] as [String; 0]);
}

#[test]
fn the_published_fragment_is_read_completely() {
    let Some(bytes) = testing::published("formats/uk_sanctions_list.xml") else { return };
    let (_, counts, list) = collect(read_uk, &bytes).unwrap();
    assert_eq!((counts.records, counts.targets), (4, 4));
    assert_eq!(list.problems, []);
    assert_eq!(CHECK.lost(&bytes, &list), [] as [String; 0]);
    testing::assert_golden("uk_sanctions_list.golden.jsonl", &list);
}

#[test]
fn bad_values_are_kept_and_reported() {
    let text = "<Designations><DateGenerated>soon</DateGenerated><Designation><UniqueID>X1</UniqueID>\
        <Names><Name><Name6>ROE</Name6><NameType>Nickname</NameType></Name></Names>\
        <IndividualEntityShip>Ghost</IndividualEntityShip><Colour>green</Colour>\
        <IndividualDetails><Individual><DOBs><DOB>31/31/1999</DOB></DOBs>\
        <Nationalities><Nationality>Utopia</Nationality></Nationalities></Individual></IndividualDetails>\
        </Designation><Designation><UniqueID>X1</UniqueID></Designation><Other/></Designations>";
    let (header, counts, list) = read(text);
    assert_eq!(header.version, "soon");
    assert_eq!((counts.records, counts.unreadable), (3, 1));
    let codes: Vec<_> = list.problems.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(
        codes,
        ["LST110", "LST102", "LST103", "LST112", "LST112", "LST120", "LST110", "LST111", "LST112"]
    );
    assert_eq!(list.get("gb-fcdo-x1").values("name"), ["ROE"], "an only name is the primary one");
    assert_eq!(list.get("gb-fcdo-x1").values("notes").len(), 5);
}
