//! Authentication and authorisation of requests.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use interdict_engine::Actor;
use interdict_engine::audit::{
    ApiKey, Caller, KeyRecord, OpenSession, Person, Right, SessionToken, Tenant,
};
use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::cookie::Cookie;
use crate::error::ApiError;
use crate::headers::RequestId;
use crate::metrics::Refusal;
use crate::params::Params;
use crate::proxy_user::{Named, of_proxy};
use crate::rate::network;
use crate::same_site::{Site, is_safe};
use crate::seen::Seen;

/// How long "there is neither a key nor a person" is cached. As soon as there is one, every request has to
/// authenticate.
const NOBODY: Duration = Duration::from_secs(1);
/// The longest name of a person on whose behalf a caller acts.
const LONGEST_NAME: usize = 254;

/// The peer address of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// The address of the caller, behind trusted proxies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

/// The caller of a request.
#[derive(Debug, Clone)]
pub(crate) struct Requester {
    pub(crate) actor: Actor,
    pub(crate) caller: Caller,
    pub(crate) known: Known,
}

/// How the caller was authenticated.
#[derive(Debug, Clone)]
pub(crate) enum Known {
    /// Without authentication, or the server itself.
    Nobody,
    /// A program, by its key.
    Key(KeyRecord),
    /// A person, authenticated by a proxy.
    Person(Box<Person>),
    /// A person, by a session.
    Session(Box<OpenSession>, SessionToken),
}

impl Requester {
    /// Whether they have a right.
    pub(crate) fn may(&self, right: Right) -> bool {
        match &self.known {
            Known::Nobody => true,
            Known::Key(key) => key.role.may(right),
            Known::Person(person) => person.may(right),
            Known::Session(open, _) => open.person.may(right),
        }
    }
}

/// What a route requires of its callers.
#[derive(Clone)]
pub(crate) struct Guard {
    pub(crate) app: Arc<App>,
    pub(crate) right: Right,
}

/// Passes a request on if its caller is authorised.
pub(crate) async fn identify(
    State(guard): State<Guard>,
    mut request: Request,
    next: Next,
) -> Response {
    match require(&guard.app, guard.right, &request).await {
        Ok(requester) => {
            request.extensions_mut().insert(requester);
            next.run(request).await
        }
        Err(error) => error.into_response(),
    }
}

/// The caller of a request, if they have a right.
///
/// # Errors
/// When the caller is not authenticated, lacks the right, exceeds a rate limit, or the browser sent the request for a
/// page of another site (CSRF).
pub(crate) fn require(
    app: &Arc<App>,
    right: Right,
    request: &Request,
) -> impl Future<Output = Result<Requester, ApiError>> + Send + use<> {
    let seen = Seen::of(request);
    let presented = Presented::of(app, request);
    let app = Arc::clone(app);
    async move {
        let requester = limited(&app, presented?, &seen).await?;
        if requester.may(right) {
            return Ok(requester);
        }
        Err(ApiError::Forbidden(match requester.known {
            Known::Key(_) => "The role of this key does not allow it.",
            _ => "The roles of this person do not allow it.",
        }))
    }
}

/// The credentials of a request.
struct Presented {
    address: Option<IpAddr>,
    key: Option<ApiKey>,
    /// Whether there was something in the place of a key.
    has_key: bool,
    /// Whether a page of another site may have sent a request that changes something.
    is_write_of_other_site: bool,
    session: Option<Shown>,
    named: Option<Named>,
    caller: Caller,
}

/// The session token of a request.
struct Shown {
    token: Option<SessionToken>,
    site: Site,
    is_write: bool,
    csrf_token: Option<String>,
}

