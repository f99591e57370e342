//! The map from columns to their meanings.

use std::collections::BTreeMap;

use interdict_model::Schema;
use serde::Deserialize;

use super::column_target::{ColumnTarget, fold};

/// The purpose of a list of one's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListKind {
    /// Its parties are to be found (a watch list).
    #[default]
    Watch,
    /// Its parties are known to be harmless (an allow list).
    Allow,
}

/// How to read a list of one's own: what the columns mean, and what holds for every record.
///
/// Without any setting, columns with the usual names are recognised, and several values in one
/// field are separated by semicolons, bars or line breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnMap {
    /// The purpose of the list.
    pub kind: ListKind,
    /// The schema of records that do not state one.
    pub schema: Schema,
    /// The authority of records that do not state one.
    pub authority: String,
    /// The character that separates the fields of a line; detected if not given.
    pub delimiter: Option<char>,
    /// The character that separates several values in one field. With the usual one, bars and line breaks
    /// separate them too.
    pub separator: char,
    columns: BTreeMap<String, ColumnTarget>,
}

/// Why a column map cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ColumnMapError {
    /// It is not YAML of the right form.
    #[error("the column map cannot be read: {0}")]
    Form(String),
    /// A column is given a meaning that does not exist.
    #[error("column {column:?} is mapped to {target:?}, which is neither a property nor a field")]
    UnknownTarget {
        /// The column.
        column: String,
        /// What it is mapped to.
        target: String,
    },
    /// The schema does not exist.
    #[error("the column map names the unknown schema {0:?}")]
    UnknownSchema(String),
}

/// The map as written in YAML.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ColumnMapFile {
    kind: ListKind,
    schema: String,
    authority: String,
    delimiter: Option<char>,
    separator: char,
    columns: BTreeMap<String, String>,
}

impl Default for ColumnMapFile {
    fn default() -> Self {
        Self {
            kind: ListKind::default(),
            schema: Schema::LEGAL_ENTITY.to_string(),
            authority: String::new(),
            delimiter: None,
            separator: ColumnMap::USUAL_SEPARATOR,
            columns: BTreeMap::new(),
        }
    }
}

impl Default for ColumnMap {
    fn default() -> Self {
        Self {
            kind: ListKind::default(),
            schema: Schema::LEGAL_ENTITY,
            authority: String::new(),
            delimiter: None,
            separator: Self::USUAL_SEPARATOR,
            columns: BTreeMap::new(),
        }
    }
}

impl ColumnMap {
    pub(super) const USUAL_SEPARATOR: char = ';';

    /// Reads a map in YAML.
    ///
    /// ```
    /// let map = interdict_lists::ColumnMap::parse("
    /// schema: Person
    /// columns:
    ///   Full name: name
    ///   Born: birthDate
    ///   Ether: wallet:ETH
    ///   Our number: id
    /// ")?;
    /// assert_eq!(map.schema.as_str(), "Person");
    /// # Ok::<(), interdict_lists::ColumnMapError>(())
    /// ```
    ///
    /// # Errors
    /// When it is not of that form, or names a schema or property that does not exist.
    pub fn parse(text: &str) -> Result<Self, ColumnMapError> {
        if text.len() > 1 << 20 {
            return Err(ColumnMapError::Form("it is longer than a mebibyte".to_owned()));
        }
        let written: ColumnMapFile = serde_saphyr::from_str(text)
            .map_err(|error| ColumnMapError::Form(error.to_string()))?;
        let mut columns = BTreeMap::new();
        for (column, target) in written.columns {
            let Some(known) = ColumnTarget::parse(&target) else {
                return Err(ColumnMapError::UnknownTarget { column, target });
            };
            columns.insert(fold(&column), known);
        }
        Ok(Self {
            kind: written.kind,
            schema: Schema::parse(&written.schema)
                .map_err(|_| ColumnMapError::UnknownSchema(written.schema))?,
            authority: written.authority,
            delimiter: written.delimiter.filter(char::is_ascii),
            separator: written.separator,
            columns,
        })
    }

    /// What a column means: by the map first, then by its name.
    pub(super) fn target(&self, column: &str) -> Option<ColumnTarget> {
        self.columns.get(&fold(column)).cloned().or_else(|| ColumnTarget::of_column(column))
    }
}
