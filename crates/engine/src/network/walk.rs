//! The walk along relations, from one entity outwards.

use std::collections::{BTreeMap, VecDeque};

use interdict_model::{DatasetName, Entity, EntityId, Schema};
use interdict_screen::{Policy, Query, screen};
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::EngineError;
use crate::lists::{Lists, SearchedLists};
use crate::session::Session;

/// Largest network, in entities, because a larger one is unreadable as a picture. The walk stops there and sets `cut`.
const MAX_NODES: usize = 400;

/// The least score of a name that means an entity: that of equal names, whatever their kind.
const CERTAIN: f64 = 0.84;

/// The largest number of entities that are suggested if none is meant.
const NEAREST: usize = 3;

/// The query for a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NetworkQuery {
    /// The entity's id, or a name that is equal or nearly equal to a listed one.
    pub entity: String,
    /// The largest number of steps from it.
    pub depth: usize,
}

/// The surroundings of one entity.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Network {
    /// The query.
    pub query: NetworkQuery,
    /// The lists that have the entities and relations.
    #[serde(flatten)]
    pub searched: SearchedLists,
    /// Where the walk began.
    pub root: EntityId,
    /// The entities, nearest first.
    pub nodes: Vec<NetworkNode>,
    /// The relations between them.
    pub edges: Vec<NetworkEdge>,
    /// Whether the walk was stopped at its largest size.
    pub cut: bool,
}

/// One entity of a network.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NetworkNode {
    /// Its id.
    pub id: EntityId,
    /// The name to show.
    pub caption: String,
    /// Its schema.
    pub schema: Schema,
    /// The datasets that have it.
    pub datasets: Vec<DatasetName>,
    /// Under which programmes it is designated.
    pub programmes: Vec<String>,
    /// Steps from the root.
    pub depth: usize,
}

/// One relation of a network.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NetworkEdge {
    /// The relation's own id.
    pub id: EntityId,
    /// The acting end.
    pub source: EntityId,
    /// The other end.
    pub target: EntityId,
    /// The relation's schema.
    pub schema: Schema,
    /// Ownership, control or association.
    pub kind: String,
    /// The role of the source towards the target, in words.
    pub role: String,
    /// When it began or was stated.
    pub date: Option<String>,
    /// When it ended.
    pub end_date: Option<String>,
    /// Where it is stated.
    pub sources: Vec<String>,
}

impl Session {
    /// Everything that is related to an entity, up to `depth` steps away. The entity is given by its
    /// id, or by a name that is equal or nearly equal to a listed one.
    pub fn network(
        &self,
        lists: &Lists,
        id_or_name: &str,
        depth: usize,
    ) -> Result<Network, EngineError> {
        lists.network(id_or_name, depth)
    }
}

impl Lists {
    /// The entity of that id, or the one that is meant by that name.
    fn find(&self, id_or_name: &str) -> Result<EntityId, EngineError> {
        if let Ok(id) = id_or_name.parse::<EntityId>()
            && let Some(entity) = self.records(&id)?.into_iter().next()
        {
            return Ok(entity.id);
        }
        let asked: String = id_or_name.chars().take(60).collect();
        let none = || EngineError::NoMatch(asked.clone());
        let mut query = Query::new(None);
        query.add("name", id_or_name).map_err(|_| none())?;
        let query = query.finish().map_err(|_| none())?;
        let policy = Policy { limit: NEAREST, ..Policy::default() };
        let outcome =
            self.with_searcher(|searcher| screen(self.generation(), &query, &policy, searcher))?;
        // A name that is only similar may be that of a stranger, whose network would be taken for the one asked for.
        let best = outcome.candidates.first().ok_or_else(none)?;
        if best.score.value() >= CERTAIN {
            return Ok(best.entity.id.clone());
        }
        let similar: Vec<String> =
            outcome.candidates.iter().map(|similar| named(&similar.entity)).collect();
        Err(EngineError::OnlySimilar { asked, similar: similar.join(", ") })
    }

