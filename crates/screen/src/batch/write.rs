//! Rows into a file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::error::BatchError;
use super::row::{Cells, FileFormat};

/// Writes the rows of a batch's result.
pub struct RowWriter {
    path: PathBuf,
    target: Target,
    header: Option<Vec<String>>,
}

enum Target {
    Csv(Box<csv::Writer<Box<dyn Write + Send>>>),
    Ndjson(BufWriter<Box<dyn Write + Send>>),
}

/// What a batch adds to a row: names and values, in order.
pub(crate) type Added = Vec<(&'static str, Value)>;

/// Creates the file, in the format of its ending.
pub fn create_rows(path: &Path) -> Result<RowWriter, BatchError> {
    let format = FileFormat::of(path)?;
    let file = File::create(path).map_err(BatchError::io("create", path))?;
    Ok(RowWriter::new(path, format, Box::new(file)))
}

impl RowWriter {
    /// Writes to anything; `path` is only for messages.
    pub fn new(path: &Path, format: FileFormat, out: Box<dyn Write + Send>) -> Self {
        let target = match format {
            FileFormat::Csv => Target::Csv(Box::new(
                csv::WriterBuilder::new().buffer_capacity(1 << 18).flexible(true).from_writer(out),
            )),
            FileFormat::Ndjson => Target::Ndjson(BufWriter::with_capacity(1 << 18, out)),
        };
        Self { path: path.to_owned(), target, header: None }
    }

    /// Writes the header, for formats that have one. `input` are the columns of the input file.
    pub(crate) fn start(&mut self, input: &[String], added: &[&str]) -> Result<(), BatchError> {
        self.header = Some(input.to_vec());
        if let Target::Csv(writer) = &mut self.target {
            let names = input.iter().map(String::as_str).chain(added.iter().copied());
            writer
                .write_record(names)
                .map_err(|error| BatchError::io("write", &self.path)(error.into()))?;
        }
        Ok(())
    }

    pub(crate) fn row(&mut self, cells: &Cells, added: &Added) -> Result<(), BatchError> {
        let header = self.header.as_deref().unwrap_or_default();
        let written = match &mut self.target {
            Target::Csv(writer) => write_record(writer, header, cells, added),
            Target::Ndjson(out) => write_object(out, header, cells, added),
        };
        written.map_err(BatchError::io("write", &self.path))
    }

    /// Writes what is still held back.
    pub fn finish(mut self) -> Result<(), BatchError> {
        let flushed = match &mut self.target {
            Target::Csv(writer) => writer.flush(),
            Target::Ndjson(out) => out.flush(),
        };
        flushed.map_err(BatchError::io("write", &self.path))
    }
}

fn write_record(
    writer: &mut csv::Writer<Box<dyn Write + Send>>,
    header: &[String],
    cells: &Cells,
    added: &Added,
) -> std::io::Result<()> {
    match cells {
        Cells::Text(record) => {
            for place in 0..header.len().max(record.len()) {
                writer.write_field(record.get(place).unwrap_or_default())?;
            }
        }
        Cells::Object(object) => {
            for name in header {
                writer.write_field(object.get(name).map(plain).unwrap_or_default())?;
            }
        }
    }
    for (_, value) in added {
        writer.write_field(plain(value))?;
    }
    writer.write_record(None::<&[u8]>)?;
    Ok(())
}

fn write_object(
    out: &mut impl Write,
    header: &[String],
    cells: &Cells,
    added: &Added,
) -> std::io::Result<()> {
    let mut object = match cells {
        Cells::Object(object) => object.clone(),
        Cells::Text(record) => header
            .iter()
            .zip(record)
            .map(|(name, value)| (name.clone(), Value::String(value.to_owned())))
            .collect::<Map<_, _>>(),
    };
    for (name, value) in added {
        object.insert((*name).to_owned(), value.clone());
    }
    serde_json::to_writer(&mut *out, &object)?;
    out.write_all(b"\n")
}

/// A value as a cell: texts bare, everything else as JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
