//! Lists of one's own, good and bad.

use proptest::prelude::*;

use interdict_model::Loss;

use super::*;
use crate::testing::{Collected, published};

const CSV: &str = include_str!("../../testdata/own.csv");
const YAML: &str = include_str!("../../testdata/own.yaml");

fn read_with(
    bytes: &[u8],
    map: &ColumnMap,
    budget: &Budget,
) -> Result<(ListHeader, Counts, Collected), ReadError> {
    let mut list = Collected::default();
    let mut input = std::io::BufReader::with_capacity(13, bytes);
    let dataset = "acme_watch".parse().unwrap();
    let own = OwnList { dataset: &dataset, map, budget };
    let (header, counts) = read_own(&mut input, "own", &own, &mut list)?;
    assert_eq!(counts.problems, list.problems.len() as u64);
    Ok((header, counts, list))
}

fn read(text: impl AsRef<[u8]>) -> Result<(ListHeader, Counts, Collected), ReadError> {
    read_with(text.as_ref(), &ColumnMap::default(), &Budget::default())
}

fn check_the_two_records(list: &Collected) {
    let person = list.get("acme-watch-17");
    assert_eq!(person.schema.as_str(), "Person");
    assert_eq!(person.values("name"), ["Ivo Maris Roe"]);
    assert_eq!(person.values("alias"), ["Ivo Rowe", "Yvo Rowe"]);
    assert_eq!(person.values("weakAlias"), ["The Baker"]);
    assert_eq!(person.values("birthDate"), ["1965-04-25"]);
    assert_eq!(person.values("nationality"), ["kp"]);
    assert_eq!(person.values("passportNumber"), ["00451"], "leading zeros stay");
    assert_eq!(person.values("notes"), ["Seen in Ville; twice", "Shoe size: 43"]);
    assert_eq!(person.values("topics"), ["poi"]);
    assert_eq!(person.target, Some(true));
    let designation = &person.provenance.as_ref().unwrap().designations[0];
    assert_eq!(designation.programmes, ["Fraud"]);
    assert_eq!(designation.listed_on.unwrap().to_string(), "2024-03-01");
    assert_eq!(designation.valid_to.unwrap().to_string(), "2030");
    assert_eq!(list.get("acme-watch-17-passport-kp-00451").first("holder"), Some("acme-watch-17"));
    let wallet = list.get("acme-watch-17-wallet-eth-0x098b716b8aaf21512996dc57eb0615e2383e2f96");
    assert_eq!(wallet.first("currency"), Some("ETH"));
    let company = list.get("acme-watch-Roe-Bread-and-Wire");
    assert_eq!(company.schema.as_str(), "Company");
    assert_eq!(company.values("leiCode"), ["529900T8BM49AURSDO55"]);
    assert_eq!(company.values("topics"), ["sanction"]);
    assert_eq!(list.get("acme-watch-Roe-Bread-and-Wire-sanction").schema.as_str(), "Sanction");
}

#[test]
fn csv_with_the_usual_columns_needs_no_map() {
    let (_, counts, list) = read(CSV).unwrap();
    assert_eq!((counts.records, counts.targets, counts.wallets), (2, 2, 1));
    check_the_two_records(&list);
    let unknown: Vec<_> =
        list.problems.iter().map(|p| (p.code.as_str(), p.text.as_str())).collect();
    assert_eq!(unknown, [("LST120", "Shoe size")]);
}

#[test]
fn yaml_gives_the_same_records() {
    let (header, counts, list) = read(YAML).unwrap();
    assert_eq!(header.version, "2026-03");
    assert_eq!((counts.records, counts.targets, counts.wallets), (2, 2, 1));
    check_the_two_records(&list);
}

