//! Names of datasets and entities.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The reason why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} cannot be {what}: {reason}")]
pub struct IdError {
    text: String,
    what: &'static str,
    reason: &'static str,
}

/// The id of an entity, such as `ofac-43377`: 1 to 255 printable characters without spaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EntityId(String);

/// The name of a dataset, such as `us_ofac_sdn`: lower-case letters, digits and underscores.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DatasetName(String);

fn check_entity_id(text: &str) -> Result<(), &'static str> {
    match text {
        "" => Err("it is empty"),
        _ if text.len() > 255 => Err("it is longer than 255 bytes"),
        _ if text.chars().any(|letter| letter.is_whitespace() || letter.is_control()) => {
            Err("it contains a space or a control character")
        }
        _ => Ok(()),
    }
}

fn check_dataset_name(text: &str) -> Result<(), &'static str> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    match text {
        "" => Err("it is empty"),
        _ if text.len() > 64 => Err("it is longer than 64 bytes"),
        _ if !text.bytes().all(allowed) => {
            Err("only lower-case letters, digits and underscores are allowed")
        }
        _ => Ok(()),
    }
}

macro_rules! text_id {
    ($name:ident, $what:literal, $check:ident) => {
        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::try_from(text.to_owned())
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                match $check(&text) {
                    Ok(()) => Ok(Self(text)),
                    Err(reason) => {
                        let text = text.chars().take(60).collect();
                        Err(IdError { text, what: $what, reason })
                    }
                }
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

text_id!(EntityId, "an entity id", check_entity_id);
text_id!(DatasetName, "a dataset name", check_dataset_name);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_with_spaces_or_control_characters_are_refused() {
        assert!("ofac-43377".parse::<EntityId>().is_ok());
        assert!("".parse::<EntityId>().is_err());
        assert!("a b".parse::<EntityId>().is_err());
        assert!("a\u{0}b".parse::<EntityId>().is_err());
    }

    #[test]
    fn dataset_names_are_plain() {
        assert!("us_ofac_sdn".parse::<DatasetName>().is_ok());
        assert!("US-OFAC".parse::<DatasetName>().is_err());
        assert!("../etc".parse::<DatasetName>().is_err());
    }
}
