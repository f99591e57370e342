//! The table `[policy]`: how queries are answered by default.

use interdict_model::{DatasetName, Schema, Score};
use interdict_screen::{Algorithm, Policy};
use serde::Deserialize;
use toml::Spanned;

use super::file::Fault;

/// How queries are answered by default. A setting that is absent has its built-in value.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PolicyConfig {
    /// The lowest score that counts as a match.
    pub threshold: Option<Score>,
    /// How names are compared.
    pub algorithm: Option<Algorithm>,
    /// Whether an alias that the list calls weak may reach the threshold without proof.
    pub weak_alias_alone: bool,
    /// From how many years on, that distance not included, birth dates clear an equal name.
    pub cleared_by_years: Option<u16>,
    /// Lists without which an answer is incomplete. If any is named, no other list has to be there.
    pub required: Vec<DatasetName>,
    /// The schema that is searched for if a query does not state one.
    pub schema: Option<Schema>,
}

impl PolicyConfig {
    /// The policy of queries that set nothing themselves.
    pub fn policy(&self) -> Policy {
        let default = Policy::default();
        Policy {
            threshold: self.threshold.unwrap_or(default.threshold),
            algorithm: self.algorithm.unwrap_or(default.algorithm),
            weak_alias_alone: self.weak_alias_alone,
            cleared_by_years: self.cleared_by_years.unwrap_or(default.cleared_by_years),
            ..default
        }
    }
}

/// The table in the configuration file.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyTable {
    threshold: Option<Spanned<f64>>,
    algorithm: Option<Spanned<String>>,
    #[serde(default)]
    weak_alias_alone: bool,
    cleared_by_years: Option<Spanned<u16>>,
    #[serde(default)]
    required: Vec<Spanned<String>>,
    schema: Option<Spanned<String>>,
}

impl PolicyTable {
    pub(super) fn check(self) -> Result<PolicyConfig, Fault> {
        let threshold = self.threshold.map(|given| {
            let wrong = |_| Fault::new(given.span(), "policy.threshold: a number from 0 to 1");
            Score::new(*given.get_ref()).map_err(wrong)
        });
        Ok(PolicyConfig {
            threshold: threshold.transpose()?,
            algorithm: self.algorithm.map(|given| parse("algorithm", &given)).transpose()?,
            weak_alias_alone: self.weak_alias_alone,
            cleared_by_years: self.cleared_by_years.map(Spanned::into_inner),
            required: self
                .required
                .iter()
                .map(|given| parse("required", given))
                .collect::<Result<_, _>>()?,
            schema: self.schema.map(|given| parse_schema(&given)).transpose()?,
        })
    }
}

fn parse<T>(key: &str, given: &Spanned<String>) -> Result<T, Fault>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let text = given.get_ref();
    let wrong = |error| Fault::new(given.span(), format!("policy.{key}: {text:?}: {error}"));
    text.parse().map_err(wrong)
}

fn parse_schema(given: &Spanned<String>) -> Result<Schema, Fault> {
    let wrong = |error| Fault::new(given.span(), format!("policy.schema: {error}"));
    Schema::parse(given.get_ref()).map_err(wrong)
}
