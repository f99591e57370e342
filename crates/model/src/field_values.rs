//! Several values in one field.

use std::borrow::Cow;

use serde_json::Value;

/// Characters that always separate two values of a field.
const SEPARATORS: [char; 11] =
    [';', '|', '\n', '\r', '\t', '\0', '\u{2028}', '\u{2029}', '；', '｜', '؛'];
/// Longest character reference (`&thetasym;`), in bytes.
const LONGEST_REFERENCE: usize = 10;

/// The values of a field: separated by semicolons, bars or line breaks, or the texts of a JSON array or object. Commas
/// do not separate values, because names contain them (`Roe, Jane`), and neither does the semicolon at the end of a
/// character reference (`Roe &amp; Co`).
///
/// ```
/// use interdict_model::field_values;
///
/// assert_eq!(field_values("Ivo Roe; Yvo Rowe |"), ["Ivo Roe", "Yvo Rowe"]);
/// assert_eq!(field_values(r#"["Ivo Roe", "Yvo Rowe"]"#), ["Ivo Roe", "Yvo Rowe"]);
/// assert_eq!(field_values("Roe &amp; Co"), ["Roe &amp; Co"]);
/// ```
pub fn field_values(text: &str) -> Vec<Cow<'_, str>> {
    if let Some(texts) = json_texts(text.trim()) {
        return texts.into_iter().map(Cow::Owned).collect();
    }
    let (mut values, mut start) = (Vec::new(), 0);
    for (place, letter) in text.char_indices() {
        if !SEPARATORS.contains(&letter) || (letter == ';' && ends_reference(text, place)) {
            continue;
        }
        values.extend(text.get(start..place));
        start = place + letter.len_utf8();
    }
    values.extend(text.get(start..));
    let values = values.into_iter().map(str::trim).filter(|value| !value.is_empty());
    values.map(Cow::Borrowed).collect()
}

/// The texts and numbers of a JSON array or object, whatever their keys.
fn json_texts(text: &str) -> Option<Vec<String>> {
    let is_json = |(open, close)| text.starts_with(open) && text.ends_with(close);
    if ![('[', ']'), ('{', '}')].into_iter().any(is_json) {
        return None;
    }
    let mut texts = Vec::new();
    // Python writes single quotes.
    let value =
        serde_json::from_str(text).or_else(|_| serde_json::from_str(&text.replace('\'', "\"")));
    add_texts(&value.ok()?, &mut texts);
    Some(texts)
}

fn add_texts(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) if text.trim().is_empty() => {}
        Value::String(text) => texts.push(text.trim().to_owned()),
        Value::Number(number) => texts.push(number.to_string()),
        Value::Array(values) => values.iter().for_each(|value| add_texts(value, texts)),
        Value::Object(fields) => fields.values().for_each(|value| add_texts(value, texts)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Whether the semicolon at that place ends a character reference: `&amp;`, `&#39;`.
fn ends_reference(text: &str, semicolon: usize) -> bool {
    let before = text.get(..semicolon).unwrap_or_default().char_indices().rev();
    let mut near = before.take(LONGEST_REFERENCE + 2);
    let Some((start, _)) = near.find(|(_, letter)| *letter == '&') else { return false };
    let name = text.get(start + 1..semicolon).unwrap_or_default();
    let name = name.strip_prefix('#').unwrap_or(name);
    (2..=LONGEST_REFERENCE).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_parted_by_semicolons_bars_and_line_breaks() {
        for text in
            ["A b; C d", "A b|C d", "A b\r\nC d", "A b；C d", ";A b;;C d;", r#"["A b","C d"]"#]
        {
            assert_eq!(field_values(text), ["A b", "C d"], "{text}");
        }
        for text in ["Roe, Jane", "A/S Roe", "[Roe", "[Roe]", "{Roe}", "R&D Roe"] {
            assert_eq!(field_values(text), [text]);
        }
        assert_eq!(field_values("[1, \"a\", null]"), ["1", "a"]);
        let nested = r#"[{"name": "A b", "id": 7}, {"name": "C d", "ok": true}]"#;
        assert_eq!(field_values(nested), ["7", "A b", "C d"]);
        assert_eq!(field_values(r#"{"name": " A b ", "": ""}"#), ["A b"]);
        assert_eq!(field_values("['A b', 'C d']"), ["A b", "C d"]);
        assert_eq!(field_values("A b\tC d\0E f"), ["A b", "C d", "E f"]);
        assert!(field_values(" ; ").is_empty() && field_values("[]").is_empty());
    }

    #[test]
    fn a_character_reference_is_one_with_its_word() {
        assert_eq!(field_values("Roe &amp; Co; O&#39;Roe"), ["Roe &amp; Co", "O&#39;Roe"]);
        assert_eq!(field_values("Roe & Co; Rowe"), ["Roe & Co", "Rowe"], "a blank is no reference");
    }
}
