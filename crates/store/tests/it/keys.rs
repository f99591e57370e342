//! Keys are created, recognised, rotated and revoked.

use interdict_store::{
    ApiKey, EventFilter, KeyRequest, MadeKey, Origin, Role, Store, StoreError, Tenant,
};
use jiff::Timestamp;

use crate::stores::{at, on_each};

fn make(store: &Store, expires_at: Option<Timestamp>) -> MadeKey {
    let request = KeyRequest {
        tenant: Tenant::only(),
        name: "onboarding".to_owned(),
        role: Role::Screen,
        expires_at,
    };
    let origin = Origin::of("local:test");
    store.change_now(move |change| change.make_key(request, origin, at(0))).unwrap()
}

fn kinds(store: &Store) -> Vec<String> {
    let all = EventFilter { from: 0, kind: None, limit: 100 };
    store.events(&Tenant::only(), &all).unwrap().into_iter().map(|event| event.kind).collect()
}

#[test]
fn a_key_is_known_by_its_whole_text_until_its_end() {
    on_each(|place| {
        let store = place.open();
        assert!(!store.has_keys().unwrap());
        let made = make(&store, Some(at(100)));
        assert!(store.has_keys().unwrap());
        let key: ApiKey = made.key.reveal().parse().unwrap();
        assert_eq!(store.valid_key(&key, at(99)).unwrap(), Some(made.record.clone()));
        assert_eq!(store.valid_key(&key, at(100)).unwrap(), None);
        // The id of one key with the secret of another.
        let other = make(&store, None);
        place.meddle(&format!(
            "DELETE FROM keys WHERE id = '{0}'; UPDATE keys SET id = '{0}' WHERE id = '{1}'",
            made.record.id, other.record.id
        ));
        assert_eq!(store.valid_key(&key, at(1)).unwrap(), None);
        assert_eq!(store.valid_key(&other.key, at(1)).unwrap(), None);
    });
}

#[test]
fn neither_the_database_nor_the_log_holds_a_secret() {
    on_each(|place| {
        let store = place.open();
        let text = make(&store, None).key.reveal();
        let secret = text.split('_').nth(2).unwrap();
        let all = EventFilter { from: 0, kind: None, limit: 100 };
        let events = store.events(&Tenant::only(), &all).unwrap();
        assert!(!format!("{events:?}").contains(secret));
        let rows = store.read(|sql| sql.query("SELECT * FROM keys", &[])).unwrap();
        assert!(!format!("{rows:?}").contains(secret));
    });
}

#[test]
fn a_rotated_key_and_its_successor_are_both_valid_for_a_time() {
    on_each(|place| {
        let store = place.open();
        let old = make(&store, Some(at(1_000)));
        let id = old.record.id.clone();
        let new = store
            .change_now(move |change| {
                let origin = Origin::of("local:test");
                change.rotate_key(&Tenant::only(), &id, at(60), origin, at(10))
            })
            .unwrap();
        let is_valid =
            |key: &MadeKey, second| store.valid_key(&key.key, at(second)).unwrap().is_some();
        assert!(is_valid(&old, 59) && is_valid(&new, 59));
        assert!(!is_valid(&old, 60) && is_valid(&new, 60));
        assert_eq!(new.record.expires_at, Some(at(1_010)));
        assert_eq!((new.record.role, new.record.name.as_str()), (Role::Screen, "onboarding"));
        assert_eq!(kinds(&store), ["key.made", "key.made", "key.rotated"]);
        let id = old.record.id.clone();
        let error = store.change_now(move |change| {
            let origin = Origin::of("local:test");
            change.rotate_key(&Tenant::only(), &id, at(90), origin, at(70))
        });
        assert!(matches!(error.map(drop), Err(StoreError::Refused(_))));
    });
}

#[test]
fn a_rotation_never_makes_the_old_key_last_longer() {
    on_each(|place| {
        let store = place.open();
        let old = make(&store, Some(at(20)));
        let id = old.record.id.clone();
        let origin = Origin::of("local:test");
        store
            .change_now(move |change| {
                change.rotate_key(&Tenant::only(), &id, at(60), origin, at(10))
            })
            .unwrap();
        assert!(store.valid_key(&old.key, at(20)).unwrap().is_none());
    });
}

#[test]
fn a_revoked_key_is_not_known_to_anybody_at_once() {
    on_each(|place| {
        let (store, other) = (place.open(), place.open());
        let made = make(&store, None);
        assert!(other.valid_key(&made.key, at(1)).unwrap().is_some());
        let revoke = |tenant: Tenant| {
            let id = made.record.id.clone();
            store.change_now(move |change| {
                change.revoke_key(&tenant, &id, Origin::of("local:test"), at(1))
            })
        };
        let stranger = Tenant::parse("stranger").unwrap();
        assert!(matches!(revoke(stranger).map(drop), Err(StoreError::NotFound("key"))));
        assert!(other.valid_key(&made.key, at(1)).unwrap().is_some());
        assert_eq!(revoke(Tenant::only()).unwrap().revoked_at, Some(at(1)));
        assert!(other.valid_key(&made.key, at(1)).unwrap().is_none());
        assert!(matches!(revoke(Tenant::only()).map(drop), Err(StoreError::Refused(_))));
        assert_eq!(kinds(&store), ["key.made", "key.revoked"]);
    });
}

#[test]
fn the_first_use_of_a_key_is_an_event_and_the_last_one_is_noted() {
    on_each(|place| {
        let store = place.open();
        let made = make(&store, None);
        for second in [5, 3, 80] {
            let record = store.valid_key(&made.key, at(2)).unwrap().unwrap();
            store
                .change_now(move |change| {
                    change.note_key_use(&record, Origin::of("service:test"), at(second))
                })
                .unwrap();
        }
        let listed = store.list_keys(&Tenant::only()).unwrap();
        assert_eq!(listed[0].used_at, Some(at(80)));
        assert_eq!(kinds(&store), ["key.made", "key.first-used"]);
        assert!(store.list_keys(&Tenant::parse("other").unwrap()).unwrap().is_empty());
    });
}
