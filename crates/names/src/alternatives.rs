//! Splits a text that contains several names: names in brackets, between slashes or labels, or in another script.
//!
//! Registers and customer files write two names into one field: "Kim Jong Un (김정은)", "Rosneft / Роснефть", "Petróleos
//! de Venezuela SA (PDVSA)", "Roe Holdings dba Heron". Compared as a single name, such a text is similar to neither of
//! them.

use crate::confusables::as_latin;
use crate::document_phrase::without_document;
use crate::labels::{Part, Word, between_labels, words};
use crate::org_terms::is_territory;
use crate::organisation::names_an_organisation;
use crate::script::Script;

/// Largest number of names taken from one text. The longest text that is screened, 1,000 characters, cannot contain
/// more.
const MOST: usize = 350;
/// Fewest letters of a part that may be a name: in scripts that write syllables, and in all others.
const LETTERS: (usize, usize) = (2, 3);

/// Fewest digits of a word that is taken for an account or document number.
const DIGITS_OF_ID: usize = 5;

/// A name found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// The name.
    pub text: String,
    /// Whether it is a full name. False for text in brackets in the same script, which may be a short name (PDVSA) or a
    /// remark (retired), and for a single word beside other words.
    pub is_whole: bool,
}

/// The names contained in the values of one field; empty if each value is one name as it stands.
///
/// ```
/// let names = interdict_names::alternatives(&["Kim Jong Un (김정은)"]);
/// assert_eq!(names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>(), ["Kim Jong Un", "김정은"]);
/// assert!(interdict_names::alternatives(&["Kim Jong Un"]).is_empty());
/// ```
pub fn alternatives(values: &[impl AsRef<str>]) -> Vec<Alternative> {
    let mut found = Vec::new();
    let repaired = values.iter().flat_map(|value| {
        let repairs = [with_letters, in_one_alphabet, without_numbers, without_document];
        repairs.into_iter().filter_map(|repair| repair(value.as_ref()))
    });
    let repaired: Vec<String> = repaired.collect();
    let values: Vec<_> =
        values.iter().map(AsRef::as_ref).chain(repaired.iter().map(String::as_str)).collect();
    let values: Vec<_> = values.into_iter().map(|value| (value, without_brackets(value))).collect();
    let outside = values.iter().flat_map(|(_, (outside, _))| names_in(outside));
    let outside: Vec<Part<'_>> = outside.collect();
    for name in &outside {
        // "Roe; Jane" may be the halves of one name; "Rosneft / Роснефть" are two.
        let script = main_script(name.text);
        let is_single = name.text.split_whitespace().nth(1).is_none();
        let is_half = is_single
            && outside.iter().filter(|other| main_script(other.text) == script).nth(1).is_some();
        add_by_script(name.text, !is_half && !name.is_joined, &mut found);
    }
    for (_, (outside, inside)) in &values {
        let script = main_script(outside);
        for remark in inside {
            let is_whole = script.is_none() || main_script(remark) != script;
            for Part { text, .. } in names_in(remark) {
                // "(formerly Heron Trading)" is a name, not a remark.
                let is_labelled = text != remark.trim() && text.split_whitespace().nth(1).is_some();
                add_by_script(text, is_whole || is_labelled, &mut found);
            }
        }
    }
    found.truncate(MOST);
    if let ([only], [(value, _)]) = (found.as_slice(), values.as_slice())
        && only.is_whole
        && only.text == value.trim()
    {
        found.clear();
    }
    found
}

/// Adds a text as one name, or, if its words are of several scripts, the words of each script.
fn add_by_script(text: &str, is_whole: bool, found: &mut Vec<Alternative>) {
    let mut by_script: Vec<(Script, String)> = Vec::new();
    let mut current = None;
    for word in text.split_whitespace() {
        // Digits and signs get the script of the words before them. A word that mixes alphabets contains look-alike
        // letters and gets the main script of the text.
        let own = if is_mixed(word) { main_script(text) } else { main_script(word) };
        let Some(script) = own.or(current) else { continue };
        current = Some(script);
        match by_script.iter_mut().find(|(known, _)| *known == script) {
            Some((_, words)) => *words = format!("{words} {word}"),
            None => by_script.push((script, word.to_owned())),
        }
    }
    by_script.retain(|(script, words)| has_letters(*script, words));
    let names = match by_script.as_slice() {
        [] => Vec::new(),
        [_] => vec![text.split_whitespace().collect::<Vec<_>>().join(" ")],
        _ => by_script.into_iter().map(|(_, words)| words).collect(),
    };
    // A company's name in two scripts is often one name, and each part alone may consist of common words: "الأنصاري
    // Constructions Pvt Ltd".
    let is_whole = is_whole && (names.len() == 1 || !names_an_organisation(text));
    for text in names {
        let text =
            text.trim_matches(|c: char| matches!(c, ',' | '-' | '–' | '—' | ':' | ' ')).to_owned();
        if !found.iter().any(|known| known.text == text) {
            found.push(Alternative { text, is_whole });
        }
    }
}

