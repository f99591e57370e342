//! Reads one customer from the fields of a row; fields that cannot be read are reported and do not stop it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use interdict_model::Identifier;
use interdict_model::wallet::addresses_within;

use crate::customer::Customer;
use crate::name_parts::names_of_parts;
use crate::query::{NUMBER_SERIES, OTHER_PARTY, Query, QueryError, STRAY_NUMBER, whole_of_parts};
use crate::query_name::QueryName;
use crate::written::{FieldMeaning, FieldReading, Unread, read_field};
use crate::written_name::{is_flag, is_single_word};
use interdict_model::Schema;

/// Takes the fields of one row, one after the other.
///
/// ```
/// use interdict_screen::{CustomerReader, FieldMeaning};
///
/// let mut row = CustomerReader::new(None);
/// row.field(0, &FieldMeaning::new("name", None), "Jane Example");
/// row.field(1, &FieldMeaning::new("birthDate", None), "31.02.1965");
/// let row = row.finish();
/// assert_eq!(row.query.map(|query| query.names().len()), Ok(1));
/// assert_eq!(row.unread.len(), 1);
/// ```
#[derive(Debug)]
pub struct CustomerReader {
    query: Query,
    values: Vec<(String, String)>,
    unread: Vec<UnreadField>,
    /// Fields with a word for a missing name; reported if the row has no certain name.
    doubts: Vec<UnreadField>,
    parts: Vec<NamePart>,
    whole_names: usize,
    certain_names: usize,
    last_name_missing: bool,
    /// The names that are made of the parts of one property, with the field of the first.
    made_names: BTreeMap<String, (usize, Vec<String>)>,
    /// The first field that may hold only a part of the customer's name, and whether no field has the rest.
    half_name: Option<(usize, bool)>,
    /// The series of documents, and the numbers that may lack them: field, property and text.
    series: Vec<String>,
    numbers: Vec<(usize, String, String)>,
    /// Addresses and numbers in fields of another meaning: the field, the property and the value.
    strays: Vec<(usize, &'static str, String)>,
}

/// A field whose text was not read, was read in another way than written, or is doubtful.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadField {
    /// The field number that the caller gave.
    pub field: usize,
    /// Why.
    pub why: Unread,
}

/// A row as far as it could be read.
#[derive(Debug)]
pub struct ReadCustomer {
    /// What to screen, unless the row has no name, number or wallet that could be read.
    pub query: Result<Query, QueryError>,
    /// The values that were read. They give the same query again.
    pub customer: Customer,
    /// The fields that were not read, or are doubtful.
    pub unread: Vec<UnreadField>,
}

#[derive(Debug)]
struct NamePart {
    is_last: bool,
    text: String,
    is_certain: bool,
}

impl CustomerReader {
    /// Starts a row; `schema` is the kind of party, if it is known.
    pub fn new(schema: Option<Schema>) -> Self {
        Self {
            query: Query::new(schema),
            values: Vec::new(),
            unread: Vec::new(),
            doubts: Vec::new(),
            parts: Vec::new(),
            whole_names: 0,
            certain_names: 0,
            last_name_missing: false,
            made_names: BTreeMap::new(),
            half_name: None,
            series: Vec::new(),
            numbers: Vec::new(),
            strays: Vec::new(),
        }
    }

    /// Reports a field without reading it.
    pub fn unread(&mut self, field: usize, why: Unread) {
        self.unread.push(UnreadField { field, why });
    }

    /// Takes a text of a field whose meaning is unknown. Wallet addresses in it, and values that can be identified by
    /// their check digits or form, are looked up.
    pub fn other_text(&mut self, field: usize, text: &str) {
        self.addresses_of(field, text);
        if !Identifier::checked(text).is_empty() {
            self.strays.push((field, STRAY_NUMBER, text.to_owned()));
        }
    }

    /// Looks for wallet addresses in numbers and in the hidden part of a text, such as the target of a link.
    fn hidden_addresses(&mut self, field: usize, meaning: &FieldMeaning, text: &str) {
        if meaning.is_number() || text.contains(['<', '&', '%', '\\']) {
            self.addresses_of(field, text);
        }
    }

    fn addresses_of(&mut self, field: usize, text: &str) {
        let addresses = addresses_within(text).into_iter();
        self.strays.extend(addresses.map(|address| (field, "publicKey", address)));
    }

    /// Looks up each number with each series in front of it.
    fn add_numbers_of_series(&mut self) {
        let (series, numbers) =
            (std::mem::take(&mut self.series), std::mem::take(&mut self.numbers));
        for (field, property, number) in numbers {
            for series in &series {
                let number = format!("{series}{number}");
                match self.query.add(&property, &number) {
                    Ok(()) => self.values.push((property.clone(), number)),
                    Err(error) => return self.unread(field, error.into()),
                }
            }
        }
    }