    fn network(&self, id_or_name: &str, depth: usize) -> Result<Network, EngineError> {
        let root = self.find(id_or_name)?;
        let mut nodes: Vec<NetworkNode> = Vec::new();
        let mut seen: BTreeMap<EntityId, usize> = BTreeMap::new();
        let mut edges: BTreeMap<EntityId, NetworkEdge> = BTreeMap::new();
        let mut queue = VecDeque::from([(root.clone(), 0)]);
        let mut cut = false;
        while let Some((id, steps)) = queue.pop_front() {
            if seen.contains_key(&id) {
                continue;
            }
            if nodes.len() >= MAX_NODES {
                cut = true;
                break;
            }
            seen.insert(id.clone(), nodes.len());
            nodes.push(self.node(&id, steps)?);
            if steps >= depth {
                continue;
            }
            for edge in self.edges_at(&id)? {
                let other =
                    if edge.source == id { edge.target.clone() } else { edge.source.clone() };
                queue.push_back((other, steps + 1));
                edges.insert(edge.id.clone(), edge);
            }
        }
        let edges = edges
            .into_values()
            .filter(|edge| seen.contains_key(&edge.source) && seen.contains_key(&edge.target))
            .collect();
        let query = NetworkQuery { entity: id_or_name.to_owned(), depth };
        Ok(Network { query, searched: self.searched(&[]), root, nodes, edges, cut })
    }

    fn node(&self, id: &EntityId, depth: usize) -> Result<NetworkNode, EngineError> {
        let records = self.records(id)?;
        let mut datasets: Vec<DatasetName> =
            records.iter().flat_map(|record| record.datasets.clone()).collect();
        datasets.sort();
        datasets.dedup();
        let mut programmes: Vec<String> = records
            .iter()
            .filter_map(|record| record.provenance.as_ref())
            .flat_map(|provenance| provenance.designations.iter())
            .flat_map(|designation| designation.programmes.clone())
            .collect();
        programmes.sort();
        programmes.dedup();
        let first = records.first();
        Ok(NetworkNode {
            id: id.clone(),
            caption: first.map_or(id.as_str(), |record| record.caption()).to_owned(),
            schema: first.map_or(Schema::LEGAL_ENTITY, |record| record.schema.clone()),
            datasets,
            programmes,
            depth,
        })
    }

    fn edges_at(&self, id: &EntityId) -> Result<Vec<NetworkEdge>, EngineError> {
        let mut edges: Vec<NetworkEdge> = self
            .pointing_to(id)?
            .iter()
            .flat_map(read_edges)
            .filter(|edge| edge.source == *id || edge.target == *id)
            .collect();
        edges.sort_by(|a, b| a.id.cmp(&b.id));
        edges.dedup_by(|a, b| a.id == b.id);
        Ok(edges)
    }
}

/// `Ivo Roe (ofac-12345)`
fn named(entity: &Entity) -> String {
    format!("{} ({})", entity.caption(), entity.id)
}

/// A relation entity as edges, one for each pair of its ends.
fn read_edges(entity: &Entity) -> Vec<NetworkEdge> {
    let Some((from, to)) = entity.schema.edge() else { return Vec::new() };
    let given = entity.extra.get("relation_kind").and_then(|kind| kind.as_str());
    let kind = given.unwrap_or_else(|| kind_of(&entity.schema));
    let role = entity
        .first("role")
        .or_else(|| entity.first("relationship"))
        .map_or_else(|| words_of(&entity.schema).to_owned(), str::to_owned);
    let ends = |property: &str| -> Vec<EntityId> {
        entity.values(property).iter().filter_map(|id| id.parse().ok()).collect()
    };
    let mut edges = Vec::new();
    for source in ends(from) {
        for target in ends(to) {
            edges.push(NetworkEdge {
                id: entity.id.clone(),
                source: source.clone(),
                target,
                schema: entity.schema.clone(),
                kind: kind.to_owned(),
                role: role.clone(),
                date: entity.first("startDate").or(entity.first("date")).map(str::to_owned),
                end_date: entity.first("endDate").map(str::to_owned),
                sources: entity.values("sourceUrl").to_vec(),
            });
        }
    }
    edges
}

/// What a relation of that schema means for the 50 percent rule.
fn kind_of(schema: &Schema) -> &'static str {
    match schema.as_str() {
        "Ownership" => "ownership",
        "Control" | "Directorship" => "control",
        _ => "association",
    }
}

/// The words for a relation of that schema, if its source gives none.
fn words_of(schema: &Schema) -> &'static str {
    match schema.as_str() {
        "Ownership" => "owns",
        "Control" => "controls",
        "Directorship" => "directs",
        "Membership" => "is a member of",
        "Employment" => "works for",
        "Representation" => "represents",
        "Family" => "is family of",
        "Associate" => "is associated with",
        "Succession" => "came before",
        "Payment" => "paid",
        _ => "is linked to",
    }
}
