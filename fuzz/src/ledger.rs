//! Ledgers and tables of links: a valid file, damaged, is refused or answers without a panic.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use interdict_chain::asset::Asset;
use interdict_chain::exposure::{Basis, ExposureRequest, exposure};
use interdict_chain::ledger::{
    Ledger, LedgerBuilder, UtxoBuilder, UtxoInput, UtxoOutput, UtxoTransaction, without_checksums,
};
use interdict_chain::set::LedgerSet;
use interdict_chain::trace::{LinkOrder, LinkTable, Method, Seed, TraceRequest, trace};
use interdict_chain::transfer::{Position, Transfer, TransferKind};

use crate::damage::{Damage, Span};
use crate::temporary;

/// Bytes after the table of sections: its place, its length, its hash, the magic bytes.
const TRAILER: usize = 32;

static LEDGERS: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| [accounts(), outputs()]);
static TABLES: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    LinkOrder::ALL.map(|order| {
        let ledger = Ledger::open(&temporary::file("base.ledger", &LEDGERS[0])).expect("opens");
        let path = temporary::file("base.links", b"");
        LinkTable::build(&ledger, order, &path).expect("a table is written");
        std::fs::read(&path).expect("and read")
    })
});

/// Changes a ledger, opens and verifies it, and traces through it.
pub fn ledger(damage: &Damage) {
    let file = &LEDGERS[usize::from(damage.base) % LEDGERS.len()];
    let path = temporary::file("damaged.ledger", &changed(file, damage));
    let Ok(ledger) = Ledger::open(&path) else {
        assert!(!damage.is_none(), "an undamaged ledger opens");
        return;
    };
    let verified = ledger.verify();
    assert!(verified.is_ok() || !damage.is_none(), "an undamaged ledger passes its check");
    question(&LedgerSet { ledgers: vec![ledger], ..LedgerSet::default() });
}

/// Changes a table of links and asks it and a trace for every row.
pub fn link_table(damage: &Damage) {
    let number = usize::from(damage.base) % TABLES.len();
    let (order, file) = (LinkOrder::ALL[number], &TABLES[number]);
    let ledger = Ledger::open(&temporary::file("whole.ledger", &LEDGERS[0])).expect("opens");
    let path = temporary::file("damaged.links", &changed(file, damage));
    let Ok(table) = LinkTable::open(&ledger, order, &path) else {
        assert!(!damage.is_none(), "an undamaged table opens");
        return;
    };
    for row in 0..ledger.meta().transfers as u32 {
        let _ = (table.spending_of(&ledger, row), table.funding_of(&ledger, row));
    }
    let links = BTreeMap::from([((0, order), table)]);
    question(&LedgerSet { ledgers: vec![ledger], links, ..LedgerSet::default() });
}

/// Traces from and exposure of the first addresses, by every method.
pub(crate) fn question(set: &LedgerSet) {
    let Some(ledger) = set.ledgers.first() else { return };
    let mut addresses: Vec<String> = Vec::new();
    for transfer in ledger.transfers().take(20) {
        for address in [transfer.from, transfer.to] {
            if !addresses.contains(&address) && addresses.len() < 4 {
                addresses.push(address);
            }
        }
    }
    for address in &addresses {
        let _ = ledger.balance(address);
        for method in Method::ALL {
            let seed = Seed::Address { address: address.clone(), since: None };
            let mut request = TraceRequest::new(vec![seed], method);
            request.limits.max_events = 2_000;
            let _ = trace(set, &request);
            for basis in [Basis::Balance, Basis::Received, Basis::Sent] {
                let mut request = ExposureRequest::new(address);
                (request.method, request.basis, request.max_events) = (method, basis, 2_000);
                let _ = exposure(set, &request);
            }
        }
    }
}

