//! Movements of value, in the form that readers give them to ledger builders.

use serde::{Deserialize, Serialize};

use crate::time::Time;

/// The kind of a movement of value. Kinds other than plain movements decide where value comes into being,
/// where it ends, and what counts as a hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum TransferKind {
    /// The value of a transaction itself, or a row that says no more.
    External = 0,
    /// A movement inside a transaction, seen in its trace.
    Internal = 1,
    /// A token's transfer event.
    Token = 2,
    /// Newly made tokens.
    Mint = 3,
    /// Destroyed tokens.
    Burn = 4,
    /// Tokens issued one to one for a coin paid in (WETH `Deposit`).
    Wrap = 5,
    /// Tokens destroyed one to one for a coin paid out (WETH `Withdrawal`).
    Unwrap = 6,
    /// The fee that the sender pays for inclusion in a block.
    Fee = 7,
    /// The payment to a block's maker.
    Reward = 8,
    /// A withdrawal from the beacon chain (EIP-4895).
    Withdrawal = 9,
    /// Balances with which a chain began, or which a fork moved.
    Genesis = 10,
    /// The balance of a contract that destroyed itself.
    SelfDestruct = 11,
    /// A UTXO transaction takes an output in. It joins two halves of one hop.
    UtxoInput = 12,
    /// A UTXO transaction makes an output.
    UtxoOutput = 13,
}

impl TransferKind {
    const ALL: [Self; 14] = [
        Self::External,
        Self::Internal,
        Self::Token,
        Self::Mint,
        Self::Burn,
        Self::Wrap,
        Self::Unwrap,
        Self::Fee,
        Self::Reward,
        Self::Withdrawal,
        Self::Genesis,
        Self::SelfDestruct,
        Self::UtxoInput,
        Self::UtxoOutput,
    ];

    pub(crate) fn from_byte(byte: u8) -> Self {
        Self::ALL.get(usize::from(byte)).copied().unwrap_or(Self::External)
    }

    /// Whether this kind of movement counts as a hop. Spending an output and paying a fee do not.
    pub fn is_hop(self) -> bool {
        !matches!(self, Self::UtxoInput)
    }
}

/// The position of a transfer in its chain's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Position {
    /// When its block was made.
    pub time: Time,
    /// Its block, 0 if the source does not state it.
    pub block: u32,
    /// Its transaction's place in the block.
    pub transaction: u32,
    /// Its own place in the transaction or block: trace position for coins, log index for tokens.
    pub event: u32,
}

/// One movement of one asset, as a reader hands it on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Its position in the order.
    pub position: Position,
    /// The transaction's hash as the source writes it; empty when the source has none.
    pub transaction: String,
    /// Who sent the transaction, where the source states it; empty otherwise. It distinguishes a trader
    /// from its pool.
    pub initiator: String,
    /// The sender. [`ISSUE`] when value comes into being.
    pub from: String,
    /// The receiver. [`BURNT`] or [`FEES`] when value ends there.
    pub to: String,
    /// The amount, in the smallest unit.
    pub units: u128,
    /// The kind of movement.
    pub kind: TransferKind,
}

/// The sender of what comes into being: minted tokens, block rewards, genesis balances.
pub const ISSUE: &str = "@issue";
/// The receiver of what is destroyed.
pub const BURNT: &str = "@burnt";
/// The receiver of fees whose later owner the source does not say.
pub const FEES: &str = "@fees";
/// The owner of UTXO transactions, which stand between wallets and belong to none.
pub(crate) const BETWEEN: &str = "@transaction";
/// The source of balances that the data does not explain.
pub const UNKNOWN: &str = "@unknown";

/// Whether an address is one of the names above and not a wallet.
pub fn is_pseudo(address: &str) -> bool {
    address.starts_with('@')
}