#[test]
fn a_map_gives_columns_their_meaning() {
    let map = ColumnMap::parse(
        "kind: allow\nschema: Person\nauthority: Compliance\nseparator: '|'\ncolumns:\n  \
         Wer: name\n  Geboren: birthDate\n  Ether: wallet:ETH\n  Intern: ignore\n  Nr.: id\n",
    )
    .unwrap();
    let text = "Nr.\tWer\tGeboren\tEther\tIntern\n5\tIvo Roe|Yvo Roe\t31/31/1999\t0x098B716B8Aaf21512996dC57EB0615e2383E2f97\tx\n";
    let (_, _, list) = read_with(text.as_bytes(), &map, &Budget::default()).unwrap();
    let person = list.get("acme-watch-5");
    assert_eq!(person.values("name"), ["Ivo Roe", "Yvo Roe"]);
    assert_eq!(person.values("topics"), ["allow"]);
    assert_eq!(person.provenance.as_ref().unwrap().designations[0].authority, "Compliance");
    let codes: Vec<_> = list.problems.iter().map(|p| (p.code.as_str(), p.loss)).collect();
    assert_eq!(codes, [("LST110", Loss::Nothing), ("LST113", Loss::Value)]);
    assert_eq!(person.values("notes").len(), 2, "the bad date and the bad address are kept");
}

#[test]
fn every_column_of_the_table_means_something_and_stands_there_once() {
    let table = include_str!("../../../../data/lists/own_columns.tsv");
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    let mut seen = std::collections::BTreeSet::new();
    for (column, target) in rows.map(|line| line.split_once('\t').unwrap()) {
        assert_eq!(column_target::fold(column), column);
        assert!(seen.insert(column), "{column} stands there twice");
        let other = ["party", "company", "vessel", "name2", "series"].contains(&target);
        assert!(other || column_target::ColumnTarget::parse(target).is_some(), "{target}");
    }
}

#[test]
fn columns_are_known_by_their_names_in_many_languages() {
    use ColumnMeaning::{Company, NumberSeries, OtherParty, Property, SecondLine, Vessel};
    for (column, meaning) in [
        ("Tail Number", Some(Property("registrationNumber"))),
        ("SSN", Some(Property("socialSecurityNumber"))),
        ("SWIFT/BIC", Some(Property("swiftBic"))),
        ("OKPO", Some(Property("okpoCode"))),
        ("ISIN", Some(Property("isinCode"))),
        ("Crypto address", Some(Property("publicKey"))),
        ("Maiden name", Some(Property("previousName"))),
        ("Second name", Some(Property("middleName"))),
        ("Vorname", Some(Property("firstName"))),
        ("Фамилия", Some(Property("lastName"))),
        ("姓名", Some(Property("name"))),
        ("生年月日", Some(Property("birthDate"))),
        ("국적", Some(Property("nationality"))),
        ("الاسم", Some(Property("name"))),
        ("Nationality 2", Some(Property("nationality"))),
        ("client passport no.", Some(Property("passportNumber"))),
        ("name2", Some(SecondLine)),
        ("Серия паспорта", Some(NumberSeries)),
        ("Beneficial owner", Some(OtherParty)),
        ("director_3", Some(OtherParty)),
        ("Receiver name", Some(OtherParty)),
        ("Company", Some(Company)),
        ("Vessel name", Some(Vessel)),
        ("customer type", None),
        ("father name", Some(Property("fatherName"))),
        ("shoe size", None),
    ] {
        assert_eq!(parse_column_name(column), meaning, "{column}");
    }
}

#[test]
fn several_values_of_a_field_are_read_as_in_customer_files() {
    let ether = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96";
    let genesis = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
    let text =
        format!("id,name,alias,wallet\n1,Roe &amp; Co,Ivo|Yvo,\"ETH: {ether}, {genesis}\"\n");
    let (_, counts, list) = read(&text).unwrap();
    assert_eq!((counts.wallets, counts.problems), (2, 0));
    assert_eq!(list.get("acme-watch-1").values("name"), ["Roe &amp; Co"]);
    assert_eq!(list.get("acme-watch-1").values("alias"), ["Ivo", "Yvo"]);
}

#[test]
fn the_director_of_a_listed_party_is_not_listed_by_that() {
    let (_, _, list) = read("id,name,director\n1,Roe Bread,Ivo Roe\n").unwrap();
    assert_eq!(list.get("acme-watch-1").values("name"), ["Roe Bread"]);
    assert!(list.get("acme-watch-1").values("alias").is_empty());
}

