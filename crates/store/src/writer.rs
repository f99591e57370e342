//! The only thread that writes: queued changes share one transaction and one flush to the disk (group commit). A change
//! is acknowledged when that transaction is on disk.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use crate::database::{Access, Connection, Sql, StoreAddress, commit, connect, roll_back};
use crate::error::StoreError;
use crate::event::{EventDraft, SALT_BYTES};
use crate::log::{Append, Head, LogKeys, Mark, Random, random_bytes};
use crate::vault::{Vault, check_key};
use crate::webhooks::Message;

/// Capacity of the queue. A longer queue would outlast the patience of its callers.
const WAITING: usize = 16_384;
/// Changes per transaction: enough that many share the flush, few enough that it ends soon.
const BATCH: usize = 512;

/// The capabilities of a change: running statements, and recording events.
pub struct Change<'a> {
    connection: &'a mut dyn Connection,
    append: &'a mut Append,
    secrets: &'a Secrets,
    has_savepoint: bool,
}

/// What the writer needs besides its connection.
pub(crate) struct Secrets {
    pub(crate) address: StoreAddress,
    pub(crate) vault: Arc<Vault>,
    pub(crate) random: Random,
}

impl Change<'_> {
    /// The connection. What runs on it is undone if the change fails.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub fn sql(&mut self) -> Result<&mut dyn Sql, StoreError> {
        // Only changes that run statements need a savepoint.
        if !self.has_savepoint {
            self.connection.run_script("SAVEPOINT change")?;
            self.has_savepoint = true;
        }
        Ok(self.connection)
    }

    /// Records an event and returns its number. It is in the log when the change is acknowledged, and its messages to
    /// webhooks are written with it.
    ///
    /// # Errors
    /// When the random source fails, or the store cannot be written.
    pub fn record(&mut self, draft: EventDraft) -> Result<u64, StoreError> {
        let subject = draft.sealed.as_ref().and_then(|sealed| sealed.subject.as_deref());
        let tag = match subject {
            Some(subject) => {
                let (vault, random) = (self.vault(), self.secrets.random);
                vault.ensure(self.sql()?, draft.tenant.as_str(), Some(subject), random)?;
                Some(vault.tag(draft.tenant.as_str(), subject))
            }
            None => None,
        };
        let salt = match draft.sealed {
            Some(_) => random_bytes(self.secrets.random)?,
            None => [0; SALT_BYTES],
        };
        let message = Message::of(&draft);
        let log = self.secrets.vault.keys().verifying().name().as_str();
        let seq = self.append.add(draft, log, tag.as_deref(), salt);
        if let Some(message) = message {
            self.send(message, seq)?;
        }
        Ok(seq)
    }

    /// Random bytes, for keys and ids.
    ///
    /// # Errors
    /// When the random source fails.
    pub fn random<const COUNT: usize>(&self) -> Result<[u8; COUNT], StoreError> {
        random_bytes(self.secrets.random)
    }

    pub(crate) fn vault(&self) -> Arc<Vault> {
        Arc::clone(&self.secrets.vault)
    }

    pub(crate) fn random_source(&self) -> Random {
        self.secrets.random
    }

    /// The secrets of the store.
    pub(crate) fn keys(&self) -> &LogKeys {
        self.secrets.vault.keys()
    }

    fn end(self, mark: Mark, is_kept: bool) -> Result<(), StoreError> {
        if !is_kept {
            self.append.go_back(mark);
        }
        match (self.has_savepoint, is_kept) {
            (true, true) => self.connection.run_script("RELEASE SAVEPOINT change"),
            (true, false) => {
                self.connection.run_script("ROLLBACK TO SAVEPOINT change; RELEASE SAVEPOINT change")
            }
            (false, _) => Ok(()),
        }
    }
}

