//! Fields as customer files write them, and rows of them.

use interdict_model::{DateFormError, DateOrder, PartialDate};

use crate::{CustomerReader, FieldMeaning, Query, QueryError, ReadCustomer, Unread, read_field};

fn values(property: &str, text: &str) -> Vec<String> {
    let reading = read_field(&FieldMeaning::new(property, None), text);
    reading.values.into_iter().map(|value| value.into_owned()).collect()
}

fn unread(property: &str, text: &str) -> Option<Unread> {
    read_field(&FieldMeaning::new(property, None), text).unread
}

/// Reads a row of properties and texts.
fn row(fields: &[(&str, &str)]) -> ReadCustomer {
    let mut reader = CustomerReader::new(None);
    for (number, (property, text)) in fields.iter().enumerate() {
        reader.field(number, &FieldMeaning::new(property, None), text);
    }
    reader.finish()
}

/// The names that a row is screened by, and the fields that are reported.
fn names(fields: &[(&str, &str)]) -> (Vec<String>, Vec<usize>) {
    let row = row(fields);
    let query = row.query.map(|query| query.names.iter().map(|n| n.text().to_owned()).collect());
    (query.unwrap_or_default(), row.unread.iter().map(|unread| unread.field).collect())
}

#[test]
fn a_field_that_cannot_be_read_never_takes_the_name_with_it() {
    for (property, text) in [
        ("birthDate", "31.02.1957"),
        ("birthDate", "03/04/1965"),
        ("gender", "unclear"),
        ("nationality", "Atlantis"),
        ("country", "NA"),
        ("birthDate", "25.04.65"),
    ] {
        let row = row(&[("name", "Jane Example"), (property, text)]);
        assert_eq!(row.query.unwrap().names.len(), 1, "{property} {text}");
        assert_eq!(row.unread.len(), 1, "{property} {text}");
        assert!(row.unread.iter().all(|unread| !unread.why.to_string().contains("Atlantis")));
    }
}

#[test]
fn a_field_that_is_told_not_to_be_read_is_reported() {
    let mut reader = CustomerReader::new(None);
    reader.unread(2, Unread::Schema);
    assert_eq!(reader.finish().unread[0].field, 2);
}

#[test]
fn a_missing_part_of_a_name_is_reported_only_if_no_other_part_is_certain() {
    let none: [usize; 0] = [];
    assert_eq!(names(&[("firstName", "Jane"), ("middleName", "N/A")]).1, none);
    assert_eq!(names(&[("lastName", "N/A"), ("lastName", "Roe")]).1, none);
    assert_eq!(names(&[("firstName", "Jane"), ("lastName", "N/A")]).1, [1]);
    // A doubtful part is left out of a further name only where no whole name says which it is.
    let whole = [("name", "Jane Null"), ("firstName", "Jane"), ("lastName", "Null")];
    assert_eq!(names(&whole).0, ["Jane Null"]);
}

#[test]
fn that_there_is_no_other_party_says_nothing_of_the_customer() {
    let none: [usize; 0] = [];
    assert_eq!(names(&[("otherParty", "N/A"), ("passportNumber", "AB1234567")]).1, none);
    assert_eq!(names(&[("otherParty", "Roe; Jane Doe")]).1, [0]);
}

#[test]
fn words_for_nothing_are_nothing_and_are_not_reported_outside_of_names() {
    for (property, text) in [
        ("birthDate", "00/00/0000"),
        ("birthDate", "9999-12-31 00:00:00"),
        ("birthDate", "NULL"),
        ("gender", "unknown"),
        ("gender", "X"),
        ("country", "-"),
        ("nationality", "N/A"),
        ("passportNumber", "none"),
        ("publicKey", "n/a"),
        ("address", "--"),
    ] {
        assert_eq!((values(property, text), unread(property, text)), (vec![], None), "{text}");
    }
}

