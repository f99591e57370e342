//! What a candidate index needs to know of a name.
//!
//! A name is found through its *slots*: the parts that can carry a match. An index keeps a dictionary
//! of distinct slots; a query's slot finds those it is alike to through shared keys ([`slot_keys`],
//! then [`SlotGist::may_agree`] and [`slots_alike`]), and names are candidates when enough of their
//! slots are met ([`Need::is_met`]). What is compared as a whole (syllables, acronyms, words written
//! together) has keys of its own ([`whole_keys`]).

use crate::east::{Language, Reading, Sure};
use crate::han;
use crate::korean::syllable::Syllable;
use crate::lattice::table;
use crate::likeness;
use crate::name::{Name, Role, Token, flag, trait_of};
use crate::tables::Facts;
use crate::{organisation_compare, person_compare};

/// Consonant classes of a word, at most so many; longer words agree in these or not at all.
const BONES: usize = 14;
/// Words of at least so many consonants may have lost one; shorter ones would be anything then.
const ONE_LOST: usize = 3;
/// And so many, two.
const TWO_LOST: usize = 6;
/// Syllables that go into a key. Three are selective; each may have several classes, and their
/// combinations multiply.
const SEQUENCE: usize = 3;
/// Fewer syllables are not read across languages.
const COREAD_SYLLABLES: u8 = 3;

/// The parts of a name that can carry a match, as positions of its tokens.
pub fn slots(name: &Name) -> impl Iterator<Item = usize> + '_ {
    let any_plain = name.tokens.iter().any(is_plain);
    name.tokens
        .iter()
        .enumerate()
        .filter(move |(_, token)| {
            is_plain(token)
                || (!any_plain && matches!(token.role, Role::Term | Role::Territory | Role::Number))
        })
        .map(|(at, _)| at)
        .take(SLOTS)
}

fn is_plain(token: &Token) -> bool {
    matches!(token.role, Role::Plain | Role::Family | Role::Patronymic)
}

/// Equal identities are alike to the same slots.
pub fn slot_identity(name: &Name, at: usize) -> u64 {
    let token = &name.tokens[at];
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut mix = |value: u64| {
        hash = (hash ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    };
    mix(u64::from(token.hash));
    mix(u64::from(token.distinct) | u64::from(token.lead) << 16);
    mix(token.role as u64 | u64::from(token.flags) << 8);
    for fact in token.facts {
        mix(u64::from(fact));
    }
    name.sounds(token).units.iter().for_each(|&unit| mix(u64::from(unit)));
    hash
}

/// Whether a part of one name is alike to a part of another, as the comparison will see it.
pub fn slots_alike(left: &Name, at: usize, right: &Name, to: usize) -> bool {
    // An index made by another version may speak of parts that this reading does not have.
    let (Some(one), Some(other)) = (left.tokens.get(at), right.tokens.get(to)) else {
        return false;
    };
    let organised = trait_of::ORGANISATION | trait_of::OBJECT;
    if one.hash == other.hash {
        return true;
    }
    if left.is(organised) || right.is(organised) {
        let shared = one.facts.iter().any(|fact| *fact != 0 && other.facts.contains(fact));
        if shared && !is_plain(one) && !is_plain(other) {
            return true;
        }
    }
    likeness::tokens(left, one, right, other).0 > 0
}

/// Who makes a key. What differs by one letter is written into the index in one way and asked for in
/// another, so that only what really is one letter apart meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asker {
    /// The index, for a listed name.
    Index,
    /// A query.
    Query,
}

/// Appends keys of a slot: a listed slot and a query's that are alike share at least one.
pub fn slot_keys(name: &Name, at: usize, asker: Asker, out: &mut Vec<u64>) {
    let token = &name.tokens[at];
    out.push(make(Kind::Exact, u64::from(token.hash)));
    if token.distinct != 0 {
        out.push(make(Kind::Distinct, u64::from(token.distinct)));
    }
    for &fact in token.facts.iter().filter(|&&fact| fact != 0) {
        let kind = if is_plain(token) { Kind::Group } else { Kind::Fact };
        out.push(make(kind, u64::from(fact & 0x7fff)));
    }
    let units = name.sounds(token).units;
    let lead = usize::from(token.lead).min(units.len());
    push_bones(&bones(units), asker, out);
    if token.flags & (flag::ABD | flag::ARTICLE) != 0 && lead > 0 {
        push_bones(&bones(&units[lead..]), asker, out);
    }
}

