//! Each export form, bad rows included.
use interdict_chain::{
    import::{ImportError, ImportOptions, import},
    ledger::Ledger,
    read::{LedgerImporter, ProblemKind, ReadError, ReadOptions, read_csv, read_json_lines},
    set::LedgerSet,
    status::status,
};

const A: &str = "0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const B: &str = "0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

fn options() -> ReadOptions {
    ReadOptions::new("ethereum", "ETH")
}

fn read(text: &str) -> LedgerImporter {
    let mut importer = LedgerImporter::new(options());
    read_csv(text.as_bytes(), "test.csv", &mut importer).unwrap();
    importer
}

fn only(importer: LedgerImporter) -> Ledger {
    importer.finish_in_memory().unwrap().remove(0)
}

fn problems(importer: &LedgerImporter, kind: ProblemKind) -> u64 {
    importer.problems.counts.get(&kind).copied().unwrap_or(0)
}

#[test]
fn a_plain_table_is_read_and_every_bad_row_is_named() {
    let text = format!(
        "time,tx,from,to,asset,amount\n\
         2022-01-01T00:00:00Z,0x01,{A},{B},ETH,1.5\n\
         2022-01-01T00:00:00Z,0x01,{A},{B},ETH,1.5\n\
         2022-01-02,0x02,{B},{A},USDC,2.25\n\
         soon,0x03,{A},{B},ETH,1\n\
         2022-01-03,0x04,{A},{B},ETH,\"1,000\"\n\
         2022-01-03,0x05,{A},,ETH,1\n\
         2022-01-03,0x06,{A},{B},ETH,0\n\
         2022-01-03,0x07,{A},{B},ETH,1e40\n\
         2022-01-03,0x08,{A},{B},WHAT,1\n\
         2022-01-03,0x09,{A}\n"
    );
    let importer = read(&text);
    for (kind, count) in [
        (ProblemKind::BadTime, 1),
        (ProblemKind::BadAmount, 1),
        (ProblemKind::NoAddress, 1),
        (ProblemKind::TooLarge, 1),
        (ProblemKind::NoDecimals, 1),
        (ProblemKind::BrokenRow, 1),
    ] {
        assert_eq!(problems(&importer, kind), count, "{kind:?}: {:?}", importer.problems);
    }
    let ledgers = importer.finish_in_memory().unwrap();
    let eth = ledgers.iter().find(|l| l.asset().symbol == "ETH").unwrap();
    assert_eq!(
        eth.meta().transfers,
        2,
        "without an event number two equal rows of one transaction may both be real"
    );
    assert_eq!(eth.meta().left_out.zero_value, 1);
    assert_eq!(eth.balance(B), Some(3_000_000_000_000_000_000));
}

#[test]
fn a_missing_column_is_an_error_that_names_it() {
    let mut importer = LedgerImporter::new(options());
    let why = read_csv(b"time,from,amount\n", "short.csv", &mut importer).unwrap_err().to_string();
    assert!(why.contains("`to`") && why.contains("short.csv"), "{why}");
}

#[test]
fn a_file_of_mostly_broken_rows_is_refused() {
    let mut options = options();
    options.most_problems = 3;
    let mut importer = LedgerImporter::new(options);
    let text = format!("time,from,to,amount\n{}", format!("never,{A},{B},1\n").repeat(10));
    let why = read_csv(text.as_bytes(), "broken.csv", &mut importer).unwrap_err();
    assert!(matches!(why, ReadError::TooManyProblems { limit: 3, .. }), "{why}");
}

