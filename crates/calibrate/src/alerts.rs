//! False alerts: matches of customers who are on no list.

use interdict_index::{CandidateSearcher, Generation, IndexError};
use interdict_model::Score;
use interdict_screen::{Customer, Policy, is_name_property, screen};
use rayon::prelude::*;

use crate::counts::{Counts, add, count};

/// Counts on a clean population.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AlertCount {
    /// Rows screened.
    pub rows: u64,
    /// Rows that could not be screened.
    pub failed: u64,
    /// Rows with a match by name alone. For thresholds below the lowest measured one, the count is
    /// that of the lowest.
    pub by_name: Counts,
    /// Rows with a match by all attributes.
    pub with_facts: Counts,
}

impl AlertCount {
    /// Adds the counts of other rows.
    pub fn append(&mut self, other: &AlertCount) {
        self.rows += other.rows;
        self.failed += other.failed;
        add(&mut self.by_name, &other.by_name);
        add(&mut self.with_facts, &other.with_facts);
    }
}

/// Screens customers once, at the lowest threshold; the best score of each determines at which thresholds it
/// is an alert. Below [`INDEXED_FROM`](crate::INDEXED_FROM) that compares every name.
pub fn count_alerts(
    generation: &Generation,
    customers: &[Customer],
    policy: &Policy,
    lowest: f64,
) -> Result<AlertCount, IndexError> {
    let policy = &Policy { threshold: Score::clamped(lowest), limit: 1, ..policy.clone() };
    customers
        .par_iter()
        .with_max_len(32)
        .map_init(CandidateSearcher::default, |searcher, customer| {
            count_customer(generation, customer, policy, searcher)
        })
        .try_reduce(AlertCount::default, |mut all, one| {
            all.append(&one);
            Ok(all)
        })
}

fn count_customer(
    generation: &Generation,
    customer: &Customer,
    policy: &Policy,
    searcher: &mut CandidateSearcher,
) -> Result<AlertCount, IndexError> {
    let mut counted = AlertCount { rows: 1, ..AlertCount::default() };
    let Ok(query) = customer.query() else {
        return Ok(AlertCount { failed: 1, ..counted });
    };
    let mut best = |query| -> Result<f64, IndexError> {
        let outcome = screen(generation, query, policy, searcher)?;
        let first = outcome.candidates.first().filter(|candidate| candidate.is_match);
        Ok(first.map_or(0.0, |candidate| candidate.score.value()))
    };
    let score = best(&query)?;
    count(&mut counted.with_facts, score);
    let is_name = |(property, _): &&(String, String)| is_name_property(property);
    let values: Vec<_> = customer.values.iter().filter(is_name).cloned().collect();
    let by_name = if values.len() == customer.values.len() {
        score
    } else {
        match (Customer { schema: customer.schema.clone(), values }).query() {
            Ok(query) => best(&query)?,
            Err(_) => 0.0,
        }
    };
    count(&mut counted.by_name, by_name);
    Ok(counted)
}
