//! Our own interface under `/api/v1`: everything that clients of yente do not know of.

mod allow_list;
mod audit;
mod cases;
mod keys;
mod ledger_calls;
mod ledgers;
mod lists;
mod networks;
mod page;
mod party_result;
mod problem;
mod screen;
mod screen_lines;
mod screen_settings;
pub(crate) mod session;
mod settings;
mod users;

use std::sync::Arc;

use axum::body::Bytes;
use axum::routing::{MethodRouter, delete, get, post, put};
use interdict_engine::Actor;
use interdict_engine::audit::{
    AllowEntry, Caller, Case, CaseCall, KeyList, Person, Proof, Replay, Right, ShownKey, Tenant,
    TenantSettings, UserList,
};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::app::App;
use crate::error::ApiError;
use crate::requester::{Known, Requester};
use crate::router::Route;

pub(crate) use problem::{Fault, problem};

/// What callers send.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "its members name the types that are described")]
pub(crate) struct Bodies {
    screen: screen::Call,
    wallet: ledger_calls::WalletCall,
    trace: ledger_calls::TraceCall,
    exposure: ledger_calls::ExposureCall,
    key: keys::NewKey,
    rotation: keys::Rotation,
    credentials: session::Credentials,
    password_change: session::PasswordChange,
    person: users::NewPerson,
    roles: users::NewRoles,
    password: users::NewPassword,
    claim: cases::ClaimTime,
    assignment: cases::Assignment,
    note: cases::Note,
    comment: cases::NoteWithFile,
    reason: cases::Reason,
    setting: settings::NewValue,
}

/// What they get.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "its members name the types that are described")]
pub(crate) struct Documents {
    screen: screen::Answer,
    events: audit::Events,
    proof: Proof,
    replay: Replay,
    keys: KeyList,
    made: ShownKey,
    who: session::WhoAmI,
    people: UserList,
    person: Person,
    cases: cases::Cases,
    case: Case,
    case_full: cases::CaseFull,
    entries: allow_list::AllowEntries,
    entry: AllowEntry,
    settings: TenantSettings,
}

/// Where it begins.
pub(crate) const PREFIX: &str = "/api/v1/";

type Guarded = fn(Right, &'static str, &'static [&'static str], MethodRouter<Arc<App>>) -> Route;

/// Its routes.
pub(crate) fn routes(guarded: Guarded) -> Vec<Route> {
    const GET: &[&str] = &["get"];
    const POST: &[&str] = &["post"];
    const PUT: &[&str] = &["put"];
    let keys = get(keys::list).post(keys::make);
    let users = get(users::list).post(users::make);
    let mut routes = case_routes(guarded);
    routes.extend([
        guarded(Right::Screen, "/api/v1/screen", POST, post(screen::screen)),
        guarded(Right::Screen, "/api/v1/wallets", POST, post(ledgers::wallet)),
        guarded(Right::Screen, "/api/v1/traces", POST, post(ledgers::trace)),
        guarded(Right::Screen, "/api/v1/exposures", POST, post(ledgers::exposure)),
        guarded(Right::Read, "/api/v1/networks/{id}", GET, get(networks::network)),
        guarded(Right::Read, "/api/v1/lists", GET, get(lists::lists)),
        guarded(Right::ReadAudit, "/api/v1/audit", GET, get(audit::events)),
        guarded(Right::ReadAudit, "/api/v1/audit/checkpoint", GET, get(audit::checkpoint)),
        guarded(Right::ReadAudit, "/api/v1/audit/{seq}", GET, get(audit::event)),
        guarded(Right::ReadAudit, "/api/v1/audit/{seq}/proof", GET, get(audit::proof)),
        guarded(Right::ReadAudit, "/api/v1/audit/{seq}/replay", POST, post(audit::replay)),
        guarded(Right::ManageKeys, "/api/v1/keys", &["get", "post"], keys),
        guarded(Right::ManageKeys, "/api/v1/keys/{id}", &["delete"], delete(keys::revoke)),
        guarded(Right::ManageKeys, "/api/v1/keys/{id}/rotate", POST, post(keys::rotate)),
        guarded(Right::ManageKeys, "/api/v1/users", &["get", "post"], users),
        guarded(Right::ManageKeys, "/api/v1/users/{id}/roles", PUT, put(users::roles)),
        guarded(Right::ManageKeys, "/api/v1/users/{id}/password", PUT, put(users::password)),
        guarded(Right::ManageKeys, "/api/v1/users/{id}/disable", POST, post(users::disable)),
        guarded(Right::ManageKeys, "/api/v1/users/{id}/enable", POST, post(users::enable)),
        guarded(Right::Read, "/api/v1/session/password", PUT, put(session::change_password)),
        guarded(Right::Read, "/api/v1/settings", GET, get(settings::settings)),
        guarded(Right::Administer, "/api/v1/settings/{name}", PUT, put(settings::change)),
    ]);
    routes
}

/// What is answered at `/api/v1/session`: everybody may sign in, and the others find out themselves who asks.
pub(crate) fn session_routes() -> MethodRouter<Arc<App>> {
    get(session::who_am_i).post(session::sign_in).delete(session::sign_out)
}

/// The routes of cases and the allow-list.
fn case_routes(guarded: Guarded) -> Vec<Route> {
    const GET: &[&str] = &["get"];
    let work = |path, answers| guarded(Right::WorkOnCases, path, &["post"], answers);
    let approve = |path, answers| guarded(Right::Approve, path, &["post"], answers);
    vec![
        guarded(Right::ReadCases, "/api/v1/cases", GET, get(cases::list)),
        guarded(Right::ReadCases, "/api/v1/cases/{id}", GET, get(cases::case)),
        guarded(Right::ReadCases, "/api/v1/cases/{id}/files/{seq}", GET, get(cases::file)),
        work("/api/v1/cases/{id}/claim", post(cases::claim)),
        work("/api/v1/cases/{id}/assign", post(cases::assign)),
        work("/api/v1/cases/{id}/escalate", post(cases::escalate)),
        work("/api/v1/cases/{id}/propose", post(cases::propose)),
        approve("/api/v1/cases/{id}/approve", post(cases::approve)),
        approve("/api/v1/cases/{id}/send-back", post(cases::send_back)),
        work("/api/v1/cases/{id}/reopen", post(cases::reopen)),
        work("/api/v1/cases/{id}/comments", post(cases::comment)),
        guarded(Right::ReadCases, "/api/v1/allow-list", GET, get(allow_list::list)),
        work("/api/v1/allow-list/{id}/revoke", post(allow_list::revoke)),
    ]
}

/// What the server itself asks of cases.
pub(crate) fn sweep_call(app: &App, tenant: Tenant) -> CaseCall {
    let caller = Caller { tenant, ..Caller::local() };
    let server = Requester { actor: Actor::server(), caller, known: Known::Nobody };
    cases::call(app, &server, String::new(), None)
}

/// Reads a body in JSON.
///
/// # Errors
/// 400 when it is no JSON, 422 when it has another shape.
pub(crate) fn read_json<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, ApiError> {
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        Category::Data => ApiError::Shape(error.to_string()),
        _ => ApiError::BadRequest(format!("The body is no JSON: {error}")),
    })
}
