//! Webhooks: messages, leases, retries and their consequences.

use interdict_store::{
    DeliveryAttempt, DeliveryFilter, DeliveryState, EventDraft, EventFilter, KeyRequest, ListsSeen,
    MadeWebhook, MessageKinds, NewWebhook, Origin, Role, Store, StoreError, StorePlace,
    TakenDelivery, Tenant,
};
use serde_json::{Value, json};

use crate::stores::{Place, at, on_each, random};

const DAY: i64 = 86_400;

fn by(now: i64) -> (Origin, jiff::Timestamp) {
    (Origin::of("user:ann"), at(now))
}

fn make(store: &Store, tenant: &Tenant, kinds: &[&str]) -> MadeWebhook {
    let kinds = MessageKinds::parse(kinds.iter().map(|name| (*name).to_owned()).collect()).unwrap();
    let url = "https://hooks.example/".to_owned();
    let new = NewWebhook { tenant: tenant.clone(), url, kinds };
    store.change_now(move |change| change.make_webhook(new, by(0).0, at(0))).unwrap()
}

fn record(store: &Store, kind: &str, detail: Value) -> Result<u64, StoreError> {
    store.record(EventDraft::new(kind, &Tenant::only(), by(0).0, at(0), detail))
}

fn take(store: &Store, now: i64) -> Vec<TakenDelivery> {
    store.change_now(move |change| change.take_deliveries(10, &[], at(now), at(now + 60))).unwrap()
}

fn end(store: &Store, taken: &TakenDelivery, status: Option<u16>, now: i64) {
    let (taken, failure) = (taken.clone(), status.is_none().then_some("timeout"));
    let attempt = DeliveryAttempt { status, failure, jitter: 0.5 };
    store.change_now(move |change| change.end_attempt(&taken, &attempt, by(now))).unwrap();
}

fn states(store: &Store, webhook: &str) -> Vec<(DeliveryState, u64)> {
    let filter = DeliveryFilter { limit: 100, ..DeliveryFilter::default() };
    let page = store.deliveries(&Tenant::only(), webhook, &filter).unwrap();
    page.deliveries.iter().map(|one| (one.state, one.attempts)).collect()
}

fn kinds(store: &Store) -> Vec<String> {
    let filter = EventFilter { from: 0, kind: None, limit: 1_000 };
    let events = store.events(&Tenant::only(), &filter).unwrap();
    events.into_iter().map(|event| event.kind).collect()
}

#[test]
fn a_message_is_written_with_its_event_and_only_for_those_who_asked_for_it() {
    on_each(|place| {
        let store = place.open();
        let cases = make(&store, &Tenant::only(), &["case.*"]).webhook.id;
        let all = make(&store, &Tenant::only(), &["*"]).webhook.id;
        let other = make(&store, &Tenant::parse("other").unwrap(), &["*"]).webhook.id;
        let seq = record(&store, "case.opened", json!({ "case": "k", "secret": "x" })).unwrap();
        record(&store, "job.ended", json!({ "job": "j" })).unwrap();
        record(&store, "screening", json!({})).unwrap();
        // A failed change leaves neither an event nor a message.
        let failed = store.change_now(|change| {
            let draft = EventDraft::new("case.opened", &Tenant::only(), by(0).0, at(0), json!({}));
            change.record(draft)?;
            Err::<(), _>(StoreError::Refused("a rule".to_owned()))
        });
        assert!(failed.is_err());
        assert_eq!((states(&store, &cases).len(), states(&store, &all).len()), (1, 2));
        assert!(store.deliveries(&Tenant::only(), &other, &DeliveryFilter::default()).is_err());
        let taken = take(&store, 1);
        assert_eq!(taken.len(), 3);
        let body: Value = serde_json::from_str(&taken[0].body).unwrap();
        assert_eq!(body["type"], "case.opened");
        assert_eq!(body["data"], json!({ "case": "k", "event": seq }));
        assert!(body["timestamp"].is_string());
        assert!(take(&store, 2).is_empty(), "nobody else sends what was taken");
        let busy = [all.clone()];
        let beside = store
            .change_now(move |change| change.take_deliveries(10, &busy, at(61), at(62)))
            .unwrap();
        assert_eq!(beside.len(), 1, "none to a webhook that is busy");
        assert_eq!(beside[0].webhook(), cases);
        assert!(!store.has_due_delivery(at(60)).unwrap());
        assert_eq!(take(&store, 62).len(), 3, "until the lease ends");
    });
}

