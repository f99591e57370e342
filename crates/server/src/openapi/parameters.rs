//! Parameters of operations.

use interdict_model::Schema;
use serde_json::{Map, Value, json};

/// A parameter.
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    text: &'static str,
    kind: Kind,
    place: Place,
}

/// The location of a parameter.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Path,
    Query,
    Header,
}

/// The type of a parameter.
pub(crate) enum Kind {
    /// Default and maximum.
    Integer(i64, i64),
    Number(f64),
    /// Without a default.
    MaybeNumber,
    Boolean(bool),
    /// Without a default.
    MaybeBoolean,
    Text(&'static str),
    /// Without a default.
    MaybeText,
    /// The name of any schema, with a default.
    Schema(&'static str),
    Moment,
    /// The first is the default.
    Choice(&'static [&'static str]),
    /// Without a default.
    MaybeChoice(&'static [&'static str]),
    Choices(&'static [&'static str]),
    Texts,
    /// Each of them matches a pattern.
    TextsLike(&'static str),
    /// At most this many.
    FewTexts(usize),
}

pub(crate) const fn parameter(name: &'static str, kind: Kind, text: &'static str) -> Parameter {
    Parameter { name, text, kind, place: Place::Query }
}

pub(crate) const fn path(name: &'static str, text: &'static str) -> Parameter {
    Parameter { name, text, kind: Kind::Text(""), place: Place::Path }
}

/// An optional header.
pub(crate) const fn maybe_header(name: &'static str, text: &'static str) -> Parameter {
    Parameter { name, text, kind: Kind::MaybeText, place: Place::Header }
}

/// For idempotent requests.
pub(crate) const ONCE: &[Parameter] = &[maybe_header(
    "Idempotency-Key",
    "Of a request that may be sent again: it is carried out once.",
)];
/// For requests that create something with a secret that is shown once.
pub(crate) const MADE_ONCE: &[Parameter] = &[maybe_header(
    "Idempotency-Key",
    "Of a request that may be sent again: it is carried out once. Sent again, it is a 409 with the code `made_before` \
     and the `id` of what was made, whose secret is not kept.",
)];

/// A required header.
pub(crate) const fn header(name: &'static str, text: &'static str) -> Parameter {
    Parameter { name, text, kind: Kind::Text(""), place: Place::Header }
}

pub(crate) const DATASET: &[Parameter] =
    &[path("dataset", "The name of a list, or `default` for all lists in use.")];
pub(crate) const ENTITY: &[Parameter] = &[path("id", "An id of an entity.")];
pub(crate) const CHANGED_SINCE: &[Parameter] =
    &[parameter("changed_since", Kind::Moment, "Only entities that changed after this moment.")];
pub(crate) const SCOPE: &[Parameter] = &[
    parameter("include_dataset", Kind::Texts, "Of the lists of the path, only these."),
    parameter("exclude_dataset", Kind::Texts, "Of the lists of the path, not these."),
    parameter("exclude_schema", Kind::Texts, "Not entities of exactly these schemata."),
];
pub(crate) const NEIGHBOURS: &[Parameter] = &[
    parameter("limit", Kind::Integer(10, 500), "Results of the page of each property."),
    parameter("offset", Kind::Integer(0, 9_499), "Results before the page."),
    parameter("sort", Kind::Texts, "`field:asc` or `field:desc`; else the order of the list."),
];

impl Parameter {
    pub(crate) fn describe(&self) -> Value {
        let (place, is_required) = match self.place {
            Place::Path => ("path", true),
            Place::Header => ("header", !matches!(self.kind, Kind::MaybeText)),
            Place::Query => ("query", false),
        };
        let schema = match is_required {
            true => json!({ "type": "string", "minLength": 1 }),
            false => self.kind.schema(),
        };
        let mut described = Map::from_iter([
            ("name".to_owned(), json!(self.name)),
            ("in".to_owned(), json!(place)),
            ("required".to_owned(), json!(is_required)),
            ("description".to_owned(), json!(self.text)),
            ("schema".to_owned(), schema),
        ]);
        if matches!(
            self.kind,
            Kind::Texts | Kind::TextsLike(_) | Kind::FewTexts(_) | Kind::Choices(_)
        ) {
            described.insert("style".to_owned(), json!("form"));
            described.insert("explode".to_owned(), json!(true));
        }
        Value::Object(described)
    }
}

impl Kind {
    fn schema(&self) -> Value {
        let texts = |items: Value| json!({ "type": "array", "items": items });
        match self {
            // Below the minimum of 64 bits a number is invalid for the interface.
            Self::Integer(default, most) => {
                json!({ "type": "integer", "default": default, "maximum": most, "minimum": i64::MIN })
            }
            Self::Number(default) => json!({ "type": "number", "default": default }),
            Self::MaybeNumber => json!({ "type": "number" }),
            Self::Boolean(default) => json!({ "type": "boolean", "default": default }),
            Self::MaybeBoolean => json!({ "type": "boolean" }),
            Self::Text(default) => json!({ "type": "string", "default": default }),
            Self::MaybeText => json!({ "type": "string" }),
            Self::MaybeChoice(choices) => json!({ "type": "string", "enum": choices }),
            Self::Schema(default) => {
                let names: Vec<String> = Schema::all().map(String::from).collect();
                json!({ "type": "string", "default": default, "enum": names })
            }
            Self::Moment => json!({
                "type": "string", "pattern": crate::params::MOMENT, "examples": ["2026-01-31"],
            }),
            Self::Choice(choices) => {
                json!({ "type": "string", "enum": choices, "default": choices.first() })
            }
            Self::Choices(choices) => texts(json!({ "type": "string", "enum": choices })),
            Self::Texts => texts(json!({ "type": "string" })),
            Self::TextsLike(pattern) => texts(json!({ "type": "string", "pattern": pattern })),
            Self::FewTexts(most) => {
                json!({ "type": "array", "items": { "type": "string" }, "maxItems": most })
            }
        }
    }
}
