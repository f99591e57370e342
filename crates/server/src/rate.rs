//! Rate limits: a token bucket for each caller.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// Maximum number of buckets. A caller beyond them is not limited: memory has to be bounded, and whoever has that many
/// addresses is not stopped by a limit per address.
const MOST: usize = 100_000;

/// A rate: `count` requests in `seconds` seconds; the burst is `count`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Number of requests; at least one.
    pub count: u32,
    /// Period in seconds; at least one.
    pub seconds: u32,
}

/// The remaining quota of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quota {
    /// The name of the limit.
    pub(crate) policy: &'static str,
    pub(crate) rate: Rate,
    pub(crate) remaining: u32,
    /// Seconds until the next token if none is left, else until the bucket is full.
    pub(crate) reset: u64,
}

impl Quota {
    /// Appends it to the header of draft-ietf-httpapi-ratelimit-headers, after those of other limits.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        let Self { policy, rate, remaining, reset } = self;
        let limit = format!("\"{policy}\";q={};w={}", rate.count, rate.seconds);
        let left = format!("\"{policy}\";r={remaining};t={reset}");
        for (name, text) in [("ratelimit-policy", limit), ("ratelimit", left)] {
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.append(HeaderName::from_static(name), value);
            }
        }
    }
}

struct Bucket {
    tokens: f64,
    at: Instant,
}

/// The buckets of all callers of a kind.
pub(crate) struct Buckets<K> {
    policy: &'static str,
    rate: Rate,
    buckets: Mutex<HashMap<K, Bucket>>,
}

impl<K: Hash + Eq> Buckets<K> {
    pub(crate) fn new(policy: &'static str, rate: Rate) -> Self {
        let rate = Rate { count: rate.count.max(1), seconds: rate.seconds.max(1) };
        Self { policy, rate, buckets: Mutex::default() }
    }

    /// Takes a token. An error if there is none.
    pub(crate) fn take(&self, key: K, now: Instant) -> Result<Quota, Quota> {
        self.with(key, now, 1.0)
    }

    /// Checks whether there is a token, without taking it.
    pub(crate) fn look(&self, key: K, now: Instant) -> Result<Quota, Quota> {
        self.with(key, now, 0.0)
    }

    fn per_second(&self) -> f64 {
        f64::from(self.rate.count) / f64::from(self.rate.seconds)
    }

    fn with(&self, key: K, now: Instant, taken: f64) -> Result<Quota, Quota> {
        let full = f64::from(self.rate.count);
        let mut buckets = self.buckets.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if buckets.len() >= MOST && !buckets.contains_key(&key) {
            let refill = self.refill_time();
            buckets.retain(|_, bucket| now.saturating_duration_since(bucket.at) < refill);
            if buckets.len() >= MOST {
                return Ok(self.quota(full));
            }
        }
        let bucket = buckets.entry(key).or_insert(Bucket { tokens: full, at: now });
        let since = now.saturating_duration_since(bucket.at).as_secs_f64();
        bucket.tokens = (bucket.tokens + since * self.per_second()).min(full);
        bucket.at = now;
        if bucket.tokens < 1.0 {
            return Err(self.quota(bucket.tokens));
        }
        bucket.tokens -= taken;
        Ok(self.quota(bucket.tokens))
    }

    /// After this time a bucket is full, whatever its level was.
    fn refill_time(&self) -> Duration {
        Duration::from_secs(u64::from(self.rate.seconds))
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "tokens lie between zero and a u32"
    )]
    fn quota(&self, tokens: f64) -> Quota {
        let full = f64::from(self.rate.count);
        let wanted = if tokens < 1.0 { 1.0 } else { full };
        let reset = ((wanted - tokens) / self.per_second()).ceil() as u64;
        Quota { policy: self.policy, rate: self.rate, remaining: tokens as u32, reset }
    }
}

/// The part of an address that identifies a caller: an IPv6 /64 network is assigned to a single customer.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let kept = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(kept.into())
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_at_the_rate() {
        let buckets = Buckets::new("key", Rate { count: 2, seconds: 4 });
        let now = Instant::now();
        let at = |millis| now + Duration::from_millis(millis);
        // While there is a token, it is said when the bucket is full again; without one, when the next token comes.
        let first = buckets.take("a", now).unwrap();
        assert_eq!((first.remaining, first.reset), (1, 2));
        let second = buckets.take("a", now).unwrap();
        assert_eq!((second.remaining, second.reset), (0, 2));
        let refused = buckets.take("a", now).unwrap_err();
        assert_eq!((refused.remaining, refused.reset), (0, 2));
        // Another caller has a bucket of its own.
        assert!(buckets.take("b", now).is_ok());
        assert!(buckets.take("a", at(1_900)).is_err());
        assert!(buckets.look("a", at(2_100)).is_ok());
        assert!(buckets.take("a", at(2_100)).is_ok(), "looking takes nothing");
        assert!(buckets.take("a", at(2_100)).is_err());
        // A bucket holds at most the count.
        assert_eq!(buckets.take("a", at(1_000_000)).unwrap().remaining, 1);
    }

    #[test]
    fn a_caller_beyond_those_that_are_remembered_is_not_limited_until_others_are_forgotten() {
        let buckets = Buckets::new("network", Rate { count: 1, seconds: 10 });
        let now = Instant::now();
        let full = now + Duration::from_secs(10);
        for caller in 0..MOST {
            assert!(buckets.take(caller, now).is_ok());
        }
        for at in [now, now, full - Duration::from_millis(1)] {
            assert_eq!(buckets.take(MOST, at).unwrap().remaining, 1);
        }
        // Who is remembered stays limited.
        assert!(buckets.take(0, now).is_err());
        // A bucket that is full again need not be remembered.
        assert_eq!(buckets.take(MOST, full).unwrap().remaining, 0);
        assert!(buckets.take(MOST, full).is_err());
    }

    #[test]
    fn what_is_left_is_said_as_the_draft_has_it() {
        let buckets = Buckets::new("key", Rate { count: 100, seconds: 60 });
        let mut headers = HeaderMap::new();
        buckets.take("a", Instant::now()).unwrap().write(&mut headers);
        assert_eq!(headers["ratelimit-policy"], "\"key\";q=100;w=60");
        assert_eq!(headers["ratelimit"], "\"key\";r=99;t=1");
    }

    #[test]
    fn an_address_of_ipv6_stands_for_its_network() {
        let network = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("::ffff:192.0.2.1"), "192.0.2.1");
        assert_eq!(network("192.0.2.1"), "192.0.2.1");
    }
}
