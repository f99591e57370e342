//! Monitors: changes of a customer's matches are recorded once, by one server at a time.

use std::sync::Arc;

use interdict_store::{
    CustomerHit, CustomerPut, CustomerScreening, EventDraft, EventFilter, Fingerprint, JudgedField,
    MonitorLease, MonitorScreening, NewMonitor, Origin, Store, StoreError, SweepBasis, SweepCounts,
    TakenMonitor, Tenant,
};
use serde_json::json;

use crate::stores::{at, on_each};

struct Watch {
    store: Store,
    id: String,
}

fn basis(generation: u64) -> SweepBasis {
    on_day(generation, "2026-11-30")
}

fn on_day(generation: u64, day: &str) -> SweepBasis {
    SweepBasis { generation, matcher: "m".to_owned(), day: Some(day.to_owned()) }
}

impl Watch {
    fn open(store: Store) -> Self {
        let new =
            NewMonitor { tenant: Tenant::only(), name: "all".to_owned(), settings: json!({}) };
        let made = store
            .change_now(move |change| change.make_monitor(new, Origin::of("service:k"), at(0)))
            .unwrap();
        Self { store, id: made.id }
    }

    fn put(&self, customer: &str, party: &str) -> u64 {
        let put = CustomerPut { customer: customer.to_owned(), party: party.as_bytes().to_vec() };
        let id = self.id.clone();
        let terms = (Origin::of("service:k"), at(1), at(1_000));
        self.store
            .change_now(move |change| {
                let (by, now, keep) = terms;
                change.put_customers(&Tenant::only(), &id, &[put], (&by, now, keep))
            })
            .unwrap()
    }

    fn take(&self, generation: u64, now: i64) -> Option<TakenMonitor> {
        self.store
            .change_now(move |change| {
                change.take_monitor(&basis(generation), at(now), at(now + 15))
            })
            .unwrap()
    }

    fn screen(
        &self,
        lease: &MonitorLease,
        customer: &str,
        version: i64,
        generation: u64,
        entities: &[&str],
    ) -> Result<SweepCounts, StoreError> {
        self.screen_scored(lease, customer, (version, generation), entities, 0.9)
    }

    fn screen_scored(
        &self,
        lease: &MonitorLease,
        customer: &str,
        (version, generation): (i64, u64),
        entities: &[&str],
        score: f64,
    ) -> Result<SweepCounts, StoreError> {
        let hit = |id: &&str| {
            let mut record = Fingerprint::default();
            record.add(JudgedField::Names, *id);
            CustomerHit {
                ids: vec![(*id).to_owned()],
                caption: String::new(),
                score,
                is_exact: false,
                record,
            }
        };
        let found = CustomerScreening {
            reference: customer.to_owned(),
            data: Fingerprint::default(),
            matcher: "m".to_owned(),
            hits: entities.iter().map(hit).collect(),
            delisted: Vec::new(),
            keep_until: at(1_000),
        };
        let event = EventDraft::new(
            "screening",
            &Tenant::only(),
            Origin::of("local:server"),
            at(2),
            json!({ "matches": entities.len() }),
        );
        let screening = MonitorScreening {
            version,
            generation,
            day: Some("2026-11-30".to_owned()),
            event,
            found,
            is_unread: false,
            changed_records: Arc::default(),
        };
        let lease = lease.clone();
        self.store.change_now(move |change| {
            let mut counts = SweepCounts::default();
            change.write_monitor_screening(&lease, screening, at(100), &mut counts)?;
            Ok(counts)
        })
    }

    fn end(&self, taken: &TakenMonitor, generation: u64, now: i64) -> Result<(), StoreError> {
        let taken = taken.clone();
        self.store.change_now(move |change| {
            let by = (Origin::of("local:server"), at(now));
            change.end_sweep(&taken, &basis(generation), SweepCounts::default(), by)
        })
    }

    fn kinds(&self) -> Vec<String> {
        let filter = EventFilter { from: 0, kind: None, limit: 1_000 };
        let events = self.store.events(&Tenant::only(), &filter).unwrap();
        events.into_iter().map(|event| event.kind).collect()
    }

    fn count(&self, kind: &str) -> usize {
        self.kinds().iter().filter(|known| *known == kind).count()
    }
}

