//! Accounts of people.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::password::PasswordHash;
use crate::database::{Row, Sql, Value};
use crate::error::StoreError;
use crate::event::{EventDraft, Origin, Tenant};
use crate::hex::hex;
use crate::keys::digits;
use crate::log::LogKeys;
use crate::roles::{Right, Role};
use crate::store::Store;
use crate::writer::Change;

/// The longest name, and the longest display name, in bytes.
const LONGEST: (usize, usize) = (64, 200);

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Person {
    /// The id.
    pub id: String,
    /// The tenant.
    pub tenant: Tenant,
    /// The name for signing in, which events contain as `user:NAME`.
    pub name: String,
    /// The display name.
    pub display_name: String,
    /// The roles: a right of any of them is a right of the person.
    pub roles: Vec<Role>,
    /// The external issuer; `None` for a person with a password.
    pub issuer: Option<String>,
    /// When the account was created.
    pub made_at: Timestamp,
    /// When it was disabled.
    pub disabled_at: Option<Timestamp>,
    /// When they signed in last.
    pub signed_in_at: Option<Timestamp>,
}

/// A person to create.
#[derive(Debug, Clone)]
pub struct PersonRequest {
    /// The tenant.
    pub tenant: Tenant,
    /// The name for signing in.
    pub name: String,
    /// The display name.
    pub display_name: String,
    /// The roles.
    pub roles: Vec<Role>,
    /// The password.
    pub password: PasswordHash,
}

/// A text that is not a valid name of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a person's name has 1 to {} of a-z, 0-9 and . _ @ + -, and begins with a letter or digit", LONGEST.0)]
pub struct PersonNameError;

/// Checks a name. Names of externally authenticated people contain a slash, so that they never collide; capitals are
/// refused, so that two names never differ in case only.
///
/// # Errors
/// When it has other characters, or too many.
pub fn parse_person_name(name: &str) -> Result<String, PersonNameError> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let is_name = (1..=LONGEST.0).contains(&name.len())
        && name.bytes().all(|byte| is_plain(byte) || b"._@+-".contains(&byte))
        && name.bytes().next().is_some_and(is_plain);
    if is_name { Ok(name.to_owned()) } else { Err(PersonNameError) }
}

pub(super) const COLUMNS: &str = "p.id, p.tenant, p.name, p.display_name, p.roles, p.issuer, p.made_at, \
     p.disabled_at, p.signed_in_at, p.password";

impl Person {
    /// Reads the columns from 0 to 8.
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let damaged = || StoreError::Damaged("the tenant or the roles of a person".to_owned());
        let roles = row.text(4)?;
        let roles = roles.split(',').filter(|role| !role.is_empty()).map(str::parse);
        Ok(Self {
            id: row.text(0)?,
            tenant: Tenant::parse(&row.text(1)?).map_err(|_| damaged())?,
            name: row.text(2)?,
            display_name: row.text(3)?,
            roles: roles.collect::<Result<_, _>>().map_err(|_| damaged())?,
            issuer: row.optional(5, Row::text)?,
            made_at: row.moment(6)?,
            disabled_at: row.optional(7, Row::moment)?,
            signed_in_at: row.optional(8, Row::moment)?,
        })
    }

    /// The actor in events.
    pub fn actor(&self) -> String {
        format!("user:{}", self.name)
    }

    /// Whether any of the roles has a right.
    pub fn may(&self, right: Right) -> bool {
        self.roles.iter().any(|role| role.may(right))
    }
}

/// The keyed hash of what authenticates a person: issuer, subject and hash of the password. Events have it, so that none of
/// the three is replaced unnoticed; it tells nothing without the secrets of the store.
pub(crate) fn credential_hash(keys: &LogKeys, proven: [Option<&str>; 3]) -> String {
    hex(&keys.keyed_hash(&[b"credential\n", json!(proven).to_string().as_bytes()]))
}

/// Roles in their order, without duplicates.
pub(super) fn ordered(mut roles: Vec<Role>) -> Vec<Role> {
    roles.sort_unstable();
    roles.dedup();
    roles
}

pub(super) fn to_text(roles: &[Role]) -> String {
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(",")
}

