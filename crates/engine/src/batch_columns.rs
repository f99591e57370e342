//! The meaning of the columns of a customer file, by their names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use interdict_files::{
    BatchError, Column, ColumnMap, FileKeys, NestedKey, WatchedColumn, file_keys, is_document_key,
    is_value_key,
};
use interdict_lists::{
    ColumnMeaning, UnusedColumn, parse_column_name, parse_name_part, unused_column,
};
use interdict_model::{IdentifierKind, PropertyType, Schema};
use interdict_screen::{NUMBER_SERIES, OTHER_PARTY, SECOND_LINE, is_name_property, property_type};

use crate::error::EngineError;
use crate::name_columns::{further_lines, names_customer, part_properties};
use crate::session::Session;

/// The columns of a customer file, interpreted by their names.
#[derive(Debug, Clone, Default)]
pub struct KnownColumns {
    /// The map to screen by.
    pub map: ColumnMap,
    /// The column with the caller's reference of the customer.
    pub id_column: Option<String>,
    /// Columns that are not used, in the order of the file.
    pub unused: Vec<String>,
}

impl Session {
    /// Interprets column names by the same rules as in a list of one's own. A schema or schema column that the caller
    /// gives is kept. If the caller gives columns, no other column is interpreted.
    ///
    /// # Errors
    /// When the file cannot be read, or no column can hold a name, an identifier or a wallet.
    pub fn read_columns(
        &self,
        path: &Path,
        given: &ColumnMap,
    ) -> Result<KnownColumns, EngineError> {
        read_columns(path, given)
    }
}

fn read_columns(path: &Path, given: &ColumnMap) -> Result<KnownColumns, EngineError> {
    let FileKeys { columns: names, nested } = file_keys(path, &given.form)?;
    if !given.columns.is_empty() {
        let is_used = |name: &String| {
            given.schema_column.as_ref() == Some(name)
                || given.columns.iter().any(|column| column.column == *name)
        };
        let unused = names.into_iter().filter(|name| !is_used(name)).collect();
        return Ok(KnownColumns { map: given.clone(), id_column: None, unused });
    }
    let mut known = KnownColumns { map: given.clone(), ..KnownColumns::default() };
    let schema_is_open = given.schema.is_none();
    let (company, vessel) = stated_kinds(&names, given.schema.as_ref());
    let parts = part_properties(&names);
    let lines = further_lines(&names);
    for name in &names {
        let schema_column = known.map.schema_column.as_ref();
        let property = match parse_column_name(name) {
            _ if schema_column == Some(name) => continue,
            _ if given.ignored.contains(name) => {
                known.unused.push(name.clone());
                continue;
            }
            _ if parts.contains_key(name) => parts.get(name).map_or("", String::as_str),
            Some(ColumnMeaning::Schema) if schema_is_open && schema_column.is_none() => {
                known.map.schema_column = Some(name.clone());
                continue;
            }
            Some(ColumnMeaning::Id) if known.id_column.is_none() => {
                known.id_column = Some(name.clone());
                continue;
            }
            _ if lines.contains(&name) => SECOND_LINE,
            Some(ColumnMeaning::Property(property)) if is_screened(property) => property,
            Some(ColumnMeaning::OtherParty | ColumnMeaning::OtherPart) => OTHER_PARTY,
            Some(ColumnMeaning::Company) => company,
            Some(ColumnMeaning::Vessel) => vessel,
            Some(ColumnMeaning::SecondLine) => SECOND_LINE,
            Some(ColumnMeaning::NumberSeries) => NUMBER_SERIES,
            _ => {
                known.unused.push(name.clone());
                continue;
            }
        };
        let property = property.to_owned();
        known.map.columns.push(Column { column: name.clone(), property });
    }
    known.map.perhaps_parts = find_halves(&mut known.map.columns);
    known.map.watched = watched(&known.unused, &given.ignored);
    let keys = nested_keys(&nested);
    known.map.unused_nested = unused_nested(&keys, &nested);
    known.unused = with_places(known.unused, &known.map);
    let has_names = keys.iter().any(|key| identifies(&key.meaning) || key.meaning == "company");
    known.map.nested = (!nested.is_empty()).then_some(keys);
    if has_names {
        return Ok(known);
    }
    if known.map.columns.iter().any(|column| identifies(&column.property)) {
        return Ok(known);
    }
    let present = match names.as_slice() {
        [] => "none".to_owned(),
        names => names.join(", ").chars().take(300).collect(),
    };
    Err(BatchError::NoKnownColumn { path: path.to_owned(), present }.into())
}

