//! Analysis of a person's name: titles, particles, compounds, initials and the order of its parts.

use crate::builder::{self, NameBuilder};
use crate::compounds::{
    canonical_abdallah, canonical_prefix, is_abd, is_abu, is_allah, is_article, is_din,
    is_patronymic, is_son_of, mark_glued_prefix,
};
use crate::east;
use crate::fold;
use crate::lattice::token as lattice_token;
use crate::name::{Hints, Name, NameKind, Role, Token, flag, name_flag};
use crate::script::Script;
use crate::tables;
use crate::words::{self, Separator, Word};

/// Analyses the name of a person.
pub(crate) fn analyse(text: &str, hints: &Hints<'_>) -> Name {
    let (mut words, notes) = words::split(text, false);
    strip_written_articles(&mut words);
    let order_known =
        put_family_last(&mut words) || put_capitals_last(&mut words) || hints.family.is_some();
    let mut reader = Reader {
        words: &words,
        builder: NameBuilder::new(notes),
        at: 0,
        after_son: false,
        article: false,
    };
    reader.read();
    let mut builder = reader.builder;
    keep_a_name(&mut builder);
    mark_roles(&mut builder, &words, hints);
    let mut flags = if order_known { name_flag::ORDER_KNOWN } else { 0 };
    let arabic = builder.tokens().iter().filter(|token| token.flags & flag::ARABIC != 0).count();
    let plain = builder.tokens().iter().filter(|token| is_name_token(token)).count();
    if arabic * 2 >= plain.max(1) {
        flags |= name_flag::ARABIC;
    }
    if words.iter().all(|word| word.script == Script::Latin) {
        flags |= name_flag::LATIN;
    }
    let mut name = builder.finish(text, NameKind::Person, flags, &words);
    let mut readings = east::read::read(&words, order_known, hints);
    if flags & name_flag::ARABIC != 0 {
        // Usama BIN LADEN would be a Chinese name after a Western given name.
        readings.retain(|reading| reading.extra == 0);
    }
    name.readings = readings.into_boxed_slice();
    name
}

/// True for tokens that are a given name, a family name or a patronymic.
pub(crate) fn is_name_token(token: &Token) -> bool {
    matches!(token.role, Role::Plain | Role::Family | Role::Patronymic)
}

/// True for tokens that can be aligned with a token of the other name.
pub(crate) fn is_alignable(token: &Token) -> bool {
    is_name_token(token) || token.role == Role::Initial
}

/// Removes the article `ال`, which Arabic writes as part of the word, where enough letters remain.
fn strip_written_articles(words: &mut [Word]) {
    for word in words {
        if word.script == Script::Arabic
            && word.letters.len() >= 5
            && word.letters.starts_with(&['ا', 'ل'])
        {
            if word.key == "الله" {
                continue;
            }
            word.letters.drain(..2);
            word.key = fold::key_of(&word.letters.iter().collect::<String>());
            word.separator = Separator::Hyphen;
        }
    }
}

/// Moves the family name behind the given names if a single comma separates them ("SUR NAME,
/// Given"); true when it did.
fn put_family_last(words: &mut [Word]) -> bool {
    let commas: Vec<usize> =
        (1..words.len()).filter(|&at| words[at].separator == Separator::Comma).collect();
    let &[comma] = commas.as_slice() else { return false };
    if words[comma..].iter().all(is_title) {
        return false;
    }
    words.rotate_left(comma);
    true
}

fn is_title(word: &Word) -> bool {
    !tables::TITLES.find(&word.key).is_none() || is_generation_suffix(&word.key)
}

/// Moves a family name in capitals to the end ("KIM Jong Un" and "Jong Un KIM"); true when capitals
/// show the order.
fn put_capitals_last(words: &mut [Word]) -> bool {
    let capital = |word: &Word| {
        word.upper
            && word.letters.len() > 1
            && word.script != Script::Han
            && tables::TITLES.find(&word.key).is_none()
            && tables::PARTICLES.find(&word.key).is_none()
    };
    let Some(change) = words.windows(2).position(|pair| capital(&pair[0]) != capital(&pair[1]))
    else {
        return false;
    };
    let (head, tail) = words.split_at(change + 1);
    let small = |word: &Word| !capital(word) && word.letters.len() > 1 && !word.upper;
    if head.iter().all(is_title) || tail.iter().all(is_title) {
        return false;
    }
    if head.iter().all(capital) && tail.iter().all(small) {
        words.rotate_left(change + 1);
        return true;
    }
    head.iter().all(small) && tail.iter().all(capital)
}

/// True for words like "Jr." that distinguish generations.
fn is_generation_suffix(key: &str) -> bool {
    matches!(
        key,
        "jr" | "sr"
            | "ii"
            | "iii"
            | "iv"
            | "junior"
            | "senior"
            | "filho"
            | "neto"
            | "hijo"
            | "fils"
            | "الابن"
            | "مл"
            | "ابن الابن"
    )
}

struct Reader<'w> {
    words: &'w [Word],
    builder: NameBuilder,
    at: usize,
    after_son: bool,
    article: bool,
}

