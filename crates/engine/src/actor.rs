//! The person or program on whose behalf a use case runs.

use std::fmt;

/// Who carries out a use case: a kind and a name. Every [`Session`](crate::Session) has one, so that every action can
/// be attributed, and no face can omit the actor.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Actor {
    kind: ActorKind,
    name: String,
}

/// How an actor was identified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActorKind {
    /// A user of this machine. The operating system let them run the program; the name is that of the program or of the
    /// account.
    Local,
    /// A person who was authenticated.
    User,
    /// A program that was authenticated, by a key for example.
    Service,
}

/// The text cannot be the name of an actor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} cannot name an actor: {reason}")]
pub struct ActorError {
    text: String,
    reason: &'static str,
}

/// Longest name, in bytes: the maximum length of a mail address.
const MAX_BYTES: usize = 254;

impl Actor {
    /// Somebody at this machine.
    ///
    /// # Errors
    /// When the name is empty, longer than 254 bytes, or has a space at an end or a control character
    /// in it. Names are written into logs, where a line break would make one entry look like two.
    pub fn local(name: &str) -> Result<Self, ActorError> {
        Self::new(ActorKind::Local, name)
    }

    /// The server itself, for scheduled work and for requests that need no authentication.
    pub fn server() -> Self {
        Self { kind: ActorKind::Local, name: "server".to_owned() }
    }

    /// A client of the Model Context Protocol on this machine.
    pub fn mcp() -> Self {
        Self { kind: ActorKind::Local, name: "mcp".to_owned() }
    }

    /// A person who was authenticated.
    ///
    /// # Errors
    /// As [`Actor::local`].
    pub fn user(name: &str) -> Result<Self, ActorError> {
        Self::new(ActorKind::User, name)
    }

    /// A program that was authenticated.
    ///
    /// # Errors
    /// As [`Actor::local`].
    pub fn service(name: &str) -> Result<Self, ActorError> {
        Self::new(ActorKind::Service, name)
    }

    fn new(kind: ActorKind, name: &str) -> Result<Self, ActorError> {
        let reason = match name {
            "" => "it is empty",
            _ if name.len() > MAX_BYTES => "it is longer than 254 bytes",
            _ if name.trim() != name => "it begins or ends with a space",
            _ if name.chars().any(char::is_control) => "it contains a control character",
            _ => return Ok(Self { kind, name: name.to_owned() }),
        };
        Err(ActorError { text: name.chars().take(60).collect(), reason })
    }

    /// How the actor was identified.
    pub fn kind(&self) -> ActorKind {
        self.kind
    }

    /// The actor's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for ActorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Local => "local",
            Self::User => "user",
            Self::Service => "service",
        })
    }
}

/// `user:jane@example.org`
impl fmt::Display for Actor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.kind, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_has_a_kind_and_a_name() {
        let actor = Actor::user("jane@example.org").unwrap();
        assert_eq!((actor.kind(), actor.name()), (ActorKind::User, "jane@example.org"));
        assert_eq!(actor.to_string(), "user:jane@example.org");
        assert_eq!(Actor::local("cli").unwrap().to_string(), "local:cli");
        assert_eq!(Actor::service("onboarding").unwrap().to_string(), "service:onboarding");
    }

    #[test]
    fn names_that_a_log_could_not_hold_are_refused() {
        assert!(Actor::local(&"x".repeat(254)).is_ok());
        let long = "x".repeat(255);
        for name in ["", " jane", "jane ", "jane\nroot", "jane\u{1b}[2J", &long] {
            assert!(Actor::local(name).is_err(), "{name:?}");
        }
    }
}
