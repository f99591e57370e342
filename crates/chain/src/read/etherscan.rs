//! The CSV exports of Etherscan and its relatives, and of Blockscout.

use super::{
    LedgerImporter, ProblemKind, ReadError,
    chain_tables::token,
    rows::{RowPlace, take_rows},
    table::{Record, Table, field},
};
use crate::{
    asset::Asset,
    time::parse_time,
    transfer::{Position, Transfer, TransferKind},
};

/// Whether the header is that of such an export.
pub(super) fn fits(table: &Table<'_>) -> bool {
    let coins = table.column_beginning("Value_IN(").is_some();
    let tokens = table.column(&["TokenValue", "TokensTransferred"]).is_some();
    table.column(&["Txhash", "Transaction Hash", "TxHash"]).is_some() && (coins || tokens)
}

/// The places of an export's columns.
struct ExportColumns {
    hash: usize,
    time: usize,
    block: Option<usize>,
    from: usize,
    to: usize,
    incoming: Option<usize>,
    outgoing: Option<usize>,
    token_value: Option<usize>,
    contract: Option<usize>,
    symbol: Option<usize>,
    decimals: Option<usize>,
    status: Option<usize>,
}

impl ExportColumns {
    fn of(table: &Table<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            hash: table.need(&["Txhash", "Transaction Hash"])?,
            time: table.need(&["UnixTimestamp", "DateTime (UTC)", "DateTime"])?,
            block: table.column(&["Blockno", "BlockNumber"]),
            from: table.need(&["From", "FromAddress"])?,
            to: table.need(&["To", "ToAddress"])?,
            incoming: table.column_beginning("Value_IN(").map(|(at, _)| at),
            outgoing: table.column_beginning("Value_OUT(").map(|(at, _)| at),
            token_value: table.column(&["TokenValue", "TokensTransferred"]),
            contract: table.column(&["ContractAddress", "TokenContractAddress"]),
            symbol: table.column(&["TokenSymbol"]),
            decimals: table.column(&["TokenDecimals", "TokenDecimal"]),
            status: table.column(&["Status", "ErrCode", "isError"]),
        })
    }
}

pub(super) fn read(table: Table<'_>, importer: &mut LedgerImporter) -> Result<(), ReadError> {
    let columns = ExportColumns::of(&table)?;
    take_rows(table, importer, |importer, record, place| {
        take_row(&columns, record, place, importer)
    })
}

fn take_row(
    columns: &ExportColumns,
    record: &Record,
    RowPlace { line, number }: RowPlace,
    importer: &mut LedgerImporter,
) -> Result<(), ReadError> {
    let text = |column| field(record, column);
    let when = match parse_time(text(Some(columns.time))) {
        Ok(when) => when,
        Err(why) => return importer.problem(ProblemKind::BadTime, line, why),
    };
    let status = text(columns.status);
    if status.to_ascii_lowercase().starts_with("error") || status == "1" {
        return importer.problem(ProblemKind::Failed, line, "the transaction failed");
    }
    let (asset, value, kind) = match columns.token_value {
        None => {
            let value = coin_value(text(columns.incoming), text(columns.outgoing));
            (importer.coin(), value, TransferKind::External)
        }
        Some(value) => {
            let Some(asset) = token_of(columns, &text, importer) else {
                let reason =
                    format!("the export shows {} without its decimals", text(columns.symbol));
                return importer.problem(ProblemKind::NoDecimals, line, reason);
            };
            (asset, text(Some(value)), TransferKind::Token)
        }
    };
    let Some(units) = importer.amount(value, asset.decimals, line)? else { return Ok(()) };
    let from = text(Some(columns.from));
    let stated = text(Some(columns.to));
    let to = if stated.is_empty() { text(columns.contract) } else { stated };
    if from.is_empty() || to.is_empty() {
        return importer.problem(ProblemKind::NoAddress, line, "sender or receiver is empty");
    }
    let block = text(columns.block).parse().unwrap_or(0);
    let transfer = Transfer {
        position: Position { time: when, block, transaction: 0, event: number },
        transaction: text(Some(columns.hash)).to_owned(),
        initiator: String::new(),
        from: from.to_owned(),
        to: to.to_owned(),
        units,
        kind,
    };
    Ok(importer.take(&asset, &transfer)?)
}

/// The token of a row, if its decimals are known: from a table, the row, its symbol or the options.
fn token_of<'r>(
    columns: &ExportColumns,
    text: &impl Fn(Option<usize>) -> &'r str,
    importer: &LedgerImporter,
) -> Option<Asset> {
    let mut asset = token(&importer.options.chain, text(columns.contract));
    if asset.decimals == 0 {
        let symbol = text(columns.symbol);
        let stated = text(columns.decimals).parse().ok();
        asset.symbol = symbol.to_owned();
        asset.decimals =
            stated.or_else(|| Asset::usual_decimals(symbol)).or(importer.options.decimals)?;
    }
    Some(asset)
}

/// One of the two columns is filled, the other is 0.
fn coin_value<'r>(incoming: &'r str, outgoing: &'r str) -> &'r str {
    let nothing = |text: &str| text.chars().all(|c| matches!(c, '0' | '.'));
    if nothing(incoming) { outgoing } else { incoming }
}
