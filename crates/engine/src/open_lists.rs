//! Opening a state of the lists.

use interdict_index::{Generation, Manifest};
use interdict_model::DatePrefix;

use crate::as_of::{AsOf, end_of};
use crate::builtin::{builtin_in_memory, is_builtin, is_present_builtin};
use crate::error::EngineError;
use crate::list_health::HealthCheck;
use crate::lists::Lists;
use crate::session::Session;
use crate::update::state::UpdateState;

impl Session {
    /// Opens the lists as of some state, with the built-in dataset among them.
    pub fn open_lists(&self, as_of: AsOf) -> Result<Lists, EngineError> {
        let mut generation = match self.manifest(as_of)? {
            Some(manifest) => self.dir().open(manifest)?,
            None => Generation::in_memory(Vec::new()),
        };
        if as_of == AsOf::Now {
            generation.segments.retain(|s| !is_builtin(s) || is_present_builtin(s));
        }
        if !generation.segments.iter().any(is_builtin) {
            generation.segments.push(builtin_in_memory()?);
        }
        let updates = match as_of {
            AsOf::Now => Some(UpdateState::read(self.data_dir())),
            AsOf::Generation(_) | AsOf::Day(_) => None,
        };
        let day = as_of.day(self.now());
        let check = HealthCheck { config: self.config(), updates, now: self.now(), day };
        Ok(Lists::new(generation, &check))
    }

    /// The manifests of the generations that are kept, oldest first.
    pub fn generations(&self) -> Result<Vec<Manifest>, EngineError> {
        Ok(self.dir().manifests()?)
    }

    /// Reads every byte of the lists that are stored and checks it.
    pub fn verify(&self, lists: &Lists) -> Result<(), EngineError> {
        Ok(self.dir().verify(&lists.generation().stored)?)
    }

    fn manifest(&self, as_of: AsOf) -> Result<Option<Manifest>, EngineError> {
        Ok(match as_of {
            AsOf::Now => self.dir().current_manifest()?,
            AsOf::Generation(number) => Some(self.dir().manifest(number)?),
            AsOf::Day(day) => Some(self.manifest_on(day)?),
        })
    }

    /// Times are compared as times: as text, `...59Z` would sort after `...59.999Z`.
    fn manifest_on(&self, day: DatePrefix) -> Result<Manifest, EngineError> {
        let end = end_of(day);
        let mut newest_first = self.dir().manifests()?.into_iter().rev();
        let found = newest_first.find(|manifest| manifest.created < end);
        found.ok_or(EngineError::NothingOn(day))
    }
}
