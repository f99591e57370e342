//! Registration numbers and relations of entities.

use interdict_model::{Country, Identifier, IdentifierKind, Schema};

use crate::draft::{DocumentKind, DocumentParts, RecordDraft};

/// Reads a field of an entity. False when it is not one.
pub(super) fn read_value(name: &str, text: &str, draft: &mut RecordDraft) -> bool {
    match name {
        "BusinessRegistrationNumber" => read_registration(text, draft),
        "ParentCompany" => {
            for parent in several(text) {
                draft.relation("Ownership", ("asset", "owner"), parent, "parent company");
            }
            draft.note("Parent company", text);
        }
        "Subsidiary" => {
            for subsidiary in several(text) {
                draft.relation("Ownership", ("owner", "asset"), subsidiary, "subsidiary");
            }
            draft.note("Subsidiary", text);
        }
        "TypeOfEntity" if draft.entity.schema == Schema::VESSEL => draft.note(name, text),
        "TypeOfEntity" => draft.add("legalForm", text),
        _ => return false,
    }
    true
}

/// A field may number several names, `(1) Roe Bread (2) Roe Wire`, or separate them by semicolons.
pub(super) fn several(text: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split(';') {
        let mut rest = part;
        for number in 2..30 {
            let Some((before, after)) = rest.split_once(&format!("({number})")) else { break };
            parts.push(before);
            rest = after;
        }
        parts.push(rest);
    }
    let tidy = parts.into_iter().map(|part| part.trim().trim_start_matches("(1)").trim());
    tidy.map(|part| part.trim_end_matches(',')).filter(|part| !part.is_empty()).collect()
}

/// One registration number in a field: its digits, and the country that follows it in brackets.
struct RegistrationNumber<'text> {
    number: &'text str,
    country: Option<Country>,
}

/// Reads a field of registration numbers. It may be one number, or words and several numbers:
/// `(УНН/ИНН): 190950894 (Belarus), 7704734000/770301001 (Russia)`. The text is always kept.
fn read_registration(text: &str, draft: &mut RecordDraft) {
    let lower = text.to_lowercase();
    let found = numbers_in(text);
    for number in &found {
        let property = property_of(number.number, &lower);
        let parts = DocumentParts {
            number: number.number.to_owned(),
            label: "Business registration number".to_owned(),
            country: number.country,
            remarks: if number.number == text { String::new() } else { text.to_owned() },
            ..DocumentParts::default()
        };
        draft.document(DocumentKind::Property(property), &parts);
    }
    if found.is_empty() || found.iter().all(|number| number.number != text) {
        draft.note("Business registration number", text);
    }
}

fn numbers_in(text: &str) -> Vec<RegistrationNumber<'_>> {
    let mut found = Vec::new();
    let is_separator = |c: char| c.is_whitespace() || ",;:/()".contains(c);
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(start) = rest.find(|c: char| !is_separator(c)) else { break };
        let word_start = at + start;
        let length = text[word_start..].find(is_separator).unwrap_or(text.len() - word_start);
        at = word_start + length;
        let word = text[word_start..at].trim_matches(['.', '\'', '"']);
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let fits = word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.');
        if digits >= 5 && fits {
            found.push(RegistrationNumber { number: word, country: country_after(&text[at..]) });
        }
    }
    found
}

/// The country in the first brackets after a number, before the next number or comma.
fn country_after(rest: &str) -> Option<Country> {
    let (before, inside) = rest.split_once('(')?;
    if before.contains([',', ';']) {
        return None;
    }
    inside.split_once(')')?.0.trim().parse().ok()
}

/// The property of a registration number. Russian numbers are recognised by their check digits if the text names them
/// or gives no other kind; other numbers are recognised by the words of the text.
fn property_of(number: &str, lower: &str) -> &'static str {
    let strong = |kind| Identifier::new(kind, number).is_ok_and(|id| id.is_strong());
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if says(&["инн", "inn", "tax"]) && strong(IdentifierKind::Inn) {
        return "innCode";
    }
    if says(&["kpp", "кпп"]) && number.len() == 9 {
        return "registrationNumber";
    }
    if strong(IdentifierKind::Ogrn) && !says(&["duns", "d-u-n-s"]) {
        return "ogrnCode";
    }
    if says(&["swift", "bic"]) {
        return "swiftBic";
    }
    if says(&["tax", "vat", "tin", "унн", "инн"]) {
        return "taxNumber";
    }
    "registrationNumber"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_numbers_in_one_text_are_told_apart() {
        let text = "(УНН/ИНН): 190950894 (Belarus), 7704734000/770301001 (Russia)";
        let all: Vec<_> = numbers_in(text)
            .into_iter()
            .map(|found| (found.number, found.country.map(|country| country.code())))
            .collect();
        assert_eq!(
            all,
            [("190950894", Some("by")), ("7704734000", Some("ru")), ("770301001", Some("ru"))]
        );
        assert_eq!(numbers_in("none known").len(), 0);
    }

    #[test]
    fn numbered_names_are_told_apart() {
        assert_eq!(several("(1) Roe Bread (2) Roe Wire (3) Roe"), ["Roe Bread", "Roe Wire", "Roe"]);
        assert_eq!(several("Roe (Holdings) Ltd"), ["Roe (Holdings) Ltd"]);
        assert_eq!(several("Roe Bread; Roe Wire;"), ["Roe Bread", "Roe Wire"]);
    }
}