/// A file without checksums is as good as one whose checksums were made right again.
fn changed(file: &[u8], damage: &Damage) -> Vec<u8> {
    if !damage.repaired {
        return damage.apply(file, &sections(file));
    }
    let file = without_checksums(file).expect("it is a whole file");
    let mut bytes = damage.apply(&file, &sections(&file));
    repair(&mut bytes);
    bytes
}

/// The sections that the table at the end of a file lists, the table, and the trailer.
fn sections(file: &[u8]) -> Vec<Span> {
    let trailer = file.len() - TRAILER;
    let table = Span { start: word(file, trailer), length: word(file, trailer + 8) };
    let listed: BTreeMap<String, BTreeMap<String, u64>> =
        serde_json::from_slice(&file[table.start..table.start + table.length]).expect("a table");
    let mut sections: Vec<Span> = listed
        .values()
        .map(|span| Span { start: span["at"] as usize, length: span["bytes"] as usize })
        .collect();
    sections.extend([table, Span { start: trailer, length: TRAILER }]);
    sections
}

/// Writes the hash that the changed table has now.
fn repair(bytes: &mut [u8]) {
    let Some(trailer) = bytes.len().checked_sub(TRAILER) else { return };
    let (start, length) = (word(bytes, trailer), word(bytes, trailer + 8));
    let Some(table) = bytes.get(start..start.saturating_add(length)) else { return };
    let hash = table.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
    });
    bytes[trailer + 16..trailer + 24].copy_from_slice(&hash.to_le_bytes());
}

fn word(bytes: &[u8], at: usize) -> usize {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes")) as usize
}

fn accounts() -> Vec<u8> {
    let mut builder = LedgerBuilder::new(Asset::native("ethereum", "ETH", 18));
    let rows = [
        ("@issue", "a", 100),
        ("a", "b", 60),
        ("x", "b", 15),
        ("b", "c", 50),
        ("c", "a", 20),
        ("a", "d", 55),
        ("b", "@burnt", 5),
        ("d", "@fees", 1),
    ];
    for (number, (from, to, units)) in rows.into_iter().enumerate() {
        let position = Position {
            time: 1_650_000_000 + number as i64,
            block: number as u32 / 2,
            transaction: number as u32 % 2,
            event: 0,
        };
        let transfer = Transfer {
            position,
            transaction: format!("0x{number:064x}"),
            initiator: from.to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            units,
            kind: TransferKind::External,
        };
        builder.push(&transfer).expect("there is room");
    }
    let folder = temporary::folder();
    std::fs::read(builder.finish(folder.path()).expect("a ledger is written")).expect("and read")
}

fn outputs() -> Vec<u8> {
    let mut builder = UtxoBuilder::new(Asset::native("bitcoin", "BTC", 8));
    let output = |address: &str, units| UtxoOutput { address: address.to_owned(), units };
    let spends =
        |hash: &str, output| UtxoInput { transaction: hash.to_owned(), output, previous: None };
    let mint = |block: u32, hash: &str, units| UtxoTransaction {
        position: Position { time: i64::from(block) * 600, block, transaction: 0, event: 0 },
        hash: hash.to_owned(),
        coinbase: true,
        inputs: Vec::new(),
        outputs: vec![output("miner", units)],
    };
    let pay = |block: u32, hash: &str, inputs, outputs| UtxoTransaction {
        position: Position { time: i64::from(block) * 600, block, transaction: 1, event: 0 },
        hash: hash.to_owned(),
        coinbase: false,
        inputs,
        outputs,
    };
    let transactions = [
        mint(1, "t1", 50),
        mint(2, "t2", 52),
        pay(2, "t3", vec![spends("t1", 0)], vec![output("a", 30), output("b", 18)]),
        mint(3, "t4", 51),
        pay(3, "t5", vec![spends("t3", 0), spends("t3", 1)], vec![output("c", 40), output("a", 7)]),
    ];
    for transaction in transactions {
        builder.push(transaction).expect("the transactions add up");
    }
    let folder = temporary::folder();
    std::fs::read(builder.finish(folder.path()).expect("a ledger is written")).expect("and read")
}
