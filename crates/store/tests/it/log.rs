//! Events are found, proven and kept.

use interdict_audit::{EventProof, SigningKey};
use interdict_store::{Event, EventFilter, StoreError, Tenant, commitment};

use crate::stores::{at, change_of_list, on_each, record_all, screening};

fn all() -> EventFilter {
    EventFilter { from: 0, kind: None, limit: 10_000 }
}

#[test]
fn events_are_numbered_in_their_order_and_read_as_they_were_recorded() {
    on_each(|place| {
        let store = place.open();
        for number in 0..5 {
            let draft = if number == 3 { change_of_list(3) } else { screening(number) };
            assert_eq!(store.record(draft).unwrap(), u64::try_from(number).unwrap());
        }
        let events = store.events(&Tenant::only(), &all()).unwrap();
        let numbers: Vec<u64> = events.iter().map(|event| event.seq).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4]);
        assert_eq!(events[2].at, at(2));
        assert_eq!(events[2].detail["matches"], 2);
        assert_eq!(events[3].commitment, None);
        let later = EventFilter { from: 2, limit: 2, ..all() };
        let numbers = store.events(&Tenant::only(), &later).unwrap();
        assert_eq!(numbers.iter().map(|event| event.seq).collect::<Vec<_>>(), [2, 3]);
        let lists = EventFilter { kind: Some("list.updated".to_owned()), ..all() };
        assert_eq!(store.events(&Tenant::only(), &lists).unwrap().len(), 1);
    });
}

#[test]
fn a_log_goes_on_where_it_ended() {
    on_each(|place| {
        for round in 0..3 {
            let store = place.open();
            assert_eq!(store.record(screening(round)).unwrap(), u64::try_from(round).unwrap());
        }
        let report = place.open().check_log(&[]).unwrap();
        assert!(report.is_sound(), "{:?}", report.faults);
        assert_eq!((report.events, report.sealed, report.erased), (3, 3, 0));
        assert_eq!(report.agreeing, [3]);
    });
}

#[test]
fn two_processes_write_one_log() {
    on_each(|place| {
        let stores = [place.open(), place.open()];
        std::thread::scope(|scope| {
            for store in &stores {
                scope.spawn(|| {
                    for number in 0..40 {
                        store.record(screening(number)).unwrap();
                    }
                });
            }
        });
        let report = stores[0].check_log(&[]).unwrap();
        assert!(report.is_sound(), "{:?}", report.faults);
        assert_eq!(report.events, 80);
    });
}

#[test]
fn one_event_is_proven_without_the_others() {
    on_each(|place| {
        let store = place.open();
        // More than 256, so that stored hashes of subtrees are used.
        record_all(&store, 0..700);
        for seq in [0, 1, 255, 256, 300, 511, 512, 697, 698] {
            let proven = store.prove(&Tenant::only(), seq).unwrap();
            let file: EventProof = proven.proof.to_string().parse().unwrap();
            let keys = [store.verifying_key().clone()];
            let checkpoint = file.verify(&proven.recorded.bytes, &keys).unwrap();
            assert_eq!(checkpoint.checkpoint().size(), 700);
            assert!(file.verify(b"{}", &keys).is_err());
            let event = Event::from_bytes(&proven.recorded.bytes).unwrap();
            let (salt, data) = proven.recorded.sealed.unwrap();
            assert_eq!(event.commitment, Some(commitment(&salt, &data)));
            assert_eq!(event.seq, seq);
            // A key with the same name that is not this log's verifies nothing.
            let other = SigningKey::from_seed(keys[0].name().clone(), &[1; 32]);
            assert!(file.verify(&proven.recorded.bytes, &[other.verifying_key()]).is_err());
        }
        let error = store.prove(&Tenant::only(), 700).map(drop);
        assert!(matches!(error, Err(StoreError::NotFound("event"))));
    });
}

#[test]
fn a_tenant_sees_only_its_own_events() {
    on_each(|place| {
        let store = place.open();
        let other = Tenant::parse("other").unwrap();
        store.record(screening(0)).unwrap();
        let mut draft = screening(1);
        draft.tenant = other.clone();
        store.record(draft).unwrap();
        let seqs = |tenant: &Tenant| -> Vec<u64> {
            store.events(tenant, &all()).unwrap().iter().map(|event| event.seq).collect()
        };
        assert_eq!(seqs(&Tenant::only()), [0]);
        assert_eq!(seqs(&other), [1]);
        assert!(store.prove(&other, 0).is_err());
        assert!(store.prove(&other, 1).is_ok());
    });
}

#[test]
fn checkpoints_are_files_named_after_their_size() {
    on_each(|place| {
        let store = place.open();
        let folder = place.folder.path().join("elsewhere");
        assert_eq!(store.write_checkpoint(&folder).unwrap(), None);
        store.record(screening(0)).unwrap();
        let path = store.write_checkpoint(&folder).unwrap().unwrap();
        assert_eq!(path.file_name().unwrap(), "000000000001.checkpoint");
        assert_eq!(store.write_checkpoint(&folder).unwrap(), None);
        store.record(screening(1)).unwrap();
        let note = std::fs::read_to_string(path).unwrap();
        assert_eq!(store.check_log(&[note]).unwrap().agreeing, [1, 2]);
    });
}
