//! The state of a sign-in while its person is at the provider: state, nonce and code verifier, in a cookie.
//!
//! The server stores nothing, so that starting many sign-ins cannot exhaust its memory. The cookie binds the callback
//! to the browser that started the sign-in: a callback link made by somebody else has another state (login CSRF).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use interdict_engine::audit::Store;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Time limit of a sign-in at the provider, in seconds.
pub(crate) const SECONDS: u32 = 600;
/// The context for which the store authenticates the cookie.
const PURPOSE: &str = "oidc sign-in";
/// The longest return URL, in bytes.
const LONGEST: usize = 500;

/// One sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Flow {
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
    /// The return URL: a path of this server.
    pub(crate) back: String,
    ends_at: Timestamp,
}

impl Flow {
    /// Starts a sign-in; `None` if the random source fails.
    pub(crate) fn begin(back: Option<&str>, now: Timestamp) -> Option<Self> {
        let random = || {
            let mut bytes = [0; 32];
            getrandom::fill(&mut bytes).ok()?;
            Some(BASE64URL.encode(bytes))
        };
        let back = back.filter(|path| is_own_path(path)).unwrap_or("/");
        let time = SignedDuration::from_secs(SECONDS.into());
        Some(Self {
            state: random()?,
            nonce: random()?,
            verifier: random()?,
            back: back.to_owned(),
            ends_at: now.checked_add(time).ok()?,
        })
    }

    /// The code challenge of the verifier by `S256` (RFC 7636).
    pub(crate) fn challenge(&self) -> String {
        let digest = ring::digest::digest(&ring::digest::SHA256, self.verifier.as_bytes());
        BASE64URL.encode(digest)
    }

    /// The value of the cookie.
    pub(crate) fn to_cookie(&self, store: &Store) -> String {
        let text = BASE64URL.encode(serde_json::to_vec(self).unwrap_or_default());
        let vouched = store.vouch(PURPOSE, &text);
        format!("{text}.{vouched}")
    }

    /// Reads an authentic cookie of this server that has not expired.
    pub(crate) fn of_cookie(cookie: &str, store: &Store, now: Timestamp) -> Option<Self> {
        let (text, vouched) = cookie.split_once('.')?;
        if !store.is_vouched(PURPOSE, text, vouched) {
            return None;
        }
        let flow: Self = serde_json::from_slice(&BASE64URL.decode(text).ok()?).ok()?;
        (now < flow.ends_at).then_some(flow)
    }
}

/// Whether a return URL is a path of this server: one that begins with two slashes would lead to another host (open
/// redirect).
fn is_own_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= LONGEST
        && path.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\\"<>".contains(&byte))
}

#[cfg(test)]
mod tests {
    use interdict_engine::audit::StorePlace;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_750_000_000 + second).unwrap()
    }

    #[test]
    fn a_sign_in_is_known_by_its_cookie_for_ten_minutes() {
        let folder = tempfile::tempdir().unwrap();
        let random = |bytes: &mut [u8]| getrandom::fill(bytes).is_ok();
        let open = |name: &str| {
            let place = StorePlace::in_folder(folder.path().join(name));
            Store::open(place, random, at(0)).unwrap()
        };
        let (store, other) = (open("a"), open("b"));
        let flow = Flow::begin(Some("/cases?x=1"), at(0)).unwrap();
        let cookie = flow.to_cookie(&store);
        assert_eq!(Flow::of_cookie(&cookie, &store, at(599)), Some(flow.clone()));
        assert_eq!(Flow::of_cookie(&cookie, &store, at(600)), None);
        assert_eq!(Flow::of_cookie(&cookie, &other, at(1)), None);
        let (text, vouched) = cookie.split_once('.').unwrap();
        for forged in [text, "", ".", &format!("{text}."), &format!("x{text}.{vouched}")] {
            assert_eq!(Flow::of_cookie(forged, &store, at(1)), None, "{forged}");
        }
        let another = Flow::begin(None, at(0)).unwrap();
        assert!(another.state != flow.state && another.nonce != flow.nonce);
        assert_eq!(another.back, "/");
    }

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        let flow = Flow { verifier, ..Flow::begin(None, at(0)).unwrap() };
        assert_eq!(flow.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_browser_goes_back_to_this_server_alone() {
        for path in ["/", "/cases/1?a=b#c"] {
            assert!(is_own_path(path), "{path}");
        }
        let long = format!("/{}", "x".repeat(LONGEST));
        for path in
            ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a b", "/\n", &long]
        {
            assert!(!is_own_path(path), "{path}");
        }
    }
}
