//! Objects within the objects of NDJSON: `documents: [{"type": "passport", "number": "..."}]`, `parties: {"ubo": {...}}`.
//!
//! The words of the keys give the meaning of a value, as column names do. An object is a document if its key or a text
//! in it names a kind of number; it is a party if it has a name. If no column names the customer, the first party of
//! the row is the customer. All other parties are screened by their names, and their numbers are screened apart from
//! any name.

use interdict_model::IdentifierKind;
use interdict_screen::{
    CustomerReader, OTHER_PARTY, Unread, is_made_of_parts, is_name_property, part_in, party_part,
};
use serde_json::{Map, Value};

use crate::nested_keys::{KeyRole, NestedKeys, is_document_key, is_value_key};
use crate::nested_values::{is_perhaps_number, is_scalar, texts_of};

/// Deepest nesting of objects that is read; deeper objects are reported.
const DEEPEST: usize = 12;
/// First number for parties whose name parts are in one object; larger than all numbers of numbered columns.
const FIRST_PARTY: u32 = 1_000_000;

/// The meaning that its key gives to a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Role<'a> {
    Unknown,
    /// Documents and their numbers: `ids`, `documents`.
    Document,
    Property(&'a str),
}

/// The owner of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Owner {
    Customer,
    /// Another party, by a number of its own.
    Other(u32),
    /// Unknown: an object without a name. Its values may be the customer's.
    Nobody,
}

/// Reads the nested values of one row.
pub(crate) struct NestedReader<'a, 'r> {
    keys: &'a NestedKeys,
    reader: &'r mut CustomerReader,
    /// The column.
    field: usize,
    parties: u32,
    /// The number of objects so far, and that of the one that is being read: the parts in each make names of its own.
    objects: u32,
    object: u32,
    has_customer: bool,
    /// How many names, numbers and addresses were read.
    found: usize,
}

impl<'a, 'r> NestedReader<'a, 'r> {
    /// Starts a row. `has_customer` states whether the customer is already known from a column.
    pub(crate) fn new(
        keys: &'a NestedKeys,
        reader: &'r mut CustomerReader,
        has_customer: bool,
    ) -> Self {
        Self {
            keys,
            reader,
            field: 0,
            parties: FIRST_PARTY,
            objects: 0,
            object: 0,
            has_customer,
            found: 0,
        }
    }

    /// Reads the value of a column.
    pub(crate) fn column(&mut self, field: usize, role: Role<'_>, value: &Value) {
        self.field = field;
        let owner = if matches!(role, Role::Property(_)) { Owner::Customer } else { Owner::Nobody };
        self.value((role, owner), value, 0);
    }

