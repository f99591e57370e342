//! The UN reader on invented records and on the published list.

use super::*;
use crate::testing::{self, Collected, collect};

const INVENTED: &str = include_str!("../../testdata/un.xml");

fn read(text: &str) -> (ListHeader, Counts, Collected) {
    collect(read_un, text.as_bytes()).unwrap()
}

#[test]
fn an_individual_keeps_everything_that_the_record_says() {
    let (header, counts, list) = read(INVENTED);
    assert_eq!(header.version, "2026-02-27");
    assert_eq!((counts.records, counts.targets, counts.unreadable), (3, 3, 0));
    let person = list.get("unsc-900001");
    assert_eq!(person.values("name"), ["IVO MARIS ROE", "이보 로"]);
    assert_eq!(person.values("alias"), ["Ivo Rowe", "Yvo Rowe", "Ива Ро"]);
    assert_eq!(person.values("weakAlias"), ["The Baker"]);
    assert_eq!(person.values("previousName"), ["Ivo Dough"]);
    assert_eq!(person.values("birthDate"), ["1965-04-25", "1966~", "1960/1962"]);
    assert_eq!(person.values("nationality"), ["kp", "suhh"]);
    assert_eq!(person.values("passportNumber"), ["P 191609"]);
    assert_eq!(person.values("idNumber"), ["21-33-7"]);
    assert_eq!(person.values("position"), ["Head of the bakery", "Colonel"]);
    assert_eq!(person.values("birthPlace"), ["Ville, Utopian Province, Rwanda"]);
    assert_eq!(person.values("topics"), ["sanction"]);
    let provenance = person.provenance.as_ref().unwrap();
    assert_eq!(provenance.list.as_str(), "un_sc_sanctions");
    let designation = &provenance.designations[0];
    assert_eq!(designation.reference.as_deref(), Some("KPi.999"));
    assert_eq!(designation.programmes, ["DPRK"]);
    assert_eq!(designation.listed_on.unwrap().to_string(), "2016-03-02");
    let passport = list.get("unsc-900001-passport-kp-p191609");
    assert_eq!(passport.first("startDate"), Some("1996-02-28"));
    assert_eq!(passport.first("endDate"), Some("2001-02-27"));
    let sanction = list.get("unsc-900001-sanction");
    assert_eq!(sanction.first("unscId"), Some("KPi.999"));
    assert_eq!(sanction.first("entity"), Some("unsc-900001"));
}

#[test]
fn an_entity_is_an_organisation_and_its_wallets_are_found() {
    let (_, counts, list) = read(INVENTED);
    let entity = list.get("unsc-900002");
    assert_eq!(entity.schema.as_str(), "Organization");
    assert_eq!(entity.values("name"), ["ROE BREAD AND WIRE COMPANY"]);
    assert_eq!(entity.values("country"), ["cn"]);
    assert_eq!(counts.wallets, 1);
    let wallet = list.get("unsc-900002-wallet-eth-0x098b716b8aaf21512996dc57eb0615e2383e2f96");
    assert_eq!(wallet.first("holder"), Some("unsc-900002"));
}

#[test]
fn what_cannot_be_read_is_kept_and_reported() {
    let (_, _, list) = read(INVENTED);
    let person = list.get("unsc-900003");
    assert_eq!(person.values("birthDate"), [] as [&str; 0]);
    assert_eq!(
        person.values("notes"),
        ["nationality: Utopia", "Shoe size: 43", "Birth date: 31/31/1999"]
            .map(|note| { note.replace("Shoe size", "SHOE_SIZE") })
    );
    let codes: Vec<_> = list.problems.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(codes, ["LST111", "LST120", "LST110"]);
    assert!(list.problems.iter().all(|problem| problem.record.as_deref() == Some("900003")));
}

#[test]
fn missing_ids_and_missing_names_cost_one_record_each_and_repeated_ids_none() {
    let text = "<CONSOLIDATED_LIST><INDIVIDUALS>\
        <INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>A</FIRST_NAME></INDIVIDUAL>\
        <INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>B</FIRST_NAME></INDIVIDUAL>\
        <INDIVIDUAL><FIRST_NAME>C</FIRST_NAME></INDIVIDUAL>\
        <INDIVIDUAL><DATAID>4</DATAID></INDIVIDUAL></INDIVIDUALS><OTHER>x</OTHER></CONSOLIDATED_LIST>";
    let (_, counts, list) = read(text);
    assert_eq!((counts.records, counts.unreadable, counts.targets), (5, 3, 1));
    let codes: Vec<_> = list.problems.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(codes, ["LST102", "LST101", "LST101", "LST103"]);
    assert_eq!(list.get("unsc-1").values("name"), ["A", "B"]);
}

fn has_name(list: &Collected, name: &str) -> bool {
    list.targets().any(|party| party.names().any(|listed| listed.text == name))
}

