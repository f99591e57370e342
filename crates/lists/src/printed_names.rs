//! The names in one printed name: what lists put in brackets, and several names in one field.

/// The names contained in one printed name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PrintedNames {
    /// The first is the one to show.
    pub(crate) names: Vec<String>,
    /// The printed names with remarks that were removed from the names.
    pub(crate) remarks: Vec<String>,
}

/// First words of brackets that are remarks on the name before them, in lower case.
const REMARKS: [&str; 12] = [
    "false identity",
    "birth name",
    "name at birth",
    "combat name",
    "nom de guerre",
    "previously listed",
    "formerly listed",
    "deceased",
    "original script",
    "in arabic",
    "real name",
    "true name",
];

/// Words before a name in another script, in lower case.
const SCRIPT_MARKS: [&str; 3] = ["original script:", "in arabic:", "in arabic script:"];

/// Abbreviations in brackets that are a place or a legal form and not a name.
const NO_ACRONYMS: [&str; 14] = [
    "UAE", "USA", "PRC", "DPRK", "NGO", "LLC", "LLP", "LTD", "JSC", "PVT", "PTY", "PTE", "INC",
    "SAL",
];

/// Least letters of an acronym: two letters are the initials of half of all people.
const LEAST_ACRONYM: usize = 3;

/// Most letters of an acronym; the longest in the known lists is RSRSBCM.
const MOST_ACRONYM: usize = 10;

/// Least letters of a name of one word from which a bracket was taken: shorter ones (`BNK (UK)`) are found
/// in too many other names.
const LEAST_SINGLE_WORD: usize = 6;

/// Deepest nesting of brackets that is read; real names have two levels.
const MOST_LEVELS: usize = 4;

/// Reads a printed name:
///
/// - `A; B`: two names.
/// - `Jin Roe (金铁三)`, `حسن (Hassan; Hasan)`: the name in each script, without the brackets.
/// - `EL PARA (COMBAT NAME)`: the name without the remark.
/// - `EASTERN MOVEMENT (ETIM)`: as printed, without the bracket, and the acronym.
/// - `GUARD CORPS (GC) FORCE`: as printed, and without the acronym of a part of it.
/// - `IMO 9439383 ("BHILVA")`: as printed, and the name in quotes.
/// - `AL-HARAMAIN (ALBANIA BRANCH)`: as printed, and without the bracket.
pub(crate) fn names_in(text: &str) -> PrintedNames {
    let mut found = PrintedNames::default();
    read(text, MOST_LEVELS, &mut found);
    // A name of punctuation only is kept as the list prints it.
    if found.names.is_empty() {
        found.names.extend(Some(text.trim().to_owned()).filter(|name| !name.is_empty()));
    }
    found
}

fn read(text: &str, levels: usize, found: &mut PrintedNames) {
    for part in split_outside_brackets(text) {
        match last_bracket(part).filter(|_| levels > 0) {
            Some(bracket) => read_bracketed(part, &bracket, levels - 1, found),
            None => {
                found.add(part);
                if let Some(without) = without_acronym(part) {
                    found.add(&without);
                }
            }
        }
    }
}

fn read_bracketed(part: &str, bracket: &Bracket<'_>, levels: usize, found: &mut PrintedNames) {
    let (head, inner) = (bracket.head, without_mark(bracket.inner));
    if is_remark(inner) {
        found.remarks.push(part.to_owned());
        read(head, levels, found);
        return;
    }
    if split_outside_brackets(inner).any(|name| is_other_script(head, name)) {
        if inner != bracket.inner {
            found.remarks.push(part.to_owned());
        }
        read(head, levels, found);
        read(inner, levels, found);
        return;
    }
    found.add(part);
    if is_name_alone(head) {
        read(head, levels, found);
    }
    if let Some(quoted) = in_quotes(inner) {
        found.add(quoted);
    }
    for word in inner.split([',', ';']).map(str::trim) {
        if is_acronym(word, head) {
            found.add(word);
        }
    }
}

impl PrintedNames {
    fn add(&mut self, name: &str) {
        let name = name.trim().trim_end_matches([';', ',']).trim();
        if name.chars().any(char::is_alphanumeric) && !self.names.iter().any(|known| known == name)
        {
            self.names.push(name.to_owned());
        }
    }
}

/// The parts at semicolons that are outside brackets and end no entity such as `&amp;`.
fn split_outside_brackets(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_i32;
    let mut letters = text.char_indices().peekable();
    let mut begin = 0;
    let mut parts = Vec::new();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ';' if depth <= 0 => {
                let part = text.get(begin..at).unwrap_or_default();
                let ends = letters.peek().is_none_or(|(_, next)| next.is_whitespace());
                if ends && !ends_in_entity(part) {
                    parts.push(part);
                    begin = at + letter.len_utf8();
                }
            }
            _ => {}
        }
    }
    parts.push(text.get(begin..).unwrap_or_default());
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty())
}

