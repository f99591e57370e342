//! Rows that a statement returns.

use jiff::Timestamp;

use super::Value;
use crate::error::StoreError;

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Null,
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A row, read column by column.
#[derive(Debug, Clone, PartialEq)]
pub struct Row(pub(crate) Vec<Cell>);

impl Row {
    /// The integer in a column.
    ///
    /// # Errors
    /// When the column has another type: the store was changed by another program.
    pub fn integer(&self, column: usize) -> Result<i64, StoreError> {
        match self.0.get(column) {
            Some(Cell::Integer(number)) => Ok(*number),
            _ => Err(wrong(column, "a number")),
        }
    }

    /// The non-negative integer in a column.
    ///
    /// # Errors
    /// As [`Row::integer`].
    pub fn count(&self, column: usize) -> Result<u64, StoreError> {
        self.integer(column)?.try_into().map_err(|_| wrong(column, "a count"))
    }

    /// The text in a column.
    ///
    /// # Errors
    /// As [`Row::integer`].
    pub fn text(&self, column: usize) -> Result<String, StoreError> {
        match self.0.get(column) {
            Some(Cell::Text(text)) => Ok(text.clone()),
            _ => Err(wrong(column, "a text")),
        }
    }

    /// The bytes in a column.
    ///
    /// # Errors
    /// As [`Row::integer`].
    pub fn bytes(&self, column: usize) -> Result<Vec<u8>, StoreError> {
        match self.0.get(column) {
            Some(Cell::Bytes(bytes)) => Ok(bytes.clone()),
            _ => Err(wrong(column, "bytes")),
        }
    }

    /// The moment in a column.
    ///
    /// # Errors
    /// As [`Row::integer`].
    pub fn moment(&self, column: usize) -> Result<Timestamp, StoreError> {
        Timestamp::from_microsecond(self.integer(column)?).map_err(|_| wrong(column, "a moment"))
    }

    /// All values, as parameters of a statement.
    pub(crate) fn values(&self) -> Vec<Value<'_>> {
        let value = |cell| match cell {
            &Cell::Null => Value::Null,
            Cell::Integer(number) => Value::Integer(*number),
            Cell::Text(text) => Value::Text(text),
            Cell::Bytes(bytes) => Value::Bytes(bytes),
        };
        self.0.iter().map(value).collect()
    }

    /// The value of a nullable column, read by another method.
    ///
    /// # Errors
    /// As the other method.
    pub fn optional<T>(
        &self,
        column: usize,
        read: impl FnOnce(&Self, usize) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        match self.0.get(column) {
            Some(Cell::Null) => Ok(None),
            _ => read(self, column).map(Some),
        }
    }
}

fn wrong(column: usize, wanted: &str) -> StoreError {
    StoreError::Damaged(format!("column {column} of a row does not hold {wanted}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_another_type_is_an_error_and_an_empty_one_is_none() {
        let row = Row(vec![Cell::Integer(-1), Cell::Text("a".to_owned()), Cell::Null]);
        assert_eq!(row.integer(0).unwrap(), -1);
        assert_eq!(row.text(1).unwrap(), "a");
        assert!(row.count(0).is_err());
        assert!(row.integer(1).is_err());
        assert!(row.text(0).is_err());
        assert!(row.text(3).is_err());
        assert_eq!(row.optional(2, Row::text).unwrap(), None);
        assert_eq!(row.optional(1, Row::text).unwrap(), Some("a".to_owned()));
        assert!(row.optional(0, Row::text).is_err());
    }
}
