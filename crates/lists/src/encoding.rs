//! Text in the encoding that came before UTF-8.

/// The letter of a Windows-1252 byte; five bytes have none.
pub(crate) fn windows_1252(byte: u8) -> Option<char> {
    const UPPER: [char; 32] = [
        '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0',
        '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => {
            let letter = UPPER[usize::from(byte - 0x80)];
            (letter != '\0').then_some(letter)
        }
        _ => Some(char::from(byte)),
    }
}
