//! Settings of a screening in our own interface.

use std::collections::BTreeMap;
use std::sync::Arc;

use interdict_engine::audit::{Caller, ScreeningRecord, Store};
use interdict_engine::screening::{Algorithm, Policy};
use interdict_engine::{
    AppliedPolicy, ListHealth, Lists, PartyAnswer, PartyQuery, PolicyConfig, Session,
};
use interdict_model::{DatePrefix, Gap, GenerationId, Schema, Score};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::party_result::PartyResult;
use crate::app::App;
use crate::error::ApiError;
use crate::record::ScreeningDraft;
use crate::requester::Requester;
use crate::scope::{DatasetScope, EVERYTHING};

/// The most candidates of a party.
const MOST_CANDIDATES: usize = 500;
/// Default number of candidates that are shown.
const CANDIDATES: usize = 5;
/// The longest reference of a customer, in bytes.
const LONGEST_REFERENCE: usize = 200;

/// Settings of a screening.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// The lists; all of them by default.
    #[serde(default)]
    datasets: Vec<String>,
    threshold: Option<f64>,
    limit: Option<usize>,
    algorithm: Option<String>,
}

/// A party to screen.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Party {
    /// The caller's reference of the customer, for whom cases are opened.
    #[serde(default)]
    customer: Option<String>,
    #[serde(default)]
    schema: Option<String>,
    properties: BTreeMap<String, Values>,
}

/// One value, or several.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Values {
    One(String),
    Many(Vec<String>),
}

impl Party {
    /// The caller's reference of the customer, if there is one.
    pub(super) fn customer(&self) -> Option<&str> {
        self.customer.as_deref()
    }

    /// The party as a query.
    ///
    /// # Errors
    /// When it is not as documented.
    pub(super) fn query(&self) -> Result<PartyQuery, ApiError> {
        self.customer.as_deref().map(check_reference).transpose()?;
        let schema = self.schema.clone().map(Schema::from);
        if let Some(schema) = schema.as_ref().filter(|schema| schema.definition().is_none()) {
            return Err(ApiError::Shape(format!(
                "schema: {schema} is no schema of FollowTheMoney"
            )));
        }
        let properties = self.properties.iter().map(|(name, values)| {
            let values = match values {
                Values::One(value) => vec![value.clone()],
                Values::Many(values) => values.clone(),
            };
            (name.clone(), values)
        });
        Ok(PartyQuery { schema, properties: properties.collect() })
    }
}

/// Checks the caller's reference of a customer.
///
/// # Errors
/// When it is empty, too long, or has control characters, which databases reject.
pub(super) fn check_reference(reference: &str) -> Result<(), ApiError> {
    let is_plain = (1..=LONGEST_REFERENCE).contains(&reference.len())
        && !reference.chars().any(char::is_control);
    if is_plain {
        return Ok(());
    }
    let text = format!("customer: 1 to {LONGEST_REFERENCE} bytes without control characters");
    Err(ApiError::Shape(text))
}

/// Screens parties with the same settings.
pub(super) struct Screener<'a> {
    session: Session,
    lists: &'a Lists,
    policy: Policy,
    gaps: Vec<Gap>,
    caller: &'a Caller,
    keep_days: Option<u32>,
    store: Option<&'a Store>,
}

/// The basis of all answers of a request.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Basis {
    generation: GenerationId,
    lists: Vec<ListHealth>,
    /// The program version, and the version of its comparison of names.
    program_version: &'static str,
    matcher: &'static str,
    policy: AppliedPolicy,
    threshold: f64,
}

/// Checks what would fail for all parties of a request, a file or a monitor: unknown lists, and lists that permit no
/// answer.
///
/// # Errors
/// As [`Screener::new`].
pub(super) async fn check_screening(
    app: &Arc<App>,
    requester: &Requester,
    settings: Settings,
) -> Result<(), ApiError> {
    let requester = requester.clone();
    app.work(move |app| {
        let loaded = app.loaded()?;
        let session = app.session_of(&requester);
        Screener::new(app, &loaded.lists, session, &requester.caller, &settings).map(drop)
    })
    .await
}

impl<'a> Screener<'a> {
    pub(super) fn new(
        app: &'a App,
        lists: &'a Lists,
        session: Session,
        caller: &'a Caller,
        settings: &Settings,
    ) -> Result<Self, ApiError> {
        let policy = settings.policy(&session.config().policy)?;
        let scope = DatasetScope::of_path(lists, EVERYTHING)?.narrow(&settings.datasets, &[]);
        let unknown = settings.datasets.iter().find(|name| {
            *name != EVERYTHING && !scope.datasets.iter().any(|dataset| dataset.as_str() == **name)
        });
        if unknown.is_some() {
            // A required list that is missing is not a fault of the caller.
            scope.check(app, lists)?;
            return Err(ApiError::NotFound("No such dataset."));
        }
        let gaps = scope.check(app, lists)?;
        let datasets = if settings.datasets.is_empty() { Vec::new() } else { scope.datasets };
        let policy = Policy { datasets, ..policy };
        let store = app.store().map(|store| &**store);
        Ok(Self { session, lists, policy, gaps, caller, keep_days: app.keep_days(), store })
    }

