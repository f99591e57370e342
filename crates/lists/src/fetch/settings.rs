//! How files are fetched, and the data kept about fetched files.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Limits and ways of fetching.
#[derive(Debug, Clone)]
pub struct FetchSettings {
    /// The user agent, such as `interdict/0.1.0`.
    pub user_agent: String,
    /// A proxy's address.
    pub proxy: Option<String>,
    /// A file of certificates (PEM) to trust instead of the built-in ones.
    pub ca_file: Option<PathBuf>,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest wait for the next bytes.
    pub read_timeout: Duration,
    /// Longest time for one file, all redirects and bytes included.
    pub total_timeout: Duration,
    /// Largest file, in bytes, after it was unpacked.
    pub max_bytes: u64,
    /// Most redirects to follow.
    pub max_redirects: u32,
    /// How often to try again after a temporary fault.
    pub retries: u32,
    /// How long to wait before the first new try. Each later wait is twice as long.
    pub retry_delay: Duration,
    /// Fetch from other machines without encryption, too.
    pub allow_plain_http: bool,
}

impl Default for FetchSettings {
    /// A publisher's site may take long to answer, and OFAC's largest file is about 120 MB, so the
    /// limits are wide. Their purpose is only that every fetch ends.
    fn default() -> Self {
        Self {
            user_agent: concat!("interdict/", env!("CARGO_PKG_VERSION")).to_owned(),
            proxy: None,
            ca_file: None,
            connect_timeout: Duration::from_secs(15),
            read_timeout: Duration::from_secs(60),
            total_timeout: Duration::from_secs(900),
            max_bytes: 1 << 30,
            max_redirects: 5,
            retries: 3,
            retry_delay: Duration::from_secs(2),
            allow_plain_http: false,
        }
    }
}

/// The headers that a server sent with a version of a file, used later to ask for a newer version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// The `ETag` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The `Last-Modified` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}