/// The unused columns whose values may be names of parties.
fn watched(unused: &[String], ignored: &[String]) -> Vec<WatchedColumn> {
    let watched = unused.iter().filter(|column| !ignored.contains(column));
    let watched = watched.filter_map(|column| {
        let is_of_names = match unused_column(column) {
            UnusedColumn::NoNames => return None,
            UnusedColumn::PerhapsNames => false,
            UnusedColumn::Names => true,
        };
        Some(WatchedColumn { column: column.clone(), is_of_names })
    });
    watched.collect()
}

/// The meanings of the keys of nested objects, which are those of columns with the same names.
fn nested_keys(places: &[Vec<String>]) -> Vec<NestedKey> {
    let keys: BTreeSet<&String> = places.iter().flat_map(|place| place.iter().skip(1)).collect();
    let names: Vec<String> = keys.iter().map(|key| (*key).clone()).collect();
    let parts = part_properties(&names);
    let meaning = |key: &String| match parse_column_name(key)? {
        _ if parts.contains_key(key) => parts.get(key).map(String::as_str),
        ColumnMeaning::Schema => Some("schema"),
        ColumnMeaning::Id => Some("id"),
        ColumnMeaning::Company => Some("company"),
        ColumnMeaning::OtherParty | ColumnMeaning::OtherPart | ColumnMeaning::Vessel => {
            Some(OTHER_PARTY)
        }
        ColumnMeaning::SecondLine => Some(SECOND_LINE),
        ColumnMeaning::NumberSeries => Some(NUMBER_SERIES),
        ColumnMeaning::Property(property) => is_screened(property).then_some(property),
    };
    let known = keys
        .into_iter()
        .filter_map(|key| Some(NestedKey { key: key.clone(), meaning: meaning(key)?.to_owned() }));
    known.collect()
}

/// For each column with nested objects, the paths whose keys are unknown.
fn unused_nested(keys: &[NestedKey], places: &[Vec<String>]) -> BTreeMap<String, Vec<String>> {
    let is_known = |key: &String| keys.iter().any(|known| known.key == *key);
    let mut unused: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for place in places {
        let (Some(column), Some((last, above))) = (place.first(), place.split_last()) else {
            continue;
        };
        let unused = unused.entry(column.clone()).or_default();
        let is_number = above.iter().any(|key| is_document_key(key)) || is_value_key(last);
        if !is_known(last) && !is_number {
            unused.push(place.join("."));
        }
    }
    unused
}

/// The columns that may hold only half of the customer's names: those of given names without family names, and the
/// reverse. Where the word for a given name also means a whole name (имя, jméno, نام), the names are read as whole ones.
fn find_halves(columns: &mut [Column]) -> Vec<String> {
    let has = |columns: &[Column], property: &str| {
        columns.iter().any(|column| column.property == property)
    };
    let (has_first, has_last) = (has(columns, "firstName"), has(columns, "lastName"));
    if has_first == has_last || has(columns, "name") {
        return Vec::new();
    }
    let mut halves = Vec::new();
    for column in columns {
        if matches!(column.property.as_str(), "firstName" | "lastName") {
            let part = parse_name_part(&column.column);
            if part.is_some_and(|part| part.is_perhaps_whole) {
                column.property = "name".to_owned();
            }
            halves.push(column.column.clone());
        }
    }
    halves
}

/// The properties for a column of companies and for one of ships or aircraft, whose headers state the kind. Such a
/// party is the customer, to whom the facts of the row belong, unless another column names the customer, or the
/// customers are of a kind that it cannot be. Then it is another party, of any kind.
fn stated_kinds(names: &[String], given: Option<&Schema>) -> (&'static str, &'static str) {
    let may_be = |kind: &Schema| given.is_none_or(|given| given.is_compatible_with(kind));
    let property = |is_customer| if is_customer { "name" } else { OTHER_PARTY };
    let names_company =
        names.iter().any(|name| parse_column_name(name) == Some(ColumnMeaning::Company));
    let names_customer = names_customer(names);
    let is_craft = [Schema::VESSEL, Schema::AIRPLANE].iter().any(may_be);
    (
        property(!names_customer && may_be(&Schema::COMPANY)),
        property(!names_customer && !names_company && is_craft),
    )
}

