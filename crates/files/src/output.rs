//! The output: rows encoded by the workers, appended in order, in the format of the output file.

use crate::encode::{AddedValues, csv_header, csv_row, json_row};
use crate::error::BatchError;
use crate::form::Delimiter;
use crate::format::FileFormat;
use crate::partial::{Checkpoint, Partial};
use crate::read::{Chunk, RowReader};
use crate::row::Cells;

/// Format and columns of the output.
pub(crate) struct OutputPlan {
    format: FileFormat,
    columns: Vec<String>,
    explanation: bool,
    #[cfg(feature = "parquet")]
    table: Option<std::sync::Arc<crate::table::ResultLayout>>,
}

impl OutputPlan {
    pub(crate) fn new(
        format: FileFormat,
        columns: Vec<String>,
        reader: &RowReader,
        explanation: bool,
    ) -> Result<Self, BatchError> {
        #[cfg(feature = "parquet")]
        let table = match format {
            FileFormat::Parquet => {
                let layout = match reader.table() {
                    Some(table) => crate::table::ResultLayout::of_table(table.about(), explanation),
                    None => crate::table::ResultLayout::of_texts(&columns, explanation),
                };
                Some(std::sync::Arc::new(layout.map_err(BatchError::parquet(reader.path()))?))
            }
            _ => None,
        };
        #[cfg(not(feature = "parquet"))]
        let _ = reader;
        Ok(Self {
            format,
            columns,
            explanation,
            #[cfg(feature = "parquet")]
            table,
        })
    }
}

impl OutputPlan {
    fn delimiter(&self) -> Delimiter {
        if self.format == FileFormat::Tsv { Delimiter::TAB } else { Delimiter::COMMA }
    }
}

/// The results of a few rows.
pub(crate) enum Piece {
    Text(Vec<u8>),
    #[cfg(feature = "parquet")]
    Table(crate::table::TablePiece),
}

/// Encodes a piece, in a worker.
pub(crate) struct PieceBuilder<'a> {
    plan: &'a OutputPlan,
    text: Vec<u8>,
    #[cfg(feature = "parquet")]
    table: Option<crate::table::TableBuilder<'a>>,
}

impl<'a> PieceBuilder<'a> {
    pub(crate) fn new(plan: &'a OutputPlan, chunk: &'a Chunk) -> Self {
        #[cfg(not(feature = "parquet"))]
        let _ = chunk;
        Self {
            plan,
            text: Vec::new(),
            #[cfg(feature = "parquet")]
            table: plan
                .table
                .as_ref()
                .map(|table| crate::table::TableBuilder::new(table, chunk.table())),
        }
    }

    pub(crate) fn row(&mut self, cells: &Cells<'_>, added: AddedValues<'_>) {
        #[cfg(feature = "parquet")]
        if let Some(table) = &mut self.table {
            return table.row(&self.plan.columns, cells, added);
        }
        match self.plan.format {
            FileFormat::Csv | FileFormat::Tsv => {
                let row = (self.plan.columns.as_slice(), cells);
                csv_row(&mut self.text, self.plan.delimiter(), row, added);
            }
            _ => json_row(&mut self.text, &self.plan.columns, cells, added),
        }
    }

    pub(crate) fn finish(self) -> Piece {
        #[cfg(feature = "parquet")]
        if let Some(table) = self.table {
            return Piece::Table(table.finish());
        }
        Piece::Text(self.text)
    }
}

/// The output while it is written.
pub(crate) struct OutputWriter {
    partial: Partial,
    #[cfg(feature = "parquet")]
    table: Option<(std::sync::Arc<crate::table::ResultLayout>, crate::table::TableWriter)>,
}

impl OutputWriter {
    pub(crate) fn new(plan: &OutputPlan, partial: Partial) -> Self {
        #[cfg(not(feature = "parquet"))]
        let _ = plan;
        Self {
            partial,
            #[cfg(feature = "parquet")]
            table: plan.table.clone().map(|layout| (layout, Default::default())),
        }
    }

    /// Writes what precedes the first row.
    pub(crate) fn start(&mut self, plan: &OutputPlan) -> Result<(), BatchError> {
        match plan.format {
            FileFormat::Csv | FileFormat::Tsv => {
                let header = csv_header(&plan.columns, plan.delimiter(), plan.explanation);
                self.partial.append(&header)
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn append(&mut self, piece: Piece) -> Result<(), BatchError> {
        match piece {
            Piece::Text(text) => self.partial.append(&text),
            #[cfg(feature = "parquet")]
            Piece::Table(piece) => {
                if let Some((_, table)) = &mut self.table {
                    table.append(piece);
                }
                Ok(())
            }
        }
    }

    /// Syncs what was written so far and records it as complete.
    pub(crate) fn checkpoint(&mut self, progress: Checkpoint) -> Result<(), BatchError> {
        self.cut()?;
        self.partial.checkpoint(progress)
    }

    #[cfg(feature = "parquet")]
    fn cut(&mut self) -> Result<(), BatchError> {
        let Some((layout, table)) = &mut self.table else { return Ok(()) };
        let part = table.cut(layout).map_err(BatchError::parquet(self.partial.output()))?;
        self.partial.append(&crate::partial::framed(part))
    }

    #[cfg(not(feature = "parquet"))]
    fn cut(&mut self) -> Result<(), BatchError> {
        Ok(())
    }

    /// Completes the output and gives it its name.
    pub(crate) fn finish(mut self) -> Result<(), BatchError> {
        self.cut()?;
        #[cfg(feature = "parquet")]
        if let Some((layout, _)) = &self.table {
            let join = |parts: &mut crate::partial::Parts, out| {
                crate::table::join_tables(layout, parts, out).map_err(|error| error.to_string())
            };
            return self.partial.finish(Some(&join));
        }
        self.partial.finish(None)
    }
}
