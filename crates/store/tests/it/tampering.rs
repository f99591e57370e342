//! Every manipulation of the log in the database is detected.

use interdict_audit::{Checkpoint, Frontier, SigningKey, leaf_hash};
use interdict_store::{LogFault, LogReport, Store, StoreError};

use crate::stores::{Place, on_each, record_all, screening};

const EVENTS: i64 = 300;

/// A log of 300 events, and the checkpoint that was kept elsewhere at 200.
fn filled(place: &Place) -> String {
    let store = place.open();
    record_all(&store, 0..200);
    let kept = store.head().unwrap().note().to_owned();
    record_all(&store, 200..EVENTS);
    kept
}

/// A change to the database, what it is, and whether a checkpoint kept elsewhere is needed to find it.
fn check(sql: &str, is_expected: impl Fn(&LogReport) -> bool) {
    on_each(|place| {
        let kept = filled(place);
        let store = place.open();
        let report = store.check_log(std::slice::from_ref(&kept)).unwrap();
        assert!(report.is_sound(), "{:?}", report.faults);
        assert_eq!(report.agreeing, [200, 300]);
        place.meddle(sql);
        let report = store.check_log(&[kept]).unwrap();
        assert!(is_expected(&report), "{sql}: {report:?}");
    });
}

fn is_rewritten(report: &LogReport) -> bool {
    report.faults.contains(&LogFault::Rewritten { size: 300 })
}

#[test]
fn an_edited_event_is_found() {
    // The bytes of another event, with matching columns: only the position is wrong.
    let sql = "UPDATE events SET bytes = (SELECT bytes FROM events WHERE seq = 8) WHERE seq = 7";
    check(sql, |report| {
        is_rewritten(report) && report.faults.contains(&LogFault::Rewritten { size: 200 })
    });
}

#[test]
fn an_edited_event_at_the_end_is_found_without_a_checkpoint_elsewhere() {
    let sql = "UPDATE events SET bytes = (SELECT bytes FROM events WHERE seq = 8) WHERE seq = 299";
    check(sql, is_rewritten);
}

#[test]
fn an_edited_column_is_found() {
    for set in ["tenant = 'other'", "at = at + 1", "kind = 'other'"] {
        let sql = format!("UPDATE events SET {set} WHERE seq = 7");
        check(&sql, |report| matches!(report.faults.as_slice(), [LogFault::Event { seq: 7, .. }]));
    }
}

#[test]
fn a_deleted_event_is_found() {
    check("DELETE FROM events WHERE seq = 7", |report| {
        report.faults.contains(&LogFault::Missing { seq: 7 })
    });
    // The ones after it moved up, so that there is no gap.
    let sql = "DELETE FROM events WHERE seq = 7; UPDATE events SET seq = -seq WHERE seq > 7; \
               UPDATE events SET seq = -seq - 1 WHERE seq < 0";
    check(sql, |report| report.faults.contains(&LogFault::Rewritten { size: 200 }));
}

#[test]
fn swapped_events_are_found() {
    let sql = "UPDATE events SET seq = -1 WHERE seq = 7; UPDATE events SET seq = 7 WHERE seq = 8; \
               UPDATE events SET seq = 8 WHERE seq = -1";
    check(sql, is_rewritten);
}

#[test]
fn an_inserted_event_is_found() {
    let sql = "INSERT INTO events SELECT 300, tenant, at, kind, bytes FROM events WHERE seq = 299";
    check(sql, |report| {
        report.faults.iter().any(|fault| matches!(fault, LogFault::Event { seq: 300, .. }))
            && report.faults.iter().any(|fault| matches!(fault, LogFault::Head { .. }))
    });
}

#[test]
fn a_cut_tail_is_found_by_the_head() {
    check("DELETE FROM events WHERE seq >= 250", |report| {
        report.faults.contains(&LogFault::Cut { size: 300 })
    });
}

