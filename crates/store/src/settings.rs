//! Settings of a tenant for its cases: the four-eyes rule, and the reasons of decisions.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::cases::{Disposition, FourEyes};
use crate::database::{Sql, Value};
use crate::error::StoreError;
use crate::event::{EventDraft, Origin, Tenant};
use crate::store::Store;
use crate::writer::Change;

const FOUR_EYES: &str = "four_eyes";
const CASE_REASONS: &str = "case_reasons";
/// Maximum number of reasons of a tenant, and maximum length of a code and of a text, in bytes.
const MOST_REASONS: usize = 100;
const LONGEST: (usize, usize) = (40, 200);

/// A reason of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseReason {
    /// The code.
    pub code: String,
    /// Its meaning.
    pub text: String,
    /// The decisions that may have this reason.
    pub dispositions: Vec<Disposition>,
}

/// The settings of a tenant for its cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TenantSettings {
    /// Whether another person has to approve a decision.
    pub four_eyes: FourEyes,
    /// The reasons of decisions.
    pub case_reasons: Vec<CaseReason>,
}

/// A setting with a new value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// Whether another person has to approve a decision.
    FourEyes(FourEyes),
    /// The reasons of decisions.
    CaseReasons(Vec<CaseReason>),
}

impl Setting {
    /// Parses a value.
    ///
    /// # Errors
    /// When there is no such setting, or the value is invalid.
    pub fn parse(name: &str, value: serde_json::Value) -> Result<Self, StoreError> {
        let setting = match name {
            FOUR_EYES => serde_json::from_value(value).map(Self::FourEyes),
            CASE_REASONS => serde_json::from_value(value).map(Self::CaseReasons),
            _ => return Err(StoreError::NotFound("setting")),
        };
        let setting = setting.map_err(|error| StoreError::Invalid(format!("{name}: {error}")))?;
        match &setting {
            Self::CaseReasons(reasons) if !are_usable(reasons) => {
                let text = "case_reasons: 1 to 100 different codes of a-z, 0-9 and _, with texts and dispositions";
                Err(StoreError::Invalid(text.to_owned()))
            }
            _ => Ok(setting),
        }
    }
}

fn are_usable(reasons: &[CaseReason]) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let is_usable = |reason: &CaseReason| {
        (1..=LONGEST.0).contains(&reason.code.len())
            && reason.code.bytes().all(is_plain)
            && (1..=LONGEST.1).contains(&reason.text.len())
            && !reason.dispositions.is_empty()
    };
    let mut codes: Vec<&str> = reasons.iter().map(|reason| &*reason.code).collect();
    codes.sort_unstable();
    codes.dedup();
    (1..=MOST_REASONS).contains(&reasons.len())
        && codes.len() == reasons.len()
        && reasons.iter().all(is_usable)
}

impl Default for TenantSettings {
    fn default() -> Self {
        Self { four_eyes: FourEyes::On, case_reasons: default_reasons() }
    }
}

/// The default reasons.
fn default_reasons() -> Vec<CaseReason> {
    use Disposition::{FalsePositive, Inconclusive, TrueMatch};
    let reason = |code: &str, text: &str, dispositions: &[Disposition]| CaseReason {
        code: code.to_owned(),
        text: text.to_owned(),
        dispositions: dispositions.to_vec(),
    };
    vec![
        reason("name_only", "Nothing but the name agrees.", &[FalsePositive]),
        reason("different_birth_date", "Born on another day.", &[FalsePositive]),
        reason("different_country", "Of another country.", &[FalsePositive]),
        reason("different_gender", "Of another gender.", &[FalsePositive]),
        reason("deceased", "The listed person has died.", &[FalsePositive, Inconclusive]),
        reason("delisted", "The entity is no longer listed.", &[FalsePositive, Inconclusive]),
        reason("true_match", "The customer is the listed entity.", &[TrueMatch]),
        reason("inconclusive", "It cannot be told.", &[Inconclusive]),
        reason(
            "other",
            "Another reason, which the text gives.",
            &[FalsePositive, TrueMatch, Inconclusive],
        ),
    ]
}

impl TenantSettings {
    /// Whether a decision may have a reason.
    pub(crate) fn check_reason(
        &self,
        code: &str,
        disposition: Disposition,
    ) -> Result<(), StoreError> {
        let stands_for =
            |reason: &CaseReason| reason.code == code && reason.dispositions.contains(&disposition);
        if self.case_reasons.iter().any(stands_for) {
            return Ok(());
        }
        let codes: Vec<&str> = self.case_reasons.iter().map(|reason| &*reason.code).collect();
        let text = format!("reason: none for this disposition; there are {}", codes.join(", "));
        Err(StoreError::Invalid(text))
    }
}

/// The settings of a tenant.
pub(crate) fn settings_of(
    sql: &mut dyn Sql,
    tenant: &Tenant,
) -> Result<TenantSettings, StoreError> {
    let select = "SELECT name, value FROM settings WHERE tenant = ?1";
    let mut settings = TenantSettings::default();
    for row in sql.query(select, &[Value::Text(tenant.as_str())])? {
        let damaged = || StoreError::Damaged("a setting".to_owned());
        let value = serde_json::from_str(&row.text(1)?).map_err(|_| damaged())?;
        match Setting::parse(&row.text(0)?, value).map_err(|_| damaged())? {
            Setting::FourEyes(eyes) => settings.four_eyes = eyes,
            Setting::CaseReasons(reasons) => settings.case_reasons = reasons,
        }
    }
    Ok(settings)
}

impl Store {
    /// The settings of a tenant.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn settings(&self, tenant: &Tenant) -> Result<TenantSettings, StoreError> {
        self.read(|sql| settings_of(sql, tenant))
    }
}

impl Change<'_> {
    /// Changes a setting. Its event has the old and the new value.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn change_setting(
        &mut self,
        tenant: &Tenant,
        setting: Setting,
        origin: Origin,
        now: Timestamp,
    ) -> Result<TenantSettings, StoreError> {
        let before = settings_of(self.sql()?, tenant)?;
        let (name, old, new) = match &setting {
            Setting::FourEyes(eyes) => (FOUR_EYES, json!(before.four_eyes), json!(eyes)),
            Setting::CaseReasons(new) => (CASE_REASONS, json!(before.case_reasons), json!(new)),
        };
        let text = new.to_string();
        self.sql()?.execute(
            "INSERT INTO settings (tenant, name, value) VALUES (?1, ?2, ?3) \
             ON CONFLICT (tenant, name) DO UPDATE SET value = excluded.value",
            &[Value::Text(tenant.as_str()), Value::Text(name), Value::Text(&text)],
        )?;
        let detail = json!({ "setting": name, "old": old, "new": new });
        self.record(EventDraft::new("setting.changed", tenant, origin, now, detail))?;
        settings_of(self.sql()?, tenant)
    }
}