impl Presented {
    fn of(app: &App, request: &Request) -> Result<Self, ApiError> {
        let address = request.extensions().get::<ClientAddress>().map(|known| known.0);
        // A request with a key is authenticated by the key, whatever cookies it has. A page of another site cannot send
        // one.
        let has_key = request.headers().contains_key(header::AUTHORIZATION);
        let session = if has_key { None } else { Shown::of(app, request) };
        let (key, caller) = (presented_key(request), caller_of(request)?);
        let named = Named::of(&app.config, request)?;
        let has_key = has_key || key.is_some();
        // Reconciliation only reads, and its clients are pages of other sites.
        let is_write =
            !is_safe(request.method()) && !request.uri().path().starts_with("/reconcile/");
        let is_write_of_other_site =
            is_write && Site::of(&app.config, request.headers(), request.uri()) == Site::Other;
        Ok(Self { address, key, has_key, is_write_of_other_site, session, named, caller })
    }
}

impl Shown {
    fn of(app: &App, request: &Request) -> Option<Self> {
        let headers = request.headers();
        let value = Cookie::Session.of(&app.config, headers)?;
        let csrf_token = headers.get("x-csrf-token").and_then(|value| value.to_str().ok());
        Some(Self {
            token: value.parse().ok(),
            site: Site::of(&app.config, headers, request.uri()),
            is_write: !is_safe(request.method()),
            csrf_token: csrf_token.map(str::to_owned),
        })
    }
}

/// The origin of a request, as it is recorded.
pub(crate) fn caller_of(request: &Request) -> Result<Caller, ApiError> {
    let address = request.extensions().get::<ClientAddress>().map(|known| known.0.to_string());
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
    let on_behalf_of = on_behalf_of(request.headers())?;
    Ok(Caller { tenant: Tenant::only(), on_behalf_of, address, request: id })
}

/// The caller, unless their address presented too many wrong keys or they exceed a rate limit.
async fn limited(app: &Arc<App>, presented: Presented, seen: &Seen) -> Result<Requester, ApiError> {
    let address = presented.address.map(network);
    // Checked before the key is looked up: guessing keys costs a look-up in memory, and reveals nothing.
    if let Some(Err(quota)) = address.map(|from| app.limits.failed_keys.look(from, Instant::now()))
    {
        app.metrics.refuse(Refusal::FailedKeys);
        seen.add_quota(quota);
        return Err(ApiError::TooMany(quota));
    }
    // Neither an expired session nor a request without a key is a guess: all browsers of an office may send such
    // requests in the morning.
    let is_no_session = |shown: &Shown| shown.token.is_none();
    let is_guess = presented.has_key || presented.session.as_ref().is_some_and(is_no_session);
    let requester = requester(app, presented, seen).await;
    if let (Err(ApiError::Unauthorized), Some(from), true) = (&requester, address, is_guess) {
        let _ = app.limits.failed_keys.take(from, Instant::now());
    }
    requester
}

async fn requester(
    app: &Arc<App>,
    presented: Presented,
    seen: &Seen,
) -> Result<Requester, ApiError> {
    let Presented { key, session, named, caller, is_write_of_other_site, .. } = presented;
    if app.is_open().await? {
        // Without keys the address of the caller is all that protects the server, and every page that a browser of this
        // machine shows has that address.
        if is_write_of_other_site {
            return Err(ApiError::Forbidden(
                "The request comes from a page of another site. Such requests need a key.",
            ));
        }
        return Ok(Requester { actor: Actor::server(), caller, known: Known::Nobody });
    }
    if let Some(named) = named {
        let requester = of_proxy(app, named, caller).await?;
        if let Known::Person(person) = &requester.known {
            let _ = seen.tenant.set(person.tenant.to_string());
            take_of(app, &person.id, seen)?;
        }
        return Ok(requester);
    }
    if let Some(shown) = session.filter(|_| key.is_none()) {
        return of_session(app, shown, caller, seen).await;
    }
    let key = key.ok_or(ApiError::Unauthorized)?;
    let now = Timestamp::now();
    let record = app.in_store(move |store| store.valid_key(&key, now)).await?;
    let record = record.ok_or(ApiError::Unauthorized)?;
    let _ = seen.key.set(record.id.clone());
    let _ = seen.tenant.set(record.tenant.to_string());
    take_of(app, &record.id, seen)?;
    let actor = Actor::service(&record.id).expect("ids of keys are plain");
    let caller = Caller { tenant: record.tenant.clone(), ..caller };
    let requester = Requester { actor, caller, known: Known::Key(record.clone()) };
    note_use(app, &requester, record, now);
    Ok(requester)
}

