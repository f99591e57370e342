//! Externally authenticated people: by an OpenID provider, or by a proxy in front of the server.

use jiff::Timestamp;

use super::person::{COLUMNS, Person};
use super::session::{NewSession, SignedIn};
use crate::database::Value;
use crate::error::StoreError;
use crate::event::{Origin, Tenant};
use crate::keys::digits;
use crate::roles::Role;
use crate::store::Store;
use crate::writer::Change;

/// The longest subject, in bytes: OpenID Connect allows 255 ASCII characters.
const LONGEST_SUBJECT: usize = 255;

/// The identity that an external issuer asserts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalPerson {
    /// The tenant.
    pub tenant: Tenant,
    /// A short name of the issuer, the prefix of the person's name.
    pub label: String,
    /// The issuer.
    pub issuer: String,
    /// The permanent identifier at the issuer (`sub`). Not the mail address, which can be reassigned.
    pub subject: String,
    /// The display name.
    pub display_name: String,
    /// The current roles.
    pub roles: Vec<Role>,
}

impl ExternalPerson {
    /// The name of the actor in events. The slash distinguishes it from all names of people with a password.
    pub fn name(&self) -> String {
        format!("{}/{}", self.label, self.subject)
    }
}

impl Store {
    /// The person of an issuer's subject, if there is an account.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn person_of_subject(
        &self,
        tenant: &Tenant,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<Person>, StoreError> {
        let select = by_subject();
        let values = [Value::Text(tenant.as_str()), Value::Text(issuer), Value::Text(subject)];
        let row = self.read(|sql| sql.query_one(&select, &values))?;
        row.map(|row| Person::read(&row)).transpose()
    }
}

fn by_subject() -> String {
    format!(
        "SELECT {COLUMNS} FROM people p WHERE p.tenant = ?1 AND p.issuer = ?2 AND p.subject = ?3"
    )
}

impl Change<'_> {
    /// The account of an externally authenticated person: created at the first sign-in, with the roles that the issuer
    /// gives now. `None` if it is disabled.
    ///
    /// # Errors
    /// When the subject cannot be a name, there is no role, or the store cannot be written.
    pub fn admit(
        &mut self,
        external: &ExternalPerson,
        origin: Origin,
        now: Timestamp,
    ) -> Result<Option<Person>, StoreError> {
        let subject = external.subject.as_str();
        let is_plain = (1..=LONGEST_SUBJECT).contains(&subject.len())
            && external.name().len() <= 254
            && subject.trim() == subject
            && !subject.chars().any(char::is_control);
        if !is_plain {
            return Err(StoreError::Invalid("the subject cannot be a name".to_owned()));
        }
        let select = by_subject();
        let values = [
            Value::Text(external.tenant.as_str()),
            Value::Text(&external.issuer),
            Value::Text(subject),
        ];
        let known = self.sql()?.query_one(&select, &values)?;
        let Some(row) = known else {
            let person = Person {
                id: digits(&self.random::<10>()?),
                tenant: external.tenant.clone(),
                name: external.name(),
                display_name: external.display_name.clone(),
                roles: external.roles.clone(),
                issuer: Some(external.issuer.clone()),
                made_at: now,
                disabled_at: None,
                signed_in_at: None,
            };
            return self.write_person(person, Some(subject), None, origin).map(Some);
        };
        let person = Person::read(&row)?;
        if person.disabled_at.is_some() {
            return Ok(None);
        }
        if external.roles.is_empty() {
            return Err(StoreError::Invalid("roles: at least one".to_owned()));
        }
        let person = self.set_roles(person, external.roles.clone(), origin, now)?;
        self.sql()?.execute(
            "UPDATE people SET display_name = ?2 WHERE id = ?1",
            &[Value::Text(&person.id), Value::Text(&external.display_name)],
        )?;
        Ok(Some(Person { display_name: external.display_name.clone(), ..person }))
    }

    /// Starts a session of an externally authenticated person. `None` if the account is disabled.
    ///
    /// # Errors
    /// As [`Change::admit`].
    pub fn sign_in_external(
        &mut self,
        external: &ExternalPerson,
        new: NewSession,
        origin: Origin,
    ) -> Result<Option<SignedIn>, StoreError> {
        let Some(person) = self.admit(external, origin.clone(), new.now)? else { return Ok(None) };
        let token = self.begin_session(&person, new, origin)?;
        Ok(Some(SignedIn { person, token }))
    }
}
