//! Several values in one field.

use std::borrow::Cow;

/// What parts two values of a field wherever it stands.
const SEPARATORS: [char; 7] = [';', '|', '\n', '\r', '；', '｜', '؛'];
/// Longest character reference (`&thetasym;`), in bytes.
const LONGEST_REFERENCE: usize = 10;

/// The values of a field: parted by semicolons, bars or line breaks, or the texts of a JSON array. Commas
/// part nothing, because names hold them (`Roe, Jane`), and neither does the semicolon that ends a
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

/// The texts and numbers of a JSON array that holds nothing else.
fn json_texts(text: &str) -> Option<Vec<String>> {
    if !(text.starts_with('[') && text.ends_with(']')) {
        return None;
    }
    let values: Vec<serde_json::Value> = serde_json::from_str(text).ok()?;
    let texts = values.into_iter().map(|value| match value {
        serde_json::Value::String(text) => Some(text.trim().to_owned()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Null => Some(String::new()),
        _ => None,
    });
    let texts: Vec<String> = texts.collect::<Option<_>>()?;
    Some(texts.into_iter().filter(|text| !text.is_empty()).collect())
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
        for text in ["Roe, Jane", "A/S Roe", "[Roe", "[Roe]", "R&D Roe", r#"[{"a": 1}]"#] {
            assert_eq!(field_values(text), [text]);
        }
        assert_eq!(field_values("[1, \"a\", null]"), ["1", "a"]);
        assert!(field_values(" ; ").is_empty() && field_values("[]").is_empty());
    }

    #[test]
    fn a_character_reference_is_one_with_its_word() {
        assert_eq!(field_values("Roe &amp; Co; O&#39;Roe"), ["Roe &amp; Co", "O&#39;Roe"]);
        assert_eq!(field_values("Roe & Co; Rowe"), ["Roe & Co", "Rowe"], "a blank is no reference");
    }
}
