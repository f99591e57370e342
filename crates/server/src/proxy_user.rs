//! People whom a reverse proxy authenticates, and names in a header.
//!
//! Only trusted proxies may send the header. From anybody else it is refused and never ignored: its sender expects it
//! to have an effect.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::Request;
use interdict_engine::Actor;
use interdict_engine::audit::{Caller, ExternalPerson, Person, Role, Tenant};
use jiff::Timestamp;

use crate::app::App;
use crate::config::ServerConfig;
use crate::error::ApiError;
use crate::oidc::{GroupRoles, roles_of};
use crate::requester::{Known, Peer, Requester};
use crate::same_site::{Site, is_safe};

/// The prefix of the names of people whom the proxy authenticates.
const LABEL: &str = "proxy";

/// How a proxy names people.
#[derive(Debug, Clone)]
pub struct ProxyUserConfig {
    /// The header with the name of the person.
    pub user_header: String,
    /// The header with their groups, separated by commas. Without it, accounts keep the roles that an admin gave them.
    pub groups_header: Option<String>,
    /// The roles of each group.
    pub roles: GroupRoles,
    /// The roles of a new account, if there is no header of groups.
    pub default_roles: Vec<Role>,
    /// The tenant of the people.
    pub tenant: Tenant,
}

/// The identity from a proxy.
pub(crate) struct Named {
    user: String,
    groups: Option<Vec<String>>,
    is_foreign_write: bool,
}

impl Named {
    /// The person whom a request names, if any.
    ///
    /// # Errors
    /// When the request does not come from a trusted proxy, or its header contains no user or several.
    pub(crate) fn of(config: &ServerConfig, request: &Request) -> Result<Option<Self>, ApiError> {
        let Some(proxy) = &config.proxy_user else { return Ok(None) };
        let headers = request.headers();
        let names_groups =
            proxy.groups_header.as_ref().is_some_and(|name| headers.contains_key(name.as_str()));
        if !headers.contains_key(proxy.user_header.as_str()) && !names_groups {
            return Ok(None);
        }
        let peer = request.extensions().get::<Peer>().copied();
        if !peer.is_some_and(|Peer(peer)| is_trusted(config, peer)) {
            return Err(ApiError::Forbidden("Only a proxy that is trusted may name a person."));
        }
        let unclear = || ApiError::BadRequest("The proxy has to name one person.".to_owned());
        let one = |name: &str| {
            let mut values = headers.get_all(name).iter();
            let value = values.next()?.to_str().ok()?.trim().to_owned();
            values.next().is_none().then_some(value)
        };
        let user = one(&proxy.user_header).filter(|user| !user.is_empty()).ok_or_else(unclear)?;
        // Many directories compare names without case: one person must not become two accounts that approve each
        // other's decisions.
        let user = user.to_lowercase();
        let groups = proxy.groups_header.as_deref().map(|name| {
            let text = one(name).unwrap_or_default();
            text.split(',').map(|group| group.trim().to_owned()).collect()
        });
        let is_write = !is_safe(request.method());
        let site = Site::of(config, headers, request.uri());
        Ok(Some(Self { user, groups, is_foreign_write: is_write && site == Site::Other }))
    }
}

fn is_trusted(config: &ServerConfig, peer: SocketAddr) -> bool {
    config.trusted_proxies.contains(&peer.ip().to_canonical())
}

/// The person whom a proxy names.
pub(crate) async fn of_proxy(
    app: &Arc<App>,
    named: Named,
    caller: Caller,
) -> Result<Requester, ApiError> {
    if named.is_foreign_write {
        return Err(ApiError::Forbidden("The request comes from a page of another site."));
    }
    let proxy = app.config.proxy_user.as_ref().ok_or(ApiError::Unauthorized)?;
    let issuer = format!("proxy:{}", proxy.user_header.to_ascii_lowercase());
    let (tenant, user) = (proxy.tenant.clone(), named.user.clone());
    let whose = (tenant.clone(), issuer.clone(), user.clone());
    let known =
        app.in_store(move |store| store.person_of_subject(&whose.0, &whose.1, &whose.2)).await?;
    let roles = match (&named.groups, &known) {
        (Some(groups), _) => roles_of(groups, &proxy.roles),
        (None, Some(person)) => person.roles.clone(),
        (None, None) => proxy.default_roles.clone(),
    };
    if roles.is_empty() {
        return Err(ApiError::Forbidden("The person has no role."));
    }
    let caller = Caller { tenant: tenant.clone(), ..caller };
    let person = match known {
        // Unchanged: nothing has to be written.
        Some(person) if person.roles == roles => Some(person),
        _ => {
            let external = ExternalPerson {
                tenant,
                label: LABEL.to_owned(),
                issuer,
                subject: user.clone(),
                display_name: user,
                roles,
            };
            let (origin, now) = (app.session().origin(&caller), Timestamp::now());
            app.change(move |change| change.admit(&external, origin, now)).await?
        }
    };
    let is_enabled = |person: &Person| person.disabled_at.is_none();
    let person = person.filter(is_enabled).ok_or(ApiError::Unauthorized)?;
    let actor = Actor::user(&person.name).map_err(|_| ApiError::Internal("a name"))?;
    Ok(Requester { actor, caller, known: Known::Person(Box::new(person)) })
}
