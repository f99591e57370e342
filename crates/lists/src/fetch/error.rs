//! Why a file could not be fetched.

use std::io;
use std::path::PathBuf;

use super::Address;

/// A file that could not be fetched. The version in use stays in use.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The proxy's address cannot be used. It may hold a password, so it is not repeated here.
    #[error("the proxy's address cannot be used")]
    Proxy,
    /// The file of certificates cannot be used.
    #[error("{path} holds no certificates that can be used: {detail}")]
    Certificates {
        /// The file.
        path: PathBuf,
        /// Why.
        detail: String,
    },
    /// The connection would not be encrypted.
    #[error("{address} leads over a connection without encryption ({step})")]
    Insecure {
        /// The requested address.
        address: Address,
        /// The address that is not encrypted.
        step: Address,
    },
    /// The server did not send the file.
    #[error("{address}: the server answered with status {status}")]
    Status {
        /// The address.
        address: Address,
        /// The HTTP status.
        status: u16,
    },
    /// The file is larger than allowed.
    #[error("{address} is larger than the limit of {limit} bytes")]
    TooLarge {
        /// The address.
        address: Address,
        /// The limit.
        limit: u64,
    },
    /// Too many redirects.
    #[error("{address} redirects more than {limit} times")]
    Redirects {
        /// The address.
        address: Address,
        /// The limit.
        limit: u32,
    },
    /// No answer in time.
    #[error("{address}: no answer in time ({phase})")]
    Timeout {
        /// The address.
        address: Address,
        /// Waiting for what.
        phase: String,
    },
    /// The connection failed or was cut.
    #[error("{address}: {detail}")]
    Network {
        /// The address.
        address: Address,
        /// What happened.
        detail: String,
        /// Whether another attempt may succeed.
        passing: bool,
    },
    /// The file cannot be written here.
    #[error("cannot write what {address} sent")]
    Write {
        /// The address.
        address: Address,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl FetchError {
    /// Whether the fault may be temporary, so that another attempt is worthwhile.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500 | 502..=504),
            Self::Timeout { .. } => true,
            Self::Network { passing, .. } => *passing,
            _ => false,
        }
    }
}