#[test]
fn a_customer_waits_is_screened_and_what_differs_is_told_once() {
    on_each(|place| {
        let watch = Watch::open(place.open());
        assert_eq!(watch.put("c-1", "a"), 1);
        let customer =
            || watch.store.monitored_customer(&Tenant::only(), &watch.id, "c-1").unwrap();
        assert_eq!(customer().event, None);
        let taken = watch.take(1, 2).unwrap();
        assert_eq!(taken.seen, None);
        assert!(watch.take(1, 3).is_none(), "one server at a time");
        assert_eq!(watch.store.waiting_customers(&watch.id, 10).unwrap().len(), 1);
        let counts = watch.screen(&taken.lease, "c-1", 1, 1, &["e-1", "e-2"]).unwrap();
        assert_eq!((counts.new, counts.gone, counts.screened), (2, 0, 1));
        watch.end(&taken, 1, 4).unwrap();
        let told = customer();
        assert!(told.event.is_some() && told.generation.is_none());
        assert_eq!(told.matches.len(), 2);
        assert!(watch.take(1, 5).is_none(), "nothing is to be done");
        // The same result is no change, and the same data of a customer is no update.
        assert_eq!(watch.put("c-1", "a"), 0);
        let taken = watch.take(2, 6).unwrap();
        assert_eq!(taken.seen, Some(basis(1)));
        let page = watch.store.customers_to_sweep(&watch.id, &basis(2), "", 10).unwrap();
        assert_eq!(page.len(), 1);
        let counts = watch.screen(&taken.lease, "c-1", 1, 2, &["e-2", "e-3"]).unwrap();
        assert_eq!((counts.new, counts.changed, counts.gone), (1, 0, 1));
        assert!(watch.store.customers_to_sweep(&watch.id, &basis(2), "", 10).unwrap().is_empty());
        // Other scores of the same entities.
        let counts =
            watch.screen_scored(&taken.lease, "c-1", (1, 2), &["e-2", "e-3"], 0.95).unwrap();
        assert_eq!((counts.new, counts.changed, counts.gone), (0, 2, 0));
        assert_eq!(watch.count("match.changed"), 2);
        watch.end(&taken, 2, 7).unwrap();
        assert_eq!((watch.count("match.new"), watch.count("match.gone")), (3, 1));
        assert_eq!((watch.count("case.opened"), watch.count("monitor.swept")), (3, 2));
        assert!(watch.store.check_log(&[]).unwrap().is_sound());
    });
}

#[test]
fn a_server_that_lost_a_monitor_tells_nothing() {
    on_each(|place| {
        let watch = Watch::open(place.open());
        watch.put("c-1", "a");
        let first = watch.take(1, 0).unwrap();
        let second = watch.take(1, 15).unwrap();
        let before = watch.kinds();
        let late = watch.screen(&first.lease, "c-1", 1, 1, &["e-1"]);
        assert!(matches!(late, Err(StoreError::Refused(_))), "{late:?}");
        assert!(watch.end(&first, 1, 16).is_err());
        assert_eq!(watch.kinds(), before);
        watch.screen(&second.lease, "c-1", 1, 1, &["e-1"]).unwrap();
        watch.end(&second, 1, 17).unwrap();
        assert_eq!(watch.count("match.new"), 1);
    });
}

#[test]
fn a_customer_who_was_changed_in_the_meantime_is_screened_as_it_is_now() {
    on_each(|place| {
        let watch = Watch::open(place.open());
        watch.put("c-1", "a");
        let taken = watch.take(1, 0).unwrap();
        watch.put("c-1", "b");
        let counts = watch.screen(&taken.lease, "c-1", 1, 1, &["e-1"]).unwrap();
        assert_eq!((counts.screened, watch.count("screening")), (0, 0));
        assert_eq!(watch.store.waiting_customers(&watch.id, 10).unwrap()[0].version, 2);
        watch.screen(&taken.lease, "c-1", 2, 1, &["e-1"]).unwrap();
        watch.end(&taken, 1, 1).unwrap();
        // Another version: the matches reported with the previous one are compared with it.
        watch.put("c-1", "c");
        let taken = watch.take(1, 2).unwrap();
        watch.screen(&taken.lease, "c-1", 3, 1, &[]).unwrap();
        assert_eq!(watch.count("match.gone"), 1);
    });
}

#[test]
fn a_server_with_earlier_lists_leaves_a_monitor_to_others_unless_the_lists_were_set_back() {
    on_each(|place| {
        let watch = Watch::open(place.open());
        let taken = watch.take(5, 0).unwrap();
        watch.end(&taken, 5, 0).unwrap();
        assert!(watch.take(4, 10).is_none());
        assert!(watch.take(6, 10).is_some());
        assert!(watch.take(4, 601).is_some());
    });
}

