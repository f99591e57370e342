//! The caller of a use case, as it is recorded.

use interdict_store::{EventDraft, Origin, Tenant};
use serde_json::Value;

use crate::session::Session;

/// Whose data a request is about, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Whose data.
    pub tenant: Tenant,
    /// The person or program on whose behalf the actor states to act.
    pub on_behalf_of: Option<String>,
    /// The network address of the caller.
    pub address: Option<String>,
    /// The id of the request.
    pub request: Option<String>,
}

impl Caller {
    /// Somebody at this machine.
    pub fn local() -> Self {
        Self { tenant: Tenant::only(), on_behalf_of: None, address: None, request: None }
    }
}

impl Session {
    /// The actor and the caller, as they are recorded.
    pub fn origin(&self, caller: &Caller) -> Origin {
        Origin {
            actor: self.actor().to_string(),
            on_behalf_of: caller.on_behalf_of.clone(),
            address: caller.address.clone(),
            request: caller.request.clone(),
        }
    }

    /// An event without personal data.
    pub fn event(&self, caller: &Caller, kind: &str, detail: Value) -> EventDraft {
        EventDraft::new(kind, &caller.tenant, self.origin(caller), self.now(), detail)
    }
}
