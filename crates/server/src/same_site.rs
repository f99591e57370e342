//! Whether a browser's request with a cookie comes from a page of this server (protection against CSRF).
//!
//! Browsers send `Sec-Fetch-Site`, and older ones `Origin`; no page can change either. A program that sends neither
//! sends the token of its session, which no other site knows.

use axum::http::uri::Uri;
use axum::http::{HeaderMap, Method, header};

use crate::config::ServerConfig;

/// The origin of a request according to its headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    /// A page of this server.
    Same,
    /// Another site.
    Other,
    /// The headers do not tell.
    Unknown,
}

impl Site {
    pub(crate) fn of(config: &ServerConfig, headers: &HeaderMap, uri: &Uri) -> Self {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let origin = origins.next();
        let fetch_site = headers.get("sec-fetch-site");
        // A repeated header is not reliable: the first value need not be the browser's.
        if origins.next().is_some() || headers.get_all("sec-fetch-site").iter().count() > 1 {
            return Self::Other;
        }
        match (fetch_site, origin) {
            (Some(site), _) if site.as_bytes() != b"same-origin" => Self::Other,
            (_, Some(origin)) => {
                match origin.to_str().is_ok_and(|text| is_own(config, headers, uri, text)) {
                    true => Self::Same,
                    false => Self::Other,
                }
            }
            (Some(_), None) => Self::Same,
            (None, None) => Self::Unknown,
        }
    }
}

/// Whether an origin is the public URL of this server, or has the host to which the request was sent.
fn is_own(config: &ServerConfig, headers: &HeaderMap, uri: &Uri, origin: &str) -> bool {
    let Some((scheme, host)) = origin.split_once("://") else { return false };
    let public = config.public_url.as_deref().and_then(|url| url.split_once("://"));
    if let Some((public_scheme, rest)) = public {
        let public_host = rest.split(['/', '?']).next().unwrap_or_default();
        if scheme == public_scheme && host.eq_ignore_ascii_case(public_host) {
            return true;
        }
    }
    // A page that was loaded without TLS can have been changed on its way: it does not count as one of this server.
    let is_scheme = if config.tls.is_some() { scheme == "https" } else { true };
    let named = uri.authority().map(|authority| authority.as_str());
    let named = named.or_else(|| headers.get(header::HOST)?.to_str().ok());
    is_scheme && named.is_some_and(|named| named.eq_ignore_ascii_case(host))
}

/// Whether a method is safe: it changes nothing.
pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(headers: &[(&str, &str)]) -> Site {
        let config = ServerConfig {
            public_url: Some("https://screening.example.org/x".to_owned()),
            ..ServerConfig::at("127.0.0.1:8080".parse().unwrap())
        };
        let mut map = HeaderMap::new();
        map.insert("host", "127.0.0.1:8080".parse().unwrap());
        for (name, value) in headers {
            let name: axum::http::HeaderName = name.parse().unwrap();
            map.append(name, value.parse().unwrap());
        }
        Site::of(&config, &map, &"/api/v1/keys".parse().unwrap())
    }

    #[test]
    fn only_pages_of_this_server_are_of_the_same_site() {
        for headers in [
            &[("sec-fetch-site", "same-origin")][..],
            &[("origin", "http://127.0.0.1:8080")],
            &[("origin", "https://screening.example.org")],
            &[("sec-fetch-site", "same-origin"), ("origin", "https://screening.example.org")],
        ] {
            assert_eq!(site(headers), Site::Same, "{headers:?}");
        }
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("origin", "null")],
            &[("origin", "https://evil.example.org")],
            &[("origin", "http://screening.example.org")],
            &[("origin", "http://127.0.0.1:8081")],
            &[("origin", "https://screening.example.org.evil.org")],
            &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example.org")],
            &[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:8080")],
            &[("origin", "http://127.0.0.1:8080"), ("origin", "https://evil.example.org")],
        ] {
            assert_eq!(site(headers), Site::Other, "{headers:?}");
        }
        assert_eq!(site(&[]), Site::Unknown);
    }
}
