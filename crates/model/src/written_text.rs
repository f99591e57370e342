//! Decodes text that a system has encoded, and removes invisible parts.

use std::borrow::Cow;

/// HTML tags that do not change the text, and those that end a line.
const TAGS: [&str; 7] = ["b", "i", "u", "em", "strong", "span", "font"];
const LINE_BREAKS: [&str; 6] = ["br", "p", "div", "li", "tr", "td"];
/// The zero digits of scripts that have their own digits.
const ZEROS: [u32; 18] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810,
];
/// Cyrillic letters that look like Latin ones, and these Latin letters.
const LOOKALIKES: [(&str, &str); 2] =
    [("АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS"), ("асеіјорѕухԁһ", "aceijopsyxdh")];

/// Decodes the encodings that exports leave in texts: character references (`&amp;`, also encoded twice), tags
/// (`<br>`), percent codes (`%20`), escapes of JSON (`\u0633`, `\n`) and of spreadsheets (`_x000D_`).
///
/// ```
/// use interdict_model::written_text;
///
/// assert_eq!(written_text("Roe &amp;amp; Co"), "Roe & Co");
/// assert_eq!(written_text("Jane%20Roe<br/>Ivo <b>Roe</b>"), "Jane Roe\nIvo Roe");
/// assert_eq!(written_text("50% A <roe@example.org>"), "50% A <roe@example.org>");
/// ```
pub fn written_text(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| matches!(byte, b'&' | b'<' | b'%' | b'\\' | b'_')) {
        return text.into();
    }
    let decoded = decoded(text);
    match without_tags(&decoded) {
        Some(bare) => bare.into(),
        None => decoded,
    }
}

/// The decoded text with its tags, if it has tags. Their content is invisible to a reader and may contain a wallet
/// address.
pub(crate) fn with_tags(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(['<', '&', '%', '\\']) {
        return None;
    }
    Some(decoded(text)).filter(|decoded| without_tags(decoded).is_some())
}

/// A text with every code decoded.
fn decoded(text: &str) -> Cow<'_, str> {
    let mut decoded = Cow::Borrowed(text);
    for decode in [unescaped, percent_decoded, without_references, without_references] {
        if let Some(next) = decode(&decoded) {
            decoded = next.into();
        }
    }
    decoded
}

/// The text without invisible characters, with full-width letters and the digits of other scripts replaced by ASCII
/// ones.
///
/// ```
/// assert_eq!(interdict_model::plain_text("１٠۹\u{200B}"), "109");
/// ```
pub fn plain_text(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    text.chars().filter(|letter| !is_invisible(*letter)).map(usual).collect::<String>().into()
}

/// A number or an address in plain text, with Cyrillic letters replaced by the Latin ones that they resemble, because
/// they cannot be distinguished on paper.
pub(crate) fn plain_code(text: &str) -> Cow<'_, str> {
    match plain_text(text) {
        plain if plain.is_ascii() => plain,
        plain => plain.chars().map(latin).collect::<String>().into(),
    }
}

fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

fn usual(letter: char) -> char {
    let code = u32::from(letter);
    if matches!(letter, '\u{FF01}'..='\u{FF5E}') {
        return char::from_u32(code - 0xFEE0).unwrap_or(letter);
    }
    let digit = ZEROS.iter().find_map(|zero| code.checked_sub(*zero).filter(|digit| *digit < 10));
    digit.and_then(|digit| char::from_digit(digit, 10)).unwrap_or(letter)
}

/// The Latin letter that a Cyrillic one looks like.
pub(crate) fn latin(letter: char) -> char {
    let pairs = LOOKALIKES.iter().flat_map(|(from, to)| from.chars().zip(to.chars()));
    pairs.into_iter().find(|(from, _)| *from == letter).map_or(letter, |(_, to)| to)
}

fn without_references(text: &str) -> Option<String> {
    match html_escape::decode_html_entities(text) {
        Cow::Owned(decoded) => Some(decoded),
        Cow::Borrowed(_) => None,
    }
}

