//! Networks as a tree, as Graphviz text and as a picture.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use layout::backends::svg::SVGWriter;
use layout::core::base::Orientation;
use layout::core::color::Color;
use layout::core::geometry::Point;
use layout::core::style::{LineStyleKind, StyleAttr};
use layout::std_shapes::shapes::{Arrow, Element, LineEndKind, ShapeKind};
use layout::topo::layout::VisualGraph;

use super::walk::{Network, NetworkEdge, NetworkNode};

/// Colours by schema: fill in the form 0xRRGGBBAA, and the same for Graphviz.
fn colours(node: &NetworkNode) -> (u32, &'static str) {
    match node.schema.as_str() {
        "Person" => (0xfde8_c8ff, "#fde8c8"),
        "PublicBody" => (0xd9e4_f5ff, "#d9e4f5"),
        "Vessel" | "Airplane" => (0xd8ef_e9ff, "#d8efe9"),
        "CryptoWallet" => (0xf6dc_e4ff, "#f6dce4"),
        _ => (0xe9e9_efff, "#e9e9ef"),
    }
}

/// The network as a tree for a terminal. Each entity's surroundings are shown once.
pub fn render_network_text(network: &Network) -> String {
    let mut out = String::new();
    let nodes: BTreeMap<&str, &NetworkNode> =
        network.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let mut shown = BTreeSet::new();
    let mut used = BTreeSet::new();
    if let Some(root) = nodes.get(network.root.as_str()) {
        let _ = writeln!(out, "{}", describe(root));
        branch(network, &nodes, root.id.as_str(), "", (&mut shown, &mut used), &mut out);
    }
    if network.cut {
        let _ =
            writeln!(out, "... cut at {} entities; ask for a smaller depth", network.nodes.len());
    }
    out
}

fn describe(node: &NetworkNode) -> String {
    let programmes = match node.programmes.as_slice() {
        [] => String::new(),
        programmes => format!(" [{}]", programmes.join(", ")),
    };
    format!("{} ({}, {}){programmes}", node.caption, node.schema, node.id)
}

fn branch<'a>(
    network: &'a Network,
    nodes: &BTreeMap<&'a str, &'a NetworkNode>,
    at: &'a str,
    indent: &str,
    state: (&mut BTreeSet<&'a str>, &mut BTreeSet<&'a str>),
    out: &mut String,
) {
    let (shown, used) = state;
    shown.insert(at);
    let edges: Vec<&NetworkEdge> = network
        .edges
        .iter()
        .filter(|edge| edge.source.as_str() == at || edge.target.as_str() == at)
        .filter(|edge| !used.contains(edge.id.as_str()))
        .collect();
    used.extend(edges.iter().map(|edge| edge.id.as_str()));
    for (index, edge) in edges.iter().enumerate() {
        let outgoing = edge.source.as_str() == at;
        let other = if outgoing { edge.target.as_str() } else { edge.source.as_str() };
        let Some(node) = nodes.get(other) else { continue };
        let last = index + 1 == edges.len();
        let (tee, rest) = if last { ("└── ", "    ") } else { ("├── ", "│   ") };
        let arrow =
            if outgoing { format!("{} →", edge.role) } else { format!("← {}", edge.role) };
        let when = match (&edge.date, &edge.end_date) {
            (Some(from), Some(to)) => format!(" ({from} to {to})"),
            (Some(from), None) => format!(" ({from})"),
            (None, Some(to)) => format!(" (until {to})"),
            (None, None) => String::new(),
        };
        let _ = writeln!(out, "{indent}{tee}{arrow} {}  · {}{when}", describe(node), edge.kind);
        if !shown.contains(other) {
            branch(network, nodes, other, &format!("{indent}{rest}"), (shown, used), out);
        }
    }
}

