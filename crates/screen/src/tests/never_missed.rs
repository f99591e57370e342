//! What is listed is found: equal names, numbers and wallets, however they are asked.

use std::slice::from_ref;

use interdict_model::{EvidenceCode, Schema};

use super::{answer, codes, entity, ids, person, query, threshold};
use crate::{
    Agreement, Algorithm, AttributeKind, CustomerReader, FieldMeaning, Policy, QueryName, explain,
    weights,
};

#[test]
fn a_weak_alias_that_scores_higher_does_not_hide_an_equal_primary_name() {
    let values = [("name", "TECHNOLAB"), ("weakAlias", "TECHNO LAB")];
    let listed = entity("c-1", Schema::COMPANY, &values);
    for asked in ["TECHNOLAB", "Techno Lab"] {
        let found = answer(from_ref(&listed), &query(None, &[("name", asked)]), &Policy::default());
        assert_eq!(found.matches, 1, "{asked}");
    }
    let only_weak =
        entity("c-2", Schema::COMPANY, &[("name", "Other"), ("weakAlias", "TECHNOLAB")]);
    let found = answer(&[only_weak], &query(None, &[("name", "TECHNOLAB")]), &threshold(0.6));
    assert_eq!((found.matches, codes(&found.candidates[0])), (1, vec!["SCR601"]));
}

#[test]
fn screen_and_explain_agree_beside_a_weak_alias() {
    let values = [("name", "Some Other"), ("alias", "Jane Example"), ("weakAlias", "Jane Example")];
    let (asked, listed) = (query(None, &[("name", "Jane Example")]), person("p-1", &values));
    let explained = explain(&asked, &listed, &Policy::default());
    let screened = answer(&[listed], &asked, &Policy::default());
    assert_eq!(screened.candidates[0].score, explained.score);
    assert_eq!(explained.name.unwrap().strength, interdict_model::NameStrength::Strong);
}

#[test]
fn the_exact_comparison_finds_equal_names_at_every_threshold() {
    let asked = query(Some(Schema::PERSON), &[("name", "Jane Example")]);
    let policy = Policy { algorithm: Algorithm::Exact, ..threshold(0.99) };
    assert_eq!(answer(&[person("p-1", &[("name", "Jane Example")])], &asked, &policy).matches, 1);
}

#[test]
fn a_number_asked_alone_is_a_match_whatever_its_kind() {
    for (property, value, schema) in [
        ("registrationNumber", "EP-MMH", Schema::AIRPLANE),
        ("callSign", "T2EU4", Schema::VESSEL),
        ("serialNumber", "8401", Schema::AIRPLANE),
        ("phone", "263-4-487014", Schema::COMPANY),
        ("okpoCode", "07622839", Schema::COMPANY),
        ("idNumber", "12345 (Iran)", Schema::PERSON),
    ] {
        let listed = entity("x-1", schema, &[("name", "Whatever Name"), (property, value)]);
        let alone = query(None, &[(property, value)]);
        let found = answer(from_ref(&listed), &alone, &Policy::default());
        assert_eq!(found.matches, 1, "{property}");
        // Beside a name that does not agree it stands, unless it is so short that it may be chance.
        let named = query(None, &[(property, value), ("name", "Zorvek Quellimar")]);
        let found = answer(&[listed], &named, &Policy::default());
        let is_short = matches!(value, "8401" | "12345 (Iran)");
        assert_eq!(found.matches, usize::from(!is_short), "{property}");
    }
}

#[test]
fn numbers_of_kinds_that_cannot_be_the_same_are_no_match_alone() {
    let listed = person("p-1", &[("name", "Jane Example"), ("phone", "263448")]);
    let found = answer(&[listed], &query(None, &[("serialNumber", "263448")]), &threshold(0.69));
    assert_eq!(found.candidates[0].score.value(), weights::WEAK_EVIDENCE_CEILING);
}

