//! People: accounts, sign-in and sessions.
//!
//! A person has a password here, or is authenticated externally (by an OpenID provider or a proxy) and identified by
//! issuer and subject. The rights of a session are looked up with each request, so that a change of roles and the end
//! of an account take effect at once on every server.

mod external;
mod password;
mod person;
mod session;
mod sign_in;

pub use external::ExternalPerson;
pub use password::{PasswordError, PasswordHash};
pub(crate) use person::credential_hash;
pub use person::{Person, PersonNameError, PersonRequest, parse_person_name};
pub use session::{NewSession, OpenSession, SessionToken, SignedIn};
pub use sign_in::{SignIn, SignInAttempt, SignInStep};
