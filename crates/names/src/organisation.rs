//! Reading the name of an organisation or a vessel: legal forms, known terms, territories, numbers, what is left.

use crate::builder::NameBuilder;
use crate::east::{self, Confidence, Reading};
use crate::fold;
use crate::korean;
use crate::name::{Hints, Name, NameKind, Role, flag, name_flag};
use crate::org_terms::{self, is_joining_word};
use crate::script::Script;
use crate::tables;
use crate::unspaced;
use crate::words::{self, Separator, Word};

/// The bit of a concept that bodies are called after (star, victory).
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
        at += read_phrase((&words[at..], &loose[at..]), kind, at == 0, &mut builder);
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

/// "Islamic Revolutionary Guard Corps (IRGC)": a word that is the first letters of the others adds nothing.
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

/// The first letters of all words but the joining ones, each with where the word starts and whether it is of a legal form.
struct Initials(Vec<(char, usize, bool)>);

impl Initials {
    fn of(words: &[Word], name: &Name) -> Initials {
        let legal = |word: &Word| {
            name.tokens.iter().any(|token| {
                let at = usize::from(token.text_at);
                let span = at..at + usize::from(token.text);
                token.role == Role::Legal && span.contains(&word.start)
            })
        };
        let told = words.iter().filter(|word| !is_joining_word(&word.key));
        Initials(
            told.filter_map(|word| Some((word.key.chars().next()?, word.start, legal(word))))
                .collect(),
        )
    }

    /// Hashes of the letters, with and without those of legal forms; 0 for fewer than three.
    fn hashes(&self, but: Option<usize>) -> [u32; 2] {
        [true, false].map(|with_legal| {
            let (mut hash, mut count) = (fold::hash64(""), 0);
            for (letter, start, legal) in &self.0 {
                if but != Some(*start) && (with_legal || !legal) {
                    hash = fold::hash_letter(hash, *letter);
                    count += 1;
                }
            }
            if count < 3 { 0 } else { (hash ^ hash >> 32) as u32 }
        })
    }
}

/// True when a text names itself an organisation: it holds a legal form or a term of organisations.
pub(crate) fn names_an_organisation(text: &str) -> bool {
    let (words, _) = words::split(text, true);
    let words = unspaced::split(join_letters(words));
    (0..words.len()).any(|at| match org_terms::find(&words[at..]) {
        Some((Role::Legal, facts, used)) => {
            !facts.is_none() && words[at].key.chars().count() + used > 3
        }
        Some((Role::Term, facts, _)) => !facts.is_none() && words[at].key.chars().count() > 3,
        _ => false,
    })
}

/// "S.A.", "J/V", "L L C": letters that stand alone side by side are one word.
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

/// Reads one phrase or word and returns how many words it took.
fn read_phrase(
    (words, loose): (&[Word], &[org_terms::Loose]),
    kind: NameKind,
    first: bool,
    builder: &mut NameBuilder,
) -> usize {
    let word = &words[0];
    if word.script == Script::Digit {
        return read_number(word, builder);
    }
    if kind != NameKind::Object
        && let Some((value, used)) = read_number_words(words)
    {
        if let Some(token) = builder.push(&words[..used], Role::Number) {
            token.facts[0] = value;
        }
        return used;
    }
    let title = tables::TITLES.find(&word.key);
    let wanted = if kind == NameKind::Object { 3 } else { 2 };
    if first && words.len() > 1 && title.iter().any(|kind| kind == wanted) {
        if let Some(token) = builder.push(&[word], Role::Title) {
            token.weight = 5;
        }
        return 1;
    }
    if kind != NameKind::Object
        && let Some((role, facts, used)) = org_terms::find_loosely(words, loose)
    {
        let named = role == Role::Term && facts.at(0) & NAMED != 0;
        let role = if named { Role::Plain } else { role };
        if let Some(token) = builder.push(&words[..used], role) {
            token.facts = [facts.at(0), facts.at(1), facts.at(2)];
            if words[0].script == Script::Arabic
                && words[0].letters.starts_with(&['ا', 'ل'])
                && token.units > 4
            {
                token.prefix_units = 2;
                token.flags |= flag::ARTICLE;
            }
            token.weight = match role {
                Role::Plain => 85,
                Role::Legal => 15,
                Role::Territory => 45,
                _ if facts.at(0) & 0x8000 != 0 => 30,
                _ => 50,
            };
        }
        return used;
    }
    let role = if is_joining_word(&word.key) { Role::Particle } else { Role::Plain };
    if let Some(token) = builder.push(&[word], role) {
        token.weight = plain_weight(role, word);
    }
    1
}

/// The Korean syllables of each distinctive word that can be Korean, kept with the word's place.
fn korean_words(words: &[Word], builder: &NameBuilder, hints: &Hints<'_>) -> Vec<Reading> {
    let korean = hints.country.is_some_and(|country| matches!(country, "kp" | "kr"))
        || words.iter().any(|word| word.script == Script::Hangul || is_korea(&word.key));
    let mut readings = Vec::new();
    for (place, token) in builder.tokens().iter().enumerate() {
        let Some(word) = words.iter().find(|word| word.start == token.text_at as usize) else {
            continue;
        };
        if token.role != Role::Plain
            || readings.len() >= east::MAX_READINGS
            || word.letters.len() > 14
        {
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

/// A vessel's words as one run of Korean syllables, where each word is one.
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

/// "Forty Four", "forty 4", "twenty-first": the value and how many words it took.
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

/// Short number words of one language are words, names and syllables of others (un, do, san, yong).
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

/// Two or three letters are most often the short form of something that is left out elsewhere (AK, IC, SK).
fn plain_weight(role: Role, word: &Word) -> u8 {
    match (role, word.letters.len()) {
        (Role::Particle, _) => 5,
        (_, ..=3) if word.script.is_alphabetic() => 50,
        _ => 100,
    }
}