#[test]
fn numbers_and_wallets_are_found_under_every_schema() {
    let wallet_key = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S";
    let holder = person("p-1", &[("name", "Jane Example"), ("passportNumber", "A1234567")]);
    let wallet =
        entity("w-1", Schema::CRYPTO_WALLET, &[("publicKey", wallet_key), ("holder", "p-1")]);
    for schema in [Schema::PERSON, Schema::ORGANIZATION, Schema::VESSEL, Schema::CRYPTO_WALLET] {
        for (property, value) in [("publicKey", wallet_key), ("passportNumber", "A1234567")] {
            let asked = query(Some(schema.clone()), &[("name", "Zorvek Ltd"), (property, value)]);
            let found = answer(&[holder.clone(), wallet.clone()], &asked, &Policy::default());
            assert_eq!(ids(&found), ["p-1"], "{schema} {property}");
            assert_eq!(found.matches, 1);
        }
        // A name that is not equal is restricted by the schema, unless the schema has no names.
        let named = query(Some(schema.clone()), &[("name", "Jane Exampel")]);
        let found = answer(from_ref(&holder), &named, &Policy::default());
        let fits = schema == Schema::PERSON || schema == Schema::CRYPTO_WALLET;
        assert_eq!(found.matches, usize::from(fits), "{schema}");
    }
}

#[test]
fn an_equal_name_is_found_whatever_kind_the_query_states() {
    let person = person("p-1", &[("name", "Jane Example"), ("country", "kp"), ("alias", "Jennie")]);
    let listed = [
        person.clone(),
        entity("o-1", Schema::ORGANIZATION, &[("name", "Zorvek Trading")]),
        entity("v-1", Schema::VESSEL, &[("name", "HYOK SIN 2")]),
        entity("v-2", Schema::VESSEL, &[("name", "UNITY")]),
    ];
    let schemata = [Schema::PERSON, Schema::COMPANY, Schema::PUBLIC_BODY, Schema::VESSEL];
    for exhaustive in [false, true] {
        let policy = Policy { exhaustive, ..Policy::default() };
        for schema in &schemata {
            for (name, id) in [
                ("JANE example", "p-1"),
                ("zorvek-trading", "o-1"),
                ("Hyok Sin 2", "v-1"),
                ("Example, Jane", "p-1"),
            ] {
                let found =
                    answer(&listed, &query(Some(schema.clone()), &[("name", name)]), &policy);
                assert_eq!(ids(&found), [id], "{name} as {schema}");
                let best = &found.candidates[0];
                let fits = best.entity.schema.is_compatible_with(schema);
                assert_eq!(codes(best).contains(&"SCR604"), !fits, "{name} as {schema}");
                assert_eq!(best.score.value() == weights::EQUAL_NAME_OF_OTHER_KIND, !fits);
                assert!(best.is_match);
            }
        }
        let unity = query(Some(Schema::COMPANY), &[("name", "Unity")]);
        assert_eq!(ids(&answer(&listed, &unity, &policy)), [""; 0], "a common word");
    }
    let asked = query(Some(Schema::COMPANY), &[("name", "Jane Example"), ("country", "us")]);
    let explained = explain(&asked, &person, &Policy::default());
    assert!(explained.is_match && explained.score.value() < weights::EQUAL_NAME_OF_OTHER_KIND);
    let similar = query(Some(Schema::COMPANY), &[("name", "Jane Exampel")]);
    assert_eq!(explain(&similar, &person, &Policy::default()).score.value(), 0.0);
}

