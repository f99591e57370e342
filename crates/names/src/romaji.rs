//! The Latin systems of Japanese and Polivanov's Cyrillic as one canonical spelling (Kunrei consonants, no length).
//! Included by the build script as well, so that tables and names are spelt alike.

/// The canonical spelling of a Latin or Cyrillic word, `None` when it cannot be Japanese.
pub(crate) fn canonical(word: &str) -> Option<String> {
    let latin = if word.starts_with(|letter: char| ('а'..='ё').contains(&letter)) {
        from_cyrillic(word)?
    } else {
        word.to_string()
    };
    if latin.len() > 24 || !latin.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let mut text = latin;
    for (from, to) in SPELLINGS {
        if text.contains(from) {
            text = text.replace(from, to);
        }
    }
    is_japanese(&text).then_some(text)
}

/// In order: length, then Hepburn and other conventions to Kunrei.
const SPELLINGS: &[(&str, &str)] = &[
    ("ou", "o"),
    ("oo", "o"),
    ("uu", "u"),
    ("aa", "a"),
    ("ii", "i"),
    ("oh", "o?"),
    ("o?a", "oha"),
    ("o?i", "ohi"),
    ("o?u", "ohu"),
    ("o?e", "ohe"),
    ("o?o", "oho"),
    ("o?y", "ohy"),
    ("?", ""),
    ("tch", "ch"),
    ("cch", "ch"),
    ("ssh", "sh"),
    ("tts", "ts"),
    ("kk", "k"),
    ("pp", "p"),
    ("tt", "t"),
    ("ss", "s"),
    ("mb", "nb"),
    ("mp", "np"),
    ("mm", "nm"),
    ("nn", "n"),
    ("shi", "si"),
    ("chi", "ti"),
    ("tsu", "tu"),
    ("fu", "hu"),
    ("dzu", "zu"),
    ("du", "zu"),
    ("ji", "zi"),
    ("di", "zi"),
    ("sh", "sy"),
    ("ch", "ty"),
    ("jy", "zy"),
    ("j", "zy"),
    ("dz", "z"),
    ("l", "r"),
    ("v", "b"),
];

/// Syllables of a consonant (with y), a vowel, and n.
fn is_japanese(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut at = 0;
    let vowel = |byte: Option<&u8>| byte.is_some_and(|byte| b"aiueo".contains(byte));
    while at < bytes.len() {
        let start = at;
        if b"kgsztdnhbpmrwy".contains(&bytes[at]) {
            at += 1;
            if bytes.get(at) == Some(&b'y') && bytes[start] != b'y' {
                at += 1;
            }
        }
        if vowel(bytes.get(at)) {
            at += 1;
        } else if bytes[start] == b'n' && at == start + 1 {
            // The syllabic n.
        } else {
            return false;
        }
    }
    !bytes.is_empty()
}

fn from_cyrillic(word: &str) -> Option<String> {
    let mut text = String::new();
    for letter in word.chars() {
        text.push_str(match letter {
            'а' => "a",
            'и' | 'й' => "i",
            'у' => "u",
            'э' | 'е' => "e",
            'о' => "o",
            'я' => "ya",
            'ю' => "yu",
            'ё' => "yo",
            'к' => "k",
            'г' => "g",
            'с' => "s",
            'д' => "d",
            'з' => "z",
            'т' => "t",
            'ц' => "t",
            'н' => "n",
            'х' | 'ф' => "h",
            'б' => "b",
            'п' => "p",
            'м' => "m",
            'р' => "r",
            'в' => "w",
            'ъ' | 'ь' => "",
            'ж' => "zy",
            'ш' => "sy",
            'ч' => "ty",
            _ => return None,
        });
    }
    Some(text.replace("dz", "z").replace("iy", "y"))
}
