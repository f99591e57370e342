//! A line plot as SVG: alerts on a logarithmic scale to the left, recall to the right.

use std::fmt::Write;

use crate::counts::THRESHOLDS;

/// One line of a plot.
#[derive(Debug, Clone)]
pub struct Curve {
    /// Its name in the legend.
    pub label: String,
    /// Its values at the thresholds.
    pub values: Vec<f64>,
    /// Drawn dashed.
    pub dashed: bool,
}

/// What to draw.
#[derive(Debug, Clone)]
pub struct Plot {
    /// The title above the plot.
    pub title: String,
    /// Alerts per 100,000.
    pub alerts: Vec<Curve>,
    /// Shares from 0 to 1.
    pub recall: Vec<Curve>,
}

/// A position in the picture, in its units.
#[derive(Clone, Copy)]
struct Point {
    x: f64,
    y: f64,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 430.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 640.0;
const TOP: f64 = 60.0;
const BOTTOM: f64 = 320.0;
/// Both colours are distinct for readers who cannot distinguish red from green, and in grey print.
const ALERT_COLOUR: &str = "#b3460b";
const RECALL_COLOUR: &str = "#0b5cad";

/// Draws the plot as SVG.
pub fn render_plot(plot: &Plot) -> String {
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         fill=\"white\"/>"
    );
    text(&mut svg, Point { x: WIDTH / 2.0, y: 28.0 }, "middle", "#222", &plot.title);
    let most = plot.alerts.iter().flat_map(|curve| &curve.values).fold(1.0, |a: f64, b| a.max(*b));
    let tens = most.log10().ceil().max(1.0);
    frame(&mut svg, tens);
    let alert_height = |value: f64| (value.max(1.0).log10() / tens).clamp(0.0, 1.0);
    for curve in &plot.alerts {
        line(&mut svg, curve, ALERT_COLOUR, &alert_height);
    }
    for curve in &plot.recall {
        line(&mut svg, curve, RECALL_COLOUR, &|share| share.clamp(0.0, 1.0));
    }
    legend(&mut svg, plot);
    svg.push_str("</svg>\n");
    svg
}

fn x_of(threshold: f64) -> f64 {
    let (first, last) = (THRESHOLDS[0], THRESHOLDS[THRESHOLDS.len() - 1]);
    LEFT + (threshold - first) / (last - first) * (RIGHT - LEFT)
}

fn y_of(height: f64) -> f64 {
    BOTTOM - height * (BOTTOM - TOP)
}

fn frame(svg: &mut String, tens: f64) {
    for step in 0..=tens as u32 {
        let y = y_of(f64::from(step) / tens);
        let _ = writeln!(svg, "<path d=\"M{LEFT} {y:.1}H{RIGHT}\" stroke=\"#ddd\"/>");
        let label = 10u64.pow(step).to_string();
        text(svg, Point { x: LEFT - 8.0, y: y + 4.0 }, "end", ALERT_COLOUR, &label);
    }
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let label = format!("{:.0} %", share * 100.0);
        text(svg, Point { x: RIGHT + 8.0, y: y_of(share) + 4.0 }, "start", RECALL_COLOUR, &label);
    }
    for threshold in THRESHOLDS {
        let x = x_of(threshold);
        let _ = writeln!(svg, "<path d=\"M{x:.1} {TOP}V{BOTTOM}\" stroke=\"#eee\"/>");
        text(svg, Point { x, y: BOTTOM + 18.0 }, "middle", "#222", &format!("{threshold:.2}"));
    }
    let _ = writeln!(
        svg,
        "<path d=\"M{LEFT} {TOP}V{BOTTOM}H{RIGHT}V{TOP}\" fill=\"none\" stroke=\"#888\"/>"
    );
    text(svg, Point { x: LEFT - 60.0, y: TOP - 12.0 }, "start", ALERT_COLOUR, "alerts per 100,000");
    text(svg, Point { x: RIGHT + 60.0, y: TOP - 12.0 }, "end", RECALL_COLOUR, "aliases found");
    text(svg, Point { x: (LEFT + RIGHT) / 2.0, y: BOTTOM + 38.0 }, "middle", "#222", "threshold");
}

fn line(svg: &mut String, curve: &Curve, colour: &str, height: &dyn Fn(f64) -> f64) {
    let points = THRESHOLDS.iter().zip(&curve.values);
    let points: Vec<(f64, f64)> =
        points.map(|(t, value)| (x_of(*t), y_of(height(*value)))).collect();
    let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let dash = if curve.dashed { " stroke-dasharray=\"6 4\"" } else { "" };
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.2\"{dash}/>",
        path.join(" ")
    );
    for (x, y) in points {
        let _ = writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>");
    }
}

fn legend(svg: &mut String, plot: &Plot) {
    let alerts = plot.alerts.iter().map(|curve| (curve, ALERT_COLOUR));
    let recall = plot.recall.iter().map(|curve| (curve, RECALL_COLOUR));
    for (place, (curve, colour)) in alerts.chain(recall).enumerate() {
        let (column, row) = (place / 2, place % 2);
        let (x, y) = (LEFT + column as f64 * 290.0, BOTTOM + 66.0 + row as f64 * 22.0);
        let dash = if curve.dashed { " stroke-dasharray=\"6 4\"" } else { "" };
        let end = x + 34.0;
        let height = y - 4.0;
        let _ = writeln!(
            svg,
            "<path d=\"M{x} {height}H{end}\" stroke=\"{colour}\" stroke-width=\"2.2\"{dash}/>"
        );
        text(svg, Point { x: x + 42.0, y }, "start", "#222", &curve.label);
    }
}

fn text(svg: &mut String, at: Point, anchor: &str, colour: &str, text: &str) {
    let Point { x, y } = at;
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{escaped}</text>"
    );
}
