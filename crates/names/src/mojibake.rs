//! Repair of UTF-8 text that was decoded with a single-byte code page ("MÃ¼ller", "ÐŸÑƒÑ‚Ð¸Ð½").

/// Windows-1252 letters at 0x80..=0x9f. Unassigned positions map to the control character of the
/// same value.
const CP1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text decoded again as UTF-8, if re-encoding it in the code page gives well-formed UTF-8;
/// else `None`.
pub(crate) fn repair(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let suspicious = text.chars().any(|letter| {
        matches!(
            letter,
            'Ã' | 'Â'
                | 'Ð'
                | 'Ñ'
                | 'Ø'
                | 'Ù'
                | 'Å'
                | 'Ä'
                | 'Î'
                | 'Ï'
                | '×'
                | 'â'
                | 'Ú'
                | 'Û'
                | 'ã'
                | 'ä'
                | 'å'
                | 'æ'
                | 'ç'
                | 'è'
                | 'é'
                | 'ê'
                | 'ë'
                | 'ì'
                | 'í'
        )
    });
    if !suspicious {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.chars() {
        bytes.push(byte_of(letter)?);
    }
    let repaired = String::from_utf8(bytes).ok()?;
    let is_shorter = repaired.chars().count() < text.chars().count();
    // The text may have been decoded wrongly twice.
    is_shorter.then(|| repair(&repaired).unwrap_or(repaired))
}

fn byte_of(letter: char) -> Option<u8> {
    if let Some(place) = CP1252.iter().position(|&other| other == letter) {
        return Some(0x80 + place as u8);
    }
    u8::try_from(letter as u32).ok()
}
