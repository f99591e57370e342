//! Customers of a monitor from a file.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Extension, Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use interdict_engine::EngineError;
use interdict_engine::audit::{CustomerPut, JobId};
use schemars::JsonSchema;
use serde::Serialize;

use super::customers::{StoredParty, customer_put, write_terms};
use crate::api::jobs::{FILE_PARAMETERS, FileSettings, Spool, format_of};
use crate::api::wording::row_for_http;
use crate::app::App;
use crate::body::read_body;
use crate::error::{ApiError, json_response};
use crate::params::Params;
use crate::requester::Requester;

/// Rows that are read, and customers that are written, together.
const CHUNK: usize = 256;
/// Rejected rows that are listed individually.
const FAULTS: usize = 100;

/// The outcome for the rows of a file.
#[derive(Default, Serialize, JsonSchema)]
pub(in crate::api) struct BulkReport {
    /// Rows that were read.
    rows: u64,
    /// Columns of the file that are not used for screening, in their order; a misspelt header is one of them.
    unused_columns: Vec<String>,
    /// New or changed customers, which wait for their screening.
    changed: u64,
    /// Rejected rows: their customers are not added, and existing ones stay unchanged.
    failed: u64,
    /// The first of them.
    faults: Vec<BulkFault>,
}

/// A rejected row.
#[derive(Serialize, JsonSchema)]
struct BulkFault {
    row: u64,
    detail: String,
}

/// Adds or updates the customers of a file. Customers that are not in the file stay.
pub(crate) async fn put_all(
    State(app): State<Arc<App>>,
    Extension(requester): Extension<Requester>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let format = format_of(request.headers())?;
    let params = Params::parse(request.uri().query().unwrap_or_default().as_bytes());
    params.only(&FILE_PARAMETERS)?;
    let settings = FileSettings::parse(&params)?;
    let (read, monitor) = (requester.caller.tenant.clone(), id.clone());
    app.in_store(move |store| store.monitor(&read, &monitor)).await?;
    let body = read_body(&app, request).await?;
    let (customers, mut report) =
        app.work(move |app| read_customers(app, &settings, format, &body)).await?;
    let (by, now, keep_until) = write_terms(&app, &requester);
    for chunk in customers.chunks(CHUNK) {
        let (tenant, id, by, chunk) =
            (requester.caller.tenant.clone(), id.clone(), by.clone(), chunk.to_vec());
        report.changed += app
            .change(move |change| {
                change.put_customers(&tenant, &id, &chunk, (&by, now, keep_until))
            })
            .await?;
        app.wake_monitors.notify_one();
    }
    Ok(json_response(StatusCode::OK, &report))
}

fn read_customers(
    app: &App,
    settings: &FileSettings,
    format: &str,
    body: &Bytes,
) -> Result<(Vec<CustomerPut>, BulkReport), ApiError> {
    let mut random = [0; 10];
    getrandom::fill(&mut random).map_err(|_| ApiError::Internal("random numbers"))?;
    let mut spool = Spool::new(app, JobId::from_random(random).as_str(), format)?;
    spool.write(body)?;
    read_spool(app, settings, &mut spool).map_err(|error| spool.hide_path(error))
}

fn read_spool(
    app: &App,
    settings: &FileSettings,
    spool: &mut Spool,
) -> Result<(Vec<CustomerPut>, BulkReport), ApiError> {
    let day = app.loaded()?.lists.day();
    let opened = app.session().open_parties(spool.path(), &settings.read()?, day);
    let mut file = opened.map_err(|error: EngineError| ApiError::from(error))?;
    let unused_columns = file.unused_columns();
    let mut report = BulkReport { unused_columns, ..BulkReport::default() };
    let mut customers = Customers::default();
    while let Some(rows) = file.next_rows(CHUNK)? {
        for row in rows.into_iter().map(row_for_http) {
            report.rows += 1;
            let unread = row.gaps.into_iter().map(|gap| gap.text).collect();
            let read = match (row.party, row.customer) {
                (Ok(party), Some(customer)) => {
                    customers.add(customer, StoredParty { party, unread })
                }
                (Ok(_), None) => Err("the row has no reference of a customer".to_owned()),
                (Err(fault), _) => Err(fault),
            };
            if let Err(detail) = read {
                report.failed += 1;
                if report.faults.len() < FAULTS {
                    report.faults.push(BulkFault { row: row.row, detail });
                }
            }
        }
    }
    Ok((customers.finish(), report))
}

/// The customers of a file. Rows with one reference are one customer with the values of all of them: files with a row
/// for each alias or joint holder are common, and keeping one row would leave the names of the others unscreened.
#[derive(Default)]
struct Customers {
    /// In the order in which their references first occur, in their stored form, too.
    parties: Vec<(StoredParty, CustomerPut)>,
    places: HashMap<String, usize>,
}

impl Customers {
    /// Adds a row.
    fn add(&mut self, customer: String, row: StoredParty) -> Result<(), String> {
        let known = self.places.get(&customer).and_then(|place| self.parties.get_mut(*place));
        let merged = match &known {
            Some((stored, _)) => {
                let mut merged = stored.clone();
                merged.party.merge(row.party);
                merged.unread.extend(row.unread);
                merged
            }
            None => row,
        };
        let put = customer_put(&customer, &merged).map_err(|error| error.to_string())?;
        match known {
            Some(known) => *known = (merged, put),
            None => {
                self.places.insert(customer, self.parties.len());
                self.parties.push((merged, put));
            }
        }
        Ok(())
    }

    /// The customers to store.
    fn finish(self) -> Vec<CustomerPut> {
        self.parties.into_iter().map(|(_, put)| put).collect()
    }
}
