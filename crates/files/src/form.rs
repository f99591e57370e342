//! The form of a customer file, as far as the file itself does not show it.

use std::fmt;
use std::str::FromStr;

use encoding_rs::Encoding;
use interdict_model::DateOrder;
use serde::{Deserialize, Serialize};

/// The form of a file as the user gives it. A setting that is not given is detected in the file; the file is refused if
/// it can be read in two ways.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputForm {
    /// The encoding of text. Without it, the byte order mark decides, or the text is UTF-8.
    pub encoding: Option<TextEncoding>,
    /// The delimiter between fields. Without it, it is detected in the header line.
    pub delimiter: Option<Delimiter>,
    /// The order of day and month in dates. Without it, it is detected in each column.
    pub dates: Option<DateOrder>,
}

/// An encoding of text, by its name in the Encoding Standard of the web.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TextEncoding(&'static Encoding);

impl TextEncoding {
    pub(crate) fn encoding(self) -> &'static Encoding {
        self.0
    }
}

impl FromStr for TextEncoding {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Encoding::for_label(text.trim().as_bytes()).map(Self);
        known.ok_or_else(|| {
            let text: String = text.chars().take(60).collect();
            format!(
                "{text:?} is no known encoding; some that are: utf-8, utf-16le, windows-1252, \
                 windows-1251, iso-8859-2, gbk, big5, shift_jis, euc-kr, koi8-r"
            )
        })
    }
}

impl fmt::Display for TextEncoding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.name().to_ascii_lowercase())
    }
}

impl TryFrom<String> for TextEncoding {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<TextEncoding> for String {
    fn from(encoding: TextEncoding) -> Self {
        encoding.to_string()
    }
}

/// The delimiter between fields: one ASCII character other than letters, digits, quotes and line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Delimiter(u8);

/// The delimiters that are looked for, the likeliest first.
const USUAL: [u8; 4] = [b',', b';', b'\t', b'|'];

impl Delimiter {
    /// A comma.
    pub const COMMA: Self = Self(b',');
    /// A tab.
    pub const TAB: Self = Self(b'\t');

    pub(crate) fn byte(self) -> u8 {
        self.0
    }

    /// The most frequent delimiter outside quotes in the header line of a file; a comma if it has none.
    pub(crate) fn of_header(head: &[u8]) -> Self {
        let mut counts = [0_u32; USUAL.len()];
        let mut quoted = false;
        let blank = |byte: &&u8| matches!(byte, b'\r' | b'\n');
        for byte in head.iter().skip_while(blank) {
            match byte {
                b'"' => quoted = !quoted,
                b'\r' | b'\n' if !quoted => break,
                _ if quoted => {}
                byte => {
                    let usual = USUAL.iter().zip(&mut counts).find(|(usual, _)| *usual == byte);
                    if let Some((_, count)) = usual {
                        *count += 1;
                    }
                }
            }
        }
        // Of equal counts, the first of `USUAL`.
        let best = USUAL.iter().zip(counts).rev().max_by_key(|(_, count)| *count);
        best.filter(|(_, count)| *count > 0).map_or(Self::COMMA, |(byte, _)| Self(*byte))
    }
}

impl FromStr for Delimiter {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let byte = match text.to_ascii_lowercase().as_str() {
            "tab" | "\\t" | "\t" => b'\t',
            "comma" => b',',
            "semicolon" => b';',
            "pipe" => b'|',
            "space" => b' ',
            _ => match text.as_bytes() {
                [byte] if byte.is_ascii_punctuation() && !matches!(byte, b'"' | b'\'') => *byte,
                [b' '] => b' ',
                _ => return Err("write one character, or comma, semicolon, tab, pipe or space"),
            },
        };
        Ok(Self(byte))
    }
}

impl fmt::Display for Delimiter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            b'\t' => formatter.write_str("tab"),
            byte => write!(formatter, "{}", char::from(byte)),
        }
    }
}

impl TryFrom<String> for Delimiter {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        text.parse()
    }
}

impl From<Delimiter> for String {
    fn from(delimiter: Delimiter) -> Self {
        delimiter.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_line_shows_the_delimiter() {
        for (head, delimiter) in [
            ("id,name\n1;2;3;4", ","),
            ("id;name;born\n", ";"),
            ("\r\nid\tname\n", "tab"),
            ("id|name", "|"),
            ("name\n", ","),
            ("\"a;b;c\",name\n", ","),
            ("\"a\n;;;\",name\n", ","),
            ("a;b,c\n", ","),
            ("", ","),
        ] {
            assert_eq!(Delimiter::of_header(head.as_bytes()).to_string(), delimiter, "{head:?}");
        }
    }

    #[test]
    fn delimiters_and_encodings_are_told_by_name() {
        for (text, byte) in [
            ("tab", b'\t'),
            ("\\t", b'\t'),
            (";", b';'),
            ("Pipe", b'|'),
            ("^", b'^'),
            ("space", b' '),
            (" ", b' '),
        ] {
            let delimiter: Delimiter = text.parse().unwrap();
            assert_eq!(delimiter.byte(), byte);
            assert_eq!(delimiter.to_string().parse(), Ok(delimiter));
        }
        for text in ["", "ab", "\"", "a", "1", "é", "\n"] {
            assert!(text.parse::<Delimiter>().is_err(), "{text:?}");
        }
        assert_eq!("cp1252".parse::<TextEncoding>().unwrap().to_string(), "windows-1252");
        assert!("klingon".parse::<TextEncoding>().unwrap_err().contains("windows-1251"));
    }
}
