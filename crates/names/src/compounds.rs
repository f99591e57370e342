//! Compounds and particles of personal names: `Abd al-X`, `Abu X`, `X-ullah`, `X al-Din`, glued
//! articles, patronymics, Muhammad.

use crate::lattice::table;
use crate::name::{Token, flag};
use crate::script::Script;
use crate::words::Word;

/// Marks the part of a word that may be a prefix ("Abdulrahman", "Alassad"), so that the similarity
/// of the rest can decide.
pub(crate) fn mark_glued_prefix(token: &mut Token, word: &Word) {
    let key = word.key.as_str();
    let starts = |text: &str, least: usize| key.starts_with(text) && key.chars().count() >= least;
    if is_abdallah(key) {
        token.flags |= flag::ARABIC;
    } else if word.script == Script::Latin && starts("abd", 7) {
        let rest: Vec<char> = key.chars().skip(3).collect();
        let vowel = usize::from(matches!(rest[0], 'a' | 'e' | 'i' | 'o' | 'u'));
        let assimilated =
            rest.len() > vowel + 1 && (rest[vowel] == 'l' || rest[vowel] == rest[vowel + 1]);
        // The units are a, b, d, then the vowel and the article up to the second part of the name.
        let article = assimilated && rest[vowel] == 'l' && rest[vowel + 1] != 'l';
        token.prefix_units = 3 + vowel as u8 + u8::from(article);
        token.flags |= flag::ABD | flag::ARABIC;
    } else if word.script == Script::Arabic && starts("عبدال", 7) {
        // The l of the article and that of the name are one unit (عبداللطيف).
        token.prefix_units = if key.starts_with("عبدالل") { 4 } else { 5 };
        token.flags |= flag::ABD;
    } else if word.script == Script::Arabic && starts("عبد", 6) {
        token.prefix_units = 3;
        token.flags |= flag::ABD;
    } else if word.script == Script::Latin
        && ["binal", "benal", "binel"].iter().any(|lead| starts(lead, 8))
    {
        token.prefix_units = 5;
        token.flags |= flag::ARTICLE;
    } else if word.script == Script::Latin && (starts("al", 6) || starts("el", 6)) {
        token.prefix_units = 2;
        token.flags |= flag::ARTICLE;
    }
    if token.prefix_units >= token.units {
        token.prefix_units = 0;
        token.flags &= !(flag::ABD | flag::ARTICLE);
    }
}

/// The one spelling of Abdullah per script. It is one name; its parts are never compared
/// separately.
pub(crate) fn canonical_abdallah(script: Script) -> Vec<char> {
    match script {
        Script::Arabic => "عبدالله",
        Script::Cyrillic => "абдулла",
        _ => "abdullah",
    }
    .chars()
    .collect()
}

/// True for spellings of Abdullah in one word.
pub(crate) fn is_abdallah(key: &str) -> bool {
    matches!(
        key,
        "abdullah"
            | "abdallah"
            | "abdulla"
            | "abdoullah"
            | "abdellah"
            | "abdollah"
            | "abdalla"
            | "عبدالله"
            | "عبدلله"
    )
}

/// The one spelling per script of the prefix `abd` (kind `flag::ABD`) or `abu`.
pub(crate) fn canonical_prefix(kind: u8, lead: &Word) -> Vec<char> {
    let text = match (kind, lead.script) {
        (flag::ABD, Script::Arabic) => "عبد",
        (flag::ABD, Script::Cyrillic) => "абд",
        (flag::ABD, _) => "abd",
        (_, Script::Arabic) => "ابو",
        (_, Script::Cyrillic) => "абу",
        _ => "abu",
    };
    text.chars().collect()
}

