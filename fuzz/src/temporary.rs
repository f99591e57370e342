//! A file or folder for readers that take a path. `TMPDIR=/dev/shm` keeps them off the disk.

use std::path::PathBuf;
use std::sync::LazyLock;

static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("interdict-fuzz-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
    folder
});

/// Writes `bytes` to a file of that name and returns its path; the next call replaces the file.
pub(crate) fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = FOLDER.join(name);
    // A new file rather than a truncated one: the previous content may still be memory-mapped.
    let _ = std::fs::remove_file(&path);
    std::fs::write(&path, bytes).expect("the temporary folder can be written");
    path
}

/// An empty folder, removed when dropped.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(&*FOLDER).expect("the temporary folder can be written")
}
