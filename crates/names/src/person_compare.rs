//! Score of two persons' names: East Asian readings where they decide, else a one-to-one alignment
//! of the parts, a penalty for unmatched parts, and caps.

use crate::assign::{Link, Links, Span};
use crate::east::compare as east;
use crate::east::reading::{Confidence, Language};
use crate::explain::{Cap, Rule};
use crate::likeness;
use crate::name::{Name, Role, name_flag};
use crate::observer::ComparisonObserver;
use crate::person::is_name_token;
use crate::person_caps::caps;
use crate::person_join::join;
use crate::person_tally::{Tally, can_align};

/// Penalty, as a share of its weight, for a part that only one side has. Names are often given in
/// part: a larger penalty loses such pairs, a smaller one matches relatives. Pair: Oleg Petrov /
/// Oleg Sergeyevich Petrov. Tests: `patronymics_may_be_missing_but_not_differ`,
/// `tests/labelled.rs`.
pub(crate) const EXTRA: f64 = 0.30;
/// Additional penalty for such a part when the shared parts are common: Jose Garcia is not Jose
/// Alejandro Gil Garcia, nor is Ali Hassan any Ali Hassan Khalil. It fades with the power
/// [`COMMON_FADES`] of the rarity, since one rare part of two justifies a review. Test:
/// `a_missing_part_counts_more_when_the_shared_parts_are_common`.
const EXTRA_COMMON: f64 = 1.4;
/// Exponent by which [`EXTRA_COMMON`] fades as the shared parts become rarer.
const COMMON_FADES: i32 = 4;
/// Factor on [`EXTRA_COMMON`] for an unmatched patronymic, because sources often omit patronymics
/// (Oleg Petrov / Oleg Sergeyevich Petrov). Test: `patronymics_may_be_missing_but_not_differ`.
const UNMATCHED_PATRONYMIC_SHARE: f64 = 0.5;
/// Penalty, as a share of weight, for parts unmatched on both sides: they contradict each other.
/// Both sides are counted together; 0.85 per side keeps brothers (same family name and patronymic)
/// under the threshold. Test: `similar_names_that_are_different_names_do_not_match`.
pub(crate) const CONTRADICTION: f64 = 1.7;
/// Shared information, in units of weight, from which a name counts as fully rare.
const RARE: f64 = 2.2;
/// Maximum score of a name alone, for the most common and for the rarest shared parts. 1 is
/// reserved for agreement in a second, independent attribute. Test:
/// `an_exact_rare_name_scores_above_an_exact_common_one_and_neither_reaches_one`.
const CEILING: (f64, f64) = (0.905, 0.985);

/// Compares two names of people.
pub(crate) fn evaluate<O: ComparisonObserver>(left: &Name, right: &Name, observer: &mut O) -> f64 {
    let reading_match = east::best_reading_match(left, right);
    if let Some(reading_match) = reading_match
        && reading_match.decides
    {
        return east_score(left, right, reading_match, observer);
    }
    let score = by_parts(left, right, observer);
    // Readings that are merely possible are used where the letters do not match (Tutiya /
    // Tsuchiya).
    if let Some(reading_match) = reading_match
        && reading_match.score >= POSSIBLE
        && score < POSSIBLE
    {
        observer.restart();
        return east_score(left, right, reading_match, observer);
    }
    let ceiling = match reading_match {
        Some(reading_match) if reading_match.score >= 0.7 => return score,
        Some(reading_match) if reading_match.difference_counts => NOT_DECIDED,
        _ => unlike_languages(left, right, score),
    };
    if score > ceiling {
        observer.cap(Cap::Syllable, ceiling);
        return ceiling;
    }
    score
}

/// Minimum agreement at which a merely possible reading replaces a lower score by letters. Test:
/// `japanese_kana_kanji_and_latin_systems_match`.
const POSSIBLE: f64 = 0.72;

/// The ceiling for two names without a common language.
fn unlike_languages(left: &Name, right: &Name, score: f64) -> f64 {
    let likely =
        |name: &Name| name.readings.iter().any(|reading| reading.confidence >= Confidence::Likely);
    let foreign = |name: &Name| name.is(name_flag::LATIN);
    // Nearly every name of open syllables can be read as Japanese, so a Japanese reading is no sign
    // of an East Asian name.
    let western =
        |name: &Name| name.readings.iter().all(|reading| reading.language == Language::Japanese);
    match (likely(left), likely(right)) {
        (true, true) if foreign(left) == foreign(right) => NO_COMMON_LANGUAGE,
        (true, false) if western(right) => score * ONE_LANGUAGE,
        (false, true) if western(left) => score * ONE_LANGUAGE,
        _ => 1.0,
    }
}

/// Factor on the score when only one name is likely East Asian: similar letters then prove less
/// (Jan Jönsson / Jang Yong Son). Test: `similar_letters_of_unrelated_languages_prove_little`.
const ONE_LANGUAGE: f64 = 0.76;

