//! The EU reader on invented records and on the published fragment.

use super::*;
use crate::testing::{self, Collected, Completeness, collect};

const INVENTED: &str = include_str!("../../testdata/eu.xml");

const CHECK: Completeness<'static> = Completeness {
    records: &["sanctionEntity"],
    id_path: "@euReferenceNumber",
    id_prefix: "eu-fsf-",
    technical: &[
        // Numbers of the publisher's own database, and the language the act was read in.
        "@logicalId",
        "@regulationLanguage",
        // They choose the schema, or the property that their neighbour goes to.
        "subjectType/@code",
        "subjectType/@classificationCode",
        "contactInfo/@key",
    ],
    empty_words: &["00", "UNKNOWN", "false", "true", "GREGORIAN"],
};

fn read(text: &str) -> (ListHeader, Counts, Collected) {
    collect(read_eu, text.as_bytes()).unwrap()
}

#[test]
fn a_person_keeps_everything_that_the_record_says() {
    let (header, counts, list) = read(INVENTED);
    assert_eq!(header.version, "2026-08-05");
    assert_eq!((counts.records, counts.targets, counts.unreadable), (2, 2, 0));
    let person = list.get("eu-fsf-eu-90001-11");
    assert_eq!(person.schema.as_str(), "Person");
    assert_eq!(person.values("name"), ["Ivo Maris Roe"]);
    assert_eq!(person.values("alias"), ["Иво Ро"]);
    assert_eq!(person.values("weakAlias"), ["The Baker"]);
    assert_eq!(person.values("position"), ["Head of the bakery"]);
    assert_eq!(person.values("birthDate"), ["1965-04-25", "1966~", "1960/1962", "1965-04"]);
    assert_eq!(person.values("nationality"), ["kp"]);
    assert_eq!(person.values("passportNumber"), ["A1234567"]);
    assert_eq!(person.values("taxNumber"), ["ROE123"]);
    assert_eq!(person.values("email"), ["ivo@example.org"]);
    assert_eq!(person.values("gender"), ["male"]);
    let passport = list.get("eu-fsf-eu-90001-11-passport-kp-a1234567");
    assert_eq!(passport.first("endDate"), Some("2020-01-01"));
    assert!(passport.first("description").unwrap().contains("known to be false"));
    let designation = &person.provenance.as_ref().unwrap().designations[0];
    assert_eq!(designation.programmes, ["PRK"]);
    assert_eq!(designation.listed_on.unwrap().to_string(), "2017-01-02");
    assert_eq!(designation.valid_from.unwrap().to_string(), "2017-01-04");
    assert_eq!(designation.source_url.as_deref(), Some("https://eur-lex.example/act"));
    assert_eq!(list.get("eu-fsf-eu-90001-11-sanction").first("unscId"), Some("KPi.999"));
}

#[test]
fn other_calendars_are_never_read_as_ours() {
    let (_, _, list) = read(INVENTED);
    let person = list.get("eu-fsf-eu-90001-11");
    assert!(person.values("notes").contains(&"Birth date (ISLAMIC calendar): 1384".to_owned()));
}

#[test]
fn an_enterprise_with_a_wallet_in_its_remark() {
    let (_, counts, list) = read(INVENTED);
    let company = list.get("eu-fsf-eu-90002-12");
    assert_eq!(company.schema.as_str(), "Organization");
    assert_eq!(company.values("registrationNumber"), ["1027700132195"]);
    assert_eq!(counts.wallets, 1);
    let address = list.get("eu-fsf-eu-90002-12-addr-1");
    assert_eq!(address.first("full"), Some("2 Flour Lane, P.O. Box 7, Ville, 123, Rwanda"));
}

#[test]
fn no_value_is_lost() {
    let (_, _, list) = read(INVENTED);
    assert_eq!(CHECK.lost(INVENTED.as_bytes(), &list), [] as [String; 0]);
}

#[test]
fn the_published_fragment_is_read_completely() {
    let Some(bytes) = testing::published("formats/eu_fsf.xml") else { return };
    let (_, counts, list) = collect(read_eu, &bytes).unwrap();
    assert_eq!((counts.records, counts.targets), (3, 3));
    assert_eq!(list.problems, []);
    assert_eq!(CHECK.lost(&bytes, &list), [] as [String; 0]);
    testing::assert_golden("eu_fsf.golden.jsonl", &list);
}

/// One reference number under two programmes, with another record between the two.
const TWICE: &str = "<export><sanctionEntity euReferenceNumber='EU.1.1' designationDate='2001-02-03'>\
    <regulation programme='AFG' publicationDate='2017-03-09'/><subjectType code='person'/>\
    <nameAlias wholeName='Ivo Roe'/><citizenship countryIso2Code='AF'/></sanctionEntity>\
    <sanctionEntity euReferenceNumber='EU.2.2'><nameAlias wholeName='Other'/>\
    <subjectType code='enterprise'/></sanctionEntity>\
    <sanctionEntity euReferenceNumber='EU.1.1' unitedNationId='TAi.999'>\
    <regulation programme='TAQA' publicationDate='2007-08-18'/><subjectType code='person'/>\
    <nameAlias wholeName='Roe, Ivo Maris'/><birthdate birthdate='1967-01-02'/>\
    <identification identificationTypeCode='passport' number='A1'/></sanctionEntity></export>";

