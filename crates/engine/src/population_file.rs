//! The generated population as a file.

use std::io::BufWriter;
use std::path::Path;

use interdict_calibrate::Population;
use interdict_durable::AtomicFile;

use crate::error::EngineError;
use crate::session::Session;

impl Session {
    /// Writes rows of the generated population as CSV. The file appears when it is complete, so that
    /// a part of a population is never taken for a whole one.
    pub fn write_population(&self, rows: u64, seed: u64, path: &Path) -> Result<(), EngineError> {
        let file = AtomicFile::create_output(path)?;
        let mut out = csv::Writer::from_writer(BufWriter::with_capacity(1 << 18, file));
        let failed = |error: csv::Error| EngineError::io("write", path)(error.into());
        out.write_record(["id", "name", "schema", "birth_date", "country"]).map_err(failed)?;
        let population = Population::new(seed);
        for number in 0..rows {
            let row = population.row(number);
            let (id, schema) = (number.to_string(), row.schema.to_string());
            let born = row.birth_date.unwrap_or_default();
            out.write_record([&id, &row.name, &schema, &born, &row.country]).map_err(failed)?;
        }
        let failed = |error: std::io::Error| EngineError::io("write", path)(error);
        let out = out.into_inner().map_err(|error| failed(error.into_error()))?;
        let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
        Ok(file.commit(path)?)
    }
}
