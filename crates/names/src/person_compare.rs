//! Comparing the names of two people part by part.

use crate::assign::{Link, Links, Span};
use crate::east::{Confidence, Language, compare as east};
use crate::explain::{Cap, Rule};
use crate::likeness;
use crate::name::{Name, Role, name_flag};
use crate::observer::{ComparisonObserver, Side};
use crate::person::is_name_token;
use crate::person_caps::{caps, is_muhammad};
use crate::person_join::join;

/// A part that only one side has costs this share of its weight: names are often given in part.
pub(crate) const EXTRA: f64 = 0.30;
/// And this much more when nothing that is shared tells much: Jose Garcia is not Jose Alejandro Gil Garcia, nor Ali Hassan
/// any Ali Hassan Khalil. It fades quickly, since one rare part of two is worth a look.
const EXTRA_COMMON: f64 = 1.4;
const COMMON_FADES: i32 = 4;
/// A patronymic is left out by custom; of that addition it costs this share (Oleg Petrov / Oleg Sergeyevich Petrov).
const UNMATCHED_PATRONYMIC_SHARE: f64 = 0.5;
/// From this likeness on a part tells as much as if it were the same; at the lower one it tells nothing.
const DISTINCTIVE_SIMILARITY: (f64, f64) = (0.90, 0.50);
/// Parts on both sides that meet nothing contradict each other; both are counted.
/// 0.9 a side keeps brothers (same family name and patronymic) under the threshold.
pub(crate) const CONTRADICTION: f64 = 1.7;
/// Parts of this weight in all, none of them common, are as rare as a name can be.
const RARE: f64 = 2.2;
/// The best score of a name alone: rarest and most common parts. 1 is kept for a second, independent fact.
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
    // Syllables that merely may be meant speak up where the letters do not (Tutiya / Tsuchiya).
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

/// From here on a reading that is only possible counts.
const POSSIBLE: f64 = 0.72;

/// The ceiling for two names without a language in common.
fn unlike_languages(left: &Name, right: &Name, score: f64) -> f64 {
    let likely =
        |name: &Name| name.readings.iter().any(|reading| reading.confidence >= Confidence::Likely);
    let foreign = |name: &Name| name.is(name_flag::LATIN);
    // Nearly every name of open syllables can be read as Japanese.
    let western =
        |name: &Name| name.readings.iter().all(|reading| reading.language == Language::Japanese);
    match (likely(left), likely(right)) {
        (true, true) if foreign(left) == foreign(right) => NO_COMMON_LANGUAGE,
        (true, false) if western(right) => score * ONE_LANGUAGE,
        (false, true) if western(left) => score * ONE_LANGUAGE,
        _ => 1.0,
    }
}

/// Letters that look alike in a name of East Asia and one of elsewhere (Jan Jönsson / Jang Yong Son) prove less.
const ONE_LANGUAGE: f64 = 0.76;

/// Two names that may be Korean or Chinese but need not be, and whose syllables differ.
const NOT_DECIDED: f64 = 0.69;

/// A Chinese and a Korean name whose letters happen to be alike (Qiang Yang / Jang Kyong Hwa).
const NO_COMMON_LANGUAGE: f64 = 0.65;

fn by_parts<O: ComparisonObserver>(left: &Name, right: &Name, observer: &mut O) -> f64 {
    let mut links = Links::new();
    collect(left, right, &mut links);
    links.resolve();
    join(left, right, &mut links);
    let tally = Tally::count(left, right, &links, observer);
    finish(left, right, &links, tally, observer)
}

pub(crate) fn can_align(name: &Name, at: usize) -> bool {
    let token = &name.tokens[at];
    is_name_token(token) || token.role == Role::Initial
}