/// A person of a tenant, by id.
pub(super) fn find(sql: &mut dyn Sql, tenant: &Tenant, id: &str) -> Result<Person, StoreError> {
    let select = format!("SELECT {COLUMNS} FROM people p WHERE p.tenant = ?1 AND p.id = ?2");
    let row = sql.query_one(&select, &[Value::Text(tenant.as_str()), Value::Text(id)])?;
    Person::read(&row.ok_or(StoreError::NotFound("person"))?)
}

impl Store {
    /// The people of a tenant, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn people(&self, tenant: &Tenant) -> Result<Vec<Person>, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM people p WHERE p.tenant = ?1 ORDER BY p.name");
        let rows = self.read(|sql| sql.query(&select, &[Value::Text(tenant.as_str())]))?;
        rows.iter().map(Person::read).collect()
    }

    /// A person by name.
    ///
    /// # Errors
    /// When there is no such person of the tenant, or the store cannot be read.
    pub fn person_named(&self, tenant: &Tenant, name: &str) -> Result<Person, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM people p WHERE p.tenant = ?1 AND p.name = ?2");
        let values = [Value::Text(tenant.as_str()), Value::Text(name)];
        let row = self.read(|sql| sql.query_one(&select, &values))?;
        Person::read(&row.ok_or(StoreError::NotFound("person"))?)
    }

    /// Whether there is any key or person, of any tenant. As long as there is none, requests cannot be authenticated.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn has_callers(&self) -> Result<bool, StoreError> {
        let select = "SELECT id FROM people LIMIT 1";
        Ok(self.has_keys()? || self.read(|sql| sql.query_one(select, &[]))?.is_some())
    }
}