#[test]
fn etherscan_and_blockscout_exports_are_read_with_their_quirks() {
    let coins = format!(
        "\"Txhash\",\"Blockno\",\"UnixTimestamp\",\"DateTime (UTC)\",\"From\",\"To\",\"ContractAddress\",\"Value_IN(ETH)\",\"Value_OUT(ETH)\",\"CurrentValue @ $1/Eth\",\"TxnFee(ETH)\",\"TxnFee(USD)\",\"Historical $Price/Eth\",\"Status\",\"ErrCode\",\"Method\"\n\
         \"0x1\",\"100\",\"1650000000\",\"2022-04-15 05:20:00\",\"{A}\",\"{B}\",\"\",\"1.25\",\"0\",\"1\",\"0\",\"0\",\"1\",\"\",\"\",\"Transfer\"\n\
         \"0x2\",\"101\",\"1650000012\",\"2022-04-15 05:20:12\",\"{B}\",\"{A}\",\"\",\"0\",\"0.25\",\"1\",\"0\",\"0\",\"1\",\"\",\"\",\"Transfer\"\n\
         \"0x3\",\"102\",\"1650000024\",\"2022-04-15 05:20:24\",\"{B}\",\"{A}\",\"\",\"0\",\"9\",\"1\",\"0\",\"0\",\"1\",\"Error(0)\",\"out of gas\",\"Transfer\"\n"
    );
    let importer = read(&coins);
    assert_eq!(problems(&importer, ProblemKind::Failed), 1);
    assert_eq!(only(importer).balance(B), Some(1_000_000_000_000_000_000));
    let tokens = format!(
        "\"Txhash\",\"Blockno\",\"UnixTimestamp\",\"DateTime (UTC)\",\"From\",\"To\",\"TokenValue\",\"USDValueDayOfTx\",\"ContractAddress\",\"TokenName\",\"TokenSymbol\"\n\
         \"0x1\",\"100\",\"1650000000\",\"2022-04-15 05:20:00\",\"{A}\",\"{B}\",\"1,234.5\",\"1\",\"0xdac17f958d2ee523a2206206994597c13d831ec7\",\"Tether\",\"USDT\"\n"
    );
    let refused = read(&tokens);
    assert_eq!(
        problems(&refused, ProblemKind::BadAmount),
        1,
        "separators are refused unless allowed"
    );
    let mut allowed = LedgerImporter::new(ReadOptions { thousands: true, ..options() });
    read_csv(tokens.as_bytes(), "tokens.csv", &mut allowed).unwrap();
    assert_eq!(only(allowed).balance(B), Some(1_234_500_000));
}

#[test]
fn ethereum_etl_tables_tell_each_other_time_sender_and_failure() {
    let mut importer = LedgerImporter::new(options());
    importer.expect_traces();
    let blocks = "number,hash,parent_hash,miner,timestamp\n7,0x0,0x0,0x0,1650000000\n";
    let transactions = format!(
        "hash,nonce,block_number,transaction_index,from_address,to_address,value,gas,gas_price,block_timestamp,receipt_gas_used,receipt_status\n\
         0x01,0,7,3,{A},{B},1000,21000,2,1650000000,10,1\n"
    );
    let traces = format!(
        "block_number,transaction_hash,transaction_index,from_address,to_address,value,trace_type,call_type,trace_address,status\n\
         7,0x01,3,{A},{B},1000,call,call,,1\n\
         7,0x01,3,{B},{A},1000,call,delegatecall,0,1\n\
         7,0x01,3,{B},{A},400,call,call,1,0\n\
         7,,,,{B},50,reward,,,1\n"
    );
    let transfers = format!(
        "token_address,from_address,to_address,value,transaction_hash,log_index,block_number\n\
         0xdac17f958d2ee523a2206206994597c13d831ec7,{A},{B},77,0x01,1,7\n\
         0xdac17f958d2ee523a2206206994597c13d831ec7,0x0000000000000000000000000000000000000000,{A},5,0x01,2,7\n"
    );
    for (name, text) in [
        ("blocks", blocks),
        ("transactions", &transactions),
        ("traces", &traces),
        ("transfers", &transfers),
    ] {
        read_csv(text.as_bytes(), name, &mut importer).unwrap();
    }
    assert_eq!(problems(&importer, ProblemKind::Failed), 1);
    let ledgers = importer.finish_in_memory().unwrap();
    let eth = ledgers.iter().find(|l| l.asset().symbol == "ETH").unwrap();
    assert_eq!((eth.balance(B), eth.balance("@fees")), (Some(1050), Some(20)));
    assert_eq!(eth.transfers().find(|t| t.to == B).unwrap().initiator, A);
    let usdt = ledgers.iter().find(|l| l.asset().symbol == "USDT").unwrap();
    assert_eq!((usdt.balance(B), usdt.meta().opening_units.as_str()), (Some(77), "77"));
}

