//! Passwords: argon2id with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane).
//!
//! Hashing and verifying take tens of milliseconds and 19 MiB: never on the writer's thread, and only a few at a time.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use subtle::ConstantTimeEq;

use crate::error::StoreError;
use crate::log::{Random, random_bytes};

/// The cost parameters of a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cost {
    /// In KiB.
    memory: u32,
    passes: u32,
    lanes: u32,
}

/// The recommendation of the OWASP Password Storage Cheat Sheet.
const COST: Cost = Cost { memory: 19 * 1024, passes: 2, lanes: 1 };
/// The highest cost that a stored hash may have: a manipulated database must not exhaust the server's memory.
const MOST: Cost = Cost { memory: 256 * 1024, passes: 16, lanes: 4 };
const SALT: usize = 16;
const HASH: usize = 32;
/// The shortest password, in characters, and the longest, in bytes.
const LENGTH: (usize, usize) = (12, 1_024);

/// A password that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a password has at least {} characters and at most {} bytes, and is more than blanks",
    LENGTH.0,
    LENGTH.1
)]
pub struct PasswordError;

/// The hash of a password, in the form of PHC strings: `$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// Redacted: a hash can be attacked by guessing passwords.
impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PasswordHash")
    }
}

impl PasswordHash {
    /// Whether a password is acceptable. Its length makes it strong; the only rule about its characters is that some
    /// are not blank, because blanks are what an empty field or variable often sends.
    ///
    /// # Errors
    /// When it is too short, too long, or blank.
    pub fn check(password: &str) -> Result<(), PasswordError> {
        let is_long_enough = password.chars().count() >= LENGTH.0;
        let is_blank = password.trim().is_empty();
        match is_long_enough && !is_blank && password.len() <= LENGTH.1 {
            true => Ok(()),
            false => Err(PasswordError),
        }
    }

    /// Hashes a password with a new salt. Slow.
    ///
    /// # Errors
    /// When it is too short or too long, or random numbers cannot be had.
    pub fn make(password: &str, random: Random) -> Result<Self, StoreError> {
        Self::check(password).map_err(|error| StoreError::Invalid(error.to_string()))?;
        let salt = random_bytes::<SALT>(random)?;
        let hash = derive(password, &salt, COST)
            .ok_or_else(|| StoreError::Invalid(PasswordError.to_string()))?;
        Ok(Self::encode(COST, &salt, &hash))
    }

    /// A hash that matches no password. Verifying against it takes as long as against a real one, so that the time does
    /// not reveal which names exist.
    pub(super) fn of_nobody() -> Self {
        Self::encode(COST, &[0; SALT], &[0; HASH])
    }

    pub(super) fn stored(text: String) -> Self {
        Self(text)
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    fn encode(cost: Cost, salt: &[u8], hash: &[u8]) -> Self {
        let (salt, hash) = (BASE64.encode(salt), BASE64.encode(hash));
        let Cost { memory, passes, lanes } = cost;
        Self(format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${hash}"))
    }

    fn decode(&self) -> Option<Decoded> {
        let parts: Vec<&str> = self.0.split('$').collect();
        let ["", "argon2id", "v=19", cost, salt, hash] = parts.as_slice() else { return None };
        let numbers: Vec<&str> = cost.split(',').collect();
        let [memory, passes, lanes] = numbers.as_slice() else { return None };
        let number = |text: &str, name: &str, most: u32| {
            text.strip_prefix(name)?.parse().ok().filter(|number| *number <= most)
        };
        let cost = Cost {
            memory: number(memory, "m=", MOST.memory)?,
            passes: number(passes, "t=", MOST.passes)?,
            lanes: number(lanes, "p=", MOST.lanes)?,
        };
        Some(Decoded { cost, salt: BASE64.decode(salt).ok()?, hash: BASE64.decode(hash).ok()? })
    }

    /// Whether it is the hash of a password. Slow in either case.
    pub(super) fn is_of(&self, password: &str) -> bool {
        let Some(Decoded { cost, salt, hash }) = self.decode() else { return false };
        let derived = derive(password, &salt, cost);
        derived.is_some_and(|derived| derived.as_slice().ct_eq(&hash).into())
    }
}

/// The fields of a hash's text.
struct Decoded {
    cost: Cost,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

fn derive(password: &str, salt: &[u8], cost: Cost) -> Option<[u8; HASH]> {
    let params = Params::new(cost.memory, cost.passes, cost.lanes, Some(HASH)).ok()?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut hash = [0; HASH];
    argon2.hash_password_into(password.as_bytes(), salt, &mut hash).ok()?;
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(bytes: &mut [u8]) -> bool {
        getrandom::fill(bytes).is_ok()
    }

    #[test]
    fn a_password_is_known_by_its_hash_and_no_other_is() {
        let hash = PasswordHash::make("correct horse battery", random).unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        assert!(hash.is_of("correct horse battery"));
        assert!(!hash.is_of("correct horse battery "));
        assert!(!hash.is_of(""));
        let again = PasswordHash::make("correct horse battery", random).unwrap();
        assert_ne!(hash, again, "each has a salt of its own");
        assert_eq!(format!("{hash:?}"), "PasswordHash");
        assert!(!PasswordHash::of_nobody().is_of(""));
    }

    #[test]
    fn a_hash_of_elsewhere_is_read() {
        // From the reference implementation: argon2 "password" with the salt "somesalt", -id -t 2 -m 16 -p 1.
        let text = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(PasswordHash::stored(text.to_owned()).is_of("password"));
        for (from, to) in
            [("argon2id", "argon2i"), ("m=65536", "m=999999"), ("v=19", "v=16"), ("$c29", "$!29")]
        {
            let other = PasswordHash::stored(text.replacen(from, to, 1));
            assert!(!other.is_of("password"), "{to}");
        }
    }

    #[test]
    fn passwords_are_long_and_not_endless() {
        assert_eq!(PasswordHash::check("elevenchars"), Err(PasswordError));
        assert_eq!(PasswordHash::check("twelve chars"), Ok(()));
        for blank in
            ["            ", "\t\t\t\t\t\t\t\t\t\t\t\t", "\u{2003}\u{2003}\u{2003}\u{a0}        "]
        {
            assert_eq!(PasswordHash::check(blank), Err(PasswordError), "{blank:?}");
        }
        assert_eq!(PasswordHash::check("          a "), Ok(()));
        assert_eq!(PasswordHash::check(&"x".repeat(1_025)), Err(PasswordError));
        assert!(PasswordHash::make("short", random).is_err());
    }
}
