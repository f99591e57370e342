//! Jobs: files of customers that are screened in the background, by one server at a time.
//!
//! File and result are in the store, so that each of its servers can continue a job. A server that takes a job holds a
//! lease on it; each step that it writes renews the lease, and is refused once another server has taken the job
//! (fencing). A step is one change: the screenings of some rows with their events, the lines of the result, and the
//! offset in the file. A server that dies between two steps has therefore neither lost a row nor recorded one twice.

mod data;
mod end;
mod job;
mod lines;
mod list;
mod run;

pub(crate) use data::{part_row, part_spot};
pub use end::JobEnd;
pub use job::{Job, JobCounts, JobFailure, JobId, JobPlan, JobState, NewJob};
pub(crate) use lines::index_old_results;
pub use lines::{JobErasures, JobRow};
pub use list::{JobFilter, JobPage};
pub use run::{JobBasis, JobLease, JobStep, TakenJob};
