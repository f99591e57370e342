//! Endpoints: creating, rotating, disabling and deleting them.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::outbox::{MessageKinds, read_kinds};
use super::secret::{reveal, secret};
use crate::database::{Row, Sql, Value};
use crate::error::StoreError;
use crate::event::{EventDraft, Origin, Tenant};
use crate::keys::digits;
use crate::store::Store;
use crate::writer::Change;

/// Maximum number of webhooks of a tenant.
const MOST: usize = 20;

/// A webhook to create.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    /// The tenant.
    pub tenant: Tenant,
    /// The checked URL.
    pub url: String,
    /// The types of events.
    pub kinds: MessageKinds,
}

/// A webhook.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Webhook {
    /// The id.
    pub id: String,
    /// The URL.
    pub url: String,
    /// The types of events.
    pub events: Vec<String>,
    /// Why it is disabled: `gone`, `failing`, `disabled`, or `restored` in a store that was restored from a copy;
    /// `None` while it is enabled.
    pub disabled: Option<String>,
    /// Until when messages are signed with the previous secret, too.
    pub old_secret_until: Option<Timestamp>,
    /// Since when deliveries fail.
    pub failing_since: Option<Timestamp>,
    /// When it was created.
    pub made_at: Timestamp,
    #[serde(skip)]
    pub(super) secret: i64,
}

/// A webhook with its secret, which is shown once.
#[derive(Clone, PartialEq, Serialize, JsonSchema)]
pub struct MadeWebhook {
    /// The secret of the signatures: `whsec_` and 32 bytes in base64.
    pub secret: String,
    /// The webhook.
    pub webhook: Webhook,
}

/// Without the secret.
impl std::fmt::Debug for MadeWebhook {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.webhook.fmt(formatter)
    }
}

const COLUMNS: &str = "id, url, kinds, disabled, secret, old_until, failing_since, made_at";

impl Webhook {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text(0)?,
            url: row.text(1)?,
            events: read_kinds(&row.text(2)?)?.names().to_vec(),
            disabled: row.optional(3, Row::text)?,
            secret: row.integer(4)?,
            old_secret_until: row.optional(5, Row::moment)?,
            failing_since: row.optional(6, Row::moment)?,
            made_at: row.moment(7)?,
        })
    }
}

pub(super) fn find_webhook(
    sql: &mut dyn Sql,
    tenant: &Tenant,
    id: &str,
) -> Result<Webhook, StoreError> {
    let select = format!("SELECT {COLUMNS} FROM webhooks WHERE id = ?1 AND tenant = ?2");
    let row = sql.query_one(&select, &[Value::Text(id), Value::Text(tenant.as_str())])?;
    Webhook::read(&row.ok_or(StoreError::NotFound("webhook"))?)
}

impl Store {
    /// A webhook.
    ///
    /// # Errors
    /// When there is no such webhook of the tenant, or the store cannot be read.
    pub fn webhook(&self, tenant: &Tenant, id: &str) -> Result<Webhook, StoreError> {
        self.read(|sql| find_webhook(sql, tenant, id))
    }

    /// All webhooks of a tenant, the oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn webhooks(&self, tenant: &Tenant) -> Result<Vec<Webhook>, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM webhooks WHERE tenant = ?1 ORDER BY seq");
        let rows = self.read(|sql| sql.query(&select, &[Value::Text(tenant.as_str())]))?;
        rows.iter().map(Webhook::read).collect()
    }
}

