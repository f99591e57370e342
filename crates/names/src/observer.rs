//! Observer of a comparison. One generic computation yields the bare score with [`NoObserver`],
//! whose calls compile to nothing, and the explanation with a recording observer.

use crate::assign::Link;
use crate::explain::Cap;

/// Which of the two names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Side {
    Left,
    Right,
}

/// Receives the steps of a comparison. Every method has an empty default.
pub(crate) trait ComparisonObserver {
    /// Two spans were aligned.
    fn matched(&mut self, _link: &Link, _weight: u32) {}
    /// A token of one side has no counterpart. `differs`: the other side has such a token too.
    fn unmatched(&mut self, _side: Side, _token: usize, _weight: u32, _differs: bool) {}
    /// A ceiling was applied.
    fn cap(&mut self, _cap: Cap, _ceiling: f64) {}
    /// The rarity of the shared parts, in [0, 1].
    fn rarity(&mut self, _rarity: f64) {}
    /// A text about the last alignment. The closure runs only when the observer records.
    fn detail(&mut self, _detail: &dyn Fn() -> String) {}
    /// Another way of comparing gave a better score: everything reported so far is discarded.
    fn restart(&mut self) {}
}

/// Records nothing.
pub(crate) struct NoObserver;

impl ComparisonObserver for NoObserver {}
