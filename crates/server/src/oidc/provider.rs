//! Requests to the OpenID provider: discovery, signing keys, and the exchange of a code for a token. All of them block,
//! and run outside of the threads that serve connections.

use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};

use super::config::OidcConfig;
use super::id_token::{Claims, Expected, KeySet, TokenFault, verify};

/// Timeout and maximum size of an answer of the provider, in bytes.
const TIME: Duration = Duration::from_secs(10);
const LARGEST: u64 = 1 << 20;
/// How long discovery document and keys are cached.
const FRESH: Duration = Duration::from_secs(3_600);
/// Minimum interval between fetches of the keys because of an unknown key id.
const AGAIN: Duration = Duration::from_secs(30);

/// Why a sign-in by the provider fails.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProviderError {
    /// It is unreachable, or its answer is invalid.
    #[error("the provider: {0}")]
    Unavailable(String),
    /// It rejects the code.
    #[error("the provider does not take the code")]
    Code,
    /// The ID token is rejected.
    #[error("the token: {0}")]
    Token(#[from] TokenFault),
    /// The userinfo document is of another subject than the ID token.
    #[error("the description of the person names another one")]
    OtherPerson,
}

/// The endpoints of a provider.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Addresses {
    issuer: String,
    pub(crate) authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    pub(crate) end_session_endpoint: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

/// The cached documents, and when they were fetched.
struct Learnt<T> {
    what: T,
    at: Instant,
}

/// The provider.
pub(crate) struct Provider {
    pub(crate) config: OidcConfig,
    agent: Agent,
    addresses: Mutex<Option<Learnt<Addresses>>>,
    keys: Mutex<Option<Learnt<KeySet>>>,
    asked_again: Mutex<Option<Instant>>,
}

/// A code with the values that were sent when it was requested.
pub(crate) struct Redemption<'a> {
    pub(crate) code: &'a str,
    pub(crate) redirect_uri: &'a str,
    pub(crate) verifier: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) now: jiff::Timestamp,
}

impl Provider {
    /// A provider by its configuration. Nothing is fetched yet.
    ///
    /// # Errors
    /// When the file of certificates cannot be read.
    pub(crate) fn new(config: OidcConfig) -> io::Result<Self> {
        let roots = config.ca_file.as_deref().map(certificates).transpose()?;
        let tls = TlsConfig::builder();
        let tls = match roots {
            Some(roots) => tls.root_certs(RootCerts::new_with_certs(&roots)),
            None => tls,
        };
        let agent = Agent::config_builder()
            .timeout_global(Some(TIME))
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent("interdict")
            .tls_config(tls.build())
            .build()
            .new_agent();
        let (addresses, keys) = (Mutex::default(), Mutex::default());
        Ok(Self { config, agent, addresses, keys, asked_again: Mutex::default() })
    }

    /// Its endpoints, from the discovery document.
    pub(crate) fn addresses(&self) -> Result<Addresses, ProviderError> {
        if let Some(known) = lock(&self.addresses).as_ref().filter(|known| known.is_fresh()) {
            return Ok(known.what.clone());
        }
        let issuer = self.config.issuer.trim_end_matches('/');
        let addresses: Addresses =
            self.get(&format!("{issuer}/.well-known/openid-configuration"), None)?;
        if addresses.issuer != self.config.issuer {
            let text = format!("its description is one of {:?}", addresses.issuer);
            return Err(ProviderError::Unavailable(text));
        }
        let all =
            [&addresses.authorization_endpoint, &addresses.token_endpoint, &addresses.jwks_uri];
        let others = [&addresses.userinfo_endpoint, &addresses.end_session_endpoint];
        if !all.into_iter().chain(others.into_iter().flatten()).all(|address| self.is_safe(address))
        {
            let text = "its description names an address without TLS".to_owned();
            return Err(ProviderError::Unavailable(text));
        }
        *lock(&self.addresses) = Some(Learnt::now(addresses.clone()));
        Ok(addresses)
    }

    /// Secrets and keys require TLS; a provider on this machine, as in tests, may do without.
    fn is_safe(&self, address: &str) -> bool {
        address.starts_with("https://")
            || (self.config.is_at_loopback() && address.starts_with("http://"))
    }

    /// Redeems a code; returns the claims about the person.
    pub(crate) fn redeem(&self, redemption: &Redemption<'_>) -> Result<Described, ProviderError> {
        let addresses = self.addresses()?;
        let tokens = self.tokens(&addresses, redemption)?;
        let claims = self.verified(&addresses, &tokens.id_token, redemption)?;
        let mut described = Described { claims, more: Map::new() };
        // Many providers return groups only in the userinfo document.
        let lacks_groups = described.groups(&self.config.groups_claim).is_none();
        if let (true, Some(address), Some(token)) =
            (lacks_groups, &addresses.userinfo_endpoint, &tokens.access_token)
        {
            let more: Map<String, Value> = self.get(address, Some(token))?;
            if more.get("sub").and_then(Value::as_str) != described.claims.text("sub") {
                return Err(ProviderError::OtherPerson);
            }
            described.more = more;
        }
        Ok(described)
    }

