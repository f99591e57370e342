//! The types that all other crates share: entities, dates, countries, identifiers, wallets, scores.
//!
//! Entities follow FollowTheMoney, the usual data model for exchanging sanctions data. Values are parsed once, on
//! input; a value that cannot be parsed is kept as text and never guessed.
//!
//! ```
//! use interdict_model::{Country, Entity, PartialDate, Schema};
//!
//! let mut person = Entity::new("ofac-43377".parse()?, Schema::PERSON);
//! person.add("name", "KIM, Sang Man");
//! person.add("nationality", "Korea, North".parse::<Country>()?.code());
//! person.add("birthDate", "1965-04-25".parse::<PartialDate>()?.to_string());
//! assert_eq!(person.countries().first().map(Country::name), Some("North Korea"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It depends on no list, file or network, and compares no names.

// Tests may index and cast: a panic there is a failed test.
#![cfg_attr(not(test), warn(clippy::cast_possible_truncation, clippy::indexing_slicing))]

mod country;
mod date;
mod date_forms;
mod digest;
mod entity;
mod evidence;
mod field_values;
mod gender;
mod generation;
pub mod hex;
mod id;
mod identifier;
mod json_schema;
mod letter;
mod problem;
mod problem_code;
mod provenance;
mod schema;
mod score;
mod verdict;
mod vocabulary_labels;
pub mod wallet;
mod words;
mod written_text;

pub use country::{Country, CountryError};
pub use date::{DateAgreement, DateError, DatePrefix, PartialDate};
pub use date_forms::{DateEvidence, DateFormError, DateOrder, WrittenDates, without_time};
pub use digest::{DigestError, Sha256Digest, Sha256Hasher, fingerprint64};
pub use entity::{Entity, EntityName, NAME_PROPERTIES, NameStrength};
pub use evidence::{Direction, Evidence, EvidenceCode};
pub use field_values::field_values;
pub use gender::{Gender, GenderError};
pub use generation::GenerationId;
pub use id::{DatasetName, EntityId, IdError};
pub use identifier::{
    Identifier, IdentifierError, IdentifierKind, WrittenNumbers, is_number_label,
};
pub use letter::is_east_asian;
pub use problem::{Loss, Problem};
pub use problem_code::ProblemCode;
pub use provenance::{Designation, Provenance};
pub use schema::{PropertyDef, PropertyType, Schema, SchemaDef, SchemaError};
pub use score::{Score, ScoreError, four_digits, serialize_four_digits};
pub use verdict::{Coverage, Gap, GapCode, Verdict};
pub use vocabulary_labels::{PropertyLabels, ReverseProperty, SchemaLabels, Topic};
pub use words::{FieldKind, NullWord, hides_name, null_word};
pub use written_text::{plain_text, written_text};

/// Changes whenever a value may be normalised differently, so that an index with different keys is not searched.
pub const MODEL_FINGERPRINT: &str = env!("INTERDICT_MODEL_FINGERPRINT");
