//! stub
use super::draft::ListContext;
use crate::{Budget, ListFile, ReadError, Sink};
pub(crate) fn read_advanced_xml(
    _: &ListFile,
    _: ListContext,
    _: &Budget,
    _: &mut dyn Sink,
) -> Result<(String, u64, u64), ReadError> {
    Err(ReadError::UnknownDataset("advanced".to_owned()))
}
