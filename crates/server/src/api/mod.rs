//! Our own interface under `/api/v1`: everything beyond yente's interface.

mod allow_list;
mod audit;
mod cases;
mod jobs;
mod keys;
mod ledger_calls;
mod ledgers;
mod lists;
mod monitors;
mod networks;
mod once;
mod page;
mod party_result;
mod problem;
mod rotation;
mod screen;
mod screen_lines;
mod screen_settings;
pub(crate) mod session;
mod settings;
mod users;
mod webhooks;
mod wording;

use std::sync::Arc;

use axum::body::Bytes;
use axum::routing::{MethodRouter, delete, get, post, put};
use interdict_engine::Actor;
use interdict_engine::audit::{
    AllowEntry, Caller, Case, CaseCall, Delivery, Job, KeyList, MadeWebhook, Monitor, Person,
    Proof, Replay, Right, ShownKey, Tenant, TenantSettings, UserList, Webhook,
};
use interdict_model::Schema;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::app::App;
use crate::error::ApiError;
use crate::requester::{Known, Requester};
use crate::router::Route;
use crate::strict_json;
use crate::unique_keys::check_keys;

pub(crate) use jobs::{RECEIVING_TIME, SpoolFolder, run_jobs, server};
pub(crate) use monitors::sweep_monitors;
pub(crate) use problem::{Fault, problem};

/// Bodies of requests.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "its members name the types that are described")]
pub(crate) struct Bodies {
    screen: screen::Call,
    wallet: ledger_calls::WalletCall,
    trace: ledger_calls::TraceCall,
    exposure: ledger_calls::ExposureCall,
    key: keys::NewKey,
    rotation: rotation::Rotation,
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
    monitor: monitors::MonitorCall,
    party: screen_settings::Party,
    webhook: webhooks::WebhookCall,
}

/// Bodies of answers.
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
    job: Job,
    jobs: jobs::Jobs,
    job_line: jobs::JobLine,
    monitor: monitors::MonitorDocument,
    monitor_brief: Monitor,
    monitors: monitors::Monitors,
    customer: monitors::CustomerDocument,
    customers: monitors::Customers,
    bulk: monitors::BulkReport,
    webhook: Webhook,
    webhook_made: MadeWebhook,
    webhooks: webhooks::Webhooks,
    delivery: Delivery,
    deliveries: webhooks::Deliveries,
}

/// The path prefix.
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
    routes.extend(job_routes(guarded));
    routes.extend(monitor_routes(guarded));
    routes.extend(webhook_routes(guarded));
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

/// The routes of `/api/v1/session`: everybody may sign in, and the other handlers authenticate the caller themselves.
pub(crate) fn session_routes() -> MethodRouter<Arc<App>> {
    get(session::who_am_i).post(session::sign_in).delete(session::sign_out)
}

/// The routes of jobs. Every caller may see their state; a result holds data of customers and needs a right.
fn job_routes(guarded: Guarded) -> Vec<Route> {
    vec![
        guarded(Right::Read, "/api/v1/jobs", &["get"], get(jobs::list)),
        guarded(Right::Screen, "/api/v1/jobs", &["post"], post(jobs::make)),
        guarded(Right::Read, "/api/v1/jobs/{id}", &["get"], get(jobs::job)),
        guarded(Right::Screen, "/api/v1/jobs/{id}", &["delete"], delete(jobs::cancel)),
        guarded(Right::Screen, "/api/v1/jobs/{id}/result", &["get"], get(jobs::result)),
    ]
}

/// The routes of monitors. Who may screen a customer may have it monitored.
fn monitor_routes(guarded: Guarded) -> Vec<Route> {
    const MONITORS: &str = "/api/v1/monitors";
    const MONITOR: &str = "/api/v1/monitors/{id}";
    const CUSTOMERS: &str = "/api/v1/monitors/{id}/customers";
    const CUSTOMER: &str = "/api/v1/monitors/{id}/customers/{customer}";
    let customers = get(monitors::list_customers).post(monitors::put_all);
    let customer = get(monitors::customer).put(monitors::put).delete(monitors::remove);
    vec![
        guarded(Right::Read, MONITORS, &["get"], get(monitors::list)),
        guarded(Right::Administer, MONITORS, &["post"], post(monitors::make)),
        guarded(Right::Read, MONITOR, &["get"], get(monitors::monitor)),
        guarded(Right::Administer, MONITOR, &["delete"], delete(monitors::delete)),
        guarded(Right::Screen, CUSTOMERS, &["get", "post"], customers),
        guarded(Right::Screen, CUSTOMER, &["get", "put", "delete"], customer),
    ]
}

/// The routes of webhooks.
fn webhook_routes(guarded: Guarded) -> Vec<Route> {
    let read = |path, answers| guarded(Right::ReadAudit, path, &["get"], answers);
    let change = |path, methods, answers| guarded(Right::Administer, path, methods, answers);
    const POST: &[&str] = &["post"];
    vec![
        read("/api/v1/webhooks", get(webhooks::list)),
        change("/api/v1/webhooks", POST, post(webhooks::make)),
        read("/api/v1/webhooks/{id}", get(webhooks::webhook)),
        change("/api/v1/webhooks/{id}", &["delete"], delete(webhooks::delete)),
        change("/api/v1/webhooks/{id}/rotate", POST, post(webhooks::rotate)),
        change("/api/v1/webhooks/{id}/enable", POST, post(webhooks::enable)),
        change("/api/v1/webhooks/{id}/disable", POST, post(webhooks::disable)),
        read("/api/v1/webhooks/{id}/deliveries", get(webhooks::deliveries)),
        change("/api/v1/webhooks/{id}/deliveries/{message}/resend", POST, post(webhooks::resend)),
    ]
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

/// Requests of the server itself that change cases.
pub(crate) fn sweep_call(app: &App, tenant: Tenant) -> CaseCall {
    let caller = Caller { tenant, ..Caller::local() };
    let server = Requester { actor: Actor::server(), caller, known: Known::Nobody };
    cases::call(app, &server, String::new(), None)
}

/// The longest name of a key or a monitor, in bytes.
const LONGEST_NAME: usize = 100;

/// Checks a name that a caller gives to something.
///
/// # Errors
/// When it is empty, too long or has control characters.
fn check_name(name: &str) -> Result<(), ApiError> {
    match name.trim().is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control)
    {
        true => Err(ApiError::Shape(format!("name: 1 to {LONGEST_NAME} bytes of plain text"))),
        false => Ok(()),
    }
}

/// The schema of that name.
///
/// # Errors
/// When FollowTheMoney has none of that name.
fn known_schema(name: Option<&String>) -> Result<Option<Schema>, ApiError> {
    let schema = name.cloned().map(Schema::from);
    match schema.as_ref().is_some_and(|schema| schema.definition().is_none()) {
        true => Err(ApiError::Shape("schema: no schema of FollowTheMoney".to_owned())),
        false => Ok(schema),
    }
}

/// Reads a body in JSON.
///
/// # Errors
/// 400 when it is no JSON, 422 with the place when it has another shape.
pub(crate) fn read_json<T: DeserializeOwned>(bytes: &Bytes) -> Result<T, ApiError> {
    check_keys(bytes)?;
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| ApiError::BadRequest(format!("The body is no JSON: {error}")))?;
    strict_json::from_value(&value).map_err(|error| ApiError::Shape(error.to_string()))
}
