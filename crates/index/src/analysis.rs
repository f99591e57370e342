//! The analysis of names as the index makes it.

use std::sync::LazyLock;

use interdict_model::{Country, Schema};
use interdict_names::{Hints, Name, NameKind};

use crate::records::TargetRecord;
use crate::schema_code::SchemaCode;

static ANALYSIS: LazyLock<String> = LazyLock::new(|| {
    format!("{}-{}", interdict_names::ANALYZER_FINGERPRINT, interdict_model::MODEL_FINGERPRINT)
});

/// The version of the analysis of names and of the keys of numbers, wallets and dates. An index of another version
/// is made again before it is searched.
pub fn analysis_version() -> &'static str {
    &ANALYSIS
}

/// Analyses a query's name as the index analyses one of an entity of that schema and country.
pub fn analyse_name(text: &str, schema: &Schema, country: Option<Country>) -> Name {
    let country = country.and_then(|country| country.code().get(..2));
    analyse(text, SchemaCode::nearest(schema).name_kind(), country)
}

/// Analyses a listed name with the schema and country of its target.
pub(crate) fn analyse_listed(text: &str, target: &TargetRecord) -> Name {
    let country = std::str::from_utf8(&target.country).ok().filter(|_| target.country[0] != 0);
    analyse(text, target.schema.name_kind(), country)
}

fn analyse(text: &str, kind: NameKind, country: Option<&str>) -> Name {
    Name::parse_with(text, &Hints { kind: Some(kind), country, ..Hints::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::{EntityRow, NameRow};

    fn listed(text: &str, schema: &Schema, country: [u8; 2]) -> String {
        let target = TargetRecord {
            entity: EntityRow::new(0),
            first_name: NameRow::new(0),
            schema: SchemaCode::nearest(schema),
            country,
            is_listed: true,
        };
        format!("{:?}", analyse_listed(text, &target))
    }

    fn query(text: &str, schema: &Schema, country: Option<&str>) -> String {
        let country = country.map(|code| code.parse().unwrap());
        format!("{:?}", analyse_name(text, schema, country))
    }

    #[test]
    fn a_query_is_analysed_as_a_listed_name_of_the_same_schema_and_country() {
        let texts = [
            "Kim Chol Min",
            "Kim Jong Un Hyok",
            "Kim Mina",
            "Kihm Jong Un",
            "Kumgang Trading",
            "Li Wei",
            "Zorvek Trading Ltd",
            "J. Petrov",
        ];
        let mut by_country = 0;
        for text in texts {
            for schema in [Schema::PERSON, Schema::COMPANY, Schema::VESSEL, Schema::LEGAL_ENTITY] {
                let (none, some) = (listed(text, &schema, [0; 2]), listed(text, &schema, *b"kp"));
                assert_eq!(none, query(text, &schema, None), "{text}");
                assert_eq!(some, query(text, &schema, Some("kp")), "{text}");
                by_country += usize::from(none != some);
            }
        }
        assert!(by_country > 0, "the country makes a difference to some names");
    }

    #[test]
    fn the_schema_decides_how_a_name_is_read() {
        let kind = |schema: &Schema| analyse_name("Zorvek", schema, None).kind();
        assert_eq!(kind(&Schema::PERSON), NameKind::Person);
        assert_eq!(kind(&Schema::COMPANY), NameKind::Organization);
        assert_eq!(kind(&Schema::VESSEL), NameKind::Object);
    }
}