    /// The screener for designations in force on a day.
    pub(super) fn on(mut self, day: DatePrefix) -> Self {
        self.policy.day = Some(day);
        self
    }

    /// The policy of the screening.
    pub(super) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The gaps of the lists, which belong to each answer.
    pub(super) fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    pub(super) fn basis(&self) -> Basis {
        let is_searched = |list: &&ListHealth| {
            self.policy.datasets.is_empty() || self.policy.datasets.contains(&list.dataset)
        };
        Basis {
            generation: self.lists.number(),
            lists: self.lists.health().iter().filter(is_searched).cloned().collect(),
            program_version: env!("CARGO_PKG_VERSION"),
            matcher: interdict_engine::audit::matcher(),
            policy: AppliedPolicy::new(&self.policy, self.lists),
            threshold: self.policy.threshold.value(),
        }
    }

    /// Screens a party; returns the answer and its draft event.
    pub(super) fn screen(
        &self,
        party: &Party,
    ) -> Result<(PartyResult, Option<ScreeningDraft>), ApiError> {
        self.screen_query(&party.query()?, party.customer.as_deref(), &[])
    }

    /// Screens a party as far as it was read, with the gaps of its reading.
    pub(super) fn screen_query(
        &self,
        query: &PartyQuery,
        customer: Option<&str>,
        unread: &[Gap],
    ) -> Result<(PartyResult, Option<ScreeningDraft>), ApiError> {
        let subject = customer.filter(|_| self.store.is_some());
        let (answer, policy) = self.answer(query, subject.is_some())?;
        let answer = answer.with_gaps(unread);
        let draft = self.keep_days.map(|keep_days| {
            let (lists, answer, policy) = (self.lists, &answer, &policy);
            let record =
                ScreeningRecord { party: query, subject: customer, policy, answer, keep_days };
            let delisted = self.delisted(subject)?;
            let customer = self.session.customer_screening(lists, record, delisted)?;
            let event = self.session.screening_event(self.caller, lists, record);
            Ok::<_, ApiError>(ScreeningDraft { event, customer })
        });
        let result = PartyResult::new(customer.map(str::to_owned), answer, self.policy.limit);
        Ok((result, draft.transpose()?))
    }

    /// The answer, and the policy that it follows. For a customer all matches are searched, however many are shown,
    /// since each of them needs a case.
    fn answer(
        &self,
        query: &PartyQuery,
        is_customer: bool,
    ) -> Result<(PartyAnswer, Policy), ApiError> {
        let lists = self.lists;
        let mut policy = self.policy.clone();
        let mut answer = self.session.screen_party(lists, query, &policy)?;
        let matches = answer.matches().min(MOST_CANDIDATES);
        if is_customer && matches > policy.limit {
            policy.limit = matches;
            answer = self.session.screen_party(lists, query, &policy)?;
        }
        Ok((answer.with_gaps(&self.gaps), policy))
    }

    /// Ends entries of the allow-list of a customer whose entity is on no list any more: such an entity never matches
    /// again, so that no screening would end them.
    fn delisted(&self, customer: Option<&str>) -> Result<Vec<String>, ApiError> {
        let (Some(store), Some(customer)) = (self.store, customer) else { return Ok(Vec::new()) };
        let entries = store.live_entries_of(&self.caller.tenant, customer)?;
        Ok(self.session.delisted_entries(self.lists, &entries)?)
    }
}

impl Settings {
    /// Reads the settings from these parameters.
    pub(super) fn of(
        datasets: Vec<String>,
        threshold: Option<f64>,
        algorithm: Option<String>,
    ) -> Self {
        Self { datasets, threshold, limit: None, algorithm }
    }

    fn policy(&self, configured: &PolicyConfig) -> Result<Policy, ApiError> {
        let configured = configured.policy();
        let threshold = match self.threshold {
            Some(threshold) => Score::new(threshold)
                .map_err(|_| ApiError::Shape("threshold: a number from 0 to 1".to_owned()))?,
            None => configured.threshold,
        };
        let algorithm = match self.algorithm.as_deref() {
            Some(name) => {
                name.parse::<Algorithm>().map_err(|error| ApiError::Shape(error.to_string()))?
            }
            None => configured.algorithm,
        };
        let limit = self.limit.unwrap_or(CANDIDATES);
        if !(1..=MOST_CANDIDATES).contains(&limit) {
            return Err(ApiError::Shape(format!("limit: 1 to {MOST_CANDIDATES}")));
        }
        Ok(Policy { threshold, limit, algorithm, ..configured })
    }
}
