//! Hashes of the log's tree: those of large complete subtrees are stored, the others are computed from events.

use interdict_audit::{Hash, NodeId, Nodes, leaf_hash, node_hash};

use crate::database::{Sql, Value};
use crate::error::StoreError;

/// Every eighth level is stored: one hash for each 256 events, and at most 255 hashes to combine for a level that is
/// not.
const STORED_LEVELS: u8 = 8;

/// Whether the hash of a subtree is stored.
pub(super) fn is_stored(id: NodeId) -> bool {
    id.level > 0 && id.level.is_multiple_of(STORED_LEVELS)
}

/// Stores the hash of a complete subtree.
pub(super) fn write(sql: &mut dyn Sql, id: NodeId, hash: &Hash) -> Result<(), StoreError> {
    sql.execute(
        "INSERT INTO log_nodes (level, place, hash) VALUES (?1, ?2, ?3)",
        &[
            Value::Integer(i64::from(id.level)),
            Value::count(id.index),
            Value::Bytes(hash.as_bytes()),
        ],
    )?;
    Ok(())
}

/// The tree of a store.
pub(super) struct StoredTree<'a>(pub(super) &'a mut dyn Sql);

impl Nodes for StoredTree<'_> {
    type Error = StoreError;

    fn node(&mut self, id: NodeId) -> Result<Hash, StoreError> {
        // The nearest stored level below, or the events themselves.
        let base = id.level / STORED_LEVELS * STORED_LEVELS;
        let depth = id.level - base;
        let (first, count) = (id.index << depth, 1_u64 << depth);
        let mut hashes = self.row_of_nodes(base, first, count)?;
        for _ in 0..depth {
            hashes = hashes
                .chunks(2)
                .map(|pair| match pair {
                    [left, right] => Ok(node_hash(left, right)),
                    _ => Err(missing()),
                })
                .collect::<Result<_, _>>()?;
        }
        hashes.into_iter().next().ok_or_else(missing)
    }
}

impl StoredTree<'_> {
    /// Consecutive hashes of a stored level, or of events.
    fn row_of_nodes(&mut self, level: u8, first: u64, count: u64) -> Result<Vec<Hash>, StoreError> {
        let (from, to) = (Value::count(first), Value::count(first.saturating_add(count)));
        let hashes: Vec<Hash> = if level == 0 {
            let rows = self.0.query(
                "SELECT bytes FROM events WHERE seq >= ?1 AND seq < ?2 ORDER BY seq",
                &[from, to],
            )?;
            rows.iter()
                .map(|row| Ok(leaf_hash(&row.bytes(0)?)))
                .collect::<Result<_, StoreError>>()?
        } else {
            let rows = self.0.query(
                "SELECT hash FROM log_nodes WHERE level = ?1 AND place >= ?2 AND place < ?3 ORDER BY place",
                &[Value::Integer(i64::from(level)), from, to],
            )?;
            rows.iter()
                .map(|row| {
                    let bytes = row.bytes(0)?.try_into().map_err(|_| missing())?;
                    Ok(Hash::from_bytes(bytes))
                })
                .collect::<Result<_, StoreError>>()?
        };
        match u64::try_from(hashes.len()) == Ok(count) {
            true => Ok(hashes),
            false => Err(missing()),
        }
    }
}

fn missing() -> StoreError {
    StoreError::Damaged("events or hashes of the log are missing".to_owned())
}
