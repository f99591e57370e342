//! The fallback reader: one row for each transfer, columns found by name.

use super::{
    LedgerImporter, ProblemKind, ReadError,
    rows::{RowPlace, take_rows},
    table::{Record, Table, field},
};
use crate::{
    asset::Asset,
    time::parse_time,
    transfer::{Position, Transfer, TransferKind},
};

const TIME: &[&str] =
    &["time", "block_time", "block_timestamp", "timestamp", "unixtimestamp", "date"];
const TRANSACTION: &[&str] =
    &["tx", "tx_hash", "transaction_hash", "transaction", "hash", "txhash", "txn hash"];
const FROM: &[&str] = &["from", "from_address", "sender"];
const TO: &[&str] = &["to", "to_address", "receiver", "recipient"];
const AMOUNT: &[&str] = &["amount", "value"];
const ASSET: &[&str] = &["asset", "token", "token_address", "symbol", "currency"];

struct PlainColumns {
    time: usize,
    transaction: Option<usize>,
    block: Option<usize>,
    from: usize,
    to: usize,
    asset: Option<usize>,
    amount: usize,
    /// The asset that the amount's column names (`total_eth`).
    named_asset: Option<String>,
}

pub(super) fn read(table: Table<'_>, importer: &mut LedgerImporter) -> Result<(), ReadError> {
    let columns = columns(&table)?;
    take_rows(table, importer, |importer, record, place| take(importer, &columns, record, place))
}

fn columns(table: &Table<'_>) -> Result<PlainColumns, ReadError> {
    let total = table.column_beginning("total_").map(|(at, name)| (at, name.to_owned()));
    let (amount, named_asset) = match table.column(AMOUNT) {
        Some(at) => (at, None),
        None => match total {
            Some((at, asset)) => (at, Some(asset)),
            None => (table.need(AMOUNT)?, None),
        },
    };
    Ok(PlainColumns {
        time: table.need(TIME)?,
        transaction: table.column(TRANSACTION),
        block: table.column(&["block", "block_number", "blockno"]),
        from: table.need(FROM)?,
        to: table.need(TO)?,
        asset: table.column(ASSET),
        amount,
        named_asset,
    })
}

fn take(
    importer: &mut LedgerImporter,
    columns: &PlainColumns,
    record: &Record,
    RowPlace { line, number }: RowPlace,
) -> Result<(), ReadError> {
    let time = match parse_time(field(record, Some(columns.time))) {
        Ok(time) => time,
        Err(why) => return importer.problem(ProblemKind::BadTime, line, why),
    };
    let (from, to) =
        (address(field(record, Some(columns.from))), address(field(record, Some(columns.to))));
    if from.is_empty() || to.is_empty() {
        return importer.problem(ProblemKind::NoAddress, line, "sender or receiver is empty");
    }
    let stated = columns.named_asset.as_deref().unwrap_or(field(record, columns.asset));
    let Some(asset) = asset(importer, stated) else {
        return importer.problem(
            ProblemKind::NoDecimals,
            line,
            format!("the decimals of {stated:?} are not known"),
        );
    };
    let Some(units) = importer.amount(field(record, Some(columns.amount)), asset.decimals, line)?
    else {
        return Ok(());
    };
    let transfer = Transfer {
        position: Position {
            time,
            block: field(record, columns.block).parse().unwrap_or(0),
            transaction: 0,
            event: number,
        },
        transaction: field(record, columns.transaction).to_owned(),
        initiator: String::new(),
        from,
        to,
        units,
        kind: TransferKind::External,
    };
    Ok(importer.take(&asset, &transfer)?)
}

/// Some exports write bytes as PostgreSQL does.
fn address(text: &str) -> String {
    text.strip_prefix("\\x").map_or_else(|| text.to_owned(), |digits| format!("0x{digits}"))
}

fn asset(importer: &LedgerImporter, stated: &str) -> Option<Asset> {
    if stated.is_empty() || stated.eq_ignore_ascii_case(&importer.options.asset) {
        return Some(importer.coin());
    }
    let decimals = Asset::usual_decimals(stated).or(importer.options.decimals)?;
    Some(if stated.starts_with("0x") {
        Asset::token(&importer.options.chain, stated, stated, decimals)
    } else {
        Asset::native(&importer.options.chain, stated, decimals)
    })
}
