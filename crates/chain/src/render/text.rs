//! Traces and exposures as text for a terminal.

use std::fmt::Write;

use crate::{
    amount::format_short,
    deposit::DEPOSIT_RULE,
    exposure::{Basis, EntityExposure, ExposureReport},
    label::ListVersion,
    money::{Money, percentage},
    trace::{DataRange, TraceReport},
};

/// The number of terminals that a text lists; the rest is summed up.
const ROWS: usize = 60;
/// The number of seeds that a text lists.
const SEEDS: usize = 5;

/// Replaces control characters in a text that comes from data, because a terminal would execute them.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

pub(super) fn short(money: &Money) -> String {
    let decimals = money.amount.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let digits = money.amount.replace('.', "");
    digits.parse().map_or_else(
        |_| money.amount.clone(),
        |units| format_short(units, u8::try_from(decimals).unwrap_or(u8::MAX), 6),
    )
}

fn foot(out: &mut String, ranges: &[&DataRange], versions: &[ListVersion], notes: &[String]) {
    for range in ranges {
        let blocks = range.blocks.map_or_else(String::new, |(a, b)| format!(", blocks {a} to {b}"));
        let _ = writeln!(
            out,
            "Data: {}, {} to {}{blocks}, {} transfers from {}",
            plain(&range.asset),
            range.from,
            range.until,
            range.transfers,
            plain(&range.sources.join(", ")),
        );
    }
    for version in versions {
        let _ = writeln!(out, "List: {} {}", plain(&version.name), plain(&version.version));
    }
    for note in notes {
        let _ = writeln!(out, "Note: {}", plain(note));
    }
}

/// A trace in words and columns.
pub fn render_trace_text(report: &TraceReport) -> String {
    let mut out = String::new();
    let mut seeds = report.seeds.iter().take(SEEDS).cloned().collect::<Vec<_>>().join("; ");
    if report.seeds.len() > SEEDS {
        seeds.push_str(&format!("; and {} more", report.seeds.len() - SEEDS));
    }
    let _ = writeln!(out, "Traced by {}: {}", report.method.name(), plain(&seeds));
    write_accounts(&mut out, report);
    write_terminals(&mut out, report);
    if !report.residuals.is_empty() {
        let _ = writeln!(out, "\nOf this, cut off or spent by name:");
        for r in &report.residuals {
            let _ = writeln!(
                out,
                "{:>20} {:<4} {} at {} addresses",
                short(&r.value),
                plain(&r.asset),
                r.name,
                r.addresses
            );
        }
    }
    write_conversions(&mut out, report);
    let _ = writeln!(out, "\nBy hop:     moved                ended");
    for h in &report.hops {
        let _ = writeln!(
            out,
            "{:>4} {:>20} {:>20} {}",
            h.hop,
            short(&h.moved),
            short(&h.ended),
            plain(&h.asset)
        );
    }
    out.push('\n');
    foot(
        &mut out,
        &report.data_range.iter().collect::<Vec<_>>(),
        &report.list_versions,
        &report.notes,
    );
    out
}

/// What came in and what ended, for each asset.
fn write_accounts(out: &mut String, report: &TraceReport) {
    for account in &report.accounts {
        let closes = if account.closes { "closes to the last unit" } else { "does not close" };
        let converted = if account.converted_in.raw() + account.converted_out.raw() > 0 {
            format!(
                " + {} by conversion, of which {} converted on",
                short(&account.converted_in),
                short(&account.converted_out)
            )
        } else {
            String::new()
        };
        let _ = writeln!(
            out,
            "{}: {} in{converted}, {} ended; the account {closes}",
            plain(&account.asset),
            short(&account.seeded),
            short(&account.ended),
        );
    }
}

/// Where the money ended.
fn write_terminals(out: &mut String, report: &TraceReport) {
    let _ = writeln!(out, "\n{:>24} {:>9}  hops  where", "amount", "%");
    for t in report.terminals.iter().take(ROWS) {
        let by_rule = t.label_source.as_deref().filter(|source| *source == DEPOSIT_RULE);
        let by_rule = by_rule.map_or_else(String::new, |rule| format!(", by {rule}"));
        let who = t.entity.as_deref().map_or_else(String::new, |entity| {
            // A label file with roles only has no names of parties; the role is then shown as the
            // name.
            match t.category.as_deref().filter(|category| *category != entity) {
                Some(category) => format!("  {} ({}{by_rule})", plain(entity), plain(category)),
                None => format!("  {}{by_rule}", plain(entity)),
            }
        });
        let outcome =
            if t.outcome == "held" { String::new() } else { format!("  [{}]", t.outcome) };
        let _ = writeln!(
            out,
            "{:>20} {:<4} {:>8}  {:>4}  {}{who}{outcome}",
            short(&t.value),
            plain(&t.asset),
            t.percentage,
            t.min_hops,
            plain(&t.address),
        );
    }
    if report.terminals.len() > ROWS {
        let _ = writeln!(
            out,
            "{:>24} {} more; --format csv has them all",
            "...",
            report.terminals.len() - ROWS
        );
    }
}