#[test]
fn facts_are_read_from_the_words_that_files_use() {
    assert_eq!(values("birthDate", "00.00.1957"), ["1957"]);
    assert_eq!(values("birthDate", "1984-00-00"), ["1984"]);
    assert_eq!(values("birthDate", "1965 or 1966"), ["1965", "1966"]);
    assert_eq!(values("gender", "Mr."), ["male"]);
    assert_eq!(values("nationality", "Iranian"), ["ir"]);
    let month_first = FieldMeaning::new("birthDate", Some(DateOrder::MonthFirst));
    assert_eq!(read_field(&month_first, "03/04/1965").values, ["1965-03-04"]);
    assert_eq!(unread("birthDate", "03/04/1965"), Some(Unread::Date(DateFormError::Ambiguous)));
}

#[test]
fn a_stand_in_for_a_date_is_screened_and_reported() {
    assert_eq!(values("birthDate", "1900-01-01"), ["1900-01-01"]);
    assert_eq!(unread("birthDate", "01.01.1900"), Some(Unread::StandInDate));
    assert_eq!(unread("birthDate", "1900-01-02"), None);
    assert_eq!(unread("birthDate", "1970-01-01"), None);
}

#[test]
fn a_birth_date_in_an_impossible_year_is_reported_and_not_used() {
    for text in ["0001-01-01T00:00:00", "1/1/0001", "1753-01-01", "1849", "2101-01-01"] {
        assert_eq!(unread("birthDate", text), Some(Unread::ImpossibleYear), "{text}");
        assert!(values("birthDate", text).is_empty(), "{text}");
    }
    assert_eq!(values("birthDate", "1850"), ["1850"]);
    let meaning = FieldMeaning::new("birthDate", None)
        .on("2026-11-30".parse().ok().map(|day: PartialDate| day.to()));
    assert_eq!(read_field(&meaning, "2060-08-31").unread, Some(Unread::ImpossibleYear));
    assert_eq!(read_field(&meaning, "2026-01-01").unread, None);
}

#[test]
fn an_address_with_a_slip_of_the_pen_is_looked_up_and_reported() {
    let genesis = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
    let slip = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb";
    for (text, reported) in [
        (genesis, None),
        (slip, Some(Unread::Wallet)),
        ("0x1234", Some(Unread::Wallet)),
        ("some-other-chain-address", None),
    ] {
        for property in ["publicKey", "cryptoWallet", "wallet"] {
            assert_eq!(values(property, text), [text]);
            assert_eq!(unread(property, text), reported, "{text}");
        }
    }
    let row = row(&[("wallet", slip)]);
    assert!(row.query.is_ok() && row.unread.len() == 1);
}

#[test]
fn a_row_without_a_name_that_is_one_is_not_screened_and_says_so() {
    let nothing = row(&[("name", "N/A"), ("birthDate", "1965")]);
    assert_eq!(nothing.query.unwrap_err(), QueryError::Empty);
    assert_eq!(nothing.unread[0].why, Unread::NoName);
    let numbered = row(&[("name", "N/A"), ("passportNumber", "123")]);
    assert!(numbered.query.is_ok() && numbered.unread.len() == 1);
    assert_eq!(names(&[("name", "N/A"), ("alias", "Jane")]), (vec!["Jane".into()], vec![]));
    assert_eq!(names(&[("name", ""), ("passportNumber", "1")]), (vec![], vec![]));
    assert_eq!(names(&[("name", "???"), ("alias", "!")]), (vec![], vec![0, 1]));
}

#[test]
fn null_as_a_whole_name_is_screened_and_reported() {
    assert_eq!(names(&[("name", "Null")]), (vec!["Null".into()], vec![0]));
    let two = names(&[("name", "Jane"), ("alias", "NULL")]);
    assert_eq!(two, (vec!["Jane".into(), "NULL".into()], vec![]));
    assert_eq!(names(&[("name", "Jennifer Null")]), (vec!["Jennifer Null".into()], vec![]));
}

