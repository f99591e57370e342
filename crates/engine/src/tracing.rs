//! Ledgers, methods of tracing and their reports: types of `interdict-chain`, re-exported for faces.

pub use interdict_chain::amount::Rounding;
pub use interdict_chain::exposure::{Basis, ExposureReport};
pub use interdict_chain::import::{ImportOptions, ImportReport};
pub use interdict_chain::links::{LinksProgress, LinksReport};
pub use interdict_chain::progress::{ImportProgress, ImportWatcher, SyncProgress};
pub use interdict_chain::read::ReadOptions;
pub use interdict_chain::render::{
    PictureOptions, render_clusters_csv, render_clusters_text, render_deposits_text,
    render_exposure_csv, render_exposure_text, render_links_text, render_status_text,
    render_trace_csv, render_trace_svg, render_trace_text,
};
pub use interdict_chain::status::{LedgerStatus, StatusReport};
#[cfg(feature = "rpc")]
pub use interdict_chain::sync::HttpNode;
pub use interdict_chain::sync::{Node, NodeKind, SyncOptions, SyncReport};
pub use interdict_chain::time::{Time, parse_time};
pub use interdict_chain::trace::{Method, TraceError, TraceReport};
