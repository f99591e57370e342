//! Configuration of the sign-in by an OpenID provider.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use interdict_engine::audit::{Role, Tenant};

/// The roles that a group gives.
pub type GroupRoles = BTreeMap<String, Vec<Role>>;

/// Configuration of the sign-in by an OpenID provider.
#[derive(Clone)]
pub struct OidcConfig {
    /// The issuer, exactly as in its tokens: `https://id.bank.example/realms/staff`.
    pub issuer: String,
    /// The client id of this server.
    pub client_id: String,
    /// The client secret; `None` for a public client.
    pub client_secret: Option<String>,
    /// Additional scopes; `openid` is always requested.
    pub scopes: Vec<String>,
    /// The claim with the groups of a person. Dots separate keys of nested objects: `realm_access.roles`.
    pub groups_claim: String,
    /// The roles of each group. A person in none of the groups is refused.
    pub roles: GroupRoles,
    /// The tenant of the people.
    pub tenant: Tenant,
    /// Accepted authentication contexts (`acr`); any if empty.
    pub acr_values: Vec<String>,
    /// CA certificates for the provider, in PEM; the public ones if absent.
    pub ca_file: Option<PathBuf>,
}

impl OidcConfig {
    /// Whether the provider is on this machine.
    pub(crate) fn is_at_loopback(&self) -> bool {
        let rest = self.issuer.strip_prefix("http://").unwrap_or_default();
        let host = rest.split('/').next().unwrap_or_default();
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        matches!(name, "localhost" | "127.0.0.1" | "[::1]")
    }

    /// Whether the connection to the issuer is trustworthy: it uses TLS, or stays on this machine.
    pub fn is_safe(&self) -> bool {
        self.issuer.starts_with("https://") || self.is_at_loopback()
    }
}

/// Debug output without the secret.
impl fmt::Debug for OidcConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { issuer, client_id, .. } = self;
        formatter
            .debug_struct("OidcConfig")
            .field("issuer", issuer)
            .field("client_id", client_id)
            .finish_non_exhaustive()
    }
}

/// All roles that groups give.
pub(crate) fn roles_of(groups: &[String], roles: &GroupRoles) -> Vec<Role> {
    let given = groups.iter().filter_map(|group| roles.get(group)).flatten();
    let mut given: Vec<Role> = given.copied().collect();
    given.sort_unstable();
    given.dedup();
    given
}