/// Appends keys of what is compared as a whole, each with what is met of a query when a listed name
/// has it too: some of its slots, or [`WHOLE`].
pub fn whole_keys(name: &Name, asker: Asker, covered: &mut Vec<(u64, u32)>) {
    joined_keys(name, asker, covered);
    let mut keys = Vec::new();
    let out = &mut keys;
    acronym_keys(name, asker, out);
    for reading in name.readings.iter() {
        sequence_keys(reading, reading.language, own_classes, out);
        // The same characters read in another language ("Li Cheng He" / "Ri Song Hyok").
        if reading.language == Language::Mandarin
            && reading.sure >= Sure::Likely
            && reading.count >= COREAD_SYLLABLES
        {
            sequence_keys(reading, Language::Korean, korean_classes, out);
            sequence_keys(reading, Language::Cantonese, cantonese_classes, out);
        }
    }
    if name.is(trait_of::OBJECT) {
        object_keys(name, asker, out);
    }
    covered.extend(keys.into_iter().map(|key| (key, WHOLE)));
}

/// Vessels and aircraft are compared as one run of letters, slips included.
fn object_keys(name: &Name, asker: Asker, out: &mut Vec<u64>) {
    let word = |token: &Token| !matches!(token.role, Role::Title | Role::Number) && token.units > 0;
    let first = name.tokens.iter().position(word);
    let last = name.tokens.iter().rposition(word);
    match (first, last) {
        (Some(first), Some(last)) => push_bones(&bones(name.joined(first, last).units), asker, out),
        _ => {
            out.extend(name.tokens.iter().map(|token| make(Kind::Fact, u64::from(token.facts[0]))))
        }
    }
}

/// Appends the keys of a reading's first syllables, in every combination of their classes.
fn sequence_keys(
    reading: &Reading,
    language: Language,
    classes: fn(&Reading, usize) -> Vec<u64>,
    out: &mut Vec<u64>,
) {
    let mut sequences = vec![mix(language as u64 + 1, u64::from(reading.count))];
    for place in 0..reading.all().len().min(SEQUENCE) {
        let mut classes = classes(reading, place);
        classes.sort_unstable();
        classes.dedup();
        sequences = sequences
            .iter()
            .flat_map(|hash| classes.iter().map(move |class| mix(*hash, *class)))
            .collect();
    }
    out.extend(sequences.into_iter().map(|hash| make(Kind::Syllables, hash)));
}

/// What an index keeps of a listed name, to tell quickly whether enough of it is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape(u8);

/// The shape of a name.
pub fn shape(name: &Name) -> Shape {
    let heavy = |token: &&Token| is_plain(token) && token.role != Role::Patronymic;
    let plain = name.tokens.iter().filter(heavy).count().min(15) as u8;
    let initial = name.tokens.iter().any(|token| token.role == Role::Initial);
    let organised = name.is(trait_of::ORGANISATION | trait_of::OBJECT);
    Shape(plain | u8::from(initial) << 4 | u8::from(organised) << 5)
}

impl Shape {
    /// As a byte, to be stored.
    pub fn to_byte(self) -> u8 {
        self.0
    }

    /// From a stored byte.
    pub fn from_byte(byte: u8) -> Self {
        Self(byte)
    }

    fn plain(self) -> u32 {
        u32::from(self.0 & 15)
    }

    fn has_initial(self) -> bool {
        self.0 & 16 != 0
    }

    fn is_organised(self) -> bool {
        self.0 & 32 != 0
    }
}

/// What of a query must be met for a listed name to reach a score: an upper bound from the weights
/// of the parts that are met and of those that are left over.
#[derive(Debug, Clone)]
pub struct Need {
    weights: [u8; SLOTS],
    total: u32,
    shape: Shape,
    /// What parts that are no slots (terms, territories, legal forms) can add at most.
    terms: u32,
}

/// A query has at most so many slots; the last two bits of a cover say that words were joined.
const SLOTS: usize = 30;
/// Some slot was met by several words of the other side written as one, or the other way round.
const JOINED: u32 = 1 << SLOTS;
/// The same for words of so few consonants that another slot must be met, too.
const JOINED_SHORT: u32 = 2 << SLOTS;
/// Everything is met: the names agree as a whole.
pub const WHOLE: u32 = u32::MAX;
/// The heaviest part of a name; a link weighs as the heavier of its two ends.
const HEAVIEST: u32 = 115;
/// What initials can add at most.
const INITIALS: u32 = 60;
/// The lightest part of a listed name that is no patronymic.
const LIGHTEST: u32 = 60;
/// One shared part of a longer name is never worth more; see the caps of person names.
const SINGLE_PART: f64 = 0.69;
/// What a silent letter may weigh, in hundredths of a consonant.
const SILENT: u32 = 15;
/// The best score of a name alone.
const BEST: f64 = 0.985;

