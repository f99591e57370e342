//! Label packs as CSV.

use super::{Category, Label, LabelError};
use crate::time::parse_time;

/// Reads labels from a CSV with a header. `address` is needed; `entity` (or `label`), `category` (or
/// `role`), `valid_from`, `valid_to` and `authority` are read when there.
///
/// # Errors
/// When the address column is missing, a row is broken or a date cannot be read.
pub fn read_label_csv(bytes: &[u8], pack: &str) -> Result<Vec<Label>, LabelError> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(false).trim(csv::Trim::All).from_reader(bytes);
    let malformed =
        |line: usize, reason: String| LabelError::Malformed { pack: pack.to_owned(), line, reason };
    let headers = reader.headers().map_err(|why| malformed(1, why.to_string()))?.clone();
    let column = |names: &[&str]| {
        headers.iter().position(|h| names.contains(&h.to_ascii_lowercase().as_str()))
    };
    let address =
        column(&["address"]).ok_or_else(|| malformed(1, "no column `address`".to_owned()))?;
    let (entity, category) = (column(&["entity", "label"]), column(&["category", "role"]));
    let (from, to, authority) =
        (column(&["valid_from"]), column(&["valid_to"]), column(&["authority"]));
    let mut labels = Vec::new();
    for (at, record) in reader.records().enumerate() {
        let line = at + 2;
        let record = record.map_err(|why| malformed(line, why.to_string()))?;
        let field = |column: Option<usize>| {
            column.and_then(|c| record.get(c)).filter(|text| !text.is_empty())
        };
        let moment = |column| match field(column) {
            Some(text) => {
                parse_time(text).map(Some).map_err(|why| malformed(line, why.to_string()))
            }
            None => Ok(None),
        };
        let address = field(Some(address))
            .ok_or_else(|| malformed(line, "the address is empty".to_owned()))?;
        let category = field(category).unwrap_or("other");
        labels.push(Label {
            address: address.to_owned(),
            entity: field(entity).unwrap_or(category).to_owned(),
            category: Category::parse(category),
            valid_from: moment(from)?,
            valid_to: moment(to)?,
            authority: field(authority).map(str::to_owned),
            source: pack.to_owned(),
        });
    }
    Ok(labels)
}
