//! Addresses that were joined by a rule and not by a label, in words.

use std::fmt::Write;

use super::text::{plain, short};
use crate::{cluster::ClusterReport, deposit::DepositAddress};

/// The number of members that a text lists.
const ROWS: usize = 50;

/// Clusters with the transaction that joined each member.
pub fn render_clusters_text(clusters: &[ClusterReport]) -> String {
    let mut out = String::new();
    for cluster in clusters {
        let (count, asset) = (cluster.members.len(), plain(&cluster.asset));
        let _ = match count {
            1 => writeln!(out, "\nCluster in {asset}: no other address was spent together with it"),
            _ => writeln!(out, "\nCluster in {asset}: {count} addresses, by {}", cluster.rule),
        };
        for member in cluster.members.iter().take(ROWS) {
            let why = match (&member.joined_with, &member.transaction, &member.time) {
                (Some(with), Some(hash), Some(time)) => {
                    format!("with {} in {}, {time}", plain(with), plain(hash))
                }
                _ => "asked about".to_owned(),
            };
            let _ = writeln!(out, "  {}  {why}", plain(&member.address));
        }
        if count > ROWS {
            let _ = writeln!(out, "  {} more; --format csv or json has them all", count - ROWS);
        }
        if !cluster.complete {
            let _ = writeln!(out, "  the search stopped there; there may be more");
        }
        if cluster.coinjoins_left_out > 0 {
            let named: Vec<String> =
                cluster.coinjoin_transactions.iter().take(5).map(|hash| plain(hash)).collect();
            let more = if cluster.coinjoins_left_out > 5 { " ..." } else { "" };
            let _ = writeln!(
                out,
                "  {} transactions shaped like coinjoins join nobody: {}{more}",
                cluster.coinjoins_left_out,
                named.join(", ")
            );
        }
    }
    out
}

/// Deposit addresses with the figures behind them.
pub fn render_deposits_text(deposits: &[DepositAddress]) -> String {
    let mut out = String::new();
    if !deposits.is_empty() {
        out.push_str("\nDeposit addresses, known by how they behave and not by a label:\n");
    }
    for found in deposits.iter().take(ROWS) {
        let _ = writeln!(
            out,
            "  {}  {}: passed on {} of {} {} to {} in {} payments ({} % of what it sent), at most {} \
             after it came; {} paid in",
            plain(&found.address),
            plain(&found.exchange),
            short(&found.forwarded),
            short(&found.received),
            plain(&found.asset),
            plain(&found.wallets.join(", ")),
            found.payments,
            found.forwarded_percentage,
            span(found.longest_wait_seconds),
            match found.senders {
                1 => "1 address".to_owned(),
                several => format!("{several} addresses"),
            },
        );
    }
    if deposits.len() > ROWS {
        let _ = writeln!(out, "  {} more; --format json has them all", deposits.len() - ROWS);
    }
    out
}

/// A span of time in words.
fn span(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3_600),
    }
}
