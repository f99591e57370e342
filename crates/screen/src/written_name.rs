//! Names as customer files write them: one in a field, or several.

use std::borrow::Cow;

use interdict_model::{FieldKind, NullWord, field_values, hides_name, is_east_asian, null_word};

use crate::query::{OTHER_PARTY, SECOND_LINE, is_made_of_parts};
use crate::unreadable::{is_only_a_mask, why_unreadable};
use crate::written::{FieldReading, Unread};

/// Reads a field of that property of names.
///
/// Semicolons, bars and line breaks separate names, but may also separate the two halves of one name (`Roe; Jane`). A
/// text with two parts, or with a part of one word, is therefore also kept as a whole. In a column of whole names, a
/// single word is not screened as a name by itself, because half of a customer's name would be compared with every
/// listed name; the field is reported. In a column of aliases it is screened.
pub(crate) fn read_names<'a>(property: &str, text: &'a str) -> FieldReading<'a> {
    if property == OTHER_PARTY && is_flag(text) {
        return FieldReading::default();
    }
    let null = null_word(text, FieldKind::Name);
    // A mask in place of the name of the row is a missing name. Beside other names it hides one more, or the rest of one.
    if is_only_a_mask(text) && (property == OTHER_PARTY || is_part(property)) {
        return FieldReading { values: Vec::new(), unread: Some(Unread::Hidden) };
    }
    if hides_name(text) {
        return FieldReading { values: vec![text.into()], unread: Some(Unread::Hidden) };
    }
    if null.is_some() || is_part(property) {
        let mut reading = read_one(text.into(), null);
        // The doubts about whole names are those of the query.
        let unread = why_unreadable(text).map(|why| Unread::Refused(why.into()));
        reading.unread = reading.unread.or(unread);
        return reading;
    }
    let mut parts = field_values(text);
    parts.retain(|part| null_word(part, FieldKind::Name) != Some(NullWord::Nothing));
    if parts.is_empty() {
        return FieldReading { values: Vec::new(), unread: Some(Unread::NoName) };
    }
    if let [only] = parts.as_slice() {
        let null = null_word(only, FieldKind::Name);
        return read_one(only.clone(), null);
    }
    let has_single_word = parts.iter().any(|part| is_single_word(part));
    let keeps_whole = parts.len() == 2 || has_single_word;
    let is_doubtful = has_single_word && matches!(property, "name" | OTHER_PARTY);
    if is_doubtful {
        parts.retain(|part| !is_single_word(part));
    }
    if keeps_whole {
        parts.push(parts_joined(text));
    }
    FieldReading { values: parts, unread: is_doubtful.then_some(Unread::PerhapsSeveralNames) }
}

fn read_one(text: Cow<'_, str>, null: Option<NullWord>) -> FieldReading<'_> {
    match null {
        Some(NullWord::Nothing) => {
            FieldReading { values: Vec::new(), unread: Some(Unread::NoName) }
        }
        Some(NullWord::PerhapsName) => {
            FieldReading { values: vec![text], unread: Some(Unread::PerhapsNoName) }
        }
        None => FieldReading { values: vec![text], unread: None },
    }
}

/// Whether a text only states whether there is another party (`yes`, `self`, `various`), without naming it.
pub(crate) fn is_flag(text: &str) -> bool {
    const FLAGS: [&str; 16] = [
        "y", "n", "yes", "no", "true", "false", "x", "0", "1", "ja", "nein", "same", "self",
        "none", "various", "other",
    ];
    FLAGS.iter().any(|flag| text.eq_ignore_ascii_case(flag))
}

/// Whether values of the property are parts that are combined to a name, and not names by themselves.
fn is_part(property: &str) -> bool {
    matches!(property, "firstName" | "middleName" | "lastName" | SECOND_LINE)
        || is_made_of_parts(property)
}

/// The parts as one name.
fn parts_joined(text: &str) -> Cow<'_, str> {
    field_values(text).join(" ").into()
}

/// Whether the text is one word. Chinese, Japanese and Korean names are complete without a space.
pub(crate) fn is_single_word(text: &str) -> bool {
    text.split_whitespace().nth(1).is_none()
        && text.chars().filter(|c| is_east_asian(*c)).nth(1).is_none()
}
