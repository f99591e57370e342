//! Small segments for tests.

use std::io::Cursor;

use interdict_index::{About, Segment, SegmentBuilder};
use interdict_model::{Entity, Schema};

use crate::request::{Scope, SearchRequest, SearchResult};
use crate::{SearchError, TextIndex};

/// An entity with some values.
pub(crate) fn entity(id: &str, schema: &str, values: &[(&str, &str)]) -> Entity {
    let mut entity = Entity::new(id.parse().unwrap(), Schema::from(schema.to_owned()));
    values.iter().for_each(|(property, value)| entity.add(property, *value));
    entity
}

/// A segment of entities.
pub(crate) fn segment(dataset: &str, entities: &[Entity]) -> Segment {
    let mut builder = SegmentBuilder::new(Cursor::new(Vec::new())).unwrap();
    entities.iter().for_each(|entity| {
        builder.add(entity).unwrap();
    });
    let about = About { entities: entities.len() as u64, ..About::new(dataset.parse().unwrap()) };
    Segment::from_bytes(builder.finish(&about).unwrap().into_inner()).unwrap()
}

/// Segments with their index.
pub(crate) struct Corpus {
    pub(crate) segments: Vec<Segment>,
    pub(crate) index: TextIndex,
}

impl Corpus {
    pub(crate) fn new(segments: Vec<Segment>) -> Self {
        let index = TextIndex::build(&segments).unwrap();
        Self { segments, index }
    }

    /// All datasets.
    pub(crate) fn scope(&self) -> Scope {
        let datasets = self.segments.iter().map(|segment| segment.about().dataset.clone());
        Scope { datasets: datasets.collect(), ..Scope::default() }
    }

    /// A request for everything that a query finds.
    pub(crate) fn request(&self, query: &str) -> SearchRequest {
        let query = query.to_owned();
        SearchRequest { query, scope: self.scope(), limit: 100, ..SearchRequest::default() }
    }

    pub(crate) fn search(&self, request: &SearchRequest) -> Result<SearchResult, SearchError> {
        self.index.search(&self.segments, request)
    }

    /// The ids that a request finds, in order.
    pub(crate) fn ids(&self, request: &SearchRequest) -> Vec<String> {
        let result = self.search(request).unwrap();
        result.hits.iter().map(|hit| self.id(hit.segment, hit.row)).collect()
    }

    pub(crate) fn id(&self, segment: usize, row: interdict_index::EntityRow) -> String {
        self.segments[segment].entity(row).unwrap().id.as_str().to_owned()
    }

    /// The ids that a query finds, sorted.
    pub(crate) fn found(&self, query: &str) -> Vec<String> {
        let mut ids = self.ids(&self.request(query));
        ids.sort();
        ids
    }
}

/// Two lists with a person, a company, an address and a sanction between them.
pub(crate) fn corpus() -> Corpus {
    let mut person = entity(
        "p-1",
        "Person",
        &[
            ("name", "Alexander Vyacheslavovich ZAKHAROV"),
            ("alias", "Александр Захаров"),
            ("birthDate", "1964-05-04"),
            ("nationality", "ru"),
            ("country", "by"),
            ("topics", "sanction"),
            ("innCode", "183101001"),
            ("gender", "male"),
            ("address", "12 Long Street, Izhevsk"),
            ("notes", "Makes drones. O'Neill knows him"),
        ],
    );
    person.caption = Some("Aleksandr Zakharov".to_owned());
    person.last_change = Some("2026-03-05T10:00:00".to_owned());
    person.first_seen = Some("2022-01-01".to_owned());
    person.referents = vec!["Ref-7".parse().unwrap()];
    person.datasets = vec!["elsewhere".parse().unwrap(), "second".parse().unwrap()];
    let mut company = entity(
        "c-1",
        "Company",
        &[
            ("name", "Zala Aero Group"),
            ("country", "ru"),
            ("topics", "sanction"),
            ("email", "info@zala.example"),
            ("website", "https://zala.example/Über"),
            ("incorporationDate", "2004"),
        ],
    );
    company.last_change = Some("2026-01-31T23:59:59".to_owned());
    let mut sanction =
        entity("s-1", "Sanction", &[("entity", "p-1"), ("reason", "Zakharov makes drones")]);
    sanction.caption = Some("Sanction".to_owned());
    let other = entity("p-2", "Person", &[("name", "Maria Zakharova"), ("country", "de")]);
    let again = entity("p-1", "Person", &[("name", "A. Zakharov"), ("country", "fr")]);
    Corpus::new(vec![
        segment("first", &[person, company, sanction]),
        segment("second", &[other, again]),
    ])
}