#[test]
fn records_of_one_reference_number_are_one_entity() {
    let (_, counts, list) = read(TWICE);
    assert_eq!((counts.records, counts.unreadable, counts.targets, counts.names), (3, 0, 2, 3));
    let person = list.get("eu-fsf-eu-1-1");
    assert_eq!(person.values("name"), ["Ivo Roe", "Roe, Ivo Maris"]);
    assert_eq!(person.values("birthDate"), ["1967-01-02"]);
    assert_eq!(person.values("passportNumber"), ["A1"]);
    assert_eq!(person.values("program"), ["AFG", "TAQA"]);
    let designations = &person.provenance.as_ref().unwrap().designations;
    let listed = |at: usize| designations[at].listed_on.unwrap().to_string();
    assert_eq!((listed(0).as_str(), listed(1).as_str()), ("2001-02-03", "2007-08-18"));
    assert_eq!(
        (&designations[0].programmes, &designations[1].programmes),
        (&vec!["AFG".to_owned()], &vec!["TAQA".to_owned()])
    );
    assert_eq!(list.get("eu-fsf-eu-1-1-sanction").first("unscId"), None);
    assert_eq!(list.get("eu-fsf-eu-1-1-sanction-2").first("unscId"), Some("TAi.999"));
    let problems: Vec<_> = list.problems.iter().map(|p| (p.code.as_str(), p.loss)).collect();
    assert_eq!(problems, [("LST102", interdict_model::Loss::Nothing)]);
}

#[test]
fn records_of_one_number_and_two_kinds_of_party_stay_what_the_first_says() {
    let text = TWICE.replacen("code='enterprise'", "code='person'", 1);
    let at = text.rfind("code='person'").unwrap();
    let text = format!("{}code='enterprise'{}", &text[..at], &text[at + 13..]);
    let (_, _, list) = read(&text);
    let person = list.get("eu-fsf-eu-1-1");
    assert_eq!(person.schema.as_str(), "Person");
    assert!(list.problems.iter().any(|problem| problem.code.as_str() == "LST112"));
}

#[test]
fn a_number_that_stands_more_often_than_is_merged_loses_no_name_either() {
    let records: String = (0..150)
        .map(|number| {
            format!("<sanctionEntity euReferenceNumber='EU.1.1'><nameAlias wholeName='N {number}'/></sanctionEntity>")
        })
        .collect();
    let (_, counts, list) = read(&format!("<export>{records}</export>"));
    assert_eq!((counts.unreadable, counts.targets, counts.names), (0, 51, 150));
    assert_eq!(list.get("eu-fsf-eu-1-1").values("name").len(), 100);
}

#[test]
fn the_published_records_of_one_number_are_three_entities() {
    let Some(bytes) = testing::published("cases/lists/eu-one-reference-two-programmes.xml") else {
        return;
    };
    let (_, counts, list) = collect(read_eu, &bytes).unwrap();
    assert_eq!((counts.records, counts.targets, counts.unreadable), (6, 3, 0));
    let has =
        |name: &str| list.targets().any(|party| party.names().any(|listed| listed.text == name));
    assert!(has("Asem, Sayed Esmatullah"));
    assert!(has("ISLAMIC STATE IN IRAQ AND THE LEVANT - KHORASAN (ISIL- K)"));
}

#[test]
fn an_act_that_changes_a_designation_is_not_its_beginning() {
    let record = |designated: &str, published: &str, in_force: &str| {
        let text = format!(
            "<export><sanctionEntity euReferenceNumber='EU.1.1' designationDate='{designated}'>\
            <regulation publicationDate='{published}' entryIntoForceDate='{in_force}'/>\
            <subjectType code='person'/><nameAlias wholeName='Ivo Roe'/>\
            <identification number='7' issueDate='2015-05-07'/></sanctionEntity></export>"
        );
        let (_, _, list) = read(&text);
        assert_eq!(list.problems, []);
        let party = list.get("eu-fsf-eu-1-1");
        let designation = &party.provenance.as_ref().unwrap().designations[0];
        let days = [designation.listed_on, designation.valid_from];
        (
            days.map(|day| day.map(|day| day.to_string()).unwrap_or_default()),
            party.values("notes").len(),
        )
    };
    let days = |listed: &str, from: &str| [listed.to_owned(), from.to_owned()];
    let changed = record("2021-12-13", "2023-12-06", "2099-01-01");
    assert_eq!(changed, (days("2021-12-13", "2021-12-13"), 1));
    let new = record("2023-12-06", "2023-12-06", "2023-12-07");
    assert_eq!(new, (days("2023-12-06", "2023-12-07"), 0));
    assert_eq!(record("", "2023-12-06", "2023-12-07"), new);
}

#[test]
fn bad_records_cost_themselves_only() {
    let text = "<export><sanctionEntity/><sanctionEntity euReferenceNumber='EU.1.1'/>\
        <sanctionEntity euReferenceNumber='EU.2.2'><subjectType code='ghost'/>\
        <nameAlias wholeName='A' mood='good'/><birthdate birthdate='1999-31-31'/>\
        <citizenship countryIso2Code='QQ' countryDescription='UTOPIA'/></sanctionEntity><x/></export>";
    let (_, counts, list) = read(text);
    assert_eq!((counts.records, counts.unreadable, counts.targets), (4, 3, 1));
    let codes: Vec<_> = list.problems.iter().map(|problem| problem.code.as_str()).collect();
    assert_eq!(
        codes,
        ["LST101", "LST112", "LST101", "LST112", "LST120", "LST110", "LST111", "LST103"]
    );
    let kept = list.get("eu-fsf-eu-2-2");
    assert_eq!(kept.values("notes").len(), 4, "what was not understood is kept");
}