#[test]
fn bitcoin_etl_lines_make_a_ledger_of_outputs() {
    let lines = [
        r#"{"hash":"c1","block_number":1,"block_timestamp":1,"index":0,"is_coinbase":true,"inputs":[],"outputs":[{"index":0,"addresses":["miner"],"value":5000000000,"type":"pubkeyhash"}]}"#,
        r#"{"hash":"t2","block_number":2,"block_timestamp":2,"index":1,"is_coinbase":false,"inputs":[{"spent_transaction_hash":"c1","spent_output_index":0}],"outputs":[{"index":0,"addresses":["shop"],"value":1.5,"type":"pubkeyhash"},{"index":1,"addresses":[],"value":0,"type":"nulldata"},{"index":2,"addresses":["miner"],"value":3000000000,"type":"pubkeyhash"}]}"#,
        r#"{"hash":"c2","block_number":2,"block_timestamp":2,"index":0,"is_coinbase":true,"inputs":[],"outputs":[{"index":0,"addresses":["maker"],"value":5500000000,"type":"pubkeyhash"}]}"#,
        r#"{"hash":"bad","block_number":3,"block_timestamp":3,"index":1,"inputs":[{"spent_transaction_hash":"gone","spent_output_index":0}],"outputs":[]}"#,
    ];
    let mut importer = LedgerImporter::new(ReadOptions::new("bitcoin", "BTC"));
    read_json_lines(&lines.join("\n"), "btc.json", &mut importer).unwrap();
    assert_eq!(problems(&importer, ProblemKind::Unbalanced), 1);
    let ledger = only(importer);
    assert_eq!(ledger.balance("shop"), Some(150_000_000));
    assert_eq!(ledger.balance("miner"), Some(3_000_000_000));
    assert_eq!(
        ledger.balance("maker"),
        Some(5_500_000_000),
        "the fee of 0.5 is paid on with the subsidy"
    );
    assert_eq!(ledger.balance("@fees"), Some(0), "all fees are claimed before anything is issued");
}

#[test]
fn an_import_is_whole_or_not_there_and_never_counts_a_file_twice() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second, broken) =
        (folder.path().join("a.csv"), folder.path().join("b.csv"), folder.path().join("c.csv"));
    std::fs::write(&first, format!("time,tx,from,to,amount\n1,0x01,{A},{B},1\n")).unwrap();
    std::fs::write(&second, format!("time,tx,from,to,amount\n2,0x02,{A},{B},2\n")).unwrap();
    std::fs::write(&broken, "time,from\n").unwrap();
    let ledgers = folder.path().join("ledgers");
    let how = ImportOptions { read: options(), replace: false };
    import(std::slice::from_ref(&first), &how, &ledgers).unwrap();
    import(&[second], &how, &ledgers).unwrap();
    let again = import(&[first], &how, &ledgers).unwrap_err();
    assert!(matches!(again, ImportError::AlreadyThere { .. }), "{again}");
    import(&[broken], &how, &ledgers).unwrap_err();
    let report = status(&ledgers, true).unwrap();
    assert_eq!((report.ledgers.len(), report.ledgers[0].meta.transfers), (1, 2));
    assert_eq!(report.ledgers[0].meta.sources.len(), 2);
    // A cut or changed file is refused, never read as less.
    let path = ledgers.join(&report.ledgers[0].file);
    let bytes = std::fs::read(&path).unwrap();
    for damaged in [&bytes[..bytes.len() - 1], &bytes[..bytes.len() / 2], &[][..]] {
        std::fs::write(&path, damaged).unwrap();
        assert!(LedgerSet::open(&ledgers).is_err());
    }
}

