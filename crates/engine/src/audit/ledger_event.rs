//! Events of wallet, trace and exposure queries: the query, the lists that the answer rests on, and a digest that
//! identifies the answer.

use interdict_model::{GapCode, Sha256Digest, Verdict};
use interdict_store::{EventDraft, SealedDraft};
use serde_json::{Value, json};

use super::caller::Caller;
use super::screening_event::versions;
use crate::lists::SearchedLists;
use crate::session::Session;

/// The data of an answer about wallets or flows that is recorded.
#[derive(Debug, Clone, Copy)]
pub struct LedgerRecord<'a> {
    /// The kind of the event: `wallet`, `trace` or `exposure`.
    pub kind: &'static str,
    /// The query.
    pub query: &'a Value,
    /// The lists that the answer rests on.
    pub searched: &'a SearchedLists,
    /// What the answer amounts to; nothing for a trace, which has no verdict.
    pub verdict: Option<Verdict>,
    /// The answer as it is sent.
    pub body: &'a [u8],
    /// For how many days the query has to be kept.
    pub keep_days: u32,
}

impl Session {
    /// The event of an answer about wallets or flows. Addresses are personal data, so the query is stored beside the
    /// event as sealed data.
    pub fn ledger_event(&self, caller: &Caller, record: LedgerRecord<'_>) -> EventDraft {
        let searched = record.searched;
        let codes: Vec<GapCode> = searched.gaps.iter().map(|gap| gap.code).collect();
        let detail = json!({
            "generation": u64::from(searched.generation),
            "lists": versions(&searched.lists),
            "program": env!("CARGO_PKG_VERSION"),
            "verdict": record.verdict,
            "gaps": codes,
        });
        let sealed = json!({
            "query": record.query,
            "answer_sha256": Sha256Digest::of(record.body).to_string(),
        });
        let sealed = SealedDraft {
            subject: None,
            keep_until: self.keep_until(record.keep_days),
            data: sealed.to_string().into_bytes(),
        };
        EventDraft { sealed: Some(sealed), ..self.event(caller, record.kind, detail) }
    }
}
