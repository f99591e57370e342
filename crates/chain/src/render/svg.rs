//! A trace as a drawing.

use std::{collections::BTreeMap, fmt::Write};

use super::{
    flow_graph::{FlowGraph, FlowNode},
    layout::{BAR_WIDTH, COLUMN, Layout, lay_out},
};
use crate::trace::TraceReport;

/// How to draw a trace.
#[derive(Debug, Clone)]
pub struct PictureOptions {
    /// The heading; one is made of the method and the seeds when none is given.
    pub title: Option<String>,
    /// Draw at most this many parties; the smaller ones are joined by hop and kind.
    pub most_nodes: usize,
}

impl Default for PictureOptions {
    fn default() -> Self {
        Self { title: None, most_nodes: 50 }
    }
}

/// Colours that readers with colour-vision deficiencies can distinguish (after Okabe and Ito), darkened for text.
const KNOWN: &[(&str, &str)] = &[
    ("sanctioned", "#b2182b"),
    ("theft", "#d6604d"),
    ("mixer", "#7b4ea3"),
    ("coin-join", "#9a7bb8"),
    ("exchange", "#0b6fa4"),
    ("custodian", "#3d8fc0"),
    ("bridge", "#d98200"),
    ("decentralised-exchange", "#c99a2e"),
    ("gambling", "#8a6d3b"),
    ("held", "#2a7f62"),
    ("transaction", "#9aa0a6"),
    ("burnt", "#333333"),
    ("fees", "#6b6b6b"),
    ("", "#8d99a6"),
];
const OTHERS: &[&str] =
    &["#7b4ea3", "#0b6fa4", "#d98200", "#2a7f62", "#b3446c", "#5b7f17", "#8a5a2b", "#4c5fb0"];

const MARGIN: f64 = 28.0;
const HEAD: f64 = 92.0;
const LABELS: f64 = 190.0;

/// Draws where the money went: a column for each hop, bars and ribbons as high as their amounts, coloured by kind. The
/// drawing consists of text and shapes and contains no scripts.
pub fn render_trace_svg(report: &TraceReport, options: &PictureOptions) -> String {
    let graph = FlowGraph::of(report, options.most_nodes.max(2));
    let layout = lay_out(&graph);
    let colours = colours(&graph);
    let legend = legend(&graph, &colours);
    let width = (layout.width - COLUMN + BAR_WIDTH + LABELS).max(900.0) + 2.0 * MARGIN;
    let foot_lines = 2 + report.notes.len().min(3);
    let height = HEAD
        + layout.height
        + 26.0 * (1 + legend.len() / 2) as f64
        + 18.0 * foot_lines as f64
        + 2.0 * MARGIN;
    let mut out = String::new();
    let _ = writeln!(
        out,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0} {height:.0}" width="{width:.0}" height="{height:.0}" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif" role="img">
<rect width="100%" height="100%" fill="#ffffff"/>"##
    );
    write_head(&mut out, report, options, &graph);
    let _ = writeln!(out, r#"<g transform="translate({MARGIN} {HEAD})">"#);
    write_ribbons(&mut out, &graph, &layout, &colours);
    write_bars(&mut out, &graph, &layout, &colours);
    out.push_str("</g>\n");
    write_legend(&mut out, &legend, HEAD + layout.height + 30.0);
    write_foot(&mut out, report, height - 18.0 * foot_lines as f64 - MARGIN / 2.0);
    out.push_str("</svg>\n");
    out
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            c if c.is_control() => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    format!("{}…", text.chars().take(most - 1).collect::<String>())
}

