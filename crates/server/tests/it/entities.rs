//! `/entities/{id}` and adjacent entities.

use serde_json::{Value, json};

use crate::fixture::{CDU, KAHL, PAYMENT, ZAKHAROV, server};

const HIS_ADDRESSES: [&str; 2] =
    ["012a13cddb445def96357093c4ebb30c3c5ab41d", "582e64e961eaf537d8a80856520d601519a5fb98"];

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect()
}

fn total(value: u64) -> Value {
    json!({ "value": value, "relation": "eq" })
}

#[test]
fn an_entity_has_exactly_the_keys_of_yente() {
    let Some(server) = server() else { return };
    let entity = server.get(&format!("/entities/{ZAKHAROV}?nested=false")).ok();
    let expected = [
        "caption",
        "datasets",
        "first_seen",
        "id",
        "last_change",
        "last_seen",
        "properties",
        "referents",
        "schema",
        "target",
    ];
    assert_eq!(keys(&entity), expected);
    assert_eq!((&entity["schema"], &entity["target"]), (&json!("Person"), &json!(true)));
    assert_eq!(entity["datasets"], json!(["zala"]));
    assert_eq!(entity["last_change"], "2026-04-24T10:57:01");
    let address = "addr-a300b5bf407e387d2cf1f1a2f74b8178edde276e";
    assert_eq!(entity["properties"]["addressEntity"], json!([address]));
    assert!(entity["properties"].get("sanctions").is_none());
    let payment = server.get(&format!("/entities/{PAYMENT}?nested=false")).ok();
    assert_eq!((&payment["caption"], &payment["first_seen"]), (&json!("Payment"), &Value::Null));
    assert_eq!((&payment["target"], &payment["referents"]), (&json!(false), &json!([])));
    server.get("/entities/banana").fails(404, "No such entity!");
}

#[test]
fn neighbours_are_inside_of_a_nested_entity_for_two_steps() {
    let Some(server) = server() else { return };
    let entity = server.get(&format!("/entities/{ZAKHAROV}")).ok();
    let properties = &entity["properties"];
    assert_eq!(properties["sanctions"].as_array().unwrap().len(), 13);
    assert_eq!(properties["sanctions"][0]["schema"], "Sanction");
    assert_eq!(properties["sanctions"][0]["properties"]["entity"], json!([ZAKHAROV]));
    assert_eq!(properties["addressEntity"][0]["schema"], "Address");
    let owned = &properties["ownershipOwner"];
    assert_eq!(owned.as_array().unwrap().len(), 10);
    let company = &owned[0]["properties"]["asset"][0];
    assert_eq!(company["schema"], "Company");
    assert_eq!(owned[0]["properties"]["owner"], json!([ZAKHAROV]));
    for values in company["properties"].as_object().unwrap().values() {
        assert!(values.as_array().unwrap().iter().all(Value::is_string), "{values}");
    }
    assert_eq!(properties["directorshipDirector"].as_array().unwrap().len(), 2);
    assert_eq!(properties["familyRelative"].as_array().unwrap().len(), 4);
    assert!(properties["name"][0].is_string());
}

#[test]
fn ids_that_lead_to_nothing_are_left_out_beside_others_and_stay_alone() {
    let Some(server) = server() else { return };
    let payment = server.get(&format!("/entities/{PAYMENT}")).ok();
    assert_eq!(ids(&payment["properties"]["beneficiary"]), [CDU, "fake-org"]);
    assert_eq!(ids(&payment["properties"]["payer"]), [KAHL]);
    let zulu = server.get("/entities/zulu-1").ok();
    assert_eq!(zulu["properties"]["riskSource"], json!(["zulu-2"]));
    assert_eq!(ids(&zulu["properties"]["parent"]), [CDU]);
}

#[test]
fn another_id_leads_to_the_entity_with_sub_path_and_parameters() {
    let Some(server) = server() else { return };
    for below in [
        "",
        "?nested=false",
        "/adjacent",
        "/adjacent?limit=3&sort=caption%3Adesc",
        "/adjacent/sanctions",
        "/adjacent/sanctions?offset=2",
        "/adjacent/a%3Fb",
    ] {
        let answer = server.get(&format!("/entities/ofac-45937{below}"));
        let location = format!("/entities/{ZAKHAROV}{below}");
        assert_eq!((answer.status, answer.header("location")), (308, Some(location.as_str())));
        assert!(answer.body.is_empty());
    }
}