#[test]
fn a_map_that_means_nothing_is_refused() {
    for text in [
        "columns: {A: shoeSize}",
        "schema: Spaceship",
        "colums: {}",
        "- a",
        "columns: {A: wallet:'?'}",
    ] {
        assert!(ColumnMap::parse(text).is_err(), "{text}");
    }
    let bomb = format!("columns: {}{}", "{a: ".repeat(500), "}".repeat(500));
    assert!(ColumnMap::parse(&bomb).is_err());
}

#[test]
fn namesakes_without_ids_are_kept_apart() {
    let (_, counts, list) = read("name\nIvo Roe\nIvo Roe\n").unwrap();
    assert_eq!(counts.targets, 2);
    assert!(list.entities.iter().any(|entity| entity.id.as_str() == "acme-watch-Ivo-Roe-2"));
}

#[test]
fn bad_rows_cost_themselves() {
    let text = "id,name,schema,country\n1,Ivo Roe,Person,kp\n1,Again,Person,kp\n3,short\n\
        4,Yvo,Ghost,Utopia\n,,,\n6,Bo,Person,fr\n";
    let (_, counts, list) = read(text).unwrap();
    let found: Vec<_> =
        list.problems.iter().map(|p| (p.line.unwrap_or_default(), p.code.as_str())).collect();
    assert_eq!(counts.unreadable, 1);
    assert_eq!(list.get("acme-watch-1-2").values("name"), ["Again"], "no name is lost");
    for expected in [(3, "LST102"), (4, "LST103"), (5, "LST112"), (5, "LST111")] {
        assert!(found.contains(&expected), "{expected:?} is not in {found:?}");
    }
}

#[test]
fn a_list_in_another_encoding_is_refused_with_its_line() {
    for text in [&b"id,name\n1,Ivo Roe\n2,M\xFCller\n"[..], b"- name: M\xFCller\n"] {
        let error = read(text).unwrap_err().to_string();
        assert!(error.contains("UTF-8"), "{error}");
    }
    let error = read(b"id,name\n1,Ivo Roe\n2,M\xFCller\n").unwrap_err().to_string();
    assert!(error.contains("line 3"), "{error}");
}

#[test]
fn a_quote_that_takes_in_further_rows_is_reported() {
    let (_, counts, list) =
        read("id,name,note\n1,Ivo,\"5 inch\n2,Ada Roe,x\n3,Bo,6\" pipe\n").unwrap();
    assert_eq!(counts.unreadable, 1);
    assert!(
        list.problems.iter().any(|problem| problem.what.contains("quote")),
        "{:?}",
        list.problems
    );
    let (_, counts, _) = read("id,name,note\n1,Ivo,\"first line\nsecond, line\"\n").unwrap();
    assert_eq!((counts.problems, counts.unreadable), (0, 0));
}

#[test]
fn a_record_with_facts_of_people_is_a_person() {
    let kind = |header: &str, row: &str| {
        let (_, _, list) = read(format!("id,name,{header}\n1,Ivo Roe,{row}\n")).unwrap();
        list.get("acme-watch-1").schema.to_string()
    };
    assert_eq!(kind("dob,nationality", "1965-04-25,kp"), "Person");
    assert_eq!(kind("passport", "AB123456"), "Person");
    assert_eq!(kind("dob", ""), "LegalEntity", "an empty cell says nothing");
    assert_eq!(kind("country", "kp"), "LegalEntity");
    assert_eq!(kind("dob,type", "1965-04-25,Company"), "Company");
}

#[test]
fn what_is_no_list_is_named_for_what_it_is() {
    for (text, found) in [
        ("", "empty"),
        ("# only a comment\n", "empty"),
        ("<html></html>", "web page"),
        ("{\"name\": 1}", "JSON"),
        ("a,b,c\n1,2,3\n", "columns a, b, c"),
        ("name,id\n", "without a single record"),
        ("---\n", "neither a list"),
        ("version: 1\n", "without `records:`"),
        ("--- text\n", "neither a list"),
    ] {
        let error = read(text).unwrap_err();
        assert!(matches!(error, ReadError::Format { .. }), "{text}: {error}");
        assert!(error.to_string().contains(found), "{text}: {error}");
    }
}