#[test]
fn remarks_and_acronyms_in_brackets_hide_no_name() {
    let text = "<CONSOLIDATED_LIST><ENTITIES><ENTITY><DATAID>1</DATAID>\
        <FIRST_NAME>WESTERN FREE FRONT (WFF)</FIRST_NAME>\
        <ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>Front (Фронт); The Bakers (combat name)</ALIAS_NAME>\
        </ENTITY_ALIAS></ENTITY></ENTITIES></CONSOLIDATED_LIST>";
    let (_, _, list) = read(text);
    let party = list.get("unsc-1");
    assert_eq!(party.values("name"), ["WESTERN FREE FRONT (WFF)"]);
    assert_eq!(
        party.values("alias"),
        ["WESTERN FREE FRONT", "WFF", "Front", "Фронт", "The Bakers"]
    );
    assert_eq!(party.values("notes"), ["Name as printed: The Bakers (combat name)"]);
}

#[test]
fn published_names_in_front_of_brackets_are_names() {
    let fixtures: [(&str, &[&str]); 2] = [
        ("un-alias-with-a-remark-in-brackets.xml", &["Abdel Ilah Sabri", "EL PARA"]),
        ("un-acronym-in-brackets.xml", &["AQAP", "ETIM", "SBIG", "TTP"]),
    ];
    for (file, names) in fixtures {
        let Some(bytes) = testing::published(&format!("cases/lists/{file}")) else { return };
        let (_, _, list) = collect(read_un, &bytes).unwrap();
        for name in names {
            assert!(has_name(&list, name), "{name}");
        }
    }
}

#[test]
fn what_is_not_known_inside_of_a_known_part_is_kept_and_reported() {
    for file in ["un-renamed-alias-element.xml", "un-unknown-parts.xml"] {
        let Some(bytes) = testing::published(&format!("cases/lists/{file}")) else { return };
        let (_, _, list) = collect(read_un, &bytes).unwrap();
        let unknown = list.problems.iter().filter(|problem| problem.code.as_str() == "LST120");
        assert!(unknown.count() > 1, "{file}");
    }
    let text = "<CONSOLIDATED_LIST><INDIVIDUALS><INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>IVO</FIRST_NAME>\
        <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><FULL_NAME>IVO ROE</FULL_NAME></INDIVIDUAL_ALIAS>\
        <NATIONALITY><WORD>Malta</WORD></NATIONALITY></INDIVIDUAL></INDIVIDUALS></CONSOLIDATED_LIST>";
    let (_, _, list) = collect(read_un, text.as_bytes()).unwrap();
    let found: Vec<_> = list.problems.iter().map(|p| (p.code.as_str(), p.text.as_str())).collect();
    assert_eq!(found, [("LST120", "IVO ROE"), ("LST120", "Malta")]);
}

#[test]
fn a_list_without_records_is_no_list() {
    let error = collect(read_un, b"<CONSOLIDATED_LIST><INDIVIDUALS/></CONSOLIDATED_LIST>");
    assert!(matches!(error, Err(ReadError::Format { .. })));
}

#[test]
fn the_published_list_is_read_whole() {
    let Some(bytes) = testing::published("lists/un/consolidated.xml") else { return };
    let (header, counts, list) = collect(read_un, &bytes).unwrap();
    assert_eq!(header.version, "2026-02-27");
    assert_eq!(counts.records, 1_003);
    assert_eq!(counts.targets, 1_003);
    assert_eq!(counts.unreadable, 0);
    let persons = list.targets().filter(|entity| entity.schema.as_str() == "Person").count();
    assert_eq!(persons, 730);
    let problems: Vec<_> =
        list.problems.iter().map(|p| (p.code.as_str(), &p.what, &p.text)).collect();
    assert_eq!(problems, [], "every country, date and word of the list is understood");
}

#[test]
fn no_value_of_the_published_list_is_lost() {
    let Some(bytes) = testing::published("lists/un/consolidated.xml") else { return };
    // Numbers of the UN's own software, and words that say how to read their neighbours.
    let technical = [
        "VERSIONNUM",
        "LIST_TYPE/VALUE",
        "TYPE_OF_DATE",
        "QUALITY",
        "SORT_KEY",
        "SORT_KEY_LAST_MOD",
    ];
    let check = testing::Completeness {
        records: &["INDIVIDUAL", "ENTITY"],
        id_path: "DATAID",
        id_prefix: "unsc-",
        technical: &technical,
        empty_words: &[],
    };
    let (_, _, list) = collect(read_un, &bytes).unwrap();
    assert_eq!(check.lost(&bytes, &list), [] as [String; 0]);
}

#[test]
fn every_listed_name_keeps_its_caption() {
    let Some(bytes) = testing::published("lists/un/consolidated.xml") else { return };
    let (_, _, list) = collect(read_un, &bytes).unwrap();
    let general = list.get("unsc-6908858");
    assert!(
        general.values("name").iter().any(|name| name.is_ascii()),
        "{:?}",
        general.values("name")
    );
}
