//! What share of a wallet comes from whom, or went to whom: directly and through others, by party and
//! by kind of party, with the paths that explain it.
//!
//! `ledger_pass` holds the state of a query. Each method fills it: `mixing` (haircut, in single steps
//! or through `one_pass`), `queue` (FIFO and LIFO), `sent` (what a wallet paid), `bounds` (methods that
//! give bounds only). `paths` then explains the shares, and `report` puts them into words.

mod bounds;
mod ledger_pass;
mod mixing;
mod one_pass;
mod party;
mod paths;
mod queue;
mod report;
mod request;
mod run;
mod sent;

pub use report::{CategoryExposure, EntityExposure, ExposurePath, ExposureReport, PathStep};
pub use request::{Basis, ExposureRequest};
pub use run::exposure;
