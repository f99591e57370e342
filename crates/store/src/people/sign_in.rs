//! Signing in with a password, and throttling of password guessing.
//!
//! Each pair of name and network has its own delay, which doubles with each failure from the fifth on, up to a quarter
//! of an hour. Many failures from many networks block networks from which the person never signed in, and no others, so
//! that strangers cannot lock out a person who signs in from their usual network. An attempt is counted as failed
//! before its password is verified, so that concurrent attempts do not evade the delay.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::password::PasswordHash;
use super::person::{COLUMNS, Person};
use super::session::{NewSession, SignedIn};
use crate::database::{Row, Value};
use crate::error::StoreError;
use crate::event::{EventDraft, Origin, Tenant};
use crate::writer::Change;

/// Failures from one network without a delay: people mistype.
const FREE: i64 = 4;
/// The longest delay, in seconds.
const LONGEST_DELAY: i64 = 900;
/// Failures of one name from all networks within an hour, after which only known networks are admitted.
const MOST_FAILURES: i64 = 50;
/// How long failures count, and how long names and networks without a success are kept.
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// How long a network is known after a success.
const KNOWN: SignedDuration = SignedDuration::from_hours(24 * 90);
/// The longest name that is looked up, in bytes.
const LONGEST_NAME: usize = 64;

/// The data of a sign-in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The tenant.
    pub tenant: Tenant,
    /// The claimed name.
    pub name: String,
    /// The network of the address.
    pub network: String,
    /// The moment.
    pub now: Timestamp,
}

/// The next step of an attempt.
#[derive(Debug, Clone)]
pub enum SignInStep {
    /// The password has to be verified.
    Check(Box<SignInAttempt>),
    /// Too soon: try again after this number of seconds.
    Later(u64),
}

/// An attempt whose password has to be verified.
#[derive(Debug, Clone)]
pub struct SignInAttempt {
    sign_in: SignIn,
    person: Option<Person>,
    hash: PasswordHash,
}

impl SignInAttempt {
    /// Whether a password is correct. Takes as long for an unknown name as for a known one, so that the time does not
    /// reveal which names exist.
    pub fn is_right(&self, password: &str) -> bool {
        self.hash.is_of(password) && self.person.is_some()
    }
}

