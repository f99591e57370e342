//! Personal data at rest: unreadable without the master key, and complete with it.

use std::fs;
use std::path::Path;

use interdict_store::{
    AllowFilter, CaseFile, CaseFilter, CaseMove, CaseStep, Change, CustomerPut, EventFilter,
    JobBasis, JobCounts, JobEnd, JobId, JobLease, JobPlan, JobRow, JobState, JobStep, NewJob,
    NewMonitor, OnceKey, Origin, Store, StoreError, StoreKey, StorePlace, Tenant,
};
use serde_json::json;

use crate::case_steps::Desk;
use crate::stores::{Place, at, on_each, random, screening};

const NEEDLES: [&str; 11] = [
    "Zacharias-Reference",
    "a name 7",
    "She is another one",
    "passport of Zacharias",
    "name of the entity",
    "Zacharias Data",
    "Monitored-Reference",
    "party of a monitor",
    "file of a job",
    "result of a job",
    "line of a customer",
];

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// Whether the files of a database contain a text, in plaintext or in base64.
fn holds(place: &StorePlace, needle: &str) -> bool {
    let folder = place.folder.parent().unwrap();
    let is_in = |path: &Path, text: &str| {
        let bytes = fs::read(path).unwrap();
        bytes.windows(text.len()).any(|part| part == text.as_bytes())
    };
    let files =
        walk(folder).into_iter().filter(|path| path.extension().is_none_or(|end| end != "key"));
    let document = base64(needle);
    files.into_iter().any(|path| is_in(&path, needle) || is_in(&path, &document))
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

/// Screenings with and without customers, a case with a comment and a document, a stored answer, and a hold.
fn filled(desk: &Desk) -> String {
    desk.store.record(screening(7)).unwrap();
    let mut nobody = screening(7);
    nobody.sealed.as_mut().unwrap().subject = None;
    desk.store.record(nobody).unwrap();
    let case = desk.screen(NEEDLES[0], &["e-1"]).marks[0].case.clone();
    let call = desk.call("user:jane", &case, 1);
    let wanted = CaseMove {
        step: CaseStep::Comment,
        text: Some(NEEDLES[2].to_owned()),
        file: Some(CaseFile::new("scan", NEEDLES[3].as_bytes())),
    };
    let once = OnceKey::new(Tenant::only(), "user:ann", "k", &[b"x"], at(1));
    desk.store
        .change_now(move |change| {
            change.once(&once, |change| {
                change.move_case(&call, wanted)?;
                Ok(NEEDLES[5].as_bytes().to_vec())
            })
        })
        .unwrap();
    desk.store
        .change_now(|change| {
            let origin = Origin::of("local:test");
            change.hold(&Tenant::only(), NEEDLES[0], "an order", origin, at(2))
        })
        .unwrap();
    desk.allowed(&case, &["user:bob"]);
    fill_background(&desk.store);
    case
}

/// A monitored customer, and a job with a file and a result.
fn fill_background(store: &Store) {
    store
        .change_now(|change| {
            let (only, by) = (Tenant::only(), Origin::of("local:test"));
            let new =
                NewMonitor { tenant: only.clone(), name: "all".to_owned(), settings: json!({}) };
            let monitor = change.make_monitor(new, by.clone(), at(2))?.id;
            let customer = NEEDLES[6].to_owned();
            let put = CustomerPut { customer, party: NEEDLES[7].as_bytes().to_vec() };
            change.put_customers(&only, &monitor, &[put], (&by, at(2), at(1_000_000)))?;
            let id = JobId::from_random([7; 10]);
            change.add_job_input(&only, &id, (0, NEEDLES[8].as_bytes()), at(2))?;
            let plan = JobPlan {
                format: "csv".to_owned(),
                digest: "d".to_owned(),
                bytes: 13,
                settings: json!({}),
            };
            let new = NewJob { tenant: only, id, plan, keep_until: at(1_000_000) };
            change.make_job(new, by.clone(), at(2))?;
            let basis = JobBasis {
                generation: 1,
                lists: Default::default(),
                matcher: "m".to_owned(),
                day: "2026-01-01".to_owned(),
            };
            let taken = change.take_job(basis, by, at(2), at(9))?.unwrap();
            let row = |number, customer: &str, text: &str| {
                let line = json!({ "row": number, "customer": customer, "name": text });
                let line = line.to_string().into_bytes();
                JobRow { number, customer: Some(customer.to_owned()), line }
            };
            let rows = vec![
                row(1, "c-2", NEEDLES[9]),
                row(2, NEEDLES[0], NEEDLES[10]),
                row(3, "c-2", "another one"),
            ];
            let step = JobStep {
                counts: JobCounts::default(),
                position: 1,
                rows,
                unused_columns: Vec::new(),
            };
            change.write_job_step(&taken.lease, &step, at(2), at(9))
        })
        .unwrap();
}

fn check_background(store: &Store) {
    let only = Tenant::only();
    let monitor = &store.monitors(&only).unwrap()[0].id;
    let found = store.monitored_customer(&only, monitor, NEEDLES[6]).unwrap();
    assert_eq!(
        (found.customer.as_str(), found.party.as_slice()),
        (NEEDLES[6], NEEDLES[7].as_bytes())
    );
    assert_eq!(store.waiting_customers(monitor, 10).unwrap(), [found]);
    let id = JobId::from_random([7; 10]);
    assert_eq!(store.job_input(id.as_str(), 0).unwrap().unwrap(), NEEDLES[8].as_bytes());
    let result = String::from_utf8(store.job_result(id.as_str(), 0).unwrap().unwrap()).unwrap();
    assert!(result.contains(NEEDLES[9]) && result.contains(NEEDLES[10]), "{result}");
}

/// Everything is readable through the store.
fn check_readable(store: &Store, case: &str) {
    check_background(store);
    let only = Tenant::only();
    let report = store.check_log(&[]).unwrap();
    assert!(report.is_sound(), "{:?}", report.faults);
    let found = store.case(&only, case, at(3)).unwrap();
    assert_eq!(found.customer.as_deref(), Some(NEEDLES[0]));
    let filter =
        CaseFilter { customer: Some(NEEDLES[0].to_owned()), limit: 9, ..CaseFilter::default() };
    assert_eq!(store.cases(&only, &filter, at(3)).unwrap().cases.len(), 1);
    let filter =
        AllowFilter { customer: Some(NEEDLES[0].to_owned()), limit: 9, ..AllowFilter::default() };
    let entries = store.allow_list(&only, &filter, at(3)).unwrap().entries;
    assert_eq!(entries[0].customer.as_deref(), Some(NEEDLES[0]));
    let history = store.case_history(&only, case, (None, 1_000)).unwrap().entries;
    let comment = history.iter().find(|entry| entry.kind == "case.commented").unwrap();
    assert_eq!(comment.entry.as_ref().unwrap()["text"], NEEDLES[2]);
    assert_eq!(store.case_file(&only, case, comment.seq).unwrap().bytes, NEEDLES[3].as_bytes());
    assert_eq!(store.holds(&only).unwrap()[0].subject, NEEDLES[0]);
    for seq in [0, 1] {
        let proven = store.prove(&only, seq).unwrap();
        assert_eq!(proven.recorded.sealed.unwrap().1, b"a name 7");
    }
    let once = OnceKey::new(only, "user:ann", "k", &[b"x"], at(4));
    let kept = store.change_now(move |change| change.once(&once, |_| Ok(Vec::new()))).unwrap();
    assert_eq!(kept, NEEDLES[5].as_bytes());
}

#[test]
fn the_files_of_an_encrypted_store_hold_no_name() {
    let place = Place::encrypted();
    let desk = Desk::open(&place);
    let case = filled(&desk);
    check_readable(&desk.store, &case);
    for needle in NEEDLES {
        assert!(!holds(&place.place, needle), "{needle}");
    }
    drop(desk);
    check_readable(&place.open(), &case);
    // The same without a key: the test is able to find the text.
    let plain = Place::sqlite();
    filled(&Desk::open(&plain));
    for needle in NEEDLES {
        assert!(holds(&plain.place, needle), "{needle}");
    }
}

#[test]
fn without_its_key_a_store_is_refused() {
    let place = Place::encrypted();
    drop(place.open());
    let open = |key: Option<StoreKey>| {
        Store::open(place.place.clone().with_key(key), random, at(1)).map(drop)
    };
    let other = StoreKey::add_to(&place.folder.path().join("other.key"), random).unwrap();
    for key in [None, Some(other)] {
        let error = open(key).unwrap_err();
        assert!(matches!(error, StoreError::Key(_)), "{error}");
        assert!(error.to_string().contains("--store-key-file"), "{error}");
    }
    open(place.place.key.clone()).unwrap();
}

#[test]
fn a_plain_store_is_encrypted_and_its_key_replaced_while_everything_stays_readable() {
    on_each(|place| {
        if place.place.key.is_some() {
            return;
        }
        let desk = Desk::open(place);
        let case = filled(&desk);
        let head = desk.store.head().unwrap();
        assert!(matches!(desk.store.encrypt_all(), Err(StoreError::Key(_))));
        drop(desk);
        let path = place.folder.path().join("store.key");
        let first = StoreKey::add_to(&path, random).unwrap();
        let with = |key: &StoreKey| {
            Store::open(place.place.clone().with_key(Some(key.clone())), random, at(1)).unwrap()
        };
        let store = with(&first);
        check_readable(&store, &case);
        let done = store.encrypt_all().unwrap();
        assert!(done.subjects >= 2 && done.events >= 5, "{done:?}");
        check_readable(&store, &case);
        assert_eq!(store.encrypt_all().unwrap().events, 0);
        assert_eq!(store.head().unwrap().size(), head.size(), "the log is as it was");
        if place.place.is_file() {
            let found: Vec<_> =
                NEEDLES.iter().filter(|needle| holds(&place.place, needle)).collect();
            assert!(found.is_empty(), "{found:?}");
            check_no_plain_row(&store);
        }
        drop(store);
        let both = StoreKey::add_to(&path, random).unwrap();
        let store = with(&both);
        check_readable(&store, &case);
        assert!(matches!(store.check_newest_key(), Err(StoreError::Refused(_))));
        assert_eq!(store.encrypt_all().unwrap().key, both.id());
        store.check_newest_key().unwrap();
        let last = both.drop_older(&path).unwrap();
        drop(store);
        check_readable(&with(&last), &case);
        let old = Store::open(place.place.clone().with_key(Some(first)), random, at(1));
        assert!(matches!(old.map(drop), Err(StoreError::Key(_))));
    });
}

/// Each table that names the key of its rows names one in every row, whatever tables there are.
fn check_no_plain_row(store: &Store) {
    let tables = "SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c \
                  WHERE m.type = 'table' AND c.name = 'key_id' ORDER BY m.name";
    let tables = store.read(|sql| sql.query(tables, &[])).unwrap();
    assert!(tables.len() >= 5, "{tables:?}");
    for table in tables {
        let table = table.text(0).unwrap();
        let count = |rest: &str| {
            let select = format!("SELECT count(*) FROM {table} {rest}");
            store.read(|sql| sql.query(&select, &[])).unwrap()[0].count(0).unwrap()
        };
        assert!(count("") > 0, "{table} has no row to test with");
        assert_eq!(count("WHERE key_id IS NULL"), 0, "{table}");
    }
}

#[test]
fn what_was_put_elsewhere_or_changed_is_not_read() {
    let place = Place::encrypted();
    let desk = Desk::open(&place);
    for _ in 0..2 {
        desk.store.record(screening(7)).unwrap();
    }
    let faults = |sql: &str| {
        place.meddle(sql);
        desk.store.check_log(&[]).unwrap().faults.len()
    };
    assert_eq!(faults("UPDATE events SET kind = kind"), 0);
    let swap = "UPDATE sealed SET data = (SELECT data FROM sealed WHERE seq = 1), \
                salt = (SELECT salt FROM sealed WHERE seq = 1) WHERE seq = 0";
    assert_eq!(faults(swap), 1);
    assert!(desk.store.prove(&Tenant::only(), 0).is_err());
    assert_eq!(faults("UPDATE sealed SET key_id = NULL WHERE seq = 1"), 2);
}

#[test]
fn a_store_of_before_finds_its_customers_by_their_tags() {
    on_each(|place| {
        let desk = Desk::open(place);
        let case = desk.screen("c-1", &["e-1"]).marks[0].case.clone();
        drop(desk);
        if place.place.key.is_some() {
            return;
        }
        // As written by the previous version of the program.
        place.meddle(
            "UPDATE cases SET customer = 'c-1'; UPDATE sealed SET subject = 'c-1' WHERE subject IS NOT NULL; \
             DELETE FROM subjects; DELETE FROM facts WHERE name = 'subjects'; \
             INSERT INTO holds (tenant, subject, reason, at) VALUES ('main', 'c-1', 'order', 0)",
        );
        let desk = Desk::open(place);
        let found = desk.store.case(&Tenant::only(), &case, at(1)).unwrap();
        assert_eq!(found.customer.as_deref(), Some("c-1"));
        assert_eq!(desk.store.holds(&Tenant::only()).unwrap()[0].subject, "c-1");
        assert_eq!(desk.screen("c-1", &["e-1"]).marks[0].case, case);
        let rows = desk.store.read(|sql| sql.query("SELECT subject FROM sealed", &[])).unwrap();
        assert!(!format!("{rows:?}").contains("c-1"));
    });
}

#[test]
fn a_copy_is_encrypted_as_the_store_is_and_comes_back_with_the_key_alone() {
    let place = Place::encrypted();
    let desk = Desk::open(&place);
    let case = filled(&desk);
    let copy = place.folder.path().join("copy");
    assert!(desk.store.back_up(&copy, random, at(1)).unwrap().is_sound());
    for needle in NEEDLES {
        assert!(!holds(&place.place, needle), "{needle}");
    }
    on_each(|to| {
        let target = to.place.clone().with_key(None);
        let error = Store::restore(&copy, target, random, at(1)).map(drop);
        assert!(matches!(error, Err(StoreError::Key(_))), "{error:?}");
        let target = to.place.clone().with_key(place.place.key.clone());
        assert!(Store::restore(&copy, target.clone(), random, at(1)).unwrap().is_sound());
        check_readable(&Store::open(target, random, at(1)).unwrap(), &case);
    });
}

#[test]
fn erasure_reaches_everything_of_a_subject_and_nothing_of_another() {
    on_each(|place| {
        let desk = Desk::open(place);
        let only = Tenant::only();
        let case = filled(&desk);
        let other = desk.screen("c-2", &["e-1"]).marks[0].case.clone();
        let erase = || {
            desk.store.change_now(|change| {
                let origin = Origin::of("local:test");
                change.erase(&Tenant::only(), NEEDLES[0], Some("asked for"), origin, at(50))
            })
        };
        assert!(matches!(erase(), Err(StoreError::Refused(_))), "it is on hold");
        assert_eq!(
            desk.store.case(&only, &case, at(51)).unwrap().customer.as_deref(),
            Some(NEEDLES[0])
        );
        let origin = Origin::of("local:test");
        desk.store
            .change_now(move |change| change.release(&Tenant::only(), NEEDLES[0], origin, at(49)))
            .unwrap();
        let proofs: Vec<_> = (0..desk.store.head().unwrap().size())
            .map(|seq| desk.store.prove(&only, seq).unwrap().to_proof(desk.store.verifying_key()))
            .collect();
        let erasure = erase().unwrap();
        assert_eq!((erasure.kept, erasure.cases), (0, 1));
        assert_eq!((erasure.job_rows, erasure.open_jobs, erasure.nothing), (1, 1, false));
        check_lines(&desk.store);
        assert!(erasure.erased >= 4, "{erasure:?}");
        let report = desk.store.check_log(&[]).unwrap();
        assert!(report.is_sound() && report.erased == erasure.erased, "{report:?}");
        for proof in proofs {
            proof.verify(desk.store.verifying_key()).unwrap();
        }
        let found = desk.store.case(&only, &case, at(52)).unwrap();
        assert_eq!(found.customer, None);
        let history = desk.store.case_history(&only, &case, (None, 1_000)).unwrap().entries;
        assert!(!format!("{history:?}").contains(NEEDLES[2]));
        assert!(history.iter().any(|entry| entry.kind == "allow.ended"));
        let all = AllowFilter { limit: 9, ..AllowFilter::default() };
        let entry = desk.store.allow_list(&only, &all, at(52)).unwrap().entries[0].clone();
        assert!(entry.customer.is_none() && entry.ended_at == Some(at(50)), "{entry:?}");
        let filter =
            CaseFilter { customer: Some(NEEDLES[0].to_owned()), limit: 9, ..CaseFilter::default() };
        assert!(desk.store.cases(&only, &filter, at(52)).unwrap().cases.is_empty());
        let rows = desk.store.read(|sql| sql.query("SELECT key FROM answers", &[])).unwrap();
        assert!(rows.is_empty(), "answers that were kept");
        let again = erase().unwrap();
        assert!(again.nothing && again.job_rows == 0, "{again:?}");
        // A later customer with the same reference is another subject.
        assert_ne!(desk.screen(NEEDLES[0], &["e-1"]).marks[0].case, case);
        let known = desk.store.case(&only, &other, at(53)).unwrap();
        assert_eq!(known.customer.as_deref(), Some("c-2"));
        let events = EventFilter { from: 0, kind: Some("subject.erased".to_owned()), limit: 9 };
        assert_eq!(desk.store.events(&only, &events).unwrap()[0].detail["cases"], 1);
    });
}

/// The line of the erased customer says so with its row, and the others are unchanged.
fn check_lines(store: &Store) {
    let id = JobId::from_random([7; 10]);
    let result = store.job_result(id.as_str(), 0).unwrap().unwrap();
    let lines: Vec<serde_json::Value> = result
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!((&lines[1]["row"], &lines[1]["code"]), (&json!(2), &json!("erased")));
    assert_eq!(lines[1]["status"], 410);
    assert!(lines[1].get("verdict").is_none() && lines[1].get("customer").is_none());
    assert_eq!((&lines[0]["name"], &lines[2]["row"]), (&json!(NEEDLES[9]), &json!(3)));
}

#[test]
fn erasure_reaches_results_that_an_older_program_wrote() {
    on_each(|place| {
        let desk = Desk::open(place);
        fill_background(&desk.store);
        desk.screen(NEEDLES[0], &["e-1"]);
        drop(desk);
        place.meddle("DELETE FROM job_lines; DELETE FROM facts WHERE name = 'job-lines'");
        let erasure = place
            .open()
            .change_now(|change| {
                let origin = Origin::of("local:test");
                change.erase(&Tenant::only(), NEEDLES[0], Some("asked for"), origin, at(50))
            })
            .unwrap();
        assert_eq!(erasure.job_rows, 1);
        check_lines(&place.open());
    });
}

#[test]
fn a_customer_who_was_erased_while_a_job_runs_is_known_to_the_job_until_it_ends() {
    on_each(|place| {
        let store = place.open();
        fill_background(&store);
        let erase = |tenant: &'static str, customer: &'static str, why: Option<&'static str>| {
            store
                .change_now(move |change| {
                    let (tenant, by) = (Tenant::parse(tenant).unwrap(), Origin::of("local:test"));
                    change.erase(&tenant, customer, why, by, at(3))
                })
                .unwrap()
        };
        assert_eq!(erase("other", "c-3", Some("asked for")).open_jobs, 0);
        assert_eq!(erase("main", "c-4", None).open_jobs, 0, "what is new is not too old");
        assert!(erase("main", "c-3", Some("asked for")).nothing);
        erase("main", "c-3", Some("asked for"));
        let id = JobId::from_random([7; 10]).as_str().to_owned();
        let lease = JobLease { tenant: Tenant::only(), id, number: 1 };
        let held = lease.clone();
        let known = move |change: &mut Change<'_>| {
            let erased = change.erased_in_job(&held)?;
            Ok(["c-3", "c-4", "c-2"].map(|customer| erased.contains(customer)))
        };
        assert_eq!(store.change_now(known.clone()).unwrap(), [true, false, false]);
        let end = JobEnd { state: JobState::Done, failure: None };
        store
            .change_now(move |change| change.end_job(&lease, &end, Origin::of("local:test"), at(4)))
            .unwrap();
        assert_eq!(store.change_now(known).unwrap(), [false; 3]);
    });
}

