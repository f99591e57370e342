//! A fingerprint of code and tables, shared by the build scripts of this crate and of names.

use std::path::{Path, PathBuf};

/// A hash over all files of some folders: it changes whenever their code may give another answer.
pub(crate) fn of(folders: &[PathBuf]) -> String {
    let mut files = Vec::new();
    for folder in folders {
        println!("cargo::rerun-if-changed={}", folder.display());
        list_files(folder, &mut files);
    }
    files.sort();
    let hash = files.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, path| {
        let text = std::fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
        // FNV-1a. Line ends differ between checkouts.
        let bytes = text.bytes().filter(|byte| *byte != b'\r');
        bytes.fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
    });
    format!("{hash:016x}")
}

fn list_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("cannot list {}: {error}", folder.display()));
    for path in entries.map(|entry| entry.expect("an entry of a folder").path()) {
        if path.is_dir() {
            list_files(&path, files);
        } else {
            files.push(path);
        }
    }
}
