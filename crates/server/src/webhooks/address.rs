//! The addresses to which messages may be sent: never in a network that the server can reach and its callers cannot,
//! unless it was allowed (server-side request forgery, SSRF).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use axum::http::Uri;

/// The longest URL, in bytes.
const LONGEST: usize = 2_000;

/// A network, such as `10.1.0.0/16`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// A text that is not a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a network is written as 10.1.0.0/16 or fd00::/8, without bits behind its prefix")]
pub struct NetworkError;

impl Network {
    fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                prefix(own.to_bits().into(), self.bits, 32)
                    == prefix(other.to_bits().into(), self.bits, 32)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                prefix(own.to_bits(), self.bits, 128) == prefix(other.to_bits(), self.bits, 128)
            }
            _ => false,
        }
    }
}

/// The first `bits` bits of an address of `of` bits.
fn prefix(address: u128, bits: u8, of: u8) -> u128 {
    address.checked_shr(u32::from(of.saturating_sub(bits))).unwrap_or(0)
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, bits) = text.trim().split_once('/').ok_or(NetworkError)?;
        let address: IpAddr = address.parse().map_err(|_| NetworkError)?;
        let bits: u8 = bits.parse().map_err(|_| NetworkError)?;
        let (number, of) = match address {
            IpAddr::V4(address) => (address.to_bits().into(), 32),
            IpAddr::V6(address) => (address.to_bits(), 128),
        };
        let rest = of - bits.min(of);
        let back = prefix(number, bits, of).checked_shl(u32::from(rest)).unwrap_or(0);
        if bits > of || back != number {
            return Err(NetworkError);
        }
        Ok(Self { address, bits })
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}", self.address, self.bits)
    }
}

/// What is allowed beyond the public network.
#[derive(Debug, Clone, Default)]
pub struct WebhookRules {
    /// Networks of the operator.
    pub networks: Vec<Network>,
    /// Whether plain HTTP to this machine is allowed.
    pub loopback_http: bool,
    /// A file of CA certificates, in PEM, for receivers, in addition to the public ones.
    pub certificates: Option<std::path::PathBuf>,
}

impl WebhookRules {
    /// Whether messages may be sent to an address.
    pub(crate) fn allow(&self, address: IpAddr, is_tls: bool) -> bool {
        // An IPv6 address that embeds an IPv4 address is never public, whichever address it embeds.
        let is_listed = self.networks.iter().any(|network| network.contains(address));
        if !is_tls {
            return self.loopback_http && address.is_loopback();
        }
        is_listed || is_public(address)
    }
}

/// Whether an address is public: not loopback, private, link-local, documentation, benchmarking, multicast or
/// translation.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// The special-purpose registry of IANA (RFC 6890), and reserved ranges.
fn is_public_v4(address: Ipv4Addr) -> bool {
    const RESERVED: [([u8; 4], u8); 16] = [
        ([0, 0, 0, 0], 8),
        ([10, 0, 0, 0], 8),
        ([100, 64, 0, 0], 10),
        ([127, 0, 0, 0], 8),
        ([169, 254, 0, 0], 16),
        ([172, 16, 0, 0], 12),
        ([192, 0, 0, 0], 24),
        ([192, 0, 2, 0], 24),
        ([192, 31, 196, 0], 24),
        ([192, 52, 193, 0], 24),
        ([192, 88, 99, 0], 24),
        ([192, 168, 0, 0], 16),
        ([198, 18, 0, 0], 15),
        ([198, 51, 100, 0], 24),
        ([203, 0, 113, 0], 24),
        ([224, 0, 0, 0], 3),
    ];
    !RESERVED.iter().any(|(network, bits)| {
        Network { address: Ipv4Addr::from(*network).into(), bits: *bits }.contains(address.into())
    })
}

/// Only 2000::/3 is assigned to the public network: everything else is refused, including mapped and translated
/// addresses.
fn is_public_v6(address: Ipv6Addr) -> bool {
    const PUBLIC: (u16, u8) = (0x2000, 3);
    // Teredo and other protocols, documentation, 6to4, documentation again.
    const RESERVED: [([u16; 2], u8); 4] =
        [([0x2001, 0], 23), ([0x2001, 0xdb8], 32), ([0x2002, 0], 16), ([0x3fff, 0], 20)];
    let network = |first: u16, second: u16, bits| Network {
        address: Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0).into(),
        bits,
    };
    network(PUBLIC.0, 0, PUBLIC.1).contains(address.into())
        && !RESERVED
            .iter()
            .any(|([first, second], bits)| network(*first, *second, *bits).contains(address.into()))
}

