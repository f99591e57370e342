//! The answer to one party.

use interdict_engine::PartyAnswer;
use interdict_engine::audit::{HitMark, RecordedScreening};
use interdict_engine::screening::Candidate;
use interdict_model::{DatasetName, EntityId, EvidenceCode, Gap, Score, Verdict};
use schemars::JsonSchema;
use serde::Serialize;

/// The answer to one party.
///
/// A match that an entry of the allow-list suppresses remains a match: the verdict is `match`, the candidate names the
/// entry, and `suppressed` counts such matches. Nothing is left to decide about a party whose verdict is `match` and
/// whose `suppressed` equals `matches`; it is never called clear.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PartyResult {
    /// 200.
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<String>,
    pub(super) verdict: Verdict,
    /// Number of candidates at or above the threshold, including suppressed ones.
    matches: usize,
    /// How many of the matches are suppressed by entries of the allow-list.
    suppressed: usize,
    /// Number of matches of a customer beyond the limit of cases. Such a query is not specific enough.
    #[serde(skip_serializing_if = "is_zero")]
    matches_without_case: usize,
    candidates: Vec<MarkedCandidate>,
    /// Whether the query was read and searched completely.
    complete: bool,
    /// The gaps: reasons why it was not.
    gaps: Vec<Gap>,
    /// The number of the event that records it.
    #[serde(skip_serializing_if = "Option::is_none")]
    audit_event: Option<u64>,
    /// Number of candidates to show.
    #[serde(skip)]
    limit: usize,
}

/// What a line of a job's result contains about a party: what an analyst needs to find the case, without the entity's
/// record.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BriefResult {
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<String>,
    verdict: Verdict,
    matches: usize,
    suppressed: usize,
    #[serde(skip_serializing_if = "is_zero")]
    matches_without_case: usize,
    candidates: Vec<BriefCandidate>,
    complete: bool,
    gaps: Vec<Gap>,
    audit_event: Option<u64>,
}

/// A candidate without its record.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BriefCandidate {
    pub(super) entity: EntityId,
    pub(super) caption: String,
    pub(super) datasets: Vec<DatasetName>,
    pub(super) score: Score,
    #[serde(rename = "match")]
    pub(super) is_match: bool,
    in_force: bool,
    /// The listed name that the party's name resembles.
    pub(super) listed_name: Option<String>,
    /// Codes of all other evidence.
    evidence: Vec<EvidenceCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) case: Option<String>,
    suppressed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suppressed_by: Option<String>,
}

/// A candidate, with its case.
#[derive(Debug, Serialize, JsonSchema)]
struct MarkedCandidate {
    #[serde(flatten)]
    candidate: Candidate,
    /// The case of the customer and the entity.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<String>,
    /// Whether an entry of the allow-list suppresses the match.
    suppressed: bool,
    /// The entry of the allow-list.
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed_by: Option<String>,
}

impl PartyResult {
    pub(super) fn new(customer: Option<String>, answer: PartyAnswer, limit: usize) -> Self {
        let (verdict, matches) = (answer.verdict, answer.matches());
        let candidates = answer.answer.map(|answer| answer.outcome.candidates).unwrap_or_default();
        let unmarked = |candidate| MarkedCandidate {
            candidate,
            case: None,
            suppressed: false,
            suppressed_by: None,
        };
        let mut result = Self {
            status: 200,
            customer,
            verdict,
            matches,
            suppressed: 0,
            matches_without_case: 0,
            complete: answer.gaps.is_empty(),
            gaps: answer.gaps,
            candidates: candidates.into_iter().map(unmarked).collect(),
            audit_event: None,
            limit,
        };
        // Candidates beyond the limit are searched for only to open their cases.
        if result.customer.is_none() {
            result.candidates.truncate(limit);
        }
        result
    }

    /// Adds the cases of the matches, and truncates the candidates to the requested number.
    pub(super) fn note_recorded(&mut self, recorded: RecordedScreening) {
        self.audit_event = Some(recorded.seq);
        if self.customer.is_some() {
            self.matches_without_case = self.matches.saturating_sub(recorded.marks.len());
        }
        self.suppressed = recorded.marks.iter().filter(|mark| mark.suppressed_by.is_some()).count();
        let matches = self.candidates.iter_mut().filter(|marked| marked.candidate.is_match);
        for (marked, HitMark { case, suppressed_by }) in matches.zip(recorded.marks) {
            marked.case = Some(case);
            marked.suppressed = suppressed_by.is_some();
            marked.suppressed_by = suppressed_by;
        }
        self.candidates.truncate(self.limit);
    }

    /// The gaps.
    pub(super) fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// Number of candidates at or above the threshold.
    pub(super) fn matches(&self) -> usize {
        self.matches
    }

    /// The content of a job's line.
    pub(super) fn into_brief(self) -> BriefResult {
        let brief = |marked: MarkedCandidate| BriefCandidate {
            caption: marked.candidate.entity.caption().to_owned(),
            entity: marked.candidate.entity.id,
            datasets: marked.candidate.datasets,
            score: marked.candidate.score,
            is_match: marked.candidate.is_match,
            in_force: marked.candidate.in_force,
            listed_name: marked.candidate.name.map(|name| name.listed),
            evidence: marked.candidate.evidence.iter().map(|fact| fact.code).collect(),
            case: marked.case,
            suppressed: marked.suppressed,
            suppressed_by: marked.suppressed_by,
        };
        BriefResult {
            status: self.status,
            customer: self.customer,
            verdict: self.verdict,
            matches: self.matches,
            suppressed: self.suppressed,
            matches_without_case: self.matches_without_case,
            candidates: self.candidates.into_iter().map(brief).collect(),
            complete: self.complete,
            gaps: self.gaps,
            audit_event: self.audit_event,
        }
    }

    /// Whether there are matches, and all of them are suppressed.
    pub(super) fn is_all_suppressed(&self) -> bool {
        self.matches > 0 && self.suppressed == self.matches
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}
