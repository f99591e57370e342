//! Escapes of half a letter: `\ud83d` without its other half.

/// Replaces each unpaired surrogate escape by that of U+FFFD. `None` if there is none.
pub(super) fn replace_unpaired(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut mended = String::with_capacity(text.len());
    let (mut at, mut copied, mut changed) = (0, 0, false);
    while let Some(byte) = bytes.get(at) {
        if *byte != b'\\' {
            at += 1;
            continue;
        }
        match unit(bytes, at) {
            Some(0xD800..=0xDBFF) if matches!(unit(bytes, at + 6), Some(0xDC00..=0xDFFF)) => {
                at += 12
            }
            Some(0xD800..=0xDFFF) => {
                mended.push_str(text.get(copied..at)?);
                mended.push_str("\\ufffd");
                at += 6;
                copied = at;
                changed = true;
            }
            // Any other escape has at least two bytes; both are skipped, so that an escaped
            // backslash starts no escape.
            _ => at += 2,
        }
    }
    mended.push_str(text.get(copied..)?);
    changed.then_some(mended)
}

/// The code unit of a `\uXXXX` escape at that place.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let escape = bytes.get(at..at + 6)?;
    let digits = escape.strip_prefix(b"\\u")?;
    digits.iter().all(u8::is_ascii_hexdigit).then_some(())?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::replace_unpaired;

    #[test]
    fn only_unpaired_halves_are_replaced() {
        assert_eq!(replace_unpaired(r#"a\ud83d\ude00b"#), None);
        assert_eq!(replace_unpaired(r#"a\ud83db"#).as_deref(), Some(r#"a\ufffdb"#));
        assert_eq!(
            replace_unpaired(r#"\ude00\ud83d\ud83d\ude00"#).as_deref(),
            Some(r#"\ufffd\ufffd\ud83d\ude00"#)
        );
        assert_eq!(replace_unpaired(r#"\\ud83d"#), None, "an escaped backslash is no escape");
        assert_eq!(replace_unpaired(r#"\ud8"#), None);
    }
}
