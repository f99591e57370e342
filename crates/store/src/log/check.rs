//! Verification of the whole log against its events, its signed head and checkpoints that were kept elsewhere.

use std::collections::BTreeMap;
use std::fmt;

use interdict_audit::{Frontier, Hash, VerifyingKey, leaf_hash};
use schemars::JsonSchema;
use serde::Serialize;

use super::head::{Head, open_checkpoint};
use super::nodes::is_stored;
use crate::database::{Row, Sql, Value};
use crate::error::StoreError;
use crate::event::{Event, commitment};
use crate::vault::Vault;

/// Events that are read together.
const PAGE: u64 = 1_024;
/// Maximum number of faults of single events that are listed; a rewritten log has one with each event.
const MOST_FAULTS: usize = 100;

/// The result of a check of the log.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct LogReport {
    /// The number of events.
    pub events: u64,
    /// Number of events whose personal data is present.
    pub sealed: u64,
    /// Number of events whose personal data was erased.
    pub erased: u64,
    /// The sizes at which a checkpoint agrees with the events, in ascending order; the last one is how far
    /// the log is proven independently of the store, if that checkpoint was kept elsewhere.
    pub agreeing: Vec<u64>,
    /// The faults; at most a hundred of single events.
    pub faults: Vec<LogFault>,
}

impl LogReport {
    /// Whether there is no fault.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    fn add(&mut self, fault: LogFault) {
        let is_of_one = matches!(fault, LogFault::Event { .. } | LogFault::Sealed { .. });
        if !is_of_one || self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }
}

/// A fault of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "fault", rename_all = "kebab-case")]
pub enum LogFault {
    /// Events are missing.
    Missing {
        /// The number of the first one.
        seq: u64,
    },
    /// The bytes of an event are not those of an event at this position, or its columns contradict them.
    Event {
        /// The number of the event.
        seq: u64,
        /// What is wrong with it.
        what: String,
    },
    /// The events up to a size do not have the root that a checkpoint signed.
    Rewritten {
        /// The size of the checkpoint.
        size: u64,
    },
    /// A checkpoint is larger than the log: the end of the log was cut off.
    Cut {
        /// The size of the checkpoint.
        size: u64,
    },
    /// The head, a checkpoint or a stored hash is not authentic.
    Head {
        /// What is wrong with it.
        what: String,
    },
    /// The personal data of an event does not match its commitment.
    Sealed {
        /// The number of the event.
        seq: u64,
    },
}

impl fmt::Display for LogFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { seq } => write!(formatter, "event {seq} is missing"),
            Self::Event { seq, what } => write!(formatter, "event {seq}: {what}"),
            Self::Rewritten { size } => {
                write!(formatter, "the first {size} events are not those that were signed")
            }
            Self::Cut { size } => {
                write!(formatter, "a checkpoint was signed for {size} events; the log has fewer")
            }
            Self::Head { what } => formatter.write_str(what),
            Self::Sealed { seq } => {
                write!(formatter, "the personal data of event {seq} is not what was recorded")
            }
        }
    }
}

/// Checks all events. `notes` are checkpoints that were kept elsewhere.
pub(crate) fn check(
    sql: &mut dyn Sql,
    vault: &Vault,
    notes: &[String],
) -> Result<LogReport, StoreError> {
    let key = vault.keys().verifying();
    let mut report = LogReport::default();
    let head = Head::read(sql)?;
    if let Err(error) = head.check(key) {
        report.add(LogFault::Head { what: error.to_string() });
    }
    let mut checkpoints = open_checkpoints(notes, key, &mut report);
    if let Ok(signed) = open_checkpoint(head.note(), key) {
        let signed = signed.checkpoint();
        checkpoints.insert(signed.size(), *signed.root());
    }
    let mut walk = Walk {
        frontier: Frontier::empty(),
        checkpoints,
        report,
        log: key.name().to_string(),
        vault,
    };
    walk.all_events(sql)?;
    let Walk { frontier, checkpoints, mut report, .. } = walk;
    report.events = frontier.size();
    for (size, _) in checkpoints.range(frontier.size() + 1..) {
        report.add(LogFault::Cut { size: *size });
    }
    if (frontier.size(), frontier.root()) != (head.size(), head.frontier.root()) {
        let what = "the events are not those of the log's head".to_owned();
        report.add(LogFault::Head { what });
    }
    Ok(report)
}

