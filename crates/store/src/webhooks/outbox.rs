//! Which events are sent, and the content of their messages.

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};

use crate::database::Value;
use crate::error::StoreError;
use crate::event::{EventDraft, Tenant};
use crate::keys::digits;
use crate::writer::Change;

/// The types of messages. Each is the kind of its event, except for the end of an entry of the allow-list at its date.
pub const MESSAGE_TYPES: [&str; 28] = [
    "allow.ended",
    "allow.expired",
    "allow.made",
    "case.approved",
    "case.assigned",
    "case.claim-ended",
    "case.claimed",
    "case.commented",
    "case.escalated",
    "case.joined",
    "case.opened",
    "case.proposed",
    "case.reopened",
    "case.sent-back",
    "job.ended",
    "job.erased",
    "job.made",
    "job.resumed",
    "job.started",
    "key.expiring",
    "list.failed",
    "list.stale",
    "list.updated",
    "match.changed",
    "match.gone",
    "match.new",
    "monitor.failed",
    "webhook.disabled",
];
/// Members of an event that a message repeats: ids, and other data that is not about a customer.
const REPEATED: [&str; 20] = [
    "case",
    "cause",
    "counts",
    "dataset",
    "datasets",
    "disposition",
    "entry",
    "expires_at",
    "failing_since",
    "failure",
    "from",
    "generation",
    "job",
    "key",
    "monitor",
    "screening",
    "state",
    "suppressed",
    "version",
    "webhook",
];

/// The types of messages for a webhook: names, prefixes such as `case.*`, or `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageKinds(Vec<String>);

impl MessageKinds {
    /// Parses names.
    ///
    /// # Errors
    /// When there is none, or an unknown one.
    pub fn parse(names: Vec<String>) -> Result<Self, StoreError> {
        let is_known = |name: &String| MESSAGE_TYPES.iter().any(|kind| is_meant(name, kind));
        match names.iter().find(|name| !is_known(name)) {
            None if (1..=MESSAGE_TYPES.len()).contains(&names.len()) => Ok(Self(names)),
            _ => {
                let all = MESSAGE_TYPES.join(", ");
                Err(StoreError::Invalid(format!("events: some of {all}, or case.*, or *")))
            }
        }
    }

    /// The names.
    pub fn names(&self) -> &[String] {
        &self.0
    }

    fn has(&self, kind: &str) -> bool {
        self.0.iter().any(|name| is_meant(name, kind))
    }
}

fn is_meant(name: &str, kind: &str) -> bool {
    match name.strip_suffix('*') {
        Some("") => true,
        Some(start) => start.ends_with('.') && kind.starts_with(start),
        None => name == kind,
    }
}

/// The message of an event that is being recorded.
pub(crate) struct Message {
    kind: &'static str,
    tenant: Tenant,
    at: Timestamp,
    data: Map<String, Json>,
}

impl Message {
    /// The message of an event; `None` if it has none. A match that adds nothing new to its case is not reported.
    pub(crate) fn of(draft: &EventDraft) -> Option<Self> {
        let detail = &draft.detail;
        let is_cause = |cause: &str| detail.get("cause").and_then(Json::as_str) == Some(cause);
        let kind = match draft.kind.as_str() {
            "allow.ended" if is_cause("date") => "allow.expired",
            "case.joined" if detail.get("new") == Some(&Json::Bool(false)) => return None,
            kind => kind,
        };
        let kind = MESSAGE_TYPES.into_iter().find(|known| *known == kind)?;
        let repeated = |name: &&str| Some(((*name).to_owned(), detail.get(*name)?.clone()));
        let data = REPEATED.iter().filter_map(repeated).collect();
        Some(Self { kind, tenant: draft.tenant.clone(), at: draft.at, data })
    }
}

impl Change<'_> {
    /// Writes the messages of an event to the outbox.
    pub(crate) fn send(&mut self, message: Message, seq: u64) -> Result<(), StoreError> {
        let Message { kind, tenant, at, mut data } = message;
        let rows = self.sql()?.query(
            "SELECT id, kinds FROM webhooks WHERE tenant = ?1 AND disabled IS NULL ORDER BY id",
            &[Value::Text(tenant.as_str())],
        )?;
        data.insert("event".to_owned(), json!(seq));
        for row in rows {
            let (webhook, kinds) = (row.text(0)?, read_kinds(&row.text(1)?)?);
            if !kinds.has(kind) {
                continue;
            }
            let body = json!({ "type": kind, "timestamp": at, "data": data }).to_string();
            let now = Value::Integer(at.as_microsecond());
            // Random: a store that was restored from a copy repeats numbers of events, and receivers would discard the
            // new messages as duplicates.
            let id = format!("msg_{}", digits(&self.random::<15>()?));
            self.sql()?.execute(
                "INSERT INTO deliveries (id, tenant, webhook_id, seq, kind, body, state, attempts, next_at, made_at) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'waiting', 0, ?7, ?7)",
                &[
                    Value::Text(&id),
                    Value::Text(tenant.as_str()),
                    Value::Text(&webhook),
                    Value::count(seq),
                    Value::Text(kind),
                    Value::Text(&body),
                    now,
                ],
            )?;
        }
        Ok(())
    }
}

/// The types of a webhook in their stored form.
pub(super) fn read_kinds(text: &str) -> Result<MessageKinds, StoreError> {
    let names = serde_json::from_str(text);
    names.map(MessageKinds).map_err(|_| StoreError::Damaged("the events of a webhook".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Origin;

    #[test]
    fn names_stand_for_types_and_for_those_that_begin_alike() {
        let kinds = |names: &[&str]| {
            MessageKinds::parse(names.iter().map(|name| (*name).to_owned()).collect())
        };
        assert!(kinds(&["case.*"]).unwrap().has("case.opened"));
        assert!(!kinds(&["case.*"]).unwrap().has("job.ended"));
        assert!(kinds(&["*"]).unwrap().has("job.ended"));
        assert!(kinds(&["match.new", "job.ended"]).unwrap().has("job.ended"));
        for names in [&[][..], &["match"], &["c*"], &["screening"], &[""], &["x.*"]] {
            assert!(kinds(names).is_err(), "{names:?}");
        }
    }

    #[test]
    fn a_message_holds_ids_and_nothing_that_is_not_meant_to_be_sent() {
        let draft = |kind: &str, detail| {
            EventDraft::new(kind, &Tenant::only(), Origin::of("x"), Timestamp::UNIX_EPOCH, detail)
        };
        let detail = json!({ "case": "k", "claim": { "actor": "user:ann" }, "version": 2 });
        let message = Message::of(&draft("case.claimed", detail)).unwrap();
        assert_eq!(Json::Object(message.data), json!({ "case": "k", "version": 2 }));
        assert!(Message::of(&draft("screening", json!({}))).is_none());
        assert!(Message::of(&draft("case.read", json!({}))).is_none());
        assert!(Message::of(&draft("case.joined", json!({ "new": false }))).is_none());
        let kind = |cause: &str| {
            Message::of(&draft("allow.ended", json!({ "cause": cause }))).unwrap().kind
        };
        assert_eq!((kind("date"), kind("revoked")), ("allow.expired", "allow.ended"));
    }
}
