//! A trace's flows as a graph small enough to draw: the largest parties by themselves, the rest joined
//! by layer and kind, with nothing left out of the sums.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::{
    ConversionUsed,
    trace::{Terminal, TraceReport},
};

#[derive(Debug, Clone, Default)]
pub(super) struct FlowNode {
    pub(super) name: String,
    /// The party's kind, an outcome, or nothing.
    pub(super) kind: String,
    pub(super) layer: u32,
    pub(super) inflow: f64,
    pub(super) outflow: f64,
    pub(super) ended: f64,
    /// The number of addresses that it represents.
    pub(super) members: usize,
}

impl FlowNode {
    pub(super) fn size(&self) -> f64 {
        self.inflow.max(self.outflow + self.ended).max(self.outflow)
    }
}

#[derive(Debug, Clone)]
pub(super) struct FlowEdge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) value: f64,
    pub(super) transfers: u64,
}

#[derive(Debug, Default)]
pub(super) struct FlowGraph {
    pub(super) nodes: Vec<FlowNode>,
    pub(super) edges: Vec<FlowEdge>,
    pub(super) total: f64,
    pub(super) symbol: String,
}

/// An amount for drawing. Pictures need six digits; the reports have them all.
fn drawn(amount: &str) -> f64 {
    amount.parse().unwrap_or(0.0)
}

fn short_name(address: &str) -> String {
    let bare = address.strip_prefix("tx:").unwrap_or(address);
    if bare.chars().count() <= 18 {
        return bare.to_owned();
    }
    let head: String = bare.chars().take(8).collect();
    let tail: String = bare.chars().skip(bare.chars().count() - 4).collect();
    format!("{head}…{tail}")
}

impl FlowGraph {
    /// The graph of the asset that was seeded.
    pub(super) fn of(report: &TraceReport, most: usize) -> Self {
        let seeded = report.accounts.iter().find(|account| account.seeded.raw() > 0);
        let seeded = seeded.or(report.accounts.first());
        let symbol = seeded.map(|account| account.name.clone()).unwrap_or_default();
        let mut graph = Self { symbol: symbol.clone(), ..Self::default() };
        graph.total =
            seeded.map_or(0.0, |a| drawn(&a.seeded.amount) + drawn(&a.converted_in.amount));
        let mut index: HashMap<&str, usize> = HashMap::new();
        let between = report.flows.iter().any(|f| f.to.starts_with("tx:"));
        let layers = layers(report, &symbol, between);
        for flow in report.flows.iter().filter(|flow| flow.asset == symbol) {
            let value = drawn(&flow.value.amount);
            let from = graph.node(&mut index, &flow.from, &layers);
            let to = graph.node(&mut index, &flow.to, &layers);
            graph.nodes[from].outflow += value;
            graph.nodes[to].inflow += value;
            graph.edges.push(FlowEdge { from, to, value, transfers: flow.transfers });
        }
        for terminal in report.terminals.iter().filter(|t| t.asset == symbol) {
            let at = graph.node(&mut index, &terminal.address, &layers);
            graph.nodes[at].ended += drawn(&terminal.value.amount);
            graph.name_node(at, terminal);
        }
        if let Some(account) = seeded {
            graph.add_conversions(&mut index, report, (&account.asset, &layers));
        }
        graph.join(most)
    }

    /// Draws units that were carried over into another asset or chain as an edge to a node named
    /// after that asset.
    fn add_conversions<'r>(
        &mut self,
        index: &mut HashMap<&'r str, usize>,
        report: &'r TraceReport,
        (own, layers): (&str, &HashMap<&'r str, u32>),
    ) {
        // Each thing received for one transaction's payment repeats the amount given; it is drawn
        // once.
        let mut seen: HashSet<&str> = HashSet::new();
        let gone = |c: &&ConversionUsed| c.gave_asset == own && c.received_asset != own;
        for c in report.conversions.iter().filter(gone) {
            if !seen.insert(&c.gave_transaction) {
                continue;
            }
            let value = drawn(&c.gave.amount);
            let from = self.node(index, &c.gave_to, layers);
            let to = self.node(index, &c.received_asset, layers);
            self.nodes[from].outflow += value;
            let layer = self.nodes[from].layer + 1;
            let node = &mut self.nodes[to];
            node.name = format!("to {}", short_name(&c.received_asset));
            node.kind = "carried over".to_owned();
            node.layer = node.layer.max(layer);
            node.inflow += value;
            node.ended += value;
            self.edges.push(FlowEdge { from, to, value, transfers: 1 });
        }
    }

