//! A query: the attributes of one customer, counterparty, vessel or wallet to screen.

use std::borrow::Cow;

use interdict_index::is_screened_schema;
use interdict_model::wallet::{addresses_within, lookup_key};
use interdict_model::{
    Country, CountryError, DateError, Gap, GapCode, Gender, GenderError, Identifier,
    IdentifierError, IdentifierKind, PartialDate, PropertyType, Schema, field_values, written_text,
};
use interdict_names::{NameKind, NotComparable, alternatives};

use crate::customer::is_name_property;
use crate::embedded::Embedded;
use crate::name_parts::{NameParts, append_word};
use crate::query_name::{PreparedName, QueryName};
use crate::written::Unread;

/// Longest name that is compared, in characters. The longest on any official list has under 400.
pub const MAX_NAME_CHARS: usize = 1_000;
/// The largest number of values of one query, all properties together.
pub const MAX_VALUES: usize = 200;

/// The property of names of other parties in a customer's row: a director, a beneficial owner, a receiver.
pub const OTHER_PARTY: &str = "otherParty";
/// The property of numbers that can be identified by their form, in a field whose meaning is unknown. Their owner is
/// unknown, too, so they are screened apart from the customer.
pub const STRAY_NUMBER: &str = "strayNumber";

/// The property for another party's numbers of the kind that `property` holds.
pub fn stray_number(property: &str) -> String {
    format!("{STRAY_NUMBER}:{property}")
}

/// The reverse of [`stray_number`]: the property that gives the kind of another party's numbers.
pub(crate) fn of_stray(property: &str) -> Option<&str> {
    property.strip_prefix(STRAY_NUMBER)?.strip_prefix(':')
}

/// The property of the second line of a name.
pub const SECOND_LINE: &str = "name2";

/// The property of the first signs of a document's number, whose rest is the value of another property.
pub const NUMBER_SERIES: &str = "numberSeries";

/// The property of names that are further names of the customer.
const ALIAS: &str = "alias";

/// The property of the parts of another party's name: all columns of one number make one name.
pub fn party_part(number: u32) -> String {
    format!("{OTHER_PARTY}:{number}")
}

/// The property of the parts of the customer's name in another form, such as another script: all columns of one number
/// make one name.
pub fn form_part(number: u32) -> String {
    format!("{ALIAS}:{number}")
}

/// The same property for the parts in one of several objects, which describes another party or the customer.
pub fn part_in(property: &str, object: u32, is_of_other: bool) -> String {
    match property.split_once(':') {
        Some((_, number)) if is_of_other => format!("{OTHER_PARTY}:{number}:{object}"),
        _ => format!("{property}:{object}"),
    }
}

/// Whether the values of a property are parts of names that are made of them.
pub fn is_made_of_parts(property: &str) -> bool {
    whole_of_parts(property).is_some()
}

/// The property of the name that values of a property are parts of, if it is one of [`party_part`] or [`form_part`].
pub(crate) fn whole_of_parts(property: &str) -> Option<&'static str> {
    let (whole, _) = property.split_once(':')?;
    [OTHER_PARTY, ALIAS].into_iter().find(|known| *known == whole)
}

/// The attributes to screen by, parsed, with the names analysed.
#[derive(Debug, Clone)]
pub struct Query {
    /// The schema that a match must be compatible with; any when absent.
    pub schema: Option<Schema>,
    pub(crate) names: Vec<QueryName>,
    pub(crate) birth_dates: Vec<PartialDate>,
    pub(crate) countries: Vec<Country>,
    pub(crate) genders: Vec<Gender>,
    pub(crate) identifiers: Vec<Identifier>,
    pub(crate) wallets: Vec<String>,
    pub(crate) addresses: Vec<String>,
    parts: NameParts,
    /// The names that are not screened in full, in the order of their values, with the reasons.
    doubts: Vec<Unread>,
    /// The names of other parties, without other facts, because the facts of the row belong to the customer.
    others: Option<Box<Query>>,
    /// Stray numbers: identifiers whose owner is unknown.
    strays: Option<Box<Query>>,
    values: usize,
}

