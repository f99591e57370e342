//! Reports as text, CSV and a drawing. Renderers take reports and plain options, and contain no
//! rule of their own.

mod csv;
mod flow_graph;
mod joined;
mod layout;
mod ledgers;
mod svg;
mod text;

pub use csv::{render_clusters_csv, render_exposure_csv, render_trace_csv};
pub use joined::{render_clusters_text, render_deposits_text};
pub use ledgers::{render_links_text, render_status_text};
pub use svg::{PictureOptions, render_trace_svg};
pub use text::{render_exposure_text, render_trace_text};