impl Change<'_> {
    /// Creates an account.
    ///
    /// # Errors
    /// When the name is taken or invalid, there is no role, or the store cannot be written.
    pub fn make_person(
        &mut self,
        request: PersonRequest,
        origin: Origin,
        now: Timestamp,
    ) -> Result<Person, StoreError> {
        let invalid = |error: PersonNameError| StoreError::Invalid(format!("name: {error}"));
        let person = Person {
            id: digits(&self.random::<10>()?),
            name: parse_person_name(&request.name).map_err(invalid)?,
            tenant: request.tenant,
            display_name: request.display_name,
            roles: request.roles,
            issuer: None,
            made_at: now,
            disabled_at: None,
            signed_in_at: None,
        };
        self.write_person(person, None, Some(&request.password), origin)
    }

    /// Writes a new person with the event that records it.
    pub(super) fn write_person(
        &mut self,
        person: Person,
        subject: Option<&str>,
        password: Option<&PasswordHash>,
        origin: Origin,
    ) -> Result<Person, StoreError> {
        let person = Person { roles: checked_roles(person.roles)?, ..person };
        check_display_name(&person.display_name)?;
        let roles = to_text(&person.roles);
        self.sql()?.execute(
            "INSERT INTO people (id, tenant, name, display_name, roles, issuer, subject, password, made_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            &[
                Value::Text(&person.id),
                Value::Text(person.tenant.as_str()),
                Value::Text(&person.name),
                Value::Text(&person.display_name),
                Value::Text(&roles),
                Value::from(person.issuer.as_deref()),
                Value::from(subject),
                Value::from(password.map(PasswordHash::as_str)),
                Value::Integer(person.made_at.as_microsecond()),
            ],
        )?;
        let proven = [person.issuer.as_deref(), subject, password.map(PasswordHash::as_str)];
        let credential = credential_hash(self.keys(), proven);
        let detail = json!({
            "person": person.id, "name": person.name, "roles": person.roles, "issuer": person.issuer,
            "credential": credential,
        });
        self.record(EventDraft::new("user.made", &person.tenant, origin, person.made_at, detail))?;
        Ok(person)
    }

    /// Changes the roles of a person. Open sessions have them at once.
    ///
    /// # Errors
    /// When there is no such person of the tenant, there is no role, or an actor would change their own rights.
    pub fn change_roles(
        &mut self,
        tenant: &Tenant,
        id: &str,
        roles: Vec<Role>,
        origin: Origin,
        now: Timestamp,
    ) -> Result<Person, StoreError> {
        let person = find(self.sql()?, tenant, id)?;
        if origin.actor == person.actor() {
            let text = "nobody changes their own roles: another admin has to";
            return Err(StoreError::Refused(text.to_owned()));
        }
        self.set_roles(person, checked_roles(roles)?, origin, now)
    }

    /// Writes roles, and records the previous ones. Nothing is recorded if they are the same.
    pub(super) fn set_roles(
        &mut self,
        person: Person,
        roles: Vec<Role>,
        origin: Origin,
        now: Timestamp,
    ) -> Result<Person, StoreError> {
        let roles = ordered(roles);
        if person.roles == roles {
            return Ok(person);
        }
        let text = to_text(&roles);
        self.sql()?.execute(
            "UPDATE people SET roles = ?2 WHERE id = ?1",
            &[Value::Text(&person.id), Value::Text(&text)],
        )?;
        let detail = json!({
            "person": person.id, "name": person.name, "old": person.roles, "new": roles,
        });
        self.record(EventDraft::new("user.roles-changed", &person.tenant, origin, now, detail))?;
        Ok(Person { roles, ..person })
    }

    /// Disables an account and ends its sessions, or enables it again.
    ///
    /// # Errors
    /// When there is no such person of the tenant, or it is in that state already.
    pub fn set_disabled(
        &mut self,
        tenant: &Tenant,
        id: &str,
        is_disabled: bool,
        origin: Origin,
        now: Timestamp,
    ) -> Result<Person, StoreError> {
        let person = find(self.sql()?, tenant, id)?;
        if person.disabled_at.is_some() == is_disabled {
            let state = if is_disabled { "disabled" } else { "enabled" };
            return Err(StoreError::Refused(format!("the account is {state} already")));
        }
        let disabled_at = is_disabled.then_some(now);
        self.sql()?.execute(
            "UPDATE people SET disabled_at = ?2 WHERE id = ?1",
            &[Value::Text(id), Value::from(disabled_at.map(Timestamp::as_microsecond))],
        )?;
        let ended = self.end_sessions_of(id)?;
        let kind = if is_disabled { "user.disabled" } else { "user.enabled" };
        let detail = json!({ "person": person.id, "name": person.name, "sessions_ended": ended });
        self.record(EventDraft::new(kind, tenant, origin, now, detail))?;
        Ok(Person { disabled_at, ..person })
    }

    /// Changes a person's password and ends their sessions.
    ///
    /// # Errors
    /// When there is no such person of the tenant, or they are authenticated externally.
    pub fn set_password(
        &mut self,
        tenant: &Tenant,
        id: &str,
        password: &PasswordHash,
        origin: Origin,
        now: Timestamp,
    ) -> Result<Person, StoreError> {
        let person = find(self.sql()?, tenant, id)?;
        if person.issuer.is_some() {
            let text = "this person signs in elsewhere and has no password here";
            return Err(StoreError::Refused(text.to_owned()));
        }
        self.sql()?.execute(
            "UPDATE people SET password = ?2 WHERE id = ?1",
            &[Value::Text(id), Value::Text(password.as_str())],
        )?;
        let ended = self.end_sessions_of(id)?;
        let credential = credential_hash(self.keys(), [None, None, Some(password.as_str())]);
        let detail = json!({
            "person": person.id, "name": person.name, "sessions_ended": ended, "credential": credential,
        });
        self.record(EventDraft::new("user.password-changed", tenant, origin, now, detail))?;
        Ok(person)
    }
}

fn checked_roles(roles: Vec<Role>) -> Result<Vec<Role>, StoreError> {
    let roles = ordered(roles);
    match roles.is_empty() {
        true => Err(StoreError::Invalid("roles: at least one".to_owned())),
        false => Ok(roles),
    }
}

fn check_display_name(name: &str) -> Result<(), StoreError> {
    let is_plain =
        !name.trim().is_empty() && name.len() <= LONGEST.1 && !name.chars().any(char::is_control);
    match is_plain {
        true => Ok(()),
        false => {
            let text = format!("display_name: 1 to {} bytes of plain text", LONGEST.1);
            Err(StoreError::Invalid(text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_never_those_of_people_of_elsewhere() {
        for name in ["jane", "jane.doe@bank.example", "j-2"] {
            assert_eq!(parse_person_name(name).as_deref(), Ok(name));
        }
        for name in ["", "Jane", "jane doe", "oidc/jane", ".jane", "jäne", &"x".repeat(65)] {
            assert_eq!(parse_person_name(name), Err(PersonNameError), "{name}");
        }
    }
}