    fn tokens(
        &self,
        addresses: &Addresses,
        redemption: &Redemption<'_>,
    ) -> Result<Tokens, ProviderError> {
        let config = &self.config;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", redemption.code),
            ("redirect_uri", redemption.redirect_uri),
            ("code_verifier", redemption.verifier),
        ];
        let mut request =
            self.agent.post(&addresses.token_endpoint).header("Accept", "application/json");
        match &config.client_secret {
            Some(secret) => {
                let encoded = |text: &str| -> String {
                    form_urlencoded::byte_serialize(text.as_bytes()).collect()
                };
                let pair = format!("{}:{}", encoded(&config.client_id), encoded(secret));
                request =
                    request.header("Authorization", format!("Basic {}", STANDARD.encode(pair)));
            }
            None => form.push(("client_id", &config.client_id)),
        }
        let mut answer = request.send_form(form).map_err(unavailable)?;
        if answer.status().is_client_error() {
            return Err(ProviderError::Code);
        }
        read(&mut answer)
    }

    fn verified(
        &self,
        addresses: &Addresses,
        token: &str,
        redemption: &Redemption<'_>,
    ) -> Result<Claims, ProviderError> {
        let expected = Expected {
            issuer: &self.config.issuer,
            client_id: &self.config.client_id,
            nonce: redemption.nonce,
            now: redemption.now,
            acr_values: &self.config.acr_values,
        };
        let first = verify(token, &self.key_set(addresses)?, &expected);
        if first != Err(TokenFault::UnknownKey) || !self.may_ask_again() {
            return Ok(first?);
        }
        // The provider may have a new key.
        *lock(&self.keys) = None;
        Ok(verify(token, &self.key_set(addresses)?, &expected)?)
    }

    /// Whether the keys may be fetched because of an unknown key id. Tokens with invented key ids must not cause a
    /// request each.
    fn may_ask_again(&self) -> bool {
        let mut asked = lock(&self.asked_again);
        let may = asked.is_none_or(|at| at.elapsed() >= AGAIN);
        if may {
            *asked = Some(Instant::now());
        }
        may
    }

    fn key_set(&self, addresses: &Addresses) -> Result<KeySet, ProviderError> {
        if let Some(known) = lock(&self.keys).as_ref().filter(|known| known.is_fresh()) {
            return Ok(known.what.clone());
        }
        let keys: KeySet = self.get(&addresses.jwks_uri, None)?;
        *lock(&self.keys) = Some(Learnt::now(keys.clone()));
        Ok(keys)
    }

    fn get<T: DeserializeOwned>(
        &self,
        address: &str,
        token: Option<&str>,
    ) -> Result<T, ProviderError> {
        let mut request = self.agent.get(address).header("Accept", "application/json");
        if let Some(token) = token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        read(&mut request.call().map_err(unavailable)?)
    }
}

fn read<T: DeserializeOwned>(answer: &mut ureq::http::Response<Body>) -> Result<T, ProviderError> {
    if answer.status().as_u16() != 200 {
        return Err(ProviderError::Unavailable(format!("it answers {}", answer.status())));
    }
    let bytes =
        answer.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(unavailable)?;
    // The reason could contain the token.
    serde_json::from_slice(&bytes)
        .map_err(|_| ProviderError::Unavailable("its answer has another shape".to_owned()))
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unavailable(error: ureq::Error) -> ProviderError {
    ProviderError::Unavailable(error.to_string())
}

fn certificates(path: &Path) -> io::Result<Vec<Certificate<'static>>> {
    let pem = std::fs::read(path)?;
    let items: Result<Vec<PemItem<'static>>, _> = parse_pem(&pem).collect();
    let items = items.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    let certificates = items.into_iter().filter_map(|item| match item {
        PemItem::Certificate(certificate) => Some(certificate),
        _ => None,
    });
    Ok(certificates.collect())
}

impl<T> Learnt<T> {
    fn now(what: T) -> Self {
        Self { what, at: Instant::now() }
    }

    fn is_fresh(&self) -> bool {
        self.at.elapsed() < FRESH
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The claims about a person.
pub(crate) struct Described {
    claims: Claims,
    /// The userinfo document.
    more: Map<String, Value>,
}

impl Described {
    /// The provider's identifier of the person (claim `sub`).
    pub(crate) fn subject(&self) -> &str {
        self.claims.text("sub").unwrap_or_default()
    }

    /// The display name.
    pub(crate) fn display_name(&self) -> String {
        let text = |name: &str| {
            let more = self.more.get(name).and_then(Value::as_str);
            let text = self.claims.text(name).or(more)?.trim();
            let plain: String =
                text.chars().filter(|letter| !letter.is_control()).take(50).collect();
            (!plain.is_empty()).then_some(plain)
        };
        let names = ["name", "preferred_username", "email"];
        names.into_iter().find_map(text).unwrap_or_else(|| "(no name)".to_owned())
    }

    /// The groups of the person; empty if the provider names none.
    pub(crate) fn groups(&self, claim: &str) -> Option<Vec<String>> {
        let is_there = |value: &&Value| !value.is_null();
        let more = || super::id_token::at(&self.more, claim);
        let value = self.claims.at(claim).filter(is_there).or_else(more)?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        match value {
            Value::Array(all) => Some(all.iter().filter_map(text).collect()),
            one => text(one).map(|group| vec![group]),
        }
    }
}