#[test]
fn a_yaml_bomb_does_not_go_off() {
    let mut bomb = "- &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for letter in 'b'..='j' {
        let before = char::from_u32(letter as u32 - 1).unwrap();
        bomb.push_str(&format!("- &{letter} [{}]\n", vec![format!("*{before}"); 9].join(", ")));
    }
    bomb.push_str("- name: Ivo Roe\n  alias: *j\n  notes: [[[x]]]\n");
    let (_, counts, list) = read(&bomb).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((counts.targets, counts.unreadable), (1, 10));
    assert_eq!(list.get("acme-watch-Ivo-Roe").values("alias"), [] as [&str; 0]);
    let deep = format!("- name: {}", "[".repeat(100_000));
    assert!(read(deep).is_err());
}

#[test]
fn limits_on_rows_and_values_are_held() {
    let budget = Budget { records: 1, value_bytes: 5_000, ..Budget::default() };
    let map = ColumnMap::default();
    let two = read_with(b"name\nIvo\nYvo\n", &map, &budget);
    assert!(matches!(two, Err(ReadError::Budget { .. })));
    let two = read_with(b"- name: Ivo\n- name: Yvo\n", &map, &budget);
    assert!(matches!(two, Err(ReadError::Budget { .. })));
    let open_quote = format!("name\n\"{}", "x\n".repeat(100_000));
    let error = read_with(open_quote.as_bytes(), &map, &budget);
    assert!(matches!(error, Err(ReadError::Budget { .. })));
}

#[test]
fn broken_yaml_names_the_line() {
    let error = read("- name: Ivo\n- name: \"open\n").unwrap_err();
    assert!(matches!(error, ReadError::Syntax { .. }), "{error}");
}

#[test]
fn words_for_kinds_and_nationalities_are_read_as_customer_files_use_them() {
    let (_, counts, list) = read(
        "id,name,type,nationality\n1,Ivo Roe,Individual,Iranian\n2,Roe Thing,Entity,-\n\
         3,Roe Star,Ship,\n4,Ana Roe,natural person,South Korean\n5,Ada Roe,Premium,Korean\n",
    )
    .unwrap();
    let facts = |id: &str| {
        let entity = list.get(&format!("acme-watch-{id}"));
        (entity.schema.to_string(), entity.values("nationality").join(" "))
    };
    assert_eq!(facts("1"), ("Person".to_owned(), "ir".to_owned()));
    assert_eq!(facts("2").0, "Organization");
    assert_eq!(facts("3").0, "Vessel");
    assert_eq!(facts("4"), ("Person".to_owned(), "kr".to_owned()));
    assert_eq!(facts("5"), ("LegalEntity".to_owned(), String::new()));
    assert!(counts.problems >= 2, "an unknown kind, and a word for two countries");
}

/// Nationality words collected from users of other programs. All are read except those that name no country or two.
#[test]
fn the_collected_nationality_words_are_countries() {
    let Some(words) = published("cases/lists/own-nationality-words.csv") else { return };
    let (_, _, list) = read(words).unwrap();
    let unread = list.targets().filter(|person| person.values("nationality").is_empty());
    let unread: Vec<&str> = unread.map(|person| person.caption()).collect();
    assert_eq!(unread, ["Ivo Roe 20", "Ivo Roe 77", "Ivo Roe 119"], "Congolese, Korean, stateless");
    let Some(words) = published("cases/lists/own-type-words.csv") else { return };
    let (_, counts, list) = read(words).unwrap();
    assert_eq!((counts.problems, list.targets().count()), (0, 20));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
        let _ = read([b"name,wallet,dob\n".as_slice(), &bytes].concat());
        let _ = read([b"- name: Ivo\n".as_slice(), &bytes].concat());
    }

    #[test]
    fn arbitrary_yaml_never_panics(parts in proptest::collection::vec(
        prop::sample::select(vec!["- ", "name", ": ", "\n", "  ", "[", "]", "{", "}", "&a", "*a", "\"",
            "'", "x", ",", "|", ">", "#", "---", "!!t", "? "]), 0..40)) {
        let _ = read(format!("- name: Ivo\n{}", parts.concat()));
    }
}
