//! How one computation serves both the bare score and the explained one.

use crate::assign::Link;
use crate::explain::Cap;

/// Which of the two names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Side {
    Left,
    Right,
}

/// Listens to a comparison. The silent listener compiles to nothing.
pub(crate) trait ComparisonObserver {
    /// Two spans met.
    fn matched(&mut self, _link: &Link, _weight: u32) {}
    /// A token of one side met nothing.
    fn unmatched(&mut self, _side: Side, _token: usize, _weight: u32, _differs: bool) {}
    /// A ceiling was applied.
    fn cap(&mut self, _cap: Cap, _ceiling: f64) {}
    /// How rare the shared parts are.
    fn rarity(&mut self, _rarity: f64) {}
    /// What was shared or differs, in words; only made when someone listens.
    fn detail(&mut self, _detail: &dyn Fn() -> String) {}
    /// A better reading was found: what was said so far no longer holds.
    fn restart(&mut self) {}
}

/// Hears nothing.
pub(crate) struct NoObserver;

impl ComparisonObserver for NoObserver {}
