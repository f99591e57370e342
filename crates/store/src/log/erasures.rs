//! Whether each event without its personal data is explained by a recorded erasure.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::check::{LogFault, LogReport};
use crate::event::{Event, Tenant};

/// What erasures recorded, and what is gone, by tenant.
#[derive(Default)]
pub(super) struct Erasures(BTreeMap<Tenant, OfTenant>);

#[derive(Default)]
struct OfTenant {
    gone: Vec<(u64, Option<Timestamp>)>,
    recorded: u64,
    /// The last erasure of data past its retention, and the latest time of one.
    expired: Option<(u64, Timestamp)>,
    /// The last erasure of a customer's data before its end.
    before_end: Option<u64>,
}

impl Erasures {
    /// Notes an erasure.
    pub(super) fn follow(&mut self, event: &Event) {
        let count = event.detail.get("erased").and_then(serde_json::Value::as_u64).unwrap_or(0);
        let is_erasure = matches!(event.kind.as_str(), "subject.erased" | "retention.erased");
        if !is_erasure || count == 0 {
            return;
        }
        let of = self.0.entry(event.tenant.clone()).or_default();
        of.recorded = of.recorded.saturating_add(count);
        if event.detail.get("before_its_end").is_some_and(|reason| !reason.is_null()) {
            of.before_end = Some(event.seq);
        }
        let at = of.expired.map_or(event.at, |(_, at)| at.max(event.at));
        of.expired = Some((event.seq, at));
    }

    /// Notes an event whose personal data is gone.
    pub(super) fn add_gone(&mut self, event: &Event) {
        let of = self.0.entry(event.tenant.clone()).or_default();
        of.gone.push((event.seq, event.keep_until));
    }

    pub(super) fn check(self, report: &mut LogReport) {
        for (tenant, of) in self.0 {
            for (seq, _) in of.gone.iter().filter(|(seq, end)| !of.explains(*seq, *end)) {
                report.add(LogFault::Gone { seq: *seq });
            }
            let gone = u64::try_from(of.gone.len()).unwrap_or(u64::MAX);
            if gone != of.recorded {
                let (tenant, recorded) = (tenant.to_string(), of.recorded);
                report.add(LogFault::Erasures { tenant, gone, recorded });
            }
        }
    }
}

impl OfTenant {
    /// Whether an erasure came after the event, and after the end of its retention or with a reason to be before it.
    fn explains(&self, seq: u64, end: Option<Timestamp>) -> bool {
        // As the columns hold moments, by which data is erased.
        let is_past = |at: Timestamp, end: Timestamp| end.as_microsecond() <= at.as_microsecond();
        let has_expired = |(last, at)| seq < last && end.is_none_or(|end| is_past(at, end));
        self.before_end.is_some_and(|last| seq < last) || self.expired.is_some_and(has_expired)
    }
}