#[test]
fn only_success_ends_a_message_and_it_is_given_up_after_the_last_attempt() {
    on_each(|place| {
        let store = place.open();
        let id = make(&store, &Tenant::only(), &["job.*"]).webhook.id;
        record(&store, "job.ended", json!({})).unwrap();
        let mut now = 0;
        let pauses = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
        for (number, pause) in pauses.into_iter().enumerate() {
            let taken = take(&store, now);
            assert_eq!(taken.len(), 1, "attempt {number}");
            end(&store, &taken[0], if number % 2 == 0 { Some(302) } else { None }, now);
            assert_eq!(states(&store, &id), [(DeliveryState::Waiting, number as u64 + 1)]);
            assert!(!store.has_due_delivery(at(now + pause - 1)).unwrap(), "attempt {number}");
            now += pause;
            assert!(store.has_due_delivery(at(now)).unwrap(), "attempt {number}");
        }
        let taken = take(&store, now);
        end(&store, &taken[0], Some(500), now);
        assert_eq!(states(&store, &id), [(DeliveryState::Dead, 10)]);
        assert!(kinds(&store).contains(&"webhook.given-up".to_owned()));
        // It can be retried, from the first attempt on.
        let again = |message: String, now| {
            let id = id.clone();
            store.change_now(move |change| {
                change.send_again(&Tenant::only(), &id, &message, by(now))
            })
        };
        again(taken[0].id.clone(), now).unwrap();
        let second = take(&store, now);
        assert_eq!(second[0].id, taken[0].id, "the receiver knows it by its id");
        end(&store, &second[0], Some(204), now);
        assert_eq!(states(&store, &id), [(DeliveryState::Done, 1)]);
        assert!(matches!(again(taken[0].id.clone(), now), Err(StoreError::Refused(_))));
        assert!(matches!(again("none".to_owned(), now), Err(StoreError::NotFound(_))));
        assert_eq!(store.webhook(&Tenant::only(), &id).unwrap().failing_since, None);
    });
}

#[test]
fn messages_are_listed_newest_first_page_by_page_and_deleted_after_their_retention() {
    on_each(|place| {
        let store = place.open();
        let id = make(&store, &Tenant::only(), &["job.*"]).webhook.id;
        let events: Vec<u64> =
            (0..3).map(|_| record(&store, "job.ended", json!({})).unwrap()).collect();
        let page = |filter| store.deliveries(&Tenant::only(), &id, &filter).unwrap();
        let seen =
            |filter| -> Vec<u64> { page(filter).deliveries.iter().map(|one| one.event).collect() };
        let all = DeliveryFilter { limit: 3, ..DeliveryFilter::default() };
        assert_eq!(seen(all.clone()), [events[2], events[1], events[0]]);
        assert_eq!(page(all.clone()).next, None, "a full page may be the last one");
        let first = DeliveryFilter { limit: 2, ..DeliveryFilter::default() };
        assert_eq!(page(first.clone()).next, Some(events[1]));
        let second = DeliveryFilter { before: Some(events[1]), ..first };
        assert_eq!((seen(second.clone()), page(second).next), (vec![events[0]], None));

        // Delivered messages are kept for a week, messages that were given up for 90 days.
        let taken = take(&store, 0);
        end(&store, &taken[0], Some(200), 1);
        end(&store, &taken[1], Some(410), 1);
        let clean = |now| store.change_now(move |change| change.clean_deliveries(at(now))).unwrap();
        assert_eq!(clean(1 + 7 * DAY), 0);
        assert_eq!(clean(2 + 7 * DAY), 1);
        assert_eq!(clean(1 + 90 * DAY), 0);
        assert_eq!(clean(2 + 90 * DAY), 2);
        assert!(seen(all).is_empty());
    });
}