impl<'w> Reader<'w> {
    fn read(&mut self) {
        self.read_titles();
        while let Some(word) = self.words.get(self.at) {
            if self.read_compound(word) || self.read_particle(word) {
                continue;
            }
            self.read_plain(word);
        }
    }

    fn rest(&self) -> usize {
        self.words.len() - self.at
    }

    /// Reads leading titles as light tokens, as long as a name remains. A token that looks like a
    /// title may be a name on the other side of a comparison.
    fn read_titles(&mut self) {
        while self.rest() > 1 {
            let front = &self.words[self.at..self.at + 4.min(self.rest() - 1)];
            let Some(used) = title(front) else { break };
            let words = &self.words[self.at..self.at + used];
            if let Some(token) = self.builder.push(words, Role::Title) {
                token.weight = 10;
            }
            self.at += used;
        }
    }

    /// Reads the compounds `Abd al-X`, `Abu X`, `X-ullah` and `X al-Din` as one token each; false
    /// if there is none here.
    fn read_compound(&mut self, word: &'w Word) -> bool {
        self.read_abdallah(word)
            || is_abd(&word.key) && self.read_prefixed(word, flag::ABD)
            || is_father_of(word) && self.read_prefixed(word, flag::KUNYA)
            || self.read_second_part(word)
    }

    /// Reads "Abd Allah" in two words.
    fn read_abdallah(&mut self, word: &'w Word) -> bool {
        if !is_abd(&word.key) || self.rest() < 2 || !is_allah(&self.words[self.at + 1].key) {
            return false;
        }
        let whole = Word {
            letters: canonical_abdallah(word.script),
            key: "abdullah".to_string(),
            end: self.words[self.at + 1].end,
            ..word.clone()
        };
        let after_son = std::mem::take(&mut self.after_son);
        self.article = false;
        if let Some(token) = self.builder.push(&[&whole], Role::Plain) {
            token.flags |= flag::ARABIC | if after_son { flag::AFTER_SON } else { 0 };
        }
        self.at += 2;
        true
    }

    /// Reads a prefix (`abd`, `abu`), an article if there is one, and the name that follows.
    fn read_prefixed(&mut self, prefix: &'w Word, kind: u8) -> bool {
        if self.rest() < 2 {
            return false;
        }
        let mut at = self.at + 1;
        if is_article(&self.words[at].key) && self.words.len() > at + 1 {
            at += 1;
        }
        let name = &self.words[at];
        let ends_before = kind == flag::KUNYA && name.separator == Separator::Comma;
        if name.letters.len() < 2 || ends_before {
            return false;
        }
        self.push_prefixed(prefix, name, kind);
        self.at = at + 1;
        true
    }

    /// Reads `-ullah` and `al-Din` as a part of the name before them.
    fn read_second_part(&mut self, word: &'w Word) -> bool {
        let has_first = self.builder.tokens().last().is_some_and(is_name_token)
            && word.separator != Separator::Comma;
        if !has_first || !is_allah(&word.key) && !is_din(&word.key) {
            return false;
        }
        let distance = if self.article { 2 } else { 1 };
        let first = &self.words[self.at.saturating_sub(distance)].key;
        self.builder.extend_last(word, &format!("{first}{}", word.key));
        self.at += 1;
        self.article = false;
        true
    }

    /// Pushes a compound of a prefix (`abd`, `abu`) and a name.
    fn push_prefixed(&mut self, lead: &Word, word: &Word, kind: u8) {
        let after_son = std::mem::take(&mut self.after_son);
        self.article = false;
        // The prefix gets one spelling, whatever stands between it and the name (al, ul, ur).
        let lead = Word { letters: canonical_prefix(kind, lead), ..lead.clone() };
        let mut lead_units = Vec::new();
        lattice_token::push_units(&lead.letters, &mut lead_units);
        let groups = ["", " ", "ul", "ul ", "al", " al "]
            .iter()
            .map(|link| {
                tables::GIVEN.find(&format!(
                    "{}{link}{}",
                    lead.letters.iter().collect::<String>(),
                    word.key
                ))
            })
            .find(|groups| !groups.is_none());
        if let Some(token) = self.builder.push(&[&lead, word], Role::Plain) {
            if let Some(groups) = groups {
                token.facts = [groups.at(0), groups.at(1), groups.at(2)];
                token.flags |= flag::GIVEN;
            }
            token.prefix_units = lead_units.len() as u8;
            token.flags |= kind | flag::ARABIC | if after_son { flag::AFTER_SON } else { 0 };
        }
    }

    /// Reads an article (dropped) or a particle (a light token); false for other words.
    fn read_particle(&mut self, word: &'w Word) -> bool {
        let kinds = tables::PARTICLES.find(&word.key);
        // A single letter is more often an initial than one of the particles "o", "e" and "i".
        if word.letters.len() == 1 && word.script.is_alphabetic() && (self.at == 0 || word.upper) {
            return false;
        }
        let article = is_article(&word.key) || kinds.iter().any(|kind| kind == 1);
        if self.rest() > 1 && article && (word.script != Script::Cyrillic || is_article(&word.key))
        {
            self.article = true;
            self.at += 1;
            return true;
        }
        let son = is_son_of(&word.key) || kinds.iter().any(|kind| matches!(kind, 2 | 3));
        let other = kinds.iter().any(|kind| matches!(kind, 5 | 6));
        if self.rest() > 1 && self.at > 0 && (son || other) {
            if let Some(token) = self.builder.push(&[word], Role::Particle) {
                token.weight = 5;
            }
            self.after_son = son;
            self.at += 1;
            return true;
        }
        false
    }

