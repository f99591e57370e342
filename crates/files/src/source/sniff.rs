//! Detects the form of a file from its first bytes.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// What a text file is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextKind {
    /// A table with a header.
    Table,
    /// JSON, one object a line.
    Lines,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Zstd,
}

pub(super) fn compression_of(start: &[u8]) -> Compression {
    match start {
        [0x1F, 0x8B, 0x08, ..] => Compression::Gzip,
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Compression::Zstd,
        // A frame without data, which some tools write first.
        [first, 0x2A, 0x4D, 0x18, ..] if first & 0xF0 == 0x50 => Compression::Zstd,
        _ => Compression::None,
    }
}

/// The encoding that a byte order mark names, and the mark's length.
pub(super) fn byte_order_mark(start: &[u8]) -> Option<(&'static Encoding, usize)> {
    match start {
        [0xEF, 0xBB, 0xBF, ..] => Some((UTF_8, 3)),
        [0xFF, 0xFE, ..] => Some((UTF_16LE, 2)),
        [0xFE, 0xFF, ..] => Some((UTF_16BE, 2)),
        _ => None,
    }
}

const WORKBOOK: &str = "save its sheet as CSV (UTF-8)";
const UNPACK: &str = "unpack it first; gzip and zstd are read as they are";

/// First bytes of files that are not text, with the format and the next step.
const MAGIC: [(&[u8], &str, &str); 15] = [
    // Listed before UTF-16, whose byte order mark is the beginning of one of these.
    (b"\xFF\xFE\x00\x00", "text in UTF-32", "save it as UTF-8"),
    (b"\x00\x00\xFE\xFF", "text in UTF-32", "save it as UTF-8"),
    (
        b"PK\x03\x04",
        "a workbook (.xlsx, .ods) or a zip archive",
        "save its sheet as CSV (UTF-8), or unpack it",
    ),
    (b"PK\x05\x06", "an empty zip archive", UNPACK),
    (b"\xD0\xCF\x11\xE0", "an old workbook (.xls)", WORKBOOK),
    (b"PAR1", "a Parquet file", "name it .parquet"),
    (b"%PDF", "a PDF document", "export the table from where it came from"),
    (b"{\\rtf", "a text document (RTF)", "export the table from where it came from"),
    (b"SQLite format 3", "an SQLite database", "export the table as CSV"),
    (b"BZh", "a file packed with bzip2", UNPACK),
    (b"\xFD7zXZ", "a file packed with xz", UNPACK),
    (b"7z\xBC\xAF", "a 7-Zip archive", UNPACK),
    (b"Rar!", "a RAR archive", UNPACK),
    (b"ARROW1", "an Arrow file", "write it as Parquet"),
    (b"Obj\x01", "an Avro file", "write it as Parquet or CSV"),
];

/// The description and the next step for a UTF-8 file that `--encoding` declares to be in another encoding.
pub(super) const UTF8_AS_OTHER: (&str, &str) =
    ("text in UTF-8, and another encoding is told", "leave --encoding out");

/// Whether bytes are valid UTF-8 with letters beyond ASCII, although `--encoding` names another encoding. Text in another
/// encoding is valid UTF-8 only by chance.
pub(super) fn is_otherwise_utf8(start: &[u8], told: &'static Encoding) -> bool {
    let is_utf8 = match std::str::from_utf8(start) {
        Ok(text) => !text.is_ascii(),
        // The first bytes may end inside a letter.
        Err(error) => {
            let valid = start.get(..error.valid_up_to()).unwrap_or_default();
            error.error_len().is_none() && !valid.is_ascii()
        }
    };
    is_utf8 && ![UTF_8, UTF_16LE, UTF_16BE].contains(&told)
}

/// The kind of a file that is not a customer file, and the next step; `None` for a customer file.
pub(super) fn foreign_content(
    start: &[u8],
    kind: TextKind,
    encoding_is_known: bool,
) -> Option<(&'static str, &'static str)> {
    let magic = MAGIC.iter().find(|(magic, ..)| start.starts_with(magic));
    if let Some((_, found, next_step)) = magic {
        return Some((found, next_step));
    }
    if !encoding_is_known && start.contains(&0) {
        return Some((
            "no text: it has zero bytes",
            "if it is UTF-16 without a byte order mark, say so with --encoding utf-16le or utf-16be",
        ));
    }
    if !encoding_is_known && memchr::memchr(0x1B, start).is_some() {
        return Some((
            "text with control characters (ESC), perhaps in ISO-2022-JP",
            "say so with --encoding iso-2022-jp, or save it as UTF-8",
        ));
    }
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    match (kind, text.first()) {
        (_, Some(b'<')) => Some(("markup (XML or HTML)", "export the table as CSV")),
        (TextKind::Table, Some(b'{')) => Some(("JSON", "name it .ndjson")),
        (TextKind::Lines, Some(b'[')) => {
            Some(("one JSON array", "write one object a line: `jq -c '.[]'` does that"))
        }
        _ => None,
    }
}
