//! A node, as something that answers JSON-RPC calls.

use serde_json::Value;

/// Something that answers JSON-RPC calls: a node, or a script in a test.
pub trait Node {
    /// Calls one method.
    ///
    /// # Errors
    /// When the node cannot be reached, answers no JSON-RPC, or refuses.
    fn call(&mut self, method: &str, params: Value) -> Result<Value, NodeError>;
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NodeError {
    /// The node answered with an error.
    #[error("the node refused {method}: {message} ({code})")]
    Refused {
        /// The method.
        method: String,
        /// The node's code.
        code: i64,
        /// The node's words.
        message: String,
    },
    /// The node did not answer, or not in time.
    #[error("the node did not answer {method}: {reason}")]
    Unreachable {
        /// The method.
        method: String,
        /// What happened.
        reason: String,
    },
    /// The answer is not what the method promises.
    #[error("the node's answer to {method} cannot be used: {reason}")]
    Malformed {
        /// The method.
        method: String,
        /// What is wrong.
        reason: String,
    },
}

/// An answer that is not what the method promises.
pub(super) fn malformed(method: &str, reason: impl Into<String>) -> NodeError {
    NodeError::Malformed { method: method.to_owned(), reason: reason.into() }
}
