//! Places a flow graph in columns by hop.

use super::flow_graph::FlowGraph;

/// Where a node's bar stands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bar {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) height: f64,
}

/// Where an edge leaves and arrives, and how thick it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ribbon {
    pub(super) edge: usize,
    pub(super) from: (f64, f64),
    pub(super) to: (f64, f64),
    pub(super) width: f64,
    /// Whether it runs against the direction of the hops.
    pub(super) backward: bool,
}

#[derive(Debug)]
pub(super) struct Layout {
    pub(super) bars: Vec<Bar>,
    pub(super) ribbons: Vec<Ribbon>,
    pub(super) width: f64,
    pub(super) height: f64,
}

pub(super) const BAR_WIDTH: f64 = 12.0;
pub(super) const COLUMN: f64 = 300.0;
/// Two lines of text beside each bar.
const LEAST_SLOT: f64 = 30.0;
const GAP: f64 = 6.0;
/// The height of all money together.
const FULL: f64 = 520.0;

pub(super) fn lay_out(graph: &FlowGraph) -> Layout {
    let columns = columns(graph);
    let scale = FULL / graph.total.max(f64::MIN_POSITIVE);
    let mut bars = vec![Bar::default(); graph.nodes.len()];
    let slot = |at: usize| (graph.nodes[at].size() * scale).max(LEAST_SLOT) + GAP;
    let tallest = columns
        .iter()
        .map(|column| column.iter().map(|at| slot(*at)).sum::<f64>())
        .fold(0.0, f64::max);
    let mut order = columns;
    for round in 0..4 {
        for (number, column) in order.iter_mut().enumerate() {
            if round > 0 {
                sort_by_neighbours(graph, column, &bars);
            }
            let used: f64 = column.iter().map(|at| slot(*at)).sum();
            let mut y = (tallest - used) / 2.0;
            for at in column.iter() {
                let height = (graph.nodes[*at].size() * scale).max(1.5);
                bars[*at] = Bar {
                    x: number as f64 * COLUMN,
                    y: y + (slot(*at) - GAP - height) / 2.0,
                    height,
                };
                y += slot(*at);
            }
        }
    }
    let ribbons = ribbons(graph, &bars, scale);
    Layout { width: order.len() as f64 * COLUMN, height: tallest, bars, ribbons }
}

/// Nodes by layer, empty layers closed up, the largest first.
fn columns(graph: &FlowGraph) -> Vec<Vec<usize>> {
    let mut layers: Vec<u32> = graph.nodes.iter().map(|node| node.layer).collect();
    layers.sort_unstable();
    layers.dedup();
    let in_layer = |layer: &u32| {
        let mut column: Vec<usize> =
            (0..graph.nodes.len()).filter(|at| graph.nodes[*at].layer == *layer).collect();
        column.sort_by(|a, b| {
            graph.nodes[*b].size().total_cmp(&graph.nodes[*a].size()).then(a.cmp(b))
        });
        column
    };
    layers.iter().map(in_layer).collect()
}

/// Sorts the nodes of a column by the mean height of their neighbours in earlier columns, so that
/// ribbons cross less.
fn sort_by_neighbours(graph: &FlowGraph, column: &mut [usize], bars: &[Bar]) {
    let mean = |at: usize| {
        let (mut sum, mut weight) = (0.0, 0.0);
        for edge in graph.edges.iter().filter(|edge| edge.to == at || edge.from == at) {
            let other = if edge.to == at { edge.from } else { edge.to };
            if graph.nodes[other].layer < graph.nodes[at].layer {
                sum += edge.value * (bars[other].y + bars[other].height / 2.0);
                weight += edge.value;
            }
        }
        if weight > 0.0 { sum / weight } else { bars[at].y }
    };
    let mut keyed: Vec<(f64, usize)> = column.iter().map(|at| (mean(*at), *at)).collect();
    keyed.sort_by(|a, b| {
        let size = |at: usize| graph.nodes[at].size();
        a.0.total_cmp(&b.0).then(size(b.1).total_cmp(&size(a.1))).then(a.1.cmp(&b.1))
    });
    for (place, (_, at)) in column.iter_mut().zip(keyed) {
        *place = at;
    }
}

fn ribbons(graph: &FlowGraph, bars: &[Bar], scale: f64) -> Vec<Ribbon> {
    let mut order: Vec<usize> = (0..graph.edges.len()).collect();
    order.sort_by(|a, b| {
        let key = |e: usize| (bars[graph.edges[e].to].y, bars[graph.edges[e].from].y);
        let ((a_to, a_from), (b_to, b_from)) = (key(*a), key(*b));
        a_to.total_cmp(&b_to).then(a_from.total_cmp(&b_from)).then(a.cmp(b))
    });
    let mut left: Vec<f64> = bars.iter().map(|bar| bar.y).collect();
    let mut from_y = vec![0.0; graph.edges.len()];
    for edge in &order {
        let from = graph.edges[*edge].from;
        from_y[*edge] = left[from];
        left[from] += graph.edges[*edge].value * scale;
    }
    let mut incoming = order;
    incoming.sort_by(|a, b| {
        let key = |e: usize| bars[graph.edges[e].from].y;
        key(*a).total_cmp(&key(*b)).then(a.cmp(b))
    });
    let mut right: Vec<f64> = bars.iter().map(|bar| bar.y).collect();
    let mut ribbons = Vec::new();
    for edge in incoming {
        let e = &graph.edges[edge];
        let width = (e.value * scale).max(0.6);
        let (from, to) = (bars[e.from], bars[e.to]);
        let start = (from.x + BAR_WIDTH, from_y[edge] + width / 2.0);
        let end = (to.x, right[e.to] + width / 2.0);
        right[e.to] += e.value * scale;
        ribbons.push(Ribbon { edge, from: start, to: end, width, backward: to.x <= from.x });
    }
    ribbons
}