/// The person of a session. Writes have to come from a page of this server.
async fn of_session(
    app: &Arc<App>,
    shown: Shown,
    caller: Caller,
    seen: &Seen,
) -> Result<Requester, ApiError> {
    let token = shown.token.ok_or(ApiError::Unauthorized)?;
    let store = app.store().cloned().ok_or(ApiError::Unauthorized)?;
    let is_vouched =
        || shown.csrf_token.as_ref().is_some_and(|csrf| store.is_csrf_token(&token, csrf));
    let is_ours = match shown.site {
        Site::Same => true,
        Site::Other => false,
        Site::Unknown => is_vouched(),
    };
    if shown.is_write && !is_ours {
        return Err(ApiError::Forbidden(
            "The request does not come from a page of this server, and x-csrf-token does not vouch for it.",
        ));
    }
    let now = Timestamp::now();
    let idle = SignedDuration::try_from(app.config.session_idle).unwrap_or(SignedDuration::MAX);
    let looked_up = token.clone();
    let open = app.in_store(move |store| store.session(&looked_up, idle, now)).await?;
    let open = open.ok_or(ApiError::Unauthorized)?;
    let _ = seen.tenant.set(open.person.tenant.to_string());
    take_of(app, &open.person.id, seen)?;
    if open.is_use_to_note(now) {
        let used = open.clone();
        store.change(move |change| change.note_session_use(&used, now), |_| {});
    }
    let actor = Actor::user(&open.person.name).map_err(|_| ApiError::Internal("a name"))?;
    let caller = Caller { tenant: open.person.tenant.clone(), ..caller };
    Ok(Requester { actor, caller, known: Known::Session(Box::new(open), token) })
}

/// Applies the rate limit of a key or a person.
fn take_of(app: &App, id: &str, seen: &Seen) -> Result<(), ApiError> {
    let Some(buckets) = &app.limits.keys else { return Ok(()) };
    let taken = buckets.take(id.to_owned(), Instant::now());
    seen.add_quota(taken.unwrap_or_else(|quota| quota));
    taken.map(drop).map_err(|quota| {
        app.metrics.refuse(Refusal::KeyRate);
        ApiError::TooMany(quota)
    })
}

/// Records the use of a key. The request does not wait for it: losing it in a crash loses no decision.
fn note_use(app: &App, requester: &Requester, key: KeyRecord, now: Timestamp) {
    let Some(store) = app.store().filter(|_| key.is_use_to_note(now)) else { return };
    let origin = app.session_of(requester).origin(&requester.caller);
    store.change(move |change| change.note_key_use(&key, origin, now), |_| {});
}

/// The key of a request, if it has the form of a key.
fn presented_key(request: &Request) -> Option<ApiKey> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION).iter();
    if let Some(value) = headers.next() {
        // Two different keys would be ambiguous.
        let value = value.to_str().ok().filter(|_| headers.next().is_none())?;
        let (scheme, credentials) = value.trim().split_once(' ')?;
        return match scheme.to_ascii_lowercase().as_str() {
            "apikey" | "bearer" => credentials.trim().parse().ok(),
            "basic" => key_of_basic(credentials.trim()),
            _ => None,
        };
    }
    // Some reconciliation clients can send a key only in the URL.
    if !request.uri().path().starts_with("/reconcile/") {
        return None;
    }
    let params = Params::parse(request.uri().query().unwrap_or_default().as_bytes());
    params.last("api_key")?.parse().ok()
}

/// The key from HTTP Basic authentication, as the password or as the name.
fn key_of_basic(credentials: &str) -> Option<ApiKey> {
    let decoded = STANDARD.decode(credentials).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (name, password) = text.split_once(':')?;
    password.parse().or_else(|_| name.parse()).ok()
}

