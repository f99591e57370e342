//! Ending entries of the allow-list without a screening: those whose date has come, and those whose entity was taken
//! off the lists. Their cases open again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use interdict_engine::audit::{Change, LiveEntry, StoreError, Tenant};
use interdict_model::GenerationId;

use crate::api::sweep_call;
use crate::app::App;
use crate::error::ApiError;

/// How often it is looked. A match in between is not suppressed by an entry whose date has come: each screening looks
/// itself.
const TIME: Duration = Duration::from_secs(20);

type Ended =
    fn(&mut Change<'_>, &interdict_engine::audit::CaseCall, &[String]) -> Result<usize, StoreError>;

/// Ends entries as long as the server runs. What fails is tried again the next time.
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

/// Looks at the entities of all entries once for each generation of lists.
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
