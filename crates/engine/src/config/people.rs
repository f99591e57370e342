//! The tables `[server.oidc]` and `[server.proxy_user]`: authentication of people by a provider or a proxy.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

/// A name, or several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Names {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl Names {
    /// All of them.
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }
}

/// How an OpenID provider signs people in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcSettings {
    /// The issuer, as its tokens name it.
    pub issuer: String,
    /// The id of this server at the provider.
    pub client_id: String,
    /// The file of its secret there.
    pub client_secret_file: Option<PathBuf>,
    /// The scopes that are requested besides `openid`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The claim that names the groups of a person.
    #[serde(default = "groups")]
    pub groups_claim: String,
    /// By group, the roles that its members get.
    pub roles: BTreeMap<String, Names>,
    /// Whose data they work on.
    pub tenant: Option<String>,
    /// How people have to be authenticated, as the provider names it.
    #[serde(default)]
    pub acr_values: Vec<String>,
    /// Certificates that vouch for the provider.
    pub ca_file: Option<PathBuf>,
}

fn groups() -> String {
    "groups".to_owned()
}

/// How a proxy names people.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProxyUserSettings {
    /// The header that holds the name of the person.
    pub user_header: String,
    /// The header that holds their groups.
    pub groups_header: Option<String>,
    /// By group, the roles that its members get.
    #[serde(default)]
    pub roles: BTreeMap<String, Names>,
    /// What somebody who comes first may do, if there is no header of groups.
    #[serde(default)]
    pub default_roles: Vec<String>,
    /// Whose data they work on.
    pub tenant: Option<String>,
}