/// A queued change with its completion callback.
trait Job: Send {
    /// Carries it out. False if it failed and has to be undone.
    fn run(&mut self, change: &mut Change<'_>) -> bool;
    /// Calls the callback, after the end of the transaction.
    fn finish(self: Box<Self>, end: &Result<(), StoreError>);
}

struct Task<T, Work, Done> {
    work: Option<Work>,
    result: Option<Result<T, StoreError>>,
    done: Done,
}

impl<T, Work, Done> Job for Task<T, Work, Done>
where
    T: Send,
    Work: FnOnce(&mut Change<'_>) -> Result<T, StoreError> + Send,
    Done: FnOnce(Result<T, StoreError>) + Send,
{
    fn run(&mut self, change: &mut Change<'_>) -> bool {
        let result = self.work.take().map(|work| work(change));
        let is_kept = matches!(result, Some(Ok(_)));
        self.result = result;
        is_kept
    }

    fn finish(self: Box<Self>, end: &Result<(), StoreError>) {
        let Self { result, done, .. } = *self;
        done(match (end, result) {
            (Ok(()), Some(result)) => result,
            (Err(error), _) => Err(error.clone()),
            (Ok(()), None) => Err(StoreError::Unavailable("the change was not tried".to_owned())),
        });
    }
}

/// A handle of the thread.
pub(crate) struct Writer {
    jobs: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread with a connection to a migrated database.
    pub(crate) fn start(
        connection: Box<dyn Connection>,
        secrets: Secrets,
    ) -> Result<Self, StoreError> {
        let (jobs, waiting) = sync_channel(WAITING);
        let mut state = State { connection: Some(connection), signed: String::new(), secrets };
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || state.serve(&waiting))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Queues a change. `done` is called on the writer's thread and must return quickly.
    pub(crate) fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError> + Send + 'static,
        done: impl FnOnce(Result<T, StoreError>) + Send + 'static,
    ) {
        let job = Box::new(Task { work: Some(work), result: None, done });
        let Some(jobs) = &self.jobs else { return };
        if let Err(TrySendError::Full(job) | TrySendError::Disconnected(job)) = jobs.try_send(job) {
            job.finish(&Err(StoreError::Unavailable("too many changes wait".to_owned())));
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // The thread carries out the queued changes, and ends.
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct State {
    connection: Option<Box<dyn Connection>>,
    /// The head that this thread signed last: while it is unchanged, its signature need not be verified again.
    signed: String,
    secrets: Secrets,
}

impl State {
    fn serve(&mut self, waiting: &Receiver<Box<dyn Job>>) {
        while let Ok(first) = waiting.recv() {
            let mut batch = vec![first];
            batch.extend(waiting.try_iter().take(BATCH - 1));
            let end = self.transact(&mut batch);
            for job in batch {
                job.finish(&end);
            }
        }
    }

    /// Carries out a batch in one transaction.
    fn transact(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        let mut connection = self.begin()?;
        let result = self.carry_out(&mut *connection, batch);
        if result.is_err() {
            roll_back(&mut *connection);
        }
        if connection.is_usable() {
            self.connection = Some(connection);
        }
        result
    }

    /// A connection in a transaction. A connection that was lost since the last batch is opened again.
    fn begin(&mut self) -> Result<Box<dyn Connection>, StoreError> {
        if let Some(mut connection) = self.connection.take()
            && connection.begin().is_ok()
        {
            return Ok(connection);
        }
        let mut connection = connect(&self.secrets.address, Access::Write)?;
        connection.begin()?;
        Ok(connection)
    }

    fn carry_out(
        &mut self,
        connection: &mut dyn Connection,
        batch: &mut [Box<dyn Job>],
    ) -> Result<(), StoreError> {
        // Another server may have encrypted the store, or replaced its key, since this one opened it.
        check_key(connection, self.secrets.vault.master())?;
        let head = Head::read(connection)?;
        if head.note() != self.signed {
            head.check(self.secrets.vault.keys().verifying())?;
        }
        let mut append = Append::to(head);
        for job in batch {
            let mark = append.mark();
            let mut change = Change {
                connection: &mut *connection,
                append: &mut append,
                secrets: &self.secrets,
                has_savepoint: false,
            };
            let is_kept = job.run(&mut change);
            change.end(mark, is_kept)?;
        }
        if !append.is_empty() {
            let head = append.write(connection, &self.secrets.vault, self.secrets.random)?;
            head.note().clone_into(&mut self.signed);
        }
        commit(connection)
    }
}
