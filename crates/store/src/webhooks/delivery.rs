//! Delivery: taking due messages, and the consequences of an attempt.

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::endpoint::find_webhook;
use super::secret::{secret, sign};
use crate::database::{Row, Value};
use crate::error::StoreError;
use crate::event::{EventDraft, Origin, Tenant};
use crate::store::Store;
use crate::writer::Change;

/// Delays before each retry of a failed delivery, in seconds, as Standard Webhooks suggests: about three days in all.
const RETRIES: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// After this time without a success the webhook is disabled.
const FAILING: SignedDuration = SignedDuration::from_hours(5 * 24);
/// Retention of delivered messages, and of those whose delivery was given up.
const KEPT: (SignedDuration, SignedDuration) =
    (SignedDuration::from_hours(7 * 24), SignedDuration::from_hours(90 * 24));

/// The state of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Its delivery is pending, possibly after failed attempts.
    Waiting,
    /// It was delivered.
    Done,
    /// Its delivery was given up. It can be retried.
    Dead,
}

impl DeliveryState {
    /// The name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Dead => "dead",
        }
    }

    /// The state of a name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Waiting, Self::Done, Self::Dead].into_iter().find(|state| state.as_str() == name)
    }
}

/// A message to a webhook.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Delivery {
    /// The id: the header `webhook-id`, the same in each attempt.
    pub id: String,
    /// The type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The event that it reports.
    pub event: u64,
    /// Its state.
    pub state: DeliveryState,
    /// Number of attempts.
    pub attempts: u64,
    /// When the next attempt is due, while it is pending.
    pub next_at: Option<Timestamp>,
    /// The status of the last answer.
    pub status: Option<i64>,
    /// Why the last attempt failed.
    pub failure: Option<String>,
    /// When it was written.
    pub made_at: Timestamp,
    /// When it was delivered or given up.
    pub ended_at: Option<Timestamp>,
}

/// A filter of messages.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    /// Only in this state.
    pub state: Option<DeliveryState>,
    /// Only before this event.
    pub before: Option<u64>,
    /// At most this many.
    pub limit: u32,
}

/// A page of messages, the newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryPage {
    /// The messages.
    pub deliveries: Vec<Delivery>,
    /// The event before which the next page begins; `None` for the last page.
    pub next: Option<u64>,
}

/// A message that a server has taken for delivery.
#[derive(Clone, PartialEq, Eq)]
pub struct TakenDelivery {
    /// The id.
    pub id: String,
    /// The URL.
    pub url: String,
    /// The body.
    pub body: String,
    tenant: Tenant,
    webhook: String,
    attempt: i64,
    secrets: Vec<[u8; 32]>,
}

impl TakenDelivery {
    /// The webhook.
    pub fn webhook(&self) -> &str {
        &self.webhook
    }

    /// The header `webhook-signature` for a moment, in seconds since 1970.
    pub fn signature(&self, timestamp: i64) -> String {
        sign(&self.secrets, &self.id, timestamp, &self.body)
    }
}

/// Without the secrets.
impl std::fmt::Debug for TakenDelivery {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("TakenDelivery").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The result of an attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryAttempt {
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// The code of the failure, if there was no answer.
    pub failure: Option<&'static str>,
    /// From 0 to 1: the jitter of the next attempt, so that retries do not coincide.
    pub jitter: f64,
}

const COLUMNS: &str = "id, kind, seq, state, attempts, next_at, status, failure, made_at, ended_at";

impl Delivery {
    fn read(row: &Row) -> Result<Self, StoreError> {
        let damaged = || StoreError::Damaged("the state of a message".to_owned());
        let state = DeliveryState::parse(&row.text(3)?).ok_or_else(damaged)?;
        let next_at = row.moment(5)?;
        Ok(Self {
            id: row.text(0)?,
            kind: row.text(1)?,
            event: row.count(2)?,
            state,
            attempts: row.count(4)?,
            next_at: (state == DeliveryState::Waiting).then_some(next_at),
            status: row.optional(6, Row::integer)?,
            failure: row.optional(7, Row::text)?,
            made_at: row.moment(8)?,
            ended_at: row.optional(9, Row::moment)?,
        })
    }
}

impl Store {
    /// Messages to a webhook.
    ///
    /// # Errors
    /// When there is no such webhook of the tenant, or the store cannot be read.
    pub fn deliveries(
        &self,
        tenant: &Tenant,
        webhook: &str,
        filter: &DeliveryFilter,
    ) -> Result<DeliveryPage, StoreError> {
        let before = filter.before.map_or(Value::Integer(i64::MAX), Value::count);
        let mut values = vec![Value::Text(webhook), before];
        values.extend(filter.state.map(|state| Value::Text(state.as_str())));
        let of_state = if filter.state.is_some() { "AND state = ?3" } else { "" };
        let select = format!(
            "SELECT {COLUMNS} FROM deliveries WHERE webhook_id = ?1 AND seq < ?2 {of_state} \
             ORDER BY seq DESC LIMIT {}",
            i64::from(filter.limit) + 1
        );
        self.read(|sql| {
            find_webhook(sql, tenant, webhook)?;
            let rows = sql.query(&select, &values)?;
            let shown = rows.iter().take(usize::try_from(filter.limit).unwrap_or(usize::MAX));
            let deliveries: Vec<Delivery> = shown.map(Delivery::read).collect::<Result<_, _>>()?;
            let has_more = rows.len() > deliveries.len();
            let next = deliveries.last().filter(|_| has_more).map(|one| one.event);
            Ok(DeliveryPage { deliveries, next })
        })
    }