    fn read_plain(&mut self, word: &'w Word) {
        self.at += 1;
        let letters = word.letters.iter().filter(|letter| letter.is_alphabetic());
        let role = if word.script.is_alphabetic() && letters.take(2).count() == 1 {
            Role::Initial
        } else if self.at > 1 && is_generation_suffix(&word.key) {
            Role::Suffix
        } else if word.script == Script::Digit {
            Role::Number
        } else {
            Role::Plain
        };
        let article = std::mem::take(&mut self.article);
        let after_son = std::mem::take(&mut self.after_son);
        if let Some(token) = self.builder.push(&[word], role) {
            if article || word.script == Script::Arabic || after_son {
                token.flags |= flag::ARABIC;
            }
            if after_son {
                token.flags |= flag::AFTER_SON;
            }
            mark_glued_prefix(token, word);
        }
    }
}

/// Makes every token a name where titles, suffixes, particles and numbers are all there is ("Dr 6", "2 Jr"): none of
/// these is aligned, so such a name would not match an equal one.
fn keep_a_name(builder: &mut NameBuilder) {
    if !builder.tokens().iter().any(is_alignable) {
        builder.tokens_mut().iter_mut().for_each(|token| token.role = Role::Plain);
    }
}

/// True for `abu` and other words that mean "father of".
fn is_father_of(word: &Word) -> bool {
    is_abu(&word.key) || tables::PARTICLES.find(&word.key).iter().any(|kind| kind == 4)
}

/// The number of words of the longest title that some words start with.
fn title(words: &[Word]) -> Option<usize> {
    let mut hash = fold::hash64("");
    let mut longest = None;
    for (place, word) in words.iter().enumerate() {
        if place > 0 {
            hash = fold::hash_more(hash, " ");
        }
        hash = fold::hash_more(hash, &word.key);
        // "M." abbreviates Monsieur, but is far more often an initial.
        let initial = place == 0 && word.letters.len() == 1;
        if !initial && tables::TITLES.get(hash).iter().any(|kind| kind == 1) {
            longest = Some(place + 1);
        }
    }
    longest
}

/// Assigns roles, groups of given names, frequencies and weights. Runs last, since whether a word
/// is a patronymic depends on the number of names.
fn mark_roles(builder: &mut NameBuilder, words: &[Word], hints: &Hints<'_>) {
    let names = builder.tokens().iter().filter(|token| is_name_token(token)).count();
    for token in builder.tokens_mut() {
        if !is_name_token(token) {
            continue;
        }
        let Some(word) = words.iter().find(|word| word.start == usize::from(token.text_at)) else {
            continue;
        };
        if builder::is_part(hints.family, word) {
            token.role = Role::Family;
        } else if builder::is_part(hints.patronymic, word)
            || (names >= 3 && is_patronymic(&word.key))
        {
            token.role = Role::Patronymic;
        }
        // Compounds of several words have their groups from `push_prefixed`.
        let compound = is_abd(&word.key) || is_abu(&word.key);
        let groups = tables::GIVEN.find(&word.key);
        if !groups.is_none() && !compound {
            token.facts = [groups.at(0), groups.at(1), groups.at(2)];
            token.flags |= flag::GIVEN;
            if groups.iter().any(|group| group & 0xc000 == 0x4000) {
                token.flags |= flag::ARABIC;
            }
        }
        let common = commonness(&word.key);
        token.common = common.at(0).max(common.at(1)).min(15) as u8;
        token.weight = weight(token);
    }
}

/// The frequency classes of a name. The feminine form of a Slavic surname takes those of the
/// masculine form.
fn commonness(key: &str) -> tables::Facts {
    let own = tables::COMMON.find(key);
    let base = ["ova", "eva", "ina", "ова", "ева", "ина"]
        .iter()
        .any(|ending| key.ends_with(ending))
        .then(|| key.trim_end_matches(['a', 'а']));
    match base {
        Some(base) if own.is_none() => tables::COMMON.find(base),
        _ => own,
    }
}

/// The weight of a token in hundredths: family names identify a person better than given names,
/// rare names better than common ones; patronymics least of all.
///
/// Trades: "Mohammad Ali Al Habbo" must not match every Mohammad Ali, while two rare names of three
/// should match. Tests:
/// `an_exact_rare_name_scores_above_an_exact_common_one_and_neither_reaches_one`,
/// `tests/labelled.rs`.
fn weight(token: &Token) -> u8 {
    let base: u8 = match token.role {
        Role::Family => 115,
        Role::Patronymic => 60,
        _ if token.flags & flag::GIVEN != 0 => 90,
        // Either a given or a family name.
        _ => 110,
    };
    base - token.common * 2
}
