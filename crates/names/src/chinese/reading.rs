//! The Chinese readings of a person's name: family name first, then one or two given syllables.

use super::spelling::{self, Syllabification};
use crate::east::reading::{Confidence, Language, MAX_READINGS, Reading};
use crate::han;
use crate::script::Script;
use crate::tables::{self, Facts, ZH_SURNAMES};
use crate::words::{Separator, Word};

static FAMILY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/zh_family.bin"));

/// True for the pinyin number of a surname.
fn is_family(pinyin: u16) -> bool {
    FAMILY.get(usize::from(pinyin) / 8).is_some_and(|byte| byte & 1 << (pinyin % 8) != 0)
}

/// Adds the readings of a name in characters.
pub(crate) fn push_han(letters: &[char], readings: &mut Vec<Reading>) {
    if !(2..=5).contains(&letters.len()) {
        return;
    }
    let double = letters.len() > 2 && is_double(letters[0], letters[1]);
    let family = if double { 2 } else { 1 };
    let mut han = Reading::new(Language::Han, Confidence::Certain, family);
    let mut mandarin = Reading::new(Language::Mandarin, Confidence::Certain, family);
    let mut cantonese = Reading::new(Language::Cantonese, Confidence::Certain, family);
    let mut vietnamese = Reading::new(Language::Vietnamese, Confidence::Certain, family);
    for (place, &letter) in letters.iter().enumerate() {
        let mut buffer = [0_u8; 4];
        let surname = ZH_SURNAMES.find(letter.encode_utf8(&mut buffer));
        let pinyin = han::pinyin(letter);
        let regular = if place == 0 && !double && !surname.is_none() { surname.0 } else { pinyin };
        han.push(u64::from(u32::from(han::folded(letter))), 0);
        mandarin.push(regular, pinyin);
        let (initials, finals) = han::jyutping(letter).unwrap_or((0, 0));
        if place < usize::from(family) {
            cantonese.push(regular, 0)
        } else {
            cantonese.push(initials, finals)
        }
        vietnamese.push(han::vietnamese(letter), 0);
    }
    readings.push(han);
    let known = |reading: &Reading| reading.all().iter().all(|syllable| syllable.0 != 0);
    readings.extend([mandarin, cantonese, vietnamese].into_iter().filter(known));
}

/// The double surnames still in use.
fn is_double(first: char, second: char) -> bool {
    matches!(
        (han::folded(first), han::folded(second)),
        ('欧', '阳')
            | ('司', '马' | '徒')
            | ('诸', '葛')
            | ('上', '官')
            | ('慕', '容')
            | ('皇', '甫')
            | ('尉', '迟')
            | ('令', '狐')
            | ('公', '孙')
            | ('夏', '侯')
            | ('东', '方')
            | ('独', '孤')
            | ('南', '宫')
            | ('宇', '文')
            | ('长', '孙')
            | ('端', '木')
            | ('西', '门')
            | ('百', '里')
            | ('呼', '延')
    )
}

/// Adds the readings of a name in Latin or Cyrillic letters.
pub(crate) fn push_spelled(
    words: &[&Word],
    family_last: bool,
    korean: bool,
    readings: &mut Vec<Reading>,
) {
    let count = words.len();
    if !(2..=5).contains(&count)
        || !words.iter().all(|word| matches!(word.script, Script::Latin | Script::Cyrillic))
    {
        return;
    }
    let bound_front = words[1].separator == Separator::Hyphen;
    let bound_back = words[count - 1].separator == Separator::Hyphen;
    let before = readings.len();
    if !family_last && !bound_front {
        push_order(&Order { family: words[0], given: &words[1..], extra: 0, korean }, readings);
    }
    let turned = is_frequent(&words[count - 1].key) && !is_frequent(&words[0].key);
    let first_is_given = bound_front || turned || words[0].letters.len() > 4;
    if !bound_back && (family_last || first_is_given || readings.len() == before) {
        push_order(
            &Order { family: words[count - 1], given: &words[..count - 1], extra: 0, korean },
            readings,
        );
    }
    // "ZHENYU, Li": the first word is no surname, so the fields were exchanged.
    if family_last && count == 2 && readings.len() == before {
        push_order(&Order { family: words[0], given: &words[1..], extra: 0, korean }, readings);
    }
    if readings.len() == before && count >= 3 {
        push_with_western_name(words, family_last, korean, readings);
    }
}

/// Adds the readings of a full Chinese name beside one word that is not Chinese ("Joshua Wong
/// Chi-fung", "Wong Chi-fung Joshua").
fn push_with_western_name(
    words: &[&Word],
    family_last: bool,
    korean: bool,
    readings: &mut Vec<Reading>,
) {
    let last = words.len() - 1;
    let order = if is_foreign(words[0]) {
        // A known family name is the last word (WEI, Sia-Kang is not Kang Wei).
        let (family, given) = if family_last { (last, 1..last) } else { (1, 2..last + 1) };
        Order { family: words[family], given: &words[given], extra: 1, korean }
    } else if is_foreign(words[last]) {
        let extra = u8::try_from(words.len()).unwrap_or(0);
        Order { family: words[0], given: &words[1..last], extra, korean }
    } else {
        return;
    };
    push_order(&order, readings);
}

