//! Jobs: one server at a time holds the lease of a job, and a server that lost the lease cannot write.

use std::collections::BTreeMap;

use interdict_store::{
    EventFilter, Job, JobBasis, JobCounts, JobEnd, JobFilter, JobId, JobLease, JobPlan, JobRow,
    JobState, JobStep, NewJob, Origin, Store, StoreError, TakenJob, Tenant,
};
use serde_json::json;

use crate::stores::{at, on_each, screening};

fn by() -> Origin {
    Origin::of("local:server")
}

fn basis(generation: u64) -> JobBasis {
    JobBasis {
        generation,
        lists: BTreeMap::from([("a".to_owned(), "1".to_owned())]),
        matcher: "m".to_owned(),
        day: "2026-01-01".to_owned(),
    }
}

fn make(store: &Store, number: u8) -> Job {
    let id = JobId::from_random([number; 10]);
    let plan = JobPlan {
        format: "csv".to_owned(),
        digest: "d".to_owned(),
        bytes: 3,
        settings: json!({ "customer": "A Name" }),
    };
    store
        .change_now(move |change| {
            change.add_job_input(&Tenant::only(), &id, (0, b"ab"), at(0))?;
            change.add_job_input(&Tenant::only(), &id, (1, b"c"), at(0))?;
            let new = NewJob { tenant: Tenant::only(), id, plan, keep_until: at(1_000) };
            change.make_job(new, Origin::of("service:k"), at(number.into()))
        })
        .unwrap()
}

fn take(store: &Store, generation: u64, now: i64) -> Option<TakenJob> {
    store
        .change_now(move |change| change.take_job(basis(generation), by(), at(now), at(now + 15)))
        .unwrap()
}

/// A step of one row, with its screening.
fn step(store: &Store, lease: &JobLease, rows: u64, now: i64) -> Result<(), StoreError> {
    let lease = lease.clone();
    store.change_now(move |change| {
        change.record(screening(now))?;
        let counts = JobCounts { rows, rows_screened: rows, ..JobCounts::default() };
        let line = format!("line {rows}").into_bytes();
        let rows_read = vec![JobRow { number: rows, customer: None, line }];
        let unused_columns = vec!["shoe size".to_owned()];
        let step = JobStep { counts, position: rows * 10, rows: rows_read, unused_columns };
        change.write_job_step(&lease, &step, at(now), at(now + 15))
    })
}

fn end(store: &Store, lease: &JobLease, state: JobState, now: i64) -> Result<Job, StoreError> {
    let (lease, end) = (lease.clone(), JobEnd { state, failure: None });
    store.change_now(move |change| change.end_job(&lease, &end, by(), at(now)))
}

fn kinds(store: &Store) -> Vec<String> {
    let filter = EventFilter { from: 0, kind: None, limit: 100 };
    let events = store.events(&Tenant::only(), &filter).unwrap();
    events.into_iter().map(|event| event.kind).collect()
}

#[test]
fn a_job_goes_from_a_file_to_a_result_and_its_file_is_deleted() {
    on_each(|place| {
        let store = place.open();
        let job = make(&store, 1);
        assert_eq!((job.state, job.made_by.as_str()), (JobState::Queued, "service:k"));
        assert_eq!(store.job_input(&job.id, 1).unwrap().unwrap(), b"c");
        assert!(store.has_waiting_job(at(5)).unwrap());
        let taken = take(&store, 7, 5).unwrap();
        assert_eq!((taken.lease.number, taken.position, taken.in_vain), (1, 0, 0));
        assert!(!store.has_waiting_job(at(6)).unwrap());
        step(&store, &taken.lease, 1, 6).unwrap();
        step(&store, &taken.lease, 2, 7).unwrap();
        let done = end(&store, &taken.lease, JobState::Done, 8).unwrap();
        assert_eq!((done.state, done.counts.rows), (JobState::Done, 2));
        assert_eq!((done.started_at, done.ended_at), (Some(at(5)), Some(at(8))));
        assert_eq!(done.result_until, Some(at(1_000)));
        assert_eq!(done.basis, Some(basis(7)));
        assert_eq!(store.job_input(&job.id, 0).unwrap(), None);
        assert_eq!(store.job_result(&job.id, 1).unwrap().unwrap(), b"line 2\n");
        assert_eq!(
            kinds(&store),
            ["job.made", "job.started", "screening", "screening", "job.ended"]
        );
        // The caller's names of columns are not in the events themselves.
        let filter = EventFilter { from: 0, kind: None, limit: 100 };
        let texts = store.event_texts(&Tenant::only(), &filter).unwrap();
        assert!(texts.iter().all(|(_, text)| !text.contains("A Name")));
        assert!(store.check_log(&[]).unwrap().is_sound());
    });
}