/// Ceiling for two names that may be Korean or Chinese and whose syllables differ (Qian Min / Kian
/// Min). Test: `similar_letters_of_unrelated_languages_prove_little`.
const NOT_DECIDED: f64 = 0.69;

/// Ceiling for two names that are likely of different East Asian languages, such as a Chinese and a
/// Korean name with similar letters.
const NO_COMMON_LANGUAGE: f64 = 0.65;

/// The score by alignment of the parts.
fn by_parts<O: ComparisonObserver>(left: &Name, right: &Name, observer: &mut O) -> f64 {
    let mut links = Links::new();
    collect(left, right, &mut links);
    links.resolve();
    join(left, right, &mut links);
    let tally = Tally::count(left, right, &links, observer);
    finish(left, right, &links, tally, observer)
}

/// Adds every pair of similar tokens as a candidate link.
fn collect(left: &Name, right: &Name, links: &mut Links) {
    let title = |name: &Name, at: usize| name.tokens[at].role == Role::Title;
    for at in (0..left.tokens.len()).filter(|&at| can_align(left, at) || title(left, at)) {
        for to in (0..right.tokens.len()).filter(|&to| can_align(right, to) || title(right, to)) {
            // A token that looks like a title may be a name on the other side (Amir, Said, Malik).
            let (one, other) = (title(left, at), title(right, to));
            if one && (other || !is_name_token(&right.tokens[to]))
                || other && !is_name_token(&left.tokens[at])
            {
                continue;
            }
            let (similarity, rule) =
                likeness::token_similarity(left, &left.tokens[at], right, &right.tokens[to]);
            if similarity > 0 {
                links.add(Link { left: Span::one(at), right: Span::one(to), similarity, rule });
            }
        }
    }
}

/// The rarity of the shared parts, in [0, 1].
fn rarity(shared_information: f64) -> f64 {
    (shared_information / RARE).min(1.0)
}

/// The maximum score at this amount of shared information.
pub(crate) fn ceiling(shared_information: f64) -> f64 {
    CEILING.0 + (CEILING.1 - CEILING.0) * rarity(shared_information)
}

/// The penalty for unmatched parts, in units of weight: `unmatched_weight` of each side, of which
/// `unmatched_patronymic_weight` belongs to patronymics.
///
/// Monotonic: it never decreases when either side has more left over. The candidate search relies
/// on that.
pub(crate) fn unmatched_penalty(
    unmatched_weight: [f64; 2],
    unmatched_patronymic_weight: f64,
    shared_information: f64,
) -> f64 {
    let contradiction = unmatched_weight[0].min(unmatched_weight[1]);
    let extra = (unmatched_weight[0] - unmatched_weight[1]).abs();
    let penalised_extra =
        extra - UNMATCHED_PATRONYMIC_SHARE * unmatched_patronymic_weight.min(extra);
    CONTRADICTION * contradiction
        + EXTRA * extra
        + penalised_extra * EXTRA_COMMON * (1.0 - rarity(shared_information)).powi(COMMON_FADES)
}

fn finish<O: ComparisonObserver>(
    left: &Name,
    right: &Name,
    links: &Links,
    tally: Tally,
    observer: &mut O,
) -> f64 {
    if tally.full_weight == 0.0 {
        return 0.0;
    }
    let penalty = unmatched_penalty(
        tally.unmatched_weight,
        tally.unmatched_patronymic_weight,
        tally.shared_information,
    );
    let raw = tally.matched_weight / (tally.full_weight + penalty);
    observer.rarity(rarity(tally.shared_information));
    let mut score = raw * ceiling(tally.shared_information);
    for (applies, cap, ceiling) in caps(left, right, links, &tally) {
        if applies && score > ceiling {
            observer.cap(cap, ceiling);
            score = ceiling;
        }
    }
    score
}

/// Factor on the agreement of syllables. Below the ceiling of rare names, since many people share
/// three syllables.
const SYLLABLES: f64 = 0.96;

/// The score when the readings decide.
fn east_score<O: ComparisonObserver>(
    left: &Name,
    right: &Name,
    reading_match: east::ReadingMatch,
    observer: &mut O,
) -> f64 {
    let whole = |name: &Name| Span::all(name.tokens.len());
    let link = Link {
        left: whole(left),
        right: whole(right),
        similarity: (reading_match.score * 1000.0) as u16,
        rule: if reading_match.score >= 0.7 { reading_match.rule } else { Rule::Differs },
    };
    observer.matched(&link, 100);
    observer.detail(&|| east::describe(left, right, reading_match));
    observer.rarity(0.5);
    let score = reading_match.score * SYLLABLES;
    if let Some(cap) = reading_match.cap {
        observer.cap(cap, score);
    }
    score
}
