//! The compounds and particles of names: `Abd al-X`, `Abu X`, `X-ullah`, `X al-Din`, glued articles, patronymics.

use crate::name::{Token, flag};
use crate::script::Script;
use crate::words::Word;

/// "Abdulrahman", "Alassad", "Abuyusuf": the part that may be a prefix is marked, so that the rest can decide.
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
        // Units: a, b, d, and what follows up to the name proper.
        let article = assimilated && rest[vowel] == 'l' && rest[vowel + 1] != 'l';
        token.prefix_units = 3 + vowel as u8 + u8::from(article);
        token.flags |= flag::ABD | flag::ARABIC;
    } else if word.script == Script::Arabic && starts("عبدال", 7) {
        // The article's l and that of the name sound as one (عبداللطيف).
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

/// The servant of God is one name, never `abd` and a rest.
pub(crate) fn canonical_abdallah(script: Script) -> Vec<char> {
    match script {
        Script::Arabic => "عبدالله",
        Script::Cyrillic => "абдулла",
        _ => "abdullah",
    }
    .chars()
    .collect()
}

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

pub(crate) fn is_abu(key: &str) -> bool {
    matches!(key, "abu" | "abou" | "abo" | "ابو" | "ابي" | "абу")
}

pub(crate) fn is_allah(key: &str) -> bool {
    matches!(
        key,
        "allah" | "ullah" | "ollah" | "ulla" | "olla" | "الله" | "улла" | "аллах" | "уллах"
    )
}

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

/// East Slavic patronymics in Cyrillic and in the usual Latin spellings.
pub(crate) fn is_patronymic(key: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "ovich",
        "evich",
        "ovych",
        "ievych",
        "yevych",
        "ovna",
        "evna",
        "ivna",
        "yivna",
        "ovitch",
        "evitch",
        "owitsch",
        "ewitsch",
        "owicz",
        "avich",
        "auna",
        "ouna",
        "euna",
        "ovic",
        "evic",
        "ович",
        "евич",
        "йович",
        "овна",
        "евна",
        "івна",
        "ївна",
        "ична",
        "ыч",
        "авіч",
        "аўна",
        "еўна",
        "евіч",
        "ogly",
        "oglu",
        "kyzy",
        "qizi",
        "оглы",
        "оглу",
        "кызы",
        "угли",
        "ugli",
        "uulu",
        "уулу",
    ];
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