#[test]
fn customers_are_removed_and_monitors_deleted_and_erasure_asks_for_it() {
    on_each(|place| {
        let watch = Watch::open(place.open());
        watch.put("c-1", "a");
        watch.put("c-2", "a");
        let erase = || {
            watch.store.change_now(|change| {
                let reason = Some("asked");
                change.erase(&Tenant::only(), "c-1", reason, Origin::of("user:a"), at(5))
            })
        };
        assert!(matches!(erase(), Err(StoreError::Refused(_))));
        let id = watch.id.clone();
        let remove = move |change: &mut interdict_store::Change<'_>| {
            let by = Origin::of("service:k");
            change.remove_customer(&Tenant::only(), &id, "c-1", (&by, at(3), at(1_000)))
        };
        watch.store.change_now(remove).unwrap();
        erase().unwrap();
        let monitor = watch.store.monitor(&Tenant::only(), &watch.id).unwrap();
        assert_eq!((monitor.customers, monitor.waiting), (1, 1));
        let other = Tenant::parse("other").unwrap();
        assert!(watch.store.monitor(&other, &watch.id).is_err());
        let id = watch.id.clone();
        let delete = move |change: &mut interdict_store::Change<'_>| {
            change.delete_monitor(&Tenant::only(), &id, Origin::of("service:k"), at(4))
        };
        watch.store.change_now(delete).unwrap();
        assert!(watch.store.monitors(&Tenant::only()).unwrap().is_empty());
        assert!(watch.take(9, 9).is_none());
        // References are not in the events.
        let filter = EventFilter { from: 0, kind: None, limit: 100 };
        let texts = watch.store.event_texts(&Tenant::only(), &filter).unwrap();
        assert!(texts.iter().all(|(_, text)| !text.contains("c-1")), "{texts:?}");
    });
}

#[test]
fn another_day_is_a_reason_to_look_and_a_customer_of_the_day_before_is_looked_at_again() {
    on_each(|place| {
        let watch = Watch::open(place.open());
        watch.put("c-1", "a");
        let take = |day: &str, now: i64| {
            let basis = on_day(1, day);
            watch
                .store
                .change_now(move |change| change.take_monitor(&basis, at(now), at(now + 15)))
                .unwrap()
        };
        let taken = watch.take(1, 0).unwrap();
        watch.screen(&taken.lease, "c-1", 1, 1, &[]).unwrap();
        // The server dies before the sweep ends, and the next one continues after midnight.
        let next = on_day(1, "2026-12-01");
        let left = watch.store.customers_to_sweep(&watch.id, &next, "", 10).unwrap();
        assert_eq!(left.len(), 1, "it was looked at for the day before");
        assert!(watch.store.customers_to_sweep(&watch.id, &basis(1), "", 10).unwrap().is_empty());
        watch.end(&taken, 1, 1).unwrap();
        assert!(take("2026-11-30", 2).is_none());
        assert!(
            take("2026-11-29", 2).is_none(),
            "a server whose clock is late leaves it to others"
        );
        let taken = take("2026-12-01", 20).unwrap();
        assert_eq!(taken.seen, Some(basis(1)));
        let end = next.clone();
        watch
            .store
            .change_now(move |change| {
                let by = (Origin::of("local:server"), at(21));
                change.end_sweep(&taken, &end, SweepCounts::default(), by)
            })
            .unwrap();
        assert_eq!(watch.count("monitor.swept"), 2);
        assert!(take("2026-12-01", 40).is_none());
        assert!(take("2026-11-30", 40).is_none());
        assert!(take("2026-11-30", 700).is_some(), "the clock was set back");
        let monitor = watch.store.monitor(&Tenant::only(), &watch.id).unwrap();
        assert_eq!(monitor.day.as_deref(), Some("2026-12-01"));
    });
}

#[test]
fn a_monitor_that_an_earlier_program_swept_is_due() {
    on_each(|place| {
        let watch = Watch::open(place.open());
        let taken = watch.take(1, 0).unwrap();
        watch.end(&taken, 1, 0).unwrap();
        place.meddle("UPDATE monitors SET day = NULL");
        assert_eq!(watch.take(1, 1).unwrap().seen.unwrap().day, None);
    });
}
