//! Comparing the names of two people part by part.

use crate::assign::{Link, Links, Span};
use crate::east::{Language, Sure, compare as east};
use crate::explain::{Cap, Rule};
use crate::likeness;
use crate::name::{Name, Role, trait_of};
use crate::person::counts;
use crate::person_caps::{caps, is_muhammad};
use crate::person_join::{join, used};
use crate::trace::{Side, Trace};

/// A part that only one side has costs this share of its weight: names are often given in part.
pub(crate) const EXTRA: f64 = 0.30;
/// And this much more when nothing that is shared tells much: Jose Garcia is not Jose Alejandro Gil Garcia, nor Ali Hassan
/// any Ali Hassan Khalil. It fades quickly, since one rare part of two is worth a look.
const EXTRA_COMMON: f64 = 1.4;
const COMMON_FADES: i32 = 4;
/// A patronymic is left out by custom; of that addition it costs this share (Oleg Petrov / Oleg Sergeyevich Petrov).
const UNTOLD: f64 = 0.5;
/// From this likeness on a part tells as much as if it were the same; at the lower one it tells nothing.
const TELLING: (f64, f64) = (0.90, 0.50);
/// Parts on both sides that meet nothing contradict each other; both are counted.
/// 0.9 a side keeps brothers (same family name and patronymic) under the threshold.
pub(crate) const CONTRADICTION: f64 = 1.7;
/// Parts of this weight in all, none of them common, are as rare as a name can be.
const RARE: f64 = 2.2;
/// The best score of a name alone: rarest and most common parts. 1 is kept for a second, independent fact.
const CEILING: (f64, f64) = (0.905, 0.985);

/// Compares two names of people.
pub(crate) fn evaluate<T: Trace>(left: &Name, right: &Name, trace: &mut T) -> f64 {
    let verdict = east::verdict(left, right);
    if let Some(verdict) = verdict
        && verdict.decides
    {
        return east_score(left, right, verdict, trace);
    }
    let score = by_parts(left, right, trace);
    // Syllables that merely may be meant speak up where the letters do not (Tutiya / Tsuchiya).
    if let Some(verdict) = verdict
        && verdict.score >= POSSIBLE
        && score < POSSIBLE
    {
        trace.restart();
        return east_score(left, right, verdict, trace);
    }
    let ceiling = match verdict {
        Some(verdict) if verdict.score >= 0.7 => return score,
        Some(verdict) if verdict.warns => NOT_DECIDED,
        _ => unlike_languages(left, right, score),
    };
    if score > ceiling {
        trace.cap(Cap::Syllable, ceiling);
        return ceiling;
    }
    score
}

/// From here on a reading that is only possible counts.
const POSSIBLE: f64 = 0.72;

