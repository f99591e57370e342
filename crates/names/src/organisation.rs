//! Analysis of the name of an organisation or vessel: legal forms, known terms, territories and
//! numbers; what remains are distinctive words.

use crate::builder::NameBuilder;
use crate::east::reading::{Confidence, MAX_READINGS, Reading};
use crate::fold;
use crate::korean;
use crate::name::{Hints, Name, NameKind, Role, flag, name_flag};
use crate::org_terms::{self, Phrase, is_joining_word};
use crate::script::Script;
use crate::tables;
use crate::unspaced;
use crate::words::{self, Separator, Word};

/// The bit of a concept that is used as a proper name (star, victory).
const NAMED: u16 = 0x2000;

/// Analyses the name of an organisation or of a vessel.
pub(crate) fn analyse(text: &str, hints: &Hints<'_>) -> Name {
    let kind = hints.kind.unwrap_or(NameKind::Organization);
    let (words, notes) = words::split(text, true);
    let mut words = unspaced::split(join_letters(words));
    if kind != NameKind::Object {
        words = org_terms::split_glued_words(words);
    }
    org_terms::strip_prefixes(&mut words);
    let loose = org_terms::loose_hashes(&words, kind != NameKind::Object);
    let mut builder = NameBuilder::new(notes);
    let mut at = 0;
    while at < words.len() {
        let rest = Rest { words: &words[at..], loose: &loose[at..], is_start: at == 0 };
        at += rest.read_phrase(kind, &mut builder);
    }
    let flags = if kind == NameKind::Object { name_flag::OBJECT } else { name_flag::ORGANISATION };
    let kind = if kind == NameKind::Object { kind } else { NameKind::Organization };
    let readings = if kind == NameKind::Object {
        korean_vessel(&words)
    } else {
        korean_words(&words, &builder, hints)
    };
    let mut name = builder.finish(text, kind, flags, &words);
    name.readings = readings.into_boxed_slice();
    let initials = Initials::of(&words, &name);
    name.initials = initials.hashes(None);
    if kind == NameKind::Organization {
        demote_own_acronym(&words, &initials, &mut name);
    }
    name
}

/// Reduces the weight of a word that is the acronym of the other words, since it adds no
/// information: "Islamic Revolutionary Guard Corps (IRGC)".
fn demote_own_acronym(words: &[Word], initials: &Initials, name: &mut Name) {
    if words.len() < 4 {
        return;
    }
    for at in 0..name.tokens.len() {
        let token = name.tokens[at];
        let short = (3..=8).contains(&token.units) && token.role == Role::Plain;
        let Some(word) = words.iter().find(|word| word.start == usize::from(token.text_at)) else {
            continue;
        };
        if !short || word.script != Script::Latin {
            continue;
        }
        let others = initials.hashes(Some(word.start));
        if others.contains(&token.hash) {
            name.initials = others;
            name.tokens[at].role = Role::Title;
            name.tokens[at].weight = 5;
            return;
        }
    }
}

/// The first letters of all words except joining words.
struct Initials(Vec<Initial>);

struct Initial {
    letter: char,
    /// Where its word starts.
    start: usize,
    /// Whether its word is part of a legal form.
    is_legal: bool,
}

impl Initials {
    fn of(words: &[Word], name: &Name) -> Initials {
        let legal = |word: &Word| {
            name.tokens.iter().any(|token| {
                let at = usize::from(token.text_at);
                let span = at..at + usize::from(token.text);
                token.role == Role::Legal && span.contains(&word.start)
            })
        };
        let named = words.iter().filter(|word| !is_joining_word(&word.key));
        Initials(
            named
                .filter_map(|word| {
                    let letter = word.key.chars().next()?;
                    Some(Initial { letter, start: word.start, is_legal: legal(word) })
                })
                .collect(),
        )
    }

    /// Hashes of the letters, with and without those of legal forms; 0 for fewer than three
    /// letters. `but` is the start of a word to leave out.
    fn hashes(&self, but: Option<usize>) -> [u32; 2] {
        [true, false].map(|with_legal| {
            let (mut hash, mut count) = (fold::hash64(""), 0);
            for initial in &self.0 {
                if but != Some(initial.start) && (with_legal || !initial.is_legal) {
                    hash = fold::hash_letter(hash, initial.letter);
                    count += 1;
                }
            }
            if count < 3 { 0 } else { fold::hash32(hash) }
        })
    }
}

