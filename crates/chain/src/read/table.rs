use super::ReadError;

/// A CSV with its header, columns found by name in any letter case.
pub(super) struct Table<'a> {
    pub(super) name: String,
    headers: Vec<String>,
    reader: csv::Reader<&'a [u8]>,
}

impl<'a> Table<'a> {
    pub(super) fn open(bytes: &'a [u8], name: &str) -> Result<Self, ReadError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
        let failed =
            |why: csv::Error| ReadError::Form { name: name.to_owned(), reason: why.to_string() };
        let headers = reader.headers().map_err(failed)?;
        let headers = headers.iter().map(|h| h.trim().to_ascii_lowercase()).collect();
        Ok(Self { name: name.to_owned(), headers, reader })
    }

    pub(super) fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.headers.iter().any(|h| h == name))
    }

    /// The column of the first of these names that is there.
    pub(super) fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.headers.iter().position(|h| h == name))
    }

    pub(super) fn need(&self, names: &[&str]) -> Result<usize, ReadError> {
        self.column(names).ok_or_else(|| ReadError::Form {
            name: self.name.clone(),
            reason: format!(
                "no column {}; there are: {}",
                names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(" or "),
                self.headers.join(", "),
            ),
        })
    }

    /// The first column whose name begins so, and the name.
    pub(super) fn column_beginning(&self, start: &str) -> Option<(usize, &str)> {
        let at = self.headers.iter().position(|h| h.starts_with(start))?;
        Some((at, self.headers[at].as_str()))
    }

    /// Rows with their line numbers.
    pub(super) fn rows(
        &mut self,
    ) -> impl Iterator<Item = (u64, Result<csv::StringRecord, csv::Error>)> + '_ {
        self.reader.records().enumerate().map(|(at, record)| {
            let line = record
                .as_ref()
                .ok()
                .and_then(|r| r.position())
                .map_or(at as u64 + 2, csv::Position::line);
            (line, record)
        })
    }
}

/// A field of a row; empty when the column is not there.
pub(super) fn field<'r>(record: &'r csv::StringRecord, column: Option<usize>) -> &'r str {
    column.and_then(|c| record.get(c)).unwrap_or("")
}
