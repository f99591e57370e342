//! Delivery of messages to webhooks, and events about changes of lists.

mod address;
mod client;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use interdict_engine::audit::{DeliveryAttempt, ListsSeen, TakenDelivery};
use interdict_model::PartialDate;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;

use crate::api::server;
use crate::app::App;
use crate::error::ApiError;

pub(crate) use address::Target;
pub use address::{Network, NetworkError, WebhookRules};
pub(crate) use client::Sender;
pub use client::SenderError;

/// Polling interval for messages that other servers and commands wrote.
const LOOK: Duration = Duration::from_secs(1);
/// Maximum number of concurrent deliveries, in all and to one webhook: a slow receiver must not block others. A DNS
/// look-up occupies a thread of the store.
const TOGETHER: usize = 8;
const TO_ONE: usize = 2;
/// Duration of the lease of a message: longer than an attempt may take.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// Interval between deletions of old messages.
const CLEAN: Duration = Duration::from_secs(3_600);

/// Interval between checks for keys that expire soon.
const WARN: Duration = Duration::from_secs(60);

/// Delivers messages as long as the server runs.
pub(crate) async fn send_messages(app: Arc<App>, sender: Arc<Sender>) {
    let (mut noted, mut cleaned) = (ListsSeen::default(), None::<Instant>);
    let mut warned = None::<Instant>;
    let under_way = Arc::new(UnderWay::new());
    loop {
        if let Some(seen) = lists_seen(&app).filter(|seen| *seen != noted)
            && note(&app, seen.clone()).await.is_ok()
        {
            noted = seen;
        }
        if warned.is_none_or(|at| at.elapsed() > WARN) && warn_of_ends(&app).await.is_ok() {
            warned = Some(Instant::now());
        }
        if cleaned.is_none_or(|at| at.elapsed() > CLEAN) {
            let now = Timestamp::now();
            let _ = app.change(move |change| change.clean_deliveries(now)).await;
            cleaned = Some(Instant::now());
        }
        // Failures of the store are temporary: the step is tried again.
        while !app.is_ending() && matches!(send_due(&app, &sender, &under_way).await, Ok(true)) {}
        tokio::time::sleep(LOOK).await;
    }
}

/// Starts the delivery of a due message; returns whether there was one.
async fn send_due(
    app: &Arc<App>,
    sender: &Arc<Sender>,
    under_way: &Arc<UnderWay>,
) -> Result<bool, ApiError> {
    let now = Timestamp::now();
    if !app.in_store(move |store| store.has_due_delivery(now)).await? {
        return Ok(false);
    }
    let Ok(place) = Arc::clone(&under_way.places).acquire_owned().await else { return Ok(false) };
    let (busy, now) = (under_way.busy(), Timestamp::now());
    let until = now.checked_add(LEASE).unwrap_or(Timestamp::MAX);
    let taken = app.change(move |change| change.take_deliveries(1, &busy, now, until)).await?;
    let Some(message) = taken.into_iter().next() else { return Ok(false) };
    let (app, sender, under_way) = (Arc::clone(app), Arc::clone(sender), Arc::clone(under_way));
    under_way.add(message.webhook());
    tokio::spawn(async move {
        let webhook = message.webhook().to_owned();
        send(app, sender, message).await;
        under_way.remove(&webhook);
        drop(place);
    });
    Ok(true)
}

/// Deliveries in progress.
struct UnderWay {
    places: Arc<Semaphore>,
    /// Number of deliveries by webhook.
    webhooks: Mutex<BTreeMap<String, usize>>,
}

impl UnderWay {
    fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(TOGETHER)), webhooks: Mutex::default() }
    }

    fn webhooks(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.webhooks.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn add(&self, webhook: &str) {
        *self.webhooks().entry(webhook.to_owned()).or_default() += 1;
    }

    fn remove(&self, webhook: &str) {
        let mut webhooks = self.webhooks();
        let left = webhooks.get(webhook).map_or(0, |count| count.saturating_sub(1));
        match left {
            0 => webhooks.remove(webhook),
            left => webhooks.insert(webhook.to_owned(), left),
        };
    }

    /// Webhooks that are at their limit of concurrent deliveries.
    fn busy(&self) -> Vec<String> {
        let webhooks = self.webhooks();
        let busy = webhooks.iter().filter(|(_, count)| **count >= TO_ONE);
        busy.map(|(webhook, _)| webhook.clone()).collect()
    }
}

async fn send(app: Arc<App>, sender: Arc<Sender>, message: TakenDelivery) {
    let answer = sender.send(&message, Timestamp::now().as_second()).await;
    let (status, failure) = match answer {
        Ok(status) => (Some(status), None),
        Err(failure) => (None, Some(failure)),
    };
    let attempt = DeliveryAttempt { status, failure, jitter: jitter() };
    let end = (server(&app), Timestamp::now());
    // If the result cannot be written, the message is sent again: receivers recognise it by its id.
    let _ = app.change(move |change| change.end_attempt(&message, &attempt, end)).await;
}

/// A random number from 0 to 1.
fn jitter() -> f64 {
    let mut random = [0; 4];
    let _ = getrandom::fill(&mut random);
    f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX)
}

/// The lists as this server sees them; `None` while those in use cannot be opened.
fn lists_seen(app: &App) -> Option<ListsSeen> {
    let loaded = app.loaded().ok().filter(|_| !app.is_behind())?;
    let lists = &loaded.lists;
    let stored = lists.generation().stored.iter();
    let failing = lists
        .health()
        .iter()
        .filter(|list| list.updates.as_ref().is_some_and(|updates| updates.failures > 0));
    let stale = lists.health().iter().filter(|list| list.stale);
    Some(ListsSeen {
        generation: lists.number().into(),
        lists: stored.map(|list| (list.dataset.to_string(), list.sha256.to_string())).collect(),
        failing: failing.map(|list| list.dataset.to_string()).collect(),
        stale: stale.map(|list| (list.dataset.to_string(), list.version.clone())).collect(),
        day: PartialDate::exactly(lists.day()).to_string(),
    })
}

/// Sends `key.expiring`. Checks first whether there are such keys, because a change of the store costs a flush to disk.
async fn warn_of_ends(app: &Arc<App>) -> Result<(), ApiError> {
    let (by, now) = (server(app), Timestamp::now());
    if app.in_store(move |store| store.has_key_to_warn_of(now)).await? {
        app.change(move |change| change.warn_of_ends(&by, now)).await?;
    }
    Ok(())
}

async fn note(app: &Arc<App>, seen: ListsSeen) -> Result<(), ApiError> {
    let (by, now) = (server(app), Timestamp::now());
    app.change(move |change| change.note_lists(&seen, (&by, now))).await
}