#[cfg(feature = "parquet")]
mod parquet_files {
    use std::sync::Arc;

    use interdict_chain::read::read_parquet;
    use parquet::{
        data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type},
        file::{properties::WriterProperties, writer::SerializedFileWriter},
        schema::parser::parse_message_type,
    };

    use super::*;

    /// cryo's native_transfers, with its floating-point column that must not be read.
    fn cryo_file() -> Vec<u8> {
        let schema = "message schema { REQUIRED INT32 block_number (INTEGER(32,false)); \
            REQUIRED INT32 transaction_index (INTEGER(32,false)); REQUIRED INT32 transfer_index (INTEGER(32,false)); \
            OPTIONAL BYTE_ARRAY transaction_hash; REQUIRED BYTE_ARRAY from_address; REQUIRED BYTE_ARRAY to_address; \
            REQUIRED BYTE_ARRAY value_binary; REQUIRED DOUBLE value_f64; }";
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let mut file =
            SerializedFileWriter::new(Vec::new(), schema, Arc::new(WriterProperties::new()))
                .unwrap();
        let mut group = file.next_row_group().unwrap();
        let bytes = |value: &[u8]| ByteArray::from(value.to_vec());
        let mut big = [0u8; 32];
        big[16..].copy_from_slice(&(5u128 << 70).to_be_bytes());
        let mut huge = [0u8; 32];
        huge[0] = 1;
        let texts: [(Vec<ByteArray>, Option<Vec<i16>>); 4] = [
            (vec![bytes(&[1; 32]), bytes(&[2; 32])], Some(vec![1, 0, 1])),
            (vec![bytes(&[0xaa; 20]); 3], None),
            (vec![bytes(&[0xbb; 20]); 3], None),
            (vec![bytes(&big), bytes(&[7]), bytes(&huge)], None),
        ];
        for numbers in [[7, 7, 8], [0, 1, 0], [0, 1, 0]] {
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<Int32Type>().write_batch(&numbers, None, None).unwrap();
            column.close().unwrap();
        }
        for (values, levels) in &texts {
            let mut column = group.next_column().unwrap().unwrap();
            column.typed::<ByteArrayType>().write_batch(values, levels.as_deref(), None).unwrap();
            column.close().unwrap();
        }
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<DoubleType>().write_batch(&[1.0, 2.0, 3.0], None, None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
        file.into_inner().unwrap()
    }

    #[test]
    fn cryo_files_are_read_exactly_and_too_large_values_named() {
        let mut importer = LedgerImporter::new(options());
        read_csv(b"number,parent_hash,timestamp\n7,0x0,100\n8,0x0,112\n", "blocks", &mut importer)
            .unwrap();
        read_parquet(cryo_file(), "ethereum__native_transfers__7_to_8.parquet", &mut importer)
            .unwrap();
        assert_eq!(problems(&importer, ProblemKind::TooLarge), 1);
        let ledger = only(importer);
        assert_eq!(ledger.balance(B), Some((5u128 << 70) + 7));
        let hashes: Vec<String> = ledger.transfers().map(|t| t.transaction).collect();
        assert_eq!(hashes, [format!("0x{}", "01".repeat(32)), String::new()]);
    }

    #[test]
    fn a_cut_parquet_file_is_an_error() {
        let mut bytes = cryo_file();
        bytes.truncate(bytes.len() / 2);
        assert!(read_parquet(bytes, "cut.parquet", &mut LedgerImporter::new(options())).is_err());
    }
}
