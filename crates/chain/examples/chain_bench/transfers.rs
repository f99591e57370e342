//! Synthetic transfers of a growing economy: the same on every machine.

use std::{error::Error, fs::File, path::Path, sync::Arc};

use interdict_chain::transfer::{Position, Transfer, TransferKind};
use parquet::{
    basic::Compression,
    data_type::{ByteArray, ByteArrayType, Int64Type},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};

/// A small generator with good bits (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    fn share(&mut self) -> f64 {
        self.below(1 << 32) as f64 / (1u64 << 32) as f64
    }
}

/// Parties with a large share of all traffic: exchanges and the like.
pub const HUBS: u64 = 1_000;

/// A party's address, spread over the whole space, so that sorted order is not order of appearance.
pub fn address(number: u64) -> String {
    let mut text = String::with_capacity(42);
    text.push_str("0x");
    push_hex(&mut text, Random(number).next(), 16);
    push_hex(&mut text, number, 24);
    text
}

fn push_hex(text: &mut String, value: u64, digits: u32) {
    for place in (0..digits).rev() {
        let nibble = if place < 16 { value >> (place * 4) & 15 } else { 0 };
        text.push(char::from(b"0123456789abcdef"[nibble as usize]));
    }
}

/// One transfer by its numbers.
pub struct Drawn {
    pub at: u64,
    pub from: u64,
    pub to: u64,
    pub units: u128,
}

impl Drawn {
    /// The transfer as a reader would hand it on.
    pub fn transfer(&self) -> Transfer {
        Transfer {
            position: Position {
                time: self.time(),
                block: (self.at / 200) as u32 + 1,
                transaction: (self.at % 200) as u32,
                event: 0,
            },
            transaction: String::new(),
            initiator: String::new(),
            from: address(self.from),
            to: address(self.to),
            units: self.units,
            kind: TransferKind::External,
        }
    }

    fn time(&self) -> i64 {
        1_600_000_000 + (self.at / 20) as i64
    }
}

/// One party in ten is a hub, chosen with a weight that falls off as 1/rank; other parties are chosen
/// with weight on recent ones, and one receiver in three is new. Amounts are powers of two times a
/// fraction: 1 to 2^36 units.
pub fn draw(count: u64) -> impl Iterator<Item = Drawn> {
    let mut random = Random(42);
    let mut parties = HUBS + 1;
    (0..count).map(move |at| {
        let party = |random: &mut Random, parties: u64| {
            if random.below(10) == 0 {
                let spread = (random.share() * (HUBS as f64).ln()).exp();
                return (spread as u64).min(HUBS) - 1;
            }
            // The square root of a uniform share leans to recent parties.
            let share = random.share().sqrt();
            HUBS + ((parties - HUBS) as f64 * share) as u64
        };
        let from = party(&mut random, parties).min(parties - 1);
        let to = if random.below(3) < 2 {
            party(&mut random, parties).min(parties - 1)
        } else {
            parties += 1;
            parties - 1
        };
        let units = (1u128 << random.below(28)) * u128::from(1 + random.below(256));
        Drawn { at, from, to, units }
    })
}

const SCHEMA: &str = "message token_transfers {
    required binary token_address (UTF8); required binary from_address (UTF8);
    required binary to_address (UTF8); required binary value (UTF8);
    required binary transaction_hash (UTF8); required int64 log_index;
    required int64 block_number; required int64 block_timestamp; }";
const TOKEN: &str = "0x00000000000000000000000000000000000000aa";
const ROWS_PER_FILE: usize = 5_000_000;
const ROWS_PER_GROUP: usize = 500_000;

/// Writes the transfers as ethereum-etl's table of token transfers, the form of the public data sets:
/// text addresses, hashes and values, a million blocks to a file.
pub fn write_parquet(count: u64, folder: &Path) -> Result<Vec<std::path::PathBuf>, Box<dyn Error>> {
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let properties = Arc::new(properties);
    let mut drawn = draw(count).peekable();
    let mut paths = Vec::new();
    while drawn.peek().is_some() {
        let path = folder.join(format!("part{:03}_token_transfers.parquet", paths.len()));
        let file = File::create(&path)?;
        let mut writer =
            SerializedFileWriter::new(file, Arc::clone(&schema), Arc::clone(&properties))?;
        for _ in 0..ROWS_PER_FILE / ROWS_PER_GROUP {
            let rows: Vec<Drawn> = drawn.by_ref().take(ROWS_PER_GROUP).collect();
            if !rows.is_empty() {
                write_group(&mut writer, &rows)?;
            }
        }
        writer.close()?;
        paths.push(path);
    }
    Ok(paths)
}

fn write_group(
    writer: &mut SerializedFileWriter<File>,
    rows: &[Drawn],
) -> Result<(), Box<dyn Error>> {
    let hash = |row: &Drawn| {
        let mut text = String::with_capacity(66);
        text.push_str("0x");
        let mut random = Random(row.at / 2);
        (0..4).for_each(|_| push_hex(&mut text, random.next(), 16));
        text
    };
    let mut group = writer.next_row_group()?;
    let texts: [&dyn Fn(&Drawn) -> String; 5] = [
        &|_| TOKEN.to_owned(),
        &|row| address(row.from),
        &|row| address(row.to),
        &|row| row.units.to_string(),
        &hash,
    ];
    for text in texts {
        let values: Vec<ByteArray> =
            rows.iter().map(|row| ByteArray::from(text(row).into_bytes())).collect();
        let mut column = group.next_column()?.ok_or("a column less than the schema has")?;
        column.typed::<ByteArrayType>().write_batch(&values, None, None)?;
        column.close()?;
    }
    // Two transfers to a transaction.
    let numbers: [&dyn Fn(&Drawn) -> i64; 3] =
        [&|row| (row.at % 200) as i64, &|row| (row.at / 200) as i64 + 1, &|row| {
            1_600_000_000 + (row.at / 200 * 12) as i64
        }];
    for number in numbers {
        let values: Vec<i64> = rows.iter().map(number).collect();
        let mut column = group.next_column()?.ok_or("a column less than the schema has")?;
        column.typed::<Int64Type>().write_batch(&values, None, None)?;
        column.close()?;
    }
    group.close()?;
    Ok(())
}
