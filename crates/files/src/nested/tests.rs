use crate::{Column, ColumnMap, NestedKey, open_customers};

/// The values and the reports of one row of NDJSON whose column `name`, if it has one, is known.
fn read(row: &str) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.ndjson");
    std::fs::write(&path, format!("{row}\n")).unwrap();
    let key = |(key, meaning): &(&str, &str)| NestedKey {
        key: (*key).to_owned(),
        meaning: (*meaning).to_owned(),
    };
    let keys = [
        ("name", "name"),
        ("firstName", "firstName"),
        ("lastName", "lastName"),
        ("type", "schema"),
        ("passport", "passportNumber"),
        ("documentNo", "idNumber"),
        ("country", "country"),
        ("birthDate", "birthDate"),
        ("ubo", "otherParty"),
        ("wallet", "publicKey"),
        ("employer", "company"),
    ];
    let known = [
        ("name", "name"),
        ("dob", "birthDate"),
        ("owner", "otherParty"),
        ("pass", "passportNumber"),
        ("alias", "alias"),
    ];
    let present = known.iter().filter(|(column, _)| row.starts_with(&format!("{{\"{column}\":")));
    let column = |(column, property): &(&str, &str)| Column {
        column: (*column).to_owned(),
        property: (*property).to_owned(),
    };
    let map = ColumnMap {
        columns: present.map(column).collect(),
        nested: Some(keys.iter().map(key).collect()),
        ..ColumnMap::default()
    };
    let (mut reader, binding) = open_customers(&path, &map).unwrap();
    let chunk = reader.next_chunk(10).unwrap().unwrap();
    let row = binding.customers(&chunk).into_iter().next().unwrap();
    let values = row.customer.unwrap_or_default().values.into_iter();
    let values = values.map(|(property, value)| format!("{property}={value}"));
    (values.collect(), row.unread.into_iter().map(|field| field.why.to_string()).collect())
}

/// The values of a row of a customer with a name of its own, beside that name.
fn beside_name(fields: &str) -> Vec<String> {
    let (values, unread) = read(&format!("{{\"name\": \"Jane Roe\", {fields}}}").replacen(
        "{\"name\": ",
        "{\"name\":",
        1,
    ));
    assert_eq!(unread, [""; 0], "{fields}");
    values.into_iter().filter(|value| value != "name=Jane Roe").collect()
}