/// True for spellings of `abd` with or without an article.
pub(crate) fn is_abd(key: &str) -> bool {
    matches!(
        key,
        "abd"
            | "abdul"
            | "abdel"
            | "abdal"
            | "abdol"
            | "abdil"
            | "abdur"
            | "abdus"
            | "abdu"
            | "abdou"
            | "abed"
            | "abid"
            | "abdoul"
            | "عبد"
            | "عبيد"
            | "абд"
            | "абдул"
            | "абдель"
            | "абдуль"
            | "абд эль"
    )
}

/// True for spellings of `abu`.
pub(crate) fn is_abu(key: &str) -> bool {
    matches!(key, "abu" | "abou" | "abo" | "ابو" | "ابي" | "абу")
}

/// True for spellings of the second part of Abdullah and similar compounds.
pub(crate) fn is_allah(key: &str) -> bool {
    matches!(
        key,
        "allah" | "ullah" | "ollah" | "ulla" | "olla" | "الله" | "улла" | "аллах" | "уллах"
    )
}

/// True for spellings of `al-Din` and `Din`.
pub(crate) fn is_din(key: &str) -> bool {
    matches!(
        key,
        "din"
            | "deen"
            | "dine"
            | "eddine"
            | "eddin"
            | "uddin"
            | "aldin"
            | "addin"
            | "eldin"
            | "eldine"
            | "aldeen"
            | "uddeen"
            | "دين"
            | "дин"
            | "ad din"
    )
}

/// True for articles, assimilated forms included.
pub(crate) fn is_article(key: &str) -> bool {
    matches!(
        key,
        "al" | "el"
            | "ul"
            | "ol"
            | "il"
            | "as"
            | "ash"
            | "az"
            | "ad"
            | "ar"
            | "an"
            | "at"
            | "ur"
            | "us"
            | "ud"
            | "ez"
            | "es"
            | "er"
            | "en"
            | "et"
            | "ed"
            | "ech"
            | "ال"
            | "аль"
            | "эль"
            | "ал"
            | "ат"
            | "ас"
            | "аш"
            | "ар"
            | "аз"
            | "ад"
            | "ан"
    )
}

/// True for words that mean son of or daughter of.
pub(crate) fn is_son_of(key: &str) -> bool {
    matches!(
        key,
        "bin"
            | "ibn"
            | "ben"
            | "b"
            | "ould"
            | "wuld"
            | "bint"
            | "binti"
            | "بن"
            | "ابن"
            | "ولد"
            | "بنت"
            | "ибн"
            | "бен"
            | "бин"
    )
}

/// True for East Slavic and Turkic patronymics, in Cyrillic and in the usual Latin spellings.
pub(crate) fn is_patronymic(key: &str) -> bool {
    const ENDINGS: &[&str] = include!(concat!(env!("OUT_DIR"), "/patronymic_endings.rs"));
    let last = key.as_bytes().last();
    let ends = |ending: &&str| {
        ending.as_bytes().last() == last && key.len() > ending.len() + 2 && key.ends_with(*ending)
    };
    ENDINGS.iter().any(ends)
        || matches!(
            key,
            "ilich"
                | "ilyich"
                | "ильич"
                | "kuzmich"
                | "кузьмич"
                | "nikitich"
                | "никитич"
                | "fomich"
                | "lukich"
        )
}

/// Recognises Muhammad by its consonants m-h-m-d. A leading Muhammad is often honorific and
/// omitted. Excluded are Mahmoud (a long u before the last consonant) and Mahmoudi (a vowel after
/// it).
pub(crate) fn is_muhammad(units: &[u8]) -> bool {
    const MUHAMMAD: [u8; 3] = [8, 8, 3];
    const A: u32 = 1;
    const U: u32 = 1 << 4;
    let mut consonants = 0;
    for &unit in units {
        let class = table::consonant_class(unit);
        if class != 0 {
            if MUHAMMAD.get(consonants) != Some(&class) {
                return false;
            }
            consonants += 1;
        } else if consonants == 2 && table::sound_mask(unit) & (U | A) == U {
            return false;
        }
    }
    consonants == 3 && units.last().is_some_and(|&last| table::consonant_class(last) != 0)
}
