//! The known words of organisations: exact phrases first, then loosely written ones.

use crate::compounds;
use crate::east::Sure;
use crate::fold;
use crate::korean;
use crate::loose;
use crate::name::Role;
use crate::script::Script;
use crate::tables::{self, Facts};
use crate::words::Word;

/// Words of the longest phrase in the tables.
const LONGEST: usize = 6;

/// What a phrase is, what the tables say of it, and its words.
pub(crate) type Phrase = (Role, Facts, usize);

const TABLES: [(Role, &tables::Frozen); 3] = [
    (Role::Legal, &tables::LEGAL),
    (Role::Term, &tables::TERMS),
    (Role::Territory, &tables::TERRITORIES),
];

/// The longest known phrase that the words begin with.
pub(crate) fn find(words: &[Word]) -> Option<Phrase> {
    let mut best = None;
    let mut hash = fold::hash64("");
    for (place, word) in words.iter().take(LONGEST).enumerate() {
        if place > 0 {
            hash = fold::hash_more(hash, " ");
        }
        hash = fold::hash_more(hash, &word.key);
        for (role, table) in TABLES {
            let facts = table.get(hash);
            if !facts.is_none() && best.is_none_or(|(_, _, used)| used < place + 1) {
                best = Some((role, facts, place + 1));
            }
        }
    }
    // "Wa" joins words far more often than it is the state of Washington.
    best.filter(|(role, _, used)| {
        *used > 1 || *role != Role::Territory || !is_filler(&words[0].key)
    })
}

/// The longest phrase that is known exactly or, if that is longer, in its loose spelling.
pub(crate) fn find_loosely(words: &[Word], loose: &[u64]) -> Option<Phrase> {
    let exact = find(words);
    if loose.first().is_none_or(|&hash| hash == 0) {
        return exact;
    }
    let mut best = exact;
    let mut hash = 0;
    for (place, &word) in loose.iter().take(LONGEST).enumerate() {
        if word == 0 {
            break;
        }
        hash = loose::hash_more(hash, word);
        let facts = tables::LOOSE.get(hash);
        if !facts.is_none()
            && best.is_none_or(|(_, _, used)| used < place + 1)
            && (place > 0 || !may_be_korean(&words[0]))
        {
            let role = TABLES[usize::from(facts.at(0).clamp(1, 3)) - 1].0;
            best = Some((role, Facts(facts.0 >> 16), place + 1));
        }
    }
    best
}

/// Korean syllables are names in their own right (Kwangyong is not 광공업, kwanggongop).
fn may_be_korean(word: &Word) -> bool {
    word.script == Script::Latin
        && korean::reading::read_token(word, Sure::Possible).is_some_and(|it| it.count > 1)
}

/// The loose hash of each word, slips in the words of legal forms set right; 0 where there is none.
pub(crate) fn loose_hashes(words: &[Word], wanted: bool) -> Vec<u64> {
    let hash = |word: &Word| {
        if !matches!(word.script, Script::Latin | Script::Cyrillic) {
            return 0;
        }
        let Some(key) = loose::key_of(&word.key) else { return fold::hash64(&word.key) };
        let own = fold::hash64(&key);
        let right = loose::slips(&key).map(|slip| tables::SLIPS.get(slip).0);
        right.into_iter().find(|&right| right != 0).unwrap_or(own)
    };
    words.iter().map(|word| if wanted { hash(word) } else { 0 }).collect()
}

/// Takes off what Arabic writes into a word: the article from any word that is not known with it, `and`, `for`, `with`
/// where a known word remains; in Latin letters all of them only where a known word remains.
pub(crate) fn strip_prefixes(words: &mut [Word]) {
    for word in words {
        let prefixes: &[&str] = match word.script {
            Script::Arabic => &["وال", "بال", "لل", "ال", "و", "ل", "ب"],
            Script::Latin => &["lil", "wal", "bil", "al", "el", "ul"],
            _ => continue,
        };
        if word.letters.len() < 5 || known(&word.key) {
            continue;
        }
        for prefix in prefixes.iter().filter(|prefix| word.key.starts_with(**prefix)) {
            let rest = &word.key[prefix.len()..];
            let article = *prefix == "ال" && rest.chars().count() >= 3;
            let long = word.script == Script::Arabic || rest.len() >= 5;
            if article || long && (known(rest) || known(&format!("ال{rest}"))) {
                let dropped = word.letters.len() - rest.chars().count();
                word.letters.drain(..dropped);
                word.key = rest.to_string();
                break;
            }
        }
    }
}

fn known(key: &str) -> bool {
    let hash = fold::hash64(key);
    TABLES.iter().any(|(_, table)| !table.get(hash).is_none())
}

/// Words that join others and name nothing.
pub(crate) fn is_filler(key: &str) -> bool {
    compounds::is_article(key) || !tables::JOINING.find(key).is_none()
}