/// The names between the labels of a text. The names of a company's partners are joined; all others are separate.
fn names_in(text: &str) -> Vec<Part<'_>> {
    let mut names = Vec::new();
    let text = without_place(text);
    for part in between_labels(text) {
        // A single word left after a title was removed may be half of a name: "Roe PhD".
        let is_rest = || part.text.trim() != text.trim() && is_single_word(part.text);
        let is_joined = part.is_joined && names_an_organisation(text) || is_rest();
        names.extend(separated(part.text).into_iter().map(|name| {
            let text = written_once(name).unwrap_or(name);
            Part { text, is_joined }
        }));
    }
    names
}

/// Whether a text is one word, in a script that separates words by spaces.
fn is_single_word(text: &str) -> bool {
    text.split_whitespace().nth(1).is_none() && main_script(text).is_some_and(Script::is_alphabetic)
}

/// A name without the address after it: "Ivo Roe, 12 High Street, Ville, North Korea". A single word before the comma
/// may be a family name.
fn without_place(text: &str) -> &str {
    let mut rest = text;
    while let Some((name, place)) = rest.rsplit_once([',', '，']) {
        let is_place =
            place.trim_start().starts_with(|c: char| c.is_ascii_digit()) || is_territory(place);
        if !is_place || words(name).nth(1).is_none() {
            break;
        }
        rest = name;
    }
    rest
}

/// The text with look-alike digits and signs inside words replaced by the letters they resemble: "R0e".
fn with_letters(text: &str) -> Option<String> {
    let letter = |sign: char| match sign {
        '0' => Some('o'),
        '1' => Some('i'),
        '3' => Some('e'),
        '4' | '@' => Some('a'),
        '5' | '$' => Some('s'),
        _ => None,
    };
    let mut is_changed = false;
    let word = |word: &str| -> String {
        let letters = word.chars().filter(|letter| letter.is_ascii_alphabetic()).count();
        let signs = word.chars().filter(|sign| letter(*sign).is_some()).count();
        let others = word.chars().any(|sign| sign.is_ascii_digit() && letter(sign).is_none());
        let is_email = word.contains('@') && word.contains('.');
        if signs == 0 || others || is_email || letters < 2 * signs {
            return word.to_owned();
        }
        is_changed = true;
        word.chars().map(|sign| letter(sign).unwrap_or(sign)).collect()
    };
    let repaired: Vec<String> = text.split_whitespace().map(word).collect();
    is_changed.then(|| repaired.join(" "))
}

/// A Latin text with look-alike letters of other alphabets replaced by Latin letters.
fn in_one_alphabet(text: &str) -> Option<String> {
    let is_latin = |letter: char| Script::of(letter) == Script::Latin;
    let is_foreign = |letter: &char| letter.is_alphabetic() && !is_latin(*letter);
    if text.is_ascii() || !text.split_whitespace().any(is_mixed) {
        return None;
    }
    let latin = |letter: char| match is_foreign(&letter) {
        true => {
            let like = as_latin(letter.to_lowercase().next().unwrap_or(letter))?;
            Some(if letter.is_uppercase() { like.to_ascii_uppercase() } else { like })
        }
        false => Some(letter),
    };
    text.chars().map(latin).collect()
}

/// The text without e-mail addresses and without numbers that are not part of a name: account and customer numbers,
/// list positions ("1. Roe", "Roe #2") and percentages. "HYOK SIN 2" keeps its number.
fn without_numbers(text: &str) -> Option<String> {
    let is_noise = |(place, word): (usize, &str)| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let is_line = place == 0 && digits > 0 && word.ends_with(['.', ')']);
        let is_marked = digits > 0 && (word.starts_with('#') || word.ends_with('%'));
        let is_email = word.contains('@') && word.contains('.');
        digits >= DIGITS_OF_ID || is_line || is_marked || is_email
    };
    if !text.contains(['#', '%', '@', '.', ')']) && !has_digits(text, DIGITS_OF_ID) {
        return None;
    }
    let words = text.split_whitespace().enumerate();
    let kept: Vec<&str> = words.filter(|word| !is_noise(*word)).map(|(_, word)| word).collect();
    (kept.len() < text.split_whitespace().count()).then(|| kept.join(" "))
}

fn has_digits(text: &str, count: usize) -> bool {
    text.chars().filter(char::is_ascii_digit).nth(count - 1).is_some()
}

