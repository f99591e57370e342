//! What `config show` tells.

use schemars::JsonSchema;
use serde::Serialize;

/// Where the value of a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SettingOrigin {
    /// It is as shipped.
    Default,
    /// The configuration file.
    File,
    /// A variable of the environment.
    Environment,
    /// An argument of the command line.
    Flag,
}

/// A setting as it is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ShownSetting {
    /// Its key in the configuration file.
    pub name: String,
    /// Its value; nothing if it has none. Of a secret, only that there is one.
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