#[test]
fn what_erasure_leaves_in_the_files_of_a_plain_store_is_nothing() {
    let place = Place::sqlite();
    let desk = Desk::open(&place);
    filled(&desk);
    desk.store
        .change_now(|change| {
            let origin = Origin::of("local:test");
            change.release(&Tenant::only(), NEEDLES[0], origin.clone(), at(3))?;
            change.erase(&Tenant::only(), NEEDLES[0], Some("asked for"), origin, at(4))
        })
        .unwrap();
    // The server continues: its connections stay open.
    desk.store.settle().unwrap();
    for needle in [NEEDLES[0], NEEDLES[2], NEEDLES[3], NEEDLES[4], NEEDLES[5], NEEDLES[10]] {
        assert!(!holds(&place.place, needle), "{needle}");
    }
}

#[test]
fn data_that_passes_its_end_takes_the_reference_with_it() {
    on_each(|place| {
        let desk = Desk::open(place);
        let only = Tenant::only();
        let case = desk.screen("c-1", &["e-1"]).marks[0].case.clone();
        let expire = |second| {
            desk.store
                .change_now(move |change| {
                    change.erase_expired(&Tenant::only(), Origin::of("local:server"), at(second))
                })
                .unwrap()
        };
        assert_eq!(expire(10), 0);
        assert_eq!(desk.store.case(&only, &case, at(10)).unwrap().customer.as_deref(), Some("c-1"));
        assert!(expire(100_000_000) > 0);
        assert_eq!(desk.store.case(&only, &case, at(10)).unwrap().customer, None);
        let rows = desk.store.read(|sql| sql.query("SELECT reference FROM subjects", &[])).unwrap();
        assert!(!format!("{rows:?}").contains("c-1"));
        assert!(desk.store.check_log(&[]).unwrap().is_sound());
    });
}

