//! The lists in use, opened once for many calls.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use interdict_engine::{AsOf, EngineError, Lists, Session};
use interdict_model::GenerationId;

/// Interval after which the same lists are opened again: their age and the record of their updates are read when lists
/// are opened.
const REOPEN: Duration = Duration::from_secs(60);

/// The lists in use. If they cannot be opened, that is an error: previous lists never answer.
#[derive(Default)]
pub(crate) struct CurrentLists {
    opened: Mutex<Option<Opened>>,
}

struct Opened {
    lists: Arc<Lists>,
    generation: Option<GenerationId>,
    at: Instant,
}

impl CurrentLists {
    /// The lists that are in use now.
    pub(crate) fn get(&self, session: &Session) -> Result<Arc<Lists>, EngineError> {
        let generation = session.generation_in_use()?;
        let mut opened = self.opened.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let is_current =
            |known: &&Opened| known.generation == generation && known.at.elapsed() < REOPEN;
        if let Some(known) = opened.as_ref().filter(is_current) {
            return Ok(Arc::clone(&known.lists));
        }
        let lists = Arc::new(session.open_lists(AsOf::Now)?);
        *opened = Some(Opened { lists: Arc::clone(&lists), generation, at: Instant::now() });
        Ok(lists)
    }
}