/// The person on whose behalf a caller claims to act. It is recorded as a claim.
fn on_behalf_of(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(value) = headers.get("x-on-behalf-of") else { return Ok(None) };
    let name = std::str::from_utf8(value.as_bytes()).ok().map(str::trim);
    let is_plain = |name: &&str| {
        (1..=LONGEST_NAME).contains(&name.len()) && !name.chars().any(char::is_control)
    };
    match name.filter(is_plain) {
        Some(name) => Ok(Some(name.to_owned())),
        None => Err(ApiError::BadRequest(
            "x-on-behalf-of has to hold 1 to 254 bytes of UTF-8 without control characters"
                .to_owned(),
        )),
    }
}

/// Whether callers are not authenticated, and when that was determined.
#[derive(Debug, Default)]
pub(crate) struct Openness {
    has_callers: bool,
    looked_at: Option<Instant>,
}

impl Openness {
    /// The cached value, unless it has to be determined again.
    pub(crate) fn known(&self) -> Option<bool> {
        let is_recent = self.looked_at.is_some_and(|at| at.elapsed() < NOBODY);
        (self.has_callers || is_recent).then_some(!self.has_callers)
    }

    pub(crate) fn learn(&mut self, has_callers: bool) {
        self.has_callers |= has_callers;
        self.looked_at = Some(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    const KEY: &str = "idk_0w3ge1r70w3ge1r7_";

    fn with(header: Option<&str>, path: &str) -> Option<ApiKey> {
        let mut request = Request::get(path);
        if let Some(header) = header {
            request = request.header("authorization", header);
        }
        presented_key(&request.body(Body::empty()).unwrap())
    }

    fn key() -> String {
        // The check digits depend on the rest; creating a key in a store is the simplest way to a valid one.
        let folder = tempfile::tempdir().unwrap();
        let place = interdict_engine::audit::StorePlace::in_folder(folder.path());
        let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
        let store =
            interdict_engine::audit::Store::open(place, random, Timestamp::UNIX_EPOCH).unwrap();
        let request = interdict_engine::audit::KeyRequest {
            tenant: Tenant::only(),
            name: "test".to_owned(),
            role: interdict_engine::audit::Role::Screen,
            expires_at: None,
        };
        let origin = interdict_engine::audit::Origin::of("local:test");
        let made = store
            .change_now(move |change| change.make_key(request, origin, Timestamp::UNIX_EPOCH))
            .unwrap();
        made.key.reveal()
    }

    #[test]
    fn a_key_is_taken_from_each_usual_place_and_from_no_other() {
        let key = key();
        for scheme in ["ApiKey", "apikey", "Bearer", "BEARER"] {
            assert!(with(Some(&format!("{scheme} {key}")), "/match/default").is_some(), "{scheme}");
        }
        for pair in [format!("x:{key}"), format!("{key}:"), format!("{key}:x")] {
            let header = format!("Basic {}", STANDARD.encode(pair));
            assert!(with(Some(&header), "/match/default").is_some());
        }
        assert!(with(None, &format!("/reconcile/default?api_key={key}")).is_some());
        assert!(with(None, &format!("/match/default?api_key={key}")).is_none());
        for header in [key.as_str(), "Bearer", "Bearer x", KEY, "Basic x", "Digest x"] {
            assert!(with(Some(header), "/match/default").is_none(), "{header}");
        }
    }

    #[test]
    fn two_authorizations_are_none() {
        let key = key();
        let request = Request::get("/match/default")
            .header("authorization", format!("Bearer {key}"))
            .header("authorization", "Bearer x")
            .body(Body::empty())
            .unwrap();
        assert!(presented_key(&request).is_none());
    }

    #[test]
    fn once_there_is_a_key_nobody_goes_without() {
        let mut openness = Openness::default();
        assert_eq!(openness.known(), None);
        openness.learn(false);
        assert_eq!(openness.known(), Some(true));
        openness.learn(true);
        openness.learn(false);
        assert_eq!(openness.known(), Some(false));
    }
}