#[test]
fn a_name_of_unknown_kind_is_compared_as_of_the_kind_of_each_entry() {
    let listed = [
        entity("v-1", Schema::VESSEL, &[("name", "HYOK SIN 2")]),
        entity("v-2", Schema::VESSEL, &[("name", "MARIA E")]),
        entity("o-1", Schema::ORGANIZATION, &[("name", "M23")]),
        entity("o-2", Schema::COMPANY, &[("name", "KAMAZ")]),
        person("p-1", &[("name", "KIL, Jong Hun")]),
    ];
    for (asked, expected) in [
        ("hyok sin 2", &["v-1"][..]),
        ("M-23", &["o-1"]),
        ("Jong Hun Kil", &["p-1"]),
        ("Maria Garcia", &[]),
        ("Hamas", &[]),
    ] {
        let found = answer(&listed, &query(None, &[("name", asked)]), &Policy::default());
        assert_eq!(ids(&found), expected, "{asked}");
        let policy = Policy { exhaustive: true, ..Policy::default() };
        let exhaustive = answer(&listed, &query(None, &[("name", asked)]), &policy);
        assert_eq!(ids(&exhaustive), expected, "{asked}");
    }
}

#[test]
fn a_name_given_in_part_suffices_beside_the_same_birth_date() {
    let listed = person(
        "p-1",
        &[("name", "MADURO MOROS, Nicolas"), ("birthDate", "1962-11-23"), ("nationality", "ve")],
    );
    let ask = |birth_date| {
        let values = [("name", "Nicolas Maduro"), ("birthDate", birth_date), ("gender", "male")];
        query(Some(Schema::PERSON), &values)
    };
    let found = answer(from_ref(&listed), &ask("1962-11-23"), &Policy::default());
    let name = found.candidates[0].name.as_ref().unwrap().score.value();
    assert!((weights::PROVEN_NAME_FLOOR..weights::NAME_FLOOR).contains(&name), "{name}");
    assert_eq!(found.matches, 1);
    let other_day = answer(from_ref(&listed), &ask("1962-11-24"), &Policy::default());
    assert_eq!(other_day.matches, 0);
    let explained = explain(&ask("1962"), &listed, &Policy::default());
    let noted = explained.evidence.iter().any(|fact| fact.code == EvidenceCode::FactsNotCounted);
    assert!(noted, "{:?}", codes(&explained));
}

#[test]
fn attributes_stand_side_by_side_and_agree_as_the_evidence_says() {
    let listed = person(
        "p-1",
        &[
            ("name", "Jane Example"),
            ("birthDate", "1970-01-02"),
            ("birthPlace", "Exampleton"),
            ("nationality", "ru"),
            ("gender", "female"),
            ("passportNumber", "A1234567"),
        ],
    );
    let values = [
        ("name", "Jane Example"),
        ("birthDate", "1980"),
        ("nationality", "ru"),
        ("gender", "female"),
        ("idNumber", "99"),
        ("address", "1 High Street, Exampleton"),
    ];
    let shown = explain(&query(None, &values), &listed, &Policy::default()).attributes;
    let rows: Vec<_> = shown.iter().map(|row| (row.attribute, row.agreement)).collect();
    use {Agreement as Is, AttributeKind as Of};
    assert_eq!(
        rows,
        [
            (Of::BirthDate, Is::Contradicts),
            (Of::BirthPlace, Is::NotKnown),
            (Of::Country, Is::Agrees),
            (Of::Gender, Is::Agrees),
            (Of::Number, Is::NotKnown),
            (Of::Address, Is::NotKnown),
        ]
    );
    assert_eq!((&shown[0].query[0], &shown[0].listed[0]), (&"1980".into(), &"1970-01-02".into()));
    assert_eq!(shown[4].listed, ["passport:A1234567"]);
    let other = query(None, &[("name", "Jane Example"), ("gender", "male"), ("birthDate", "1970")]);
    let shown = explain(&other, &listed, &Policy::default()).attributes;
    let agreement = |kind| shown.iter().find(|row| row.attribute == kind).unwrap().agreement;
    assert_eq!(agreement(Of::Gender), Is::Contradicts);
    assert_eq!(agreement(Of::BirthDate), Is::Agrees);
}