#[test]
fn a_receiver_that_is_gone_or_fails_for_days_is_switched_off_with_an_event() {
    on_each(|place| {
        let store = place.open();
        let gone = make(&store, &Tenant::only(), &["job.*"]).webhook.id;
        record(&store, "job.made", json!({})).unwrap();
        record(&store, "job.ended", json!({})).unwrap();
        let taken = take(&store, 0);
        end(&store, &taken[0], Some(410), 1);
        let webhook = store.webhook(&Tenant::only(), &gone).unwrap();
        assert_eq!(webhook.disabled.as_deref(), Some("gone"));
        assert!(states(&store, &gone).iter().all(|(state, _)| *state == DeliveryState::Dead));
        // The attempt that was in progress changes nothing.
        end(&store, &taken[1], Some(200), 2);
        assert!(states(&store, &gone).iter().all(|(state, _)| *state == DeliveryState::Dead));
        record(&store, "job.ended", json!({})).unwrap();
        assert_eq!(states(&store, &gone).len(), 2, "nothing is written for it");
        let id = gone.clone();
        let message = taken[1].id.clone();
        let refused = store
            .change_now(move |change| change.send_again(&Tenant::only(), &id, &message, by(3)));
        assert!(matches!(refused, Err(StoreError::Refused(_))));
        let id = gone.clone();
        let enable =
            store.change_now(move |change| change.enable_webhook(&Tenant::only(), &id, by(3)));
        assert_eq!(enable.unwrap().disabled, None);

        record(&store, "job.ended", json!({})).unwrap();
        let first = take(&store, 10);
        end(&store, &first[0], None, 10);
        let since = store.webhook(&Tenant::only(), &gone).unwrap().failing_since;
        assert_eq!(since, Some(at(10)));
        let later = take(&store, 10 + 5 * DAY - 1);
        end(&store, &later[0], None, 10 + 5 * DAY - 1);
        assert_eq!(store.webhook(&Tenant::only(), &gone).unwrap().disabled, None);
        let last = take(&store, 10 + 6 * DAY);
        end(&store, &last[0], None, 10 + 6 * DAY);
        let webhook = store.webhook(&Tenant::only(), &gone).unwrap();
        assert_eq!(webhook.disabled.as_deref(), Some("failing"));
        assert_eq!(kinds(&store).iter().filter(|kind| *kind == "webhook.disabled").count(), 2);
    });
}

#[test]
fn messages_are_signed_with_both_secrets_while_one_follows_the_other() {
    on_each(|place| {
        let store = place.open();
        let made = make(&store, &Tenant::only(), &["job.*"]);
        assert!(made.secret.starts_with("whsec_"), "{}", made.secret);
        record(&store, "job.ended", json!({})).unwrap();
        let signatures = |now| {
            let signature = take(&store, now)[0].signature(1);
            signature.split(' ').map(str::to_owned).collect::<Vec<_>>()
        };
        let before = signatures(0);
        assert_eq!(before.len(), 1);
        let id = made.webhook.id.clone();
        let rotated = store
            .change_now(move |change| change.rotate_webhook(&Tenant::only(), &id, at(200), by(100)))
            .unwrap();
        assert_ne!(rotated.secret, made.secret);
        let both = signatures(100);
        assert_eq!((both.len(), &both[1]), (2, &before[0]));
        assert_eq!(signatures(200), both[..1]);
        // The secret is nowhere in the store.
        let filter = EventFilter { from: 0, kind: None, limit: 100 };
        let texts = store.event_texts(&Tenant::only(), &filter).unwrap();
        assert!(texts.iter().all(|(_, text)| !text.contains("whsec_")));
    });
}