/// A URL that was checked as far as its text allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Host and port as in the `Host` header.
    pub(crate) authority: String,
    pub(crate) path: String,
    pub(crate) is_tls: bool,
}

impl Target {
    /// Parses a URL.
    ///
    /// # Errors
    /// In words, when messages can never be sent there.
    pub(crate) fn parse(url: &str, rules: &WebhookRules) -> Result<Self, String> {
        let wrong = |text: &str| Err(format!("url: {text}"));
        if url.len() > LONGEST || url.contains('#') {
            return wrong("at most 2000 bytes, without a fragment");
        }
        let Ok(uri) = url.parse::<Uri>() else { return wrong("no web address") };
        let is_tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") if rules.loopback_http => false,
            _ => return wrong("begins with https://"),
        };
        let Some(authority) = uri.authority().filter(|one| !one.as_str().contains('@')) else {
            return wrong("a host, and no name or password");
        };
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = match authority.port_u16() {
            Some(port) => port,
            // An invalid port must not fall back to the default.
            None if authority.as_str() != authority.host() => return wrong("no such port"),
            None if is_tls => 443,
            None => 80,
        };
        let is_refused = |address: &IpAddr| !rules.allow(*address, is_tls);
        if host.is_empty() || port == 0 || known_address(&host).ok().filter(is_refused).is_some() {
            return wrong("no host that messages may be sent to");
        }
        if known_address(&host) == Err(Unwritten::Short) {
            return wrong("an IPv4 address has four decimal numbers, such as 192.0.2.1");
        }
        // `uri.path()` is never empty, but `path_and_query` is only the query in `https://host?query`. A request line
        // needs a path that begins with a slash (RFC 9112, section 3.2.1).
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        let path = format!("{}{query}", uri.path());
        Ok(Self { host, port, authority: authority.as_str().to_owned(), path, is_tls })
    }

    /// Resolves the host once. The connection uses this address: a second look-up could yield another one (DNS
    /// rebinding).
    ///
    /// # Errors
    /// With a code, when there is none, or a message may not be sent to one of them.
    pub(crate) async fn resolve(&self, rules: &WebhookRules) -> Result<SocketAddr, &'static str> {
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await;
        let found: Vec<SocketAddr> = found.map_err(|_| "unknown_host")?.collect();
        choose(&found, rules, self.is_tls)
    }
}

/// Why a host is not an address as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unwritten {
    /// It is a name, which has to be resolved.
    Name,
    /// It is an IPv4 address in a legacy form that some resolvers accept: `127.1` and `0x7f.1` are 127.0.0.1.
    Short,
}

/// The address that a host stands for without DNS.
fn known_address(host: &str) -> Result<IpAddr, Unwritten> {
    if let Ok(address) = host.parse() {
        return Ok(address);
    }
    let name = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    // No top-level domain is numeric (RFC 3696), so that every program that accepts such a host reads it as an address.
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_hex = last
        .strip_prefix("0x")
        .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let is_number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
    match is_number || is_hex {
        true => Err(Unwritten::Short),
        false => Err(Unwritten::Name),
    }
}

