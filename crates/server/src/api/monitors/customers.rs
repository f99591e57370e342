//! Customers of a monitor, one by one.

use std::sync::Arc;

use axum::extract::{Extension, Path, RawQuery, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use interdict_engine::PartyQuery;
use interdict_engine::audit::{CustomerPut, Monitor, MonitoredCustomer, Origin, ToldMatch};
use interdict_model::{Coverage, Gap, GapCode, Score, Verdict};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::sweep::day_of;
use super::{MonitorSettings, has_seen};
use crate::api::cases;
use crate::api::page::page_params;
use crate::api::read_json;
use crate::api::screen_settings::{Party, Screener, check_reference};
use crate::app::{App, Loaded};
use crate::body::read_body;
use crate::error::{ApiError, json_response};
use crate::requester::Requester;

/// The largest customer, in bytes of JSON.
const LARGEST: usize = 64 << 10;

/// A customer of a monitor, as stored.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MonitoredCustomer")]
pub(in crate::api) struct CustomerDocument {
    customer: String,
    /// Whether it waits for its first screening in this state. There are no results then.
    waiting: bool,
    /// `None` while it waits. It is "clear" only if it was screened against the lists in use, and was read completely.
    verdict: Option<Verdict>,
    /// The matches that were reported last.
    matches: Vec<MatchDocument>,
    /// The gaps: reasons why it is not "clear" without a match.
    gaps: Vec<Gap>,
    /// The event of the last screening.
    audit_event: Option<u64>,
    screened_at: Option<Timestamp>,
}

/// A match of a monitored customer.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MonitoredMatch")]
struct MatchDocument {
    entity: String,
    score: Score,
    case: String,
}

/// A page of customers, in a stable order.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MonitoredCustomers")]
pub(in crate::api) struct Customers {
    customers: Vec<CustomerDocument>,
    /// The cursor of the next page; `None` for the last page.
    next_cursor: Option<String>,
}

/// What the verdicts of all customers of a monitor depend on.
struct View {
    /// Whether the monitor has processed the lists in use.
    is_current: bool,
    generation: u64,
    day: String,
    /// The gaps of the lists now.
    gaps: Vec<Gap>,
}

impl View {
    fn new(app: &App, requester: &Requester, monitor: &Monitor) -> Result<Self, ApiError> {
        let loaded: Arc<Loaded> = app.loaded()?;
        let settings: MonitorSettings = serde_json::from_value(monitor.settings.clone())
            .map_err(|_| ApiError::Internal("the settings of a monitor"))?;
        let session = app.session_of(requester);
        let screening = settings.screening();
        let screener = Screener::new(app, &loaded.lists, session, &requester.caller, &screening);
        let gaps = match screener {
            Ok(screener) => screener.gaps().to_vec(),
            Err(error) => vec![Gap::new(GapCode::SearchFailed, error.to_string())],
        };
        let is_current = has_seen(monitor, &loaded);
        let (generation, day) = (loaded.lists.number().into(), day_of(&loaded.lists));
        Ok(Self { is_current, generation, day, gaps })
    }

    fn show(&self, found: MonitoredCustomer) -> CustomerDocument {
        let waiting = found.event.is_none();
        let mut gaps = self.gaps.clone();
        if found.is_unread {
            let text = "something of the customer could not be read: look at the event";
            gaps.push(Gap::new(GapCode::FieldUnread, text));
        }
        let is_seen = match found.generation {
            Some(generation) => {
                generation == self.generation && found.day.as_ref() == Some(&self.day)
            }
            None => self.is_current,
        };
        if waiting || !is_seen {
            let text = "the customer was not looked at with the lists in use yet";
            gaps.push(Gap::new(GapCode::SearchFailed, text));
        }
        let coverage = Coverage { query: &gaps, lists: &[], search: &[] };
        let verdict = (!waiting).then(|| coverage.verdict(!found.matches.is_empty()));
        let shown = |told: ToldMatch| MatchDocument {
            entity: told.ids.into_iter().next().unwrap_or_default(),
            score: Score::clamped(told.score),
            case: told.case,
        };
        CustomerDocument {
            customer: found.customer,
            waiting,
            verdict,
            matches: found.matches.into_iter().map(shown).collect(),
            gaps,
            audit_event: found.event,
            screened_at: found.screened_at,
        }
    }
}

/// Who changes customers of a monitor, when, and for how long the written data is kept.
pub(super) fn write_terms(app: &App, requester: &Requester) -> (Origin, Timestamp, Timestamp) {
    let call = cases::call(app, requester, String::new(), None);
    (call.origin, call.now, call.keep_until)
}

/// A customer in its stored form.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct StoredParty {
    pub(super) party: PartyQuery,
    /// The parts of it that could not be read, in words: without a match it is never "clear".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) unread: Vec<String>,
}

