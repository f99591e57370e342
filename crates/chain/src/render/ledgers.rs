//! Ledgers and their tables of links, in words.

use std::fmt::Write;

use super::text::plain;
use crate::{
    links::{LinkTableStatus, LinksReport},
    status::StatusReport,
};

/// The ledgers of a folder.
pub fn render_status_text(report: &StatusReport) -> String {
    let mut out = String::new();
    for ledger in &report.ledgers {
        let meta = &ledger.meta;
        let _ = writeln!(
            out,
            "{}  ({}, {})",
            plain(&meta.asset.to_string()),
            ledger.file,
            size(ledger.bytes)
        );
        let _ = writeln!(
            out,
            "  {} transfers in {} transactions, {} to {}",
            meta.transfers, meta.transactions, ledger.from, ledger.until
        );
        if meta.blocks_known {
            let _ = writeln!(out, "  blocks {} to {}", meta.first_block, meta.last_block);
        }
        if meta.openings > 0 {
            let _ = writeln!(
                out,
                "  {} payments exceed what the data explain; {} {} of history is missing",
                meta.openings,
                ledger.missing,
                plain(&meta.asset.symbol)
            );
        }
        let left = meta.left_out;
        if left.zero_value + left.duplicate + left.beyond_128_bits > 0 {
            let _ = writeln!(
                out,
                "  left out: {} of zero value, {} duplicates, {} beyond 128 bits",
                left.zero_value, left.duplicate, left.beyond_128_bits
            );
        }
        let _ = writeln!(out, "  tables of links: {}", tables(&ledger.links));
        let _ = writeln!(out, "  from {}", plain(&meta.sources.join(", ")));
    }
    if report.ledgers.is_empty() {
        out.push_str("no ledgers; `interdict chain import` makes them\n");
    }
    out
}

/// The tables of links of a folder's ledgers, and which of them were made now.
pub fn render_links_text(report: &LinksReport) -> String {
    let mut out = String::new();
    for ledger in &report.ledgers {
        let (asset, transfers) = (plain(&ledger.asset), ledger.transfers);
        let _ = writeln!(out, "{asset}  ({}, {transfers} transfers)", ledger.ledger);
        for table in &ledger.tables {
            let made = if ledger.made.contains(&table.method) { "made" } else { "was there" };
            let _ = writeln!(out, "  {}  {}, {made}", table.method.name(), size(table.bytes));
        }
    }
    out
}

fn tables(tables: &[LinkTableStatus]) -> String {
    let table = |table: &LinkTableStatus| match table.fits {
        true => format!("{} {}", table.method.name(), size(table.bytes)),
        false => format!("{} does not fit the ledger and is not used", table.method.name()),
    };
    match tables {
        [] => "none".to_owned(),
        tables => tables.iter().map(table).collect::<Vec<_>>().join(", "),
    }
}

/// A file's size as people read it.
fn size(bytes: u64) -> String {
    const UNITS: [(u32, &str); 3] = [(30, "GiB"), (20, "MiB"), (10, "KiB")];
    match UNITS.iter().find(|(shift, _)| bytes >> shift > 0) {
        Some((shift, unit)) => format!("{:.1} {unit}", bytes as f64 / (1u64 << shift) as f64),
        None => format!("{bytes} bytes"),
    }
}
