//! Consequences of screening a monitored customer: its cases, and the difference from the matches reported last.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::customer::find_customer;
use super::sweep::{MonitorLease, SweepCounts};
use crate::cases::{CustomerHit, CustomerScreening, HitMark};
use crate::database::Value;
use crate::error::StoreError;
use crate::event::{EventDraft, SealedDraft};
use crate::writer::Change;

/// Scores are stored as decimals: the rounding error of reading them again is smaller than this.
const SAME_SCORE: f64 = 1e-12;

/// A match as it was reported last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ToldMatch {
    /// All ids of the entity, the canonical one first.
    pub ids: Vec<String>,
    /// The score.
    pub score: f64,
    /// The case.
    pub case: String,
}

/// A screening of a monitored customer.
#[derive(Debug, Clone, PartialEq)]
pub struct MonitorScreening {
    /// The version of the customer's data that was screened.
    pub version: i64,
    /// The generation of the lists.
    pub generation: u64,
    /// The day on which a designation had to be in force.
    pub day: Option<String>,
    /// The event that records it.
    pub event: EventDraft,
    /// The result.
    pub found: CustomerScreening,
    /// Whether the customer's data could not be read completely.
    pub is_unread: bool,
    /// Entities whose records differ from those of the previous lists.
    pub changed_records: Arc<BTreeSet<String>>,
}

/// The change of a match.
struct MatchNews {
    kind: &'static str,
    told: ToldMatch,
    is_suppressed: bool,
}

impl Change<'_> {
    /// Records a screening with its cases, records the differences from the previous one, and stores the new matches.
    /// Nothing happens if the customer was changed or removed since it was read: a changed one is queued for another
    /// screening.
    ///
    /// # Errors
    /// When this server no longer holds the lease, or the store cannot be written.
    pub fn write_monitor_screening(
        &mut self,
        lease: &MonitorLease,
        screening: MonitorScreening,
        until: Timestamp,
        counts: &mut SweepCounts,
    ) -> Result<(), StoreError> {
        self.renew_monitor(lease, until)?;
        let customer = screening.found.reference.clone();
        let (vault, whose) = (self.vault(), (lease.id.as_str(), customer.as_str()));
        let known = find_customer(self.sql()?, &vault, &lease.tenant, whose)?;
        let Some(known) = known.filter(|known| known.version == screening.version) else {
            return Ok(());
        };
        let event = screening.event.clone();
        let recorded = self.record_customer_screening(screening.event, &screening.found)?;
        let told = tell(&screening.found.hits, &recorded.marks);
        counts.screened += 1;
        for news in compare(&known.matches, &told, &screening.changed_records) {
            match news.kind {
                "match.new" => counts.new += 1,
                "match.gone" => counts.gone += 1,
                _ => counts.changed += 1,
            }
            let detail = json!({
                "monitor": lease.id, "case": news.told.case, "screening": recorded.seq,
                "suppressed": news.is_suppressed, "generation": screening.generation,
            });
            let draft =
                EventDraft::new(news.kind, &lease.tenant, event.origin.clone(), event.at, detail);
            let data = json!({ "customer": customer, "entity": news.told.ids.first() });
            let sealed = SealedDraft {
                subject: Some(customer.clone()),
                keep_until: screening.found.keep_until,
                data: data.to_string().into_bytes(),
            };
            self.record(EventDraft { sealed: Some(sealed), ..draft })?;
        }
        let told: Vec<ToldMatch> = told.into_iter().map(|(told, _)| told).collect();
        let matches = serde_json::to_string(&told).expect("keys of matches are texts");
        self.sql()?.execute(
            "UPDATE monitor_customers SET seq = ?3, generation = ?4, matches = ?5, is_unread = ?6, \
             screened_at = ?7, day = ?8 WHERE monitor_id = ?1 AND customer = ?2",
            &[
                Value::Text(&lease.id),
                Value::Text(&known.place),
                Value::count(recorded.seq),
                Value::count(screening.generation),
                Value::Text(&matches),
                Value::Integer(i64::from(screening.is_unread)),
                Value::Integer(event.at.as_microsecond()),
                Value::from(screening.day.as_ref()),
            ],
        )?;
        Ok(())
    }
}

/// The matches with their cases, and whether each is suppressed.
fn tell(hits: &[CustomerHit], marks: &[HitMark]) -> Vec<(ToldMatch, bool)> {
    let told = |(hit, mark): (&CustomerHit, &HitMark)| {
        let told = ToldMatch { ids: hit.ids.clone(), score: hit.score, case: mark.case.clone() };
        (told, mark.suppressed_by.is_some())
    };
    hits.iter().zip(marks).map(told).collect()
}

/// The difference between two screenings of a customer. An entity is the same under any of its ids.
fn compare(
    before: &[ToldMatch],
    after: &[(ToldMatch, bool)],
    changed_records: &BTreeSet<String>,
) -> Vec<MatchNews> {
    let is_same =
        |one: &ToldMatch, other: &ToldMatch| one.ids.iter().any(|id| other.ids.contains(id));
    let mut news = Vec::new();
    for (told, is_suppressed) in after {
        let known = before.iter().find(|known| is_same(known, told));
        let kind = match known {
            None => "match.new",
            Some(known) => {
                let is_other = (known.score - told.score).abs() > SAME_SCORE
                    || told.ids.iter().any(|id| changed_records.contains(id));
                if !is_other {
                    continue;
                }
                "match.changed"
            }
        };
        news.push(MatchNews { kind, told: told.clone(), is_suppressed: *is_suppressed });
    }
    for known in before {
        if !after.iter().any(|(told, _)| is_same(known, told)) {
            news.push(MatchNews { kind: "match.gone", told: known.clone(), is_suppressed: false });
        }
    }
    news
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(ids: &[&str], score: f64) -> ToldMatch {
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        ToldMatch { ids, score, case: "c".to_owned() }
    }

    #[test]
    fn matches_are_new_changed_or_gone_under_any_of_their_ids() {
        let kinds = |before: &[ToldMatch], after: &[ToldMatch], changed: &[&str]| {
            let after: Vec<_> = after.iter().map(|one| (one.clone(), false)).collect();
            let changed = changed.iter().map(|id| (*id).to_owned()).collect();
            let news = compare(before, &after, &changed);
            news.into_iter().map(|one| (one.kind, one.told.ids[0].clone())).collect::<Vec<_>>()
        };
        let (a, b) = (told(&["a"], 0.9), told(&["b", "b-old"], 0.8));
        let is = |kind, id: &str| (kind, id.to_owned());
        let one = vec![a.clone()];
        assert_eq!(kinds(&[], &one, &[]), [is("match.new", "a")]);
        assert_eq!(kinds(&one, &[], &[]), [is("match.gone", "a")]);
        assert_eq!(kinds(&[a.clone(), b.clone()], &[b.clone(), a], &[]), []);
        assert_eq!(kinds(&one, &[told(&["a"], 0.91)], &[]), [is("match.changed", "a")]);
        assert_eq!(kinds(&one, &one, &["a"]), [is("match.changed", "a")]);
        assert_eq!(kinds(&one, &one, &["b"]), []);
        // Merged into an entity with another id.
        assert_eq!(kinds(&[told(&["b-old"], 0.8)], &[b], &[]), []);
    }
}
