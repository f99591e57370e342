//! The engine: a data directory and the present moment.

use std::io::Cursor;
use std::path::PathBuf;

use interdict_index::{About, DataDir, Generation, Segment, SegmentRef, SourceFile, WriteLock};
use interdict_lists::{BUILTIN_DATASET, builtin_texts, read_builtin};
use interdict_model::{DatasetName, DatePrefix};
use jiff::Timestamp;

use crate::config::Config;
use crate::error::EngineError;
use crate::import::build;
use crate::lists::Lists;
use crate::standing::Upkeep;
use crate::update::state::UpdateState;

/// Every use case starts here. It holds no state of its own: what it knows is in the data directory.
#[derive(Debug, Clone)]
pub struct Engine {
    pub(crate) dir: DataDir,
    pub(crate) now: Timestamp,
    pub(crate) config: Config,
}

/// Which state of the lists to answer from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum At {
    /// The generation in use.
    #[default]
    Now,
    /// A generation by its number.
    Generation(u64),
    /// The last generation that was put in use on or before a day.
    Day(DatePrefix),
}

impl Engine {
    /// An engine on a data directory, which need not exist yet. `now` is the present moment, for
    /// time stamps and for the age of lists.
    pub fn new(data_dir: impl Into<PathBuf>, now: Timestamp) -> Self {
        Self { dir: DataDir::at(data_dir), now, config: Config::default() }
    }

    /// The engine with what the user has decided about lists.
    pub fn with_config(self, config: Config) -> Self {
        Self { config, ..self }
    }

    /// What the user has decided about lists.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The data directory.
    pub fn data_dir(&self) -> &DataDir {
        &self.dir
    }

    /// Opens the lists as of some state, with the built-in dataset among them.
    pub fn lists(&self, at: At) -> Result<Lists, EngineError> {
        let manifest = match at {
            At::Now => self.dir.current_manifest()?,
            At::Generation(number) => Some(self.dir.manifest(number)?),
            At::Day(day) => Some(self.manifest_on(day)?),
        };
        let mut generation = match manifest {
            Some(manifest) => self.dir.open(manifest)?,
            None => Generation::in_memory(Vec::new()),
        };
        let is_builtin = |s: &Segment| s.about().dataset.as_str() == BUILTIN_DATASET;
        if at == At::Now {
            let present = builtin_source();
            generation
                .segments
                .retain(|s| !is_builtin(s) || s.about().sources == [present.clone()]);
        }
        if !generation.segments.iter().any(is_builtin) {
            generation.segments.push(builtin_in_memory()?);
        }
        let updates = match at {
            At::Now => Some(UpdateState::read(self.dir.path())),
            At::Generation(_) | At::Day(_) => None,
        };
        Ok(Lists::new(generation, (self.now, at), Upkeep { config: &self.config, updates }))
    }

    fn manifest_on(&self, day: DatePrefix) -> Result<interdict_index::Manifest, EngineError> {
        let last = format!(
            "{:04}-{:02}-{:02}T23:59:59.999999999Z",
            day.year(),
            day.month().unwrap_or(12),
            day.day().unwrap_or(31)
        );
        self.dir
            .manifests()?
            .into_iter()
            .rev()
            .find(|manifest| manifest.created <= last)
            .ok_or_else(|| EngineError::NothingOn(day.to_string()))
    }

    /// The built-in dataset as a kept segment, if the generation in use lacks its present version.
    pub(crate) fn builtin_segment(
        &self,
        lock: &WriteLock,
    ) -> Result<Option<SegmentRef>, EngineError> {
        let source = [builtin_source()];
        let present = self.dir.current_manifest()?.is_some_and(|manifest| {
            manifest
                .segments
                .iter()
                .any(|s| s.dataset.as_str() == BUILTIN_DATASET && s.sources == source)
        });
        if present {
            return Ok(None);
        }
        let (out, _) =
            build(lock.temporary()?, about(), |sink| Ok(read_builtin(sink)), |_| Ok(()))?;
        Ok(Some(lock.keep(out)?))
    }
}

fn about() -> About {
    let name: DatasetName = BUILTIN_DATASET.parse().expect("the constant is a valid name");
    About { sources: vec![builtin_source()], ..About::new(name) }
}

/// The compiled-in text as a source, to tell whether a kept segment still has it.
fn builtin_source() -> SourceFile {
    SourceFile::of_texts("(built in)", builtin_texts())
}

fn builtin_in_memory() -> Result<Segment, EngineError> {
    let out = Cursor::new(Vec::new());
    let (out, _) = build(out, about(), |sink| Ok(read_builtin(sink)), |_| Ok(()))?;
    Ok(Segment::from_bytes(out.into_inner())?)
}