/// A customer to store.
///
/// # Errors
/// When the reference or the party is not as documented.
pub(super) fn customer_put(customer: &str, party: &StoredParty) -> Result<CustomerPut, ApiError> {
    check_reference(customer)?;
    let party = serde_json::to_vec(party).map_err(|_| ApiError::Internal("a customer as JSON"))?;
    if party.len() > LARGEST {
        return Err(ApiError::Shape(format!("a customer has at most {LARGEST} bytes of JSON")));
    }
    Ok(CustomerPut { customer: customer.to_owned(), party })
}

/// Adds or updates a customer. It is queued for screening, which follows at once.
pub(crate) async fn put(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path((id, customer)): Path<(String, String)>,
    request: Request,
) -> Result<Response, ApiError> {
    let party: Party = read_json(&read_body(&app, request).await?)?;
    if party.customer().is_some_and(|named| named != customer) {
        return Err(ApiError::Shape("customer: another one than in the address".to_owned()));
    }
    let stored = StoredParty { party: party.query()?, unread: Vec::new() };
    let put = customer_put(&customer, &stored)?;
    let (by, now, keep_until) = write_terms(&app, &requester);
    let (tenant, monitor) = (requester.caller.tenant.clone(), id.clone());
    app.change(move |change| {
        change.put_customers(&tenant, &monitor, &[put], (&by, now, keep_until))
    })
    .await?;
    app.wake_monitors.notify_one();
    show(&app, requester, id, customer).await
}

/// One customer.
pub(crate) async fn customer(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path((id, customer)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    show(&app, requester, id, customer).await
}

/// Whether a reference is valid for a customer.
fn known_reference(customer: &str) -> Result<(), ApiError> {
    check_reference(customer).map_err(|_| ApiError::NotFound("There is no such customer."))
}

async fn show(
    app: &Arc<App>,
    requester: Requester,
    id: String,
    customer: String,
) -> Result<Response, ApiError> {
    known_reference(&customer)?;
    let tenant = requester.caller.tenant.clone();
    let (monitor, found) = app
        .in_store(move |store| {
            let found = store.monitored_customer(&tenant, &id, &customer)?;
            Ok((store.monitor(&tenant, &id)?, found))
        })
        .await?;
    let document = View::new(app, &requester, &monitor)?.show(found);
    Ok(json_response(StatusCode::OK, &document))
}

/// Removes a customer from a monitor. Its cases stay.
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path((id, customer)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    known_reference(&customer)?;
    let (by, now, keep_until) = write_terms(&app, &requester);
    let (tenant, monitor) = (requester.caller.tenant.clone(), id.clone());
    let read = requester.caller.tenant.clone();
    let state = app.in_store(move |store| store.monitor(&read, &id)).await?;
    let removed = app
        .change(move |change| {
            change.remove_customer(&tenant, &monitor, &customer, (&by, now, keep_until))
        })
        .await?;
    let document = View::new(&app, &requester, &state)?.show(removed);
    Ok(json_response(StatusCode::OK, &document))
}

/// A page of customers.
pub(crate) async fn list_customers(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let (params, limit) = page_params(query, &[])?;
    let after = params.last("cursor").unwrap_or_default().to_owned();
    if after.contains('\0') {
        return Err(ApiError::BadRequest("cursor: not one of an answer".to_owned()));
    }
    let tenant = requester.caller.tenant.clone();
    let (monitor, page) = app
        .in_store(move |store| {
            let page = store.monitored_customers(&tenant, &id, &after, limit)?;
            Ok((store.monitor(&tenant, &id)?, page))
        })
        .await?;
    let view = View::new(&app, &requester, &monitor)?;
    let customers = page.customers.into_iter().map(|one| view.show(one)).collect();
    let page = Customers { customers, next_cursor: page.next };
    Ok(json_response(StatusCode::OK, &page))
}
