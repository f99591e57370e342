//! `/api/v1/session`: signing in and out with a password, and the identity of the caller.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use interdict_engine::Actor;
use interdict_engine::audit::{
    Caller, NewSession, OpenSession, Origin, Right, Role, SessionToken, SignIn, SignInAttempt,
    SignInStep, SignedIn, Store, Tenant,
};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::read_json;
use crate::app::App;
use crate::body::read_body;
use crate::cookie::Cookie;
use crate::error::{ApiError, json_response};
use crate::metrics::Refusal;
use crate::rate::{Quota, Rate, network};
use crate::requester::{ClientAddress, Known, Requester, caller_of, require};
use crate::same_site::Site;
use crate::seen::Seen;

/// The name of the rate limit of sign-in attempts.
const POLICY: &str = "sign-in";

/// The credentials.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    name: String,
    password: String,
    /// The tenant, where several share a store; `main` by default.
    #[serde(default)]
    tenant: Option<Tenant>,
}

/// A change of one's own password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordChange {
    /// The current password.
    password: String,
    /// The new password: at least 12 characters.
    new_password: String,
}

/// The caller and its rights.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WhoAmI")]
pub(crate) struct WhoAmI {
    /// The actor as events record it: `user:NAME`, `service:ID`, or `local:server` without authentication.
    actor: String,
    tenant: Tenant,
    /// For a person only.
    display_name: Option<String>,
    roles: Vec<Role>,
    rights: Vec<Right>,
    session: Option<SessionView>,
}

/// A session.
#[derive(Serialize, JsonSchema)]
struct SessionView {
    made_at: Timestamp,
    /// When it ends at the latest, however it is used.
    ends_at: Timestamp,
    /// After how many seconds without use it ends.
    idle_seconds: u64,
    /// The value that `x-csrf-token` must have in writes by clients that send neither `Origin` nor `Sec-Fetch-Site`.
    csrf_token: String,
}

impl WhoAmI {
    pub(crate) fn of(app: &App, requester: &Requester) -> Self {
        let (display_name, roles) = match &requester.known {
            Known::Nobody => (None, Vec::new()),
            Known::Key(key) => (None, vec![key.role]),
            Known::Person(person) => (Some(person.display_name.clone()), person.roles.clone()),
            Known::Session(open, _) => {
                (Some(open.person.display_name.clone()), open.person.roles.clone())
            }
        };
        let session = match (&requester.known, app.store()) {
            (Known::Session(open, token), Some(store)) => Some(view(app, store, open, token)),
            _ => None,
        };
        Self {
            actor: requester.actor.to_string(),
            tenant: requester.caller.tenant.clone(),
            display_name,
            roles,
            rights: Right::ALL.into_iter().filter(|right| requester.may(*right)).collect(),
            session,
        }
    }
}

fn view(app: &App, store: &Store, open: &OpenSession, token: &SessionToken) -> SessionView {
    SessionView {
        made_at: open.made_at,
        ends_at: open.ends_at,
        idle_seconds: app.config.session_idle.as_secs(),
        csrf_token: store.csrf_token(token),
    }
}

/// The identity of the caller.
pub(crate) async fn who_am_i(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    let requester = require(&app, Right::Read, &request).await?;
    Ok(json_response(StatusCode::OK, &WhoAmI::of(&app, &requester)))
}

/// Signs in. Unknown names, wrong passwords and disabled accounts get the same answer after the same time, so that
/// names of accounts cannot be enumerated.
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    if Site::of(&app.config, request.headers(), request.uri()) == Site::Other {
        return Err(ApiError::Forbidden("The request comes from a page of another site."));
    }
    let from = Arriving::of(&app, &request)?;
    let Credentials { name, password, tenant } = read_json(&read_body(&app, request).await?)?;
    let tenant = tenant.unwrap_or_else(Tenant::only);
    let attempt = from.begin(&app, tenant, name).await?;
    let is_right = app.check_password(attempt.clone(), password).await?;
    let (new, origin) = (new_session(&app, "password"), from.origin.clone());
    let signed_in =
        app.change(move |change| change.finish_sign_in(&attempt, is_right, new, origin)).await?;
    from.finish(&app, signed_in).await
}

/// Changes the caller's own password. All their sessions end, and a new one begins.
pub(crate) async fn change_password(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    request: Request,
) -> Result<Response, ApiError> {
    let from = Arriving::of(&app, &request)?;
    let PasswordChange { password, new_password } = read_json(&read_body(&app, request).await?)?;
    let Known::Session(open, _) = &requester.known else { return Err(no_session()) };
    if open.person.issuer.is_some() {
        return Err(ApiError::Forbidden(
            "This person signs in elsewhere, and has no password here.",
        ));
    }
    let (tenant, name) = (open.person.tenant.clone(), open.person.name.clone());
    let attempt = from.begin(&app, tenant, name).await?;
    let is_right = app.check_password(attempt.clone(), password).await?;
    let hash = app.hash_password(new_password).await?;
    let (new, origin) = (new_session(&app, "password"), from.origin.clone());
    let origin = Origin { actor: requester.actor.to_string(), ..origin };
    let signed_in = app
        .change(move |change| change.change_own_password(&attempt, is_right, &hash, new, origin))
        .await?;
    from.finish(&app, signed_in).await
}