    fn node<'r>(
        &mut self,
        index: &mut HashMap<&'r str, usize>,
        name: &'r str,
        layers: &HashMap<&str, u32>,
    ) -> usize {
        *index.entry(name).or_insert_with(|| {
            let layer = layers.get(name).copied().unwrap_or(0);
            let kind = if name.starts_with("tx:") { "transaction" } else { "" };
            self.nodes.push(FlowNode {
                name: short_name(name),
                kind: kind.to_owned(),
                layer,
                members: 1,
                ..FlowNode::default()
            });
            self.nodes.len() - 1
        })
    }

    fn name_node(&mut self, at: usize, terminal: &Terminal) {
        let node = &mut self.nodes[at];
        let named = terminal.entity.as_deref().filter(|e| Some(*e) != terminal.category.as_deref());
        if let Some(entity) = named {
            node.name = short_name(entity);
        }
        node.kind = match (&terminal.category, terminal.outcome.as_str()) {
            (Some(category), _) => category.clone(),
            (None, "held") => "held".to_owned(),
            (None, outcome) => outcome.to_owned(),
        };
    }

    /// Joins all but the largest parties into one for each layer and kind.
    fn join(self, most: usize) -> Self {
        if self.nodes.len() <= most {
            return self;
        }
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        order
            .sort_by(|a, b| self.nodes[*b].size().total_cmp(&self.nodes[*a].size()).then(a.cmp(b)));
        let keep = self.joins_fitting(&order, most);
        let mut joined = Self { total: self.total, symbol: self.symbol.clone(), ..Self::default() };
        let mut place = vec![0; self.nodes.len()];
        let mut groups: BTreeMap<(u32, String), usize> = BTreeMap::new();
        for (rank, at) in order.iter().enumerate() {
            let node = &self.nodes[*at];
            if rank < keep {
                place[*at] = joined.nodes.len();
                joined.nodes.push(node.clone());
                continue;
            }
            let group = groups.entry((node.layer, node.kind.clone())).or_insert_with(|| {
                joined.nodes.push(FlowNode {
                    kind: node.kind.clone(),
                    layer: node.layer,
                    ..FlowNode::default()
                });
                joined.nodes.len() - 1
            });
            place[*at] = *group;
            let sum = &mut joined.nodes[*group];
            sum.inflow += node.inflow;
            sum.outflow += node.outflow;
            sum.ended += node.ended;
            sum.members += 1;
            sum.name = match (sum.members, node.kind.as_str()) {
                (1, _) => node.name.clone(),
                (members, "") => format!("{members} others"),
                (members, kind) => format!("{members} × {}", kind.replace('_', " ")),
            };
        }
        joined.add_joined_edges(&self.edges, &place);
        joined
    }

    /// How many parties can stay by themselves so that they and the groups of the rest fit.
    fn joins_fitting(&self, order: &[usize], most: usize) -> usize {
        let groups_after = |keep: usize| {
            let rest =
                order[keep..].iter().map(|at| (self.nodes[*at].layer, &self.nodes[*at].kind));
            rest.collect::<std::collections::BTreeSet<_>>().len()
        };
        (0..=most).rev().find(|keep| keep + groups_after(*keep) <= most).unwrap_or(0)
    }

    fn add_joined_edges(&mut self, edges: &[FlowEdge], place: &[usize]) {
        let mut sums: BTreeMap<(usize, usize), (f64, u64)> = BTreeMap::new();
        for edge in edges {
            let key = (place[edge.from], place[edge.to]);
            let sum = sums.entry(key).or_default();
            *sum = (sum.0 + edge.value, sum.1 + edge.transfers);
        }
        let within = sums.into_iter().filter(|((from, to), _)| from != to);
        self.edges = within
            .map(|((from, to), (value, transfers))| FlowEdge { from, to, value, transfers })
            .collect();
    }
}

/// The layer of each name: its fewest hops; between two layers of addresses stand UTXO transactions.
fn layers<'r>(report: &'r TraceReport, symbol: &str, between: bool) -> HashMap<&'r str, u32> {
    let mut layers: HashMap<&str, u32> = HashMap::new();
    let spread = |hop: u32, name: &str| match (between, name.starts_with("tx:")) {
        (false, _) => hop,
        (true, false) => hop * 2,
        (true, true) => hop * 2 + 1,
    };
    for flow in report.flows.iter().filter(|flow| flow.asset == symbol) {
        let layer = spread(flow.hop, &flow.to);
        let known = layers.entry(&flow.to).or_insert(layer);
        *known = (*known).min(layer);
    }
    for flow in report.flows.iter().filter(|flow| flow.asset == symbol && flow.hop <= 1) {
        layers.insert(&flow.from, 0);
    }
    layers
}
