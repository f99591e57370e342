//! The dataset that is compiled into the program.

use std::io::Cursor;

use interdict_index::{About, DataDir, Manifest, Segment, SegmentRef, SourceFile, WriteLock};
use interdict_lists::{BUILTIN_DATASET, builtin_texts, read_builtin};
use interdict_model::DatasetName;

use crate::build_segment::build;
use crate::error::EngineError;

/// Whether a dataset's name is that of the built-in one, under which nothing else can be imported.
pub(crate) fn is_reserved(dataset: &DatasetName) -> bool {
    dataset.as_str() == BUILTIN_DATASET
}

/// Whether a segment holds the built-in dataset, of whatever version.
pub(crate) fn is_builtin(segment: &Segment) -> bool {
    segment.about().dataset.as_str() == BUILTIN_DATASET
}

/// Whether a segment holds the built-in dataset as this program has it.
pub(crate) fn is_present_builtin(segment: &Segment) -> bool {
    is_builtin(segment) && segment.about().sources == [source()]
}

/// The built-in dataset as a segment in memory.
pub(crate) fn builtin_in_memory() -> Result<Segment, EngineError> {
    let out = Cursor::new(Vec::new());
    let (out, _) = build(out, about(), |sink| Ok(read_builtin(sink)), |_| Ok(Vec::new()))?;
    Ok(Segment::from_bytes(out.into_inner())?)
}

/// The built-in dataset as a kept segment, if the generation in use lacks its present version. It is stored with every
/// generation, so that a past state gives the same answers even if later programs contain another version. A built-in
/// dataset that was taken out of use is not stored again.
pub(crate) fn builtin_to_store(
    dir: &DataDir,
    lock: &WriteLock,
) -> Result<Option<SegmentRef>, EngineError> {
    let sources = [source()];
    let is_present =
        |kept: &SegmentRef| kept.dataset.as_str() == BUILTIN_DATASET && kept.sources == sources;
    let is_settled = |manifest: Manifest| {
        let is_removed = manifest.removed.iter().any(|name| name.as_str() == BUILTIN_DATASET);
        is_removed || manifest.segments.iter().any(is_present)
    };
    if dir.current_manifest()?.is_some_and(is_settled) {
        return Ok(None);
    }
    build_to_store(lock).map(Some)
}

/// The built-in dataset as a kept segment.
pub(crate) fn build_to_store(lock: &WriteLock) -> Result<SegmentRef, EngineError> {
    let (out, _) =
        build(lock.temporary()?, about(), |sink| Ok(read_builtin(sink)), |_| Ok(Vec::new()))?;
    Ok(lock.keep(out)?)
}

fn about() -> About {
    let name: DatasetName = BUILTIN_DATASET.parse().expect("the constant is a valid name");
    About { sources: vec![source()], ..About::new(name) }
}

/// The compiled-in text as a source, to recognise segments that were built from this text.
fn source() -> SourceFile {
    SourceFile::of_texts("(built in)", builtin_texts())
}
