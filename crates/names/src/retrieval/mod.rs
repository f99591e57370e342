//! What a candidate index needs to know of a name.
//!
//! A name is found through its *slots*: the parts that can carry a match. An index keeps a dictionary
//! of distinct slots; a query's slot finds those it is alike to through shared keys ([`slot_keys`],
//! then [`Probe::likeness`]), and names are candidates when what is met of their slots can add up to
//! the score that is asked for ([`Need::is_met`]). Neighbouring parts that the other side writes as one
//! word are slots, too ([`runs`]). What is compared as a whole (syllables, acronyms) has keys of its
//! own ([`whole_keys`]).

mod bound;
mod keys;
mod need;
mod probe;
mod slot;
mod whole;

pub use keys::{Asker, joined_keys, run_keys, slot_keys};
pub use need::{Meeting, Met, Need, Shape, shape};
pub use probe::Probe;
pub use slot::{Slot, runs, slots};
pub use whole::whole_keys;
