//! Cookies of this server: read from requests, and set in answers.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::config::ServerConfig;

/// A cookie of this server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// The session token.
    Session,
    /// The state of a sign-in, which the browser returns after its visit to the identity provider.
    Login,
}

impl Cookie {
    fn name(self, config: &ServerConfig) -> &'static str {
        // The prefix keeps other hosts, other paths and pages without TLS from setting it.
        match (self, is_plain(config)) {
            (Self::Session, false) => "__Host-interdict",
            (Self::Session, true) => "interdict",
            (Self::Login, false) => "__Host-interdict-login",
            (Self::Login, true) => "interdict-login",
        }
    }

    /// Its value in a request. Two cookies of this name count as none, since one of them could have been injected.
    pub(crate) fn of(self, config: &ServerConfig, headers: &HeaderMap) -> Option<String> {
        let name = self.name(config);
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        let mut values = lines
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(known, _)| *known == name)
            .map(|(_, value)| value.to_owned());
        let value = values.next()?;
        values.next().is_none().then_some(value)
    }

    /// The `Set-Cookie` value: a session cookie, or one with a `Max-Age` in seconds.
    pub(crate) fn set(
        self,
        config: &ServerConfig,
        headers: &mut HeaderMap,
        value: &str,
        seconds: Option<u32>,
    ) {
        let name = self.name(config);
        let secure = if is_plain(config) { "" } else { "; Secure" };
        let age = seconds.map_or(String::new(), |seconds| format!("; Max-Age={seconds}"));
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
        if let Ok(mut value) = HeaderValue::from_str(&text) {
            value.set_sensitive(true);
            headers.append(header::SET_COOKIE, value);
        }
    }

    /// Deletes it in the browser.
    pub(crate) fn clear(self, config: &ServerConfig, headers: &mut HeaderMap) {
        self.set(config, headers, "", Some(0));
    }
}

/// Whether browsers reach the server over plain HTTP, which is allowed for this machine only: `Secure` cookies would
/// not be returned then.
fn is_plain(config: &ServerConfig) -> bool {
    let is_public = config.public_url.as_deref().is_some_and(|url| url.starts_with("https://"));
    config.listen.ip().is_loopback() && config.tls.is_none() && !is_public
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(config: &ServerConfig) -> String {
        let mut headers = HeaderMap::new();
        Cookie::Session.set(config, &mut headers, "x", None);
        headers["set-cookie"].to_str().unwrap().to_owned()
    }

    #[test]
    fn a_cookie_is_secure_unless_the_browser_is_on_this_machine() {
        let near = ServerConfig::at("127.0.0.1:8080".parse().unwrap());
        assert_eq!(set(&near), "interdict=x; Path=/; HttpOnly; SameSite=Lax");
        let safe = "__Host-interdict=x; Path=/; HttpOnly; SameSite=Lax; Secure";
        let public = ServerConfig { public_url: Some("https://a.example".to_owned()), ..near };
        assert_eq!(set(&public), safe);
        assert_eq!(set(&ServerConfig::at("0.0.0.0:8080".parse().unwrap())), safe);
    }

    #[test]
    fn a_cookie_is_read_among_others_and_two_are_none() {
        let config = ServerConfig::at("127.0.0.1:8080".parse().unwrap());
        let read = |lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append("cookie", line.parse().unwrap());
            }
            Cookie::Session.of(&config, &headers)
        };
        assert_eq!(read(&["a=b; interdict=x;c=d"]).as_deref(), Some("x"));
        for lines in [
            &["interdict-login=x"][..],
            &["__Host-interdict=x"],
            &["interdict=x; interdict=y"],
            &["interdict=x", "interdict=y"],
            &[],
        ] {
            assert_eq!(read(lines), None, "{lines:?}");
        }
    }
}