impl Change<'_> {
    /// Starts an attempt, unless it is delayed because of earlier failures.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn begin_sign_in(&mut self, sign_in: SignIn) -> Result<SignInStep, StoreError> {
        // Longer names cannot exist, and must not fill the table.
        let name: String = sign_in.name.chars().take(LONGEST_NAME).collect();
        let sign_in = SignIn { name, ..sign_in };
        self.forget_old_attempts(sign_in.now)?;
        if let Some(seconds) = self.delay(&sign_in)? {
            return Ok(SignInStep::Later(seconds));
        }
        self.sql()?.execute(
            "INSERT INTO sign_ins (tenant, name, network, failures, failed_at) VALUES (?1, ?2, ?3, 1, ?4) \
             ON CONFLICT (tenant, name, network) DO UPDATE SET failures = sign_ins.failures + 1, failed_at = ?4",
            &[
                Value::Text(sign_in.tenant.as_str()),
                Value::Text(&sign_in.name),
                Value::Text(&sign_in.network),
                Value::Integer(sign_in.now.as_microsecond()),
            ],
        )?;
        let select = format!("SELECT {COLUMNS} FROM people p WHERE p.tenant = ?1 AND p.name = ?2");
        let whose = [Value::Text(sign_in.tenant.as_str()), Value::Text(&sign_in.name)];
        let row = self.sql()?.query_one(&select, &whose)?;
        let hash = row.as_ref().map_or(Ok(None), |row| row.optional(9, Row::text))?;
        let person = row.as_ref().map(Person::read).transpose()?;
        let hash = hash.map_or_else(PasswordHash::of_nobody, PasswordHash::stored);
        Ok(SignInStep::Check(Box::new(SignInAttempt { sign_in, person, hash })))
    }

    /// Ends an attempt whose password was verified: starts a session, or records the refusal. `None` for a refusal,
    /// whatever its reason.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn finish_sign_in(
        &mut self,
        attempt: &SignInAttempt,
        is_right: bool,
        new: NewSession,
        origin: Origin,
    ) -> Result<Option<SignedIn>, StoreError> {
        let cause = match &attempt.person {
            None => "unknown",
            Some(_) if !is_right => "password",
            Some(person) => match self.still_valid(person, &attempt.hash)? {
                Some(person) => {
                    self.note_success(&attempt.sign_in)?;
                    let token = self.begin_session(&person, new, origin)?;
                    return Ok(Some(SignedIn { person, token }));
                }
                None => "disabled",
            },
        };
        // An unknown name may be a password in the wrong field: it is not recorded.
        let known = attempt.person.as_ref();
        let detail = json!({
            "cause": cause, "person": known.map(|person| &person.id),
            "name": known.map(|person| &person.name),
        });
        let (tenant, now) = (&attempt.sign_in.tenant, attempt.sign_in.now);
        self.record(EventDraft::new("login.refused", tenant, origin, now, detail))?;
        Ok(None)
    }

    /// Changes the password of a person who entered the current one: all their sessions end, and a new one starts.
    /// `None` for a refusal.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn change_own_password(
        &mut self,
        attempt: &SignInAttempt,
        is_right: bool,
        password: &PasswordHash,
        new: NewSession,
        origin: Origin,
    ) -> Result<Option<SignedIn>, StoreError> {
        let valid = match attempt.person.as_ref().filter(|_| is_right) {
            Some(person) => self.still_valid(person, &attempt.hash)?,
            None => None,
        };
        let Some(person) = valid else {
            return self.finish_sign_in(attempt, false, new, origin);
        };
        self.note_success(&attempt.sign_in)?;
        self.set_password(&person.tenant, &person.id, password, origin.clone(), new.now)?;
        let token = self.begin_session(&person, new, origin)?;
        Ok(Some(SignedIn { person, token }))
    }

    /// The person, if neither the account nor its password ended while the password was verified.
    fn still_valid(
        &mut self,
        person: &Person,
        hash: &PasswordHash,
    ) -> Result<Option<Person>, StoreError> {
        let select = format!("SELECT {COLUMNS} FROM people p WHERE p.id = ?1");
        let Some(row) = self.sql()?.query_one(&select, &[Value::Text(&person.id)])? else {
            return Ok(None);
        };
        let person = Person::read(&row)?;
        let is_same = row.optional(9, Row::text)?.as_deref() == Some(hash.as_str());
        Ok((is_same && person.disabled_at.is_none()).then_some(person))
    }

    /// The remaining delay of an attempt in seconds; `None` if there is none.
    fn delay(&mut self, sign_in: &SignIn) -> Result<Option<u64>, StoreError> {
        let select = "SELECT network, failures, failed_at, good_at FROM sign_ins WHERE tenant = ?1 AND name = ?2";
        let whose = [Value::Text(sign_in.tenant.as_str()), Value::Text(&sign_in.name)];
        let (mut own, mut others, mut is_known) = (None, 0, false);
        for row in self.sql()?.query(select, &whose)? {
            let (failures, failed_at) = (row.integer(1)?, row.moment(2)?);
            let since = sign_in.now.duration_since(failed_at);
            if row.text(0)? == sign_in.network {
                own = Some((failures, since));
                let good = row.optional(3, Row::moment)?;
                is_known = good.is_some_and(|good| sign_in.now.duration_since(good) < KNOWN);
            } else if since < HOUR {
                others += failures;
            }
        }
        let own_delay = own.and_then(|(failures, since)| seconds_left(failures, since));
        let is_under_attack = others >= MOST_FAILURES && !is_known;
        let stranger = is_under_attack.then_some(LONGEST_DELAY.unsigned_abs());
        Ok(own_delay.max(stranger))
    }

    fn note_success(&mut self, sign_in: &SignIn) -> Result<(), StoreError> {
        self.sql()?.execute(
            "UPDATE sign_ins SET failures = 0, good_at = ?4 WHERE tenant = ?1 AND name = ?2 AND network = ?3",
            &[
                Value::Text(sign_in.tenant.as_str()),
                Value::Text(&sign_in.name),
                Value::Text(&sign_in.network),
                Value::Integer(sign_in.now.as_microsecond()),
            ],
        )?;
        Ok(())
    }

    fn forget_old_attempts(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let before = |span| now.checked_sub(span).unwrap_or(Timestamp::MIN).as_microsecond();
        self.sql()?.execute(
            "DELETE FROM sign_ins WHERE failed_at < ?1 AND (good_at IS NULL OR good_at < ?2)",
            &[Value::Integer(before(DAY)), Value::Integer(before(KNOWN))],
        )?;
        Ok(())
    }
}

/// Seconds until the same network may try again, by its number of failures and the time `since` the last one.
fn seconds_left(failures: i64, since: SignedDuration) -> Option<u64> {
    let doublings = u32::try_from(failures - FREE - 1).ok()?;
    let delay = 1_i64.checked_shl(doublings.min(20)).unwrap_or(LONGEST_DELAY).min(LONGEST_DELAY);
    let left = SignedDuration::from_secs(delay).saturating_sub(since);
    if left <= SignedDuration::ZERO {
        return None;
    }
    u64::try_from(left.as_secs()).ok().map(|seconds| seconds + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_from_the_fifth_failure_on_and_end_at_a_quarter_of_an_hour() {
        let after = |failures| seconds_left(failures, SignedDuration::ZERO).unwrap_or(0);
        let delays: Vec<u64> =
            [0, 4, 5, 6, 8, 14, 15, 60, i64::MAX].into_iter().map(after).collect();
        assert_eq!(delays, [0, 0, 2, 3, 9, 513, 901, 901, 0]);
        assert_eq!(seconds_left(8, SignedDuration::from_secs(8)), None);
        assert_eq!(seconds_left(8, SignedDuration::from_secs(7)), Some(2));
    }
}
