//! Who controls, owns, fronts for, represents and pays whom.

mod render;
mod walk;

pub use render::{render_network_dot, render_network_svg, render_network_text};
pub use walk::{Network, NetworkEdge, NetworkNode, NetworkQuery};
