//! Counters of the server. They are atomics in fixed places: counting takes no lock and allocates nothing, and a label
//! can only be one of the routes, methods and classes known here, never a value of a request.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use axum::http::{Method, StatusCode};

/// Upper bounds of the histogram of durations, in microseconds. A single screening takes about a millisecond; the time
/// limit of answers is 60 seconds.
pub(crate) const BOUNDS: [u64; 13] = [
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000, 5_000_000,
    15_000_000, 60_000_000,
];
/// Labels of methods. A method is a text of the caller, so that an unknown one counts under the last label.
pub(crate) const METHODS: [&str; 8] =
    ["GET", "POST", "DELETE", "PUT", "PATCH", "OPTIONS", "HEAD", "OTHER"];
/// Labels of classes of statuses.
pub(crate) const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
/// The label of requests without a route.
pub(crate) const NO_ROUTE: &str = "other";

/// Why a request was refused before its work began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The queue is full.
    Busy,
    /// The rate limit of its key.
    KeyRate,
    /// The rate limit of its address.
    AddressRate,
    /// The rate limit of wrong keys of its address.
    FailedKeys,
}

/// Labels of refusals, in the order of [`Refusal`].
pub(crate) const REFUSALS: [&str; 4] = ["busy", "key_rate", "address_rate", "failed_keys"];

/// The counters of one route.
pub(crate) struct RouteCounts {
    pub(crate) path: &'static str,
    /// By method and status class.
    pub(crate) requests: [[AtomicU64; CLASSES.len()]; METHODS.len()],
    /// Not cumulative; the last bucket has no bound.
    pub(crate) buckets: [AtomicU64; BOUNDS.len() + 1],
    pub(crate) micros: AtomicU64,
}

/// All counters.
pub(crate) struct Metrics {
    /// The last one is that of requests without a route.
    pub(crate) routes: Vec<RouteCounts>,
    pub(crate) refused: [AtomicU64; REFUSALS.len()],
    pub(crate) failed_commits: AtomicU64,
    pub(crate) failed_checkpoints: AtomicU64,
    pub(crate) failed_loads: AtomicU64,
    /// Seconds since 1970; 0 for never.
    pub(crate) last_commit: AtomicI64,
    pub(crate) last_checkpoint: AtomicI64,
    pub(crate) started: i64,
}

impl Metrics {
    /// Counters of routes, all at zero.
    pub(crate) fn of(paths: impl Iterator<Item = &'static str>, now: i64) -> Self {
        let counts = |path| RouteCounts {
            path,
            requests: Default::default(),
            buckets: Default::default(),
            micros: AtomicU64::new(0),
        };
        Self {
            routes: paths.chain([NO_ROUTE]).map(counts).collect(),
            refused: Default::default(),
            failed_commits: AtomicU64::new(0),
            failed_checkpoints: AtomicU64::new(0),
            failed_loads: AtomicU64::new(0),
            last_commit: AtomicI64::new(0),
            last_checkpoint: AtomicI64::new(0),
            started: now,
        }
    }

    /// The template of a route.
    pub(crate) fn template(&self, route: Option<usize>) -> &'static str {
        route.and_then(|route| self.routes.get(route)).map_or(NO_ROUTE, |counts| counts.path)
    }

    /// Counts a request that was answered.
    pub(crate) fn count(
        &self,
        route: Option<usize>,
        method: &Method,
        status: StatusCode,
        took: Duration,
    ) {
        let known = route.and_then(|route| self.routes.get(route));
        let Some(counts) = known.or_else(|| self.routes.last()) else { return };
        let class = usize::from(status.as_u16() / 100).saturating_sub(1);
        let by_method = counts.requests.get(method_number(method));
        if let Some(count) = by_method.and_then(|classes| classes.get(class)) {
            count.fetch_add(1, Relaxed);
        }
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.partition_point(|bound| *bound < micros);
        if let Some(bucket) = counts.buckets.get(bucket) {
            bucket.fetch_add(1, Relaxed);
        }
        counts.micros.fetch_add(micros, Relaxed);
    }

    /// Counts a request that was refused.
    pub(crate) fn refuse(&self, why: Refusal) {
        if let Some(count) = self.refused.get(why as usize) {
            count.fetch_add(1, Relaxed);
        }
    }
}

fn method_number(method: &Method) -> usize {
    let known = METHODS.iter().position(|known| *known == method.as_str());
    known.unwrap_or(METHODS.len() - 1)
}

/// The label of a method.
pub(crate) fn method_label(method: &Method) -> &'static str {
    METHODS.get(method_number(method)).copied().unwrap_or("OTHER")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_is_counted_once_under_known_labels() {
        let metrics = Metrics::of(["/a", "/b"].into_iter(), 0);
        let odd = Method::from_bytes(b"ZAKHAROV").unwrap();
        let took = Duration::from_micros(1_000);
        metrics.count(Some(1), &Method::POST, StatusCode::OK, took);
        metrics.count(Some(7), &odd, StatusCode::NOT_FOUND, Duration::from_secs(90));
        metrics.count(None, &odd, StatusCode::NOT_FOUND, took);
        let [_, b, other] = metrics.routes.as_slice() else { panic!("three routes") };
        assert_eq!(b.requests[1][1].load(Relaxed), 1);
        // The bound is inclusive, as `le` says.
        assert_eq!(b.buckets[1].load(Relaxed), 1);
        assert_eq!(other.requests[METHODS.len() - 1][3].load(Relaxed), 2);
        assert_eq!(other.buckets[BOUNDS.len()].load(Relaxed), 1);
        assert_eq!((method_label(&odd), metrics.template(None)), ("OTHER", "other"));
    }
}
