//! Rows out of a Parquet file.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::column::reader::ColumnReader;
use parquet::file::metadata::FileMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::column::{ColumnData, PlacedColumn, Table};
use super::nested::{NestedRows, column_paths};
use super::source::Source;
use crate::error::{BatchError, panic_message};
use crate::row::ColumnPosition;

/// Reads a Parquet file, some rows at a time.
pub(crate) struct TableReader {
    path: PathBuf,
    file: SerializedFileReader<Source>,
    names: Arc<[String]>,
    /// The path of each column. Joined with dots, it is the name of the column.
    paths: Vec<Vec<String>>,
    nested: Option<NestedRows>,
    group: usize,
    columns: Vec<ColumnReader>,
    left_in_group: u64,
    rows: u64,
}

impl TableReader {
    pub(crate) fn open(path: &Path) -> Result<Self, BatchError> {
        catch_parquet_panic(path, || Self::read_schema(path))
    }

    fn read_schema(path: &Path) -> Result<Self, BatchError> {
        let file = File::open(path).map_err(BatchError::io("open", path))?;
        let file = Source::new(file);
        let file = SerializedFileReader::new(file).map_err(BatchError::parquet(path))?;
        let paths = column_paths(file.metadata().file_metadata().schema_descr());
        let names: Arc<[String]> = paths.iter().map(|path| path.join(".")).collect();
        if names.is_empty() {
            return Err(BatchError::Empty(path.to_owned()));
        }
        let nested = match nested_names(&paths) {
            names if names.is_empty() => None,
            names => Some(NestedRows::open(path, names)?),
        };
        let (path, columns) = (path.to_owned(), Vec::new());
        Ok(Self { path, file, names, paths, nested, group: 0, columns, left_in_group: 0, rows: 0 })
    }

    /// The columns as a reader of objects sees them: the plain ones, and the nested ones, whose positions follow.
    pub(crate) fn outer_columns(&self) -> Vec<ColumnPosition> {
        let plain = self.paths.iter().enumerate().filter(|(_, path)| path.len() == 1);
        let plain = plain.map(|(index, path)| (index, path.concat()));
        let nested = (self.names.len()..).zip(nested_names(&self.paths));
        plain.chain(nested).map(|(index, name)| ColumnPosition { name, index }).collect()
    }

    /// The paths of the values in nested columns.
    pub(crate) fn nested_paths(&self) -> Vec<Vec<String>> {
        self.paths.iter().filter(|path| path.len() > 1).cloned().collect()
    }

    /// The names of the columns; a nested column has the names of its parents in front, with dots.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    pub(crate) fn about(&self) -> &FileMetaData {
        self.file.metadata().file_metadata()
    }

    pub(crate) fn row_count(&self) -> u64 {
        u64::try_from(self.about().num_rows()).unwrap_or(0)
    }

    /// Continues after that number of rows.
    pub(crate) fn seek(&mut self, rows: u64) -> Result<(), BatchError> {
        let path = self.path.clone();
        catch_parquet_panic(&path, || self.skip_to(rows))
    }

    fn skip_to(&mut self, rows: u64) -> Result<(), BatchError> {
        (self.group, self.left_in_group, self.rows) = (0, 0, 0);
        if self.nested.is_some() {
            let mut nested = NestedRows::open(&self.path, nested_names(&self.paths))?;
            nested.skip(rows, &self.path)?;
            self.nested = Some(nested);
        }
        while self.rows < rows && self.enter_group()? {
            let skipped = (rows - self.rows).min(self.left_in_group);
            if skipped < self.left_in_group {
                for column in &mut self.columns {
                    ColumnData::skip(column, skipped as usize)
                        .map_err(BatchError::parquet(&self.path))?;
                }
            }
            self.left_in_group -= skipped;
            self.rows += skipped;
        }
        Ok(())
    }

    /// The next rows, at most `count`, none at the end. Rows of two row groups never mix.
    pub(crate) fn next_table(&mut self, count: usize) -> Result<Option<Table>, BatchError> {
        let path = self.path.clone();
        catch_parquet_panic(&path, || self.read_table(count))
    }

    fn read_table(&mut self, count: usize) -> Result<Option<Table>, BatchError> {
        while self.left_in_group == 0 {
            if !self.enter_group()? {
                return Ok(None);
            }
        }
        let rows = count.min(usize::try_from(self.left_in_group).unwrap_or(usize::MAX));
        let schema = self.file.metadata().file_metadata().schema_descr();
        let mut columns = Vec::with_capacity(self.columns.len());
        for (reader, about) in self.columns.iter_mut().zip(schema.columns()) {
            let column = ColumnData::read(reader, rows).map_err(BatchError::parquet(&self.path))?;
            let column = PlacedColumn::new(about.clone(), column);
            if column.row_count() != rows {
                let detail = format!("the column {} has too few rows", about.path());
                return Err(BatchError::Parquet { path: self.path.clone(), detail });
            }
            columns.push(column);
        }
        let nested = match &mut self.nested {
            Some(nested) => nested.next(rows, &self.path)?,
            None => Vec::new(),
        };
        self.left_in_group -= rows as u64;
        self.rows += rows as u64;
        Ok(Some(Table { columns, nested, rows, end: self.rows }))
    }

    /// Opens the next row group. False if there is none.
    fn enter_group(&mut self) -> Result<bool, BatchError> {
        if self.group >= self.file.num_row_groups() {
            return Ok(false);
        }
        let fail = BatchError::parquet(&self.path);
        let group = self.file.get_row_group(self.group).map_err(&fail)?;
        self.left_in_group = u64::try_from(group.metadata().num_rows()).unwrap_or(0);
        self.columns = (0..self.names.len())
            .map(|column| group.get_column_reader(column))
            .collect::<Result<_, _>>()
            .map_err(&fail)?;
        self.group += 1;
        Ok(true)
    }
}

