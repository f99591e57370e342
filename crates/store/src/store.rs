//! An open store.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};

use interdict_audit::VerifyingKey;
use interdict_durable::{AtomicFile, FileError, FileLock, Wait};
use jiff::Timestamp;

use crate::database::{Access, Connection, Sql, StoreAddress, Value, connect, roll_back};
use crate::error::StoreError;
use crate::event::{Event, EventDraft, Tenant};
use crate::log::{self, EventFilter, Head, LogKeys, LogReport, ProvenEvent, Random, RecordedEvent};
use crate::migrations::migrate;
use crate::vault::{StoreKey, Vault, tag_subjects};
use crate::writer::{Change, Secrets, Writer};

/// Number of reading connections that are kept open.
const READERS: usize = 16;

/// The location of a store.
#[derive(Debug, Clone)]
pub struct StorePlace {
    /// The database.
    pub address: StoreAddress,
    /// The folder of the secrets and of checkpoints, on this machine.
    pub folder: PathBuf,
    /// The master key of personal data, if it is encrypted.
    pub key: Option<StoreKey>,
}

impl StorePlace {
    /// The default location: a SQLite file in a folder.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        Self { address: StoreAddress::Sqlite(folder.join("interdict.sqlite")), folder, key: None }
    }

    /// The same location, with a master key.
    #[must_use]
    pub fn with_key(self, key: Option<StoreKey>) -> Self {
        Self { key, ..self }
    }

    /// Whether the database is a file.
    pub fn is_file(&self) -> bool {
        matches!(self.address, StoreAddress::Sqlite(_))
    }

    /// The default folder of checkpoints.
    pub fn checkpoints(&self) -> PathBuf {
        self.folder.join("checkpoints")
    }
}

/// An open store. It can be shared between threads.
pub struct Store {
    place: StorePlace,
    vault: Arc<Vault>,
    readers: Mutex<Vec<Box<dyn Connection>>>,
    writer: Writer,
}

impl Store {
    /// Opens a store, and creates it if it does not exist.
    ///
    /// # Errors
    /// When the database cannot be reached, is newer than this program or damaged, or the key of its log or of its personal
    /// data is missing.
    pub fn open(place: StorePlace, random: Random, now: Timestamp) -> Result<Self, StoreError> {
        std::fs::create_dir_all(&place.folder).map_err(FileError::wrap("create", &place.folder))?;
        let mut connection = connect(&place.address, Access::Write)?;
        migrate(&mut *connection, now)?;
        let keys = Arc::new(open_keys(&mut *connection, &place.folder, random)?);
        Head::create(&mut *connection)?;
        Head::read(&mut *connection)?.check(keys.verifying())?;
        let vault = Arc::new(Vault::new(keys, place.key.clone()));
        tag_subjects(&mut *connection, &vault, random)?;
        let secrets = Secrets { address: place.address.clone(), vault: Arc::clone(&vault), random };
        let writer = Writer::start(connection, secrets)?;
        Ok(Self { place, vault, readers: Mutex::default(), writer })
    }

    /// The location of the store.
    pub fn place(&self) -> &StorePlace {
        &self.place
    }

    /// The public key of the log.
    pub fn verifying_key(&self) -> &VerifyingKey {
        self.keys().verifying()
    }

    pub(crate) fn keys(&self) -> &LogKeys {
        self.vault.keys()
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Checkpoints the write-ahead log: erased data is then in none of its files.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub fn settle(&self) -> Result<(), StoreError> {
        connect(&self.place.address, Access::Write)?.settle()
    }

    /// Removes overwritten data from the pages of the database.
    pub(crate) fn forget_old_pages(&self) -> Result<(), StoreError> {
        connect(&self.place.address, Access::Write)?.forget_old_pages()
    }

    /// Carries out a change, and calls `done` on the writer's thread with its result once it is on disk.
    pub fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError> + Send + 'static,
        done: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        self.writer.submit(work, done);
    }

