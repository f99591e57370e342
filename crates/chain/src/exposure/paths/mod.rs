//! The paths behind a share: best first, largest value first, merged when they run over the same
//! addresses, until enough of each party's share is explained. Where the question is what was received
//! or is held they are searched for backward in time, and where it is what was sent, forward.

mod backward;
mod forward;
mod search;

pub(super) use search::{FoundPath, Paths};

use super::{Basis, ledger_pass::Pass};
use search::Search;

/// Steps examined before giving up on the rest, which is then shown as other paths.
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
