//! Metrics in the text format of Prometheus (version 0.0.4).

use std::fmt::{Display, Write};
use std::sync::atomic::Ordering::Relaxed;

use crate::metrics::{BOUNDS, CLASSES, METHODS, Metrics, REFUSALS};

/// A text to which families of metrics are appended.
#[derive(Default)]
pub(crate) struct MetricsText(String);

impl MetricsText {
    /// The text.
    pub(crate) fn finish(self) -> String {
        self.0
    }

    /// Starts a family.
    pub(crate) fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// One sample.
    pub(crate) fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        for (number, (label, text)) in labels.iter().enumerate() {
            let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let before = if number == 0 { '{' } else { ',' };
            let _ = write!(self.0, "{before}{label}=\"{text}\"");
        }
        let end = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.0, "{end} {value}");
    }

    /// A family of one sample.
    pub(crate) fn single(&mut self, name: &str, kind: &str, help: &str, value: impl Display) {
        self.family(name, kind, help);
        self.sample(name, &[], value);
    }

    /// The counters.
    pub(crate) fn counters(&mut self, metrics: &Metrics) {
        self.requests(metrics);
        self.durations(metrics);
        let name = "interdict_requests_refused_total";
        self.family(name, "counter", "Requests that were refused before their work began.");
        for (reason, count) in REFUSALS.iter().zip(&metrics.refused) {
            self.sample(name, &[("reason", reason)], count.load(Relaxed));
        }
        for (name, help, count) in [
            (
                "interdict_audit_commits_failed_total",
                "Changes of the store that could not be written.",
                &metrics.failed_commits,
            ),
            (
                "interdict_audit_checkpoints_failed_total",
                "Signed checkpoints that could not be written.",
                &metrics.failed_checkpoints,
            ),
            (
                "interdict_lists_reload_failed_total",
                "Times that the lists in use could not be opened.",
                &metrics.failed_loads,
            ),
        ] {
            self.single(name, "counter", help, count.load(Relaxed));
        }
    }

    fn requests(&mut self, metrics: &Metrics) {
        let name = "interdict_http_requests_total";
        self.family(name, "counter", "Requests that were answered.");
        for route in &metrics.routes {
            for (method, classes) in METHODS.iter().zip(&route.requests) {
                for (class, count) in CLASSES.iter().zip(classes) {
                    // Zero combinations are omitted, since most never occur.
                    let count = count.load(Relaxed);
                    if count > 0 {
                        let labels = [("route", route.path), ("method", method), ("status", class)];
                        self.sample(name, &labels, count);
                    }
                }
            }
        }
    }

    fn durations(&mut self, metrics: &Metrics) {
        let name = "interdict_http_request_duration_seconds";
        self.family(name, "histogram", "From the head of a request to the end of its answer.");
        for route in &metrics.routes {
            let counts = route.buckets.iter().map(|count| count.load(Relaxed));
            let counts: Vec<u64> = counts.collect();
            let total: u64 = counts.iter().sum();
            if total == 0 {
                continue;
            }
            let mut below = 0;
            let bucket = format!("{name}_bucket");
            for (bound, count) in BOUNDS.iter().zip(&counts) {
                below += count;
                let bound = seconds(*bound).to_string();
                self.sample(&bucket, &[("route", route.path), ("le", &bound)], below);
            }
            self.sample(&bucket, &[("route", route.path), ("le", "+Inf")], total);
            let sum = seconds(route.micros.load(Relaxed));
            self.sample(&format!("{name}_sum"), &[("route", route.path)], sum);
            self.sample(&format!("{name}_count"), &[("route", route.path)], total);
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a sum of microseconds needs no more digits")]
fn seconds(micros: u64) -> f64 {
    micros as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::http::{Method, StatusCode};

    use super::*;

    #[test]
    fn buckets_are_cumulative_and_label_values_are_escaped() {
        let metrics = Metrics::of(["/a"].into_iter(), 0);
        for millis in [1, 40, 90_000] {
            let took = Duration::from_millis(millis);
            metrics.count(Some(0), &Method::GET, StatusCode::OK, took);
        }
        let mut text = MetricsText::default();
        text.counters(&metrics);
        text.sample("x", &[("a", "b\"\\\nc")], 1);
        let text = text.finish();
        for line in [
            "interdict_http_requests_total{route=\"/a\",method=\"GET\",status=\"2xx\"} 3",
            "interdict_http_request_duration_seconds_bucket{route=\"/a\",le=\"0.0005\"} 0",
            "interdict_http_request_duration_seconds_bucket{route=\"/a\",le=\"0.05\"} 2",
            "interdict_http_request_duration_seconds_bucket{route=\"/a\",le=\"+Inf\"} 3",
            "interdict_http_request_duration_seconds_sum{route=\"/a\"} 90.041",
            "interdict_http_request_duration_seconds_count{route=\"/a\"} 3",
            "x{a=\"b\\\"\\\\\\nc\"} 1",
        ] {
            assert!(text.lines().any(|known| known == line), "{line} in {text}");
        }
    }
}