/// The names of the nested columns, each once, in the order of the file.
fn nested_names(paths: &[Vec<String>]) -> Vec<String> {
    let roots = paths.iter().filter(|path| path.len() > 1).filter_map(|path| path.first());
    let mut names: Vec<String> = roots.cloned().collect();
    names.dedup();
    names
}

/// Turns a panic inside the parquet crate into the error for a damaged file. The crate checks most lengths and offsets
/// of a file, but some damaged files reach an assertion ("column start and length should not be negative"). The reader
/// is not used again after an error, so no state that the panic left half-changed is ever seen. Needs unwinding: the
/// profiles must not set `panic = "abort"`.
fn catch_parquet_panic<T>(
    path: &Path,
    read: impl FnOnce() -> Result<T, BatchError>,
) -> Result<T, BatchError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| {
        let detail = format!("its reader panicked: {}", panic_message(panic.as_ref()));
        Err(BatchError::Parquet { path: path.to_owned(), detail })
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::table::{ResultLayout, TableWriter};

    /// A small file with one text column and three rows.
    fn small_file() -> Vec<u8> {
        let layout = ResultLayout::of_texts(&["name".to_owned()], false).unwrap();
        let mut builder = crate::table::TableBuilder::new(&layout, None);
        let added = crate::encode::AddedValues::default();
        let mut parser = crate::row::Parser::default();
        for name in ["Jane Example", "John Example", "Petr Kuznetsov"] {
            let cells = crate::row::Cells::Record(
                parser.record(name.as_bytes(), crate::form::Delimiter::COMMA),
            );
            builder.row(&["name".to_owned()], &cells, added);
        }
        let mut writer = TableWriter::default();
        writer.append(builder.finish());
        writer.cut(&layout).unwrap()
    }

    /// The names, or the error, of a file with these bytes.
    fn read(path: &Path, bytes: &[u8]) -> Result<Vec<String>, BatchError> {
        fs::write(path, bytes).unwrap();
        let mut reader = TableReader::open(path)?;
        let mut names = Vec::new();
        while let Some(table) = reader.next_table(2)? {
            for row in 0..table.rows {
                names.push(crate::encode::plain(&table.json(0, row)));
            }
        }
        Ok(names)
    }

    #[test]
    fn files_are_read_whatever_codec_packed_them() {
        use parquet::basic::{Compression, GzipLevel, ZstdLevel};
        use parquet::data_type::{ByteArray, ByteArrayType};
        use parquet::file::properties::WriterProperties;
        use parquet::file::writer::SerializedFileWriter;
        use parquet::schema::parser::parse_message_type;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.parquet");
        for codec in [
            Compression::UNCOMPRESSED,
            Compression::SNAPPY,
            Compression::GZIP(GzipLevel::default()),
            Compression::ZSTD(ZstdLevel::default()),
            Compression::LZ4,
            Compression::LZ4_RAW,
        ] {
            let schema = parse_message_type("message m { required binary name (UTF8); }").unwrap();
            let properties = WriterProperties::builder().set_compression(codec).build();
            let mut bytes = Vec::new();
            let mut file =
                SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties))
                    .unwrap();
            let mut group = file.next_row_group().unwrap();
            let mut column = group.next_column().unwrap().unwrap();
            let names = [ByteArray::from("Jane Example"), ByteArray::from("John Example")];
            column.typed::<ByteArrayType>().write_batch(&names, None, None).unwrap();
            column.close().unwrap();
            group.close().unwrap();
            file.close().unwrap();
            let found = read(&path, &bytes).unwrap();
            assert_eq!(found, ["Jane Example", "John Example"], "{codec:?}");
        }
    }

    #[test]
    fn a_damaged_file_is_an_error_and_never_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("in.parquet");
        let good = small_file();
        let names = ["Jane Example", "John Example", "Petr Kuznetsov"];
        assert_eq!(read(&path, &good).unwrap(), names);
        let mut panics = 0;
        for (position, change) in (0..good.len()).flat_map(|at| [0x01, 0x40, 0x80].map(|c| (at, c)))
        {
            let mut bytes = good.clone();
            bytes[position] ^= change;
            if let Err(BatchError::Parquet { detail, .. }) = read(&path, &bytes) {
                panics += usize::from(detail.contains("panicked"));
            }
        }
        // If a version of the crate checks everything, the guard and this test can go.
        assert!(panics > 0, "no damaged file makes the parquet crate panic any more");
    }
}
