//! Personal data is kept until its end, longer while it is on hold, and erased without harm to the log.

use interdict_store::{Erasure, EventFilter, Origin, Store, StoreError, Tenant};
use jiff::Timestamp;

use crate::stores::{at, on_each, screening};

fn origin() -> Origin {
    Origin::of("local:test")
}

/// Three screenings of one customer, whose data ends at 10, 20 and 30, and one of another.
fn filled(store: &Store) {
    for (customer, end) in [("c-1", 10), ("c-1", 20), ("c-1", 30), ("c-2", 10)] {
        let mut draft = screening(0);
        let sealed = draft.sealed.as_mut().unwrap();
        sealed.subject = Some(customer.to_owned());
        sealed.keep_until = at(end);
        store.record(draft).unwrap();
    }
}

fn erase(store: &Store, why: Option<&str>, now: Timestamp) -> Result<Erasure, StoreError> {
    let why = why.map(str::to_owned);
    store.change_now(move |change| {
        change.erase(&Tenant::only(), "c-1", why.as_deref(), origin(), now)
    })
}

fn counted(erased: u64, kept: u64) -> Erasure {
    Erasure { erased, kept, cases: 0, job_rows: 0, open_jobs: 0, nothing: false }
}

fn data_left(store: &Store) -> u64 {
    let report = store.check_log(&[]).unwrap();
    assert!(report.is_sound(), "{:?}", report.faults);
    report.sealed
}

#[test]
fn only_what_has_passed_its_end_is_erased_unless_there_is_a_reason() {
    on_each(|place| {
        let store = place.open();
        filled(&store);
        assert_eq!(erase(&store, None, at(9)).unwrap(), counted(0, 3));
        assert_eq!(erase(&store, None, at(20)).unwrap(), counted(2, 1));
        assert_eq!(data_left(&store), 2);
        assert!(matches!(erase(&store, Some(" "), at(20)), Err(StoreError::Refused(_))));
        let why = Some("the authority agreed");
        assert_eq!(erase(&store, why, at(20)).unwrap(), counted(1, 0));
        assert_eq!(data_left(&store), 1);
        assert!(erase(&store, why, at(20)).unwrap().nothing);
        // Proofs of erased events stay valid.
        let proven = store.prove(&Tenant::only(), 0).unwrap();
        assert!(proven.recorded.sealed.is_none());
        assert!(proven.to_proof(store.verifying_key()).verify(store.verifying_key()).is_ok());
    });
}

#[test]
fn the_erasure_by_retention_is_recorded_with_its_count_unless_there_is_none() {
    on_each(|place| {
        let store = place.open();
        filled(&store);
        let expire = |now| {
            store
                .change_now(move |change| change.erase_expired(&Tenant::only(), origin(), at(now)))
                .unwrap()
        };
        let recorded = || -> Vec<serde_json::Value> {
            let kind = Some("retention.erased".to_owned());
            let filter = EventFilter { from: 0, kind, limit: 10 };
            let events = store.events(&Tenant::only(), &filter).unwrap();
            events.into_iter().map(|event| event.detail["erased"].clone()).collect()
        };
        assert_eq!((expire(9), recorded()), (0, vec![]));
        assert_eq!((expire(10), recorded()), (2, vec![2.into()]));
        assert_eq!((expire(10), recorded()), (0, vec![2.into()]));
    });
}

#[test]
fn what_is_on_hold_is_not_erased_at_all() {
    on_each(|place| {
        let store = place.open();
        filled(&store);
        let hold = |reason: &'static str| {
            store.change_now(move |change| {
                change.hold(&Tenant::only(), "c-1", reason, origin(), at(5))
            })
        };
        assert!(matches!(hold(""), Err(StoreError::Refused(_))));
        hold("court order 7").unwrap();
        assert!(matches!(hold("again"), Err(StoreError::Exists)));
        assert!(matches!(erase(&store, Some("asked for"), at(99)), Err(StoreError::Refused(_))));
        let expired = || {
            store
                .change_now(|change| change.erase_expired(&Tenant::only(), origin(), at(99)))
                .unwrap()
        };
        assert_eq!(expired(), 1);
        assert_eq!(data_left(&store), 3);
        let holds = store.holds(&Tenant::only()).unwrap();
        assert_eq!((holds.len(), holds[0].reason.as_str()), (1, "court order 7"));
        assert!(store.holds(&Tenant::parse("other").unwrap()).unwrap().is_empty());
        let release =
            || store.change_now(|change| change.release(&Tenant::only(), "c-1", origin(), at(6)));
        release().unwrap();
        assert!(matches!(release(), Err(StoreError::NotFound("hold"))));
        assert_eq!(expired(), 3);
        assert_eq!(expired(), 0);
        assert_eq!(data_left(&store), 0);
    });
}

#[test]
fn data_without_a_customer_ends_too_and_another_tenant_keeps_its_own() {
    on_each(|place| {
        let store = place.open();
        let other = Tenant::parse("other").unwrap();
        for tenant in [Tenant::only(), other.clone()] {
            let mut draft = screening(0);
            draft.tenant = tenant;
            let sealed = draft.sealed.as_mut().unwrap();
            sealed.subject = None;
            sealed.keep_until = at(10);
            store.record(draft).unwrap();
        }
        assert_eq!(store.tenants().unwrap(), [Tenant::only(), other]);
        let erased = store
            .change_now(|change| change.erase_expired(&Tenant::only(), origin(), at(10)))
            .unwrap();
        assert_eq!((erased, data_left(&store)), (1, 1));
    });
}

#[test]
fn each_step_is_an_event_that_does_not_name_the_customer() {
    on_each(|place| {
        let store = place.open();
        filled(&store);
        store
            .change_now(|change| change.hold(&Tenant::only(), "c-1", "order", origin(), at(1)))
            .unwrap();
        store.change_now(|change| change.release(&Tenant::only(), "c-1", origin(), at(2))).unwrap();
        erase(&store, None, at(99)).unwrap();
        store.change_now(|change| change.erase_expired(&Tenant::only(), origin(), at(99))).unwrap();
        let all = EventFilter { from: 4, kind: None, limit: 10 };
        let events = store.events(&Tenant::only(), &all).unwrap();
        let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(
            kinds,
            ["subject.held", "subject.released", "subject.erased", "retention.erased"]
        );
        assert!(!format!("{events:?}").contains("c-1"));
        let tag = |at: usize| events[at].detail["subject"].clone();
        assert!(tag(0).is_string() && tag(0) == tag(1) && tag(1) == tag(2));
        assert_eq!(events[3].detail["erased"], 1);
    });
}