#[test]
fn a_change_of_the_lists_is_told_once_by_whoever_notices_it() {
    on_each(|place| {
        let store = place.open();
        let id = make(&store, &Tenant::only(), &["list.*"]).webhook.id;
        let note = |generation, lists: &[(&str, &str)], failing: &[&str]| {
            let seen = ListsSeen {
                generation,
                lists: lists.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
                failing: failing.iter().map(|name| (*name).to_owned()).collect(),
                ..ListsSeen::default()
            };
            store.change_now(move |change| change.note_lists(&seen, (&by(0).0, at(0)))).unwrap();
            states(&store, &id).len()
        };
        assert_eq!(note(1, &[("a", "1")], &[]), 0, "nothing is known of what was before");
        assert_eq!(note(2, &[("a", "2"), ("b", "1")], &[]), 1);
        assert_eq!(note(2, &[("a", "2"), ("b", "1")], &[]), 1, "another server");
        assert_eq!(note(1, &[("a", "1")], &[]), 1, "one that is behind");
        assert_eq!(note(2, &[("a", "2"), ("b", "1")], &["b"]), 2);
        assert_eq!(note(2, &[("a", "2"), ("b", "1")], &["b"]), 2);
        assert_eq!(note(2, &[("a", "2"), ("b", "1")], &[]), 2);
        let bodies: Vec<Value> =
            take(&store, 1).iter().map(|one| serde_json::from_str(&one.body).unwrap()).collect();
        assert_eq!(bodies[0]["type"], "list.updated");
        assert_eq!(bodies[0]["data"]["datasets"], json!(["a", "b"]));
        assert_eq!(
            (&bodies[1]["type"], &bodies[1]["data"]["dataset"]),
            (&json!("list.failed"), &json!("b"))
        );
    });
}

#[test]
fn a_list_that_is_stale_is_told_once_for_each_version_until_it_was_fresh() {
    on_each(|place| {
        let store = place.open();
        let id = make(&store, &Tenant::only(), &["list.stale"]).webhook.id;
        let note = |store: &Store, generation, day: &str, stale: &[(&str, &str)]| {
            let seen = ListsSeen {
                generation,
                stale: stale.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
                day: day.to_owned(),
                ..ListsSeen::default()
            };
            store.change_now(move |change| change.note_lists(&seen, (&by(0).0, at(0)))).unwrap();
            states(store, &id).len()
        };
        let old = [("a", "2026-11-20")];
        assert_eq!(note(&store, 1, "2026-11-27", &[]), 0);
        assert_eq!(note(&store, 1, "2026-11-28", &old), 1);
        // Another server on the same store, and one on which the previous day has not ended.
        let other = place.open();
        assert_eq!(note(&other, 1, "2026-11-28", &old), 1);
        assert_eq!(note(&other, 1, "2026-11-27", &[]), 1);
        assert_eq!(note(&other, 1, "2026-11-28", &old), 1);
        assert_eq!(note(&store, 1, "2026-11-29", &old), 1, "it was told");
        assert_eq!(note(&store, 2, "2026-11-29", &[("a", "2026-11-21")]), 2, "another version");
        assert_eq!(note(&store, 3, "2026-11-29", &[]), 2);
        assert_eq!(note(&store, 4, "2026-12-09", &[("a", "2026-11-21")]), 3, "it was fresh");
        let taken = take(&store, 1);
        let body: Value = serde_json::from_str(&taken[0].body).unwrap();
        assert_eq!(body["type"], "list.stale");
        let data = &body["data"];
        assert_eq!((&data["dataset"], &data["version"]), (&json!("a"), &json!("2026-11-20")));
        assert_eq!(data.as_object().unwrap().len(), 4, "{data}");
    });
}

#[test]
fn a_list_that_is_stale_when_a_store_is_made_is_told() {
    on_each(|place| {
        let store = place.open();
        let id = make(&store, &Tenant::only(), &["list.*"]).webhook.id;
        let stale = [("a".to_owned(), "2026".to_owned())].into();
        let seen = ListsSeen { generation: 1, stale, ..ListsSeen::default() };
        store.change_now(move |change| change.note_lists(&seen, (&by(0).0, at(0)))).unwrap();
        assert_eq!(states(&store, &id).len(), 1);
    });
}