fn ends_in_entity(part: &str) -> bool {
    let word = part.rsplit_once('&').map_or("", |(_, word)| word);
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#')
}

/// A bracket at the end of a name.
struct Bracket<'a> {
    head: &'a str,
    inner: &'a str,
}

/// The bracket at the end of a name, with the text before it. `None` if the whole name is in brackets, or the brackets
/// do not pair.
fn last_bracket(part: &str) -> Option<Bracket<'_>> {
    let part = part.trim_end_matches([',', '.', ' ']);
    let (open, close) = if part.ends_with(')') { ('(', ')') } else { ('[', ']') };
    let body = part.strip_suffix(close)?;
    let mut depth = 1;
    for (at, letter) in body.char_indices().rev() {
        if letter == close {
            depth += 1;
        } else if letter == open {
            depth -= 1;
        }
        if depth == 0 {
            let head = body.get(..at)?.trim();
            let inner = body.get(at + open.len_utf8()..)?.trim();
            let has_letters = |text: &str| text.chars().any(char::is_alphabetic);
            return (has_letters(head) && has_letters(inner)).then_some(Bracket { head, inner });
        }
    }
    None
}

fn without_mark(inner: &str) -> &str {
    let lower = inner.to_ascii_lowercase();
    let mark = SCRIPT_MARKS.iter().find(|mark| lower.starts_with(**mark));
    mark.and_then(|mark| inner.get(mark.len()..)).map_or(inner, str::trim)
}

fn is_remark(inner: &str) -> bool {
    let lower = inner.to_ascii_lowercase();
    REMARKS.iter().any(|remark| lower.starts_with(remark))
}

fn is_latin(letter: char) -> bool {
    matches!(letter, 'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}')
}

/// Whether one text is in Latin letters and the other has no Latin letters. A remark in Latin letters inside the
/// brackets of the other does not count.
fn is_other_script(one: &str, other: &str) -> bool {
    let outside = |text: &str| text.split('(').next().unwrap_or_default().to_owned();
    let (one, other) = (outside(one), outside(other));
    let has_letters = |text: &str| text.chars().any(char::is_alphabetic);
    let has_latin = |text: &str| text.chars().any(is_latin);
    has_letters(&one) && has_letters(&other) && has_latin(&one) != has_latin(&other)
}

