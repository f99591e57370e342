//! Entries of the allow-list that end without a screening: those past their date, and those whose entity was removed
//! from the lists. Their cases are reopened. Also the erasure of personal data past its retention.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use interdict_engine::audit::{Change, LiveEntry, Store, StoreError, Tenant};
use interdict_model::GenerationId;

use crate::api::sweep_call;
use crate::app::App;
use crate::error::ApiError;

/// Interval. Between two runs, an entry past its date suppresses nothing: each screening checks the date itself.
const TIME: Duration = Duration::from_secs(20);

type Ended =
    fn(&mut Change<'_>, &interdict_engine::audit::CaseCall, &[String]) -> Result<usize, StoreError>;

/// Ends entries as long as the server runs. A failed run is repeated at the next interval.
pub(crate) async fn end_entries(app: Arc<App>) {
    let mut swept = None;
    loop {
        let _ = end_due(&app).await;
        if let Ok(generation) = end_delisted(&app, swept).await {
            swept = Some(generation);
        }
        tokio::time::sleep(TIME).await;
    }
}

async fn end_due(app: &Arc<App>) -> Result<(), ApiError> {
    let now = jiff::Timestamp::now();
    let due = app.in_store(move |store| store.due_entries(now)).await?;
    end(app, due, |change, call, ids| change.end_due_entries(call, ids)).await
}

/// Checks the entities of all entries once for each generation of lists.
async fn end_delisted(
    app: &Arc<App>,
    swept: Option<GenerationId>,
) -> Result<GenerationId, ApiError> {
    let generation = app.loaded()?.lists.number();
    if swept == Some(generation) {
        return Ok(generation);
    }
    let live = app.in_store(|store| store.live_entries()).await?;
    let delisted = app
        .work(move |app| {
            let ids = app.session().delisted_entries(&app.loaded()?.lists, &live)?;
            Ok(live.into_iter().filter(|entry| ids.contains(&entry.id)).collect())
        })
        .await?;
    end(app, delisted, |change, call, ids| change.end_delisted_entries(call, ids)).await?;
    Ok(generation)
}

async fn end(app: &Arc<App>, entries: Vec<LiveEntry>, ended: Ended) -> Result<(), ApiError> {
    let mut by_tenant: BTreeMap<Tenant, Vec<String>> = BTreeMap::new();
    for entry in entries {
        by_tenant.entry(entry.tenant).or_default().push(entry.id);
    }
    for (tenant, ids) in by_tenant {
        let call = sweep_call(app, tenant);
        app.change(move |change| ended(change, &call, &ids)).await?;
    }
    Ok(())
}

/// Erases personal data past its retention, of all tenants, each day. Data on hold stays. A failed run is repeated the
/// next day and logged.
pub(crate) async fn keep_retention(app: Arc<App>) {
    let Some(time) = app.config.store.as_ref().map(|store| store.retention_time) else { return };
    loop {
        if let Err(error) = erase_expired(&app).await {
            app.report("retention-failed", error.cause().unwrap_or_else(|| error.to_string()));
        }
        tokio::time::sleep(time).await;
    }
}

async fn erase_expired(app: &Arc<App>) -> Result<(), ApiError> {
    for tenant in app.in_store(Store::tenants).await? {
        let call = sweep_call(app, tenant);
        let erased = move |change: &mut Change<'_>| {
            change.erase_expired(&call.tenant, call.origin.clone(), call.now)
        };
        app.change(erased).await?;
    }
    app.in_store(Store::settle).await
}
