//! `GET /search/{dataset}`: parameters, facets and orders.

use serde_json::{Value, json};

use crate::fixture::{Server, ZAKHAROV, server};

fn search(server: Server, query: &str) -> Value {
    server.get(&format!("/search/zala?{query}")).ok()
}

fn ids(body: &Value) -> Vec<&str> {
    body["results"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect()
}

fn total(server: Server, query: &str) -> u64 {
    search(server, query)["total"]["value"].as_u64().unwrap()
}

#[test]
fn a_search_has_the_shape_that_clients_read() {
    let Some(server) = server() else { return };
    let answer = server.get("/search/zala?q=zakharov%20alexander");
    assert_eq!(answer.header("x-interdict-complete"), Some("true"));
    let body = answer.ok();
    assert_eq!((&body["limit"], &body["offset"]), (&json!(10), &json!(0)));
    assert_eq!(body["total"]["relation"], "eq");
    assert_eq!(ids(&body)[0], ZAKHAROV);
    let first = &body["results"][0];
    assert_eq!(first.as_object().unwrap().len(), 10);
    assert_eq!(first["datasets"], json!(["zala"]));
    assert!(first["properties"]["addressEntity"][0].is_string());
    let mut names: Vec<&String> = body["facets"].as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["countries", "datasets", "topics"]);
    let country = json!({ "name": "ru", "label": "Russia", "count": body["total"]["value"] });
    assert_eq!(body["facets"]["countries"]["values"][0], country);
}

#[test]
fn without_words_everything_is_found_a_page_at_a_time() {
    let Some(server) = server() else { return };
    let body = search(server, "");
    assert_eq!((&body["total"]["value"], ids(&body).len()), (&json!(28), 10));
    let last = search(server, "offset=20&limit=500");
    assert_eq!((ids(&last).len(), &last["offset"], &last["limit"]), (8, &json!(20), &json!(500)));
    let none = search(server, "limit=0");
    assert_eq!((&none["results"], &none["total"]["value"]), (&json!([]), &json!(28)));
    assert_eq!(search(server, "limit=-3&offset=-1")["offset"], 0);
    assert_eq!(search(server, "offset=9499")["results"], json!([]));
}

#[test]
fn parameters_are_checked_before_the_dataset_is_looked_up() {
    let Some(server) = server() else { return };
    server.get("/search/banana?q=x").fails(404, "No such dataset.");
    for (query, kind, place) in [
        ("offset=9999", "less_than_equal", "query.offset"),
        ("limit=501", "less_than_equal", "query.limit"),
        ("limit=x", "int_parsing", "query.limit"),
        ("filter_op=and", "enum", "query.filter_op"),
        ("facets=banana", "enum", "query.facets.0"),
        ("facets=topics&facets=banana", "enum", "query.facets.1"),
        ("fuzzy=maybe", "bool_parsing", "query.fuzzy"),
        ("simple=maybe", "bool_parsing", "query.simple"),
        ("target=maybe", "bool_parsing", "query.target"),
        ("changed_since=2026", "string_pattern_mismatch", "query.changed_since"),
    ] {
        server.get(&format!("/search/banana?{query}")).is_invalid(kind, place);
    }
    server.get("/search/zala?schema=Banana").fails(400, "Invalid schema");
    server.get("/search/zala?filter=banana").fails(400, "Invalid filter: 'banana'");
}

#[test]
fn only_the_list_of_the_path_is_searched() {
    let Some(server) = server() else { return };
    let in_list = |list: &str| {
        server.get(&format!("/search/{list}?q=zakharov")).ok()["total"]["value"].as_u64().unwrap()
    };
    assert_eq!((in_list("zulu"), in_list("parteispenden")), (0, 0));
    assert_eq!(in_list("zala"), in_list("default"));
    let body = server.get("/search/zulu?facets=datasets").ok();
    let list = json!({ "name": "zulu", "label": "zulu", "count": 1 });
    let mut values = body["facets"]["datasets"]["values"].clone();
    values[0]["label"] = json!("zulu");
    assert_eq!(values, json!([list]));
}

#[test]
fn lists_are_included_and_excluded() {
    let Some(server) = server() else { return };
    for (query, is_found) in [
        ("include_dataset=zala", true),
        ("include_dataset=banana", false),
        ("exclude_dataset=zala", false),
        ("include_dataset=zala&exclude_dataset=zala", false),
    ] {
        let answer = server.get(&format!("/search/zala?q=zakharov&{query}"));
        let said = if is_found { "true" } else { "false" };
        assert_eq!(answer.header("x-interdict-complete"), Some(said), "{query}");
        let body = answer.ok();
        assert_eq!(!ids(&body).is_empty(), is_found, "{query}");
        assert_eq!(body.get("gaps").is_none(), is_found, "{query}");
    }
}

