//! Changes are kept completely or not at all, whatever other changes are in their transaction.

use std::sync::mpsc;

use interdict_store::{StoreError, Value};

use crate::stores::{on_each, screening};

#[test]
fn a_change_that_fails_leaves_nothing_and_the_others_of_its_batch_stay() {
    on_each(|place| {
        let store = place.open();
        let (sender, receiver) = mpsc::channel();
        for number in 0_i64..60 {
            let sender = sender.clone();
            store.change(
                move |change| {
                    let seq = change.record(screening(number))?;
                    let name = format!("name-{number}");
                    change.sql()?.execute(
                        "INSERT INTO facts (name, value) VALUES (?1, 'x')",
                        &[Value::Text(&name)],
                    )?;
                    change.record(screening(number))?;
                    match number % 3 {
                        0 => Err(StoreError::Refused("a rule".to_owned())),
                        // A statement that the database rejects.
                        1 => change
                            .sql()?
                            .execute("INSERT INTO facts (name, value) VALUES ('log-key', 'x')", &[])
                            .map(|_| seq),
                        _ => Ok(seq),
                    }
                },
                move |result| sender.send((number, result)).unwrap(),
            );
        }
        let results: Vec<_> = receiver.iter().take(60).collect();
        for (number, result) in &results {
            match number % 3 {
                0 => assert!(matches!(result, Err(StoreError::Refused(_)))),
                1 => assert!(matches!(result, Err(StoreError::Exists))),
                _ => assert!(result.is_ok()),
            }
        }
        let report = store.check_log(&[]).unwrap();
        assert!(report.is_sound(), "{:?}", report.faults);
        assert_eq!(report.events, 40);
        // Savepoints of the store itself have other names.
        let select = "SELECT name FROM facts WHERE name NOT IN ('log-key', 'subjects', 'store-key', 'job-lines')";
        let rows = store.read(|sql| sql.query(select, &[])).unwrap();
        assert_eq!(rows.len(), 20);
    });
}

#[test]
fn what_waits_is_carried_out_before_the_store_closes() {
    on_each(|place| {
        let store = place.open();
        let (sender, receiver) = mpsc::channel();
        for number in 0..100 {
            let sender = sender.clone();
            store.change(
                move |change| change.record(screening(number)),
                move |result| sender.send(result.is_ok()).unwrap(),
            );
        }
        drop(store);
        assert_eq!(receiver.try_iter().filter(|is_ok| *is_ok).count(), 100);
        assert_eq!(place.open().head().unwrap().size(), 100);
    });
}

#[test]
fn reading_cannot_change_anything() {
    on_each(|place| {
        let store = place.open();
        let facts = || store.read(|sql| sql.query("SELECT name FROM facts", &[])).unwrap().len();
        let before = facts();
        let result = store.read(|sql| sql.execute("DELETE FROM facts", &[]));
        assert!(result.is_err());
        assert_eq!((facts(), before > 0), (before, true));
    });
}

#[test]
fn a_newer_store_is_refused_and_a_changed_step_is_noticed() {
    on_each(|place| {
        drop(place.open());
        place.meddle("INSERT INTO migrations (version, name, digest, at) VALUES (99, 'x', 'x', 0)");
        let error = place.try_open().map(drop);
        assert!(matches!(error, Err(StoreError::Newer { found: 99, .. })), "{error:?}");
        place.meddle("DELETE FROM migrations WHERE version = 99");
        assert!(place.try_open().is_ok());
        place.meddle("UPDATE migrations SET digest = 'x'");
        assert!(matches!(place.try_open().map(drop), Err(StoreError::Damaged(_))));
    });
}

#[test]
fn many_processes_can_make_the_store_at_the_same_time() {
    on_each(|place| {
        let stores: Vec<_> = std::thread::scope(|scope| {
            let opening: Vec<_> = (0..4).map(|_| scope.spawn(|| place.try_open())).collect();
            opening.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        for store in stores {
            store.unwrap().record(screening(0)).unwrap();
        }
        assert!(place.open().check_log(&[]).unwrap().is_sound());
    });
}