/// The ceiling for two names without a language in common.
fn unlike_languages(left: &Name, right: &Name, score: f64) -> f64 {
    let likely = |name: &Name| name.readings.iter().any(|reading| reading.sure >= Sure::Likely);
    let foreign = |name: &Name| name.is(trait_of::LATIN);
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

fn by_parts<T: Trace>(left: &Name, right: &Name, trace: &mut T) -> f64 {
    let mut links = Links::new();
    collect(left, right, &mut links);
    links.settle();
    join(left, right, &mut links);
    let tally = Tally::count(left, right, &links, trace);
    finish(left, right, &links, tally, trace)
}

pub(crate) fn meets(name: &Name, at: usize) -> bool {
    let token = &name.tokens[at];
    counts(token) || token.role == Role::Initial
}

fn collect(left: &Name, right: &Name, links: &mut Links) {
    let title = |name: &Name, at: usize| name.tokens[at].role == Role::Title;
    for at in (0..left.tokens.len()).filter(|&at| meets(left, at) || title(left, at)) {
        for to in (0..right.tokens.len()).filter(|&to| meets(right, to) || title(right, to)) {
            // What looks like a title may be a name on the other side (Amir, Said, Malik).
            let (one, other) = (title(left, at), title(right, to));
            if one && (other || !counts(&right.tokens[to])) || other && !counts(&left.tokens[at]) {
                continue;
            }
            let (similarity, rule) =
                likeness::tokens(left, &left.tokens[at], right, &right.tokens[to]);
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
    pub(crate) matched: f64,
    pub(crate) full: f64,
    pub(crate) rarity: f64,
    pub(crate) names: usize,
    /// The best likeness among these, in thousandths.
    pub(crate) nearest: u16,
    /// The least likeness of a single part that is met.
    pub(crate) farthest: u16,
    pub(crate) initials: usize,
    pub(crate) blessings: usize,
    pub(crate) lone: [f64; 2],
    /// Of this, patronymics.
    pub(crate) untold: f64,
    pub(crate) lone_bits: [u32; 2],
}

impl Tally {
    fn count<T: Trace>(left: &Name, right: &Name, links: &Links, trace: &mut T) -> Tally {
        let mut tally = Tally {
            matched: 0.0,
            full: 0.0,
            rarity: 0.0,
            names: 0,
            nearest: 0,
            farthest: 1000,
            initials: 0,
            blessings: 0,
            lone: [0.0; 2],
            untold: 0.0,
            lone_bits: [0; 2],
        };
        for link in links.kept() {
            tally.add(left, right, link, trace);
        }
        let (left_used, right_used) = used(links);
        for (side, name, bits) in [(Side::Left, left, left_used), (Side::Right, right, right_used)]
        {
            for at in (0..name.tokens.len()).filter(|&at| meets(name, at) && bits & 1 << at == 0) {
                let token = &name.tokens[at];
                let weight = match token.role {
                    Role::Initial => 30,
                    _ => u32::from(token.weight),
                };
                tally.lone[side as usize] += f64::from(weight) / 100.0;
                tally.lone_bits[side as usize] |= 1 << at;
                if token.role == Role::Patronymic {
                    tally.untold += f64::from(weight) / 100.0;
                }
            }
        }
        let differs = tally.lone_bits[0] != 0 && tally.lone_bits[1] != 0;
        for (side, name) in [(Side::Left, left), (Side::Right, right)] {
            for at in
                (0..name.tokens.len()).filter(|&at| tally.lone_bits[side as usize] & 1 << at != 0)
            {
                trace.lone(side, at, u32::from(name.tokens[at].weight), differs);
            }
        }
        tally
    }

    fn add<T: Trace>(&mut self, left: &Name, right: &Name, link: &Link, trace: &mut T) {
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
        self.matched += similarity * f64::from(weight) / 100.0;
        self.full += f64::from(weight) / 100.0;
        if initial {
            self.initials += 1;
            // The name behind the letter remains untold.
            self.full += f64::from(on_left.max(on_right).saturating_sub(30)) / 100.0 * 0.25;
        } else if is_muhammad(left, link.left.from as usize)
            && is_muhammad(right, link.right.from as usize)
        {
            self.blessings += 1;
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
            self.nearest = self.nearest.max(link.similarity);
            // What is long and alike is no chance (Salah al-Din / Salaheddine).
            let units = |name: &Name, span: Span| name.tokens[usize::from(span.from)].units;
            if units(left, link.left).max(units(right, link.right)) < SEVERAL_PARTS {
                self.farthest = self.farthest.min(link.similarity);
            }
            self.names += if several { parts } else { 1 };
            let common = f64::from(
                left.tokens[link.left.from as usize]
                    .common
                    .max(right.tokens[link.right.from as usize].common),
            );
            self.rarity +=
                telling(link.similarity) * f64::from(weight) / 100.0 * (1.0 - common / 20.0);
        }
        trace.link(link, weight);
    }
}

/// How much a shared part tells at that likeness (thousandths).
pub(crate) fn telling(similarity: u16) -> f64 {
    let near = f64::from(similarity) / 1000.0;
    ((near - TELLING.1) / (TELLING.0 - TELLING.1)).clamp(0.0, 1.0)
}

/// How rare what is shared is, in [0, 1], from the sum over its parts.
fn rarity(told: f64) -> f64 {
    (told / RARE).min(1.0)
}

/// The best score by the rarity of what is shared.
pub(crate) fn ceiling(told: f64) -> f64 {
    CEILING.0 + (CEILING.1 - CEILING.0) * rarity(told)
}

/// What speaks against two names: the weight that each has left over, of this that of patronymics.
/// It never falls when more is left over on either side.
pub(crate) fn against(lone: [f64; 2], untold: f64, told: f64) -> f64 {
    let contradiction = lone[0].min(lone[1]);
    let extra = (lone[0] - lone[1]).abs();
    let telling = extra - UNTOLD * untold.min(extra);
    CONTRADICTION * contradiction
        + EXTRA * extra
        + telling * EXTRA_COMMON * (1.0 - rarity(told)).powi(COMMON_FADES)
}

fn finish<T: Trace>(left: &Name, right: &Name, links: &Links, tally: Tally, trace: &mut T) -> f64 {
    if tally.full == 0.0 {
        return 0.0;
    }
    let against = against(tally.lone, tally.untold, tally.rarity);
    let raw = tally.matched / (tally.full + against);
    trace.rarity(rarity(tally.rarity));
    let mut score = raw * ceiling(tally.rarity);
    for (applies, cap, ceiling) in caps(left, right, links, &tally) {
        if applies && score > ceiling {
            trace.cap(cap, ceiling);
            score = ceiling;
        }
    }
    score
}

/// The best score of three agreeing syllables.
const SYLLABLES: f64 = 0.96;

/// The score when syllables decide. Three syllables are few: many people share them.
fn east_score<T: Trace>(left: &Name, right: &Name, verdict: east::Verdict, trace: &mut T) -> f64 {
    let whole = |name: &Name| Span { from: 0, to: name.tokens.len().saturating_sub(1) as u8 };
    let link = Link {
        left: whole(left),
        right: whole(right),
        similarity: (verdict.score * 1000.0) as u16,
        rule: if verdict.score >= 0.7 { verdict.rule } else { Rule::Differs },
    };
    trace.link(&link, 100);
    trace.detail(&|| east::describe(left, right, verdict));
    trace.rarity(0.5);
    let score = verdict.score * SYLLABLES;
    if let Some(cap) = verdict.cap {
        trace.cap(cap, score);
    }
    score
}
