//! Identity documents and numbers.

use interdict_model::{Country, PartialDate, Schema};

use super::record_draft::RecordDraft;

/// What kind of document or number it is, as far as properties differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentKind {
    /// A passport.
    Passport,
    /// Any other document or number of a person, or a number of unknown kind.
    Identity,
    /// A number that has a property of its own, such as `taxNumber`.
    Property(&'static str),
}

/// A document in the parts that a list gives.
#[derive(Debug, Clone, Default)]
pub(crate) struct DocumentParts {
    /// The number, blank when the list gives none.
    pub(crate) number: String,
    /// What the list calls the document.
    pub(crate) label: String,
    /// The issuing country.
    pub(crate) country: Option<Country>,
    /// When it was issued.
    pub(crate) issued: Option<PartialDate>,
    /// When it expires.
    pub(crate) expires: Option<PartialDate>,
    /// Who or which place issued it.
    pub(crate) authority: String,
    /// Any other text of the list about it.
    pub(crate) remarks: String,
}

impl RecordDraft {
    /// Adds a document: its number as a property of the entity, which matching reads, and the whole document as an
    /// entity.
    pub(crate) fn document(&mut self, kind: DocumentKind, parts: &DocumentParts) {
        let is_person = self.entity.schema == Schema::PERSON;
        let (word, schema, property) = match kind {
            DocumentKind::Passport if is_person => ("passport", Schema::PASSPORT, "passportNumber"),
            DocumentKind::Passport => ("passport", Schema::PASSPORT, "idNumber"),
            DocumentKind::Identity => ("id", Schema::IDENTIFICATION, "idNumber"),
            DocumentKind::Property(property) => ("id", Schema::IDENTIFICATION, property),
        };
        self.add(property, &parts.number);
        let key: String = parts.number.chars().filter(|c| c.is_alphanumeric()).take(60).collect();
        let country = parts.country.map_or("", |country| country.code());
        let key = if key.is_empty() {
            format!("{word}-unnumbered-{}", self.parts.len() + 1)
        } else {
            [word, country, &key.to_lowercase()].join("-").replace("--", "-")
        };
        let Some(mut document) = self.part(&key, schema) else {
            self.extend_document(&key, parts);
            return;
        };
        document.add("holder", self.entity.id.as_str());
        document.add("number", parts.number.as_str());
        document.add("type", parts.label.as_str());
        document.add("country", country);
        document.add("authority", parts.authority.as_str());
        document.add("description", parts.remarks.as_str());
        if document.schema == Schema::PASSPORT {
            document.add("passportNumber", parts.number.as_str());
        }
        let date = |date: Option<PartialDate>| date.map(|d| d.to_string()).unwrap_or_default();
        document.add("startDate", date(parts.issued));
        document.add("endDate", date(parts.expires));
        self.add_part(document);
    }

    /// Adds the values of a second mention of a number to the document of the first.
    fn extend_document(&mut self, key: &str, parts: &DocumentParts) {
        let id = super::record_draft::derived(&self.entity.id, key);
        let Some(document) = self.parts.iter_mut().find(|part| part.id == id) else { return };
        document.add("number", parts.number.as_str());
        document.add("type", parts.label.as_str());
        document.add("authority", parts.authority.as_str());
        document.add("description", parts.remarks.as_str());
    }
}

/// Finds the number in a text such as `Tunisian passport number L 191609 issued on 28 Feb. 1996`:
/// the first word with enough digits that is no year, with a short prefix in capitals before it.
pub(crate) fn number_in(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let index = words.iter().position(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let year = word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
        digits >= 4 && !year || digits >= 3 && digits == word.len() && !year
    })?;
    let trim = |c: char| !c.is_alphanumeric() && c != ')';
    let word = words.get(index)?.trim_matches(trim);
    let prefix = index.checked_sub(1).and_then(|before| words.get(before)).filter(|before| {
        let letters = before.trim_end_matches('-');
        (1..=3).contains(&letters.len()) && letters.chars().all(|c| c.is_ascii_uppercase())
    });
    match prefix {
        Some(prefix) if *prefix != "SSN" && *prefix != "NO" => Some(format!("{prefix} {word}")),
        _ => Some(word.to_owned()),
    }
}
