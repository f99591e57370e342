//! Verification of the whole log against its events, its signed head and checkpoints that were kept elsewhere.

use std::collections::BTreeMap;
use std::fmt;

use interdict_audit::{Frontier, Hash, VerifyingKey, leaf_hash};
use schemars::JsonSchema;
use serde::Serialize;

use super::erasures::Erasures;
use super::head::{Head, open_checkpoint};
use super::nodes::is_stored;
use super::state::State;
use crate::database::{Row, Sql, Value};
use crate::error::StoreError;
use crate::event::{Event, commitment, subject_commitment};
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
    /// Number of events with personal data that an earlier version recorded: whose data it is, and until when it is kept,
    /// cannot be checked.
    pub uncovered: u64,
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

    pub(super) fn add(&mut self, fault: LogFault) {
        let is_of_one = matches!(
            fault,
            LogFault::Event { .. }
                | LogFault::Sealed { .. }
                | LogFault::Gone { .. }
                | LogFault::Row { .. }
        );
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
    /// The personal data of an event is gone, and no recorded erasure can have reached it.
    Gone {
        /// The number of the event.
        seq: u64,
    },
    /// The number of events of a tenant whose personal data is gone is not the number that its erasures recorded.
    Erasures {
        /// The tenant.
        tenant: String,
        /// Number of events whose personal data is gone.
        gone: u64,
        /// Number that erasures recorded.
        recorded: u64,
    },
    /// A row of a table is not the one that the events led to.
    Row {
        /// The table.
        table: String,
        /// The row.
        id: String,
        /// What is wrong with it.
        what: String,
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
            Self::Gone { seq } => {
                write!(
                    formatter,
                    "the personal data of event {seq} is gone, and no erasure explains it"
                )
            }
            Self::Erasures { tenant, gone, recorded } => write!(
                formatter,
                "the personal data of {gone} events of the tenant {tenant} is gone, and erasures recorded {recorded}"
            ),
            Self::Row { table, id, what } => write!(formatter, "{table}, row {id}: {what}"),
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
        erasures: Erasures::default(),
        state: State::default(),
    };
    walk.all_events(sql)?;
    let Walk { frontier, checkpoints, mut report, erasures, state, .. } = walk;
    // Without all events, what they led to is unknown.
    if frontier.size() == head.size() {
        erasures.check(&mut report);
        state.check(sql, vault, &mut report)?;
    }
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
    erasures: Erasures,
    state: State,
}

impl Walk<'_> {
    fn all_events(&mut self, sql: &mut dyn Sql) -> Result<(), StoreError> {
        self.compare_checkpoint();
        let mut from = 0;
        loop {
            let rows = sql.query(
                "SELECT e.seq, e.tenant, e.at, e.kind, e.bytes, s.salt, s.data, s.key_id, s.tenant, s.subject, \
                 s.keep_until FROM events e \
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
        self.state.follow(event);
        self.erasures.follow(event);
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
                self.report.uncovered += u64::from(event.subject.is_none());
                let is_same =
                    commitment(&salt, &data) == *expected && self.is_filed(event, row, &salt)?;
                if !is_same {
                    self.report.add(LogFault::Sealed { seq });
                }
            }
            (Some(_), None) => {
                self.report.erased += 1;
                self.erasures.add_gone(event);
            }
            (None, Some(_)) => self.report.add(LogFault::Sealed { seq }),
            (None, None) => {}
        }
        Ok(())
    }

    /// Whether personal data belongs to the tenant, the subject and the end of retention that were recorded.
    fn is_filed(&self, event: &Event, row: &Row, salt: &[u8]) -> Result<bool, StoreError> {
        let tenant = event.tenant.as_str();
        let (key, subject) = (row.optional(7, Row::text)?, row.optional(9, Row::text)?);
        let end = row.integer(10)?;
        // What is encrypted is so with the key of its subject, also in events of earlier versions.
        let nobody = || self.vault.tag_of_nobody(tenant);
        Ok(row.text(8)? == tenant
            && key.is_none_or(|key| key == subject.clone().unwrap_or_else(nobody))
            && event
                .subject
                .as_ref()
                .is_none_or(|recorded| *recorded == subject_commitment(salt, subject.as_deref()))
            && event.keep_until.is_none_or(|recorded| recorded.as_microsecond() == end))
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
