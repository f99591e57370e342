//! A copy of a store in use is a store, and can be restored into either kind of database.

use interdict_store::{KeyRequest, Origin, Role, Store, StoreError, StorePlace, Tenant};

use crate::case_steps::Desk;
use crate::stores::{Place, at, on_each, random, record_all, screening};

fn copied(place: &Place) -> (Store, std::path::PathBuf) {
    let store = place.open();
    record_all(&store, 0..300);
    let folder = place.folder.path().join("copy");
    let report = store.back_up(&folder, random, at(0)).unwrap();
    assert!(report.is_sound(), "{:?}", report.faults);
    assert_eq!((report.events, report.sealed), (300, 270));
    (store, folder)
}

#[test]
fn a_copy_comes_back_in_both_kinds_of_database_with_its_log_and_its_keys() {
    on_each(|from| {
        // Copies of encrypted stores have a test of their own.
        if from.place.key.is_some() {
            return;
        }
        let request = KeyRequest {
            tenant: Tenant::only(),
            name: "test".to_owned(),
            role: Role::Admin,
            expires_at: None,
        };
        let made = from
            .open()
            .change_now(move |change| change.make_key(request, Origin::of("local:test"), at(0)))
            .unwrap();
        let store = from.open();
        record_all(&store, 0..300);
        let note = store.head().unwrap().note().to_owned();
        let folder = from.folder.path().join("copy");
        assert!(store.back_up(&folder, random, at(0)).unwrap().is_sound());
        // Changes after the copy are not in it.
        store.record(screening(1)).unwrap();
        on_each(|to| {
            let report = Store::restore(&folder, to.place.clone(), random, at(0)).unwrap();
            assert!(report.is_sound(), "{:?}", report.faults);
            assert_eq!(report.events, 301);
            let restored = to.open();
            assert_eq!(restored.check_log(std::slice::from_ref(&note)).unwrap().agreeing, [301]);
            assert!(restored.valid_key(&made.key, at(1)).unwrap().is_some());
            assert_eq!(restored.record(screening(2)).unwrap(), 301);
            assert!(restored.prove(&Tenant::only(), 256).is_ok());
            assert!(restored.check_log(&[]).unwrap().is_sound());
            let error = Store::restore(&folder, to.place.clone(), random, at(0)).map(drop);
            assert!(matches!(error, Err(StoreError::Refused(_))));
        });
    });
}

#[test]
fn nothing_is_copied_over_something_else() {
    on_each(|place| {
        let (store, folder) = copied(place);
        assert!(matches!(store.back_up(&folder, random, at(0)), Err(StoreError::Refused(_))));
        let nowhere = place.folder.path().join("nowhere");
        let error = Store::restore(&nowhere, Place::sqlite().place, random, at(0)).map(drop);
        assert!(matches!(error, Err(StoreError::Address(_))));
    });
}

#[test]
fn a_database_that_holds_a_store_is_not_filled_from_a_copy() {
    on_each(|from| {
        // Copies of encrypted stores have a test of their own.
        if from.place.key.is_some() {
            return;
        }
        let (_, folder) = copied(from);
        on_each(|to| {
            let store = to.open();
            store.record(screening(0)).unwrap();
            // The secrets are elsewhere: only the database shows whether there is a store.
            let mut place = to.place.clone();
            place.folder = to.folder.path().join("other");
            let error = Store::restore(&folder, place, random, at(0)).map(drop);
            assert!(matches!(error, Err(StoreError::Refused(_) | StoreError::Key(_))), "{error:?}");
            assert_eq!(store.head().unwrap().size(), 1);
        });
    });
}

#[test]
fn cases_and_the_allow_list_come_back() {
    on_each(|from| {
        // Copies of encrypted stores have a test of their own.
        if from.place.key.is_some() {
            return;
        }
        let desk = Desk::open(from);
        let case = desk.screen("c-1", &["e-1"]).marks[0].case.clone();
        desk.allowed(&case, &["user:bob"]);
        let folder = from.folder.path().join("copy");
        assert!(desk.store.back_up(&folder, random, at(0)).unwrap().is_sound());
        on_each(|to| {
            Store::restore(&folder, to.place.clone(), random, at(0)).unwrap();
            let restored = Desk::open(to);
            assert_eq!(restored.case(&case, 9), desk.case(&case, 9));
            assert!(restored.screen("c-1", &["e-1"]).marks[0].suppressed_by.is_some());
        });
    });
}

