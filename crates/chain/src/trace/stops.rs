//! Whether a trace stops at an address: decided by labels and the request, and cached.

use hashbrown::{HashMap, HashSet};

use super::TraceRequest;
use crate::{
    ledger::{AddressId, LedgerAddress, LedgerId, ledger_address},
    set::LedgerSet,
};

/// With at most this many labels, all labelled addresses of a ledger are decided at once, which makes
/// each arrival one look-up; with more, an address is decided when it is first reached.
const MAX_LABELS_AHEAD: usize = 20_000;

/// Decisions about addresses so far.
#[derive(Debug, Default)]
pub(super) struct Stops {
    decided: HashMap<LedgerAddress, bool>,
    /// Ledgers all of whose labelled addresses are decided.
    complete: HashSet<LedgerId>,
}

impl Stops {
    /// Whether the request's parties make a trace stop at this address.
    pub(super) fn at(
        &mut self,
        set: &LedgerSet,
        request: &TraceRequest,
        at: LedgerAddress,
    ) -> bool {
        let Some(ledger) = set.ledger(at.ledger) else { return false };
        let decide = |address: AddressId| {
            let text = ledger.address_text(address);
            let spared = request.never_stop_at.iter().any(|spared| ledger_address(spared) == text);
            !spared && set.labels.of(&text).iter().any(|label| request.stops_at(&label.category))
        };
        if set.labels.len() > MAX_LABELS_AHEAD {
            return *self.decided.entry(at).or_insert_with(|| decide(at.address));
        }
        if self.complete.insert(at.ledger) {
            let labelled = set.labels.iter().filter_map(|(text, _)| ledger.address_id(text));
            for address in labelled.filter(|address| decide(*address)) {
                self.decided.insert(at.ledger.address(address), true);
            }
        }
        self.decided.contains_key(&at)
    }
}