/// Signs out. The session ends on every server.
pub(crate) async fn sign_out(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    let requester = require(&app, Right::Read, &request).await?;
    let (origin, now) = app.by(&requester);
    let Known::Session(open, _) = requester.known else { return Err(no_session()) };
    app.change(move |change| change.end_session(&open, origin, now)).await?;
    let mut response = json_response(StatusCode::OK, &serde_json::json!({ "status": "ok" }));
    Cookie::Session.clear(&app.config, response.headers_mut());
    Ok(response)
}

fn no_session() -> ApiError {
    ApiError::NotFound("There is no session: the caller is no person who signed in.")
}

/// Starts a session.
pub(crate) fn new_session(app: &App, via: &'static str) -> NewSession {
    let now = Timestamp::now();
    let time = SignedDuration::try_from(app.config.session_time).unwrap_or(SignedDuration::ZERO);
    NewSession { via, now, ends_at: now.checked_add(time).unwrap_or(now) }
}

/// The caller of a request without authentication.
pub(crate) struct Arriving {
    address: Option<IpAddr>,
    caller: Caller,
    pub(crate) origin: Origin,
    seen: Arc<Seen>,
}

impl Arriving {
    pub(crate) fn of(app: &App, request: &Request) -> Result<Self, ApiError> {
        let address = request.extensions().get::<ClientAddress>().map(|known| network(known.0));
        let caller = caller_of(request)?;
        let origin = app.session().origin(&caller);
        Ok(Self { address, caller, origin, seen: Seen::of(request) })
    }

    /// Refuses an address with too many failed sign-ins.
    pub(crate) fn check_failures(&self, app: &App) -> Result<(), ApiError> {
        let looked = self.address.map(|from| app.limits.failed_sign_ins.look(from, Instant::now()));
        match looked {
            Some(Err(quota)) => Err(self.refuse(app, quota)),
            _ => Ok(()),
        }
    }

    /// Counts a failed attempt.
    pub(crate) fn note_failure(&self, app: &App) {
        if let Some(from) = self.address {
            let _ = app.limits.failed_sign_ins.take(from, Instant::now());
        }
    }

    /// Starts an attempt, unless this address or this name has failed too often.
    async fn begin(
        &self,
        app: &App,
        tenant: Tenant,
        name: String,
    ) -> Result<SignInAttempt, ApiError> {
        self.check_failures(app)?;
        let network = self.address.map_or("unknown".to_owned(), |from| from.to_string());
        let sign_in = SignIn { tenant, name, network, now: Timestamp::now() };
        match app.change(move |change| change.begin_sign_in(sign_in)).await? {
            SignInStep::Check(attempt) => Ok(*attempt),
            SignInStep::Later(reset) => {
                let rate = Rate { count: 1, seconds: u32::try_from(reset).unwrap_or(u32::MAX) };
                Err(self.refuse(app, Quota { policy: POLICY, rate, remaining: 0, reset }))
            }
        }
    }

    fn refuse(&self, app: &App, quota: Quota) -> ApiError {
        app.metrics.refuse(Refusal::FailedKeys);
        self.seen.add_quota(quota);
        ApiError::TooMany(quota)
    }

    /// The response to an attempt.
    async fn finish(&self, app: &App, signed_in: Option<SignedIn>) -> Result<Response, ApiError> {
        let Some(SignedIn { person, token }) = signed_in else {
            self.note_failure(app);
            return Err(ApiError::WrongPassword);
        };
        let idle = SignedDuration::try_from(app.config.session_idle).unwrap_or(SignedDuration::MAX);
        let (new, now) = (token.clone(), Timestamp::now());
        let open = app.in_store(move |store| store.session(&new, idle, now)).await?;
        let open = open.ok_or(ApiError::Internal("a session that has just begun"))?;
        let actor = Actor::user(&person.name).map_err(|_| ApiError::Internal("a name"))?;
        let caller = Caller { tenant: person.tenant, ..self.caller.clone() };
        let requester =
            Requester { actor, caller, known: Known::Session(Box::new(open), token.clone()) };
        let mut response = json_response(StatusCode::OK, &WhoAmI::of(app, &requester));
        Cookie::Session.set(&app.config, response.headers_mut(), token.reveal(), None);
        Ok(response)
    }
}