#[test]
fn a_doubtful_part_of_a_name_is_screened_with_it_and_without_it() {
    let null = names(&[("firstName", "Jane"), ("middleName", "NULL"), ("lastName", "Roe")]);
    assert_eq!(null, (vec!["Jane NULL Roe".into(), "Jane Roe".into()], vec![]));
    let na = names(&[("lastName", "Li"), ("firstName", "Na")]);
    assert_eq!(na, (vec!["Na Li".into(), "Li".into()], vec![]));
    let surname = names(&[("firstName", "Jennifer"), ("lastName", "Null")]);
    assert_eq!(surname, (vec!["Jennifer Null".into(), "Jennifer".into()], vec![1]));
    let missing = names(&[("firstName", "Jennifer"), ("lastName", "N/A")]);
    assert_eq!(missing, (vec!["Jennifer".into()], vec![1]));
    let dash = names(&[("firstName", "-"), ("middleName", "-"), ("lastName", "Roe")]);
    assert_eq!(dash, (vec!["Roe".into()], vec![]));
    assert_eq!(
        names(&[("firstName", "Madonna"), ("lastName", "")]),
        (vec!["Madonna".into()], vec![])
    );
}

#[test]
fn the_values_that_were_read_make_the_same_query_again() {
    let row = row(&[
        ("firstName", "Na"),
        ("lastName", "Li"),
        ("birthDate", "25.04.1965"),
        ("gender", "unclear"),
        ("nationality", "Chinese"),
    ]);
    let (query, again) = (row.query.unwrap(), row.customer.query().unwrap());
    let texts = |names: &[crate::QueryName]| -> Vec<String> {
        names.iter().map(|name| name.text().to_owned()).collect()
    };
    assert_eq!(texts(&query.names), texts(&again.names));
    assert_eq!(query.birth_dates, again.birth_dates);
    assert_eq!((query.countries, query.genders), (again.countries, again.genders));
}

#[test]
fn a_name_that_is_too_long_and_values_beyond_the_limit_are_reported() {
    let long = "x".repeat(2_000);
    let row = row(&[("name", &long), ("alias", "Jane Example")]);
    assert_eq!(row.query.unwrap().names.len(), 1);
    assert!(row.unread[0].why.to_string().contains("2000 characters"));
}