#[test]
fn the_number_of_a_document_is_of_the_kind_that_the_object_names() {
    for (fields, expected) in [
        (r#""documents": [{"type": "passport", "number": "G649385"}]"#, "passportNumber=G649385"),
        (
            r#""documents": [{"type": "PASSPORT", "documentNo": "G649385"}]"#,
            "passportNumber=G649385",
        ),
        (r#""documents": [{"number": "G649385", "issued": "2010-01-01"}]"#, "number=G649385"),
        (r#""documents": [{"type": "tax number", "x": "G649385"}]"#, "taxNumber=G649385"),
        (r#""data": {"type": "national ID", "value": "G649385"}"#, "idNumber=G649385"),
        (r#""data": {"kind": "Reisepass", "nummer": 649385}"#, "number=649385"),
        (r#""ids": {"passport": "G649385"}"#, "passportNumber=G649385"),
        (r#""ids": {"permit": "G649385"}"#, "number=G649385"),
        (r#""ids": [["G649385"]]"#, "number=G649385"),
        (r#""contacts": [{"type": "email", "value": "roe@example.org"}]"#, "email=roe@example.org"),
    ] {
        assert_eq!(beside_name(fields), [expected], "{fields}");
    }
    for fields in [
        r#""documents": [{"type": "passport", "number": null, "issued": "2010-01-01"}]"#,
        r#""amount": {"value": 649385, "currency": "USD"}"#,
        r#""data": {"shoe": {"size": 42}}"#,
        r#""data": {"country": "kp"}"#,
    ] {
        assert_eq!(beside_name(fields), [""; 0], "{fields}");
    }
}

#[test]
fn other_parties_are_screened_by_their_names_and_their_numbers_by_themselves() {
    for (fields, expected) in [
        (r#""parties": [{"name": "Ivo Roe", "role": "director"}]"#, &["otherParty=Ivo Roe"][..]),
        (r#""parties": [{"firstName": "Ivo", "lastName": "Roe"}]"#, &["otherParty=Ivo Roe"]),
        (r#""parties": {"ubo": {"name": "Ivo Roe"}}"#, &["otherParty=Ivo Roe"]),
        (r#""parties": {"ubo": "Ivo Roe"}"#, &["otherParty=Ivo Roe"]),
        (r#""work": {"employer": "Roe Ltd"}"#, &["otherParty=Roe Ltd"]),
        (
            r#""parties": [{"name": "Ivo Roe", "country": "kp", "passport": "G649385"}]"#,
            &["otherParty=Ivo Roe", "strayNumber:passportNumber=G649385"],
        ),
        (
            r#""parties": [{"name": "Ivo Roe", "documents": [{"type": "passport", "number": "G649385"}]}]"#,
            &["strayNumber:passportNumber=G649385", "otherParty=Ivo Roe"],
        ),
    ] {
        let (mut values, mut expected) = (beside_name(fields), expected.to_vec());
        values.sort();
        expected.sort_unstable();
        assert_eq!(values, expected, "{fields}");
    }
    let (values, unread) = read(r#"{"owner":{"label": "Ivo Roe"}, "pass": "G649385"}"#);
    assert_eq!((values.len(), unread.len()), (0, 1), "{values:?} {unread:?}");
}

#[test]
fn the_first_party_of_a_row_without_a_name_is_the_customer() {
    let (values, _) = read(
        r#"{"customer": {"firstName": "Jane", "lastName": "Roe", "birthDate": "1965-04-25"}}"#,
    );
    assert_eq!(values, ["birthDate=1965-04-25", "firstName=Jane", "lastName=Roe"]);
    let (values, _) =
        read(r#"{"a": {"name": "Jane Roe"}, "b": {"name": "Ivo Roe", "birthDate": "1970"}}"#);
    assert_eq!(values, ["name=Jane Roe", "otherParty=Ivo Roe"]);
}

#[test]
fn a_column_of_objects_is_read_by_its_own_meaning() {
    let first = |row: &str| read(row).0;
    assert_eq!(
        first(r#"{"name":{"firstName": "Jane", "lastName": "Roe"}}"#),
        ["firstName=Jane", "lastName=Roe"]
    );
    assert_eq!(
        first(r#"{"name":{"en": "Jane Roe", "ru": "Джейн Роу"}}"#),
        ["name=Jane Roe", "name=Джейн Роу"]
    );
    assert_eq!(
        first(r#"{"name":{"name": "Jane Roe", "language": "en", "birthDate": "1965"}}"#),
        ["birthDate=1965", "name=Jane Roe"]
    );
    assert_eq!(first(r#"{"alias":[{"name": "Jane Roe", "type": "aka"}]}"#), ["alias=Jane Roe"]);
    let (values, unread) =
        read(r#"{"dob":{"year": 1965, "month": 4, "day": 25}, "x": {"name": "Jane Roe"}}"#);
    assert_eq!((values.contains(&"birthDate=1965-04-25".to_owned()), unread.len()), (true, 0));
    let (values, _) = read(r#"{"dob":{"value": "25.04.1965"}, "x": {"name": "Jane Roe"}}"#);
    assert!(values.contains(&"birthDate=1965-04-25".to_owned()), "{values:?}");
    let (values, _) = read(r#"{"pass":{"number": "G649385", "country": "kp"}}"#);
    assert_eq!(values, ["passportNumber=G649385"]);
}

#[test]
fn objects_that_are_too_deep_are_reported() {
    let deep = format!("{}1{}", "{\"a\":".repeat(40), "}".repeat(40));
    let (_, unread) = read(&format!("{{\"name\":\"Jane Roe\", \"x\": {deep}}}"));
    assert_eq!(unread.len(), 1);
}
