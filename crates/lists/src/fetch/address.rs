//! Where a file is fetched from.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Longest address.
const MAX_BYTES: usize = 2048;

/// An address of a file, `https` or `http`.
///
/// What follows the `?` may hold a token, so it is never shown: `Display` leaves it out, and
/// [`Address::whole`] is for the request only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    text: String,
    host_start: usize,
}

/// Why a text is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It does not begin with a known scheme.
    #[error("an address begins with https:// or http://")]
    Scheme,
    /// It names no host, or one with a user name in it.
    #[error("the address names no host, or has a user name or password in it")]
    Host,
    /// It has characters that no address has, or is too long.
    #[error("the address has spaces or control characters, or is longer than {MAX_BYTES} bytes")]
    Text,
}

impl Address {
    /// The address as it is requested, with what follows the `?`.
    pub fn whole(&self) -> &str {
        &self.text
    }

    /// Whether the connection is encrypted and the server is authenticated.
    pub fn is_secure(&self) -> bool {
        self.text.starts_with("https://")
    }

    /// Whether it leads to this very machine.
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    /// The name of the file, from the last part of the path.
    pub fn file_name(&self) -> &str {
        let path = self.shown().get(self.host_start..).unwrap_or_default();
        path.rsplit_once('/').map_or("", |(_, name)| name)
    }

    fn host(&self) -> &str {
        let rest = self.text.get(self.host_start..).unwrap_or_default();
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        }
    }

    fn shown(&self) -> &str {
        self.text.split(['?', '#']).next().unwrap_or_default()
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        if !plain || text.len() > MAX_BYTES {
            return Err(AddressError::Text);
        }
        let (scheme, rest) = text.split_once("://").ok_or(AddressError::Scheme)?;
        let scheme = scheme.to_ascii_lowercase();
        if scheme != "https" && scheme != "http" {
            return Err(AddressError::Scheme);
        }
        let address = Self { text: format!("{scheme}://{rest}"), host_start: scheme.len() + 3 };
        let host = address.host();
        if host.is_empty() || host.contains(['@', '\\']) {
            return Err(AddressError::Host);
        }
        Ok(address)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.shown())?;
        if self.text.len() > self.shown().len() { formatter.write_str("?...") } else { Ok(()) }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Address({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_hides_its_token_and_names_its_file() {
        let address: Address = "HTTPS://example.org/a/list.xml?token=secret".parse().unwrap();
        assert_eq!(address.to_string(), "https://example.org/a/list.xml?...");
        assert!(!format!("{address:?}").contains("secret"));
        assert_eq!(address.whole(), "https://example.org/a/list.xml?token=secret");
        assert_eq!(address.file_name(), "list.xml");
        assert!(address.is_secure() && !address.is_loopback());
        assert_eq!("https://example.org".parse::<Address>().unwrap().file_name(), "");
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for here in ["http://127.0.0.1:80/x", "http://localhost/", "http://[::1]:8080/x"] {
            assert!(here.parse::<Address>().unwrap().is_loopback(), "{here}");
        }
        for elsewhere in
            ["http://127.example.org/", "http://localhost.example.org/", "http://10.0.0.1"]
        {
            assert!(!elsewhere.parse::<Address>().unwrap().is_loopback(), "{elsewhere}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for (text, error) in [
            ("file:///etc/passwd", AddressError::Scheme),
            ("example.org/x", AddressError::Scheme),
            ("https://", AddressError::Host),
            ("https:///x", AddressError::Host),
            ("http://localhost@example.org/x", AddressError::Host),
            ("https://example.org/a b", AddressError::Text),
        ] {
            assert_eq!(text.parse::<Address>().unwrap_err(), error, "{text}");
        }
    }
}
