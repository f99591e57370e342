//! Checks before a request is routed: it must be unambiguous to every server on its way, and addressed to this server.

use std::net::{IpAddr, SocketAddr};

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, Version, header};
use axum::response::Response;
use serde_json::json;

use crate::config::ServerConfig;
use crate::connection::Ambiguity;
use crate::error::json_response;
use crate::requester::Peer;

/// The answer to a request that is ambiguous or addressed to another host.
pub(crate) fn refuse(config: &ServerConfig, request: &Request) -> Option<Response> {
    let (status, text) = fault(config, request)?;
    let mut response = json_response(status, &json!({ "detail": text }));
    // The connection is closed, since the following bytes may belong to the same request.
    let close = axum::http::HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    Some(response)
}

fn fault(config: &ServerConfig, request: &Request) -> Option<(StatusCode, &'static str)> {
    let bad = |text| Some((StatusCode::BAD_REQUEST, text));
    let headers = request.headers();
    let ambiguity = request.extensions().get::<Ambiguity>();
    let has_both = headers.contains_key(header::CONTENT_LENGTH)
        && headers.contains_key(header::TRANSFER_ENCODING);
    if has_both || ambiguity.is_some_and(Ambiguity::is_found) {
        return bad("Content-Length and Transfer-Encoding exclude each other");
    }
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next();
    if hosts.next().is_some() {
        return bad("there is more than one Host");
    }
    // Only unit tests send requests without a connection.
    request.extensions().get::<Peer>()?;
    if host.is_none() && request.version() == Version::HTTP_11 {
        return bad("there is no Host");
    }
    if !config.listen.ip().is_loopback() {
        return None;
    }
    // The authority of the request line takes precedence over the `Host` header.
    let named = request.uri().authority().map(|authority| authority.as_str());
    let named = named.or_else(|| host.and_then(|host| host.to_str().ok()));
    if named.is_some_and(|host| !is_own(config, host)) {
        return Some((StatusCode::MISDIRECTED_REQUEST, "this server does not have that name"));
    }
    None
}

/// Whether a host name is one of this server's. A page of another host can resolve its name to 127.0.0.1 and reach this
/// server through the browser (DNS rebinding); the browser still sends the name of that host.
fn is_own(config: &ServerConfig, host: &str) -> bool {
    let name = name_of(host);
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_loopback = address.is_ok_and(|address| address.to_canonical().is_loopback());
    let public = config.public_url.as_deref().and_then(|url| {
        let (_, rest) = url.split_once("://")?;
        rest.split(['/', '?']).next()
    });
    let mut known = config.hosts.iter().map(String::as_str).chain(public);
    is_loopback
        || name.eq_ignore_ascii_case("localhost")
        || known.any(|known| name_of(known).eq_ignore_ascii_case(name))
}

/// A host without its port.
fn name_of(host: &str) -> &str {
    let end_of_name = host.rfind(']').map_or(0, |end| end + 1);
    let port = host.get(end_of_name..).and_then(|rest| rest.rfind(':'));
    port.and_then(|port| host.get(..end_of_name + port)).unwrap_or(host)
}

/// The address of the caller. A trusted proxy names it in `x-forwarded-for`; the header is ignored from anybody else.
pub(crate) fn client_address(
    config: &ServerConfig,
    headers: &HeaderMap,
    peer: SocketAddr,
) -> IpAddr {
    let mut address = peer.ip().to_canonical();
    let values = headers.get_all("x-forwarded-for").iter();
    let texts: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
    // The last address was added by the nearest proxy.
    let mut hops = texts.iter().rev().flat_map(|text| text.rsplit(','));
    while config.trusted_proxies.contains(&address) {
        let Some(hop) = hops.next().and_then(|hop| hop.trim().parse::<IpAddr>().ok()) else {
            break;
        };
        address = hop.to_canonical();
    }
    address
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn config() -> ServerConfig {
        ServerConfig {
            public_url: Some("https://screening.example.org:8443/x".to_owned()),
            hosts: vec!["inner.example.org".to_owned()],
            trusted_proxies: vec!["127.0.0.1".parse().unwrap(), "192.0.2.1".parse().unwrap()],
            ..ServerConfig::at("127.0.0.1:8080".parse().unwrap())
        }
    }

    #[test]
    fn a_name_is_one_of_the_servers_or_it_is_refused() {
        for host in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:1",
            "[::1]:8080",
            "[::1]",
            "screening.example.org",
            "inner.example.org:8080",
        ] {
            assert!(is_own(&config(), host), "{host}");
        }
        for host in
            ["", "evil.example.org", "localhost.evil.org", "192.0.2.1", "127.0.0.1.evil.org", ":80"]
        {
            assert!(!is_own(&config(), host), "{host}");
        }
    }

    #[test]
    fn the_request_line_counts_before_the_header() {
        let peer: SocketAddr = "127.0.0.1:5".parse().unwrap();
        let ask = |uri: &str, host: &str| {
            let mut request = Request::get(uri).header("host", host).body(Body::empty()).unwrap();
            request.extensions_mut().insert(Peer(peer));
            fault(&config(), &request).map(|(status, _)| status.as_u16())
        };
        assert_eq!(ask("/catalog", "localhost"), None);
        assert_eq!(ask("/catalog", "evil.org"), Some(421));
        assert_eq!(ask("http://evil.org/catalog", "localhost"), Some(421));
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let address = |peer: &str, forwarded: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", forwarded.parse().unwrap());
            client_address(&config(), &headers, peer.parse().unwrap()).to_string()
        };
        assert_eq!(address("198.51.100.7:1", "203.0.113.9"), "198.51.100.7");
        assert_eq!(address("127.0.0.1:1", "203.0.113.9"), "203.0.113.9");
        assert_eq!(address("127.0.0.1:1", "10.0.0.1, 203.0.113.9, 192.0.2.1"), "203.0.113.9");
        assert_eq!(address("127.0.0.1:1", "unknown"), "127.0.0.1");
    }
}