/// Conversions into other assets or chains, in the order of time.
fn write_conversions(out: &mut String, report: &TraceReport) {
    if report.conversions.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nCarried over into other assets or chains:");
    for c in report.conversions.iter().take(ROWS) {
        let how = match (&c.bridge_method, c.bridge_confidence) {
            (Some(method), Some(sure)) => {
                let paid_in = plain(&c.gave_transaction);
                format!("bridge link by {}, {sure} % sure, paid in by {paid_in}", plain(method))
            }
            _ if c.gave_asset == c.received_asset => "given back".to_owned(),
            _ if c.unpriced => "several assets given and no price known".to_owned(),
            _ => "swap".to_owned(),
        };
        let _ = writeln!(
            out,
            "{:>20} {} given to {} -> {} {} to {}  [{how}] {}",
            short(&c.gave),
            plain(&c.gave_asset),
            plain(&c.gave_to),
            short(&c.received),
            plain(&c.received_asset),
            plain(&c.address),
            plain(&c.transaction),
        );
    }
    if report.conversions.len() > ROWS {
        let _ = writeln!(out, "{:>24} {} more", "...", report.conversions.len() - ROWS);
    }
}

/// An exposure in words and columns.
pub fn render_exposure_text(report: &ExposureReport) -> String {
    let mut out = String::new();
    let (what, preposition) = match report.basis {
        Basis::Balance => ("The balance", "comes from"),
        Basis::Received => ("What was received", "came from"),
        Basis::Sent => ("What was sent", "went to"),
    };
    let others = match report.wallet_addresses.len() {
        0 | 1 => String::new(),
        count => format!(" and {} other addresses of its wallet", count - 1),
    };
    let at = report.at.as_deref().map_or_else(String::new, |at| format!(" as of {at}"));
    let _ = writeln!(
        out,
        "{}{others} on {}{at}, by {}",
        plain(&report.address),
        plain(&report.asset),
        report.method.name()
    );
    for party in &report.wallet_parties {
        let _ = writeln!(
            out,
            "{} is a wallet of {} ({})",
            plain(&party.address),
            plain(&party.entity),
            plain(&party.category)
        );
    }
    let _ = writeln!(out, "{what} of {} {preposition}:\n", short(&report.total_value));
    let _ = writeln!(
        out,
        "{:>9} {:>9} {:>9}  hops  {:>20}  who",
        "%", "direct %", "indir. %", "amount"
    );
    for e in &report.entities {
        write_entity(&mut out, e);
    }
    let labelled = |category: &str| report.entities.iter().any(|e| e.category == category);
    for c in report.categories.iter().filter(|c| !labelled(&c.category)) {
        let _ = writeln!(
            out,
            "{:>9} {:>9} {:>9}  {:>4}  {:>20}  {}",
            c.contribution_percentage,
            "",
            "",
            "",
            short(&c.contribution_value),
            plain(&c.category)
        );
    }
    let _ = writeln!(
        out,
        "\nIllicit {} %, unknown {} %. {}",
        report.illicit_percentage,
        report.unknown_percentage,
        if report.closes {
            "The shares add up to the last unit."
        } else {
            "The shares are bounds and need not add up."
        },
    );
    write_paths(&mut out, report);
    foot(&mut out, &[&report.data_range], &report.list_versions, &report.notes);
    out
}

fn write_entity(out: &mut String, e: &EntityExposure) {
    let authority = e.authority.as_deref().map_or_else(String::new, |a| format!(", {}", plain(a)));
    let _ = writeln!(
        out,
        "{:>9} {:>9} {:>9}  {:>4}  {:>20}  {} ({}{authority})",
        e.contribution_percentage,
        e.counterparty_percentage,
        e.indirect_percentage,
        e.min_number_of_hops,
        short(&e.contribution_value),
        plain(&e.entity),
        plain(&e.category),
    );
    let dated = [&e.pre_designation_value, &e.post_designation_value, &e.after_removal_value];
    if dated.iter().any(|money| money.raw() > 0) {
        let _ = writeln!(
            out,
            "{:>57}before designation {}, since {}, after removal {}",
            "",
            short(dated[0]),
            short(dated[1]),
            short(dated[2]),
        );
    }
}

fn write_paths(out: &mut String, report: &ExposureReport) {
    for e in report.entities.iter().filter(|e| !e.paths.is_empty()) {
        let towards = if report.basis == Basis::Sent { "to" } else { "from" };
        let _ = writeln!(out, "\nPaths {towards} {}:", plain(&e.entity));
        for path in e.paths.iter().take(10) {
            let starts = path.steps.iter().map(|step| plain(&step.address));
            let end = path.steps.last().map(|step| plain(&step.to));
            let steps: Vec<String> = starts.chain(end).collect();
            let _ = writeln!(
                out,
                "{:>9} % {:>18}  {}",
                path.percentage,
                short(&path.value),
                steps.join(" -> "),
            );
        }
        let hidden: u128 = e.paths.iter().skip(10).map(|p| p.value.raw()).sum::<u128>()
            + e.other_paths_value.raw();
        if hidden > 0 {
            let share = percentage(hidden, e.contribution_value.raw());
            let _ = writeln!(out, "{share:>9} % {:>18}  other paths", "");
        }
    }
    out.push('\n');
}
