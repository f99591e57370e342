//! Why a text is no wallet address.

/// The longest text that is parsed, in bytes: Zcash unified addresses are the longest in use.
pub(super) const LONGEST_ADDRESS: usize = 512;

/// Why a text is no wallet address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WalletError {
    /// Nothing was given.
    #[error("the address is empty")]
    Empty,
    /// Longer than any address format.
    #[error("the address is longer than {LONGEST_ADDRESS} characters")]
    TooLong,
    /// No supported format has this shape.
    #[error("the text has the shape of no known address format")]
    Unrecognised,
    /// The shape is right and the checksum is wrong, most likely because of a typing error.
    #[error("the {format} checksum does not hold; a character is likely wrong or missing")]
    Checksum {
        /// The format whose checksum failed.
        format: &'static str,
    },
    /// Letter case mixed in a format that forbids it.
    #[error("{format} addresses are all lower or all upper case, not mixed")]
    MixedCase {
        /// The format.
        format: &'static str,
    },
    /// An EVM address in mixed case that is not EIP-55's.
    #[error(
        "the mixed letter case does not satisfy EIP-55; write it all in lower case if the case was not meant"
    )]
    Eip55,
    /// The checksum holds and the version byte or prefix is not of a known main network.
    #[error("the checksum holds, and the version or prefix is not that of a known main network")]
    UnknownVersion,
    /// The payload does not have the length that the format requires.
    #[error("the address does not have the length of its format")]
    Length,
}
