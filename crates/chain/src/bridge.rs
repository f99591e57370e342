//! Bridges: a payment on one chain and the payment on another that belongs to it.
//!
//! Links are taken from a table and never guessed. Value that enters a bridge without a link ends there,
//! under the bridge's name.

use serde::{Deserialize, Serialize};

/// Two transactions that together are one movement between chains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BridgeLink {
    /// The chain on which value was paid in.
    pub source_chain: String,
    /// The transaction there.
    pub source_transaction: String,
    /// The chain on which value was paid out.
    pub destination_chain: String,
    /// The transaction there.
    pub destination_transaction: String,
    /// How the link is known: `event-id`, `memo` or `heuristic`.
    pub method: String,
    /// The confidence in the link, in percent.
    pub confidence: u8,
}

/// Why a table of links cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("bridge links, line {line}: {reason}")]
pub struct BridgeError {
    line: u64,
    reason: String,
}

/// Reads links from a CSV whose columns are named as the fields of [`BridgeLink`].
///
/// # Errors
/// When a column is missing, a row is broken, or a confidence is above 100.
pub fn read_bridge_csv(bytes: &[u8]) -> Result<Vec<BridgeLink>, BridgeError> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let mut links = Vec::new();
    for (at, row) in reader.deserialize::<BridgeLink>().enumerate() {
        let failed = |reason: String| BridgeError { line: at as u64 + 2, reason };
        let mut link = row.map_err(|why| failed(why.to_string()))?;
        if link.confidence > 100 {
            return Err(failed(format!("a confidence of {} percent", link.confidence)));
        }
        for text in [
            &mut link.source_chain,
            &mut link.source_transaction,
            &mut link.destination_chain,
            &mut link.destination_transaction,
        ] {
            *text = text.to_ascii_lowercase();
        }
        links.push(link);
    }
    Ok(links)
}
