//! The two orders in which a wallet's units may be matched with its payments, and where the table of
//! links of each order lies.

use std::path::{Path, PathBuf};

use crate::method::Method;

/// Which units of a wallet are spent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkOrder {
    /// Units received first are spent first.
    OldestFirst,
    /// Units received last are spent first.
    NewestFirst,
}

impl LinkOrder {
    /// Both orders.
    pub const ALL: [Self; 2] = [Self::OldestFirst, Self::NewestFirst];

    /// The order in which a method matches payments; `None` for methods that do not match.
    pub fn of(method: Method) -> Option<Self> {
        match method {
            Method::Fifo => Some(Self::OldestFirst),
            Method::Lifo => Some(Self::NewestFirst),
            _ => None,
        }
    }

    /// The method that matches payments in this order.
    pub fn method(self) -> Method {
        match self {
            Self::OldestFirst => Method::Fifo,
            Self::NewestFirst => Method::Lifo,
        }
    }

    /// The path of the table of a ledger's file.
    pub fn path_beside(self, ledger: &Path) -> PathBuf {
        ledger.with_extension(match self {
            Self::OldestFirst => "fifo-links",
            Self::NewestFirst => "lifo-links",
        })
    }
}
