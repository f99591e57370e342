//! The Latin systems of Japanese and Polivanov's Cyrillic in one canonical spelling (Kunrei
//! consonants, no length).
//! The build script includes this file as well, so that tables and names are spelt alike.

/// The canonical spelling of a Latin or Cyrillic word; `None` when it cannot be Japanese.
pub(crate) fn canonical(word: &str) -> Option<String> {
    let latin = if word.starts_with(|letter: char| ('а'..='ё').contains(&letter)) {
        from_cyrillic(word)?
    } else {
        word.to_string()
    };
    if latin.len() > LONGEST
        || !latin.bytes().all(|byte| byte.is_ascii_lowercase())
        || !may_end(&latin)
    {
        return None;
    }
    let mut text = latin;
    let mut pairs = Pairs::of(&text);
    for (from, to) in SPELLINGS {
        if pairs.may_hold(from) && text.contains(from) {
            text = text.replace(from, to);
            pairs = Pairs::of(&text);
        }
    }
    is_japanese(&text).then_some(text)
}

/// Length of the longest word that is tried, in letters.
const LONGEST: usize = 24;

/// False for words whose last letter no Japanese word has. The replacements do not change that; a
/// final h may mark a long vowel.
fn may_end(word: &str) -> bool {
    word.ends_with(['a', 'i', 'u', 'e', 'o', 'n', 'h'])
}

/// The letters and letter pairs of a word as bit masks. Most words contain hardly any of the
/// spellings, so this filter saves nearly all searches and replacements.
struct Pairs {
    letters: u32,
    followed_by: [u32; 32],
}

impl Pairs {
    fn of(word: &str) -> Pairs {
        let mut pairs = Pairs { letters: 0, followed_by: [0; 32] };
        let mut last = None;
        for byte in word.bytes() {
            pairs.letters |= bit(byte);
            if let Some(last) = last {
                pairs.followed_by[slot(last)] |= bit(byte);
            }
            last = Some(byte);
        }
        pairs
    }

    /// False if the word cannot contain `piece`.
    fn may_hold(&self, piece: &str) -> bool {
        match *piece.as_bytes() {
            [first, second, ..] => self.followed_by[slot(first)] & bit(second) != 0,
            [letter] => self.letters & bit(letter) != 0,
            [] => true,
        }
    }
}

/// The bit of a letter. Small letters have distinct bits, and so has "?", the mark of length.
fn slot(byte: u8) -> usize {
    usize::from(byte & 31)
}

fn bit(byte: u8) -> u32 {
    1 << slot(byte)
}

/// Replacements in order of application: length first, then Hepburn and other conventions to
/// Kunrei.
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

/// True when a word consists of Japanese syllables: a consonant with an optional y and a vowel, or
/// n.
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
            // The syllabic n, without a vowel.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The replacements without the filter by letter pairs.
    fn plainly(word: &str) -> Option<String> {
        let text =
            SPELLINGS.iter().fold(word.to_string(), |text, (from, to)| text.replace(from, to));
        is_japanese(&text).then_some(text)
    }

    #[test]
    fn the_filter_never_rejects_a_japanese_word_of_four_letters() {
        let letters = || 'a'..='z';
        for word in letters().flat_map(|one| {
            letters().flat_map(move |two| {
                letters().flat_map(move |three| {
                    ["", "a", "i", "u", "h", "n", "y", "o"]
                        .map(|end| format!("{one}{two}{three}{end}"))
                })
            })
        }) {
            assert_eq!(canonical(&word), plainly(&word), "{word}");
        }
    }

    #[test]
    fn every_spelling_is_applied_wherever_it_stands() {
        for (first, _) in SPELLINGS {
            for (second, _) in SPELLINGS {
                for word in [format!("{first}{second}a"), format!("a{first}o{second}n")] {
                    let word = word.replace('?', "");
                    assert_eq!(canonical(&word), plainly(&word), "{word}");
                }
            }
        }
    }
}
