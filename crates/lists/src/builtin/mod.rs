//! The dataset that is compiled in: North Korea's cyber revenue network, so that the program is
//! useful before any list is imported.
//!
//! Its text is the readable YAML under `data/dprk-cyber/`; every statement there names its source. It does not replace
//! an imported list, which is newer; its version states its age.
//!
//! ```
//! use interdict_lists::{Problem, Sink, read_builtin};
//! use interdict_model::Entity;
//!
//! struct Names(Vec<String>);
//! impl Sink for Names {
//!     fn entity(&mut self, entity: Entity) {
//!         self.0.push(entity.caption().to_owned());
//!     }
//!     fn problem(&mut self, _: Problem) {}
//! }
//! let mut names = Names(Vec::new());
//! let (_, counts) = read_builtin(&mut names);
//! assert!(names.0.iter().any(|name| name == "Lazarus Group"));
//! assert_eq!(counts.problems, 0);
//! ```

mod data;
mod emit;
mod record;
mod relation;

#[cfg(test)]
mod tests;

use data::BuiltinData;
use emit::Emitter;
use interdict_model::DatasetName;

use crate::{Counts, ListHeader, Sink};

/// The name of the built-in dataset.
pub const BUILTIN_DATASET: &str = "dprk_cyber";

/// The text of the built-in dataset. Its hash shows whether the dataset has changed.
pub fn builtin_texts() -> impl Iterator<Item = &'static str> {
    data::texts()
}

/// Reads the built-in dataset into the sink: listed people and bodies, each followed by what belongs
/// to it (designations, documents, wallets), and then the relations between them.
///
/// It cannot fail, because the text is part of the program and the tests read all of it.
pub fn read_builtin(sink: &mut dyn Sink) -> (ListHeader, Counts) {
    let dataset = BuiltinData::parse().expect("the tests parse the same compiled-in text");
    let name: DatasetName = BUILTIN_DATASET.parse().expect("a plain name");
    let mut emitter = Emitter::new(&dataset, name, sink);
    for record in &dataset.records {
        emitter.record(record);
    }
    for edge in &dataset.edges {
        emitter.edge(edge);
    }
    let counts = emitter.into_counts();
    (ListHeader { version: dataset.about.version.clone(), ..ListHeader::default() }, counts)
}
