//! Empty stores for tests.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;

use interdict_store::{
    EventDraft, Origin, SealedDraft, Store, StoreAddress, StoreError, StoreKey, StorePlace, Tenant,
};
use jiff::Timestamp;
use postgres::{Client, NoTls};
use serde_json::json;
use tempfile::TempDir;

/// A store with the folder that goes with it.
pub(crate) struct Place {
    pub(crate) place: StorePlace,
    pub(crate) folder: TempDir,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { place: StorePlace::in_folder(folder.path().join("store")), folder }
    }

    /// The same, with a master key.
    pub(crate) fn encrypted() -> Self {
        let Self { place, folder } = Self::sqlite();
        let key = StoreKey::add_to(&folder.path().join("store.key"), random).unwrap();
        Self { place: place.with_key(Some(key)), folder }
    }

    /// A database of its own on the server in `INTERDICT_TEST_POSTGRES`, whose user may make databases.
    fn postgres() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("INTERDICT_TEST_POSTGRES").ok().filter(|url| !url.is_empty())?;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        let mut client = Client::connect(&server, NoTls).unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let address: StoreAddress =
            server.replace("/postgres?", &format!("/{name}?")).parse().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let place = StorePlace { address, folder: folder.path().join("store"), key: None };
        Some(Self { place, folder })
    }

    pub(crate) fn open(&self) -> Store {
        self.try_open().unwrap()
    }

    pub(crate) fn try_open(&self) -> Result<Store, StoreError> {
        Store::open(self.place.clone(), random, at(0))
    }

    /// Runs statements past the store, as somebody with access to its database can.
    pub(crate) fn meddle(&self, sql: &str) {
        match &self.place.address {
            StoreAddress::Sqlite(path) => {
                rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
            }
            StoreAddress::Postgres(url) => {
                Client::connect(url, NoTls).unwrap().batch_execute(sql).unwrap();
            }
        }
    }
}

/// Runs a test on each kind of database that is at hand.
pub(crate) fn on_each(test: impl Fn(&Place)) {
    test(&Place::sqlite());
    test(&Place::encrypted());
    match Place::postgres() {
        Some(place) => test(&place),
        None => println!("skipped: stores in PostgreSQL (INTERDICT_TEST_POSTGRES names no server)"),
    }
}

pub(crate) fn random(bytes: &mut [u8]) -> bool {
    getrandom::fill(bytes).is_ok()
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_750_000_000 + second).unwrap()
}

/// An event with personal data.
pub(crate) fn screening(number: i64) -> EventDraft {
    EventDraft {
        tenant: Tenant::only(),
        at: at(number),
        kind: "screening".to_owned(),
        origin: Origin::of("service:test"),
        detail: json!({ "matches": number }),
        sealed: Some(SealedDraft {
            subject: Some(format!("c-{number}")),
            keep_until: at(1_000_000),
            data: format!("a name {number}").into_bytes(),
        }),
    }
}

/// Records events that share few transactions; each tenth one has no personal data.
pub(crate) fn record_all(store: &Store, numbers: Range<i64>) {
    let (sender, receiver) = mpsc::channel();
    let count = numbers.clone().count();
    for number in numbers {
        let draft = if number % 10 == 9 { change_of_list(number) } else { screening(number) };
        let sender = sender.clone();
        store.change(
            move |change| change.record(draft),
            move |result| sender.send(result.is_ok()).unwrap(),
        );
    }
    assert!(receiver.iter().take(count).all(|is_ok| is_ok));
}

/// An event without.
pub(crate) fn change_of_list(number: i64) -> EventDraft {
    EventDraft { kind: "list.updated".to_owned(), sealed: None, ..screening(number) }
}
