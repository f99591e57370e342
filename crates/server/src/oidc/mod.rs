//! Sign-in by an OpenID provider: the authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636).
//!
//! `/auth/login` redirects the browser to the provider, `/auth/callback` receives the code, and `/auth/logout` ends the
//! session here and redirects the browser to end the one at the provider.

mod config;
mod flow;
pub(crate) mod id_token;
mod provider;

use std::sync::Arc;

use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_engine::audit::{EventDraft, ExternalPerson, Right, Store, StoreError};
use jiff::Timestamp;
use serde_json::json;

use crate::api::session::{Arriving, new_session};
use crate::app::App;
use crate::cookie::Cookie;
use crate::error::ApiError;
use crate::params::Params;
use crate::requester::{Known, require};
use crate::same_site::Site;

pub(crate) use config::roles_of;
pub use config::{GroupRoles, OidcConfig};
use flow::Flow;
pub(crate) use provider::Provider;
use provider::{Described, ProviderError, Redemption};

/// The prefix of the names of people whom the provider authenticates.
const LABEL: &str = "oidc";

fn provider(app: &App) -> Result<&Arc<Provider>, ApiError> {
    app.provider.as_ref().ok_or(ApiError::NotFound("Nobody signs in by a provider here."))
}

fn store(app: &App) -> Result<&Arc<Store>, ApiError> {
    app.store().ok_or(ApiError::NotFound("There is no store."))
}

/// Runs blocking calls of the provider away from the threads that serve connections.
async fn ask<T: Send + 'static>(
    app: &Arc<App>,
    work: impl FnOnce(&Provider) -> Result<T, ProviderError> + Send + 'static,
) -> Result<Result<T, ProviderError>, ApiError> {
    let provider = Arc::clone(provider(app)?);
    let place = Arc::clone(&app.asking).try_acquire_owned().map_err(|_| ApiError::Busy)?;
    let work = move || {
        let _place = place;
        work(&provider)
    };
    let joined = tokio::task::spawn_blocking(work).await;
    joined.map_err(|_| ApiError::Internal("asking the provider"))
}

/// `GET /auth/login?back=PATH`: redirects the browser to the provider.
pub(crate) async fn login(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    let flow = Flow::begin(params.last("back"), Timestamp::now());
    let flow = flow.ok_or(ApiError::Internal("random numbers"))?;
    let addresses = ask(&app, Provider::addresses).await?.map_err(|error| failed(&app, &error))?;
    let config = &provider(&app)?.config;
    let mut scopes = vec!["openid"];
    scopes.extend(config.scopes.iter().map(String::as_str).filter(|scope| *scope != "openid"));
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", &config.client_id)
        .append_pair("redirect_uri", &redirect_uri(&app))
        .append_pair("scope", &scopes.join(" "))
        .append_pair("state", &flow.state)
        .append_pair("nonce", &flow.nonce)
        .append_pair("code_challenge", &flow.challenge())
        .append_pair("code_challenge_method", "S256");
    if !config.acr_values.is_empty() {
        query.append_pair("acr_values", &config.acr_values.join(" "));
    }
    let address = with_query(&addresses.authorization_endpoint, &query.finish());
    let mut response = redirect(StatusCode::FOUND, &address)?;
    let value = flow.to_cookie(store(&app)?);
    Cookie::Login.set(&app.config, response.headers_mut(), &value, Some(flow::SECONDS));
    Ok(response)
}

fn redirect_uri(app: &App) -> String {
    format!("{}/auth/callback", app.config.base_url())
}

fn with_query(address: &str, query: &str) -> String {
    let separator = if address.contains('?') { '&' } else { '?' };
    format!("{address}{separator}{query}")
}

fn redirect(status: StatusCode, address: &str) -> Result<Response, ApiError> {
    let location = HeaderValue::from_str(address);
    let location = location.map_err(|_| ApiError::Internal("an address of the provider"))?;
    Ok((status, [(header::LOCATION, location)]).into_response())
}

/// `GET /auth/callback`: the browser returns with a code.
pub(crate) async fn callback(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    provider(&app)?;
    let from = Arriving::of(&app, &request)?;
    from.check_failures(&app)?;
    let cookie = Cookie::Login.of(&app.config, request.headers());
    let flow = match (cookie, app.store()) {
        (Some(cookie), Some(store)) => Flow::of_cookie(&cookie, store, Timestamp::now()),
        _ => None,
    };
    let params = Params::parse(request.uri().query().unwrap_or_default().as_bytes());
    let admitted = match returned(&app, flow.as_ref(), &params) {
        Ok((flow, code)) => admitted(&app, &from, flow.clone(), code).await,
        Err(cause) => Err(Refused::Cause(cause)),
    };
    let mut response = match (admitted, flow) {
        (Ok(token), Some(flow)) => {
            let mut response = redirect(StatusCode::SEE_OTHER, &flow.back)?;
            Cookie::Session.set(&app.config, response.headers_mut(), &token, None);
            response
        }
        (Ok(_), None) => return Err(ApiError::Internal("a sign-in")),
        (Err(Refused::Api(error)), _) => error.into_response(),
        (Err(Refused::Cause(cause)), _) => {
            from.note_failure(&app);
            let tenant = &provider(&app)?.config.tenant;
            let detail = json!({ "cause": cause, "via": LABEL });
            let origin = from.origin.clone();
            let refused =
                EventDraft::new("login.refused", tenant, origin, Timestamp::now(), detail);
            app.record(vec![refused]).await?;
            ApiError::NotAdmitted.into_response()
        }
    };
    Cookie::Login.clear(&app.config, response.headers_mut());
    Ok(response)
}

