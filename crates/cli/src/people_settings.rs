//! Settings for the authentication of people by an OpenID provider or a proxy: the tables `[server.oidc]` and
//! `[server.proxy_user]`. They can only be set in the configuration file; secrets are read from separate files.

use std::collections::BTreeMap;

use anyhow::{Context, bail, ensure};
use interdict_engine::audit::{Role, Tenant};
use interdict_engine::{Names, OidcSettings, ProxyUserSettings};
use interdict_server::{GroupRoles, OidcConfig, ProxyUserConfig};

/// The provider, with its secret.
pub(crate) fn oidc(settings: &OidcSettings) -> anyhow::Result<OidcConfig> {
    let secret = settings.client_secret_file.as_ref().map(|path| {
        let text = std::fs::read_to_string(path);
        let text = text.with_context(|| format!("cannot read {}", path.display()))?;
        let secret = text.trim();
        ensure!(!secret.is_empty(), "{} is empty", path.display());
        Ok(secret.to_owned())
    });
    let config = OidcConfig {
        issuer: settings.issuer.clone(),
        client_id: settings.client_id.clone(),
        client_secret: secret.transpose()?,
        scopes: settings.scopes.clone(),
        groups_claim: settings.groups_claim.clone(),
        roles: group_roles(&settings.roles).context("server.oidc.roles")?,
        tenant: tenant(settings.tenant.as_deref()).context("server.oidc.tenant")?,
        acr_values: settings.acr_values.clone(),
        ca_file: settings.ca_file.clone(),
    };
    ensure!(
        !config.roles.is_empty(),
        "server.oidc.roles: no group has a role, so nobody could sign in"
    );
    if !config.is_safe() {
        bail!("server.oidc.issuer: begins with https://, unless the provider is on this machine");
    }
    Ok(config)
}

/// The proxy.
pub(crate) fn proxy_user(settings: &ProxyUserSettings) -> anyhow::Result<ProxyUserConfig> {
    let headers = std::iter::once(&settings.user_header).chain(&settings.groups_header);
    for name in headers {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let is_name = !name.is_empty() && name.bytes().all(is_plain);
        ensure!(is_name, "server.proxy_user: {name:?} is no name of a header");
    }
    Ok(ProxyUserConfig {
        user_header: settings.user_header.clone(),
        groups_header: settings.groups_header.clone(),
        roles: group_roles(&settings.roles).context("server.proxy_user.roles")?,
        default_roles: roles(&settings.default_roles).context("server.proxy_user.default_roles")?,
        tenant: tenant(settings.tenant.as_deref()).context("server.proxy_user.tenant")?,
    })
}

fn group_roles(groups: &BTreeMap<String, Names>) -> anyhow::Result<GroupRoles> {
    let read = |(group, names): (&String, &Names)| Ok((group.clone(), roles(names.all())?));
    groups.iter().map(read).collect()
}

fn roles(names: &[String]) -> anyhow::Result<Vec<Role>> {
    names.iter().map(|name| name.parse().with_context(|| format!("{name:?}"))).collect()
}

fn tenant(name: Option<&str>) -> anyhow::Result<Tenant> {
    Ok(name.map(Tenant::parse).transpose()?.unwrap_or_else(Tenant::only))
}
