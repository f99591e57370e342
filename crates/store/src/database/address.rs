//! The address of a store.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// A SQLite file, or a PostgreSQL database.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreAddress {
    /// A file on a disk of this machine.
    Sqlite(PathBuf),
    /// `postgresql://user:password@host/database`
    Postgres(String),
}

/// A text that is not an address of a store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the address of a store: expected sqlite:PATH or postgresql://USER@HOST/DATABASE")]
pub struct StoreAddressError;

impl FromStr for StoreAddress {
    type Err = StoreAddressError;

    fn from_str(text: &str) -> Result<Self, StoreAddressError> {
        let is_postgres =
            ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
        if is_postgres {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite:").ok_or(StoreAddressError)?;
        // Both forms are common: sqlite:a.db and sqlite:///var/a.db
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.starts_with(':') {
            return Err(StoreAddressError);
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }
}

/// Without the password: addresses are printed and logged.
impl fmt::Display for StoreAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(formatter, "sqlite:{}", path.display()),
            Self::Postgres(address) => {
                // Query parameters may contain a password, too.
                let address =
                    address.split_once('?').map_or(address.as_str(), |(before, _)| before);
                match address.split_once("//").zip(address.rsplit_once('@')) {
                    Some(((scheme, _), (_, host))) => write!(formatter, "{scheme}//{host}"),
                    None => formatter.write_str(address),
                }
            }
        }
    }
}

impl fmt::Debug for StoreAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_files_or_databases() {
        for (text, path) in [("sqlite:a.db", "a.db"), ("sqlite:///var/a.db", "/var/a.db")] {
            assert_eq!(text.parse(), Ok(StoreAddress::Sqlite(PathBuf::from(path))));
        }
        for text in ["", "a.db", "sqlite:", "sqlite::memory:", "mysql://a/b"] {
            assert_eq!(text.parse::<StoreAddress>(), Err(StoreAddressError), "{text}");
        }
    }

    #[test]
    fn a_password_is_not_printed() {
        for text in [
            "postgresql://jane:se@cret@db.example/interdict",
            "postgres://jane@db.example/interdict?password=secret",
        ] {
            let address: StoreAddress = text.parse().unwrap();
            for printed in [address.to_string(), format!("{address:?}")] {
                assert!(printed.contains("db.example/interdict"), "{printed}");
                assert!(!printed.contains("cret"), "{printed}");
            }
        }
    }
}