impl Need {
    /// What a query needs.
    pub fn of(query: &Name) -> Self {
        let mut weights = [0; SLOTS];
        for (slot, at) in weights.iter_mut().zip(slots(query)) {
            *slot = query.tokens[at].weight;
        }
        let besides = query.tokens.iter().filter(|token| !is_plain(token));
        let terms = besides.map(|token| u32::from(token.weight)).sum();
        let total = weights.iter().map(|weight| u32::from(*weight)).sum();
        Need { weights, total, shape: shape(query), terms }
    }

    /// Whether a listed name of that shape, of which these slots are met, can reach the score.
    pub fn is_met(&self, cover: u32, listed: Shape, score: f64) -> bool {
        if cover == WHOLE {
            return true;
        }
        let slots = cover & !(JOINED | JOINED_SHORT);
        let plain = self.shape.plain().max(listed.plain());
        let organised = self.shape.is_organised() || listed.is_organised();
        let initials = self.shape.has_initial() || listed.has_initial();
        if slots.count_ones() == 1 && cover & JOINED == 0 && plain > 1 {
            let lone_part = !organised && !initials && score > SINGLE_PART;
            let short = cover & JOINED_SHORT != 0;
            if short && self.shape.plain() > 1 || lone_part && !short {
                return false;
            }
        }
        let (mut met, mut lone) = (0, self.total);
        for (place, weight) in self.weights.iter().enumerate() {
            if slots >> place & 1 != 0 {
                met += u32::from(*weight).max(HEAVIEST);
                lone -= u32::from(*weight);
            }
        }
        let (contradiction, extra) = if organised {
            met += self.terms;
            (organisation_compare::CONTRADICTION, organisation_compare::EXTRA)
        } else {
            (person_compare::CONTRADICTION, person_compare::EXTRA)
        };
        if initials {
            met += INITIALS;
        }
        let over =
            if cover & JOINED != 0 { 0 } else { listed.plain().saturating_sub(slots.count_ones()) };
        let (met, lone, over) = (f64::from(met), f64::from(lone), f64::from(over * LIGHTEST));
        let against = contradiction * lone.min(over) + extra * (lone - over).abs();
        met / (met + against) * BEST >= score
    }
}

/// What the index keeps of a slot, to tell without its name that two cannot sound alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotGist([u8; 24]);

impl SlotGist {
    /// The gist of a slot.
    pub fn of(name: &Name, at: usize) -> Self {
        let token = &name.tokens[at];
        let gist = name.sounds(token).gist;
        let mut bytes = [0; 24];
        bytes[..16].copy_from_slice(&gist.bones);
        bytes[16..18].copy_from_slice(&gist.weights[0].to_le_bytes());
        bytes[18..20].copy_from_slice(&gist.weights[1].to_le_bytes());
        let by_facts = token.facts.iter().any(|fact| *fact != 0) || token.distinct != 0;
        bytes[20] = u8::from(token.flags & flag::ABJAD != 0)
            | u8::from(token.lead > 0 || by_facts || !is_plain(token)) << 1;
        Self(bytes)
    }

    /// As bytes, to be stored.
    pub fn to_bytes(self) -> [u8; 24] {
        self.0
    }

    /// From stored bytes.
    pub fn from_bytes(bytes: [u8; 24]) -> Self {
        Self(bytes)
    }

