//! Entities that resemble an example, as clients of yente read them.

use std::collections::BTreeMap;

use interdict_engine::audit::{Caller, EventDraft, ScreeningRecord};
use interdict_engine::screening::{Algorithm, Candidate, Policy, equal_names_gap};
use interdict_engine::{Lists, PartyAnswer, PartyQuery, Session};
use interdict_model::{Gap, GapCode, NameStrength, Score, four_digits};
use serde::{Serialize, Serializer};

use crate::echoed_query::EchoedQuery;
use crate::entity_view::EntityView;
use crate::error::ApiError;
use crate::match_filter::MatchFilter;
use crate::match_request::ExampleEntity;
use crate::scope::DatasetScope;

/// Number of candidates that are retrieved when a filter is set, since it is applied after the search, or when results
/// below the threshold are requested, so that the matches among them are counted here.
const MOST_CANDIDATES: usize = 2_000;

/// Number of candidates, minimum score, and algorithm.
pub(crate) struct MatchSettings {
    pub(crate) limit: i64,
    pub(crate) threshold: f64,
    /// The minimum score of a result; below the threshold if results that are no match are requested.
    pub(crate) cutoff: f64,
    pub(crate) algorithm: Algorithm,
    /// Whether an alias that the list calls weak may reach the threshold without other evidence.
    pub(crate) weak_alias_alone: bool,
    /// From how many years on, that distance not included, birth dates clear an equal name.
    pub(crate) cleared_by_years: u16,
}

/// Answers queries one after the other.
pub(crate) struct Matcher<'a> {
    pub(crate) session: Session,
    pub(crate) lists: &'a Lists,
    pub(crate) scope: &'a DatasetScope,
    pub(crate) settings: &'a MatchSettings,
    pub(crate) filter: &'a MatchFilter,
    /// The caller; used for the record only.
    pub(crate) caller: &'a Caller,
    /// Retention of the personal data of a record, in days; `None` if nothing is recorded.
    pub(crate) keep_days: Option<u32>,
}

/// An answer, and its draft event.
pub(crate) struct Matched {
    pub(crate) response: MatchResponse,
    pub(crate) event: Option<EventDraft>,
}

impl Matcher<'_> {
    /// The entities that resemble an example, the best first.
    pub(crate) fn answer(&self, example: &ExampleEntity) -> Result<Matched, ApiError> {
        let party = party(example);
        let policy = self.policy();
        let mut response = MatchResponse::empty(example);
        // Without a list: no result, as in yente, and a gap that says so.
        if self.scope.datasets.is_empty() {
            response.gaps.push(Gap::new(GapCode::RowUnscreened, "nothing was searched for"));
            return Ok(Matched { response, event: None });
        }
        let answer = self.session.screen_party(self.lists, &party, &policy)?;
        self.show(&answer, &mut response)?;
        let event = self.keep_days.map(|keep_days| {
            let (subject, policy, answer) = (example.id.as_deref(), &policy, &answer);
            let record = ScreeningRecord { party: &party, subject, policy, answer, keep_days };
            self.session.screening_event(self.caller, self.lists, record)
        });
        Ok(Matched { response, event })
    }

    fn policy(&self) -> Policy {
        let settings = self.settings;
        let limit = usize::try_from(settings.limit).unwrap_or(0);
        Policy {
            threshold: Score::clamped(settings.cutoff.min(settings.threshold)),
            limit: if self.is_counted() { limit.max(1) } else { MOST_CANDIDATES },
            algorithm: settings.algorithm,
            datasets: self.scope.datasets.clone(),
            weak_alias_alone: settings.weak_alias_alone,
            cleared_by_years: settings.cleared_by_years,
            ..Policy::default()
        }
    }

    /// The engine counts matches before its limit only by its own threshold and without a filter.
    fn is_counted(&self) -> bool {
        self.filter.is_empty() && self.settings.cutoff >= self.settings.threshold
    }

    /// Applies the caller's minimum score, limit and filters.
    fn show(&self, answer: &PartyAnswer, response: &mut MatchResponse) -> Result<(), ApiError> {
        let limit = usize::try_from(self.settings.limit).unwrap_or(0);
        response.gaps.clone_from(&answer.gaps);
        let Some(answer) = &answer.answer else { return Ok(()) };
        let candidates = &answer.outcome.candidates;
        let (mut matches, mut equal) = (0, 0);
        for candidate in candidates.iter().filter(|one| self.filter.keeps(&one.entity)) {
            let is_match = self.is_match(candidate);
            matches += usize::from(is_match);
            let is_equal = candidate.is_equal_under(Score::clamped(self.settings.threshold));
            equal += usize::from(is_equal);
            let is_shown = is_match || is_equal || candidate.score.value() > self.settings.cutoff;
            if is_shown && response.results.len() < limit {
                response.results.push(self.result(candidate, is_match)?);
            }
        }
        response.add_gaps(equal_names_gap(equal).as_slice());
        response.total = if self.is_counted() { answer.outcome.matches } else { matches };
        if !self.is_counted() && candidates.len() >= MOST_CANDIDATES {
            let text = format!("only the best {MOST_CANDIDATES} candidates were looked at");
            response.gaps.push(Gap::new(GapCode::LimitReached, text));
        }
        Ok(())
    }

    /// At a threshold other than the policy's, the match flag of the candidate does not apply.
    fn is_match(&self, candidate: &Candidate) -> bool {
        candidate.is_match && candidate.score.value() >= self.settings.threshold
    }

    fn result(&self, candidate: &Candidate, is_match: bool) -> Result<MatchResult, ApiError> {
        // A record may name lists that are not in use here, as those of an aggregator do.
        let found = self.session.find_entity(self.lists, candidate.entity.id.as_str())?;
        let datasets = found.map_or_else(|| self.scope.datasets.clone(), |found| found.datasets);
        Ok(MatchResult {
            entity: EntityView::flat(&candidate.entity, &datasets),
            score: four_digits(candidate.score.value()),
            explanations: explanations(candidate),
            is_match,
        })
    }
}