#[test]
fn a_log_cut_back_to_an_old_head_is_found_by_the_checkpoint_kept_elsewhere() {
    on_each(|place| {
        let store = place.open();
        store.record(screening(0)).unwrap();
        let old = store.head().unwrap();
        let note = old.note().replace('\'', "''");
        for number in 1..9 {
            store.record(screening(number)).unwrap();
        }
        let kept = store.head().unwrap().note().to_owned();
        // The frontier of one event is the hash of its leaf, which every reader of the events can compute.
        let leaf =
            store.read(|sql| sql.query("SELECT bytes FROM events WHERE seq = 0", &[])).unwrap();
        let leaf = leaf_hash(&leaf[0].bytes(0).unwrap()).to_string();
        let bytes = match store.place().address {
            interdict_store::StoreAddress::Sqlite(_) => format!("x'{leaf}'"),
            interdict_store::StoreAddress::Postgres(_) => format!("decode('{leaf}', 'hex')"),
        };
        place.meddle(&format!(
            "DELETE FROM events WHERE seq > 0; DELETE FROM sealed WHERE seq > 0; \
             UPDATE log_head SET size = 1, frontier = {bytes}, note = '{note}'"
        ));
        // The store alone cannot detect it: that requires a checkpoint that is kept elsewhere.
        assert!(store.check_log(&[]).unwrap().is_sound());
        let report = store.check_log(&[kept]).unwrap();
        assert_eq!(report.faults, [LogFault::Cut { size: 9 }]);
    });
}

#[test]
fn a_head_signed_by_another_key_is_found_and_nothing_is_added_to_it() {
    on_each(|place| {
        filled(place);
        let store = place.open();
        let other = SigningKey::from_seed(store.verifying_key().name().clone(), &[3; 32]);
        let rows =
            store.read(|sql| sql.query("SELECT bytes FROM events ORDER BY seq", &[])).unwrap();
        let mut tree = Frontier::empty();
        for row in &rows {
            tree.append(leaf_hash(&row.bytes(0).unwrap()), |_, _| {});
        }
        let note = Checkpoint::of(other.name().clone(), &tree).sign(&other).unwrap();
        place.meddle(&format!("UPDATE log_head SET note = '{note}'"));
        let report = store.check_log(&[]).unwrap();
        assert!(matches!(report.faults.as_slice(), [LogFault::Head { .. }]), "{report:?}");
        assert!(matches!(store.record(screening(0)), Err(StoreError::Damaged(_))));
        assert!(matches!(place.try_open().map(drop), Err(StoreError::Damaged(_))));
    });
}

#[test]
fn a_checkpoint_of_another_key_is_not_believed() {
    on_each(|place| {
        filled(place);
        let store = place.open();
        let other = SigningKey::from_seed(store.verifying_key().name().clone(), &[3; 32]);
        let note = Checkpoint::of(other.name().clone(), &Frontier::empty()).sign(&other).unwrap();
        let report = store.check_log(&[note.to_string()]).unwrap();
        assert!(matches!(report.faults.as_slice(), [LogFault::Head { .. }]), "{report:?}");
    });
}

#[test]
fn changed_personal_data_is_found_and_erased_data_is_counted() {
    let is_sealed = |report: &LogReport| report.faults == [LogFault::Sealed { seq: 7 }];
    let other = "(SELECT data FROM sealed WHERE seq = 8)";
    check(&format!("UPDATE sealed SET data = {other} WHERE seq = 7"), is_sealed);
    let other = "(SELECT salt FROM sealed WHERE seq = 8)";
    check(&format!("UPDATE sealed SET salt = {other} WHERE seq = 7"), is_sealed);
    check("UPDATE sealed SET seq = 9 WHERE seq = 8", |report| {
        report.faults == [LogFault::Sealed { seq: 9 }] && report.erased == 1
    });
    check("DELETE FROM sealed WHERE seq = 7", |report| report.is_sound() && report.erased == 1);
}

#[test]
fn wrong_hashes_of_subtrees_are_found() {
    let is_found = |report: &LogReport| matches!(report.faults.as_slice(), [LogFault::Head { .. }]);
    check("DELETE FROM log_nodes", is_found);
    check("UPDATE log_nodes SET hash = (SELECT salt FROM sealed WHERE seq = 8)", is_found);
}

#[test]
fn a_store_whose_key_is_lost_is_not_opened_with_a_new_one() {
    on_each(|place| {
        filled(place);
        let key = place.place.folder.join("audit.key");
        let kept = std::fs::read(&key).unwrap();
        std::fs::remove_file(&key).unwrap();
        let is_refused =
            |store: Result<Store, StoreError>| matches!(store.map(drop), Err(StoreError::Key(_)));
        assert!(is_refused(place.try_open()));
        assert!(!key.exists());
        let other = Place::sqlite();
        drop(other.open());
        std::fs::copy(other.place.folder.join("audit.key"), &key).unwrap();
        assert!(is_refused(place.try_open()));
        std::fs::write(&key, kept).unwrap();
        assert!(place.try_open().is_ok());
    });
}