#[test]
fn values_are_filtered_by_type_and_by_property() {
    let Some(server) = server() else { return };
    for (query, expected) in [
        ("schema=Person", 6),
        ("schema=Company", 11),
        ("schema=LegalEntity", 17),
        ("schema=Address", 11),
        ("schema=Vessel", 0),
        ("schema=Interval", 63),
        ("exclude_schema=Person", 22),
        ("topics=sanction", 13),
        ("topics=sanction.linked", 1),
        ("topics=sanction&topics=debarment&filter_op=AND", 9),
        ("countries=RU", 23),
        ("countries=ru&countries=gb", 23),
        ("countries=Russia", 0),
        ("datasets=zala", 28),
        ("datasets=banana", 0),
        ("filter=properties.birthDate:1965-09-21", 1),
        ("filter=properties.birthDate:1965-09-21&filter=properties.birthDate:1964-03-18", 2),
        (
            "filter=properties.birthDate:1965-09-21&filter=properties.birthDate:1964-03-18&filter_op=AND",
            0,
        ),
        ("filter=banana:x", 0),
        ("filter=genders:female", 2),
        ("target=true", 14),
        ("target=false", 14),
        ("changed_since=2026-04-20", 7),
        ("changed_since=2027-01-01", 0),
    ] {
        assert_eq!(total(server, query), expected, "{query}");
    }
}

#[test]
fn facets_count_all_hits_under_their_labels() {
    let Some(server) = server() else { return };
    let query = "facets=datasets&facets=schema&facets=countries&facets=identifiers&facets=topics\
        &facets=genders&limit=0";
    let facets = search(server, query)["facets"].clone();
    let labels: Vec<(&str, &str)> =
        ["datasets", "schema", "countries", "identifiers", "topics", "genders"]
            .into_iter()
            .map(|name| (name, facets[name]["label"].as_str().unwrap()))
            .collect();
    assert_eq!(
        labels,
        [
            ("datasets", "Data sources"),
            ("schema", "Entity types"),
            ("countries", "Countries"),
            ("identifiers", "Identifiers"),
            ("topics", "Topics"),
            ("genders", "Genders"),
        ]
    );
    let topic = json!({ "name": "sanction", "label": "Sanctioned entity", "count": 13 });
    assert_eq!(facets["topics"]["values"][0], topic);
    let mut schemata = facets["schema"]["values"].as_array().unwrap().clone();
    schemata.sort_by_key(|value| value["name"].as_str().unwrap().to_owned());
    assert_eq!(
        json!(schemata),
        json!([
            { "name": "Address", "label": "Addresses", "count": 11 },
            { "name": "Company", "label": "Companies", "count": 11 },
            { "name": "Person", "label": "People", "count": 6 },
        ])
    );
    let counts = facets["topics"]["values"].as_array().unwrap().iter();
    let counts: Vec<u64> = counts.map(|value| value["count"].as_u64().unwrap()).collect();
    assert!(counts.is_sorted_by(|left, right| left >= right), "{counts:?}");
    let empty = search(server, "q=nothinglikeit&facets=topics&facets=datasets")["facets"].clone();
    assert_eq!(empty["topics"], json!({ "label": "topics", "values": [] }));
    assert_eq!(empty["datasets"], json!({ "label": "datasets", "values": [] }));
}

#[test]
fn results_are_ordered_and_missing_values_come_last() {
    let Some(server) = server() else { return };
    let ordered = |sort: &str| {
        let body = search(server, &format!("limit=500&sort={sort}"));
        let results = body["results"].as_array().unwrap().clone();
        let date = |one: &Value| one["properties"]["birthDate"][0].as_str().map(str::to_owned);
        results.iter().map(date).collect::<Vec<_>>()
    };
    let up = ordered("properties.birthDate:asc");
    assert_eq!(up.len(), 28);
    assert_eq!(up[0].as_deref(), Some("1964-03-18"));
    assert_eq!(up[5].as_deref(), Some("1999-02-26"));
    assert!(up[6..].iter().all(Option::is_none));
    let down = ordered("properties.birthDate:desc");
    assert_eq!(down[0].as_deref(), Some("1999-02-26"));
    assert!(down[6..].iter().all(Option::is_none));
    assert_eq!(ordered("properties.birthDate:upwards"), up);
    for sort in ["names", "addresses:asc", "banana:desc"] {
        let answer = server.get(&format!("/search/zala?sort={sort}"));
        assert_eq!(answer.status, 400, "{sort}");
        let body = answer.json();
        assert!(body["detail"].as_str().unwrap().starts_with("Search error: "), "{body}");
    }
    let by_id = search(server, "schema=Person&sort=entity_id:asc");
    assert!(ids(&by_id).is_sorted());
}