#[test]
fn another_server_goes_on_where_a_step_was_written_and_the_first_one_writes_nothing_more() {
    on_each(|place| {
        let store = place.open();
        make(&store, 1);
        let first = take(&store, 7, 0).unwrap();
        step(&store, &first.lease, 1, 1).unwrap();
        assert_eq!(take(&store, 8, 15), None, "the step renewed the lease");
        let second = take(&store, 8, 16).unwrap();
        assert_eq!((second.counts.rows, second.position), (1, 10));
        assert_eq!(second.basis.generation, 7, "the lists stay those with which it began");
        let before = store.head().unwrap().size();
        let late = step(&store, &first.lease, 2, 17);
        assert!(matches!(late, Err(StoreError::Refused(_))), "{late:?}");
        assert!(end(&store, &first.lease, JobState::Done, 17).is_err());
        assert_eq!(store.head().unwrap().size(), before, "its screening was recorded");
        step(&store, &second.lease, 2, 18).unwrap();
        assert_eq!(end(&store, &second.lease, JobState::Done, 19).unwrap().counts.rows, 2);
        assert!(kinds(&store).contains(&"job.resumed".to_owned()));
    });
}

#[test]
fn servers_that_take_a_job_and_write_nothing_are_counted() {
    on_each(|place| {
        let store = place.open();
        make(&store, 1);
        let in_vain = |now| take(&store, 1, now).unwrap().in_vain;
        assert_eq!([in_vain(0), in_vain(20), in_vain(40)], [0, 1, 2]);
        let taken = take(&store, 1, 60).unwrap();
        step(&store, &taken.lease, 1, 61).unwrap();
        assert_eq!(in_vain(90), 0);
    });
}

#[test]
fn a_job_that_is_cancelled_leaves_nothing_and_stops_its_server() {
    on_each(|place| {
        let store = place.open();
        let job = make(&store, 1);
        let taken = take(&store, 1, 0).unwrap();
        step(&store, &taken.lease, 1, 1).unwrap();
        let cancel = |tenant: Tenant, id: &str, now| {
            let id = id.to_owned();
            store.change_now(move |change| {
                change.cancel_job(&tenant, &id, Origin::of("service:k"), at(now))
            })
        };
        let other = cancel(Tenant::parse("other").unwrap(), &job.id, 2);
        assert!(matches!(other, Err(StoreError::NotFound(_))));
        let cancelled = cancel(Tenant::only(), &job.id, 2).unwrap();
        assert_eq!((cancelled.state, cancelled.result_until), (JobState::Cancelled, None));
        assert!(step(&store, &taken.lease, 2, 3).is_err());
        assert_eq!(store.job_input(&job.id, 0).unwrap(), None);
        assert_eq!(store.job_result(&job.id, 0).unwrap(), None);
        let size = store.head().unwrap().size();
        cancel(Tenant::only(), &job.id, 4).unwrap();
        assert_eq!(store.head().unwrap().size(), size, "nothing was there to delete");
    });
}

#[test]
fn results_are_deleted_when_their_time_is_over_and_so_are_files_without_a_job() {
    on_each(|place| {
        let store = place.open();
        let job = make(&store, 1);
        let taken = take(&store, 1, 0).unwrap();
        step(&store, &taken.lease, 1, 1).unwrap();
        end(&store, &taken.lease, JobState::Incomplete, 2).unwrap();
        let lost = JobId::from_random([9; 10]);
        let sent = lost.clone();
        store
            .change_now(move |change| {
                change.add_job_input(&Tenant::only(), &sent, (0, b"x"), at(0))
            })
            .unwrap();
        let clean =
            |now| store.change_now(move |change| change.clean_jobs(&by(), at(now))).unwrap();
        assert_eq!(clean(999), 0);
        assert!(store.job_result(&job.id, 0).unwrap().is_some());
        assert!(store.job_input(lost.as_str(), 0).unwrap().is_some(), "it may still be sent");
        assert_eq!(clean(7_201), 1);
        assert_eq!(store.job_result(&job.id, 0).unwrap(), None);
        assert_eq!(store.job_input(lost.as_str(), 0).unwrap(), None);
        let after = store.job(&Tenant::only(), &job.id).unwrap();
        assert_eq!((after.state, after.result_until), (JobState::Incomplete, None));
        assert_eq!(kinds(&store).last().unwrap(), "job.erased");
    });
}

#[test]
fn jobs_are_listed_newest_first_page_by_page_and_their_number_is_limited() {
    on_each(|place| {
        let store = place.open();
        for number in 1..=3 {
            make(&store, number);
        }
        let filter = JobFilter { limit: 2, ..JobFilter::default() };
        let page = store.jobs(&Tenant::only(), &filter).unwrap();
        let times = |jobs: &[Job]| jobs.iter().map(|job| job.made_at).collect::<Vec<_>>();
        assert_eq!(times(&page.jobs), [at(3), at(2)]);
        let rest = store.jobs(&Tenant::only(), &JobFilter { after: page.next, ..filter }).unwrap();
        assert_eq!((times(&rest.jobs), rest.next), (vec![at(1)], None));
        assert_eq!(take(&store, 1, 5).unwrap().lease.id, rest.jobs[0].id, "the oldest comes first");
        let queued = JobFilter { state: Some(JobState::Queued), after: None, limit: 10 };
        assert_eq!(store.jobs(&Tenant::only(), &queued).unwrap().jobs.len(), 2);
        assert!(store.jobs(&Tenant::parse("other").unwrap(), &filter).unwrap().jobs.is_empty());
        for number in 4..=100 {
            make(&store, number);
        }
        let id = JobId::from_random([200; 10]);
        let plan = rest.jobs[0].plan.clone();
        let refused = store.change_now(move |change| {
            let new = NewJob { tenant: Tenant::only(), id, plan, keep_until: at(1) };
            change.make_job(new, by(), at(0))
        });
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    });
}
