//! The CSV exports of Etherscan and its relatives, and of Blockscout.

use super::{
    Intake, ProblemKind, ReadError,
    chain_tables::token,
    table::{Table, field},
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

pub(super) fn read(mut table: Table<'_>, intake: &mut Intake) -> Result<(), ReadError> {
    let hash = table.need(&["Txhash", "Transaction Hash"])?;
    let time = table.need(&["UnixTimestamp", "DateTime (UTC)", "DateTime"])?;
    let block = table.column(&["Blockno", "BlockNumber"]);
    let (from, to) = (table.need(&["From", "FromAddress"])?, table.need(&["To", "ToAddress"])?);
    let incoming = table.column_beginning("Value_IN(").map(|(at, _)| at);
    let outgoing = table.column_beginning("Value_OUT(").map(|(at, _)| at);
    let token_value = table.column(&["TokenValue", "TokensTransferred"]);
    let contract = table.column(&["ContractAddress", "TokenContractAddress"]);
    let (symbol, decimals) =
        (table.column(&["TokenSymbol"]), table.column(&["TokenDecimals", "TokenDecimal"]));
    let status = table.column(&["Status", "ErrCode", "isError"]);
    intake.begin(&table.name);
    for (number, (line, record)) in table.rows().enumerate() {
        let record = match record {
            Ok(record) => record,
            Err(why) => {
                intake.problem(ProblemKind::BrokenRow, line, why)?;
                continue;
            }
        };
        let text = |column| field(&record, column);
        let when = match parse_time(text(Some(time))) {
            Ok(when) => when,
            Err(why) => {
                intake.problem(ProblemKind::BadTime, line, why)?;
                continue;
            }
        };
        if text(status).to_ascii_lowercase().starts_with("error") || text(status) == "1" {
            intake.problem(ProblemKind::Failed, line, "the transaction failed")?;
            continue;
        }
        let asset = match token_value {
            None => intake.coin(),
            Some(_) => {
                let mut asset = token(intake, text(contract));
                let stated =
                    text(decimals).parse().ok().or_else(|| Asset::usual_decimals(text(symbol)));
                if asset.decimals == 0 {
                    asset.symbol = text(symbol).to_owned();
                    match stated.or(intake.options.decimals) {
                        Some(known) => asset.decimals = known,
                        None => {
                            let reason =
                                format!("the export shows {} without its decimals", text(symbol));
                            intake.problem(ProblemKind::NoDecimals, line, reason)?;
                            continue;
                        }
                    }
                }
                asset
            }
        };
        let value = token_value
            .map_or_else(|| coin_value(text(incoming), text(outgoing)), |at| text(Some(at)));
        let Some(units) = intake.amount(value, asset.decimals, line)? else { continue };
        let receiver = if text(Some(to)).is_empty() { text(contract) } else { text(Some(to)) };
        if text(Some(from)).is_empty() || receiver.is_empty() {
            intake.problem(ProblemKind::NoAddress, line, "sender or receiver is empty")?;
            continue;
        }
        let kind = if token_value.is_some() { TransferKind::Token } else { TransferKind::External };
        let position = Position {
            time: when,
            block: text(block).parse().unwrap_or(0),
            transaction: 0,
            event: number as u32,
        };
        let transfer = Transfer {
            position,
            transaction: text(Some(hash)).to_owned(),
            initiator: String::new(),
            from: text(Some(from)).to_owned(),
            to: receiver.to_owned(),
            units,
            kind,
        };
        intake.take(&asset, &transfer)?;
    }
    Ok(())
}

/// One of the two columns is filled, the other is 0.
fn coin_value<'r>(incoming: &'r str, outgoing: &'r str) -> &'r str {
    let nothing = |text: &str| text.chars().all(|c| matches!(c, '0' | '.'));
    if nothing(incoming) { outgoing } else { incoming }
}