/// What is wrong with a query.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum QueryError {
    /// No name, identifier or wallet was given.
    #[error("the query has no name, no identifier and no wallet")]
    Empty,
    /// The name has no letters or digits that could be compared.
    #[error("the name {text:?}: {reason}")]
    Name {
        /// The name, cut to 60 characters.
        text: String,
        /// Why.
        reason: &'static str,
    },
    /// The name is too long.
    #[error("the name has {chars} characters, more than {MAX_NAME_CHARS}")]
    NameTooLong {
        /// Its length in characters.
        chars: usize,
    },
    /// Too many values.
    #[error("the query has more than {MAX_VALUES} values")]
    TooManyValues,
    /// The value is not a date.
    #[error("{property}: {source}")]
    Date {
        /// The property.
        property: String,
        /// What is wrong.
        #[source]
        source: DateError,
    },
    /// The value is not a country.
    #[error("{property}: {source}")]
    Country {
        /// The property.
        property: String,
        /// What is wrong.
        #[source]
        source: CountryError,
    },
    /// The value is not a gender.
    #[error(transparent)]
    Gender(#[from] GenderError),
    /// The value is not an identifier.
    #[error(transparent)]
    Identifier(#[from] IdentifierError),
    /// A property by which nothing can be screened.
    #[error("cannot screen by {0:?}")]
    Property(String),
}

impl QueryError {
    /// The error without the value, which may be personal data.
    pub fn without_value(&self) -> Cow<'static, str> {
        match self {
            Self::Empty => "no name, number or wallet that could be read".into(),
            Self::Name { reason, .. } => (*reason).into(),
            Self::NameTooLong { .. } | Self::TooManyValues => self.to_string().into(),
            Self::Date { source, .. } => source.reason.into(),
            Self::Country { .. } => "names no country".into(),
            Self::Gender(_) => "names no gender".into(),
            Self::Identifier(IdentifierError::Empty(_)) => "no letters or digits".into(),
            Self::Identifier(_) => "no number of its kind".into(),
            Self::Property(_) => "a property that nothing is screened by".into(),
        }
    }
}

impl Query {
    /// An empty query, for entities of any schema or only for those that may be of the given one.
    pub fn new(schema: Option<Schema>) -> Self {
        Self {
            schema,
            names: Vec::new(),
            birth_dates: Vec::new(),
            countries: Vec::new(),
            genders: Vec::new(),
            identifiers: Vec::new(),
            wallets: Vec::new(),
            addresses: Vec::new(),
            parts: NameParts::default(),
            doubts: Vec::new(),
            others: None,
            strays: None,
            values: 0,
        }
    }

    /// Whether [`Self::add`] takes values of a property.
    pub fn takes(property: &str) -> bool {
        matches!(property, "full" | OTHER_PARTY | SECOND_LINE | NUMBER_SERIES)
            || is_made_of_parts(property)
            || is_wallet_property(property)
            || IdentifierKind::of_property(property).is_some()
            || property_type(property).is_some()
    }