    /// False only for slots that are not alike.
    pub fn may_agree(&self, other: &Self) -> bool {
        // Groups of given names, and parts before the decisive one, are looked at in full.
        if (self.0[20] | other.0[20]) & 2 != 0 && self.0[20] & other.0[20] & 2 != 0 {
            return true;
        }
        let leads = (self.0[20] | other.0[20]) & 2 != 0;
        let weights = |gist: &Self, place: usize| {
            u32::from(gist.0[place]) | u32::from(gist.0[place + 1]) << 8
        };
        let abjad = |gist: &Self| usize::from(gist.0[20] & 1);
        let mine = weights(self, 16 + 2 * usize::from(abjad(other) > abjad(self)));
        let theirs = weights(other, 16 + 2 * usize::from(abjad(self) > abjad(other)));
        // Nothing that differs may weigh more than what may differ in all; a silent letter that meets
        // a vowel at no cost shifts the balance a little.
        let budget = mine.max(theirs) * (1000 - likeness::FLOOR) / 1000;
        leads || mine.abs_diff(theirs) <= budget + SILENT
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Exact = 1,
    Distinct,
    Group,
    Fact,
    Skeleton,
    Longer,
    Changed,
    TwoLost,
    Joined,
    Single,
    Syllables,
    Acronym,
    Spelt,
}

fn mix(hash: u64, value: u64) -> u64 {
    (hash ^ value.wrapping_add(0x9e37_79b9_7f4a_7c15))
        .wrapping_mul(0xff51_afd7_ed55_8ccd)
        .rotate_left(31)
}

/// A key: hashed, so that its place among sorted keys can be guessed.
fn make(kind: Kind, value: u64) -> u64 {
    mix(mix(kind as u64, value), 0)
}

fn bones(units: &[u8]) -> Vec<u8> {
    let mut bones: Vec<u8> = Vec::with_capacity(BONES);
    for &unit in units {
        let bone = table::skeleton(unit);
        if bone != 0 && bones.last() != Some(&bone) && bones.len() < BONES {
            bones.push(bone);
        }
    }
    bones
}

/// The hash of consonants, some of them left out.
fn hash_bones(bones: &[u8], skip: [usize; 2]) -> u64 {
    let mut hash = 0;
    let mut last = 0;
    for (place, &bone) in bones.iter().enumerate() {
        if !skip.contains(&place) && bone != last {
            hash = mix(hash, u64::from(bone));
            last = bone;
        }
    }
    hash
}

/// Keys under which consonants meet others that are equal, one longer, one shorter, different in one
/// place, exchanged, or (in long words) any two apart.
fn push_bones(bones: &[u8], asker: Asker, out: &mut Vec<u64>) {
    const NONE: usize = usize::MAX;
    let whole = hash_bones(bones, [NONE, NONE]);
    out.push(make(Kind::Skeleton, whole));
    if bones.len() < ONE_LOST {
        if asker == Asker::Query {
            out.push(make(Kind::Longer, whole));
        }
        return;
    }
    if asker == Asker::Query {
        out.push(make(Kind::Longer, whole));
        let mut exchanged = bones.to_vec();
        for place in 1..bones.len() {
            exchanged.swap(place - 1, place);
            out.push(make(Kind::Skeleton, hash_bones(&exchanged, [NONE, NONE])));
            exchanged.swap(place - 1, place);
        }
    }
    for one in 0..bones.len() {
        let rest = hash_bones(bones, [one, NONE]);
        let lost = if asker == Asker::Index { Kind::Longer } else { Kind::Skeleton };
        out.push(make(lost, rest));
        out.push(make(Kind::Changed, mix(rest, (one << 8 | bones.len()) as u64)));
        if bones.len() >= TWO_LOST {
            for two in one + 1..bones.len() {
                out.push(make(Kind::TwoLost, hash_bones(bones, [one, two])));
            }
        }
    }
}

/// Neighbouring parts written as one word, against a single part of the other name.
fn joined_keys(name: &Name, asker: Asker, out: &mut Vec<(u64, u32)>) {
    let mut place = [None; 64];
    for (slot, at) in slots(name).enumerate() {
        if let Some(place) = place.get_mut(at) {
            *place = Some(slot as u32);
        }
    }
    let count = name.tokens.len().min(place.len());
    for first in 0..count {
        let mut slots = 0;
        let end = count.min(first + 4);
        for (last, slot) in place.iter().enumerate().take(end).skip(first) {
            slots |= slot.map_or(0, |slot| 1 << slot);
            let single = first == last;
            if single && !is_plain(&name.tokens[first]) {
                continue;
            }
            let bones = bones(name.joined(first, last).units);
            // One consonant is any word.
            if bones.len() >= 2 {
                let kind =
                    if single == (asker == Asker::Index) { Kind::Single } else { Kind::Joined };
                let joined = if bones.len() == 2 { JOINED_SHORT } else { JOINED };
                out.push((make(kind, hash_bones(&bones, [usize::MAX; 2])), slots | joined));
            }
        }
    }
}

/// First letters of the words, against a single short word that may stand for them.
fn acronym_keys(name: &Name, asker: Asker, out: &mut Vec<u64>) {
    if !name.is(trait_of::ORGANISATION) {
        return;
    }
    let class = |unit: Option<&u8>| unit.map_or(0, |unit| u64::from(table::skeleton(*unit)));
    let (spelt, short) = match asker {
        Asker::Index => (Kind::Spelt, Kind::Acronym),
        Asker::Query => (Kind::Acronym, Kind::Spelt),
    };
    for with_legal in [false, true] {
        let words = name.tokens.iter().filter(|token| match token.role {
            Role::Particle | Role::Number => false,
            Role::Legal => with_legal,
            _ => true,
        });
        let firsts: Vec<u64> = words.map(|token| class(name.sounds(token).units.first())).collect();
        if (3..=8).contains(&firsts.len()) {
            out.push(make(spelt, firsts.iter().fold(1, |hash, first| mix(hash, *first))));
        }
    }
    // By letters, where a short form sounds as fewer units than it has letters (CNOOC).
    let letters = name.initials.iter().filter(|hash| **hash != 0);
    out.extend(letters.map(|hash| make(spelt, mix(2, u64::from(*hash)))));
    for token in name.tokens.iter().filter(|token| is_plain(token)) {
        out.push(make(short, mix(2, u64::from(token.hash))));
        let units = name.sounds(token).units;
        if (3..=8).contains(&units.len()) {
            let hash = units.iter().fold(1, |hash, unit| mix(hash, class(Some(unit))));
            out.push(make(short, hash));
        }
    }
}

/// Coarse classes of a syllable, such that syllables which can agree share one.
fn own_classes(reading: &Reading, place: usize) -> Vec<u64> {
    let (first, second) = reading.all()[place];
    let numbers = || [first, second].into_iter().flat_map(|word| Facts(word).iter()).map(u64::from);
    match reading.language {
        Language::Korean => {
            let codas = (0..8).filter(|bit| (first | second) >> (40 + bit) & 1 != 0);
            let onsets = korean_onsets(first | second);
            codas.flat_map(|coda| onsets.iter().map(move |onset| onset << 4 | coda)).collect()
        }
        Language::Mandarin => numbers().collect(),
        Language::Cantonese if place < usize::from(reading.family) => numbers().collect(),
        Language::Cantonese => (0..64).filter(|bit| first >> bit & 1 != 0).collect(),
        Language::Han | Language::Vietnamese | Language::Japanese => {
            [first & 0xffff_ffff, first >> 32].into_iter().filter(|hash| *hash != 0).collect()
        }
    }
}

/// Korean classes of the characters that a Mandarin syllable may stand for.
fn korean_classes(reading: &Reading, place: usize) -> Vec<u64> {
    let numbers = Facts(reading.all()[place].0);
    let mut classes = Vec::new();
    for (class, coda) in (1..=8_u64).flat_map(|class| (0..8_u64).map(move |coda| (class, coda))) {
        let onsets: u64 =
            (0..19).filter(|bit| u64::from(ONSET_CLASSES[*bit]) == class).map(|bit| 1 << bit).sum();
        let mask = onsets | ANY_VOWEL | 1 << (40 + coda);
        let any = Syllable { regular: mask, loose: mask };
        if numbers.iter().any(|number| han::coread_korean(number, any)) {
            classes.push(class << 4 | coda);
        }
    }
    classes
}

/// Cantonese initials of the characters that a Mandarin syllable may stand for.
fn cantonese_classes(reading: &Reading, place: usize) -> Vec<u64> {
    let (first, second) = reading.all()[place];
    if place < usize::from(reading.family) {
        let numbers = [first, second].into_iter().flat_map(|word| Facts(word).iter());
        return numbers.map(u64::from).collect();
    }
    (0..64)
        .filter(|bit| {
            Facts(first).iter().any(|number| han::coread_cantonese(number, (1 << bit, u64::MAX)))
        })
        .collect()
}

/// Korean onsets, in the order of the alphabet, by what they alternate with:
/// ㄱㄲㅋ / ㄴㄹㅇ (at the start of a word) / ㄷㄸㅌ / ㅁ / ㅂㅃㅍ / ㅅㅆ / ㅈㅉㅊ / ㅎ.
const ONSET_CLASSES: [u8; 19] = [1, 1, 2, 3, 3, 2, 4, 5, 5, 6, 6, 2, 7, 7, 7, 1, 3, 5, 8];
/// Every vowel of a set of Korean syllables.
const ANY_VOWEL: u64 = 0x1f_ffff << 19;

fn korean_onsets(mask: u64) -> Vec<u64> {
    (0..19).filter(|bit| mask >> bit & 1 != 0).map(|bit| u64::from(ONSET_CLASSES[bit])).collect()
}
