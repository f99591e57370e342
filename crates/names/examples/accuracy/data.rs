//! Reading of just enough of the test data: quoted comma-separated files and the name tags of the
//! UN list.

use interdict_names::NameKind;
use std::collections::BTreeMap;
use std::path::Path;

/// Rows of a comma-separated file with quotes.
pub fn read_csv(path: &Path) -> Vec<Vec<String>> {
    let bytes = std::fs::read(path).unwrap_or_default();
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| error.into_bytes().iter().map(|&b| b as char).collect());
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            _ => cell.push(letter),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows.into_iter().filter(|row| row.len() > 1).collect()
}

/// A listed person, organisation or vessel with all its names.
#[derive(Clone)]
pub struct Listed {
    /// Kind.
    pub kind: NameKind,
    /// Programme or list.
    pub programme: String,
    /// Primary name first.
    pub names: Vec<String>,
}

/// The SDN list with its strong and weak aliases.
pub fn read_sdn(data: &Path) -> Vec<Listed> {
    let folder = data.join("lists/ofac");
    let mut entries: BTreeMap<u64, Listed> = BTreeMap::new();
    for row in read_csv(&folder.join("sdn.csv")) {
        let Ok(id) = row[0].trim().parse::<u64>() else { continue };
        let kind = match row[2].trim() {
            "individual" => NameKind::Person,
            "vessel" | "aircraft" => NameKind::Object,
            _ => NameKind::Organization,
        };
        let listed = Listed { kind, programme: row[3].clone(), names: vec![row[1].clone()] };
        entries.insert(id, listed);
    }
    for row in read_csv(&folder.join("alt.csv")) {
        let Some(entry) = row[0].trim().parse().ok().and_then(|id: u64| entries.get_mut(&id))
        else {
            continue;
        };
        if !entry.names.contains(&row[3]) {
            entry.names.push(row[3].clone());
        }
    }
    entries.into_values().collect()
}

/// The UN list.
pub fn read_un(data: &Path) -> Vec<Listed> {
    let text = std::fs::read_to_string(data.join("lists/un/consolidated.xml")).unwrap_or_default();
    let mut entries = Vec::new();
    for (tag, kind) in [("INDIVIDUAL", NameKind::Person), ("ENTITY", NameKind::Organization)] {
        for block in blocks(&text, tag) {
            let parts = ["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"];
            let name: Vec<String> =
                parts.iter().filter_map(|part| blocks(block, part).next().map(decode)).collect();
            let mut names = vec![name.join(" ")];
            for alias in blocks(block, &format!("{tag}_ALIAS")) {
                names.extend(
                    blocks(alias, "ALIAS_NAME")
                        .next()
                        .map(decode)
                        .filter(|name| !name.trim().is_empty()),
                );
            }
            let first = |part: &str| blocks(block, part).next().map(decode);
            entries.push(Listed {
                kind,
                programme: first("UN_LIST_TYPE").unwrap_or_default(),
                names,
            });
        }
    }
    entries
}

fn blocks<'a>(text: &'a str, tag: &str) -> impl Iterator<Item = &'a str> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(&open)? + open.len();
        let end = start + rest[start..].find(&close)?;
        let block = &rest[start..end];
        rest = &rest[end + close.len()..];
        Some(block)
    })
}

fn decode(text: &str) -> String {
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'");
    text.replace("&amp;", "&").trim().to_string()
}

/// Counts of right and wrong answers.
#[derive(Default, Clone, Copy)]
pub struct Tally {
    /// Found and meant.
    pub hit: usize,
    /// Meant and not found.
    pub miss: usize,
    /// Found and not meant.
    pub false_alarm: usize,
    /// Rightly not found.
    pub clear: usize,
}

impl Tally {
    /// Adds one answer.
    pub fn add(&mut self, expected: bool, found: bool) {
        match (expected, found) {
            (true, true) => self.hit += 1,
            (true, false) => self.miss += 1,
            (false, true) => self.false_alarm += 1,
            (false, false) => self.clear += 1,
        }
    }

    /// Precision, recall, F1.
    pub fn figures(&self) -> (f64, f64, f64) {
        let ratio = |part: usize, rest: usize| {
            if part + rest == 0 { 1.0 } else { part as f64 / (part + rest) as f64 }
        };
        let (precision, recall) = (ratio(self.hit, self.false_alarm), ratio(self.hit, self.miss));
        (
            precision,
            recall,
            if precision + recall == 0.0 {
                0.0
            } else {
                2.0 * precision * recall / (precision + recall)
            },
        )
    }

    /// One line of a table.
    pub fn print(&self, label: &str) {
        let (precision, recall, f1) = self.figures();
        let total = self.hit + self.miss + self.false_alarm + self.clear;
        println!(
            "  {label:<28} n {total:>5}  P {precision:.3}  R {recall:.3}  F1 {f1:.3}  misses {} false {}",
            self.miss, self.false_alarm
        );
    }
}