/// Why a sign-in failed.
enum Refused {
    /// The reason for the log. The caller gets none of it.
    Cause(String),
    /// The server or the provider failed.
    Api(ApiError),
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

/// The sign-in to which a callback belongs, and its code.
fn returned<'a>(
    app: &App,
    flow: Option<&'a Flow>,
    params: &'a Params,
) -> Result<(&'a Flow, String), String> {
    let flow = flow.ok_or("no sign-in was begun by this browser, or its time is over")?;
    if params.last("state") != Some(flow.state.as_str()) {
        return Err("the state is one of another sign-in".to_owned());
    }
    // RFC 9207: the response names its issuer.
    let issuer = app.provider.as_ref().map(|provider| provider.config.issuer.as_str());
    if params.last("iss").is_some_and(|named| Some(named) != issuer) {
        return Err("the answer is one of another provider".to_owned());
    }
    match (params.last("error"), params.last("code")) {
        (Some(_), _) => Err("the provider refused".to_owned()),
        (None, Some(code)) if !code.is_empty() => Ok((flow, code.to_owned())),
        (None, _) => Err("there is no code".to_owned()),
    }
}

/// The session of the person for whom the provider redeems a code.
async fn admitted(
    app: &Arc<App>,
    from: &Arriving,
    flow: Flow,
    code: String,
) -> Result<String, Refused> {
    let address = redirect_uri(app);
    let redeemed = ask(app, move |provider| {
        provider.redeem(&Redemption {
            code: &code,
            redirect_uri: &address,
            verifier: &flow.verifier,
            nonce: &flow.nonce,
            now: Timestamp::now(),
        })
    });
    let described = match redeemed.await? {
        Ok(described) => described,
        Err(error @ ProviderError::Unavailable(_)) => return Err(failed(app, &error).into()),
        Err(error) => return Err(Refused::Cause(error.to_string())),
    };
    let external = external(app, &described)?;
    if external.roles.is_empty() {
        return Err(Refused::Cause("no group of the person has a role".to_owned()));
    }
    let (new, origin) = (new_session(app, LABEL), from.origin.clone());
    let signed_in = app.change(move |change| change.sign_in_external(&external, new, origin)).await;
    match signed_in {
        Ok(Some(signed_in)) => Ok(signed_in.token.reveal().to_owned()),
        Ok(None) => Err(Refused::Cause("the account is disabled".to_owned())),
        Err(ApiError::Store(StoreError::Invalid(_))) => {
            Err(Refused::Cause("the subject cannot be a name".to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

fn external(app: &App, described: &Described) -> Result<ExternalPerson, ApiError> {
    let config = &provider(app)?.config;
    let groups = described.groups(&config.groups_claim).unwrap_or_default();
    Ok(ExternalPerson {
        tenant: config.tenant.clone(),
        label: LABEL.to_owned(),
        issuer: config.issuer.clone(),
        subject: described.subject().to_owned(),
        display_name: described.display_name(),
        roles: roles_of(&groups, &config.roles),
    })
}

/// Records a failure of the provider.
fn failed(app: &App, error: &ProviderError) -> ApiError {
    app.report("oidc-failed", error.to_string());
    ApiError::Unavailable("Nobody can sign in by the provider now.".to_owned())
}

/// `POST /auth/logout`: ends the session here, and redirects the browser to end the one at the provider.
pub(crate) async fn logout(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    provider(&app)?;
    if Site::of(&app.config, request.headers(), request.uri()) == Site::Other {
        return Err(ApiError::Forbidden("The request comes from a page of another site."));
    }
    let requester = require(&app, Right::Read, &request).await?;
    let session = app.session_of(&requester);
    let (now, origin) = (session.now(), session.origin(&requester.caller));
    let Known::Session(open, _) = requester.known else {
        return Err(ApiError::NotFound("There is no session."));
    };
    app.change(move |change| change.end_session(&open, origin, now)).await?;
    // The session here has ended, whether or not the provider answers.
    let addresses = ask(&app, Provider::addresses).await?.ok();
    let home = format!("{}/", app.config.base_url());
    let address = match addresses.and_then(|addresses| addresses.end_session_endpoint) {
        Some(address) => {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("client_id", &provider(&app)?.config.client_id);
            query.append_pair("post_logout_redirect_uri", &home);
            with_query(&address, &query.finish())
        }
        None => "/".to_owned(),
    };
    let mut response = redirect(StatusCode::SEE_OTHER, &address)?;
    Cookie::Session.clear(&app.config, response.headers_mut());
    Ok(response)
}
