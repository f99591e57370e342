//! Recognises the format of a file by its first bytes.

use std::io::Read;

use crate::{Budget, Format, ListFile, ReadError, text_line};

/// What a file looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// A file of OFAC's legacy set.
    OfacCsv(CsvRole),
    /// Another format that comes as one file.
    Whole(Format),
}

/// Which file of OFAC's legacy set it is, recognised by the number of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CsvRole {
    /// `sdn.csv`, `cons_prim.csv`: 12 columns.
    Primary,
    /// `add.csv`, `cons_add.csv`: 6 columns.
    Addresses,
    /// `alt.csv`, `cons_alt.csv`: 5 columns.
    Aliases,
    /// `sdn_comments.csv`, `cons_comments.csv`: 2 columns.
    Comments,
}

impl CsvRole {
    /// How many columns the file has.
    pub(crate) fn columns(self) -> usize {
        match self {
            Self::Primary => 12,
            Self::Addresses => 6,
            Self::Aliases => 5,
            Self::Comments => 2,
        }
    }

    fn of_columns(columns: usize) -> Option<Self> {
        [Self::Primary, Self::Addresses, Self::Aliases, Self::Comments]
            .into_iter()
            .find(|role| role.columns() == columns)
    }
}

/// The least number of bytes that are examined; a first line may be as long as a value may be.
const HEAD_BYTES: usize = 64 << 10;

/// Returns the format of a file, or the reason why it cannot be read. `expected` is for the message only.
pub(crate) fn recognise(
    file: &ListFile,
    budget: &Budget,
    expected: &'static str,
) -> Result<FileKind, ReadError> {
    let mut head = Vec::new();
    file.open(budget)?
        .take(HEAD_BYTES.max(budget.value_bytes) as u64)
        .read_to_end(&mut head)
        .map_err(|source| ReadError::Io { file: file.name.clone(), source })?;
    kind_of(&head).map_err(|found| ReadError::Format { file: file.name.clone(), expected, found })
}

fn kind_of(head: &[u8]) -> Result<FileKind, String> {
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
        return Err("UTF-16 text; save it as UTF-8".to_owned());
    }
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text.chars().next() {
        None | Some('\u{1a}') => Err("an empty file".to_owned()),
        Some('<') => kind_of_xml(text),
        Some('{') => Ok(FileKind::Whole(Format::FtmLines)),
        Some(_) => kind_of_csv(text),
    }
}

fn kind_of_xml(text: &str) -> Result<FileKind, String> {
    let root = root_name(text).unwrap_or_default();
    let format = match root.rsplit(':').next().unwrap_or_default() {
        "sdnList" => Format::OfacXml,
        "Sanctions" => Format::OfacAdvancedXml,
        "CONSOLIDATED_LIST" => Format::UnXml,
        "export" => Format::EuXml,
        "Designations" => Format::UkXml,
        name if name.eq_ignore_ascii_case("html") => return Err("a web page (HTML)".to_owned()),
        "" => return Err("markup without a root element".to_owned()),
        other => {
            let other: String = other.chars().take(60).collect();
            return Err(format!("XML with the root element <{other}>"));
        }
    };
    Ok(FileKind::Whole(format))
}

/// The name of the root element, past declarations and comments. A document type of HTML counts as
/// its root.
fn root_name(mut text: &str) -> Option<&str> {
    loop {
        text = text.trim_start();
        let rest = text.strip_prefix('<')?;
        if let Some(comment) = rest.strip_prefix("!--") {
            text = comment.split_once("-->")?.1;
        } else if rest.starts_with('?') {
            text = rest.split_once("?>")?.1;
        } else if let Some(declaration) = rest.strip_prefix('!') {
            let doctype = declaration.get(..12).unwrap_or_default();
            if doctype.eq_ignore_ascii_case("DOCTYPE html") {
                return Some("html");
            }
            // Declarations inside the document type are in brackets.
            let open = declaration.find(['[', '>'])?;
            let end = if declaration.get(open..)?.starts_with('[') { "]>" } else { ">" };
            text = declaration.get(open..)?.split_once(end)?.1;
        } else {
            let end = rest.find(|letter: char| letter.is_whitespace() || "/>".contains(letter));
            return Some(&rest[..end.unwrap_or(rest.len())]);
        }
    }
}

fn kind_of_csv(text: &str) -> Result<FileKind, String> {
    let line = text.lines().next().unwrap_or_default();
    let fields = text_line::split(line);
    let Some(fields) = fields.filter(|fields| fields.len() > 1) else {
        let start: String = line.chars().take(40).collect();
        return Err(format!("text that begins {start:?}"));
    };
    let numbered = fields.first().is_some_and(|id| is_number(id));
    match CsvRole::of_columns(fields.len()) {
        Some(role) if numbered => Ok(FileKind::OfacCsv(role)),
        _ => Err(format!(
            "a comma-separated file of {} columns; OFAC's have 12, 6, 5 or 2, the first a number",
            fields.len()
        )),
    }
}

fn is_number(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_recognised_by_content() {
        let whole = |format| Ok(FileKind::Whole(format));
        assert_eq!(
            kind_of(b"\xEF\xBB\xBF<?xml version='1.0'?>\n<!-- a --><sdnList xmlns='x'>"),
            whole(Format::OfacXml)
        );
        assert_eq!(kind_of(b"<ns:Sanctions/>"), whole(Format::OfacAdvancedXml));
        assert_eq!(kind_of(b"<CONSOLIDATED_LIST>"), whole(Format::UnXml));
        let declared = b"<!DOCTYPE sdnList [<!ENTITY a '<x>'>]>\n<sdnList>";
        assert_eq!(kind_of(declared), whole(Format::OfacXml));
        assert_eq!(kind_of(b"{\"id\":\"x\"}"), whole(Format::FtmLines));
        assert_eq!(
            kind_of(b"36,12,\"aka\",\"A, B\",-0- \r\n"),
            Ok(FileKind::OfacCsv(CsvRole::Aliases))
        );
    }

    #[test]
    fn what_is_no_list_is_named() {
        for (head, found) in [
            (&b""[..], "empty"),
            (b" \r\n\x1a", "empty"),
            (b"<!DOCTYPE HTML PUBLIC 'x'><p>", "HTML"),
            (b"<html lang=en>", "HTML"),
            (b"<rss>", "<rss>"),
            (b"a,b,c\n1,2,3", "3 columns"),
            (b"Name,Country", "2 columns"),
            (b"Not found", "begins"),
            (b"\xFF\xFE<\0", "UTF-16"),
        ] {
            let error = kind_of(head).unwrap_err();
            assert!(error.contains(found), "{error}");
        }
    }
}