/// The address to connect to. All addresses are refused if one of them is.
fn choose(
    found: &[SocketAddr],
    rules: &WebhookRules,
    is_tls: bool,
) -> Result<SocketAddr, &'static str> {
    match found.first() {
        None => Err("unknown_host"),
        Some(first) if found.iter().all(|one| rules.allow(one.ip(), is_tls)) => Ok(*first),
        Some(_) => Err("refused_address"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_addresses_of_the_public_network_are_sent_to() {
        let rules = WebhookRules::default();
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:8.8.8.8",
            "::8.8.8.8",
            "64:ff9b::a00:1",
            "64:ff9b::808:808",
            "64:ff9b:1::1",
            "100::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:1ff::1",
            "2001:db8::1",
            "2002:a00:1::1",
            "3fff::1",
            "5f00::1",
        ] {
            assert!(!rules.allow(ip(address), true), "{address}");
        }
        for address in [
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.255.255",
            "198.20.0.1",
            "223.255.255.255",
            "2001:200::1",
            "2606:4700::1111",
            "2a00:1450::1",
        ] {
            assert!(rules.allow(ip(address), true), "{address}");
            assert!(!rules.allow(ip(address), false), "{address} in the clear");
        }
    }

    #[test]
    fn networks_of_the_operator_are_allowed_over_tls_and_loopback_without_if_that_is_set() {
        let networks = vec!["10.1.0.0/16".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let rules = WebhookRules { networks, ..WebhookRules::default() };
        assert!(rules.allow(ip("10.1.255.1"), true) && rules.allow(ip("fd12::1"), true));
        assert!(!rules.allow(ip("10.2.0.1"), true) && !rules.allow(ip("fc00::1"), true));
        assert!(!rules.allow(ip("10.1.255.1"), false));
        let rules = WebhookRules { loopback_http: true, ..WebhookRules::default() };
        assert!(rules.allow(ip("127.0.0.1"), false) && rules.allow(ip("::1"), false));
        assert!(!rules.allow(ip("127.0.0.1"), true) && !rules.allow(ip("10.0.0.1"), false));
    }

    #[test]
    fn networks_are_read_strictly() {
        for text in ["10.0.0.0/8", "0.0.0.0/0", "::/0", "10.1.2.3/32", "fd00::/8"] {
            assert_eq!(text.parse::<Network>().unwrap().to_string(), text);
        }
        for text in ["10.0.0.1/8", "10.0.0.0", "10.0.0.0/33", "fd00::/129", "x/8", "fd00::1/8", ""]
        {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
        assert!("0.0.0.0/0".parse::<Network>().unwrap().contains(ip("8.8.8.8")));
    }

    #[test]
    fn addresses_are_read_strictly() {
        let rules = WebhookRules::default();
        let target = Target::parse("https://hooks.bank.example:8443/in?x=1", &rules).unwrap();
        assert_eq!((target.host.as_str(), target.port), ("hooks.bank.example", 8443));
        assert_eq!(
            (target.authority.as_str(), target.path.as_str()),
            ("hooks.bank.example:8443", "/in?x=1")
        );
        for url in
            ["https://1.example/", "https://a.0x7f.example/", "https://8.8.8.8/", "https://0xyz/"]
        {
            assert!(Target::parse(url, &rules).is_ok(), "{url}");
        }
        for (url, path) in [
            ("https://a.example", "/"),
            ("https://a.example/", "/"),
            ("https://a.example?x=1", "/?x=1"),
            ("https://a.example/?x=1", "/?x=1"),
            ("https://a.example?", "/?"),
        ] {
            assert_eq!(Target::parse(url, &rules).unwrap().path, path, "{url}");
        }
        let six = Target::parse("https://[2606:4700::1111]/", &rules).unwrap();
        assert_eq!((six.host.as_str(), six.port), ("2606:4700::1111", 443));
        for url in [
            "http://hooks.bank.example/",
            "ftp://a/",
            "https://",
            "a",
            "/a",
            "https://u:p@a.example/",
            "https://a.example/#x",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://169.254.169.254/latest",
            "https://a.example:0/",
            "https://[::ffff:10.0.0.1]/",
            "https://a.example:99999/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.0.0.1/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://127.0.0.1./",
            "https://10.1:8443/in",
            "https://8.8.8/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:8.8.8.8]/",
            "https://[::ffff:a00:1]/",
            "https://[::127.0.0.1]/",
            "https://[fe80::1]/",
        ] {
            assert!(Target::parse(url, &rules).is_err(), "{url}");
        }
        assert!(
            Target::parse(&format!("https://a.example/{}", "x".repeat(2_000)), &rules).is_err()
        );
    }

    #[test]
    fn a_name_that_leads_to_one_refused_address_leads_nowhere() {
        let rules = WebhookRules::default();
        let found = |all: &[&str]| -> Vec<SocketAddr> {
            all.iter().map(|one| one.parse().unwrap()).collect()
        };
        assert_eq!(
            choose(&found(&["8.8.8.8:443"]), &rules, true),
            Ok("8.8.8.8:443".parse().unwrap())
        );
        for all in [&["8.8.8.8:443", "10.0.0.1:443"][..], &["127.0.0.1:443"]] {
            assert_eq!(choose(&found(all), &rules, true), Err("refused_address"));
        }
        assert_eq!(choose(&[], &rules, true), Err("unknown_host"));
    }
}
