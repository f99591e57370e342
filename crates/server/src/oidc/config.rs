//! How people are signed in by an OpenID provider.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use interdict_engine::audit::{Role, Tenant};

/// The roles that a group gives.
pub type GroupRoles = BTreeMap<String, Vec<Role>>;

/// How people are signed in by an OpenID provider.
#[derive(Clone)]
pub struct OidcConfig {
    /// The issuer, as its tokens name it: `https://id.bank.example/realms/staff`.
    pub issuer: String,
    /// The id of this server at the provider.
    pub client_id: String,
    /// Its secret there; none if it is a public client.
    pub client_secret: Option<String>,
    /// What is asked for; `openid` always is.
    pub scopes: Vec<String>,
    /// The claim that names the groups of a person. Dots lead into objects: `realm_access.roles`.
    pub groups_claim: String,
    /// What the groups may do. Who is in none of them is not let in.
    pub roles: GroupRoles,
    /// Whose data they work on.
    pub tenant: Tenant,
    /// How people have to be authenticated, as the provider names it; in any way if it is empty.
    pub acr_values: Vec<String>,
    /// Certificates that vouch for the provider, in PEM; those of the web if absent.
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

    /// Whether the issuer can be believed: it has TLS, or is on this machine.
    pub fn is_safe(&self) -> bool {
        self.issuer.starts_with("https://") || self.is_at_loopback()
    }
}

/// Without the secret.
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