fn open_checkpoints(
    notes: &[String],
    key: &VerifyingKey,
    report: &mut LogReport,
) -> BTreeMap<u64, Hash> {
    let mut checkpoints = BTreeMap::new();
    for note in notes {
        match open_checkpoint(note, key) {
            Ok(signed) => {
                let checkpoint = signed.checkpoint();
                let before = checkpoints.insert(checkpoint.size(), *checkpoint.root());
                // The key signed two histories (a split view): at least one of them is not that of this log.
                if before.is_some_and(|root| root != *checkpoint.root()) {
                    report.add(LogFault::Rewritten { size: checkpoint.size() });
                }
            }
            Err(error) => report.add(LogFault::Head { what: format!("a checkpoint: {error}") }),
        }
    }
    checkpoints
}

/// A walk over the events from the first one on.
struct Walk<'a> {
    vault: &'a Vault,
    frontier: Frontier,
    checkpoints: BTreeMap<u64, Hash>,
    report: LogReport,
    log: String,
}

impl Walk<'_> {
    fn all_events(&mut self, sql: &mut dyn Sql) -> Result<(), StoreError> {
        self.compare_checkpoint();
        let mut from = 0;
        loop {
            let rows = sql.query(
                "SELECT e.seq, e.tenant, e.at, e.kind, e.bytes, s.salt, s.data, s.key_id FROM events e \
                 LEFT JOIN sealed s ON s.seq = e.seq WHERE e.seq >= ?1 ORDER BY e.seq LIMIT ?2",
                &[Value::count(from), Value::count(PAGE)],
            )?;
            for row in &rows {
                let seq = row.count(0)?;
                if seq != self.frontier.size() {
                    // Every event after a gap has another position than the one that was signed.
                    self.report.add(LogFault::Missing { seq: self.frontier.size() });
                    return Ok(());
                }
                self.event(seq, row, sql)?;
                from = seq + 1;
            }
            if rows.is_empty() {
                return Ok(());
            }
        }
    }

    fn event(&mut self, seq: u64, row: &Row, sql: &mut dyn Sql) -> Result<(), StoreError> {
        let bytes = row.bytes(4)?;
        let mut completed = Vec::new();
        self.frontier.append(leaf_hash(&bytes), |id, hash| {
            if is_stored(id) {
                completed.push((id, hash));
            }
        });
        for (id, hash) in completed {
            let row = sql.query_one(
                "SELECT hash FROM log_nodes WHERE level = ?1 AND place = ?2",
                &[Value::Integer(i64::from(id.level)), Value::count(id.index)],
            )?;
            let found = row.map(|row| row.bytes(0)).transpose()?;
            if found.as_deref() != Some(hash.as_bytes().as_slice()) {
                let what = "a stored hash of the log's tree is wrong or missing".to_owned();
                self.report.add(LogFault::Head { what });
            }
        }
        self.compare_checkpoint();
        match Event::from_bytes(&bytes) {
            Ok(event) => self.content(seq, &event, row, sql),
            Err(error) => {
                self.report.add(LogFault::Event { seq, what: error.to_string() });
                Ok(())
            }
        }
    }

    /// Compares an event with its columns and with its personal data.
    fn content(
        &mut self,
        seq: u64,
        event: &Event,
        row: &Row,
        sql: &mut dyn Sql,
    ) -> Result<(), StoreError> {
        let is_same = event.seq == seq
            && event.log == self.log
            && event.tenant.as_str() == row.text(1)?
            && event.at.as_microsecond() == row.integer(2)?
            && event.kind == row.text(3)?;
        if !is_same {
            let what = "its columns differ from its bytes".to_owned();
            self.report.add(LogFault::Event { seq, what });
        }
        let salt = row.optional(5, Row::bytes)?;
        let tag = row.optional(7, Row::text)?;
        let data = match row.optional(6, Row::bytes)? {
            Some(data) => {
                let tenant = event.tenant.as_str();
                match self.vault.open_sealed(sql, tenant, seq, tag.as_deref(), data) {
                    Ok(Some(data)) => Some(data),
                    // Changed, moved to another row, or without the subject's key: the record cannot be verified.
                    Ok(None) | Err(StoreError::Damaged(_)) => {
                        self.report.add(LogFault::Sealed { seq });
                        return Ok(());
                    }
                    Err(error) => return Err(error),
                }
            }
            None => None,
        };
        match (&event.commitment, salt.zip(data)) {
            (Some(expected), Some((salt, data))) => {
                self.report.sealed += 1;
                if commitment(&salt, &data) != *expected {
                    self.report.add(LogFault::Sealed { seq });
                }
            }
            (Some(_), None) => self.report.erased += 1,
            (None, Some(_)) => self.report.add(LogFault::Sealed { seq }),
            (None, None) => {}
        }
        Ok(())
    }

    fn compare_checkpoint(&mut self) {
        let size = self.frontier.size();
        match self.checkpoints.get(&size) {
            Some(root) if *root == self.frontier.root() => self.report.agreeing.push(size),
            Some(_) => self.report.add(LogFault::Rewritten { size }),
            None => {}
        }
    }
}
