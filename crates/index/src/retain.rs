//! Deleting what is no longer needed.

use std::fs;

use crate::error::IndexError;
use crate::store::{Manifest, WriteLock};

impl WriteLock {
    /// Deletes all but the newest `keep` generations, the segments that none of the rest uses, and
    /// what an interrupted import left behind. Processes that have them open are not disturbed.
    pub fn retain(&self, keep: usize) -> Result<(), IndexError> {
        // A damaged manifest keeps no segment, and must not keep imports from working.
        let numbers = self.dir.numbers()?;
        let manifests: Vec<Manifest> =
            numbers.into_iter().filter_map(|number| self.dir.manifest(number).ok()).collect();
        let cut = manifests.len().saturating_sub(keep.max(1));
        let (old, kept) = manifests.split_at(cut);
        for manifest in old {
            let path = self.dir.manifest_path(manifest.number);
            fs::remove_file(&path).map_err(IndexError::io("delete", &path))?;
        }
        let used: Vec<&str> =
            kept.iter().flat_map(|m| m.segments.iter().map(|s| s.file.as_str())).collect();
        let folder = self.dir.path.join("segments");
        let entries = fs::read_dir(&folder).map_err(IndexError::io("list", &folder))?;
        for entry in entries.flatten() {
            let name = entry.file_name();
            if name.to_str().is_none_or(|name| !used.contains(&name)) {
                fs::remove_file(entry.path()).map_err(IndexError::io("delete", &entry.path()))?;
            }
        }
        self.remove_leftovers("generations")?;
        self.remove_leftovers("")
    }

    /// Deletes what an interrupted write left in a folder. Nobody else writes there now.
    fn remove_leftovers(&self, folder: &str) -> Result<(), IndexError> {
        let folder = self.dir.path.join(folder);
        let entries = fs::read_dir(&folder).map_err(IndexError::io("list", &folder))?;
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().starts_with(".new-") {
                fs::remove_file(entry.path()).map_err(IndexError::io("delete", &entry.path()))?;
            }
        }
        Ok(())
    }
}
