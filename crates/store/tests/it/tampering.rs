//! Every manipulation of the log in the database is detected.

use interdict_audit::{Checkpoint, Frontier, SigningKey, leaf_hash};
use interdict_store::{
    FourEyes, KeyRequest, LogFault, LogReport, MessageKinds, NewWebhook, Origin, PasswordHash,
    PersonRequest, Role, Setting, Store, StoreError, Tenant,
};

use crate::case_steps::Desk;
use crate::stores::{Place, at, on_each, random, record_all, screening};

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
        let gone = LogFault::Gone { seq: 8 };
        report.faults.starts_with(&[LogFault::Sealed { seq: 9 }, gone]) && report.erased == 1
    });
}

fn counted(gone: u64, recorded: u64) -> LogFault {
    LogFault::Erasures { tenant: "main".to_owned(), gone, recorded }
}

#[test]
fn personal_data_that_no_erasure_deleted_is_found() {
    check("DELETE FROM sealed WHERE seq = 7", |report| {
        report.faults == [LogFault::Gone { seq: 7 }, counted(1, 0)] && report.erased == 1
    });
    on_each(|place| {
        let store = place.open();
        record_all(&store, 0..40);
        let erase = |subject: &'static str| {
            let by = Origin::of("local:test");
            store
                .change_now(move |change| {
                    change.erase(&Tenant::only(), subject, Some("asked for"), by, at(99))
                })
                .unwrap();
        };
        erase("c-3");
        erase("c-4");
        let report = store.check_log(&[]).unwrap();
        assert!(report.is_sound() && report.erased == 2, "{report:?}");
        // An erasure of another customer before its end could explain it by its time, and not by its number.
        place.meddle("DELETE FROM sealed WHERE seq = 7");
        assert_eq!(store.check_log(&[]).unwrap().faults, [counted(3, 2)]);
        let late = store.record(screening(50)).unwrap();
        place.meddle(&format!("DELETE FROM sealed WHERE seq = {late}"));
        let faults = store.check_log(&[]).unwrap().faults;
        assert_eq!(faults, [LogFault::Gone { seq: late }, counted(4, 2)]);
    });
}

#[test]
fn the_sweep_explains_only_what_is_past_its_retention() {
    on_each(|place| {
        let store = place.open();
        for end in [10, 1_000_000, 1_000_000] {
            let mut draft = screening(end);
            draft.sealed.as_mut().unwrap().keep_until = at(end);
            store.record(draft).unwrap();
        }
        let by = Origin::of("local:test");
        let sweep = move |change: &mut interdict_store::Change<'_>| {
            change.erase_expired(&Tenant::only(), by, at(20))
        };
        assert_eq!(store.change_now(sweep).unwrap(), 1);
        assert!(store.check_log(&[]).unwrap().is_sound());
        place.meddle("DELETE FROM sealed WHERE seq = 1");
        let faults = store.check_log(&[]).unwrap().faults;
        assert_eq!(faults, [LogFault::Gone { seq: 1 }, counted(2, 1)]);
    });
}

#[test]
fn personal_data_of_another_customer_or_with_another_end_is_found() {
    let is_sealed = |report: &LogReport| report.faults == [LogFault::Sealed { seq: 7 }];
    let other = "(SELECT subject FROM sealed WHERE seq = 8)";
    check(&format!("UPDATE sealed SET subject = {other} WHERE seq = 7"), is_sealed);
    check("UPDATE sealed SET subject = NULL WHERE seq = 7", is_sealed);
    check("UPDATE sealed SET keep_until = keep_until - 1 WHERE seq = 7", is_sealed);
    let of_other = "UPDATE sealed SET tenant = 'other' WHERE seq = 7";
    check(of_other, |report| report.faults.contains(&LogFault::Sealed { seq: 7 }));
    let is_row = |report: &LogReport| matches!(&*report.faults, [LogFault::Row { .. }]);
    let whose = "(SELECT subject FROM sealed WHERE seq = 7)";
    check(&format!("DELETE FROM subjects WHERE tag = {whose}"), |report| !report.is_sound());
    let other = "(SELECT reference FROM subjects ORDER BY tag LIMIT 1)";
    let sql = format!("UPDATE subjects SET reference = {other} WHERE tag = {whose}");
    check(&sql, |report| !report.is_sound());
    let orphan = "INSERT INTO sealed SELECT 900, tenant, subject, keep_until, salt, key_id, data \
                  FROM sealed WHERE seq = 7";
    check(orphan, is_row);
}