    fn value(&mut self, (role, owner): (Role<'_>, Owner), value: &Value, depth: usize) {
        match value {
            Value::Null | Value::Bool(_) => {}
            _ if depth > DEEPEST => self.unread("objects within objects, too deep to be read"),
            Value::Array(values) => {
                values.iter().for_each(|value| self.value((role, owner), value, depth + 1));
            }
            Value::Object(object) => self.object((role, owner), object, depth + 1),
            Value::String(text) => self.text((role, owner), text),
            Value::Number(number) => self.text((role, owner), &number.to_string()),
        }
    }

    fn text(&mut self, (role, owner): (Role<'_>, Owner), text: &str) {
        match role {
            Role::Unknown => self.reader.other_text(self.field, text),
            Role::Document if is_perhaps_number(text) => {
                self.fact(owner, IdentifierKind::Other.property(), text);
            }
            Role::Document => {}
            Role::Property(property) if is_name_property(property) => {
                self.name(owner, property, text);
            }
            Role::Property(property) => self.fact(owner, property, text),
        }
    }

    fn object(
        &mut self,
        (role, owner): (Role<'_>, Owner),
        object: &Map<String, Value>,
        depth: usize,
    ) {
        let kind = self.kind_of(role, object);
        let has_names = self.has_names(object);
        match role {
            Role::Property(OTHER_PARTY) => self.party(object, depth),
            Role::Property(property) if is_name_property(property) => {
                self.names(property, owner, object, depth);
            }
            Role::Property("birthDate") => self.date(owner, object),
            Role::Property(property) if kind.is_none() => {
                let texts = texts_of(object.values());
                match property {
                    "address" => self.fact(owner, property, &texts.join(", ")),
                    _ => texts.iter().for_each(|text| self.fact(owner, property, text)),
                }
            }
            _ if has_names && role != Role::Document => {
                let owner = self.owner_of_names(owner);
                self.entries(owner, object, depth);
                kind.into_iter().for_each(|kind| self.numbers(owner, kind, object));
            }
            _ => match kind {
                Some(kind) => self.document(owner, kind, object, depth),
                None if role == Role::Document => self.numbers_by_kind(owner, object, depth),
                None => self.entries(owner, object, depth),
            },
        }
    }

    /// Reads a map from kinds of documents to their numbers: `ids: {"permit": "..."}`.
    fn numbers_by_kind(&mut self, owner: Owner, object: &Map<String, Value>, depth: usize) {
        for (key, value) in object {
            match self.keys.role(key) {
                None if is_scalar(value) => self.value((Role::Document, owner), value, depth),
                _ => self.entry(owner, (key, value), depth),
            }
        }
    }

    /// The customer is the first party of a row that has no other name.
    fn owner_of_names(&mut self, owner: Owner) -> Owner {
        if owner == Owner::Nobody && !self.has_customer {
            self.has_customer = true;
            return Owner::Customer;
        }
        self.parties += 1;
        Owner::Other(self.parties)
    }

    /// Reads another party, and reports it if neither a name nor a number was found.
    fn party(&mut self, object: &Map<String, Value>, depth: usize) {
        let before = self.found;
        self.parties += 1;
        let owner = Owner::Other(self.parties);
        self.entries(owner, object, depth);
        let kind = self.kind_of(Role::Unknown, object);
        kind.into_iter().for_each(|kind| self.numbers(owner, kind, object));
        if self.found == before && !texts_of(object.values()).is_empty() {
            self.unread("another party of which no name and no number is known");
        }
    }

    fn entries(&mut self, owner: Owner, object: &Map<String, Value>, depth: usize) {
        self.objects += 1;
        let outer = std::mem::replace(&mut self.object, self.objects);
        object.iter().for_each(|entry| self.entry(owner, entry, depth));
        self.object = outer;
    }

    fn entry(&mut self, owner: Owner, (key, value): (&String, &Value), depth: usize) {
        let role = match self.keys.role(key) {
            Some(KeyRole::Property(property)) => Role::Property(property),
            Some(KeyRole::Company) => Role::Property(OTHER_PARTY),
            None if is_document_key(key) && !is_scalar(value) => Role::Document,
            _ => Role::Unknown,
        };
        let is_nested = !is_scalar(value) && !matches!(role, Role::Property(_));
        let owner = if is_nested && owner == Owner::Customer { Owner::Nobody } else { owner };
        self.value((role, owner), value, depth);
    }

    /// Reads the parts or the forms of a name, and the other values of its bearer: `{"first": "...", "last": "..."}`,
    /// `{"en": "...", "ko": "..."}`.
    fn names(&mut self, property: &str, owner: Owner, object: &Map<String, Value>, depth: usize) {
        let is_form = self.has_names(object) || object.keys().any(|key| is_value_key(key));
        for (key, value) in object {
            let own = match self.keys.role(key) {
                Some(KeyRole::Property(own)) if is_name_property(own) => Some(own),
                _ => None,
            };
            // The name of an alias is an alias.
            let role = match own.map(String::as_str) {
                Some("name") => property,
                Some(own) => own,
                None if self.keys.role(key).is_none() && (is_value_key(key) || !is_form) => {
                    property
                }
                // `customer: {"name": ..., "birthDate": ...}`
                None if property == "name" => {
                    self.entry(owner, (key, value), depth);
                    continue;
                }
                None => continue,
            };
            self.value((Role::Property(role), owner), value, depth);
        }
    }

    /// Reads a date, or its year, month and day.
    fn date(&mut self, owner: Owner, object: &Map<String, Value>) {
        let part = |first: char| {
            let mut entries = object.iter();
            let found = entries.find(|(key, _)| key.to_lowercase().starts_with(first));
            found.and_then(|(_, value)| texts_of([value]).into_iter().next())
        };
        let number = |text: Option<String>| text.and_then(|text| text.trim().parse::<u16>().ok());
        let [year, month, day] = ['y', 'm', 'd'].map(|first| number(part(first)));
        match (year, month, day) {
            (Some(year), Some(month), Some(day)) => {
                self.fact(owner, "birthDate", &format!("{year:04}-{month:02}-{day:02}"));
            }
            (Some(year), _, _) if year > 999 => {
                self.fact(owner, "birthDate", &format!("{year:04}"));
            }
            _ => {
                let texts = texts_of(object.values()).into_iter();
                let dates = texts.filter(|text| text.contains(|letter: char| letter.is_numeric()));
                dates.for_each(|date| self.fact(owner, "birthDate", &date));
            }
        }
    }

    /// Reads a document: its numbers and its other values.
    fn document(&mut self, owner: Owner, kind: &str, object: &Map<String, Value>, depth: usize) {
        self.numbers(owner, kind, object);
        for (key, value) in object {
            match self.keys.role(key) {
                Some(KeyRole::Property(property)) if is_name_property(property) => {
                    self.value((Role::Property(OTHER_PARTY), owner), value, depth);
                }
                Some(KeyRole::Company) => {
                    self.value((Role::Property(OTHER_PARTY), owner), value, depth);
                }
                Some(KeyRole::Property(_)) => {}
                None if is_value_key(key) && is_scalar(value) => {}
                _ if is_scalar(value) => texts_of([value])
                    .iter()
                    .for_each(|text| self.reader.other_text(self.field, text)),
                _ => self.value((Role::Unknown, Owner::Nobody), value, depth),
            }
        }
    }

    /// Reads the numbers of a document: the values under keys of numbers, or else every value that may be a number.
    fn numbers(&mut self, owner: Owner, kind: &str, object: &Map<String, Value>) {
        let any = IdentifierKind::Other.property();
        let kind_of_key = |key: &str| match self.keys.role(key) {
            Some(KeyRole::Id) => Some(kind.to_owned()),
            Some(KeyRole::Property(own)) if IdentifierKind::of_property(own).is_some() => {
                Some(if kind == any { own.clone() } else { kind.to_owned() })
            }
            Some(_) => None,
            None => is_value_key(key).then(|| kind.to_owned()),
        };
        let told = object.iter().filter_map(|(key, value)| Some((kind_of_key(key)?, value)));
        let told = told.flat_map(|(kind, value)| {
            texts_of([value]).into_iter().map(move |number| (kind.clone(), number))
        });
        let mut numbers: Vec<(String, String)> = told.collect();
        if numbers.is_empty() {
            let others = object.iter().filter(|(key, _)| self.keys.role(key).is_none());
            let texts = texts_of(others.map(|(_, value)| value)).into_iter();
            let texts = texts.filter(|text| is_perhaps_number(text));
            numbers.extend(texts.map(|number| (kind.to_owned(), number)));
        }
        numbers.iter().for_each(|(kind, number)| self.fact(owner, kind, number));
    }

    /// The property of the numbers of a document, taken from its key or from a text in it that names a kind of number.
    /// If the key only shows that it is a document, the property for numbers of unknown kind.
    fn kind_of<'b>(&self, role: Role<'b>, object: &Map<String, Value>) -> Option<&'b str> {
        if let Role::Property(property) = role {
            return IdentifierKind::of_property(property).map(|_| property);
        }
        let is_word = |key: &str| !matches!(self.keys.role(key), Some(KeyRole::Property(_)));
        let words = object.iter().filter(|(key, _)| is_word(key)).map(|(_, value)| value);
        let words = words.filter_map(Value::as_str);
        let kinds = words.filter_map(IdentifierKind::of_label);
        let named =
            kinds.reduce(|best, next| if best == IdentifierKind::Other { next } else { best });
        let has_number = || object.keys().any(|key| is_value_key(key));
        let any = (role == Role::Document && has_number()).then_some(IdentifierKind::Other);
        named.or(any).map(|kind| kind.property())
    }

    fn has_names(&self, object: &Map<String, Value>) -> bool {
        let is_name = |key: &String| match self.keys.role(key) {
            Some(KeyRole::Property(property)) => {
                property != OTHER_PARTY && is_name_property(property)
            }
            _ => false,
        };
        object.iter().any(|(key, value)| is_name(key) && !texts_of([value]).is_empty())
    }

    fn name(&mut self, owner: Owner, property: &str, text: &str) {
        let is_part =
            matches!(property, "firstName" | "middleName" | "lastName") || property == "name2";
        let property = match owner {
            owner if is_made_of_parts(property) => {
                let is_other = matches!(owner, Owner::Other(_));
                part_in(property, self.object, is_other)
            }
            Owner::Other(party) if is_part => party_part(party),
            Owner::Other(_) => OTHER_PARTY.to_owned(),
            Owner::Customer | Owner::Nobody => property.to_owned(),
        };
        self.found += usize::from(!text.trim().is_empty());
        self.reader.field(self.field, &self.keys.meaning(&property), text);
    }

    /// Reads a value that is not a name. For another party, only numbers and wallet addresses are used. For an object
    /// without a name, only values that identify a person or an entity are used.
    fn fact(&mut self, owner: Owner, property: &str, text: &str) {
        let is_wallet = property == "publicKey";
        let is_number = IdentifierKind::of_property(property).is_some();
        let is_own = matches!(property, "birthDate" | "gender" | "nationality");
        let property = match owner {
            Owner::Other(_) if is_number => interdict_screen::stray_number(property),
            Owner::Other(_) if !is_wallet => return,
            Owner::Nobody if !(is_number || is_wallet || is_own) => return,
            Owner::Customer | Owner::Nobody | Owner::Other(_) => property.to_owned(),
        };
        self.found += usize::from(is_wallet || is_number);
        self.reader.field(self.field, &self.keys.meaning(&property), text);
    }

    fn unread(&mut self, why: &'static str) {
        self.reader.unread(self.field, Unread::Refused(why.into()));
    }
}

#[cfg(test)]
mod tests;