/// True when a text contains a legal form or a term of organisations.
pub(crate) fn names_an_organisation(text: &str) -> bool {
    let (words, _) = words::split(text, true);
    let words = unspaced::split(join_letters(words));
    (0..words.len()).any(|at| match org_terms::find(&words[at..]) {
        Some(Phrase { role: Role::Legal, words: used, .. }) => {
            words[at].key.chars().count() + used > 3
        }
        Some(Phrase { role: Role::Term, .. }) => words[at].key.chars().count() > 3,
        _ => false,
    })
}

/// Joins adjacent single letters into one word ("S.A.", "J/V", "L L C").
fn join_letters(words: Vec<Word>) -> Vec<Word> {
    let is_lone = |word: &Word| word.letters.len() == 1 && word.script.is_alphabetic();
    if !words.windows(2).any(|pair| pair.iter().all(is_lone)) {
        return words;
    }
    let mut joined: Vec<Word> = Vec::with_capacity(words.len());
    let mut single = false;
    for word in words {
        let lone = is_lone(&word);
        if lone
            && single
            && word.separator != Separator::Comma
            && let Some(last) = joined.last_mut()
        {
            last.letters.extend_from_slice(&word.letters);
            last.key.push_str(&word.key);
            last.end = word.end;
            continue;
        }
        single = lone;
        joined.push(word);
    }
    joined
}

/// The words of a name that are not read yet.
struct Rest<'w> {
    words: &'w [Word],
    loose: &'w [org_terms::Loose],
    /// Nothing has been read before them.
    is_start: bool,
}

impl Rest<'_> {
    /// Reads one phrase or word; returns the number of words read.
    fn read_phrase(&self, kind: NameKind, builder: &mut NameBuilder) -> usize {
        let word = &self.words[0];
        if word.script == Script::Digit {
            return read_number(word, builder);
        }
        let is_object = kind == NameKind::Object;
        if !is_object && let Some((value, used)) = read_number_words(self.words) {
            if let Some(token) = builder.push(&self.words[..used], Role::Number) {
                token.facts[0] = value;
            }
            return used;
        }
        if self.is_start && self.words.len() > 1 && is_prefix(word, is_object) {
            if let Some(token) = builder.push(&[word], Role::Title) {
                token.weight = PREFIX_WEIGHT;
            }
            return 1;
        }
        if !is_object && let Some(phrase) = org_terms::find_loosely(self.words, self.loose) {
            self.push_known(phrase, builder);
            return phrase.words;
        }
        let role = if is_joining_word(&word.key) { Role::Particle } else { Role::Plain };
        if let Some(token) = builder.push(&[word], role) {
            token.weight = plain_weight(role, word);
        }
        1
    }

    /// Pushes a phrase that the tables contain.
    fn push_known(&self, phrase: Phrase, builder: &mut NameBuilder) {
        let Phrase { role, facts, words: used } = phrase;
        let named = role == Role::Term && facts.at(0) & NAMED != 0;
        let role = if named { Role::Plain } else { role };
        let Some(token) = builder.push(&self.words[..used], role) else { return };
        token.facts = [facts.at(0), facts.at(1), facts.at(2)];
        let first = &self.words[0];
        if first.script == Script::Arabic
            && first.letters.starts_with(&['ا', 'ل'])
            && token.units > 4
        {
            token.prefix_units = 2;
            token.flags |= flag::ARTICLE;
        }
        token.weight = match role {
            Role::Plain => NAMED_WEIGHT,
            Role::Legal => LEGAL_WEIGHT,
            Role::Territory => TERRITORY_WEIGHT,
            _ if facts.at(0) & 0x8000 != 0 => GENERIC_WEIGHT,
            _ => SPECIFIC_WEIGHT,
        };
    }
}

/// True for a prefix that is no part of the name: of a vessel ("M/V") or of an organisation.
fn is_prefix(word: &Word, is_object: bool) -> bool {
    let wanted = if is_object { 3 } else { 2 };
    tables::TITLES.find(&word.key).iter().any(|kind| kind == wanted)
}

/// Weights of words in hundredths of a distinctive word: the more a word distinguishes one
/// organisation from others, the heavier. A term used as a proper name (Star) is nearly
/// distinctive, a legal form hardly at all (Korvat Ltd / Korvat). Tests:
/// `legal_forms_match_across_languages_and_may_be_missing`, `distinctive_words_decide`,
/// `tests/labelled.rs`.
const NAMED_WEIGHT: u8 = 85;
const SPECIFIC_WEIGHT: u8 = 50;
const TERRITORY_WEIGHT: u8 = 45;
const GENERIC_WEIGHT: u8 = 30;
const LEGAL_WEIGHT: u8 = 15;
const PREFIX_WEIGHT: u8 = 5;

