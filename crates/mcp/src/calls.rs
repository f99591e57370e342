//! The arguments of tools.

use std::collections::BTreeMap;

use interdict_engine::PartyQuery;
use interdict_engine::screening::Policy;
use interdict_model::{DatasetName, EntityId, Schema, Score};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::tools::ToolFailure;

/// Maximum number of candidates of a party.
const MOST_CANDIDATES: usize = 50;
/// Maximum number of values of a party.
const MOST_VALUES: usize = 200;
/// Maximum length of a value, in bytes.
const LONGEST_VALUE: usize = 2_000;
/// Default and maximum number of steps from an entity.
const STEPS: (usize, usize) = (1, 4);

/// A party to screen.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScreenCall {
    /// Person, Organization, Company, Vessel, Airplane, LegalEntity or another schema of FollowTheMoney. Leave it out if it
    /// is not known.
    schema: Option<String>,
    /// Values by property of FollowTheMoney, such as {"name": ["Kim Sang-man"], "birthDate": ["1965-04-25"]}. Others are
    /// nationality, country, gender, passportNumber, registrationNumber, imoNumber, address, publicKey (a wallet).
    properties: BTreeMap<String, Vec<String>>,
    /// The lists to search; all of them by default.
    #[serde(default)]
    datasets: Vec<String>,
    /// The score from 0 to 1 from which on a candidate is a match; by default that of the configuration.
    threshold: Option<f64>,
    /// How many candidates are shown; 5 by default, at most 50.
    limit: Option<usize>,
}

/// An entity.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EntityCall {
    /// The id, as returned by `screen` and `network`.
    id: String,
}

/// The network of an entity.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NetworkCall {
    /// The id, as returned by `screen`.
    id: String,
    /// The largest number of steps from it; 1 by default, at most 4.
    depth: Option<usize>,
}

/// An address of virtual currency.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WalletCall {
    /// The address, of any chain.
    pub(crate) address: String,
}

impl ScreenCall {
    /// The party as a query, and the settings.
    pub(crate) fn read(self, configured: Policy) -> Result<(PartyQuery, Policy), ToolFailure> {
        let values: usize = self.properties.values().map(Vec::len).sum();
        let is_long = |value: &String| value.len() > LONGEST_VALUE;
        if values > MOST_VALUES || self.properties.values().flatten().any(is_long) {
            let text = format!(
                "properties: at most {MOST_VALUES} values of at most {LONGEST_VALUE} bytes"
            );
            return Err(ToolFailure::Argument(text));
        }
        let schema = self.schema.as_deref().map(|name| {
            let read = Schema::of_word(name).map_or_else(|| Schema::parse(name), Ok);
            read.map_err(|error| ToolFailure::Argument(format!("schema: {error}")))
        });
        let threshold = self.threshold.map(|threshold| {
            Score::new(threshold)
                .map_err(|_| ToolFailure::Argument("threshold: a number from 0 to 1".to_owned()))
        });
        let limit = self.limit.unwrap_or(configured.limit);
        if !(1..=MOST_CANDIDATES).contains(&limit) {
            return Err(ToolFailure::Argument(format!("limit: 1 to {MOST_CANDIDATES}")));
        }
        let policy = Policy {
            threshold: threshold.transpose()?.unwrap_or(configured.threshold),
            limit,
            datasets: self.datasets.iter().map(|name| dataset(name)).collect::<Result<_, _>>()?,
            ..configured
        };
        Ok((PartyQuery { schema: schema.transpose()?, properties: self.properties }, policy))
    }
}

fn dataset(name: &str) -> Result<DatasetName, ToolFailure> {
    name.parse().map_err(|error| ToolFailure::Argument(format!("datasets: {error}")))
}

impl EntityCall {
    pub(crate) fn id(&self) -> Result<EntityId, ToolFailure> {
        self.id.parse().map_err(|error| ToolFailure::Argument(format!("id: {error}")))
    }
}

impl NetworkCall {
    /// The id, and the number of steps.
    pub(crate) fn read(&self) -> Result<(&str, usize), ToolFailure> {
        let depth = self.depth.unwrap_or(STEPS.0);
        match depth {
            depth if (1..=STEPS.1).contains(&depth) => Ok((&self.id, depth)),
            _ => Err(ToolFailure::Argument(format!("depth: 1 to {}", STEPS.1))),
        }
    }
}
