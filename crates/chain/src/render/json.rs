//! Reports as JSON.

use serde::Serialize;

/// A report as JSON; every report states its schema's version.
pub fn render_json(report: &impl Serialize) -> String {
    let mut text =
        serde_json::to_string_pretty(report).expect("reports hold only text, numbers and lists");
    text.push('\n');
    text
}