/// One half of a name that is written twice, which happens when two columns are joined. Not for a single repeated word,
/// which is often a real name: "Aung Aung".
fn written_once(name: &str) -> Option<&str> {
    let words: Vec<Word<'_>> = words(name).collect();
    let (first, second) = words.split_at(words.len() / 2);
    let is_twice = first.len() > 1
        && first.iter().map(|word| word.text).eq(second.iter().map(|word| word.text));
    is_twice.then(|| name.get(..first.last()?.end)).flatten()
}

/// The parts between signs that separate names.
fn separated(text: &str) -> Vec<&str> {
    let (mut parts, mut rest) = (Vec::new(), text);
    for (at, sign) in text.match_indices(['/', '／', '\\', '=', ':', '>', '#', '،', '、']) {
        let start = text.len() - rest.len();
        let left = text.get(start..at).unwrap_or_default();
        let right = text.get(at + sign.len()..).unwrap_or_default();
        let is_scheme = left.ends_with(':') || left.ends_with(":/") || right.starts_with("//");
        if is_scheme && matches!(sign, ":" | "/") {
            continue;
        }
        // A key and its value ("name=Roe", "CORP\Roe"), or the lines of an address ("Roe//12 High Street").
        let is_always =
            !matches!(sign, "/" | "／") || left.ends_with('/') || right.starts_with('/');
        if is_always || separates(left, right) {
            parts.push(left.trim_matches('/'));
            rest = right;
        }
    }
    parts.push(rest.trim_start_matches('/'));
    parts.retain(|part| main_script(part).is_some_and(|script| has_letters(script, part)));
    parts
}

/// Whether a slash separates names: one between blanks, or between two scripts. "A/S" and "c/o" are words.
fn separates(left: &str, right: &str) -> bool {
    let between_blanks = left.ends_with(' ') && right.starts_with(' ');
    let scripts = main_script(left).zip(main_script(right));
    // "Jane Roe/Ivo Doe"
    let has_two_words = |text: &str| text.split_whitespace().nth(1).is_some();
    between_blanks
        || has_two_words(left) && has_two_words(right)
        || scripts.is_some_and(|(left, right)| left != right)
}

/// The text without its brackets, and the texts in the brackets.
fn without_brackets(text: &str) -> (String, Vec<String>) {
    let (mut outside, mut inside, mut depth) = (String::new(), Vec::new(), 0_usize);
    let mut remark = String::new();
    for letter in text.chars() {
        match letter {
            '(' | '[' | '{' | '（' | '【' | '［' | '〔' => depth += 1,
            ')' | ']' | '}' | '）' | '】' | '］' | '〕' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    inside.push(std::mem::take(&mut remark));
                    outside.push(' ');
                }
            }
            letter if depth == 0 => outside.push(letter),
            letter => remark.push(letter),
        }
    }
    // An unclosed bracket extends to the end of the text.
    inside.push(remark);
    inside.retain(|remark| !remark.trim().is_empty());
    (outside, inside)
}

/// The script of most letters of a text.
fn main_script(text: &str) -> Option<Script> {
    let mut counts: Vec<(Script, usize)> = Vec::new();
    for letter in text.chars().filter(|letter| letter.is_alphabetic()) {
        let script = match Script::of(letter) {
            Script::Kana => Script::Han,
            script => script,
        };
        match counts.iter_mut().find(|(known, _)| *known == script) {
            Some((_, count)) => *count += 1,
            None => counts.push((script, 1)),
        }
    }
    counts.into_iter().reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|of| of.0)
}

/// Whether a word has letters of several alphabets.
fn is_mixed(word: &str) -> bool {
    let mut scripts = word.chars().filter(|letter| letter.is_alphabetic()).map(Script::of);
    let first = scripts.next();
    first.is_some_and(Script::is_alphabetic) && scripts.any(|script| Some(script) != first)
}

