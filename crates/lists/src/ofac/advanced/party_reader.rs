//! The sections of the file that the reader of a party refers to.

use super::documents::Documents;
use super::locations::Locations;
use super::problem_reporter::ProblemReporter;
use super::references::References;

/// Reads parties, using the sections that precede them in the file.
pub(super) struct PartyReader<'a, 'r> {
    pub(super) references: &'a References,
    pub(super) locations: &'a Locations,
    pub(super) documents: &'a mut Documents,
    pub(super) report: &'a mut ProblemReporter<'r>,
}
