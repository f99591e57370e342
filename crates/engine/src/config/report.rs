//! The answer of `config show`.

use schemars::JsonSchema;
use serde::Serialize;

/// Where the value of a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SettingOrigin {
    /// The built-in default.
    Default,
    /// The configuration file.
    File,
    /// A variable of the environment.
    Environment,
    /// An argument of the command line.
    Flag,
}

/// A setting in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ShownSetting {
    /// Its key in the configuration file.
    pub name: String,
    /// Its value, if it has one. For a secret, only the fact that it is set.
    pub value: Option<String>,
    /// Where the value comes from.
    pub origin: SettingOrigin,
}

/// The settings of the server as they are in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ConfigReport {
    /// The settings of `interdict serve`.
    pub server: Vec<ShownSetting>,
}