#[test]
fn two_names_of_unknown_kind_are_compared_as_of_the_likelier_kind() {
    let score = |left: &str, right: &str| {
        let (left, right) = (QueryName::analyse(left, None), QueryName::analyse(right, None));
        let (score, turned) = (left.score(&right).unwrap(), right.score(&left).unwrap());
        assert_eq!(score, turned);
        assert_eq!(left.compare(&right).unwrap().score, score);
        score
    };
    assert!(score("Kim Jong Un", "Kim Jong Il") < 0.7, "as persons, not as ships");
    assert!(score("Zorvek Ltd", "Zorvek") > 0.7, "as organisations");
    assert!(score("Jane Example", "EXAMPLE, Jane") > 0.7);
}

#[test]
fn a_name_that_is_not_compared_in_full_is_a_gap() {
    let gaps = |name: &str| query(None, &[("name", name)]).gaps();
    assert_eq!(gaps("Kim Jong Un"), []);
    let long = format!("{}Kim Jong Un", "Trading ".repeat(40));
    assert!(gaps(&long)[0].text.contains("only its beginning"));
    assert!(gaps("Jos\u{fffd} Example")[0].text.contains("damaged"));
    assert!(gaps("Jos?lito Example")[0].text.contains("damaged"));
    assert_eq!(gaps("Who? Example"), []);
    // Letters without a known reading are compared for equality, and a single one is not enough.
    let listed = person("p-1", &[("name", "ለማ")]);
    let found = answer(&[listed], &query(None, &[("name", "ለማ")]), &Policy::default());
    assert_eq!(found.matches, 1);
    assert!(gaps("ለማ ለማ")[0].text.contains("only equal names"));
    // A doubt about the whole name stands, although the last name that it holds is read in full.
    for name in [long.as_str(), "Jos\u{fffd} Example (Jane Roe)"] {
        let mut row = CustomerReader::new(None);
        row.field(3, &FieldMeaning::new("name", None), name);
        let read = row.finish();
        assert!(read.query.is_ok());
        assert_eq!(read.unread.iter().map(|unread| unread.field).collect::<Vec<_>>(), [3]);
    }
}

#[test]
fn a_number_or_wallet_in_the_name_is_looked_up_as_what_it_is() {
    let wallet = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S";
    let values = [("name", "Zorvek Quellimar"), ("imoNumber", "9187629")];
    let ship = entity("x-1", Schema::VESSEL, &values);
    let holder = person("p-1", &values[..1]);
    let account = entity("w-1", Schema::CRYPTO_WALLET, &[("publicKey", wallet), ("holder", "p-1")]);
    for name in ["IMO 9187629", "9187629", "Ocean Dawn (IMO 9187629)", "IMO: 9187629"] {
        let found = answer(from_ref(&ship), &query(None, &[("name", name)]), &Policy::default());
        assert_eq!(found.matches, 1, "{name}");
    }
    for name in [
        wallet,
        "BTC: 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S",
        "pay 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S",
        "https://host/address/12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S?page=2",
    ] {
        let listed = [holder.clone(), account.clone()];
        let query = query(None, &[("name", name)]);
        let found = answer(&listed, &query, &Policy::default());
        assert_eq!(found.matches, 1, "{name}");
        assert_eq!(query.gaps(), [], "{name}");
    }
}

#[test]
fn an_address_with_a_wrong_checksum_in_a_name_is_reported() {
    let slip = "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3T";
    for name in [slip, "Jane Roe, BTC: 12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3T"] {
        assert!(query(None, &[("name", name)]).gaps()[0].text.contains("checksum"), "{name}");
        let as_other = query(None, &[("name", "Jane Roe"), ("otherParty", name)]);
        assert!(as_other.gaps()[0].text.contains("checksum"), "{name}");
        let mut row = CustomerReader::new(None);
        for (number, value) in [name, "Jane Roe"].iter().enumerate() {
            row.field(number, &FieldMeaning::new("name", None), value);
        }
        let unread: Vec<usize> = row.finish().unread.iter().map(|unread| unread.field).collect();
        assert_eq!(unread, [0], "{name}");
    }
}

