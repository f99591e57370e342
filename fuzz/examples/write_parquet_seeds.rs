//! Writes the Parquet files of the seed corpora: `cargo run --example write_parquet_seeds`.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

const CUSTOMERS: &str = "message customers {
  required binary name (UTF8);
  optional int32 born (DATE);
  optional double amount;
  optional int64 number;
}";
const TRANSFERS: &str = "message transfers {
  required int64 block_number;
  required binary from_address (UTF8);
  required binary to_address (UTF8);
  required binary value (UTF8);
  required binary transaction_hash (UTF8);
  required int64 block_timestamp;
}";

fn main() -> Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for (name, compression) in
        [("plain", Compression::UNCOMPRESSED), ("snappy", Compression::SNAPPY)]
    {
        for dictionary in [false, true] {
            let properties = WriterProperties::builder()
                .set_compression(compression)
                .set_dictionary_enabled(dictionary)
                .build();
            let file = format!("{name}_{}", if dictionary { "dictionary" } else { "values" });
            write(&corpus.join("batch_parquet").join(&file), CUSTOMERS, &properties)?;
            write(&corpus.join("chain_parquet").join(&file), TRANSFERS, &properties)?;
        }
    }
    Ok(())
}

/// Two rows: the first has every value, the second only those that are required.
fn write(path: &Path, schema: &str, properties: &WriterProperties) -> Result<()> {
    std::fs::create_dir_all(path.parent().expect("a file in a folder"))?;
    let schema = Arc::new(parse_message_type(schema)?);
    let names: Vec<String> =
        schema.get_fields().iter().map(|field| field.name().to_owned()).collect();
    let mut columns = names.into_iter();
    let mut writer =
        SerializedFileWriter::new(File::create(path)?, schema, Arc::new(properties.clone()))?;
    let mut group = writer.next_row_group()?;
    while let Some(mut column) = group.next_column()? {
        use parquet::column::writer::ColumnWriter;
        let name = columns.next().expect("as many names as columns");
        match column.untyped() {
            ColumnWriter::ByteArrayColumnWriter(_) => {
                let values = texts(&name).map(|text| ByteArray::from(text.as_str()));
                column.typed::<ByteArrayType>().write_batch(&values, None, None)?;
            }
            ColumnWriter::Int32ColumnWriter(_) => {
                column.typed::<Int32Type>().write_batch(&[-1_712], Some(&[1, 0]), None)?;
            }
            ColumnWriter::DoubleColumnWriter(_) => {
                column.typed::<DoubleType>().write_batch(&[1.5], Some(&[1, 0]), None)?;
            }
            ColumnWriter::Int64ColumnWriter(_) => {
                // An optional column takes one value, a required one takes both.
                let optional = path.to_string_lossy().contains("batch");
                let column = column.typed::<Int64Type>();
                match optional {
                    true => column.write_batch(&[7], Some(&[1, 0]), None)?,
                    false => column.write_batch(&[7, 1_650_000_000], None, None)?,
                };
            }
            _ => unreachable!("the schemas have no other types"),
        }
        column.close()?;
    }
    group.close()?;
    writer.close()?;
    Ok(())
}

/// The texts of a column in both rows.
fn texts(column: &str) -> [String; 2] {
    match column {
        "value" => ["1500".to_owned(), "700".to_owned()],
        "transaction_hash" => ["a1", "b2"].map(|byte| format!("0x{}", byte.repeat(32))),
        "from_address" => ["aa", "bb"].map(|byte| format!("0x{}", byte.repeat(20))),
        "to_address" => ["bb", "cc"].map(|byte| format!("0x{}", byte.repeat(20))),
        _ => ["Jane Example".to_owned(), "0".to_owned()],
    }
}