    /// Whether a message is due at a moment.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn has_due_delivery(&self, now: Timestamp) -> Result<bool, StoreError> {
        let select = format!("SELECT id FROM deliveries WHERE {IS_DUE} LIMIT 1");
        let values = [Value::Integer(now.as_microsecond())];
        Ok(self.read(|sql| sql.query_one(&select, &values))?.is_some())
    }
}

const IS_DUE: &str =
    "state = 'waiting' AND next_at <= ?1 AND (lease_until IS NULL OR lease_until <= ?1)";

impl Change<'_> {
    /// Takes due messages, except for busy webhooks, under a lease until a moment.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn take_deliveries(
        &mut self,
        most: u32,
        busy: &[String],
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<TakenDelivery>, StoreError> {
        let places: Vec<String> = (2..busy.len() + 2).map(|at| format!("?{at}")).collect();
        let is_free = match places.as_slice() {
            [] => String::new(),
            places => format!("AND webhook_id NOT IN ({})", places.join(",")),
        };
        let mut values = vec![Value::Integer(now.as_microsecond())];
        values.extend(busy.iter().map(|webhook| Value::Text(webhook)));
        let select = format!(
            "SELECT id, tenant, webhook_id, body, attempts FROM deliveries WHERE {IS_DUE} {is_free} \
             ORDER BY next_at, seq LIMIT {most}"
        );
        let rows = self.sql()?.query(&select, &values)?;
        let mut taken = Vec::with_capacity(rows.len());
        for row in rows {
            let damaged = |_| StoreError::Damaged("the tenant of a message".to_owned());
            let tenant = Tenant::parse(&row.text(1)?).map_err(damaged)?;
            let (id, webhook) = (row.text(0)?, row.text(2)?);
            let endpoint = find_webhook(self.sql()?, &tenant, &webhook)?;
            self.sql()?.execute(
                "UPDATE deliveries SET lease_until = ?2, attempts = attempts + 1 WHERE id = ?1",
                &[Value::Text(&id), Value::Integer(until.as_microsecond())],
            )?;
            let mut secrets = vec![secret(self.keys(), &webhook, endpoint.secret)];
            if endpoint.old_secret_until.is_some_and(|end| now < end) {
                secrets.push(secret(self.keys(), &webhook, endpoint.secret - 1));
            }
            let attempt = row.integer(4)? + 1;
            let (url, body) = (endpoint.url, row.text(3)?);
            taken.push(TakenDelivery { id, url, body, tenant, webhook, attempt, secrets });
        }
        Ok(taken)
    }

    /// Records the result of an attempt. Only a status from 200 to 299 is success; 410 disables the webhook, and so do
    /// days without a success.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn end_attempt(
        &mut self,
        taken: &TakenDelivery,
        attempt: &DeliveryAttempt,
        (by, now): (Origin, Timestamp),
    ) -> Result<(), StoreError> {
        let is_success = attempt.status.is_some_and(|status| (200..300).contains(&status));
        let pause = usize::try_from(taken.attempt - 1).ok().and_then(|at| RETRIES.get(at));
        let (state, next) = match (is_success, pause) {
            (true, _) => ("done", now),
            (false, Some(seconds)) => ("waiting", later(now, *seconds, attempt.jitter)),
            (false, None) => ("dead", now),
        };
        let ended = (state != "waiting").then(|| now.as_microsecond());
        let failure = if is_success { None } else { Some(attempt.failure.unwrap_or("status")) };
        // A server that took it later records the result.
        let written = self.sql()?.execute(
            "UPDATE deliveries SET state = ?3, next_at = ?4, lease_until = NULL, status = ?5, failure = ?6, \
             ended_at = ?7 WHERE id = ?1 AND attempts = ?2 AND state = 'waiting'",
            &[
                Value::Text(&taken.id),
                Value::Integer(taken.attempt),
                Value::Text(state),
                Value::Integer(next.as_microsecond()),
                Value::from(attempt.status.map(i64::from)),
                Value::from(failure),
                Value::from(ended),
            ],
        )?;
        if written == 0 {
            return Ok(());
        }
        let webhook = find_webhook(self.sql()?, &taken.tenant, &taken.webhook)?;
        let since = if is_success { None } else { Some(webhook.failing_since.unwrap_or(now)) };
        self.sql()?.execute(
            "UPDATE webhooks SET failing_since = ?2 WHERE id = ?1",
            &[Value::Text(&webhook.id), Value::from(since.map(Timestamp::as_microsecond))],
        )?;
        if state == "dead" {
            let detail = json!({ "webhook": webhook.id, "message": taken.id, "failure": failure });
            let draft = EventDraft::new("webhook.given-up", &taken.tenant, by.clone(), now, detail);
            self.record(draft)?;
        }
        let cause = match since {
            _ if attempt.status == Some(410) => Some("gone"),
            Some(since) if now.duration_since(since) >= FAILING => Some("failing"),
            _ => None,
        };
        match cause {
            Some(cause) => {
                self.disable_webhook(&taken.tenant, &webhook.id, cause, (by, now)).map(drop)
            }
            None => Ok(()),
        }
    }

    /// Retries a message whose delivery was given up, from the first attempt on.
    ///
    /// # Errors
    /// When there is no such message to the webhook, it was not given up, or the webhook is disabled.
    pub fn send_again(
        &mut self,
        tenant: &Tenant,
        webhook: &str,
        id: &str,
        (by, now): (Origin, Timestamp),
    ) -> Result<Delivery, StoreError> {
        if find_webhook(self.sql()?, tenant, webhook)?.disabled.is_some() {
            return Err(StoreError::Refused("the webhook is disabled: enable it first".to_owned()));
        }
        let select = format!("SELECT {COLUMNS} FROM deliveries WHERE id = ?1 AND webhook_id = ?2");
        let values = [Value::Text(id), Value::Text(webhook)];
        let row = self.sql()?.query_one(&select, &values)?;
        let found = Delivery::read(&row.ok_or(StoreError::NotFound("message"))?)?;
        if found.state != DeliveryState::Dead {
            return Err(StoreError::Refused("the message was not given up".to_owned()));
        }
        self.sql()?.execute(
            "UPDATE deliveries SET state = 'waiting', attempts = 0, next_at = ?2, lease_until = NULL, \
             ended_at = NULL WHERE id = ?1",
            &[Value::Text(id), Value::Integer(now.as_microsecond())],
        )?;
        let detail = json!({ "webhook": webhook, "message": id });
        self.record(EventDraft::new("webhook.sent-again", tenant, by, now, detail))?;
        let row = self.sql()?.query_one(&select, &values)?;
        Delivery::read(&row.ok_or(StoreError::NotFound("message"))?)
    }

    /// Deletes messages past their retention.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn clean_deliveries(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let before = |time| {
            let end = now.checked_sub(time).unwrap_or(Timestamp::MIN);
            Value::Integer(end.as_microsecond())
        };
        self.sql()?.execute(
            "DELETE FROM deliveries WHERE (state = 'done' AND ended_at < ?1) OR (state = 'dead' AND ended_at < ?2)",
            &[before(KEPT.0), before(KEPT.1)],
        )
    }
}

/// The moment of the next attempt: 0.8 to 1.2 times the delay later.
fn later(now: Timestamp, seconds: i64, jitter: f64) -> Timestamp {
    let time = SignedDuration::from_secs(seconds).mul_f64(0.8 + 0.4 * jitter.clamp(0.0, 1.0));
    now.checked_add(time).unwrap_or(Timestamp::MAX)
}
