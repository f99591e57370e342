//! What the benchmark and the recall example share: the lists as this program indexes them, and the
//! queries of a file.

use interdict_index::{DataDir, Generation};
use interdict_model::Schema;
use interdict_screen::Query;

type Failure = Box<dyn std::error::Error>;

/// The generation in use in a data directory, indexed by this program.
pub(crate) fn open_reindexed(data_dir: &str) -> Result<Generation, Failure> {
    let dir = DataDir::at(data_dir);
    dir.lock(true)?.reindex()?;
    let manifest = dir.current_manifest()?.ok_or("nothing was imported into that directory")?;
    Ok(dir.open(manifest)?)
}

/// A name and what it is the name of.
pub(crate) type Row = (String, Option<Schema>);

/// Every EVERYth row of a file with the columns `name` and `schema`.
pub(crate) fn read_rows(path: &str, every: usize) -> Result<Vec<Row>, Failure> {
    let mut reader = csv::Reader::from_path(path)?;
    let header = reader.headers()?.clone();
    let place = |column: &str| header.iter().position(|name| name == column);
    let name_at = place("name").ok_or("the file has no column name")?;
    let schema_at = place("schema");
    let mut rows = Vec::new();
    for record in reader.records().step_by(every.max(1)) {
        let record = record?;
        let schema = schema_at.and_then(|at| Schema::parse(record.get(at)?).ok());
        rows.push((record.get(name_at).unwrap_or_default().to_owned(), schema));
    }
    Ok(rows)
}

/// The query of a row; nothing where the name cannot be compared, which matches nothing either way.
pub(crate) fn read_query((name, schema): &Row) -> Option<Query> {
    let mut query = Query::new(schema.clone());
    query.add("name", name).ok()?;
    query.finish().ok()
}