    /// Carries out a change, and waits until it is on disk.
    ///
    /// # Errors
    /// The errors of the change; nothing of it is kept then.
    pub fn change_now<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.change(work, move |result| {
            let _ = sender.send(result);
        });
        let ended = |_| StoreError::Unavailable("the writer of the store ended".to_owned());
        receiver.recv().map_err(ended)?
    }

    /// Records one event, and waits until it is on disk.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn record(&self, draft: EventDraft) -> Result<u64, StoreError> {
        self.change_now(move |change| change.record(draft))
    }

    /// Reads. Each statement sees one consistent state; several statements may see different ones.
    ///
    /// # Errors
    /// The errors of reading.
    pub fn read<T>(
        &self,
        work: impl FnOnce(&mut dyn Sql) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let pooled = || self.readers.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let kept = pooled().pop().filter(|reader| reader.is_usable());
        let mut reader = match kept {
            Some(reader) => reader,
            None => connect(&self.place.address, Access::Read)?,
        };
        let result = work(&mut *reader);
        let mut readers = pooled();
        if reader.is_usable() && readers.len() < READERS {
            readers.push(reader);
        }
        result
    }

    /// Events of a tenant.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn events(&self, tenant: &Tenant, filter: &EventFilter) -> Result<Vec<Event>, StoreError> {
        self.read(|sql| log::events(sql, tenant, filter))
    }

    /// The number and the text of events of a tenant, as they are hashed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn event_texts(
        &self,
        tenant: &Tenant,
        filter: &EventFilter,
    ) -> Result<Vec<(u64, String)>, StoreError> {
        self.read(|sql| log::event_texts(sql, tenant, filter))
    }

    /// The head of the log.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn head(&self) -> Result<Head, StoreError> {
        self.read(|sql| Head::read(sql))
    }

    /// An event of a tenant, with the personal data of its commitment. Neither is verified.
    ///
    /// # Errors
    /// When there is no such event of this tenant, or the store cannot be read.
    pub fn recorded(&self, tenant: &Tenant, seq: u64) -> Result<RecordedEvent, StoreError> {
        self.read(|sql| log::recorded(sql, &self.vault, tenant, seq))
    }

    /// Proves an event against the current head.
    ///
    /// # Errors
    /// When there is no such event of this tenant, or the log is damaged.
    pub fn prove(&self, tenant: &Tenant, seq: u64) -> Result<ProvenEvent, StoreError> {
        self.read(|sql| log::prove(sql, &self.vault, tenant, seq))
    }

    /// Verifies the whole log, and the tables that follow from it. `notes` are checkpoints that were kept elsewhere.
    ///
    /// # Errors
    /// When the store cannot be read. Faults of the log are in the report.
    pub fn check_log(&self, notes: &[String]) -> Result<LogReport, StoreError> {
        let mut connection = connect(&self.place.address, Access::Read)?;
        // A snapshot: what others record and erase in the meantime is no contradiction.
        connection.run_script(match self.place.is_file() {
            true => "BEGIN",
            false => "BEGIN ISOLATION LEVEL REPEATABLE READ",
        })?;
        let report = log::check(&mut *connection, &self.vault, notes);
        roll_back(&mut *connection);
        report
    }

    /// Writes the signed head into a folder, as a file that is named after its size. Returns its path, or `None` if the
    /// log is empty or the file exists.
    ///
    /// # Errors
    /// When the store cannot be read or the file cannot be written.
    pub fn write_checkpoint(&self, folder: &Path) -> Result<Option<PathBuf>, StoreError> {
        let head = self.head()?;
        let path = folder.join(format!("{:012}.checkpoint", head.size()));
        if head.note().is_empty() || path.exists() {
            return Ok(None);
        }
        std::fs::create_dir_all(folder).map_err(FileError::wrap("create", folder))?;
        AtomicFile::replace(&path, head.note().as_bytes())?;
        Ok(Some(path))
    }

    /// Copies the database into a file while others write.
    pub(crate) fn copy_into(&self, file: &Path) -> Result<(), StoreError> {
        connect(&self.place.address, Access::Write)?.copy_into(file)
    }
}

/// The secrets of a store. A store with a log needs the key that signed it.
fn open_keys(
    connection: &mut dyn Connection,
    folder: &Path,
    random: Random,
) -> Result<LogKeys, StoreError> {
    // One process creates the secrets, and the others of this folder read them.
    let _lock = FileLock::acquire(&folder.join("LOCK"), Wait::UntilFree)?;
    if known_key(connection)?.is_some() && !folder.join("audit.key").exists() {
        let text = "the store has a log, and the key that signs it is not in";
        let text = format!("{text} {}: copy audit.key and pepper there", folder.display());
        return Err(StoreError::Key(text));
    }
    let keys = LogKeys::open_or_make(folder, random)?;
    let public = keys.verifying().to_string();
    connection.execute(
        "INSERT INTO facts (name, value) VALUES ('log-key', ?1) ON CONFLICT (name) DO NOTHING",
        &[Value::Text(&public)],
    )?;
    // Another server may have created the log first, with a key of its own.
    if known_key(connection)? == Some(public) {
        return Ok(keys);
    }
    let path = folder.join("audit.key");
    let text = format!("the log of the store is signed with another key than {}", path.display());
    Err(StoreError::Key(text))
}

/// The public key of the log, if it has one.
fn known_key(connection: &mut dyn Connection) -> Result<Option<String>, StoreError> {
    let row = connection.query_one("SELECT value FROM facts WHERE name = 'log-key'", &[])?;
    row.map(|row| row.text(0)).transpose()
}