/// An amount with as many digits as a picture needs.
fn shown(value: f64) -> String {
    let places = if value >= 1_000.0 {
        0
    } else if value >= 1.0 {
        2
    } else {
        5
    };
    let text = format!("{value:.places$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if fraction.is_empty() { grouped } else { format!("{grouped}.{fraction}") }
}

fn colours(graph: &FlowGraph) -> BTreeMap<String, &'static str> {
    let mut kinds: Vec<&str> = graph.nodes.iter().map(|node| node.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut others = OTHERS.iter().cycle();
    let mut colour = |kind: &str| {
        let known = KNOWN.iter().find(|(name, _)| *name == kind).map(|(_, colour)| *colour);
        known.or_else(|| others.next().copied()).unwrap_or("#8d99a6")
    };
    kinds.into_iter().map(|kind| (kind.to_owned(), colour(kind))).collect()
}

fn write_head(out: &mut String, report: &TraceReport, options: &PictureOptions, graph: &FlowGraph) {
    let made = format!("Where {} {} went", shown(graph.total), graph.symbol);
    let title = options.title.clone().unwrap_or(made);
    let _ = writeln!(out, r##"<title>{}</title>"##, escape(&title));
    let _ = writeln!(
        out,
        r##"<text x="{MARGIN}" y="40" font-size="21" font-weight="650" fill="#1b2733">{}</text>"##,
        escape(&cut(&title, 78)),
    );
    let seeds = format!("By {}. Start: {}.", report.method.name(), report.seeds.join("; "));
    let _ = writeln!(
        out,
        r##"<text x="{MARGIN}" y="62" font-size="12.5" fill="#51606e">{}</text>"##,
        escape(&cut(&seeds, 130))
    );
}

fn write_ribbons(
    out: &mut String,
    graph: &FlowGraph,
    layout: &Layout,
    colours: &BTreeMap<String, &str>,
) {
    let colour = |node: &FlowNode| colours.get(&node.kind).copied().unwrap_or("#8d99a6");
    for ribbon in &layout.ribbons {
        let edge = &graph.edges[ribbon.edge];
        let (from, to) = (&graph.nodes[edge.from], &graph.nodes[edge.to]);
        let ((x1, y1), (x2, y2)) = (ribbon.from, ribbon.to);
        let path = if ribbon.backward {
            // The curve leaves on the right side and turns back, so that a payment back to an earlier hop is visible as
            // one.
            let (left, reach) = (x2 + BAR_WIDTH, x1.max(x2) + 60.0);
            format!("M{x1:.1} {y1:.1}C{reach:.1} {y1:.1} {reach:.1} {y2:.1} {left:.1} {y2:.1}")
        } else {
            let middle = (x1 + x2) / 2.0;
            format!("M{x1:.1} {y1:.1}C{middle:.1} {y1:.1} {middle:.1} {y2:.1} {x2:.1} {y2:.1}")
        };
        let (shade, dash) = if ribbon.backward {
            ("#8d99a6", r#" stroke-dasharray="5 4""#)
        } else {
            (colour(to), "")
        };
        let width = if ribbon.backward { ribbon.width.min(3.0) } else { ribbon.width };
        let _ = writeln!(
            out,
            r#"<path d="{path}" fill="none" stroke="{shade}" stroke-opacity="0.38" stroke-width="{width:.2}"{dash}><title>{} → {}: {} {} in {} transfers</title></path>"#,
            escape(&from.name),
            escape(&to.name),
            shown(edge.value),
            escape(&graph.symbol),
            edge.transfers,
        );
    }
}

fn write_bars(
    out: &mut String,
    graph: &FlowGraph,
    layout: &Layout,
    colours: &BTreeMap<String, &str>,
) {
    for (node, bar) in graph.nodes.iter().zip(&layout.bars) {
        let colour = colours.get(&node.kind).copied().unwrap_or("#8d99a6");
        let _ = writeln!(
            out,
            r#"<rect x="{:.1}" y="{:.1}" width="{BAR_WIDTH}" height="{:.1}" rx="1.5" fill="{colour}"/>"#,
            bar.x, bar.y, bar.height,
        );
        let middle = bar.y + bar.height / 2.0;
        let held = if node.ended > 0.0 && node.outflow > node.ended / 1_000.0 {
            format!(", {} stays", shown(node.ended))
        } else {
            String::new()
        };
        let amount = format!("{} {}{held}", shown(node.size()), graph.symbol);
        // A white copy underneath keeps the words readable over ribbons in every viewer.
        for (halo, name_fill, amount_fill) in [
            (
                r##" stroke="#ffffff" stroke-width="3.5" stroke-linejoin="round""##,
                "#ffffff",
                "#ffffff",
            ),
            ("", "#1b2733", "#44525f"),
        ] {
            let _ = writeln!(
                out,
                r#"<g{halo}><text x="{0:.1}" y="{1:.1}" font-size="12" font-weight="600" fill="{name_fill}">{2}</text><text x="{0:.1}" y="{3:.1}" font-size="11" fill="{amount_fill}">{4}</text></g>"#,
                bar.x + BAR_WIDTH + 6.0,
                middle - 1.5,
                escape(&cut(&node.name, 26)),
                middle + 12.0,
                escape(&amount),
            );
        }
    }
}

/// What ended by kind: colour, name, amount, share.
fn legend<'c>(graph: &FlowGraph, colours: &BTreeMap<String, &'c str>) -> Vec<(&'c str, String)> {
    let mut sums: BTreeMap<&str, (f64, usize)> = BTreeMap::new();
    for node in graph.nodes.iter().filter(|node| node.ended > 0.0) {
        let sum = sums.entry(node.kind.as_str()).or_default();
        *sum = (sum.0 + node.ended, sum.1 + node.members);
    }
    let mut rows: Vec<_> = sums.into_iter().collect();
    rows.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then(a.0.cmp(b.0)));
    let text = |kind: &str, value: f64, members: usize| {
        let name = if kind.is_empty() { "unlabelled" } else { kind };
        let share = 100.0 * value / graph.total.max(f64::MIN_POSITIVE);
        format!(
            "{}: {} {} in {members} ({share:.2} %)",
            name.replace('_', " "),
            shown(value),
            graph.symbol
        )
    };
    rows.into_iter()
        .map(|(kind, (value, members))| {
            (colours.get(kind).copied().unwrap_or("#8d99a6"), text(kind, value, members))
        })
        .collect()
}

fn write_legend(out: &mut String, legend: &[(&str, String)], top: f64) {
    for (at, (colour, text)) in legend.iter().enumerate() {
        let x = MARGIN + (at % 2) as f64 * 430.0;
        let y = top + (at / 2) as f64 * 22.0;
        let _ = writeln!(
            out,
            r##"<rect x="{x}" y="{:.1}" width="13" height="13" rx="2" fill="{colour}"/><text x="{:.1}" y="{:.1}" font-size="12.5" fill="#1b2733">{}</text>"##,
            y - 11.0,
            x + 20.0,
            y,
            escape(text),
        );
    }
}

fn write_foot(out: &mut String, report: &TraceReport, top: f64) {
    let mut lines = Vec::new();
    let seeded = report.accounts.iter().find(|account| account.seeded.raw() > 0);
    let own = |asset: &str| seeded.is_none_or(|account| account.asset == asset);
    for range in report.data_range.iter().filter(|range| own(&range.asset)).take(1) {
        lines.push(format!(
            "Data: {}, {} to {}, {} transfers.",
            range.asset, range.from, range.until, range.transfers
        ));
    }
    if !report.list_versions.is_empty() {
        let versions: Vec<String> =
            report.list_versions.iter().map(|v| format!("{} {}", v.name, v.version)).collect();
        lines.push(format!("Labels: {}.", versions.join(", ")));
    }
    lines.extend(report.notes.iter().take(3).cloned());
    for (at, line) in lines.iter().enumerate() {
        let y = top + 18.0 * at as f64;
        let _ = writeln!(
            out,
            r##"<text x="{MARGIN}" y="{y:.1}" font-size="11" fill="#6b7885">{}</text>"##,
            escape(&cut(line, 150))
        );
    }
}
