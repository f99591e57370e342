//! Opening a state of the lists.

use interdict_index::{Generation, Manifest};
use interdict_model::{DatasetName, DatePrefix};

use crate::as_of::{AsOf, end_of};
use crate::builtin::{builtin_in_memory, is_builtin, is_present_builtin, is_reserved};
use crate::error::EngineError;
use crate::list_health::HealthCheck;
use crate::lists::Lists;
use crate::session::Session;
use crate::update::state::UpdateState;

impl Session {
    /// Opens the lists as of some state, with the built-in dataset among them unless it was removed.
    ///
    /// # Errors
    /// When a data directory that was named does not exist, or its content is damaged.
    pub fn open_lists(&self, as_of: AsOf) -> Result<Lists, EngineError> {
        self.require_data_dir()?;
        let state = self.state(as_of)?;
        let removed = state.manifest.as_ref().map_or(Vec::new(), |m| m.removed.clone());
        let mut generation = match state.manifest {
            Some(manifest) => self.dir().open(manifest)?,
            None => Generation::in_memory(Vec::new()),
        };
        if as_of == AsOf::Now {
            generation.segments.retain(|s| !is_builtin(s) || is_present_builtin(s));
        }
        if !generation.segments.iter().any(is_builtin) && !removed.iter().any(is_reserved) {
            generation.segments.push(builtin_in_memory()?);
        }
        let updates = match as_of {
            AsOf::Now => Some(UpdateState::read(self.data_dir())),
            AsOf::Generation(_) | AsOf::Day(_) => None,
        };
        let day = as_of.day(self.now());
        let check = HealthCheck { config: self.config(), updates, now: self.now(), day };
        let mut lists = Lists::new(generation, removed, state.earlier, &check);
        if as_of != AsOf::Now {
            lists.expect(&self.lists_in_use());
        }
        Ok(lists)
    }

    /// The lists of the generation in use; empty if it cannot be read, because that error concerns only answers from
    /// it.
    fn lists_in_use(&self) -> Vec<DatasetName> {
        let current = self.dir().current_manifest().ok().flatten();
        let segments = current.map_or(Vec::new(), |manifest| manifest.segments);
        segments.into_iter().map(|segment| segment.dataset).collect()
    }

    /// The manifests of the generations that are kept, oldest first.
    pub fn generations(&self) -> Result<Vec<Manifest>, EngineError> {
        Ok(self.dir().manifests()?)
    }

    /// Reads every byte of the lists that are stored and checks it.
    pub fn verify(&self, lists: &Lists) -> Result<(), EngineError> {
        Ok(self.dir().verify(&lists.generation().stored)?)
    }

    fn state(&self, as_of: AsOf) -> Result<State, EngineError> {
        let manifest = match as_of {
            AsOf::Now => self.dir().current_manifest()?,
            AsOf::Generation(number) => Some(self.dir().manifest(number)?),
            AsOf::Day(day) => return self.state_on(day),
        };
        Ok(State { manifest, earlier: None })
    }

    /// The state on a day. For a day before the first kept generation, that generation is used; the dates of its
    /// listings show which of them were in force on the day.
    ///
    /// Times are compared as times: as text, `...59Z` would sort after `...59.999Z`.
    fn state_on(&self, day: DatePrefix) -> Result<State, EngineError> {
        let end = end_of(day);
        let mut manifests = self.dir().manifests()?;
        if let Some(last) = manifests.iter().rposition(|manifest| manifest.created < end) {
            return Ok(State { manifest: Some(manifests.swap_remove(last)), earlier: None });
        }
        Ok(State { manifest: manifests.into_iter().next(), earlier: Some(day) })
    }
}

/// The generation that answers, and whether it is used for a day before it.
struct State {
    manifest: Option<Manifest>,
    earlier: Option<DatePrefix>,
}