    /// Takes one text of a field; a field with a list has several.
    pub fn field(&mut self, field: usize, meaning: &FieldMeaning, text: &str) {
        let (property, has_signs) = (&meaning.property, text.contains(char::is_alphanumeric));
        if property == NUMBER_SERIES {
            self.series.extend(has_signs.then(|| text.trim().to_owned()));
            return;
        }
        if has_signs && matches!(property.as_str(), "passportNumber" | "idNumber") {
            self.numbers.push((field, property.clone(), text.trim().to_owned()));
        }
        self.hidden_addresses(field, meaning, text);
        let FieldReading { values, unread } = read_field(meaning, text);
        let (property, is_name) = (meaning.property.as_str(), meaning.is_name());
        let is_certain = !matches!(unread, Some(Unread::NoName | Unread::PerhapsNoName));
        if property == "lastName" && !is_certain {
            self.last_name_missing = true;
        }
        let whole = whole_of_parts(property);
        let is_other = whole.unwrap_or(property) == OTHER_PARTY;
        match unread {
            // A missing name of another party, such as a director, is not a fault of the customer.
            Some(_) if is_other && !is_certain => {}
            Some(why) if is_name && !is_certain => self.doubts.push(UnreadField { field, why }),
            Some(why) => self.unread.push(UnreadField { field, why }),
            None => {}
        }
        if whole.is_some() {
            let name = self.made_names.entry(property.to_owned());
            let (_, parts) = name.or_insert((field, Vec::new()));
            parts.extend(values.into_iter().map(Cow::into_owned));
            return;
        }
        for value in values {
            let (doubts_before, names_before) =
                (self.query.doubts().len(), self.query.names().len());
            if let Err(error) = self.query.add(property, &value) {
                self.unread.push(UnreadField { field, why: error.into() });
                continue;
            }
            let is_part = matches!(property, "firstName" | "middleName" | "lastName");
            if meaning.holds_perhaps_parts() {
                self.half_name.get_or_insert((field, is_part));
            }
            if is_part {
                let (is_last, text) = (property == "lastName", value.clone().into_owned());
                self.parts.push(NamePart { is_last, text, is_certain });
            } else if is_name {
                let doubt = self.query.doubts().get(doubts_before).cloned();
                let is_number = property == "name" && self.query.names().len() == names_before;
                let doubt = doubt.or(is_number.then_some(Unread::NumberForName));
                let doubt = doubt.map(|why| UnreadField { field, why });
                // Systems number clients and partners under such headers: reported if the row has no other name.
                let has_letters = value.contains(char::is_alphabetic);
                if has_letters {
                    self.unread.extend(doubt);
                } else {
                    self.query.forget_doubts(doubts_before);
                    self.doubts.extend(doubt);
                }
                self.whole_names += usize::from(property == "name" && has_letters);
                self.certain_names += usize::from(is_certain && !is_other && has_letters);
            }
            self.values.push((property.to_owned(), value.into_owned()));
        }
    }

    /// Completes the row.
    pub fn finish(mut self) -> ReadCustomer {
        self.add_numbers_of_series();
        self.add_doubtful_parts();
        for (property, (field, parts)) in std::mem::take(&mut self.made_names) {
            let whole = whole_of_parts(&property).unwrap_or(OTHER_PARTY);
            let meaning = FieldMeaning::new(whole, None);
            for name in names_of_parts(&parts) {
                self.field(field, &meaning, &name);
            }
            let is_half = |name: &String| is_single_word(name) && !is_flag(name);
            if whole == OTHER_PARTY && matches!(parts.as_slice(), [part] if is_half(part)) {
                self.unread(field, Unread::HalfName);
            }
        }
        if !self.has_certain_name() {
            self.unread.append(&mut self.doubts);
        }
        let mut customer = Customer { schema: self.query.schema.clone(), values: self.values };
        // A row without a name is still reported as such, even if its other fields contain addresses.
        let mut query = self.query.finish();
        if let Ok(query) = &mut query {
            let is_single = |name: &QueryName| is_single_word(name.text());
            let is_half = |(_, is_rest_missing): &(usize, bool)| {
                *is_rest_missing && self.certain_names == 0 || query.names().iter().all(is_single)
            };
            if let Some((field, _)) = self.half_name.filter(is_half)
                && query.is_perhaps_of_a_person()
            {
                self.unread.push(UnreadField { field, why: Unread::HalfName });
            }
            for (field, property, value) in self.strays {
                match query.add(property, &value) {
                    Ok(()) => customer.values.push((property.to_owned(), value)),
                    Err(error) => {
                        self.unread.push(UnreadField { field, why: error.into() });
                        break;
                    }
                }
            }
        }
        self.unread.sort_by_key(|unread| unread.field);
        ReadCustomer { query, customer, unread: self.unread }
    }

    /// A part such as `Null` or `Na` may be a name or stand for a missing one: the row is screened with it and without
    /// it, because an extra word lowers the score as much as a missing one.
    fn add_doubtful_parts(&mut self) {
        if self.whole_names > 0 || self.parts.iter().all(|part| part.is_certain) {
            return;
        }
        let joined = |parts: &[NamePart], certain_only: bool| {
            let of = |is_last: bool| {
                let chosen = parts.iter().filter(move |part| part.is_last == is_last);
                chosen
                    .filter(move |part| part.is_certain || !certain_only)
                    .map(|part| part.text.as_str())
            };
            of(false).chain(of(true)).collect::<Vec<_>>().join(" ")
        };
        for name in [joined(&self.parts, false), joined(&self.parts, true)] {
            if !name.is_empty() && self.query.add("name", &name).is_ok() {
                self.values.push(("name".to_owned(), name));
            }
        }
    }

    fn has_certain_name(&self) -> bool {
        let certain =
            |last: bool| self.parts.iter().any(|part| part.is_certain && (part.is_last || !last));
        self.certain_names > 0 || certain(true) || (certain(false) && !self.last_name_missing)
    }
}
