//! Columns that hold a part of a name: which part, and whose.
//!
//! The name of such a column is a word for the part (`first name`, `Фамилия`, `lname`) with a qualifier around it:
//! `Contact First Name`, `Name (Last)`, `UBO1 Given Name`, `Surname (English)`. Columns with the same qualifier hold
//! the parts of one name, so the qualifier has to be kept; what it means decides whose name it is.

use interdict_model::is_east_asian;

use super::column_target::{
    ColumnMeaning, MOST_WORDS, fold, header_words, is_word_of, known_part, meaning_of,
};

/// A column that holds a part of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePart {
    /// `firstName`, `middleName` or `lastName`.
    pub part: &'static str,
    /// The other words of the column's name, with blanks between them. Columns of one name have the same.
    pub qualifier: String,
    /// Whose name it is.
    pub bearer: Bearer,
    /// Whether the word also means a name as a whole (`имя`, `jméno`).
    pub is_perhaps_whole: bool,
}

/// Whose name a qualifier means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearer {
    /// The customer; the qualifier names the script, language or source at most: `First name (latin)`.
    Customer,
    /// The customer by a word of its own: `Applicant First Name`, `Patient Surname`.
    NamedCustomer,
    /// The party with this number; the first one is the customer: `First name 2`.
    Numbered(u32),
    /// A party that is never the customer: `Director First Name`.
    Other,
    /// A party that is the customer if no other column names one: `Billing First Name`.
    Unknown,
}

/// The most words of a part: `nom de famille`.
const MOST_PART_WORDS: usize = 4;
/// The fewest letters of a word for a part that is recognised inside of a longer word (`custlastname`).
const WRITTEN_TOGETHER: usize = 7;
/// The fewest letters of a word for a part that names one among any other words. Shorter ones have other meanings, too:
/// `ad id`, `имя файла`.
const DISTINCT: usize = 5;

/// Words that mean a part beside the word for a name (`Name (First)`), or at the end (`owner_0_last`). Elsewhere they
/// are adjectives: `First visit`.
const ADJECTIVES: [&str; 5] = ["first", "last", "given", "family", "middle"];
/// Words without a meaning of their own in a qualifier.
const FILLERS: [&str; 9] = ["name", "names", "nm", "s", "of", "the", "de", "del", "du"];

/// Reads the name of a column that holds a part of a name.
///
/// ```
/// use interdict_lists::{Bearer, parse_name_part};
///
/// let part = parse_name_part("Contact First Name").unwrap();
/// assert_eq!((part.part, part.qualifier.as_str()), ("firstName", "contact"));
/// assert_eq!(parse_name_part("Surname (latin)").unwrap().bearer, Bearer::Customer);
/// assert_eq!(parse_name_part("Last name updated"), None);
/// ```
pub fn parse_name_part(column: &str) -> Option<NamePart> {
    let folded = fold(column);
    if meaning_of(&folded).is_some() && known_part(&folded).is_none() {
        return None;
    }
    let words: Vec<String> = header_words(column).iter().flat_map(|word| parted(word)).collect();
    if words.len() > MOST_WORDS {
        return None;
    }
    let spans = (1..=MOST_PART_WORDS.min(words.len())).rev().flat_map(|length| {
        (0..=words.len() - length).rev().map(move |start| start..start + length)
    });
    spans.into_iter().find_map(|span| {
        let inside = words.get(span.clone())?;
        let inside = inside.iter().all(|word| !is_number(word)).then(|| inside.concat())?;
        let part = known_part(&inside)?;
        let before = words.get(..span.start)?;
        let after = words.get(span.end..)?;
        part_with(&inside, part, before, after)
    })
}

fn part_with(
    word: &str,
    part: &'static str,
    before: &[String],
    after: &[String],
) -> Option<NamePart> {
    let rest = || before.iter().chain(after);
    let is_filler = |word: &String| FILLERS.contains(&word.as_str());
    let is_distinct = word.chars().count() >= DISTINCT || word.chars().any(is_east_asian);
    let is_other =
        |word: &String| is_word_of("other", word) && !(is_distinct && is_word_of("beside", word));
    if rest().any(is_other) {
        return None;
    }
    let is_last = after.iter().all(|word| is_filler(word) || is_form(word));
    if ADJECTIVES.contains(&word) && !is_last && !rest().any(|word| word.contains("name")) {
        return None;
    }
    let kept: Vec<&str> = rest().filter(|word| !is_filler(word)).map(String::as_str).collect();
    let bearer = bearer(&kept);
    if !is_distinct && matches!(bearer, Bearer::Unknown) && !rest().any(is_filler) {
        return None;
    }
    let is_perhaps_whole = is_word_of("either", word);
    Some(NamePart { part, qualifier: kept.join(" "), bearer, is_perhaps_whole })
}