fn collect(left: &Name, right: &Name, links: &mut Links) {
    let title = |name: &Name, at: usize| name.tokens[at].role == Role::Title;
    for at in (0..left.tokens.len()).filter(|&at| can_align(left, at) || title(left, at)) {
        for to in (0..right.tokens.len()).filter(|&to| can_align(right, to) || title(right, to)) {
            // What looks like a title may be a name on the other side (Amir, Said, Malik).
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

/// A word with fewer sounds is one part of a name, however the other side is cut.
pub(crate) const SEVERAL_PARTS: u8 = 9;

/// Sums over the links and over what is left.
pub(crate) struct Tally {
    pub(crate) matched_weight: f64,
    pub(crate) full_weight: f64,
    pub(crate) shared_information: f64,
    pub(crate) names: usize,
    /// The best likeness among these, in thousandths.
    pub(crate) best_similarity: u16,
    /// The least likeness of a single part that is met.
    pub(crate) worst_similarity: u16,
    pub(crate) initials: usize,
    pub(crate) honorific_muhammads: usize,
    pub(crate) unmatched_weight: [f64; 2],
    /// Of this, patronymics.
    pub(crate) unmatched_patronymic_weight: f64,
    pub(crate) unmatched_tokens: [u32; 2],
}

impl Tally {
    fn count<O: ComparisonObserver>(
        left: &Name,
        right: &Name,
        links: &Links,
        observer: &mut O,
    ) -> Tally {
        let mut tally = Tally {
            matched_weight: 0.0,
            full_weight: 0.0,
            shared_information: 0.0,
            names: 0,
            best_similarity: 0,
            worst_similarity: 1000,
            initials: 0,
            honorific_muhammads: 0,
            unmatched_weight: [0.0; 2],
            unmatched_patronymic_weight: 0.0,
            unmatched_tokens: [0; 2],
        };
        for link in links.kept() {
            tally.add(left, right, link, observer);
        }
        let (left_used, right_used) = links.matched_tokens();
        for (side, name, bits) in [(Side::Left, left, left_used), (Side::Right, right, right_used)]
        {
            for at in
                (0..name.tokens.len()).filter(|&at| can_align(name, at) && bits & 1 << at == 0)
            {
                let token = &name.tokens[at];
                let weight = match token.role {
                    Role::Initial => 30,
                    _ => u32::from(token.weight),
                };
                tally.unmatched_weight[side as usize] += f64::from(weight) / 100.0;
                tally.unmatched_tokens[side as usize] |= 1 << at;
                if token.role == Role::Patronymic {
                    tally.unmatched_patronymic_weight += f64::from(weight) / 100.0;
                }
            }
        }
        let differs = tally.unmatched_tokens[0] != 0 && tally.unmatched_tokens[1] != 0;
        for (side, name) in [(Side::Left, left), (Side::Right, right)] {
            for at in (0..name.tokens.len())
                .filter(|&at| tally.unmatched_tokens[side as usize] & 1 << at != 0)
            {
                observer.unmatched(side, at, u32::from(name.tokens[at].weight), differs);
            }
        }
        tally
    }

    fn add<O: ComparisonObserver>(
        &mut self,
        left: &Name,
        right: &Name,
        link: &Link,
        observer: &mut O,
    ) {
        let span_weight = |name: &Name, span: Span| -> u32 {
            name.tokens[span.from as usize..=span.to as usize]
                .iter()
                .map(|token| u32::from(token.weight))
                .sum()
        };
        let (on_left, on_right) = (span_weight(left, link.left), span_weight(right, link.right));
        let initial = link.rule == Rule::Initial;
        let weight = if initial { 30 } else { on_left.max(on_right) };
        let similarity = likeness::worth(link.similarity);
        self.matched_weight += similarity * f64::from(weight) / 100.0;
        self.full_weight += f64::from(weight) / 100.0;
        if initial {
            self.initials += 1;
            // The name behind the letter remains untold.
            self.full_weight += f64::from(on_left.max(on_right).saturating_sub(30)) / 100.0 * 0.25;
        } else if is_muhammad(left, link.left.from as usize)
            && is_muhammad(right, link.right.from as usize)
        {
            self.honorific_muhammads += 1;
        } else {
            let parts =
                usize::from((link.left.to - link.left.from).max(link.right.to - link.right.from))
                    + 1;
            let single = if link.left.from == link.left.to {
                (left, link.left)
            } else {
                (right, link.right)
            };
            let several = single.0.tokens[usize::from(single.1.from)].units >= SEVERAL_PARTS;
            self.best_similarity = self.best_similarity.max(link.similarity);
            // What is long and alike is no chance (Salah al-Din / Salaheddine).
            let units = |name: &Name, span: Span| name.tokens[usize::from(span.from)].units;
            if units(left, link.left).max(units(right, link.right)) < SEVERAL_PARTS {
                self.worst_similarity = self.worst_similarity.min(link.similarity);
            }
            self.names += if several { parts } else { 1 };
            let common = f64::from(
                left.tokens[link.left.from as usize]
                    .common
                    .max(right.tokens[link.right.from as usize].common),
            );
            self.shared_information += distinctiveness(link.similarity) * f64::from(weight) / 100.0
                * (1.0 - common / 20.0);
        }
        observer.matched(link, weight);
    }
}

/// How much a shared part tells at that likeness (thousandths).
pub(crate) fn distinctiveness(similarity: u16) -> f64 {
    let near = f64::from(similarity) / 1000.0;
    ((near - DISTINCTIVE_SIMILARITY.1) / (DISTINCTIVE_SIMILARITY.0 - DISTINCTIVE_SIMILARITY.1))
        .clamp(0.0, 1.0)
}

/// How rare what is shared is, in [0, 1], from the sum over its parts.
fn rarity(shared_information: f64) -> f64 {
    (shared_information / RARE).min(1.0)
}

/// The best score by the rarity of what is shared.
pub(crate) fn ceiling(shared_information: f64) -> f64 {
    CEILING.0 + (CEILING.1 - CEILING.0) * rarity(shared_information)
}

/// What speaks against two names: the weight that each has left over, of this that of patronymics.
/// It never falls when more is left over on either side.
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

/// The best score of three agreeing syllables.
const SYLLABLES: f64 = 0.96;

/// The score when syllables decide. Three syllables are few: many people share them.
fn east_score<O: ComparisonObserver>(
    left: &Name,
    right: &Name,
    reading_match: east::ReadingMatch,
    observer: &mut O,
) -> f64 {
    let whole = |name: &Name| Span { from: 0, to: name.tokens.len().saturating_sub(1) as u8 };
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
