//! Why a segment could not be built.

use crate::integers;

/// Why a segment could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Writing failed.
    #[error("cannot write the segment")]
    Io(#[from] std::io::Error),
    /// Serialising failed.
    #[error("cannot serialise an entity")]
    Json(#[from] serde_json::Error),
    /// More items than the segment format can number.
    #[error("a segment cannot hold so many {0}")]
    TooLarge(&'static str),
}

/// A count in the form in which a segment stores it, if it is below the limit of the format.
pub(crate) fn within_limit(
    number: usize,
    limit: u32,
    things: &'static str,
) -> Result<u32, BuildError> {
    if number < integers::index(limit) {
        Ok(integers::count(number))
    } else {
        Err(BuildError::TooLarge(things))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_from_the_limit_on_are_refused() {
        assert_eq!(within_limit(7, 8, "names").unwrap(), 7);
        let refused = within_limit(8, 8, "names").unwrap_err();
        assert_eq!(refused.to_string(), "a segment cannot hold so many names");
    }
}