fn bearer(qualifier: &[&str]) -> Bearer {
    let words: Vec<&str> = qualifier.iter().copied().filter(|word| !is_number(word)).collect();
    let numbers: Vec<&str> = qualifier.iter().copied().filter(|word| is_number(word)).collect();
    let whole = words.concat();
    // `spouses` is `spouse's`.
    let of = |name: &str| meaning_of(name).or_else(|| meaning_of(name.strip_suffix('s')?));
    let is_party = |meaning: Option<ColumnMeaning>| {
        matches!(meaning, Some(ColumnMeaning::OtherParty | ColumnMeaning::Company))
    };
    let is_customer =
        |meaning: Option<ColumnMeaning>| meaning == Some(ColumnMeaning::Property("name"));
    let named = format!("{whole}name");
    if words.iter().all(|word| is_form(word)) {
        match numbers.as_slice() {
            [] => Bearer::Customer,
            [number] => number.parse().map_or(Bearer::Unknown, Bearer::Numbered),
            _ => Bearer::Unknown,
        }
    } else if numbers.is_empty() && is_customer(of(&named)) {
        Bearer::NamedCustomer
    } else if is_party(of(&whole)) || is_party(of(&named)) {
        Bearer::Other
    } else if numbers.is_empty()
        && (is_customer(of(&whole))
            || is_word_of("holder", &whole)
            || words.iter().all(|word| is_form(word) || is_word_of("holder", word)))
    {
        Bearer::NamedCustomer
    } else {
        Bearer::Unknown
    }
}

/// Whether a word in a qualifier states the form of a name only.
fn is_form(word: &str) -> bool {
    is_word_of("form", word)
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// A word in which a part is written together with its qualifier, in two: `custlastname`. Words for a part are kept.
fn parted(word: &str) -> Vec<String> {
    let letters = word.chars().count();
    if meaning_of(word).is_none() && letters > WRITTEN_TOGETHER && letters <= 40 {
        let cuts = || word.char_indices().map(|(at, _)| at).skip(1);
        let is_long = |text: &str| text.chars().count() >= WRITTEN_TOGETHER;
        let at_end = cuts()
            .map(|at| word.split_at(at))
            .find(|(_, end)| is_long(end) && known_part(end).is_some());
        let at_start = || {
            let starts = cuts().map(|at| word.split_at(at));
            starts.filter(|(start, _)| is_long(start) && known_part(start).is_some()).last()
        };
        if let Some((start, end)) = at_end.or_else(at_start) {
            return vec![start.to_owned(), end.to_owned()];
        }
    }
    vec![word.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_name_has_a_qualifier_and_a_bearer() {
        use Bearer::{Customer, NamedCustomer, Numbered, Other, Unknown};
        let (first, middle, last) = ("firstName", "middleName", "lastName");
        for (column, part, qualifier, bearer) in [
            ("First name", first, "", Customer),
            ("Name (Last)", last, "", Customer),
            ("Name - First", first, "", Customer),
            ("Last name (latin)", last, "latin", Customer),
            ("Family name (as in passport)", last, "as in passport", Customer),
            ("Given name (EN)", first, "en", Customer),
            ("Primary First Name", first, "primary", Customer),
            ("Имʼя", first, "", Customer),
            ("Ім'я", first, "", Customer),
            ("First name 2", first, "2", Numbered(2)),
            ("last_name_1", last, "1", Numbered(1)),
            ("Applicant Middle Name", middle, "applicant", NamedCustomer),
            ("custlastname", last, "cust", NamedCustomer),
            ("Фамилия клиента", last, "клиента", NamedCustomer),
            ("Patient Surname", last, "patient", NamedCustomer),
            ("Spouse's First Name", first, "spouses", Other),
            ("UBO1 First Name", first, "ubo 1", Other),
            ("owner_0_last", last, "owner 0", Other),
            ("senderFirstName", first, "sender", Other),
            ("RCVR_LNAME", last, "rcvr", Unknown),
            ("Billing First Name", first, "billing", Unknown),
            ("Account Manager Surname", last, "account manager", Unknown),
            ("FirstGivenName", first, "first", Unknown),
            ("FirstSurName", last, "first", Unknown),
            ("First name 2 (legal)", first, "2 legal", Numbered(2)),
        ] {
            let qualifier = qualifier.to_owned();
            let is_perhaps_whole = ["Имʼя", "Ім'я"].contains(&column);
            let expected = NamePart { part, qualifier, bearer, is_perhaps_whole };
            assert_eq!(parse_name_part(column), Some(expected), "{column}");
        }
        for column in [
            "First visit",
            "Last login",
            "last_updated",
            "Last name updated",
            "Ad id",
            "Family size",
            "First name verified",
            "имя файла",
            "Last 4",
            "Full name",
            "Surname, name",
            "first",
            "",
            "Maiden name",
            "Given consent",
            "Last order date",
        ] {
            let part = parse_name_part(column);
            assert!(part.is_none() || column == "first", "{column}: {part:?}");
        }
        let long = "first ".repeat(1_000);
        assert_eq!(parse_name_part(&long), None);
    }
}
