//! Counts the entities and problems that pass to a sink.

use std::collections::HashSet;

use interdict_model::{Entity, Problem, Schema};

use crate::{Counts, Sink};

/// A sink that counts and passes everything on.
pub(crate) struct CountingSink<'a> {
    sink: &'a mut dyn Sink,
    counts: Counts,
    wallets: HashSet<(String, String)>,
}

impl<'a> CountingSink<'a> {
    pub(crate) fn new(sink: &'a mut dyn Sink) -> Self {
        Self { sink, counts: Counts::default(), wallets: HashSet::new() }
    }

    /// The counts, with the records that the reader counted itself.
    pub(crate) fn finish(self, records: u64, unreadable: u64) -> Counts {
        Counts { records, unreadable, wallets: self.wallets.len() as u64, ..self.counts }
    }
}

impl Sink for CountingSink<'_> {
    fn entity(&mut self, entity: Entity) {
        self.counts.entities += 1;
        if entity.target == Some(true) {
            self.counts.targets += 1;
            self.counts.names += entity.names().count() as u64;
        }
        if entity.schema == Schema::CRYPTO_WALLET
            && let Some(address) = entity.first("publicKey")
        {
            let tag = entity.first("currencySymbol").or_else(|| entity.first("currency"));
            self.wallets.insert((tag.unwrap_or_default().to_owned(), address.to_owned()));
        }
        self.sink.entity(entity);
    }

    fn problem(&mut self, problem: Problem) {
        self.counts.problems += 1;
        self.sink.problem(problem);
    }
}
