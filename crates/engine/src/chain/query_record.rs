//! How values of queries are written into answers.

use std::path::PathBuf;

use interdict_chain::time::{Time, format_time};
use serde::Serializer;

/// The names of files, without their folders: an answer of the server must not show where its files are. A name that is
/// not UTF-8 has replacement characters in it, which is no reason to fail.
pub(super) fn serialize_paths<S: Serializer>(
    paths: &[PathBuf],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer
        .collect_seq(paths.iter().filter_map(|path| path.file_name()).map(|n| n.to_string_lossy()))
}

/// A moment in RFC 3339, or null.
pub(super) fn serialize_time<S: Serializer>(
    time: &Option<Time>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.serialize_some(&format_time(*time)),
        None => serializer.serialize_none(),
    }
}
