//! The types of the dataset's files. Unknown keys are errors.

use std::collections::BTreeMap;

use interdict_model::wallet::AssetTag;
use interdict_model::{Country, EntityId, PartialDate, Schema};
use serde::{Deserialize, Deserializer, de};

/// `dataset.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DatasetFile {
    pub(super) version: String,
    pub(super) authorities: BTreeMap<String, Authority>,
}

/// An authority that lists or attributes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Authority {
    pub(super) name: String,
    #[serde(default, deserialize_with = "read_optional_country")]
    pub(super) country: Option<Country>,
    pub(super) tier: Tier,
}

/// The legal effect of what an authority publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Tier {
    /// A listing with legal effect.
    Listing,
    /// An official attribution without legal effect of its own.
    Publication,
}

/// One entry of `sources.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Citation {
    pub(super) title: String,
    pub(super) publisher: String,
    pub(super) date: Option<PartialDate>,
    pub(super) url: String,
}

impl Citation {
    /// The citation in one line: title, publisher and date, address.
    pub(super) fn in_one_line(&self) -> String {
        let date = self.date.map_or(String::new(), |date| format!(", {date}"));
        format!("{} ({}{date}), {}", self.title, self.publisher, self.url)
    }
}

/// A person or body, in the files under `entities/`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BuiltinRecord {
    pub(super) id: EntityId,
    pub(super) schema: Schema,
    #[serde(default)]
    pub(super) referents: Vec<EntityId>,
    /// FollowTheMoney property values.
    pub(super) properties: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) native_names: Vec<NativeName>,
    #[serde(default)]
    pub(super) addresses: Vec<BuiltinAddress>,
    #[serde(default)]
    pub(super) documents: Vec<BuiltinDocument>,
    #[serde(default)]
    pub(super) designations: Vec<BuiltinDesignation>,
    #[serde(default)]
    pub(super) wallets: Vec<BuiltinWallets>,
    /// Citations for statements that no designation covers.
    #[serde(default)]
    pub(super) sources: Vec<String>,
}

/// A name in the script of its own language, and the sources that attest it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NativeName {
    pub(super) text: String,
    /// Stated for readers of the file; a test compares the text with it.
    #[allow(dead_code)]
    pub(super) script: Script,
    pub(super) source: String,
}

/// The scripts in which names are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Script {
    Hangul,
    Han,
    Cyrillic,
}

/// A postal address, as far as it is known.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BuiltinAddress {
    pub(super) street: Option<String>,
    pub(super) city: Option<String>,
    pub(super) region: Option<String>,
    #[serde(deserialize_with = "read_country")]
    pub(super) country: Country,
}

/// An identity document or number.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BuiltinDocument {
    pub(super) schema: Schema,
    /// What kind of number it is, if it is no passport.
    pub(super) kind: Option<String>,
    pub(super) number: String,
    #[serde(deserialize_with = "read_country")]
    pub(super) country: Country,
    pub(super) issued: Option<PartialDate>,
    pub(super) expires: Option<PartialDate>,
}

/// One authority's act of listing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BuiltinDesignation {
    /// A key of `authorities` in `dataset.yaml`.
    pub(super) authority: String,
    #[serde(default)]
    pub(super) programmes: Vec<String>,
    pub(super) reference: Option<String>,
    pub(super) listed_on: Option<PartialDate>,
    pub(super) valid_from: Option<PartialDate>,
    pub(super) valid_to: Option<PartialDate>,
    pub(super) reason: Option<String>,
    /// The document of the act first.
    pub(super) sources: Vec<String>,
}

/// Virtual-currency addresses that one authority published with one asset tag.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BuiltinWallets {
    pub(super) authority: String,
    pub(super) asset: AssetTag,
    pub(super) listed_on: Option<PartialDate>,
    pub(super) valid_to: Option<PartialDate>,
    pub(super) note: Option<String>,
    pub(super) sources: Vec<String>,
    pub(super) addresses: Vec<String>,
}

/// A relation, in `edges.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BuiltinRelation {
    pub(super) from: EntityId,
    pub(super) to: EntityId,
    pub(super) schema: Schema,
    pub(super) kind: RelationKind,
    /// Reads as a sentence: `from` role `to`.
    pub(super) role: String,
    pub(super) date: Option<PartialDate>,
    pub(super) until: Option<PartialDate>,
    #[serde(default)]
    pub(super) confidence: Confidence,
    pub(super) note: Option<String>,
    pub(super) sources: Vec<String>,
}

/// What a relation means for risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RelationKind {
    Ownership,
    Control,
    Association,
}

impl RelationKind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ownership => "ownership",
            Self::Control => "control",
            Self::Association => "association",
        }
    }
}

/// Whether a source states the relation, or it is concluded here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Confidence {
    #[default]
    Stated,
    Inferred,
}

impl Confidence {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Inferred => "inferred",
        }
    }
}

fn read_country<'de, D: Deserializer<'de>>(reader: D) -> Result<Country, D::Error> {
    String::deserialize(reader)?.parse().map_err(de::Error::custom)
}

fn read_optional_country<'de, D: Deserializer<'de>>(
    reader: D,
) -> Result<Option<Country>, D::Error> {
    read_country(reader).map(Some)
}