#[test]
fn several_values_of_a_field_are_each_screened() {
    assert_eq!(
        names(&[("alias", "John Roeness; Jane Roe Example|Peter Panness")]),
        (vec!["John Roeness".into(), "Jane Roe Example".into(), "Peter Panness".into()], vec![])
    );
    assert_eq!(names(&[("name", r#"["Jane Roe", "John Example"]"#)]).0.len(), 3, "and the whole");
    let numbers = row(&[("passportNumber", "109420132; PP-827220538")]).query.unwrap();
    let numbers: Vec<&str> = numbers.identifiers.iter().map(|number| number.value()).collect();
    assert_eq!(numbers, ["109420132", "PP827220538", "827220538"]);
    let address = "0x098b716b8aaf21512996dc57eb0615e2383e2f96";
    let wallets = row(&[("wallet", &format!("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa / {address}"))]);
    assert_eq!(wallets.query.unwrap().wallets.get(1).map(String::as_str), Some(address));
    assert_eq!(values("nationality", "Iranian; SY|-"), ["ir", "sy"]);
    assert_eq!(unread("nationality", "Iranian; Atlantis"), Some(Unread::Country));
    assert_eq!(values("birthDate", "1965-04-25; 1966"), ["1965-04-25", "1966"]);
    assert_eq!(values("address", "Unit 3; Harbour Street"), ["Unit 3; Harbour Street"]);
}

#[test]
fn half_a_name_is_no_name_and_the_field_is_reported() {
    let halves = names(&[("name", "Roe; Jane")]);
    assert_eq!(halves, (vec!["Roe Jane".into()], vec![0]));
    let both = names(&[("name", "Example Bank; Roe"), ("alias", "Other Name")]);
    assert_eq!(both.0, ["Example Bank", "Example Bank Roe", "Other Name"]);
    assert_eq!(both.1, [0], "another certain name does not hide it");
    let aliases = names(&[("alias", "Roe; Jane")]);
    assert_eq!(aliases, (vec!["Roe".into(), "Jane".into(), "Roe Jane".into()], vec![]));
    assert_eq!(names(&[("name", "王伟；李娜")]).1, [] as [usize; 0], "whole without a blank");
    assert_eq!(names(&[("name", "Roe &amp; Co")]).0, ["Roe & Co"]);
    let whole = ["Roe; Doe", "Roe", "Doe"];
    assert_eq!(names(&[("lastName", "Roe; Doe")]).0, whole, "a part is put together whole");
}

#[test]
fn digits_that_a_spreadsheet_lost_are_reported() {
    let lost = row(&[("passportNumber", "1.09E+08")]);
    assert_eq!((lost.query.is_err(), &lost.unread[0].why), (true, &Unread::DigitsLost));
    assert_eq!(values("passportNumber", "1.09420132E+08"), ["109420132"]);
    assert_eq!(unread("passportNumber", "1.09420132E+08"), Some(Unread::DigitsLost));
    assert_eq!(values("imoNumber", "9187629.0")[0], "9187629");
}

#[test]
fn names_beside_a_whole_name_are_screened_too() {
    let parts = |name: &str, first: &str, last: &str| {
        names(&[("name", name), ("firstName", first), ("lastName", last)]).0
    };
    assert_eq!(parts("Jane Roe", "Osama", "bin Laden"), ["Jane Roe", "Osama bin Laden"]);
    assert_eq!(parts("Vladimir", "", "Putin"), ["Vladimir", "Vladimir Putin"]);
    assert_eq!(parts("Roe, Jane", "Jane", "Roe"), ["Roe, Jane"]);
    assert_eq!(names(&[("name", "Jane Roe"), ("name2", "of Ville")]).0.len(), 3);
    let alias = names(&[("alias", "J."), ("firstName", "Jane"), ("lastName", "Null")]);
    assert!(alias.0.contains(&"Jane Null".to_owned()), "{alias:?}");
}

#[test]
fn a_given_name_says_nothing_of_a_company_in_the_same_row() {
    use interdict_names::{Name, NameKind, score};
    let score_of = |fields: &[(&str, &str)]| {
        let query = row(fields).query.unwrap();
        let listed = Name::parse("Roenness Bread Company", NameKind::Organization);
        let readings = query.names[0].readings().iter();
        readings
            .filter(|name| name.kind() == listed.kind())
            .map(|name| score(name, &listed))
            .sum::<f64>()
    };
    let alone = score_of(&[("name", "Roennes Bread Company")]);
    let beside = [("name", "Roennes Bread Company"), ("firstName", "Jane"), ("lastName", "Doe")];
    assert!(alone >= 0.7 && (score_of(&beside) - alone).abs() < 1e-9, "{alone}");
}

#[test]
fn another_party_is_no_name_of_the_customer() {
    let only = row(&[("name", "N/A"), ("otherParty", "Jane Roe")]);
    assert!(only.query.is_ok() && only.unread.len() == 1);
    let none = row(&[("name", "Jane Roe"), ("otherParty", "N/A")]);
    assert!(none.query.is_ok() && none.unread.is_empty());
    assert_eq!(row(&[("otherParty", "N/A")]).query.unwrap_err(), QueryError::Empty);
    let again = row(&[("otherParty", "Jane Roe")]).customer.query();
    assert!(again.is_ok());
}

#[test]
fn parts_of_another_party_make_one_name() {
    let fields = [
        ("firstName", "Jane"),
        ("lastName", "Roe"),
        ("otherParty:2", "Ivo"),
        ("otherParty:2", "Doe"),
        ("otherParty:3", "N/A"),
    ];
    let row = row(&fields);
    let customer = row.customer.values.last().unwrap();
    assert_eq!(customer, &("otherParty".to_owned(), "Ivo Doe".to_owned()));
    assert_eq!((row.unread.len(), row.query.unwrap().parties().count()), (0, 2));
}

#[test]
fn a_name_that_is_masked_or_withheld_is_reported() {
    for (property, text) in [
        ("otherParty", "*****"),
        ("otherParty", "REDACTED"),
        ("otherParty", "V***** P****"),
        ("firstName", "*****"),
        ("lastName", "[deleted]"),
        ("lastName", "P****"),
        ("alias", "see above"),
    ] {
        let row = row(&[("name", "Jane Roe"), (property, text)]);
        assert_eq!(row.unread.len(), 1, "{property} {text}: {:?}", row.unread);
    }
}

#[test]
fn a_number_is_looked_up_with_the_series_of_its_document() {
    for fields in [
        [("numberSeries", "AB 12"), ("passportNumber", "345678")],
        [("passportNumber", "345678"), ("numberSeries", "AB 12")],
    ] {
        let row = row(&fields);
        let numbers = row.query.unwrap().identifiers;
        let numbers: Vec<&str> = numbers.iter().map(|number| number.value()).collect();
        assert_eq!((numbers, row.unread.len()), (vec!["345678", "AB12345678"], 0));
    }
    assert_eq!(row(&[("numberSeries", "AB 12")]).query.unwrap_err(), QueryError::Empty);
}

#[test]
fn half_a_name_is_reported_where_no_field_has_the_other_half() {
    let unread = |half: (&str, &str), other: (&str, &str)| {
        let mut reader = CustomerReader::new(None);
        reader.field(0, &FieldMeaning::new(half.0, None).of_perhaps_parts(true), half.1);
        reader.field(1, &FieldMeaning::new(other.0, None), other.1);
        reader.finish().unread.into_iter().map(|unread| unread.why).collect::<Vec<_>>()
    };
    for (half, other, is_half) in [
        (("lastName", "Roe"), ("gender", "female"), true),
        (("lastName", "bin Laden"), ("gender", "female"), true),
        (("lastName", "Roe"), ("alias", "Jane Roe"), false),
        (("name", "Иван"), ("gender", "male"), true),
        (("name", "Иван Петров"), ("gender", "male"), false),
        (("name", "王伟"), ("gender", "male"), false),
    ] {
        let expected = if is_half { vec![Unread::HalfName] } else { Vec::new() };
        assert_eq!(unread(half, other), expected, "{half:?} {other:?}");
    }
    for (parts, is_half) in [
        (["Roe", ""], true),
        (["Jane", "Roe"], false),
        (["Roe", "N/A"], true),
        (["yes", ""], false),
    ] {
        let fields = parts.map(|part| ("otherParty:2", part));
        let row = row(&[&[("name", "Jane Doe")], &fields[..]].concat());
        assert_eq!(row.unread.len(), usize::from(is_half), "{parts:?}");
    }
}

#[test]
fn an_address_in_a_field_of_another_meaning_is_looked_up() {
    let address = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96";
    let wallets = |name: &str, text: &str| {
        let mut reader = CustomerReader::new(None);
        reader.field(0, &FieldMeaning::new("name", None), name);
        reader.other_text(1, text);
        let row = reader.finish();
        (row.query.map(|query| query.wallets.len()), row.customer.values.len(), row.unread.len())
    };
    assert_eq!(wallets("Jane Roe", &format!("paid to {address}")), (Ok(1), 2, 0));
    assert_eq!(wallets("Jane Roe", "paid to nobody"), (Ok(0), 1, 0));
    assert_eq!(wallets("", address).0, Err(QueryError::Empty), "no name");
    let lower = address.to_lowercase();
    let many: String = (0..300).map(|n| format!("{lower}{n} ")).collect();
    let (read, values, unread) = wallets("Jane Roe", &many);
    assert_eq!((read.map(|count| count < 200), values < 300, unread), (Ok(true), true, 1));
    let row = row(&[("name", "Jane Roe"), ("address", address)]);
    assert_eq!(row.query.unwrap().wallets.len(), 1);
}

#[test]
fn a_number_that_shows_what_it_is_counts_by_itself() {
    let mut reader = CustomerReader::new(None);
    reader.field(0, &FieldMeaning::new("name", None), "Jane Roe");
    for text in ["7704734000", "IMO 9187629", "9187629", "shoe size 42"] {
        reader.other_text(1, text);
    }
    let row = reader.finish();
    let again = row.customer.query().unwrap();
    for query in [row.query.unwrap(), again] {
        let numbers = query.parties().map(|party| (party.names.len(), party.identifiers.len()));
        assert_eq!(numbers.collect::<Vec<_>>(), [(1, 0), (0, 2)]);
    }
}

#[test]
fn the_address_of_a_link_in_a_name_is_looked_up() {
    let address = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96";
    let link = format!("<a href=\"https://etherscan.io/address/{address}\">Jane Roe</a>");
    for field in ["name", "passportNumber", "address"] {
        let row = row(&[("name", "Ivo Roe"), (field, &link)]);
        assert_eq!(row.query.unwrap().wallets, [address.to_lowercase()], "{field}");
    }
    let mut query = Query::new(None);
    query.add("name", &link).unwrap();
    assert_eq!((query.wallets.len(), query.names()[0].text()), (1, "Jane Roe"));
}

#[test]
fn what_a_system_encoded_is_read_as_it_was() {
    assert_eq!(
        values("name", "Jane&nbsp;Roe<br>Ivo Doe"),
        ["Jane\u{a0}Roe", "Ivo Doe", "Jane\u{a0}Roe Ivo Doe"]
    );
    assert_eq!(values("birthDate", "25%2E04%2E1965"), ["1965-04-25"]);
    assert_eq!(values("passportNumber", "&nbsp;109420132"), ["109420132"]);
}

#[test]
fn numbers_with_wrong_check_digits_are_reported() {
    for (property, text) in [
        ("leiCode", "529900T8BM49AURSDO56"),
        ("leiCode", "529900"),
        ("imoNumber", "9187628"),
        ("imoNumber", "IMO 918762"),
        ("innCode", "7704734001"),
        ("ogrnCode", "1027700132190"),
    ] {
        assert_eq!(unread(property, text), Some(Unread::CheckDigits), "{property} {text}");
    }
    for (property, text) in [
        ("leiCode", "LEI 529900T8BM49AURSDO55"),
        ("imoNumber", "IMO 9187629"),
        ("imoNumber", "9187629 / 9187628"),
        ("innCode", "12345678"),
        ("ogrnCode", "1027700132195"),
        ("passportNumber", "1"),
    ] {
        assert_eq!(unread(property, text), None, "{property} {text}");
    }
}

#[test]
fn a_number_in_place_of_a_name_is_looked_up_and_reported() {
    let reported = |name: &str| {
        let row = row(&[("name", name)]);
        let why = row.unread.first().map(|unread| unread.why.clone());
        (row.query.map(|query| (query.names.len(), query.identifiers.len())), why)
    };
    assert_eq!(reported("109420132"), (Ok((0, 1)), Some(Unread::NumberForName)));
    let (asked, why) = reported("7-28");
    assert_eq!(asked, Ok((1, 0)));
    assert!(why.is_some_and(|why| why.to_string().contains("only equal names")));
    assert_eq!(
        reported("Jane Roe 109420132"),
        (Ok((2, 1)), None),
        "with the number and without it"
    );
}

#[test]
fn a_flag_in_place_of_another_party_says_nothing() {
    for flag in ["Y", "no", "TRUE", "self", "1"] {
        let row = row(&[("name", "Jane Roe"), ("otherParty", flag)]);
        assert_eq!(
            (row.query.map(|query| query.parties().count()), row.unread.len()),
            (Ok(1), 0),
            "{flag}"
        );
    }
    let row = row(&[("name", "Jane Roe"), ("otherParty", "Z")]);
    assert_eq!((row.query.map(|query| query.parties().count()), row.unread.len()), (Ok(1), 1));
}

#[test]
fn an_address_in_a_column_of_numbers_is_looked_up() {
    let address = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96";
    for property in ["passportNumber", "phone", "email"] {
        let row = row(&[("name", "Jane Roe"), (property, address)]);
        assert_eq!(row.query.unwrap().wallets.len(), 1, "{property}");
    }
}

#[test]
fn a_number_in_a_column_of_names_is_a_doubt_only_if_the_row_has_no_other_name() {
    let read = |fields: &[(&str, &str)]| {
        let mut row = CustomerReader::new(None);
        for (number, (property, value)) in fields.iter().enumerate() {
            row.field(number, &FieldMeaning::new(property, None), value);
        }
        let read = row.finish();
        let gaps = read.query.map(|query| query.gaps().len()).unwrap_or_default();
        (read.unread.iter().map(|unread| unread.field).collect::<Vec<_>>(), gaps)
    };
    for fields in [
        &[("name", "100"), ("name", "Jane Example")][..],
        &[("name", "100"), ("firstName", "Jane"), ("lastName", "Example")],
        &[("name", "Jane Example"), ("otherParty", "0010001234")],
    ] {
        assert_eq!(read(fields), (vec![], 0), "{fields:?}");
    }
    assert_eq!(read(&[("name", "100"), ("country", "mt")]).0, [0]);
}