/// The columns of a file that are neither used for screening nor identify the customer.
pub(crate) fn unused_columns(
    columns: Vec<String>,
    id_column: Option<&str>,
    map: &ColumnMap,
) -> Vec<String> {
    let is_id = |column: &String| match id_column {
        Some(id) => column == id,
        None => parse_column_name(column) == Some(ColumnMeaning::Id),
    };
    with_places(columns.into_iter().filter(|column| !is_id(column)).collect(), map)
}

/// The columns; a column with nested objects is replaced by its unused paths.
fn with_places(columns: Vec<String>, map: &ColumnMap) -> Vec<String> {
    let places = |column: String| match map.unused_nested.get(&column) {
        Some(places) => places.clone(),
        None => vec![column],
    };
    columns.into_iter().flat_map(places).collect()
}

/// Whether a customer can be found by the property.
fn identifies(property: &str) -> bool {
    is_name_property(property)
        || property == "publicKey"
        || IdentifierKind::of_property(property).is_some()
        || property_type(property) == Some(PropertyType::Identifier)
}

/// Whether the property changes the score. Other properties are read, but not used.
fn is_screened(property: &str) -> bool {
    identifies(property)
        || matches!(property, "birthDate" | "gender" | "address")
        || property_type(property) == Some(PropertyType::Country)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str, given: &ColumnMap) -> Result<KnownColumns, EngineError> {
        let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
        std::fs::write(file.path(), format!("{header}\n")).unwrap();
        read_columns(file.path(), given)
    }

    fn mapped(known: &KnownColumns) -> Vec<String> {
        let columns = known.map.columns.iter();
        columns.map(|column| format!("{}={}", column.column, column.property)).collect()
    }

    #[test]
    fn usual_headers_are_read_and_the_rest_is_reported() {
        let header = "Customer ID,Full name,DOB,Nationality,Passport no,type,shoe size,remarks";
        let known = read(header, &ColumnMap::default()).unwrap();
        assert_eq!(
            mapped(&known),
            [
                "Full name=name",
                "DOB=birthDate",
                "Nationality=nationality",
                "Passport no=passportNumber"
            ]
        );
        assert_eq!(known.id_column.as_deref(), Some("Customer ID"));
        assert_eq!(known.map.schema_column.as_deref(), Some("type"));
        assert_eq!(known.unused, ["shoe size", "remarks"]);
    }

    #[test]
    fn a_schema_that_is_given_is_not_overruled_by_a_column() {
        let given = ColumnMap { schema: Some(Schema::PERSON), ..ColumnMap::default() };
        let known = read("name,type", &given).unwrap();
        assert_eq!(known.map.schema_column, None);
        assert_eq!(known.unused, ["type"]);
        let given = ColumnMap { schema_column: Some("kind".to_owned()), ..ColumnMap::default() };
        let known = read("name,type,kind", &given).unwrap();
        assert_eq!(known.map.schema_column.as_deref(), Some("kind"));
        assert_eq!(
            (mapped(&known), known.unused),
            (vec!["name=name".to_owned()], vec!["type".to_owned()])
        );
    }

    #[test]
    fn other_parties_are_screened_and_a_company_is_one_beside_a_person() {
        let known = read("name,Director,Company,UBO 2,name2", &ColumnMap::default()).unwrap();
        let expected = [
            "name=name",
            "Director=otherParty",
            "Company=otherParty",
            "UBO 2=otherParty",
            "name2=name2",
        ];
        assert_eq!(mapped(&known), expected);
        let known = read("company,country,receiver", &ColumnMap::default()).unwrap();
        assert_eq!(mapped(&known), ["company=name", "country=country", "receiver=otherParty"]);
    }

    #[test]
    fn a_header_that_states_a_kind_is_not_overruled_by_the_kind_of_the_file() {
        let of = |schema| ColumnMap { schema, ..ColumnMap::default() };
        for (header, schema, expected) in [
            ("vessel,flag", None, "vessel=name"),
            ("Ship name,flag", Some(Schema::VESSEL), "Ship name=name"),
            ("Aircraft name,flag", Some(Schema::AIRPLANE), "Aircraft name=name"),
            ("vessel,flag", Some(Schema::PERSON), "vessel=otherParty"),
            ("vessel,flag", Some(Schema::COMPANY), "vessel=otherParty"),
            ("vessel,name", None, "vessel=otherParty"),
            ("vessel,company", None, "vessel=otherParty"),
            ("vessel,former name", None, "vessel=name"),
            ("company,country", Some(Schema::LEGAL_ENTITY), "company=name"),
            ("company,country", Some(Schema::PERSON), "company=otherParty"),
        ] {
            let columns = mapped(&read(header, &of(schema.clone())).unwrap());
            assert!(columns.contains(&expected.to_owned()), "{header} {schema:?}: {columns:?}");
        }
    }

    #[test]
    fn parts_of_names_that_are_numbered_are_of_several_parties() {
        let header = "First name 1,Last name 1,First name 2,Middle name 2,Last name 2,Last name 3";
        let known = read(header, &ColumnMap::default()).unwrap();
        let properties: Vec<_> = mapped(&known);
        let expected = [
            "First name 1=firstName",
            "Last name 1=lastName",
            "First name 2=otherParty:2",
            "Middle name 2=otherParty:2",
            "Last name 2=otherParty:2",
            "Last name 3=lastName",
        ];
        assert_eq!(properties, expected);
        let known = read("first name,last name,last name 2", &ColumnMap::default()).unwrap();
        let expected = ["first name=firstName", "last name=lastName", "last name 2=lastName"];
        assert_eq!(mapped(&known), expected, "a second family name");
    }

    #[test]
    fn parts_of_names_are_known_with_the_word_name_in_front_and_as_those_of_the_customer() {
        for (header, expected) in [
            ("NAME_LAST,NAME_FIRST", ["NAME_LAST=lastName", "NAME_FIRST=firstName"]),
            (
                "CUST_FIRST_NAME,CUST_LAST_NAME",
                ["CUST_FIRST_NAME=firstName", "CUST_LAST_NAME=lastName"],
            ),
            (
                "Applicant Last Name,Applicant First Name",
                ["Applicant Last Name=lastName", "Applicant First Name=firstName"],
            ),
        ] {
            assert_eq!(mapped(&read(header, &ColumnMap::default()).unwrap()), expected);
        }
    }

    #[test]
    fn parts_with_the_same_qualifier_are_one_name() {
        for (header, expected) in [
            (
                "Contact First Name,Contact Last Name,Company",
                vec![
                    "Contact First Name=otherParty:100000",
                    "Contact Last Name=otherParty:100000",
                    "Company=name",
                ],
            ),
            (
                "RCVR_FNAME,RCVR_LNAME,SNDR_FNAME,SNDR_LNAME",
                vec![
                    "RCVR_FNAME=firstName",
                    "RCVR_LNAME=lastName",
                    "SNDR_FNAME=otherParty:100001",
                    "SNDR_LNAME=otherParty:100001",
                ],
            ),
            (
                "First name,Surname,First name (latin),Surname (latin)",
                vec![
                    "First name=firstName",
                    "Surname=lastName",
                    "First name (latin)=alias:100001",
                    "Surname (latin)=alias:100001",
                ],
            ),
            (
                "Name,Beneficiary name,Beneficiary surname",
                vec![
                    "Name=name",
                    "Beneficiary name=otherParty:100000",
                    "Beneficiary surname=otherParty:100000",
                ],
            ),
            ("CUST_NM_1,CUST_NM_2", vec!["CUST_NM_1=name", "CUST_NM_2=name2"]),
        ] {
            assert_eq!(mapped(&read(header, &ColumnMap::default()).unwrap()), expected);
        }
    }

    #[test]
    fn columns_of_half_a_name_are_known_as_such() {
        for (header, halves) in [
            ("title,last name", vec!["last name"]),
            ("id,given name", vec!["given name"]),
            ("id,имя", vec!["имя"]),
            ("first name,last name", vec![]),
            ("last name,name", vec![]),
        ] {
            let known = read(header, &ColumnMap::default()).unwrap();
            assert_eq!(known.map.perhaps_parts, halves, "{header}");
        }
    }

    #[test]
    fn a_given_name_beside_no_other_is_a_whole_name() {
        assert_eq!(mapped(&read("id,имя", &ColumnMap::default()).unwrap()), ["имя=name"]);
        let known = read("имя,фамилия", &ColumnMap::default()).unwrap();
        assert_eq!(mapped(&known), ["имя=firstName", "фамилия=lastName"]);
        let known = read("first name,full name", &ColumnMap::default()).unwrap();
        assert_eq!(mapped(&known), ["first name=firstName", "full name=name"]);
    }

    #[test]
    fn facts_without_a_name_or_number_are_no_customer() {
        let error = read("id,birth_date,country", &ColumnMap::default()).unwrap_err();
        assert!(error.to_string().contains("its columns: id, birth_date, country"), "{error}");
        assert!(read("id,surname", &ColumnMap::default()).is_ok());
        assert!(read("id,wallet", &ColumnMap::default()).is_ok());
    }
}