#[test]
fn a_monitored_customer_can_be_read_when_the_last_screening_has_passed_its_end() {
    on_each(|place| {
        let desk = Desk::open(place);
        fill_background(&desk.store);
        let far = at(2_000_000);
        desk.store
            .change_now(move |change| {
                change.erase_expired(&Tenant::only(), Origin::of("local:test"), far)
            })
            .unwrap();
        check_background(&desk.store);
    });
}

#[test]
fn a_server_that_does_not_have_the_key_in_use_writes_nothing_any_more() {
    on_each(|place| {
        if place.place.key.is_some() {
            return;
        }
        let plain = Desk::open(place);
        plain.screen("c-1", &["e-1"]);
        let refuses = |store: &Store| {
            let record = |change: &mut Change<'_>| change.record(crate::stores::screening(7));
            matches!(store.change_now(record), Err(StoreError::Key(_)))
        };
        let path = place.folder.path().join("store.key");
        let with = |key: &StoreKey| {
            Store::open(place.place.clone().with_key(Some(key.clone())), random, at(1)).unwrap()
        };
        let first = StoreKey::add_to(&path, random).unwrap();
        let old = with(&first);
        assert!(refuses(&plain.store) && !refuses(&old));
        let both = StoreKey::add_to(&path, random).unwrap();
        let new = with(&both);
        assert!(!refuses(&old) && !refuses(&new));
        new.encrypt_all().unwrap();
        assert!(refuses(&old) && !refuses(&new));
        assert!(new.check_log(&[]).unwrap().is_sound());
    });
}