/// True for the surnames that half of all Chinese bear, in pinyin.
fn is_frequent(key: &str) -> bool {
    const FREQUENT: [&str; 24] = [
        "wang", "li", "zhang", "liu", "chen", "yang", "huang", "zhao", "wu", "zhou", "xu", "sun",
        "ma", "zhu", "hu", "guo", "he", "gao", "lin", "luo", "zheng", "liang", "xie", "song",
    ];
    FREQUENT.contains(&key)
}

/// True for a word that cannot be a Chinese syllable, or is a given name of another culture.
fn is_foreign(word: &Word) -> bool {
    word.letters.len() > 2
        && (!tables::GIVEN.find(&word.key).is_none()
            || spelling::read_mandarin(&word.letters).is_empty()
                && spelling::read_cantonese(&word.letters).is_empty())
}

/// A division of a name into family name and given names.
struct Order<'w> {
    family: &'w Word,
    given: &'w [&'w Word],
    /// Token number plus one of a further, Western given name; 0 without one.
    extra: u8,
    /// The name has a likely Korean reading.
    korean: bool,
}

/// Adds the Mandarin and Cantonese readings of a division.
fn push_order(order: &Order<'_>, readings: &mut Vec<Reading>) {
    let &Order { family, given, extra, korean } = order;
    if given.is_empty() || given.len() > 3 {
        return;
    }
    let Some(Surname { regular, loose }) = surname(family) else { return };
    let western = |word: &&Word| word.letters.len() > 3 && !tables::GIVEN.find(&word.key).is_none();
    let confidence =
        if !given.iter().any(western) { Confidence::Likely } else { Confidence::Possible };
    let mandarin: Vec<Vec<Syllabification>> =
        given.iter().map(|word| spelling::read_mandarin(&word.letters)).collect();
    let cantonese: Vec<Vec<Syllabification>> =
        given.iter().map(|word| spelling::read_cantonese(&word.letters)).collect();
    for (language, parts) in [(Language::Mandarin, &mandarin), (Language::Cantonese, &cantonese)] {
        for syllables in product(parts) {
            if syllables.len() > 2 || readings.len() >= MAX_READINGS {
                continue;
            }
            // Hong Kong spelling is weak evidence beside a regular reading in another language.
            let other = readings
                .iter()
                .any(|held| held.confidence > Confidence::Possible && held.language != language);
            let guess = language == Language::Cantonese && (other || korean);
            if extra > 0 && syllables.len() < 2 {
                continue;
            }
            let mut reading =
                Reading::new(language, if guess { Confidence::Possible } else { confidence }, 1);
            reading.extra = extra;
            reading.push(if regular == 0 { loose } else { regular }, loose);
            for (first, second) in syllables {
                reading.push(first, second);
            }
            if !readings.contains(&reading) {
                readings.push(reading);
            }
        }
    }
}

/// Every combination of one syllabification per word.
fn product(parts: &[Vec<Syllabification>]) -> Vec<Vec<(u64, u64)>> {
    let mut all: Vec<Vec<(u64, u64)>> = vec![Vec::new()];
    for found in parts {
        let mut next = Vec::new();
        for head in &all {
            for split in
                found.iter().take(spelling::MAX_READINGS - next.len().min(spelling::MAX_READINGS))
            {
                let mut syllables = head.clone();
                syllables.extend_from_slice(&split.syllables[..split.count]);
                next.push(syllables);
            }
        }
        all = next;
    }
    all
}

/// A surname in pinyin numbers.
struct Surname {
    /// By the regular spelling.
    regular: u64,
    /// By any spelling.
    loose: u64,
}

/// Reads a word as a surname; `None` when it is none.
fn surname(word: &Word) -> Option<Surname> {
    let listed = ZH_SURNAMES.find(&word.key);
    let syllable = spelling::read_one_mandarin(&word.letters);
    let keep = |facts: u64| {
        let kept = Facts(facts).iter().filter(|&fact| is_family(fact));
        kept.enumerate().fold(0_u64, |word, (place, fact)| word | u64::from(fact) << (16 * place))
    };
    let (regular, loose) = syllable.map_or((0, 0), |(regular, loose)| (keep(regular), keep(loose)));
    if regular == 0 && loose == 0 && listed.is_none() {
        return None;
    }
    let mut other = if listed.is_none() { loose } else { listed.0 };
    if other == 0 {
        other = loose;
    }
    Some(Surname { regular, loose: merge(other, loose) })
}

/// Adds the values of one packed set to another, as far as there is room.
fn merge(one: u64, other: u64) -> u64 {
    let mut all = one;
    for fact in Facts(other).iter() {
        let held = Facts(all);
        if !held.iter().any(|has| has == fact)
            && let Some(place) = (0..4).find(|&place| held.at(place) == 0)
        {
            all |= u64::from(fact) << (16 * place);
        }
    }
    all
}