    /// Adds a value of a FollowTheMoney property, in the strict form of lists. Empty values are skipped.
    /// [`CustomerReader`](crate::CustomerReader) takes fields as customer files write them.
    pub fn add(&mut self, property: &str, value: &str) -> Result<(), QueryError> {
        let decoded = self.decode(property, value);
        let value = decoded.trim();
        if value.is_empty() {
            return Ok(());
        }
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(QueryError::TooManyValues);
        }
        if let Some(property) = of_stray(property) {
            let strays = self.strays.get_or_insert_with(|| Box::new(Query::new(None)));
            return strays.add_typed(property, value);
        }
        match property {
            "name" | "alias" | "previousName" | "weakAlias" | "abbreviation" => {
                self.add_name(value)?;
                match property {
                    "name" if value.contains(char::is_alphabetic) => {
                        self.parts.whole.push(value.to_owned());
                    }
                    "previousName" => self.parts.former.push(value.to_owned()),
                    _ => {}
                }
            }
            "firstName" => append_word(&mut self.parts.first, value),
            "middleName" => append_word(&mut self.parts.middle, value),
            "lastName" => append_word(&mut self.parts.last, value),
            SECOND_LINE => append_word(&mut self.parts.second_line, value),
            OTHER_PARTY => {
                let others = self.others.get_or_insert_with(|| Box::new(Query::new(None)));
                let added = others.add("name", value);
                self.doubts.append(&mut others.doubts);
                added?;
            }
            STRAY_NUMBER => {
                let strays = self.strays.get_or_insert_with(|| Box::new(Query::new(None)));
                strays.identifiers.extend(Identifier::checked(value));
            }
            "birthDate" => self.birth_dates.push(
                value
                    .parse()
                    .map_err(|source| QueryError::Date { property: property.to_owned(), source })?,
            ),
            "gender" => self.genders.push(value.parse()?),
            "address" | "full" => {
                self.wallets.extend(addresses_within(value).iter().map(|found| lookup_key(found)));
                self.addresses.push(value.to_lowercase());
            }
            _ if is_wallet_property(property) => self.wallets.push(lookup_key(value)),
            _ => self.add_typed(property, value)?,
        }
        Ok(())
    }

    /// The name as it was before a system encoded it. The hidden part of the text, such as the target of a link, is
    /// searched for wallet addresses.
    fn decode<'v>(&mut self, property: &str, value: &'v str) -> Cow<'v, str> {
        if !is_name_property(property) {
            return value.into();
        }
        let decoded = written_text(value);
        if matches!(decoded, Cow::Owned(_)) {
            self.wallets.extend(addresses_within(value).iter().map(|found| lookup_key(found)));
        }
        decoded
    }

    fn add_name(&mut self, value: &str) -> Result<(), QueryError> {
        let chars = value.chars().count();
        if chars > MAX_NAME_CHARS {
            return Err(QueryError::NameTooLong { chars });
        }
        let name = QueryName::analyse(value, self.schema.as_ref());
        // A name in letters without a known reading, or a number, can still equal a listed name.
        let refused = name.not_comparable().filter(|why| !why.can_be_equal());
        let mut embedded = Embedded::find(value);
        let slip = embedded.has_slip.then_some(Unread::Wallet);
        let is_number = name.not_comparable() == Some(NotComparable::OnlyDigits);
        let asks_for_number = (refused.is_some() || is_number) && !embedded.is_empty();
        self.wallets.append(&mut embedded.wallets);
        self.identifiers.append(&mut embedded.numbers);
        if asks_for_number {
            self.doubts.extend(slip);
            return Ok(());
        }
        if let Some(reason) = refused {
            let text = value.chars().take(60).collect();
            return Err(QueryError::Name { text, reason: reason.text() });
        }
        self.push_name(name);
        let alternatives = alternatives(&field_values(value)).into_iter();
        for alternative in alternatives.filter(|alternative| alternative.text != value) {
            let mut name = QueryName::analyse(&alternative.text, self.schema.as_ref());
            if !alternative.is_whole {
                name.require_equality();
            }
            if name.not_comparable().is_none_or(NotComparable::can_be_equal) {
                self.push_name(name);
            }
        }
        self.doubts.extend(slip);
        Ok(())
    }

    fn push_name(&mut self, name: QueryName) {
        self.doubts.extend(name.doubt().map(|doubt| Unread::Refused(doubt.into())));
        self.names.push(name);
    }

    fn add_typed(&mut self, property: &str, value: &str) -> Result<(), QueryError> {
        let kind = property_type(property);
        match (kind, IdentifierKind::of_property(property)) {
            (Some(PropertyType::Country), _) => {
                let country = value.parse().map_err(|source| QueryError::Country {
                    property: property.to_owned(),
                    source,
                })?;
                self.countries.push(country);
            }
            (_, Some(kind)) => self.identifiers.push(Identifier::new(kind, value)?),
            (Some(PropertyType::Identifier), None) => {
                self.identifiers.push(Identifier::new(IdentifierKind::Other, value)?);
            }
            // Known to the vocabulary, but no screening rule uses it.
            (Some(_), None) => {}
            (None, None) => return Err(QueryError::Property(property.to_owned())),
        }
        Ok(())
    }

    /// Adds a number in every way in which it can be read.
    pub fn add_identifiers(&mut self, readings: Vec<Identifier>) {
        self.doubts.extend(Identifier::is_mistyped(&readings).then_some(Unread::CheckDigits));
        self.identifiers.extend(readings);
    }

    /// Completes the query: given and family names become a further name, unless a whole name is of the same
    /// words.
    pub fn finish(mut self) -> Result<Self, QueryError> {
        self.add_made_names()?;
        // A mark in place of another party's name ("Y") is ignored and is not an error of the customer.
        let others = self.others.take().map(|others| others.finish());
        self.others = match others {
            Some(Err(QueryError::Empty)) | None => None,
            Some(others) => Some(Box::new(others?)),
        };
        if !self.asks_something() && self.others.is_none() && !self.asks_for_strays() {
            return Err(QueryError::Empty);
        }
        let of_people = self.is_of_a_person();
        for name in &mut self.names {
            let is_person = of_people || self.parts.are_in(name.text());
            let kinds = unlikely_kinds(is_person, !self.birth_dates.is_empty());
            kinds.iter().for_each(|kind| name.set_kind_unlikely(*kind));
        }
        Ok(self)
    }

    /// Adds the names that are combined from parts. A name without letters is left out if there are others.
    fn add_made_names(&mut self) -> Result<(), QueryError> {
        let known: Vec<&str> = self.names.iter().map(QueryName::text).collect();
        for name in self.parts.names(&known) {
            match self.add_name(&name) {
                Err(QueryError::Name { .. }) if !self.names.is_empty() => {}
                added => added?,
            }
        }
        Ok(())
    }

    fn asks_something(&self) -> bool {
        !(self.names.is_empty() && self.identifiers.is_empty() && self.wallets.is_empty())
    }

    /// Whether the query has stray numbers: identifiers whose owner is unknown.
    pub fn asks_for_strays(&self) -> bool {
        self.strays.as_ref().is_some_and(|strays| !strays.identifiers.is_empty())
    }

    /// The customer, the other parties of its row, and the stray numbers. Each is searched for by its own names and
    /// facts only.
    pub(crate) fn parties(&self) -> impl Iterator<Item = &Query> {
        let customer = Some(self).filter(|query| query.asks_something());
        customer.into_iter().chain(self.others.as_deref()).chain(self.strays.as_deref())
    }

    /// The names that are not screened in full, in the order of their values, with the reasons.
    pub(crate) fn doubts(&self) -> &[Unread] {
        &self.doubts
    }

    /// Leaves out the doubts that came after the first ones.
    pub(crate) fn forget_doubts(&mut self, first: usize) {
        self.doubts.truncate(first);
    }

    /// Whether a gender or a passport shows that the party is a person.
    fn is_of_a_person(&self) -> bool {
        let is_passport = |number: &Identifier| number.kind() == IdentifierKind::Passport;
        !self.genders.is_empty() || self.identifiers.iter().any(is_passport)
    }

    /// Whether the schema allows the party to be a person.
    pub(crate) fn is_perhaps_of_a_person(&self) -> bool {
        self.schema.as_ref().is_none_or(|schema| schema.is_compatible_with(&Schema::PERSON))
    }

    /// The names, analysed.
    pub fn names(&self) -> &[QueryName] {
        &self.names
    }

    /// Each analysis of each name, prepared for look-ups, with the position of its name.
    pub fn prepared_names(&self) -> impl Iterator<Item = (usize, PreparedName<'_>)> {
        let names = self.names.iter().enumerate();
        names.flat_map(|(position, name)| {
            name.prepare(self.name_schema()).map(move |prepared| (position, prepared))
        })
    }

    /// The parts of the query that are not screened in full. An answer without a match is then not "clear".
    pub fn gaps(&self) -> Vec<Gap> {
        let doubts = self.doubts.iter();
        doubts.map(|doubt| Gap::new(GapCode::FieldUnread, doubt.to_string())).collect()
    }

    /// The schema that restricts the search by names. `None` for schemata whose entities have no names in the index: a
    /// query by name for a wallet or a document means its holder, who may be of any kind.
    pub(crate) fn name_schema(&self) -> Option<&Schema> {
        self.schema.as_ref().filter(|schema| is_screened_schema(schema))
    }

    /// Whether it has a fact besides names that can move a score.
    pub fn has_facts(&self) -> bool {
        !(self.birth_dates.is_empty()
            && self.countries.is_empty()
            && self.genders.is_empty()
            && self.identifiers.is_empty()
            && self.addresses.is_empty())
    }
}