/// Whether a name from which a bracket was taken can stand alone. A number such as `IMO 9439383` cannot.
fn is_name_alone(head: &str) -> bool {
    let has_number =
        head.split_whitespace().any(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    let words =
        head.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
    let letters = head.chars().filter(|letter| letter.is_alphabetic()).count();
    !has_number && (words > 1 || letters >= LEAST_SINGLE_WORD)
}

fn in_quotes(inner: &str) -> Option<&str> {
    let quotes = ['"', '\u{201C}', '\u{201D}', '\u{AB}', '\u{BB}'];
    let name = inner.strip_prefix(quotes)?.strip_suffix(quotes)?.trim();
    (!name.contains(quotes)).then_some(name)
}

/// Whether a word is the acronym of a name: its letters come in the same order in the name, the first at the beginning
/// of a word, and not all in one word. `(SYRIA)` after `SYRIAN COMPANY` is not an acronym.
fn is_acronym(word: &str, name: &str) -> bool {
    let letters: Vec<char> = word.chars().filter(|letter| letter.is_alphabetic()).collect();
    let capitals = letters.iter().filter(|letter| letter.is_uppercase()).count();
    let is_one_word = !word.chars().any(|letter| letter.is_whitespace() || letter.is_ascii_digit());
    let upper: String = letters.iter().flat_map(|letter| letter.to_uppercase()).collect();
    if !is_one_word
        || !(LEAST_ACRONYM..=MOST_ACRONYM).contains(&letters.len())
        || capitals * 2 <= letters.len()
        || NO_ACRONYMS.contains(&upper.as_str())
    {
        return false;
    }
    let words = || {
        let words = name.split(|letter: char| !letter.is_alphabetic());
        words.filter(|word| !word.is_empty()).map(str::to_uppercase)
    };
    let whole: Vec<String> = words().collect();
    let from = |start: usize| whole.iter().skip(start).map(String::as_str).collect::<String>();
    let begins = whole.iter().position(|word| word.chars().next() == upper.chars().next());
    begins.is_some_and(|start| is_subsequence(&upper, &from(start)))
        && !words().any(|word| is_subsequence(&upper, &word))
}

fn is_subsequence(part: &str, text: &str) -> bool {
    let mut letters = text.chars();
    part.chars().all(|wanted| letters.any(|letter| letter == wanted))
}

/// A name without the acronym of the words before it: `UGANDA IMPEX (UI) LTD` as `UGANDA IMPEX LTD`.
fn without_acronym(name: &str) -> Option<String> {
    let (head, rest) = name.split_once('(')?;
    let (inner, tail) = rest.split_once(')')?;
    if !is_acronym(inner.trim(), head) || !tail.chars().any(char::is_alphabetic) {
        return None;
    }
    let joined = tail.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    Some(format!("{} {joined}", head.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        names_in(text).names
    }

    #[test]
    fn a_name_without_brackets_stays_as_it_is() {
        for name in [
            "Ivo Roe",
            "ROE, Ivo",
            "(Sheikh) Ivo Roe",
            ") Ivo Roe",
            "Roe (",
            "Roe & Co",
            "(Roe)",
            ".,-!",
        ] {
            assert_eq!(
                names_in(name),
                PrintedNames { names: vec![name.to_owned()], remarks: vec![] }
            );
        }
    }

    #[test]
    fn several_names_in_one_field_are_several_names() {
        assert_eq!(names("Azim Roe; Azeem Roe; "), ["Azim Roe", "Azeem Roe"]);
        assert_eq!(names("Roe &amp; Co; Second"), ["Roe &amp; Co", "Second"]);
        assert_eq!(names("A;B"), ["A;B"], "without a space it may be a part of the name");
    }

    #[test]
    fn a_bracket_in_another_script_is_a_name() {
        assert_eq!(names("Jin Roe (金铁三)"), ["Jin Roe", "金铁三"]);
        assert_eq!(names("حسن (Hassan; Hasan)"), ["حسن", "Hassan", "Hasan"]);
        assert_eq!(names("Ivo (original script: Иво)"), ["Ivo", "Иво"]);
        assert_eq!(names_in("Ivo (original script: Иво)").remarks, ["Ivo (original script: Иво)"]);
        assert_eq!(
            names("Western Free Front (WFF) (Фронт (original script); Wehem Front)"),
            ["Western Free Front (WFF)", "Western Free Front", "WFF", "Фронт", "Wehem Front"]
        );
    }

    #[test]
    fn a_remark_is_no_part_of_the_name_and_is_kept() {
        let found = names_in("EL BAKER (COMBAT NAME)");
        assert_eq!(found.names, ["EL BAKER"]);
        assert_eq!(found.remarks, ["EL BAKER (COMBAT NAME)"]);
        assert_eq!(names("Ivo Roe (false identity related to a passport (of 2001))"), ["Ivo Roe"]);
    }

    #[test]
    fn an_acronym_and_the_name_without_it_are_names() {
        let acronym = "WESTERN FRONT IN THE UTOPIAN PENINSULA";
        assert_eq!(
            names(&format!("{acronym} (WFUP)")),
            [&format!("{acronym} (WFUP)"), acronym, "WFUP"]
        );
        assert_eq!(
            names("Western Free State In South-East (WFS-SE, WFS-South East)"),
            [
                "Western Free State In South-East (WFS-SE, WFS-South East)",
                "Western Free State In South-East",
                "WFS-SE"
            ]
        );
    }

    #[test]
    fn places_and_legal_forms_in_brackets_are_no_names() {
        assert_eq!(names("Lane & Lord Camp (LLC)"), ["Lane & Lord Camp (LLC)", "Lane & Lord Camp"]);
        assert_eq!(
            names("SYRIAN BAKERIES (SYRIA)"),
            ["SYRIAN BAKERIES (SYRIA)", "SYRIAN BAKERIES"]
        );
        assert_eq!(names("ROE FLOUR (KENYA)"), ["ROE FLOUR (KENYA)", "ROE FLOUR"]);
        assert_eq!(names("ROE (HK) CO. LIMITED"), ["ROE (HK) CO. LIMITED"]);
        assert_eq!(names("General [Utopia]"), ["General [Utopia]", "General"]);
        assert_eq!(names("Rex Bakery (RB)"), ["Rex Bakery (RB)", "Rex Bakery"], "two letters");
    }

    #[test]
    fn what_is_too_short_alone_does_not_stand_alone() {
        assert_eq!(names("BNK (UK)"), ["BNK (UK)"]);
        assert_eq!(names("IMO 9439383 (\"HERON\")"), ["IMO 9439383 (\"HERON\")", "HERON"]);
    }

    #[test]
    fn an_acronym_of_a_part_of_the_name_is_left_out_and_no_name() {
        let name = "ROE BREAD GUARD CORPS (RBGC)-FLOUR FORCE";
        assert_eq!(names(name), [name, "ROE BREAD GUARD CORPS FLOUR FORCE"]);
    }

    #[test]
    fn brackets_without_end_are_read_in_time() {
        let deep = format!("{}ROE{}", "Roe (".repeat(20_000), ")".repeat(20_000));
        assert!(!names(&deep).is_empty());
    }
}
