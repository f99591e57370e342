//! A fingerprint of code and tables, shared by the build scripts of this crate and of names.

use std::path::{Path, PathBuf};

/// A hash over some files and all files of some folders, without what cannot change an answer: comments, white space
/// between tokens, documents (`.md`) and the scripts that a table was made with (`.py`). A wrong fingerprint that stays
/// the same would leave segments in use that another analysis has built, so every other kind of file is hashed whole.
pub(crate) fn of(places: &[PathBuf]) -> String {
    let mut files = Vec::new();
    for place in places {
        println!("cargo::rerun-if-changed={}", place.display());
        list_files(place, &mut files);
    }
    files.sort();
    let hash = files.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, path| {
        let text = std::fs::read_to_string(path)
            .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
        // FNV-1a.
        significant_text(path, &text)
            .bytes()
            .fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
    });
    format!("{hash:016x}")
}

fn list_files(place: &Path, files: &mut Vec<PathBuf>) {
    if !place.is_dir() {
        files.push(place.to_owned());
        return;
    }
    let entries = std::fs::read_dir(place)
        .unwrap_or_else(|error| panic!("cannot list {}: {error}", place.display()));
    for entry in entries {
        list_files(&entry.expect("an entry of a folder").path(), files);
    }
}

/// The part of a file that a build depends on.
pub(crate) fn significant_text(path: &Path, text: &str) -> String {
    // Line ends differ between checkouts.
    let text = text.replace('\r', "");
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("rs") => code(&text),
        Some("tsv") => rows(&text),
        Some("md" | "py") => String::new(),
        _ => text,
    }
}

/// The rows of a table: every line but comments, which begin with `#`, and blank lines.
fn rows(text: &str) -> String {
    let is_row = |line: &&str| !line.starts_with('#') && !line.trim().is_empty();
    text.lines().filter(is_row).flat_map(|line| [line, "\n"]).collect()
}

/// Rust code with each run of white space and comments as one space; literals keep every character.
fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let ignored = white_space_or_comment(rest);
        let length = literal(rest).unwrap_or(first.len_utf8());
        let (token, after) = rest.split_at(if ignored > 0 { ignored } else { length });
        rest = after;
        match ignored {
            0 => code.push_str(token),
            _ if !code.ends_with(' ') => code.push(' '),
            _ => {}
        }
    }
    code
}

/// The length of the white space or of the comment at the beginning, 0 if there is neither.
fn white_space_or_comment(text: &str) -> usize {
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if !text.starts_with("/*") {
        return text.len() - text.trim_start().len();
    }
    // Block comments nest.
    let (mut depth, mut rest) = (0, text);
    while let Some(at) = rest.find(['/', '*']) {
        let sign = rest.split_at(at).1;
        let (change, length) = match sign.as_bytes() {
            [b'/', b'*', ..] => (1, 2),
            [b'*', b'/', ..] => (-1, 2),
            _ => (0, 1),
        };
        depth += change;
        rest = sign.split_at(length).1;
        if depth == 0 {
            return text.len() - rest.len();
        }
    }
    text.len()
}

/// The length of the string or character literal at the beginning. A lifetime is none.
fn literal(text: &str) -> Option<usize> {
    if let Some(raw) = text.strip_prefix('r') {
        let unhashed = raw.trim_start_matches('#');
        let content = unhashed.strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(raw.len() - unhashed.len()));
        let length = content.find(&end).map_or(content.len(), |at| at + end.len());
        return Some(text.len() - content.len() + length);
    }
    let mut letters = text.char_indices();
    let (_, quote) = letters.next()?;
    let is_char = || {
        let mut inside = text.chars().skip(1);
        inside.next() == Some('\\') || inside.next() == Some('\'')
    };
    if quote != '"' && !(quote == '\'' && is_char()) {
        return None;
    }
    while let Some((at, letter)) = letters.next() {
        if letter == '\\' {
            letters.next();
        } else if letter == quote {
            return Some(at + 1);
        }
    }
    Some(text.len())
}