/// The kinds of bearers that the facts make unlikely. Only people have given names, genders and passports. Ships have
/// no birth date, but files also write the founding date of a company as one.
fn unlikely_kinds(is_person: bool, has_birth_date: bool) -> &'static [NameKind] {
    match (is_person, has_birth_date) {
        (true, _) => &[NameKind::Organization, NameKind::Object],
        (false, true) => &[NameKind::Object],
        (false, false) => &[],
    }
}

/// Whether a property holds virtual-currency addresses.
pub(crate) fn is_wallet_property(property: &str) -> bool {
    matches!(property, "publicKey" | "cryptoWallet" | "wallet")
}

/// The type of a property in any of the screened schemata.
pub fn property_type(property: &str) -> Option<PropertyType> {
    [Schema::PERSON, Schema::COMPANY, Schema::VESSEL, Schema::AIRPLANE]
        .iter()
        .find_map(|schema| schema.property(property))
        .map(|property| property.kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use interdict_names::{Name, score};

    /// The score of "Maria Garcia" against "Maria Garcya" as a name of that kind, in a query with these facts.
    fn as_kind(kind: NameKind, facts: &[(&str, &str)]) -> f64 {
        let mut query = Query::new(None);
        if facts.iter().all(|(property, _)| *property != "firstName") {
            query.add("name", "Maria Garcia").unwrap();
        }
        for (property, value) in facts {
            query.add(property, value).unwrap();
        }
        let query = query.finish().unwrap();
        let readings = query.names().iter().flat_map(QueryName::readings);
        let listed = Name::parse("Maria Garcya", kind);
        readings.filter(|name| name.kind() == kind).map(|name| score(name, &listed)).sum()
    }

    #[test]
    fn facts_of_people_speak_against_ships_and_companies() {
        use NameKind::{Object, Organization, Person};
        let of_people: [&[(&str, &str)]; 3] = [
            &[("gender", "female")],
            &[("firstName", "Maria"), ("lastName", "Garcia")],
            &[("passportNumber", "AB1234567")],
        ];
        for facts in of_people {
            assert!(as_kind(Person, facts) >= 0.7, "{facts:?}");
            assert!(as_kind(Organization, facts) < 0.7, "{facts:?}");
            assert!(as_kind(Object, facts) < 0.7, "{facts:?}");
        }
        let born = [("birthDate", "1980")];
        assert!(as_kind(Object, &born) < 0.7);
        // Files often write the founding date of a company as a birth date.
        assert!(as_kind(Organization, &born) >= 0.7);
        for facts in [&[][..], &[("country", "es")]] {
            assert!(as_kind(Organization, facts) >= 0.7 && as_kind(Object, facts) >= 0.7);
        }
    }
}