#[test]
fn a_key_that_ends_in_less_than_two_weeks_is_told_once_by_one_of_two_servers() {
    on_each(|place| {
        let (store, other) = (place.open(), place.open());
        let id = make(&store, &Tenant::only(), &["key.expiring"]).webhook.id;
        let key = |expires_at: Option<i64>| {
            let request = KeyRequest {
                tenant: Tenant::only(),
                name: "Zacharias".to_owned(),
                role: Role::Screen,
                expires_at: expires_at.map(at),
            };
            let made = store.change_now(move |change| change.make_key(request, by(0).0, at(0)));
            made.unwrap().record.id
        };
        let soon = key(Some(20 * DAY));
        let revoked = key(Some(20 * DAY));
        let rotated = key(Some(20 * DAY));
        key(None);
        key(Some(60 * DAY));
        store
            .change_now(move |change| {
                let (origin, now) = by(1);
                change.revoke_key(&Tenant::only(), &revoked, origin.clone(), now)?;
                change.rotate_key(&Tenant::only(), &rotated, at(DAY), origin, now)
            })
            .unwrap();
        let warn = |store: &Store, now: i64| {
            let has = store.has_key_to_warn_of(at(now)).unwrap();
            let count = store.change_now(move |change| change.warn_of_ends(&by(0).0, at(now)));
            assert_eq!(has, count.as_ref().is_ok_and(|count| *count > 0));
            count.unwrap()
        };
        assert_eq!(warn(&store, 6 * DAY), 0, "14 days remain");
        // The successor of the rotated key expires a moment later.
        assert_eq!(warn(&store, 6 * DAY + 1), 1);
        assert_eq!(warn(&other, 6 * DAY + 1), 0);
        assert_eq!(states(&store, &id).len(), 1);
        let taken = take(&store, 7 * DAY);
        let body: Value = serde_json::from_str(&taken[0].body).unwrap();
        assert_eq!((&body["type"], &body["data"]["key"]), (&json!("key.expiring"), &json!(soon)));
        assert_eq!(body["data"]["expires_at"], json!(at(20 * DAY)));
        assert!(!taken[0].body.contains("Zacharias"), "{}", taken[0].body);
    });
}

#[test]
fn a_store_that_is_brought_back_sends_nothing_until_it_is_told_to() {
    let place = Place::sqlite();
    let store = place.open();
    let webhook = make(&store, &Tenant::only(), &["*"]).webhook.id;
    record(&store, "job.ended", json!({ "job": "first" })).unwrap();
    let (folder, back) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let copy = folder.path().join("copy");
    store.back_up(&copy, random, at(0)).unwrap();
    let to = StorePlace::in_folder(back.path().join("store"));
    Store::restore(&copy, to.clone(), random, at(0)).unwrap();
    let restored = Store::open(to, random, at(0)).unwrap();
    let known = restored.webhook(&Tenant::only(), &webhook).unwrap();
    assert_eq!(known.disabled.as_deref(), Some("restored"));
    assert!(take(&restored, 1).is_empty());
    // Numbers of events repeat, with other messages.
    restored
        .change_now({
            let id = webhook.clone();
            move |change| change.enable_webhook(&Tenant::only(), &id, by(2)).map(drop)
        })
        .unwrap();
    record(&restored, "job.ended", json!({ "job": "second" })).unwrap();
    record(&store, "job.ended", json!({ "job": "third" })).unwrap();
    let ids = |store: &Store| take(store, 3).into_iter().map(|one| one.id).collect::<Vec<_>>();
    let (here, there) = (ids(&restored), ids(&store));
    assert!(!here.is_empty() && !there.is_empty());
    assert_eq!(here.iter().filter(|id| there.contains(id)).count(), 0, "{here:?} {there:?}");
    // The copy itself is unchanged.
    assert!(
        Store::open(StorePlace::in_folder(&copy), random, at(4))
            .unwrap()
            .webhook(&Tenant::only(), &webhook)
            .unwrap()
            .disabled
            .is_none()
    );
}
