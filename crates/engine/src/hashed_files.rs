//! Reading files whose checksums are recorded.

use std::path::PathBuf;

use interdict_index::SourceFile;

use crate::error::EngineError;

/// Reads files together with their sizes and checksums. Readers open a file more than once, so the
/// checksums are taken before and after reading. If a file is replaced in between, the checksum
/// need not belong to the content that was read, and the result is discarded.
///
/// # Errors
/// When a file cannot be read or has changed meanwhile; `read`'s own error otherwise.
pub(crate) fn read_hashed<T>(
    paths: &[PathBuf],
    read: impl FnOnce(Vec<SourceFile>) -> Result<T, EngineError>,
) -> Result<T, EngineError> {
    let before = paths.iter().map(|path| SourceFile::read(path)).collect::<Result<Vec<_>, _>>()?;
    let result = read(before.clone())?;
    for (path, before) in paths.iter().zip(before) {
        if SourceFile::read(path)? != before {
            return Err(EngineError::SourceChanged { path: path.clone() });
        }
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_that_changes_while_it_is_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["a.xml", "b.xml"].map(|name| folder.path().join(name));
        for path in &paths {
            fs::write(path, "first").unwrap();
        }
        let error = read_hashed(&paths, |_| {
            // The replacement has the same size, so that only the checksum can detect it.
            fs::write(&paths[1], "other").unwrap();
            Ok(())
        });
        let error = error.unwrap_err();
        assert!(matches!(&error, EngineError::SourceChanged { path } if *path == paths[1]));
        assert!(error.hint().is_some_and(|hint| hint.contains("again")));
    }

    #[test]
    fn files_that_stay_are_read_with_their_checksums() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xml");
        fs::write(&path, "abc").unwrap();
        let sources = read_hashed(&[path], Ok).unwrap();
        assert_eq!((sources[0].name.as_str(), sources[0].bytes), ("a.xml", 3));
        assert_eq!(sources[0].sha256.short(), "ba7816bf8f01cfea");
    }

    #[test]
    fn the_readers_own_error_comes_first() {
        let error = read_hashed(&[], |_| -> Result<(), _> {
            Err(EngineError::NoMatch("nobody".to_owned()))
        });
        assert!(matches!(error, Err(EngineError::NoMatch(_))));
    }
}