/// The text without known tags, if it has one. Other text in angle brackets is kept, because it may be an e-mail
/// address.
fn without_tags(text: &str) -> Option<String> {
    let is_markup = text.contains("</");
    let (mut out, mut rest, mut found) = (String::new(), text, false);
    while let Some((before, (inside, after))) =
        rest.split_once('<').and_then(|(before, tag)| Some((before, tag.split_once('>')?)))
    {
        out.push_str(before);
        let tag = inside.trim_matches('/').split_whitespace().next().unwrap_or_default();
        let is = |known: &str| tag.trim_end_matches('/').eq_ignore_ascii_case(known);
        let ends_line = LINE_BREAKS.iter().any(|known| is(known));
        rest = if ends_line || is_markup || TAGS.iter().any(|known| is(known)) {
            found = true;
            out.push_str(if ends_line { "\n" } else { "" });
            after
        } else {
            out.push('<');
            rest.get(before.len() + 1..)?
        };
    }
    out.push_str(rest);
    found.then_some(out)
}

/// The text with its percent codes decoded, if that makes a text without control characters.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = (*first == b'%').then(|| after.get(..2).and_then(hex_byte)).flatten();
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    let decoded = String::from_utf8(bytes).ok()?;
    let is_text = decoded.len() < text.len() && !decoded.contains(char::is_control);
    is_text.then_some(decoded)
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// The text with escapes of JSON and spreadsheets decoded, if it has one.
fn unescaped(text: &str) -> Option<String> {
    let line_ends =
        [("\\r\\n", "\n"), ("\\n", "\n"), ("_x000D_", "\n"), ("_x000d_", "\n"), ("_x000A_", "\n")];
    let mut decoded = Cow::Borrowed(text);
    if text.contains("\\u") {
        decoded = json_text(text).map_or(decoded, Cow::Owned);
    }
    for (escape, line_end) in line_ends {
        if decoded.contains(escape) {
            decoded = decoded.replace(escape, line_end).into();
        }
    }
    match decoded {
        Cow::Owned(decoded) => Some(decoded),
        Cow::Borrowed(_) => None,
    }
}

/// The text that a JSON string of these letters holds.
fn json_text(text: &str) -> Option<String> {
    serde_json::from_str(&format!("\"{}\"", text.replace('"', "\\\""))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_system_encoded_is_decoded() {
        for (text, expected) in [
            ("Roe &amp; Co", "Roe & Co"),
            ("Roe &amp;#39;s", "Roe 's"),
            ("O&#39;Roe", "O'Roe"),
            ("Roe&nbsp;1", "Roe\u{A0}1"),
            ("Jane<BR />Ivo", "Jane\nIvo"),
            ("<p>Jane</p><p>Ivo</p>", "\nJane\n\nIvo\n"),
            ("<span class=\"x\">Roe</span>", "Roe"),
            ("<name>Roe</name>", "Roe"),
            ("&lt;b&gt;Roe&lt;/b&gt;", "Roe"),
            ("Jane%20Roe", "Jane Roe"),
            ("bitcoin%3Aabc", "bitcoin:abc"),
            ("\\u0633\\u064a\\u0641", "سيف"),
            ("Jane\\nRoe", "Jane\nRoe"),
            ("Jane_x000D_\nRoe", "Jane\n\nRoe"),
        ] {
            assert_eq!(written_text(text), expected, "{text}");
        }
        for text in [
            "Roe & Co",
            "100%AB Roe",
            "50% Roe",
            "Roe%0A",
            "Jane <roe@example.org>",
            "a < b",
            "a > b < c",
            "Roe\\Doe",
            "Roe_Doe",
            "\\u06",
        ] {
            assert_eq!(written_text(text), text);
        }
    }

    #[test]
    fn codes_of_any_script_are_plain() {
        for text in
            ["１０９", "١٠٩", "۱۰۹", "१०९", "\u{202A}109\u{202C}", "1\u{AD}0\u{200B}9\u{FE0F}"]
        {
            assert_eq!(plain_text(text), "109", "{text}");
        }
        assert_eq!(plain_text("АB"), "АB", "a name keeps its letters");
        assert_eq!(plain_code("АВ１2сх"), "AB12cx");
        assert_eq!(plain_code("Ж٤"), "Ж4");
        for (from, to) in LOOKALIKES {
            assert_eq!(from.chars().count(), to.len());
        }
    }
}