/// The network for Graphviz.
pub fn render_network_dot(network: &Network) -> String {
    let mut out = String::from(
        "digraph network {\n  rankdir=LR;\n  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];\n",
    );
    for node in &network.nodes {
        let label = format!("{}\n{}", node.caption, node.id);
        let (_, fill) = colours(node);
        let width = if node.id == network.root { ", penwidth=3" } else { "" };
        let (id, label) = (quoted(node.id.as_str()), quoted(&label));
        let _ = writeln!(out, "  {id} [label={label}, fillcolor=\"{fill}\"{width}];");
    }
    for edge in &network.edges {
        let style = if edge.kind == "association" { ", style=dashed" } else { "" };
        let ends = format!("{} -> {}", quoted(edge.source.as_str()), quoted(edge.target.as_str()));
        let _ = writeln!(out, "  {ends} [label={}{style}];", quoted(&edge.role));
    }
    out.push_str("}\n");
    out
}

fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{text}\"")
}

/// The network as a picture, laid out in layers.
pub fn render_network_svg(network: &Network) -> String {
    let mut graph = VisualGraph::new(Orientation::LeftToRight);
    let mut handles = BTreeMap::new();
    for node in &network.nodes {
        let label = wrapped(&node.caption, 26);
        let lines = label.lines().count().max(1);
        let widest = label.lines().map(width).max().unwrap_or(1);
        let size = Point::new(24.0 + widest as f64 * 8.0, 18.0 + lines as f64 * 17.0);
        let (fill, _) = colours(node);
        let border = if node.id == network.root { 3 } else { 1 };
        let style = StyleAttr::new(Color::new(0x3a3f_4bff), border, Some(Color::new(fill)), 6, 14);
        let shape = ShapeKind::new_box(&label);
        let element = Element::create(shape, style, Orientation::LeftToRight, size);
        handles.insert(node.id.as_str(), graph.add_node(element));
    }
    for edge in &network.edges {
        let ends = (handles.get(edge.source.as_str()), handles.get(edge.target.as_str()));
        let (Some(from), Some(to)) = ends else { continue };
        if from == to {
            continue;
        }
        let line = match edge.kind.as_str() {
            "association" => LineStyleKind::Dashed,
            _ => LineStyleKind::Normal,
        };
        let style = StyleAttr::new(Color::new(0x6b71_80ff), 1, None, 0, 11);
        let text = wrapped(&edge.role, 22);
        let arrow =
            Arrow::new(LineEndKind::None, LineEndKind::Arrow, line, &text, &style, &None, &None);
        graph.add_edge(arrow, *from, *to);
    }
    let mut writer = SVGWriter::new();
    graph.do_it(false, false, false, &mut writer);
    with_sorted_styles(&writer.finalize())
}

/// Labels of relations lie on their lines: a white edge around the letters keeps them readable.
const LABEL_EDGE: &str =
    "text .a11, text.a11 { paint-order: stroke; stroke: #ffffff; stroke-width: 3px; }\n";

/// The layout library keeps its style classes in a hash map, so that they come in another order in
/// each run. Sorted, the same network gives the same bytes.
fn with_sorted_styles(svg: &str) -> String {
    let is_style = |line: &str| line.starts_with(".a");
    let mut sorted: Vec<&str> = svg.lines().filter(|line| is_style(line)).collect();
    sorted.sort_unstable();
    let mut sorted = sorted.into_iter();
    let mut out = String::with_capacity(svg.len());
    for line in svg.lines() {
        let next = if is_style(line) { sorted.next() } else { None };
        out.push_str(next.unwrap_or(line));
        out.push('\n');
        if line.ends_with("<style>") {
            out.push_str(LABEL_EDGE);
        }
    }
    out
}

/// What a text takes in columns: letters of East Asian scripts are twice as wide.
fn width(text: &str) -> usize {
    text.chars().map(|letter| if u32::from(letter) >= 0x1100 { 2 } else { 1 }).sum()
}

fn wrapped(text: &str, columns: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let full = lines
            .last()
            .is_some_and(|line| !line.is_empty() && width(line) + width(word) >= columns);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_classes_come_in_one_order_and_nothing_else_moves() {
        let svg =
            "<svg>\n<style>\n.a14 { x }\n.a11 { y }\n</style>\n<text class=\"a14\"/>\n</svg>\n";
        let other =
            "<svg>\n<style>\n.a11 { y }\n.a14 { x }\n</style>\n<text class=\"a14\"/>\n</svg>\n";
        let other = other.replace("<style>\n", &format!("<style>\n{LABEL_EDGE}"));
        assert_eq!(with_sorted_styles(svg), other);
    }
}
