//! Checks between reading a new version of a list and putting it to use.

use crate::Counts;

/// The largest share of unreadable records: one in fifty. Official lists have almost none, so a
/// larger share means a damaged file or a changed format.
pub const UNREADABLE_SHARE: f64 = 0.02;

/// The largest share of its listed entities that a new version may lack: a fifth. Delistings come
/// by the dozen in lists of thousands, so a larger loss means an incomplete file.
pub const SHRINKING_SHARE: f64 = 0.2;

/// Why a version of a list is not put to use.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GuardError {
    /// Too many records could not be read.
    #[error("{unreadable} of {records} records cannot be read, more than {allowed:.1} %")]
    Unreadable {
        /// Records that could not be read.
        unreadable: u64,
        /// Records in the file.
        records: u64,
        /// The share allowed, in percent.
        allowed: f64,
    },
    /// The list has no listed entity.
    #[error("the list holds no entity")]
    Nothing,
    /// The list lost too many entities compared with the version in use.
    #[error("the list shrank from {before} to {after} entities, more than {allowed:.1} %")]
    Shrunk {
        /// Listed entities in the version in use.
        before: u64,
        /// Listed entities in the new version.
        after: u64,
        /// The share allowed, in percent.
        allowed: f64,
    },
}

/// Refuses a list if more than a share of its records could not be read, or if it has no listed
/// entity.
pub fn check_readable(counts: &Counts, share: f64) -> Result<(), GuardError> {
    if counts.unreadable as f64 > counts.records as f64 * share {
        let (unreadable, records) = (counts.unreadable, counts.records);
        return Err(GuardError::Unreadable { unreadable, records, allowed: share * 100.0 });
    }
    if counts.targets == 0 { Err(GuardError::Nothing) } else { Ok(()) }
}

/// Refuses a version that lost more than a share of the listed entities of the version in use.
pub fn check_shrinking(before: u64, after: u64, share: f64) -> Result<(), GuardError> {
    let lost = before.saturating_sub(after);
    if lost as f64 > before as f64 * share {
        return Err(GuardError::Shrunk { before, after, allowed: share * 100.0 });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_with_too_many_unreadable_records_is_refused() {
        let counts = |records, unreadable, targets| Counts {
            records,
            unreadable,
            targets,
            ..Counts::default()
        };
        assert!(check_readable(&counts(100, 2, 98), UNREADABLE_SHARE).is_ok());
        assert!(check_readable(&counts(100, 3, 97), UNREADABLE_SHARE).is_err());
        assert_eq!(check_readable(&counts(0, 0, 0), UNREADABLE_SHARE), Err(GuardError::Nothing));
    }

    #[test]
    fn a_list_that_lost_a_fifth_is_refused_and_one_that_grew_is_not() {
        assert!(check_shrinking(100, 80, SHRINKING_SHARE).is_ok());
        assert!(check_shrinking(100, 79, SHRINKING_SHARE).is_err());
        assert!(check_shrinking(100, 1_000, SHRINKING_SHARE).is_ok());
        assert!(check_shrinking(0, 0, SHRINKING_SHARE).is_ok());
    }
}
