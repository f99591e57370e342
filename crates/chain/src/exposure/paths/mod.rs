//! The paths that explain each party's share. Search is best-first: the largest value is followed
//! first. Paths over the same addresses are merged, and the search ends when enough of each party's
//! share is explained. If the query is about received or held value, paths are searched backward
//! in time; if it is about sent value, forward.

mod backward;
mod forward;
mod search;

pub(super) use search::{FoundPath, Paths};

use super::{Basis, ledger_pass::Pass};
use search::Search;

/// The number of steps after which the search stops; the rest is reported as other paths.
const MAX_STEPS: usize = 50_000;

/// Paths for the labelled parties.
pub(super) fn find(pass: &mut Pass<'_>) -> Paths {
    let mut search = Search::new(pass);
    let forward = pass.request.basis == Basis::Sent;
    if forward {
        forward::start(&mut search, pass);
    } else {
        backward::start(&mut search, pass);
    }
    for _ in 0..MAX_STEPS {
        let Some(place) = search.next_place() else { break };
        if forward {
            forward::expand(&mut search, pass, &place);
        } else {
            backward::expand(&mut search, pass, &place);
        }
    }
    search.into_paths()
}
