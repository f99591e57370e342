//! URLs of webhooks, which must never lead into a network that only the server can reach (SSRF).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use interdict_server::WebhookRules;
use interdict_server::fuzzing::{WebhookTarget, webhook_target};
use url::{Host, Url};

/// Parses the text as the URL of a webhook, with and without plain HTTP to this machine. An accepted URL has the same
/// host for a WHATWG parser, and that host is no private address in any notation.
pub fn address(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for loopback_http in [false, true] {
        let rules = WebhookRules { loopback_http, ..WebhookRules::default() };
        if let Some(target) = webhook_target(text, &rules) {
            check(text, &target, loopback_http);
        }
    }
}

fn check(text: &str, target: &WebhookTarget, loopback_http: bool) {
    let WebhookTarget { host, port, authority, path, is_tls } = target;
    assert!(*is_tls || loopback_http, "plain HTTP that was not allowed");
    assert!(*port != 0 && !host.is_empty() && path.starts_with('/'), "{path:?}");
    // The parts of the request head must not break its lines.
    let is_plain = |part: &str| !part.bytes().any(|byte| byte.is_ascii_control() || byte == b' ');
    assert!(is_plain(authority) && is_plain(path) && !authority.contains(['@', '/', '\\']));
    let may_lead_to = |address| match is_tls {
        true => !is_internal(address),
        false => loopback(address),
    };
    if let Ok(address) = host.parse::<IpAddr>() {
        assert!(may_lead_to(address), "{host} was accepted");
    }
    // A host that the WHATWG parser refuses cannot be compared.
    let Ok(url) = Url::parse(text) else { return };
    assert_eq!(url.port_or_known_default(), Some(*port));
    match url.host() {
        Some(Host::Ipv4(address)) => assert!(may_lead_to(address.into()), "{address} was accepted"),
        Some(Host::Ipv6(address)) => assert!(may_lead_to(address.into()), "{address} was accepted"),
        Some(Host::Domain(name)) => {
            assert!(name.eq_ignore_ascii_case(host), "{host} is {name} to a WHATWG parser");
        }
        None => panic!("{host} is no host to a WHATWG parser"),
    }
}

/// The IPv4 address that is embedded in an IPv6 address.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let parts = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match parts {
        // Mapped, translated (SIIT), compatible, and NAT64 with the well-known prefix.
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0, 0, 0, 0, 0, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        // 6to4.
        | [0x2002, high, low, ..] => Some(v4(high, low)),
        _ => None,
    }
}

fn loopback(address: IpAddr) -> bool {
    address.is_loopback()
}

fn is_internal(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_internal_v4(address),
        IpAddr::V6(address) => {
            address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.is_multicast()
                || embedded_v4(address).is_some_and(is_internal_v4)
        }
    }
}

fn is_internal_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_broadcast()
        || address.is_multicast()
        || address.is_documentation()
        || first == 0
        // Carrier-grade NAT (RFC 6598).
        || first == 100 && (64..128).contains(&second)
}