#[test]
fn neighbours_are_listed_by_property() {
    let Some(server) = server() else { return };
    let body = server.get(&format!("/entities/{KAHL}/adjacent")).ok();
    assert_eq!(keys(&body), ["adjacent", "entity"]);
    assert_eq!(body["entity"]["properties"]["addressEntity"], json!(HIS_ADDRESSES));
    assert_eq!(keys(&body["adjacent"]), ["addressEntity", "paymentPayer"]);
    let addresses = &body["adjacent"]["addressEntity"];
    assert_eq!(keys(addresses), ["limit", "offset", "results", "total"]);
    assert_eq!((&addresses["total"], &addresses["limit"]), (&total(2), &json!(10)));
    let payments = &body["adjacent"]["paymentPayer"];
    let expected = [PAYMENT, "8928105b8d3748805295a0fb01ae57cc37be30a5"];
    assert_eq!((ids(&payments["results"]), &payments["total"]), (expected.to_vec(), &total(2)));
    let payment = &payments["results"][0]["properties"];
    assert_eq!(payment["payer"], json!([KAHL]));
    assert_eq!(payment["beneficiary"][0]["caption"], "CDU");
    server.get("/entities/banana/adjacent").fails(404, "No such entity!");
}

#[test]
fn pages_of_neighbours_are_in_the_order_of_the_file() {
    let Some(server) = server() else { return };
    let page = |query: &str| {
        server.get(&format!("/entities/{CDU}/adjacent/paymentBeneficiary{query}")).ok()
    };
    let first = page("");
    assert_eq!(
        (&first["total"], &first["limit"], &first["offset"]),
        (&total(126), &json!(10), &json!(0))
    );
    let expected = [
        "4a6351e6defcc1c3c5b0ed641025476ab33f136a",
        "69988df2f11a2912a2f0d845cdcd932ee0d78fa8",
        "3319e193f255a7d46d5cdfaa85dff1ef07cbce13",
        "4321d45b84ef7d3b0438b288a0f766db6a4daf2d",
    ];
    assert_eq!(ids(&first["results"])[..4], expected);
    let second = page("?offset=10");
    let expected =
        ["8ec6b9e065b73dd6d4b8d16db8da96e100db8e89", "343b596b0020aaffa9cfe5824ade96a246a3cc83"];
    assert_eq!(ids(&second["results"])[..2], expected);
    assert_eq!((second["results"].as_array().unwrap().len(), &second["offset"]), (10, &json!(10)));
    assert_eq!(page("?offset=120")["results"].as_array().unwrap().len(), 6);
    assert_eq!(page("?offset=500")["results"], json!([]));
    assert_eq!(page("?limit=0")["results"], json!([]));
    let payer = &first["results"][0]["properties"]["payer"][0];
    assert_eq!(payer["id"], "69401823a9f0a97cfdc37afa7c3158374e007669");
    assert_eq!(keys(&payer["properties"]), ["addressEntity", "country", "name"]);
    assert!(payer["properties"]["addressEntity"][0].is_string());
}

#[test]
fn neighbours_can_be_ordered() {
    let Some(server) = server() else { return };
    let dates = |order: &str| -> Vec<String> {
        let path = format!("/entities/{CDU}/adjacent/paymentBeneficiary?limit=500&sort={order}");
        let results = server.get(&path).ok()["results"].as_array().unwrap().clone();
        let date = |one: &Value| one["properties"]["date"][0].as_str().unwrap().to_owned();
        results.iter().map(date).collect()
    };
    let up = dates("properties.date:asc");
    assert!(up.len() == 126 && up.is_sorted(), "{up:?}");
    assert!(dates("properties.date:desc").iter().rev().is_sorted());
}

#[test]
fn a_property_that_holds_no_entities_is_not_there_and_an_empty_one_is() {
    let Some(server) = server() else { return };
    for property in ["address", "name", "banana"] {
        let answer = server.get(&format!("/entities/{ZAKHAROV}/adjacent/{property}"));
        answer.fails(404, "No such property!");
    }
    let empty = server.get(&format!("/entities/{KAHL}/adjacent/ownershipOwner")).ok();
    assert_eq!(empty, json!({ "limit": 10, "offset": 0, "total": total(0), "results": [] }));
    server.get("/entities/banana/adjacent/sanctions").fails(404, "No such entity!");
}

#[test]
fn pages_have_limits() {
    let Some(server) = server() else { return };
    for path in ["/entities/x/adjacent", "/entities/x/adjacent/sanctions"] {
        let bad = |query: &str| server.get(&format!("{path}?{query}"));
        bad("limit=501").is_invalid("less_than_equal", "query.limit");
        bad("offset=9500").is_invalid("less_than_equal", "query.offset");
        bad("limit=x").is_invalid("int_parsing", "query.limit");
    }
}
