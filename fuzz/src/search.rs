//! The text search over entities.

use std::io::Cursor;
use std::sync::LazyLock;

use interdict_index::{About, Segment, SegmentBuilder};
use interdict_model::{Entity, Schema};
use interdict_search::{Facet, Scope, SearchRequest, Syntax, TextIndex};

/// Entities with values in several scripts, of several types.
const ENTITIES: [(&str, &str, &[(&str, &str)]); 5] = [
    ("x-1", "Person", &[("name", "Jane Example"), ("country", "ru"), ("birthDate", "1970-02-03")]),
    ("x-2", "Person", &[("name", "김정은"), ("alias", "Kim Jong Un"), ("topics", "sanction")]),
    ("x-3", "Company", &[("name", "Zorvek Trading OOO"), ("notes", "ships, oil and (more)")]),
    ("x-4", "Vessel", &[("name", "HYOK SIN 2"), ("imoNumber", "IMO9187629")]),
    (
        "x-5",
        "Company",
        &[("name", "Зорвек Трейдинг"), ("country", "ru"), ("innCode", "7707083893")],
    ),
];

static INDEX: LazyLock<(Vec<Segment>, TextIndex)> = LazyLock::new(|| {
    let mut builder = SegmentBuilder::new(Cursor::new(Vec::new())).expect("memory");
    for (id, schema, values) in ENTITIES {
        let schema = Schema::parse(schema).expect("a schema");
        let mut entity = Entity::new(id.parse().expect("an id"), schema);
        for (property, value) in values {
            entity.add(property, *value);
        }
        builder.add(&entity).expect("a small entity");
    }
    let about = About { entities: 5, ..About::new("my_list".parse().expect("a name")) };
    let bytes = builder.finish(&about).expect("memory").into_inner();
    let segments = vec![Segment::from_bytes(bytes).expect("a whole segment")];
    let index = TextIndex::build(&segments).expect("a whole segment");
    (segments, index)
});

/// Searches for the bytes in both syntaxes. Two searches answer alike, and a smaller limit or a page gives a part
/// of the whole answer.
pub fn query(bytes: &[u8]) {
    let Ok(query) = std::str::from_utf8(bytes) else { return };
    let (segments, index) = &*INDEX;
    let scope = Scope { datasets: vec!["my_list".parse().expect("a name")], ..Scope::default() };
    for syntax in [Syntax::default(), Syntax::Simple] {
        let whole = SearchRequest {
            query: query.to_owned(),
            syntax,
            fuzzy: bytes.len() % 2 == 0,
            scope: scope.clone(),
            limit: 10,
            facets: vec![Facet::Countries],
            ..SearchRequest::default()
        };
        let Ok(found) = index.search(segments, &whole) else { continue };
        assert_eq!(index.search(segments, &whole).ok().as_ref(), Some(&found));
        assert_eq!(found.total, found.hits.len() as u64);
        for limit in 1..found.hits.len() {
            let first = SearchRequest { limit, ..whole.clone() };
            let first = index.search(segments, &first).expect("the whole answer was found");
            assert_eq!((first.total, &*first.hits), (found.total, &found.hits[..limit]));
        }
        let page = SearchRequest { limit: 1, offset: 1, ..whole };
        let page = index.search(segments, &page).expect("the whole answer was found");
        assert_eq!(page.total, found.total);
        assert_eq!(page.hits, found.hits.iter().skip(1).take(1).cloned().collect::<Vec<_>>());
    }
    let _ = index.suggest(segments, &scope, query, 5);
}
