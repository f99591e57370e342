//! Fields as customer files write them, and rows of them.

use interdict_model::{DateFormError, DateOrder};

use crate::{CustomerReader, FieldMeaning, QueryError, ReadCustomer, Unread, read_field};

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