/// A store with a row in each table that follows from events.
fn with_rows(place: &Place) -> Desk {
    let desk = Desk::open(place);
    let case = desk.screen("c-1", &["e-1"]).marks[0].case.clone();
    desk.allowed(&case, &["user:bob"]);
    let by = || Origin::of("local:test");
    desk.store
        .change_now(move |change| {
            let only = Tenant::only();
            let request = |name: &str| KeyRequest {
                tenant: only.clone(),
                name: name.to_owned(),
                role: Role::Screen,
                expires_at: Some(at(5_000)),
            };
            let made = change.make_key(request("one"), by(), at(1))?;
            change.rotate_key(&only, &made.record.id, at(90), by(), at(2))?;
            let second = change.make_key(request("two"), by(), at(3))?;
            change.revoke_key(&only, &second.record.id, by(), at(4))?;
            change.change_setting(&only, Setting::FourEyes(FourEyes::default()), by(), at(5))?;
            let kinds = MessageKinds::parse(vec!["case.*".to_owned()])?;
            let url = "https://receiver.example/secret".to_owned();
            change.make_webhook(NewWebhook { tenant: only, url, kinds }, by(), at(6)).map(drop)
        })
        .unwrap();
    desk
}

#[test]
fn rows_that_no_event_led_to_are_found() {
    let copied = |table: &str, columns: &str, values: &str| {
        format!("INSERT INTO {table} ({columns}) SELECT {values} FROM {table} LIMIT 1")
    };
    let changes = [
        copied(
            "keys",
            "id, tenant, name, role, digest, made_at",
            "'x', tenant, name, role, digest, 0",
        ),
        "UPDATE keys SET role = 'admin'".to_owned(),
        "UPDATE keys SET expires_at = NULL".to_owned(),
        "UPDATE keys SET revoked_at = NULL".to_owned(),
        "UPDATE keys SET digest = (SELECT salt FROM sealed LIMIT 1)".to_owned(),
        "DELETE FROM keys".to_owned(),
        "INSERT INTO people (id, tenant, name, display_name, roles, made_at) \
         VALUES ('x', 'main', 'eve', 'Eve', 'admin', 0)"
            .to_owned(),
        "UPDATE settings SET value = '{}'".to_owned(),
        "INSERT INTO settings (tenant, name, value) VALUES ('other', 'four_eyes', '{}')".to_owned(),
        "DELETE FROM settings".to_owned(),
        "UPDATE webhooks SET url = 'https://other.example/'".to_owned(),
        copied(
            "webhooks",
            "id, tenant, seq, url, kinds, secret, made_at",
            "'x', tenant, 900, url, kinds, 1, 0",
        ),
        "UPDATE allow_list SET ends_at = ends_at + 1".to_owned(),
        "UPDATE allow_list SET ended_at = 1".to_owned(),
        copied(
            "allow_list",
            "id, tenant, customer, case_id, hit, by_two, suppressed, seq, made_at, ends_at",
            "'x', tenant, customer, case_id, hit, by_two, 0, 900, 0, ends_at",
        ),
    ];
    on_each(|place| {
        let report = with_rows(place).store.check_log(&[]).unwrap();
        assert!(report.is_sound(), "{:?}", report.faults);
    });
    for sql in changes {
        let place = Place::sqlite();
        let desk = with_rows(&place);
        place.meddle(&sql);
        let faults = desk.store.check_log(&[]).unwrap().faults;
        let is_row = |fault: &LogFault| matches!(fault, LogFault::Row { .. });
        assert!(!faults.is_empty() && faults.iter().all(is_row), "{sql}: {faults:?}");
    }
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

#[test]
fn changed_rights_and_credentials_of_people_are_found() {
    let place = Place::sqlite();
    let store = place.open();
    let by = || Origin::of("local:test");
    let hash = |text: &str| PasswordHash::make(text, random).unwrap();
    let (first, second) = (hash("a password for a test"), hash("another password for a test"));
    store
        .change_now(move |change| {
            let only = Tenant::only();
            let request = PersonRequest {
                tenant: only.clone(),
                name: "jane".to_owned(),
                display_name: "Jane".to_owned(),
                roles: vec![Role::Analyst],
                password: first,
            };
            let id = change.make_person(request, by(), at(1))?.id;
            change.change_roles(&only, &id, vec![Role::Approver, Role::Analyst], by(), at(2))?;
            change.set_disabled(&only, &id, true, by(), at(3))?;
            change.set_disabled(&only, &id, false, by(), at(4))?;
            change.set_password(&only, &id, &second, by(), at(5)).map(drop)
        })
        .unwrap();
    assert!(store.check_log(&[]).unwrap().is_sound());
    for (set, back) in [
        ("display_name = roles, roles = 'admin'", "roles = display_name"),
        ("display_name = password, password = 'x'", "password = display_name"),
        ("issuer = 'https://other.example', subject = '7'", "issuer = NULL, subject = NULL"),
        ("disabled_at = 7", "disabled_at = NULL"),
        ("tenant = 'other'", "tenant = 'main'"),
    ] {
        place.meddle(&format!("UPDATE people SET {set}"));
        let faults = store.check_log(&[]).unwrap().faults;
        assert!(matches!(&*faults, [LogFault::Row { .. }]), "{set}: {faults:?}");
        place.meddle(&format!("UPDATE people SET {back}"));
    }
    assert!(store.check_log(&[]).unwrap().is_sound());
}