#[test]
fn character_references_in_names_are_read() {
    let listed = person("p-1", &[("name", "Fu'ad Šarūn")]);
    for name in ["Fu&#39;ad &Scaron;ar&#363;n", "Fu&#x27;ad &#352;arun", "Fu&amp;#39;ad Sarun"] {
        let found = answer(from_ref(&listed), &query(None, &[("name", name)]), &Policy::default());
        assert_eq!(found.matches, 1, "{name}");
        let parts: Vec<&str> = name.split(' ').collect();
        let parts = [("firstName", parts[0]), ("lastName", parts[1])];
        let found = answer(from_ref(&listed), &query(None, &parts), &Policy::default());
        assert_eq!(found.matches, 1, "{name}");
    }
}

#[test]
fn labels_in_a_text_separate_the_names_that_are_screened() {
    let listed = person("p-1", &[("name", "Zorvek Quellimar")]);
    for name in [
        "Mr Zorvek Quellimar",
        "c/o Zorvek Quellimar",
        "Roe Holdings dba Zorvek Quellimar",
        "Jane Roe & Zorvek Quellimar",
        "Zorvek Quellimar - Account 001",
        "Roe Holdings (formerly Zorvek Quellimar)",
        "Zorvek Quellimar Zorvek Quellimar",
    ] {
        let found = answer(from_ref(&listed), &query(None, &[("name", name)]), &Policy::default());
        assert_eq!(found.matches, 1, "{name}");
    }
}

#[test]
fn each_name_that_one_text_holds_is_screened() {
    let listed = [
        person("p-1", &[("name", "Bashar al-Assad")]),
        entity(
            "c-1",
            Schema::COMPANY,
            &[("name", "Petroleos de Venezuela SA"), ("alias", "PDVSA")],
        ),
    ];
    for (name, id) in [
        ("Bashar al-Assad (بشار الأسد)", "p-1"),
        ("بشار الأسد / Bashar al-Assad", "p-1"),
        ("Jane Roe; Bashar al-Assad", "p-1"),
        ("Bashar al-Assad (retired)", "p-1"),
        ("Petróleos de Venezuela SA (PDVSA)", "c-1"),
        ("Oil Company of the State (PDVSA)", "c-1"),
    ] {
        let found = answer(&listed, &query(None, &[("name", name)]), &Policy::default());
        assert_eq!(found.matches, 1, "{name}");
        assert_eq!(found.candidates[0].entity.id.as_str(), id, "{name}");
    }
    // What stands in brackets may be a remark, so that it has to be equal.
    let found =
        answer(&listed, &query(None, &[("name", "Zorvek (Bachar Assad)")]), &Policy::default());
    assert_eq!(found.matches, 0);
}

#[test]
fn the_id_of_a_listed_party_in_place_of_a_name_is_looked_up() {
    let mut listed = person("ofac-12345", &[("name", "Zorvek Quellimar")]);
    listed.referents.push("NK-aB3dE5".parse().unwrap());
    for schema in [None, Some(Schema::PERSON), Some(Schema::VESSEL)] {
        for id in ["ofac-12345", "NK-aB3dE5"] {
            let asked = query(schema.clone(), &[("name", id)]);
            let found = answer(from_ref(&listed), &asked, &Policy::default());
            assert_eq!((ids(&found), found.matches), (vec!["ofac-12345"], 1), "{id} {schema:?}");
            let explained = explain(&asked, &listed, &Policy::default());
            assert_eq!(
                (codes(&explained), explained.score),
                (codes(&found.candidates[0]), found.candidates[0].score)
            );
            assert!(codes(&explained).contains(&"SCR405"));
        }
        let other = query(schema, &[("name", "ofac-12346")]);
        assert_eq!(answer(from_ref(&listed), &other, &Policy::default()).matches, 0);
    }
}
