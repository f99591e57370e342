//! To come.

use crate::Options;

/// To come.
pub fn run(_options: &Options) {}