fn has_letters(script: Script, text: &str) -> bool {
    let wanted = match script {
        Script::Han | Script::Hangul => LETTERS.0,
        _ => LETTERS.1,
    };
    text.chars().filter(|letter| letter.is_alphabetic()).count() >= wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(values: &[impl AsRef<str>]) -> Vec<String> {
        let mark = |name: Alternative| match name.is_whole {
            true => name.text,
            false => format!("({})", name.text),
        };
        alternatives(values).into_iter().map(mark).collect()
    }

    #[test]
    fn brackets_slashes_and_scripts_separate_names() {
        for (text, expected) in [
            ("Bashar al-Assad (بشار الأسد)", &["Bashar al-Assad", "بشار الأسد"][..]),
            ("Rosneft / Роснефть", &["Rosneft", "Роснефть"]),
            ("Rosneft/Роснефть", &["Rosneft", "Роснефть"]),
            ("Hamas حماس", &["Hamas", "حماس"]),
            ("Petróleos de Venezuela SA (PDVSA)", &["Petróleos de Venezuela SA", "(PDVSA)"]),
            ("Gen (Rtd) Min Aung Hlaing", &["Gen Min Aung Hlaing", "(Rtd)"]),
            ("John Roe / Jane Roe", &["John Roe", "Jane Roe"]),
            ("金正恩 (Kim Jong Un", &["金正恩", "Kim Jong Un"]),
            ("HYOK SIN 2 혁신 2", &["HYOK SIN 2", "혁신 2"]),
            ("الأنصاري Constructions Ltd", &["(الأنصاري)", "(Constructions Ltd)"]),
            ("Foo [Bar (Baz)]", &["Foo", "(Bar Baz)"]),
            ("c/o Jane Roe", &["Jane Roe"]),
            ("Roe Holdings dba Heron", &["Roe Holdings", "(Heron)"]),
            ("Roe Holdings (formerly Heron Trading)", &["Roe Holdings", "Heron Trading"]),
            ("Roe Holdings (formerly Heron)", &["Roe Holdings", "(Heron)"]),
            ("Jane Roe & John Doe", &["Jane Roe & John Doe", "Jane Roe", "John Doe"]),
            ("Roe Law & Doe Ltd (ID 5)", &["Roe Law & Doe Ltd", "(Roe Law)", "(Doe Ltd)"]),
            ("c/o محمد سيف", &["محمد سيف"]),
            ("Jane Roe  Jane Roe", &["Jane Roe"]),
            ("Mr Ibn Ali Ibn Ali", &["Ibn Ali"]),
            ("Jane DBA", &["(Jane)"]),
            ("Jane Ann Roe, North Korea", &["Jane Ann Roe"]),
            ("Jane Ann Roe, 12 High Street, Dubai, UAE", &["Jane Ann Roe"]),
            ("Jane Roe//12 High Street//Dubai", &["Jane Roe", "12 High Street", "(Dubai)"]),
            ("Jane Roe/Ivo Doe", &["Jane Roe", "Ivo Doe"]),
            ("Jane Roe->Ivo Doe", &["Jane Roe", "Ivo Doe"]),
            ("Roe Trading Ltd 1094201", &["Roe Trading Ltd 1094201", "Roe Trading Ltd"]),
            (
                "Jane Ann Roe, Passport G 649385 issued 2010",
                &[
                    "Jane Ann Roe, Passport G 649385 issued 2010",
                    "Jane Ann Roe, Passport G issued 2010",
                    "Jane Ann Roe",
                ],
            ),
            ("1. Jane Roe", &["1. Jane Roe", "Jane Roe"]),
            ("Jane Roe 25%", &["Jane Roe 25%", "Jane Roe"]),
            ("Jane Roe <a.b@example.org>", &["Jane Roe <a.b@example.org", "Jane Roe"]),
            ("Jаnе Rое", &["Jаnе Rое", "Jane Roe"]),
            ("name=Jane Roe", &["(name)", "Jane Roe"]),
            ("name:Jane Roe", &["(name)", "Jane Roe"]),
            ("CORP\\Jane Roe", &["(CORP)", "Jane Roe"]),
            ("R0e Jan3 4nn", &["R0e Jan3 4nn", "Roe Jane ann"]),
            ("J@ne R0e", &["J@ne R0e", "Jane Roe"]),
        ] {
            assert_eq!(names(&[text]), expected, "{text}");
        }
        let several = names(&["Javad Rahigi", "Jawad Rahiqi"]);
        assert_eq!(several, ["Javad Rahigi", "Jawad Rahiqi"]);
        assert_eq!(names(&["Roe", "Jane"]), ["(Roe)", "(Jane)"]);
    }

    #[test]
    fn a_text_that_is_one_name_has_no_alternatives() {
        for text in [
            "Kim Jong Un",
            "Novo Nordisk A/S",
            "Aung Aung",
            "Jane Roe Jane Doe",
            "A. Петров",
            "Иvan Петров",
            "トヨタ自動車",
            "Roe, Iran",
            "Jane Ann, Roe",
            "3M Roe",
            "B2B Roe",
            "HYOK SIN 10",
            "7/11",
            "",
            "()",
            " Jane ",
        ] {
            assert_eq!(names(&[text]), [""; 0], "{text}");
        }
    }

    #[test]
    fn the_number_of_names_is_bounded() {
        assert_eq!(alternatives(&["Roe (Doe)"; 500]).len(), 2);
        let letters = |number: u32| char::from_u32(u32::from('a') + number % 26).unwrap_or('a');
        let name = |n: u32| format!("{}{}{}", letters(n), letters(n / 26), letters(n / 676));
        let many: Vec<String> = (0..1_000).map(name).collect();
        assert_eq!(alternatives(&many).len(), MOST);
    }
}
