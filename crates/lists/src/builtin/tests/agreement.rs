//! Agreement with the official lists, when they are at hand.

use std::path::PathBuf;

/// The folder of real lists, or a plain word that the test did nothing.
fn test_data() -> Option<PathBuf> {
    let found = std::env::var_os("INTERDICT_TEST_DATA").map(PathBuf::from);
    if found.is_none() {
        eprintln!("skipped: set INTERDICT_TEST_DATA to compare with the official lists");
    }
    found
}