#[test]
fn a_copy_of_an_older_program_comes_back_and_stays_as_it_is() {
    on_each(|from| {
        // Copies of encrypted stores have a test of their own.
        if from.place.key.is_some() {
            return;
        }
        let store = from.open();
        let mut draft = screening(1);
        // An older program named the customer in another way.
        draft.sealed.as_mut().unwrap().subject = None;
        store.record(draft).unwrap();
        let folder = from.folder.path().join("copy");
        store.back_up(&folder, random, at(0)).unwrap();
        let copy =
            Place { place: StorePlace::in_folder(&folder), folder: tempfile::tempdir().unwrap() };
        copy.meddle(
            "DROP TABLE holds; DROP TABLE settings; DROP TABLE cases; DROP TABLE case_entities; DROP TABLE case_events; \
             DROP TABLE allow_list; DROP TABLE people; DROP TABLE sessions; DROP TABLE sign_ins; \
             DROP TABLE subjects; DROP INDEX sealed_of_key; ALTER TABLE answers DROP COLUMN key_id; ALTER TABLE keys DROP COLUMN warned_at; \
             DROP TABLE jobs; DROP TABLE job_parts; DROP TABLE job_lines; DROP TABLE job_erasures; DROP TABLE monitors; DROP TABLE monitor_customers; \
             DROP TABLE webhooks; DROP TABLE deliveries; DELETE FROM migrations WHERE version > 1",
        );
        on_each(|to| {
            let report = Store::restore(&folder, to.place.clone(), random, at(0)).unwrap();
            assert!(report.is_sound(), "{:?}", report.faults);
            assert!(!Desk::open(to).screen("c-1", &["e-1"]).marks.is_empty());
            assert!(!to.place.folder.join("restoring.sqlite").exists());
        });
    });
}

#[test]
fn a_restore_that_fails_leaves_nothing_and_can_be_tried_again() {
    let from = Place::sqlite();
    let (_, folder) = copied(&from);
    for missing in ["audit.key", "audit.pub", "pepper"] {
        on_each(|to| {
            let elsewhere = to.folder.path().join("elsewhere");
            std::fs::rename(folder.join(missing), &elsewhere).unwrap();
            let target = to.place.clone().with_key(None);
            let restore = || Store::restore(&folder, target.clone(), random, at(0));
            assert!(restore().is_err(), "{missing}");
            assert_eq!(std::fs::read_dir(&to.place.folder).unwrap().count(), 0, "{missing}");
            std::fs::rename(&elsewhere, folder.join(missing)).unwrap();
            assert!(restore().unwrap().is_sound(), "{missing}");
        });
    }
    // Damage that is found only while rows are copied.
    let copy =
        Place { place: StorePlace::in_folder(&folder), folder: tempfile::tempdir().unwrap() };
    copy.meddle("DROP TABLE log_head");
    let to = Place::sqlite();
    assert!(Store::restore(&folder, to.place.clone(), random, at(0)).is_err());
    assert_eq!(std::fs::read_dir(&to.place.folder).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn only_their_owner_can_read_the_files_of_a_store_and_of_its_copy() {
    use std::os::unix::fs::PermissionsExt;
    let (place, folder) = (Place::sqlite(), tempfile::tempdir().unwrap());
    let store = place.open();
    store.record(screening(1)).unwrap();
    let copy = folder.path().join("copy");
    store.back_up(&copy, random, at(1)).unwrap();
    let mut names = Vec::new();
    for folder in [place.place.folder.as_path(), copy.as_path()] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let mode = entry.metadata().unwrap().permissions().mode();
            // The public key and the lock hold no secret.
            if entry.metadata().unwrap().is_file() && name != "audit.pub" && name != "LOCK" {
                assert_eq!(mode & 0o077, 0, "{name}");
                names.push(name);
            }
        }
    }
    assert!(names.iter().any(|name| name == "interdict.sqlite-wal"), "{names:?}");
    assert_eq!(names.iter().filter(|name| *name == "interdict.sqlite").count(), 2, "{names:?}");
}