/// The party of an example. A property that occurs twice has the values of both.
fn party(example: &ExampleEntity) -> PartyQuery {
    let mut party = PartyQuery { schema: Some(example.schema.clone()), ..PartyQuery::default() };
    for (property, values) in &example.properties {
        party.properties.entry(property.clone()).or_default().extend(values.iter().cloned());
    }
    party
}

/// The evidence of a candidate, by name.
fn explanations(candidate: &Candidate) -> BTreeMap<String, Explanation> {
    let mut explained = BTreeMap::new();
    if let Some(name) = &candidate.name {
        let explanation = Explanation {
            detail: format!(
                "{:?} resembles the {} {:?}",
                name.query,
                kind(name.strength),
                name.listed
            ),
            score: four_digits(name.score.value()),
            query: Some(name.query.clone()),
            candidate: Some(name.listed.clone()),
        };
        explained.insert("name_match".to_owned(), explanation);
    }
    for fact in &candidate.evidence {
        let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let explanation = Explanation {
            detail: format!("{}: {}", fact.code, fact.text),
            score: four_digits(fact.effect.abs()),
            query: given(&fact.query),
            candidate: given(&fact.entity),
        };
        explained.insert(snake_case(&format!("{:?}", fact.code)), explanation);
    }
    explained
}

fn kind(strength: NameStrength) -> &'static str {
    match strength {
        NameStrength::Primary => "primary name",
        NameStrength::Strong => "alias",
        NameStrength::Former => "former name",
        NameStrength::Weak => "weak alias",
    }
}

/// `birth_year_differs` for `BirthYearDiffers`.
fn snake_case(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

/// The answer to one query. `gaps` is present only when an answer without a match would not mean that the party is
/// clear.
#[derive(Debug, Serialize)]
pub(crate) struct MatchResponse {
    status: u16,
    pub(crate) results: Vec<MatchResult>,
    #[serde(serialize_with = "serialize_total")]
    total: usize,
    query: EchoedQuery,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) gaps: Vec<Gap>,
}

fn serialize_total<S: Serializer>(total: &usize, serializer: S) -> Result<S::Ok, S::Error> {
    serde_json::json!({ "value": total, "relation": "eq" }).serialize(serializer)
}

impl MatchResponse {
    fn empty(example: &ExampleEntity) -> Self {
        let query = EchoedQuery::of(example);
        Self { status: 200, results: Vec::new(), total: 0, query, gaps: Vec::new() }
    }

    /// The gaps of the lists of the whole request, unless the answer has them already.
    pub(crate) fn add_gaps(&mut self, gaps: &[Gap]) {
        for gap in gaps {
            if self.gaps.iter().all(|said| (said.code, &said.text) != (gap.code, &gap.text)) {
                self.gaps.push(gap.clone());
            }
        }
    }
}

/// One entity that resembles the example.
#[derive(Debug, Serialize)]
pub(crate) struct MatchResult {
    #[serde(flatten)]
    pub(crate) entity: EntityView,
    pub(crate) score: f64,
    explanations: BTreeMap<String, Explanation>,
    #[serde(rename = "match")]
    pub(crate) is_match: bool,
}

#[derive(Debug, Serialize)]
struct Explanation {
    detail: String,
    score: f64,
    query: Option<String>,
    candidate: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_have_names_of_words() {
        assert_eq!(snake_case("BirthYearDiffers"), "birth_year_differs");
    }
}