/// The Korean reading of each distinctive word that has one, with the index of its token in
/// `Reading::extra`.
fn korean_words(words: &[Word], builder: &NameBuilder, hints: &Hints<'_>) -> Vec<Reading> {
    let korean = hints.country.is_some_and(|country| matches!(country, "kp" | "kr"))
        || words.iter().any(|word| word.script == Script::Hangul || is_korea(&word.key));
    let mut readings = Vec::new();
    for (place, token) in builder.tokens().iter().enumerate() {
        let Some(word) = words.iter().find(|word| word.start == usize::from(token.text_at)) else {
            continue;
        };
        if token.role != Role::Plain || readings.len() >= MAX_READINGS || word.letters.len() > 14 {
            continue;
        }
        let confidence = if korean { Confidence::Likely } else { Confidence::Possible };
        if let Some(mut reading) = korean::reading::read_token(word, confidence) {
            reading.extra = place as u8;
            readings.push(reading);
        }
    }
    readings
}

/// The Korean reading of all words of a vessel's name as one word.
fn korean_vessel(words: &[Word]) -> Vec<Reading> {
    let named: Vec<&Word> = words
        .iter()
        .filter(|word| {
            word.script != Script::Digit
                && tables::TITLES.find(&word.key).iter().all(|kind| kind != 3)
        })
        .collect();
    let Some(first) = named.first() else { return Vec::new() };
    let letters: Vec<char> = named.iter().flat_map(|word| word.letters.iter().copied()).collect();
    if letters.len() > 16 {
        return Vec::new();
    }
    let whole = Word { letters, ..(*first).clone() };
    korean::reading::read_token(&whole, Confidence::Possible).into_iter().collect()
}

/// True for words that suggest a Korean organisation.
fn is_korea(key: &str) -> bool {
    matches!(
        key,
        "korea"
            | "korean"
            | "choson"
            | "chosun"
            | "joson"
            | "dprk"
            | "pyongyang"
            | "koryo"
            | "корея"
            | "корейская"
            | "朝鲜"
            | "朝鮮"
            | "조선"
            | "고려"
    )
}

/// Reads a number in words ("Forty Four", "forty 4", "twenty-first"): its value and the number of
/// words.
fn read_number_words(words: &[Word]) -> Option<(u16, usize)> {
    let value_of = |word: &Word| {
        let facts = tables::NUMBERS.find(&word.key);
        (!facts.is_none() && !may_be_syllable(word)).then(|| (facts.at(0) & 0x7fff) - 1)
    };
    let first = value_of(words.first()?)?;
    let unit = words.get(1).and_then(|word| match word.letters.as_slice() {
        [digit] => digit.to_digit(10).map(|digit| digit as u16),
        _ => value_of(word),
    });
    match unit {
        Some(unit @ 1..=9) if (20..100).contains(&first) && first % 10 == 0 => {
            Some((first + unit, 2))
        }
        _ => Some((first, 1)),
    }
}

/// True for number words that are words, names or syllables of other languages (un, do, san, yong).
fn may_be_syllable(word: &Word) -> bool {
    let key = word.key.as_str();
    word.script == Script::Latin
        && !matches!(key, "one" | "two" | "six" | "ten")
        && (key.len() < 4
            || !tables::ZH_SPELLING.find(key).is_none()
            || matches!(
                key,
                "hana"
                    | "chil"
                    | "paek"
                    | "baek"
                    | "chon"
                    | "cheon"
                    | "pyol"
                    | "nulla"
                    | "eine"
                    | "otto"
            ))
}

/// Reads a number in digits. Its value is kept modulo a prime that fits in 16 bits.
fn read_number(word: &Word, builder: &mut NameBuilder) -> usize {
    let value = word
        .letters
        .iter()
        .filter_map(|letter| letter.to_digit(10))
        .fold(0_u32, |value, digit| (value * 10 + digit) % 65_521);
    if let Some(token) = builder.push(&[word], Role::Number) {
        token.facts[0] = value as u16;
    }
    1
}

/// The weight of a word that no table contains. Two or three letters are mostly an abbreviation
/// that other sources leave out (AK, IC, SK), so they weigh half. Test:
/// `a_short_word_weighs_less_than_a_long_one`.
fn plain_weight(role: Role, word: &Word) -> u8 {
    match (role, word.letters.len()) {
        (Role::Particle, _) => 5,
        (_, ..=3) if word.script.is_alphabetic() => 50,
        _ => 100,
    }
}