impl Change<'_> {
    /// Creates a webhook. It receives events from now on.
    ///
    /// # Errors
    /// When the tenant has too many.
    pub fn make_webhook(
        &mut self,
        new: NewWebhook,
        by: Origin,
        now: Timestamp,
    ) -> Result<MadeWebhook, StoreError> {
        let NewWebhook { tenant, url, kinds } = new;
        let known = self
            .sql()?
            .query("SELECT id FROM webhooks WHERE tenant = ?1", &[Value::Text(tenant.as_str())])?;
        if known.len() >= MOST {
            return Err(StoreError::Refused(format!(
                "there are {MOST} webhooks: delete one first"
            )));
        }
        let id = digits(&self.random::<10>()?);
        let detail = json!({ "webhook": id, "host": host_of(&url), "events": kinds.names() });
        let seq = self.record(EventDraft::new("webhook.made", &tenant, by, now, detail))?;
        self.sql()?.execute(
            "INSERT INTO webhooks (id, tenant, seq, url, kinds, secret, made_at) VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6)",
            &[
                Value::Text(&id),
                Value::Text(tenant.as_str()),
                Value::count(seq),
                Value::Text(&url),
                Value::Text(&json!(kinds.names()).to_string()),
                Value::Integer(now.as_microsecond()),
            ],
        )?;
        self.shown(&tenant, &id)
    }

    /// Rotates the secret of a webhook. Until a moment messages are signed with both secrets.
    ///
    /// # Errors
    /// When there is no such webhook of the tenant.
    pub fn rotate_webhook(
        &mut self,
        tenant: &Tenant,
        id: &str,
        old_until: Timestamp,
        (by, now): (Origin, Timestamp),
    ) -> Result<MadeWebhook, StoreError> {
        find_webhook(self.sql()?, tenant, id)?;
        self.sql()?.execute(
            "UPDATE webhooks SET secret = secret + 1, old_until = ?2 WHERE id = ?1",
            &[Value::Text(id), Value::Integer(old_until.as_microsecond())],
        )?;
        let detail = json!({ "webhook": id, "old_until": old_until });
        self.record(EventDraft::new("webhook.rotated", tenant, by, now, detail))?;
        self.shown(tenant, id)
    }

    fn shown(&mut self, tenant: &Tenant, id: &str) -> Result<MadeWebhook, StoreError> {
        let webhook = find_webhook(self.sql()?, tenant, id)?;
        let secret = reveal(&secret(self.keys(), id, webhook.secret));
        Ok(MadeWebhook { secret, webhook })
    }

    /// Enables a webhook again: events from now on are sent, and messages that were given up can be retried.
    ///
    /// # Errors
    /// When there is no such webhook of the tenant.
    pub fn enable_webhook(
        &mut self,
        tenant: &Tenant,
        id: &str,
        (by, now): (Origin, Timestamp),
    ) -> Result<Webhook, StoreError> {
        let found = find_webhook(self.sql()?, tenant, id)?;
        if found.disabled.is_none() {
            return Ok(found);
        }
        self.sql()?.execute(
            "UPDATE webhooks SET disabled = NULL, failing_since = NULL WHERE id = ?1",
            &[Value::Text(id)],
        )?;
        let detail = json!({ "webhook": id });
        self.record(EventDraft::new("webhook.enabled", tenant, by, now, detail))?;
        find_webhook(self.sql()?, tenant, id)
    }

    /// Disables a webhook. Pending messages are given up, and can be retried once it is enabled.
    ///
    /// # Errors
    /// When there is no such webhook of the tenant.
    pub fn disable_webhook(
        &mut self,
        tenant: &Tenant,
        id: &str,
        cause: &str,
        (by, now): (Origin, Timestamp),
    ) -> Result<Webhook, StoreError> {
        let found = find_webhook(self.sql()?, tenant, id)?;
        if found.disabled.is_some() {
            return Ok(found);
        }
        self.sql()?.execute(
            "UPDATE webhooks SET disabled = ?2 WHERE id = ?1",
            &[Value::Text(id), Value::Text(cause)],
        )?;
        self.sql()?.execute(
            "UPDATE deliveries SET state = 'dead', ended_at = ?2 WHERE webhook_id = ?1 AND state = 'waiting'",
            &[Value::Text(id), Value::Integer(now.as_microsecond())],
        )?;
        let detail = json!({ "webhook": id, "cause": cause });
        self.record(EventDraft::new("webhook.disabled", tenant, by, now, detail))?;
        find_webhook(self.sql()?, tenant, id)
    }

    /// Deletes a webhook with all its messages.
    ///
    /// # Errors
    /// When there is no such webhook of the tenant.
    pub fn delete_webhook(
        &mut self,
        tenant: &Tenant,
        id: &str,
        (by, now): (Origin, Timestamp),
    ) -> Result<Webhook, StoreError> {
        let found = find_webhook(self.sql()?, tenant, id)?;
        self.sql()?.execute("DELETE FROM deliveries WHERE webhook_id = ?1", &[Value::Text(id)])?;
        self.sql()?.execute("DELETE FROM webhooks WHERE id = ?1", &[Value::Text(id)])?;
        let detail = json!({ "webhook": id });
        self.record(EventDraft::new("webhook.deleted", tenant, by, now, detail))?;
        Ok(found)
    }
}

/// The host of a URL, for events: path and query may contain a secret of the receiver.
pub(crate) fn host_of(url: &str) -> Option<&str> {
    url.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next())
}
