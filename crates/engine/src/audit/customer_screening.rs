//! Prepares the matches of a customer for cases and the allow-list, with the facts that a decision rests on.

use std::collections::BTreeSet;

use interdict_model::{EntityId, EvidenceCode};
use interdict_screen::Candidate;
use interdict_store::{CustomerHit, CustomerScreening, Fingerprint, LiveEntry};

use super::fingerprints::{add_record, add_related, of_customer};
use super::screening_event::{ScreeningRecord, matcher};
use crate::error::EngineError;
use crate::lists::Lists;
use crate::session::Session;

impl Session {
    /// The matches of a customer in the form that cases need; `None` if the record names no customer.
    ///
    /// # Errors
    /// When the lists cannot be read.
    pub fn customer_screening(
        &self,
        lists: &Lists,
        record: ScreeningRecord<'_>,
        delisted: Vec<String>,
    ) -> Result<Option<CustomerScreening>, EngineError> {
        let Some(reference) = record.subject else { return Ok(None) };
        let candidates = record.answer.answer.iter().flat_map(|answer| &answer.outcome.candidates);
        let matches = candidates.filter(|candidate| candidate.is_match);
        let hits = matches.map(|candidate| hit(lists, candidate));
        Ok(Some(CustomerScreening {
            reference: reference.to_owned(),
            data: of_customer(record.party),
            matcher: matcher().to_owned(),
            hits: hits.collect::<Result<_, EngineError>>()?,
            delisted,
            keep_until: self.keep_until(record.keep_days),
        }))
    }

    /// Entries of the allow-list whose entity is no longer on any list. Empty while a list is missing, because its
    /// entities would look as if they had been delisted.
    ///
    /// # Errors
    /// When the lists cannot be read.
    pub fn delisted_entries(
        &self,
        lists: &Lists,
        entries: &[LiveEntry],
    ) -> Result<Vec<String>, EngineError> {
        let mut delisted = Vec::new();
        if !lists.missing().is_empty() {
            return Ok(delisted);
        }
        for entry in entries {
            let mut is_listed = false;
            for id in entry.entities.iter().filter_map(|id| id.parse::<EntityId>().ok()) {
                // An entity that a list only mentions is not listed.
                let records = lists.records(&id)?;
                is_listed |= records.iter().any(|record| record.target != Some(false));
            }
            if !is_listed {
                delisted.push(entry.id.clone());
            }
        }
        Ok(delisted)
    }
}

/// A match with the records of all lists about the entity, because the facts of a decision must not depend on which
/// lists the caller searched.
fn hit(lists: &Lists, candidate: &Candidate) -> Result<CustomerHit, EngineError> {
    let entity = &candidate.entity;
    let mut ids = vec![entity.id.clone()];
    let mut record = Fingerprint::default();
    add_record(&mut record, entity);
    let mut met: BTreeSet<EntityId> = BTreeSet::new();
    ids.extend(entity.referents.iter().cloned());
    let mut at = 0;
    while let Some(id) = ids.get(at).cloned() {
        at += 1;
        if !met.insert(id.clone()) {
            continue;
        }
        for known in lists.records(&id)? {
            add_record(&mut record, &known);
            ids.push(known.id.clone());
            ids.extend(known.referents.iter().cloned());
            add_addresses(lists, &mut record, known.values("addressEntity"))?;
        }
        for related in lists.pointing_to(&id)? {
            add_related(&mut record, &related);
        }
    }
    let mut known = BTreeSet::new();
    ids.retain(|id| known.insert(id.clone()));
    Ok(CustomerHit {
        ids: ids.iter().map(ToString::to_string).collect(),
        caption: entity.caption().to_owned(),
        score: candidate.score.value(),
        is_exact: is_exact(candidate),
        record,
    })
}

fn add_addresses(
    lists: &Lists,
    record: &mut Fingerprint,
    addresses: &[String],
) -> Result<(), EngineError> {
    for id in addresses.iter().filter_map(|id| id.parse::<EntityId>().ok()) {
        for address in lists.records(&id)? {
            add_related(record, &address);
        }
    }
    Ok(())
}

/// Whether a match rests on a number or a wallet that is the same on both sides. Numbers without check digits count:
/// most passports have none.
fn is_exact(candidate: &Candidate) -> bool {
    let exact =
        [EvidenceCode::IdentifierStrong, EvidenceCode::IdentifierWeak, EvidenceCode::WalletListed];
    candidate.evidence.iter().any(|evidence| exact.contains(&evidence.code))
}
