//! The query of an answer, for the record.

use interdict_model::{Country, Gender, Identifier, PartialDate, Schema};
use schemars::JsonSchema;
use serde::Serialize;

use crate::query::Query;

/// A query as it was parsed, so that an answer can be kept as a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ScreenedQuery {
    /// The schema that was searched for; null means any.
    pub schema: Option<Schema>,
    /// The names, as they were given.
    pub names: Vec<String>,
    /// Birth dates.
    pub birth_dates: Vec<PartialDate>,
    /// Nationalities and other countries.
    pub countries: Vec<Country>,
    /// Genders.
    pub genders: Vec<Gender>,
    /// Numbers, in the form in which they are compared.
    pub identifiers: Vec<Identifier>,
    /// Wallets, in the form in which they are looked up.
    pub wallets: Vec<String>,
    /// Addresses, in lower case, as they are compared.
    pub addresses: Vec<String>,
}

impl From<&Query> for ScreenedQuery {
    fn from(query: &Query) -> Self {
        Self {
            schema: query.schema.clone(),
            names: query.names.iter().map(|name| name.text().to_owned()).collect(),
            birth_dates: query.birth_dates.clone(),
            countries: query.countries.clone(),
            genders: query.genders.clone(),
            identifiers: query.identifiers.clone(),
            wallets: query.wallets.clone(),
            addresses: query.addresses.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_shown_as_they_were_read() {
        let mut query = Query::new(Some(Schema::PERSON));
        for (property, value) in [
            ("name", "Ivo Roe"),
            ("birthDate", "1965-04"),
            ("nationality", "Malta"),
            ("gender", "male"),
            ("passportNumber", "00-451"),
            ("publicKey", "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"),
            ("address", "12 Harbour Street"),
        ] {
            query.add(property, value).unwrap();
        }
        let found = serde_json::to_value(ScreenedQuery::from(&query.finish().unwrap())).unwrap();
        let expected = json!({
            "schema": "Person", "names": ["Ivo Roe"], "birth_dates": ["1965-04"],
            "countries": ["mt"], "genders": ["male"],
            "identifiers": [{"kind": "passport", "value": "00451"}],
            "wallets": ["0x098b716b8aaf21512996dc57eb0615e2383e2f96"],
            "addresses": ["12 harbour street"],
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn both_ways_to_cut_a_number_to_four_digits_are_the_same() {
        use interdict_model::four_digits;
        use interdict_names::{Name, NameKind, compare};

        let names =
            ["Ivo Maris Roe", "Iwo Roe", "Ivo M. Row", "Maria Vantongeren", "I. V. Tongeren"];
        let names = names.map(|text| Name::parse(text, NameKind::Person));
        for (a, b) in names.iter().flat_map(|a| names.iter().map(move |b| (a, b))) {
            let comparison = compare(a, b);
            let json = serde_json::to_value(&comparison).unwrap();
            assert_eq!(json["score"], four_digits(comparison.score));
            assert_eq!(json["rarity"], four_digits(comparison.rarity));
            for (part, written) in comparison.parts.iter().zip(json["parts"].as_array().unwrap()) {
                assert_eq!(written["similarity"], four_digits(part.similarity));
                assert_eq!(written["weight"], four_digits(part.weight));
            }
            for ((_, ceiling), written) in
                comparison.caps.iter().zip(json["caps"].as_array().unwrap())
            {
                assert_eq!(written[1], four_digits(*ceiling));
            }
        }
    }
}
