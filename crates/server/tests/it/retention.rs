//! The server erases personal data past its retention by itself.

use std::time::{Duration, Instant};

use interdict_engine::audit::StoreKey;
use interdict_server::{ServerConfig, StoreConfig};
use serde_json::json;

use crate::fixture::{folder, start_small_with};

#[test]
fn what_has_passed_its_day_is_erased_by_the_server() {
    let name = "retention";
    let entity = json!({
        "id": "z-1", "schema": "Person",
        "properties": { "name": ["Kim Sang Man"], "topics": ["sanction"] },
    });
    let path = folder(name).join("store.key");
    let server = start_small_with(name, &[entity], |config| {
        let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
        let key = StoreKey::add_to(&path, random).unwrap();
        let store = config.store.unwrap();
        let place = store.place.with_key(Some(key));
        let retention_time = Duration::from_millis(300);
        let store = StoreConfig { place, keep_days: 0, retention_time, ..store };
        ServerConfig { store: Some(store), ..config }
    });
    let party = json!({
        "customer": "c-1", "schema": "Person", "properties": { "name": ["Kim Sang Man"] },
    });
    let body = json!({ "party": party, "settings": { "datasets": ["zulu"] } });
    let found = server.post("/api/v1/screen", &body).ok();
    let case = found["candidates"][0]["case"].as_str().unwrap();
    let start = Instant::now();
    loop {
        let case = server.get(&format!("/api/v1/cases/{case}")).ok();
        if case["customer"].is_null() {
            assert!(
                case["history"].as_array().unwrap().iter().any(|entry| entry["erased"] == true)
            );
            break;
        }
        assert_eq!(case["customer"], "c-1");
        assert!(start.elapsed() < Duration::from_secs(20), "nothing is erased");
        std::thread::sleep(Duration::from_millis(50));
    }
    let events = server.get("/api/v1/audit?kind=retention.erased").ok();
    assert_eq!(events["events"][0]["actor"], "local:server");
    // The judged data is gone: the next match opens another case.
    let again = server.post("/api/v1/screen", &body).ok();
    assert_ne!(again["candidates"][0]["case"].as_str().unwrap(), case);
}
